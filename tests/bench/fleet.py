# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the cost of a fleet with a plain GET, with loops of module tasks, and with the time of its requests."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
from typing import NamedTuple

from ..simulator.server import Simulator
from ..unit.laws.resource_types import NOVITA_ENDPOINT, PPIO_ENDPOINT

KEY = "sk-bench-a-fleet-of-many"
PROVIDERS = ("novita", "ppio", "vast")
# PPIO's list response lacks the type. To read it would cost one more request for each endpoint.
TASKS = {
    "novita_endpoint": {option: value for option, value in NOVITA_ENDPOINT.task.items() if option != "secret_envs"},
    "ppio_endpoint": {
        option: value for option, value in PPIO_ENDPOINT.task.items() if option not in ("secret_envs", "type")
    },
    "vast_endpoint": {"min_load": 1, "target_util": 0.85, "cold_workers": 0, "max_workers": 2},
}

# Measures a command: seconds, and the maximum memory of any of its processes.
MEASURE = """
import json, resource, subprocess, sys, time
before = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
seconds = time.monotonic() - before
if done.returncode:
    sys.exit(done.stdout[-5000:])
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024]))
"""


class Cost(NamedTuple):
    """The costs of a playbook run: seconds, MB, and requests to the simulator."""

    seconds: float
    megabytes: float
    requests: int


class Bench:
    """A simulator, and playbooks that run against it."""

    def __init__(self, simulator):
        self._environment = {**os.environ, "VAST_AUTOSCALER_URL": simulator.vast_autoscaler_url}
        self.accounts = {}
        for provider in PROVIDERS:
            self._environment[f"{provider.upper()}_API_KEY"] = KEY
            self._environment[f"{provider.upper()}_API_URL"] = f"{simulator.url}/{provider}"
            self.accounts[provider] = simulator.account(provider, KEY)
        self.set(boot_seconds=0)

    def set(self, **settings):
        for account in self.accounts.values():
            account.settings.set(**settings)

    def play(self, *tasks):
        """Run a playbook with these tasks, and return its costs."""
        play = {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "tasks": tasks,
            "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        }
        before = self._requests()
        with tempfile.TemporaryDirectory() as folder:
            playbook = pathlib.Path(folder) / "play.yml"
            playbook.write_text(json.dumps([play]), encoding="utf-8")
            done = subprocess.run(
                [sys.executable, "-c", MEASURE, "ansible-playbook", str(playbook)],
                env=self._environment,
                check=True,
                stdout=subprocess.PIPE,
            )
        return Cost(*json.loads(done.stdout), self._requests() - before)

    def _requests(self):
        return sum(len(account.requests) for account in self.accounts.values())

    def get(self):
        """Run a playbook with one GET, for comparison."""
        url = f"{self._environment['NOVITA_API_URL']}/gpu-instance/openapi/v1/endpoints?pageSize=50&pageNum=0"
        return self.play({"ansible.builtin.uri": {"url": url, "headers": {"Authorization": f"Bearer {KEY}"}}})

    def fleet(self, resources, **options):
        return self.play({"gpufleet.cloud.fleet": {"resources": resources, **options}})

    def unused(self, resources):
        """Run a task that gets the same entries and does not use them, to measure how long Ansible reads them."""
        return self.play({"ansible.builtin.debug": {"msg": resources, "verbosity": 1}})

    def loops(self, resources):
        """Run a loop of module tasks for each resource type, with the same entries."""
        resource_types = {resource_type for entry in resources for resource_type in entry}
        return self.play(
            *(
                {
                    f"gpufleet.cloud.{resource_type}": "{{ item }}",
                    "loop": [entry[resource_type] for entry in resources if resource_type in entry],
                    "loop_control": {"label": "one"},
                }
                for resource_type in sorted(resource_types)
            )
        )


@contextlib.contextmanager
def bench():
    with Simulator() as simulator:
        yield Bench(simulator)


def entries(count, resource_types=tuple(TASKS), first=0, **more):
    """Return this many entries of endpoints, with alternating resource types."""
    return [
        {resource_type: {**TASKS[resource_type], "name": f"bench-{number}", **more}}
        for number, resource_type in zip(range(first, first + count), itertools.cycle(resource_types))
    ]


def complete(resources):
    """Return the entries with the options that only a create needs."""
    return [
        {
            resource_type: {**options, "type": "sync"} if resource_type == "ppio_endpoint" else options
            for resource_type, options in entry.items()
        }
        for entry in resources
    ]


def print_unchanged(rounds, count=200):
    with bench() as here:
        here.fleet(complete(entries(count)))
        # In pairs, because the speed of a machine varies.
        pairs = [(here.get(), here.fleet(entries(count))) for _round in range(rounds)]
        loops = here.loops(entries(count))
    pages = sum(-(-size // 50) for size in (67, 67)) + 1
    one, many = (statistics.median(cost.seconds for cost in costs) for costs in zip(*pairs))
    ratios = sorted(fleet.seconds / get.seconds for get, fleet in pairs)
    print(
        f"{count} unchanged endpoints of three providers: {many:.2f} s, a playbook with one GET {one:.2f} s, "
        f"ratio {statistics.median(ratios):.2f}, from {ratios[0]:.2f} to {ratios[-1]:.2f} (goal 1.5); "
        f"{pairs[0][1].requests} requests, {pages} pages of lists"
    )
    print(
        f"the same in loops of module tasks: {loops.seconds:.1f} s, ratio to the fleet {loops.seconds / many:.0f}; "
        f"{loops.requests} requests"
    )


def print_creates(count=200, latency=0.05, concurrency=8, others=0):
    with bench() as here:
        here.fleet(entries(others, ("novita_endpoint",), first=count), concurrency=32)
        nothing = here.fleet([], concurrency=concurrency)
        here.set(latency=latency)
        creates = here.fleet(entries(count, ("novita_endpoint",)), concurrency=concurrency)
        requests = here.accounts["novita"].requests[-creates.requests :]
    planning = [request["operation"] for request in requests].index("endpoint.create")
    duration = requests[-1]["at"] + latency - requests[planning]["at"]
    least = (creates.requests - planning) / concurrency * latency
    print(
        f"{count} creates, {others} other endpoints, {latency * 1000:.0f} ms per request, {concurrency} at once: "
        f"{planning} requests to plan, {creates.requests - planning} to execute, which alone need {least:.2f} s; "
        f"from the first create to the last read-back {duration:.2f} s, ratio {duration / least:.2f} (goal 1.5); "
        f"{creates.seconds - nothing.seconds:.2f} s more than an empty fleet"
    )


def print_limited_creates(count=20, interval=4.0):
    with bench() as here:
        nothing = here.fleet([])
        here.set(rate_limits="documented")
        creates = here.fleet(entries(count, ("vast_endpoint",)))
    seconds = creates.seconds - nothing.seconds
    print(
        f"{count} creates at Vast.ai with its documented intervals: {seconds:.1f} s; the intervals alone need "
        f"{count * interval:.0f} s, ratio {seconds / count / interval:.2f} (goal 1.1)"
    )


def print_many(counts=(500, 1000, 2000)):
    for count in counts:
        with bench() as here:
            here.fleet(complete(entries(count)), concurrency=32)
            nothing, unchanged = here.fleet([]), here.fleet(entries(count), concurrency=32)
            reading = here.unused(entries(count)).seconds - here.unused([]).seconds
        whole = unchanged.seconds - nothing.seconds
        print(
            f"{count} unchanged endpoints: {whole:.2f} s more than an empty fleet, {1000 * whole / count:.1f} ms each: "
            f"{1000 * reading / count:.1f} ms for Ansible to read the playbook, "
            f"{1000 * (whole - reading) / count:.1f} ms for the fleet; at most {unchanged.megabytes:.0f} MB (goal 300)"
        )


def print_fleet(rounds):
    print_unchanged(rounds)
    print_creates()
    print_creates(others=1000)
    print_limited_creates()
    print_many()
