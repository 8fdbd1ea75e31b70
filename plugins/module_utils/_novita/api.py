# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita AI's API, first generation: its name and its paged listings.

The pages are under https://novita.ai/docs/api-reference/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.list_response import ListResponse, changing_total
from .._engine.provider import Address, Provider
from .._errors import BadResponse
from .._novita_ppio.api import PASSING, advice, list_of

V1 = "/gpu-instance/openapi/v1"
PAGE_SIZE = 50
MAX_PAGES = 1000

NOVITA = Provider(
    name="novita",
    title="Novita AI",
    key_env="NOVITA_API_KEY",
    urls={"api_url": Address("NOVITA_API_URL", "https://api.novita.ai")},
    advice=advice("Novita AI", "NOVITA_API_KEY"),
    temporary=PASSING,
)


def list_shape(key, record):
    """What a listing must look like: records of a shape under ``key``."""
    total = {"type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]{1,20}$"}
    return {"type": "object", "properties": {"total": total}, "allOf": [list_of(key, record)]}


def every(client, call, key, read):
    """A ``ListResponse`` of what ``read`` makes of each record of a paged listing.

    Right for a server that counts pages from 0 and for one that counts from 1 and answers page 0 like page 1, and for
    one that caps the page size. It is in doubt where it does not agree with itself, as when a record comes or goes while
    it is read.
    """
    records, totals = {}, set()
    inconsistency = ""
    for number, page in enumerate(_pages(client, call, key)):
        known, shown = len(records), page[key] or []
        records.update((record["id"], record) for record in shown)
        if page.get("total") is not None:
            totals.add(int(page["total"]))
        # A full page can have another one behind it, whatever the total says.
        if len(records) in totals and len(shown) < PAGE_SIZE:
            break
        if not shown or (number >= 2 and len(records) == known):
            if len(records) < max(totals, default=0):
                inconsistency = f"is cut short: it announces {max(totals)} records and gives {len(records)}"
            break
    else:
        raise BadResponse(f"the listing has no end after {MAX_PAGES} pages.", operation=call.name, reason="bad_answer")
    return ListResponse(
        map(read, records.values()), changing_total(totals) or inconsistency, number + 1, max(totals, default=0)
    )


def _pages(client, call, key):
    """The pages in order, read several at once where a total tells how many there are."""

    def ask(number):
        return client.send(call, query={"pageSize": PAGE_SIZE, "pageNum": number})

    first = ask(0)
    yield first
    announced = -(-int(first.get("total") or 0) // max(len(first[key] or []), 1))
    number = 1
    while number < MAX_PAGES:
        end = min(max(announced, number + 1), number + client.connections, MAX_PAGES)
        yield from client.together(ask, range(number, end))
        number = end
