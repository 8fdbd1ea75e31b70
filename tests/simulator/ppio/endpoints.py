# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PPIO's serverless endpoints: their fields, rules and format in responses."""

from __future__ import annotations

from .. import sisters, wire

# Responses contain these as strings of digits.
LARGE_NUMBERS = ("worker_config.idle_timeout", "worker_config.max_concurrent_per_worker", "policy.value", "created_at")

# The values of unset fields: no defaults are documented, and responses contain zero values.
UNSET = {
    "name": "",
    "product_id": "",
    "worker_config": {
        "max_replicas": 0,
        "min_replicas": 0,
        "idle_timeout": 0,
        "max_concurrent_per_worker": 0,
        "gpu_num": 0,
        "rootfs_size_gb": 0,
        "min_cuda_version": "",
        "request_timeout": 0,
    },
    "policy": {"type": "", "value": 0},
    "image": "",
    "registry_auth_id": "",
    "entrypoint": "",
    "command": "",
    "volumes": [],
    "envs": [],
    "ports": [],
    "health_check": {"path": "", "port": 0},
    "region_id": "",
}

# More values of a seeded endpoint.
SEEDED = {
    "type": "sync",
    "name": "seeded",
    "product_id": "7",
    "worker_config": {
        "max_replicas": 1,
        "min_replicas": 0,
        "idle_timeout": 300,
        "max_concurrent_per_worker": 1,
        "gpu_num": 1,
        "rootfs_size_gb": 60,
        "min_cuda_version": "12.8",
        "request_timeout": 600,
    },
    "policy": {"type": "queue", "value": 15},
    "image": "registry.example.org/team/llm:1.4",
    "ports": [8000],
    "health_check": {"path": "/health", "port": 8000},
}

NEVER_UPDATED = ("type", "app_name")


class Endpoint(sisters.Endpoint):
    """One endpoint with its workers."""

    READY = "running"
    kept_workers = "worker_config.min_replicas"
    worker_gpus = "worker_config.gpu_num"
    health_path = "health_check.path"


class Endpoints(sisters.Endpoints):
    """The endpoints of one account."""

    record_type = Endpoint
    state_key = "status"
    health_key = "health"
    app_name_key = "app_name"
    created_at_key = "created_at"
    large_numbers = LARGE_NUMBERS
    unset = UNSET
    seeded = SEEDED
    never_updated = NEVER_UPDATED

    def __init__(self, account):
        super().__init__(account)
        self.cursors = sisters.Cursors()

    def search(self, keyword, member_ids):
        """Return the readable endpoints with a keyword in their name or ID, of some members (separated by commas)."""
        found = []
        for record in self.readable():
            shown = self.view(record)
            named = keyword.lower() in f"{shown['name']} {shown['id']}".lower()
            if named and (not member_ids or shown["member_id"] in member_ids.split(",")):
                found.append(record)
        return found

    def check(self, spec, former=None):
        self.check_products(self.products(spec))
        self.account.store("registry_auths").check_use(spec["registry_auth_id"])

    def places(self, spec):
        return {spec["region_id"]} if spec.get("region_id") else set()

    def products(self, spec):
        return [spec["product_id"]] if spec.get("product_id") else []

    def created_at(self, wire_fields):
        return sisters.number(wire_fields["created_at"]) - sisters.EPOCH if "created_at" in wire_fields else self.now

    def shown(self, record, listed):
        """Return an endpoint in full; a list lacks only the type."""
        spec = wire.merged(UNSET, record.spec)
        shown = {
            "id": record.id,
            "type": spec.get("type", ""),
            "name": spec["name"],
            "app_name": spec.get("app_name", ""),
            "status": self.state_of(record),
            "url": self.url_of(record, spec.get("app_name", ""), "runsync.serverless.ppio.invalid"),
            **{key: spec[key] for key in UNSET if key != "name"},
            "workers": [self.show_worker(worker) for worker in self.workers_of(record)],
            "member_id": "member-1",
            "owner_id": "owner-1",
            "created_at": int(sisters.EPOCH + record.created_at),
        }
        if isinstance(spec["volumes"], list):
            shown["volumes"] = [show_volume(volume) for volume in spec["volumes"]]
        if listed:
            del shown["type"]
        return shown

    def show_worker(self, worker):
        return {
            "id": worker.id,
            "status": self.state_of_worker(worker, "ready"),
            "log": f"https://logs.ppio.invalid/worker/{worker.id}",
            "health": worker.healthy(self.now),
            "drain": worker.leaving(self.now),
        }


def show_volume(volume):
    """Return a volume; only a local one has a size."""
    shown = {"id": "", "type": "", "size": 0, "mount_point": "", **volume}
    if shown["type"] != "local":
        del shown["size"]
    return shown
