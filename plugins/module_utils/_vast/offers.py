# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The offers of Vast.ai: machines that can be rented, with prices and bandwidth prices.

Page: https://docs.vast.ai/api-reference/search/search-offers. The search is a POST request that changes nothing. It
returns at most 64 offers. It was observed to return offers that do not meet a numeric condition, so every offer is
checked again here.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.info_type import InfoType
from .._engine.offers import HOURLY, Offer, by_price, cheapest
from .._http.call import READ, Call
from .._http.client import Client
from .._schema.fields import Float, Integer, Text
from .._schema.table import Settings
from .._validation import Violation
from .api import V0, VAST
from .properties import BOOLEANS, NUMBERS, TEXTS, meets
from .query import Conditions
from .search import SearchParams, conditions_of

PAGE_SIZE = 64
MAX_OFFERS = 640

BY_PRICE = "dph_total"
ORDER = {"pattern": "^-?[a-z][a-z0-9_]*$", "form": "a property, with - before it to reverse"}
"""The settings of an option with the order of offers."""
_UPPER = ("lt", "lte", "eq")

_SHOWN = (
    "machine_id",
    "host_id",
    "gpu_name",
    "num_gpus",
    "gpu_ram",
    "gpu_total_ram",
    "gpu_arch",
    "compute_cap",
    "cuda_max_good",
    "driver_version",
    "cpu_cores_effective",
    "cpu_ram",
    "disk_space",
    "disk_bw",
    "inet_down",
    "inet_up",
    "inet_down_cost",
    "inet_up_cost",
    "storage_cost",
    "dph_base",
    "dph_total",
    "min_bid",
    "dlperf",
    "dlperf_per_dphtotal",
    "reliability",
    "geolocation",
    "direct_port_count",
    "static_ip",
    "verification",
    "vms_enabled",
    "duration",
)
"""The properties of an offer in a result."""


def _schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a property of an offer."""
    if name == "driver_version":
        return {"type": ["string", "number", "null"]}
    types = {"number": NUMBERS, "boolean": BOOLEANS, "string": TEXTS}
    return {"type": [*(type_name for type_name, names in types.items() if name in names), "null"]}


_ROW = {
    "type": "object",
    "properties": {**{name: _schema(name) for name in _SHOWN}, "id": {"type": "integer"}},
    "required": ["id"],
}
SEARCH = Call(
    "offer.list",
    "POST",
    f"{V0}/bundles/",
    READ,
    {
        "type": "object",
        "properties": {"offers": {"anyOf": [{"type": "array", "items": _ROW}, _ROW]}},
        "required": ["offers"],
        "description": "an object whose offers are a list of offers, or a single offer",
    },
)


class VastOffers(InfoType):
    """The offers of Vast.ai."""

    provider = VAST
    subject = "the offers"
    options = Settings(
        SearchParams("search_params"),
        Text("type", choices=("on-demand", "bid", "reserved"), default="on-demand"),
        Float("disk", exclusive_minimum=0),
        Text("order", default=BY_PRICE, **ORDER),
        Integer("limit", minimum=1, maximum=MAX_OFFERS, default=PAGE_SIZE),
        Integer("max_workers", minimum=1),
    )

    @classmethod
    def option_violations(cls, options: dict[str, Any]) -> list[Violation]:
        if options["order"] != BY_PRICE and options["limit"] > PAGE_SIZE:
            rule = f"must be at most {PAGE_SIZE} unless order is {BY_PRICE}, not {options['limit']}"
            return [Violation("limit", f"{rule}: Vast.ai can continue a search only by its price")]
        return []

    def read(self, options: dict[str, Any]) -> dict[str, Any]:
        conditions = conditions_of(options.get("search_params"))
        offers, is_complete = self._search(conditions, options)
        sorted_offers = by_price(offers)
        # Only by its price, a search can continue.
        can_continue = bool(offers) and not is_complete and options["order"] == BY_PRICE
        result = {
            "offers": sorted_offers if options["order"] == BY_PRICE else offers,
            "count": len(offers),
            "cheapest": cheapest(sorted_offers) or {},
            "complete": is_complete,
            "continue_at": sorted_offers[-1][HOURLY] if can_continue else None,
            "worst_case": {},
        }
        if "max_workers" in options:
            result["worst_case"] = self._worst_case(options["max_workers"], conditions, sorted_offers, is_complete)
        return result

    def _search(self, conditions: Conditions, options: dict[str, Any]) -> tuple[list[Offer], bool]:
        """Return the offers that meet the conditions, and whether these are all. One request returns up to 64."""
        found: dict[str, Offer] = {}
        seen: set[int] = set()
        least: float | None = None
        while True:
            rows = self._page(conditions, options, least)
            new = [row for row in rows if row["id"] not in seen]
            seen.update(row["id"] for row in new)
            fitting = [row for row in new if fits(row, conditions)]
            found.update((offer["id"], offer) for offer in map(_offer, fitting))
            if len(rows) < PAGE_SIZE:
                return _limited(found, options["limit"])
            prices = [row[BY_PRICE] for row in fitting or new if row.get(BY_PRICE) is not None]
            if len(found) >= options["limit"] or options["order"] != BY_PRICE or not prices:
                return list(found.values())[: options["limit"]], False
            least = max(prices)

    def _page(self, conditions: Conditions, options: dict[str, Any], least: float | None) -> list[dict[str, Any]]:
        """Return one page of rows.

        :param least: the price at which the page begins.
        """
        if least is not None:
            earlier = conditions.get(BY_PRICE, {})
            conditions = {**conditions, BY_PRICE: {**earlier, "gte": max(least, earlier.get("gte", least))}}
        return search_page(self.client, conditions, options["type"], options["order"], options.get("disk"))

    def _worst_case(
        self, workers: int, conditions: Conditions, offers: list[Offer], is_complete: bool
    ) -> dict[str, Any]:
        """Return the highest hourly price of some workers on machines that meet the conditions, ``None`` if unknown."""
        limits = [value for operator, value in conditions.get(BY_PRICE, {}).items() if operator in _UPPER]
        prices = [offer[HOURLY] for offer in offers]
        if not limits:
            self.warnings.append(
                f"search_params: no upper limit on {BY_PRICE}, so a workergroup with this filter can rent machines at "
                "any price, also at a higher one than the worst case."
            )
        if is_complete and prices and None not in prices:
            highest = max(prices)
        else:
            highest = float(min(limits)) if limits else None
        return {
            "workers": workers,
            HOURLY: None if highest is None else round(workers * highest, 6),
            "currency": VAST.currency,
        }


_SENT_AS = {"id": "ask_contract_id"}
"""A search by ``id`` finds nothing. The id of an offer is also its ``ask_contract_id``."""


def search_page(
    client: Client, conditions: Conditions, offer_type: str, order: str, disk: float | None
) -> list[dict[str, Any]]:
    """Return the rows of one search. Some may not meet the conditions.

    :param order: a property, with ``-`` before it to reverse the order.
    :param disk: the size of the disk in GB, which is part of the price.
    """
    body = {
        **{_SENT_AS.get(name, name): condition for name, condition in conditions.items() if condition},
        "type": offer_type,
        "order": [[order.lstrip("-"), "desc" if order.startswith("-") else "asc"]],
        "limit": PAGE_SIZE,
    }
    if disk is not None:
        body["allocated_storage"] = disk
    offers = client.send(SEARCH, body=body)["offers"]
    return offers if isinstance(offers, list) else [offers]


def _limited(found: dict[str, Offer], limit: int) -> tuple[list[Offer], bool]:
    offers = list(found.values())
    return offers[:limit], len(offers) <= limit


def fits(row: dict[str, Any], conditions: Conditions) -> bool:
    """Return whether an offer meets all conditions on the properties that it has."""
    return all(
        meets(name, value, operator, limit) if value is not None else limit is None
        for name, condition in conditions.items()
        for has_value, value in [_value(row, name)]
        if has_value
        for operator, limit in condition.items()
    )


def _value(row: dict[str, Any], name: str) -> tuple[bool, Any]:
    """Return whether an offer has a property, and its value as conditions have it."""
    if name == "verified":
        return "verification" in row, row.get("verification") == "verified"
    if name == "geolocation":
        place = row.get(name)
        return name in row, place and place.rpartition(",")[2].strip()
    if name == "reliability" and name not in row:
        name = "reliability2"
    return name in row, row.get(name)


def _offer(row: dict[str, Any]) -> Offer:
    listed = row.get(BY_PRICE)
    return {
        # In JSON, 7.0 is an integer, too.
        "id": str(int(row["id"])),
        **{name: row.get(name) for name in _SHOWN},
        "reliability": row.get("reliability", row.get("reliability2")),
        # A price of 0 is not a price.
        HOURLY: listed if listed and listed > 0 else None,
        "currency": VAST.currency,
        "in_stock": in_stock(row),
    }


def in_stock(row: dict[str, Any]) -> bool | None:
    """Return whether an offer can be rented, or ``None`` if the row does not show it."""
    rentable, rented = row.get("rentable"), row.get("rented")
    if rentable is False or rented:
        return False
    return None if rentable is None and rented is None else True
