# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates of Vast.ai: the image, the environment and the start of workers and instances.

Pages: create, edit and delete template under https://docs.vast.ai/api-reference/templates/, and the guides on
templates. An edit is sent in the form of the vendor's own client, because the documented form of an edit, with only the
changed fields, does not work for all users.

The hash of a template is derived from its content, so each edit changes it. The order of the options in ``env`` is part
of the content. Therefore an edit sends each field that keeps its meaning exactly as Vast.ai returned it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._engine.capabilities import Free, RelatingOptions, RemovedLast, ReplacingIgnored, ReportingWrites
from .._engine.resource import ListSource
from .._engine.state import CurrentState, DesiredState, Removal
from .._errors import ApiError
from .._http.call import ONCE, READ, REPEATABLE, Call
from .._http.client import Client
from .._validation import Violation, option_name
from .api import SUCCESS, V0, list_shape, says_absent
from .docker_options import render
from .env_var import PRECEDENCE, account_variables
from .template_response import ReadableTemplate, template_values
from .template_table import IN_ENV, LOGIN, TABLE, split_image

_WRITABLE = (
    *(field.key for field in TABLE.fields if field.name not in (*IN_ENV, "row")),
    "env",
    "volume_info",
)


class VastTemplate(RelatingOptions, ReplacingIgnored, ReportingWrites, RemovedLast, Free, ReadableTemplate):
    """A template of Vast.ai. Its exact name among the templates of the account identifies it.

    It costs nothing by itself: Vast.ai bills the instances and workers that use it.
    """

    facts_before_create = {"template_id": "", "template_hash": "", "created_at": ""}
    id_facts = ("template_id", "template_hash")
    content_facts = ("template_hash",)
    write_facts: dict[str, Any] = {"workergroups_with_old_hash": []}

    def __init__(self, client: Client, shared_lists: ListSource | None = None) -> None:
        super().__init__(client, shared_lists)
        self._new_hash = ""
        """The hash in the response to an edit."""

    @classmethod
    def option_violations(cls, params: dict[str, Any]) -> list[Violation]:
        tag, tag_of_image = params["tag"], split_image(params["image"] or "")[1]
        if tag is None or tag_of_image in ("", tag):
            return []
        return [Violation("tag", f"must be omitted, because image has the tag {tag_of_image!r}")]

    def conflicts(self, target: dict[str, Any], desired_state: DesiredState) -> list[Violation]:
        row = target.get("row")
        if row is None or not target.get("docker_login_repo"):
            return []
        missing = [option for option in LOGIN if target.get(option) is None and row.get(option) is None]
        rule = (
            "must be set, because an update sends the whole template, and Vast.ai does not return the login for "
            f"{target['docker_login_repo']!r}"
        )
        return [Violation.of_several(missing, rule)] if missing else []

    # -- reading -----------------------------------------------------------------------------------------------------

    def is_absence(self, error: ApiError) -> bool:
        return says_absent(error, "Invalid Template ID")

    def read_one(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        templates = self.list_resources(mark)
        by_id = [template for template in templates if template.id == current.id]
        # No page states that the ID stays after an edit.
        by_hash = [template for template in templates if template.facts["template_hash"] == self._new_hash != ""]
        return next(iter(by_id + by_hash), None)

    # -- writing -----------------------------------------------------------------------------------------------------

    def create(self, target: dict[str, Any]) -> str:
        return str(self.client.send(CREATE, body=_body(target))["template"]["id"])

    def update(self, current: CurrentState, target: dict[str, Any]) -> None:
        """Edit the template. After a lost response, repeat the edit only if the template still has the same hash."""
        template_hash = current.facts["template_hash"]
        body = {**_body(target), "id": int(current.id), "hash_id": template_hash}
        errors: list[ApiError] = []
        for _attempt in self.client.attempts():
            try:
                response = self.client.send(UPDATE, body=body)
            except ApiError as error:
                errors.append(error)
                is_refused = not error.maybe_done and error.status in (400, 404)
                if is_refused and self._hash_now(current) not in (None, template_hash):
                    # Another task has changed the template. A read shows whether it has the desired values now.
                    error.maybe_done = error.retryable = True
                    error.advice = "The template has changed since the task read it. Run the task again."
                is_lost = error.maybe_done and error.status in (None, 502, 503, 504)
                if not is_lost or self._hash_now(current) != template_hash:
                    break
            else:
                self._new_hash = (response.get("template") or {}).get("hash_id") or ""
                return
        raise errors[0]

    def _hash_now(self, current: CurrentState) -> str | None:
        """Return the hash of the template now; empty if it does not exist, ``None`` if the read fails."""
        try:
            latest = self.find_in_list(current, self.mark())
        except ApiError:
            return None
        return latest.facts["template_hash"] if latest else ""

    def delete(self, current: CurrentState) -> Removal:
        self.unless_absent(lambda: self.client.send(DELETE, body={"template_id": int(current.id)}))
        return Removal()

    # -- judging -----------------------------------------------------------------------------------------------------

    def warnings(
        self, desired_state: DesiredState, current: dict[str, Any] | None, target: dict[str, Any] | None
    ) -> list[str]:
        warnings = []
        onstart = desired_state.values.get("onstart", "")
        if target is not None and not onstart.isascii():
            warnings.append("onstart: Vast.ai can remove characters that are not ASCII, which the task then reports.")
        changed = TABLE.differences(current, target) if current and target else []
        if changed and desired_state.recreate and not desired_state.id:
            warnings.append(
                "If Vast.ai ignores the change, the task creates a template with another ID and deletes this one, "
                "because recreate is true."
            )
        if current and (changed or target is None):
            warnings += self._find_users(current["row"], is_deleted=target is None)
        is_environment_written = current is None or "envs" in map(option_name, changed)
        if target and target.get("envs") and is_environment_written:
            warnings += self._find_variables(target["envs"])
        return warnings

    def _find_variables(self, names: Iterable[str]) -> list[str]:
        """Find the variables of the account with the names of variables in the template. Return warnings."""
        same = sorted(account_variables(self.client, self.shared_lists).intersection(names))
        if not same:
            return []
        return [f"The account also has environment variables with these names: {', '.join(same)}. {PRECEDENCE}"]

    def _find_users(self, row: dict[str, Any], is_deleted: bool) -> list[str]:
        """Find the workergroups that use a template before it is changed. Return warnings."""
        try:
            groups = self.client.send_cached(WORKERGROUPS)["results"]
        except ApiError as error:
            return [f"The workergroups that use the template could not be read: {error.why}"]
        users = [
            {"id": str(group["id"]), "endpoint_name": group.get("endpoint_name") or ""}
            for group in groups
            if group.get("template_hash") == row["hash_id"] or (is_deleted and group.get("template_id") == row["id"])
            if str(group["id"]) not in self.leaving
        ]
        self.write_facts = {"workergroups_with_old_hash": users}
        if not is_deleted or not users:
            return []
        shown = ", ".join(f"{user['id']} (endpoint {user['endpoint_name']!r})" for user in users)
        return [f"These workergroups use the template that the task deletes: {shown}."]


def _body(target: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a request. A field with the meaning of the current one is as Vast.ai returned it."""
    row = target.get("row") or {}
    changed = set(map(option_name, TABLE.differences(template_values(row) if row else {}, target)))
    written = TABLE.write(target)
    body = {key: row[key] for key in _WRITABLE if key in row}
    if changed & {"image", "tag"}:
        changed |= {"image", "tag"}
    if changed & IN_ENV:
        body["env"] = render(target.get("envs") or {}, target.get("ports") or [], target.get("docker_options") or "")
    body.update((key, written[key]) for key in _WRITABLE if key in written and (key in changed or key not in body))
    if "extra_filters" in changed:
        odd = {name: value for name, value in (row.get("extra_filters") or {}).items() if not isinstance(value, dict)}
        body["extra_filters"] = {**odd, **body["extra_filters"]}
    body.setdefault("docker_login_repo", "")
    for option in LOGIN:
        # The guide requires a login in each request; without a registry it is empty.
        body.setdefault(option, "")
        if option in written or not body["docker_login_repo"]:
            body[option] = written.get(option, "")
    return body


_USER = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "endpoint_name": {"type": ["string", "null"]},
        "template_hash": {"type": ["string", "null"]},
        "template_id": {"type": ["integer", "null"]},
    },
    "required": ["id"],
}
_CREATED = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
_EDITED = {"type": ["object", "null"], "properties": {"hash_id": {"type": ["string", "null"]}}}

CREATE = Call(
    "template.create",
    "POST",
    f"{V0}/template/",
    ONCE,
    {"type": "object", "properties": {"template": _CREATED}, "required": ["template"]},
)
# It is repeated only after a read, because the hash in the request can be an old one.
UPDATE = Call(
    "template.update",
    "PUT",
    "/api/v1/template/",
    ONCE,
    {**SUCCESS, "properties": {**SUCCESS["properties"], "template": _EDITED}},  # type: ignore[dict-item]
)
DELETE = Call("template.delete", "DELETE", f"{V0}/template/", REPEATABLE, SUCCESS)
WORKERGROUPS = Call("workergroup.list", "GET", f"{V0}/workergroups/", READ, list_shape(_USER))
