# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the blocks of a page as a reader would: in order, in one directory, with one account at each provider.

* A ``console`` block contains commands, each after ``$``, and their output. The commands must succeed. Their output
  must contain each line of the block, in the same order; ``...`` matches any text.
* A YAML block is a file if it has a name, a playbook if it contains plays, and a list of tasks otherwise. Consecutive
  blocks of tasks run as one play on localhost. A command, playbook or other file must use each file.
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
"""Languages of blocks that the tests do not run."""

NEVER_RUN = (
    "ansible-galaxy collection install",
    "git clone",
    "pip install",
    *(f"export {name}=" for name in ("NOVITA_API_KEY", "PPIO_API_KEY", "VAST_API_KEY")),
)
"""Beginnings of setup commands. The tests do not run them, because their environment is already set up."""

MAKE = re.compile(r'^(?:eval "\$\()?make (.*?)(?:\)")?$', re.DOTALL)
"""A command that runs a make target, perhaps for the environment variables that it prints."""

MAKEFILE = pathlib.Path(__file__).resolve().parents[2] / "Makefile"

PLAY = {
    "name": "Run tasks of the page",
    "hosts": "localhost",
    "connection": "local",
    "gather_facts": False,
}


class _Loader(yaml.SafeLoader):
    """Loads values with Ansible's own tags as strings."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: loader.construct_scalar(node))


class BlockFailed(Exception):
    """A block does not behave as the page says."""


class Page:
    """Runs the blocks of one page."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.environment = environment
        self._tasks = []
        self._files = []
        self._executed = ""

    def run(self, blocks):
        """Run all blocks."""
        for block in blocks:
            self._run(block)
        self._flush()
        unused = [name for name in self._files if pathlib.PurePath(name).name not in self._executed]
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
            raise PageError(f"line {block.line}: a block of the language {block.language!r} needs the mark 'not run'")

    def _write(self, block):
        path = self.folder / block.mark("file")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.replaced, encoding="utf-8")
        self._executed += block.replaced
        self._files.append(block.mark("file"))

    def _yaml(self, block):
        content = yaml.load(block.replaced, _Loader)
        if not isinstance(content, list):
            raise PageError(f"line {block.line}: contains neither tasks nor plays; a file needs a name")
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
        """Run the collected tasks as one play."""
        if not self._tasks:
            return
        blocks, self._tasks = self._tasks, []
        # Use the text of the page, so that Ansible gets its quotes and tags unchanged.
        play = yaml.safe_dump([PLAY], sort_keys=False)
        tasks = "".join(block.replaced for block in blocks)
        self._play(
            play + "  tasks:\n" + "".join(f"    {line}\n" if line else "\n" for line in tasks.splitlines()), blocks
        )

    def _play(self, text, blocks):
        path = self.folder / ".play.yml"
        path.write_text(text, encoding="utf-8")
        self._executed += text
        self._check(
            blocks[-1], f"ansible-playbook {path.name}", f"lines {', '.join(str(block.line) for block in blocks)}"
        )

    def _console(self, block):
        commands = _commands(block)
        for number, (command, shown) in enumerate(commands):
            made = MAKE.match(command)
            if made:
                _check_target(made[1], block)
                continue
            if command.startswith(NEVER_RUN):
                continue
            self._executed += "\n".join([command, *shown])
            last = number == len(commands) - 1
            self._check(block if last else None, command, f"line {block.line}: {command}", shown)

    def _check(self, block, command, place, shown=()):
        status, printed = self._bash(command)
        fails = block.mark("fails") if block else ""
        if bool(status) != bool(fails):
            raise BlockFailed(f"{place}\nexit status {status}\n{printed}")
        expected = [*(block.mark("prints").splitlines() if block else []), *filter(None, [fails])]
        missing = [text for text in expected if not _occur([text], printed)]
        if missing or not _occur(shown, printed):
            raise BlockFailed(f"{place}\nnot printed: {missing or shown}\n{printed}")

    def _prepare(self, block):
        self._executed += block.mark("prepare")
        status, printed = self._bash(block.mark("prepare"))
        if status:
            raise BlockFailed(f"before line {block.line}: exit status {status}\n{printed}")

    def _bash(self, commands):
        """Return the exit status and the output of commands."""
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
                # Kill its child processes too, because communicate() waits for every process that has its output open.
                os.killpg(process.pid, signal.SIGKILL)
                printed, _errors = process.communicate()
                raise BlockFailed(f"{commands}\nnot finished after {TIMEOUT} s\n{printed}") from None
        return process.returncode, printed


def _check_target(arguments, block):
    """Check that a make target exists. Other tests run the targets."""
    words = shlex.split(arguments, comments=True)
    targets = [word for word in words if "=" not in word and not word.startswith("-")]
    for target in targets:
        if not re.search(rf"^{re.escape(target)}:", MAKEFILE.read_text(encoding="utf-8"), re.MULTILINE):
            raise BlockFailed(f"line {block.line}: the Makefile has no target {target}")


def _commands(block):
    """Return pairs of a command and the lines of its output on the page."""
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
    """Return whether a command is complete and does not continue on the next line."""
    if command.endswith("\\"):
        return False
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return False
    return True


def _occur(lines, output):
    """Return whether an output contains lines in this order. Whitespace may differ, and ``...`` matches any text."""
    rest = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", output).split())
    for line in lines:
        pattern = ".*?".join(re.escape(" ".join(part.split())) for part in line.split("..."))
        found = re.search(pattern, rest)
        if not found:
            return False
        rest = rest[found.end() :]
    return True


def page_environment(name, folder, bin_folder):
    """Return the environment variables for a page: its own home directory, and its own account at each provider."""
    environment = {**os.environ, "HOME": str(folder.parent), "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    for provider in ("NOVITA", "PPIO", "VAST"):
        environment[f"{provider}_API_KEY"] += f"-{name}"
    return environment
