# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A field: an option of a resource type and the provider's field for it, declared once.

The declaration defines the argument spec, the JSON Schema of the option and of a response, how to read a response, the
request body and the comparison. Values have the structure and the units of the option, except in the provider's own
format, the *wire form*:

* *desired*: the value that the task sets. ``None`` or a missing key means that the option is not managed.
* *current*: the value that the provider has, as read. ``None`` means that the response does not contain it.
* *target*: the current value with the desired value merged into it, which an update sends.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._validation import Violation, excerpt
from .withheld import CanBeSecret


class Field:
    """A field of any type. Each subclass is a type. Its class attributes are the defaults of the settings.

    Most methods take a value of the field and ``path``, the option path of the field. ``own_arguments``,
    ``desired_in``, ``read_from``, ``spec_options`` and ``withheld_options`` work on the mapping that contains the
    field.

    :param name: the name of the option.
    :param wire: the provider's key, if it differs from ``name``.
    :param wire_in_response: the provider's key in responses, if it differs from the key in requests.
    :param required: a create requires it.
    :param immutable: the provider cannot change it in place.
    :param unique: two resources cannot have the same value, so a replacement needs another one while the replaced
        resource exists.
    :param write_only: the provider never returns it, so it is sent and never compared.
    :param secret: its value must not be shown.
    :param sounds_secret: its name sounds like that of a secret, but its value is none.
    :param nullable: the provider can return null. Null differs from all other values, and updates send it back.
    :param may_be_missing: a response can omit it or return it empty. In this case it is not compared.
    :param displaces: siblings that identify the same thing in another way. If this field changes and the task does not
        set them, an update sends null for them, and any value that the provider then returns is accepted.
    :param described_by: another option, with which a task describes the value by its properties.
    :param names_other: a task names a resource of another type with it. Before values are compared, the engine replaces
        it by the sibling that it describes, which has this field in ``described_by``.
    :param is_id: it is the id of a resource. In check mode, it can be a planned id.
    :param reveal_option: for a value that can contain secrets and that the provider returns in clear text: the option
        of info modules that shows it. Other tasks show it only if they set it themselves.
    :param empty_is_unset: an empty value in a response means "not set" and is not sent back in updates.
    :param update_only: a create does not accept it. An update sets it directly after the create.
    :param option: false for a field without an option: it is read and sent back in updates.
    :param on_create: the value that a create sends if the task does not set one.
    :param default: the default of the option, for options that are not part of a resource.
    :param effect: the effect of a change on running workers, if the provider documents it.
    :param when: ``(sibling, value)``: the field applies only if the sibling has this value.
    :param limits: the keys ``(minimum, maximum)`` of the field's limits in the provider's limits response, or a mapping
        from the ``(sibling, value)`` on which the limits depend to such keys.
    :param aliases: other names of the option.
    :param env: the environment variable that replaces a missing option.
    """

    wire: str = ""
    wire_in_response: str = ""
    required: bool = False
    immutable: bool = False
    unique: bool = False
    write_only: bool = False
    secret: bool = False
    sounds_secret: bool = False
    nullable: bool = False
    may_be_missing: bool = False
    displaces: tuple[str, ...] = ()
    described_by: str = ""
    names_other: bool = False
    is_id: bool = False
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
        """The provider's key in requests."""
        return self.wire or self.name

    @property
    def response_key(self) -> str:
        """The provider's key in responses."""
        return self.wire_in_response or self.key

    @property
    def hides_values(self) -> bool:
        """Whether messages must not quote its values."""
        return self.secret or bool(self.reveal_option)

    # -- the field among its siblings --------------------------------------------------------------------------------

    def own_arguments(self) -> dict[str, dict[str, Any]]:
        """Return the options of this field as entries of an argument spec."""
        return {self.name: self.argument()}

    def argument(self) -> dict[str, Any]:
        """Return the argument of the option with the field's name."""
        argument: dict[str, Any] = {"type": self.ansible_type}
        if self.secret or self.sounds_secret:
            argument["no_log"] = self.secret
        if self.default is not None:
            argument["default"] = self.default
        if self.aliases:
            argument["aliases"] = list(self.aliases)
        return argument

    def applies(self, siblings: dict[str, Any]) -> bool:
        """Return whether the field applies to the values of its siblings."""
        return self.when is None or siblings.get(self.when[0]) == self.when[1]

    def desired_in(self, params: dict[str, Any]) -> Any:
        """Return the desired value in the options of a task, or ``None``."""
        given = params.get(self.name)
        return None if given is None else self.desired(given)

    def read_from(self, response: dict[str, Any]) -> Any:
        """Return the current value in a response, or ``None``."""
        raw = response.get(self.response_key)
        return None if raw is None else self.read(raw)

    def spec_options(self, current: Any, desired: Any, reveal: bool) -> dict[str, Any]:
        """Return the options with which a task keeps the current value, without secrets."""
        return {self.name: self.spec(current, desired, reveal)}

    def withheld_options(self, current: Any, can_be_secret: CanBeSecret) -> dict[str, Any]:
        """Return the options that ``spec_options`` leaves out, with ``Withheld`` in place of values."""
        return {}

    # -- values ------------------------------------------------------------------------------------------------------

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a desired value."""
        return {}

    def response_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the value of ``response_key`` in a response."""
        return {}

    def desired(self, given: Any) -> Any:
        """Return the desired value for the value of an option."""
        return given

    def read(self, raw: Any) -> Any:
        """Return the current value for a wire form."""
        return raw

    def write(self, target: Any) -> Any:
        """Return the wire form of a target."""
        return target

    def target(self, current: Any, desired: Any) -> Any:
        """Return the current value with the desired value merged into it."""
        return desired

    def equal(self, current: Any, target: Any) -> bool:
        """Return whether two values have the same meaning."""
        return bool(current == target)

    def differences(self, current: Any, target: Any, path: str) -> list[str]:
        """Return the option paths in which two values differ."""
        is_missing = self.may_be_missing and not current
        return [] if is_missing or self.equal(current, target) else [path]

    def rule_violations(self, desired: Any, path: str) -> list[Violation]:
        """Return the violations of a desired value that JSON Schema cannot express."""
        return []

    def broken_limit(self, value: Any) -> str:
        """Return the documented limit (range, length or choice) that a value breaks, or an empty text."""
        return ""

    def range_violations(self, value: Any, current: Any, path: str) -> list[Violation]:
        """Return the documented limits that a value breaks, unless the resource already has this value."""
        rule = self.broken_limit(value)
        if not rule or current is not None and self.equal(current, value):
            return []
        return [Violation(path, rule if self.secret else f"{rule}, not {excerpt(value)}")]

    def missing(self, target: Any, path: str) -> list[str]:
        """Return the option paths that a create requires and the target lacks."""
        if not self.required or target is not None:
            return []
        return [f"{path} or {self.described_by}" if self.described_by else path]

    def conflicts(self, target: Any, path: str) -> list[Violation]:
        """Return the violations of values that do not fit together in a target."""
        return []

    def before_and_after(self, current: Any, target: Any, desired: Any) -> tuple[Any, Any]:
        """Return the current value and the target for the diff, limited to the keys that the task sets."""
        return (target if self.equal(current, target) else current), target

    def spec(self, current: Any, desired: Any, reveal: bool) -> Any:
        """Return the desired value with which a task keeps the current value, without secrets."""
        return current

    def paths_of(self, desired: Any, path: str) -> list[str]:
        """Return the option paths that the task sets."""
        return [path]

    def shown_name(self, given: Any) -> str:
        """Return how messages show a resource that a task identifies by this value."""
        return str(given)

    def secret_values(self, desired: Any) -> list[str]:
        """Return the values of the task that no text may show."""
        return [str(desired)] if self.secret else []

    def hidden_values(self, current: Any, desired: Any) -> list[str]:
        """Return the current values that no text may show."""
        return []

    def shown_facts(self, current: Any) -> dict[str, Any]:
        """Return the facts that results show in addition to ``spec``."""
        return {}
