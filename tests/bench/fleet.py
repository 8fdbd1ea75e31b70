# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the cost of an unchanged fleet with a plain GET, and with loops of tasks."""

from __future__ import annotations

import itertools
import statistics

from ..unit.laws.resource_types import NOVITA_ENDPOINT, PPIO_ENDPOINT
from .accounts import Accounts
from .goals import GOALS, playbook_ratios
from .plain_pool import plain_pool
from .results import Row
from .tasks import FACES

# PPIO's list response lacks the type. To read it would cost one more request for each endpoint.
TASKS = {
    "novita_endpoint": {option: value for option, value in NOVITA_ENDPOINT.task.items() if option != "secret_envs"},
    "ppio_endpoint": {
        option: value for option, value in PPIO_ENDPOINT.task.items() if option not in ("secret_envs", "type")
    },
    "vast_endpoint": {"min_load": 1, "target_util": 0.85, "cold_workers": 0, "max_workers": 2},
}


def entries(count, resource_types=tuple(TASKS), first=0):
    """Return this many entries of endpoints, with alternating resource types."""
    return [
        {resource_type: {**TASKS[resource_type], "name": f"bench-{number}"}}
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


def fleet(resources, is_direct=True, **options):
    return {"gpufleet.cloud.fleet": {"resources": resources, **options}, "vars": {"gpufleet_direct": is_direct}}


def unused(resources):
    """Return a task that gets the same entries and does not use them, to measure how long Ansible reads them."""
    return {"ansible.builtin.debug": {"msg": resources, "verbosity": 1}}


def loops(resources):
    """Return a loop of tasks for each resource type, with the same entries."""
    resource_types = {resource_type for entry in resources for resource_type in entry}
    return [
        {
            f"gpufleet.cloud.{resource_type}": "{{ item }}",
            "loop": [entry[resource_type] for entry in resources if resource_type in entry],
            "loop_control": {"label": "one"},
        }
        for resource_type in sorted(resource_types)
    ]


def measure_unchanged(rounds, count=200):
    accounts, resources = Accounts(), entries(count)
    accounts.play(fleet(complete(resources), concurrency=32))
    accounts.requests()
    accounts.play(fleet(resources))
    sent = accounts.requests()
    plays = {
        "uri": accounts.get(),
        "fleet of no entries, direct": fleet([]),
        "debug with the same entries": unused(resources),
        **{f"fleet {face}": fleet(resources, is_direct) for face, is_direct in FACES.items()},
    }
    # All in each round, because the speed of a machine varies.
    costs = [{name: accounts.play(task) for name, task in plays.items()} for _round in range(rounds)]
    title = f"a playbook with {count} unchanged entries"
    rows = playbook_ratios("unchanged", title, costs, {"fleet direct": "fleet"})
    once = {"uri": accounts.play(plays["uri"]), "loops of direct tasks": accounts.play(*loops(resources))}
    rows += playbook_ratios("unchanged loops", "the same entries in loops, once", [once], {})
    plain = [plain_pool(accounts, sent, 8) for _round in range(rounds)]
    print(
        f"  the fleet sends {len(sent)} requests, one for each page of its lists; by a plain pool they take "
        f"{statistics.median(plain):.3f} s",
        flush=True,
    )
    return rows


def measure_many(count=2000):
    accounts, resources = Accounts(), entries(count)
    accounts.play(fleet(complete(resources), concurrency=32))
    get, nothing, unchanged = (
        accounts.play(task) for task in (accounts.get(), fleet([]), fleet(resources, concurrency=32))
    )
    reading = accounts.play(unused(resources)).seconds - accounts.play(unused([])).seconds
    whole = unchanged.seconds - nothing.seconds
    ratio, most = unchanged.seconds / get.seconds, GOALS["megabytes"]
    print(
        f"a playbook with {count} unchanged entries: ratio to uri {ratio:.2f}\n"
        f"  {1000 * whole / count:.1f} ms for each entry: {1000 * reading / count:.1f} ms for Ansible to read the "
        f"playbook, {1000 * (whole - reading) / count:.1f} ms for the fleet\n"
        f"  at most {unchanged.megabytes:.0f} MB in a process (goal {most})",
        flush=True,
    )
    return [
        Row("many", f"fleet of {count} unchanged entries", [ratio], seconds=unchanged.seconds),
        Row("megabytes", f"fleet of {count} unchanged entries", [unchanged.megabytes], most),
    ]
