# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcome of a run for one resource, up to date at any time.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .plan import Plan
from .state import CurrentState


@dataclass
class Outcome:
    """The content of a result. After a failure, it describes the run up to the failure.

    ``values`` and ``facts`` describe the resource as read or, before the first write, as expected after the plan.
    """

    changed: bool = False
    id: str = ""
    name: str = ""
    values: dict[str, Any] | None = field(default=None, repr=False)
    facts: dict[str, Any] = field(default_factory=dict)
    private: dict[str, str] = field(default_factory=dict, repr=False)
    accepted: bool = False
    """Whether the provider has accepted a write. ``changed`` is also true if it may have executed one."""
    deleted_id: str = ""
    """The id of the resource that was deleted or replaced, or before the first write, the one of the plan."""
    removal: dict[str, Any] = field(default_factory=dict)
    plan: list[dict[str, Any]] = field(default_factory=list)
    diff: dict[str, dict[str, Any]] = field(default_factory=lambda: {"before": {}, "after": {}})
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def expected(cls, plan: Plan, changed: bool) -> Outcome:
        """Return the outcome that a plan leads to."""
        expected = plan.expected
        return cls(
            changed=changed,
            id=expected.id,
            name=expected.name,
            values=expected.values,
            facts=expected.facts,
            private=expected.private,
            deleted_id=plan.deleted_id if changed else "",
            plan=plan.report(),
            diff=plan.diff,
            warnings=list(plan.warnings),
        )

    def show(self, current: CurrentState) -> None:
        """Store the resource as read."""
        self.id, self.name, self.values = current.id, current.name, current.values
        self.facts, self.private = current.facts, current.private

    def show_ordered(self, name: str, values: dict[str, Any], facts: dict[str, Any]) -> None:
        """Store a new resource that has not been read yet. The id does not change."""
        self.name, self.values, self.facts, self.private = name, values, facts, {}

    def show_removed(self) -> None:
        """Store that the resource no longer exists."""
        self.id, self.name, self.values, self.facts, self.private = "", "", None, {}, {}
