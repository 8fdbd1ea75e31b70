# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GPU instances of Vast.ai in a response.

``intended_status`` is what Vast.ai wants to reach, ``actual_status`` what the machine reports. An instance that is
intended to run and is stopped waits for its machine: its start is queued.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any

from .._engine.state import FAILED, OFF, ON, PENDING, READY, CurrentState, Stage
from .._engine.workers import state_in_words
from .._ssh import safe_address
from .._times import iso8601
from .instance_table import TABLE, read_environment
from .instances import price_of

RUNNING, STOPPED = "running", "stopped"
DEAD = ("exited", "unknown", "offline")
"""The status of an instance that does not become ``running`` by itself."""
_STOPPING = (RUNNING, "loading", "rebooting")
"""The status of an instance that is intended to be stopped and still runs."""
_CANNOT_START = re.compile(r"OCI runtime create failed", re.IGNORECASE)
_CANNOT_PULL = re.compile(r"manifest (for \S+ )?(unknown|not found)|pull access denied|access.* denied", re.IGNORECASE)
_ABOUT_IMAGE = re.compile(r"pull|manifest|image|registry|repository", re.IGNORECASE)
_REFUSED = re.compile(r"denied|not found|unknown", re.IGNORECASE)


def current_state(row: dict[str, Any]) -> CurrentState:
    """Return the current state of an instance in a row."""
    status, text = row.get("actual_status") or "", (row.get("status_msg") or "").strip()
    intended = row.get("intended_status") or row.get("cur_state") or status or RUNNING
    power = OFF if intended == STOPPED else ON
    return CurrentState(
        id=str(int(row["id"])),
        name=row.get("label") or "",
        values=_values(row),
        facts=_facts(row, status, text, intended),
        stage=Stage(_stage(status, text, power), state_in_words(status, text, "no status yet")),
        power=power,
        private={key: row.get(key) or "" for key in ("instance_api_key", "jupyter_token")},
    )


def _stage(status: str, text: str, power: str) -> str:
    if power == OFF:
        return PENDING if status in _STOPPING else READY
    if status == RUNNING:
        return READY
    if status in DEAD or (status == "created" and _CANNOT_START.search(text)):
        return FAILED
    cannot_pull = _CANNOT_PULL.search(text) or (_ABOUT_IMAGE.search(text) and _REFUSED.search(text))
    return FAILED if cannot_pull and status != STOPPED else PENDING


def is_start_queued(current: CurrentState) -> bool:
    """Return whether Vast.ai starts the instance as soon as its machine is free."""
    return (current.facts["intended_status"], current.facts["status"]) == (RUNNING, STOPPED)


def may_be_outbid(current: CurrentState) -> bool:
    """Return whether a higher bid may have stopped an interruptible instance.

    Only the prices differ from a stop by hand.
    """
    own, least = current.values.get("bid_price"), current.facts["min_bid"]
    return current.power == OFF and (not own or not least or own < least)


def _values(row: dict[str, Any]) -> dict[str, Any]:
    pairs = row.get("extra_env") or []
    environment = read_environment(pairs.items() if isinstance(pairs, dict) else pairs)
    return TABLE.read({**row, **environment, "price": _bid(row)})


def _bid(row: dict[str, Any]) -> float | None:
    """Return the price of a bid: 0 for an on-demand instance, and ``None`` if the row does not show it.

    No page states which field it is. The hourly price without the disk is ``dph_base``.
    """
    return price_of(row.get("dph_base")) if row.get("is_bid") else 0.0


def _facts(row: dict[str, Any], status: str, text: str, intended: str) -> dict[str, Any]:
    host, port = _ssh_address(row)
    return {
        "status": status,
        "status_message": text,
        "intended_status": intended,
        "gpu_name": row.get("gpu_name") or "",
        "num_gpus": int(_number(row.get("num_gpus"))),
        "machine_id": _id(row.get("machine_id")),
        "hourly_price": _rounded(row.get("dph_total")),
        "disk_hourly_price": _disk_price(row),
        "is_bid": bool(row.get("is_bid")),
        "min_bid": price_of(row.get("min_bid")),
        "geolocation": row.get("geolocation") or "",
        "template_name": row.get("template_name") or "",
        "public_ip": (row.get("public_ipaddr") or "").strip(),
        "ports_outside": _ports_outside(row),
        "ssh_host": host,
        "ssh_port": port,
        "ssh_user": "root" if host else "",
        "ssh_ready": bool(host) and status == RUNNING,
        "created_at": iso8601(row.get("start_date")),
        "end_date": iso8601(row.get("end_date")),
    }


def _disk_price(row: dict[str, Any]) -> float | None:
    """Return the price of the disk in USD per hour, which is also billed while the instance is stopped."""
    return _rounded(row.get("storage_total_cost"))


def _ports_outside(row: dict[str, Any]) -> dict[str, int]:
    """Return the ports at the public address, by the ports of the container. Only running instances have them."""
    ports = row.get("ports")
    mapped = ports.items() if isinstance(ports, dict) else ()
    numbers = {port: _first_port(bindings) for port, bindings in mapped}
    return {port: number for port, number in sorted(numbers.items()) if number}


def _first_port(bindings: Any) -> int:
    binding = next((each for each in bindings if isinstance(each, dict)), {}) if isinstance(bindings, list) else {}
    return int(_number(binding.get("HostPort")))


def _ssh_address(row: dict[str, Any]) -> tuple[str, int]:
    """Return the address for SSH: that of the machine if port 22 is open, else that of the proxy."""
    direct, host = _ports_outside(row).get("22/tcp"), (row.get("public_ipaddr") or "").strip()
    if direct and host:
        return safe_address(host, direct)
    host, port = (row.get("ssh_host") or "").strip(), int(_number(row.get("ssh_port")))
    # The vendor's client has the same rule.
    is_jupyter = "jupyter" in (row.get("image_runtype") or "")
    return safe_address(host, port + 1 if port and is_jupyter else port)


def _rounded(value: Any) -> float | None:
    price = price_of(value)
    return None if price is None else round(price, 8)


def _id(value: Any) -> str:
    number = int(_number(value))
    return str(number) if number else ""


def _number(value: Any) -> float:
    return price_of(value) or 0.0
