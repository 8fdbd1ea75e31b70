# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environment variables of an account of Vast.ai, which its API calls secrets.

Pages: create, show, update and delete environment variables under https://docs.vast.ai/api-reference/accounts/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any

from .._engine.capabilities import Free, RelatingOptions, ReportingWrites, RewritingAfterLoss, WritingOnRequest
from .._engine.list_response import ListResponse
from .._engine.resource import ListSource, Resource
from .._engine.state import READY, CurrentState, DesiredState, Removal, Stage
from .._errors import ApiError
from .._http.call import ONCE, READ, REPEATABLE, Call
from .._http.client import Client
from .._masking import MASKS
from .._schema.environment import HIDDEN
from .._schema.fields import Text
from .._schema.table import Settings, Table
from .._sentences import sentences
from .._validation import PLACEHOLDER, Violation, is_placeholder
from .api import SUCCESS, V0, VAST
from .template_response import ReadableTemplate

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REFUSED_CHARACTERS = {
    "a line break": r"[\r\n]",
    "a space or another kind of whitespace": r"[^\S\r\n]",
    "a slash": "/",
    "a plus sign": r"\+",
    "an equals sign": "=",
    "a colon": ":",
    "a character that is not ASCII": r"[^\x00-\x7f]",
    "another sign": r"(?![A-Za-z0-9_.\-\s/+=:])[\x00-\x7f]",
}
"""The kinds of characters that a value must not contain, with their patterns."""

PRECEDENCE = "Vast.ai does not document which value applies."
"""The end of a warning about variables of the account and of a template that have the same name."""


def _has_mask(text: str) -> bool:
    """Return whether a text contains Ansible's mask, which all options refuse with a sentence of its own."""
    return any(mask in text for mask in MASKS)


class VariableName(Text):
    """The name of a variable. The provider stores it in upper case."""

    def desired(self, given: Any) -> Any:
        return given.upper() if isinstance(given, str) and given.isascii() else given

    def rule_violations(self, desired: str, path: str) -> list[Violation]:
        violations = super().rule_violations(desired, path)
        if violations:
            return violations
        if is_placeholder(desired):
            return [Violation(path, PLACEHOLDER)]
        if not _NAME.fullmatch(desired) and not _has_mask(desired):
            rule = "must consist of letters, digits and underscores, and must not begin with a digit"
            return [Violation(path, f"{rule}, not {desired!r}")]
        return []

    def shown_name(self, given: Any) -> str:
        return str(self.desired(given))


class VariableValue(Text):
    """The value of a variable. No read and no message shows it."""

    def rule_violations(self, desired: str, path: str) -> list[Violation]:
        violations = super().rule_violations(desired, path)
        kinds = [kind for kind, pattern in _REFUSED_CHARACTERS.items() if re.search(pattern, desired)]
        if violations or not kinds or _has_mask(desired):
            return violations
        rule = "must consist of ASCII letters, digits, underscores, periods and hyphens, and contains"
        return [Violation(path, f"{rule} {' and '.join(kinds)}")]

    def before_and_after(self, current: Any, target: Any, desired: Any) -> tuple[Any, Any]:
        return HIDDEN, HIDDEN


TABLE = Table(
    VariableName("name", wire="key", required=True, immutable=True, max_length=255, aliases=("key",)),
    VariableValue("value", required=True, write_only=True, secret=True),
)


class VastEnvVar(RelatingOptions, WritingOnRequest, ReportingWrites, RewritingAfterLoss, Free, Resource):
    """An environment variable of the account. Its name in upper case is also its id.

    It counts as free, because no page has a price for it.
    """

    provider = VAST
    noun = "environment variable"
    key = "env_var"
    table = TABLE
    names_can_change = False
    options = Settings(Text("update_value", choices=("on_create", "always"), default="on_create"))
    write_facts = {"value_not_compared": False}

    @classmethod
    def option_violations(cls, params: dict[str, Any]) -> list[Violation]:
        name, value = TABLE.desired(params).get("name") or "", params["value"]
        violations = []
        if params["update_value"] == "always" and value is None and params["state"] != "absent":
            violations.append(Violation("value", "must be set if update_value is always"))
        if value is not None and value in name:
            rule = "must not occur in the name in upper case, because Ansible would mask it there"
            violations.append(Violation("value", rule))
        return violations

    def is_absence(self, error: ApiError) -> bool:
        return error.status == 400 and "nonexistent_key" in f"{error.reason} {error.why}"

    def read_list(self) -> ListResponse:
        return ListResponse(map(_current_state, self.client.send(LIST)["secrets"]))

    def create(self, target: dict[str, Any]) -> str:
        self.client.send(CREATE, body=TABLE.create_body(target))
        return str(target["name"])

    def requested_writes(self, options: dict[str, Any]) -> list[str]:
        return ["value"] if options.get("update_value") == "always" else []

    def update(self, current: CurrentState, target: dict[str, Any]) -> None:
        try:
            self.client.send(UPDATE, body={"key": current.id, "value": target["value"]})
        except ApiError as error:
            error.advice = sentences(
                error.advice,
                "The variable may not have the value of this task. A task with update_value: always writes it",
            )
            raise

    def delete(self, current: CurrentState) -> Removal:
        self.unless_absent(lambda: self.client.send(DELETE, body={"key": current.id}))
        return Removal()

    def warnings(
        self, desired_state: DesiredState, current: dict[str, Any] | None, target: dict[str, Any] | None
    ) -> list[str]:
        is_kept = current is not None and target is not None and "value" in desired_state.values
        is_written = bool(self.requested_writes(desired_state.options))
        self.write_facts = {"value_not_compared": is_kept and not is_written}
        return self._find_templates(target["name"]) if target and (current is None or is_written) else []

    def _find_templates(self, name: str) -> list[str]:
        """Find the templates that set a variable of the same name. Return warnings, or none if the read fails."""
        try:
            templates = ReadableTemplate(self.client, self.shared_lists).list_resources()
        except ApiError:
            return []
        shown = [f"{each.name!r} (id {each.id})" for each in templates if name in each.values["envs"]]
        return [f"These templates also set {name}: {', '.join(shown)}. {PRECEDENCE}"] if shown else []


def account_variables(client: Client, shared_lists: ListSource | None) -> set[str]:
    """Return the names of the variables of the account, with the changes that other entries of a fleet make.

    If the read fails, they are only those that entries of the fleet create.
    """
    declared = shared_lists.declared(VastEnvVar) if shared_lists else ()
    try:
        names = {current.name for current in VastEnvVar(client, shared_lists).list_resources()}
    except ApiError:
        names = set()
    leaving = {state.name or state.id for state in declared if state.state == "absent"}
    return (names - leaving) | {state.name for state in declared if state.state != "absent" and state.name}


def _current_state(name: str) -> CurrentState:
    """Return the current state of a variable with a name in a list response."""
    upper = name.upper()
    return CurrentState(id=name, name=upper, values={"name": upper}, facts={}, stage=Stage(READY, "no state"))


_LIST = {
    "type": "object",
    "properties": {"secrets": {"type": "object", "additionalProperties": {"type": ["string", "null"]}}},
    "required": ["secrets"],
}

LIST = Call("env_var.list", "GET", f"{V0}/secrets/", READ, _LIST)
CREATE = Call("env_var.create", "POST", f"{V0}/secrets/", ONCE, SUCCESS)
UPDATE = Call("env_var.update", "PUT", f"{V0}/secrets/", REPEATABLE, SUCCESS)
DELETE = Call("env_var.delete", "DELETE", f"{V0}/secrets/", REPEATABLE, SUCCESS)
