# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serverless endpoints of Vast.ai, which its API also calls endpoint groups and ``endptjobs``.

Pages: create, show, update and delete endpoint under https://docs.vast.ai/api-reference/serverless/. Fields that the
create page does not list come from the vendor's own client.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .._engine.capabilities import (
    Explaining,
    Gathered,
    Gathering,
    Priced,
    RelatingOptions,
    RemovingChildren,
    Revealing,
)
from .._engine.cost import Cost
from .._engine.list_response import ListResponse
from .._engine.resource import ListSource, Resource
from .._engine.state import FAILED, PENDING, READY, CurrentState, DesiredState, Removal, Stage
from .._engine.workers import WORKERS_NOT_GATHERED, Log, log_facts
from .._errors import ApiError
from .._http.call import ONCE, READ, REPEATABLE, Call
from .._http.client import Client
from .._schema.fields import Float, Integer, Text
from .._schema.table import Settings, Table
from .._sentences import sentences
from .._times import iso8601
from .._validation import Violation
from .api import DELETED, REMOVAL_FACTS, SUCCESS, V0, VAST, list_shape, removal, says_absent
from .worker_costs import cost_pool
from .workers import LOG_LINES, WorkerWatch, log_lines, log_tail, workers_of

COSTLY_DEFAULTS = {"min_load": 10, "cold_workers": 5, "max_workers": 20}
"""The documented defaults of the options that determine how many workers are rented."""

TABLE = Table(
    Text("name", wire="endpoint_name", required=True, trimmed=True, aliases=("endpoint_name",)),
    Float("min_load", minimum=0),
    Float("min_cold_load", minimum=0),
    Float("target_util", exclusive_minimum=0, maximum=1),
    Float("cold_mult", minimum=0),
    Integer("cold_workers", minimum=0),
    Integer("max_workers", minimum=0),
    Float("max_queue_time", nullable=True),
    Float("target_queue_time", nullable=True),
    Float("inactivity_timeout", nullable=True),
    Text("endpoint_state", choices=("active", "suspended", "stopped"), update_only=True),
)


class VastEndpoint(RelatingOptions, Priced, Revealing, Explaining, Gathering, RemovingChildren, Resource):
    """A serverless endpoint of Vast.ai. It rents nothing until it has a workergroup."""

    provider = VAST
    noun = "endpoint"
    table = TABLE
    options = Settings(
        Integer("wait_for_workers", minimum=0),
        Text("wait_for", choices=("ready", "active"), default="ready"),
    )
    facts_before_create = {
        "status": "",
        "created_at": "",
        "auto_delete_due_24h": False,
        **WORKERS_NOT_GATHERED,
        "serving_workers": 0,
        "resting_workers": 0,
    }
    # Each list of workers is a request to another host.
    gathers_workers = False
    log_settings = Settings(Integer("log_lines", minimum=1, maximum=1000, default=LOG_LINES))
    removal_facts = REMOVAL_FACTS
    private_facts = ("api_key",)
    reveal_option = "return_api_key"
    # A single task does not know the prices that the workergroups of an endpoint allow.
    limits_cost = False

    def __init__(self, client: Client, shared_lists: ListSource | None = None) -> None:
        super().__init__(client, shared_lists)
        self._watch: WorkerWatch | None = None

    def is_absence(self, error: ApiError) -> bool:
        return says_absent(error, "Routegroup not found for user")

    def read_list(self) -> ListResponse:
        try:
            rows = self.client.send(LIST)["results"]
        except ApiError as error:
            # For an account without endpoints, Vast.ai returns an error instead of an empty list.
            if error.status == 400 and "No endpoints for user found" in error.why:
                return ListResponse()
            raise
        return ListResponse(_current_state(row) for row in rows)

    def create(self, target: dict[str, Any]) -> str:
        return str(self.client.send(CREATE, body=TABLE.create_body(target))["result"])

    def update(self, current: CurrentState, target: dict[str, Any]) -> None:
        self.client.send(UPDATE, path={"id": current.id}, body=TABLE.update_body(target))

    def delete(self, current: CurrentState) -> Removal:
        response = self.unless_absent(lambda: self.client.send(DELETE, path={"id": current.id}))
        return removal(response, f"endpoint {current.id}")

    def hourly_cost(self, values: dict[str, Any], power: str, current: CurrentState | None, is_planned: bool) -> Cost:
        """Return the pool of the workergroups, which rent the workers."""
        return Cost(pool=cost_pool(current.id if current else None, values.get("name")), is_of_pool=True)

    def assess(self, current: CurrentState, desired_state: DesiredState, power: str) -> CurrentState:
        awaited = _awaited(desired_state)
        if not awaited:
            return current
        state = current.values.get("endpoint_state") or "active"
        if state != "active":
            return current.with_stage(
                FAILED,
                f"{state!r}, and an endpoint in this state gets no workers. If you did not set this state, the account "
                "has probably run out of credit",
            )
        self._watch = self._watch or WorkerWatch(self.client.clock)
        workers = workers_of(self.client, current.id)
        if isinstance(workers, str):
            return current.with_stage(PENDING, f"no list of workers yet ({workers})")
        self._watch.update(workers, _needs_workers_now(current))
        stage = self._watch.stage(awaited, active=desired_state.options["wait_for"] == "active")
        return replace(current, facts={**current.facts, **self._watch.facts()}, stage=stage)

    def explain(self, current: CurrentState) -> str:
        if self._watch is None:
            return ""
        earlier = "" if current.facts["workers_gathered"] else self._watch.summary
        return sentences(
            f"When the workers could last be read: {earlier}" if earlier else "",
            *self._watch.hints(),
            log_tail(self.client, current.id),
        )

    def gather_workers(self, current: CurrentState) -> Gathered:
        workers = workers_of(self.client, current.id)
        if isinstance(workers, str):
            return Gathered({}, f"endpoint {current.id}: Vast.ai returned no list of its workers: {workers}")
        watch = WorkerWatch(self.client.clock)
        state = current.values.get("endpoint_state") or "active"
        watch.update(workers, _needs_workers_now(current), active=state == "active")
        return Gathered(watch.facts())

    def gather_logs(self, current: CurrentState, settings: dict[str, Any]) -> Gathered:
        try:
            lines = log_lines(self.client, current.id, settings["log_lines"])
        except ApiError as error:
            return Gathered({}, f"endpoint {current.id}: its log could not be read: {error.why}")
        return Gathered(log_facts([Log("endpoint", "", lines)]))

    def conflicts(self, target: dict[str, Any], desired_state: DesiredState) -> list[Violation]:
        awaited, maximum = _awaited(desired_state), target.get("max_workers")
        option = "wait_for_workers" if desired_state.options.get("wait_for_workers") else "wait_for"
        conflicts = []
        if maximum is not None and awaited > maximum:
            conflicts.append(
                Violation(option, f"must be at most max_workers ({maximum}), not {awaited}")
                if option == "wait_for_workers"
                else Violation(option, "must not be active, because max_workers is 0")
            )
        if awaited and _recruits_no_worker(target) and {"min_load", "cold_workers"} <= desired_state.values.keys():
            conflicts.append(
                Violation(
                    option,
                    "must be omitted, because with cold_workers: 0 and min_load: 0 Vast.ai recruits no worker before "
                    "the first request, so the task would wait until the timeout",
                )
            )
        return conflicts

    def warnings(
        self, desired_state: DesiredState, current: dict[str, Any] | None, target: dict[str, Any] | None
    ) -> list[str]:
        if target is None:
            return []
        desired, warnings = desired_state.values, []
        unset = [option for option in COSTLY_DEFAULTS if option not in target] if current is None else []
        if unset:
            defaults = ", ".join(f"{option} {COSTLY_DEFAULTS[option]}" for option in unset)
            warnings.append(
                f"{', '.join(unset)}: not set, so Vast.ai uses its defaults (documented as {defaults}). With a "
                "workergroup, they determine how many workers Vast.ai rents. Set each of these options."
            )
        if {"cold_workers", "max_workers"} & desired.keys() and _leaves_nothing_to_scale(target):
            warnings.append(
                "cold_workers: not less than max_workers, so there is nothing to scale. Vast.ai was observed to create "
                "and destroy a worker every few seconds in this case. Set max_workers higher."
            )
        if _awaited(desired_state) and _recruits_no_worker(target):
            warnings.append(
                "wait_for_workers: the endpoint has cold_workers: 0 and min_load: 0, so Vast.ai might not recruit a "
                "worker before the first request."
            )
        state = (current or {}).get("endpoint_state") or "active"
        if state != "active" and "endpoint_state" not in desired:
            warnings.append(
                f"endpoint_state: the endpoint is {state}, and this task does not set endpoint_state. Vast.ai stops "
                "endpoints when an account runs out of credit. To activate the endpoint again, set endpoint_state: "
                "active."
            )
        return warnings


def _current_state(row: dict[str, Any]) -> CurrentState:
    """Return the current state of an endpoint in a row of a list response."""
    status = row.get("endpoint_state") or ""
    facts = {
        **VastEndpoint.facts_before_create,
        "status": status,
        "created_at": iso8601(row.get("created_at")),
        "auto_delete_due_24h": bool(row.get("auto_delete_due_24h")),
    }
    return CurrentState(
        id=str(int(row["id"])),
        name=row["endpoint_name"],
        values=TABLE.read(row),
        facts=facts,
        stage=Stage(READY, status),
        private={"api_key": row.get("api_key") or ""},
    )


def _awaited(desired_state: DesiredState) -> int:
    """Return the number of workers that a task waits for; 0 if the state of the task is one without workers."""
    if not desired_state.wait or desired_state.values.get("endpoint_state", "active") != "active":
        return 0
    return max(
        desired_state.options.get("wait_for_workers") or 0,
        1 if desired_state.options.get("wait_for") == "active" else 0,
    )


def _needs_workers_now(current: CurrentState) -> bool:
    """Return whether the endpoint always keeps active capacity."""
    return bool(current.values.get("min_load"))


def _recruits_no_worker(values: dict[str, Any]) -> bool:
    return values.get("cold_workers") == 0 and values.get("min_load") == 0 and not values.get("min_cold_load")


def _leaves_nothing_to_scale(values: dict[str, Any]) -> bool:
    return 0 < (values.get("max_workers") or 0) <= (values.get("cold_workers") or 0)


_ROW = TABLE.response_schema()
_ROW["properties"].update(
    {
        "id": {"type": "integer"},
        "endpoint_name": {"type": "string"},
        "api_key": {"type": ["string", "null"]},
    }
)
_ROW["required"] = ["id", "endpoint_name"]

LIST = Call("endpoint.list", "GET", f"{V0}/endptjobs/", READ, list_shape(_ROW))
CREATE = Call(
    "endpoint.create",
    "POST",
    f"{V0}/endptjobs/",
    ONCE,
    {"type": "object", "properties": {"result": {"type": "integer"}}, "required": ["result"]},
)
UPDATE = Call("endpoint.update", "PUT", f"{V0}/endptjobs/{{id}}/", REPEATABLE, SUCCESS)
DELETE = Call("endpoint.delete", "DELETE", f"{V0}/endptjobs/{{id}}/", REPEATABLE, DELETED)
