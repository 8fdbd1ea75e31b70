# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an entry of a fleet can be: a resource of any type, or an inference endpoint at one of several candidates.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

from .._entry import arguments
from .._fleet.accounts import Account, Connections
from .._fleet.entry import ACCOUNT, entry_place, resource_name
from .._fleet.entry_options import EntryOptions, options_of
from .._fleet.resource_types import RESOURCE_TYPES
from .._inference.candidate import candidates_of, endpoint_violations, unknown_accounts
from .._inference.vocabulary import RULES, endpoint_arguments
from .._validation import Violation
from .._visible import visible
from .inference_entry import INFERENCE_ENDPOINT, InferenceEntry


class Identity(NamedTuple):
    """A resource as the entries of a fleet identify it. No two entries may have the same one."""

    account: Account
    type_name: str
    matched_by: str


class EntryType:
    """One type of entries: a resource type."""

    takes_account = True
    """Whether an entry has the key ``account`` in addition to its type."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def options(self) -> EntryOptions:
        return options_of(self.name)

    def name_of(self, params: dict[str, Any]) -> str:
        """Return the resource in messages: its name or its id, or an empty text."""
        return resource_name(self.name, params)

    def label(self, number: int, params: dict[str, Any]) -> str:
        """Return an entry in messages, for example ``entry 1 (vast_endpoint tts)``."""
        return f"{entry_place(number)} ({' '.join(filter(None, [self.name, visible(self.name_of(params))]))})"

    def violations(self, params: dict[str, Any], check_mode: bool) -> list[Violation]:
        """Return the violations in converted options that can be found before the first request."""
        return arguments.resource_violations(RESOURCE_TYPES[self.name], params, check_mode)

    def account_violations(
        self, params: dict[str, Any], account_name: str, connections: Connections
    ) -> list[Violation]:
        """Return a violation if the entry is in an account that the task does not have."""
        unknown = connections.unknown(Account(RESOURCE_TYPES[self.name].provider.name, account_name))
        return [Violation(ACCOUNT, unknown)] if unknown else []

    def identities(self, params: dict[str, Any], account_name: str) -> Iterator[Identity]:
        """Return what identifies the resources of an entry with valid options."""
        resource_type = RESOURCE_TYPES[self.name]
        desired_state = arguments.desired_state(resource_type, params)
        account = Account(resource_type.provider.name, account_name)
        yield Identity(account, self.name, desired_state.id or resource_type.matched_by(desired_state))


class InferenceEntryType(EntryType):
    """The entries that are an inference endpoint at one of several candidates. Each candidate has its own account."""

    takes_account = False

    def __init__(self) -> None:
        super().__init__(INFERENCE_ENDPOINT)

    @property
    def options(self) -> EntryOptions:
        return _inference_options()

    def name_of(self, params: dict[str, Any]) -> str:
        return str(params.get("name") or "")

    def violations(self, params: dict[str, Any], check_mode: bool) -> list[Violation]:
        return endpoint_violations(params, candidates_of(params), check_mode)

    def account_violations(
        self, params: dict[str, Any], account_name: str, connections: Connections
    ) -> list[Violation]:
        return unknown_accounts(candidates_of(params), connections)

    def identities(self, params: dict[str, Any], account_name: str) -> Iterator[Identity]:
        endpoint = InferenceEntry.of_task(0, params)
        for account in endpoint.accounts:
            yield Identity(account, self.name, endpoint.name)
        for entry in endpoint.parts():
            yield Identity(entry.account, entry.type_name, entry.resource_type.matched_by(entry.desired_state))


@functools.cache
def _inference_options() -> EntryOptions:
    return EntryOptions(endpoint_arguments(), RULES)


ENTRY_TYPES: dict[str, EntryType] = {
    **{name: EntryType(name) for name in RESOURCE_TYPES},
    INFERENCE_ENDPOINT: InferenceEntryType(),
}


def type_of(item: dict[str, Any]) -> str:
    """Return the name of the type of a validated item of ``resources``."""
    return next(name for name, value in item.items() if name != ACCOUNT and value is not None)
