# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The query language of Vast.ai for machines: conversion of text to conditions, and of conditions to text.

Conditions have the form of the API, ``{field: {operator: value}}``, with memory in MB and durations in seconds. Text
has memory in GB and durations in days. The rules are those of the parser of the server; the vendor publishes a copy of
it in the tests of its command-line client. Some typing errors that the server's parser accepts as a value are refused
here.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

from .properties import (
    ALIASES,
    COMPARISONS,
    LISTED,
    SIGN_OF,
    UNITS,
    VERSION,
    Condition,
    decimal,
    is_number,
    number_of,
)

Conditions = dict[str, Condition]
"""Conditions by the names of the properties."""

OPERATORS = ("eq", "neq", "gt", "gte", "lt", "lte", "in", "notin")
_OPERATOR_OF = {
    **{sign: operator for operator, sign in SIGN_OF.items()},
    **{operator: operator for operator in OPERATORS},
    "==": "eq",
    "noteq": "neq",
    "not eq": "neq",
    "not in": "notin",
    "nin": "notin",
}
_FACTORS = {name: unit.factor for name, unit in UNITS.items()}
_WORDS = {"true": True, "True": True, "false": False, "False": False, "None": None, "null": None}
_ANYTHING = ("any", "*", "?")

_CONDITION = re.compile(
    r"""\s* (?P<field> [A-Za-z0-9_]+ )
        (?: \s* (?P<sign> [=><!]+ ) \s* | \s+ (?P<word> not\ ?eq | not\ ?in | nin | n?eq | [lg]te? | in ) \s+ )
        (?P<value> \[ [^]]* \] | "[^"]*" | [^\s"'\[=><!] [^\s=><!]* ) (?= \s | $ )""",
    re.VERBOSE,
)
_FORBIDDEN = re.compile("[,\\[\\]\"'_\x00-\x1f\x7f-\x9f\u2028\u2029]")
_TOLERANCE = 1e-6
_NOTHING = 1e-9
"""The absolute tolerance of comparisons, in MB or seconds."""


def proper(name: str) -> str:
    """Return the name of a property in the API, without aliases."""
    return ALIASES.get(name, name)


def parse_query(text: str) -> Conditions:
    """Return the conditions in text such as ``gpu_name=RTX_4090 num_gpus>=2``. An empty condition removes a condition.

    Raises ``ValueError`` with the violation.
    """
    conditions: Conditions = {}
    position = 0
    while text[position:].strip():
        match = _CONDITION.match(text, position)
        if not match:
            raise ValueError(f"must have conditions such as num_gpus>=2, not {text[position:].strip()[:60]!r}")
        position = match.end()
        sign = match["sign"] or match["word"]
        operator = _OPERATOR_OF.get(sign)
        if operator is None:
            raise ValueError(f"unknown operator {sign!r}; must be one of {', '.join(_OPERATOR_OF)}")
        _add(conditions, proper(match["field"]), operator, match["value"])
    return conditions


def _add(conditions: Conditions, name: str, operator: str, text: str) -> None:
    if text.startswith("[") and operator not in LISTED:
        raise ValueError(f"must use in or notin, not {SIGN_OF[operator]}, before the list in the condition on {name}")
    earlier, text = conditions.get(name), text.strip("[]" if operator in LISTED else ",")
    wildcard = text in _ANYTHING and operator not in LISTED
    if earlier is not None and (operator in earlier or wildcard or not earlier):
        raise ValueError(f"must not have conflicting conditions on {name}")
    if wildcard:
        if operator != "eq":
            raise ValueError(f"must use {text!r} only after = in the condition on {name}")
        conditions[name] = {}
        return
    items = [item.strip() for item in text.split(",")] if operator in LISTED else [text]
    if not all(item.strip(' "') for item in items):
        raise ValueError(f"must not have an empty value in the condition on {name}")
    values = [_value(name, operator, item) for item in items]
    conditions.setdefault(name, {})[operator] = values if operator in LISTED else values[0]


def _value(name: str, operator: str, text: str) -> Any:
    """Return the value in the API for a value in text."""
    shown, text = text, text.strip('"')
    if name == "driver_version" and "." in text:
        if operator in LISTED or not VERSION.fullmatch(text):
            raise ValueError(f"must have a driver_version of three numbers such as 535.129.3, not {shown!r}")
        return int(_number(name, text))
    text = text.replace("_", " ")
    number = number_of(name, text)
    if name in _FACTORS:
        if number is None or operator in LISTED:
            raise ValueError(
                f"must have a number in the condition on {name}, not {'a list' if operator in LISTED else repr(shown)}"
            )
        return plain(decimal(number * _FACTORS[name]))
    if operator in COMPARISONS and number is None:
        raise ValueError(f"must have a number after {SIGN_OF[operator]} in the condition on {name}, not {shown!r}")
    return plain(text) if operator in LISTED or text not in _WORDS else _WORDS[text]


def plain(value: Any) -> Any:
    """Return a value with each string that is exactly a number converted to a number, also in lists and conditions."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    if not isinstance(value, str) or len(value) > 15 or not is_number(value):
        return value
    number = float(value) if "." in value else int(value)
    return number if str(number) == value else value


def shown(name: str, condition: Condition) -> Condition:
    """Return a condition in readable form, without the rounding errors of the conversion of units."""
    condition = plain(condition)
    return {
        operator: float(f"{value:.12g}") if name in _FACTORS and isinstance(value, float) else value
        for operator, value in condition.items()
    }


def _number(name: str, value: Any) -> Decimal:
    """Return the number of a value that was checked before. Raises ``ValueError`` if it is not a number."""
    number = number_of(name, value)
    if number is None:
        raise ValueError(f"{value!r} is not a number")
    return number


def same(name: str, current: Condition, desired: Condition) -> bool:
    """Return whether two conditions on a property mean the same: ``1``, ``1.0`` and ``"1"``, or a list in any order."""
    return current.keys() == desired.keys() and all(
        _equal(name, current[operator], desired[operator]) for operator in current
    )


def _equal(name: str, current: Any, desired: Any) -> bool:
    if isinstance(current, list) and isinstance(desired, list):
        pairs = zip(_sorted(name, current), _sorted(name, desired))
        return len(current) == len(desired) and all(_equal(name, *pair) for pair in pairs)
    one, two = number_of(name, current), number_of(name, desired)
    if one is None or two is None:
        return type(current) is type(desired) and bool(current == desired)
    if name in _FACTORS:
        return math.isclose(float(one), float(two), rel_tol=_TOLERANCE, abs_tol=_NOTHING)
    return one == two


def _sorted(name: str, values: list[Any]) -> list[Any]:
    keys = [(number_of(name, value), repr(value), value) for value in values]
    keys.sort(key=lambda entry: (entry[0] is None, entry[0] or 0, entry[1]))
    return [value for _number, _text, value in keys]


def unfit(conditions: Conditions) -> dict[str, str]:
    """Return the conditions that text cannot represent, as ``{property: reason}``."""
    reasons: dict[str, str] = {}
    for name, condition in conditions.items():
        for operator, value in condition.items():
            why = _unfit(name, operator, value)
            if why:
                reasons.setdefault(name, f"{value!r} is not possible in the query language, because {why}")
    return reasons


def _unfit(name: str, operator: str, value: Any) -> str:
    """Return the reason why text cannot represent a condition, or an empty string."""
    if not re.fullmatch("[A-Za-z0-9_]+", name) or name != proper(name) or operator not in OPERATORS:
        return f"the language has no condition {name} {operator}"
    if isinstance(value, list) != (operator in LISTED):
        return "in and notin require a list, and no other operator accepts one"
    if not isinstance(value, list):
        return _unfit_value(name, value)
    if name in _FACTORS or name == "driver_version":
        return f"{name} requires a single number"
    if not value:
        return "the list is empty"
    return next(filter(None, (_unfit_item(name, item) for item in value)), "")


def _unfit_item(name: str, item: Any) -> str:
    if item is None or isinstance(item, bool):
        return "a list can have only strings and numbers"
    return _unfit_value(name, item)


def _unfit_value(name: str, value: Any) -> str:
    if name in _FACTORS or name == "driver_version":
        number = number_of(name, value)
        if number is None:
            return f"{name} requires a number"
        is_whole = number == number.to_integral_value() and number >= 0
        if is_whole or name in _FACTORS:
            return ""
        return "driver_version requires an integer, or a version such as 535.129.3"
    if isinstance(value, str):
        return _unfit_text(value)
    if value is None or isinstance(value, bool) or number_of(name, value) is not None:
        return ""
    return "it is not a string, a number, a boolean, or null"


def _unfit_text(text: str) -> str:
    if not text:
        return "it is empty"
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        return f"it contains {forbidden[0]!r}" + (", which the server reads as a space" if forbidden[0] == "_" else "")
    if text != text.strip():
        return "it begins or ends with whitespace"
    if text[0] in "=<>!":
        return f"it begins with {text[0]!r}"
    return "it is a reserved word; write true, false, and null without quotes" if text in (*_WORDS, *_ANYTHING) else ""


def render_query(conditions: Conditions) -> str:
    """Return the text for conditions. ``unfit`` must be empty for them."""
    return " ".join(
        _rendered(name, operator, value)
        for name, condition in conditions.items()
        for operator, value in condition.items()
    )


def _rendered(name: str, operator: str, value: Any) -> str:
    if isinstance(value, list):
        return f"{name} {operator} [{','.join(_text(name, item) for item in value)}]"
    return f"{name}{SIGN_OF[operator]}{_text(name, value)}"


def _text(name: str, value: Any) -> str:
    if name == "driver_version":
        version = int(_number(name, value))
        return f"{version // 1_000_000}.{version // 1_000 % 1_000}.{version % 1_000}"
    if name in _FACTORS:
        return decimal(_in_units_of_text(_number(name, value), _FACTORS[name]))
    if isinstance(value, str):
        return value.replace(" ", "_")
    if isinstance(value, bool):
        return str(value).lower()
    return "None" if value is None else format(_number(name, value), "f")


def _in_units_of_text(number: Decimal, factor: int) -> Decimal:
    """Return the number in GB or days that the server converts back to exactly this number, if there is one."""
    target = float(number)
    about = target / factor
    candidates = (about, math.nextafter(about, math.inf), math.nextafter(about, -math.inf))
    exact = next((candidate for candidate in candidates if candidate * factor == target), about)
    return Decimal(repr(exact)) if math.isfinite(target) else number / factor
