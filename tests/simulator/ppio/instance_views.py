# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How PPIO shows an instance."""

from __future__ import annotations

from .. import wire
from ..instances import port_addresses, ssh_command, unix
from ..sisters import number
from .orders import JUPYTER_PORT, SAME

# Responses contain these as strings of digits.
LARGE_NUMBERS = (
    "resource_specs.memory_gb",
    "billing.prepaid.end_time",
    "billing.prepaid.auto_renew.months",
    "created_at",
    "last_started_at",
    "last_stopped_at",
)

DOMAIN = "ppio.invalid"


def show(record, product, state, now, settings):
    """Return an instance; ``state`` contains status, error and message."""
    spec = record.spec
    return {
        "id": record.id,
        **{key: spec[key] for key in SAME},
        "status": dict(zip(("status", "error", "message"), state)),
        "billing": show_billing(spec["billing"]),
        "resource_specs": show_resources(spec["resource_specs"], product),
        "ports": show_ports(record),
        **{key: spec[key] for key in ("envs", "volumes", "network", "auto_migrate", "region")},
        "region_version": "v1",
        "tools": show_tools(record, now, settings),
        "created_at": unix(record.created_at),
        "last_started_at": unix(record.started_at),
        "last_stopped_at": unix(record.stopped_at),
        "member_id": "member-1",
        "owner_id": "owner-1",
    }


def show_billing(billing):
    """Return the billing of an instance. Only a subscription has an end; how many months were bought is not shown."""
    if wire.read(billing, "mode") != "prepaid":
        return {"mode": billing["mode"]} if isinstance(billing, dict) else billing
    enabled = wire.read(billing, "prepaid.auto_renew.enabled", False)
    return {
        "mode": "prepaid",
        "prepaid": {
            "end_time": wire.read(billing, "prepaid.end_time", 0),
            "auto_renew": {
                "enabled": enabled,
                "months": wire.read(billing, "prepaid.auto_renew.months", 0),
                "status": "active" if enabled else "",
            },
        },
    }


def show_resources(resources, product):
    if not isinstance(resources, dict):
        return resources
    count = number(resources.get("gpu_num", 0))
    size = product.spec["resource_spec"] if product else {"cpu": 0, "memory_gb": 0}
    return {
        "gpu_num": 0,
        "cpu_num": size["cpu"] * max(count, 1),
        "memory_gb": number(size["memory_gb"]) * max(count, 1),
        "rootfs_size_gb": 0,
        "gpu_ids": list(range(count)),
        **resources,
    }


def show_ports(record):
    ports = record.spec["ports"]
    if not isinstance(ports, list):
        return ports
    addresses = port_addresses(record.id, record.spec["region"], DOMAIN)
    return [{**item, "endpoint": addresses.get(item.get("protocol"), "").format(item.get("port"))} for item in ports]


def show_tools(record, now, settings):
    """Return the connections. There are none until the instance runs. SSH can take longer."""
    connection, place = record.connection, record.spec["region"]
    jupyter, terminal = record.spec["jupyter"], record.spec["web_terminal"] is True
    base = f"https://{record.id}-{{}}.{place}.gpu-instance.{DOMAIN}"
    runs = record.runs(now)
    ssh, opened = record.runs(now, settings.ssh_after), terminal and runs
    serves = jupyter.get("enabled") is True and runs
    logs = f"https://logs.{DOMAIN}/instance/{record.id}"
    return {
        "ssh": {
            "command": ssh_command(record, f"proxy.{place}.example.com") if ssh else "",
            "username": record.ssh.get("user", "root") if ssh else "",
            "password": record.ssh.get("password", connection.password) if ssh else "",
        },
        "web_terminal": {
            "enabled": terminal,
            "endpoint": base.format("terminal") if opened else "",
            "username": "root" if opened else "",
            "password": connection.terminal_password if opened else "",
        },
        "jupyter": {
            "enabled": False,
            "port": JUPYTER_PORT if settings.idle_jupyter else 0,
            "endpoint": base.format("jupyter") if serves else "",
            **jupyter,
        },
        "log": {"instance_endpoint": f"{logs}/instance", "system_endpoint": f"{logs}/system"},
    }
