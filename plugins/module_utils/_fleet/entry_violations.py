# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Violations in the entries of a fleet.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .._entry import arguments
from .._entry.result_words import RESULT_WORDS
from .._entry.yaml_input import drop_nulls, safe_for_ansible, yaml_violations
from .._masking import OptionTexts
from .._sentences import suggestion
from .._validation import EMPTY, Violation, first_of_each
from .accounts import Connections
from .entry import ACCOUNT, account_of, entry_label, entry_place, type_of
from .resource_types import RESOURCE_TYPES


class _RawEntry(NamedTuple):
    """An entry as it is written in the task.

    :param account: the name of its account, or an empty string.
    :param type_name: the name of its resource type, or an empty string if the entry does not have a valid one.
    :param params: the options, converted by Ansible as far as it accepts them.
    :param violations: the violations that Ansible, or this collection before Ansible, finds in the entry.
    """

    number: int
    account: str
    type_name: str
    params: dict[str, Any]
    violations: list[Violation]


def violations(resources: Any) -> list[Violation]:
    """All violations in ``resources`` as it is written in the task."""
    return _violations(resources, list(_raw_entries(resources)))


def early_violations(resources: Any, is_accepted: bool = False) -> list[Violation]:
    """All violations in ``resources`` as it is written in the task, or none if Ansible accepts ``resources``.

    If Ansible accepts it, the module finds the remaining violations with ``typed_violations``. This way, the checks of
    values, which take long to load, are loaded only once.

    :param is_accepted: Ansible has already validated and accepted the options, except for what it silently converts.
    """
    if is_accepted and isinstance(resources, list) and not any(map(_is_converted, resources)):
        return []
    entries = list(_raw_entries(resources))
    is_accepted = bool(entries) and not any(entry.violations for entry in entries)
    return [] if is_accepted else _violations(resources, entries)


def typed_violations(
    resources: list[dict[str, Any]], raw: list[dict[str, Any]], check_mode: bool, connections: Connections
) -> list[Violation]:
    """All violations in ``resources``, as converted by Ansible.

    :param raw: the entries before the conversion.
    """
    checks, found = _EntryChecks(check_mode), []
    for number, (item, raw_item) in enumerate(zip(resources, raw)):
        type_name, account = type_of(item), account_of(item)
        violations = _account_violations(raw_item) + yaml_violations(_spec(type_name), raw_item[type_name])
        unknown = connections.unknown(account)
        if unknown:
            violations.append(Violation(ACCOUNT, unknown))
        found += checks.violations(_RawEntry(number, account.name, type_name, item[type_name], violations))
    return found


def validated(
    type_name: str, options: dict[str, Any], check_mode: bool = True
) -> tuple[dict[str, Any], list[Violation]]:
    """The options of one resource, converted by Ansible, and all violations in them that can be found early."""
    params, violations = _converted(type_name, options)
    return params, violations or arguments.resource_violations(RESOURCE_TYPES[type_name], params, check_mode)


def option_texts(others: dict[str, Any], params: dict[str, Any]) -> OptionTexts:
    """The texts in all options of the task. Ansible masks each secret of an entry in the results of all entries.

    :param others: the argument spec without ``resources``.
    """
    texts = OptionTexts((*RESULT_WORDS, *RESOURCE_TYPES, "resources"))
    texts.add(others, params)
    for number, item in enumerate(params["resources"]):
        type_name = type_of(item)
        texts.add(_spec(type_name), item[type_name], entry_label(number, type_name, item[type_name]))
    return texts


def _violations(resources: Any, entries: list[_RawEntry]) -> list[Violation]:
    if not isinstance(resources, list):
        return [Violation("resources", "must be a list")]
    checks = _EntryChecks()
    return [violation for entry in entries for violation in checks.violations(entry)]


def _is_converted(item: Any) -> bool:
    """Whether an entry is not of the form that it must have, so that Ansible accepts it only after a conversion."""
    type_name, problem = _type_name(item)
    return bool(problem or _account_violations(item) or yaml_violations(_spec(type_name), item[type_name]))


def _raw_entries(resources: Any) -> Iterator[_RawEntry]:
    """The entries, each with the violations that Ansible finds in it."""
    for number, item in enumerate(resources if isinstance(resources, list) else []):
        type_name, problem = _type_name(item)
        if problem:
            yield _RawEntry(number, "", "", {}, [Violation("", problem)])
            continue
        params, violations = _converted(type_name, item[type_name])
        account = str(item.get(ACCOUNT) or "")
        yield _RawEntry(number, account, type_name, params, _account_violations(item) + violations)


def _converted(type_name: str, options: dict[str, Any]) -> tuple[dict[str, Any], list[Violation]]:
    """The options of a resource, converted by Ansible as far as it accepts them, and the violations that it finds."""
    spec = _spec(type_name)
    # Copy to plain types: the tagged strings of Ansible are slow.
    options = json.loads(json.dumps(options, default=str))
    drop_nulls(spec, options)
    violations = yaml_violations(spec, options)
    validated = _validator(type_name).validate(safe_for_ansible(spec, options))
    violations += _unknown_options(spec, validated.unsupported_parameters)
    violations += [Violation("", str(error)) for error in validated.errors if not isinstance(error, UnsupportedError)]
    return validated.validated_parameters, violations


class _EntryChecks:
    """Checks entries one after another, and finds duplicates among them."""

    def __init__(self, check_mode: bool = True) -> None:
        self._check_mode = check_mode
        self._numbers: dict[tuple[str, str, str], int] = {}
        """The numbers of the entries so far, by account, resource type, and what identifies the resource."""

    def violations(self, entry: _RawEntry) -> list[Violation]:
        """The first violation of each option of an entry."""
        if not entry.type_name:
            return [violation.at(entry_place(entry.number)) for violation in entry.violations]
        violations = (
            entry.violations
            or arguments.resource_violations(RESOURCE_TYPES[entry.type_name], entry.params, self._check_mode)
            or self._duplicate(entry)
        )
        label = entry_label(entry.number, entry.type_name, entry.params)
        return [violation.at(label) for violation in first_of_each(violations)]

    def _duplicate(self, entry: _RawEntry) -> list[Violation]:
        """The violation of an entry that refers to the same resource as an earlier entry."""
        resource_type = RESOURCE_TYPES[entry.type_name]
        desired_state = arguments.desired_state(resource_type, entry.params)
        matched_by = desired_state.id or resource_type.matched_by(desired_state)
        first = self._numbers.setdefault((entry.account, entry.type_name, matched_by), entry.number)
        return [] if first == entry.number else [Violation("", f"duplicates {entry_place(first)}")]


@functools.cache
def _spec(type_name: str) -> dict[str, Any]:
    return arguments.argument_spec(RESOURCE_TYPES[type_name])


@functools.cache
def _validator(type_name: str) -> ArgumentSpecValidator:
    return ArgumentSpecValidator(_spec(type_name), **arguments.rules(RESOURCE_TYPES[type_name]))


def _type_name(item: Any) -> tuple[str, str]:
    """The name of the resource type of an entry, and an empty string; or an empty string, and a violation."""
    if not isinstance(item, dict):
        return "", f"must be a mapping of a resource type to its options, not {_yaml_type(item)}"
    names = [name for name, options in item.items() if name != ACCOUNT and options is not None]
    if len(names) != 1:
        return "", "must have exactly one resource type" + (f", not {', '.join(map(str, names))}" if names else "")
    name = names[0]
    if name not in RESOURCE_TYPES:
        hint = suggestion(str(name), RESOURCE_TYPES) or f"must be one of {', '.join(RESOURCE_TYPES)}"
        return "", f"unknown resource type {name!r}; {hint}"
    if not isinstance(item[name], dict):
        return "", f"{name} must be a mapping of options, not {_yaml_type(item[name])}"
    return name, ""


def _account_violations(item: dict[str, Any]) -> list[Violation]:
    """The violation of an entry whose account is no text, or empty: it must not mean another account."""
    if isinstance(item.get(ACCOUNT), str) and not item[ACCOUNT].strip():
        return [Violation(ACCOUNT, EMPTY)]
    return yaml_violations({ACCOUNT: {"type": "str"}}, item)


def _unknown_options(spec: dict[str, Any], unknown: Iterable[str | tuple[str, ...]]) -> list[Violation]:
    """A violation for each option that the resource type does not have.

    :param unknown: the names of options; a tuple is the path of a suboption.
    """
    violations = []
    for path in sorted((name,) if isinstance(name, str) else name for name in unknown):
        siblings = spec
        for group in path[:-1]:
            siblings = siblings[group]["options"]
        names = [name for option, argument in siblings.items() for name in (option, *argument.get("aliases", ()))]
        hint = suggestion(path[-1], names) or f"the options are {', '.join(sorted(names))}"
        violations.append(Violation("", f"unknown option {'.'.join(path)}; {hint}"))
    return violations


def _yaml_type(value: Any) -> str:
    """The type of a value in the terms of YAML, because Ansible uses types of its own."""
    for python_type, name in ((list, "a list"), (dict, "a mapping"), (str, "a string")):
        if isinstance(value, python_type):
            return name
    return type(value).__name__
