# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code that Vast.ai's endpoints and workergroups share."""

from __future__ import annotations

import itertools
import secrets

from .. import wire
from ..records import Record, Store
from .users import user_id

# The simulator's clock can start at any value. Responses show realistic times.
EPOCH = 1788000000.0

# How workers end after a write that a fault affects.
OUTCOMES = {"failed_state": "error", "stuck": "loading", "stopped": "stopped"}

_numbers = itertools.count(50871)


def new_number():
    """Return a number that is unique in all accounts."""
    return next(_numbers)


class NumberedRecord(Record):
    """A resource with a number and its own secret."""

    def __init__(self, record_id, spec, now):
        super().__init__(record_id, spec, now)
        self.secret = secrets.token_hex(32)
        # How its workers end; None means as in the account's settings.
        self.worker_outcome = None

    def written(self, now, seconds, fault):
        """Start the transition after a write."""
        self.begin("settling", now, seconds, fault)
        self.worker_outcome = OUTCOMES.get(fault.name) if fault else None


class NumberedStore(Store):
    """Resources whose IDs are numbers in JSON. The simulator stores them as text, like those of all providers."""

    record_type = NumberedRecord
    # The values of unset fields.
    defaults = {}
    # Fields that are numbers with a fraction, and without.
    floats = ()
    integers = ()

    # Called by the operations.

    def live(self, record_id):
        """Return the resource unless it is deleted, even if readers still see it."""
        record = self.find(record_id)
        return None if record is None or record.deleting else record

    def living(self):
        return [record for record in self.all() if not record.deleting]

    def read(self, record_id):
        """Return a resource as readers see it, or None."""
        return next((record for record in self.readable() if record.id == str(record_id)), None)

    def start(self, spec, fault):
        """Store a new resource."""
        record = self.record_type(self.new_id(), self.normalized(spec), self.now)
        self.store_written(record, fault, self.defaults)
        record.visible_at = self.now + self.settings.visible_after
        record.written(self.now, self.settings.boot_seconds, fault)
        self.add(record)
        return record

    def rewrite(self, record, former, spec, fault):
        """Store a new specification of a resource."""
        record.keep_former(self.now, self.settings.stale_after)
        record.spec = self.normalized(spec)
        self.store_written(record, fault, former)
        record.written(self.now, self.settings.boot_seconds, fault)

    def updated(self, former, desired):
        """Merge an update into the former fields. The settings define the meaning of missing keys and null."""
        mode = self.settings.put_mode
        if mode == "zero_ignoring":
            desired = wire.without_empty(desired)
        spec = {**former, **self.defaults} if mode == "full" else dict(former)
        for key, value in desired.items():
            if value is None:
                value = self.defaults.get(key) if mode == "null_clears" else former[key]
            spec[key] = value
        return spec

    def withdraw(self, record):
        """Delete a resource; readers can still see it for some time."""
        record.vanish(self.now, self.settings.stale_after)

    def new_id(self):
        while self.find(number := new_number()):
            pass
        return str(number)

    def normalized(self, spec):
        """Return a specification with numbers of the right types."""
        types = {**dict.fromkeys(self.floats, float), **dict.fromkeys(self.integers, int)}
        return {
            key: types[key](value) if key in types and isinstance(value, (int, float)) else value
            for key, value in spec.items()
        }

    def common_view(self, record):
        """Return the fields that all rows contain."""
        return {
            "api_key": record.secret,
            "user_id": user_id(self.account),
            "created_at": EPOCH + record.created_at,
        }

    # Called by the control interface. Workers change immediately.

    def build(self, wire_fields):
        record = self.record_type(str(wire_fields.get("id") or self.new_id()), dict(self.defaults), self.now)
        if isinstance(wire_fields.get("created_at"), (int, float)):
            record.created_at = wire_fields["created_at"] - EPOCH
        self.apply_overrides(record, wire_fields)
        return record

    def apply_overrides(self, record, wire_fields):
        """Merge wire fields into a resource without validation."""
        settable = {key: value for key, value in wire_fields.items() if key in self.defaults}
        record.spec = self.normalized(wire.merged(record.spec, settable))
        rest = {key: value for key, value in wire_fields.items() if key not in self.defaults and key != "id"}
        record.overrides = wire.merged(record.overrides, rest)

    def find(self, record_id):
        return super().find(str(record_id))

    def seed(self, wire_fields):
        with self.account.lock:
            shown = super().seed(wire_fields)
            self.restaff(0)
            return shown

    def change(self, record_id, wire_fields):
        with self.account.lock:
            shown = super().change(record_id, wire_fields)
            self.restaff(0)
            return shown

    def remove(self, record_id):
        with self.account.lock:
            super().remove(str(record_id))
            self.restaff(0)

    def restaff(self, boot_seconds=None):
        """Start and end workers as all endpoints require."""
        self.account.store("endpoints").staff(self.settings.boot_seconds if boot_seconds is None else boot_seconds)
