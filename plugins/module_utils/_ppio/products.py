# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The products of PPIO, with prices in CNY.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._novita_ppio.products import ProductInfo
from .api import PPIO
from .regions import PpioRegions


class PpioProducts(ProductInfo):
    """The products of PPIO."""

    provider = PPIO
    regions = PpioRegions
