# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GPU instances of PPIO. Their options are in ``instance_table.py``, their calls in ``instance_calls.py``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.capabilities import Accumulating, Explaining, Interruption, LosingData
from .._engine.list_response import ListResponse
from .._engine.offers import HOURLY
from .._engine.plan import REPLACE, STOP, Change
from .._engine.references import Reference
from .._engine.state import ON, CurrentState, Removal
from .._errors import PriceError, while_doing
from .._novita_ppio.instance import PlatformInstance, disk_growth
from .._novita_ppio.instance_price import WITHOUT_CHECK, subscription_price_error, unknown_count_error, within
from .._novita_ppio.product_query import Options
from .._novita_ppio.products import BILLING, INSTANCE, ON_DEMAND, SPOT, Query, read_products
from .._schema.fields import Boolean
from .._schema.table import Settings
from .._sentences import sentences
from .api import PPIO, every
from .instance_calls import (
    CREATE,
    DELETE,
    EXPAND_ROOTFS,
    GET,
    LIST,
    SET_AUTO_MIGRATE,
    SET_AUTO_RENEW,
    SET_BILLING_MODE,
    SET_PORTS,
    SET_WEB_TERMINAL,
    SWITCHES,
    UPGRADE,
)
from .instance_response import current_state
from .instance_table import GPU_NUM, MODE, SIZE, TABLE, mode_of, size_of
from .regions import PpioRegions
from .registry_auth import PpioRegistryAuth

_UPGRADED = ("image", "registry_auth_id", "entrypoint", "command", "envs")
_WRITES = {
    "set_ports": ("ports",),
    "set_auto_migrate": ("auto_migrate",),
    "set_web_terminal": ("web_terminal",),
    "set_billing_mode": (MODE,),
    "set_auto_renew": ("billing.prepaid",),
    "expand_rootfs": (SIZE,),
    "upgrade": _UPGRADED,
}
"""The writes that change an instance, in the order in which they are sent, and the option paths that each one writes.

Only a subscription accepts automatic renewal, so the billing mode changes first.
"""


class PpioInstance(Accumulating, LosingData, Explaining, PlatformInstance):
    """A GPU instance of PPIO. According to its guide, a stop loses the data on the disks."""

    provider = PPIO
    table = TABLE
    type_option = "type"
    accumulated = (SIZE, MODE)
    references = (Reference("", "registry_auth", "registry_auth_id", PpioRegistryAuth),)
    regions = PpioRegions
    product_options = Options(
        "product_id",
        "candidate_regions",
        GPU_NUM,
        billing=MODE,
        billing_values=BILLING,
        months="billing.prepaid.months",
        region_is_list=True,
    )
    options = Settings(*PlatformInstance.options.fields, Boolean("accept_data_loss", default=False))
    facts_before_create = {
        **PlatformInstance.facts_before_create,
        "region": "",
        "cpu_num": 0,
        "memory_gb": 0,
        "jupyter_url": "",
        "web_terminal_url": "",
        "instance_log": "",
        "system_log": "",
    }

    # -- reading -----------------------------------------------------------------------------------------------------

    def read_list(self) -> ListResponse:
        return every(self.client, LIST, current_state)

    def read_one(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        return self.read_by_id(
            current, lambda: current_state(self.client.send(GET, path={"id": current.id}), is_complete=True)
        )

    # -- writing -----------------------------------------------------------------------------------------------------

    def create(self, target: dict[str, Any]) -> str:
        return str(self.client.send(CREATE, body=TABLE.create_body(target))["id"])

    def changes(
        self, current: CurrentState, target: dict[str, Any], paths: list[str], options: dict[str, Any]
    ) -> list[Change]:
        if SIZE in paths:
            disk_growth(size_of(current.values), size_of(target), SIZE)
        changes = []
        for write, written in _WRITES.items():
            fields = [path for path in paths if any(f"{path}.".startswith(f"{option}.") for option in written)]
            if fields:
                changes.append(Change(fields, TABLE.effect(fields), write, ON if write == "upgrade" else ""))
        return changes

    def send_change(
        self, change: Change, current: CurrentState, target: dict[str, Any], options: dict[str, Any]
    ) -> None:
        billing = target.get("billing") or {}
        prepaid = billing.get("prepaid") or {}
        path = {"id": current.id}
        if change.write == "set_ports":
            self.client.send(SET_PORTS, path=path, body=TABLE.part(target, ["ports"]))
        elif change.write == "set_auto_migrate":
            self.client.send(SET_AUTO_MIGRATE, path=path, body=TABLE.part(target, ["auto_migrate"]))
        elif change.write == "set_web_terminal":
            self.client.send(SET_WEB_TERMINAL, path=path, body={"enable": target["web_terminal"]})
        elif change.write == "set_billing_mode":
            months = {"months": prepaid.get("months") or 1} if billing["mode"] == "prepaid" else {}
            self.client.send(SET_BILLING_MODE, path=path, body={"type": billing["mode"], **months})
        elif change.write == "set_auto_renew":
            self.client.send(SET_AUTO_RENEW, path=path, body={"auto_renew": prepaid["auto_renew"]})
        elif change.write == "expand_rootfs":
            growth = disk_growth(size_of(current.values), size_of(target), SIZE)
            self.client.send(EXPAND_ROOTFS, path=path, body={"rootfs_size_expand_gb": growth})
        else:
            self.client.send(UPGRADE, path=path, body=_upgrade_body(target, options["save_data"]))

    def switch(self, current: CurrentState, action: str) -> None:
        self.client.send(SWITCHES[action], path={"id": current.id})

    def delete(self, current: CurrentState) -> Removal:
        return self.remove(lambda: self.client.send(DELETE, path={"id": current.id}))

    def data_lost_by(self, action: str) -> str:
        return "the data on its root disk and its volume disk" if action in (STOP, REPLACE) else ""

    def replacement(self, current: CurrentState, target: dict[str, Any]) -> dict[str, Any]:
        if mode_of(current.values) == "prepaid":
            self.refuse_subscription(current)
        self.refuse_missing(current, target)
        return target

    # -- judging -----------------------------------------------------------------------------------------------------

    def interruption(self, current: CurrentState) -> Interruption | None:
        # No page describes an announcement.
        is_spot = mode_of(current.values) == "spot"
        return Interruption(False, "", "", {"region": current.facts["region"]}) if is_spot else None

    def explain(self, current: CurrentState) -> str:
        log = current.facts["instance_log"] or current.facts["system_log"]
        return sentences(f"The log of the instance: {self.client.secrets.scrub(log)}" if log else "")

    def listed_price(self, values: dict[str, Any], limit: float | None = None) -> float:
        mode, product_id = mode_of(values) or "postpaid", values.get("product_id")
        if mode == "prepaid":
            raise subscription_price_error()
        is_cpu = values.get("type") == "cpu"
        gpu_num = 1 if is_cpu else (values.get("resource") or {}).get("gpu_num")
        billing = SPOT if mode == "spot" else ON_DEMAND
        query = Query(INSTANCE, "cpu" if is_cpu else "gpu", gpu_num=gpu_num, billing=billing)
        with while_doing(f"read the products of {PPIO.title}", "" if limit is None else WITHOUT_CHECK):
            offers = read_products(self.client, query, PPIO.currency)
        offer = next((offer for offer in offers if offer["id"] == product_id), None)
        if offer is None:
            raise PriceError(
                f"max_hourly_price: the list of products does not contain product {product_id!r}.",
                advice="Correct product_id, which the module ppio_product_info lists with category: instance, or omit "
                "max_hourly_price to order without a price check.",
            )
        if not gpu_num:
            raise unknown_count_error(GPU_NUM)
        if offer[HOURLY] is None:
            why = f"max_hourly_price: the list of products has no price for product {product_id!r} with {MODE} {mode}."
            raise PriceError(why, advice=WITHOUT_CHECK)
        return within(offer[HOURLY], limit, PPIO.currency)


def _upgrade_body(target: dict[str, Any], save_data: bool) -> dict[str, Any]:
    """Return all values that an upgrade sets, because it might reset an omitted one."""
    empty = {"registry_auth_id": "", "entrypoint": "", "command": "", "envs": []}
    return {**empty, **TABLE.part(target, _UPGRADED), "save_data": save_data}
