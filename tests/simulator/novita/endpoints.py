# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's serverless endpoints: what is stored, what is refused, what is shown."""

from __future__ import annotations

import secrets

from .. import wire
from ..provider import Refusal
from ..records import Record, Store, Workers

LIMITS = {
    "minRootfsSize": 10, "maxRootfsSize": 200, "freeRootfsSize": 100,
    "minLocalVolumeSize": 10, "maxLocalVolumeSize": 100, "freeLocalVolumeSize": 30,
    "minWorkerNum": 0, "maxWorkerNum": 100,
    "minFreeTimeout": 1, "maxFreeTimeout": 3600,
    "minConcurrencyNum": 1, "maxConcurrencyNum": 1000,
    "minQueueWaitTime": 1, "maxQueueWaitTime": 1000,
    "minRequestNum": 1, "maxRequestNum": 1000,
    "minGPUNum": 1, "maxGPUNum": 8,
    "minRequestTimeout": 1, "maxRequestTimeout": 3600,
    "cudaVersionList": ["12.4", "12.6", "12.8", "12.9", "13.0"],
}

# Which limit holds for which field; the one of policy.value depends on policy.type.
LIMITED = {
    "workerConfig.minNum": "WorkerNum",
    "workerConfig.maxNum": "WorkerNum",
    "workerConfig.freeTimeout": "FreeTimeout",
    "workerConfig.maxConcurrent": "ConcurrencyNum",
    "workerConfig.gpuNum": "GPUNum",
    "workerConfig.requestTimeout": "RequestTimeout",
    "rootfsSize": "RootfsSize",
}
POLICY_LIMITS = {"queue": "QueueWaitTime", "concurrency": "RequestNum"}

INTERNAL_PORTS = (2222, 2223, 2224)

# Accepted as digits in a string, too, and answered so.
LARGE_NUMBERS = ("workerConfig.freeTimeout", "workerConfig.maxConcurrent", "policy.value")

# What a field is when nobody set it. The vendor's own client leaves out requestTimeout.
UNSET = {
    "name": "",
    "workerConfig": {"requestTimeout": 600, "cudaVersion": ""},
    "image": {"authId": "", "command": ""},
    "volumeMounts": [],
    "clusterID": "",
    "envs": [],
    "healthy": {"path": ""},
}

# What a seeded endpoint has besides.
SEEDED = {
    "name": "seeded",
    "workerConfig": {"minNum": 0, "maxNum": 1, "freeTimeout": 300, "maxConcurrent": 1, "gpuNum": 1},
    "ports": [{"port": 8000}],
    "policy": {"type": "queue", "value": 15},
    "image": {"image": "registry.example.org/team/llm:1.4"},
    "products": [{"id": "7"}],
    "rootfsSize": 100,
    "healthy": {"path": "/health"},
}

# Not in the body of an update, so an update leaves them alone.
NEVER_UPDATED = ("appName", "products", "rootfsSize")

SETTABLE = {"appName"} | UNSET.keys() | SEEDED.keys()

PROBE = {"initialDelay": 10, "period": 10, "timeout": 10, "successThreshold": 1, "failureThreshold": 3}


class Endpoint(Record):
    """One endpoint with its workers."""

    READY = "serving"

    def __init__(self, record_id, spec, now):
        super().__init__(record_id, spec, now)
        self.workers = Workers()

    def boot(self, phase, now, seconds, fault=None):
        """Go through a phase, then start the workers that are missing; each takes as long again to be healthy."""
        self.begin(phase, now, seconds, fault)
        self.staff(self.settles_at, self.settles_at + seconds)

    def staff(self, appear_at, healthy_at):
        self.workers.scale(int(wire.read(self.spec, "workerConfig.minNum") or 0), appear_at, healthy_at)


class Endpoints(Store):
    """The endpoints of one account."""

    def create(self, wanted, fault):
        """Store a new endpoint and return it."""
        spec = normalised(wire.merged(UNSET, wanted))
        check(spec)
        for product in spec["products"]:
            if product["id"].startswith("missing"):
                raise Refusal(400, f"product {product['id']} not found", "SERVERLESS_PRODUCT_NOT_FOUND")
        app_name = spec.get("appName")
        if app_name and any(record.spec.get("appName") == app_name for record in self.all()):
            raise Refusal(400, f"app name {app_name} already taken", "SERVERLESS_APP_NAME_IS_EXIST")
        record = self.start(spec, fault)
        if fault and fault.name == "duplicate":
            self.start({**spec, "appName": ""}, None)
        return record

    def start(self, spec, fault):
        record_id = new_id()
        record = Endpoint(record_id, wire.merged(spec, {"appName": spec.get("appName") or record_id}), self.now)
        self.store_written(record, fault, {})
        record.visible_at = self.now + self.settings.visible_after
        record.boot("creating", self.now, self.settings.boot_seconds, fault)
        self.add(record)
        return record

    def read(self, record_id):
        """Return what readers may see of an endpoint."""
        return next((record for record in self.readable() if record.id == record_id), None) or self.missing(record_id)

    def update(self, record_id, wanted, fault):
        """Change an endpoint; what a missing key means depends on the account's settings."""
        record = self.find(record_id) or self.missing(record_id)
        if record.deleting:
            raise Refusal(400, f"endpoint {record_id} is being deleted", "DEPENDENT_RESOURCE_STATE")
        former = record.spec
        base = former
        if self.settings.put_mode == "full":
            base = {**UNSET, **{key: former[key] for key in NEVER_UPDATED if key in former}}
        if self.settings.put_mode == "zero_ignoring":
            wanted = wire.without_empty(wanted)
        spec = normalised(wire.merged(base, wanted))
        check(spec)
        record.keep_former(self.now, self.settings.stale_after)
        record.spec = spec
        self.store_written(record, fault, former)
        record.boot("updating", self.now, self.settings.boot_seconds, fault)

    def delete(self, record_id):
        record = self.find(record_id) or self.missing(record_id)
        record.vanish(self.now, self.settings.boot_seconds / 2)

    def missing(self, record_id):
        raise Refusal(
            self.settings.not_found_status, f"endpoint {record_id} not found", "SERVERLESS_ENDPOINT_NOT_FOUND"
        )

    def build(self, wire_fields):
        record_id = wire_fields.get("id") or new_id()
        base = wire.merged(wire.merged(UNSET, SEEDED), {"appName": record_id})
        record = Endpoint(record_id, base, wire_fields.get("createdAt", self.now))
        self.apply_by_hand(record, wire_fields)
        return record

    def apply_by_hand(self, record, wire_fields):
        """Lay wire fields over an endpoint; its state may be given as one word. Workers are at work at once."""
        fields = dict(wire_fields)
        if isinstance(fields.get("state"), str):
            fields["state"] = {"state": fields["state"], "error": "", "message": ""}
        settable = {key: value for key, value in fields.items() if key in SETTABLE}
        record.spec = normalised(wire.merged(record.spec, settable))
        rest = {key: value for key, value in fields.items() if key not in SETTABLE | {"id", "createdAt"}}
        record.by_hand = wire.merged(record.by_hand, rest)
        record.staff(self.now, self.now)

    def view(self, record, listed=False):
        """Show an endpoint in full; a list differs from a single read only in the type of the port."""
        spec, now = record.spec, self.now
        state, error, message = record.state(now)
        shown = {
            "id": record.id,
            "name": spec.get("name", ""),
            "appName": spec.get("appName", ""),
            "state": {"state": state, "error": error, "message": message},
            "url": f"https://{record.id}-{spec.get('appName', '')}.runsync.serverless.novita.invalid",
            "log": f"https://logs.novita.invalid/endpoint/{record.id}",
            **{key: spec[key] for key in ("workerConfig", "policy", "image", "products", "rootfsSize") if key in spec},
            "volumeMounts": [{"size": 0, "id": "", **mount} for mount in spec.get("volumeMounts", [])],
            "clusterID": spec.get("clusterID", ""),
            "envs": spec.get("envs", []),
            "ports": [{"port": str(item["port"]) if listed else item["port"]} for item in spec.get("ports", [])],
            "healthy": {**spec.get("healthy", {}), **PROBE},
            "workers": [self.view_worker(*worker) for worker in self.workers_of(record)],
        }
        shown = wire.merged(shown, record.by_hand)
        if self.settings.numbers_as_strings:
            for path in LARGE_NUMBERS:
                if wire.read(shown, path) is not None:
                    wire.write(shown, path, str(wire.read(shown, path)))
        return shown

    def workers_of(self, record):
        """Return the workers that an endpoint has now; in a bad state it has none."""
        bad = record.state(self.now)[0] in ("failed", "stopped", "deleting")
        return [] if bad else record.workers.at(self.now)

    def view_worker(self, worker_id, healthy):
        return {
            "id": worker_id,
            "state": {"state": "running" if healthy else "creating", "error": "", "message": ""},
            "log": f"https://logs.novita.invalid/worker/{worker_id}",
            "metrics": f"https://metrics.novita.invalid/worker/{worker_id}",
            "healthy": healthy,
        }

    def summary(self, record):
        shown = self.view(record)
        workers = shown["workers"]
        return {
            "id": record.id,
            "name": shown["name"],
            "state": shown["state"]["state"],
            "workers": len(workers),
            "healthy": sum(bool(worker.get("healthy")) for worker in workers),
        }


def new_id():
    return secrets.token_hex(8)


def number(value):
    """Read digits in a string as the number that they mean."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def normalised(spec):
    """Return a specification with all numbers as numbers."""
    for path in LARGE_NUMBERS:
        if wire.read(spec, path) is not None:
            wire.write(spec, path, number(wire.read(spec, path)))
    if isinstance(spec.get("ports"), list):
        spec["ports"] = [{**item, "port": number(item["port"])} for item in spec["ports"]]
    return spec


def check(spec):
    """Refuse what the contract's schema cannot say: the account's limits, and rules between fields."""
    limited = {**LIMITED, "policy.value": POLICY_LIMITS[spec["policy"]["type"]]}
    for path, limit in limited.items():
        check_range(path, wire.read(spec, path), limit)
    worker = spec["workerConfig"]
    if worker["minNum"] > worker["maxNum"]:
        raise Refusal(400, "workerConfig.minNum must not be greater than workerConfig.maxNum")
    if worker["cudaVersion"] and worker["cudaVersion"] not in LIMITS["cudaVersionList"]:
        raise Refusal(400, f"workerConfig.cudaVersion must be one of {', '.join(LIMITS['cudaVersionList'])}")
    for item in spec["ports"]:
        if not 1 <= item["port"] <= 65535 or item["port"] in INTERNAL_PORTS:
            raise Refusal(400, "ports: must be 1-65535 and none of 2222, 2223, 2224")
    for mount in spec["volumeMounts"]:
        if mount["type"] == "local":
            check_range("volumeMounts.size", mount.get("size"), "LocalVolumeSize")
        elif not mount.get("id"):
            raise Refusal(400, "volumeMounts.id is required for network storage")
        elif not spec["clusterID"]:
            raise Refusal(400, "clusterID is required when network storage is mounted")


def check_range(path, value, limit):
    low, high = LIMITS[f"min{limit}"], LIMITS[f"max{limit}"]
    if value is None or not low <= value <= high:
        raise Refusal(400, f"{path} must be between {low} and {high}")
