# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries and the rules of ``prune`` with which an event source compares the resources of its accounts.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .._entry.plain_options import unknown_options
from .._errors import OptionError
from .._fleet.accounts import Account, Connections
from .._fleet.entry import Entry
from .._fleet.entry_options import EntryOptions
from .._fleet.options import SETTINGS, FleetOptions, prune_violations
from .._fleet.prune_rule import RULES
from .._fleet.resource_types import RESOURCE_TYPES
from .._fleet_task.entry_types import ENTRY_TYPES
from .._fleet_task.violations import RawEntry, raw_entries, violations_of
from .._secret_arguments import secret_values
from .._secrets import Secrets
from .._validation import Violation
from .fleet_file import TEMPLATE_RULE, FleetFile, templated_in

_NAMES = ("resources", "prune", "allow_prune_all")


@dataclass(frozen=True)
class Declared:
    """The valid entries, and the options of ``fleet`` for all of them together."""

    entries: list[Entry]
    options: FleetOptions

    @property
    def accounts(self) -> set[Account]:
        """The accounts of the entries. A provider with a rule of ``prune`` has at least one."""
        accounts = {entry.account for entry in self.entries}
        providers = {account.provider for account in accounts}
        pruned = {RESOURCE_TYPES[type_name].provider.name for type_name in self.options.prune}
        return accounts | set(map(Account, pruned - providers))


class Written(NamedTuple):
    """What ``declared`` reads, as written.

    :param prefix: what precedes the name of each attribute in messages.
    """

    prefix: str
    resources: Any
    prune: Any
    allow_prune_all: Any


class DeclaredSource:
    """Reads the entries again when the fleet file has changed. It is thread-safe.

    :param options: the options of the watch.
    """

    def __init__(self, options: Mapping[str, Any], connections: Connections) -> None:
        self._connections = connections
        self._file = FleetFile(options["fleet_file"]) if options["fleet_file"] else None
        self._options = options
        self._lock = threading.Lock()
        self._latest: tuple[tuple[int, ...], Declared] | None = None
        self.watched: Collection[Account] | None = None
        """The accounts that the event source watches, as soon as they are known."""

    def read(self) -> Declared:
        """Return the entries. Raises ``OptionError`` if something is invalid."""
        with self._lock:
            version = self._file.version() if self._file else ()
            if self._latest is None or self._latest[0] != version:
                found = declared(self._written(), self._connections)
                self._refuse_others(found)
                self._latest = (version, found)
            return self._latest[1]

    def _written(self) -> Written:
        if self._file is None:
            return Written("drift.", *(self._options[name] for name in _NAMES))
        variables = self._file.read()
        return Written("drift.fleet_file: fleet_", *(variables.get(f"fleet_{name}") for name in _NAMES))

    def _refuse_others(self, found: Declared) -> None:
        others = found.accounts.difference(self.watched) if self.watched is not None else set()
        if others:
            rule = f"must have no entry of {min(others)}, which had no API key when this source started; restart it"
            raise OptionError([Violation("drift.fleet_file", rule)])


def declared(written: Written, connections: Connections) -> Declared:
    """Return the entries. Raises ``OptionError`` with all violations."""
    violations = list(_templates(written))
    if violations:
        raise OptionError(violations)
    resources = written.resources
    raw = list(raw_entries(resources, EntryOptions.converted_plainly))
    violations = violations_of(resources, raw) + list(_unsuitable(raw, connections))
    prune, unknown = _prune(written.prune)
    violations += unknown
    if not isinstance(written.allow_prune_all, (bool, type(None))):
        violations.append(Violation("allow_prune_all", "must be true or false"))
    if not violations:
        found = Declared(
            [Entry.of_params(entry.number, entry.type_name, entry.params, _account(entry)) for entry in raw],
            _options(prune, bool(written.allow_prune_all)),
        )
        kept = {entry.type_name for entry in found.entries if entry.desired_state.state != "absent"}
        violations += prune_violations(found.options, kept)
    if violations:
        raise _refusal(written, violations, raw)
    return found


def _account(entry: RawEntry) -> Account:
    return Account(RESOURCE_TYPES[entry.type_name].provider.name, entry.account)


def _unsuitable(raw: Collection[RawEntry], connections: Connections) -> Iterator[Violation]:
    """Yield the violations of entries in unknown accounts, and of those that a source cannot compare."""
    for entry in raw:
        if not entry.type_name:
            continue
        entry_type = ENTRY_TYPES[entry.type_name]
        if entry.type_name in RESOURCE_TYPES:
            violations = entry_type.account_violations(entry.params, entry.account, connections)
        else:
            # Only a task chooses between its candidates.
            rule = "must not be an entry of an event source; schedule the playbook gpufleet.cloud.drift instead"
            violations = [Violation("", f"{entry.type_name} {rule}")]
        yield from (violation.at(entry_type.label(entry.number, entry.params)) for violation in violations)


def _prune(written: Any) -> tuple[dict[str, Any], list[Violation]]:
    if written is None:
        return {}, []
    if not isinstance(written, dict):
        return {}, [Violation("prune", f"must be a mapping, not a value of type {type(written).__name__}")]
    names = [(str(name),) for name in written if name not in RESOURCE_TYPES]
    return written, [Violation("prune", violation.text) for violation in unknown_options(RULES.arguments(), names)]


def _options(prune: dict[str, Any], allow_prune_all: bool) -> FleetOptions:
    settings = {setting.name: setting.default for setting in SETTINGS.fields}
    return FleetOptions.of_task({**settings, "prune": prune, "allow_prune_all": allow_prune_all})


def _templates(written: Written) -> Iterator[Violation]:
    for name in ("resources", "prune"):
        for template in templated_in(getattr(written, name), name):
            yield Violation(f"{written.prefix}{template}", TEMPLATE_RULE)


def _refusal(written: Written, violations: list[Violation], raw: Collection[RawEntry]) -> OptionError:
    """Return the error without secrets: there is no Ansible that masks them."""
    secrets = Secrets()
    for entry in raw:
        if entry.type_name:
            secrets.add(*secret_values(ENTRY_TYPES[entry.type_name].options.spec, entry.params))

    def located(violation: Violation) -> str:
        is_of_entry = violation.place or not violation.option_names & set(_NAMES)
        return f"{written.prefix}{'resources: ' if is_of_entry else ''}{violation}"

    return OptionError([Violation("", secrets.scrub(located(violation))) for violation in violations])
