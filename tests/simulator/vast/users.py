# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The user of Vast.ai to whom an API key belongs."""

from __future__ import annotations

import hashlib
import zlib

from ..records import Record, Store


def user_id(account):
    return zlib.crc32(account.key.encode()) % 1_000_000


class Users(Store):
    """The only user of one account."""

    def __init__(self, account):
        super().__init__(account)
        self.add(self.build({}))

    def current(self):
        """Return the user as a response shows it."""
        [record] = self.all()
        return self.view(record)

    def build(self, wire_fields):
        return Record(str(user_id(self.account)), dict(wire_fields), self.now)

    def apply_overrides(self, record, wire_fields):
        record.spec = {**record.spec, **wire_fields}

    def seed(self, wire_fields):
        raise ValueError("an account has one user; change it instead")

    def view(self, record, listed=False):
        """Return the user. ``balance`` differs from the credit, which decides what the account can rent."""
        return {
            "id": int(record.id),
            "email": "ops@example.org",
            "username": "ops",
            "fullname": "Olivia Ops",
            "balance": -3.75,
            "credit": self.settings.credit,
            "balance_threshold": 5.0,
            "balance_threshold_enabled": True,
            "autobill_threshold": None,
            "can_pay": True,
            "billed_expected": 0.0,
            "billed_verified": 0.0,
            "billaddress_country": "SE",
            "phone_number": "+46 8 555 0100",
            "has_billing": True,
            "ssh_key": None,
            "sid": hashlib.sha256(b"session " + self.account.key.encode()).hexdigest(),
            # The user's own key. It can do more than the key of the request.
            "api_key": hashlib.sha256(b"user " + self.account.key.encode()).hexdigest(),
            **record.spec,
        }

    def summaries(self):
        """Return no rows, because the page does not show the user."""
        return []
