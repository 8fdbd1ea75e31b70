# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One resource of a fleet on its way: what is wanted, who sees to it, how far it came.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.capabilities import Claiming
from .._errors import CloudError, internal_error
from .resource_types import RESOURCE_TYPES

_SWITCHES = ("start", "stop", "restart")


class EntryRun:
    """What a fleet knows of one resource. ``error`` says why it did not come to what is wanted."""

    def __init__(self, wanted, convergence):
        self.wanted = wanted
        self.convergence = convergence
        self.error = None
        self.after = []
        self.begun = False
        self._steps = None

    @property
    def action(self):
        """What is to be done, or was done: the strongest word of the plan."""
        words = [step["action"] for step in self.convergence.outcome.plan]
        return next(
            (word for word in ("replace", "create", "delete", "update", *_SWITCHES) if word in words), "unchanged"
        )

    @property
    def current_id(self):
        """The id of the record that is there already, or an empty text."""
        return self.convergence.current.id if self.convergence.current else ""

    @property
    def renames(self):
        """Whether the task wants another name for the record than it has."""
        desired_state, found = self.wanted.desired_state, self.convergence.current
        return bool(found and desired_state.id and desired_state.state != "absent") and desired_state.name not in (
            "",
            found.name,
        )

    @property
    def new_name(self):
        """The name that this one makes a record have, or an empty text."""
        return self.wanted.desired_state.name if self.renames or self.action == "create" else ""

    @property
    def claim(self):
        """What the record that this one makes takes beside its name, or an empty text."""
        resource = self.convergence.resource
        if self.action != "create" or not isinstance(resource, Claiming):
            return ""
        return resource.claim(self.wanted.desired_state)

    @property
    def owners(self):
        """The name and the id of the record that this one belongs to, as far as they are known."""
        name, number = RESOURCE_TYPES[self.wanted.resource_type].owned_by
        found = self.convergence.current.facts if self.convergence.current else {}
        return self.wanted.params.get(name), str(self.wanted.params.get(number) or found.get(number, ""))

    def plan(self):
        self._attempt(self.convergence.plan)

    def advance(self):
        """Carry on to the next pause and return it; nothing at the end, or where an error ended it."""
        if not self.begun:
            self.begun = True
            self._steps = self.convergence.steps()
        return self._attempt(lambda: next(self._steps, None))

    def _attempt(self, act):
        try:
            return act()
        except CloudError as error:
            self.error = error
        except Exception as error:  # one resource's fault must not take the others with it
            self.error = internal_error(error)
        return None
