# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PPIO's API, second generation: its name and its listings with cursors.

The pages are under https://ppio.com/docs/gpus/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.list_response import ListResponse, changing_total
from .._engine.provider import Address, Provider
from .._errors import BadResponse
from .._novita_ppio.api import PASSING, advice, list_of

V2 = "/gpus/v2"
PAGE_SIZE = 100
MAX_PAGES = 1000

PPIO = Provider(
    name="ppio",
    title="PPIO",
    key_env="PPIO_API_KEY",
    urls={"api_url": Address("PPIO_API_URL", "https://api.ppio.com")},
    advice=advice("PPIO", "PPIO_API_KEY"),
    temporary=PASSING,
)


def list_shape(record):
    """What a listing must look like: records of a shape, and where it goes on."""
    return {
        "type": "object",
        "properties": {"next_cursor": {"type": ["string", "null"]}, "has_more": {"type": ["boolean", "null"]}},
        "anyOf": [{"required": ["has_more"]}, {"required": ["next_cursor"]}],
        "allOf": [list_of("data", record)],
    }


def every(client, call, read):
    """A ``ListResponse`` of what ``read`` makes of each record of a listing. It is in doubt where its totals change.

    The total is on no page, so nothing else depends on it. Raises ``BadResponse`` when the listing says that there is more
    and does not say where, or gives nothing there.
    """
    records, totals, seen, cursor = {}, set(), set(), ""
    for _page in range(MAX_PAGES):
        page = client.send(call, query={"limit": PAGE_SIZE, **({"cursor": cursor} if cursor else {})})
        records.update((record["id"], record) for record in page["data"] or [])
        totals.add(_number(page.get("total")))
        cursor = page.get("next_cursor") or ""
        more = page.get("has_more")
        if more is False or (more is None and not cursor):
            return ListResponse(map(read, records.values()), changing_total(totals), announced=max(totals))
        if not cursor or cursor in seen or not page["data"]:
            raise BadResponse(
                "the listing is cut short: it says that there is more, and does not give it.",
                operation=call.name,
                reason="bad_answer",
                retryable=True,
            )
        seen.add(cursor)
    raise BadResponse(f"the listing has no end after {MAX_PAGES} pages.", operation=call.name, reason="bad_answer")


def _number(total):
    """A total as a number; 0 where it is none."""
    digits = str(total) if isinstance(total, (int, str)) and not isinstance(total, bool) else ""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 20 else 0
