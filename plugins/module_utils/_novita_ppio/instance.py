# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The common part of the GPU instances of Novita AI and PPIO.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, ClassVar

from .._engine.capabilities import (
    Interruptible,
    MakingRoom,
    Priced,
    PriceLimited,
    ReusingNames,
    Revealing,
    Switchable,
)
from .._engine.cost import Cost
from .._engine.references import Referring
from .._engine.state import FAILED, OFF, ON, PENDING, READY, CurrentState, DesiredState
from .._errors import OptionError, PriceError
from .._schema.fields import Boolean, Float, Text
from .._schema.table import Settings
from .._ssh import ssh_server_responds
from .._validation import Violation
from .instance_response import RUNNING
from .product_query import DescribingProduct, product_option
from .products import INSTANCE, MONTHS, ON_DEMAND, SPOT
from .resource import PlatformResource


class PlatformInstance(
    Referring,
    DescribingProduct,
    Switchable,
    Interruptible,
    Priced,
    PriceLimited,
    Revealing,
    MakingRoom,
    ReusingNames,
    PlatformResource,
):
    """A GPU instance of the platform. Billing starts when the image is pulled."""

    noun = "instance"
    states = ("present", "started", "stopped", "restarted", "absent")
    product_category = INSTANCE
    type_option: ClassVar[str]
    """The option that distinguishes instances with GPUs from those without, which are of type ``cpu``."""
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
        "port_mappings": [],
        "ssh_host": "",
        "ssh_port": 0,
        "ssh_user": "",
        "ssh_ready": False,
        "end_time": "",
        "created_at": "",
        "last_started_at": "",
        "last_stopped_at": "",
    }
    private_facts = ("ssh_password", "web_terminal_password")
    reveal_option = "return_credentials"
    switched_facts = ("status", "last_started_at", "last_stopped_at")
    codes_when_full = frozenset({"INSUFFICIENT_RESOURCE", "CREATE_INSTANCE_LIMIT"})

    @classmethod
    def is_running(cls, facts: dict[str, Any]) -> bool:
        return bool(facts["status"].lower() == RUNNING)

    def listed_price(self, values: dict[str, Any], limit: float | None = None) -> float:
        """Return the hourly price of values. Raises ``PriceError`` if it exceeds the limit or cannot be determined."""
        raise NotImplementedError

    def resolve(self, desired_state: DesiredState, current: CurrentState | None) -> DesiredState:
        values = {**(current.values if current else {}), **desired_state.values}
        if values.get(self.type_option) == "cpu" and desired_state.options.get("product"):
            option = self.product_options.product
            rule = f"must be omitted when {self.type_option} is cpu, because it describes a product with GPUs; "
            raise OptionError([Violation("product", f"{rule}set {option}")])
        return super().resolve(desired_state, current)

    def read_while_waiting(self, current: CurrentState) -> CurrentState | None:
        # List responses lack the address, and the task can wait for it.
        return self.read_one(current)

    def complete(self, current: CurrentState, desired: dict[str, Any] | None = None) -> CurrentState:
        # List responses lack the address.
        return current if current.is_complete else self.read_one(current) or current

    def may_delete_first(self, desired_state: DesiredState) -> bool:
        return desired_state.options.get("recreate_order") == "delete_first"

    def refuse_subscription(self, current: CurrentState) -> None:
        """Raise ``OptionError`` for the replacement of a subscription, which the provider does not delete."""
        raise OptionError(
            [
                Violation(
                    "recreate",
                    f"must be false, because the current {self.noun} {current.id} is a subscription that ends "
                    f"{current.facts['end_time'] or 'at an unknown time'}. The provider does not delete it earlier, so "
                    "you would pay for both instances",
                )
            ],
            advice="After it has ended, delete it with state: absent, then create the new instance.",
        )

    def refuse_missing(self, current: CurrentState, target: dict[str, Any]) -> None:
        """Raise ``OptionError`` if the target of a replacement lacks a value that a create requires."""
        missing = self.table.missing(target)
        if missing:
            why = f"because the current {self.noun} {current.id} has no value for it"
            raise OptionError([Violation.of_several(missing, f"must be set for a replacement, {why}")])

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
        return None if limit is None else self.listed_price(target, limit)

    def hourly_cost(self, values: dict[str, Any], power: str, current: CurrentState | None, is_planned: bool) -> Cost:
        if power == OFF:
            return Cost(0.0, 0.0)
        try:
            price = self.listed_price(values)
        except PriceError:
            return Cost()
        return Cost(price, price)


def disk_growth(current: int | None, target: int | None, path: str) -> int:
    """Return the size to add to a disk. Raises ``OptionError`` if the current size is unknown."""
    if not current:
        rule = "must be omitted, because the provider does not return the current size and accepts only the size to add"
        raise OptionError([Violation(path, rule)])
    return (target or 0) - current


def _answers_ssh(current: CurrentState) -> bool:
    """Return whether an SSH server responds at the address of an instance."""
    host, port = current.facts["ssh_host"], current.facts["ssh_port"]
    return bool(host and current.facts["ssh_ready"] and ssh_server_responds(host, port))
