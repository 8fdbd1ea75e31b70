# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of the hourly price of an instance against ``max_hourly_price``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._errors import PriceError

WITHOUT_CHECK = "Omit max_hourly_price to order without a price check."
"""Advice for a price that cannot be determined."""


def subscription_price_error() -> PriceError:
    """Return the error for an instance that is not paid by the hour."""
    return PriceError("max_hourly_price: must be omitted with monthly billing, which has no hourly price.")


def unknown_count_error(option: str) -> PriceError:
    """Return the error for an instance whose number of GPUs is unknown."""
    return PriceError(
        "max_hourly_price: the provider does not return the number of GPUs, on which the price is based.",
        advice=f"Set {option}, or omit max_hourly_price to order without a price check.",
    )


def within(price: float, limit: float | None, currency: str) -> float:
    """Return the price. Raises ``PriceError`` if it exceeds the limit."""
    if limit is not None and price > limit:
        raise PriceError(
            f"max_hourly_price: the price is {price:.5f} {currency} per hour, more than the limit of {limit:.5f}.",
            advice="Raise the limit or choose another product.",
        )
    return price
