# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a provider offers for rent: products, or offers of single machines, sorted by price.

An offer is a mapping with at least ``id``, ``hourly_price`` and ``in_stock``. A price or a stock that is unknown is
``None``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Offer = dict[str, Any]

HOURLY = "hourly_price"
MONTHLY = "monthly_price"

_MEMORY = re.compile("[0-9]+gb")


def offers_result(noun: str, offers: Iterable[Offer], price: str = HOURLY) -> dict[str, Any]:
    """Return offers for the result of a task: sorted by price, counted, and with the cheapest one.

    :param noun: the key of the offers in the result.
    :param price: the key of the price by which the offers are sorted.
    """
    ordered = by_price(offers, price)
    return {noun: ordered, "count": len(ordered), "cheapest": cheapest(ordered, price) or {}}


def by_price(offers: Iterable[Offer], price: str = HOURLY) -> list[Offer]:
    """Return offers with the cheapest one first and those without a known price last."""
    return sorted(offers, key=lambda offer: (offer[price] is None, offer[price] or 0, offer["id"]))


def cheapest(ordered: list[Offer], price: str = HOURLY) -> Offer | None:
    """Return the cheapest of some sorted offers that has a known price and is not out of stock, or ``None``."""
    return next((offer for offer in ordered if offer[price] is not None and offer["in_stock"] is not False), None)


def names_gpu(name: str, gpu: str) -> bool:
    """Return whether the name of a product contains the words of a GPU in the same order.

    ``4090`` and ``rtx-4090`` are in ``RTX 4090 24GB``, but not in ``RTX 4090D``.
    """
    words, expected = _words(name), _words(gpu)
    return bool(expected) and any(
        words[start : start + len(expected)] == expected for start in range(len(words) - len(expected) + 1)
    )


def is_gpu(name: str, gpu: str) -> bool:
    """Return whether a name is exactly that of a GPU. It can also contain the size of the memory: ``RTX 4090 24GB``."""
    words, expected = _words(name), _words(gpu)
    return bool(expected) and expected in (words, [word for word in words if not _MEMORY.fullmatch(word)])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold().replace("_", " "))
