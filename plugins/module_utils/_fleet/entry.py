# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry: one resource in a fleet, as the task declares it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .._engine.resource import Resource
from .._engine.state import CurrentState, DesiredState
from .._entry import arguments
from .._visible import visible
from .accounts import Account
from .resource_types import RESOURCE_TYPES

ACCOUNT = "account"
"""The key of an item of ``resources`` in addition to its resource type."""
PRUNED = -1
"""The ``number`` of an entry that results from ``prune``."""


@dataclass(frozen=True)
class Entry:
    """One resource in a fleet.

    :param number: its index in ``resources``, or ``PRUNED``.
    :param type_name: the name of its resource type, for example ``vast_endpoint``.
    :param params: the options of the entry: the same as those of the module for the resource type.
    :param desired_state: the state that these options describe.
    :param account: the account of the resource.
    """

    number: int
    type_name: str
    params: dict[str, Any] = field(repr=False)
    desired_state: DesiredState = field(repr=False)
    account: Account

    @classmethod
    def of_params(cls, number: int, type_name: str, params: dict[str, Any], account: Account) -> Entry:
        """Return the entry for validated options of the module for a resource type."""
        return cls(number, type_name, params, arguments.desired_state(RESOURCE_TYPES[type_name], params), account)

    @classmethod
    def removal(
        cls,
        type_name: str,
        current: CurrentState,
        account: Account,
        number: int = PRUNED,
        wait_timeout: float = DesiredState.wait_timeout,
    ) -> Entry:
        """Return an entry that deletes a resource which the task does not declare."""
        option = RESOURCE_TYPES[type_name].named_by[0]
        named = {option: current.name}
        desired_state = DesiredState("absent", current.name, current.id, named, wait_timeout=wait_timeout)
        return cls(number, type_name, {**named, "id": current.id}, desired_state, account)

    @classmethod
    def removal_of(
        cls, type_name: str, identity: dict[str, str], account: Account, wait_timeout: float, number: int = 0
    ) -> Entry:
        """Return an entry that deletes one resource.

        :param identity: its name or its id, by the option.
        """
        name, resource_id = identity.get("name", ""), identity.get("id", "")
        desired_state = DesiredState("absent", name, resource_id, identity, wait_timeout=wait_timeout)
        return cls(number, type_name, identity, desired_state, account)

    @classmethod
    def unknown_removals(cls, type_name: str, pattern: str, account: Account) -> Entry:
        """Return an entry for all resources that match a pattern, for use when they cannot be listed."""
        option = RESOURCE_TYPES[type_name].named_by[0]
        return cls(PRUNED, type_name, {option: pattern}, DesiredState("absent", pattern, "", {}), account)

    @property
    def resource_type(self) -> type[Resource]:
        return RESOURCE_TYPES[self.type_name]

    @property
    def resource_types(self) -> set[str]:
        return {self.type_name}

    @property
    def accounts(self) -> list[Account]:
        return [self.account]

    @property
    def is_removal(self) -> bool:
        """Whether the entry has ``state: absent``."""
        return self.desired_state.state == "absent"

    @property
    def name(self) -> str:
        """The resource in messages: its name, the name of its endpoint, or its id."""
        return resource_name(self.type_name, self.params)

    @property
    def label(self) -> str:
        """The entry in messages, for example ``entry 1 (vast_endpoint tts)``."""
        return entry_label(self.number, self.type_name, self.params, self.account.name)


def resource_name(type_name: str, params: dict[str, Any]) -> str:
    """Return the value of the first option that is set and identifies the resource, or an empty string."""
    resource_type = RESOURCE_TYPES[type_name]
    fields = {field.name: field for field in (*resource_type.table.fields, *arguments.IDENTITY.fields)}
    options = (*resource_type.named_by, "id")
    shown = (fields[option].shown_name(params[option]) for option in options if params.get(option) not in (None, ""))
    return next(filter(None, shown), "")


def entry_label(number: int, type_name: str, params: dict[str, Any], account_name: str = "") -> str:
    """Return an entry in messages, for example ``entry 1 (vast_endpoint tts)``.

    Several pruned resources can have the same name, so their labels contain the ids and the named accounts.
    """
    subject = " ".join(filter(None, [type_name, visible(resource_name(type_name, params))]))
    if number != PRUNED:
        return f"{entry_place(number)} ({subject})"
    details = [f"id {params['id']}" if params.get("id") else "", f"account {account_name}" if account_name else ""]
    return f"prune ({', '.join(filter(None, [subject, *details]))})"


def entry_place(number: int) -> str:
    """Return the place of an entry in messages. People count from 1."""
    return f"entry {number + 1}"
