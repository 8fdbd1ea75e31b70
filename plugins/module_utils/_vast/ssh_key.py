# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH keys of an account of Vast.ai, which puts them on its instances.

Pages: create, show, update and delete SSH key under https://docs.vast.ai/api-reference/accounts/. Some of the forms of
the list come from public projects that manage live accounts.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any

from .._engine.capabilities import Free, Interchangeable
from .._engine.list_response import ListResponse
from .._engine.resource import Resource
from .._engine.state import READY, CurrentState, DesiredState, Removal, Stage
from .._errors import ApiError
from .._http.call import ONCE, READ, REPEATABLE, Call
from .._schema.table import Table
from .._times import iso8601
from .api import SUCCESS, V0, VAST
from .public_key import Comment, Key, PublicKey, fingerprint, one_line, split_key

_NO_KEYS = re.compile(r"HTTP 404 (?:\S+: )?No SSH keys found for the user\.")
"""The error for an account without keys. Another 404 response proves nothing."""
_ABSENT = ("no_ssh_key", "No ssh key provided", "SSH key not found")
"""Error codes and texts of the 400 response for a key that does not exist."""

TABLE = Table(
    PublicKey("public_key", required=True, immutable=True, aliases=("ssh_key",)),
    Comment("comment", may_be_empty=True, reveal_option="return_comments"),
)


class VastSshKey(Interchangeable, Free, Resource):
    """An SSH key of the account. Its type and its base64 part identify it. The comment is a label.

    It counts as free, because no page has a price for it.
    """

    provider = VAST
    noun = "SSH key"
    key = "ssh_key"
    table = TABLE
    named_by = ("public_key",)
    facts_before_create = {"created_at": ""}

    def matches(self, list_response: ListResponse, desired_state: DesiredState) -> list[CurrentState]:
        return list_response.named(fingerprint(desired_state.values["public_key"]))

    @classmethod
    def matched_by(cls, desired_state: DesiredState) -> str:
        return f"the fingerprint {fingerprint(desired_state.values['public_key'])}"

    def matched_by_in_label(self, desired_state: DesiredState) -> str:
        key = desired_state.values.get("public_key")
        return fingerprint(key) if key else repr(desired_state.name)

    def pruned_by(self, current: CurrentState) -> str:
        return current.values.get("comment") or ""

    def is_absence(self, error: ApiError) -> bool:
        return error.status == 400 and any(word in f"{error.reason} {error.why}" for word in _ABSENT)

    def read_list(self) -> ListResponse:
        try:
            response = self.client.send(LIST)
        except ApiError as error:
            if error.structured and _NO_KEYS.fullmatch(error.why):
                return ListResponse()
            raise
        rows = response if isinstance(response, list) else response["ssh_keys"]
        return ListResponse(_current_state(row) for row in rows if not row.get("deleted_at"))

    def create(self, target: dict[str, Any]) -> str:
        key = target["public_key"]
        comment = target.get("comment")
        if comment is None:
            comment = key.comment if isinstance(key, Key) else ""
        return str(self.client.send(CREATE, body=_body(key, comment))["key"]["id"])

    def update(self, current: CurrentState, target: dict[str, Any]) -> None:
        body = _body(target["public_key"], target.get("comment") or "")
        self.client.send(UPDATE, path={"id": current.id}, body=body)

    def delete(self, current: CurrentState) -> Removal:
        self.unless_absent(lambda: self.client.send(DELETE, path={"id": current.id}))
        return Removal()


def _body(key: str, comment: str) -> dict[str, str]:
    return {"ssh_key": f"{key} {comment}".strip()}


def _current_state(row: dict[str, Any]) -> CurrentState:
    """Return the current state of a key in a row of a list response."""
    text = row.get("public_key") or row.get("key") or ""
    key = split_key(text)
    values = {"public_key": one_line(text), "comment": ""}
    if key is not None:
        values = {"public_key": str(key), "comment": key.comment}
    return CurrentState(
        id=str(row["id"]),
        name=fingerprint(values["public_key"]),
        values=values,
        facts={"created_at": iso8601(row.get("created_at"))},
        stage=Stage(READY, "no state"),
    )


_TEXT = {"type": ["string", "null"]}
_ROW = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "public_key": _TEXT, "key": _TEXT},
    "required": ["id"],
    "anyOf": [{"required": ["public_key"]}, {"required": ["key"]}],
    "description": "an object with id, and public_key or key",
}
_ROWS = {"type": "array", "items": _ROW}
_LIST = {
    "anyOf": [
        _ROWS,
        {"type": "object", "properties": {"ssh_keys": _ROWS}, "required": ["ssh_keys"]},
    ],
    "description": "a list of keys, or an object with ssh_keys",
}
_CREATED = {
    "type": "object",
    "properties": {
        "key": {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]},
    },
    "required": ["key"],
}

LIST = Call("ssh_key.list", "GET", f"{V0}/ssh/", READ, _LIST)
CREATE = Call("ssh_key.create", "POST", f"{V0}/ssh/", ONCE, _CREATED)
UPDATE = Call("ssh_key.update", "PUT", f"{V0}/ssh/{{id}}/", REPEATABLE, SUCCESS)
DELETE = Call("ssh_key.delete", "DELETE", f"{V0}/ssh/{{id}}/", REPEATABLE, SUCCESS)
