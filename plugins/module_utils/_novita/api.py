# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita AI's API, first generation: its name and its list responses in pages.

The pages are under https://novita.ai/docs/api-reference/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .._engine.list_response import ListResponse, changing_total
from .._engine.provider import Address, Provider
from .._engine.state import CurrentState
from .._errors import BadResponse
from .._http.call import Call
from .._http.client import Client
from .._novita_ppio.api import PlatformErrors, list_of

V1 = "/gpu-instance/openapi/v1"
PAGE_SIZE = 50
MAX_PAGES = 1000

NOVITA = Provider(
    name="novita",
    title="Novita AI",
    key_env="NOVITA_API_KEY",
    urls={"api_url": Address("NOVITA_API_URL", "https://api.novita.ai")},
    errors=PlatformErrors("Novita AI", "NOVITA_API_KEY"),
)


def list_shape(key: str, item: dict[str, Any]) -> dict[str, Any]:
    """The shape of a list response: items of a shape under ``key``."""
    total = {"type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]{1,20}$"}
    return {"type": "object", "properties": {"total": total}, "allOf": [list_of(key, item)]}


def every(client: Client, call: Call, key: str, read: Callable[[dict[str, Any]], CurrentState]) -> ListResponse:
    """All resources of a type, read page by page. ``read`` turns an item under ``key`` into a ``CurrentState``.

    Right for a server that counts pages from 0, for one that counts from 1 and gives page 1 for page 0, too, and for
    one that limits the page size. The list response is inconsistent where its pages contradict each other, as when a
    resource comes or goes meanwhile.
    """
    items: dict[str, dict[str, Any]] = {}
    totals: set[int] = set()
    inconsistency = ""
    for number, page in enumerate(_pages(client, call, key)):
        before, shown = len(items), page[key] or []
        items.update((item["id"], item) for item in shown)
        if page.get("total") is not None:
            totals.add(int(page["total"]))
        # A full page can have another one behind it, whatever the total says.
        if len(items) in totals and len(shown) < PAGE_SIZE:
            break
        if not shown or (number >= 2 and len(items) == before):
            if len(items) < max(totals, default=0):
                inconsistency = f"is cut short: it announces {max(totals)} resources and gives {len(items)}"
            break
    else:
        raise BadResponse(
            f"the list response has no end after {MAX_PAGES} pages.", operation=call.name, reason="bad_answer"
        )
    return ListResponse(
        map(read, items.values()), changing_total(totals) or inconsistency, number + 1, max(totals, default=0)
    )


def _pages(client: Client, call: Call, key: str) -> Iterator[dict[str, Any]]:
    """The pages in order, several of them at once where a total says how many there are."""

    def page(number: int) -> dict[str, Any]:
        response: dict[str, Any] = client.send(call, query={"pageSize": PAGE_SIZE, "pageNum": number})
        return response

    first = page(0)
    yield first
    announced = -(-int(first.get("total") or 0) // max(len(first[key] or []), 1))
    number = 1
    while number < MAX_PAGES:
        end = min(max(announced, number + 1), number + client.connections, MAX_PAGES)
        yield from client.together(page, range(number, end))
        number = end
