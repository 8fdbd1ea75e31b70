# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an instance costs by Novita AI's own price list.

Pages: ``gpu-instance-list-products`` and ``-list-cpu-products`` under https://novita.ai/docs/api-reference/. Prices are
whole numbers of 1/100000 USD for an hour and a GPU, often as text. The list of GPU products holds those that can be had
with one billing mode, by default ``onDemand``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any

from .._errors import PriceError, while_doing
from .._http.call import READ, Call
from .._http.client import Client
from .api import NOVITA, V1

UNIT = 100_000

_LIST = {
    "type": "object",
    "properties": {
        "data": {
            "type": "array",
            "items": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
        }
    },
    "required": ["data"],
}
PRODUCTS = Call("product.list", "GET", f"{V1}/products", READ, _LIST)
SPOT_PRODUCTS = Call("spot_product.list", "GET", f"{V1}/products?billingMethod=spot", READ, _LIST)
CPU_PRODUCTS = Call("cpu_product.list", "GET", f"{V1}/cpu/products", READ, _LIST)


def hourly_price(client: Client, target: dict[str, Any], limit: float | None = None) -> float:
    """The price of a target in USD for an hour. Raises ``PriceError`` when it is above a limit or cannot be told."""
    mode = target.get("billing_mode") or ("monthly" if target.get("month") else "onDemand")
    if mode == "monthly":
        raise PriceError("max_hourly_price: must be left out with monthly billing, which has no hourly price.")
    is_cpu, product_id = target.get("kind") == "cpu", target.get("product_id")
    products = _products(client, CPU_PRODUCTS if is_cpu else SPOT_PRODUCTS if mode == "spot" else PRODUCTS)
    product = next((product for product in products if product["id"] == product_id), None)
    if product is None:
        raise PriceError(
            f"max_hourly_price: the provider's price list for {mode} has no product {product_id!r}.",
            advice="Check product_id, or leave max_hourly_price out to order without looking at the price.",
        )
    listed, count = product.get("spotPrice" if mode == "spot" else "price"), 1 if is_cpu else target.get("gpu_num")
    digits = "" if isinstance(listed, bool) else str(listed)
    if not re.fullmatch("[0-9]{1,20}", digits) or not int(digits):
        raise PriceError(
            f"max_hourly_price: the provider's price of {product_id!r} cannot be read ({listed!r}).",
            advice="Leave max_hourly_price out to order without looking at the price.",
        )
    if not count:
        raise PriceError(
            "max_hourly_price: the provider does not return the number of GPUs, which the price goes by.",
            advice="Give gpu_num, or leave max_hourly_price out to order without looking at the price.",
        )
    price = int(digits) * count / UNIT
    if limit is not None and price > limit:
        raise PriceError(
            f"max_hourly_price: the price is {price:.5f} USD an hour, which is more than {limit:.5f}.",
            advice="Nothing was ordered. Raise the limit, or choose another product.",
        )
    return price


def _products(client: Client, call: Call) -> list[dict[str, Any]]:
    """The products of a price list. An error says that it was the price list that could not be read."""
    advice = "Nothing was ordered. Leave max_hourly_price out to order without looking at the price."
    with while_doing(f"read the price list of {NOVITA.title}", advice):
        products: list[dict[str, Any]] = client.send_cached(call)["data"]
    return products
