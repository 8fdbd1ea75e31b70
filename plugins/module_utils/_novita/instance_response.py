# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GPU instances of Novita AI in a response.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.state import CurrentState
from .._novita_ppio.instance_response import Ssh, Status, instance_state, moment
from .instance_table import TABLE, jupyter_is_on, jupyter_port


def current_state(instance: dict[str, Any], desired: dict[str, Any], is_complete: bool = False) -> CurrentState:
    """Return the current state of an instance in a response.

    :param desired: the desired values, which show whether a port is the port of Jupyter or in ``ports``.
    :param is_complete: whether the response has all details of the instance.
    """
    error = instance.get("statusError") or {}
    status = Status(instance.get("status") or "", error.get("state") or "", error.get("message") or "")
    access = instance.get("connectComponentSSH") or {}
    password = access.get("password") or instance.get("sshPassword") or ""
    terminal = instance.get("connectComponentWebTerminal") or {}
    return instance_state(
        instance,
        _values(instance, status.is_running, desired),
        _facts(instance),
        status,
        Ssh(access.get("sshCommand") or "", password, access.get("isRunning", True)),
        terminal.get("password") or "",
        is_complete,
    )


def _values(instance: dict[str, Any], is_running: bool, desired: dict[str, Any]) -> dict[str, Any]:
    """Return the values of an instance. One of its ports can be the port of Jupyter, or belong to ``ports``."""
    values = TABLE.read(instance)
    port = jupyter_port(instance)
    if not port or "connectComponentJupyter" not in instance:
        return values
    ports, desired_ports = values.get("ports") or [], desired.get("ports") or []
    of_jupyter = [entry for entry in ports if entry.startswith(f"{port}/")]
    if "tools" not in desired and any(entry in desired_ports for entry in of_jupyter):
        return {**values, "tools": []}
    is_desired = any(tool.get("port") == port for tool in desired.get("tools") or [])
    if jupyter_is_on(instance) or is_desired:
        without = [entry for entry in ports if entry not in of_jupyter]
        return {**values, "ports": without} if "ports" in values else values
    if is_running:
        return {**values, "tools": []}
    return {option: value for option, value in values.items() if option != "tools"}


def _facts(instance: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of an instance: what results show in addition to its options."""
    return {
        "product_name": instance.get("productName") or "",
        "cluster_name": instance.get("clusterName") or "",
        "port_mappings": [
            {"port": int(entry["port"]), "type": entry["type"], "endpoint": entry.get("endpoint") or ""}
            for entry in instance.get("portMappings") or []
        ],
        "spot_status": instance.get("spotStatus") or "",
        "spot_reclaim_time": moment(instance.get("spotReclaimTime")),
        "end_time": moment(instance.get("endTime")),
        "created_at": moment(instance.get("createdAt")),
        "last_started_at": moment(instance.get("lastStartedAt")),
        "last_stopped_at": moment(instance.get("lastStoppedAt")),
    }
