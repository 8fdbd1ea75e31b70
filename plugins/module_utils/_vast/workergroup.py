# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's workergroups, which its API also calls ``autojobs``: which machines work for an endpoint, started how.

Pages: create, show, update and delete workergroup under https://docs.vast.ai/api-reference/serverless/, and the guides
on workergroup parameters and on zero downtime worker updates.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import replace

from .._engine.list_response import ListResponse
from .._engine.plan import Change
from .._engine.resource import Resource
from .._engine.state import READY, CurrentState, Stage
from .._errors import AmbiguousName, ApiError, NotFound
from .._http.client import ONCE, READ, REPEATABLE, Call
from .._schema.fields import Float, Integer, Text
from .._schema.revealed_text import RevealedText
from .._schema.table import Settings, Table
from .._times import iso8601
from .api import DELETED, REMOVAL_FACTS, SUCCESS, V0, VAST, list_shape, removal, says_absent
from .endpoint import VastEndpoint
from .query import unfit
from .search import SearchParams, conditions_of, oddities, open_ends

TABLE = Table(
    Text("endpoint", wire="endpoint_name", min_length=1, displaces=("endpoint_id",), aliases=("endpoint_name",)),
    Integer("endpoint_id", minimum=1, displaces=("endpoint",)),
    Text("template_hash", min_length=1, displaces=("template_id",), effect="rolls_workers"),
    Integer("template_id", minimum=1, displaces=("template_hash",), effect="rolls_workers"),
    SearchParams("search_params", wire_in_response="search_query"),
    RevealedText("launch_args", reveal_option="return_launch_args"),
    Float("gpu_ram", minimum=0),
)


class VastWorkergroup(Resource):
    """A workergroup of Vast.ai. It has no name: its endpoint, or its endpoint and its template, say which one it is."""

    provider = VAST
    noun = "workergroup"
    table = TABLE
    named_by = ("endpoint", "endpoint_id")
    owner = VastEndpoint
    owned_by = named_by
    rules = {
        "mutually_exclusive": [named_by, ("template_hash", "template_id")],
        "required_if": [("match", "template", ("template_hash", "template_id"), True)],
    }
    create_needs = (("template_hash", "template_id"),)
    options = Settings(
        Text("match", choices=("endpoint", "template"), default="endpoint"),
        Text("update_workers", choices=("never", "on_change", "always", "cancel"), default="never"),
    )
    write_facts = {"workers_to_update": 0, "update_cancelled": False}
    facts_before_create = {"endpoint_id": "", "endpoint_name": "", "created_at": ""}
    removal_facts = REMOVAL_FACTS

    def __init__(self, client, shared_lists=None):
        super().__init__(client, shared_lists)
        self._endpoints = {}
        self._former = set()
        self._endpoint_id = None
        self._desired_state = None
        self._unseen = ""
        self.coming = ()
        """Names of endpoints that will be there when it is this workergroup's turn."""
        self.renamed = {}
        """The names that endpoints will have by then, by the ids of those that get one."""

    @classmethod
    def option_violations(cls, params):
        # A task with an id never creates, and an update may carry what a new workergroup cannot have.
        if params["id"] or params["state"] == "absent":
            return []
        desired = params["search_params"]
        return [
            f"search_params{'' if isinstance(desired, str) else f'.{name}'}: {why}; give the id of a workergroup that exists "
            f"to set it all the same"
            for name, why in unfit(conditions_of(desired)).items()
        ]

    def prepare(self, desired_state):
        """Find the endpoint that the task names."""
        self._desired_state = desired_state
        if desired_state.id and desired_state.state == "absent":
            return
        self._endpoint_id = desired_state.values.get("endpoint_id")
        name = desired_state.values.get("endpoint")
        if name is not None and not self._find_endpoint(name) and desired_state.state != "absent":
            self._miss(name)

    def _find_endpoint(self, name):
        """Whether there is an endpoint of a name; its id is remembered. Raises when there are several."""
        self._learn()
        ids = [number for number, known in self._endpoints.items() if known == name]
        if len(ids) > 1:
            raise AmbiguousName(
                f"{len(ids)} endpoints have the name {name!r}: {', '.join(ids)}.",
                ids=ids,
                advice="Give the endpoint_id of the one that is meant.",
            )
        self._endpoint_id = int(ids[0]) if ids else self._endpoint_id
        return bool(ids)

    def _learn(self):
        """Read what the endpoints are called, or will be."""
        listed = {endpoint.id: endpoint.name for endpoint in self.list_others(VastEndpoint)}
        self._endpoints = {number: self.renamed.get(number, name) for number, name in listed.items()}
        self._former = set(listed.values()).difference(self._endpoints.values())

    def _miss(self, name):
        if name in self.coming:
            return
        if name in self._former:
            raise NotFound(f"this task gives the endpoint {name!r} another name.", advice="Give the new one.")
        if not self.client.check_mode:
            raise _no_endpoint(name)
        self._unseen = (
            f"There is no endpoint {name!r}. That is no fault where an earlier task creates it, which check "
            "mode only plans."
        )

    def matches(self, records, desired_state):
        return [record for record in records if self._is_match(record, desired_state)]

    def _is_match(self, record, desired_state):
        if self._endpoint_id is None:
            return desired_state.state == "absent" and self._is_orphan(record, desired_state.values.get("endpoint"))
        return record.values.get("endpoint_id") == self._endpoint_id and (
            not self._by_template(desired_state)
            or any(
                record.values.get(option) == desired_state.values.get(option, "")
                for option in ("template_hash", "template_id")
            )
        )

    def _is_orphan(self, record, name):
        """Whether a workergroup is left over from an endpoint of a name that is gone."""
        return record.facts["endpoint_name"] == name and record.facts["endpoint_id"] not in self._endpoints

    def label(self, desired_state):
        return (
            f"workergroup {desired_state.id!r}"
            if desired_state.id
            else f"workergroup with {self.matched_by(desired_state)}"
        )

    def matched_by(self, desired_state):
        return self._sign(desired_state, desired_state.values.get("endpoint", desired_state.values.get("endpoint_id")))

    def claim(self, desired_state):
        return self._sign(desired_state, self._endpoint_id or desired_state.values.get("endpoint"))

    def _sign(self, desired_state, endpoint):
        matched_by = [f"the endpoint {endpoint!r}"]
        if self._by_template(desired_state):
            matched_by.append(
                f"the template {desired_state.values.get('template_hash', desired_state.values.get('template_id'))!r}"
            )
        return " and ".join(matched_by)

    @staticmethod
    def _by_template(desired_state):
        return desired_state.options.get("match") == "template"

    def is_absence(self, error):
        return any(says_absent(error, text) for text in ("Invalid autojob ID", "Workgroup not found for user"))

    def select(self, selection):
        self._learn()
        rest = {option: value for option, value in selection.items() if option != "endpoint"}
        records = [self.complete(record) for record in super().select(rest)]
        name = selection.get("endpoint")
        if name is None:
            return records
        if name in self._endpoints.values():
            return [record for record in records if record.values.get("endpoint") == name]
        return [record for record in records if self._is_orphan(record, name)]

    def read_list(self):
        return ListResponse(self._record(row) for row in self.client.send(LIST)["results"])

    def read_one(self, record, mark=None):
        # The API has no call that reads one workergroup.
        found = self.find_in_list(record, mark)
        return found and self.complete(found)

    def complete(self, record, desired=None):
        # The name in a row is a copy that may be old; the endpoints themselves know better.
        name = self._endpoints.get(record.facts["endpoint_id"])
        return record if name is None else replace(record, name=name, values={**record.values, "endpoint": name})

    def before_create(self, target):
        if self._endpoint_id is None:
            self._find_later(target["endpoint"])
            self._demand_room()

    def _find_later(self, name):
        """Find an endpoint that was not there when all was planned."""
        if not self._find_endpoint(name):
            raise _no_endpoint(name)

    def _demand_room(self):
        """Raise when there is what this task means already, so that a create would make two of them."""
        ids = [record.id for record in self.matches(self.list_resources(self.mark()), self._desired_state)]
        if ids:
            raise AmbiguousName(
                f"by now there is one with {self.matched_by(self._desired_state)}: {', '.join(ids)}.",
                ids=ids,
                advice="Nothing was created. Run the task again: then that one is meant.",
            )

    def create(self, target):
        body = {"search_params": "", **TABLE.create_body(target)}
        return str(self.client.send(CREATE, body=self._placed(body))["id"])

    def asked(self, options):
        return ["update_workers"] if options.get("update_workers") in ("always", "cancel") else []

    def changes(self, record, target, paths, options):
        fields = [path for path in paths if path != "update_workers"]
        changes = super().changes(record, target, fields, options) if fields else []
        wanted = options.get("update_workers")
        if (
            wanted in ("always", "cancel")
            or wanted == "on_change"
            and _FOR_WORKERS & {path.split(".")[0] for path in fields}
        ):
            cancel = wanted == "cancel"
            changes.append(
                Change(
                    ["update_workers"],
                    "unknown" if cancel else "rolls_workers",
                    lambda: self._update_workers(record, cancel),
                    shows=False,
                )
            )
        return changes

    def _update_workers(self, record, cancel):
        """Start replacing the workers by such as the workergroup says now, or cancel that."""
        body = {"workergroup_id": int(record.id), **({"cancel_update": True} if cancel else {})}
        try:
            response = self.client.send(UPDATE_WORKERS, body=body)
        except ApiError as error:
            error.advice = (
                "The workergroup itself is as the task wants it; what its workers do is not known. "
                f"A task with update_workers: {'cancel' if cancel else 'always'} sends this again."
            )
            raise
        self.write_facts = {
            "workers_to_update": response.get("workers_to_update") or 0,
            "update_cancelled": bool(response.get("cancelled")),
        }

    def update(self, record, target):
        name = target.get("endpoint")
        if name is not None and self._endpoint_id is None:
            self._find_later(name)
        # Where only the id is sure, the vendor's client sends null as the name, too. The name in the row may be an old one,
        # which another endpoint has by now.
        body = {"endpoint_name": None, **TABLE.update_body(target)}
        self.client.send(UPDATE, path={"id": record.id}, body=self._placed(body))

    def _placed(self, body):
        """A body with the id of the endpoint that the task names: a name alone could belong to several."""
        return body if self._endpoint_id is None else {**body, "endpoint_id": self._endpoint_id}

    def delete(self, record):
        response = self.unless_absent(lambda: self.client.send(DELETE, path={"id": record.id}))
        return removal(response, f"workergroup {record.id}")

    def warnings(self, desired_state, current, target):
        if target is None:
            return []
        unseen = [self._unseen] if self._unseen else []
        open_ended = _open_ends(desired_state.values, target.get("search_params"), new=current is None)
        return unseen + oddities(desired_state.values.get("search_params")) + open_ended

    def _record(self, row):
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
            condition=Stage(READY, "there"),
            private={"api_key": row.get("api_key") or ""},
        )


def _open_ends(desired, conditions, new):
    """A sentence on what the filter leaves open, as far as the task is about that: in a list, which is empty without one."""
    found = open_ends(conditions) if new or "search_params" in desired else []
    if "gpu_ram" in desired and not (conditions or {}).get("gpu_ram"):
        found.append("no condition on gpu_ram (the option gpu_ram selects no machines)")
    return (
        [
            f"search_params: the filter has {', '.join(found)}. Unless the template adds this, machines of any such kind are rented."
        ]
        if found
        else []
    )


def _no_endpoint(name):
    return NotFound(f"there is no endpoint {name!r}.", advice="Create it first: gpufleet.cloud.vast_endpoint.")


_FOR_WORKERS = {"template_hash", "template_id", "search_params", "launch_args"}
"""Options that say what workers are like."""

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
