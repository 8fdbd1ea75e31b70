# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task whose process is killed at each of its requests, and the same task again, at once.

Each resource type and action has a run without interruption. Then the task ends at each request, before the provider
has got the request, or after it has executed it. The provider lists new resources only after some seconds.
"""

from __future__ import annotations

import pytest

from .kills import LATE, MOMENTS, killed
from .test_fault_matrix import ALL, FAST, Case


def problems(case):
    """Return sentences on the problems of the runs after a kill."""
    second = case.run()
    contents = case.settle()
    if second.failed:
        # A replacement that was killed between its two writes.
        reported = len(contents.ids) == 2 and all(id_ in second["msg"] for id_ in contents.ids)
        return [] if reported else [f"the second run fails: {second['msg']}"]
    wrong = case.differences(contents)
    third = case.run()
    if third.failed or third["changed"] and not case.repeats:
        wrong.append(f"the third run is not 'unchanged': {third.get('msg', third.get('plan'))}")
    return wrong


def explore(new_world, figures, monkeypatch, resource_type, action):
    operations, expected = Case(new_world, resource_type, action).reference()
    broken = []
    for number, operation in enumerate(operations):
        for moment, is_executed in MOMENTS.items():
            case = Case(new_world, resource_type, action, expected)
            case.account.settings.set(**LATE)
            with killed(monkeypatch, number, is_executed) as kill:
                case.run()
            assert kill.is_over
            wrong = problems(case)
            figures.count("kills", str(resource_type), action.name, "broken" if wrong else "survived")
            broken += [f"killed {moment} {operation} (request {number + 1}): {sentence}" for sentence in wrong]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("resource_type", "action"), ALL, ids=[f"{resource_type}-{action.name}" for resource_type, action in ALL]
)
def test_a_task_that_was_killed_can_run_again(new_world, figures, monkeypatch, resource_type, action):
    explore(new_world, figures, monkeypatch, resource_type, action)


@pytest.mark.fast
@pytest.mark.parametrize(
    ("resource_type", "action"), FAST, ids=[f"{resource_type}-{action.name}" for resource_type, action in FAST]
)
def test_some_tasks_that_were_killed_can_run_again(new_world, figures, monkeypatch, resource_type, action):
    explore(new_world, figures, monkeypatch, resource_type, action)
