# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's products for instances, with their prices per hour in 1/100000 USD."""

from __future__ import annotations

from ..records import Record
from ..sisters import SisterStore, new_id

CLUSTERS = {"us-demo-1": "US-DEMO-1", "eu-demo-1": "EU-DEMO-1"}


def gpu_product(name, cpus, memory, price, spot_price=0, stock="normal", local_storage=0):
    return {
        "name": name,
        "cpuPerGpu": cpus,
        "memoryPerGpu": memory,
        "diskPerGpu": 200,
        "availableDeploy": stock != "none",
        "minRootFS": 10,
        "maxRootFS": 2000,
        "minLocalStorage": local_storage,
        "maxLocalStorage": local_storage,
        "regions": list(CLUSTERS),
        "price": price,
        "monthlyPrice": [{"price": price * 600, "month": 1}, {"price": price * 6600, "month": 12}],
        "billingMethods": ["onDemand", "monthly", *(["spot"] if spot_price else [])],
        "spotPrice": spot_price,
        "inventoryState": stock,
    }


class Products(SisterStore):
    """The GPU products. The settings of the account control how they are shown."""

    noun = "product"
    large_numbers = ("price", "spotPrice")
    catalog = {
        "4090.16c62g": gpu_product("RTX 4090 24GB", 16, 62, 35000, 18000),
        "h100.24c200g": gpu_product("H100 SXM 80GB", 24, 200, 240000, 120000, stock="low", local_storage=50),
        "5090.28c120g": gpu_product("RTX 5090 32GB", 28, 120, 63000, stock="high"),
        "a100.30c240g": gpu_product("A100 SXM 80GB", 30, 240, 160000, stock="none"),
    }

    def __init__(self, account):
        super().__init__(account)
        for product_id, fields in self.catalog.items():
            self.add(self.build({"id": product_id, **fields}))

    def search(self, query):
        """Return the products that match a query."""
        found = [self.view(record, listed=True) for record in self.readable()]
        return [product for product in found if self.matches(product, query)]

    def matches(self, product, query):
        least = {"minCpuPerGpu": "cpuPerGpu", "minMemoryPerGpu": "memoryPerGpu", "minRootFSSize": "maxRootFS"}
        return (
            query.get("productName", "").lower() in product["name"].lower()
            and query.get("clusterId", "") in ("", *(product["regions"] or []))
            and query.get("billingMethod", "onDemand") in product["billingMethods"]
            and all(int(product[key]) >= query.get(name, 0, type=int) for name, key in least.items())
        )

    def size(self, product, count):
        """Return the CPUs, memory and local storage for a number of GPUs."""
        return product["cpuPerGpu"] * count, product["memoryPerGpu"] * count, product["minLocalStorage"]

    def fields(self, product_id):
        """Return a product with numbers as numbers, or None."""
        record = self.find(product_id)
        return self.shown(record, False) if record else None

    def build(self, wire_fields):
        record = Record(wire_fields.get("id") or new_id(), next(iter(self.catalog.values())), self.now)
        self.apply_overrides(record, wire_fields)
        return record

    def apply_overrides(self, record, wire_fields):
        record.spec = {**record.spec, **wire_fields, "id": record.id}

    def shown(self, record, listed):
        return {"id": record.id, **record.spec}

    def view(self, record, listed=False):
        shown = super().view(record, listed)
        if isinstance(shown.get("monthlyPrice"), list):
            shown["monthlyPrice"] = [self.with_large_numbers(dict(each), ("price",)) for each in shown["monthlyPrice"]]
        return shown

    def summaries(self):
        """Return no rows, because the page does not show products."""
        return []


class CpuProducts(Products):
    """The products without GPUs."""

    large_numbers = ("price",)
    catalog = {
        "cpu.4c8g": {
            "name": "CPU 4 cores 8GB",
            "cpuNum": 4,
            "memorySize": 8,
            "rootfsSize": 60,
            "localVolumeSize": 0,
            "availableDeploy": True,
            "price": 9000,
        },
        "cpu.16c32g": {
            "name": "CPU 16 cores 32GB",
            "cpuNum": 16,
            "memorySize": 32,
            "rootfsSize": 100,
            "localVolumeSize": 0,
            "availableDeploy": True,
            "price": 34000,
        },
    }

    def matches(self, product, query):
        fits = query.get("productName", "").lower() in product["name"].lower()
        return fits and query.get("clusterId", "") in ("", *CLUSTERS)

    def size(self, product, count):
        return product["cpuNum"], product["memorySize"], product["localVolumeSize"]
