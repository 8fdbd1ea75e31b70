# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs commands of Ansible in both faces, and compares the events, requests, exit codes and output.

These differences are known and accepted, and removed before the comparison:

* Ansible adds the Python that it found for modules to the facts: ``discovered_interpreter_python``.
* ansible-core 2.19 and later show "Module failed" or "Action failed" before an error, and return the keys ``exception``
  and ``failed_when_suppressed_exception``.
* How often Ansible looks whether an asynchronous task has ended depends on the speed of the host.
* At ``-vvv``, Ansible shows how it copies a module to the host and starts it.
* As a module, ``fleet`` shows its progress through a file, whose path is among the arguments: ``progress_file``.
* The line of this collection at ``-vvv``, which says which face runs.

Lists that Ansible writes in a random order are removed from messages, too.

The faces have different accounts, so keys, IDs, times and the paths of a run are replaced, too.
"""

from __future__ import annotations

import difflib
import json
import os
import pathlib
import re
import secrets
import subprocess

import pytest

COLLECTIONS = pathlib.Path(__file__).resolve().parents[5]
CALLBACKS = pathlib.Path(__file__).with_name("callbacks")
TIMEOUT = 300
TOKEN = "canary-token-5d1c88e0a7b94f6aa0d1"

FACE_LINE = re.compile(r"<[^>]*> (?:gpufleet\.cloud\.)?\w+ runs (.*)\.")
TRACEBACKS = ("exception", "failed_when_suppressed_exception")
TRANSFER = re.compile(
    r"<[^>]*> (?:ESTABLISH|EXEC|PUT|FETCH|SSH:|Attempting|rc=|\(\d)"
    r"|Using module file |Pipelining is enabled|Including module_utils|Attempting python interpreter discovery"
)
PROVIDERS = ("novita", "ppio", "vast")


class Faces:
    """The same files for both faces.

    ``direct`` and ``module`` are the last runs.
    """

    def __init__(self, simulator, folder):
        self.simulator = simulator
        self.folder = folder
        self.write("empty", "")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def play(self, playbook, *arguments, inventory="empty", expected=None, **more):
        """Run a playbook in both faces, and compare."""
        path = self.write("site.yml", playbook)
        self.run("ansible-playbook", "-i", inventory, *arguments, str(path), **more)
        if expected is not None:
            assert self.direct.code == expected, self.direct.output[-3000:]
        return self.direct, self.module

    def run(self, *command, prepare=None, environment=None, **more):
        """Run a command in both faces, and compare."""
        self.direct = self.one("direct", command, prepare, environment)
        self.module = self.one("module", command, prepare, environment)
        self.compare(self.direct, self.module, **more)

    def one(self, face, command, prepare=None, environment=None):
        """Run a command in one face, and return the run."""
        run = Run(self, face)
        if prepare:
            prepare(run)
        run.start(command, environment or {})
        run.require_no_secret()
        return run

    @staticmethod
    def compare(direct, module, *, is_ordered=True, with_output=True, with_requests=True):
        """Check that two runs do not differ.

        :param is_ordered: whether the hosts come in the same order.
        """
        left, right = (_comparable(run, is_ordered) for run in (direct, module))
        assert direct.code == module.code, direct.output + module.output
        _require_equal("events", left, right)
        if with_requests:
            one, other = direct.plain(direct.requests()), module.plain(module.requests())
            if not is_ordered:
                one, other = ({name: sorted(map(repr, value)) for name, value in some.items()} for some in (one, other))
            _require_equal("requests", one, other)
        if with_output:
            _require_equal("output", *(_output(run, is_ordered) for run in (direct, module)))


class Run:
    """One run in one face, with its own account."""

    def __init__(self, faces, face):
        self.faces = faces
        self.face = face
        self.key = f"canary-key-{secrets.token_hex(16)}"
        self.folder = faces.folder / f"{face}-{secrets.token_hex(2)}"
        self.folder.mkdir()
        self.code, self.output, self.events = None, "", []

    def account(self, provider):
        return self.faces.simulator.account(provider, self.key)

    def environment(self, more):
        """Return the environment of a command; ``None`` in ``more`` removes a variable."""
        simulator = self.faces.simulator
        environment = {
            **os.environ,
            "ANSIBLE_ASYNC_DIR": str(self.folder / "async"),
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "face_events",
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "true",
            "ANSIBLE_INVENTORY": str(self.faces.folder / "empty"),
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_LOAD_CALLBACK_PLUGINS": "true",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_PIPELINING": "true",
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "remote"),
            "ANSIBLE_RETRY_FILES_ENABLED": "false",
            "FACE_EVENTS": str(self.folder / "events"),
            "FACE_FOLDER": str(self.folder),
            "FACE_KEY": self.key,
            "FACE_TOKEN": TOKEN,
            "GPUFLEET_DIRECT": "true" if self.face == "direct" else "false",
            "NOVITA_API_URL": simulator.novita_url,
            "PPIO_API_URL": simulator.ppio_url,
            "VAST_API_URL": simulator.vast_url,
            "VAST_AUTOSCALER_URL": simulator.vast_autoscaler_url,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            **{f"{provider.upper()}_API_KEY": self.key for provider in PROVIDERS},
            **{name: value.format(folder=self.folder) for name, value in more.items() if value is not None},
        }
        for name, value in more.items():
            if value is None:
                environment.pop(name, None)
        return environment

    def start(self, command, more):
        environment = self.environment(more)
        program, *arguments = (part.format(folder=self.folder) if "{folder}" in part else part for part in command)
        ended = subprocess.run(
            [program, *arguments],
            cwd=self.faces.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT,
            encoding="utf-8",
            check=False,
        )
        self.code, self.output = ended.returncode, ended.stdout
        events = self.folder / "events"
        lines = events.read_text(encoding="utf-8").splitlines() if events.exists() else []
        events = [json.loads(line) for line in lines]
        self.events = [event for event in events if event["event"] != "runner_on_async_poll"]

    def require_no_secret(self):
        """Search the output and all files of the run.

        Lines in which Ansible shows how it starts a module contain the environment of the task.
        """
        texts = {"the output": "\n".join(line for line in self.output.splitlines() if not TRANSFER.match(line))}
        for path in self.folder.rglob("*"):
            if path.is_file():
                texts[str(path)] = path.read_bytes().decode("utf-8", "replace")
        for where, text in texts.items():
            for secret in (self.key, TOKEN):
                found = text.find(secret)
                assert found < 0, f"{where}: {text[max(found - 300, 0) : found + 100]}"

    @property
    def faces_of_tasks(self):
        """Return the faces that the lines at -vvv name."""
        return [found[1] for found in map(FACE_LINE.fullmatch, self.output.splitlines()) if found]

    def events_of(self, kind):
        """Return the events of a kind."""
        return [event for event in self.events if event["event"] == kind]

    def results(self, task):
        """Return the results of a task, in the order of the events."""
        return [
            event["result"]
            for event in self.events
            if event["task"].endswith(task) and event["event"] in ("runner_on_ok", "runner_on_failed")
        ]

    def result(self, task):
        [result] = self.results(task)
        return result

    def requests(self):
        """Return the operations and bodies of all requests, by provider."""
        return {
            provider: [(entry["operation"], entry["query"], entry["body"]) for entry in self.account(provider).requests]
            for provider in PROVIDERS
        }

    def plain(self, value):
        """Return a value with everything replaced in which two runs differ."""
        text = json.dumps(value, sort_keys=True, default=repr)
        return json.loads(self.plain_text(text))

    def plain_text(self, text):
        text = text.replace(str(self.folder), "<folder>").replace(self.key, "<key>")
        for number, name in enumerate(self.ids()):
            text = re.sub(rf"(?<![\w.]){re.escape(name)}(?!\w|\.\w)", f"<id {number}>", text)
        text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?", "<time>", text)
        # Ansible lists these in a random order, or those of a random mapping among the options.
        text = re.sub(r"(?<=Supported parameters include: )[^\"\\.]*", "<options>", text)
        text = re.sub(r"(?<=Valid booleans include: )[^\"\\]*", "<booleans>", text)
        text = re.sub(r"(?<=-)[0-9a-f]{16}(?=\.runsync\.)", "<host>", text)
        text = re.sub(r"j?\d{6,}\.\d+", "<job>", text)
        return re.sub(r"0x[0-9a-f]{8,}", "<address>", text)

    def ids(self):
        """Return the random IDs in the results and requests: those of each host in the order in which they occur."""
        events = sorted(self.events, key=lambda event: event["host"])
        text = json.dumps([events, self.requests()], sort_keys=True, default=repr)
        return list(dict.fromkeys(re.findall(r'"id": "?(\w{5,})', text)))


def _require_equal(what, direct, module):
    """Fail with the lines that differ."""
    if direct == module:
        return
    lines = [
        value
        if all(isinstance(line, str) for line in value) and isinstance(value, list)
        else json.dumps(value, indent=1).splitlines()
        for value in (direct, module)
    ]
    pytest.fail(f"{what} differ:\n" + "\n".join(difflib.unified_diff(*lines, "direct", "module", lineterm="", n=4)))


def _comparable(run, is_ordered):
    events = run.plain([_without_accepted(event) for event in run.events])
    # Hosts can end in any order: compare each host for itself.
    return events if is_ordered else sorted(events, key=lambda event: event["host"])


def _without_accepted(value):
    if isinstance(value, list):
        return [_without_accepted(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {name: _without_accepted(item) for name, item in value.items() if name not in TRACEBACKS}
    if plain.get("progress_file"):
        plain["progress_file"] = None
    facts = plain.get("ansible_facts")
    if isinstance(facts, dict):
        facts.pop("discovered_interpreter_python", None)
        if not facts:
            del plain["ansible_facts"]
    return plain


def _output(run, is_ordered):
    lines = []
    for line in run.plain_text(run.output).splitlines():
        if line.startswith("ASYNC POLL ") or TRANSFER.match(line) or FACE_LINE.fullmatch(line):
            continue
        if re.match(rf'\s*"?(?:{"|".join(TRACEBACKS)})"?: ', line):
            continue
        lines.append(re.sub(r"(?:Module|Action|Task) failed: ", "", line))
    lines = [line for line in lines if line.strip()]
    # With the strategy free, Ansible repeats the name of a task whenever another host begins one.
    return lines if is_ordered else sorted(set(lines))
