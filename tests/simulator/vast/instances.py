# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's instances: the rented ones, the workers of endpoints, and those that remain after their endpoint."""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import json

from ..provider import Refusal
from . import instance_rows, rent
from .instance_life import COURSES, TRANSITIONAL, Instance
from .offers import Terms
from .store import EPOCH, NumberedStore, new_number

# The status of the instance of a worker, if it is not "running": while it is created, it has none.
STATUSES = {"creating": None, "loading": "loading", "rebooting": "rebooting", "stopped": "stopped"}

LONGEST_LABEL = 1024
QUEUED = "Required resources are currently unavailable, state change queued"

# Fields that are stored under another name than in a request.
STORED_AS = {
    "image": "image_uuid",
    "disk": "disk_space",
    "runtype": "image_runtype",
    "env": "extra_env",
    "args": "image_args",
    "price": "dph_base",
}

# The values of a rented instance that neither the request nor the offer sets.
UNSET = {
    "label": None,
    "intended_status": "running",
    "image_uuid": None,
    "image_runtype": "ssh_proxy",
    "image_args": [],
    "disk_space": rent.LEAST_DISK,
    "onstart": None,
    "extra_env": [],
    "template_id": None,
    "template_hash_id": None,
    "template_name": None,
    "machine_id": 10437,
    "host_id": 1201,
    "gpu_name": "RTX 4090",
    "num_gpus": 1,
    "gpu_ram": 24564,
    "dph_base": 0.4,
    "dph_total": 0.4,
    "storage_cost": 0.15,
    "storage_total_cost": 0.003,
    "inet_up_cost": 0.008,
    "inet_down_cost": 0.005,
    "inet_up": 510.0,
    "inet_down": 810.0,
    "min_bid": 0.2,
    "is_bid": False,
    "cpu_name": "AMD EPYC 7763 64-Core Processor",
    "cpu_ram": 64438,
    "cuda_max_good": 12.8,
    "driver_version": "570.86.16",
    "geolocation": "Sweden, SE",
    "country": "SE",
    "verification": "verified",
    "static_ip": False,
    "direct_port_count": 50,
    "duration": 30 * 24 * 3600,
    "public_ipaddr": "203.0.113.20\n",
    "ssh_idx": "5",
    "ssh_host": "ssh5.vast.ai",
    "ssh_port": 10234,
}


class Instances(NumberedStore):
    """The instances of one account."""

    record_type = Instance
    name_key = "label"
    defaults = {
        **UNSET,
        "image_uuid": "docker.io/example/image",
        "image_runtype": "ssh_direc ssh_proxy",
        "disk_space": 16.0,
        "extra_env": [["TOKEN", "only-in-the-environment-of-an-instance"]],
    }
    floats = ("dph_total", "dph_base", "disk_space", "storage_cost", "storage_total_cost", "min_bid")

    def __init__(self, account):
        super().__init__(account)
        # By token: the logs that were requested.
        self.logs = {}

    def all(self):
        """Return the instances after what Vast.ai has done to them in the meantime."""
        records = super().all()
        for record in records:
            if not record.deleting:
                self.attend(record)
        return records

    def attend(self, record):
        """Start a queued instance if its machine is free; stop one that cannot pay, or whose bid is too low."""
        if record.queued and self.settings.free_machines:
            record.queued = False
            self.go(record, "start")
        own, least = record.spec["dph_base"], record.spec["min_bid"]
        # The control interface can make a price unknown.
        outbid = record.spec["is_bid"] and None not in (own, least) and own < least
        if (outbid or self.settings.credit <= 0) and record.intended(self.now) == "running":
            self.halt(record)

    def halt(self, record):
        record.spec["intended_status"] = "stopped"
        record.queued = False
        record.settle("stopped", self.now)

    # Called by the operations that read.

    def page(self, query):
        """Return one page of the list."""
        return instance_rows.page(self.rows(), query)

    def rows(self):
        """Return the rows of all instances. That of a worker has a label with the name and the ID of its endpoint."""
        rows = [self.view(record) for record in self.readable() if self.now >= record.listed_at]
        return rows + [self.view(record) for record, _endpoint, _worker in self.of_workers()]

    def one(self, record_id):
        """Return the row of one instance, or None. Only this row has the SSH keys, as JSON inside a text."""
        workers = (record for record, _endpoint, _worker in self.of_workers())
        record = self.read(record_id) or next((each for each in workers if each.id == record_id), None)
        if record is None and self.settings.missing_instance == "not_found":
            self.missing(record_id)
        return record and {**self.view(record), "ssh_keys": self.ssh_keys()}

    def ssh_keys(self):
        keys = self.account.store("ssh_keys")
        return json.dumps([{"id": int(key.id), "public_key": key.spec["key"]} for key in keys.living()])

    # Called by the operations that write.

    def create(self, offer_id, desired, fault):
        """Rent an offer. Return the instance, and whether the response is an error although it exists."""
        offers, price = self.account.store("offers"), desired.get("price")
        offer = offers.rentable(offer_id)
        if offer is None:
            self.refuse_offer(offer_id)
        rent.check_price(price)
        template = self.template(desired.get("template_hash_id"))
        if not desired.get("image") and template is None:
            raise Refusal(400, "image: is required without a template")
        disk = desired.get("disk") or max((template or {}).get("recommended_disk_space") or 0, rent.LEAST_DISK)
        fields = rent.software(desired, template, self.settings.runtype_rows)
        row = offers.priced(offer, Terms({"allocated_storage": disk}))
        spec = {**UNSET, **fields, **rent.machine(row, disk, price), "label": desired.get("label")}
        if desired.get("vm") and not self.account.store("ssh_keys").living():
            raise Refusal(400, "add an SSH key first", "no_ssh_key_for_vm")
        self.demand_credit(spec["dph_total"])
        if self.settings.stale_offers:
            self.settings.set(stale_offers=self.settings.stale_offers - 1)
            offers.take(offer_id)
            self.refuse_offer(offer_id)
        target = desired.get("target_state", "running")
        low = price is not None and price < row["min_bid"]
        waits = target == "running" and (low or not self.settings.free_machines)
        if waits and desired.get("cancel_unavail", price is None):
            raise Refusal(410, f"offer {offer_id} is no longer available", "no_such_ask")
        billed = bool(self.settings.billed_refusals)
        if billed:
            self.settings.set(billed_refusals=self.settings.billed_refusals - 1)
        spec["intended_status"] = "stopped" if billed or low else target
        record = self.launch(offer_id, spec, fault, waits and not low and not billed)
        if fault and fault.name == "duplicate":
            self.launch(None, spec, None, waits)
        return record, billed

    def launch(self, offer_id, spec, fault, queued=False):
        """Store a new instance, and start it."""
        number = new_number()
        places = {"public_ipaddr": f"203.0.113.{number % 250 + 1}\n", "ssh_port": 10000 + number % 20000}
        record = Instance(str(number), self.normalized({**spec, **places}), self.now)
        self.store_written(record, fault, UNSET)
        record.offer_id = offer_id
        record.visible_at = self.now + self.settings.visible_after
        record.listed_at = record.visible_at + self.settings.row_lag
        record.queued = queued
        stopped = queued or spec["intended_status"] == "stopped"
        record.go(COURSES["create"], "stopped" if stopped else "running", self.now, self.settings.boot_seconds, fault)
        self.add(record)
        return record

    def switch_on(self, record_id, fault):
        """Start an instance, or queue the start: the response to this is neither a success nor a failure."""
        record = self.existing(record_id)
        if self.settings.credit <= 0:
            raise Refusal(400, "", "missing_billing")
        if record.occupies(self.now) and record.intended(self.now) == "running" or ignores(fault):
            return
        record.keep_former(self.now, self.settings.stale_after)
        record.spec["intended_status"] = "running"
        if not self.settings.free_machines:
            record.settle("stopped", self.now)
            record.queued = True
            raise Refusal(self.settings.queued_start_status, QUEUED)
        record.new_ports()
        self.go(record, "start", fault)

    def stop(self, record_id, fault):
        """Stop an instance, or withdraw a start that is queued."""
        record = self.existing(record_id)
        if ignores(fault) or record.intended(self.now) == "stopped":
            return
        record.keep_former(self.now, self.settings.stale_after)
        record.spec["intended_status"] = "stopped"
        record.queued = False
        record.go(record.status(self.now)[:1], "stopped", self.now, self.settings.boot_seconds, fault)

    def reboot(self, record_id, fault):
        record = self.running(record_id)
        if not ignores(fault):
            record.keep_former(self.now, self.settings.stale_after)
            self.go(record, "reboot", fault)

    def recycle(self, record_id, fault):
        """Create the container again from the image, with the fields of the last update of the template."""
        record = self.running(record_id)
        if not ignores(fault):
            record.keep_former(self.now, self.settings.stale_after)
            record.spec.update(record.pending)
            record.pending = {}
            self.go(record, "recycle", fault)

    def set_label(self, record_id, label, fault):
        if len(label or "") > LONGEST_LABEL:
            raise Refusal(400, f"label: must have at most {LONGEST_LABEL} characters", "label_too_long")
        self.respecify(self.existing(record_id), {"label": label}, fault)

    def set_bid(self, record_id, price, fault):
        record = self.existing(record_id)
        rent.check_price(price)
        if not record.spec["is_bid"]:
            raise Refusal(400, "the instance is not interruptible")
        self.respecify(record, {"dph_base": price, "dph_total": price + record.spec["storage_total_cost"]}, fault)

    def update_template(self, record_id, desired, fault):
        """Store what a recycle will apply. Until then, the row shows the current values."""
        record = self.existing(record_id)
        template = self.template(desired.get("template_hash_id"), desired.get("template_id"))
        changed = {key: value for key, value in desired.items() if value is not None}
        draft = copy.copy(record)
        fields = rent.software(changed, template, self.settings.runtype_rows)
        draft.spec = {**record.spec, **record.pending, **fields}
        self.store_written(draft, fault, record.spec)
        record.pending = {key: value for key, value in draft.spec.items() if value != record.spec[key]}

    def delete(self, record_id, fault):
        """Delete an instance with its disk. Another worker replaces that of an endpoint."""
        for record, endpoint, worker in self.of_workers():
            if record.id == record_id:
                endpoint.workers.remove(worker)
                self.restaff()
                return
        record = self.existing(record_id)
        if fault is None or fault.name not in ("ignore", "stuck", "failed_state", "stopped"):
            self.withdraw(record)
            return
        # Vast.ai accepts the delete, and the instance remains.
        if fault.name == "stopped":
            self.halt(record)

    # Shared by the operations.

    def go(self, record, operation, fault=None):
        """Begin a course to the status running. After a start, the old status remains for some time."""
        lag = self.settings.start_lag if operation == "start" else 0
        record.go(COURSES[operation], "running", self.now, self.settings.boot_seconds, fault, lag)

    def respecify(self, record, changes, fault):
        """Change stored fields of an instance."""
        former = record.spec
        record.keep_former(self.now, self.settings.stale_after)
        record.spec = self.normalized({**former, **changes})
        self.store_written(record, fault, former)

    def store_written(self, record, fault, former):
        """Apply a fault that ignores or clips fields. Their names can be those of requests or of rows."""
        if fault and fault.name == "ignore":
            fields = [STORED_AS.get(path, path) for path in fault.arguments["fields"]]
            fault = dataclasses.replace(fault, arguments={"fields": fields})
        if fault and fault.name == "clip":
            field = STORED_AS.get(fault.arguments["field"], fault.arguments["field"])
            fault = dataclasses.replace(fault, arguments={**fault.arguments, "field": field})
        super().store_written(record, fault, former)

    def existing(self, record_id):
        """Return a rented instance, or refuse. A worker belongs to its endpoint."""
        if any(record.id == record_id for record, _endpoint, _worker in self.of_workers()):
            raise Refusal(403, "the instance is a worker of an endpoint")
        return self.live(record_id) or self.missing(record_id)

    def running(self, record_id):
        record = self.existing(record_id)
        if not record.occupies(self.now):
            raise Refusal(400, f"instance {record_id} is not running")
        return record

    @staticmethod
    def missing(record_id):
        raise Refusal(404, f"instance {record_id} does not exist", "no_such_instance")

    def refuse_offer(self, offer_id):
        """Refuse to rent an offer. The settings say where the response has the error code."""
        message = f"{offer_id} cannot be rented any more"
        if self.settings.no_such_ask_in == "error":
            raise Refusal(self.settings.no_such_ask_status, message, "no_such_ask")
        raise Refusal(self.settings.no_such_ask_status, f"no_such_ask: {message}", "invalid_args")

    def demand_credit(self, price):
        """Refuse to rent if the credit does not last for an hour."""
        if self.settings.credit < max(price, 0.01):
            raise Refusal(403, "", "insufficient_credit")

    def template(self, template_hash, template_id=None):
        """Return the row of a template, or refuse one that does not exist."""
        if template_hash is None and template_id is None:
            return None
        found = self.account.store("templates").named(template_hash, template_id)
        if found is None:
            raise Refusal(404, "Template not found")
        return found

    # Called by the other stores.

    def occupied_offers(self):
        return {record.offer_id for record in self.living()}

    def of_workers(self):
        """Return the instances of all workers, each with its endpoint and its worker."""
        endpoints = self.account.store("endpoints")
        return [
            (self.of_worker(endpoint, worker, status), endpoint, worker)
            for endpoint in endpoints.living()
            for worker, status, _loaded in endpoints.workers(endpoint)
        ]

    def keep(self, endpoint, group_id=None):
        """Keep the instances of workers that a delete leaves behind, according to the settings."""
        for worker, status, _loaded in self.account.store("endpoints").workers(endpoint, group_id):
            if self.settings.workers_remain or worker.id in self.settings.failed_workers:
                self.add(self.of_worker(endpoint, worker, status))

    def of_worker(self, endpoint, worker, status):
        """Return the instance of a worker."""
        groups = self.account.store("workergroups")
        offer = groups.offer(worker.group_id)
        record = self.record_type(str(worker.id), dict(self.defaults), worker.started_at)
        record.spec.update(
            label=f"{endpoint.spec['endpoint_name']}:{endpoint.id}:{worker.group_id}",
            intended_status="stopped" if status == "stopped" else "running",
            dph_total=offer and offer["dph_total"],
            **groups.machine(worker.group_id),
        )
        record.settle(STATUSES.get(status, "running"), self.now)
        return record

    # The format of responses.

    def view(self, record, listed=False):
        secret = hashlib.sha256(f"instance {record.id} {self.account.key}".encode()).hexdigest()
        status, message = record.status(self.now)
        intended = record.intended(self.now)
        spec = record.spec
        inner, count = rent.inner_ports(spec), spec["direct_port_count"]
        first_port = 40000 + int(record.id) % 20000
        return {
            "id": int(record.id),
            **spec,
            "actual_status": status,
            "status_msg": message,
            "intended_status": intended,
            "cur_state": "stopped" if record.queued else intended,
            "next_state": intended,
            "start_date": EPOCH + record.created_at,
            "end_date": EPOCH + record.created_at + spec["duration"],
            "duration": spec["duration"],
            "ports": record.ports(inner) if status == "running" and count else None,
            "direct_port_start": first_port if count else -1,
            "direct_port_end": first_port + len(inner) - 1 if count else -1,
            "local_ipaddrs": "192.168.1.20 172.17.0.1\n",
            "instance_api_key": secret,
            "jupyter_token": secret[:32],
            **record.overrides,
        }

    def summary(self, record):
        row = self.view(record)
        return {"id": record.id, "name": row["label"] or "", "state": row["actual_status"] or "creating"}

    def hourly_cost(self, record):
        """Return the price of an instance. One that does not occupy its GPUs costs its disk only."""
        return self.view(record)["dph_total" if record.occupies(self.now) else "storage_total_cost"]

    # Called by the control interface.

    def apply_overrides(self, record, wire_fields):
        """Merge wire fields into an instance. ``hold``, or a message, keeps a status in transition."""
        fields = dict(wire_fields)
        hold = fields.pop("hold", False) or "status_msg" in fields
        current, message = record.status(self.now)
        status = fields.pop("actual_status", current)
        message = fields.pop("status_msg", message if status == current else None)
        if status in TRANSITIONAL and not hold and "actual_status" in wire_fields:
            record.go((status,), "running", self.now, self.settings.boot_seconds)
        elif hold or "actual_status" in wire_fields:
            record.settle(status, self.now, message)
        if "actual_status" in wire_fields and status in ("running", "stopped"):
            fields.setdefault("intended_status", status)
        super().apply_overrides(record, fields)


def ignores(fault):
    return bool(fault) and fault.name == "ignore"
