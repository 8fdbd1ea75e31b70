# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workergroups of Vast.ai, which its API also calls ``autojobs``: the machines for an endpoint, and their template.

Pages: create, show, update and delete workergroup under https://docs.vast.ai/api-reference/serverless/, and the guides
on workergroup parameters and on zero downtime worker updates.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .._engine.capabilities import (
    Claiming,
    OwnedBy,
    Preparing,
    Priced,
    RelatingOptions,
    RemovingChildren,
    ReportingWrites,
    WritingOnRequest,
)
from .._engine.cost import Cost
from .._engine.list_response import ListResponse
from .._engine.plan import Change
from .._engine.references import Reference, Referring
from .._engine.resource import ListSource, Resource
from .._engine.state import READY, CurrentState, DesiredState, Removal, Stage
from .._errors import AmbiguousName, ApiError, NotFound, while_doing
from .._http.call import ONCE, READ, REPEATABLE, Call
from .._http.client import Client
from .._planned_id import is_planned_id
from .._schema.fields import Float, NumericId, Text
from .._schema.free_text import RevealedText
from .._schema.table import Settings, Table
from .._times import iso8601
from .._validation import Violation
from .api import DELETED, REMOVAL_FACTS, SUCCESS, V0, VAST, list_shape, removal, says_absent
from .endpoint import VastEndpoint
from .endpoint_names import EndpointNames
from .query import unfit
from .search import SearchParams, conditions_of, missing_limits, price_limit
from .template import VastTemplate
from .worker_costs import PresentCost, cost_pool, present_cost

TABLE = Table(
    Text("endpoint", wire="endpoint_name", trimmed=True, displaces=("endpoint_id",), aliases=("endpoint_name",)),
    NumericId("endpoint_id", displaces=("endpoint",)),
    Text("template_hash", is_id=True, displaces=("template_id",), described_by="template", effect="rolls_workers"),
    Text("template", names_other=True, trimmed=True),
    NumericId("template_id", displaces=("template_hash",), effect="rolls_workers"),
    SearchParams("search_params", wire_in_response="search_query"),
    RevealedText("launch_args", may_be_empty=True, reveal_option="return_launch_args"),
    Float("gpu_ram", minimum=0),
)


class VastWorkergroup(
    Referring,
    Preparing,
    Claiming,
    OwnedBy,
    Priced,
    RelatingOptions,
    WritingOnRequest,
    RemovingChildren,
    ReportingWrites,
    Resource,
):
    """A workergroup of Vast.ai. It has no name; its endpoint, or its endpoint and its template, identify it."""

    provider = VAST
    noun = "workergroup"
    table = TABLE
    named_by = ("endpoint", "endpoint_id")
    narrowed_by = {"match": "template"}
    owner = VastEndpoint
    owned_by = ("endpoint", "endpoint_id")
    references = (Reference("", "template", "template_hash", VastTemplate, fact="template_hash"),)
    rules = {
        "mutually_exclusive": [named_by, ("template_hash", "template_id"), ("template", "template_id")],
        "required_if": [("match", "template", ("template", "template_hash", "template_id"), True)],
    }
    create_needs = (("template_hash", "template_id"),)
    options = Settings(
        Text("match", choices=("endpoint", "template"), default="endpoint"),
        Text("update_workers", choices=("never", "on_change", "always", "cancel"), default="never"),
    )
    write_facts = {"workers_to_update": 0, "update_cancelled": False}
    facts_before_create = {"endpoint_id": "", "endpoint_name": "", "created_at": ""}
    removal_facts = REMOVAL_FACTS

    def __init__(self, client: Client, shared_lists: ListSource | None = None) -> None:
        super().__init__(client, shared_lists)
        self._desired_state: DesiredState
        self._endpoints = EndpointNames()
        self._endpoint_id: int | None = None
        self._others: list[CurrentState] = []
        """The workergroups of the endpoint, as listed."""
        self._missing_endpoint = ""
        """A warning about an endpoint that does not exist."""

    @classmethod
    def option_violations(cls, params: dict[str, Any]) -> list[Violation]:
        # A task with an id never creates, and an update accepts values that a create refuses.
        if params["id"] or params["state"] == "absent":
            return []
        desired = params["search_params"]
        return [
            Violation(
                "search_params" if isinstance(desired, str) else f"search_params.{name}",
                f"{why}; only an update of an existing workergroup by its id can set it",
            )
            for name, why in unfit(conditions_of(desired)).items()
        ]

    # -- matching ----------------------------------------------------------------------------------------------------

    def expect_owners(self, coming: set[str], renamed: dict[str, str]) -> None:
        self._endpoints.expect(coming, renamed)

    def prepare(self, desired_state: DesiredState) -> None:
        """Find the endpoint that the task specifies."""
        self._desired_state = desired_state
        if desired_state.id and desired_state.state == "absent":
            return
        endpoint_id = desired_state.values.get("endpoint_id")
        self._endpoint_id = None if is_planned_id(endpoint_id) else endpoint_id
        name = desired_state.values.get("endpoint")
        if name is not None and not self._find_endpoint(name) and desired_state.state != "absent":
            self._accept_missing_endpoint(name)

    def _find_endpoint(self, name: str) -> bool:
        """Return whether there is an endpoint with a name.

        Stores its id. Raises ``AmbiguousName`` if there are several.
        """
        self._read_endpoints()
        endpoint_id = self._endpoints.id_of(name)
        if endpoint_id is None:
            return False
        self._endpoint_id = endpoint_id
        return True

    def _read_endpoints(self) -> None:
        with while_doing("list the endpoints at Vast.ai, one of which the workergroup belongs to"):
            self._endpoints.read(VastEndpoint(self.client, self.shared_lists).list_resources())

    def _accept_missing_endpoint(self, name: str) -> None:
        """Raise ``NotFound`` unless the endpoint will exist when the workergroup is written.

        In check mode, an earlier task might create it, so this only stores a warning.
        """
        if self._endpoints.is_coming(name):
            return
        if self._endpoints.is_former(name):
            raise NotFound(f"this task renames the endpoint {name!r}.", advice="Use the new name of the endpoint.")
        if not self.client.check_mode:
            raise _no_endpoint(name)
        self._missing_endpoint = (
            f"The endpoint {name!r} does not exist. Ignore this warning if an earlier task creates the endpoint: check "
            "mode does not."
        )

    def matches(self, list_response: ListResponse, desired_state: DesiredState) -> list[CurrentState]:
        self._others = [
            current
            for current in list_response
            if self._endpoint_id is not None and current.values.get("endpoint_id") == self._endpoint_id
        ]
        return [current for current in list_response if self._is_match(current, desired_state)]

    def _is_match(self, current: CurrentState, desired_state: DesiredState) -> bool:
        desired = desired_state.values
        if self._endpoint_id is None:
            return desired_state.state == "absent" and self._is_orphan(current, desired.get("endpoint"))
        if current.values.get("endpoint_id") != self._endpoint_id:
            return False
        return (
            not _matches_template(desired_state)
            or any(current.values.get(option) == desired.get(option, "") for option in ("template_hash", "template_id"))
            or self._has_named_template(current)
        )

    def _has_named_template(self, current: CurrentState) -> bool:
        """Return whether a workergroup uses the template that the task names. Its hash can change, its id does not."""
        template = self.named.get("template")
        return template is not None and (
            current.values.get("template_hash") == template.facts["template_hash"]
            or str(current.values.get("template_id") or "") == template.id
        )

    def _is_orphan(self, current: CurrentState, name: str | None) -> bool:
        """Return whether a workergroup belongs to an endpoint with this name that does not exist any more."""
        endpoint_exists = self._endpoints.name_of(current.facts["endpoint_id"]) is not None
        return current.facts["endpoint_name"] == name and not endpoint_exists

    def matched_by_in_label(self, desired_state: DesiredState) -> str:
        return f"with {self.matched_by(desired_state)}"

    @classmethod
    def matched_by(cls, desired_state: DesiredState) -> str:
        desired = desired_state.values
        return _matched_by(desired_state, desired.get("endpoint", desired.get("endpoint_id")))

    def claim(self, desired_state: DesiredState) -> str:
        desired = desired_state.values
        return _matched_by(desired_state, self._endpoint_id or desired.get("endpoint", desired.get("endpoint_id")))

    @classmethod
    def identity(cls, desired_state: DesiredState) -> list[str]:
        templates = (desired_state.values.get(option) for option in ("template", "template_hash", "template_id"))
        return [*super().identity(desired_state), *(str(template) for template in templates if template)]

    # -- reading -----------------------------------------------------------------------------------------------------

    def is_absence(self, error: ApiError) -> bool:
        return any(says_absent(error, text) for text in ("Invalid autojob ID", "Workgroup not found for user"))

    def read_list(self) -> ListResponse:
        return ListResponse(_current_state(row) for row in self.client.send(LIST)["results"])

    def select(self, selection: dict[str, Any]) -> list[CurrentState]:
        self._read_endpoints()
        others = {option: value for option, value in selection.items() if option != "endpoint"}
        workergroups = [self.complete(current) for current in super().select(others)]
        name = selection.get("endpoint")
        if name is None:
            return workergroups
        if self._endpoints.exists(name):
            return [current for current in workergroups if current.values.get("endpoint") == name]
        return [current for current in workergroups if self._is_orphan(current, name)]

    def read_one(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        # The API has no call that reads one workergroup.
        latest = self.find_in_list(current, mark)
        return latest and self.complete(latest)

    def complete(self, current: CurrentState, desired: dict[str, Any] | None = None) -> CurrentState:
        # The name in a row is a copy that can be outdated. The endpoints have the current name.
        name = self._endpoints.name_of(current.facts["endpoint_id"])
        return current if name is None else replace(current, name=name, values={**current.values, "endpoint": name})

    # -- writing -----------------------------------------------------------------------------------------------------

    def prepare_create(self, target: dict[str, Any]) -> None:
        if self._endpoint_id is None:
            self._demand_endpoint(target["endpoint"])
            self._demand_no_match()

    def _demand_endpoint(self, name: str) -> None:
        """Find an endpoint that did not exist at the time of planning. Raises ``NotFound``."""
        if not self._find_endpoint(name):
            raise _no_endpoint(name)

    def _demand_no_match(self) -> None:
        """Raise ``AmbiguousName`` if a workergroup matches now, so that a create would duplicate it."""
        matches = self.matches(self.list_resources(self.mark()), self._desired_state)
        ids = [current.id for current in matches]
        if ids:
            raise AmbiguousName(
                f"a workergroup with {self.matched_by(self._desired_state)} exists now: {', '.join(ids)}.",
                ids=ids,
                advice="Nothing was created. Run the task again to manage this workergroup.",
            )

    def create(self, target: dict[str, Any]) -> str:
        body = {"search_params": "", **TABLE.create_body(target)}
        return str(self.client.send(CREATE, body=self._with_endpoint_id(body))["id"])

    def update(self, current: CurrentState, target: dict[str, Any]) -> None:
        name = target.get("endpoint")
        if name is not None and self._endpoint_id is None:
            self._demand_endpoint(name)
        # If only the id is certain, send null as the name, like the vendor's client. The name in the row can be
        # outdated, and another endpoint can have it now.
        body = {"endpoint_name": None, **TABLE.update_body(target)}
        self.client.send(UPDATE, path={"id": current.id}, body=self._with_endpoint_id(body))

    def _with_endpoint_id(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a body with the id of the specified endpoint, because a name alone can be ambiguous."""
        return body if self._endpoint_id is None else {**body, "endpoint_id": self._endpoint_id}

    def requested_writes(self, options: dict[str, Any]) -> list[str]:
        return ["update_workers"] if options.get("update_workers") in ("always", "cancel") else []

    def changes(
        self, current: CurrentState, target: dict[str, Any], paths: list[str], options: dict[str, Any]
    ) -> list[Change]:
        fields = [path for path in paths if path != "update_workers"]
        changes = super().changes(current, target, fields, options) if fields else []
        policy = options.get("update_workers")
        changes_workers = bool(_FOR_WORKERS & {path.split(".")[0] for path in fields})
        if policy in ("always", "cancel") or (policy == "on_change" and changes_workers):
            effect = "unknown" if policy == "cancel" else "rolls_workers"
            changes.append(Change(["update_workers"], effect, "update_workers", is_visible=False))
        return changes

    def send_change(
        self, change: Change, current: CurrentState, target: dict[str, Any], options: dict[str, Any]
    ) -> None:
        if change.write == "update_workers":
            self._update_workers(current, cancel=options.get("update_workers") == "cancel")
        else:
            self.update(current, target)

    def _update_workers(self, current: CurrentState, cancel: bool) -> None:
        """Start or cancel an update of the workers, which replaces them with workers with the current settings."""
        body = {"workergroup_id": int(current.id), **({"cancel_update": True} if cancel else {})}
        try:
            response = self.client.send(UPDATE_WORKERS, body=body)
        except ApiError as error:
            error.advice = (
                "The workergroup has its desired values, but the state of its workers is unknown. "
                f"A task with update_workers: {'cancel' if cancel else 'always'} sends this request again."
            )
            raise
        self.write_facts = {
            "workers_to_update": response.get("workers_to_update") or 0,
            "update_cancelled": bool(response.get("cancelled")),
        }

    def delete(self, current: CurrentState) -> Removal:
        response = self.unless_absent(lambda: self.client.send(DELETE, path={"id": current.id}))
        return removal(response, f"workergroup {current.id}")

    def conflicts(self, target: dict[str, Any], desired_state: DesiredState) -> list[Violation]:
        """Refuse a second workergroup if an existing one may use an earlier content of the template."""
        is_named = _matches_template(desired_state) and "template" in self.named
        if not is_named or any(self._is_match(current, desired_state) for current in self._others):
            return []
        templates = VastTemplate(self.client, self.shared_lists).list_resources()
        hashes = {template.facts["template_hash"] for template in templates}
        unknown = [current for current in self._others if current.values.get("template_hash") not in hashes]
        return [
            Violation(
                "template",
                f"must be omitted, and the id of the workergroup or template_hash set: workergroup {current.id} of the "
                f"endpoint has the template hash {current.values.get('template_hash')!r}, which no template of the "
                "account has, so it may use an earlier content of this template",
            )
            for current in unknown[:1]
        ]

    # -- cost --------------------------------------------------------------------------------------------------------

    def hourly_cost(self, values: dict[str, Any], power: str, current: CurrentState | None, is_planned: bool) -> Cost:
        """Return the cost of the workers, of which each costs at most what the filter allows."""
        endpoint = self._endpoint_of(values)
        name = values.get("endpoint")
        cost = Cost(pool=cost_pool(endpoint.id if endpoint else None, name))
        if endpoint is None and name is not None and self._missing_endpoint:
            return cost._replace(missing=f"the endpoint {name!r}")
        if endpoint is not None and current is not None and values is current.values:
            present, problem = self._present_cost(endpoint.id)
            cost = cost._replace(present=present, problem=problem)
        limit, most = price_limit(values.get("search_params")), self._max_workers(endpoint, name, is_planned)
        return cost if limit is None or most is None else cost._replace(worst=limit * most)

    def _present_cost(self, endpoint_id: str) -> PresentCost:
        """Return the cost of the workers, unless other workergroups of the endpoint can have some of them."""
        same = [other for other in self.list_resources() if other.facts["endpoint_id"] == endpoint_id]
        return present_cost(self.client, endpoint_id) if len(same) == 1 else PresentCost()

    def _endpoint_of(self, values: dict[str, Any]) -> CurrentState | None:
        """Return the endpoint of the workergroup, or ``None`` if it does not exist yet."""
        endpoint_id = self._endpoint_id or values.get("endpoint_id")
        endpoints = VastEndpoint(self.client, self.shared_lists).list_resources()
        return next((endpoint for endpoint in endpoints if endpoint.id == str(endpoint_id)), None)

    def _max_workers(self, endpoint: CurrentState | None, name: str | None, is_planned: bool) -> int | None:
        """Return the maximum number of workers of the endpoint, as it is or as the entries of a fleet set it."""
        declared = self.shared_lists.declared(VastEndpoint) if is_planned and self.shared_lists is not None else ()
        most: int | None = endpoint.values.get("max_workers") if endpoint else None
        for desired_state in declared:
            is_same = desired_state.id == endpoint.id if endpoint and desired_state.id else desired_state.name == name
            if is_same:
                most = desired_state.values.get("max_workers", most)
        return most

    # -- judging -----------------------------------------------------------------------------------------------------

    def warnings(
        self, desired_state: DesiredState, current: dict[str, Any] | None, target: dict[str, Any] | None
    ) -> list[str]:
        if target is None:
            return []
        desired = desired_state.values
        missing = [self._missing_endpoint] if self._missing_endpoint else []
        limits = _limit_warnings(desired, target.get("search_params"), is_new=current is None)
        return missing + limits


def _matched_by(desired_state: DesiredState, endpoint: str | int | None) -> str:
    parts = [f"the endpoint {endpoint!r}"]
    if _matches_template(desired_state):
        options = ("template_hash", "template_id", "template")
        template = next(filter(None, map(desired_state.values.get, options)), None)
        parts.append(f"the template {template!r}")
    return " and ".join(parts)


def _matches_template(desired_state: DesiredState) -> bool:
    """Return whether a task finds its workergroup by the template as well as by the endpoint."""
    return desired_state.options.get("match") == "template"


def _current_state(row: dict[str, Any]) -> CurrentState:
    """Return the current state of a workergroup in a row of a list response."""
    facts = {
        "endpoint_id": str(int(row["endpoint_id"] or 0) or ""),
        "endpoint_name": row.get("endpoint_name") or "",
        "created_at": iso8601(row.get("created_at")),
    }
    return CurrentState(
        id=str(int(row["id"])),
        name=facts["endpoint_name"],
        values=TABLE.read({**row, "endpoint_name": None}),
        facts=facts,
        stage=Stage(READY, "no state"),
        private={"api_key": row.get("api_key") or ""},
    )


def _limit_warnings(desired: dict[str, Any], conditions: dict[str, Any] | None, is_new: bool) -> list[str]:
    """Return a warning about missing conditions if the task sets the filter; otherwise an empty list."""
    missing = missing_limits(conditions) if is_new or "search_params" in desired else []
    if "gpu_ram" in desired and not (conditions or {}).get("gpu_ram"):
        missing.append("no condition on gpu_ram (the option gpu_ram does not filter machines)")
    if not missing:
        return []
    warning = (
        f"search_params: the filter has {' and '.join(missing)}. Unless the template adds these conditions, Vast.ai "
        "can rent machines that are unsuitable or expensive."
    )
    return [warning]


def _no_endpoint(name: str) -> NotFound:
    advice = "Create it first with gpufleet.cloud.vast_endpoint."
    return NotFound(f"the endpoint {name!r} does not exist.", advice=advice)


_FOR_WORKERS = {"template_hash", "template_id", "search_params", "launch_args"}
"""Options that determine the properties of workers."""

_ROW = TABLE.response_schema()
_ROW["properties"].update({"id": {"type": "integer"}, "api_key": {"type": ["string", "null"]}})
_ROW["required"] = ["id", "endpoint_id"]

LIST = Call("workergroup.list", "GET", f"{V0}/workergroups/", READ, list_shape(_ROW))
CREATE = Call(
    "workergroup.create",
    "POST",
    f"{V0}/workergroups/",
    ONCE,
    {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]},
)
UPDATE = Call("workergroup.update", "PUT", f"{V0}/workergroups/{{id}}/", REPEATABLE, SUCCESS)
UPDATE_WORKERS = Call(
    "worker.roll",
    "POST",
    "/update_workers/",
    ONCE,
    {
        "type": "object",
        "properties": {"success": {"const": True}, "workers_to_update": {"type": ["integer", "null"]}},
        "required": ["success"],
    },
    host="autoscaler_url",
)
DELETE = Call("workergroup.delete", "DELETE", f"{V0}/workergroups/{{id}}/", REPEATABLE, DELETED)
