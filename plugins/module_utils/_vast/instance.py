# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GPU instances of Vast.ai. Their options are in ``instance_table.py``, their calls in ``instance_calls.py``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any

from .._engine.capabilities import (
    Explaining,
    Gathered,
    Guarded,
    Interruptible,
    Interruption,
    Logging,
    LosingData,
    Priced,
    ReadById,
    RelatingOptions,
    Renting,
    Switchable,
)
from .._engine.context import task
from .._engine.cost import UNKNOWN, Cost
from .._engine.list_response import ListResponse
from .._engine.plan import RECYCLE, REPLACE, RESTART, START, STOP, Change
from .._engine.references import Reference, Referring
from .._engine.resource import ListSource, Resource
from .._engine.state import FAILED, OFF, ON, PENDING, READY, CurrentState, DesiredState, Removal
from .._errors import ApiError, BadResponse, InUse, OptionError
from .._http.client import Client
from .._planned_id import is_planned_id
from .._schema.fields import Boolean, Float, Integer, NumericId, Text
from .._schema.table import Settings
from .._sentences import sentences
from .._ssh import ssh_server_responds
from .._validation import Violation
from . import instance_calls as calls
from .api import VAST, says_absent
from .endpoint import VastEndpoint
from .instance_log import LINES, LogError, log_lines
from .instance_offers import Demand, RentalOffer, offers_for
from .instance_response import RUNNING, STOPPED, current_state, is_start_queued, may_be_outbid
from .instance_table import NO_WORKER_LABEL, TABLE, create_body, endpoint_id_in
from .offers import BY_PRICE, ORDER
from .query import render_query
from .search import SearchParams
from .template import VastTemplate

MOST_TRIES = 5
"""The number of offers that a create tries."""
BETWEEN_TRIES = 4.5
"""Seconds. Vast.ai refuses an earlier request, and then also later ones for a while."""
_QUEUED = re.compile("state change queued", re.IGNORECASE)
_SWITCHES = {
    START: (calls.START, {"state": "running"}),
    STOP: (calls.STOP, {"state": "stopped"}),
    RESTART: (calls.REBOOT, {}),
    RECYCLE: (calls.RECYCLE, {}),
}
"""The call and the body of each action."""


class VastInstance(
    Referring,
    RelatingOptions,
    Renting,
    Switchable,
    Interruptible,
    LosingData,
    Guarded,
    ReadById,
    Priced,
    Explaining,
    Logging,
    Resource,
):
    """A GPU instance of Vast.ai. Its label is its name. Its disk is billed until it is deleted."""

    provider = VAST
    noun = "instance"
    table = TABLE
    states = ("present", "started", "stopped", "restarted", "recycled", "absent")
    references = (Reference("", "template", "template_hash_id", VastTemplate, fact="template_hash"),)
    rules = {"mutually_exclusive": [("offer_id", "search_params")]}
    create_needs = (("image", "template_hash_id"),)
    # A new instance was observed to be missing in list responses for up to 60 seconds.
    settle_timeout = 60
    options = Settings(
        NumericId("offer_id", is_id=False),
        SearchParams("search_params"),
        Text("order", default=BY_PRICE, **ORDER),
        Float("max_hourly_price", exclusive_minimum=0),
        Boolean("wait_for_ssh", default=False),
        Boolean("accept_data_loss", default=False),
    )
    facts_before_create = {
        "status": "",
        "status_message": "",
        "intended_status": "",
        "gpu_name": "",
        "num_gpus": 0,
        "machine_id": "",
        "hourly_price": None,
        "disk_hourly_price": None,
        "is_bid": False,
        "min_bid": None,
        "geolocation": "",
        "template_name": "",
        "public_ip": "",
        "ports_outside": {},
        "ssh_host": "",
        "ssh_port": 0,
        "ssh_user": "",
        "ssh_ready": False,
        "created_at": "",
        "end_date": "",
    }
    rented_facts = ("offer_id", "hourly_price", "storage_cost", "inet_down_cost", "inet_up_cost")
    switched_facts = ("status", "intended_status", "status_message")
    unseen_actions = frozenset({RESTART, RECYCLE})
    log_settings = Settings(Integer("log_tail", minimum=1, maximum=1000, default=LINES))

    def __init__(self, client: Client, shared_lists: ListSource | None = None) -> None:
        super().__init__(client, shared_lists)
        self._offers: list[RentalOffer] = []
        self._creation_error = ""
        """The text of an error response with which Vast.ai created the instance."""

    @classmethod
    def option_violations(cls, params: dict[str, Any]) -> list[Violation]:
        violations = []
        if not params["id"] and endpoint_id_in(params["name"] or ""):
            violations.append(Violation("name", NO_WORKER_LABEL))
        if is_planned_id(params["offer_id"]):
            violations.append(Violation("offer_id", "must be the ID of an offer"))
        return violations

    @classmethod
    def is_running(cls, facts: dict[str, Any]) -> bool:
        return bool(facts["status"] == RUNNING and facts["intended_status"] != STOPPED)

    # -- reading -----------------------------------------------------------------------------------------------------

    def is_absence(self, error: ApiError) -> bool:
        return says_absent(error, "no_such_instance")

    def read_list(self) -> ListResponse:
        rows = calls.all_rows(self.client)
        return ListResponse(map(current_state, rows.rows), pages=rows.pages, announced=rows.total)

    def read_one(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        row = self._row(current.id)
        if row is None:
            return None
        # According to one page, the ports of this response are only numbers, without those outside.
        latest = self.find_in_list(current, mark) if isinstance(row.get("ports"), list) else None
        return latest or current_state(row)

    def read_new(self, resource_id: str) -> CurrentState | None:
        row = self._row(resource_id)
        return current_state(row) if row else None

    def _row(self, instance_id: str) -> dict[str, Any] | None:
        response = self.unless_absent(lambda: self.client.send(calls.GET, path={"id": instance_id}))
        row: dict[str, Any] | None = response and response["instances"]
        if row and str(int(row["id"])) != instance_id:
            why = f"the response to a read of instance {instance_id} contains instance {row['id']}."
            raise BadResponse(why, operation=calls.GET.name, reason="bad_answer", retryable=True)
        return row

    def matches(self, list_response: ListResponse, desired_state: DesiredState) -> list[CurrentState]:
        return [current for current in super().matches(list_response, desired_state) if not _has_worker_label(current)]

    def select(self, selection: dict[str, Any]) -> list[CurrentState]:
        selected = super().select(selection)
        return selected if selection.get("id") else [each for each in selected if not _has_worker_label(each)]

    def require_own(self, current: CurrentState) -> None:
        endpoint_id = endpoint_id_in(current.name)
        if not endpoint_id:
            return
        endpoints = VastEndpoint(self.client, self.shared_lists).list_resources()
        owner = next((endpoint for endpoint in endpoints if endpoint.id == endpoint_id), None)
        if owner is not None:
            raise InUse(
                f"instance {current.id} is a worker of the endpoint {owner.name!r} ({owner.id}), which manages it.",
                ids=[current.id],
                advice="Change the endpoint with gpufleet.cloud.vast_endpoint, or its workergroups.",
            )

    # -- renting -----------------------------------------------------------------------------------------------------

    def rent(self, target: dict[str, Any], desired_state: DesiredState) -> dict[str, Any]:
        options = desired_state.options
        if not options.get("offer_id") and options.get("search_params") is None:
            rule = "must be set, because something must be rented"
            raise OptionError([Violation("search_params or offer_id", rule)])
        self._offers = offers_for(self.client, Demand.of_task(target, options))
        return self._offers[0].facts

    def similar(self, current: CurrentState) -> dict[str, Any]:
        machine = {"gpu_name": current.facts["gpu_name"], "num_gpus": current.facts["num_gpus"]}
        conditions = {"rentable": {"eq": True}, "rented": {"eq": False}}
        known = {name: {"eq": value} for name, value in machine.items() if value}
        return {"search_params": render_query({**known, **conditions})}

    def create(self, target: dict[str, Any]) -> str:
        """Rent the first offer that can still be rented. Only a definite refusal leads to the next one."""
        body, tried = create_body(target), 0
        taken: set[str] = self.client.cached("taken offers", set)
        offers = [offer for offer in self._offers if offer.id not in taken] or self._offers
        while True:
            offer = offers[tried]
            taken.add(offer.id)
            tried += 1
            try:
                return str(self.client.send(calls.CREATE, path={"id": offer.id}, body=body)["new_contract"])
            except ApiError as error:
                if error.created_id:
                    self._creation_error = error.why
                    return error.created_id
                is_gone = error.reason == "no_such_ask" and error.structured and not error.maybe_done
                if not is_gone or tried == min(MOST_TRIES, len(offers)):
                    if is_gone:
                        error.why = sentences(error.why, f"Tried {tried} of {len(offers)} offers that fit")
                        error.retryable = True
                    raise
            self.client.clock.sleep(BETWEEN_TRIES)

    # -- changing ----------------------------------------------------------------------------------------------------

    def changes(
        self, current: CurrentState, target: dict[str, Any], paths: list[str], options: dict[str, Any]
    ) -> list[Change]:
        return [Change([path], TABLE.effect([path]), path) for path in ("name", "bid_price") if path in paths]

    def send_change(
        self, change: Change, current: CurrentState, target: dict[str, Any], options: dict[str, Any]
    ) -> None:
        path = {"id": current.id}
        if change.write == "name":
            self.client.send(calls.SET_LABEL, path=path, body={"label": target["name"]})
        else:
            self.client.send(calls.SET_BID, path=path, body={"price": target["bid_price"]})

    def switch(self, current: CurrentState, action: str) -> None:
        call, body = _SWITCHES[action]
        try:
            self.client.send(call, path={"id": current.id}, body=body)
        except ApiError as error:
            # The instance starts as soon as its machine is free.
            if action != START or not _QUEUED.search(error.why):
                raise

    def data_lost_by(self, action: str) -> str:
        return "the data on its disk" if action in (RECYCLE, REPLACE) else ""

    def delete(self, current: CurrentState) -> Removal:
        self.unless_absent(lambda: self.client.send(calls.DELETE, path={"id": current.id}, body={}))
        return Removal()

    # -- judging -----------------------------------------------------------------------------------------------------

    def is_stopped(self, current: CurrentState) -> bool:
        return super().is_stopped(current) or is_start_queued(current)

    def interruption(self, current: CurrentState) -> Interruption | None:
        if not current.facts["is_bid"]:
            return None
        is_outbid = may_be_outbid(current)
        facts = {name: current.facts[name] for name in ("min_bid", "gpu_name", "geolocation")}
        facts["bid_price"] = current.values.get("bid_price")
        return Interruption(is_outbid, "outbid" if is_outbid else "", "", facts)

    def assess(self, current: CurrentState, desired_state: DesiredState, power: str) -> CurrentState:
        words = current.stage.words
        if power == ON and current.power == OFF:
            return current.with_stage(FAILED, words)
        if power == OFF and current.power == ON and desired_state.state == "stopped":
            return current.with_stage(PENDING, words)
        if current.stage.name == READY and power == ON and desired_state.options["wait_for_ssh"]:
            host, port = current.facts["ssh_host"], current.facts["ssh_port"]
            if not (host and ssh_server_responds(host, port)):
                return current.with_stage(PENDING, f"{words}, and no SSH server responds yet")
        return current

    def explain(self, current: CurrentState) -> str:
        if is_start_queued(current):
            return sentences(
                "Its start is queued: Vast.ai starts it, and bills it, as soon as its machine is free",
                f"To withdraw the start, run this task: {task(self, current.id, 'stopped')}",
            )
        why = _why_stopped(current)
        if current.stage.name != FAILED:
            return why
        return sentences(
            why,
            f"Vast.ai created it with an error: {self._creation_error}" if self._creation_error else "",
            "Its disk is billed until it is deleted",
            f"To delete it, run this task: {task(self, current.id, 'absent')}",
        )

    def warnings(
        self, desired_state: DesiredState, current: dict[str, Any] | None, target: dict[str, Any] | None
    ) -> list[str]:
        if desired_state.state != "stopped" or target is None:
            return []
        return ["The disk of a stopped instance is billed until the instance is deleted with state: absent."]

    def hourly_cost(self, values: dict[str, Any], power: str, current: CurrentState | None, is_planned: bool) -> Cost:
        if is_planned and self._offers:
            price = self._offers[0].price
        elif current is None:
            return UNKNOWN
        elif power == OFF:
            price = current.facts["disk_hourly_price"]
        else:
            price = current.facts["hourly_price"]
            bid, old_bid = values.get("bid_price"), current.values.get("bid_price")
            if price is not None and bid and old_bid:
                price += bid - old_bid
        return Cost(price, price)

    # -- log ---------------------------------------------------------------------------------------------------------

    def gather_log(self, current: CurrentState, settings: dict[str, Any]) -> Gathered:
        try:
            return Gathered({"log": log_lines(self.client, current.id, settings["log_tail"])})
        except LogError as error:
            return Gathered({}, f"instance {current.id}: its log could not be read: {error}")


def _has_worker_label(current: CurrentState) -> bool:
    return bool(endpoint_id_in(current.name))


def _why_stopped(current: CurrentState) -> str:
    """Return why an instance that should run is stopped, as far as its row shows it."""
    if not current.facts["is_bid"] or current.power == ON:
        return ""
    own, least = current.values.get("bid_price"), current.facts["min_bid"]
    prices = f"its price is {own or 'unknown'}, and min_bid is {least or 'unknown'} USD per hour"
    return f"It is interruptible, so a higher bid is the likely cause: {prices}"
