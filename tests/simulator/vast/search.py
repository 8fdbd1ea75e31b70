# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine filter of a workergroup: converts a query string to an object.

The vendor publishes a copy of the server's parser in the tests of its command-line client. This one follows the same
rules: it adds no conditions, and a value stays text unless it is in ``WORDS`` or its field has a factor.
"""

from __future__ import annotations

import math
import re

from ..provider import Refusal

SIGNS = {"=": "eq", "==": "eq", "!=": "neq", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
OPERATOR_WORDS = {
    "eq": "eq",
    "neq": "neq",
    "noteq": "neq",
    "not eq": "neq",
    "gt": "gt",
    "gte": "gte",
    "lt": "lt",
    "lte": "lte",
    "in": "in",
    "notin": "notin",
    "not in": "notin",
    "nin": "notin",
}
ALIASES = {
    "dph": "dph_total",
    "cuda_vers": "cuda_max_good",
    "dlperf_usd": "dlperf_per_dphtotal",
    "flops_usd": "flops_per_dphtotal",
    "display_active": "gpu_display_active",
}
# GB become MB, and days become seconds.
FACTORS = {"gpu_ram": 1000, "cpu_ram": 1000, "gpu_total_ram": 1000, "duration": 24.0 * 60 * 60}
WORDS = {"true": True, "True": True, "false": False, "False": False, "None": None, "null": None}
WILDCARDS = ("?", "*", "any")

TERM = re.compile(
    r"""(?P<field> [A-Za-z0-9_]+ )
        (?P<operator> [ ]* [=><!]+ | [ ]+ (?: not[ ]?eq | not[ ]?in | nin | n?eq | [lg]te? | in ) [ ] )? [ ]*
        (?P<value> \[ [^\]]+ \] | "[^"]+" | [^ ]+ )? [ ]*""",
    re.VERBOSE,
)


def search_query(params):
    """Return what a row contains for ``search_params``, given as text or as an object; null is None."""
    query = parse(params) if isinstance(params, str) else params
    if query is None:
        return None
    return {("reliability2" if field == "reliability" else field): condition for field, condition in query.items()}


def parse(text):
    """Parse ``field operator value field operator value``. The text must contain nothing but conditions."""
    query, position, text = {}, 0, text.strip()
    while position < len(text):
        term = TERM.match(text, position)
        if term is None:
            raise refusal(f"Unconsumed text: {text[position:]!r}")
        position = term.end()
        add(query, ALIASES.get(term["field"], term["field"]), (term["operator"] or "").strip(), term["value"] or "")
    return query


def add(query, field, sign, text):
    """Add one condition to a query. It replaces a condition with the same field and operator."""
    operator = SIGNS.get(sign) or OPERATOR_WORDS.get(sign)
    if operator is None:
        raise refusal(f"Unknown operator: {sign!r} after {field}")
    listed, text = operator in ("in", "notin"), text.strip(",[]")
    items = [item.strip() for item in text.split(",") if item.strip()] if listed else [text]
    if not any(item.strip('"') for item in items):
        raise refusal(f"Value cannot be blank: {field}")  # codespell:ignore blank
    if not listed and text in WILDCARDS:
        if operator != "eq":
            raise refusal("Wildcard only makes sense with equals")
        query.pop(field, None)
        return
    query.setdefault(field, {})[operator] = value_of(field, items, listed)


def value_of(field, items, listed):
    """Return the stored value of a condition."""
    if field == "driver_version" and any("." in item for item in items):
        return driver_version(field, items, listed)
    texts = [item.replace("_", " ").strip('"') for item in items]
    if field in FACTORS:
        return number(field, texts, listed) * FACTORS[field]
    return texts if listed else WORDS.get(texts[0], texts[0])


def driver_version(field, items, listed):
    parts = items[0].strip('"').split(".")
    if (
        listed
        or len(parts) != 3
        or not re.fullmatch("[0-9]+", parts[0])
        or not all(re.fullmatch("[0-9]{1,3}", part) for part in parts[1:])
    ):
        raise refusal(f"{field}: expected one version such as 535.129.3, not {items}")
    major, minor, patch = map(int, parts)
    return major * 1_000_000 + minor * 1_000 + patch


def number(field, texts, listed):
    try:
        found = math.nan if listed else float(texts[0])
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise refusal(f"{field}: expected one number, not {texts}")
    return found


def refusal(message):
    return Refusal(400, f"search_params: {message}")
