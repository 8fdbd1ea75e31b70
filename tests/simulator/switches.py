# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults that the page switches on and off: those that a user meets first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Switch:
    """One fault, in words for people."""

    title: str
    operation: str
    fault: str
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self):
        return f"{self.operation} {self.fault}"

    def find(self, faults):
        """Return the fault among those that are switched on, or None."""
        return next(
            (each for each in faults if (each["operation"], each["fault"]) == (self.operation, self.fault)), None
        )

    def turn(self, account, on):
        """Switch the fault on or off. Only once, even if it is on already."""
        account.clear_faults(self.operation, self.fault)
        if on:
            account.fault(self.operation, self.fault, **self.arguments)


def switches(provider):
    """Return the switches of one provider."""
    creates = [operation for operation in provider.operations if operation.endswith(".create")]
    return [
        Switch("Refuse the next request: HTTP status 429", "*", "rate_limit", {"threshold": 2}),
        Switch("Fail the next request: HTTP status 500", "*", "status"),
        *(
            Switch(f"Lose the response to the next {operation}, which succeeds", operation, "reset", {"when": "after"})
            for operation in creates
        ),
        Switch("Return an empty list once", "*", "empty_list"),
        Switch("Let the workers of created and updated endpoints fail", "*", provider.worker_fault, {"times": 0}),
    ]
