# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What requests want of instances, and what is refused that the contract's schema cannot say."""

from __future__ import annotations

import re

from ..provider import Refusal
from .products import CLUSTERS
from .rules import check_port

MOST_PORTS = 15


def parsed_ports(text):
    """Return the ports in a text like ``8000/http, 22022/tcp`` as objects."""
    ports = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch("([0-9]{1,5})/(tcp|http)", item)
        if not match:
            raise Refusal(400, f"ports: {item!r} is not like 8000/http or 22022/tcp")
        ports.append({"port": int(match[1]), "type": match[2]})
    return ports


def check_ports(ports, tools):
    for item in [*ports, *tools]:
        if "port" in item:
            check_port(int(item["port"]))
    if len(ports) + len(tools) > MOST_PORTS:
        raise Refusal(400, f"ports and tools: at most {MOST_PORTS} in all")


def network_mounts(storages):
    """Return network storages, by id and path, as mounts."""
    for storage_id, _path in storages:
        if storage_id.startswith("missing"):
            raise Refusal(400, f"network storage {storage_id} not found", "NETWORK_STORAGE_NOT_FOUND")
    return [{"type": "network", "size": 0, "id": storage_id, "mountPath": path} for storage_id, path in storages]


def billing(wanted):
    """Return how a new instance is paid. Renewal means something only with monthly billing."""
    month = wanted.get("month", 0)
    mode = "monthly" if month else wanted.get("billingMode", "onDemand")
    if mode == "monthly" and not month:
        raise Refusal(400, "month: must be 1 or more with monthly billing")
    renew = mode == "monthly" and wanted.get("autoRenew", False)
    return {
        "billingMode": mode,
        "month": month,
        "autoRenew": renew,
        "autoRenewMonth": wanted.get("autoRenewMonth", 1) if renew else 0,
    }


def check_stock(product, cluster_id=""):
    """Refuse what there is none of."""
    regions = product.get("regions", list(CLUSTERS)) or []
    if product.get("inventoryState") == "none" or not product["availableDeploy"]:
        raise Refusal(400, f"insufficient resource: no {product['id']} is free", "INSUFFICIENT_RESOURCE")
    if cluster_id and cluster_id not in regions:
        raise Refusal(400, f"insufficient resource: no {product['id']} in {cluster_id}", "INSUFFICIENT_RESOURCE")


def check_disk(product, size):
    low, high = (product or {}).get("minRootFS", 10), (product or {}).get("maxRootFS", 6144)
    if not low <= size <= high:
        raise Refusal(400, f"rootfsSize: must be between {low} and {high}")


def new_instance(wanted, product):
    """Return the specification of a new instance."""
    product_id = wanted["productId"]
    if product is None:
        raise Refusal(400, f"product {product_id} not found", "RESOURCE_NOT_FOUND")
    tools = wanted.get("tools", [])
    ports = parsed_ports(wanted.get("ports", ""))
    check_ports(ports, tools)
    size = wanted.get("rootfsSize", product.get("rootfsSize"))
    check_disk(product, size)
    if wanted.get("networkId", "").startswith("missing"):
        raise Refusal(400, f"network {wanted['networkId']} not found", "NETWORK_NOT_FOUND")
    storages = [(item.get("Id", ""), item.get("mountPoint", "/network")) for item in wanted.get("networkStorages", [])]
    mounts = network_mounts(storages)
    paid = billing(wanted)
    if paid["billingMode"] not in product.get("billingMethods", ("onDemand", "monthly")):
        message = f"{product_id} cannot be had with billing mode {paid['billingMode']}"
        raise Refusal(400, message, "UNSUPPORTED_BILLING_MODE")
    cluster_id = wanted.get("clusterId", "")
    check_stock(product, cluster_id)
    same = ("name", "productId", "imageUrl", "imageAuth", "imageAuthId", "envs", "command", "entrypoint", "kind")
    return {
        **{key: wanted[key] for key in (*same, "networkId", "minCudaVersion") if key in wanted},
        **paid,
        "gpuNum": wanted.get("gpuNum", 1) if wanted["kind"] == "gpu" else 0,
        "rootfsSize": size,
        "clusterId": cluster_id or (product.get("regions") or list(CLUSTERS))[0],
        "portMappings": ports,
        "tools": tools,
        "volumeMounts": mounts,
    }


def upgraded(former, wanted, base):
    """Return the specification of an instance after an upgrade; ``base`` is what holds where nothing is said."""
    spec = {**former, **{key: base[key] for key in ("imageAuthId", "entrypoint")}}
    spec |= {key: wanted[key] for key in ("imageUrl", "imageAuthId", "envs", "command", "entrypoint") if key in wanted}
    if "networkVolume" in wanted:
        mounts = wanted["networkVolume"]["volumeMounts"]
        spec["volumeMounts"] = network_mounts([(mount["id"], mount["mountPath"]) for mount in mounts])
    return spec
