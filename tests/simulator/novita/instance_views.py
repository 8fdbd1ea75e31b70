# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Novita shows an instance in each generation of the API."""

from __future__ import annotations

from .. import wire
from ..instances import port_addresses, ssh_command, unix
from ..sisters import number

# Responses contain these as strings of digits.
LARGE_NUMBERS = (
    "cpuNum",
    "memory",
    "gpuNum",
    "endTime",
    "spotReclaimTime",
    "createdAt",
    "lastStartedAt",
    "lastStoppedAt",
)
LARGE_NUMBERS_V2 = (
    "resource_specs.memory_gb",
    "billing.prepaid.end_time",
    "created_at",
    "last_started_at",
    "last_stopped_at",
)

# Names in the second generation and in the first: of the instance, and of its resource_specs.
SAME = {
    "id": "id",
    "name": "name",
    "type": "kind",
    "product_id": "productId",
    "image": "imageUrl",
    "registry_auth_id": "imageAuthId",
    "entrypoint": "entrypoint",
    "command": "command",
    "envs": "envs",
    "network": "network",
    "region": "clusterId",
    "created_at": "createdAt",
    "last_started_at": "lastStartedAt",
    "last_stopped_at": "lastStoppedAt",
}
SPECS = {"rootfs_size_gb": "rootfsSize", "gpu_num": "gpuNum", "cpu_num": "cpuNum", "memory_gb": "memory"}

BILLING = {"onDemand": "postpaid", "monthly": "prepaid", "spot": "spot"}


def show(record, product, size, cluster_name, state, now, settings):
    """Return an instance in the format of the first generation.

    ``size`` contains CPUs, memory and local storage; ``state`` contains status, error and message.
    """
    spec = record.spec
    status, error, message = state
    cpus, memory, local_storage = size
    mounts = spec["volumeMounts"]
    if isinstance(mounts, list) and local_storage:
        mounts = [*mounts, {"type": "local", "size": local_storage, "id": "", "mountPath": "/workspace"}]
    network_id = spec["networkId"]
    return {
        "id": record.id,
        "name": spec["name"],
        "clusterId": spec["clusterId"],
        "clusterName": cluster_name,
        "status": status,
        **{key: spec[key] for key in ("imageUrl", "imageAuthId", "command", "entrypoint")},
        "cpuNum": cpus,
        "memory": memory,
        "gpuNum": spec["gpuNum"],
        "portMappings": show_ports(record),
        "productId": spec["productId"],
        "productName": product["name"] if product else spec["productId"],
        "rootfsSize": spec["rootfsSize"],
        "volumeMounts": mounts,
        "statusError": {"state": error, "message": message},
        "envs": spec["envs"],
        "kind": spec["kind"],
        "billingMode": "" if settings.billing_mode_blank else spec["billingMode"],
        "endTime": spec["endTime"],
        "spotStatus": "running" if spec["billingMode"] == "spot" else "",
        "spotReclaimTime": 0,
        "network": {"id": network_id, "ip": "10.0.0.5" if network_id else ""},
        **show_components(record, now, settings),
        "jobs": [],
        "freeStorageSize": 0,
        "keepDataDay": 7,
        "createdAt": unix(record.created_at),
        "lastStartedAt": unix(record.started_at),
        "lastStoppedAt": unix(record.stopped_at),
    }


def show_ports(record):
    ports = record.spec["portMappings"]
    if not isinstance(ports, list):
        return ports
    addresses = port_addresses(record.id, record.spec["clusterId"], "novita.invalid")
    return [{"endpoint": addresses.get(item.get("type"), "").format(item.get("port")), **item} for item in ports]


def show_components(record, now, settings):
    """Return the connections. There are none until the instance runs. SSH can take longer than its address."""
    runs, connection, place = record.runs(now), record.connection, record.spec["clusterId"]
    jupyter = next((tool for tool in record.spec["tools"] or [] if tool.get("name") == "Jupyter"), None)
    proxy = f"proxy.{place}.example.com"
    password = record.ssh.get("password", connection.password) if runs else ""
    unused = 8888 if settings.idle_jupyter else 0
    logs = f"https://logs.novita.invalid/instance/{record.id}"
    return {
        "connectComponentSSH": {
            "sshCommand": ssh_command(record, proxy) if runs else "",
            "password": password if settings.ssh_password_inside else "",
            "isRunning": record.runs(now, settings.ssh_after),
        },
        **({} if settings.ssh_password_inside else {"sshPassword": password}),
        "connectComponentWebTerminal": {
            "address": f"https://{record.id}-terminal.{place}.gpu-instance.novita.invalid" if runs else "",
            "username": "root",
            "password": connection.terminal_password if runs else "",
            "isRunning": runs,
        },
        "connectComponentJupyter": {
            "port": number(jupyter.get("port", "8888")) if jupyter else unused,
            "address": f"https://{record.id}-jupyter.{place}.gpu-instance.novita.invalid" if jupyter and runs else "",
            "isRunning": bool(jupyter) and runs,
        },
        "connectComponentLog": {
            "systemLogAddress": f"{logs}/system",
            "instanceLogAddress": f"{logs}/instance",
            "isRunning": runs,
        },
    }


def listed(shown):
    """Return an instance as it is in a list."""
    shown = {
        key: value for key, value in shown.items() if not key.startswith("connectComponent") and key != "sshPassword"
    }
    if isinstance(shown.get("portMappings"), list):
        shown["portMappings"] = [
            {key: value for key, value in item.items() if key != "endpoint"} for item in shown["portMappings"]
        ]
    return shown


def second_generation(v1, spec):
    """Convert an instance from the first generation, with numbers as numbers, to the second."""

    def component(name, key, default=""):
        return wire.read(v1, f"connectComponent{name}.{key}", default)

    port, command = component("Jupyter", "port", 0), component("SSH", "sshCommand")
    return {
        **{new: v1[old] for new, old in SAME.items()},
        "billing": show_billing(v1, spec),
        "ports": [
            {"port": item.get("port"), "protocol": item.get("type"), "endpoint": item.get("endpoint")}
            for item in v1["portMappings"] or []
        ],
        "resource_specs": {**{new: v1[old] for new, old in SPECS.items()}, "gpu_ids": []},
        "volumes": [
            {"type": mount.get("type"), "id": mount.get("id", ""), "mount_point": mount.get("mountPath")}
            for mount in v1["volumeMounts"] or []
        ],
        "region_version": "",
        "tools": {
            "jupyter": {
                "endpoint": component("Jupyter", "address"),
                "enabled": component("Jupyter", "isRunning", False),
                "port": port,
            },
            "ssh": {
                "command": command,
                "username": command.rpartition(" ")[2].partition("@")[0],
                "password": component("SSH", "password") or v1.get("sshPassword", ""),
            },
            "web_terminal": {
                "endpoint": component("WebTerminal", "address"),
                "enabled": component("WebTerminal", "isRunning", False),
                "username": component("WebTerminal", "username"),
                "password": component("WebTerminal", "password"),
            },
            "log": {
                "instance_endpoint": component("Log", "instanceLogAddress"),
                "system_endpoint": component("Log", "systemLogAddress"),
            },
        },
        "auto_migrate": {"enabled": False, "include_system_disk": False},
        "status": {
            "status": v1["status"],
            "error": wire.read(v1, "statusError.state", ""),
            "message": wire.read(v1, "statusError.message", ""),
        },
        "member_id": "member-1",
        "owner_id": "owner-1",
    }


def show_billing(v1, spec):
    """Return the billing of an instance. Only a subscription has an end and can be renewed."""
    mode = BILLING.get(spec["billingMode"], "postpaid")
    prepaid = {
        "months": spec["month"],
        "end_time": v1["endTime"],
        "auto_renew": {"enabled": spec["autoRenew"], "months": spec["autoRenewMonth"], "status": ""},
    }
    return {"mode": mode, "prepaid": prepaid if mode == "prepaid" else None}
