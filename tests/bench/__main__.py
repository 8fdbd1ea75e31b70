# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print the costs of the modules: requests, and time compared with a plain GET. `make bench` runs it with a simulator.

All figures of a table come from one run on one machine. Compare only the ratios.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import connection

from ..simulator.server import Simulator
from ..unit.harness import Cloud, PlayedClock
from ..unit.laws.resource_types import RESOURCE_TYPES
from .fleet import print_fleet
from .inventory import print_inventory

PLAYBOOK = pathlib.Path(__file__).with_name("tasks.yml")
ACTIONS = ("absent", "create", "unchanged", "update", "delete")


def requests_of(resource_type, simulator, clock):
    """Return how many requests each action of a module sends."""
    cloud = Cloud(simulator, clock, key=f"sk-bench-requests-of-{resource_type}")
    cloud.account(resource_type.provider).settings.set(boot_seconds=0)
    for store, wire_fields in resource_type.around:
        cloud.account(resource_type.provider).store(store).seed(wire_fields)
    name = {resource_type.identity: resource_type.task[resource_type.identity]}
    tasks = (
        {**name, "state": "absent"},
        resource_type.task,
        resource_type.task,
        {**name, **resource_type.change},
        {**name, "state": "absent"},
    )
    return [len(cloud.run(resource_type.module, task).ok().requests) for task in tasks]


def print_requests():
    clock = PlayedClock()
    connection.Clock = lambda _sleep: clock
    print(f"{'requests':20}" + "".join(f"{action:>11}" for action in ACTIONS))
    with Simulator(clock=clock) as simulator:
        for resource_type in RESOURCE_TYPES:
            print(
                f"{str(resource_type):20}"
                + "".join(f"{count:11}" for count in requests_of(resource_type, simulator, clock))
            )


def seconds_per_item(rounds, items):
    """Run the playbook several times; return for each task the seconds for one item in each round."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        for _round in range(rounds):
            extra = json.dumps({"bench_items": items, "bench_report": str(report)})
            subprocess.run(["ansible-playbook", str(PLAYBOOK), "-e", extra], check=True, stdout=subprocess.DEVNULL)
            figures.append(json.loads(report.read_text(encoding="utf-8")))
    return {task: [figure[task] for figure in figures] for task in figures[0]}


def print_times(figures):
    print(f"{'one unchanged task':20}{'median, s':>11}   ratio to uri in each round")
    for task, seconds in figures.items():
        ratios = ", ".join(f"{one / other:.2f}" for one, other in zip(seconds, figures["uri"]))
        print(f"{task:20}{statistics.median(seconds):11.3f}   {ratios}")


def main():
    parser = argparse.ArgumentParser(description="Measure the modules against the simulator.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--items", type=int, default=20)
    options = parser.parse_args()
    print_requests()
    print(flush=True)
    print_times(seconds_per_item(options.rounds, options.items))
    print(flush=True)
    print_inventory(options.rounds)
    print(flush=True)
    print_fleet(options.rounds)


if __name__ == "__main__":
    main()
