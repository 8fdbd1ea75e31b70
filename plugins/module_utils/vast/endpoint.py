# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's serverless endpoints, which its API also calls endpoint groups and ``endptjobs``.

Pages: create, show, update and delete endpoint under https://docs.vast.ai/api-reference/serverless/; the fields that
the create page does not list are those of the vendor's own client.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from ..errors import ApiError
from ..fields import Float, Integer, Text
from ..resource import FAILED, READY, Condition, Listing, Record, Resource
from ..table import Table
from ..times import iso8601
from ..transport import ONCE, READ, REPEATABLE, Call
from .api import DELETED, REMOVAL_FACTS, SUCCESS, V0, VAST, list_shape, removal, says_absent
from .workers import condition_of, log_tail, workers_of

TABLE = Table(
    Text("name", wire="endpoint_name", required=True, shortest=1, trimmed=True,
         aliases=("endpoint_name",)),
    Float("min_load", least=0),
    Float("min_cold_load", least=0),
    Float("target_util", above=0, greatest=1),
    Float("cold_mult", least=0),
    Integer("cold_workers", least=0),
    Integer("max_workers", least=0),
    Float("max_queue_time", nullable=True),
    Float("target_queue_time", nullable=True),
    Float("inactivity_timeout", nullable=True),
    Text("endpoint_state", choices=("active", "suspended", "stopped"), after_create=True),
)


class VastEndpoint(Resource):
    """A serverless endpoint of Vast.ai. It rents nothing until it has a workergroup."""

    provider = VAST
    noun = "endpoint"
    table = TABLE
    options = Table(Integer("wait_for_workers", least=0))
    blank_facts = {"status": "", "created_at": "", "auto_delete_due_24h": False, "workers": []}
    removal_facts = REMOVAL_FACTS
    private_facts = ("api_key",)
    reveal_option = "return_api_key"

    def __init__(self, client, listings=None):
        super().__init__(client, listings)
        self._workers = []

    def is_absence(self, error):
        return says_absent(error, "Routegroup not found for user")

    def read_all(self):
        try:
            rows = self.client.send(LIST)["results"]
        except ApiError as error:
            # An account without endpoints is refused instead of answered with an empty list.
            if error.status == 400 and "No endpoints for user found" in error.why:
                return Listing()
            raise
        return Listing(self._record(row) for row in rows)

    def detail(self, record, mark=None):
        # The reference has no call that reads one endpoint.
        return self.found_again(record, mark)

    def create(self, target):
        return str(self.client.send(CREATE, body=TABLE.create_body(target))["result"])

    def update(self, record, target):
        self.client.send(UPDATE, path={"id": record.id}, body=TABLE.update_body(target))

    def delete(self, record):
        answer = self.unless_absent(lambda: self.client.send(DELETE, path={"id": record.id}))
        return removal(answer, f"endpoint {record.id}")

    def condition(self, record, desire, power):
        wanted = desire.options.get("wait_for_workers")
        if not wanted:
            return record.condition
        state = record.values.get("endpoint_state")
        if state not in (None, "active"):
            return Condition(FAILED, f"{state!r}, and an endpoint in that state gets no workers")
        self._workers = workers_of(self.client, record.id)
        record.facts["workers"] = self._workers
        return condition_of(self._workers, wanted)

    def account_of(self, record):
        return log_tail(self.client, record) if self._workers else ""

    def conflicts(self, target, desire):
        wanted, most = desire.options.get("wait_for_workers") or 0, target.get("max_workers")
        if most is not None and wanted > most:
            return [f"wait_for_workers: must be at most max_workers ({most}), not {wanted}"]
        return []

    def _record(self, row):
        facts = {
            "status": row.get("endpoint_state") or "",
            "created_at": iso8601(row.get("created_at")),
            "auto_delete_due_24h": bool(row.get("auto_delete_due_24h")),
            "workers": [],
        }
        return Record(
            id=str(int(row["id"])), name=row["endpoint_name"], values=TABLE.read(row), facts=facts,
            condition=Condition(READY, facts["status"]), private={"api_key": row.get("api_key") or ""})


_ROW = TABLE.answer_schema()
_ROW["properties"].update({
    "id": {"type": "integer"},
    "endpoint_name": {"type": "string"},
    "api_key": {"type": ["string", "null"]},
})
_ROW["required"] = ["id", "endpoint_name"]

LIST = Call("endpoint.list", "GET", f"{V0}/endptjobs/", READ, list_shape(_ROW))
CREATE = Call("endpoint.create", "POST", f"{V0}/endptjobs/", ONCE, {
    "type": "object", "properties": {"result": {"type": "integer"}}, "required": ["result"]})
UPDATE = Call("endpoint.update", "PUT", f"{V0}/endptjobs/{{id}}/", REPEATABLE, SUCCESS)
DELETE = Call("endpoint.delete", "DELETE", f"{V0}/endptjobs/{{id}}/", REPEATABLE, DELETED)
