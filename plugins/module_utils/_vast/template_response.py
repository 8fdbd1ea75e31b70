# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates of Vast.ai as its API returns them.

Pages: search template under https://docs.vast.ai/api-reference/templates/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import json
from typing import Any

from .._engine.list_response import ListResponse
from .._engine.resource import Resource
from .._engine.state import READY, CurrentState, Stage
from .._errors import ApiError
from .._http.call import READ, Call
from .._times import iso8601
from .account import ACCOUNT
from .api import V0, VAST
from .docker_options import parse
from .template_table import IN_ENV, TABLE, split_image


class ReadableTemplate(Resource):
    """A template, for those that only read it."""

    provider = VAST
    noun = "template"
    table = TABLE

    def read_list(self) -> ListResponse:
        return ListResponse(map(_current_state, self._own_rows()))

    def _own_rows(self) -> list[dict[str, Any]]:
        """Return the templates of the account. If their list is not available, a search finds them."""
        try:
            rows: list[dict[str, Any]] = self.client.send(LIST)["templates"]
        except ApiError as error:
            if error.status not in (403, 404):
                raise
            try:
                return self._search_own()
            except ApiError:
                raise error from None
        return rows

    def _search_own(self) -> list[dict[str, Any]]:
        """Return the templates of the account, found by a search, which can also return those of other users."""
        account = self.client.send(ACCOUNT)
        self.client.secrets.add(account.get("api_key") or "")
        filters = {"creator_id": {"eq": account["id"]}}
        query = {"select_filters": json.dumps(filters), "select_cols": json.dumps(["*"])}
        rows = self.client.send(SEARCH, query=query)["templates"]
        return [row for row in rows if row["creator_id"] == account["id"]]


def template_values(row: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a template as Vast.ai returned it."""
    run = parse(row.get("env") or "")
    image, tag = split_image(row.get("image") or "")
    if (row.get("tag") or tag) != tag or not tag:
        image, tag = row.get("image") or "", row.get("tag") or ""
    return TABLE.read(
        {
            **row,
            "image": image,
            "tag": tag,
            "envs": [{"key": name, "value": value} for name, value in run.variables.items()],
            "ports": run.ports,
            "docker_options": run.other_options,
            "row": row,
        }
    )


def _current_state(row: dict[str, Any]) -> CurrentState:
    """Return the current state of a template in a row of a list response."""
    number = str(int(row["id"]))
    facts = {"template_id": number, "template_hash": row["hash_id"], "created_at": iso8601(row.get("created_at"))}
    return CurrentState(
        id=number, name=row.get("name") or "", values=template_values(row), facts=facts, stage=Stage(READY, "no state")
    )


_ROW = TABLE.response_schema()
for _name in (*IN_ENV, "row"):
    del _ROW["properties"][_name]
_ROW["properties"].update(
    {
        "id": {"type": "integer"},
        "hash_id": {"type": "string", "minLength": 1},
        "creator_id": {"type": ["integer", "null"]},
        "env": {"type": ["string", "null"]},
    }
)
_ROW["required"] = ["id", "hash_id", "name"]


def _templates_shape(*required: str) -> dict[str, Any]:
    rows = {"type": "array", "items": {**_ROW, "required": [*_ROW["required"], *required]}}
    return {"type": "object", "properties": {"success": {"const": True}, "templates": rows}, "required": ["templates"]}


LIST = Call("template.list", "GET", f"{V0}/users/current/templates/", READ, _templates_shape())
SEARCH = Call("template_search.list", "GET", f"{V0}/template/", READ, _templates_shape("creator_id"))
