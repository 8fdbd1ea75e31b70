# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print what the modules cost: requests, and time beside a plain GET. `make bench` runs it beside a simulator.

All figures of a table come from one run on one machine; the ratios are what they are good for.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

from ansible_collections.gpufleet.cloud.plugins.module_utils import module as module_under_test

from ..simulator.server import Simulator
from ..unit.harness import Cloud, PlayedClock
from ..unit.laws.kinds import KINDS

PLAYBOOK = pathlib.Path(__file__).with_name("tasks.yml")
ACTIONS = ("absent", "create", "unchanged", "update", "delete")


def requests_of(kind, simulator, clock):
    """How many requests each action of a module sends."""
    cloud = Cloud(simulator, clock, key=f"sk-bench-requests-of-{kind}")
    cloud.account(kind.provider).settings.set(boot_seconds=0)
    name = {"name": kind.task["name"]}
    tasks = ({**name, "state": "absent"}, kind.task, kind.task, {**name, **kind.change}, {**name, "state": "absent"})
    return [len(cloud.run(kind.module, task).ok().requests) for task in tasks]


def print_requests():
    clock = PlayedClock()
    module_under_test.Clock = lambda: clock
    print(f"{'requests':20}" + "".join(f"{action:>11}" for action in ACTIONS))
    with Simulator(clock=clock) as simulator:
        for kind in KINDS:
            print(f"{str(kind):20}" + "".join(f"{count:11}" for count in requests_of(kind, simulator, clock)))


def seconds_per_item(rounds, items):
    """Run the playbook several times; for each task the seconds for one item, round by round."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        for _round in range(rounds):
            extra = json.dumps({"bench_items": items, "bench_report": str(report)})
            subprocess.run(["ansible-playbook", str(PLAYBOOK), "-e", extra], check=True, stdout=subprocess.DEVNULL)
            figures.append(json.loads(report.read_text(encoding="utf-8")))
    return {task: [figure[task] for figure in figures] for task in figures[0]}


def print_times(figures):
    print(f"{'one unchanged task':20}{'median, s':>11}   ratio to uri, round by round")
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


if __name__ == "__main__":
    main()
