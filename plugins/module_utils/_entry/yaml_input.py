# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible would convert without a word, looked at before it did.

``command: [a, b]`` would become the text ``['a', 'b']``, ``name: no`` the text ``False``, ``min_num: yes`` the number 1
and ``products: [null]`` the text ``None``. Such options are refused.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import math

from ansible.module_utils.common.validation import check_type_dict

from .._validation import Violation

_QUOTE = "put the value in quotes, or YAML decides what it is"


def yaml_violations(spec, raw, path=""):
    """The options whose raw form is not what their type asks for; ``spec`` is an argument spec."""
    violations = []
    for name, argument in spec.items():
        given = [spelling for spelling in _spellings(name, argument) if raw.get(spelling) is not None]
        for spelling in given:
            violations += _violations(argument, raw[spelling], f"{path}{spelling}")
        violations += [
            Violation(f"{path}{spelling}", f"must not differ from {path}{given[0]}, which is the same option")
            for spelling in given[1:]
            if raw[spelling] != raw[given[0]]
        ]
    return violations


def drop_nulls(spec, params):
    """Take null out of options, for null means "not given".

    Ansible refuses it beside ``choices``, and puts the null of an alias in the place of the option's value.
    """
    for name, argument in spec.items():
        for spelling in _spellings(name, argument):
            value = params.get(spelling)
            if value is None:
                params.pop(spelling, None)
            elif "options" in argument:
                for entry in value if isinstance(value, list) else [value]:
                    if isinstance(entry, dict):
                        drop_nulls(argument["options"], entry)


def safe_for_ansible(spec, params):
    """The options with something empty in the place of what Ansible ends in a traceback at.

    That is what is no mapping where a mapping of options is wanted, and an infinite number; ``yaml_violations`` tells of them.
    """
    safe = dict(params)
    for name, argument in spec.items():
        for spelling in _spellings(name, argument):
            if safe.get(spelling) is not None:
                safe[spelling] = _disarmed(argument, safe[spelling])
    return safe


def _disarmed(argument, value):
    several = argument["type"] == "list"
    if "options" not in argument:
        if _infinite(argument, value):
            return [] if several else 0
        return value
    entries = value if several else [value]
    if not isinstance(entries, list) or not all(map(_is_mapping, entries)):
        return [] if several else {}
    # Text that stands for a mapping becomes one here, as Ansible would have it.
    entries = [safe_for_ansible(argument["options"], check_type_dict(entry)) for entry in entries]
    return entries if several else entries[0]


def _spellings(name, argument):
    """All names of an option."""
    return (name, *argument.get("aliases", ()))


def _violations(argument, value, path):
    wanted = argument.get("type", "str")
    if wanted == "list" and "options" in argument and not isinstance(value, list):
        return [Violation(path, f"must be a list of mappings, not of type {type(value).__name__}")]
    if wanted == "list" and isinstance(value, (list, tuple, bool, float)):
        entries = value if isinstance(value, (list, tuple)) else [value]
        entry = {**argument, "type": argument.get("elements", "raw")}
        return [
            violation
            for number, item in enumerate(entries)
            for violation in _item_violations(entry, item, f"{path}[{number}]")
        ]
    if wanted == "dict" and "options" in argument:
        if not _is_mapping(value):
            return [Violation(path, f"must be a mapping, not of type {type(value).__name__}")]
        return yaml_violations(argument["options"], check_type_dict(value), f"{path}.")
    if wanted == "str" and isinstance(value, (list, dict, tuple, bool, float)):
        return [Violation(path, f"must be text, not of type {type(value).__name__}; {_QUOTE}")]
    if wanted in ("int", "float") and isinstance(value, bool):
        return [Violation(path, "must be a number, not of type bool")]
    if _infinite(argument, value):
        return [Violation(path, "must be a finite number")]
    return []


def _item_violations(entry, item, path):
    if item is None:
        return [Violation(path, "must not be null")]
    return _violations(entry, item, path)


def _infinite(argument, value):
    """Whether a value for numbers is or holds an infinite one, or one with more digits than anybody wants to read."""
    if argument.get("type") == "list":
        entries = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
        return any(_infinite({"type": argument.get("elements")}, entry) for entry in entries)
    try:
        return argument.get("type") in ("int", "float") and math.isinf(float(value))
    except OverflowError:
        return True
    except (TypeError, ValueError):
        return False


def _is_mapping(value):
    """Whether Ansible can make a mapping of a value; it also accepts ``a=1 b=2`` and JSON text."""
    try:
        return isinstance(check_type_dict(value), dict)
    except (TypeError, ValueError):
        return False
