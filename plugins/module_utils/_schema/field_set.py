# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several fields, and what one field can do done over all of them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Callable

from .._validation import SECRET, Violation
from .field import Field

Values = dict[str, Any]
"""Values by the names of their fields."""


class FieldSet:
    """Several fields. Its values are mappings from the names of the fields to their values.

    A value that is not there counts as an empty mapping. ``path`` is the option path of the set itself.
    """

    fields: tuple[Field, ...] = ()

    def __init__(self, *fields: Field) -> None:
        self.fields = fields

    def subset(self, belongs: Callable[[Field], bool]) -> FieldSet:
        """The fields that ``belongs`` is true for."""
        return FieldSet(*filter(belongs, self.fields))

    # -- options and schemas -----------------------------------------------------------------------------------------

    def arguments(self) -> dict[str, dict[str, Any]]:
        """The options as an argument spec."""
        spec = {}
        for field in self._options():
            spec.update(field.own_arguments())
        return spec

    def schema(self) -> dict[str, Any]:
        """JSON Schema of desired values."""
        properties = {field.name: {**field.schema(), **(SECRET if field.secret else {})} for field in self._options()}
        return {"type": "object", "properties": properties}

    def response_schema(self) -> dict[str, Any]:
        """JSON Schema of what the provider may return."""
        readable = [field for field in self.fields if not field.write_only]
        return {"type": "object", "properties": {field.response_key: field.response_schema() for field in readable}}

    # -- values from and to the outside ------------------------------------------------------------------------------

    def desired(self, given: Values) -> Values:
        """What the task sets of these options; what it omits, or gives as null, is not in it."""
        values = {field.name: field.desired_in(given) for field in self._options()}
        return {name: desired for name, desired in values.items() if desired is not None}

    def read(self, raw: Values) -> Values:
        """The current values in a response."""
        readable = [field for field in self.fields if not field.write_only and field.response_key in raw]
        return self._without_unknown({field.name: field.read_from(raw) for field in readable})

    def write(self, target: Values) -> Values:
        """The wire form of a target."""
        given = [field for field in self.fields if field.name in target]
        return {field.key: None if target[field.name] is None else field.write(target[field.name]) for field in given}

    # -- target and differences --------------------------------------------------------------------------------------

    def target(self, current: Values | None, desired: Values) -> Values:
        """The desired values laid over the current ones."""
        current = current or {}
        changed = {field.name: field.target(current.get(field.name), value) for field, value in self._in(desired)}
        return self._without_unknown({**current, **changed})

    def new(self, desired: Values) -> Values:
        """The target of a create."""
        on_create = {field.name: field.on_create for field in self.fields if field.on_create is not None}
        return self.target({}, {**on_create, **desired})

    def differences(self, current: Values | None, target: Values | None, path: str = "") -> list[str]:
        """The option paths in which two sets of values differ."""
        current, target = current or {}, target or {}
        return [
            difference
            for field in self.fields
            if not field.write_only
            for difference in field.differences(current.get(field.name), target.get(field.name), join(path, field.name))
        ]

    def paths_of(self, desired: Values, path: str = "") -> list[str]:
        """The option paths that the task sets."""
        return [
            option for field, value in self._in(desired) for option in field.paths_of(value, join(path, field.name))
        ]

    # -- violations --------------------------------------------------------------------------------------------------

    def rule_violations(self, desired: Values, path: str = "") -> list[Violation]:
        """What is wrong with desired values and cannot be said in JSON Schema."""
        return [
            violation
            for field, value in self._in(desired)
            for violation in field.rule_violations(value, join(path, field.name))
        ]

    def range_violations(self, values: Values, current: Values | None, path: str = "") -> list[Violation]:
        """Where values break printed limits, but for those that the resource has already."""
        current = current or {}
        return [
            violation
            for field, value in self._in(values)
            for violation in field.range_violations(value, current.get(field.name), join(path, field.name))
        ]

    def missing(self, target: Values | None, path: str = "") -> list[str]:
        """The option paths that a create needs and the target lacks."""
        target = target or {}
        return [
            option for field in self.fields for option in field.missing(target.get(field.name), join(path, field.name))
        ]

    def conflicts(self, target: Values, path: str = "") -> list[Violation]:
        """What does not go together in a target."""
        return [
            conflict for field, value in self._in(target) for conflict in field.conflicts(value, join(path, field.name))
        ]

    # -- what people may see -----------------------------------------------------------------------------------------

    @property
    def hides_values(self) -> bool:
        """Whether no message may quote its values."""
        return any(field.hides_values for field in self.fields)

    def before_and_after(self, current: Values | None, target: Values, desired: Values) -> tuple[Values, Values]:
        """What is and what will be, over the options that the task sets."""
        current = current or {}
        pairs = {
            field.name: field.before_and_after(current.get(field.name), target.get(field.name), value)
            for field, value in self._in(desired)
        }
        return {name: pair[0] for name, pair in pairs.items()}, {name: pair[1] for name, pair in pairs.items()}

    def spec(self, current: Values, desired: Values | None, reveal: bool) -> Values:
        """The options that a task would set to keep exactly the current values, nothing secret."""
        desired, options = desired or {}, {}
        for field, value in self._in(current):
            if field.option and not field.secret:
                options.update(field.spec_options(value, desired.get(field.name), reveal))
        return options

    def secret_values(self, desired: Values) -> list[str]:
        """Values that the task sets and no text may show."""
        return [secret for field, value in self._in(desired) for secret in field.secret_values(value)]

    def hidden_values(self, current: Values, desired: Values | None) -> list[str]:
        """Current values that no text may show."""
        desired = desired or {}
        return [
            hidden
            for field, value in self._in(current)
            for hidden in field.hidden_values(value, desired.get(field.name))
        ]

    def shown_facts(self, current: Values | None) -> dict[str, Any]:
        """What results say of the current values beside ``spec``."""
        current, facts = current or {}, {}
        for field in self.fields:
            facts.update(field.shown_facts(current.get(field.name)))
        return facts

    # -- walks -------------------------------------------------------------------------------------------------------

    def _options(self) -> Iterable[Field]:
        """The fields that a task can set."""
        return (field for field in self.fields if field.option)

    def _in(self, values: Values) -> Iterator[tuple[Field, Any]]:
        """The fields that have a value, with it."""
        for field in self.fields:
            if values.get(field.name) is not None:
                yield field, values[field.name]

    def _without_unknown(self, values: Values) -> Values:
        """The values without null, unless null is a value of its own."""
        return {
            field.name: values[field.name]
            for field in self.fields
            if field.name in values and (field.nullable or values[field.name] is not None)
        }


def join(path: str, name: str) -> str:
    """The path of an option inside another one."""
    return f"{path}.{name}" if path else name
