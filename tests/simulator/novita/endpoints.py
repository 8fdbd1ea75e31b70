# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's serverless endpoints: their fields, rules and format in responses."""

from __future__ import annotations

from .. import sisters, wire
from ..ports import check_port
from ..provider import Refusal

LIMITS = {
    "minRootfsSize": 10,
    "maxRootfsSize": 200,
    "freeRootfsSize": 100,
    "minLocalVolumeSize": 10,
    "maxLocalVolumeSize": 100,
    "freeLocalVolumeSize": 30,
    "minWorkerNum": 0,
    "maxWorkerNum": 100,
    "minFreeTimeout": 1,
    "maxFreeTimeout": 3600,
    "minConcurrencyNum": 1,
    "maxConcurrencyNum": 1000,
    "minQueueWaitTime": 1,
    "maxQueueWaitTime": 1000,
    "minRequestNum": 1,
    "maxRequestNum": 1000,
    "minGPUNum": 1,
    "maxGPUNum": 8,
    "minRequestTimeout": 1,
    "maxRequestTimeout": 3600,
    "cudaVersionList": ["12.4", "12.6", "12.8", "12.9", "13.0"],
}

# The limit of each field; that of policy.value depends on policy.type.
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

# Requests can contain these as strings of digits; responses do.
LARGE_NUMBERS = ("workerConfig.freeTimeout", "workerConfig.maxConcurrent", "policy.value")

# The values of unset fields. The vendor's client omits requestTimeout.
UNSET = {
    "name": "",
    "workerConfig": {"requestTimeout": 600, "cudaVersion": ""},
    "image": {"authId": "", "command": ""},
    "volumeMounts": [],
    "clusterID": "",
    "envs": [],
    "healthy": {"path": ""},
}

# More values of a seeded endpoint.
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

# An update cannot contain these fields, so it never changes them.
NEVER_UPDATED = ("appName", "products", "rootfsSize")

# Not documented: a list of allowed clusters.
OPTIONAL = ("clusterIDs",)

PROBE = {"initialDelay": 10, "period": 10, "timeout": 10, "successThreshold": 1, "failureThreshold": 3}


class Endpoint(sisters.Endpoint):
    """One endpoint with its workers."""

    READY = "serving"
    kept_workers = "workerConfig.minNum"
    worker_gpus = "workerConfig.gpuNum"
    health_path = "healthy.path"


class Endpoints(sisters.Endpoints):
    """The endpoints of one account."""

    record_type = Endpoint
    state_key = "state"
    health_key = "healthy"
    app_name_key = "appName"
    created_at_key = "createdAt"
    large_numbers = LARGE_NUMBERS
    unset = UNSET
    seeded = SEEDED
    never_updated = NEVER_UPDATED
    optional = OPTIONAL

    def check(self, spec, former=None):
        check(spec, former if self.settings.update_ranges == "found" else None)
        for mount in spec["volumeMounts"]:
            if mount["type"] == "network":
                self.account.store("network_storages").check_mount(mount["id"], self.places(spec))
        self.account.store("registry_auths").check_use(spec["image"].get("authId"))
        if former is None:
            self.check_products(self.products(spec))

    def place(self, spec):
        return spec.get("clusterID") or super().place(spec)

    def places(self, spec):
        return set(filter(None, [spec.get("clusterID"), *(spec.get("clusterIDs") or [])]))

    def products(self, spec):
        return [product["id"] for product in spec.get("products") or []]

    def normalized(self, spec):
        if isinstance(spec.get("ports"), list):
            spec["ports"] = [{**item, "port": sisters.number(item["port"])} for item in spec["ports"]]
        return super().normalized(spec)

    def shown(self, record, listed):
        """Return an endpoint in full. In a list, only the type of the port is different."""
        spec = record.spec
        return {
            "id": record.id,
            "name": spec.get("name", ""),
            "appName": spec.get("appName", ""),
            "state": self.state_of(record),
            "url": self.url_of(record, spec.get("appName", ""), "runsync.serverless.novita.invalid"),
            "log": f"https://logs.novita.invalid/endpoint/{record.id}",
            **{key: spec[key] for key in ("workerConfig", "policy", "image", "products", "rootfsSize") if key in spec},
            "volumeMounts": [{"size": 0, "id": "", **mount} for mount in spec.get("volumeMounts", [])],
            "clusterID": spec.get("clusterID", ""),
            **{key: spec[key] for key in OPTIONAL if key in spec},
            "envs": spec.get("envs", []),
            "ports": [{"port": str(item["port"]) if listed else item["port"]} for item in spec.get("ports", [])],
            "healthy": {**spec.get("healthy", {}), **PROBE},
            "workers": [self.show_worker(worker) for worker in self.workers_of(record)],
        }

    def show_worker(self, worker):
        return {
            "id": worker.id,
            "state": self.state_of_worker(worker, "running"),
            "log": f"https://logs.novita.invalid/worker/{worker.id}",
            "metrics": f"https://metrics.novita.invalid/worker/{worker.id}",
            "healthy": worker.healthy(self.now),
        }


def check(spec, carried=None):
    """Enforce the rules that the contract's schema cannot express: the account's limits, and rules between fields.

    Values that are equal in ``carried`` are exempt from the limits.
    """
    limited = {**LIMITED, "policy.value": POLICY_LIMITS[spec["policy"]["type"]]}
    for path, limit in limited.items():
        if carried is None or wire.read(carried, path) != wire.read(spec, path):
            check_range(path, wire.read(spec, path), limit)
    worker = spec["workerConfig"]
    if worker["minNum"] > worker["maxNum"]:
        raise Refusal(400, "workerConfig.minNum must not be greater than workerConfig.maxNum")
    version = worker["cudaVersion"]
    if version not in ("", *LIMITS["cudaVersionList"]) and wire.read(carried, "workerConfig.cudaVersion") != version:
        raise Refusal(400, f"workerConfig.cudaVersion must be one of {', '.join(LIMITS['cudaVersionList'])}")
    clusters = spec.get("clusterIDs")
    if clusters and spec["clusterID"] and spec["clusterID"] not in clusters:
        raise Refusal(400, "clusterID must be one of clusterIDs")
    for item in spec["ports"] if spec["ports"] != (carried or {}).get("ports") else []:
        check_port(item["port"])
    for mount in spec["volumeMounts"]:
        if mount["type"] == "local":
            check_range("volumeMounts.size", mount.get("size"), "LocalVolumeSize")
        elif not mount.get("id"):
            raise Refusal(400, "volumeMounts.id is required for network storage")
        elif not spec["clusterID"] and not clusters:
            raise Refusal(400, "clusterID is required when network storage is mounted")


def check_range(path, value, limit):
    low, high = LIMITS[f"min{limit}"], LIMITS[f"max{limit}"]
    if value is None or not low <= value <= high:
        raise Refusal(400, f"{path} must be between {low} and {high}")
