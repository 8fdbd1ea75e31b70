# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Network storages of Novita AI, which endpoints and instances mount.

Pages: ``gpu-instance-list-network-storage``, ``-create-network-storage``, ``-edit-network-storage`` and
``-delete-network-storage`` under https://novita.ai/docs/api-reference/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.capabilities import Irreplaceable
from .._engine.list_response import ListResponse
from .._engine.state import READY, CurrentState, DesiredState, Removal, Stage
from .._http.call import ONCE, READ, REPEATABLE, Call
from .._novita_ppio.api import IDENTIFIER, TEXT, V1
from .._novita_ppio.resource import PlatformResource
from .._schema.fields import Integer, Text
from .._schema.table import Table
from .._times import iso8601
from .._validation import Violation
from .api import NOVITA, Paging, every, list_shape
from .clusters import in_cluster


class Size(Integer):
    """A size in GB that only grows. Updates contain it as text, creates as a number."""

    def range_violations(self, value: int, current: int | None, path: str) -> list[Violation]:
        if current is not None and value < current:
            return [Violation(path, f"must be at least {current}, because the provider only enlarges it, not {value}")]
        return super().range_violations(value, current, path)


TABLE = Table(
    Text("name", wire="storageName", aliases=("storage_name",), required=True, trimmed=True, effect="in_place"),
    Text("cluster_id", wire="clusterId", required=True, immutable=True),
    Size("size", wire="storageSize", aliases=("storage_size",), required=True, minimum=10, effect="in_place"),
)


class NovitaNetworkStorage(Irreplaceable, PlatformResource):
    """A network storage of Novita AI. It has no state: it is usable as soon as it is listed."""

    provider = NOVITA
    noun = "network storage"
    table = TABLE
    facts_before_create = {"cluster_name": "", "price": "", "created_at": ""}
    absence_codes = ("NETWORK_STORAGE_NOT_FOUND", "RESOURCE_NOT_FOUND")
    lost_by_replacement = "its data"

    def matches(self, list_response: ListResponse, desired_state: DesiredState) -> list[CurrentState]:
        """Return the storages with the name; if one of them is in the desired cluster, only those in this cluster."""
        return in_cluster(super().matches(list_response, desired_state), desired_state)

    def read_list(self) -> ListResponse:
        return every(self.client, LIST, "data", _current_state, Paging("pageNo", first=1))

    def create(self, target: dict[str, Any]) -> str:
        response = self.client.send(CREATE, body=TABLE.create_body(target))
        if isinstance(response, dict):
            return str(response.get("id") or response.get("storageId") or "")
        return str(response)

    def update(self, current: CurrentState, target: dict[str, Any]) -> None:
        body = TABLE.update_body(target)
        self.client.send(UPDATE, body={"storageId": current.id, **body, "storageSize": str(body["storageSize"])})

    def delete(self, current: CurrentState) -> Removal:
        return self.remove(lambda: self.client.send(DELETE, body={"storageId": current.id}))

    def warnings(
        self, desired_state: DesiredState, current: dict[str, Any] | None, target: dict[str, Any] | None
    ) -> list[str]:
        if current is None or desired_state.state != "absent":
            return []
        size, name = current.get("size"), current.get("name")
        return [f"The deletion of the network storage {name!r} ({size} GB) deletes all data in it for good."]


def _current_state(row: dict[str, Any]) -> CurrentState:
    return CurrentState(
        id=row["storageId"],
        name=row["storageName"],
        values=TABLE.read(row),
        facts={
            "cluster_name": row.get("clusterName") or "",
            "price": "" if row.get("price") is None else str(row["price"]),
            "created_at": iso8601(row.get("createdAt")),
        },
        stage=Stage(READY, "no status"),
        is_complete=True,
    )


_ROW = TABLE.response_schema()
_ROW["properties"].update(
    {
        "storageId": IDENTIFIER,
        "storageName": {"type": "string"},
        "clusterName": TEXT,
        "price": {"type": ["string", "number", "null"]},
        "createdAt": {"type": ["string", "integer", "null"]},
    }
)
_ROW["required"] = ["storageId", "storageName", "storageSize"]
_ID_OR_NOTHING = {"type": ["string", "null"]}
# The page shows the id as a string. A client of the vendor reads an object.
_CREATED = {
    "anyOf": [IDENTIFIER, {"type": "object", "properties": {"id": _ID_OR_NOTHING, "storageId": _ID_OR_NOTHING}}],
    "description": "an id as text, or an object",
}

LIST = Call("network_storage.list", "GET", f"{V1}/networkstorages/list", READ, list_shape("data", _ROW))
CREATE = Call("network_storage.create", "POST", f"{V1}/networkstorage/create", ONCE, _CREATED)
UPDATE = Call("network_storage.update", "POST", f"{V1}/networkstorage/update", REPEATABLE)
DELETE = Call("network_storage.delete", "POST", f"{V1}/networkstorage/delete", REPEATABLE)
