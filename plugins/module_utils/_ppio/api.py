# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of PPIO, second generation: its connection data and its list responses with cursors.

The pages are under https://ppio.com/docs/gpus/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._engine.list_response import ListResponse, changing_total
from .._engine.provider import Address, Provider
from .._engine.state import CurrentState
from .._http.call import Call
from .._http.client import Client
from .._novita_ppio.api import PlatformErrors
from .._novita_ppio.second_generation import PAGE_SIZE, read_rows

PPIO = Provider(
    name="ppio",
    title="PPIO",
    key_env="PPIO_API_KEY",
    urls={"api_url": Address("PPIO_API_URL", "https://api.ppio.com")},
    errors=PlatformErrors("PPIO", "ppio"),
    currency="CNY",
)


def every(client: Client, call: Call, read: Callable[[dict[str, Any]], CurrentState]) -> ListResponse:
    """Return all resources of a type, read page by page. ``read`` converts a row to a ``CurrentState``.

    The list response is inconsistent if its totals change. PPIO does not document a total, so it has no other use.
    """
    listed = read_rows(client, call, {"limit": PAGE_SIZE})
    return ListResponse(map(read, listed.rows), changing_total(listed.totals), announced=listed.announced)
