# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Vast.ai's endpoints and workergroups have in common."""

from __future__ import annotations

import itertools
import secrets
import zlib

from .. import wire
from ..records import Record, Store

# The simulator's clock starts anywhere; what it shows is a time of these days.
EPOCH = 1788000000.0

# How the workers of a record end that was written under a fault.
OUTCOMES = {"failed_state": "error", "stuck": "loading", "stopped": "stopped"}

_numbers = itertools.count(50871)


def new_number():
    """Return a number that nothing has yet, in any account."""
    return next(_numbers)


class NumberedRecord(Record):
    """A record with a number and a secret of its own."""

    def __init__(self, record_id, spec, now):
        super().__init__(record_id, spec, now)
        self.secret = secrets.token_hex(32)
        # What becomes of its workers; None leaves that to the account's settings.
        self.worker_outcome = None

    def written(self, now, seconds, fault):
        """Take note of a write: what it leads to is there some seconds later."""
        self.begin("settling", now, seconds, fault)
        self.worker_outcome = OUTCOMES.get(fault.name) if fault else None


class NumberedStore(Store):
    """Records whose ids are numbers on the wire; inside they are text, as those of all providers."""

    kind = NumberedRecord
    # What a field is when nobody set it.
    defaults = {}
    # Fields that are numbers with and without a fraction.
    floats = ()
    integers = ()

    # What the operations call.

    def live(self, record_id):
        """Return the record if it exists and is not deleted, whatever readers still see of it."""
        record = self.find(record_id)
        return None if record is None or record.deleting else record

    def living(self):
        return [record for record in self.all() if not record.deleting]

    def read(self, record_id):
        """Return what readers may see of a record, or None."""
        return next((record for record in self.readable() if record.id == str(record_id)), None)

    def start(self, spec, fault):
        """Store a new record."""
        record = self.kind(self.new_id(), self.normalised(spec), self.now)
        self.store_written(record, fault, self.defaults)
        record.visible_at = self.now + self.settings.visible_after
        record.written(self.now, self.settings.boot_seconds, fault)
        self.add(record)
        return record

    def rewrite(self, record, former, spec, fault):
        """Change a record from one specification to another."""
        record.keep_former(self.now, self.settings.stale_after)
        record.spec = self.normalised(spec)
        self.store_written(record, fault, former)
        record.written(self.now, self.settings.boot_seconds, fault)

    def updated(self, former, wanted):
        """Lay the fields of an update over the former ones; missing keys and null mean what the settings say."""
        mode = self.settings.put_mode
        if mode == "zero_ignoring":
            wanted = wire.without_empty(wanted)
        spec = {**former, **self.defaults} if mode == "full" else dict(former)
        for key, value in wanted.items():
            if value is None:
                value = self.defaults.get(key) if mode == "null_clears" else former[key]
            spec[key] = value
        return spec

    def withdraw(self, record):
        """Delete a record; readers may see it for a while."""
        record.vanish(self.now, self.settings.stale_after)

    def new_id(self):
        while self.find(number := new_number()):
            pass
        return str(number)

    def normalised(self, spec):
        """Return a specification with numbers of the right kind."""
        kinds = {**dict.fromkeys(self.floats, float), **dict.fromkeys(self.integers, int)}
        return {
            key: kinds[key](value) if key in kinds and isinstance(value, (int, float)) else value
            for key, value in spec.items()
        }

    def common_view(self, record):
        """Return what every row ends with, and what somebody fixed by hand."""
        return {
            "api_key": record.secret,
            "user_id": zlib.crc32(self.account.key.encode()) % 1_000_000,
            "created_at": EPOCH + record.created_at,
        }

    # What the control interface calls. Workers follow at once.

    def build(self, wire_fields):
        record = self.kind(str(wire_fields.get("id") or self.new_id()), dict(self.defaults), self.now)
        if isinstance(wire_fields.get("created_at"), (int, float)):
            record.created_at = wire_fields["created_at"] - EPOCH
        self.apply_by_hand(record, wire_fields)
        return record

    def apply_by_hand(self, record, wire_fields):
        """Lay wire fields over a record, whatever they are."""
        settable = {key: value for key, value in wire_fields.items() if key in self.defaults}
        record.spec = self.normalised(wire.merged(record.spec, settable))
        rest = {key: value for key, value in wire_fields.items() if key not in self.defaults and key != "id"}
        record.by_hand = wire.merged(record.by_hand, rest)

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
        """Have the right workers everywhere."""
        self.account.store("endpoints").staff(self.settings.boot_seconds if boot_seconds is None else boot_seconds)
