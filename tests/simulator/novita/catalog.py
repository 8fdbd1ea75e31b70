# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's products and regions in a new account. Prices are in 1/100000 USD."""

from __future__ import annotations

import functools

from ..catalog import gpu, product, region

US, EU, DALLAS, SINGAPORE, NAS, HONG_KONG = (
    "us-demo-1",
    "eu-demo-1",
    "1",
    "as-sgp-2",
    "us-dallas-nas-2",
    "cn-hongkong-1",
)

# A name and an ID cannot be derived from each other.
REGIONS = {
    US: region("US-CA-06 (Demo City)"),
    EU: region("EU-02 (Demo Harbor)", network_volume=False),
    DALLAS: region("US-01 (Dallas)", vpc=False),
    NAS: region("US-Dallas-NAS-02 (Dallas)", listed_by=["v1"]),
    SINGAPORE: region("AS-SGP-02", network_volume=False, vpc=False, listed_by=["v2"]),
    HONG_KONG: region("CN-HK-01", missing=["feature"]),
}

RTX_4090, RTX_4090_D, RTX_5090 = gpu("RTX 4090", 24), gpu("RTX 4090 D", 24), gpu("RTX 5090", 32)
H100_SXM, H100_PCIE, A100, L40S = gpu("H100 SXM", 80), gpu("H100 PCIe", 80), gpu("A100 SXM", 80), gpu("L40S", 48)

instance = functools.partial(product, category="instance", precision=5, rootfs_gb=2000)
serverless = functools.partial(product, category="serverless", precision=5, cpu=16, memory_gb=60, rootfs_gb=200)


def named(model):
    return {"name": f"{model['name']} {model['memory_gb']}GB", "gpu": model}


# The IDs tell neither the category nor the GPU.
PRODUCTS = {
    "4090.16c62g": instance(**named(RTX_4090), region_ids=[US, EU], price=35000, spot=18000, cpu=16, memory_gb=62),
    "4090.16c96g.v2": instance(
        **named(RTX_4090), region_ids=[DALLAS, HONG_KONG], price=42000, cpu=16, memory_gb=96, stock="high"
    ),
    "4090.16c125g.nas": instance(
        **named(RTX_4090), region_ids=[NAS], price=39000, spot=21000, cpu=16, memory_gb=125, stock="low"
    ),
    "h100.24c200g": instance(
        **named(H100_SXM), region_ids=[US, EU], price=240000, spot=120000, cpu=24, memory_gb=200, stock="low"
    ),
    "5090.28c120g": instance(**named(RTX_5090), region_ids=[US, EU], price=63000, cpu=28, memory_gb=120, stock="high"),
    "a100.30c240g": instance(**named(A100), region_ids=[US, EU], price=160000, cpu=30, memory_gb=240, stock="none"),
    "4090d.12c48g": instance(
        **named(RTX_4090_D),
        region_ids=[EU],
        price=29000,
        spot=15000,
        cpu=12,
        memory_gb=48,
        missing=["pricing.prepaid"],
    ),
    # Its price is unknown.
    "26": instance(
        **named(H100_PCIE), region_ids=[SINGAPORE], price=190000, cpu=20, memory_gb=180, missing=["pricing.postpaid"]
    ),
    "l40s.22c125g": instance(**named(L40S), region_ids=[], price=80000, cpu=22, memory_gb=125),
    "cpu.4c8g": instance("CPU 4 cores 8GB", region_ids=[US, EU], price=9000, cpu=4, memory_gb=8, rootfs_gb=60),
    "cpu.16c32g": instance("CPU 16 cores 32GB", region_ids=[US, EU], price=34000, cpu=16, memory_gb=32, rootfs_gb=100),
    "7": serverless(**named(RTX_4090), region_ids=[US, EU], price=48000),
    "8": serverless(**named(H100_SXM), region_ids=[US, EU], price=290000, stock="high"),
    "9": serverless(**named(RTX_5090), region_ids=[US, EU, DALLAS], price=79000, spot=41000),
    "1": serverless(**named(RTX_4090), region_ids=[DALLAS], price=45000, stock="low"),
    "2": serverless(**named(RTX_4090_D), region_ids=[EU], price=39000, missing=["pricing.spot"]),
    "SL-serverless-3": serverless(
        **named(RTX_4090), region_ids=[SINGAPORE, HONG_KONG], price=52000, missing=["pricing.prepaid"]
    ),
    "14": serverless(**named(RTX_4090), region_ids=[US], price=46000, stock="low"),
    "12": serverless(**named(A100), region_ids=[US], price=190000, stock="none"),
    "31": serverless(**named(H100_PCIE), region_ids=[US], price=230000, missing=["pricing.postpaid"]),
    "SL-serverless-5": serverless(**named(L40S), region_ids=[], price=99000),
}
