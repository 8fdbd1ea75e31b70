# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare one unchanged task with a plain GET: in loops, in separate tasks, and as the only task of a playbook."""

from __future__ import annotations

import statistics

from ..unit.laws.resource_types import RESOURCE_TYPES
from .accounts import Accounts
from .goals import GOALS, playbook_ratios, spread, verdict
from .results import Row

FACES = {"direct": True, "module": False}
AS_MODULE = {"vars": {"gpufleet_direct": False}}
FIRST = str(RESOURCE_TYPES[0])


def task_of(resource_type):
    return {f"gpufleet.cloud.{resource_type}": resource_type.task}


def accounts_with_resources():
    """Return accounts in which the tasks change nothing."""
    accounts = Accounts()
    for resource_type in RESOURCE_TYPES:
        for store, wire_fields in resource_type.around:
            accounts.seed(resource_type.provider, store, wire_fields)
    accounts.play(*map(task_of, RESOURCE_TYPES))
    return accounts


def all_tasks(accounts):
    """Yield the name and the content of each measured task. One module shows what a module takes."""
    yield "uri", accounts.get()
    yield f"{FIRST} module", {**task_of(RESOURCE_TYPES[0]), **AS_MODULE}
    for resource_type in RESOURCE_TYPES:
        yield f"{resource_type} direct", task_of(resource_type)


def few_tasks(accounts):
    """Return the measured tasks of one resource type."""
    return [(name, task) for name, task in all_tasks(accounts) if name.startswith(("uri", FIRST))]


def seconds_in_loop(accounts, tasks, count):
    """Return the seconds of one item of a loop, for each task."""
    loop = {"loop": list(range(count)), "loop_control": {"label": "one"}}
    cost = accounts.play(*({"name": name, **task, **loop} for name, task in tasks))
    return {name: seconds / count for name, [seconds] in cost.tasks.items()}


def seconds_apart(accounts, tasks, count):
    """Return the median seconds of several equal tasks, for each task."""
    # In turns, because the speed of a machine varies.
    cost = accounts.play(*[{"name": name, **task} for name, task in tasks] * count)
    return {name: statistics.median(seconds) for name, seconds in cost.tasks.items()}


def task_ratios(table, title, rounds):
    """Print the ratios to ``uri``, and whether the direct tasks reach their goal. Return the rows.

    :param rounds: the seconds of each task, in each round.
    """
    print(f"{title:44}{'median, s':>10}   ratio to uri")
    rows = []
    for name in rounds[0]:
        ratios = [seconds[name] / seconds["uri"] for seconds in rounds]
        is_direct = name.endswith("direct")
        median = statistics.median(seconds[name] for seconds in rounds)
        goal = verdict("task", ratios) if is_direct else ""
        print(f"  {name:42}{median:10.3f}   {spread(ratios):22} {goal}".rstrip())
        rows.append(Row(table, name, ratios, GOALS["task"] if is_direct else None, seconds=median))
    print(flush=True)
    return rows


def measure_tasks(rounds, count=20, many=100):
    accounts = accounts_with_resources()
    every, few = list(all_tasks(accounts)), few_tasks(accounts)
    loops = [seconds_in_loop(accounts, every, count) for _round in range(rounds)]
    rows = task_ratios("loop", f"{count} items in a loop", loops)
    apart = [seconds_apart(accounts, few, count) for _round in range(rounds)]
    rows += task_ratios("separate tasks", f"{count} separate tasks", apart)
    return rows + task_ratios("long loop", f"{many} items in a loop", [seconds_in_loop(accounts, few, many)])


def measure_playbooks(rounds):
    """Measure the time of the whole process for a playbook with one task."""
    accounts = accounts_with_resources()
    task = task_of(RESOURCE_TYPES[0])
    tasks = {
        "uri": accounts.get(),
        "no task but debug": {"ansible.builtin.debug": {"msg": "one"}},
        f"{FIRST} direct": task,
        f"{FIRST} module": {**task, **AS_MODULE},
    }
    rounds = [{name: accounts.play(task) for name, task in tasks.items()} for _round in range(rounds)]
    return playbook_ratios("playbook", "a playbook with one task", rounds, {})
