# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The instances of a Vast.ai account, read only. The workers of serverless endpoints are instances, too.

Page: https://docs.vast.ai/api-reference/instances/show-instances. The columns that a request can select are not
documented, so full rows are read. They contain secrets, of which this module returns none. The label of a worker is
not documented either: on live accounts it begins with the name and the ID of the endpoint.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

from .._errors import BadResponse, while_doing
from .._http.call import READ, Call
from .._http.client import Client
from .._times import iso8601

_MAX_PAGES = 1000
_WORKER_LABEL = re.compile(r"[^:]+:(\d{1,20}):", re.ASCII)

_TEXT = {"type": ["string", "null"]}
_NUMBER = {"type": ["number", "string", "null"]}
_ROW = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer", "minimum": 1},
        "label": _TEXT,
        "actual_status": _TEXT,
        "dph_total": _NUMBER,
        "start_date": _NUMBER,
    },
}
LIST = Call(
    "instance.list",
    "GET",
    "/api/v1/instances/",
    READ,
    {
        "type": "object",
        "properties": {
            "success": {"const": True},
            "instances": {"type": "array", "items": _ROW},
            "total_instances": {"type": ["integer", "null"]},
            "next_token": _TEXT,
        },
        "required": ["instances", "next_token"],
    },
    confidential=True,
)


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
    """All instances of the account, read once per task. Raises ``ApiError``."""
    return client.cached(LIST.name, lambda: _read(client))


def _read(client: Client) -> list[Instance]:
    with while_doing("list the instances at Vast.ai"):
        rows: dict[int, Instance] = {}
        tokens: list[str] = []
        for _page in range(_MAX_PAGES):
            # Without a limit, a page has the maximum number of rows.
            page = client.send(LIST, query={"after_token": tokens[-1]} if tokens else None)
            rows.update((int(row["id"]), _instance(row)) for row in page["instances"])
            token = page["next_token"]
            if not token:
                total = page.get("total_instances") or 0
                if len(rows) < total:
                    raise _incomplete(f"its total is {total}, but it has {len(rows)} instances")
                return list(rows.values())
            if token in tokens or not page["instances"]:
                raise _incomplete("it reports another page but does not return it")
            tokens.append(token)
        raise _incomplete(f"after {_MAX_PAGES} pages with {len(rows)} instances, there is still another one")


def _incomplete(why: str) -> BadResponse:
    return BadResponse(
        f"the list response is incomplete: {why}.", operation=LIST.name, reason="bad_answer", retryable=True
    )


def _instance(row: dict[str, Any]) -> Instance:
    label = row.get("label") or ""
    worker = _WORKER_LABEL.match(label)
    return Instance(
        id=str(int(row["id"])),
        label=label,
        endpoint_id=str(int(worker[1])) if worker else "",
        actual_status=row.get("actual_status") or "",
        dph_total=_price(row.get("dph_total")),
        start_date=iso8601(row.get("start_date")),
    )


def _price(value: Any) -> float | None:
    try:
        price = float(value)
    except (TypeError, ValueError):
        return None
    return price if math.isfinite(price) and price >= 0 else None
