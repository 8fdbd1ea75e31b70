# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring one resource to its desired state: make a plan, then execute it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from .._clock import Clock
from .cost import CostChange
from .executor import Executor
from .outcome import Outcome
from .plan import Plan
from .planner import Planner
from .pricing import cost_change
from .resource import Resource
from .state import CurrentState, DesiredState
from .watch import Pause, Watch


class Convergence:
    """Plans and executes the changes of one resource. After an error, ``outcome`` describes the progress.

    :param declared: the desired states of all resources of this type in a fleet.
    """

    def __init__(
        self,
        resource: Resource,
        desired_state: DesiredState,
        clock: Clock,
        watch: Watch | None = None,
        declared: Collection[DesiredState] = (),
    ) -> None:
        self.resource = resource
        self.desired_state = desired_state
        self._clock = clock
        self._watch = watch
        self._planner = Planner(resource, desired_state, declared)
        self._is_planned = False
        self._executor: Executor | None = None

    @property
    def outcome(self) -> Outcome:
        """The outcome so far. Before the first write, it is the outcome that the plan leads to."""
        if self._executor is not None:
            return self._executor.outcome
        draft = self._planner.draft
        return Outcome.expected(draft, changed=self._is_planned and draft.changes_something)

    @property
    def current(self) -> CurrentState | None:
        """The resource that existed before the first write, or ``None``."""
        return self._planner.draft.current

    @property
    def target(self) -> dict[str, Any] | None:
        """The values that a create or an update of the plan sends, or ``None``."""
        return self._planner.draft.target

    @property
    def refusal(self) -> str:
        """The reason for which the provider temporarily refuses a write, or an empty text."""
        return self._executor.refusal if self._executor is not None else ""

    @property
    def stage_in_words(self) -> str:
        """The state of the resource as the provider last described it, or an empty text before the first write."""
        return self._executor.stage_in_words if self._executor is not None else ""

    def plan(self) -> Plan:
        """Make the plan. Sends only reads."""
        plan = self._planner.plan()
        self.desired_state = self._planner.desired_state
        self._is_planned = True
        return plan

    @property
    def cost(self) -> CostChange | None:
        """The hourly cost before and after the plan, if the task limits it or ``calculate_cost`` has been called."""
        return self._planner.draft.cost

    def calculate_cost(self) -> CostChange:
        """Return the hourly cost before and after the plan. Reads price lists."""
        draft = self._planner.draft
        draft.cost = draft.cost or cost_change(self.resource, draft)
        return draft.cost

    def warn(self, warning: str) -> None:
        """Add a warning to the plan."""
        self._planner.draft.warnings.append(warning)

    def apply(self) -> Outcome:
        """Execute the plan, verify each write, and wait if the task sets ``wait``."""
        for _pause in self.steps():
            pass
        return self.outcome

    def steps(self) -> Iterator[Pause]:
        """Do the same as ``apply``, but yield before each pause, so that the caller can run other resources."""
        self._executor = Executor(self.resource, self.desired_state, self._planner.draft, self._clock, self._watch)
        return self._executor.steps()
