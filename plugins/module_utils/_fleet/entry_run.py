# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One entry of a fleet on its way: its plan, its writes and its error.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable, NamedTuple, TypeVar

from .._engine.capabilities import Claiming, OwnedBy
from .._engine.convergence import Convergence
from .._engine.plan import CREATE, DELETE, REPLACE, RESTART, START, STOP, UPDATE
from .._engine.resource import Resource
from .._engine.watch import Pause
from .._errors import CloudError, internal_error
from .entry import Entry

T = TypeVar("T")

UNCHANGED = "unchanged"
_STRONGEST_FIRST = (REPLACE, CREATE, DELETE, UPDATE, START, STOP, RESTART)


class Owner(NamedTuple):
    """The resource that another one belongs to, as far as it is known. ``option`` is the one that names it."""

    resource_type: type[Resource]
    option: str
    name: str | None
    id: str


class EntryRun:
    """An entry and how far it came. ``error`` says why it failed.

    ``depends_on`` are the runs that must end, or at least finish their writes, before this one starts.
    """

    def __init__(self, entry: Entry, convergence: Convergence) -> None:
        self.entry = entry
        self.convergence = convergence
        self.error: CloudError | None = None
        self.depends_on: list[EntryRun] = []
        self._steps: Iterator[Pause] | None = None

    @property
    def has_started(self) -> bool:
        """Whether the plan is being carried out, or was."""
        return self._steps is not None

    @property
    def action(self) -> str:
        """The strongest action of the plan."""
        actions = [step["action"] for step in self.convergence.outcome.plan]
        return next((action for action in _STRONGEST_FIRST if action in actions), UNCHANGED)

    @property
    def is_removal(self) -> bool:
        """Whether the task wants the resource deleted."""
        return self.entry.desired_state.state == "absent"

    @property
    def current_id(self) -> str:
        """The id of the resource that existed when the plan was made, or an empty text."""
        return self.convergence.current.id if self.convergence.current else ""

    @property
    def renames(self) -> bool:
        """Whether the task gives the resource another name than it has."""
        current, desired_state = self.convergence.current, self.entry.desired_state
        if current is None or not desired_state.id or self.is_removal:
            return False
        return desired_state.name not in ("", current.name)

    @property
    def new_name(self) -> str:
        """The name that a new or renamed resource gets, or an empty text."""
        return self.entry.desired_state.name if self.renames or self.action == CREATE else ""

    @property
    def claim(self) -> str:
        """What a new resource takes that no second one can have, beside its name; or an empty text."""
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

    def plan(self) -> None:
        """Decide everything. What goes wrong is kept as the error of this run."""
        self._attempt(self.convergence.plan)

    def advance(self) -> Pause | None:
        """Continue to the next pause and return it, or ``None`` when the run has ended, with or without an error."""
        if self._steps is None:
            self._steps = self.convergence.steps()
        steps = self._steps
        return self._attempt(lambda: next(steps, None))

    def _attempt(self, act: Callable[[], T]) -> T | None:
        try:
            return act()
        except CloudError as error:
            self.error = error
        except Exception as error:  # a bug that one resource meets must not end the others
            self.error = internal_error(error)
        return None
