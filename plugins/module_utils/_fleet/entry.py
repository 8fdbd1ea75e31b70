# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One resource in a fleet, as the task declares it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .._engine.resource import Resource
from .._engine.state import CurrentState, DesiredState
from .._entry import arguments
from .resource_types import RESOURCE_TYPES

PRUNED = -1
"""The number of an entry that comes from ``prune``."""


@dataclass(frozen=True)
class Entry:
    """One resource in a fleet.

    :param number: its place in ``resources``, or ``PRUNED``.
    :param type_name: the name of its resource type, for example ``vast_endpoint``.
    :param params: the options, as the module of the resource type takes them.
    """

    number: int
    type_name: str
    params: dict[str, Any] = field(repr=False)
    desired_state: DesiredState = field(repr=False)

    @classmethod
    def of_task(cls, number: int, item: dict[str, Any]) -> Entry:
        """The entry that a validated item of ``resources`` declares."""
        type_name, params = next((name, params) for name, params in item.items() if params is not None)
        return cls(number, type_name, params, arguments.desired_state(RESOURCE_TYPES[type_name], params))

    @classmethod
    def removal(cls, type_name: str, current: CurrentState) -> Entry:
        """An entry that deletes a resource that the task does not declare."""
        option = RESOURCE_TYPES[type_name].named_by[0]
        desired_state = DesiredState("absent", current.name, current.id, {option: current.name})
        return cls(PRUNED, type_name, {option: current.name, "id": current.id}, desired_state)

    @classmethod
    def unknown_removals(cls, type_name: str, pattern: str) -> Entry:
        """An entry that stands for all resources that match a pattern, because they cannot be listed."""
        option = RESOURCE_TYPES[type_name].named_by[0]
        return cls(PRUNED, type_name, {option: pattern}, DesiredState("absent", pattern, "", {}))

    @property
    def resource_type(self) -> type[Resource]:
        return RESOURCE_TYPES[self.type_name]

    @property
    def name(self) -> str:
        """What messages call the resource: its name, the name of its endpoint, or its id."""
        return resource_name(self.type_name, self.params)

    @property
    def label(self) -> str:
        """Where the entry stands in the task, and what it is."""
        return entry_label(self.number, self.type_name, self.params)


def resource_name(type_name: str, params: dict[str, Any]) -> str:
    """The first option that is set of those that name a resource, or an empty text."""
    options = (*RESOURCE_TYPES[type_name].named_by, "id")
    return next((str(params[option]) for option in options if params.get(option) not in (None, "")), "")


def entry_label(number: int, type_name: str, params: dict[str, Any]) -> str:
    """Where an entry stands in the task, and what it is, for example ``resources[0] (vast_endpoint tts)``."""
    place = "prune" if number == PRUNED else f"resources[{number}]"
    return f"{place} ({' '.join(filter(None, [type_name, resource_name(type_name, params)]))})"
