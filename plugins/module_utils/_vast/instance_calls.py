# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls for GPU instances of Vast.ai, and the schemas of their responses.

Pages: create, manage, reboot, recycle, show and destroy instance under https://docs.vast.ai/api-reference/instances/.
The columns that a list request can select are not documented, so full rows are read. They contain secrets. The calls
for a bid and for the log are those of the vendor's own client.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .._errors import BadResponse
from .._http.call import ONCE, READ, REPEATABLE, Call
from .._http.client import Client
from .api import SUCCESS, V0
from .instance_table import TABLE

_MAX_PAGES = 1000

_TEXT = {"type": ["string", "null"]}
_NUMBER = {"type": ["number", "string", "null"]}
_BOOLEAN = {"type": ["boolean", "null"]}
_ROW = {
    "type": "object",
    "required": ["id"],
    "properties": {
        **{
            key: schema
            for key, schema in TABLE.response_schema()["properties"].items()
            if key not in ("envs", "ports", "docker_flags", "price")
        },
        **dict.fromkeys(("actual_status", "intended_status", "cur_state", "next_state", "status_msg"), _TEXT),
        **dict.fromkeys(("gpu_name", "geolocation", "template_name", "public_ipaddr", "ssh_host"), _TEXT),
        **dict.fromkeys(("jupyter_token", "instance_api_key"), _TEXT),
        **dict.fromkeys(("dph_total", "dph_base", "min_bid", "storage_cost", "storage_total_cost"), _NUMBER),
        **dict.fromkeys(("start_date", "end_date", "num_gpus", "machine_id", "ssh_port"), _NUMBER),
        "id": {"type": "integer", "minimum": 1},
        "is_bid": _BOOLEAN,
        "extra_env": {
            "type": ["array", "object", "null"],
            "items": {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean", "null"]}},
        },
        "ports": {"type": ["object", "array", "null"]},
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
_PATH = f"{V0}/instances/{{id}}/"
GET = Call(
    "instance.get",
    "GET",
    _PATH,
    READ,
    {"type": "object", "properties": {"instances": {"anyOf": [_ROW, {"type": "null"}]}}, "required": ["instances"]},
    confidential=True,
)
CREATE = Call(
    "instance.create",
    "PUT",
    f"{V0}/asks/{{id}}/",
    ONCE,
    {"type": "object", "properties": {"new_contract": {"type": "integer", "minimum": 1}}, "required": ["new_contract"]},
    confidential=True,
    created="new_contract",
)
SET_LABEL = Call("instance.set_label", "PUT", _PATH, REPEATABLE, SUCCESS)
SET_BID = Call("instance.set_bid", "PUT", f"{V0}/instances/bid_price/{{id}}/", REPEATABLE, SUCCESS)
START = Call("instance.start", "PUT", _PATH, REPEATABLE, SUCCESS)
STOP = Call("instance.stop", "PUT", _PATH, REPEATABLE, SUCCESS)
REBOOT = Call("instance.reboot", "PUT", f"{V0}/instances/reboot/{{id}}/", ONCE, SUCCESS)
RECYCLE = Call("instance.recycle", "PUT", f"{V0}/instances/recycle/{{id}}/", ONCE, SUCCESS)
DELETE = Call("instance.delete", "DELETE", _PATH, REPEATABLE, SUCCESS)
REQUEST_LOG = Call(
    "instance.request_logs",
    "PUT",
    f"{V0}/instances/request_logs/{{id}}/",
    READ,
    {"type": "object", "properties": {"result_url": {"type": "string", "minLength": 1}}, "required": ["result_url"]},
)


class Rows(NamedTuple):
    """The rows of all instances of an account, with the number of pages and the total that the provider states."""

    rows: list[dict[str, Any]]
    pages: int
    total: int


def all_rows(client: Client) -> Rows:
    """Read the rows of all instances, workers of endpoints included. Raises ``ApiError``."""
    rows: dict[int, dict[str, Any]] = {}
    tokens: list[str] = []
    for number in range(1, _MAX_PAGES + 1):
        # Without a limit, a page has the maximum number of rows.
        page = client.send(LIST, query={"after_token": tokens[-1]} if tokens else None)
        rows.update((int(row["id"]), row) for row in page["instances"])
        token = page["next_token"]
        if not token:
            total = page.get("total_instances") or 0
            if len(rows) < total:
                raise _incomplete(f"its total is {total}, but it has {len(rows)} instances")
            return Rows(list(rows.values()), number, total)
        if token in tokens or not page["instances"]:
            raise _incomplete("it reports another page but does not return it")
        tokens.append(token)
    raise _incomplete(f"after {_MAX_PAGES} pages with {len(rows)} instances, there is still another one")


def _incomplete(why: str) -> BadResponse:
    return BadResponse(
        f"the list response is incomplete: {why}.", operation=LIST.name, reason="bad_answer", retryable=True
    )
