# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a task in the process of Ansible after its time limit."""

from __future__ import annotations

import types

import pytest

from ansible_collections.gpufleet.cloud.plugins.plugin_utils.direct import DirectAction

REASON = "the task reached its time limit (timeout: 5 s)"
CONTINUE = "Increase timeout, or run the task again: it continues with the resources that exist then."
REFUSED = "Cannot create endpoint 'e' at Vast.ai: HTTP 503."
CANCELLED = f"Cannot verify the new endpoint 'e' (id 7) at Vast.ai: {REASON}, so the task sends no more requests."


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({}, "The task reached its time limit (timeout: 5 s), but did all its work. Increase timeout."),
        ({"failed": True, "msg": CANCELLED, "failure": {}}, f"{CANCELLED} {CONTINUE}"),
        (
            {"failed": True, "msg": REFUSED, "failure": {}},
            f"The task reached its time limit (timeout: 5 s). {REFUSED} {CONTINUE}",
        ),
    ],
    ids=["complete", "canceled", "another error"],
)
def test_a_task_that_reached_its_time_limit_fails_and_returns_what_it_did(result, message):
    action = object.__new__(DirectAction)
    action._task, action.module = types.SimpleNamespace(timeout=5), types.SimpleNamespace(provider="vast")
    shown = action._out_of_time({"id": "7", "changed": True, **result}, REASON)
    assert shown.pop("failure") is not None
    assert shown == {"id": "7", "changed": True, "failed": True, "msg": message, "timedout": {"period": 5}}
