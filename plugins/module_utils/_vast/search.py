# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine filter of a workergroup: text or a mapping in a task, text in requests, a mapping in responses.

For a new workergroup, the server accepts only text. An update can also send a mapping, for values that text cannot
represent. The language of the text is described in ``query.py``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._schema.field import Field
from .._validation import EMPTY, Violation
from .properties import is_finite, mistake, number_of
from .query import OPERATORS, Conditions, parse_query, proper, render_query, same, shown, unfit

_SCALAR = {"type": ["string", "number", "boolean", "null"]}
_CEILINGS = ("lt", "lte", "eq")


class SearchParams(Field):
    """Conditions by the names of machine properties.

    A condition is compared and replaced as a whole. Conditions on properties that the task does not set stay. An empty
    condition removes the condition.
    """

    ansible_type = "raw"

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["object", "string"],
            "additionalProperties": {
                "type": ["object", "null"],
                "propertyNames": {"enum": list(OPERATORS)},
                "properties": dict.fromkeys(("in", "notin"), {"type": "array", "items": _SCALAR}),
                "additionalProperties": _SCALAR,
            },
        }

    def rule_violations(self, desired: str | Conditions, path: str) -> list[Violation]:
        if isinstance(desired, str) and not desired.strip():
            return [Violation(path, EMPTY)]
        try:
            conditions = conditions_of(desired)
        except ValueError as error:
            return [Violation(path, str(error))]
        if isinstance(desired, str):
            return _mistakes(conditions, {}, path, in_text=True)
        return [
            Violation(f"{path}.{name}", "must have only finite numbers")
            for name, condition in conditions.items()
            if not all(map(_is_finite, condition.values()))
        ]

    def range_violations(self, value: str | Conditions, current: Conditions | None, path: str) -> list[Violation]:
        # Text was checked before the first request. A mapping can be a filter that the workergroup has.
        return [] if isinstance(value, str) else _mistakes(conditions_of(value), current or {}, path, in_text=False)

    def response_schema(self) -> dict[str, Any]:
        return {"type": ["object", "null"], "additionalProperties": {"type": "object"}}

    def read(self, raw: Conditions) -> Conditions:
        """Return the current conditions by the API names of the properties, except where two would be equal."""
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
        """Return the paths of target conditions that the workergroup lacks.

        Conditions that the provider adds are ignored.
        """
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
    """Return the desired conditions. A null condition is not managed. Raises ``ValueError`` with the violation."""
    conditions: Conditions = parse_query(desired) if isinstance(desired, str) else {}
    for name, condition in desired.items() if isinstance(desired, dict) else ():
        if isinstance(condition, dict):
            earlier = conditions.setdefault(proper(name), {})
            if earlier.keys() & condition.keys():
                raise ValueError(f"must not have conflicting conditions on {proper(name)}")
            earlier.update(condition)
    return conditions


def missing_limits(conditions: Conditions | None) -> list[str]:
    """Return the conditions on trust and cost that a filter lacks, as parts of a sentence."""
    conditions = conditions or {}
    names = [name for name in ("verified", "rentable", "rented") if not conditions.get(name)]
    parts = [f"no condition on {', '.join(names)}"] if names else []
    if not any(operator in _CEILINGS for operator in conditions.get("dph_total", {})):
        parts.append("no upper limit on dph_total")
    return parts


def price_limit(conditions: Conditions | None) -> float | None:
    """Return the highest price in USD per hour that a filter accepts, or ``None`` without an upper limit."""
    condition = (conditions or {}).get("dph_total", {})
    limits = [number_of("dph_total", condition.get(operator)) for operator in _CEILINGS]
    return min((float(limit) for limit in limits if limit is not None), default=None)


def _mistakes(conditions: Conditions, current: Conditions, path: str, in_text: bool) -> list[Violation]:
    """Return the conditions that cannot be intended, except those that the workergroup already has."""
    rules = {
        name: mistake(name, condition, in_text)
        for name, condition in conditions.items()
        if not same(name, current.get(name, {}), condition)
    }
    return [Violation(f"{path}.{name}", rule) for name, rule in rules.items() if rule]


def _is_finite(value: Any) -> bool:
    """Return whether all numbers in a value can be represented in JSON and compared with other numbers."""
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return not isinstance(value, (int, float)) or is_finite(value)
