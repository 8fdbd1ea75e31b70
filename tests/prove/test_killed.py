# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task whose process is killed at each of its requests, and the same task again, at once.

Each resource type and action has a run without interruption. Then the task ends at each request, before the provider
has got the request, or after it has executed it. The provider lists new resources only after some seconds.
"""

from __future__ import annotations

import contextlib

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._http.exchange import Connections

from .test_fault_matrix import ALL, FAST, Case

LATE = {"visible_after": 8}
"""Seconds until the provider lists a new resource. They are fewer than those that a task waits for it."""


class Killed(BaseException):
    """Stands for the end of the process."""


@contextlib.contextmanager
def killed(monkeypatch, number, is_executed):
    """Kill the process at the request with this number."""
    send, sent = Connections.exchange, []

    def send_or_end(*arguments, **options):
        sent.append(None)
        is_last = len(sent) == number + 1
        if is_last and is_executed:
            send(*arguments, **options)
        if is_last:
            raise Killed
        return send(*arguments, **options)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Connections, "exchange", send_or_end)
        yield


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
        for is_executed in (False, True):
            case = Case(new_world, resource_type, action, expected)
            case.account.settings.set(**LATE)
            with killed(monkeypatch, number, is_executed):
                case.run()
            wrong = problems(case)
            figures.count("kills", str(resource_type), action.name, "broken" if wrong else "survived")
            moment = "after" if is_executed else "before"
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
