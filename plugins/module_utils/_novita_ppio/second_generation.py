# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of the second generation of the platform's API, which have cursors.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .._errors import BadResponse
from .._http.call import Call
from .._http.client import Client
from .api import endless_list, list_of

V2 = "/gpus/v2"
PAGE_SIZE = 100
MAX_PAGES = 1000


class Rows(NamedTuple):
    """All rows of a list, by their ids, and the totals that the pages announced."""

    rows: list[dict[str, Any]]
    totals: set[int]

    @property
    def announced(self) -> int:
        """The largest total, or 0 if there was none."""
        return max(self.totals, default=0)


def list_shape(row: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema of a list response with rows of a schema, and the cursor of the next page."""
    return {
        **short_list_shape(row),
        "description": "an object with has_more or next_cursor",
        "anyOf": [{"required": ["has_more"]}, {"required": ["next_cursor"]}],
    }


def short_list_shape(row: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema of a list response that can lack the cursor, because the list usually has one page."""
    return {
        "type": "object",
        "properties": {"next_cursor": {"type": ["string", "null"]}, "has_more": {"type": ["boolean", "null"]}},
        "allOf": [list_of("data", row)],
    }


def read_rows(client: Client, call: Call, query: dict[str, Any] | None = None) -> Rows:
    """Read a list page by page, one request a page.

    Raises ``BadResponse`` if the pages do not end, or if a page reports a next page but has no cursor or no rows.
    """
    rows: dict[str, dict[str, Any]] = {}
    totals: set[int] = set()
    seen: set[str] = set()
    cursor = ""
    for _page in range(MAX_PAGES):
        page = client.send(call, query={**(query or {}), **({"cursor": cursor} if cursor else {})})
        rows.update((row["id"], row) for row in page["data"] or [])
        totals.add(_number(page.get("total")))
        cursor = page.get("next_cursor") or ""
        more = page.get("has_more")
        if more is False or (more is None and not cursor):
            return Rows(list(rows.values()), totals)
        if not cursor or cursor in seen or not page["data"]:
            raise _incomplete(call, "it reports another page but does not return it")
        seen.add(cursor)
    raise endless_list(call, MAX_PAGES, len(rows))


def read_catalog(client: Client, call: Call, query: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Read the rows of a list that users cannot change. Raises ``BadResponse`` if some are missing."""
    listed = read_rows(client, call, query)
    if len(listed.rows) < listed.announced:
        raise _incomplete(call, f"its total is {listed.announced}, but it has {len(listed.rows)} entries")
    return listed.rows


def _incomplete(call: Call, why: str) -> BadResponse:
    return BadResponse(
        f"the list response is incomplete: {why}.", operation=call.name, reason="bad_answer", retryable=True
    )


def _number(total: object) -> int:
    """Return a total as a number, or 0 if it is not a number."""
    digits = str(total) if isinstance(total, (int, str)) and not isinstance(total, bool) else ""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 20 else 0
