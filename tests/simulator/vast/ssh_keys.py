# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's SSH keys of an account."""

from __future__ import annotations

import datetime
import re

from ..provider import Refusal
from .store import EPOCH, NumberedStore
from .users import user_id

# The server's own check is not public. This one accepts no options before the type.
PUBLIC_KEY = re.compile(r"((?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/]{16,}={0,2})(?: (.*))?")


class SshKeys(NumberedStore):
    """The SSH keys of one account. Two of them can be equal."""

    defaults = {"key": "", "comment": ""}

    def __init__(self, account):
        super().__init__(account)
        # The rows of deleted keys, with the time at which readers no longer see the key itself.
        self._deleted = []

    def rows(self):
        """Return the list as a response shows it."""
        rows = [self.view(record) for record in self.readable()]
        if self.settings.deleted_ssh_keys:
            rows += [row for gone_at, row in self._deleted if self.now >= gone_at]
        if not rows and self.settings.empty_ssh_keys_404:
            raise Refusal(404, "No SSH keys found for the user.")
        return rows

    def create(self, desired, fault):
        """Store a new key and return it."""
        if self.settings.team:
            raise Refusal(400, "SSH keys are not supported for teams", "team_ssh_keys_not_supported")
        spec = parsed(desired)
        record = self.start(spec, fault)
        if fault and fault.name == "duplicate":
            self.start(spec, None)
        return record

    def update(self, record_id, desired, fault):
        """Change a key and return it."""
        record = self.live(record_id) or missing()
        self.rewrite(record, record.spec, parsed(desired), fault)
        return record

    def delete(self, record_id):
        record = self.live(record_id) or missing()
        self.withdraw(record)
        self._deleted.append((record.gone_at, {**self.view(record), "deleted_at": EPOCH + self.now}))

    def view(self, record, listed=False):
        """Return a row. The documentation shows other forms than the live service."""
        created_at = EPOCH + record.created_at
        name = "public_key"
        if self.settings.ssh_keys_shape == "object":
            name = "key"
            created_at = datetime.datetime.fromtimestamp(created_at, datetime.timezone.utc).isoformat()
        return {
            "id": int(record.id),
            "user_id": user_id(self.account),
            name: f"{record.spec['key']} {record.spec['comment']}".rstrip(),
            "created_at": created_at,
            "deleted_at": None,
            **record.overrides,
        }

    def summary(self, record):
        return {"id": record.id, "name": record.spec["comment"] or record.spec["key"][:24], "state": "active"}

    def hourly_cost(self, record):
        return 0.0

    def apply_overrides(self, record, wire_fields):
        fields = dict(wire_fields)
        text = fields.pop("public_key", fields.pop("key", None))
        if text is not None:
            key_type, encoded, *comment = text.split(maxsplit=2)
            fields["key"] = f"{key_type} {encoded}"
            fields.setdefault("comment", comment[0] if comment else "")
        super().apply_overrides(record, fields)


def parsed(desired):
    """Return the key in a request, without NUL bytes, as stored fields."""
    text = (desired.get("ssh_key") or "").replace("\0", "").strip()
    if not text:
        raise Refusal(400, "No ssh key provided", "no_ssh_key")
    found = PUBLIC_KEY.fullmatch(text)
    if found is None:
        raise Refusal(400, "Invalid ssh key")
    return {"key": found[1], "comment": found[2] or ""}


def missing():
    raise Refusal(400, "SSH key not found", "no_ssh_key")
