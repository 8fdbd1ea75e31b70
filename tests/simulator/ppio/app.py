# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations in PPIO's contract."""

from __future__ import annotations

from pathlib import Path

from .. import catalog, model_server, registry_auths
from ..provider import Provider
from ..sisters import REASONS, ROUTER_TEXT, error_body
from . import instance_app
from .catalog import Products, Regions
from .endpoints import Endpoints
from .instances import Instances
from .pages import list_page


class RegistryAuths(registry_auths.RegistryAuths):
    """The credentials of one account. No call of a client stores or deletes one."""

    mask = "xxxxxxxx"


def create_endpoint(account, call):
    return {"id": account.store("endpoints").create(call.body, call.fault).id}


def get_endpoint(account, call):
    endpoints = account.store("endpoints")
    return endpoints.view(endpoints.read(call.path["endpoint_id"]))


def list_endpoints(account, call):
    endpoints = account.store("endpoints")
    found = endpoints.search(call.query.get("keyword", ""), call.query.get("member_ids", ""))
    return list_page(endpoints, call, found)


def update_endpoint(account, call):
    account.store("endpoints").update(call.path["endpoint_id"], call.body, call.fault)
    return {}


def delete_endpoint(account, call):
    account.store("endpoints").delete(call.path["endpoint_id"])
    return {}


def get_balance(account, call):
    return catalog.balance_of(account.settings, pending=False)


PPIO = Provider(
    name="ppio",
    title="PPIO",
    openapi=Path(__file__).with_name("openapi.yaml"),
    store_types={
        "endpoints": Endpoints,
        "instances": Instances,
        "products": Products,
        "regions": Regions,
        "registry_auths": RegistryAuths,
    },
    operations={
        "endpoint.create": create_endpoint,
        "endpoint.get": get_endpoint,
        "endpoint.list": list_endpoints,
        "endpoint.update": update_endpoint,
        "endpoint.delete": delete_endpoint,
        "product.list": catalog.list_products,
        "region.list": catalog.list_regions,
        "cluster.list": catalog.list_clusters,
        "registry_auth.list": registry_auths.list_registry_auths,
        "balance.get": get_balance,
        **instance_app.OPERATIONS,
    },
    reasons=REASONS,
    error_body=error_body,
    container=model_server.respond,
    currency="CNY",
    router_text=ROUTER_TEXT,
    former=lambda account, call: account.store("endpoints").former(call.path["endpoint_id"]),
)
