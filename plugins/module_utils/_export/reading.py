# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the resources of an export, and make an entry for each of them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .._engine.context import error_context, learn_secrets
from .._engine.resource import Resource
from .._engine.state import CurrentState
from .._entry.result_words import RESULT_WORDS
from .._errors import CloudError, OptionError, internal_error
from .._fleet.accounts import Account
from .._fleet.resource_types import RESOURCE_TYPES
from .._fleet.shared_lists import SharedLists
from .._fleet_task.argument_spec import argument_spec, option_names
from .._http.client import Client
from .._masking import SHORTEST, texts
from .._threads import in_threads
from .._user_patterns import PatternError, matching
from .._validation import Violation
from .entry import ExportedEntry, entry_of, options_of, revealed
from .telling_apart import tell_apart, without_equal

CONNECTIONS = 4
"""The maximum number of concurrent requests to a provider."""


class LeftOut(NamedTuple):
    """A resource that has no entry, or all resources of a type, with an empty id."""

    account: Account
    type_name: str
    id: str
    name: str
    reason: str


@dataclass
class Exported:
    """What an export contains and what it lacks. ``errors`` are those of the types that could not be read."""

    entries: list[ExportedEntry] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    errors: dict[tuple[Account, str], CloudError] = field(default_factory=dict)


class _Reading:
    """The resources of one type, as read. ``error`` is set if they could not be read."""

    def __init__(self, account: Account, resource: Resource, pattern: str) -> None:
        self.account = account
        self.resource = resource
        self.stays: list[CurrentState] = []
        self.leaves: list[CurrentState] = []
        self.error: CloudError | None = None
        self._pattern = pattern

    def read(self) -> None:
        """Read the resources whose name matches, with all values."""
        resource = self.resource
        try:
            with error_context(resource, f"list the {resource.noun}s"):
                listed = self._matches(resource.select({}))
            # Interchangeable resources in the order in which a task prefers them.
            listed.sort(key=lambda current: (current.name, current.facts.get("created_at", ""), current.id))
            for current in listed:
                (self.leaves if current.being_removed else self.stays).append(current)
            with error_context(resource, f"read the {resource.noun}s"):
                self.stays = [resource.complete(current) for current in self.stays]
        except OptionError:
            raise
        except CloudError as error:
            self.error = error
        except Exception as error:  # a bug that affects one type must not hide what the others contain
            self.error = internal_error(error)
        for current in self.stays:
            learn_secrets(resource, current, {})

    def _matches(self, listed: list[CurrentState]) -> list[CurrentState]:
        if not self._pattern:
            return listed
        try:
            are_matches = matching(self._pattern, [self.resource.pruned_by(current) for current in listed])
        except PatternError as error:
            raise OptionError([Violation("name", str(error))]) from None
        return [current for current, is_match in zip(listed, are_matches) if is_match]


def read_accounts(
    clients: dict[Account, Client], type_names: Collection[str], pattern: str, shown_texts: Collection[str]
) -> Exported:
    """Read the resources of some types. Sends only reads. Raises ``OptionError`` if a pattern takes too long.

    :param clients: the clients of the accounts.
    :param pattern: a regular expression that a name must match from its start.
    :param shown_texts: other texts of a task that results show.
    """
    readings = []
    for account, client in clients.items():
        shared_lists = SharedLists(client)
        for resource_type in map(RESOURCE_TYPES.__getitem__, type_names):
            if resource_type.provider.name == account.provider:
                readings.append(_Reading(account, resource_type(client, shared_lists), pattern))
    in_threads(_Reading.read, readings, len(readings))
    exported, secrecy = Exported(), _Secrecy(readings, shown_texts)
    for reading in readings:
        type_name = reading.resource.type_name()
        if reading.error:
            exported.errors[reading.account, type_name] = reading.error
            exported.left_out.append(LeftOut(reading.account, type_name, "", "", str(reading.error)))
        else:
            _add(exported, reading, secrecy)
    return exported


def _add(exported: Exported, reading: _Reading, secrecy: _Secrecy) -> None:
    """Add the entries of one resource type."""
    account, resource = reading.account, reading.resource
    for current in reading.leaves:
        reason = f"{resource.provider.title} is deleting the {resource.noun}"
        exported.left_out.append(LeftOut(account, resource.type_name(), current.id, current.name, reason))
    entries = [entry_of(account.name, resource, current, secrecy.can_be_secret) for current in reading.stays]
    kept, equal = without_equal(resource, entries)
    tell_apart(resource, kept)
    # In the same order in each account, so that the variables of two accounts have the same names.
    kept.sort(key=lambda entry: (entry.name, json.dumps(entry.options, default=str)))
    exported.entries += [entry for entry in kept if not entry.refusal]
    for entry in entries:
        reason = f"another entry is for an equal {resource.noun}" if entry in equal else entry.refusal
        if reason:
            exported.left_out.append(LeftOut(account, entry.type_name, entry.id, entry.name, reason))


class _Secrecy:
    """Decides which values a fleet accepts in the options for secrets: none that its result shows somewhere else."""

    def __init__(self, readings: list[_Reading], shown_texts: Collection[str]) -> None:
        words: list[Any] = [*RESULT_WORDS, *option_names(argument_spec()), *shown_texts]
        for reading in readings:
            words += [self._shown(reading.resource, current) for current in reading.stays]
        # No text contains the separator.
        self._shown_text = "\0".join(text.text for text in texts(words, ""))

    def can_be_secret(self, value: str) -> bool:
        """Return whether a value can be in an option for secrets."""
        return len(value) >= SHORTEST and value not in self._shown_text

    @staticmethod
    def _shown(resource: Resource, current: CurrentState) -> list[Any]:
        """Return what results show of a resource: its facts, and its options except those for secrets."""
        arguments = {**resource.table.arguments(), **resource.options.arguments()}
        options = options_of(resource, current, lambda value: len(value) >= SHORTEST)
        shown = {name: value for name, value in options.items() if not arguments[name].get("no_log")}
        facts = [text.text for text in texts(current.facts, "", is_result=True)]
        return [current.id, current.name, facts, revealed(shown), resource.table.shown_facts(current.values)]
