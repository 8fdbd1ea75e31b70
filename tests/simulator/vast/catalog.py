# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The offers in Vast.ai's market: a fixed catalog that a rule makes, so that every account sees the same offers.

Prices have coarse steps, so that many offers have the same price. Some rows lack fields, like live rows.
"""

from __future__ import annotations

from typing import NamedTuple

COUNT = 320
FIRST_ID = 12000000
DAY = 24 * 60 * 60
# Prices per GPU are multiples of this number of USD.
STEP = 0.05


class Gpu(NamedTuple):
    """One model: memory in MB, which is a little less than on the box, and the usual price per GPU and hour."""

    name: str
    ram: int
    price: float
    dlperf: float
    compute_cap: int
    arch: str = "nvidia"


GPUS = (
    Gpu("RTX 4090", 24564, 0.35, 92.4, 890),
    Gpu("RTX 3060", 12288, 0.05, 18.1, 860),
    Gpu("H100 SXM", 81559, 1.95, 402.7, 900),
    Gpu("RTX 5090", 32607, 0.45, 138.9, 1200),
    Gpu("L4", 23034, 0.25, 31.5, 890),
    Gpu("A100 SXM4", 81920, 0.85, 187.3, 800),
    Gpu("RTX 3090", 24576, 0.15, 49.6, 860),
    Gpu("Tesla T4", 15360, 0.05, 14.2, 750),
    Gpu("RTX A6000", 49140, 0.45, 58.8, 860),
    Gpu("H200", 143771, 2.45, 431.0, 900),
    Gpu("L40S", 46068, 0.65, 88.0, 890),
    Gpu("RX 7900 XTX", 24560, 0.20, 25.7, 1100, "amd"),
    Gpu("B200", 183359, 3.90, 690.5, 1000),
)
GPU_COUNTS = (1, 1, 2, 1, 4, 1, 8, 2, 1, 3, 6)
PLACES = ("Oregon, US", "Sweden, SE", "Texas, US", "Germany, DE", "Japan, JP", "Utah, US", "Vietnam, VN", "France, FR")
DRIVERS = ("535.129.03", "550.54.15", "570.86.16", "580.65.06")
CUDA = (12.2, 12.4, 12.8, 13.0)


def offer(number):
    """Return one offer of the catalog, with the price per hour but without the price of a disk."""
    gpu, count = GPUS[number % len(GPUS)], GPU_COUNTS[number % len(GPU_COUNTS)]
    price = max(STEP, STEP * round(gpu.price * (0.8 + number * 7 % 9 * 0.05) / STEP))
    driver = number % len(DRIVERS)
    row = {
        "id": FIRST_ID + number * 7,
        "ask_contract_id": FIRST_ID + number * 7,
        "bundle_id": 5000000 + number,
        "machine_id": 3000 + number // 2,
        "host_id": 600 + number // 6,
        "gpu_name": gpu.name,
        "num_gpus": count,
        "hosting_type": int(number % 4 == 0),
        "gpu_frac": 1.0 if count > 1 else 0.5,
        "gpu_ram": gpu.ram,
        "gpu_total_ram": gpu.ram * count,
        "gpu_mem_bw": round(gpu.dlperf * 9.6, 1),
        "gpu_max_power": 450.0,
        "gpu_max_temp": 90.0,
        "gpu_arch": gpu.arch,
        "gpu_display_active": number % 23 == 9,
        "compute_cap": None if gpu.arch == "amd" else gpu.compute_cap,
        "cuda_max_good": CUDA[driver],
        "driver_version": DRIVERS[driver],
        "driver_vers": version_number(DRIVERS[driver]),
        "bw_nvlink": 0.0,
        "cpu_name": "AMD EPYC 7763 64-Core Processor",
        "cpu_arch": "arm64" if number % 41 == 12 else "amd64",
        "cpu_cores": 64,
        "cpu_cores_effective": 8.0 * count,
        "cpu_ghz": 3.5,
        "cpu_ram": 64438 * count,
        "has_avx": 1,
        "disk_space": 40.0 + number % 12 * 120.0,
        "disk_bw": 1800.0 + number % 7 * 400.0,
        "disk_name": "nvme",
        "inet_down": 180.0 + number % 9 * 310.0,
        "inet_up": 90.0 + number % 10 * 150.0,
        "inet_down_cost": number % 5 * 0.005,
        "inet_up_cost": number % 4 * 0.008,
        "storage_cost": 0.3 if number % 6 == 5 else 0.15,
        "dph_base": round(price * count, 2),
        "min_bid": round(price * count * 0.6, 3),
        "dlperf": round(gpu.dlperf * count, 1),
        "total_flops": round(gpu.dlperf * count * 0.9, 1),
        "pci_gen": 4.0,
        "pcie_bw": 23.5,
        "mobo_name": "ROME2D32GM-2T",
        "os_version": "22.04",
        "ubuntu_version": "22.04",
        "direct_port_count": number % 8 * 50,
        "static_ip": number % 3 == 0,
        "datacenter": number % 4 == 0,
        "geolocation": PLACES[number % len(PLACES)],
        "reliability": round(0.9 + number * 13 % 100 * 0.00099, 5),
        "verified": number % 5 != 3,
        "verification": ("deverified" if number % 10 == 3 else "unverified") if number % 5 == 3 else "verified",
        "rentable": number % 17 != 8,
        "rented": number % 12 == 4,
        "external": number % 53 == 30,
        "vms_enabled": number % 14 == 6,
        "cluster_id": None,
        "duration": (1 + number * 3 % 90) * DAY,
        "avail_vol_ask_id": FIRST_ID + 900000 + number if number % 3 else None,
        "avail_vol_dph": 0.002 if number % 3 else None,
        "avail_vol_size": 500.0 if number % 3 else None,
    }
    # What rows of the live service were seen without.
    if number % 13 == 5:
        row["geolocation"] = None
    if number % 19 == 7:
        del row["inet_down_cost"]
    if number % 29 == 11:
        row["inet_up_cost"] = None
    if number % 31 == 20:
        del row["cpu_ram"]
    return row


def version_number(text):
    major, minor, patch = map(int, text.split("."))
    return major * 1_000_000 + minor * 1_000 + patch


CATALOG = tuple(offer(number) for number in range(COUNT))
