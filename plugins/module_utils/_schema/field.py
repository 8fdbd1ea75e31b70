# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The field: one option of a resource type and the wire field behind it, declared once.

From the declaration follow the argument spec, the JSON Schema of the option and of a response, the reading of a
response, the request body and the comparison. Three kinds of value occur, all in the option's shape and units:

* *desired*, what the task sets; ``None`` or a missing key means "not managed";
* *current*, what the provider has, as read; ``None`` means that the response did not say;
* *target*, the current value with the desired one laid over it: what an update sends.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._validation import Violation, excerpt


class Field:
    """A field of any type. Subclasses are the types; their class attributes are the defaults of the settings.

    Most methods take a value of the field, and ``path``, the field's own option path. The four that the table finds the
    value with take all that stands beside it: ``own_arguments``, ``desired_in``, ``read_from`` and ``spec_options``.

    :param name: the option's name.
    :param wire: the provider's key, where it differs from ``name``.
    :param wire_in_response: the provider's key in responses, where it differs from that in requests.
    :param required: a create needs it.
    :param immutable: the provider cannot change it in place.
    :param unique: no two resources can share a value, so a replacement cannot take it over from a living resource.
    :param write_only: the provider never returns it: sent where it applies, never compared.
    :param secret: its value must not be shown.
    :param nullable: the provider can return null, which is unlike any value and is sent back as null.
    :param may_be_missing: the provider may leave it out of a response, or empty; then it is not compared.
    :param displaces: siblings that name the same thing in another way. When this one changes and the task does not set
        them, an update sends null for them, and whatever the provider makes of them is right.
    :param reveal_option: set for a value that can hold secrets and that the provider returns in clear: it is shown only
        where this very task sets it, or to an info module's task that sets this option.
    :param empty_is_unset: an empty value in a response means "not set", and is not sent back in updates.
    :param update_only: a create does not take it; an update sets it right after.
    :param option: false for a wire field that is only carried along: read, sent back in updates, not offered.
    :param on_create: sent by a create when the task does not set it.
    :param default: the option's default, for options that are not part of a resource.
    :param effect: what a change does to running workers; only what a page of the provider says.
    :param when: ``(sibling, value)``: it has a meaning only beside that value.
    :param limits: keys of the provider's limits response that bound it, ``(least, greatest)``, or a mapping to such a
        pair from the ``(sibling, value)`` on which it depends.
    :param aliases: other names of the option.
    :param env: environment variable that stands in for a missing option.
    """

    wire: str = ""
    wire_in_response: str = ""
    required: bool = False
    immutable: bool = False
    unique: bool = False
    write_only: bool = False
    secret: bool = False
    nullable: bool = False
    may_be_missing: bool = False
    displaces: tuple[str, ...] = ()
    reveal_option: str = ""
    empty_is_unset: bool = False
    update_only: bool = False
    option: bool = True
    on_create: Any = None
    default: Any = None
    effect: str = "unknown"
    when: tuple[str, Any] | None = None
    limits: tuple[str, str] | dict[tuple[str, str], tuple[str, str]] | None = None
    aliases: tuple[str, ...] = ()
    env: str = ""

    ansible_type = "raw"

    def __init__(self, name: str, **settings: Any) -> None:
        self.name = name
        for setting, value in settings.items():
            if not hasattr(type(self), setting):
                raise TypeError(f"{type(self).__name__} {name!r} has no setting {setting!r}")
            setattr(self, setting, value)

    @property
    def key(self) -> str:
        """The provider's key."""
        return self.wire or self.name

    @property
    def response_key(self) -> str:
        """The provider's key in responses."""
        return self.wire_in_response or self.key

    @property
    def hides_values(self) -> bool:
        """Whether no message may quote its values."""
        return self.secret or bool(self.reveal_option)

    # -- the field among its siblings --------------------------------------------------------------------------------

    def own_arguments(self) -> dict[str, dict[str, Any]]:
        """The options of this field, as entries of an argument spec."""
        return {self.name: self.argument()}

    def argument(self) -> dict[str, Any]:
        """The entry of an argument spec."""
        argument: dict[str, Any] = {"type": self.ansible_type}
        if self.secret:
            argument["no_log"] = True
        if self.default is not None:
            argument["default"] = self.default
        if self.aliases:
            argument["aliases"] = list(self.aliases)
        return argument

    def applies(self, siblings: dict[str, Any]) -> bool:
        """Whether the field has a meaning beside its siblings' values."""
        return self.when is None or siblings.get(self.when[0]) == self.when[1]

    def desired_in(self, params: dict[str, Any]) -> Any:
        """The desired value in a task's options, or ``None``."""
        given = params.get(self.name)
        return None if given is None else self.desired(given)

    def read_from(self, response: dict[str, Any]) -> Any:
        """The current value in a resource as the provider returns it, or ``None``."""
        raw = response.get(self.response_key)
        return None if raw is None else self.read(raw)

    def spec_options(self, current: Any, desired: Any, reveal: bool) -> dict[str, Any]:
        """The options that a task would set to keep exactly the current value, nothing secret."""
        return {self.name: self.spec(current, desired, reveal)}

    # -- values ------------------------------------------------------------------------------------------------------

    def schema(self) -> dict[str, Any]:
        """JSON Schema of a desired value; empty where nothing of it can be said in JSON Schema."""
        return {}

    def response_schema(self) -> dict[str, Any]:
        """JSON Schema of what the provider may return under ``response_key``."""
        return {}

    def desired(self, given: Any) -> Any:
        """A desired value from what the task sets."""
        return given

    def read(self, raw: Any) -> Any:
        """A current value from its wire form."""
        return raw

    def write(self, target: Any) -> Any:
        """The wire form of a target."""
        return target

    def target(self, current: Any, desired: Any) -> Any:
        """The desired value laid over the current one."""
        return desired

    def equal(self, current: Any, target: Any) -> bool:
        """Whether two values mean the same."""
        return bool(current == target)

    def differences(self, current: Any, target: Any, path: str) -> list[str]:
        """The option paths in which two values differ."""
        unsaid = self.may_be_missing and not current
        return [] if unsaid or self.equal(current, target) else [path]

    def rule_violations(self, desired: Any, path: str) -> list[Violation]:
        """What is wrong with a desired value and cannot be said in JSON Schema."""
        return []

    def broken_limit(self, value: Any) -> str:
        """The range, length or choice printed by the provider that a value breaks, as a rule; or an empty text."""
        return ""

    def range_violations(self, value: Any, current: Any, path: str) -> list[Violation]:
        """Where a value breaks a printed limit, unless the resource has that very value."""
        rule = self.broken_limit(value)
        if not rule or current is not None and self.equal(current, value):
            return []
        return [Violation(path, rule if self.secret else f"{rule}, not {excerpt(value)}")]

    def missing(self, target: Any, path: str) -> list[str]:
        """The option paths that a create needs and the target lacks."""
        return [path] if self.required and target is None else []

    def conflicts(self, target: Any, path: str) -> list[Violation]:
        """What does not go together in a target."""
        return []

    def before_and_after(self, current: Any, target: Any, desired: Any) -> tuple[Any, Any]:
        """What is and what will be, as people may see it, over the keys that the task sets."""
        return (target if self.equal(current, target) else current), target

    def spec(self, current: Any, desired: Any, reveal: bool) -> Any:
        """The desired value that would keep exactly the current one, nothing secret."""
        return current

    def paths_of(self, desired: Any, path: str) -> list[str]:
        """The option paths that the task sets."""
        return [path]

    def secret_values(self, desired: Any) -> list[str]:
        """Values that the task sets and no text may show."""
        return [str(desired)] if self.secret else []

    def hidden_values(self, current: Any, desired: Any) -> list[str]:
        """Current values that no text may show."""
        return []

    def shown_facts(self, current: Any) -> dict[str, Any]:
        """What results say of the current value beside ``spec``."""
        return {}
