# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GPU instances of PPIO in a response.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.state import CurrentState
from .._novita_ppio.instance_response import Ssh, Status, instance_state, moment
from .instance_table import TABLE


def current_state(instance: dict[str, Any], is_complete: bool = False) -> CurrentState:
    """Return the current state of an instance in a response.

    :param is_complete: whether the response has all details of the instance.
    """
    state, tools = instance["status"], instance.get("tools") or {}
    ssh, terminal = tools.get("ssh") or {}, tools.get("web_terminal") or {}
    return instance_state(
        instance,
        TABLE.read(instance),
        _facts(instance, tools),
        Status(state["status"], state.get("error") or "", state.get("message") or ""),
        Ssh(ssh.get("command") or "", ssh.get("password") or ""),
        terminal.get("password") or "",
        is_complete,
    )


def _facts(instance: dict[str, Any], tools: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of an instance: what results show in addition to its options."""
    specs, log = instance.get("resource_specs") or {}, tools.get("log") or {}
    prepaid = (instance.get("billing") or {}).get("prepaid") or {}
    return {
        "region": instance.get("region") or "",
        "cpu_num": _number(specs.get("cpu_num")),
        "memory_gb": _number(specs.get("memory_gb")),
        "port_mappings": [
            {"port": int(entry["port"]), "protocol": entry["protocol"], "endpoint": entry.get("endpoint") or ""}
            for entry in instance.get("ports") or []
        ],
        "jupyter_url": (tools.get("jupyter") or {}).get("endpoint") or "",
        "web_terminal_url": (tools.get("web_terminal") or {}).get("endpoint") or "",
        "instance_log": log.get("instance_endpoint") or "",
        "system_log": log.get("system_endpoint") or "",
        "end_time": moment(prepaid.get("end_time")),
        "created_at": moment(instance.get("created_at")),
        "last_started_at": moment(instance.get("last_started_at")),
        "last_stopped_at": moment(instance.get("last_stopped_at")),
    }


def _number(raw: Any) -> int:
    """Return a number of the machine, or 0 if the response has none."""
    text = str(raw)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 20 else 0
