# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's GPU instances: their fields, rules and operations."""

from __future__ import annotations

from .. import instances, sisters, wire
from ..instances import MONTH
from ..ports import check_ports
from ..provider import Refusal
from . import instance_views, orders

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


class Instances(instances.Instances):
    """The instances of one account."""

    unset = UNSET
    seeded = SEEDED
    stored_as = STORED_AS
    auth_key = "imageAuthId"
    created_at_key = "createdAt"
    large_numbers = instance_views.LARGE_NUMBERS

    # Called by the operations.

    def ordered(self, desired):
        if desired.get("clusterId"):
            self.account.store("regions").demand(desired["clusterId"])
        spec = wire.merged(UNSET, orders.new_instance(desired, self.product(desired)))
        self.check_mounts(spec)
        if spec["networkId"]:
            self.account.store("networks").check_member(spec["networkId"], spec["clusterId"])
        if spec["billingMode"] == "monthly":
            spec["endTime"] = self.end_time(spec["month"])
        return spec

    def check_start(self, record):
        product = self.product(record.spec)
        if product:
            orders.check_stock(product)

    def upgraded(self, former, desired, base):
        """Change also the mounted network storages."""
        spec = orders.upgraded(former, desired, base)
        self.check_mounts(spec)
        return spec

    def paid_until(self, spec):
        return spec["endTime"] if spec["billingMode"] == "monthly" else None

    def extended(self, spec, months):
        return {**spec, "month": spec["month"] + months, "endTime": spec["endTime"] + months * MONTH}

    def edit(self, record_id, desired, fault):
        """Change the ports, or enlarge the disk by some GB. The instance continues to run."""
        record = self.ready_to("edit", record_id)
        spec = dict(record.spec)
        if "ports" in desired:
            check_ports(desired["ports"], spec["tools"])
            spec["portMappings"] = desired["ports"]
        if desired.get("expandRootDisk"):
            spec["rootfsSize"] += desired["expandRootDisk"]
            orders.check_disk(self.product(spec), spec["rootfsSize"])
        self.rewrite(record, spec, fault)

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

    def product(self, spec):
        return self.account.store("products").order(spec["productId"], spec["kind"])

    # The format of responses.

    def shown(self, record, listed):
        product = self.product(record.spec)
        size = self.account.store("products").size(product, record.spec["gpuNum"]) if product else (0, 0, 0)
        cluster_name = self.account.store("regions").name_of(record.spec["clusterId"])
        return instance_views.show(
            record, product, size, cluster_name, self.shown_status(record), self.now, self.settings
        )

    def view(self, record, listed=False):
        shown = super().view(record)
        return instance_views.listed(shown) if listed else shown

    def view_v2(self, record):
        v1 = self.normalized(wire.merged(self.shown(record, False), record.overrides))
        return self.with_large_numbers(
            instance_views.second_generation(v1, record.spec), instance_views.LARGE_NUMBERS_V2
        )

    def hourly_cost(self, record):
        """Return the price of a running instance that is not paid in advance. The price of its disk is unknown."""
        product, spec = self.product(record.spec), record.spec
        if product is None or not record.runs(self.now) or spec["billingMode"] == "monthly":
            return None
        price = sisters.number(product.get("spotPrice" if spec["billingMode"] == "spot" else "price"))
        return price * (1 if spec["kind"] == "cpu" else spec["gpuNum"]) / PRICE_UNIT if price else None

    # Called by the control interface.

    def apply_overrides(self, record, wire_fields):
        """Merge wire fields into an instance. ``ssh`` sets the connection; ``hold`` keeps a transitional status."""
        fields = {key: value for key, value in wire_fields.items() if key not in ("id", "createdAt")}
        error = ()
        if isinstance(fields.get("statusError"), dict):
            given = fields.pop("statusError")
            error = given and (given.get("state", ""), given.get("message", ""))
            record.overrides.pop("statusError", None)
        record.ssh |= fields.pop("ssh", {})
        self.put_status(record, fields.pop("status", None), error, fields.pop("hold", False))
        settable = {key: fields.pop(key) for key in UNSET if key in fields}
        record.spec = self.normalized({**record.spec, **settable})
        if record.spec["billingMode"] == "monthly" and record.spec["endTime"] == -1:
            record.spec["endTime"] = self.end_time(record.spec["month"] or 1)
        record.overrides = wire.merged(record.overrides, fields)
