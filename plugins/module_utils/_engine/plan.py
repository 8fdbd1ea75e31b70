# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a resource: its steps and their changes, as data.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .cost import CostChange
from .list_response import ListResponse
from .state import ON, CurrentState

NOTHING = "none"
CREATE = "create"
UPDATE = "update"
VERIFY = "verify"
REPLACE = "replace"
DELETE = "delete"
START = "start"
STOP = "stop"
RESTART = "restart"
RECYCLE = "recycle"
ACTIONS = (NOTHING, CREATE, UPDATE, VERIFY, REPLACE, DELETE, START, STOP, RESTART, RECYCLE)

UPDATE_WRITE = "update"
"""The write that sends the whole target. Every resource type has it."""


@dataclass(frozen=True)
class Change:
    """One write that changes a resource.

    :param fields: the option paths that the write changes.
    :param effect: its effect on running workers.
    :param write: the write of the resource type; see ``Resource.send_change``.
    :param power: the power state that it leads to, if it changes the power state.
    :param is_visible: whether a read shows the change. A write that is not visible is sent only after the writes before
        it have been verified.
    """

    fields: list[str]
    effect: str
    write: str = UPDATE_WRITE
    power: str = ""
    is_visible: bool = True


@dataclass(frozen=True)
class Step:
    """One step of a plan.

    :param change: the write, if the step updates the resource.
    :param facts: additional values in the result, such as the hourly price of an order.
    :param is_reported: whether the result lists the step. A verification belongs to the update before it.
    :param resource: the resource that the step deletes, if it is not the current one of the plan.
    """

    action: str
    fields: list[str] = field(default_factory=list)
    effect: str = "none"
    change: Change | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    is_reported: bool = True
    resource: CurrentState | None = None

    def report(self) -> dict[str, Any]:
        """Return the step for the result."""
        return {"action": self.action, "fields": self.fields, "effect": self.effect, **self.facts}


@dataclass(frozen=True)
class Expectation:
    """The resource that the plan leads to. ``values`` is ``None`` if the plan deletes the resource."""

    id: str = ""
    name: str = ""
    values: dict[str, Any] | None = field(default=None, repr=False)
    facts: dict[str, Any] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass
class Plan:
    """All decisions that are made before the first write. After an error, the plan is incomplete.

    :param current: the resource that matches the task, or ``None``.
    :param others: further resources that match the task, of an interchangeable type.
    :param being_removed: matching resources that the provider is already deleting.
    :param target: the values that a create or an update sends.
    :param power: the power state that the steps lead to.
    :param diff: ``before`` and ``after``, limited to the options that the task sets.
    :param list_response: the list response on which the plan is based.
    :param cost: the hourly cost before and after the plan, if the task requests it.
    """

    steps: list[Step] = field(default_factory=list)
    current: CurrentState | None = None
    others: list[CurrentState] = field(default_factory=list)
    being_removed: list[CurrentState] = field(default_factory=list)
    target: dict[str, Any] | None = None
    power: str = ON
    expected: Expectation = field(default_factory=Expectation)
    diff: dict[str, dict[str, Any]] = field(default_factory=lambda: {"before": {}, "after": {}})
    warnings: list[str] = field(default_factory=list)
    list_response: ListResponse = field(default_factory=ListResponse)
    cost: CostChange | None = None

    @property
    def changes_something(self) -> bool:
        """Whether the plan contains a write."""
        return any(step.action != NOTHING for step in self.steps)

    @property
    def deleted_id(self) -> str:
        """The id of the resource that the plan deletes or replaces, the first of several, or an empty text."""
        ids = (str(step.facts.get("id", "")) for step in self.steps if step.action in (DELETE, REPLACE))
        return next(ids, "")

    def report(self) -> list[dict[str, Any]]:
        """Return the steps for the result."""
        return [step.report() for step in self.steps if step.is_reported]
