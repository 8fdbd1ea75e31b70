# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations in Novita's contract."""

from __future__ import annotations

from pathlib import Path

from .. import catalog, model_server
from ..provider import Provider
from ..sisters import REASONS, ROUTER_TEXT, error_body, page
from . import instance_app, network_storages, networks, registry_auths
from .endpoints import LIMITS, Endpoints
from .instances import Instances
from .network_storages import NetworkStorages
from .networks import Networks
from .pages import one_page
from .products import Products, Regions
from .registry_auths import RegistryAuths


def create_endpoint(account, call):
    return {"id": account.store("endpoints").create(call.body["endpoint"], call.fault).id}


def get_endpoint(account, call):
    endpoints = account.store("endpoints")
    return {"endpoint": endpoints.view(endpoints.read(call.query["id"]))}


def list_endpoints(account, call):
    endpoints = account.store("endpoints")
    found = endpoints.readable()
    shown = [endpoints.view(record, listed=True) for record in one_page(account.settings, call.query, found)]
    return page(account.settings, "endpoints", shown, len(found))


def update_endpoint(account, call):
    desired = {key: value for key, value in call.body.items() if key != "id"}
    account.store("endpoints").update(call.body["id"], desired, call.fault)
    return {}


def delete_endpoint(account, call):
    """Delete by ID. Its key is ``name`` on the provider's page, and ``id`` in clients that are known to work."""
    key = account.settings.delete_key
    keys = ("name", "id") if key == "either" else (key,)
    account.store("endpoints").delete(next((call.body[key] for key in keys if key in call.body), ""))
    return {}


def endpoint_limit(account, call):
    """Return the limits. No response is recorded, so the numbers are strings like other large numbers."""
    as_text = account.settings.numbers_as_strings
    return {key: str(value) if as_text and isinstance(value, int) else value for key, value in LIMITS.items()}


def get_balance(account, call):
    return catalog.balance_of(account.settings, pending=True)


NOVITA = Provider(
    name="novita",
    title="Novita",
    openapi=Path(__file__).with_name("openapi.yaml"),
    store_types={
        "endpoints": Endpoints,
        "instances": Instances,
        "products": Products,
        "regions": Regions,
        "network_storages": NetworkStorages,
        "networks": Networks,
        "registry_auths": RegistryAuths,
    },
    operations={
        "endpoint.create": create_endpoint,
        "endpoint.get": get_endpoint,
        "endpoint.list": list_endpoints,
        "endpoint.update": update_endpoint,
        "endpoint.delete": delete_endpoint,
        "endpoint.limit": endpoint_limit,
        "product_v2.list": catalog.list_products,
        "region.list": catalog.list_regions,
        "cluster.list": catalog.list_clusters,
        "balance.get": get_balance,
        **instance_app.OPERATIONS,
        **network_storages.OPERATIONS,
        **networks.OPERATIONS,
        **registry_auths.OPERATIONS,
    },
    reasons=REASONS,
    error_body=error_body,
    container=model_server.respond,
    router_text=ROUTER_TEXT,
    former=lambda account, call: account.store("endpoints").former(call.body["id"]),
)
