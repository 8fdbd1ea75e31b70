# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's query language for machines: text in, conditions out, and back again.

Conditions are the API's form, ``{field: {operator: value}}``, with memory in MB and durations in seconds; text has GB
and days. The rules are those of the server's parser, of which the vendor publishes a copy in the tests of its
command-line client. Where that parser takes a typing error for a value, this one refuses it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

Condition = dict[str, Any]
"""The values of a condition on one property, by their operators."""
Conditions = dict[str, Condition]
"""Conditions by the names of the properties."""

OPERATORS = ("eq", "neq", "gt", "gte", "lt", "lte", "in", "notin")
_SIGN_OF = {"eq": "=", "neq": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_OPERATOR_OF = {
    **{sign: operator for operator, sign in _SIGN_OF.items()},
    **{operator: operator for operator in OPERATORS},
    "==": "eq",
    "noteq": "neq",
    "not eq": "neq",
    "not in": "notin",
    "nin": "notin",
}
_COMPARISONS = ("gt", "gte", "lt", "lte")
_LISTED = ("in", "notin")
_ALIASES = {
    "cuda_vers": "cuda_max_good",
    "display_active": "gpu_display_active",
    "dlperf_usd": "dlperf_per_dphtotal",
    "dph": "dph_total",
    "flops_usd": "flops_per_dphtotal",
    # So it is called in rows.
    "reliability2": "reliability",
}
_FACTORS = {"cpu_ram": 1000, "gpu_ram": 1000, "gpu_total_ram": 1000, "duration": 24 * 60 * 60}
GPU_MEMORY = ("gpu_ram", "gpu_total_ram")
MAX_GB = 1000
"""Of the memory of GPUs: no machine has more, so a larger number in text is one of MB."""
_WORDS = {"true": True, "True": True, "false": False, "False": False, "None": None, "null": None}
_ANYTHING = ("any", "*", "?")

_CONDITION = re.compile(
    r"""\s* (?P<field> [A-Za-z0-9_]+ )
        (?: \s* (?P<sign> [=><!]+ ) \s* | \s+ (?P<word> not\ ?eq | not\ ?in | nin | n?eq | [lg]te? | in ) \s+ )
        (?P<value> \[ [^]]* \] | "[^"]*" | [^\s"'\[=><!] [^\s=><!]* ) (?= \s | $ )""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"-?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})")
_VERSION = re.compile(r"([0-9]{1,9})\.([0-9]{1,3})\.([0-9]{1,3})")
_FORBIDDEN = re.compile("[,\\[\\]\"'_\x00-\x1f\x7f-\x9f\u2028\u2029]")
_TOLERANCE = 1e-6
_NOTHING = 1e-9
"""MB or seconds."""


def proper(name: str) -> str:
    """The name of a property as the API has it."""
    return _ALIASES.get(name, name)


def parse_query(text: str) -> Conditions:
    """Conditions from text such as ``gpu_name=RTX_4090 num_gpus>=2``; an empty condition takes one away.

    Raises ``ValueError`` with what must be otherwise.
    """
    conditions: Conditions = {}
    position = 0
    while text[position:].strip():
        match = _CONDITION.match(text, position)
        if not match:
            raise ValueError(f"must be conditions such as num_gpus>=2, not {text[position:].strip()[:60]!r}")
        position = match.end()
        sign = match["sign"] or match["word"]
        operator = _OPERATOR_OF.get(sign)
        if operator is None:
            raise ValueError(f"has no operator {sign!r}; there are {', '.join(_OPERATOR_OF)}")
        _add(conditions, proper(match["field"]), operator, match["value"])
    return conditions


def _add(conditions: Conditions, name: str, operator: str, text: str) -> None:
    known, text = conditions.get(name), text.strip(",[]")
    wildcard = text in _ANYTHING and operator not in _LISTED
    if known is not None and (operator in known or wildcard or not known):
        raise ValueError(f"must not give two conditions on {name} that exclude each other")
    if wildcard:
        if operator != "eq":
            raise ValueError(f"can have {text!r} only after =, not in the condition on {name}")
        conditions[name] = {}
        return
    items = [item.strip() for item in text.split(",")] if operator in _LISTED else [text]
    values = [_value(name, operator, item) for item in items if item.strip(' "')]
    if not values:
        raise ValueError(f"must have a value in the condition on {name}")
    conditions.setdefault(name, {})[operator] = values if operator in _LISTED else values[0]


def _value(name: str, operator: str, text: str) -> Any:
    """A value of the text as the API has it."""
    shown, text = text, text.strip('"')
    if name == "driver_version" and "." in text:
        if operator in _LISTED or not _VERSION.fullmatch(text):
            raise ValueError(f"must have one driver_version of three numbers such as 535.129.3, not {shown!r}")
        return int(_number(name, text))
    text = text.replace("_", " ")
    number = number_of(name, text)
    if name in _FACTORS:
        if number is None or operator in _LISTED:
            raise ValueError(
                f"must have a number in the condition on {name}, not {'a list' if operator in _LISTED else repr(shown)}"
            )
        if name in GPU_MEMORY and number > MAX_GB:
            raise ValueError(f"asks for {shown} GB of {name}: in text it is in GB, in a mapping in MB")
        return plain(_decimal(number * _FACTORS[name]))
    if operator in _COMPARISONS and number is None:
        raise ValueError(f"must have a number after {_SIGN_OF[operator]} in the condition on {name}, not {shown!r}")
    return plain(text) if operator in _LISTED or text not in _WORDS else _WORDS[text]


def plain(value: Any) -> Any:
    """A value as people write it: text that is exactly a number becomes one, in lists and conditions, too."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    if not isinstance(value, str) or len(value) > 15 or not _NUMBER.fullmatch(value):
        return value
    number = float(value) if "." in value else int(value)
    return number if str(number) == value else value


def shown(name: str, condition: Condition) -> Condition:
    """A condition as people write it, without the last digits that a change of units leaves."""
    condition = plain(condition)
    return {
        operator: float(f"{value:.12g}") if name in _FACTORS and isinstance(value, float) else value
        for operator, value in condition.items()
    }


def number_of(name: str, value: Any) -> Decimal | None:
    """The number that a value is or that its text tells, or ``None``."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if not isinstance(value, str):
        return Decimal(repr(value)) if is_finite(value) else None
    version = _VERSION.fullmatch(value) if name == "driver_version" else None
    if version:
        major, minor, patch = map(int, version.groups())
        return Decimal(major * 1_000_000 + minor * 1_000 + patch)
    return Decimal(value) if _NUMBER.fullmatch(value) else None


def _number(name: str, value: Any) -> Decimal:
    """The number that a value is known to be."""
    number = number_of(name, value)
    if number is None:
        raise ValueError(f"{value!r} is no number")
    return number


def is_finite(number: float) -> bool:
    """Whether a number is one that JSON can hold and that can be compared with others."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def same(name: str, current: Condition, desired: Condition) -> bool:
    """Whether two conditions on a property mean the same: ``1`` equals ``1.0`` and ``"1"``, lists have no order."""
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
    """By property, what is in conditions that text cannot carry: ``{name: sentence}``."""
    reasons: dict[str, str] = {}
    for name, condition in conditions.items():
        for operator, value in condition.items():
            why = _unfit(name, operator, value)
            if why:
                reasons.setdefault(name, f"text cannot carry {value!r}, because {why}")
    return reasons


def _unfit(name: str, operator: str, value: Any) -> str:
    """Why text cannot carry a condition, or an empty text."""
    if not re.fullmatch("[A-Za-z0-9_]+", name) or name != proper(name) or operator not in OPERATORS:
        return f"it has no condition {name} {operator}"
    if isinstance(value, list) != (operator in _LISTED):
        return "in and notin take a list, and nothing else does"
    if not isinstance(value, list):
        return _unfit_value(name, value)
    if name in _FACTORS or name == "driver_version":
        return f"{name} takes one number"
    if not value:
        return "the list is empty"
    return next(
        filter(
            None,
            (
                "a list holds texts and numbers" if item is None or isinstance(item, bool) else _unfit_value(name, item)
                for item in value
            ),
        ),
        "",
    )


def _unfit_value(name: str, value: Any) -> str:
    if name in _FACTORS or name == "driver_version":
        number = number_of(name, value)
        if number is None:
            return f"{name} takes a number"
        is_whole = number == number.to_integral_value() and number >= 0
        return "" if is_whole or name in _FACTORS else "driver_version takes a whole number, or three such as 535.129.3"
    if isinstance(value, str):
        return _unfit_text(value)
    return (
        "" if value is None or isinstance(value, bool) or number_of(name, value) is not None else "it is no plain value"
    )


def _unfit_text(text: str) -> str:
    if not text:
        return "it is empty"
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        return f"of {forbidden[0]!r}" + (", for which the server reads a space" if forbidden[0] == "_" else "")
    if text != text.strip():
        return "of the whitespace at its end"
    if text[0] in "=<>!":
        return f"it begins with {text[0]!r}"
    return (
        "it is a word of the query language; write true, false or null without quotes"
        if text in (*_WORDS, *_ANYTHING)
        else ""
    )


def render_query(conditions: Conditions) -> str:
    """Text that says the same as conditions in which nothing is ``unfit``."""
    return " ".join(
        _rendered(name, operator, value)
        for name, condition in conditions.items()
        for operator, value in condition.items()
    )


def _rendered(name: str, operator: str, value: Any) -> str:
    if isinstance(value, list):
        return f"{name} {operator} [{','.join(_text(name, item) for item in value)}]"
    return f"{name}{_SIGN_OF[operator]}{_text(name, value)}"


def _text(name: str, value: Any) -> str:
    if name == "driver_version":
        version = int(_number(name, value))
        return f"{version // 1_000_000}.{version // 1_000 % 1_000}.{version % 1_000}"
    if name in _FACTORS:
        return _decimal(_in_units_of_text(_number(name, value), _FACTORS[name]))
    if isinstance(value, str):
        return value.replace(" ", "_")
    if isinstance(value, bool):
        return str(value).lower()
    return "None" if value is None else format(_number(name, value), "f")


def _in_units_of_text(number: Decimal, factor: int) -> Decimal:
    """A number in GB or days from which the server comes back to exactly this one, where there is such a number."""
    target = float(number)
    about = target / factor
    candidates = (about, math.nextafter(about, math.inf), math.nextafter(about, -math.inf))
    exact = next((candidate for candidate in candidates if candidate * factor == target), about)
    return Decimal(repr(exact)) if math.isfinite(target) else number / factor


def _decimal(number: Decimal) -> str:
    """A number in plain decimals, without zeros that mean nothing."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
