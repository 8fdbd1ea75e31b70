# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The common part of the registry credentials of Novita AI and PPIO, with which endpoints and instances pull images.

The list response can contain all passwords in clear text. They are masked in all texts, and no result contains them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.list_response import ListResponse
from .._engine.state import READY, CurrentState, Stage
from .._http.call import READ, Call
from .._schema.composites import Group
from .._schema.field_set import Values
from .._schema.fields import Text
from .._validation import Violation
from .api import IDENTIFIER, TEXT, V1, list_of
from .resource import PlatformResource


class RegistryAuthName(Group):
    """An option of another resource type that names a registry credential."""

    def __init__(self, name: str) -> None:
        parts = (Text("name", trimmed=True), Text("username", trimmed=True))
        super().__init__(name, names_other=True, fields=parts)

    def range_violations(self, values: Values, current: Values | None, path: str = "") -> list[Violation]:
        lacking = [Violation(f"{path}.name", "must be set")] if values.get("name") is None else []
        return lacking + super().range_violations(values, current, path)


class PlatformRegistryAuth(PlatformResource):
    """A registry credential of the platform. Its name and its username identify it."""

    noun = "registry credential"
    key = "registry_auth"
    named_by = ("name", "username")

    def read_list(self) -> ListResponse:
        rows = self.client.send(LIST)["data"]
        self.client.secrets.add(*filter(None, (row.get("password") for row in rows)))
        return ListResponse(map(self._current_state, {row["id"]: row for row in rows}.values()))

    def _current_state(self, row: dict[str, Any]) -> CurrentState:
        values, stage = self.table.read(row), Stage(READY, "that it exists")
        return CurrentState(row["id"], row["name"], values, {}, stage, is_complete=True)


_ROW = {
    "type": "object",
    "properties": {
        "id": IDENTIFIER,
        "name": {"type": "string"},
        "username": {"type": "string"},
        "password": TEXT,
    },
    "required": ["id", "name", "username"],
}
LIST = Call(
    "registry_auth.list",
    "GET",
    f"{V1}/repository/auths",
    READ,
    {"type": "object", "allOf": [list_of("data", _ROW)]},
    confidential=True,
)
