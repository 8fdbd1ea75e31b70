# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print the costs of the modules: requests, and time compared with a plain GET. `make bench` runs it with a simulator.

All figures of a table come from one run on one machine. Compare only the ratios.
"""

from __future__ import annotations

import argparse

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import connection

from ..simulator.server import Simulator
from ..unit.harness import Cloud, PlayedClock
from ..unit.laws.resource_types import RESOURCE_TYPES
from .clients import measure_clients
from .creates import measure_creates, measure_limited_creates
from .fleet import measure_many, measure_unchanged
from .inventory import measure_inventory
from .results import Row, keep
from .tasks import measure_playbooks, measure_tasks
from .terraform import measure_terraform

ACTIONS = ("absent", "create", "unchanged", "update", "delete")


def requests_of(resource_type, simulator, clock):
    """Return how many requests each action of a module sends."""
    cloud = Cloud(simulator, clock, key=f"sk-bench-requests-of-{resource_type}")
    cloud.account(resource_type.provider).settings.set(boot_seconds=0, **resource_type.settings)
    for store, wire_fields in resource_type.around:
        cloud.account(resource_type.provider).store(store).seed(wire_fields)
    name = resource_type.selection
    tasks = (
        {**name, "state": "absent"},
        resource_type.task,
        resource_type.task,
        {**name, **resource_type.change},
        {**name, "state": "absent"},
    )
    return [len(cloud.run(resource_type.module, task).ok().requests) for task in tasks]


def measure_requests():
    """Count the requests of each action, and compare them with those that the tests of promise 15 allow."""
    clock, rows = PlayedClock(), []
    connection.Clock = lambda _sleep: clock
    print(f"{'requests':22}" + "".join(f"{action:>11}" for action in ACTIONS))
    with Simulator(clock=clock) as simulator:
        for resource_type in RESOURCE_TYPES:
            counts = requests_of(resource_type, simulator, clock)
            print(f"{str(resource_type):22}" + "".join(f"{count:11}" for count in counts))
            for action, count in zip(ACTIONS, counts):
                goal = len(resource_type.requests[action]) if action in resource_type.requests else None
                rows.append(Row("requests", f"{resource_type}: {action}", [count], goal))
    return rows


PARTS = {
    "requests": lambda _rounds: measure_requests(),
    "tasks": measure_tasks,
    "playbooks": measure_playbooks,
    "unchanged": measure_unchanged,
    "many": lambda _rounds: measure_many(),
    "creates": measure_creates,
    "creates-among-many": lambda _rounds: measure_creates(1, others=1000),
    "limited-creates": lambda _rounds: measure_limited_creates(),
    "inventory": measure_inventory,
    "clients": measure_clients,
    "terraform": measure_terraform,
}


def main():
    parser = argparse.ArgumentParser(description="Measure the modules against the simulator.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--results", help="write the figures to this file, as JSON")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"by default all: {', '.join(PARTS)}")
    options = parser.parse_args()
    for part in options.parts or PARTS:
        rows = PARTS[part](options.rounds)
        if options.results:
            keep(options.results, part, rows)
        print(flush=True)


if __name__ == "__main__":
    main()
