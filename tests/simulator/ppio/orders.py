# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How orders of PPIO's instances become specifications, and the rules that the contract's schema cannot express."""

from __future__ import annotations

from .. import wire
from ..instances import no_stock
from ..ports import check_ports
from ..provider import Refusal
from ..sisters import number

# The address of an instance, which it has without a network, too.
ADDRESS = "10.0.0.5"
JUPYTER_PORT = 8888
MOST_ENVS = {"gpu": 100, "cpu": 30}

SAME = ("name", "type", "product_id", "image", "registry_auth_id", "entrypoint", "command")


def new_instance(desired, product, region):
    """Return the specification of a new instance without its billing."""
    resources, network = desired["resource"], desired.get("network", {})
    jupyter = {"enabled": False, **desired.get("tools", {}).get("jupyter", {})}
    jupyter.pop("protocol", None)
    if jupyter["enabled"]:
        jupyter.setdefault("port", JUPYTER_PORT)
    ports = desired.get("ports", [])
    check_instance_ports(ports, jupyter)
    kind = product.spec["type"]
    if len(desired.get("envs", [])) > MOST_ENVS[kind]:
        raise Refusal(400, f"envs: at most {MOST_ENVS[kind]}")
    return {
        **{key: desired[key] for key in (*SAME, "envs", "auto_migrate") if key in desired},
        "resource_specs": {"gpu_num": gpus(product, resources), "rootfs_size_gb": disk(product, resources)},
        "ports": ports,
        "volumes": [{"type": "", "id": "", "mount_point": "", **volume} for volume in desired.get("volumes", [])],
        "network": {"id": network.get("id", ""), "ip": network.get("ip") or ADDRESS},
        "region": region,
        "jupyter": jupyter,
    }


def check_instance_ports(ports, jupyter):
    check_ports(ports, [jupyter] if jupyter and jupyter.get("enabled") else [])


def gpus(product, resources):
    """Return the number of GPUs; no default is documented, so it is the smallest one."""
    model = product.spec["resource_spec"]["gpu"]
    if model is None:
        if "gpu_num" in resources:
            raise Refusal(400, f"resource.gpu_num: {product.id} has no GPUs")
        return 0
    count = resources.get("gpu_num", model["min"])
    if not model["min"] <= count <= model["max"]:
        raise Refusal(400, f"resource.gpu_num: must be between {model['min']} and {model['max']}")
    return count


def disk(product, resources):
    """Return the size of the disk. A size below the smallest one becomes the smallest one."""
    size = max(resources.get("rootfs_size_gb", 0), product.spec["resource_spec"]["rootfs"]["min_gb"])
    check_disk(product, size)
    return size


def check_disk(product, size):
    largest = wire.read(product and product.spec, "resource_spec.rootfs.max_gb", 6144)
    if size > largest:
        raise Refusal(400, f"rootfs_size_gb: must be at most {largest}")


def is_free(product, count, region):
    """Return whether a product has so many free GPUs on one machine of a region."""
    largest = number(wire.read(product.spec, "resource_spec.gpu.max_available"))
    fits = not isinstance(largest, int) or count <= largest
    return product.in_stock() and fits and region in (product.regions() or {region})


def check_stock(product, count, region):
    if not is_free(product, count, region):
        raise no_stock(product.id, region)
