# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of PPIO, second generation: its connection data and its list responses with cursors.

The pages are under https://ppio.com/docs/gpus/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._engine.list_response import ListResponse, changing_total
from .._engine.provider import Address, Provider
from .._engine.state import CurrentState
from .._errors import BadResponse
from .._http.call import Call
from .._http.client import Client
from .._novita_ppio.api import PlatformErrors, endless_list, list_of

V2 = "/gpus/v2"
PAGE_SIZE = 100
MAX_PAGES = 1000

PPIO = Provider(
    name="ppio",
    title="PPIO",
    key_env="PPIO_API_KEY",
    urls={"api_url": Address("PPIO_API_URL", "https://api.ppio.com")},
    errors=PlatformErrors("PPIO"),
)


def list_shape(item: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema of a list response with items of a schema, and the cursor of the next page."""
    return {
        "type": "object",
        "properties": {"next_cursor": {"type": ["string", "null"]}, "has_more": {"type": ["boolean", "null"]}},
        "description": "an object with has_more or next_cursor",
        "anyOf": [{"required": ["has_more"]}, {"required": ["next_cursor"]}],
        "allOf": [list_of("data", item)],
    }


def every(client: Client, call: Call, read: Callable[[dict[str, Any]], CurrentState]) -> ListResponse:
    """All resources of a type, read page by page. ``read`` converts an item to a ``CurrentState``.

    The list response is inconsistent if its totals change. PPIO does not document a total, so it has no other use.
    Raises ``BadResponse`` if the pages do not end, or if a page reports a next page but has no cursor or no items.
    """
    items: dict[str, dict[str, Any]] = {}
    totals: set[int] = set()
    seen: set[str] = set()
    cursor = ""
    for _page in range(MAX_PAGES):
        page = client.send(call, query={"limit": PAGE_SIZE, **({"cursor": cursor} if cursor else {})})
        items.update((item["id"], item) for item in page["data"] or [])
        totals.add(_number(page.get("total")))
        cursor = page.get("next_cursor") or ""
        more = page.get("has_more")
        if more is False or (more is None and not cursor):
            return ListResponse(map(read, items.values()), changing_total(totals), announced=max(totals))
        if not cursor or cursor in seen or not page["data"]:
            raise BadResponse(
                "the list response is incomplete: it reports another page but does not return it.",
                operation=call.name,
                reason="bad_answer",
                retryable=True,
            )
        seen.add(cursor)
    raise endless_list(call, MAX_PAGES, len(items))


def _number(total: object) -> int:
    """A total as a number, or 0 if it is not a number."""
    digits = str(total) if isinstance(total, (int, str)) and not isinstance(total, bool) else ""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 20 else 0
