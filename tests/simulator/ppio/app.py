# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations in PPIO's contract."""

from __future__ import annotations

from pathlib import Path

from ..provider import Provider
from ..sisters import REASONS, ROUTER_TEXT, error_body, page
from .endpoints import Endpoints

DEFAULT_PAGE_SIZE = 20


def create_endpoint(account, call):
    return {"id": account.store("endpoints").create(call.body, call.fault).id}


def get_endpoint(account, call):
    endpoints = account.store("endpoints")
    return endpoints.view(endpoints.read(call.path["endpoint_id"]))


def list_endpoints(account, call):
    """Return one page.

    If a fault shortens the list, the response still has ``has_more``, but no cursor, unless the fault sets the total.
    """
    endpoints, settings = account.store("endpoints"), account.settings
    found = endpoints.search(call.query.get("keyword", ""), call.query.get("member_ids", ""))
    rest = endpoints.cursors.follow(call.query.get("cursor", ""), found)
    size = min(call.query.get("limit", 0, type=int) or DEFAULT_PAGE_SIZE, settings.page_cap)
    left = rest[size:]
    next_cursor, has_more = endpoints.cursors.to(left) if left else "", bool(left)
    if call.fault and call.fault.name in ("short_list", "empty_list"):
        next_cursor, has_more = "", call.fault.arguments.get("total") is None
    if call.fault and call.fault.name == "repeat_cursor":
        next_cursor, has_more = endpoints.cursors.to(found), True
    shown = [endpoints.view(record, listed=True) for record in rest[:size]]
    return {**page(settings, "data", shown, len(found)), "next_cursor": next_cursor, "has_more": has_more}


def update_endpoint(account, call):
    account.store("endpoints").update(call.path["endpoint_id"], call.body, call.fault)
    return {}


def delete_endpoint(account, call):
    account.store("endpoints").delete(call.path["endpoint_id"])
    return {}


PPIO = Provider(
    name="ppio",
    title="PPIO",
    openapi=Path(__file__).with_name("openapi.yaml"),
    store_types={"endpoints": Endpoints},
    operations={
        "endpoint.create": create_endpoint,
        "endpoint.get": get_endpoint,
        "endpoint.list": list_endpoints,
        "endpoint.update": update_endpoint,
        "endpoint.delete": delete_endpoint,
    },
    reasons=REASONS,
    error_body=error_body,
    currency="CNY",
    router_text=ROUTER_TEXT,
    former=lambda account, call: account.store("endpoints").former(call.path["endpoint_id"]),
)
