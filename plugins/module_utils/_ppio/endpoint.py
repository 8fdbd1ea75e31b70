# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serverless GPU endpoints of PPIO.

Pages: ``endpoint/reference-v2-create-endpoint``, ``-list-endpoint``, ``-get-endpoint`` and ``-update-endpoint`` under
https://ppio.com/docs/gpus/; the delete call is on the corresponding page of Novita AI.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .._engine.list_response import ListResponse
from .._engine.references import Reference, Referring
from .._engine.state import CurrentState, DesiredState, Removal
from .._http.call import ONCE, READ, REPEATABLE, Call
from .._novita_ppio.api import CREATED
from .._novita_ppio.endpoint import EndpointTable, PlatformEndpoint
from .._novita_ppio.product_query import Options
from .._novita_ppio.registry_auth import RegistryAuthName
from .._novita_ppio.second_generation import V2, list_shape
from .._schema.composites import Group, Items, Scalars
from .._schema.environment import Environment
from .._schema.fields import Integer, Text
from .._schema.free_text import FreeText
from .._times import iso8601
from .api import PPIO, every
from .regions import PpioRegions
from .registry_auth import PpioRegistryAuth

MAX_TEXT_LENGTH = 255


TABLE = EndpointTable(
    Text("type", required=True, immutable=True, choices=("sync", "async")),
    Text("name", required=True, max_length=MAX_TEXT_LENGTH, trimmed=True),
    Text("app_name", immutable=True, unique=True, max_length=MAX_TEXT_LENGTH),
    Text("product_id", required=True, described_by="product", max_length=MAX_TEXT_LENGTH),
    Text("image", required=True, max_length=500),
    Text(
        "registry_auth_id",
        may_be_empty=True,
        empty_is_unset=True,
        described_by="registry_auth",
        max_length=MAX_TEXT_LENGTH,
    ),
    RegistryAuthName("registry_auth"),
    FreeText("entrypoint", may_be_empty=True),
    FreeText("command", may_be_empty=True),
    Group(
        "worker_config",
        required=True,
        fields=(
            Integer("max_replicas", required=True, minimum=0, maximum=1000),
            Integer("min_replicas", minimum=0, maximum=1000),
            Integer("idle_timeout", minimum=1, maximum=1000),
            Integer("max_concurrent_per_worker", minimum=1, maximum=1000),
            Integer("gpu_num", minimum=1, maximum=8),
            Integer("rootfs_size_gb", minimum=10, maximum=100),
            Text("min_cuda_version", printed_choices=("12.4", "12.6", "12.8", "12.9", "13.0")),
            Integer("request_timeout", minimum=1, maximum=1800),
        ),
    ),
    Group(
        "policy",
        fields=(
            Text("type", choices=("queue", "concurrency")),
            Integer("value", minimum=1, maximum=1000),
        ),
    ),
    Items(
        "volumes",
        identity=("type", "mount_point"),
        fields=(
            Text("id"),
            Text("type", choices=("network", "local")),
            Integer("size", when=("type", "local"), may_be_missing=True),
            Text("mount_point", max_length=4095),
        ),
    ),
    Environment("envs", max_name_length=511, max_value_length=4095),
    Scalars("ports", item=Integer("port", minimum=1, maximum=65535)),
    Group(
        "health_check",
        fields=(
            Text("path"),
            Integer("port", minimum=0, maximum=65535),
        ),
    ),
    Text("region_id", empty_is_unset=True),
    bounds=("min_replicas", "max_replicas"),
)


class PpioEndpoint(Referring, PlatformEndpoint):
    """A serverless GPU endpoint of PPIO."""

    references = (Reference("", "registry_auth", "registry_auth_id", PpioRegistryAuth),)

    provider = PPIO
    table = TABLE
    facts_before_create = {**PlatformEndpoint.facts_before_create, "created_at": ""}
    regions = PpioRegions
    product_options = Options("product_id", "region_id", "worker_config.gpu_num")
    state_key = "status"
    health_key = "health"

    def current_state(self, endpoint: dict[str, Any]) -> CurrentState:
        current = super().current_state(endpoint)
        return replace(current, facts={**current.facts, "created_at": iso8601(endpoint.get("created_at"))})

    def read_list(self) -> ListResponse:
        return every(self.client, LIST, self.current_state)

    def read_one(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        return self.read_by_id(current, lambda: self.current_state(self.client.send(GET, path={"id": current.id})))

    def complete(self, current: CurrentState, desired: dict[str, Any] | None = None) -> CurrentState:
        # List responses lack the type.
        if (desired is None or "type" in desired) and "type" not in current.values:
            return self.read_one(current) or current
        return current

    def create(self, target: dict[str, Any]) -> str:
        return str(self.client.send(CREATE, body=TABLE.create_body(target))["id"])

    def update(self, current: CurrentState, target: dict[str, Any]) -> None:
        self.client.send(UPDATE, path={"id": current.id}, body=TABLE.update_body(target))

    def delete(self, current: CurrentState) -> Removal:
        return self.remove(lambda: self.client.send(DELETE, path={"id": current.id}))

    def warnings(
        self, desired_state: DesiredState, current: dict[str, Any] | None, target: dict[str, Any] | None
    ) -> list[str]:
        if any(volume.get("type") == "local" for volume in desired_state.values.get("volumes") or []):
            return ["volumes: the type local is deprecated. PPIO will remove it."]
        return []


_ENDPOINT = PpioEndpoint.response_schema()

LIST = Call("endpoint.list", "GET", f"{V2}/endpoints", READ, list_shape(_ENDPOINT))
GET = Call("endpoint.get", "GET", f"{V2}/endpoints/{{id}}", READ, _ENDPOINT)
CREATE = Call("endpoint.create", "POST", f"{V2}/endpoints", ONCE, CREATED)
UPDATE = Call("endpoint.update", "PUT", f"{V2}/endpoints/{{id}}", REPEATABLE)
DELETE = Call("endpoint.delete", "DELETE", f"{V2}/endpoints/{{id}}", REPEATABLE)
