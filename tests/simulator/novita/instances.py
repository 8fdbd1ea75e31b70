# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's GPU instances: their fields, rules and operations."""

from __future__ import annotations

import dataclasses

from .. import sisters, wire
from ..provider import Refusal
from . import instance_views, orders
from .lifecycle import COURSES, REMOVAL, Instance

MONTH = 30 * 24 * 3600
# Prices are in this fraction of a USD.
PRICE_UNIT = 100_000

# The values of unset fields. The first generation does not return the last five.
UNSET = {
    "name": "",
    "productId": "",
    "gpuNum": 0,
    "rootfsSize": 0,
    "imageUrl": "",
    "imageAuthId": "",
    "portMappings": [],
    "envs": [],
    "tools": [],
    "command": "",
    "entrypoint": "",
    "clusterId": "",
    "volumeMounts": [],
    "networkId": "",
    "kind": "gpu",
    "billingMode": "onDemand",
    "endTime": -1,
    "month": 0,
    "autoRenew": False,
    "autoRenewMonth": 0,
    "imageAuth": "",
    "minCudaVersion": "",
}

# More values of a seeded instance.
SEEDED = {
    "name": "seeded",
    "productId": "4090.16c62g",
    "gpuNum": 1,
    "rootfsSize": 60,
    "imageUrl": "registry.example.org/team/train:2",
    "portMappings": [{"port": 8000, "type": "http"}],
    "clusterId": "us-demo-1",
}

# Fields that are stored under another name than in a request.
STORED_AS = {
    "ports": "portMappings",
    "expandRootDisk": "rootfsSize",
    "networkStorages": "volumeMounts",
    "networkVolume": "volumeMounts",
    "networkVolume.volumeMounts": "volumeMounts",
}

# The statuses of a stopped instance. The second one is not documented, but a public client has seen it.
STOPPED = ("exited", "stopped")

# The statuses in which an operation is accepted.
FROM = {
    "start": STOPPED,
    "stop": ("running",),
    "restart": ("running",),
    "edit": ("running", *STOPPED),
    "upgrade": ("running", *STOPPED),
    "change its billing": ("running", *STOPPED),
}


class Instances(sisters.SisterStore):
    """The instances of one account."""

    noun = "instance"
    large_numbers = instance_views.LARGE_NUMBERS

    # Called by the operations.

    def create(self, desired, fault):
        """Store a new instance and return it."""
        if desired.get("clusterId"):
            self.account.store("regions").demand(desired["clusterId"])
        self.account.store("registry_auths").check_use(desired.get("imageAuthId"))
        spec = wire.merged(UNSET, orders.new_instance(desired, self.product(desired)))
        self.check_mounts(spec)
        if spec["networkId"]:
            self.account.store("networks").check_member(spec["networkId"], spec["clusterId"])
        record = self.launch(spec, fault)
        if fault and fault.name == "duplicate":
            self.launch(spec, None)
        return record

    def launch(self, spec, fault):
        if spec["billingMode"] == "monthly":
            spec = {**spec, "endTime": self.end_time(spec["month"])}
        record = Instance(sisters.new_id(), spec, self.now)
        self.admit(record, fault)
        self.go(record, "queue" if self.settings.pending_first else "create", fault)
        return record

    def start(self, record_id, fault):
        record = self.ready_to("start", record_id)
        product = self.product(record.spec)
        if product:
            orders.check_stock(product)
        self.act(record, "start", fault)

    def stop(self, record_id, fault):
        self.act(self.ready_to("stop", record_id), "stop", fault)

    def restart(self, record_id, fault):
        self.act(self.ready_to("restart", record_id), "restart", fault)

    def delete(self, record_id, fault):
        """Remove an instance in any status, unless it is paid in advance."""
        record = self.existing(record_id)
        if record.spec["billingMode"] == "monthly" and self.now < record.spec["endTime"] - sisters.EPOCH:
            message = f"instance {record_id} is paid in advance and cannot be released before it ends"
            raise Refusal(400, message, "PREPAID_INSTANCE_NOT_SUPPORT_RELEASE")
        if record.status(self.now) not in REMOVAL:
            self.act(record, "delete", fault)

    def edit(self, record_id, desired, fault):
        """Change the ports, or enlarge the disk by some GB. The instance continues to run."""
        record = self.ready_to("edit", record_id)
        spec = dict(record.spec)
        if "ports" in desired:
            orders.check_ports(desired["ports"], spec["tools"])
            spec["portMappings"] = desired["ports"]
        if desired.get("expandRootDisk"):
            spec["rootfsSize"] += desired["expandRootDisk"]
            orders.check_disk(self.product(spec), spec["rootfsSize"])
        self.rewrite(record, spec, fault)

    def upgrade(self, record_id, desired, fault):
        """Change the image, its settings and the mounted network storages. This resets the instance."""
        record = self.ready_to("upgrade", record_id)
        self.account.store("registry_auths").check_use(desired.get("imageAuthId"))
        stopped = record.status(self.now) in STOPPED
        if stopped and self.settings.upgrade_of_exited == "refused":
            self.refuse_to("upgrade", record)
        if self.settings.put_mode == "zero_ignoring":
            desired = wire.without_empty(desired)
        base = UNSET if self.settings.put_mode == "full" else record.spec
        spec = orders.upgraded(record.spec, desired, base)
        self.check_mounts(spec)
        self.rewrite(record, spec, fault)
        last = "exited" if stopped and self.settings.upgrade_of_exited == "exited" else "running"
        record.go((COURSES["upgrade"][0], last), self.now, self.settings, fault)

    def renew(self, record_id, months, fault):
        """Extend a subscription."""
        record = self.subscribed(record_id)
        if record.status(self.now) in COURSES["queue"][0]:
            message = f"instance {record_id} is being created and cannot be renewed"
            raise Refusal(400, message, "CREATING_INSTANCE_NOT_SUPPORT_RENEWAL")
        spec = record.spec
        changes = {"month": spec["month"] + months, "endTime": spec["endTime"] + months * MONTH}
        self.rewrite(record, {**spec, **changes}, fault)

    def set_auto_renew(self, record_ids, enabled, months, fault):
        """Turn automatic renewal on or off for all subscriptions, or for none if one cannot be changed."""
        for record in [self.subscribed(record_id) for record_id in record_ids]:
            renewal = {"autoRenew": enabled, "autoRenewMonth": (months or 1) if enabled else 0}
            self.rewrite(record, {**record.spec, **renewal}, fault)

    def trans_to_monthly(self, record_id, months, fault):
        """Change pay as you go to a subscription. This cannot be undone."""
        record = self.ready_to("change its billing", record_id)
        if record.spec["billingMode"] != "onDemand":
            message = f"instance {record_id} is paid {record.spec['billingMode']} and cannot be changed to monthly"
            raise Refusal(400, message, "UNSUPPORTED_BILLING_MODE")
        changes = {"billingMode": "monthly", "month": months, "endTime": self.end_time(months)}
        self.rewrite(record, {**record.spec, **changes}, fault)

    def search(self, query):
        """Return the readable instances that match a query. Name and product can be parts of names."""
        return [record for record in self.readable() if self.matches(record, query)]

    def matches(self, record, query):
        filters = {key: query[key].lower() for key in ("name", "productName", "status") if query.get(key)}
        if not filters:
            return True
        shown = {key: str(value).lower() for key, value in self.view(record).items()}
        exact = filters.pop("status", shown["status"]) == shown["status"]
        return exact and all(part in shown[key] for key, part in filters.items())

    # Shared by the operations.

    def present(self):
        """Return the instances that are not removed yet."""
        return [record for record in self.all() if record.status(self.now) != "removed"]

    def check_mounts(self, spec):
        """Refuse a mount of a network storage that does not exist in the cluster."""
        for mount in spec["volumeMounts"]:
            self.account.store("network_storages").check_mount(mount["id"], {spec["clusterId"]})

    def existing(self, record_id):
        """Return an instance that is not removed yet, even if readers cannot see it."""
        record = self.find(record_id)
        return record if record and record.status(self.now) != "removed" else self.missing(record_id)

    def ready_to(self, operation, record_id):
        """Return an instance if its status allows the operation, or refuse."""
        record = self.existing(record_id)
        return record if record.status(self.now) in FROM[operation] else self.refuse_to(operation, record)

    def refuse_to(self, operation, record):
        message = f"instance {record.id} is {record.status(self.now)} and cannot {operation} now"
        raise Refusal(400, message, "OPERATION_LIMIT")

    def subscribed(self, record_id):
        record = self.existing(record_id)
        if record.spec["billingMode"] != "monthly":
            raise Refusal(400, f"instance {record_id} is not paid monthly", "UNSUPPORTED_BILLING_MODE")
        return record

    def act(self, record, operation, fault):
        """Start a course of statuses, unless a fault ignores the operation."""
        if fault and fault.name == "ignore":
            return
        record.keep_former(self.now, self.settings.stale_after)
        self.go(record, operation, fault)

    def go(self, record, course, fault):
        record.go(COURSES[course], self.now, self.settings, fault)

    def rewrite(self, record, spec, fault):
        """Store a new specification of an instance."""
        former = record.spec
        record.keep_former(self.now, self.settings.stale_after)
        record.spec = wire.merged({}, spec)
        self.store_written(record, fault, former)

    def store_written(self, record, fault, former):
        """Apply a fault that ignores or clips fields. Their names can be those of requests or of responses."""
        if fault and fault.name == "ignore":
            fields = [STORED_AS.get(path, path) for path in fault.arguments["fields"]]
            fault = dataclasses.replace(fault, arguments={"fields": fields})
        if fault and fault.name == "clip":
            field = STORED_AS.get(fault.arguments["field"], fault.arguments["field"])
            fault = dataclasses.replace(fault, arguments={**fault.arguments, "field": field})
        super().store_written(record, fault, former)
        # A field that a create ignored is unset.
        record.spec = {**UNSET, **record.spec}

    def product(self, spec):
        return self.account.store("products").order(spec["productId"], spec["kind"])

    def end_time(self, months):
        return int(sisters.EPOCH + self.now) + months * MONTH

    # The format of responses.

    def shown(self, record, listed):
        product = self.product(record.spec)
        size = self.account.store("products").size(product, record.spec["gpuNum"]) if product else (0, 0, 0)
        cluster_name = self.account.store("regions").name_of(record.spec["clusterId"])
        return instance_views.show(record, product, size, cluster_name, self.now, self.settings)

    def view(self, record, listed=False):
        shown = super().view(record)
        return instance_views.listed(shown) if listed else shown

    def view_v2(self, record):
        v1 = self.normalized(wire.merged(self.shown(record, False), record.overrides))
        return self.with_large_numbers(
            instance_views.second_generation(v1, record.spec), instance_views.LARGE_NUMBERS_V2
        )

    def summary(self, record):
        return {"id": record.id, "name": record.spec["name"], "state": record.status(self.now)}

    def hourly_cost(self, record):
        """Return the price of a running instance that is not paid in advance. The price of its disk is unknown."""
        product, spec = self.product(record.spec), record.spec
        if product is None or not record.runs(self.now) or spec["billingMode"] == "monthly":
            return None
        price = sisters.number(product.get("spotPrice" if spec["billingMode"] == "spot" else "price"))
        return price * (1 if spec["kind"] == "cpu" else spec["gpuNum"]) / PRICE_UNIT if price else None

    # Called by the control interface.

    def build(self, wire_fields):
        created = sisters.number(wire_fields["createdAt"]) - sisters.EPOCH if "createdAt" in wire_fields else self.now
        record_id = wire_fields.get("id") or sisters.new_id()
        record = Instance(record_id, wire.merged(UNSET, SEEDED), created)
        record.settle("running", self.now)
        self.apply_overrides(record, wire_fields)
        return record

    def apply_overrides(self, record, wire_fields):
        """Merge wire fields into an instance. ``ssh`` sets the connection; ``hold`` keeps a transitional status."""
        fields = {key: value for key, value in wire_fields.items() if key not in ("id", "createdAt")}
        status, error = fields.pop("status", None), {}
        if isinstance(fields.get("statusError"), dict):
            error = fields.pop("statusError")
            record.overrides.pop("statusError", None)
        record.ssh |= fields.pop("ssh", {})
        if fields.pop("hold", False) or error:
            status = status or record.status(self.now)
            record.settle(status, self.now, error.get("state", ""), error.get("message", ""))
        elif status:
            record.set_status(status, self.now, self.settings)
        settable = {key: fields.pop(key) for key in UNSET if key in fields}
        record.spec = self.normalized({**record.spec, **settable})
        if record.spec["billingMode"] == "monthly" and record.spec["endTime"] == -1:
            record.spec["endTime"] = self.end_time(record.spec["month"] or 1)
        record.overrides = wire.merged(record.overrides, fields)
