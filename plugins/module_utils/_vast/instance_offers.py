# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The offers that a new instance can rent.

An offer can be rented once, and is often gone seconds after a search. A search returns rows that do not fit, so each
row is checked again.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .._errors import NotFound, PriceError
from .._http.client import Client
from .._validation import plural
from .instances import price_of
from .offers import BY_PRICE, fits, in_stock, search_page
from .query import Conditions
from .search import conditions_of


class RentalOffer(NamedTuple):
    """An offer that fits. Prices are in USD.

    :param price: the price per hour with the disk; ``None`` if the row does not show it.
    :param facts: what the plan shows.
    """

    id: str
    price: float | None
    facts: dict[str, Any]


class Demand(NamedTuple):
    """What a new instance requires of an offer.

    :param offer_id: the only offer that can be rented, or an empty text.
    :param bid: the price of the bid, or ``None`` for an on-demand instance.
    """

    offer_id: str
    conditions: Conditions
    order: str
    disk: float
    bid: float | None
    max_price: float | None

    @classmethod
    def of_task(cls, target: dict[str, Any], options: dict[str, Any]) -> Demand:
        return cls(
            offer_id=str(options.get("offer_id") or ""),
            conditions=conditions_of(options.get("search_params")),
            order=options["order"],
            disk=target["disk"],
            bid=target.get("bid_price") or None,
            max_price=options.get("max_hourly_price"),
        )


def offers_for(client: Client, demand: Demand) -> list[RentalOffer]:
    """Return the offers that fit, the preferred one first. Sends one search.

    Raises ``NotFound`` without any, and ``PriceError`` if only their prices are too high.
    """
    conditions = {"id": {"eq": int(demand.offer_id)}} if demand.offer_id else demand.conditions
    sort = "bid" if demand.bid else "on-demand"
    search = json.dumps([conditions, sort, demand.order, demand.disk])
    rows = client.cached(f"offers {search}", lambda: search_page(client, conditions, sort, demand.order, demand.disk))
    fitting = [row for row in rows if _fits(row, demand)]
    offers = [_rental_offer(row, demand) for row in fitting]
    affordable = [offer for offer in offers if _is_affordable(offer, demand)]
    if not affordable:
        raise _nothing(rows, offers, demand)
    if demand.order == BY_PRICE:
        affordable.sort(key=lambda offer: (offer.price is None, offer.price or 0.0, int(offer.id)))
    return affordable


def _fits(row: dict[str, Any], demand: Demand) -> bool:
    if demand.offer_id and not _is_offer(row, demand.offer_id):
        return False
    space, least = row.get("disk_space"), price_of(row.get("min_bid"))
    return (
        in_stock(row) is not False
        and (space is None or space >= demand.disk)
        and (demand.bid is None or least is None or least <= demand.bid)
        and (bool(demand.offer_id) or fits(row, demand.conditions))
    )


def _is_offer(row: dict[str, Any], offer_id: str) -> bool:
    return offer_id in (str(row["id"]), str(row.get("ask_contract_id")))


def _is_affordable(offer: RentalOffer, demand: Demand) -> bool:
    return demand.max_price is None or (offer.price is not None and offer.price <= demand.max_price)


def _rental_offer(row: dict[str, Any], demand: Demand) -> RentalOffer:
    price, base = price_of(row.get(BY_PRICE)) or None, price_of(row.get("dph_base"))
    if demand.bid is not None and price is not None and base is not None:
        # The search calculates with the lowest bid.
        price = price - base + demand.bid
    price = None if price is None else round(price, 8)
    offer_id = str(int(row["id"]))
    costs = {name: price_of(row.get(name)) for name in ("storage_cost", "inet_down_cost", "inet_up_cost")}
    return RentalOffer(offer_id, price, {"offer_id": offer_id, "hourly_price": price, **costs})


def _nothing(rows: list[dict[str, Any]], offers: list[RentalOffer], demand: Demand) -> NotFound | PriceError:
    """Return the error for a search that finds no offer to rent."""
    seen = f"the search returned {len(rows)} offer{plural(len(rows))}"
    if demand.offer_id and not offers:
        exists = any(_is_offer(row, demand.offer_id) for row in rows)
        why = "it is rented, or disk is larger than its space, or bid_price is lower than its min_bid"
        return NotFound(
            f"offer_id: offer {demand.offer_id} {f'does not fit: {why}' if exists else 'does not exist'}.",
            advice="Set the ID of another offer, or set search_params. The module gpufleet.cloud.vast_offer_info lists "
            "offers.",
        )
    if not offers:
        dropped = f", of which {len(rows)} did not fit when checked again" if rows else ""
        return NotFound(
            f"there is no offer that fits: {seen}{dropped}.",
            advice="Relax search_params, reduce disk, or run the task again later. "
            "gpufleet.cloud.vast_offer_info shows the offers.",
        )
    prices = [offer.price for offer in offers if offer.price is not None]
    cheapest = f"the cheapest costs {min(prices):.5f} USD per hour" if prices else "none has a known price"
    return PriceError(
        f"max_hourly_price: {seen}, {len(rows) - len(offers)} dropped because they do not fit and {len(offers)} "
        f"because of the limit of {demand.max_price:.5f}; {cheapest}.",
        advice="Raise the limit, relax search_params, or reduce disk.",
    )
