# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records that change with time, whatever provider they belong to."""

from __future__ import annotations

import copy
import hashlib
import math

from . import wire


class UnknownRecord(Exception):
    """There is no record of that id."""


class Record:
    """One thing at a provider. Its state is not stored but follows from the clock whenever somebody looks."""

    # The provider's word for the good state.
    READY = "ready"

    def __init__(self, record_id, spec, now):
        self.id = record_id
        self.spec = spec
        self.created_at = now
        self.visible_at = now
        # Fields that somebody fixed by hand, laid over everything that is shown.
        self.by_hand = {}
        self._phase = "creating"
        self.settles_at = now
        self._outcome = (self.READY, "", "")
        self._gone_at = math.inf
        self._former = None
        self._former_until = now

    def begin(self, phase, now, seconds, fault=None):
        """Go through a phase of some seconds; the fault may decide how it ends."""
        self._phase = phase
        self.settles_at = now + seconds
        self._outcome = (self.READY, "", "")
        if fault and fault.name == "stuck":
            self.settles_at = math.inf
        if fault and fault.name == "stopped":
            self._outcome = ("stopped", "", "")
        if fault and fault.name == "failed_state":
            self._outcome = ("failed", fault.arguments["error"], fault.arguments["message"])

    def vanish(self, now, seconds):
        """Be deleted, but still there for some seconds."""
        self._gone_at = min(self._gone_at, now + seconds)

    def keep_former(self, now, seconds):
        """Show readers what this record is now for some more seconds, whatever happens to it."""
        if seconds:
            self._former = copy.deepcopy(self.as_read(now))
            self._former_until = now + seconds

    def as_read(self, now):
        """Return the record that a reader sees: this one, or what it was a while ago."""
        return self._former if now < self._former_until else self

    @property
    def gone_at(self):
        return self._gone_at

    @property
    def deleting(self):
        return self._gone_at < math.inf

    def gone(self, now):
        return now >= self._gone_at

    def state(self, now):
        """Return the state's name, error and message."""
        if self.deleting:
            return "deleting", "", ""
        return (self._phase, "", "") if now < self.settles_at else self._outcome


class Store:
    """The records of one kind in one account. Providers derive from it and say how a record is made and shown."""

    def __init__(self, account):
        self.account = account
        self._records = {}

    # What a provider adds.

    def build(self, wire_fields):
        """Make a ready record from wire fields over defaults, for ``seed``."""
        raise NotImplementedError

    def apply_by_hand(self, record, wire_fields):
        """Lay wire fields over a record."""
        raise NotImplementedError

    def view(self, record, listed=False):
        """Return a record as an answer shows it."""
        raise NotImplementedError

    def summary(self, record):
        """Return what the page shows of a record: id, name, state, and of one with workers also workers, healthy."""
        raise NotImplementedError

    # What all share.

    @property
    def now(self):
        return self.account.clock.now()

    @property
    def settings(self):
        return self.account.settings

    def add(self, record):
        self._records[record.id] = record

    def all(self):
        """Return the records that exist, the oldest first; the ones whose time is over are dropped."""
        now = self.now
        self._records = {key: record for key, record in self._records.items() if not record.gone(now)}
        return sorted(self._records.values(), key=lambda record: record.created_at)

    def find(self, record_id):
        return next((record for record in self.all() if record.id == record_id), None)

    def readable(self):
        """Return the records that readers may see, in the order in which the provider lists."""
        now = self.now
        records = [record.as_read(now) for record in self.all() if now >= record.visible_at]
        if self.settings.list_order == "reversed":
            records.reverse()
        if self.settings.list_order == "shuffled":
            # Without any meaning, but the same on every page.
            records.sort(key=lambda record: hashlib.sha256(record.id.encode()).digest())
        return records

    def store_written(self, record, fault, former):
        """Let a fault ignore or clip what was just written; ``former`` is what the fields were before."""
        if fault and fault.name == "ignore":
            for path in fault.arguments["fields"]:
                wire.write(record.spec, path, wire.read(former, path, wire.ABSENT))
        if fault and fault.name == "clip":
            wire.write(record.spec, fault.arguments["field"], fault.arguments["value"])

    # What the control interface calls.

    def views(self):
        """Return all records, those included that readers cannot see yet."""
        with self.account.lock:
            return [self.view(record) for record in self.all()]

    def summaries(self):
        with self.account.lock:
            return [self.summary(record) for record in self.all()]

    def seed(self, wire_fields):
        """Put a ready record there, without validation."""
        with self.account.lock:
            record = self.build(wire_fields)
            self.add(record)
            return self.view(record)

    def change(self, record_id, wire_fields):
        """Change a record as if by hand."""
        with self.account.lock:
            record = self.find(record_id)
            if record is None:
                raise UnknownRecord(record_id)
            self.apply_by_hand(record, wire_fields)
            return self.view(record)

    def remove(self, record_id):
        """Let a record vanish at once."""
        with self.account.lock:
            if self._records.pop(record_id, None) is None:
                raise UnknownRecord(record_id)
