# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways in which the soak runs a fleet: in this process, as a process that is killed, and with Ansible."""

from __future__ import annotations

import itertools
import json
import os
import pathlib
import random
import subprocess
import sys

from ..unit.harness import run_direct, run_module
from .providers import PROVIDERS, is_write

COLLECTIONS = pathlib.Path(__file__).resolve().parents[5]
KILLED_RUN = f"{__package__}.killed_run"
# A playbook waits in real time. For the providers, time passes faster.
SPEED = 20
LONGEST = 900


class Runs:
    """Runs a fleet at the simulated providers.

    :param folder: the folder for the files of the runs.
    """

    def __init__(self, providers, clock_path, folder):
        self._providers, self._clock_path, self._folder = providers, clock_path, folder
        cloud = providers.cloud
        self.connections = {provider: {"api_key": cloud.key, "api_url": cloud.url(provider)} for provider in PROVIDERS}
        self.connections["vast"]["autoscaler_url"] = cloud.url("vast-autoscaler")
        self.count = 0

    def here(self, options, check=False, module="fleet", is_direct=False):
        """Run a task in this process: as a module, or as in the process of Ansible. Return its result."""
        self.count += 1
        run = run_direct if is_direct else run_module
        result, printed = run(module, {**self.connections, **options}, check)
        return {**result, "printed": printed}

    def killed(self, options, number, is_lost):
        """Kill a task at a write, and return whether it still ran.

        :param number: the number of writes before this one.
        :param is_lost: whether this write does not reach the provider any more.
        """
        self.count += 1
        child = subprocess.Popen(
            [sys.executable, "-m", KILLED_RUN, str(self._clock_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        writes = itertools.count()

        def kill_at_write(operation):
            if not is_write(operation) or next(writes) != number:
                return False
            child.kill()
            return is_lost

        self._providers.on_request = kill_at_write
        child.communicate(json.dumps({**self.connections, **options}), timeout=LONGEST)
        self._providers.on_request = lambda _operation: False
        return child.returncode < 0

    def playbook(self, options):
        """Run a task with ``ansible-playbook``, and return its result."""
        self.count += 1
        environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)}
        result = self._folder / "result.json"
        result.unlink(missing_ok=True)
        with self._providers.clock.running(SPEED):
            done = subprocess.run(
                ["ansible-playbook", "-i", "localhost,", str(self._write_playbook(options, result))],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=LONGEST,
                check=False,
            )
        if not result.exists():
            return {"failed": True, "msg": done.stdout[-3000:], "printed": done.stdout}
        return {**json.loads(result.read_text(encoding="utf-8")), "printed": done.stdout}

    def _write_playbook(self, options, result):
        tasks = [
            {"gpufleet.cloud.fleet": {**self.connections, **options}, "register": "done", "ignore_errors": True},
            {"ansible.builtin.copy": {"content": "{{ done | to_json }}", "dest": str(result), "mode": "0600"}},
        ]
        play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
        playbook = self._folder / "playbook.yml"
        playbook.write_text(json.dumps([play]), encoding="utf-8")
        return playbook


def fleet_options(entries, rng: random.Random, **options):
    """Return the options of a task for entries, with a random number of simultaneous requests."""
    return {"resources": entries, "concurrency": rng.choice((4, 8, 16)), **options}
