# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What will be done to a resource, as data.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

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

UPDATE_WRITE = "update"
"""The write that sends the whole target, which every resource type has."""


@dataclass(frozen=True)
class Change:
    """One write that changes a resource.

    :param fields: the option paths that the write changes.
    :param effect: what it does to running workers.
    :param write: which of the resource type's writes it is; see ``Resource.send_change``.
    :param power: the power state that it leads to, where that is not the present one.
    :param is_visible: whether the resource shows that the write was done. One that is not is sent only after those
        before it have been verified.
    """

    fields: list[str]
    effect: str
    write: str = UPDATE_WRITE
    power: str = ""
    is_visible: bool = True


@dataclass(frozen=True)
class Step:
    """One thing to do.

    :param change: the write of a step that updates.
    :param facts: what the result shows of the step besides: the hourly price of what is ordered.
    :param is_reported: whether the result names the step. Verifying is part of the update before it.
    """

    action: str
    fields: list[str] = field(default_factory=list)
    effect: str = "none"
    change: Change | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    is_reported: bool = True

    def report(self) -> dict[str, Any]:
        """The step as results show it."""
        return {"action": self.action, "fields": self.fields, "effect": self.effect, **self.facts}


@dataclass(frozen=True)
class Expectation:
    """The resource as it will be after the plan; without values when there will be none."""

    id: str = ""
    name: str = ""
    values: dict[str, Any] | None = field(default=None, repr=False)
    facts: dict[str, Any] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass
class Plan:
    """Everything that is decided before the first write. While it is being made it says how far the planner came.

    :param current: the resource that the task means, or ``None``.
    :param being_removed: resources that match and that the provider is removing already.
    :param target: what a create or an update sends.
    :param power: the power state that the steps lead to.
    :param diff: ``before`` and ``after``, over the options that the task sets.
    :param list_response: the list response that the plan was made from.
    """

    steps: list[Step] = field(default_factory=list)
    current: CurrentState | None = None
    being_removed: list[CurrentState] = field(default_factory=list)
    target: dict[str, Any] | None = None
    power: str = ON
    expected: Expectation = field(default_factory=Expectation)
    diff: dict[str, dict[str, Any]] = field(default_factory=lambda: {"before": {}, "after": {}})
    warnings: list[str] = field(default_factory=list)
    list_response: ListResponse = field(default_factory=ListResponse)

    @property
    def changes_something(self) -> bool:
        """Whether there is a step that writes."""
        return any(step.action != NOTHING for step in self.steps)

    def report(self) -> list[dict[str, Any]]:
        """The steps as results show them."""
        return [step.report() for step in self.steps if step.is_reported]
