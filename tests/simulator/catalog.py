# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Novita and PPIO offer: products with prices and stock, regions, and the balance of the account.

Each sister declares its own catalog. A product or region is stored in the format of the second generation. Its
``missing`` lists the paths that responses omit.
"""

from __future__ import annotations

import copy

from . import wire
from .provider import Refusal
from .records import Record
from .sisters import Cursors, SisterStore, cursor_page, new_id, number

LARGEST_PAGE = 100

# By state of the stock: the free GPUs, and the most of them on one machine.
FREE_GPUS = {"none": (0, 0), "low": (2, 2), "normal": (24, 8), "high": (130, 8)}

# The balance is a text that contains this fraction of the currency.
FRACTION = 10_000


def gpu(name, memory_gb):
    """Return the fields of a GPU that do not depend on the product."""
    return {"spec_id": f"gpu-{name.lower().replace(' ', '-')}", "name": name, "memory_gb": memory_gb}


def product(name, category, region_ids, precision, price, spot=None, stock="normal", missing=(), **size):
    """Return a product with its prices for an hour; ``size`` has ``gpu``, ``cpu``, ``memory_gb`` and ``rootfs_gb``."""
    free, largest = FREE_GPUS[stock]
    model = (
        {**size["gpu"], "min": 1, "max": 8, "available": free, "max_available": largest} if size.get("gpu") else None
    )
    terms = [] if category == "serverless" else [(1, 600), (12, 6600)]
    return {
        "name": name,
        "type": "gpu" if model else "cpu",
        "category": category,
        "description": "",
        "region_ids": list(region_ids),
        "resource_spec": {
            "gpu": model,
            "cpu": size["cpu"],
            "memory_gb": size["memory_gb"],
            "rootfs": {"min_gb": 10, "max_gb": size["rootfs_gb"], "free_gb": min(size["rootfs_gb"], 60)},
        },
        "pricing": {
            "precision": precision,
            "postpaid": hourly(price),
            "spot": hourly(spot) if spot else None,
            "prepaid": [
                {
                    "spec_id": f"term-{months}",
                    "duration_months": months,
                    "base_price": price * hours * 5 // 4,
                    "final_price": price * hours,
                }
                for months, hours in terms
            ],
            "storage_price_per_gb": 7,
        },
        "billing_methods": ["postpaid", *(["prepaid"] if terms else []), *(["spot"] if spot else [])],
        "inventory_state": stock,
        "deployable": stock != "none",
        "activity": {"is_activity_product": False, "active": False, "purchasable": stock != "none"},
        "missing": list(missing),
    }


def hourly(price):
    """Return the prices for an hour: before and after the discount."""
    return {"base_price": price * 5 // 4, "final_price": price, "unit": "per_hour"}


def region(name, network_volume=True, vpc=True, listed_by=("v1", "v2"), missing=()):
    """Return a region. One can be in the list of only one generation of the API."""
    return {
        "name": name,
        "feature": {"network_volume": network_volume, "instance_vpc_network": vpc},
        "listed_by": list(listed_by),
        "missing": list(missing),
    }


class Product(Record):
    """One product."""

    def __init__(self, record_id, spec, now):
        super().__init__(record_id, spec, now)
        # Fields that only the first generation shows, in place of the calculated ones.
        self.first_generation = {}

    def in_stock(self):
        """Return whether it can be ordered now."""
        available = number(wire.read(self.spec, "resource_spec.gpu.available"))
        return self.spec["inventory_state"] != "none" and self.spec["deployable"] and available != 0

    def regions(self):
        return set(self.spec["region_ids"] or [])


class Catalog(SisterStore):
    """Something to read that the provider changes, not the user. Subclasses contain what there is at first."""

    record_type = Record
    # The resources of a new account by ID.
    offered: dict

    def __init__(self, account):
        super().__init__(account)
        self.cursors = Cursors()
        for record_id, fields in self.offered.items():
            self.add(self.record_type(record_id, copy.deepcopy(fields), self.now))

    def page(self, call, found):
        """Return one page of the second generation. A server without paging returns everything and no cursor."""
        if self.settings.catalog_page == 0:
            return {"data": [self.view(record, listed=True) for record in found]}
        size = min(call.query.get("limit", 0, type=int) or self.settings.catalog_page, LARGEST_PAGE)
        return cursor_page(self, call, found, size)

    def build(self, wire_fields):
        alike = [fields for fields in self.offered.values() if self.is_model(fields, wire_fields)]
        base = copy.deepcopy((alike or list(self.offered.values()))[0])
        record = self.record_type(wire_fields.get("id") or new_id(), base, self.now)
        self.apply_overrides(record, wire_fields)
        return record

    def is_model(self, fields, wire_fields):
        """Return whether a seeded resource gets the other fields of this resource."""
        return True

    def apply_overrides(self, record, wire_fields):
        record.spec = wire.merged(record.spec, {key: value for key, value in wire_fields.items() if key != "id"})

    def shown(self, record, listed):
        shown = {"id": record.id, **copy.deepcopy(record.spec)}
        for path in shown.pop("missing", []):
            wire.write(shown, path, wire.ABSENT)
        return shown

    def summaries(self):
        """Return no rows, because the page does not show the catalog."""
        return []


class Products(Catalog):
    """The products of both categories. No ID is in both."""

    noun = "product"
    record_type = Product
    large_numbers = (
        "resource_spec.memory_gb",
        "resource_spec.gpu.memory_gb",
        "resource_spec.gpu.available",
        "resource_spec.gpu.max_available",
        "resource_spec.rootfs.free_gb",
        "pricing.postpaid.base_price",
        "pricing.postpaid.final_price",
        "pricing.spot.base_price",
        "pricing.spot.final_price",
        "pricing.storage_price_per_gb",
    )

    def is_model(self, fields, wire_fields):
        return all(fields[key] == wire_fields.get(key, fields[key]) for key in ("category", "type"))

    def select(self, product_id, category, kind=None):
        """Return a product of a category, and perhaps of a type, or None."""
        record = self.find(product_id)
        fits = record and record.spec["category"] == category and kind in (None, record.spec["type"])
        return record if fits else None

    def hourly_price(self, product_id, method="postpaid"):
        """Return the price of one GPU for an hour in the provider's currency, or None if it is unknown."""
        record = self.find(product_id)
        pricing = self.view(record).get("pricing") if record else None
        price = number(wire.read(pricing, f"{method}.final_price"))
        return price / 10 ** pricing["precision"] if isinstance(price, int) else None

    def search(self, query):
        """Return the products of one category and type. The settings decide whether other filters have an effect."""
        selected = (query["category"], query["type"] or "gpu")
        found = [record for record in self.readable() if (record.spec["category"], record.spec["type"]) == selected]
        return [record for record in found if self.settings.catalog_filters == "ignored" or self.matches(record, query)]

    def matches(self, record, query):
        spec = record.spec
        regions = {each for each in query.get("region_ids", "").split(",") if each}
        return (
            (not regions or bool(regions & record.regions()))
            and query.get("billing_method", "") in ("", *spec["billing_methods"])
            and query.get("cpu", 0, type=int) <= spec["resource_spec"]["cpu"]
            and query.get("memory_gb", 0, type=int) <= number(spec["resource_spec"]["memory_gb"])
            and query.get("rootfs_size", 0, type=int) <= spec["resource_spec"]["rootfs"]["max_gb"]
        )

    def view(self, record, listed=False):
        shown = super().view(record, listed)
        for term in wire.read(shown, "pricing.prepaid") or []:
            self.with_large_numbers(term, ("base_price", "final_price"))
        return shown


class Regions(Catalog):
    """The regions, which the first generation of the API calls clusters."""

    noun = "region"

    def demand(self, region_id):
        """Refuse a region that does not exist."""
        if self.find(region_id) is None:
            raise Refusal(400, f"region {region_id} not found", "RESOURCE_NOT_FOUND")

    def name_of(self, region_id):
        record = self.find(region_id)
        return record.spec["name"] if record else region_id

    def listed_by(self, generation):
        return [record for record in self.readable() if generation in record.spec["listed_by"]]

    def gpus(self, region_id):
        """Return the names of the products in a region that have a GPU."""
        products = [record for record in self.account.store("products").readable() if region_id in record.regions()]
        return sorted({product.spec["name"] for product in products if product.spec["type"] == "gpu"})

    def shown(self, record, listed):
        shown = super().shown(record, listed)
        del shown["listed_by"]
        return {"id": record.id, "name": shown.pop("name"), "gpus": self.gpus(record.id), **shown}

    def view_v1(self, record):
        """Return a region as the first generation shows it."""
        shown = self.view(record)
        cluster = {"id": record.id, "name": shown["name"], "availableGpuType": shown["gpus"]}
        if "feature" in shown:
            cluster["supportNetworkStorage"] = wire.read(shown, "feature.network_volume")
            cluster["supportInstanceNetwork"] = wire.read(shown, "feature.instance_vpc_network")
        return cluster


def list_products(account, call):
    products = account.store("products")
    return products.page(call, products.search(call.query))


def list_regions(account, call):
    regions = account.store("regions")
    return regions.page(call, regions.listed_by("v2"))


def list_clusters(account, call):
    regions = account.store("regions")
    return {"data": [regions.view_v1(record) for record in regions.listed_by("v1")]}


def balance_of(settings, pending):
    """Return the balance as texts; ``pending`` is whether the provider's page contains the pending charges."""
    available, limit = round(settings.balance * FRACTION), round(settings.credit_limit * FRACTION)
    shown = {
        "availableBalance": str(available),
        "cashBalance": str(available - limit),
        "creditLimit": str(limit),
        "pendingCharges": "12345",
        "outstandingInvoices": "0",
    }
    if settings.pending_charges == "missing" or (settings.pending_charges == "documented" and not pending):
        del shown["pendingCharges"]
    return shown
