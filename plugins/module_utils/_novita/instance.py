# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GPU instances of Novita AI. Their options are in ``instance_table.py``, their calls in ``instance_calls.py``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .._engine.capabilities import Accumulating, Interruption, Preparing
from .._engine.list_response import ListResponse
from .._engine.plan import Change
from .._engine.references import Reference
from .._engine.resource import ListSource
from .._engine.state import ON, CurrentState, DesiredState, Removal
from .._errors import OptionError, while_doing
from .._http.client import Client
from .._novita_ppio.instance import PlatformInstance, disk_growth
from .._novita_ppio.product_query import Options
from .._novita_ppio.products import MONTHS, ON_DEMAND, SPOT
from .._validation import Violation
from .api import NOVITA, every
from .clusters import NovitaClusters
from .instance_calls import (
    CREATE,
    DELETE,
    EDIT,
    GET,
    GET_V2,
    LIST,
    SET_RENEWAL,
    SWITCHES,
    TO_MONTHLY,
    UPGRADE,
)
from .instance_response import current_state
from .instance_table import TABLE, wire_ports
from .network import NovitaNetwork
from .network_storage import NovitaNetworkStorage
from .prices import hourly_price
from .products import products_in_message
from .registry_auth import NovitaRegistryAuth

_EDITED = ("ports", "rootfs_size")
_BILLING_MODE = ("billing_mode",)
_RENEWAL = ("auto_renew", "auto_renew_month")
_UPGRADED = ("image_url", "image_auth_id", "envs", "command", "entrypoint", "network_storages")
_WRITES = {"edit": _EDITED, "to_monthly": _BILLING_MODE, "set_renewal": _RENEWAL, "upgrade": _UPGRADED}
"""The writes that change an instance, in the order in which they are sent, and the options that each one writes."""

_MODES = {"postpaid": "onDemand", "prepaid": "monthly", "spot": "spot"}
"""The billing modes, by their names in the second generation of the API."""


class NovitaInstance(Accumulating, Preparing, PlatformInstance):
    """A GPU instance of Novita AI."""

    provider = NOVITA
    table = TABLE
    type_option = "kind"
    accumulated = ("rootfs_size", *_BILLING_MODE)
    references = (
        Reference("", "registry_auth", "image_auth_id", NovitaRegistryAuth),
        Reference("", "network", "network_id", NovitaNetwork, narrowed_by="cluster_id"),
        Reference("network_storages[]", "storage", "id", NovitaNetworkStorage, narrowed_by="cluster_id"),
    )
    regions = NovitaClusters
    product_options = Options(
        "product_id",
        "cluster_id",
        "gpu_num",
        billing="billing_mode",
        billing_values={ON_DEMAND: "onDemand", MONTHS: "monthly", SPOT: "spot"},
        months="month",
    )
    facts_before_create = {
        **PlatformInstance.facts_before_create,
        "product_name": "",
        "cluster_name": "",
        "spot_status": "",
        "spot_reclaim_time": "",
    }

    def __init__(self, client: Client, shared_lists: ListSource | None = None) -> None:
        super().__init__(client, shared_lists)
        self._desired: dict[str, Any] = {}

    @classmethod
    def billing_of(cls, values: dict[str, Any]) -> str | None:
        # A number of months without a billing mode implies monthly billing.
        return super().billing_of(values) or (MONTHS if values.get("month") else None)

    def prepare(self, desired_state: DesiredState) -> None:
        self._desired = desired_state.values

    # -- reading -----------------------------------------------------------------------------------------------------

    def read_list(self) -> ListResponse:
        return every(self.client, LIST, "instances", lambda instance: current_state(instance, self._desired))

    def read_one(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        def read() -> CurrentState:
            return current_state(
                self.client.send(GET, query={"instanceId": current.id}), self._desired, is_complete=True
            )

        latest = self.read_by_id(current, read)
        if latest is not None and any(
            option in current.values and option not in latest.values for option in ("auto_renew", "billing_mode")
        ):
            return self._with_billing(latest)
        return latest

    def complete(self, current: CurrentState, desired: dict[str, Any] | None = None) -> CurrentState:
        # The first generation of the API lacks the renewal, and can lack the billing.
        completed = super().complete(current, desired)

        def lacks(value: str, options: tuple[str, ...]) -> bool:
            return value not in completed.values and (desired is None or any(option in desired for option in options))

        if lacks("auto_renew", _RENEWAL) or lacks("billing_mode", _BILLING_MODE):
            return self._with_billing(completed)
        return completed

    def _with_billing(self, current: CurrentState) -> CurrentState:
        """Return the instance with the billing values that the first generation of the API does not return."""
        with while_doing(f"read the billing of instance {current.id} at {NOVITA.title}"):
            response = self.client.send(GET_V2, path={"id": current.id})
        self.demand_id(current, response["id"])
        billing = response["billing"]
        renewal = (billing.get("prepaid") or {}).get("auto_renew") or {}
        values = {**current.values, "auto_renew": bool(renewal.get("enabled"))}
        mode = _MODES.get(billing.get("mode"))
        if mode is not None:
            values.setdefault("billing_mode", mode)
        if int(renewal.get("months") or 0):
            values["auto_renew_month"] = int(renewal["months"])
        return replace(current, values=values)

    # -- writing -----------------------------------------------------------------------------------------------------

    def create(self, target: dict[str, Any]) -> str:
        with products_in_message(self.client, target):
            return str(self.client.send(CREATE, body=TABLE.create_body(target))["id"])

    def changes(
        self, current: CurrentState, target: dict[str, Any], paths: list[str], options: dict[str, Any]
    ) -> list[Change]:
        if "rootfs_size" in paths:
            disk_growth(current.values.get("rootfs_size"), target.get("rootfs_size"), "rootfs_size")
        changes = []
        for write, written in _WRITES.items():
            fields = [path for path in paths if path.split(".")[0] in written]
            if fields:
                power = ON if write == "upgrade" else ""
                changes.append(Change(fields, TABLE.effect(fields), write, power))
        return changes

    def send_change(
        self, change: Change, current: CurrentState, target: dict[str, Any], options: dict[str, Any]
    ) -> None:
        if change.write == "edit":
            self.client.send(EDIT, body=_edit_body(current, target))
        elif change.write == "to_monthly":
            self.client.send(TO_MONTHLY, body={"instanceId": current.id, "month": target.get("month") or 1})
        elif change.write == "set_renewal":
            self.client.send(SET_RENEWAL, body={"instanceIds": [current.id], **TABLE.part(target, _RENEWAL)})
        else:
            self.client.send(UPGRADE, body=_upgrade_body(current, target, options["save_data"]))

    def switch(self, current: CurrentState, action: str) -> None:
        self.client.send(SWITCHES[action], body={"instanceId": current.id})

    def delete(self, current: CurrentState) -> Removal:
        return self.remove(lambda: self.client.send(DELETE, body={"instanceId": current.id}))

    def replacement(self, current: CurrentState, target: dict[str, Any]) -> dict[str, Any]:
        mode, end = current.values.get("billing_mode"), current.facts["end_time"]
        if mode == "monthly" or (end and mode is None):
            self.refuse_subscription(current)
        self.refuse_missing(current, target)
        if "tools" not in target or any("type" not in tool for tool in target["tools"]):
            rule = "must be set for a replacement, because the provider never returns the type of the port"
            raise OptionError([Violation("tools", rule)])
        return target

    def interruption(self, current: CurrentState) -> Interruption | None:
        facts, status = current.facts, current.facts["spot_status"]
        if not status and current.values.get("billing_mode") != "spot":
            return None
        place = {name: facts[name] for name in ("cluster_name", "product_name")}
        return Interruption(status not in ("", "running"), status, facts["spot_reclaim_time"], place)

    def listed_price(self, values: dict[str, Any], limit: float | None = None) -> float:
        return hourly_price(self.client, values, limit)


def _edit_body(current: CurrentState, target: dict[str, Any]) -> dict[str, Any]:
    """Return all ports, and the size to add to the root disk.

    The provider might treat omitted ports as an empty list.
    """
    body = {"instanceId": current.id, "ports": wire_ports(target.get("ports") or [])}
    growth = target.get("rootfs_size", 0) - current.values.get("rootfs_size", 0)
    return {**body, "expandRootDisk": growth} if growth else body


def _upgrade_body(current: CurrentState, target: dict[str, Any], save_data: bool) -> dict[str, Any]:
    """Return all values that an upgrade sets. An upgrade would detach an omitted storage."""
    mounts = [
        {"type": "network", "id": storage["id"], "mountPath": storage["mount_point"]}
        for storage in target.get("network_storages") or []
    ]
    wire = TABLE.part(target, [option for option in _UPGRADED if option != "network_storages"])
    return {
        "instanceId": current.id,
        "command": "",
        "envs": [],
        **wire,
        "save": save_data,
        "networkVolume": {"volumeMounts": mounts},
    }
