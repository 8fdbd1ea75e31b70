# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private networks of Novita AI, in which instances of a cluster reach each other.

Pages: ``gpu-instance-list-vpc``, ``-get-vpc``, ``-create-vpc``, ``-update-vpc`` and ``-delete-vpc`` under
https://novita.ai/docs/api-reference/. The pages show some objects as lists with one object.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.capabilities import Free, Occupied
from .._engine.list_response import ListResponse
from .._engine.state import FAILED, PENDING, CurrentState, DesiredState, Removal, Stage
from .._engine.workers import state_in_words
from .._http.call import ONCE, READ, REPEATABLE, Call
from .._novita_ppio.api import IDENTIFIER, TEXT, V1
from .._novita_ppio.resource import BEING_REMOVED, PlatformResource, stage_of
from .._schema.fields import Text
from .._schema.table import Table
from .._times import iso8601
from .api import NOVITA, every, list_shape
from .clusters import in_cluster

TABLE = Table(
    Text("name", required=True, max_length=30, trimmed=True, effect="in_place"),
    Text("cluster_id", wire="clusterId", required=True, immutable=True),
)


class NovitaNetwork(Occupied, Free, PlatformResource):
    """A private network of Novita AI. The response to a create has no id, and a new network is listed after a while.

    It counts as free, because no page has a price for it. The instances in it are billed as all others.
    """

    provider = NOVITA
    noun = "network"
    table = TABLE
    facts_before_create = {"status": "", "status_message": "", "segment": "", "addresses": [], "created_at": ""}
    absence_codes = ("NETWORK_NOT_FOUND", "RESOURCE_NOT_FOUND")

    def matches(self, list_response: ListResponse, desired_state: DesiredState) -> list[CurrentState]:
        """Return the networks with the name; if one of them is in the desired cluster, only those in this cluster.

        With ``recreate``, the cluster is a value to change and selects nothing.
        """
        named = super().matches(list_response, desired_state)
        return named if desired_state.recreate else in_cluster(named, desired_state)

    def occupants(self, current: CurrentState) -> dict[str, str]:
        return {address["id"]: f"instance {address['id']}" for address in current.facts["addresses"]}

    def read_list(self) -> ListResponse:
        return every(self.client, LIST, "networks", _current_state, other_key="network")

    def read_one(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        def read() -> CurrentState:
            return _current_state(_single(self.client.send(GET, query={"networkId": current.id})["network"]))

        return self.read_by_id(current, read)

    def create(self, target: dict[str, Any]) -> str:
        response = self.client.send(CREATE, body=TABLE.create_body(target))
        return str(response.get("networkId") or response.get("id") or "")

    def update(self, current: CurrentState, target: dict[str, Any]) -> None:
        self.client.send(UPDATE, body={"networkId": current.id, **TABLE.update_body(target)})

    def delete(self, current: CurrentState) -> Removal:
        return self.remove(lambda: self.client.send(DELETE, body={"networkId": current.id}))


def _single(item: Any) -> dict[str, Any]:
    """Return an object that a response has by itself or as the only one in a list."""
    item = item[0] if isinstance(item, list) and item else item
    return item or {}


def _current_state(network: dict[str, Any]) -> CurrentState:
    state = _single(network.get("state"))
    word, error = state.get("state") or "", state.get("error") or ""
    stage = FAILED if error else stage_of(word, ready=("ready",))
    addresses = network.get("Addresses") or []
    return CurrentState(
        id=network["Id"],
        name=network["name"],
        values=TABLE.read(network),
        facts={
            "status": word,
            "status_message": error,
            "segment": network.get("segment") or "",
            "addresses": [{"id": each.get("Id") or "", "ip": each.get("Ip") or ""} for each in addresses],
            "created_at": iso8601(network.get("createTime")),
        },
        stage=Stage(PENDING if stage == BEING_REMOVED else stage, state_in_words(word, error, "no status")),
        being_removed=stage == BEING_REMOVED,
        is_complete=True,
    )


_STATE = {"type": ["object", "null"], "properties": {"state": TEXT, "error": TEXT}}
_ADDRESS = {"type": "object", "properties": {"Id": TEXT, "Ip": TEXT}}
_NETWORK = TABLE.response_schema()
_NETWORK["properties"].update(
    {
        "Id": IDENTIFIER,
        "name": {"type": "string"},
        "state": {"anyOf": [_STATE, {"type": "array", "maxItems": 1, "items": _STATE}]},
        "segment": TEXT,
        "Addresses": {"type": ["array", "null"], "items": _ADDRESS},
        "createTime": {"type": ["string", "integer", "null"]},
    }
)
_NETWORK["required"] = ["Id", "name"]
_ONE = {"anyOf": [_NETWORK, {"type": "array", "minItems": 1, "maxItems": 1, "items": _NETWORK}]}
_ID_OR_NOTHING = {"type": ["string", "null"]}
_PATH = f"{V1}/network"

LIST = Call(
    "network.list",
    "GET",
    f"{V1}/networks",
    READ,
    {"anyOf": [list_shape("networks", _NETWORK), list_shape("network", _NETWORK)]},
)
GET = Call(
    "network.get", "GET", _PATH, READ, {"type": "object", "properties": {"network": _ONE}, "required": ["network"]}
)
CREATE = Call(
    "network.create",
    "POST",
    f"{_PATH}/create",
    ONCE,
    {"type": "object", "properties": {"networkId": _ID_OR_NOTHING, "id": _ID_OR_NOTHING}},
)
UPDATE = Call("network.update", "POST", f"{_PATH}/update", REPEATABLE)
DELETE = Call("network.delete", "POST", f"{_PATH}/delete", REPEATABLE)
