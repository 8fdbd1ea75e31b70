# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The instances of a Vast.ai account, read only. The workers of serverless endpoints are instances, too.

Their rows contain secrets, of which this module returns none. The label of a worker is not documented: on live accounts
it begins with the name and the ID of the endpoint.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from .._errors import while_doing
from .._http.client import Client
from .._times import iso8601
from .instance_calls import LIST, all_rows
from .instance_table import endpoint_id_in


class Instance(NamedTuple):
    """One instance.

    :param label: its label, or an empty text.
    :param endpoint_id: the id of the endpoint in the label of a worker, or an empty text. Another instance can have a
        label of this form, too.
    :param actual_status: its status, for example ``running``. Empty while Vast.ai creates it.
    :param dph_total: its price in USD per hour, or ``None`` if the row has none.
    :param start_date: when it was created, in ISO 8601 format, or an empty text.
    """

    id: str
    label: str
    endpoint_id: str
    actual_status: str
    dph_total: float | None
    start_date: str


def instances(client: Client) -> list[Instance]:
    """Return all instances of the account, read once per task. Raises ``ApiError``."""
    return client.cached(LIST.name, lambda: _read(client))


def _read(client: Client) -> list[Instance]:
    with while_doing("list the instances at Vast.ai"):
        return [_instance(row) for row in all_rows(client).rows]


def _instance(row: dict[str, Any]) -> Instance:
    label = row.get("label") or ""
    return Instance(
        id=str(int(row["id"])),
        label=label,
        endpoint_id=endpoint_id_in(label),
        actual_status=row.get("actual_status") or "",
        dph_total=price_of(row.get("dph_total")),
        start_date=iso8601(row.get("start_date")),
    )


def price_of(value: Any) -> float | None:
    """Return a price in a row, or ``None`` if it has none."""
    try:
        price = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return price if math.isfinite(price) and price >= 0 else None
