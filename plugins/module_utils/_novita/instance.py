# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GPU instances of Novita AI. Their options are in ``instance_table.py``, their calls in ``instance_calls.py``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .._engine.capabilities import (
    MakingRoom,
    Preparing,
    Priced,
    PriceLimited,
    ReusingNames,
    Revealing,
    Switchable,
)
from .._engine.cost import Cost
from .._engine.list_response import ListResponse
from .._engine.plan import Change
from .._engine.references import Reference, Referring
from .._engine.resource import ListSource
from .._engine.state import FAILED, OFF, ON, PENDING, READY, CurrentState, DesiredState, Removal
from .._errors import OptionError, PriceError, while_doing
from .._http.client import Client
from .._novita_ppio.product_query import DescribingProduct, Options, product_option
from .._novita_ppio.products import INSTANCE, MONTHS, ON_DEMAND, SPOT
from .._novita_ppio.resource import PlatformResource
from .._schema.fields import Boolean, Float, Text
from .._schema.table import Settings
from .._ssh import ssh_server_responds
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
from .instance_table import TABLE
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


class NovitaInstance(
    Referring,
    DescribingProduct,
    Preparing,
    Switchable,
    Priced,
    PriceLimited,
    Revealing,
    MakingRoom,
    ReusingNames,
    PlatformResource,
):
    """A GPU instance of Novita AI. Billing starts when the image is pulled."""

    provider = NOVITA
    noun = "instance"
    table = TABLE
    references = (
        Reference("", "registry_auth", "image_auth_id", NovitaRegistryAuth),
        Reference("", "network", "network_id", NovitaNetwork, narrowed_by="cluster_id"),
        Reference("network_storages[]", "storage", "id", NovitaNetworkStorage, narrowed_by="cluster_id"),
    )
    states = ("present", "started", "stopped", "restarted", "absent")
    product_category = INSTANCE
    regions = NovitaClusters
    product_options = Options(
        "product_id",
        "cluster_id",
        "gpu_num",
        billing="billing_mode",
        billing_values={ON_DEMAND: "onDemand", MONTHS: "monthly", SPOT: "spot"},
        months="month",
    )
    options = Settings(
        product_option(ON_DEMAND, MONTHS, SPOT),
        Boolean("save_data", default=True),
        Float("max_hourly_price", exclusive_minimum=0),
        Boolean("wait_for_ssh", default=False),
        Text("recreate_order", choices=("create_first", "delete_first"), default="create_first"),
    )
    facts_before_create = {
        "status": "",
        "status_message": "",
        "product_name": "",
        "cluster_name": "",
        "port_mappings": [],
        "ssh_host": "",
        "ssh_port": 0,
        "ssh_user": "",
        "ssh_ready": False,
        "spot_status": "",
        "spot_reclaim_time": "",
        "end_time": "",
        "created_at": "",
        "last_started_at": "",
        "last_stopped_at": "",
    }
    private_facts = ("ssh_password", "web_terminal_password")
    reveal_option = "return_credentials"
    switched_facts = ("status", "last_started_at", "last_stopped_at")
    codes_when_full = frozenset({"INSUFFICIENT_RESOURCE", "CREATE_INSTANCE_LIMIT"})

    def __init__(self, client: Client, shared_lists: ListSource | None = None) -> None:
        super().__init__(client, shared_lists)
        self._desired: dict[str, Any] = {}

    @classmethod
    def billing_of(cls, values: dict[str, Any]) -> str | None:
        # A number of months without a billing mode implies monthly billing.
        return super().billing_of(values) or (MONTHS if values.get("month") else None)

    def resolve(self, desired_state: DesiredState, current: CurrentState | None) -> DesiredState:
        kind = {**(current.values if current else {}), **desired_state.values}.get("kind")
        if kind == "cpu" and desired_state.options.get("product"):
            rule = "must be omitted when kind is cpu, because it describes a product with GPUs; set product_id"
            raise OptionError([Violation("product", rule)])
        return super().resolve(desired_state, current)

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

    def read_while_waiting(self, current: CurrentState) -> CurrentState | None:
        # List responses lack the address, and the task can wait for it.
        return self.read_one(current)

    def complete(self, current: CurrentState, desired: dict[str, Any] | None = None) -> CurrentState:
        # List responses lack the address. The first generation of the API lacks the renewal, and can lack the billing.
        completed = current if current.is_complete else self.read_one(current) or current

        def lacks(value: str, options: tuple[str, ...]) -> bool:
            return value not in completed.values and (desired is None or any(option in desired for option in options))

        if lacks("auto_renew", _RENEWAL) or lacks("billing_mode", _BILLING_MODE):
            return self._with_billing(completed)
        return completed

    def _with_billing(self, current: CurrentState) -> CurrentState:
        """The instance with the billing values that the first generation of the API does not return."""
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
        if "rootfs_size" in paths and not current.values.get("rootfs_size"):
            raise OptionError(
                [
                    Violation(
                        "rootfs_size",
                        "must be omitted, because the provider does not return the current size and accepts only the "
                        "size to add",
                    )
                ]
            )
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

    def may_delete_first(self, desired_state: DesiredState) -> bool:
        return desired_state.options.get("recreate_order") == "delete_first"

    def replacement(self, current: CurrentState, target: dict[str, Any]) -> dict[str, Any]:
        mode, end = current.values.get("billing_mode"), current.facts["end_time"]
        violations = []
        if mode == "monthly" or (end and mode is None):
            raise OptionError(
                [
                    Violation(
                        "recreate",
                        f"must be false, because the current {self.noun} {current.id} is a subscription that ends "
                        f"{end or 'at an unknown time'}. The provider does not delete it earlier, so you would pay for "
                        "both instances",
                    )
                ],
                advice="After it has ended, delete it with state: absent, then create the new instance.",
            )
        missing = TABLE.missing(target)
        if missing:
            why = f"because the current {self.noun} {current.id} has no value for it"
            violations.append(Violation.of_several(missing, f"must be set for a replacement, {why}"))
        elif "tools" not in target or any("type" not in tool for tool in target["tools"]):
            violations.append(
                Violation(
                    "tools", "must be set for a replacement, because the provider never returns the type of the port"
                )
            )
        if violations:
            raise OptionError(violations)
        return target

    # -- judging -----------------------------------------------------------------------------------------------------

    def assess(self, current: CurrentState, desired_state: DesiredState, power: str) -> CurrentState:
        if current.stage.name != READY:
            return current
        # An upgrade can start a stopped instance. This matters only if the task sets state: stopped.
        if current.power != power and (power == ON or desired_state.state == "stopped"):
            return current.with_stage(FAILED if power == ON else PENDING, current.stage.words)
        if desired_state.options["wait_for_ssh"] and current.power == ON and not _answers_ssh(current):
            return current.with_stage(PENDING, f"{current.stage.words}, and no SSH server responds yet")
        return current

    def price(self, target: dict[str, Any], desired_state: DesiredState) -> float | None:
        limit = desired_state.options.get("max_hourly_price")
        return None if limit is None else hourly_price(self.client, target, limit)

    def hourly_cost(self, values: dict[str, Any], power: str, current: CurrentState | None, is_planned: bool) -> Cost:
        if power == OFF:
            return Cost(0.0, 0.0)
        try:
            price = hourly_price(self.client, values)
        except PriceError:
            return Cost()
        return Cost(price, price)


def _answers_ssh(current: CurrentState) -> bool:
    """Whether an SSH server responds at the address of an instance."""
    host, port = current.facts["ssh_host"], current.facts["ssh_port"]
    return bool(host and current.facts["ssh_ready"] and ssh_server_responds(host, port))


def _edit_body(current: CurrentState, target: dict[str, Any]) -> dict[str, Any]:
    """All ports, and the size to add to the root disk. The provider might treat omitted ports as an empty list."""
    ports = [entry.split("/") for entry in target.get("ports") or []]
    body = {
        "instanceId": current.id,
        "ports": [{"port": int(port), "type": port_type} for port, port_type in ports],
    }
    growth = target.get("rootfs_size", 0) - current.values.get("rootfs_size", 0)
    return {**body, "expandRootDisk": growth} if growth else body


def _upgrade_body(current: CurrentState, target: dict[str, Any], save_data: bool) -> dict[str, Any]:
    """All values that an upgrade sets. An upgrade would detach an omitted storage."""
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
