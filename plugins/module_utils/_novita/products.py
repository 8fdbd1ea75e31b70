# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The product lists of Novita AI: for prices, and for the message when a product does not exist.

Pages: ``gpu-instance-list-products`` and ``-list-cpu-products`` under https://novita.ai/docs/api-reference/. The list
of GPU products contains the products that are available with one billing mode, by default ``onDemand``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .._errors import ApiError, CloudError
from .._http.call import READ, Call
from .._http.client import Client
from .._novita_ppio.api import V1
from .._sentences import sentences

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

MAX_LISTED = 12
"""The number of products that a message lists."""


def product_list_for(target: dict[str, Any]) -> Call:
    """Return the call that lists the products for the kind and the billing mode of an instance."""
    if target.get("kind") == "cpu":
        return CPU_PRODUCTS
    return SPOT_PRODUCTS if target.get("billing_mode") == "spot" else PRODUCTS


def existing_products(products: list[dict[str, Any]], product_id: str) -> str:
    """Return a text that lists the existing products, those with the most similar ids first."""
    ids = [product["id"] for product in products]
    names = {product["id"]: product.get("name") for product in products}
    similar = difflib.get_close_matches(product_id, ids, n=MAX_LISTED, cutoff=0)
    listed = [f"{each} ({names[each]})" if isinstance(names[each], str) else each for each in similar]
    more = f" and {len(ids) - len(listed)} more" if len(ids) > len(listed) else ""
    return f"The existing products are {', '.join(listed)}{more}" if listed else "The list contains no product"


@contextmanager
def products_in_message(client: Client, target: dict[str, Any]) -> Iterator[None]:
    """Add the existing products to a refusal because of a product that does not exist. This needs one more read."""
    try:
        yield
    except ApiError as error:
        product_id = target.get("product_id") or ""
        if product_id and _is_about_product(error):
            error.advice = sentences(_hint(client, target, product_id), error.advice)
        raise


def _hint(client: Client, target: dict[str, Any], product_id: str) -> str:
    try:
        products: list[dict[str, Any]] = client.send_cached(product_list_for(target))["data"]
    except CloudError as error:
        return f"The list of products could not be read: {error.why}"
    if any(product["id"] == product_id for product in products):
        return ""
    return existing_products(products, product_id)


def _is_about_product(error: ApiError) -> bool:
    """Return whether a refusal reports that a product does not exist."""
    return error.structured and error.reason == "RESOURCE_NOT_FOUND" and "product" in error.why.lower()
