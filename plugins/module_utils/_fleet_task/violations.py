# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Violations in the entries of a fleet.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable, NamedTuple

from .._entry.result_words import RESULT_WORDS
from .._entry.yaml_input import yaml_violations
from .._fleet.accounts import Connections
from .._fleet.entry import ACCOUNT, entry_place
from .._fleet.entry_options import EntryOptions
from .._masking import OptionTexts
from .._sentences import suggestion
from .._validation import EMPTY, Violation, first_of_each
from .entry_types import ENTRY_TYPES, Identity, type_of

Conversion = Callable[[EntryOptions, "dict[str, Any]"], "tuple[dict[str, Any], list[Violation]]"]
"""Converts the options of an entry as far as possible, and returns what is wrong with them."""


class RawEntry(NamedTuple):
    """An entry as it is written in the task.

    :param account: the name of its account, or an empty string.
    :param type_name: the name of its resource type, or an empty string if the entry does not have a valid one.
    :param params: the options, converted as far as possible.
    :param violations: the violations that the conversion finds in the entry.
    """

    number: int
    account: str
    type_name: str
    params: dict[str, Any]
    violations: list[Violation]


def violations(resources: Any) -> list[Violation]:
    """Return all violations in ``resources`` as it is written in the task."""
    return violations_of(resources, list(raw_entries(resources)))


def early_violations(resources: Any, is_accepted: bool = False) -> list[Violation]:
    """Return all violations in ``resources`` as it is written in the task, or none if Ansible accepts ``resources``.

    If Ansible accepts it, the module finds the remaining violations with ``typed_violations``. This way, the checks of
    values, which take long to load, are loaded only once.

    :param is_accepted: Ansible has already validated and accepted the options, except for what it silently converts.
    """
    if is_accepted and isinstance(resources, list) and not any(map(_is_converted, resources)):
        return []
    entries = list(raw_entries(resources))
    is_accepted = bool(entries) and not any(entry.violations for entry in entries)
    return [] if is_accepted else violations_of(resources, entries)


def typed_violations(
    resources: list[dict[str, Any]], raw: list[dict[str, Any]], check_mode: bool, connections: Connections
) -> list[Violation]:
    """Return all violations in ``resources``, as converted by Ansible.

    :param raw: the entries before the conversion.
    """
    checks, found = _EntryChecks(check_mode), []
    for number, (item, raw_item) in enumerate(zip(resources, raw)):
        entry_type, account_name = ENTRY_TYPES[type_of(item)], item.get(ACCOUNT) or ""
        params = item[entry_type.name]
        violations = _account_violations(raw_item) + yaml_violations(entry_type.options.spec, raw_item[entry_type.name])
        violations += entry_type.account_violations(params, account_name, connections)
        found += checks.violations(RawEntry(number, account_name, entry_type.name, params, violations))
    return found


def option_texts(others: dict[str, Any], params: dict[str, Any]) -> OptionTexts:
    """Return the texts in all options of the task. Ansible masks each secret of an entry in the results of all entries.

    :param others: the argument spec without ``resources``.
    """
    texts = OptionTexts((*RESULT_WORDS, *ENTRY_TYPES, "resources"))
    texts.add(others, params)
    for number, item in enumerate(params["resources"]):
        entry_type = ENTRY_TYPES[type_of(item)]
        options = item[entry_type.name]
        texts.add(entry_type.options.spec, options, entry_type.label(number, options))
    return texts


def violations_of(resources: Any, entries: list[RawEntry]) -> list[Violation]:
    """Return all violations in ``resources`` and in its entries."""
    if not isinstance(resources, list):
        return [Violation("resources", "must be a list")]
    checks = _EntryChecks()
    return [violation for entry in entries for violation in checks.violations(entry)]


def _is_converted(item: Any) -> bool:
    """Return whether an entry does not have its form, so that Ansible accepts it only after a conversion."""
    type_name, problem = _type_name(item)
    if problem or _account_violations(item):
        return True
    return bool(yaml_violations(ENTRY_TYPES[type_name].options.spec, item[type_name]))


def raw_entries(resources: Any, conversion: Conversion = EntryOptions.converted) -> Iterator[RawEntry]:
    """Yield the entries, each with the violations that the conversion finds in it."""
    for number, item in enumerate(resources if isinstance(resources, list) else []):
        type_name, problem = _type_name(item)
        if problem:
            yield RawEntry(number, "", "", {}, [Violation("", problem)])
            continue
        params, violations = conversion(ENTRY_TYPES[type_name].options, item[type_name])
        account = str(item.get(ACCOUNT) or "")
        yield RawEntry(number, account, type_name, params, _account_violations(item) + violations)


class _EntryChecks:
    """Checks entries one after another, and finds duplicates among them."""

    def __init__(self, check_mode: bool = True) -> None:
        self._check_mode = check_mode
        self._numbers: dict[Identity, int] = {}
        """The numbers of the entries so far, by what identifies their resources."""

    def violations(self, entry: RawEntry) -> list[Violation]:
        """Return the first violation of each option of an entry."""
        if not entry.type_name:
            return [violation.at(entry_place(entry.number)) for violation in entry.violations]
        entry_type = ENTRY_TYPES[entry.type_name]
        violations = entry.violations or entry_type.violations(entry.params, self._check_mode) or self._duplicate(entry)
        label = entry_type.label(entry.number, entry.params)
        return [violation.at(label) for violation in first_of_each(violations)]

    def _duplicate(self, entry: RawEntry) -> list[Violation]:
        """Return the violation of an entry that refers to the same resource as an earlier entry."""
        identities = list(ENTRY_TYPES[entry.type_name].identities(entry.params, entry.account))
        first = min(self._numbers.setdefault(identity, entry.number) for identity in identities)
        return [] if first == entry.number else [Violation("", f"duplicates {entry_place(first)}")]


def _type_name(item: Any) -> tuple[str, str]:
    """Return the name of the resource type of an entry, and an empty string; or an empty string, and a violation."""
    if not isinstance(item, dict):
        return "", f"must be a mapping of a resource type to its options, not {_yaml_type(item)}"
    names = [name for name, options in item.items() if name != ACCOUNT and options is not None]
    if len(names) != 1:
        return "", "must have exactly one resource type" + (f", not {', '.join(map(str, names))}" if names else "")
    name = names[0]
    if name not in ENTRY_TYPES:
        hint = suggestion(str(name), ENTRY_TYPES) or f"must be one of {', '.join(ENTRY_TYPES)}"
        return "", f"unknown resource type {name!r}; {hint}"
    if not isinstance(item[name], dict):
        return "", f"{name} must be a mapping of options, not {_yaml_type(item[name])}"
    return name, ""


def _account_violations(item: dict[str, Any]) -> list[Violation]:
    """Return the violation of an entry whose account is no text, or empty: it must not mean another account."""
    type_name, _problem = _type_name(item)
    if item.get(ACCOUNT) is not None and type_name and not ENTRY_TYPES[type_name].takes_account:
        return [Violation(ACCOUNT, f"must be an option of {type_name}, or of one of its candidates, instead")]
    if isinstance(item.get(ACCOUNT), str) and not item[ACCOUNT].strip():
        return [Violation(ACCOUNT, EMPTY)]
    return yaml_violations({ACCOUNT: {"type": "str"}}, item)


def _yaml_type(value: Any) -> str:
    """Return the type of a value in the terms of YAML, because Ansible uses types of its own."""
    for python_type, name in ((list, "a list"), (dict, "a mapping"), (str, "a string")):
        if isinstance(value, python_type):
            return name
    return type(value).__name__
