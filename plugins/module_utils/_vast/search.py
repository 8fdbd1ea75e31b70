# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine filter of a workergroup: text or a mapping in, text on the wire, a mapping in responses.

The server refuses a new workergroup whose filter is no text; an update may carry a mapping, which holds values that
text cannot carry. See ``query.py`` for the language.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._schema.field import Field
from .._validation import Violation
from .query import (
    GPU_MEMORY,
    MAX_GB,
    OPERATORS,
    is_finite,
    number_of,
    parse_query,
    proper,
    render_query,
    same,
    shown,
    unfit,
)

Condition = dict[str, Any]
"""Values by the operator that compares with them: ``{"gte": 24}``."""
Conditions = dict[str, Condition]
"""Conditions by the names of a machine's properties: ``{"num_gpus": {"eq": 1}}``."""

_SCALAR = {"type": ["string", "number", "boolean", "null"]}
_CEILINGS = ("lt", "lte", "eq")


class SearchParams(Field):
    """Conditions by the names of a machine's properties.

    A condition is compared and replaced as one; properties that the task does not name keep theirs. An empty condition
    asks that there is none.
    """

    ansible_type = "raw"

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["object", "string"],
            "minLength": 1,
            "additionalProperties": {
                "type": ["object", "null"],
                "propertyNames": {"enum": list(OPERATORS)},
                "properties": dict.fromkeys(("in", "notin"), {"type": "array", "items": _SCALAR}),
                "additionalProperties": _SCALAR,
            },
        }

    def rule_violations(self, desired: str | Conditions, path: str) -> list[Violation]:
        try:
            conditions = conditions_of(desired)
        except ValueError as error:
            return [Violation(path, str(error))]
        return [
            Violation(f"{path}.{name}", "must be made of finite numbers")
            for name, condition in conditions.items()
            if not all(map(_is_finite, condition.values()))
        ]

    def response_schema(self) -> dict[str, Any]:
        return {"type": ["object", "null"], "additionalProperties": {"type": "object"}}

    def read(self, raw: Conditions) -> Conditions:
        """Current conditions by the names that tasks use, where no two of them have the same."""
        return {name if proper(name) in raw else proper(name): condition for name, condition in raw.items()}

    def write(self, target: Conditions) -> str | Conditions:
        conditions = {name: condition for name, condition in target.items() if condition}
        return conditions if unfit(conditions) else render_query(conditions)

    def target(self, current: Conditions | None, desired: str | Conditions) -> Conditions:
        target = dict(current or {})
        for name, condition in conditions_of(desired).items():
            if not same(name, target.get(name, {}), condition):
                target = {other: kept for other, kept in target.items() if proper(other) != name}
                target[name] = condition
        return target

    def differences(self, current: Conditions | None, target: Conditions | None, path: str) -> list[str]:
        """What the target has and the workergroup has not; conditions that the provider adds are its own."""
        current = current or {}
        return [
            f"{path}.{name}"
            for name, condition in (target or {}).items()
            if not same(name, current.get(name, {}), condition)
        ]

    def equal(self, current: Conditions | None, target: Conditions | None) -> bool:
        return not self.differences(current, target, self.name)

    def before_and_after(
        self, current: Conditions | None, target: Conditions, desired: str | Conditions
    ) -> tuple[Conditions, Conditions]:
        before, after = {}, conditions_of(desired)
        for name, condition in after.items():
            present = (current or {}).get(name, {})
            before[name] = condition if same(name, present, condition) else shown(name, present)
        return before, after

    def spec(self, current: Conditions, desired: Any, reveal: bool) -> Conditions:
        return {name: shown(name, condition) for name, condition in current.items() if condition}

    def paths_of(self, desired: str | Conditions, path: str) -> list[str]:
        return [f"{path}.{name}" for name in conditions_of(desired)]


def conditions_of(desired: str | Conditions | None) -> Conditions:
    """The desired conditions; null means "not managed" here, too. Raises ``ValueError``."""
    conditions: Conditions = parse_query(desired) if isinstance(desired, str) else {}
    for name, condition in desired.items() if isinstance(desired, dict) else ():
        if isinstance(condition, dict):
            earlier = conditions.setdefault(proper(name), {})
            if earlier.keys() & condition.keys():
                raise ValueError(f"must not give two conditions on {proper(name)} that exclude each other")
            earlier.update(condition)
    return conditions


def oddities(desired: str | Conditions | None) -> list[str]:
    """Warnings of conditions that a task hardly means."""
    conditions = {} if isinstance(desired, str) else conditions_of(desired)
    small = [
        f"{name} {value}"
        for name in GPU_MEMORY
        for value in conditions.get(name, {}).values()
        if 0 < (number_of(name, value) or 0) < MAX_GB
    ]
    return [f"search_params: {', '.join(small)}: in a mapping it is in MB, in text in GB."] if small else []


def open_ends(conditions: Conditions | None) -> list[str]:
    """What a filter should say about trust and money and does not, as parts of a sentence."""
    conditions = conditions or {}
    names = [name for name in ("verified", "rentable", "rented") if not conditions.get(name)]
    parts = [f"no condition on {', '.join(names)}"] if names else []
    if not any(operator in _CEILINGS for operator in conditions.get("dph_total", {})):
        parts.append("no upper limit of dph_total")
    return parts


def _is_finite(value: Any) -> bool:
    """Whether all numbers in a value are numbers in JSON, and small enough to be compared."""
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return not isinstance(value, (int, float)) or is_finite(value)
