# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PPIO's GPU instances: their fields, rules and operations."""

from __future__ import annotations

from .. import instances, sisters, wire
from ..instances import MONTH, STOPPED
from ..provider import Refusal
from . import instance_views, orders
from .catalog import DEMO

# The values of unset fields, mostly under their names in responses.
UNSET = {
    "name": "",
    "type": "gpu",
    "product_id": "",
    "image": "",
    "registry_auth_id": "",
    "entrypoint": "",
    "command": "",
    "envs": [],
    "billing": {"mode": "postpaid"},
    "resource_specs": {"gpu_num": 0, "rootfs_size_gb": 0},
    "ports": [],
    "volumes": [],
    "network": {"id": "", "ip": ""},
    "region": "",
    "auto_migrate": {"enabled": False, "include_system_disk": False},
    "jupyter": {"enabled": False},
    "web_terminal": False,
}

# More values of a seeded instance.
SEEDED = {
    "name": "seeded",
    "product_id": "4090.18c.60g.18c60g",
    "image": "registry.example.org/team/train:2",
    "resource_specs": {"gpu_num": 1, "rootfs_size_gb": 60},
    "ports": [{"port": 8000, "protocol": "http"}],
    "region": DEMO,
}

# Fields that are stored under another name than in a request or a response.
STORED_AS = {
    "resource": "resource_specs",
    "rootfs_size_expand_gb": "resource_specs.rootfs_size_gb",
    "candidate_regions": "region",
    "auto_renew": "billing.prepaid.auto_renew",
    "months": "billing.prepaid.end_time",
    "billing.prepaid.months": "billing.prepaid.end_time",
    "enable": "web_terminal",
    "tools.web_terminal.enabled": "web_terminal",
    "tools": "jupyter",
    "tools.jupyter": "jupyter",
}

# The fields of tools that are stored.
TOOLS = ("web_terminal.enabled", "jupyter.enabled", "jupyter.port")

NO_RENEWAL = {"enabled": False, "months": 0}


class Instances(instances.Instances):
    """The instances of one account."""

    unset = UNSET
    seeded = SEEDED
    stored_as = STORED_AS
    auth_key = "registry_auth_id"
    created_at_key = "created_at"
    large_numbers = instance_views.LARGE_NUMBERS

    def __init__(self, account):
        super().__init__(account)
        self.cursors = sisters.Cursors()

    # Called by the operations.

    def ordered(self, desired):
        product_id, kind = desired["product_id"], desired.get("type", "gpu")
        product = self.account.store("products").select(product_id, "instance", kind)
        if product is None:
            raise Refusal(400, f"product {product_id} not found", "RESOURCE_NOT_FOUND")
        spec = orders.new_instance(desired, product, self.region(product, desired.get("candidate_regions", [])))
        self.check_references(spec)
        spec["billing"] = self.billing(desired["billing"], product)
        orders.check_stock(product, spec["resource_specs"]["gpu_num"], spec["region"])
        return spec

    def region(self, product, candidates):
        """Return the region of an order: of several ones, an arbitrary one that has the product."""
        for region_id in candidates:
            self.account.store("regions").demand(region_id)
        if not candidates:
            return min(product.regions(), default=DEMO)
        fitting = [region_id for region_id in candidates if region_id in (product.regions() or candidates)]
        return (fitting or candidates)[-1]

    def check_references(self, spec):
        """Refuse storages and networks that do not exist. The collection reads neither, so they have no stores."""
        references = [(volume["id"], "network storage", "NETWORK_STORAGE_NOT_FOUND") for volume in spec["volumes"]]
        for record_id, noun, reason in (*references, (spec["network"]["id"], "network", "NETWORK_NOT_FOUND")):
            is_unknown = self.settings.unknown_references == "refused" or record_id.startswith("missing")
            if record_id and is_unknown:
                raise Refusal(400, f"{noun} {record_id} not found", reason)

    def billing(self, desired, product):
        """Return the billing of an order. What it says about a subscription has no effect in another mode."""
        mode, prepaid = desired["mode"], desired.get("prepaid", {})
        if mode not in product.spec["billing_methods"]:
            raise Refusal(400, f"{product.id} cannot be had with billing mode {mode}", "UNSUPPORTED_BILLING_MODE")
        if mode != "prepaid":
            return {"mode": mode}
        return self.subscription(prepaid.get("months", 0), prepaid.get("auto_renew", {}))

    def subscription(self, months, renewal):
        """Return the billing of a new subscription."""
        if not months:
            raise Refusal(400, "months: must be 1 or more with prepaid billing")
        prepaid = {"end_time": self.end_time(months), "auto_renew": renewed({**NO_RENEWAL, **renewal})}
        return {"mode": "prepaid", "prepaid": prepaid}

    def check_start(self, record):
        if not self.is_free(record.spec):
            raise instances.no_stock(record.spec["product_id"], record.spec["region"])

    def is_free(self, spec):
        product = self.product(spec)
        return product is None or orders.is_free(product, gpu_num(spec), spec["region"])

    def upgraded(self, former, desired, base):
        keys = ("image", "registry_auth_id", "entrypoint", "command", "envs")
        return {**former, **{key: desired.get(key, base[key]) for key in keys}}

    def paid_until(self, spec):
        return wire.read(spec, "billing.prepaid.end_time") if self.mode(spec) == "prepaid" else None

    def extended(self, spec, months):
        end = wire.read(spec, "billing.prepaid.end_time") + months * MONTH
        return wire.merged(spec, {"billing": {"prepaid": {"end_time": end}}})

    def set_ports(self, record_id, desired, fault):
        """Replace all ports. The instance continues to run."""
        record = self.ready_to("edit", record_id)
        desired, base = self.put(desired, record.spec)
        ports = desired.get("ports", base["ports"])
        orders.check_instance_ports(ports, record.spec["jupyter"])
        self.rewrite(record, {**record.spec, "ports": ports}, fault)

    def expand_rootfs(self, record_id, increment, fault):
        """Enlarge the disk by some GB, each time that this is called."""
        record = self.ready_to("edit", record_id)
        size = wire.read(record.spec, "resource_specs.rootfs_size_gb") + increment
        orders.check_disk(self.product(record.spec), size)
        self.rewrite(record, wire.merged(record.spec, {"resource_specs": {"rootfs_size_gb": size}}), fault)

    def set_auto_renew(self, record_id, desired, fault):
        """Turn the automatic renewal of a subscription on or off."""
        record = self.subscribed(record_id)
        former = wire.read(record.spec, "billing.prepaid.auto_renew")
        desired, _base = self.put(desired["auto_renew"], record.spec)
        base = NO_RENEWAL if self.settings.put_mode == "full" else former
        renewal = renewed({**base, **desired})
        self.rewrite(record, wire.merged(record.spec, {"billing": {"prepaid": {"auto_renew": renewal}}}), fault)

    def set_billing_mode(self, record_id, mode, months, fault):
        """Change between pay as you go and a subscription. A subscription that exists becomes longer."""
        record = self.ready_to("change its billing", record_id)
        if "spot" in (mode, self.mode(record.spec)):
            message = f"instance {record_id} is paid {self.mode(record.spec)} and cannot be changed to {mode}"
            raise Refusal(400, message, "UNSUPPORTED_BILLING_MODE")
        spec = {**record.spec, "billing": {"mode": mode}}
        if mode == "prepaid":
            spec["billing"] = self.subscription(months, {})
            if self.paid_until(record.spec) is not None:
                spec = self.extended(record.spec, months)
        self.rewrite(record, spec, instances.renamed(fault, {"type": "billing.mode"}))

    def set_auto_migrate(self, record_id, desired, fault):
        record = self.ready_to("edit", record_id)
        desired, base = self.put(desired["auto_migrate"], record.spec)
        self.rewrite(record, {**record.spec, "auto_migrate": {**base["auto_migrate"], **desired}}, fault)

    def set_web_terminal(self, record_id, enable, fault):
        record = self.ready_to("edit", record_id)
        self.rewrite(record, {**record.spec, "web_terminal": enable}, fault)

    def migrate(self, record_id, fault):
        """Move an instance to another machine, if one is free."""
        record = self.ready_to("migrate", record_id)
        if not self.is_free(record.spec):
            message = f"insufficient resource: instance {record_id} has nowhere to go"
            raise Refusal(400, message, "MIGRATE_INSUFFICIENT_RESOURCE")
        self.act(record, "migrate while stopped" if record.status(self.now) in STOPPED else "migrate", fault)

    def search(self, query):
        """Return the readable instances that match a query. A name can be a part of the name or of the ID."""
        return [record for record in self.readable() if self.matches(record, query)]

    def matches(self, record, query):
        regions = query.get("regions", "")
        return (
            query.get("name", "").lower() in f"{record.spec['name']} {record.id}".lower()
            and query.get("status", "") in ("", self.shown_status(record)[0])
            and (not regions or record.spec["region"] in regions.split(","))
            and query.get("billing_mode", "") in ("", self.mode(record.spec))
        )

    # Shared by the operations.

    def product(self, spec):
        return self.account.store("products").select(spec["product_id"], "instance")

    def mode(self, spec):
        return wire.read(spec, "billing.mode")

    # The format of responses.

    def shown(self, record, listed):
        state = self.shown_status(record)
        return instance_views.show(record, self.product(record.spec), state, self.now, self.settings)

    def view(self, record, listed=False):
        shown = super().view(record)
        if listed:
            shown.pop("tools", None)
        return shown

    def hourly_cost(self, record):
        """Return the price of an instance that is billed now, but not in advance. The price of its disk is unknown."""
        mode = self.mode(record.spec)
        if record.status(self.now) not in ("pulling", "running") or mode == "prepaid":
            return None
        price = self.account.store("products").hourly_price(record.spec["product_id"], mode or "postpaid")
        return price and price * (1 if record.spec["type"] == "cpu" else gpu_num(record.spec))

    # Called by the control interface.

    def apply_overrides(self, record, wire_fields):
        """Merge wire fields into an instance. The status can be a string.

        ``ssh`` sets the connection; ``hold`` keeps a transitional status.
        """
        fields = wire.merged({}, {key: value for key, value in wire_fields.items() if key not in ("id", "created_at")})
        status, error = fields.pop("status", None), ()
        if isinstance(status, dict):
            error = (status.get("error", ""), status.get("message", ""))
            status, error = status.get("status"), error if any(error) else ()
        record.ssh |= fields.pop("ssh", {})
        self.put_status(record, status, error, fields.pop("hold", False))
        if isinstance(fields.get("tools"), dict):
            self.take_tools(record, fields["tools"])
        settable = {key: fields.pop(key) for key in UNSET if key in fields}
        record.spec = self.normalized(wire.merged(record.spec, settable))
        if self.mode(record.spec) == "prepaid" and not self.paid_until(record.spec):
            billing = record.spec["billing"].get("prepaid", {})
            months, renewal = billing.get("months", 1), billing.get("auto_renew", {})
            record.spec["billing"] = self.subscription(months, renewal)
        record.overrides = wire.merged(record.overrides, fields)

    def take_tools(self, record, tools):
        """Move the stored fields of tools to the specification."""
        for path in TOOLS:
            value = wire.read(tools, path, wire.ABSENT)
            if value is not wire.ABSENT:
                wire.write(tools, path, wire.ABSENT)
                wire.write(record.spec, "web_terminal" if path == "web_terminal.enabled" else path, value)


def renewed(renewal):
    """Return automatic renewal; it is for a month if it is on without a number of months."""
    return {**renewal, "months": renewal["months"] or 1} if renewal["enabled"] else renewal


def gpu_num(spec):
    return wire.read(spec, "resource_specs.gpu_num", 0)
