# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita AI's serverless GPU endpoints.

Pages: ``serverless-create-endpoint``, ``-get-endpoint``, ``-list-endpoint``, ``-update-endpoint``, ``-delete-endpoint``
and ``-query-endpoint-limit`` under https://novita.ai/docs/api-reference/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from ..environment import Environment
from ..errors import ApiError
from ..fields import Group, Integer, Items, Scalars, Text
from ..resource import FAILED, PENDING, READY, Condition, Record, Resource
from ..table import Table
from ..transport import ONCE, READ, REPEATABLE, Call
from .api import NOVITA, V1, every, list_shape, says_absent
from .limits import in_message

MOST_TEXT = 255


class EndpointTable(Table):
    """The table, and the rules between its fields that the page states in words."""

    def conflicts(self, target):
        found = super().conflicts(target)
        workers = target.get("worker_config") or {}
        if (workers.get("min_num") or 0) > (workers.get("max_num") or 0):
            found.append(f"worker_config.min_num: must be at most worker_config.max_num ({workers.get('max_num')}), "
                         f"not {workers['min_num']}")
        mounts = target.get("volume_mounts") or []
        if any(mount.get("type") == "network" for mount in mounts) and not target.get("cluster_id"):
            found.append("cluster_id: must be given with a network mount, and name the cluster of its storage")
        return found


TABLE = EndpointTable(
    Text("name", required=True, shortest=1, longest=220),
    Text("app_name", wire="appName", immutable=True, unique=True),
    Group("worker_config", wire="workerConfig", required=True, fields=(
        Integer("min_num", wire="minNum", required=True, limits=("minWorkerNum", "maxWorkerNum")),
        Integer("max_num", wire="maxNum", required=True, limits=("minWorkerNum", "maxWorkerNum")),
        Integer("free_timeout", wire="freeTimeout", required=True, limits=("minFreeTimeout", "maxFreeTimeout")),
        Integer("max_concurrent", wire="maxConcurrent", required=True,
                limits=("minConcurrencyNum", "maxConcurrencyNum")),
        Integer("gpu_num", wire="gpuNum", required=True, limits=("minGPUNum", "maxGPUNum")),
        Integer("request_timeout", wire="requestTimeout", required=True,
                limits=("minRequestTimeout", "maxRequestTimeout")),
        Text("cuda_version", wire="cudaVersion", option=False),
    )),
    Scalars("ports", required=True, fewest=1, most=1, wrapped_in="port",
            item=Integer("port", least=1, greatest=65535, forbidden=(2222, 2223, 2224), as_text=True)),
    Group("policy", required=True, fields=(
        Text("type", required=True, choices=("queue", "concurrency")),
        Integer("value", required=True, limits={
            ("type", "queue"): ("minQueueWaitTime", "maxQueueWaitTime"),
            ("type", "concurrency"): ("minRequestNum", "maxRequestNum"),
        }),
    )),
    Group("image", required=True, fields=(
        Text("image", required=True, longest=511),
        Text("auth_id", wire="authId", longest=MOST_TEXT),
        Text("command", longest=2047),
    )),
    Scalars("products", required=True, immutable=True, wrapped_in="id", item=Text("id")),
    Integer("rootfs_size", wire="rootfsSize", required=True, immutable=True, on_create=100,
            limits=("minRootfsSize", "maxRootfsSize")),
    Items("volume_mounts", wire="volumeMounts", required=True, on_create=[], identity=("type", "mount_path"), fields=(
        Text("type", choices=("local", "network")),
        Integer("size", when=("type", "local"), on_create=30, limits=("minLocalVolumeSize", "maxLocalVolumeSize")),
        Text("id", when=("type", "network"), required=True),
        Text("mount_path", wire="mountPath", longest=MOST_TEXT),
    )),
    Text("cluster_id", wire="clusterID", longest=MOST_TEXT),
    Environment("envs"),
    Group("healthy", required=True, fields=(
        Text("path", required=True),
    )),
)

_STATE = {
    "type": ["object", "null"],
    "properties": {word: {"type": ["string", "null"]} for word in ("state", "error", "message")},
}
_WORKER = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "state": _STATE,
        "healthy": {"type": ["boolean", "null"]},
        "log": {"type": ["string", "null"]},
    },
    "required": ["id"],
}
_RECORD = TABLE.answer_schema()
_RECORD["properties"].update({
    "id": {"type": "string", "minLength": 1},
    "name": {"type": "string"},
    "state": _STATE,
    "url": {"type": ["string", "null"]},
    "log": {"type": ["string", "null"]},
    "workers": {"type": ["array", "null"], "items": _WORKER},
})
_RECORD["required"] = ["id", "name"]
_LISTING = list_shape("endpoints")
_LISTING["properties"]["endpoints"]["items"] = _RECORD

LIST = Call("endpoint.list", "GET", f"{V1}/endpoints", READ, _LISTING)
GET = Call("endpoint.get", "GET", f"{V1}/endpoint", READ,
           {"type": "object", "properties": {"endpoint": _RECORD}, "required": ["endpoint"]})
CREATE = Call("endpoint.create", "POST", f"{V1}/endpoint/create", ONCE,
              {"type": "object", "properties": {"id": {"type": "string", "minLength": 1}}, "required": ["id"]})
UPDATE = Call("endpoint.update", "POST", f"{V1}/endpoint/update", REPEATABLE)
DELETE = Call("endpoint.delete", "POST", f"{V1}/endpoint/delete", REPEATABLE)
LIMITS = Call("endpoint.limit", "GET", f"{V1}/endpoint/limit", READ, {"type": "object"})

_READY_WORDS = ("serving", "running")
_FAILED_WORDS = ("failed", "stopped")


class NovitaEndpoint(Resource):
    """A serverless GPU endpoint of Novita AI."""

    provider = NOVITA
    noun = "endpoint"
    table = TABLE
    blank_facts = {"status": "", "status_message": "", "url": "", "log": "", "workers": []}

    def listing(self):
        return [self._record(raw) for raw in every(self.client, LIST, "endpoints")]

    def detail(self, record):
        try:
            answer = self.client.send(GET, query={"id": record.id})
        except ApiError as error:
            if says_absent(error, "SERVERLESS_ENDPOINT_NOT_FOUND", "RESOURCE_NOT_FOUND"):
                return None
            raise
        return self._record(answer["endpoint"])

    def create(self, target):
        with self._limits_in_message(target):
            return self.client.send(CREATE, body={"endpoint": TABLE.create_body(target)})["id"]

    def update(self, record, target):
        with self._limits_in_message(target):
            self.client.send(UPDATE, body={"id": record.id, **TABLE.update_body(target)})

    def delete(self, record):
        try:
            # The page calls the field "name" and wants the endpoint's id in it.
            self.client.send(DELETE, body={"name": record.id})
        except ApiError as error:
            if not says_absent(error, "SERVERLESS_ENDPOINT_NOT_FOUND", "RESOURCE_NOT_FOUND"):
                raise
        return []

    def replacement(self, record, target):
        # An app_name that was not chosen is the endpoint's own id.
        return {name: value for name, value in target.items() if name != "app_name" or value != record.id}

    def _limits_in_message(self, target):
        return in_message(lambda: self.client.send(LIMITS), TABLE.fields, target)

    def _record(self, raw):
        state = raw.get("state") or {}
        values = TABLE.read(raw)
        workers = [_worker(worker) for worker in raw.get("workers") or []]
        facts = {
            "status": state.get("state") or "",
            "status_message": _said(state),
            "url": raw.get("url") or "",
            "log": raw.get("log") or "",
            "workers": workers,
        }
        return Record(
            id=raw["id"], name=raw["name"], values=values, facts=facts, condition=_condition(state, values, workers),
            vanishing=facts["status"].lower() == "deleting")


def _worker(raw):
    state = raw.get("state") or {}
    return {
        "id": raw["id"],
        "status": state.get("state") or "",
        "status_message": _said(state),
        "healthy": bool(raw.get("healthy")),
        "log": raw.get("log") or "",
    }


def _said(state):
    """The provider's error and message as one text."""
    return ": ".join(text for text in (state.get("error"), state.get("message")) if text)


def _condition(state, values, workers):
    """Usable when the provider says so and, where workers are always kept, one of them is healthy."""
    word = (state.get("state") or "").lower()
    said = f"{state.get('state') or 'nothing of its state'!r}" + (f" ({_said(state)})" if _said(state) else "")
    if state.get("error") or word in _FAILED_WORDS:
        return Condition(FAILED, said)
    if word not in _READY_WORDS:
        return Condition(PENDING, said)
    kept = (values.get("worker_config") or {}).get("min_num") or 0
    if kept and not any(worker["healthy"] for worker in workers):
        return Condition(PENDING, f"{said}, and none of its {len(workers)} workers is healthy")
    return Condition(READY, said)
