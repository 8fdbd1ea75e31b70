# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The price of an instance according to the price list of Novita AI.

Prices are integers in units of 1/100000 USD per hour and GPU, often as strings.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any

from .._errors import PriceError, while_doing
from .._http.call import Call
from .._http.client import Client
from .._novita_ppio.instance_price import WITHOUT_CHECK, subscription_price_error, unknown_count_error, within
from .._sentences import sentences
from .api import NOVITA
from .products import existing_products, product_list_for

UNIT = 100_000


def hourly_price(client: Client, target: dict[str, Any], limit: float | None = None) -> float:
    """Return the price of a target in USD per hour.

    Raises ``PriceError`` if it exceeds the limit or cannot be determined.
    """
    mode = target.get("billing_mode") or ("monthly" if target.get("month") else "onDemand")
    if mode == "monthly":
        raise subscription_price_error()
    is_cpu, product_id = target.get("kind") == "cpu", target.get("product_id")
    products = _products(client, product_list_for({**target, "billing_mode": mode}), is_limited=limit is not None)
    product = next((product for product in products if product["id"] == product_id), None)
    if product is None:
        raise PriceError(
            f"max_hourly_price: the price list for {mode} does not contain product {product_id!r}",
            advice=sentences(
                existing_products(products, str(product_id or "")),
                "Correct product_id, or omit max_hourly_price to order without a price check",
            ),
        )
    listed, count = product.get("spotPrice" if mode == "spot" else "price"), 1 if is_cpu else target.get("gpu_num")
    digits = "" if isinstance(listed, bool) else str(listed)
    if not re.fullmatch("[0-9]{1,20}", digits) or not int(digits):
        raise PriceError(
            f"max_hourly_price: the price list has an invalid price for product {product_id!r} ({listed!r}).",
            advice=WITHOUT_CHECK,
        )
    if not count:
        raise unknown_count_error("gpu_num")
    return within(int(digits) * count / UNIT, limit, NOVITA.currency)


def _products(client: Client, call: Call, is_limited: bool) -> list[dict[str, Any]]:
    """Return the products of a price list. An error states that the price list could not be read.

    :param is_limited: whether the task limits the price.
    """
    advice = WITHOUT_CHECK if is_limited else ""
    with while_doing(f"read the price list of {NOVITA.title}", advice):
        products: list[dict[str, Any]] = client.send_cached(call)["data"]
    return products
