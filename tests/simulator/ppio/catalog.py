# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PPIO's products and regions in a new account. Prices are in 1/1000 CNY."""

from __future__ import annotations

import functools

from .. import catalog
from ..catalog import gpu, product, region

DEMO, SOUTH, NORTHWEST, NAS, DEVELOPMENT = (
    "cn-demo-1",
    "cn-south-1",
    "cn-northwest-2",
    "cn-south-nas-1",
    "cn-dev-1",
)

# A name and an ID cannot be derived from each other.
REGIONS = {
    DEMO: region("CN-EAST-04 (Demo Town)"),
    SOUTH: region("华南一区", network_volume=False),
    NORTHWEST: region("CN-NW-02", vpc=False, missing=["feature"]),
    NAS: region("CN-SOUTH-NAS-01 (Shenzhen)", listed_by=["v2"]),
    DEVELOPMENT: region("CN-LAB (Demo Town)", network_volume=False, vpc=False, listed_by=["v1"]),
}

RTX_3090, RTX_4090, RTX_4090_D, RTX_5090 = (
    gpu("RTX 3090", 24),
    gpu("RTX 4090", 24),
    gpu("RTX 4090 D", 24),
    gpu("RTX 5090", 32),
)
H100_SXM, H100_PCIE, L40S = gpu("H100 SXM", 80), gpu("H100 PCIe", 80), gpu("L40S", 48)

instance = functools.partial(product, category="instance", precision=3, rootfs_gb=1000)
serverless = functools.partial(product, category="serverless", precision=3, cpu=16, memory_gb=60, rootfs_gb=200)


def named(model):
    return {"name": f"{model['name']} {model['memory_gb']}GB", "gpu": model}


# The IDs tell neither the category nor the GPU.
PRODUCTS = {
    "3090.16c92g": instance(**named(RTX_3090), region_ids=[SOUTH, NORTHWEST], price=1390, cpu=16, memory_gb=92),
    "4090.18c.60g.18c60g": instance(
        **named(RTX_4090), region_ids=[DEMO, SOUTH], price=2280, spot=1140, cpu=18, memory_gb=60
    ),
    "4090.16c62g": instance(**named(RTX_4090), region_ids=[NORTHWEST], price=2080, cpu=16, memory_gb=62, stock="high"),
    "4090d.16c62g": instance(
        **named(RTX_4090_D),
        region_ids=[DEMO],
        price=1980,
        cpu=16,
        memory_gb=62,
        stock="low",
        missing=["pricing.prepaid"],
    ),
    "5090.28c120g": instance(**named(RTX_5090), region_ids=[DEMO], price=3600, cpu=28, memory_gb=120, stock="none"),
    "L40S.22c125g": instance(**named(L40S), region_ids=[], price=5200, cpu=22, memory_gb=125),
    # Its price is unknown.
    "19": instance(
        **named(H100_PCIE), region_ids=[NAS], price=12600, cpu=20, memory_gb=180, missing=["pricing.postpaid"]
    ),
    "cpu.4c8g": instance("CPU 4 cores 8GB", region_ids=[DEMO], price=300, cpu=4, memory_gb=8, rootfs_gb=60),
    "7": serverless(**named(RTX_4090), region_ids=[DEMO, SOUTH, NORTHWEST], price=2980),
    "8": serverless(**named(H100_SXM), region_ids=[DEMO, SOUTH, NORTHWEST], price=16800, stock="high"),
    "9": serverless(**named(RTX_5090), region_ids=[DEMO, SOUTH, NORTHWEST], price=4500, spot=2250),
    "1": serverless(**named(RTX_4090), region_ids=[NAS], price=2680, stock="low"),
    "2": serverless(**named(RTX_4090_D), region_ids=[SOUTH], price=2480, missing=["pricing.spot"]),
    "SL-serverless-3": serverless(**named(RTX_4090), region_ids=[DEVELOPMENT], price=3180, missing=["pricing.prepaid"]),
    "14": serverless(**named(RTX_4090), region_ids=[DEMO], price=2780, stock="low"),
    "12": serverless(**named(RTX_3090), region_ids=[DEMO], price=1890, stock="none"),
    "31": serverless(**named(H100_PCIE), region_ids=[DEMO], price=14200, missing=["pricing.postpaid"]),
    "SL-serverless-5": serverless(**named(L40S), region_ids=[], price=6400),
}


class Products(catalog.Products):
    """PPIO's products."""

    offered = PRODUCTS


class Regions(catalog.Regions):
    """PPIO's regions."""

    offered = REGIONS
