# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of Novita AI, first generation: its connection data and its paged list responses.

The pages are under https://novita.ai/docs/api-reference/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .._engine.list_response import ListResponse, changing_total
from .._engine.provider import Address, Provider
from .._engine.state import CurrentState
from .._http.call import Call
from .._http.client import Client
from .._novita_ppio.api import PlatformErrors, endless_list, list_of

PAGE_SIZE = 50
MAX_PAGES = 1000

NOVITA = Provider(
    name="novita",
    title="Novita AI",
    key_env="NOVITA_API_KEY",
    urls={"api_url": Address("NOVITA_API_URL", "https://api.novita.ai")},
    errors=PlatformErrors("Novita AI", "novita"),
)


def list_shape(key: str, item: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema of a list response with items of a schema under ``key``."""
    total = {
        "type": ["integer", "string"],
        "minimum": 0,
        "pattern": "^[0-9]{1,20}$",
        "description": "a number of at most 20 digits",
    }
    return {"type": "object", "properties": {"total": total}, "allOf": [list_of(key, item)]}


class Paging(NamedTuple):
    """How a list numbers its pages.

    :param parameter: the query parameter with the number.
    :param first: the number of the first page. Servers can treat page 0 as the first page or as page 1.
    """

    parameter: str = "pageNum"
    first: int = 0


FROM_0 = Paging()


def every(
    client: Client,
    call: Call,
    key: str,
    read: Callable[[dict[str, Any]], CurrentState],
    paging: Paging = FROM_0,
    other_key: str = "",
) -> ListResponse:
    """Return all resources of a type, read page by page. ``read`` converts an item under ``key`` to a ``CurrentState``.

    This works with servers that count pages from 0, with servers that count from 1 and return page 1 for page 0 as
    well, and with servers that limit the page size. The list response is inconsistent if its pages contradict each
    other, for example because a resource was created or deleted between two requests. Raises ``BadResponse`` if the
    pages do not end.

    :param other_key: a key that the response can have instead of ``key``.
    """
    items: dict[str, CurrentState] = {}
    totals: set[int] = set()
    inconsistency = ""

    def shown_in(page: dict[str, Any]) -> list[dict[str, Any]]:
        return page[key if key in page or not other_key else other_key] or []

    for number, page in enumerate(_pages(client, call, shown_in, paging)):
        before, shown = len(items), shown_in(page)
        items.update((current.id, current) for current in map(read, shown))
        if page.get("total") is not None:
            totals.add(int(page["total"]))
        # After a full page there can be another page, even if the total has been reached.
        if len(items) in totals and len(shown) < PAGE_SIZE:
            break
        if not shown or (number >= 2 and len(items) == before):
            if len(items) < max(totals, default=0):
                inconsistency = f"is incomplete: its total is {max(totals)}, but it has {len(items)} resources"
            break
    else:
        raise endless_list(call, MAX_PAGES, len(items))
    return ListResponse(items.values(), changing_total(totals) or inconsistency, number + 1, max(totals, default=0))


def _pages(
    client: Client, call: Call, shown_in: Callable[[dict[str, Any]], list[Any]], paging: Paging
) -> Iterator[dict[str, Any]]:
    """Yield the pages in order. If a total is known, several pages are read at the same time."""

    def page(number: int) -> dict[str, Any]:
        response: dict[str, Any] = client.send(
            call, query={"pageSize": PAGE_SIZE, paging.parameter: paging.first + number}
        )
        return response

    first = page(0)
    yield first
    shown = len(shown_in(first))
    # ``every`` reads on after a full page, as if there were one more resource.
    expected = int(first.get("total") or 0) + (shown == PAGE_SIZE)
    announced = -(-expected // max(shown, 1))
    number = 1
    while number < MAX_PAGES:
        end = min(max(announced, number + 1), number + client.connections, MAX_PAGES)
        yield from client.together(page, range(number, end))
        number = end
