# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine filter of a workergroup: a query string or a mapping in, always a mapping on the wire.

The query string follows the rules of the vendor's own client: an underscore in a value is a blank, memory is in GB and
durations in days, while the API has MB and seconds. The mapping is the API's own form and is sent as it is. Both are on
the pages ``search offers`` and ``create workergroup`` under https://docs.vast.ai/api-reference/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import math
import re

from ..fields import Field
from ..many import join

_SIGNS = {
    "=": "eq", "==": "eq", "!=": "neq", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte",
    "eq": "eq", "neq": "neq", "noteq": "neq", "not eq": "neq", "gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte",
    "in": "in", "notin": "notin", "not in": "notin", "nin": "notin",
}
_OPERATORS = ["eq", "neq", "gt", "gte", "lt", "lte", "in", "notin"]
_ALIASES = {
    "cuda_vers": "cuda_max_good",
    "display_active": "gpu_display_active",
    "dlperf_usd": "dlperf_per_dphtotal",
    "dph": "dph_total",
    "flops_usd": "flops_per_dphtotal",
}
_FACTORS = {"cpu_ram": 1000, "gpu_ram": 1000, "gpu_total_ram": 1000, "duration": 24 * 60 * 60}
_WORDS = {"true": True, "True": True, "false": False, "False": False, "None": None, "null": None}
_ANYTHING = ("any", "*", "?")
_SCALAR = {"type": ["string", "number", "boolean", "null"]}

_CONDITION = re.compile(
    r"""\s* (?P<field> [A-Za-z0-9_]+ )
        (?: \s* (?P<sign> [=><!]+ ) \s* | \s+ (?P<word> not\ ?eq | not\ ?in | nin | n?eq | [lg]te? | in ) \s+ )
        (?P<value> \[ [^]]* \] | "[^"]*" | '[^']*' | [^\s"'\[=><!] [^\s=><!]* ) (?= \s | $ )""",
    re.VERBOSE,
)


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
                "propertyNames": {"enum": _OPERATORS},
                "properties": dict.fromkeys(("in", "notin"), {"type": "array", "items": _SCALAR}),
                "additionalProperties": _SCALAR,
            },
        }

    def faults(self, wish, path):
        try:
            conditions = parse_query(wish) if isinstance(wish, str) else _mapping(wish)
        except ValueError as error:
            return [f"{path}: {error}"]
        return [f"{path}.{name}: must be made of finite numbers" for name, condition in conditions.items()
                if not all(map(_finite, _mapping(condition).values()))]

    def answer_schema(self):
        return {"type": ["object", "null"], "additionalProperties": {"type": "object"}}

    def write(self, value):
        return {name: condition for name, condition in value.items() if condition}

    def lay(self, found, wish):
        if wish is None:
            return found
        target = dict(found or {})
        for name, condition in _conditions(wish).items():
            known = _spelling(name, target)
            if not _same(target.get(known, {}), condition):
                target[known] = condition
        return target

    def differences(self, found, target, path=""):
        """What the target has and the record has not; conditions that the provider adds are its own."""
        found, here = found or {}, join(path, self.name)
        return [f"{here}.{name}" for name, condition in (target or {}).items()
                if not _same(found.get(_spelling(name, found), {}), condition)]

    def equal(self, found, target):
        return not self.differences(found, target)

    def diff(self, found, target, wish):
        found = found or {}
        before, after = {}, {}
        for name, condition in _conditions(wish).items():
            present = found.get(_spelling(name, found), {})
            before[name], after[name] = (condition if _same(present, condition) else present), condition
        return before, after

    def leaves(self, wish, path=""):
        return [f"{join(path, self.name)}.{name}" for name in _conditions(wish)]


def parse_query(text):
    """Conditions from a query string such as ``gpu_name=RTX_4090 num_gpus>=2``. Raises ``ValueError``."""
    conditions, position = {}, 0
    while text[position:].strip():
        match = _CONDITION.match(text, position)
        if not match:
            raise ValueError(f"must be conditions such as num_gpus>=2, not {text[position:].strip()[:60]!r}")
        position = match.end()
        sign = match["sign"] or match["word"]
        operator = _SIGNS.get(sign)
        if operator is None:
            raise ValueError(f"has no operator {sign!r}; there are {', '.join(_SIGNS)}")
        name = _ALIASES.get(match["field"], match["field"])
        _add(conditions, name, operator, match["value"])
    return conditions


def _add(conditions, name, operator, text):
    if text in _ANYTHING:
        if operator != "eq":
            raise ValueError(f"can have {text!r} only after =, not in the condition on {name}")
        conditions[name] = {}
        return
    listed = operator in ("in", "notin")
    bare = text.strip(",[]")
    values = [_value(name, part.strip()) for part in (bare.split(",") if listed else [bare]) if part.strip(" \"'")]
    if not values:
        raise ValueError(f"must have a value in the condition on {name}")
    conditions.setdefault(name, {})[operator] = values if listed else values[0]


def _value(name, text):
    """A value of the query string as the API has it."""
    if name == "driver_version" and "." in text:
        return _driver_version(text)
    text = text.strip("\"'")
    if text in _WORDS:
        return _WORDS[text]
    number = _number(text)
    if name in _FACTORS:
        if number is None:
            raise ValueError(f"must have a number in the condition on {name}, not {text!r}")
        return number * _FACTORS[name]
    return text.replace("_", " ") if number is None else number


def _driver_version(text):
    """The vendor's number for a driver version: three digits for each of its three parts."""
    parts = text.strip("\"'").split(".")
    if len(parts) != 3 or not all(part.isdecimal() and part.isascii() for part in parts):
        raise ValueError(f"must have a driver_version of three numbers, not {text!r}")
    return int("".join(part.zfill(3) for part in parts))


def _number(text):
    """The number that a text is, or ``None``; what has more digits than a number can have is text."""
    if not re.fullmatch(r"-?[0-9]{1,300}(\.[0-9]{1,300})?", text):
        return None
    return float(text) if "." in text else int(text)


def _conditions(wish):
    """The conditions of a wish; null is "leave it alone" here, too."""
    if isinstance(wish, str):
        return parse_query(wish)
    return {name: condition for name, condition in wish.items() if condition is not None}


def _finite(value):
    """Whether a value of a condition holds nothing that is no number of JSON, or too large to be compared."""
    if isinstance(value, list):
        return all(map(_finite, value))
    try:
        return not isinstance(value, (int, float)) or math.isfinite(value)
    except OverflowError:
        return False


def _mapping(value):
    return value if isinstance(value, dict) else {}


def _spelling(name, conditions):
    """The key under which a property stands: Vast answers ``reliability`` as ``reliability2``."""
    twin = {"reliability": "reliability2", "reliability2": "reliability"}.get(name)
    return twin if twin in conditions and name not in conditions else name


def _same(found, wanted):
    """Whether two conditions say the same: ``1`` is ``1.0`` and ``"1"``, a blank is an underscore, order is nothing."""
    return _comparable(found) == _comparable(wanted)


def _comparable(value):
    if isinstance(value, dict):
        return {key: _comparable(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return sorted((_comparable(entry) for entry in value), key=repr)
    if isinstance(value, str):
        number = _number(value)
        value = value.replace("_", " ") if number is None else number
    try:
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    except OverflowError:
        return value
