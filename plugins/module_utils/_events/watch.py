# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an event source watches in one account, and one poll of it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase
from typing import Any, ClassVar, NamedTuple

from .._engine.context import error_context, learn_secrets
from .._engine.resource import Resource
from .._engine.state import CurrentState
from .._entry.permit import Permit
from .._entry.result import masked
from .._fleet.accounts import Account
from .._fleet.resource_types import RESOURCE_TYPES
from .._fleet.shared_lists import SharedLists
from .._http.client import Client

Event = dict[str, Any]
"""An event for rules. It consists of the types of JSON and contains no secrets."""


class Poll:
    """One poll of an account. All watches share its client and its list responses."""

    def __init__(self, account: Account, client: Client, permit: Permit) -> None:
        self.account = account
        self.client = client
        self.permit = permit
        self.lists = SharedLists(client)

    def resource(self, resource_type: type[Resource]) -> Resource:
        """Return the object of a resource type for this poll."""
        return resource_type(self.client, self.lists)

    def resources(self, key: str) -> list[Resource]:
        """Return the objects of the resource types of the account's provider with a key, such as ``instance``."""
        types = [each for each in RESOURCE_TYPES.values() if each.key == key]
        return [self.resource(each) for each in types if each.provider.name == self.account.provider]

    def select(self, resource: Resource, selection: Selection) -> list[CurrentState]:
        """Return resources of a list response, and mask their secrets. Raises ``ApiError``."""
        with error_context(resource, f"list the {resource.noun}s"):
            selected = [current for current in resource.select({}) if selection.has(current.name)]
        for current in selected:
            learn_secrets(resource, current, {})
        return selected

    def shown(self, facts: Any) -> Any:
        """Return facts for an event, with masked secrets."""
        return masked(facts, self.client.secrets)


class Watch:
    """A part of an account. An object keeps from poll to poll what it has reported."""

    name: ClassVar[str]
    """The option of the source that turns it on."""

    def poll(self, poll: Poll) -> list[Event]:
        """Return an event for each change since the last poll that succeeded. Raises ``CloudError``.

        The first poll returns an event only for what is wrong.
        """
        raise NotImplementedError


class Departures:
    """Finds the resources that no longer exist. That none is left must be true for two polls in a row.

    A provider can return an empty list by mistake.
    """

    def __init__(self) -> None:
        self._were_all_missing = False

    def of(self, known: Collection[str], current: Collection[str]) -> list[str]:
        """Return the ids of the known resources that no longer exist.

        :param current: the ids in the latest list response.
        """
        all_are_missing = bool(known) and not current
        is_certain = not all_are_missing or self._were_all_missing
        self._were_all_missing = all_are_missing
        return [resource_id for resource_id in known if resource_id not in current] if is_certain else []


class Selection(NamedTuple):
    """The resources that a watch looks at, by patterns of their names. Without patterns, these are all."""

    names: tuple[str, ...]

    def has(self, name: str) -> bool:
        """Return whether a resource is one of them."""
        return not self.names or any(fnmatchcase(name, pattern) for pattern in self.names)
