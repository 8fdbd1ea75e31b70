# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prices and amounts of the platform, which are integers in three different units.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from decimal import Decimal

_MOST_DECIMAL_PLACES = 12
_BALANCE_DECIMAL_PLACES = 4
"""A balance is an integer in units of 1/10000 of the currency, according to the page ``basic-get-user-balance``."""


def price(listed: int | None, precision: int | None) -> float | None:
    """Return a price of the second generation of the API, or ``None`` if it is unknown or not offered.

    :param listed: the price in units of 10 to the power of ``-precision``.
    """
    if not listed or listed < 0 or precision is None or not 0 <= precision <= _MOST_DECIMAL_PLACES:
        return None
    return _scaled(listed, precision)


def amount(listed: int | None) -> float | None:
    """Return an amount of a balance, or ``None`` if the response lacks it."""
    return None if listed is None else _scaled(listed, _BALANCE_DECIMAL_PLACES)


def _scaled(number: int, decimal_places: int) -> float:
    # Decimal numbers, because binary fractions would show 0.35 as 0.35000000000000003 after a multiplication.
    return float(Decimal(number).scaleb(-decimal_places))
