# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine filter of a workergroup: a query string goes in, an object comes out."""

from __future__ import annotations

import re

from ..provider import Refusal

DEFAULT_FILTERS = {"verified": {"eq": True}, "rentable": {"eq": True}, "rented": {"eq": False}}

OPERATORS = {
    "=": "eq", "==": "eq", "!=": "neq", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte",
    "eq": "eq", "neq": "neq", "gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte",
    "in": "in", "notin": "notin", "nin": "notin",
}

TERM = re.compile(
    r"""\s* (?P<field>\w+)
        (?: \s* (?P<sign>==|!=|>=|<=|=|>|<) \s* | \s+ (?P<word>eq|neq|gte?|lte?|in|notin|nin) \s+ )
        (?P<value>\[[^]]*\] | "[^"]*" | '[^']*' | \S+ ) \s*""",
    re.VERBOSE,
)

WORDS = {"true": True, "false": False, "none": None}


def search_query(params):
    """Return what a row shows for ``search_params``: an object is taken as it is, text is parsed over the defaults."""
    if params is None or isinstance(params, dict):
        return params
    text = params if isinstance(params, str) else " ".join(params)
    query = {field: dict(condition) for field, condition in DEFAULT_FILTERS.items()}
    for field, condition in parsed(text).items():
        query[field] = condition
    return query


def parsed(text):
    """Parse ``key op value key op value``."""
    query, position = {}, 0
    while position < len(text.rstrip()):
        term = TERM.match(text, position)
        if term is None:
            raise Refusal(400, f"search_params: cannot understand {text[position:].strip()!r}")
        position = term.end()
        field = "reliability2" if term["field"] == "reliability" else term["field"]
        query.setdefault(field, {})[OPERATORS[term["sign"] or term["word"]]] = typed(term["value"])
    return query


def typed(text):
    """Read a value: a list, a number, true, false or None, or text with blanks for its underscores."""
    if text.startswith("["):
        return [typed(item.strip()) for item in text[1:-1].split(",") if item.strip()]
    bare = text.strip("\"'")
    if bare.lower() in WORDS:
        return WORDS[bare.lower()]
    for kind in (int, float):
        # Python would read 1_000 as a number, too.
        try:
            return kind(bare.replace("_", " "))
        except ValueError:
            continue
    return bare.replace("_", " ")
