# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's registry credentials: the logins with which endpoints and instances pull images."""

from __future__ import annotations

from flask import Response

from .. import sisters, wire
from ..provider import Refusal
from ..records import Record

SEEDED = {"name": "registry.example.org", "username": "seeded", "password": "seeded-password-1"}

# What a list response shows instead of a password. Its length says nothing about the password.
MASK = "******"


class RegistryAuth(Record):
    """One credential. It is ready at once, and nobody can change it."""

    READY = "stored"


class RegistryAuths(sisters.SisterStore):
    """The credentials of one account. A name and a username do not have to be unique."""

    noun = "registry auth"

    def save(self, desired, fault):
        """Store a credential and return it. It can overwrite the one with the same name and username."""
        same = [record for record in self.all() if named(record.spec) == named(desired)]
        if same and self.settings.auth_save == "overwrites":
            record, former = same[-1], dict(same[-1].spec)
            record.keep_former(self.now, self.settings.stale_after)
            record.spec = dict(desired)
            self.store_written(record, fault, former)
            return record
        record = self.new(desired, fault)
        if fault and fault.name == "duplicate":
            self.new(desired, None)
        return record

    def new(self, desired, fault):
        record = RegistryAuth(sisters.new_id(), dict(desired), self.now)
        self.admit(record, fault)
        return record

    def delete(self, record_id):
        record = self.find(record_id)
        if record is None:
            self.missing(record_id)
        if self.users_of(record_id):
            raise Refusal(400, f"image auth {record_id} is in use", "IMAGE_AUTH_IN_USE")
        record.vanish(self.now, 0)

    def users_of(self, record_id):
        """Return the endpoints and instances that pull their image with a credential."""
        endpoints, instances = self.account.store("endpoints").all(), self.account.store("instances").present()
        users = [(record, "image.authId") for record in endpoints] + [(record, "imageAuthId") for record in instances]
        return [record for record, path in users if wire.read(record.spec, path) == record_id]

    def check_use(self, record_id):
        """Refuse the ID of a credential that does not exist, if the settings say so."""
        if record_id and self.settings.unknown_auth_ids == "refused" and self.find(record_id) is None:
            raise Refusal(400, f"image auth {record_id} not found", "RESOURCE_NOT_FOUND")

    def shown(self, record, listed):
        shown = {"id": record.id, **record.spec}
        if listed and self.settings.auth_passwords == "masked":
            shown["password"] = MASK
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


def save_registry_auth(account, call):
    """Store a credential. The page shows an empty response, one client reads an ID, and one expects no content."""
    record = account.store("registry_auths").save(call.body, call.fault)
    answer = account.settings.auth_created
    return Response(status=204) if answer == "no_content" else {"id": record.id} if answer == "id" else {}


def delete_registry_auth(account, call):
    account.store("registry_auths").delete(call.body["id"])
    return {}


OPERATIONS = {
    "registry_auth.list": list_registry_auths,
    "registry_auth.create": save_registry_auth,
    "registry_auth.delete": delete_registry_auth,
}
