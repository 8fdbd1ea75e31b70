# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resources that change with time: the part that all providers share."""

from __future__ import annotations

import copy
import hashlib
import html
import math
import re
import unicodedata
import urllib.parse

from . import wire

# What each value of the setting ``stored_name`` makes of a name.
STORED_NAMES = {
    "exact": str,
    "lower": str.lower,
    "trimmed": lambda name: " ".join(name.split()),
    "composed": lambda name: unicodedata.normalize("NFC", name),
    "cut": lambda name: name[:32],
    "slug": lambda name: re.sub(r"\W+", "-", name.lower()).strip("-"),
    "escaped": html.escape,
    "quoted": urllib.parse.quote,
}


class UnknownRecord(Exception):
    """No resource has this ID."""


class Record:
    """One resource at a provider. Its state is not stored; each read calculates it from the clock."""

    # The provider's name for the ready state.
    READY = "ready"

    def __init__(self, record_id, spec, now):
        self.id = record_id
        self.spec = spec
        self.created_at = now
        self.visible_at = now
        # Fields that the control interface set. Views show these values instead of the calculated ones.
        self.overrides = {}
        self._phase = "creating"
        self.settles_at = now
        self._outcome = (self.READY, "", "")
        self._gone_at = math.inf
        self._former = None
        self._former_until = now

    def begin(self, phase, now, seconds, fault=None):
        """Start a phase of some seconds; a fault can change how it ends."""
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
        """Delete the resource; it stays visible for some seconds."""
        self._gone_at = min(self._gone_at, now + seconds)

    def keep_former(self, now, seconds):
        """Show the current values to readers for some more seconds, regardless of changes."""
        if seconds:
            former = copy.copy(self.as_read(now))
            former._former = None
            self._former = copy.deepcopy(former)
            self._former_until = now + seconds

    def as_read(self, now):
        """Return the resource that a reader sees: the current or an earlier version."""
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
    """The resources of one type in one account. Each provider has subclasses that build and show a resource."""

    # The wire field of the name; empty for resources without names.
    name_key = "name"

    def __init__(self, account):
        self.account = account
        self._records = {}

    # Implemented by the providers.

    def build(self, wire_fields):
        """Return a ready resource with wire fields merged into the defaults, for ``seed``."""
        raise NotImplementedError

    def apply_overrides(self, record, wire_fields):
        """Merge wire fields into a resource."""
        raise NotImplementedError

    def view(self, record, listed=False):
        """Return a resource as a response shows it."""
        raise NotImplementedError

    def summary(self, record):
        """Return the row of the page: id, name, state, and for a resource with workers also workers and healthy."""
        raise NotImplementedError

    def hourly_cost(self, record):
        """Return what a resource costs per hour now, in the provider's currency, or None if this is unknown."""

    # Shared by all providers.

    @property
    def now(self):
        return self.account.clock.now()

    @property
    def settings(self):
        return self.account.settings

    def add(self, record):
        self._records[record.id] = record

    def all(self):
        """Return the existing resources, oldest first. Resources whose deletion is complete are dropped."""
        now = self.now
        self._records = {key: record for key, record in self._records.items() if not record.gone(now)}
        return sorted(self._records.values(), key=lambda record: record.created_at)

    def find(self, record_id):
        return next((record for record in self.all() if record.id == record_id), None)

    def readable(self):
        """Return the resources that readers can see, in the order of the list response."""
        now = self.now
        records = [record.as_read(now) for record in self.all() if now >= record.visible_at]
        if self.settings.list_order == "reversed":
            records.reverse()
        if self.settings.list_order == "shuffled":
            # An arbitrary order that is the same for every page.
            records.sort(key=lambda record: hashlib.sha256(record.id.encode()).digest())
        return records

    def store_written(self, record, fault, former):
        """Store the name of a written resource in the form of the settings, and apply a fault to the write.

        A fault can ignore or clip fields; ``former`` contains the values before the write.
        """
        if record.spec.get(self.name_key):
            record.spec[self.name_key] = STORED_NAMES[self.settings.stored_name](record.spec[self.name_key])
        if fault and fault.name == "ignore":
            for path in fault.arguments["fields"]:
                wire.write(record.spec, path, wire.read(former, path, wire.ABSENT))
        if fault and fault.name == "clip":
            wire.write(record.spec, fault.arguments["field"], fault.arguments["value"])

    # Called by the control interface.

    def views(self):
        """Return all resources, including those that readers cannot see yet."""
        with self.account.lock:
            return [self.view(record) for record in self.all()]

    def summaries(self):
        with self.account.lock:
            return [{**self.summary(record), "hourly_cost": self.hourly_cost(record)} for record in self.all()]

    def seed(self, wire_fields):
        """Add a ready resource without validation."""
        with self.account.lock:
            record = self.build(wire_fields)
            self.add(record)
            return self.view(record)

    def change(self, record_id, wire_fields):
        """Change a resource without validation."""
        with self.account.lock:
            record = self.find(record_id)
            if record is None:
                raise UnknownRecord(record_id)
            self.apply_overrides(record, wire_fields)
            return self.view(record)

    def remove(self, record_id):
        """Delete a resource immediately."""
        with self.account.lock:
            if self._records.pop(record_id, None) is None:
                raise UnknownRecord(record_id)

    def clear(self):
        """Delete all resources immediately."""
        with self.account.lock:
            for record in self.all():
                self.remove(record.id)
