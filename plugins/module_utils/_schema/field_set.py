# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several fields that are used together.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Callable

from .._validation import SECRET, Violation
from .field import Field
from .withheld import CanBeSecret

Values = dict[str, Any]
"""Values by the names of their fields."""


class FieldSet:
    """Several fields. A value of the set is a mapping from the names of the fields to their values.

    ``None`` as a value means an empty mapping. ``path`` is the option path of the set.
    """

    fields: tuple[Field, ...] = ()

    def __init__(self, *fields: Field) -> None:
        self.fields = fields

    def subset(self, belongs: Callable[[Field], bool]) -> FieldSet:
        """Return the fields for which ``belongs`` returns true."""
        return FieldSet(*filter(belongs, self.fields))

    # -- options and schemas -----------------------------------------------------------------------------------------

    def arguments(self) -> dict[str, dict[str, Any]]:
        """Return the argument spec of the options."""
        spec = {}
        for field in self._options():
            spec.update(field.own_arguments())
        return spec

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of desired values."""
        properties = {field.name: {**field.schema(), **(SECRET if field.secret else {})} for field in self._options()}
        return {"type": "object", "properties": properties}

    def response_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a response."""
        readable = filter(self._is_readable, self.fields)
        return {"type": "object", "properties": {field.response_key: field.response_schema() for field in readable}}

    # -- values of tasks, responses and requests ---------------------------------------------------------------------

    def desired(self, given: Values) -> Values:
        """Return the desired values. Options that the task omits or sets to null are not among them."""
        values = {field.name: field.desired_in(given) for field in self._options()}
        return {name: desired for name, desired in values.items() if desired is not None}

    def read(self, raw: Values) -> Values:
        """Return the current values in a response."""
        readable = [field for field in self.fields if self._is_readable(field) and field.response_key in raw]
        return self._without_unknown({field.name: field.read_from(raw) for field in readable})

    def write(self, target: Values) -> Values:
        """Return the wire form of a target."""
        given = [field for field in self.fields if field.name in target]
        return {field.key: None if target[field.name] is None else field.write(target[field.name]) for field in given}

    # -- target and differences --------------------------------------------------------------------------------------

    def target(self, current: Values | None, desired: Values) -> Values:
        """Return the current values with the desired values merged into them."""
        current = current or {}
        changed = {field.name: field.target(current.get(field.name), value) for field, value in self._in(desired)}
        return self._without_unknown({**current, **changed})

    def new(self, desired: Values) -> Values:
        """Return the target of a create."""
        on_create = {field.name: field.on_create for field in self.fields if field.on_create is not None}
        return self.target({}, {**on_create, **desired})

    def differences(self, current: Values | None, target: Values | None, path: str = "") -> list[str]:
        """Return the option paths in which two values of the set differ."""
        current, target = current or {}, target or {}
        return [
            difference
            for field in self.fields
            if not field.write_only
            for difference in field.differences(current.get(field.name), target.get(field.name), join(path, field.name))
        ]

    def paths_of(self, desired: Values, path: str = "") -> list[str]:
        """Return the option paths that the task sets."""
        return [
            option for field, value in self._in(desired) for option in field.paths_of(value, join(path, field.name))
        ]

    # -- violations --------------------------------------------------------------------------------------------------

    def rule_violations(self, desired: Values, path: str = "") -> list[Violation]:
        """Return the violations of desired values that JSON Schema cannot express."""
        doubled = [
            field for field in self.fields if field.name in desired and desired.get(field.described_by) is not None
        ]
        return [
            Violation(join(path, field.name), f"must be omitted if {join(path, field.described_by)} is set")
            for field in doubled
        ] + [
            violation
            for field, value in self._in(desired, self._having("rule_violations"))
            for violation in field.rule_violations(value, join(path, field.name))
        ]

    def range_violations(self, values: Values, current: Values | None, path: str = "") -> list[Violation]:
        """Return the documented limits that values break, except values that the resource already has."""
        current = current or {}
        return [
            violation
            for field, value in self._in(values)
            for violation in field.range_violations(value, current.get(field.name), join(path, field.name))
        ]

    def missing(self, target: Values | None, path: str = "") -> list[str]:
        """Return the option paths that a create requires and the target lacks."""
        target = target or {}
        return [
            option for field in self.fields for option in field.missing(target.get(field.name), join(path, field.name))
        ]

    def conflicts(self, target: Values, path: str = "") -> list[Violation]:
        """Return the violations of values that do not fit together in a target."""
        return [
            conflict
            for field, value in self._in(target, self._having("conflicts"))
            for conflict in field.conflicts(value, join(path, field.name))
        ]

    # -- what results show -------------------------------------------------------------------------------------------

    @property
    def hides_values(self) -> bool:
        """Whether messages must not quote its values."""
        return any(field.hides_values for field in self.fields)

    def before_and_after(self, current: Values | None, target: Values, desired: Values) -> tuple[Values, Values]:
        """Return the current values and the target for the diff, limited to the options that the task sets."""
        current = current or {}
        pairs = {
            field.name: field.before_and_after(current.get(field.name), target.get(field.name), value)
            for field, value in self._in(desired)
        }
        return {name: pair[0] for name, pair in pairs.items()}, {name: pair[1] for name, pair in pairs.items()}

    def spec(self, current: Values, desired: Values | None, reveal: bool) -> Values:
        """Return the options with which a task keeps the current values, without secrets."""
        desired, options = desired or {}, {}
        for field, value in self._in(current):
            if field.option and not field.secret:
                options.update(field.spec_options(value, desired.get(field.name), reveal))
        return options

    def withheld(self, current: Values, can_be_secret: CanBeSecret) -> Values:
        """Return the options that ``spec`` leaves out, with ``Withheld`` in place of values."""
        options: Values = {}
        for field, value in self._in(current, self._having("withheld_options")):
            options.update(field.withheld_options(value, can_be_secret))
        return options

    def secret_values(self, desired: Values) -> list[str]:
        """Return the values of the task that no text may show."""
        return [secret for field, value in self._in(desired) for secret in field.secret_values(value)]

    def hidden_values(self, current: Values, desired: Values | None) -> list[str]:
        """Return the current values that no text may show."""
        desired = desired or {}
        return [
            hidden
            for field, value in self._in(current, self._having("hidden_values"))
            for hidden in field.hidden_values(value, desired.get(field.name))
        ]

    def shown_facts(self, current: Values | None) -> dict[str, Any]:
        """Return the facts that results show in addition to ``spec``."""
        current, facts = current or {}, {}
        for field in self._having("shown_facts"):
            facts.update(field.shown_facts(current.get(field.name)))
        return facts

    # -- iteration ---------------------------------------------------------------------------------------------------

    @staticmethod
    def _is_readable(field: Field) -> bool:
        """Return whether a response can contain a field."""
        return not (field.write_only or field.names_other)

    def _options(self) -> Iterable[Field]:
        """Return the fields that a task can set."""
        return (field for field in self.fields if field.option)

    def _having(self, method: str) -> list[Field]:
        """Return the fields whose class has its own version of a method. That of ``Field`` returns nothing."""
        known: dict[str, list[Field]] = self.__dict__.setdefault("_fields_having", {})
        if method not in known:
            known[method] = [
                field for field in self.fields if getattr(type(field), method) is not getattr(Field, method)
            ]
        return known[method]

    def _in(self, values: Values, fields: Iterable[Field] | None = None) -> Iterator[tuple[Field, Any]]:
        """Yield the fields that have a value, of all or of some fields, with their values."""
        for field in self.fields if fields is None else fields:
            value = values.get(field.name)
            if value is not None:
                yield field, value

    def _without_unknown(self, values: Values) -> Values:
        """Return the values without nulls, except those of nullable fields."""
        return {
            field.name: values[field.name]
            for field in self.fields
            if field.name in values and (field.nullable or values[field.name] is not None)
        }


def join(path: str, name: str) -> str:
    """Return the path of a suboption."""
    return f"{path}.{name}" if path else name
