# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's products for instances as the first generation of the API shows them, and its regions."""

from __future__ import annotations

from .. import catalog, wire
from ..sisters import number
from .catalog import PRODUCTS, REGIONS

# The ways of billing in the second generation and in the first.
BILLING = {"postpaid": "onDemand", "prepaid": "monthly", "spot": "spot"}

# The prices for an hour in the second generation and in the first; both are in 1/100000 USD.
PRICES = {"price": "pricing.postpaid", "spotPrice": "pricing.spot"}

# The fields of the first generation that the control interface can change.
FIRST_GENERATION = {
    *("cpuPerGpu", "memoryPerGpu", "diskPerGpu", "availableDeploy", "minRootFS", "maxRootFS", "minLocalStorage"),
    *("maxLocalStorage", "regions", "price", "monthlyPrice", "billingMethods", "spotPrice", "inventoryState"),
    *("cpuNum", "memorySize", "rootfsSize", "localVolumeSize"),
}

# By product: GB of local storage, which only the first generation shows.
LOCAL_STORAGE = {"h100.24c200g": 50}


class Regions(catalog.Regions):
    """Novita's regions."""

    offered = REGIONS


class Products(catalog.Products):
    """Novita's products. Both generations show the same products for instances."""

    offered = PRODUCTS

    def search_v1(self, kind, query):
        """Return the products for instances that match a query, as the first generation shows them."""
        records = [record for record in self.readable() if self.select(record.id, "instance", kind)]
        return [self.view_v1(record) for record in records if self.matches_v1(record, query)]

    def matches_v1(self, record, query):
        product = self.fields(record)
        least = {"minCpuPerGpu": "cpuPerGpu", "minMemoryPerGpu": "memoryPerGpu", "minRootFSSize": "maxRootFS"}
        return (
            query.get("productName", "").lower() in product["name"].lower()
            and query.get("clusterId", "") in ("", *(product["regions"] or []))
            and query.get("billingMethod", "onDemand") in product["billingMethods"]
            and all(int(product[key]) >= query.get(name, 0, type=int) for name, key in least.items() if key in product)
        )

    def size(self, product, count):
        """Return the CPUs, memory and local storage for a number of GPUs; a product without GPUs is one size."""
        if "cpuNum" in product:
            return product["cpuNum"], product["memorySize"], product["localVolumeSize"]
        return product["cpuPerGpu"] * count, product["memoryPerGpu"] * count, product["minLocalStorage"]

    def order(self, product_id, kind):
        """Return the product of an order with the IDs of its regions, or None."""
        record = self.select(product_id, "instance", kind)
        return self.fields(record) if record else None

    def fields(self, record):
        """Return the fields of the first generation, with numbers as numbers and the IDs of regions."""
        shown = {**self.first_generation(record), **record.first_generation}
        if shown.get("regions", []) is not None:
            shown["regions"] = record.spec["region_ids"]
        shown.setdefault("billingMethods", [BILLING[method] for method in record.spec["billing_methods"]])
        return shown

    def first_generation(self, record):
        """Return the fields of the first generation, with numbers as numbers and the names of regions."""
        spec, resources = record.spec, record.spec["resource_spec"]
        shown = self.shown(record, True)
        prices = {key: wire.read(shown, f"{path}.final_price", 0) for key, path in PRICES.items()}
        if spec["type"] == "cpu":
            return {
                "id": record.id,
                "name": spec["name"],
                "cpuNum": resources["cpu"],
                "memorySize": resources["memory_gb"],
                "rootfsSize": resources["rootfs"]["max_gb"],
                "localVolumeSize": 0,
                "availableDeploy": spec["deployable"],
                "price": prices["price"],
            }
        storage = LOCAL_STORAGE.get(record.id, 0)
        regions = self.account.store("regions")
        return {
            "id": record.id,
            "name": spec["name"],
            "cpuPerGpu": resources["cpu"],
            "memoryPerGpu": resources["memory_gb"],
            "diskPerGpu": 200,
            "availableDeploy": spec["deployable"],
            "minRootFS": resources["rootfs"]["min_gb"],
            "maxRootFS": resources["rootfs"]["max_gb"],
            "minLocalStorage": storage,
            "maxLocalStorage": storage,
            "regions": [regions.name_of(region_id) for region_id in spec["region_ids"]],
            "price": prices["price"],
            "monthlyPrice": [
                {"price": term["final_price"], "month": term["duration_months"]}
                for term in wire.read(shown, "pricing.prepaid") or []
            ],
            "billingMethods": [BILLING[method] for method in spec["billing_methods"]],
            "spotPrice": prices["spotPrice"],
            "inventoryState": spec["inventory_state"],
        }

    def view_v1(self, record):
        shown = self.with_large_numbers({**self.first_generation(record), **record.first_generation}, tuple(PRICES))
        if isinstance(shown.get("monthlyPrice"), list):
            shown["monthlyPrice"] = [self.with_large_numbers(dict(each), ("price",)) for each in shown["monthlyPrice"]]
        return shown

    def apply_overrides(self, record, wire_fields):
        """Merge fields of both generations into a product. What the second cannot express, only the first shows."""
        first = {key: value for key, value in wire_fields.items() if key in FIRST_GENERATION}
        super().apply_overrides(record, {key: value for key, value in wire_fields.items() if key not in first})
        for key, path in PRICES.items():
            price = number(first.get(key))
            if isinstance(price, int) and not isinstance(price, bool):
                del first[key]
                record.first_generation.pop(key, None)
                wire.write(record.spec, path, catalog.hourly(price) if price else None)
        if "billingMethods" in first:
            named = first.pop("billingMethods")
            record.spec["billing_methods"] = [method for method, name in BILLING.items() if name in named]
        for key, other in (("inventoryState", "inventory_state"), ("availableDeploy", "deployable")):
            if key in first:
                record.spec[other] = first.pop(key)
        record.first_generation |= first
