# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run playbooks against new accounts of the simulator, which runs in a process of its own, and measure them."""

from __future__ import annotations

import json
import os
import pathlib
import secrets
import subprocess
import sys
import tempfile
from typing import NamedTuple

import requests

PROVIDERS = ("novita", "ppio", "vast")
CALLBACKS = pathlib.Path(__file__).with_name("callbacks")

# Measures a command: seconds, seconds of CPU time, and the maximum memory of any of its processes.
MEASURE = """
import json, resource, subprocess, sys, time
before = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
seconds = time.monotonic() - before
if done.returncode:
    sys.exit(done.stdout[-5000:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


class Cost(NamedTuple):
    """The costs of a command.

    :param seconds: the whole time of the command.
    :param cpu: the CPU time of all its processes, which depends less on what else the machine does.
    :param megabytes: the maximum memory of any of its processes.
    :param tasks: the seconds of the tasks of a playbook, by their name. Tasks can have the same name.
    """

    seconds: float
    cpu: float
    megabytes: float
    tasks: dict[str, list[float]]


def run(command, environment):
    """Run a command, which must succeed, and return its costs."""
    command = [sys.executable, "-c", MEASURE, *map(str, command)]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    return Cost(*json.loads(done.stdout), {})


class Accounts:
    """One new account at each provider."""

    def __init__(self):
        self.key = f"sk-bench-{secrets.token_hex(12)}"
        self._url = os.environ["SIMULATOR_URL"]
        self._control = requests.Session()
        self._control.headers["Authorization"] = f"Bearer {self.key}"
        keys = {f"{provider.upper()}_API_KEY": self.key for provider in PROVIDERS}
        self._environment = {**os.environ, **keys, "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS)}
        self.set(boot_seconds=0)

    def set(self, **settings):
        for provider in PROVIDERS:
            self._call("PATCH", f"{provider}/settings", settings)

    def seed(self, provider, noun, wire_fields):
        self._call("POST", f"{provider}/{noun}", wire_fields)

    def requests(self, *providers):
        """Return the requests that the simulator has received since the last call, in their order."""
        received = []
        for provider in providers or PROVIDERS:
            received += self._call("GET", f"{provider}/requests")
            self._call("DELETE", f"{provider}/requests")
        return sorted(received, key=lambda request: request["at"])

    def _call(self, method, path, content=None):
        response = self._control.request(method, f"{self._url}/_sim/{path}", json=content)
        response.raise_for_status()
        return response.json()

    def play(self, *tasks, check=False):
        """Run a playbook with these tasks, and return its costs."""
        play = {"hosts": "localhost", "gather_facts": False, "tasks": tasks}
        with tempfile.TemporaryDirectory() as folder:
            playbook, report = pathlib.Path(folder) / "play.yml", pathlib.Path(folder) / "report"
            playbook.write_text(json.dumps([play]), encoding="utf-8")
            callback = {"ANSIBLE_CALLBACKS_ENABLED": "bench_task_seconds", "BENCH_TASK_SECONDS": str(report)}
            command = ["ansible-playbook", playbook, *(["--check"] if check else [])]
            cost = run(command, {**self._environment, **callback})
            seconds = {}
            for line in report.read_text(encoding="utf-8").splitlines():
                name, duration = json.loads(line)
                seconds.setdefault(name, []).append(duration)
        return cost._replace(tasks=seconds)

    def get(self):
        """Return a task that sends one GET, for comparison."""
        url = f"{self._url}/novita/gpu-instance/openapi/v1/endpoints?pageSize=50&pageNum=0"
        return {"ansible.builtin.uri": {"url": url, "headers": {"Authorization": f"Bearer {self.key}"}}}
