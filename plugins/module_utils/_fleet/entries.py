# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wanted set: what a fleet's task may say, and what is wrong in what it says.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass, field

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .._engine.state import DesiredState
from .._entry import arguments
from .._entry.yaml_input import drop_nulls, safe_for_ansible, yaml_violations
from .._validation import Violation, first_of_each
from .resource_types import RESOURCE_TYPES


@dataclass(frozen=True)
class Entry:
    """One entry of the wanted set. ``number`` is its place in the list, or -1 for what is pruned."""

    number: int
    resource_type: str
    params: dict = field(repr=False)
    desired_state: DesiredState = field(repr=False)

    @property
    def name(self):
        """What people call it."""
        return naming(self.resource_type, self.params)


def naming(resource_type, params):
    """What people call an entry: the first of its name, its endpoint and its id that is given."""
    options = (*RESOURCE_TYPES[resource_type].named_by, "id")
    return next((str(params[option]) for option in options if params.get(option) not in (None, "")), "")


def resources_argument():
    """The option ``resources`` as an argument spec."""
    resource_types = {
        name: {"type": "dict", "options": arguments.argument_spec(resource_type), **arguments.rules(resource_type)}
        for name, resource_type in RESOURCE_TYPES.items()
    }
    return {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": resource_types,
        "mutually_exclusive": [list(RESOURCE_TYPES)],
        "required_one_of": [list(RESOURCE_TYPES)],
    }


def entry(number, given):
    """A ``Entry`` from a validated entry."""
    resource_type, params = next(
        (resource_type, params) for resource_type, params in given.items() if params is not None
    )
    return Entry(number, resource_type, params, arguments.desired_state(RESOURCE_TYPES[resource_type], params))


def violations(resources):
    """All that is wrong in a wanted set as it was written."""
    return _violations(resources, list(_entries(resources)))


def early_violations(resources):
    """The same, but nothing where Ansible takes the set: then ``typed_violations`` comes in time.

    This keeps what looks at values, which takes long to load, from being loaded twice.
    """
    entries = list(_entries(resources))
    return (
        _violations(resources, entries)
        if not entries or any(wrong for _number, _kind, _params, wrong in entries)
        else []
    )


def typed_violations(resources, raw):
    """The same as ``violations`` of a set that Ansible has taken: ``resources`` as it converted them, ``raw`` as written."""
    found, seen = [], {}
    for number, (given, written) in enumerate(zip(resources, raw)):
        resource_type = _kind(given)[0]
        found += _violations_of(
            number,
            resource_type,
            given[resource_type],
            yaml_violations(_spec(resource_type), written[resource_type]),
            seen,
        )
    return found


def _violations(resources, entries):
    if not isinstance(resources, list):
        return [Violation("resources", "must be a list")]
    found, seen = [], {}
    for number, resource_type, params, wrong in entries:
        found += (
            _violations_of(number, resource_type, params, wrong, seen)
            if resource_type
            else [violation.at(f"resources[{number}]") for violation in wrong]
        )
    return found


def _entries(resources):
    """Number, kind, converted options and what Ansible would say is wrong with them, of each entry as it was written."""
    for number, given in enumerate(resources if isinstance(resources, list) else []):
        resource_type, why = _kind(given)
        if why:
            yield number, "", {}, [Violation("", why)]
            continue
        # The copy is plain: what Ansible knows of each value besides makes it slow.
        options = json.loads(json.dumps(given[resource_type], default=str))
        drop_nulls(_spec(resource_type), options)
        wrong = yaml_violations(_spec(resource_type), options)
        if wrong:
            options = safe_for_ansible(_spec(resource_type), options)
        validated = _validator(resource_type).validate(options)
        wrong += [
            Violation("", f"Unsupported parameters: {error}" if isinstance(error, UnsupportedError) else str(error))
            for error in validated.errors
        ]
        yield number, resource_type, validated.validated_parameters, wrong


def _violations_of(number, resource_type, params, wrong, seen):
    """What is wrong with one entry; ``wrong`` is what cannot be told by its values."""
    wrong = (
        wrong
        or arguments.violations_of(RESOURCE_TYPES[resource_type], params)
        or _repeated(resource_type, params, number, seen)
    )
    place = f"resources[{number}] ({' '.join(filter(None, [resource_type, naming(resource_type, params)]))})"
    return [violation.at(place) for violation in first_of_each(wrong)]


@functools.cache
def _spec(resource_type):
    return arguments.argument_spec(RESOURCE_TYPES[resource_type])


@functools.cache
def _validator(resource_type):
    return ArgumentSpecValidator(_spec(resource_type), **arguments.rules(RESOURCE_TYPES[resource_type]))


def _kind(given):
    """The kind of an entry, and what is wrong with it."""
    if not isinstance(given, dict):
        return "", f"must be a mapping from a kind to its options, not {_kind_of(given)}"
    resource_types = [resource_type for resource_type, options in given.items() if options is not None]
    if len(resource_types) != 1:
        return "", "must name exactly one kind" + (
            f", not {', '.join(map(str, resource_types))}" if resource_types else ""
        )
    if resource_types[0] not in RESOURCE_TYPES:
        return "", f"{resource_types[0]!r} is no kind of resource; there are {', '.join(RESOURCE_TYPES)}"
    if not isinstance(given[resource_types[0]], dict):
        return "", f"{resource_types[0]} must be a mapping of options, not {_kind_of(given[resource_types[0]])}"
    return resource_types[0], ""


def _kind_of(value):
    """What a value is, in YAML's words: Ansible's own types have names that tell nobody anything."""
    return (
        "a list"
        if isinstance(value, list)
        else "a mapping"
        if isinstance(value, dict)
        else "text"
        if isinstance(value, str)
        else type(value).__name__
    )


def _repeated(resource_type, params, number, seen):
    """The violation of an entry that means the same thing as an earlier one."""
    matched_by = params["id"] or RESOURCE_TYPES[resource_type](None).matched_by(
        arguments.desired_state(RESOURCE_TYPES[resource_type], params)
    )
    earlier = seen.setdefault((resource_type, matched_by), number)
    return [] if earlier == number else [Violation("", f"means the same as resources[{earlier}]")]


def pattern_violations(patterns):
    """What is wrong with the patterns of ``prune``."""
    found = []
    for resource_type, pattern in patterns.items():
        try:
            if not re.compile(pattern).pattern:
                rule = "must not be empty, because that would mean all of them"
                found.append(Violation(f"prune.{resource_type}", rule))
        except re.error as error:
            found.append(Violation(f"prune.{resource_type}", f"must be a regular expression ({error})"))
    return found
