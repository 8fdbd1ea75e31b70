# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serverless GPU endpoints of Novita AI.

Pages: ``serverless-create-endpoint``, ``-get-endpoint``, ``-list-endpoint``, ``-update-endpoint``, ``-delete-endpoint``
and ``-query-endpoint-limit`` under https://novita.ai/docs/api-reference/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from .._engine.list_response import ListResponse
from .._engine.references import Reference, Referring
from .._engine.state import CurrentState, Removal
from .._http.call import ONCE, READ, REPEATABLE, Call
from .._novita_ppio.api import CREATED, V1
from .._novita_ppio.endpoint import EndpointTable, PlatformEndpoint
from .._novita_ppio.product_query import Options
from .._novita_ppio.registry_auth import RegistryAuthName
from .._schema.composites import Group, Items, Scalars
from .._schema.environment import Environment
from .._schema.field import Field
from .._schema.field_set import Values
from .._schema.fields import Integer, Text
from .._schema.free_text import FreeText
from .._validation import Violation
from .api import NOVITA, every, list_shape
from .clusters import NovitaClusters
from .limits import limits_in_message
from .network_storage import NovitaNetworkStorage
from .registry_auth import NovitaRegistryAuth

MAX_TEXT_LENGTH = 255

Clusters = tuple[str, tuple[str, ...]]
"""The value of ``clusterID`` and those of ``clusterIDs``."""


class Cluster(Text):
    """The single cluster of an endpoint. A response can have it only as the single entry of a list."""

    def read_from(self, response: dict[str, Any]) -> str | None:
        one: str | None = super().read_from(response)
        several: list[str] = response.get("clusterIDs") or []
        return several[0] if not one and len(several) == 1 else one


class Placement(Field):
    """The clusters of an endpoint in a response; updates send them back unchanged. The value is ``(one, several)``."""

    def response_schema(self) -> dict[str, Any]:
        return {"type": ["array", "null"], "items": {"type": "string"}}

    def read_from(self, response: dict[str, Any]) -> Clusters | None:
        several = response.get(self.response_key)
        return None if several is None else (response.get("clusterID") or "", tuple(several))

    def write(self, target: Clusters) -> list[str]:
        return list(target[1])

    def equal(self, current: Clusters | None, target: Clusters | None) -> bool:
        # A single cluster is also the value of cluster_id.
        return _several(current) == _several(target)


def _several(clusters: Clusters | None) -> set[str]:
    several = set(clusters[1]) if clusters else set()
    return several if len(several) > 1 else set()


class NovitaEndpointTable(EndpointTable):
    """The table, and the rules between its fields that the page describes."""

    def target(self, current: Values | None, desired: Values) -> Values:
        target = super().target(current, desired)
        if target.get("cluster_ids") and target.get("cluster_id", "") != (current or {}).get("cluster_id", ""):
            one = target["cluster_id"]
            target["cluster_ids"] = (one, (one,) if one else ())
        return target

    def differences(self, current: Values | None, target: Values | None, path: str = "") -> list[str]:
        paths = super().differences(current, target, path)
        return [path for path in paths if path != "cluster_ids" or "cluster_id" not in paths]

    def create_body(self, target: Values) -> dict[str, Any]:
        return _with_cluster(super().create_body(target), target)

    def update_body(self, target: Values) -> dict[str, Any]:
        return _with_cluster(super().update_body(target), target)

    def conflicts(self, target: Values, path: str = "") -> list[Violation]:
        conflicts = super().conflicts(target, path)
        mounts = target.get("volume_mounts") or []
        placed = target.get("cluster_id") or (target.get("cluster_ids") or ((), ()))[1]
        if any(mount.get("type") == "network" for mount in mounts) and not placed:
            rule = "must be set to the cluster of the storage when volume_mounts has a network mount"
            conflicts.append(Violation("cluster_id", rule))
        return conflicts


def _with_cluster(body: dict[str, Any], target: Values) -> dict[str, Any]:
    """Return the body with ``clusterID`` as it was read, in addition to ``clusterIDs``."""
    return {**body, "clusterID": target["cluster_ids"][0]} if target.get("cluster_ids") else body


TABLE = NovitaEndpointTable(
    Text("name", required=True, max_length=220, trimmed=True),
    Text("app_name", wire="appName", immutable=True, unique=True),
    Group(
        "worker_config",
        wire="workerConfig",
        required=True,
        fields=(
            Integer("min_num", wire="minNum", required=True, limits=("minWorkerNum", "maxWorkerNum")),
            Integer("max_num", wire="maxNum", required=True, limits=("minWorkerNum", "maxWorkerNum")),
            Integer("free_timeout", wire="freeTimeout", required=True, limits=("minFreeTimeout", "maxFreeTimeout")),
            Integer(
                "max_concurrent", wire="maxConcurrent", required=True, limits=("minConcurrencyNum", "maxConcurrencyNum")
            ),
            Integer("gpu_num", wire="gpuNum", required=True, limits=("minGPUNum", "maxGPUNum")),
            Integer(
                "request_timeout",
                wire="requestTimeout",
                required=True,
                limits=("minRequestTimeout", "maxRequestTimeout"),
            ),
            Text("cuda_version", wire="cudaVersion", may_be_empty=True, option=False),
        ),
    ),
    Scalars(
        "ports",
        required=True,
        min_items=1,
        max_items=1,
        wrapped_in="port",
        item=Integer("port", minimum=1, maximum=65535, forbidden=(2222, 2223, 2224), as_text=True),
    ),
    Group(
        "policy",
        required=True,
        fields=(
            Text("type", required=True, choices=("queue", "concurrency")),
            Integer(
                "value",
                required=True,
                limits={
                    ("type", "queue"): ("minQueueWaitTime", "maxQueueWaitTime"),
                    ("type", "concurrency"): ("minRequestNum", "maxRequestNum"),
                },
            ),
        ),
    ),
    Group(
        "image",
        required=True,
        fields=(
            Text("image", required=True, max_length=511),
            Text(
                "auth_id", wire="authId", is_id=True, may_be_empty=True, described_by="auth", max_length=MAX_TEXT_LENGTH
            ),
            RegistryAuthName("auth"),
            FreeText("command", may_be_empty=True, max_length=2047),
        ),
    ),
    Scalars("products", required=True, immutable=True, described_by="product", wrapped_in="id", item=Text("id")),
    Integer(
        "rootfs_size",
        wire="rootfsSize",
        required=True,
        immutable=True,
        on_create=100,
        limits=("minRootfsSize", "maxRootfsSize"),
    ),
    Items(
        "volume_mounts",
        wire="volumeMounts",
        required=True,
        on_create=[],
        identity=("type", "mount_path"),
        fields=(
            Text("type", choices=("local", "network")),
            Integer("size", when=("type", "local"), on_create=30, limits=("minLocalVolumeSize", "maxLocalVolumeSize")),
            Text("id", is_id=True, when=("type", "network"), required=True, described_by="storage"),
            Text("storage", when=("type", "network"), names_other=True),
            Text("mount_path", wire="mountPath", max_length=MAX_TEXT_LENGTH),
        ),
    ),
    Cluster("cluster_id", wire="clusterID", may_be_empty=True, max_length=MAX_TEXT_LENGTH),
    Placement("cluster_ids", wire="clusterIDs", option=False),
    Environment("envs"),
    Group("healthy", required=True, fields=(Text("path", required=True),)),
    bounds=("min_num", "max_num"),
)


class NovitaEndpoint(Referring, PlatformEndpoint):
    """A serverless GPU endpoint of Novita AI."""

    references = (
        Reference("image", "auth", "auth_id", NovitaRegistryAuth),
        Reference("volume_mounts[]", "storage", "id", NovitaNetworkStorage, narrowed_by="cluster_id"),
    )

    provider = NOVITA
    table = TABLE
    regions = NovitaClusters
    product_options = Options("products", "cluster_id", "worker_config.gpu_num", is_list=True)
    facts_before_create = {**PlatformEndpoint.facts_before_create, "log": ""}
    state_key = "state"
    health_key = "healthy"
    log_key = "log"

    def read_list(self) -> ListResponse:
        return every(self.client, LIST, "endpoints", self.current_state)

    def read_one(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        def read() -> CurrentState:
            return self.current_state(self.client.send(GET, query={"id": current.id})["endpoint"])

        return self.read_by_id(current, read)

    def create(self, target: dict[str, Any]) -> str:
        with self._limits_in_message(target):
            return str(self.client.send(CREATE, body={"endpoint": TABLE.create_body(target)})["id"])

    def update(self, current: CurrentState, target: dict[str, Any]) -> None:
        with self._limits_in_message(target):
            self.client.send(UPDATE, body={"id": current.id, **TABLE.update_body(target)})

    def delete(self, current: CurrentState) -> Removal:
        # The page calls the field "name". The clients that are known to delete endpoints send it as "id".
        return self.remove(lambda: self.client.send(DELETE, body={"name": current.id, "id": current.id}))

    def _limits_in_message(self, target: dict[str, Any]) -> AbstractContextManager[None]:
        return limits_in_message(lambda: self.client.send(LIMITS), TABLE.fields, target)


_ENDPOINT = NovitaEndpoint.response_schema()

LIST = Call("endpoint.list", "GET", f"{V1}/endpoints", READ, list_shape("endpoints", _ENDPOINT))
GET = Call(
    "endpoint.get",
    "GET",
    f"{V1}/endpoint",
    READ,
    {"type": "object", "properties": {"endpoint": _ENDPOINT}, "required": ["endpoint"]},
)
CREATE = Call("endpoint.create", "POST", f"{V1}/endpoint/create", ONCE, CREATED)
UPDATE = Call("endpoint.update", "POST", f"{V1}/endpoint/update", REPEATABLE)
DELETE = Call("endpoint.delete", "POST", f"{V1}/endpoint/delete", REPEATABLE)
_VERSIONS = {"cudaVersionList": {"type": ["array", "null"], "items": {"type": "string"}}}
LIMITS = Call("endpoint.limit", "GET", f"{V1}/endpoint/limit", READ, {"type": "object", "properties": _VERSIONS})
