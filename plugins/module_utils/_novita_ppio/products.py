# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The products of the platform: what an endpoint or an instance can run on, with prices and stock.

Page: ``gpus-v2-list-products`` under https://novita.ai/docs/api-reference/. It is the only list of serverless products.
The page does not document how the filters of the list work, so every product is checked again here.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from .._engine.info_type import InfoType
from .._engine.offers import HOURLY, MONTHLY, Offer, is_gpu, names_gpu, offers_result
from .._http.call import READ, Call
from .._http.client import Client
from .._schema.composites import Group, Items, Scalars
from .._schema.field_set import FieldSet, Values
from .._schema.fields import Boolean, Float, Integer, Text
from .._schema.table import Settings
from .._validation import Violation
from .api import IDENTIFIER
from .money import price
from .regions import RegionInfo
from .second_generation import V2, read_catalog, short_list_shape

SERVERLESS, INSTANCE = "serverless", "instance"
ON_DEMAND, MONTHS, SPOT = "on_demand", "monthly", "spot"
BILLING = {ON_DEMAND: "postpaid", MONTHS: "prepaid", SPOT: "spot"}
"""The billing modes, with their names in the second generation of the API."""
MAX_GPUS = 8

_STOCKED = ("low", "normal", "high")
"""The states of the stock in which a product can be ordered. A product without stock has the state ``none``."""


def _unit_price(name: str) -> Group:
    return Group(name, fields=(Integer("final_price"), Text("unit")))


_GPU_NUMBERS = ("memory_gb", "min", "max", "available", "max_available")
_PRODUCT = FieldSet(
    Text("name"),
    Scalars("region_ids", item=Text("id")),
    Group(
        "resource_spec",
        fields=(
            Group(
                "gpu", fields=(Text("name"), *map(Integer, ("memory_gb", "min", "max", "available", "max_available")))
            ),
            Integer("cpu"),
            Integer("memory_gb"),
            Group("rootfs", fields=(Integer("min_gb"), Integer("max_gb"), Integer("free_gb"))),
        ),
    ),
    Group(
        "pricing",
        fields=(
            Integer("precision"),
            _unit_price("postpaid"),
            _unit_price("spot"),
            Items("prepaid", fields=(Integer("duration_months"), Integer("final_price"))),
        ),
    ),
    Scalars("billing_methods", item=Text("method")),
    Text("inventory_state"),
    Boolean("deployable"),
    Group("activity", fields=(Boolean("purchasable"),)),
)
_ROW = _PRODUCT.response_schema()
_ROW["properties"]["id"] = IDENTIFIER
_ROW["required"] = ["id"]
PRODUCTS = Call("product.list", "GET", f"{V2}/products", READ, short_list_shape(_ROW))


class Query(NamedTuple):
    """The properties of a product that a task searches for. ``None`` accepts any value."""

    category: str
    type: str = "gpu"
    gpu: str | None = None
    gpu_num: int | None = None
    billing: str | None = None
    region_ids: tuple[str, ...] = ()
    """The regions of which a product must be in one. An empty tuple accepts any region."""
    months: int | None = None
    """The months of a subscription, which define its price."""
    exact_gpu: bool = False

    def among(self, offers: list[Offer]) -> Query:
        """Return the query for a list of products. If one has exactly the GPU, longer names are other GPUs."""
        return self._replace(
            exact_gpu=self.gpu is not None
            and any(is_gpu(name, self.gpu) for each in offers for name in gpu_names(each))
        )

    def accepts(self, offer: Offer) -> bool:
        """Return whether a product has all properties. Its stock and its price do not matter."""
        least, most = offer["min_gpus"] or 0, offer["max_gpus"] or MAX_GPUS
        has_name = is_gpu if self.exact_gpu else names_gpu
        return (
            (self.gpu is None or any(has_name(name, self.gpu) for name in gpu_names(offer)))
            and (self.gpu_num is None or least <= self.gpu_num <= most)
            and (self.billing is None or self.billing in offer["billing"])
            and (not self.region_ids or not set(self.region_ids).isdisjoint(offer["region_ids"]))
        )

    def may_accept(self, offer: Offer) -> bool:
        """Return whether a product can have all properties: what the provider does not return is accepted."""
        relaxed = self
        if not offer["region_ids"]:
            relaxed = relaxed._replace(region_ids=())
        if not offer["billing"]:
            relaxed = relaxed._replace(billing=None)
        if not gpu_names(offer):
            relaxed = relaxed._replace(gpu=None)
        return relaxed.accepts(offer)


def has_region(offers: list[Offer], region_id: str) -> bool:
    """Return whether a product is in a region with this id, so that the list of regions is not needed."""
    return any(region_id in offer["region_ids"] for offer in offers)


def gpu_names(offer: Offer) -> list[str]:
    """Return the name of the GPU and the name of the product, which contains it."""
    return [name for name in (offer["gpu"], offer["name"]) if name]


def read_products(client: Client, query: Query, currency: str) -> list[Offer]:
    """Read all products of the category and the type of a query, as results show them, in no order.

    :param query: defines the number of GPUs, the billing mode and the months of the prices.
    """
    sent = {"category": query.category, "type": query.type}
    rows = client.cached(" ".join([PRODUCTS.name, *sent.values()]), lambda: read_catalog(client, PRODUCTS, sent))
    return [_offer(row["id"], _PRODUCT.read(row), query, currency) for row in rows]


def _offer(product_id: str, product: Values, query: Query, currency: str) -> Offer:
    spec = product.get("resource_spec") or {}
    gpu = spec.get("gpu") or {}
    prices = _prices(product.get("pricing") or {})
    terms = [term for term in prices[MONTHS] if query.months in (None, term["months"])]
    months = [term["price"] / term["months"] for term in terms]
    hourly = prices[SPOT if query.billing == SPOT else ON_DEMAND]
    count = query.gpu_num or 1
    return {
        "id": product_id,
        "name": product.get("name") or "",
        "category": query.category,
        "type": query.type,
        "gpu": gpu.get("name") or "",
        "gpu_memory_gb": gpu.get("memory_gb"),
        "min_gpus": gpu.get("min"),
        "max_gpus": gpu.get("max"),
        "available_gpus": gpu.get("available"),
        "max_available_gpus": gpu.get("max_available"),
        "cpu": spec.get("cpu"),
        "memory_gb": spec.get("memory_gb"),
        "rootfs": {edge: (spec.get("rootfs") or {}).get(edge) for edge in ("min_gb", "max_gb", "free_gb")},
        "region_ids": product.get("region_ids") or [],
        "billing": _billing(product, prices),
        "prices": prices,
        HOURLY: None if hourly is None or query.billing == MONTHS else round(hourly * count, 12),
        MONTHLY: round(min(months) * count, 12) if months else None,
        "currency": currency,
        "stock": product.get("inventory_state") or "",
        "deployable": product.get("deployable"),
        "in_stock": _in_stock(product, gpu, query.gpu_num),
    }


def _prices(pricing: Values) -> dict[str, Any]:
    """Return the prices by billing mode: for an hour and one GPU, and for a whole term of some months."""
    precision = pricing.get("precision")

    def hourly(block: str) -> float | None:
        listed: Values = pricing.get(block) or {}
        return price(listed.get("final_price"), precision) if listed.get("unit") in (None, "per_hour") else None

    terms = [
        (term.get("duration_months"), price(term.get("final_price"), precision))
        for term in pricing.get("prepaid") or []
    ]
    return {
        ON_DEMAND: hourly(BILLING[ON_DEMAND]),
        SPOT: hourly(BILLING[SPOT]),
        MONTHS: sorted(
            ({"months": months, "price": total} for months, total in terms if months and total), key=_months
        ),
    }


def _months(term: dict[str, Any]) -> int:
    return int(term["months"])


def _billing(product: Values, prices: dict[str, Any]) -> list[str]:
    """Return the billing modes of a product: those that it lists, or without a list those that have a price."""
    listed = product.get("billing_methods")
    return [mode for mode, method in BILLING.items() if (method in listed if listed else prices[mode])]


def _in_stock(product: Values, gpu: Values, gpu_num: int | None) -> bool | None:
    """Return whether a product can be ordered at the moment, or ``None`` if the response does not show it.

    :param gpu_num: the number of GPUs in one machine.
    """
    deployable, purchasable = product.get("deployable"), (product.get("activity") or {}).get("purchasable")
    state, available, block = product.get("inventory_state"), gpu.get("available"), gpu.get("max_available")
    too_few = any(free is not None and free < (gpu_num or 1) for free in (available, block))
    if deployable is False or purchasable is False or state == "none" or too_few:
        return False
    return True if deployable or state in _STOCKED or available or block else None


class ProductInfo(InfoType):
    """The products of a provider."""

    subject = "the products"
    regions: ClassVar[type[RegionInfo]]
    options = Settings(
        Text("category", choices=(SERVERLESS, INSTANCE), default=SERVERLESS),
        Text("type", choices=("gpu", "cpu"), default="gpu"),
        Text("id", trimmed=True),
        Text("name"),
        Text("gpu"),
        Text("region"),
        Integer("gpu_num", minimum=1, maximum=MAX_GPUS),
        Text("billing", choices=tuple(BILLING)),
        Boolean("available_only", default=False),
        Float("max_hourly_price", exclusive_minimum=0),
    )

    @classmethod
    def option_violations(cls, options: dict[str, Any]) -> list[Violation]:
        violations = []
        if options["type"] == "cpu":
            rule = "must be omitted when type is cpu, because these products have no GPU"
            violations += [Violation(option, rule) for option in ("gpu", "gpu_num") if option in options]
        if options.get("billing") == MONTHS and "max_hourly_price" in options:
            rule = "must be omitted when billing is monthly, which has no hourly price"
            violations.append(Violation("max_hourly_price", rule))
        return violations

    def read(self, options: dict[str, Any]) -> dict[str, Any]:
        query = Query(
            options["category"], options["type"], options.get("gpu"), options.get("gpu_num"), options.get("billing")
        )
        offers = read_products(self.client, query, self.provider.currency)
        query = query.among(offers)
        if "region" in options:
            query = query._replace(region_ids=(self._region_id(options["region"], offers),))
        found = [offer for offer in offers if query.accepts(offer) and _is_selected(offer, options)]
        return offers_result("products", found, MONTHLY if query.billing == MONTHS else HOURLY)

    def _region_id(self, region: str, offers: list[Offer]) -> str:
        """Return the id of a region. Add a warning if no region has this id or name."""
        if has_region(offers, region):
            return region
        regions = self.regions(self.client)
        region_id = regions.id_of(region)
        if region_id is None:
            self.warnings.append(regions.without(region))
        return region_id or region


def _is_selected(offer: Offer, options: dict[str, Any]) -> bool:
    limit = options.get("max_hourly_price")
    return (
        options.get("id") in (None, offer["id"])
        and options.get("name", "").casefold() in offer["name"].casefold()
        and not (options["available_only"] and offer["in_stock"] is False)
        and (limit is None or (offer[HOURLY] is not None and offer[HOURLY] <= limit))
    )
