# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's registry credentials, which clients can also store and delete."""

from __future__ import annotations

from flask import Response

from .. import registry_auths, sisters, wire
from ..provider import Refusal
from ..registry_auths import RegistryAuth, list_registry_auths, named


class RegistryAuths(registry_auths.RegistryAuths):
    """The credentials of one account."""

    mask = "******"

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
