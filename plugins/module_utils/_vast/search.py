# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine filter of a workergroup: text or a mapping in, text on the wire, a mapping in answers.

The server refuses a new workergroup whose filter is no text; an update may carry a mapping, which takes values that text
cannot say. See ``query.py`` for the language.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._schema.fields import Field
from .._schema.many import join
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

_SCALAR = {"type": ["string", "number", "boolean", "null"]}
_CEILINGS = ("lt", "lte", "eq")


class SearchParams(Field):
    """Conditions by the names of a machine's properties: ``{"num_gpus": {"eq": 1}}``.

    A condition is compared and replaced as one; properties that the task does not name keep theirs. An empty condition
    is the wish that there is none.
    """

    ansible_type = "raw"

    def schema(self):
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

    def violations(self, desired, path):
        try:
            conditions = conditions_of(desired)
        except ValueError as error:
            return [f"{path}: {error}"]
        return [
            f"{path}.{name}: must be made of finite numbers"
            for name, condition in conditions.items()
            if not all(map(_finite, condition.values()))
        ]

    def response_schema(self):
        return {"type": ["object", "null"], "additionalProperties": {"type": "object"}}

    def parse(self, raw):
        """Found conditions by the names that tasks use, where no two of them have the same."""
        return {name if proper(name) in raw else proper(name): condition for name, condition in raw.items()}

    def write(self, value):
        conditions = {name: condition for name, condition in value.items() if condition}
        return conditions if unfit(conditions) else render_query(conditions)

    def lay(self, found, desired):
        if desired is None:
            return found
        target = dict(found or {})
        for name, condition in conditions_of(desired).items():
            if not same(name, target.get(name, {}), condition):
                target = {known: kept for known, kept in target.items() if proper(known) != name}
                target[name] = condition
        return target

    def differences(self, found, target, path=""):
        """What the target has and the record has not; conditions that the provider adds are its own."""
        found, here = found or {}, join(path, self.name)
        return [
            f"{here}.{name}"
            for name, condition in (target or {}).items()
            if not same(name, found.get(name, {}), condition)
        ]

    def equal(self, found, target):
        return not self.differences(found, target)

    def diff(self, found, target, desired):
        found = found or {}
        before, after = {}, {}
        for name, condition in conditions_of(desired).items():
            present = found.get(name, {})
            before[name], after[name] = (
                (condition if same(name, present, condition) else shown(name, present)),
                condition,
            )
        return before, after

    def spec(self, found, desired=None, reveal=False):
        return (
            {}
            if found is None
            else {self.name: {name: shown(name, condition) for name, condition in found.items() if condition}}
        )

    def paths_of(self, desired, path=""):
        return [f"{join(path, self.name)}.{name}" for name in conditions_of(desired)]


def conditions_of(desired):
    """The conditions of a wish; null is "leave it alone" here, too. Raises ``ValueError``."""
    if isinstance(desired, str):
        return parse_query(desired)
    conditions = {}
    for name, condition in desired.items() if isinstance(desired, dict) else ():
        if isinstance(condition, dict):
            known = conditions.setdefault(proper(name), {})
            if known.keys() & condition.keys():
                raise ValueError(f"must not give two conditions on {proper(name)} that exclude each other")
            known.update(condition)
    return conditions


def oddities(desired):
    """Sentences on conditions of a wish that are hardly meant so."""
    conditions = {} if isinstance(desired, str) else conditions_of(desired)
    small = [
        f"{name} {value}"
        for name in GPU_MEMORY
        for value in conditions.get(name, {}).values()
        if 0 < (number_of(name, value) or 0) < MAX_GB
    ]
    return [f"search_params: {', '.join(small)}: in a mapping it is in MB, in text in GB."] if small else []


def open_ends(conditions):
    """What a filter should say about trust and money and does not, as parts of a sentence."""
    conditions = conditions or {}
    names = [name for name in ("verified", "rentable", "rented") if not conditions.get(name)]
    found = [f"no condition on {', '.join(names)}"] if names else []
    if not any(operator in _CEILINGS for operator in conditions.get("dph_total", {})):
        found.append("no upper limit of dph_total")
    return found


def _finite(value):
    """Whether a value of a condition holds nothing that is no number of JSON, or too large to be compared."""
    if isinstance(value, list):
        return all(map(_finite, value))
    return not isinstance(value, (int, float)) or is_finite(value)
