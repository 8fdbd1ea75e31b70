# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the blocks of a page as a reader would: in order, in one folder, with one account at each provider.

* A ``console`` block is commands, each behind ``$``, and what they print. They must succeed. Of what they print, each
  line shown must occur, in that order; ``...`` stands for anything.
* A YAML block is a file if it has a name, a playbook if it holds plays, and tasks otherwise. Tasks that follow each
  other are run as one play on localhost. A file must be of use to something that is run.
"""

from __future__ import annotations

import os
import pathlib
import re
import shlex
import signal
import subprocess

import yaml

from .blocks import PageError

TIMEOUT = 300

PICTURES = ("text", "mermaid")
"""Languages that nothing can be run of."""

NEVER_RUN = (
    "ansible-galaxy collection install",
    "git clone",
    "pip install",
    *(f"export {name}=" for name in ("NOVITA_API_KEY", "PPIO_API_KEY", "VAST_API_KEY")),
)
"""Beginnings of commands that set a machine up, which the surroundings of these tests have done."""

MAKEFILE = pathlib.Path(__file__).resolve().parents[2] / "Makefile"

PLAY = {
    "name": "Run tasks of the page",
    "hosts": "localhost",
    "connection": "local",
    "gather_facts": False,
    "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
}


class _Loader(yaml.SafeLoader):
    """Takes Ansible's own tags for texts."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: loader.construct_scalar(node))


class BlockFailed(Exception):
    """A block did not do what the page says."""


class Page:
    """One page at work."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.environment = environment
        self._tasks = []
        self._files = []
        self._told = ""

    def run(self, blocks):
        """Run all blocks."""
        for block in blocks:
            self._run(block)
        self._flush()
        unused = [name for name in self._files if pathlib.PurePath(name).name not in self._told]
        if unused:
            raise BlockFailed(f"nothing that is run uses {', '.join(unused)}")

    def _run(self, block):
        if block.language in PICTURES:
            return
        if block.mark("not run"):
            return
        if block.mark("prepare"):
            self._flush()
            self._prepare(block)
        if block.mark("file"):
            self._write(block)
        elif block.language == "console":
            self._flush()
            self._console(block)
        elif block.language in ("yaml", "yaml+jinja"):
            self._yaml(block)
        else:
            raise PageError(
                f"line {block.line}: a block of the language {block.language!r} needs a mark that says 'not run'"
            )

    def _write(self, block):
        path = self.folder / block.mark("file")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.replaced, encoding="utf-8")
        self._told += block.replaced
        self._files.append(block.mark("file"))

    def _yaml(self, block):
        content = yaml.load(block.replaced, _Loader)
        if not isinstance(content, list):
            raise PageError(f"line {block.line}: neither tasks nor plays; a file needs a name")
        special = any(block.mark(name) for name in ("fails", "prints"))
        if special:
            self._flush()
        if any("hosts" in entry or "ansible.builtin.import_playbook" in entry for entry in content):
            self._flush()
            self._play(block.replaced, [block])
            return
        self._tasks.append(block)
        if special:
            self._flush()

    def _flush(self):
        """Run the tasks that are waiting as one play."""
        if not self._tasks:
            return
        blocks, self._tasks = self._tasks, []
        # As text, so that quotes and tags reach Ansible as they stand on the page.
        play = yaml.safe_dump([PLAY], sort_keys=False)
        tasks = "".join(block.replaced for block in blocks)
        self._play(
            play + "  tasks:\n" + "".join(f"    {line}\n" if line else "\n" for line in tasks.splitlines()), blocks
        )

    def _play(self, text, blocks):
        path = self.folder / ".play.yml"
        path.write_text(text, encoding="utf-8")
        self._told += text
        self._check(
            blocks[-1], f"ansible-playbook {path.name}", f"lines {', '.join(str(block.line) for block in blocks)}"
        )

    def _console(self, block):
        commands = _commands(block)
        for number, (command, shown) in enumerate(commands):
            if command.startswith("make "):
                _check_target(command, block)
                continue
            if command.startswith(NEVER_RUN):
                continue
            self._told += "\n".join([command, *shown])
            last = number == len(commands) - 1
            self._check(block if last else None, command, f"line {block.line}: {command}", shown)

    def _check(self, block, command, place, shown=()):
        status, printed = self._bash(command)
        fails = block.mark("fails") if block else ""
        if bool(status) != bool(fails):
            raise BlockFailed(f"{place}\nexit status {status}\n{printed}")
        wanted = [*(block.mark("prints").splitlines() if block else []), *filter(None, [fails])]
        missing = [text for text in wanted if not _occur([text], printed)]
        if missing or not _occur(shown, printed):
            raise BlockFailed(f"{place}\nnot printed: {missing or shown}\n{printed}")

    def _prepare(self, block):
        self._told += block.mark("prepare")
        status, printed = self._bash(block.mark("prepare"))
        if status:
            raise BlockFailed(f"before line {block.line}: exit status {status}\n{printed}")

    def _bash(self, commands):
        """The exit status of commands, and what they print."""
        with subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                printed, _errors = process.communicate(timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                # With all that it has started, or whoever holds its output would be waited for.
                os.killpg(process.pid, signal.SIGKILL)
                printed, _errors = process.communicate()
                raise BlockFailed(f"{commands}\nnot done after {TIMEOUT} s\n{printed}") from None
        return process.returncode, printed


def _check_target(command, block):
    """The make targets have tests of their own, or are these tests; here it is enough that they exist."""
    targets = [word for word in shlex.split(command, comments=True)[1:] if "=" not in word]
    for target in targets:
        if not re.search(rf"^{re.escape(target)}:", MAKEFILE.read_text(encoding="utf-8"), re.MULTILINE):
            raise BlockFailed(f"line {block.line}: the Makefile has no target {target}")


def _commands(block):
    """Pairs of a command and the lines that the page shows of what it prints."""
    found = []
    lines = block.replaced.splitlines()
    while lines:
        line = lines.pop(0)
        if line.startswith("$ "):
            command = line[2:]
            while lines and not _is_whole(command):
                command += "\n" + lines.pop(0)
            found.append((command, []))
        elif not found:
            raise PageError(f"line {block.line}: a console block begins with '$ '")
        elif line.strip():
            found[-1][1].append(line)
    return found


def _is_whole(command):
    """Whether a command is complete, or goes on in the next line."""
    if command.endswith("\\"):
        return False
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return False
    return True


def _occur(lines, output):
    """Whether lines occur in an output, in this order, whatever the white space; ``...`` is anything."""
    rest = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", output).split())
    for line in lines:
        pattern = ".*?".join(re.escape(" ".join(part.split())) for part in line.split("..."))
        found = re.search(pattern, rest)
        if not found:
            return False
        rest = rest[found.end() :]
    return True


def surroundings(name, folder, bin_folder):
    """The environment in which the blocks of a page are run: its own home, and its own account at each provider."""
    environment = {**os.environ, "HOME": str(folder.parent), "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    for provider in ("NOVITA", "PPIO", "VAST"):
        environment[f"{provider}_API_KEY"] += f"-{name}"
    return environment
