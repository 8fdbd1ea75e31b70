# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How requests for instances become specifications, and the rules that the contract's schema cannot express."""

from __future__ import annotations

import re

from ..instances import no_stock
from ..ports import check_ports
from ..provider import Refusal

# The cluster of an instance if neither the order nor the product names one.
ANY_CLUSTER = "us-demo-1"


def parsed_ports(text):
    """Return the ports in a text like ``8000/http, 22022/tcp`` as objects."""
    ports = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch("([0-9]{1,5})/(tcp|http)", item)
        if not match:
            raise Refusal(400, f"ports: {item!r} is not like 8000/http or 22022/tcp")
        ports.append({"port": int(match[1]), "type": match[2]})
    return ports


def network_mounts(storages):
    """Return network storages, given as pairs of ID and path, as mounts."""
    return [{"type": "network", "size": 0, "id": storage_id, "mountPath": path} for storage_id, path in storages]


def billing(desired):
    """Return the billing of a new instance. Renewal has an effect only with monthly billing."""
    month = desired.get("month", 0)
    mode = "monthly" if month else desired.get("billingMode", "onDemand")
    if mode == "monthly" and not month:
        raise Refusal(400, "month: must be 1 or more with monthly billing")
    renew = mode == "monthly" and desired.get("autoRenew", False)
    return {
        "billingMode": mode,
        "month": month,
        "autoRenew": renew,
        "autoRenewMonth": desired.get("autoRenewMonth", 1) if renew else 0,
    }


def check_stock(product, cluster_id=""):
    """Refuse a product that is out of stock."""
    regions = product["regions"] or []
    if product.get("inventoryState") == "none" or not product["availableDeploy"]:
        raise no_stock(product["id"])
    if cluster_id and cluster_id not in regions:
        raise no_stock(product["id"], cluster_id)


def check_disk(product, size):
    low, high = (product or {}).get("minRootFS", 10), (product or {}).get("maxRootFS", 6144)
    if not low <= size <= high:
        raise Refusal(400, f"rootfsSize: must be between {low} and {high}")


def new_instance(desired, product):
    """Return the specification of a new instance."""
    product_id = desired["productId"]
    if product is None:
        raise Refusal(400, f"product {product_id} not found", "RESOURCE_NOT_FOUND")
    tools = desired.get("tools", [])
    ports = parsed_ports(desired.get("ports", ""))
    check_ports(ports, tools)
    size = desired.get("rootfsSize", product.get("rootfsSize"))
    check_disk(product, size)
    storages = [(item.get("Id", ""), item.get("mountPoint", "/network")) for item in desired.get("networkStorages", [])]
    mounts = network_mounts(storages)
    paid = billing(desired)
    if paid["billingMode"] not in product.get("billingMethods", ("onDemand", "monthly")):
        message = f"{product_id} cannot be had with billing mode {paid['billingMode']}"
        raise Refusal(400, message, "UNSUPPORTED_BILLING_MODE")
    cluster_id = desired.get("clusterId", "")
    check_stock(product, cluster_id)
    same = ("name", "productId", "imageUrl", "imageAuth", "imageAuthId", "envs", "command", "entrypoint", "kind")
    return {
        **{key: desired[key] for key in (*same, "networkId", "minCudaVersion") if key in desired},
        **paid,
        "gpuNum": desired.get("gpuNum", 1) if desired["kind"] == "gpu" else 0,
        "rootfsSize": size,
        "clusterId": cluster_id or (product["regions"] or [ANY_CLUSTER])[0],
        "portMappings": ports,
        "tools": tools,
        "volumeMounts": mounts,
    }


def upgraded(former, desired, base):
    """Return the specification of an upgraded instance; ``base`` contains the values of omitted fields."""
    spec = {**former, **{key: base[key] for key in ("imageAuthId", "entrypoint")}}
    spec |= {
        key: desired[key] for key in ("imageUrl", "imageAuthId", "envs", "command", "entrypoint") if key in desired
    }
    if "networkVolume" in desired:
        mounts = desired["networkVolume"]["volumeMounts"]
        spec["volumeMounts"] = network_mounts([(mount["id"], mount["mountPath"]) for mount in mounts])
    return spec
