# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of option values before Ansible silently converts them.

Ansible would convert ``command: [a, b]`` to the text ``['a', 'b']``, ``name: no`` to the text ``False``,
``min_num: yes`` to the number 1 and ``products: [null]`` to the text ``None``. Such values are violations.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import math
from typing import Any

from .._validation import EMPTY, Violation, how_to_write_text

Spec = dict[str, Any]
"""An argument spec."""


def yaml_violations(spec: Spec, written: dict[str, Any], path: str = "") -> list[Violation]:
    """Return the violations of options whose YAML values do not have the type of the option."""
    violations = []
    for name, argument in spec.items():
        given = [spelling for spelling in _spellings(name, argument) if written.get(spelling) is not None]
        for spelling in given:
            violations += _violations(argument, written[spelling], f"{path}{spelling}")
        violations += [
            Violation(f"{path}{spelling}", f"must not differ from {path}{given[0]}, which is the same option")
            for spelling in given[1:]
            if written[spelling] != written[given[0]]
        ]
    return violations


def drop_nulls(spec: Spec, params: dict[str, Any]) -> None:
    """Remove options that are null, because null means that the task omits the option.

    Ansible rejects null for an option with ``choices``, and lets null for an alias replace the value of the option.
    """
    for name, argument in spec.items():
        for spelling in _spellings(name, argument):
            value = params.get(spelling)
            if value is None:
                params.pop(spelling, None)
            elif "options" in argument:
                for item in value if isinstance(value, list) else [value]:
                    if isinstance(item, dict):
                        drop_nulls(argument["options"], item)


def drop_doubled(spec: Spec, params: dict[str, Any], path: str = "") -> list[tuple[str, str]]:
    """Give options that are set twice the value of the alias, as Ansible does, and remove the alias.

    Returns the paths of these options and of the aliases.
    """
    doubled = []
    for name, argument in spec.items():
        for alias in argument.get("aliases", ()):
            if name in params and alias in params:
                params[name] = params.pop(alias)
                doubled.append((f"{path}{name}", f"{path}{alias}"))
        value = params.get(name)
        if "options" in argument and isinstance(value, list):
            for number, item in enumerate(value):
                doubled += drop_doubled(argument["options"], item, f"{path}{name}[{number}].")
        elif "options" in argument and isinstance(value, dict):
            doubled += drop_doubled(argument["options"], value, f"{path}{name}.")
    return doubled


def safe_for_ansible(spec: Spec, params: dict[str, Any]) -> dict[str, Any]:
    """Return the options for Ansible: with text for a list split, and without the values that cause a traceback.

    These are infinite numbers, and values that are not mappings for options with suboptions. Empty values, for which
    Ansible has other messages than this collection, are replaced, too. ``yaml_violations`` reports them. Ansible itself
    splits text at its commas, but keeps the spaces around the items.
    """
    safe = dict(params)
    for name, argument in spec.items():
        for spelling in _spellings(name, argument):
            if safe.get(spelling) is not None:
                safe[spelling] = _safe_value(argument, safe[spelling])
    return safe


def _safe_value(argument: Spec, value: Any) -> Any:
    is_list = argument["type"] == "list"
    if "options" not in argument:
        is_unsafe = _list_violations(argument, value, "") if is_list else _is_unsafe(argument, value)
        if is_unsafe:
            return _harmless(argument)
        return [item.strip() for item in value.split(",")] if is_list and isinstance(value, str) else value
    items = value if is_list else [value]
    if not isinstance(items, list) or not all(map(_is_mapping, items)):
        return _harmless(argument)
    # Ansible also accepts text that represents a mapping.
    items = [safe_for_ansible(argument["options"], _mapping(item)) for item in items]
    return items if is_list else items[0]


def _is_unsafe(argument: Spec, value: Any) -> bool:
    return _is_infinite(argument, value) or _is_empty(argument, value)


def _harmless(argument: Spec) -> Any:
    """Return a value that Ansible accepts for an option."""
    if "choices" in argument:
        return argument["choices"][0]
    return {"list": [], "dict": {}}.get(argument["type"], 0)


def _spellings(name: str, argument: Spec) -> tuple[str, ...]:
    """Return the name and the aliases of an option."""
    return (name, *argument.get("aliases", ()))


def _violations(argument: Spec, value: Any, path: str) -> list[Violation]:
    expected = argument.get("type", "str")
    if _is_empty(argument, value):
        return [Violation(path, EMPTY)]
    if expected == "list":
        return _list_violations(argument, value, path)
    if expected == "dict" and "options" in argument:
        if not _is_mapping(value):
            return [Violation(path, f"must be a mapping, not a value of type {type(value).__name__}")]
        return yaml_violations(argument["options"], _mapping(value), f"{path}.")
    if expected == "str" and isinstance(value, (list, dict, tuple, bool, float)):
        advice = how_to_write_text(value)
        return [Violation(path, f"must be a string, not a value of type {type(value).__name__}; {advice}")]
    if expected in ("int", "float") and isinstance(value, bool):
        return [Violation(path, "must be a number, not a value of type bool")]
    if _is_infinite(argument, value):
        return [Violation(path, "must be a finite number")]
    return []


def _list_violations(argument: Spec, value: Any, path: str) -> list[Violation]:
    if "options" in argument and not isinstance(value, list):
        return [Violation(path, f"must be a list of mappings, not a value of type {type(value).__name__}")]
    if isinstance(value, str):
        if value.lstrip().startswith("["):
            rule = "must be a list, or text with a comma between the items, not text in brackets; add `| from_json`"
            return [Violation(path, rule)]
        value = value.split(",")
    item_argument = {**argument, "type": argument.get("elements", "raw")}
    return [
        violation
        for number, item in enumerate(value if isinstance(value, (list, tuple)) else [value])
        for violation in _item_violations(item_argument, item, f"{path}[{number}]")
    ]


def _item_violations(argument: Spec, item: Any, path: str) -> list[Violation]:
    if item is None:
        return [Violation(path, "must not be null")]
    if isinstance(item, str) and not item.strip():
        return [Violation(path, EMPTY)]
    return _violations(argument, item, path)


def _is_empty(argument: Spec, value: Any) -> bool:
    """Return whether a value is empty text, for an option that is not free text.

    The fields of tables declare which options with free text may be empty.
    """
    if not isinstance(value, str) or value.strip():
        return False
    is_free_text = argument.get("type", "str") in ("str", "raw") and "choices" not in argument
    # Text for a list is split into items, and each of them is checked.
    return not is_free_text and (argument["type"] != "list" or "options" in argument)


def _is_infinite(argument: Spec, value: Any) -> bool:
    """Return whether a value for a numeric option is an infinite number, or one that is too large for Python."""
    try:
        return argument.get("type") in ("int", "float") and math.isinf(float(value))
    except OverflowError:
        return True
    except (TypeError, ValueError):
        return False


def _is_mapping(value: Any) -> bool:
    """Return whether Ansible can convert a value to a mapping."""
    try:
        return isinstance(_mapping(value), dict)
    except (TypeError, ValueError, ImportError):
        return False


def _mapping(value: Any) -> Any:
    """Return a value as a mapping. Ansible also accepts ``a=1 b=2`` and JSON text, which nothing else does.

    Raises ``TypeError``, ``ValueError``, or ``ImportError`` without Ansible.
    """
    if isinstance(value, dict):
        return value
    from ansible.module_utils.common.validation import check_type_dict  # event sources run without Ansible

    return check_type_dict(value)
