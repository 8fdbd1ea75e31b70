# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of Vast.ai's instances: which rows and columns a request selects, their order, and pages."""

from __future__ import annotations

import json
from collections import Counter

from ..provider import Refusal
from .templates import fits

PAGE = 25
# The number of rows of a page for a limit of 0 or below.
SMALL_PAGE = 5

# The columns that a request can filter and sort. The others are computed.
COLUMNS = (
    "id",
    "label",
    "actual_status",
    "intended_status",
    "cur_state",
    "next_state",
    "machine_id",
    "host_id",
    "gpu_name",
    "image_uuid",
    "is_bid",
    "template_id",
    "template_hash_id",
    "verification",
    "geolocation",
    "start_date",
)
OPERATORS = ("eq", "neq", "in", "notin", "gt", "gte", "lt", "lte")


def page(rows, query):
    """Return one page of the rows that a request selects."""
    rows = ordered(filtered(rows, query.get("select_filters")), query.get("order_by"))
    limit = int(query.get("limit", PAGE))
    following = rows[start(rows, query.get("after_token")) :]
    shown = following[: limit if limit > 0 else SMALL_PAGE]
    return {
        "success": True,
        "instances_found": len(shown),
        "total_instances": len(rows),
        "label_counts": Counter(row["label"] for row in rows if row["label"]),
        "next_token": f"after-{shown[-1]['id']}" if len(following) > len(shown) else None,
        "instances": selected(shown, query.get("select_cols")),
    }


def filtered(rows, text):
    filters = parsed(text, {}, "select_filters must be an object of columns")
    if not isinstance(filters, dict):
        refuse("select_filters must be an object of columns")
    for column, condition in filters.items():
        known(column)
        if not isinstance(condition, dict) or not set(condition) <= set(OPERATORS):
            refuse(f"select_filters: {column} must be an object of operators")
        for operator, value in condition.items():
            if isinstance(value, list) is not (operator in ("in", "notin")):
                refuse(f"select_filters: {column}: {operator} has a value of the wrong type")
    return [row for row in rows if all(fits(row[column], condition) for column, condition in filters.items())]


def ordered(rows, text):
    """Return the rows in the order of the request. Rows that are equal in it are in the order of their IDs."""
    rows = sorted(rows, key=lambda row: row["id"])
    keys = parsed(text, [], "order_by must be a list of columns")
    if not isinstance(keys, list) or not all(isinstance(key, dict) and "col" in key for key in keys):
        refuse("order_by must be a list of columns")
    for key in reversed(keys):
        column = known(key["col"])
        if key.get("dir", "asc") not in ("asc", "desc"):
            refuse("order_by: dir must be asc or desc")
        rows.sort(key=lambda row, name=column: (row[name] is None, row[name] or 0), reverse=key.get("dir") == "desc")
    return rows


def start(rows, token):
    """Return the position at which a page begins: after the last row of the page before."""
    if token is None:
        return 0
    prefix, _dash, number = token.partition("-")
    if prefix != "after" or not number.isdecimal():
        raise Refusal(400, "after_token is not valid", "invalid_token")
    return next((place + 1 for place, row in enumerate(rows) if row["id"] == int(number)), len(rows))


def selected(rows, columns):
    """Return the columns that a request selects. An unknown one is null."""
    names = parsed(columns, ["*"], "select_cols must be a list of names")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        refuse("select_cols must be a list of names")
    return rows if "*" in names else [{name: row.get(name) for name in names} for row in rows]


def known(column):
    if column not in COLUMNS:
        refuse(f"{column} is not a column")
    return column


def parsed(text, default, message):
    try:
        return default if text is None else json.loads(text)
    except ValueError:
        return refuse(message)


def refuse(message):
    raise Refusal(400, message, "invalid_request")
