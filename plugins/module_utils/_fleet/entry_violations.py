# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the entries of a fleet.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .._entry import arguments
from .._entry.yaml_input import drop_nulls, safe_for_ansible, yaml_violations
from .._validation import Violation, first_of_each
from .entry import entry_label
from .resource_types import RESOURCE_TYPES


class _RawEntry(NamedTuple):
    """An entry as the task has it.

    :param type_name: the name of its resource type, or an empty text where the entry does not say it.
    :param params: the options, converted as far as Ansible accepts them.
    :param violations: why Ansible, or this collection before Ansible, does not accept the entry.
    """

    number: int
    type_name: str
    params: dict[str, Any]
    violations: list[Violation]


def violations(resources: Any) -> list[Violation]:
    """All violations of ``resources`` as the task has it."""
    return _violations(resources, list(_raw_entries(resources)))


def early_violations(resources: Any) -> list[Violation]:
    """All violations of ``resources`` as the task has it, or none where Ansible accepts it.

    In the latter case ``typed_violations`` finds the rest in the module. The checks of values take long to load, and
    need not be loaded twice.
    """
    entries = list(_raw_entries(resources))
    is_accepted = bool(entries) and not any(entry.violations for entry in entries)
    return [] if is_accepted else _violations(resources, entries)


def typed_violations(resources: list[dict[str, Any]], raw: list[dict[str, Any]]) -> list[Violation]:
    """All violations of ``resources`` as Ansible converted it; ``raw`` has the entries as they were."""
    checks, found = _EntryChecks(), []
    for number, (item, raw_item) in enumerate(zip(resources, raw)):
        type_name, _text = _type_name(item)
        yaml = yaml_violations(_spec(type_name), raw_item[type_name])
        found += checks.violations(_RawEntry(number, type_name, item[type_name], yaml))
    return found


def _violations(resources: Any, entries: list[_RawEntry]) -> list[Violation]:
    if not isinstance(resources, list):
        return [Violation("resources", "must be a list")]
    checks = _EntryChecks()
    return [violation for entry in entries for violation in checks.violations(entry)]


def _raw_entries(resources: Any) -> Iterator[_RawEntry]:
    """The entries, each with what Ansible would not accept in it."""
    for number, item in enumerate(resources if isinstance(resources, list) else []):
        type_name, text = _type_name(item)
        if text:
            yield _RawEntry(number, "", {}, [Violation("", text)])
            continue
        spec = _spec(type_name)
        # This makes a copy, of plain types: texts with what Ansible knows about each are slow.
        options = json.loads(json.dumps(item[type_name], default=str))
        drop_nulls(spec, options)
        violations = yaml_violations(spec, options)
        if violations:
            options = safe_for_ansible(spec, options)
        validated = _validator(type_name).validate(options)
        violations += [
            Violation("", f"Unsupported parameters: {error}" if isinstance(error, UnsupportedError) else str(error))
            for error in validated.errors
        ]
        yield _RawEntry(number, type_name, validated.validated_parameters, violations)


class _EntryChecks:
    """Checks entries one after another, and knows those before."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        """The numbers of the entries so far, by what they mean."""

    def violations(self, entry: _RawEntry) -> list[Violation]:
        """The first violation of each option of an entry."""
        if not entry.type_name:
            return [violation.at(f"resources[{entry.number}]") for violation in entry.violations]
        violations = (
            entry.violations
            or arguments.resource_violations(RESOURCE_TYPES[entry.type_name], entry.params)
            or self._duplicate(entry)
        )
        label = entry_label(entry.number, entry.type_name, entry.params)
        return [violation.at(label) for violation in first_of_each(violations)]

    def _duplicate(self, entry: _RawEntry) -> list[Violation]:
        """The violation of an entry that means the same resource as one before."""
        resource_type = RESOURCE_TYPES[entry.type_name]
        desired_state = arguments.desired_state(resource_type, entry.params)
        matched_by = desired_state.id or resource_type.matched_by(desired_state)
        first = self._numbers.setdefault((entry.type_name, matched_by), entry.number)
        return [] if first == entry.number else [Violation("", f"means the same as resources[{first}]")]


@functools.cache
def _spec(type_name: str) -> dict[str, Any]:
    return arguments.argument_spec(RESOURCE_TYPES[type_name])


@functools.cache
def _validator(type_name: str) -> ArgumentSpecValidator:
    return ArgumentSpecValidator(_spec(type_name), **arguments.rules(RESOURCE_TYPES[type_name]))


def _type_name(item: Any) -> tuple[str, str]:
    """The name of the resource type of an entry, or why there is none."""
    if not isinstance(item, dict):
        return "", f"must be a mapping from a resource type to its options, not {_yaml_type(item)}"
    names = [name for name, options in item.items() if options is not None]
    if len(names) != 1:
        return "", "must name exactly one resource type" + (f", not {', '.join(map(str, names))}" if names else "")
    name = names[0]
    if name not in RESOURCE_TYPES:
        return "", f"{name!r} is not a resource type; there are {', '.join(RESOURCE_TYPES)}"
    if not isinstance(item[name], dict):
        return "", f"{name} must be a mapping of options, not {_yaml_type(item[name])}"
    return name, ""


def _yaml_type(value: Any) -> str:
    """The type of a value, as YAML calls it. The types of Ansible have other names."""
    for python_type, name in ((list, "a list"), (dict, "a mapping"), (str, "text")):
        if isinstance(value, python_type):
            return name
    return type(value).__name__
