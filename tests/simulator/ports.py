# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of Novita and PPIO about ports."""

from __future__ import annotations

from .provider import Refusal

INTERNAL_PORTS = (2222, 2223, 2224)
MOST_PORTS = 15


def check_port(port):
    if not 1 <= port <= 65535 or port in INTERNAL_PORTS:
        raise Refusal(400, "ports: must be 1-65535 and none of 2222, 2223, 2224")


def check_ports(ports, tools):
    """Refuse a port that an instance cannot have, and more ports than it can have together with its tools."""
    for item in [*ports, *tools]:
        if "port" in item:
            check_port(int(item["port"]))
    if len(ports) + len(tools) > MOST_PORTS:
        raise Refusal(400, f"ports and tools: at most {MOST_PORTS} in all")
