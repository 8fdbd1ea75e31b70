# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that run tasks at the same time, as Ansible runs the tasks of several hosts. Time is real."""

from __future__ import annotations

import json
import os
import subprocess
import sys

PROGRAM = """
import importlib, json, sys, traceback
import jsonschema, requests
from ansible_collections.gpufleet.cloud.tests.unit import harness
for line in sys.stdin:
    module, options = json.loads(line)
    importlib.import_module(f"{harness.MODULES}.{module}")
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        output = harness.run_module(module, options)
    except BaseException:
        output = {}, traceback.format_exc()
    print(json.dumps(output), flush=True)
"""


class Processes:
    """Processes that run tasks. They start when they are needed, and run until the end of the tests.

    They first import all packages and then wait for a signal, so that the tasks run at the same time.

    :param folder: if given, each process has its own folder for temporary files in it, as on a host of its own.
    """

    def __init__(self, folder=None):
        self._children = []
        self._folder = folder

    def run(self, *tasks):
        """Run tasks at the same time, each a module with its options; return each result and the text it printed."""
        while len(self._children) < len(tasks):
            self._children.append(self._start(len(self._children)))
        children = self._children[: len(tasks)]
        for child, task in zip(children, tasks):
            self._send(child, json.dumps(task))
        assert [child.stdout.readline() for child in children] == ["ready\n"] * len(tasks)
        for child in children:
            self._send(child, "go")
        return [json.loads(child.stdout.readline()) for child in children]

    def _start(self, number):
        environment = dict(os.environ)
        if self._folder:
            own = self._folder / str(number)
            own.mkdir()
            environment["TMPDIR"] = str(own)
        command = [sys.executable, "-c", PROGRAM]
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=environment
        )

    @staticmethod
    def _send(child, line):
        child.stdin.write(line + "\n")
        child.stdin.flush()

    def close(self):
        for child in self._children:
            child.stdin.close()
            child.wait(timeout=60)
            child.stdout.close()
