# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The run of one entry of a fleet: its plan, its writes, and its error.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable, NamedTuple, TypeVar

from .._engine.capabilities import Claiming, OwnedBy
from .._engine.convergence import Convergence
from .._engine.cost import CostChange
from .._engine.plan import CREATE, DELETE, RECYCLE, REPLACE, RESTART, START, STOP, UPDATE
from .._engine.references import Reference, Referring, Use, uses
from .._engine.resource import Resource
from .._engine.watch import Pause
from .._entry.result_words import UNCHANGED
from .._errors import CloudError, internal_error
from .entry import Entry

T = TypeVar("T")

_BY_IMPORTANCE = (REPLACE, CREATE, DELETE, UPDATE, START, STOP, RESTART, RECYCLE)


class Owner(NamedTuple):
    """The resource that another resource belongs to, as far as it is known.

    :param option: the option that specifies the owner by name.
    :param name: the value of that option, or ``None`` if the task does not set it.
    :param id: the id of the owner, or an empty string if it is unknown.
    """

    resource_type: type[Resource]
    option: str
    name: str | None
    id: str


class EntryRun:
    """An entry and the progress of its run. ``error`` is set if the run failed.

    ``depends_on`` lists the runs that must end, or at least finish their writes, before this run starts. ``cost`` is
    the hourly cost before and after the plan, if it has been calculated. ``has_alternative`` is true if the
    entry has not failed yet when this run fails.
    """

    def __init__(self, entry: Entry, convergence: Convergence) -> None:
        self.entry = entry
        self.convergence = convergence
        self.error: CloudError | None = None
        self.depends_on: list[EntryRun] = []
        self.cost: CostChange | None = None
        self.has_alternative = False
        self._steps: Iterator[Pause] | None = None

    @property
    def has_started(self) -> bool:
        """Whether the execution of the plan has started."""
        return self._steps is not None

    @property
    def action(self) -> str:
        """The most far-reaching action of the plan, or ``UNCHANGED``."""
        actions = [step["action"] for step in self.convergence.outcome.plan]
        return next((action for action in _BY_IMPORTANCE if action in actions), UNCHANGED)

    @property
    def done_before_failure(self) -> str:
        """What a failed run certainly did before it failed: one of the actions, or an empty string."""
        outcome = self.convergence.outcome
        if not self.error or not outcome.accepted:
            return ""
        if self.action in (CREATE, REPLACE):
            return CREATE if outcome.id not in ("", self.current_id) else ""
        return "" if self.action == DELETE else self.action

    @property
    def is_removal(self) -> bool:
        """Whether the entry has ``state: absent``."""
        return self.entry.is_removal

    @property
    def current_id(self) -> str:
        """The id of the resource that existed at the time of planning, or an empty string."""
        return self.convergence.current.id if self.convergence.current else ""

    @property
    def renames(self) -> bool:
        """Whether the task changes the name of the resource."""
        current, desired_state = self.convergence.current, self.entry.desired_state
        if current is None or not desired_state.id or self.is_removal:
            return False
        return desired_state.name not in ("", current.name)

    @property
    def new_name(self) -> str:
        """The name of a resource that is created or renamed, or an empty string.

        It is also empty if the name alone does not identify a resource.
        """
        if len(self.entry.resource_type.named_by) > 1:
            return ""
        return self.entry.desired_state.name if self.renames or self.action == CREATE else ""

    @property
    def claim(self) -> str:
        """The values of a new resource, except its name, that no other resource may have; or an empty string."""
        resource = self.convergence.resource
        if self.action != CREATE or not isinstance(resource, Claiming):
            return ""
        return resource.claim(self.entry.desired_state)

    @property
    def owner(self) -> Owner | None:
        """The owner of the resource, or ``None`` for a resource type without owners."""
        resource = self.convergence.resource
        if not isinstance(resource, OwnedBy):
            return None
        name_option, id_option = resource.owned_by
        params, current = self.entry.params, self.convergence.current
        facts = current.facts if current else {}
        owner_id = str(params.get(id_option) or facts.get(id_option, ""))
        return Owner(resource.owner, name_option, params.get(name_option), owner_id)

    @property
    def uses(self) -> list[Use]:
        """The resources of other types that the entry names."""
        return list(uses(self.entry.resource_type, self.entry.desired_state.values))

    def values_in_use(self, values: dict[str, Any] | None) -> list[tuple[Reference, str]]:
        """Return the values of other resources in the values of the resource, with the options that contain them."""
        resource_type = self.entry.resource_type
        references = resource_type.references if issubclass(resource_type, Referring) else ()
        return [(reference, value) for reference in references for value in reference.targets_in(values or {})]

    def plan(self) -> None:
        """Plan the entry. An error is stored in ``error``."""
        self._attempt(self.convergence.plan)

    def advance(self) -> Pause | None:
        """Continue to the next pause and return it. Returns ``None`` if the run has ended, with or without an error."""
        if self._steps is None:
            self._steps = self.convergence.steps()
        steps = self._steps
        return self._attempt(lambda: next(steps, None))

    def _attempt(self, act: Callable[[], T]) -> T | None:
        try:
            return act()
        except CloudError as error:
            self.error = error
        except Exception as error:  # a bug that affects one resource must not stop the others
            self.error = internal_error(error)
        return None
