# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registry credentials of Novita AI, with which endpoints and instances pull images.

The response to a create contains no id, and the provider cannot update a credential.

Pages: list, create and delete container registry auth under https://novita.ai/docs/api-reference/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.capabilities import Free, RelatingOptions, ReplacingOnRequest
from .._engine.list_response import ListResponse
from .._engine.state import CurrentState, DesiredState, Removal
from .._http.call import ONCE, REPEATABLE, Call
from .._novita_ppio.api import IDENTIFIER, V1
from .._novita_ppio.registry_auth import PlatformRegistryAuth
from .._schema.fields import Text
from .._schema.returned_secret import ReturnedSecret
from .._schema.table import Settings, Table
from .api import NOVITA

# The maximum lengths are those of the vendor's tool server.
TABLE = Table(
    Text("name", required=True, immutable=True, trimmed=True, max_length=255),
    Text("username", required=True, immutable=True, trimmed=True, max_length=511),
    ReturnedSecret("password", required=True, immutable=True, max_length=1024),
)


class NovitaRegistryAuth(ReplacingOnRequest, RelatingOptions, Free, PlatformRegistryAuth):
    """A registry credential of Novita AI. It counts as free, because no page has a price for it."""

    provider = NOVITA
    table = TABLE
    rules = {"required_one_of": [("id", "name")], "required_together": [("name", "username")]}
    options = Settings(
        Text("update_password", choices=("on_create", "always"), default="on_create", sounds_secret=True)
    )
    codes_in_use = frozenset({"IMAGE_AUTH_IN_USE"})

    # -- matching ----------------------------------------------------------------------------------------------------

    def matches(self, list_response: ListResponse, desired_state: DesiredState) -> list[CurrentState]:
        username = desired_state.values.get("username")
        return [
            current for current in list_response.named(desired_state.name) if current.values.get("username") == username
        ]

    @classmethod
    def matched_by(cls, desired_state: DesiredState) -> str:
        return f"{super().matched_by(desired_state)} and the username {desired_state.values.get('username')!r}"

    def matched_by_in_label(self, desired_state: DesiredState) -> str:
        return f"{desired_state.name!r} with the username {desired_state.values.get('username')!r}"

    # -- passwords ---------------------------------------------------------------------------------------------------

    def compared_values(self, desired_state: DesiredState) -> dict[str, Any]:
        ignored = "" if desired_state.options.get("update_password") == "always" else "password"
        return {option: value for option, value in desired_state.values.items() if option != ignored}

    def requested_replacement(self, current: CurrentState, desired_state: DesiredState) -> list[str]:
        is_unknown = current.values.get("password") is None
        return ["password"] if is_unknown and "password" in desired_state.values else []

    def may_replace(self, paths: list[str], desired_state: DesiredState) -> bool:
        return paths == ["password"]

    def is_overwritten(self, current: CurrentState, target: dict[str, Any]) -> bool:
        return bool(current.values.get("password") == target["password"])

    def after_replacement(self, newer_id: str) -> str:
        return f"Set image.auth_id of endpoints and image_auth_id of instances to {newer_id}"

    # -- calls -------------------------------------------------------------------------------------------------------

    def create(self, target: dict[str, Any]) -> str:
        response = self.client.send(CREATE, body=TABLE.create_body(target))
        return str(response.get("id") or "")

    def delete(self, current: CurrentState) -> Removal:
        return self.remove(lambda: self.client.send(DELETE, body={"id": current.id}))


CREATE = Call(
    "registry_auth.create",
    "POST",
    f"{V1}/repository/auth/save",
    ONCE,
    {"type": "object", "properties": {"id": {"anyOf": [IDENTIFIER, {"enum": ["", None]}]}}},
)
DELETE = Call("registry_auth.delete", "POST", f"{V1}/repository/auth/delete", REPEATABLE)
