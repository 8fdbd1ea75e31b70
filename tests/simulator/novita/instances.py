# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's GPU instances: what is stored, what is refused, what happens to it."""

from __future__ import annotations

import dataclasses

from .. import sisters, wire
from ..provider import Refusal
from . import instance_views, orders
from .lifecycle import COURSES, REMOVAL, Instance

MONTH = 30 * 24 * 3600

# What a field is when nobody set it. The last five are not answered by the first generation.
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

# What a seeded instance has besides.
SEEDED = {
    "name": "seeded",
    "productId": "4090.16c62g",
    "gpuNum": 1,
    "rootfsSize": 60,
    "imageUrl": "registry.example.org/team/train:2",
    "portMappings": [{"port": 8000, "type": "http"}],
    "clusterId": "us-demo-1",
}

# By the name in a request: where it is stored.
STORED_AS = {
    "ports": "portMappings",
    "expandRootDisk": "rootfsSize",
    "networkStorages": "volumeMounts",
    "networkVolume": "volumeMounts",
    "networkVolume.volumeMounts": "volumeMounts",
}

# The words of one that does not run; a client of the provider has met the second.
STOPPED = ("exited", "stopped")

# From which states an operation is accepted.
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

    # What the operations call.

    def create(self, wanted, fault):
        """Store a new instance and return it."""
        spec = wire.merged(UNSET, orders.new_instance(wanted, self.product(wanted)))
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
        """Remove an instance, whatever it is doing, unless it is paid in advance."""
        record = self.existing(record_id)
        if record.spec["billingMode"] == "monthly" and self.now < record.spec["endTime"] - sisters.EPOCH:
            message = f"instance {record_id} is paid in advance and cannot be released before it ends"
            raise Refusal(400, message, "PREPAID_INSTANCE_NOT_SUPPORT_RELEASE")
        if record.word(self.now) not in REMOVAL:
            self.act(record, "delete", fault)

    def edit(self, record_id, wanted, fault):
        """Change the ports, or make the disk larger by some GB, while the instance goes on."""
        record = self.ready_to("edit", record_id)
        spec = dict(record.spec)
        if "ports" in wanted:
            orders.check_ports(wanted["ports"], spec["tools"])
            spec["portMappings"] = wanted["ports"]
        if wanted.get("expandRootDisk"):
            spec["rootfsSize"] += wanted["expandRootDisk"]
            orders.check_disk(self.product(spec), spec["rootfsSize"])
        self.rewrite(record, spec, fault)

    def upgrade(self, record_id, wanted, fault):
        """Change what runs, and which network storages are mounted; this resets the instance."""
        record = self.ready_to("upgrade", record_id)
        stopped = record.word(self.now) in STOPPED
        if stopped and self.settings.upgrade_of_exited == "refused":
            self.refuse_to("upgrade", record)
        if self.settings.put_mode == "zero_ignoring":
            wanted = wire.without_empty(wanted)
        base = UNSET if self.settings.put_mode == "full" else record.spec
        self.rewrite(record, orders.upgraded(record.spec, wanted, base), fault)
        goal = "exited" if stopped and self.settings.upgrade_of_exited == "exited" else "running"
        record.go((COURSES["upgrade"][0], goal), self.now, self.settings, fault)

    def renew(self, record_id, months, fault):
        """Have a subscription end later."""
        record = self.subscribed(record_id)
        if record.word(self.now) in COURSES["queue"][0]:
            message = f"instance {record_id} is being created and cannot be renewed"
            raise Refusal(400, message, "CREATING_INSTANCE_NOT_SUPPORT_RENEWAL")
        spec = record.spec
        changes = {"month": spec["month"] + months, "endTime": spec["endTime"] + months * MONTH}
        self.rewrite(record, {**spec, **changes}, fault)

    def set_auto_renew(self, record_ids, enabled, months, fault):
        """Have subscriptions renewed by themselves or not, all of them or none."""
        for record in [self.subscribed(record_id) for record_id in record_ids]:
            renewal = {"autoRenew": enabled, "autoRenewMonth": (months or 1) if enabled else 0}
            self.rewrite(record, {**record.spec, **renewal}, fault)

    def trans_to_monthly(self, record_id, months, fault):
        """Turn pay as you go into a subscription, for good."""
        record = self.ready_to("change its billing", record_id)
        if record.spec["billingMode"] != "onDemand":
            message = f"instance {record_id} is paid {record.spec['billingMode']} and cannot be changed to monthly"
            raise Refusal(400, message, "UNSUPPORTED_BILLING_MODE")
        changes = {"billingMode": "monthly", "month": months, "endTime": self.end_time(months)}
        self.rewrite(record, {**record.spec, **changes}, fault)

    def search(self, query):
        """Return the readable instances that a query asks for; name and product may be parts of names."""
        return [record for record in self.readable() if self.wanted(record, query)]

    def wanted(self, record, query):
        filters = {key: query[key].lower() for key in ("name", "productName", "status") if query.get(key)}
        if not filters:
            return True
        shown = {key: str(value).lower() for key, value in self.view(record).items()}
        exact = filters.pop("status", shown["status"]) == shown["status"]
        return exact and all(part in shown[key] for key, part in filters.items())

    # What they share.

    def existing(self, record_id):
        """Return an instance that is not removed yet, whatever readers see of it."""
        record = self.find(record_id)
        return record if record and record.word(self.now) != "removed" else self.missing(record_id)

    def ready_to(self, operation, record_id):
        """Return an instance whose state allows an operation."""
        record = self.existing(record_id)
        return record if record.word(self.now) in FROM[operation] else self.refuse_to(operation, record)

    def refuse_to(self, operation, record):
        message = f"instance {record.id} is {record.word(self.now)} and cannot {operation} now"
        raise Refusal(400, message, "OPERATION_LIMIT")

    def subscribed(self, record_id):
        record = self.existing(record_id)
        if record.spec["billingMode"] != "monthly":
            raise Refusal(400, f"instance {record_id} is not paid monthly", "UNSUPPORTED_BILLING_MODE")
        return record

    def act(self, record, operation, fault):
        """Send an instance on a course, unless a fault lets it ignore that."""
        if fault and fault.name == "ignore":
            return
        record.keep_former(self.now, self.settings.stale_after)
        self.go(record, operation, fault)

    def go(self, record, course, fault):
        record.go(COURSES[course], self.now, self.settings, fault)

    def rewrite(self, record, spec, fault):
        """Have an instance be as a specification says."""
        former = record.spec
        record.keep_former(self.now, self.settings.stale_after)
        record.spec = wire.merged({}, spec)
        self.store_written(record, fault, former)

    def store_written(self, record, fault, former):
        """Let a fault ignore or clip what was written; fields may be named as in requests or as in answers."""
        if fault and fault.name == "ignore":
            fields = [STORED_AS.get(path, path) for path in fault.arguments["fields"]]
            fault = dataclasses.replace(fault, arguments={"fields": fields})
        if fault and fault.name == "clip":
            field = STORED_AS.get(fault.arguments["field"], fault.arguments["field"])
            fault = dataclasses.replace(fault, arguments={**fault.arguments, "field": field})
        super().store_written(record, fault, former)
        # What a create ignored is unset.
        record.spec = {**UNSET, **record.spec}

    def products(self, spec):
        return self.account.store("cpu_products" if spec["kind"] == "cpu" else "products")

    def product(self, spec):
        return self.products(spec).fields(spec["productId"])

    def end_time(self, months):
        return int(sisters.EPOCH + self.now) + months * MONTH

    # How they are shown.

    def shown(self, record, listed):
        products, product = self.products(record.spec), self.product(record.spec)
        size = products.size(product, record.spec["gpuNum"]) if product else (0, 0, 0)
        return instance_views.show(record, product, size, self.now, self.settings)

    def view(self, record, listed=False):
        shown = super().view(record)
        return instance_views.listed(shown) if listed else shown

    def view_v2(self, record):
        v1 = self.normalised(wire.merged(self.shown(record, False), record.by_hand))
        return self.with_large_numbers(
            instance_views.second_generation(v1, record.spec), instance_views.LARGE_NUMBERS_V2
        )

    def summary(self, record):
        return {"id": record.id, "name": record.spec["name"], "state": record.word(self.now)}

    # What the control interface calls.

    def build(self, wire_fields):
        created = sisters.number(wire_fields["createdAt"]) - sisters.EPOCH if "createdAt" in wire_fields else self.now
        record_id = wire_fields.get("id") or sisters.new_id()
        record = Instance(record_id, wire.merged(UNSET, SEEDED), created)
        record.settle("running", self.now)
        self.apply_by_hand(record, wire_fields)
        return record

    def apply_by_hand(self, record, wire_fields):
        """Lay wire fields over an instance, and two more: ``ssh`` is the way in, ``hold`` keeps a passing state."""
        fields = {key: value for key, value in wire_fields.items() if key not in ("id", "createdAt")}
        word, error = fields.pop("status", None), {}
        if isinstance(fields.get("statusError"), dict):
            error = fields.pop("statusError")
            record.by_hand.pop("statusError", None)
        record.ssh |= fields.pop("ssh", {})
        if fields.pop("hold", False) or error:
            word = word or record.word(self.now)
            record.settle(word, self.now, error.get("state", ""), error.get("message", ""))
        elif word:
            record.set_by_hand(word, self.now, self.settings)
        settable = {key: fields.pop(key) for key in UNSET if key in fields}
        record.spec = self.normalised({**record.spec, **settable})
        if record.spec["billingMode"] == "monthly" and record.spec["endTime"] == -1:
            record.spec["endTime"] = self.end_time(record.spec["month"] or 1)
        record.by_hand = wire.merged(record.by_hand, fields)
