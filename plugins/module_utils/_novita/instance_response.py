# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GPU instances of Novita AI in a response.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.state import FAILED, OFF, ON, PENDING, CurrentState, Stage
from .._engine.workers import state_in_words
from .._novita_ppio.resource import BEING_REMOVED, stage_of
from .._ssh import ssh_address
from .._times import iso8601
from .instance_table import TABLE, jupyter_is_on, jupyter_port

_STOPPING = ("tostop", "stopping")
_OFF = ("exited", "stopped", "freezing")
_STABLE = ("running", *_OFF)
"""The status of an instance that is neither in transition nor failed."""
_REMOVED = "removed"


def current_state(instance: dict[str, Any], desired: dict[str, Any], is_complete: bool = False) -> CurrentState:
    """The current state of an instance in a response.

    :param desired: the desired values, which show whether a port is the port of Jupyter or in ``ports``.
    :param is_complete: whether the response has all details of the instance.
    """
    status = instance.get("status") or ""
    error = instance.get("statusError") or {}
    text = ": ".join(part for part in (error.get("state"), error.get("message")) if part)
    ssh = instance.get("connectComponentSSH") or {}
    address = ssh_address(ssh.get("sshCommand") or "")
    if ssh.get("sshCommand") and not any(address):
        text = "; ".join(filter(None, (text, "its SSH command could not be read, so its address is unknown")))
    word = status.lower()
    stage = FAILED if error.get("state") or word == "freezing" else stage_of(word, _STABLE)
    terminal = instance.get("connectComponentWebTerminal") or {}
    return CurrentState(
        id=instance["id"],
        name=instance["name"],
        values=_values(instance, word, desired),
        facts=_facts(instance, status, text, address, ssh.get("isRunning", True)),
        stage=Stage(PENDING if stage == BEING_REMOVED else stage, state_in_words(status, text, "no status")),
        being_removed=stage == BEING_REMOVED,
        is_complete=is_complete,
        gone=word == _REMOVED,
        # After a delete, some clients have received an empty status.
        gone_if_deleted=not status,
        power=OFF if word in (*_STOPPING, *_OFF) else ON,
        in_transition=word not in _STABLE and stage_of(word) not in (FAILED, BEING_REMOVED),
        private={
            "ssh_password": ssh.get("password") or instance.get("sshPassword") or "",
            "web_terminal_password": terminal.get("password") or "",
        },
    )


def _values(instance: dict[str, Any], word: str, desired: dict[str, Any]) -> dict[str, Any]:
    """The values of an instance. One of its ports can be the port of Jupyter, or belong to ``ports``."""
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
    if word == "running":
        return {**values, "tools": []}
    return {option: value for option, value in values.items() if option != "tools"}


def _facts(
    instance: dict[str, Any], status: str, text: str, address: tuple[str, int, str], ssh_runs: bool
) -> dict[str, Any]:
    """The facts of an instance: what results show in addition to its options."""
    host, port, user = address
    return {
        "status": status,
        "status_message": text,
        "product_name": instance.get("productName") or "",
        "cluster_name": instance.get("clusterName") or "",
        "port_mappings": [
            {"port": int(entry["port"]), "type": entry["type"], "endpoint": entry.get("endpoint") or ""}
            for entry in instance.get("portMappings") or []
        ],
        "ssh_host": host,
        "ssh_port": port,
        "ssh_user": user,
        "ssh_ready": bool(host and ssh_runs),
        "spot_status": instance.get("spotStatus") or "",
        "spot_reclaim_time": iso8601(_moment(instance.get("spotReclaimTime"))),
        "end_time": iso8601(_moment(instance.get("endTime"))),
        "created_at": iso8601(_moment(instance.get("createdAt"))),
        "last_started_at": iso8601(_moment(instance.get("lastStartedAt"))),
        "last_stopped_at": iso8601(_moment(instance.get("lastStoppedAt"))),
    }


def _moment(value: Any) -> Any:
    """A point in time, or ``None`` if the provider returns 0 or -1."""
    return None if value in (None, "", 0, "0", -1, "-1") else value
