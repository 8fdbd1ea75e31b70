# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's network storages. Endpoints and instances mount them."""

from __future__ import annotations

import re
import uuid

from .. import sisters
from ..provider import Refusal
from ..records import Record
from .pages import one_page

# The largest storage in GB. The number is not documented.
LARGEST = 50_000

# No page documents the characters of a name; the vendor's tool server lists these.
NAME = re.compile("[A-Za-z0-9-]+")

# The values of unset fields.
UNSET = {"storageName": "", "storageSize": 10, "clusterId": ""}

# The values of a seeded storage.
SEEDED = {"storageName": "seeded", "storageSize": 50, "clusterId": "us-demo-1"}


class NetworkStorages(sisters.SisterStore):
    """The network storages of one account."""

    noun = "network storage"
    not_found = "NETWORK_STORAGE_NOT_FOUND"
    name_key = "storageName"
    large_numbers = ("price", "createdAt")

    # Called by the operations.

    def create(self, desired, fault):
        """Store a new storage and return it."""
        self.check(desired)
        cluster_id = desired["clusterId"]
        regions = self.account.store("regions")
        regions.demand(cluster_id)
        if not regions.find(cluster_id).spec["feature"]["network_volume"]:
            message = f"cluster {cluster_id} does not support network storage"
            raise Refusal(400, message, "CUR_CLUSTER_NETWORK_STORAGE_NOT_SUPPORT")
        record = self.start(desired, fault)
        if fault and fault.name == "duplicate":
            self.start(desired, None)
        return record

    def start(self, desired, fault):
        record = Record(str(uuid.uuid4()), dict(desired), self.now)
        self.admit(record, fault)
        return record

    def update(self, record_id, desired, fault):
        """Rename a storage and enlarge it. The size is the total."""
        record = self.existing(record_id)
        desired = {**desired, "storageSize": int(desired["storageSize"])}
        self.check(desired)
        former = record.spec
        if desired["storageSize"] < former["storageSize"]:
            raise Refusal(400, f"storageSize: must be at least {former['storageSize']}")
        record.keep_former(self.now, self.settings.stale_after)
        record.spec = {**former, **desired}
        self.store_written(record, fault, former)

    def delete(self, record_id):
        """Delete a storage unless it is mounted. It is still listed for some time, without any mark."""
        record = self.existing(record_id)
        if self.is_mounted(record_id):
            raise Refusal(400, f"network storage {record_id} is in use", "NETWORK_STORAGE_IN_USE")
        record.vanish(self.now, self.settings.boot_seconds / 2)

    def existing(self, record_id):
        record = self.find(record_id)
        return record if record and not record.deleting else self.missing(record_id)

    def check(self, desired):
        if not NAME.fullmatch(desired["storageName"]) and self.settings.storage_names == "documented":
            raise Refusal(400, "storageName: must contain only letters, digits and hyphens")
        if desired["storageSize"] > LARGEST:
            message = f"network storage is too large: at most {LARGEST} GB"
            raise Refusal(400, message, "NETWORK_STORAGE_TOO_LARGE")

    def search(self, query):
        """Return the readable storages. A name can be part of a name."""
        return [
            record
            for record in self.readable()
            if query.get("storageName", "") in record.spec["storageName"]
            and query.get("storageId", "") in ("", record.id)
        ]

    def store_written(self, record, fault, former):
        super().store_written(record, fault, former)
        # A field that a create ignored is unset.
        record.spec = {**UNSET, **record.spec}

    # Called by endpoints and instances.

    def check_mount(self, record_id, clusters):
        """Refuse to mount a storage that does not exist, or that is in none of some clusters."""
        record = self.find(record_id)
        is_unknown = record is None or record.deleting
        if is_unknown and record is None and self.settings.unknown_references == "accepted":
            is_unknown = record_id.startswith("missing")
        is_elsewhere = record is not None and clusters and record.spec["clusterId"] not in clusters
        if is_unknown or is_elsewhere:
            raise Refusal(400, f"network storage {record_id} not found", "NETWORK_STORAGE_NOT_FOUND")

    def is_mounted(self, record_id):
        """Return whether an endpoint or an instance mounts a storage."""
        endpoints, instances = self.account.store("endpoints"), self.account.store("instances")
        mounts = [mount for record in endpoints.all() for mount in record.spec["volumeMounts"] or []]
        mounts += [mount for record in instances.present() for mount in record.spec["volumeMounts"] or []]
        return any(mount.get("id") == record_id for mount in mounts)

    # The format of responses.

    def shown(self, record, listed):
        spec = record.spec
        return {
            "storageId": record.id,
            "storageName": spec["storageName"],
            "storageSize": spec["storageSize"],
            "clusterId": spec["clusterId"],
            "clusterName": self.account.store("regions").name_of(spec["clusterId"]),
            "price": 6 * spec["storageSize"],
            "creator": "",
            "createdAt": int(sisters.EPOCH + record.created_at),
            "uuid": "account-1",
        }

    def view(self, record, listed=False):
        # The control interface expects an ID in each resource.
        return super().view(record, listed) if listed else {"id": record.id, **super().view(record, listed)}

    def summary(self, record):
        return {"id": record.id, "name": record.spec["storageName"], "state": "ready"}

    # Called by the control interface.

    def build(self, wire_fields):
        record_id = wire_fields.get("storageId") or wire_fields.get("id") or str(uuid.uuid4())
        record = Record(record_id, dict(SEEDED), self.now)
        self.apply_overrides(record, wire_fields)
        return record

    def apply_overrides(self, record, wire_fields):
        fields = {key: value for key, value in wire_fields.items() if key not in ("id", "storageId")}
        if "createdAt" in fields:
            record.created_at = sisters.number(fields.pop("createdAt")) - sisters.EPOCH
        settable = {key: sisters.number(fields.pop(key)) for key in SEEDED if key in fields}
        record.spec = {**record.spec, **settable}
        record.overrides = {**record.overrides, **fields}


def create_storage(account, call):
    """Return the ID of a new storage. The page shows a string, a client of the vendor reads an object."""
    record_id = account.store("network_storages").create(call.body, call.fault).id
    key = account.settings.storage_created
    return {"text": record_id, "nothing": {}}.get(key, {key: record_id})


def list_storages(account, call):
    """Return one page of the storages. The first page is 1."""
    storages = account.store("network_storages")
    found = storages.search(call.query)
    shown = one_page(account.settings, call.query, found, key="pageNo", base=1)
    return sisters.page(account.settings, "data", [storages.view(record, listed=True) for record in shown], len(found))


def update_storage(account, call):
    desired = {key: value for key, value in call.body.items() if key != "storageId"}
    account.store("network_storages").update(call.body["storageId"], desired, call.fault)
    return {}


def delete_storage(account, call):
    account.store("network_storages").delete(call.body["storageId"])
    return {}


OPERATIONS = {
    "network_storage.create": create_storage,
    "network_storage.list": list_storages,
    "network_storage.update": update_storage,
    "network_storage.delete": delete_storage,
}
