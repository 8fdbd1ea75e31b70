# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's environment variables of an account, which its API calls secrets."""

from __future__ import annotations

import re

from ..provider import Refusal
from ..records import Record, Store

MASK = "********"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
VALUE = re.compile(r"[A-Za-z0-9_.-]+")
# The real limit is not public.
LONGEST = 4096


class EnvVars(Store):
    """The variables of one account, by their names in upper case. The name is the ID."""

    name_key = ""

    def rows(self):
        """Return the variables as a response shows them: never with their values."""
        return {record.id: MASK for record in self.readable()}

    def create(self, desired, fault):
        """Store a new variable."""
        name, value = checked(desired)
        if self.live(name):
            raise Refusal(400, "A variable with this name exists", "existing_key")
        if len(self.all()) >= self.settings.max_env_vars:
            raise Refusal(400, "The maximum number of variables is reached", "max_secrets")
        record = Record(name, {"value": value}, self.now)
        record.visible_at = self.now + self.settings.visible_after
        self.add(record)

    def update(self, desired, fault):
        """Change the value of a variable."""
        name, value = checked(desired)
        record = self.live(name) or missing()
        if not (fault and fault.name == "ignore"):
            record.spec = {"value": value}

    def delete(self, desired):
        if not desired.get("key"):
            raise Refusal(400, "key is required", "missing_input")
        record = self.live(desired["key"].upper()) or missing()
        record.vanish(self.now, self.settings.stale_after)

    def live(self, name):
        """Return the variable unless it is deleted, even if readers still see it."""
        record = self.find(name)
        return None if record is None or record.deleting else record

    def build(self, wire_fields):
        record = Record(wire_fields["key"].upper(), {"value": "seeded-value"}, self.now)
        self.apply_overrides(record, wire_fields)
        return record

    def apply_overrides(self, record, wire_fields):
        if "value" in wire_fields:
            record.spec = {"value": wire_fields["value"]}

    def view(self, record, listed=False):
        """Return a variable for the control interface. No response of the provider shows its value."""
        return {"id": record.id, "key": record.id, **record.spec}

    def summary(self, record):
        return {"id": record.id, "name": record.id, "state": "active"}

    def hourly_cost(self, record):
        return 0.0


def checked(desired):
    """Return the name in upper case and the value in a request, or refuse it."""
    name, value = desired.get("key"), desired.get("value")
    if name is None or value is None:
        raise Refusal(400, "key and value are required", "missing_input")
    if not name or not value:
        raise Refusal(400, "key and value must not be empty", "empty_input")
    if len(value) > LONGEST:
        raise Refusal(400, "The value is too long", "input_too_long")
    if not NAME.fullmatch(name) or not VALUE.fullmatch(value):
        raise Refusal(400, "Invalid characters in the key or the value", "invalid_characters")
    return name.upper(), value


def missing():
    raise Refusal(400, "Key does not exist", "nonexistent_key")
