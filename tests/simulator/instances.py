# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The GPU instances of Novita and PPIO: what the two platforms share."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from . import sisters, wire
from .lifecycle import COURSES, REMOVAL, Instance
from .provider import Refusal

MONTH = 30 * 24 * 3600

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
    "migrate": ("running", *STOPPED),
}


def unix(moment):
    """Return a time of the simulator's clock as Unix time; 0 stands for None."""
    return 0 if moment is None else int(sisters.EPOCH + moment)


def ssh_command(record, proxy):
    ssh = {"host": proxy, "port": record.connection.port, "user": "root", **record.ssh}
    return f"ssh -p {ssh['port']} {ssh['user']}@{ssh['host']}"


def port_addresses(record_id, place, domain):
    """Return the patterns of the addresses of ports, by protocol."""
    return {
        "http": f"https://{record_id}-{{}}.{place}.gpu-instance.{domain}",
        "tcp": f"proxy.{place}.example.com:{{}}",
    }


def no_stock(product_id, place=""):
    """Return the refusal of an order for which nothing is free."""
    message = f"insufficient resource: no {product_id} {f'in {place}' if place else 'is free'}"
    return Refusal(400, message, "INSUFFICIENT_RESOURCE")


def renamed(fault, names):
    """Return a fault with the fields that it ignores or clips under other names."""

    def stored(path):
        given = max((name for name in names if f"{path}.".startswith(f"{name}.")), key=len, default="")
        return names[given] + path.removeprefix(given) if given else path

    if fault and fault.name == "ignore":
        return dataclasses.replace(fault, arguments={"fields": [stored(path) for path in fault.arguments["fields"]]})
    if fault and fault.name == "clip":
        return dataclasses.replace(fault, arguments={**fault.arguments, "field": stored(fault.arguments["field"])})
    return fault


class Instances(sisters.SisterStore):
    """The instances of one account. Each platform has a subclass with its field names."""

    noun = "instance"
    # The values of unset fields, and more values of a seeded instance.
    unset: Mapping
    seeded: Mapping
    # Fields that are stored under another name than in a request.
    stored_as: Mapping[str, str]
    # The fields of the credential and of the creation time.
    auth_key: str
    created_at_key: str

    # Implemented by the platforms.

    def ordered(self, desired):
        """Return the specification of a new instance, or refuse the order."""
        raise NotImplementedError

    def check_start(self, record):
        """Refuse to start an instance if nothing is free for it."""
        raise NotImplementedError

    def upgraded(self, former, desired, base):
        """Return the specification of an upgraded instance; ``base`` contains the values of omitted fields."""
        raise NotImplementedError

    def paid_until(self, spec):
        """Return the end of a subscription as Unix time, or None without a subscription."""
        raise NotImplementedError

    def extended(self, spec, months):
        """Return the specification with a longer subscription."""
        raise NotImplementedError

    # Called by the operations.

    def create(self, desired, fault):
        """Store a new instance and return it."""
        self.account.store("registry_auths").check_use(desired.get(self.auth_key))
        spec = wire.merged(self.unset, self.ordered(desired))
        record = self.launch(spec, fault)
        if fault and fault.name == "duplicate":
            self.launch(spec, None)
        return record

    def launch(self, spec, fault):
        record = Instance(sisters.new_id(), wire.merged({}, spec), self.now)
        self.admit(record, fault)
        self.go(record, "queue" if self.settings.pending_first else "create", fault)
        return record

    def start(self, record_id, fault):
        record = self.ready_to("start", record_id)
        self.check_start(record)
        self.act(record, "start", fault)

    def stop(self, record_id, fault):
        self.act(self.ready_to("stop", record_id), "stop", fault)

    def restart(self, record_id, fault):
        self.act(self.ready_to("restart", record_id), "restart", fault)

    def delete(self, record_id, fault):
        """Remove an instance in any status, unless it is paid in advance."""
        record = self.existing(record_id)
        end = self.paid_until(record.spec)
        if end is not None and self.now < end - sisters.EPOCH:
            message = f"instance {record_id} is paid in advance and cannot be released before it ends"
            raise Refusal(400, message, "PREPAID_INSTANCE_NOT_SUPPORT_RELEASE")
        if record.status(self.now) not in REMOVAL:
            self.act(record, "delete", fault)

    def upgrade(self, record_id, desired, fault):
        """Change the image and its settings. This resets the instance."""
        record = self.ready_to("upgrade", record_id)
        self.account.store("registry_auths").check_use(desired.get(self.auth_key))
        stopped = record.status(self.now) in STOPPED
        if stopped and self.settings.upgrade_of_exited == "refused":
            self.refuse_to("upgrade", record)
        self.rewrite(record, self.upgraded(record.spec, *self.put(desired, record.spec)), fault)
        last = "exited" if stopped and self.settings.upgrade_of_exited == "exited" else "running"
        record.go((COURSES["upgrade"][0], last), self.now, self.settings, fault)

    def renew(self, record_id, months, fault):
        """Extend a subscription."""
        record = self.subscribed(record_id)
        if record.status(self.now) in COURSES["queue"][0]:
            message = f"instance {record_id} is being created and cannot be renewed"
            raise Refusal(400, message, "CREATING_INSTANCE_NOT_SUPPORT_RENEWAL")
        self.rewrite(record, self.extended(record.spec, months), fault)

    # Shared by the operations.

    def put(self, desired, former):
        """Return the fields that a write sets, and the values of those that it omits, according to the settings."""
        if self.settings.put_mode == "zero_ignoring":
            desired = wire.without_empty(desired)
        return desired, self.unset if self.settings.put_mode == "full" else former

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
        if self.paid_until(record.spec) is None:
            raise Refusal(400, f"instance {record_id} is not paid in advance", "UNSUPPORTED_BILLING_MODE")
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
        super().store_written(record, renamed(fault, self.stored_as), former)
        # A field that a create ignored is unset.
        record.spec = {**self.unset, **record.spec}

    def end_time(self, months):
        return int(sisters.EPOCH + self.now) + months * MONTH

    def shown_status(self, record):
        """Return status, error and message as responses show them."""
        status, error, message = record.state(self.now)
        return "" if status == "removed" and self.settings.removed_as == "empty" else status, error, message

    def summary(self, record):
        return {"id": record.id, "name": record.spec["name"], "state": record.status(self.now)}

    # Called by the control interface.

    def build(self, wire_fields):
        created_at = wire_fields.get(self.created_at_key)
        created = self.now if created_at is None else sisters.number(created_at) - sisters.EPOCH
        record_id = wire_fields.get("id") or sisters.new_id()
        record = Instance(record_id, wire.merged(self.unset, self.seeded), created)
        record.settle("running", self.now)
        self.apply_overrides(record, wire_fields)
        return record

    def put_status(self, record, status, error, hold):
        """Set the status. It stays if it is held, or with an error: a pair of error and message."""
        if hold or error:
            record.settle(status or record.status(self.now), self.now, *(error or ()))
        elif status:
            record.set_status(status, self.now, self.settings)
