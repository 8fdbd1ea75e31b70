# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields of plain values.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import math
import re
from typing import Any

from .._planned_id import is_planned_id
from .._secrets import length_violations
from .._validation import EMPTY, PLACEHOLDER, Violation, excerpt, is_placeholder
from .field import Field

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DIGITS = re.compile("[0-9]{1,20}")
_LARGEST = 1e300


class Text(Field):
    """A string. A missing string and an empty one have the same meaning.

    :param may_be_empty: a task can set it to an empty string, which removes the value at the provider.
    :param form: what ``pattern`` requires, in words that complete "must be".
    :param choices: all possible values.
    :param printed_choices: the values that the provider documents. A resource can have other values.
    :param trimmed: leading and trailing whitespace and control characters are violations, because a provider may remove
        them from a name.
    """

    may_be_empty: bool = False
    max_length: int | None = None
    pattern: str = ""
    form: str = ""
    choices: tuple[str, ...] = ()
    printed_choices: tuple[str, ...] = ()
    trimmed: bool = False

    ansible_type = "str"

    def argument(self) -> dict[str, Any]:
        choices = {"choices": list(self.choices)} if self.choices else {}
        return {**super().argument(), **choices}

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string"}
        if self.pattern:
            schema.update(pattern=self.pattern, description=self.form)
        return schema

    def response_schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"]}

    def read(self, raw: str) -> str | None:
        # An empty value that no task can set means "not set".
        if raw.strip():
            return raw
        return None if self.empty_is_unset or not self.may_be_empty else ""

    def equal(self, current: str | None, target: str | None) -> bool:
        return (current or "") == (target or "")

    def rule_violations(self, desired: str, path: str) -> list[Violation]:
        if not desired.strip() and not (self.may_be_empty and not desired):
            return [Violation(path, EMPTY)]
        if self.secret and is_placeholder(desired):
            return [Violation(path, PLACEHOLDER)]
        if self.trimmed and (desired != desired.strip() or _CONTROL.search(desired)):
            rule = "must not start or end with whitespace, or contain a line break or another control character"
            return [Violation(path, rule)]
        return length_violations(desired, path) if self.secret and desired else []

    def broken_limit(self, value: str) -> str:
        if is_placeholder(value):
            return PLACEHOLDER
        if self.max_length is not None and len(value) > self.max_length:
            return f"must have at most {self.max_length} characters"
        if self.printed_choices and value not in self.printed_choices:
            return f"must be one of {', '.join(self.printed_choices)}"
        return ""


class Integer(Field):
    """An integer. Providers return 64-bit integers as strings. A missing integer and 0 have the same meaning.

    :param forbidden: integers within the range that are not allowed.
    :param as_text: requests contain it as a string.
    """

    minimum: int | None = None
    maximum: int | None = None
    forbidden: tuple[int, ...] = ()
    as_text: bool = False

    ansible_type = "int"

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "integer"}
        if self.forbidden:
            schema["not"] = {"enum": list(self.forbidden)}
        return schema

    def response_schema(self) -> dict[str, Any]:
        return {
            "type": ["integer", "string", "null"],
            "pattern": "^(-?[0-9]{1,20})?$",
            "description": "an integer of at most 20 digits",
        }

    def read(self, raw: int | str) -> int | None:
        if raw == "":
            return None
        value = int(raw)
        # A zero that no task can set means "not set".
        return None if value == 0 and (self.minimum or 0) > 0 else value

    def write(self, target: int) -> int | str:
        return str(target) if self.as_text else target

    def equal(self, current: int | None, target: int | None) -> bool:
        if self.nullable:
            return current == target
        return (current or 0) == (target or 0)

    def broken_limit(self, value: int) -> str:
        return _out_of_range(value, self.minimum, self.maximum)


class NumericId(Integer):
    """The id of a resource of a provider that numbers its resources. In check mode, it can be a planned id."""

    is_id: bool = True
    minimum: int | None = 1

    ansible_type = "str"

    def schema(self) -> dict[str, Any]:
        return {"type": ["integer", "string"]}

    def desired(self, given: str) -> int | str:
        digits = str(given).strip()
        return int(digits) if _DIGITS.fullmatch(digits) else given

    def rule_violations(self, desired: int | str, path: str) -> list[Violation]:
        if isinstance(desired, int) or is_planned_id(desired):
            return []
        if not desired.strip():
            return [Violation(path, EMPTY)]
        rule = (
            PLACEHOLDER if is_placeholder(desired) else "must be an integer, because the provider numbers its resources"
        )
        return [Violation(path, f"{rule}, not {excerpt(desired)}")]

    def broken_limit(self, value: Any) -> str:
        return "" if is_planned_id(value) else super().broken_limit(value)


class Float(Field):
    """A number. Providers return ``5`` or ``5.0``."""

    minimum: float | None = None
    exclusive_minimum: float | None = None
    maximum: float | None = None

    ansible_type = "float"

    def schema(self) -> dict[str, Any]:
        return {"type": "number"}

    def response_schema(self) -> dict[str, Any]:
        return {"type": ["number", "null"], "minimum": -_LARGEST, "maximum": _LARGEST}

    def read(self, raw: float) -> float:
        return float(raw)

    def equal(self, current: float | None, target: float | None) -> bool:
        if current is None or target is None:
            return current is target
        return math.isclose(current, target, rel_tol=0, abs_tol=1e-9)

    def rule_violations(self, desired: float, path: str) -> list[Violation]:
        return [] if math.isfinite(desired) else [Violation(path, f"must be a finite number, not {desired}")]

    def broken_limit(self, value: float) -> str:
        if self.exclusive_minimum is not None and value <= self.exclusive_minimum:
            return f"must be greater than {self.exclusive_minimum}"
        return _out_of_range(value, self.minimum, self.maximum)


class Boolean(Field):
    """True or false."""

    ansible_type = "bool"

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def response_schema(self) -> dict[str, Any]:
        return {"type": ["boolean", "null"]}


def _out_of_range(value: float, minimum: float | None, maximum: float | None) -> str:
    """Return the range that a number is not in, as a rule, or an empty text."""
    low, high = minimum is not None and value < minimum, maximum is not None and value > maximum
    if not low and not high:
        return ""
    if minimum is not None and maximum is not None:
        return f"must be from {minimum} to {maximum}"
    return f"must be at least {minimum}" if low else f"must be at most {maximum}"
