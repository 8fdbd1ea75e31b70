# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registry credentials that Novita and PPIO list: the logins with which endpoints and instances pull images."""

from __future__ import annotations

from . import sisters
from .provider import Refusal
from .records import Record

SEEDED = {"name": "registry.example.org", "username": "seeded", "password": "seeded-password-1"}


class RegistryAuth(Record):
    """One credential. It is ready at once, and nobody can change it."""

    READY = "stored"


class RegistryAuths(sisters.SisterStore):
    """The credentials of one account. A name and a username do not have to be unique."""

    noun = "registry auth"
    # What a list response shows instead of a password. Its length says nothing about the password.
    mask: str

    def check_use(self, record_id):
        """Refuse the ID of a credential that does not exist, if the settings say so."""
        if record_id and self.settings.unknown_auth_ids == "refused" and self.find(record_id) is None:
            raise Refusal(400, f"image auth {record_id} not found", "RESOURCE_NOT_FOUND")

    def shown(self, record, listed):
        shown = {"id": record.id, **record.spec}
        if listed and self.settings.auth_passwords == "masked":
            shown["password"] = self.mask
        if listed and self.settings.auth_passwords == "missing":
            del shown["password"]
        return shown

    def summary(self, record):
        """Return the row of the page, which never shows a password."""
        name, username = named(record.spec)
        return {"id": record.id, "name": f"{name} ({username})", "state": record.state(self.now)[0]}

    def hourly_cost(self, record):
        return 0.0

    # Called by the control interface.

    def build(self, wire_fields):
        record_id = wire_fields.get("id") or sisters.new_id()
        record = RegistryAuth(record_id, dict(SEEDED), self.now)
        self.apply_overrides(record, wire_fields)
        return record

    def apply_overrides(self, record, wire_fields):
        record.spec = {**record.spec, **{key: value for key, value in wire_fields.items() if key != "id"}}


def named(spec):
    return spec["name"], spec["username"]


def list_registry_auths(account, call):
    auths = account.store("registry_auths")
    return {"data": [auths.view(record, listed=True) for record in auths.readable()]}
