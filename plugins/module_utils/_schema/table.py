# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of a resource type: all its fields, and the operations on their values.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Any

from .._planned_id import REFUSED, is_planned_id
from .._secret_arguments import without_secrets
from .._validation import Validator, Violation, excerpt, option_name, schema_violations, validator
from .composites import Group, Items
from .field import Field
from .field_set import FieldSet, Values, join
from .withheld import CanBeSecret, Withheld

EFFECTS = ("none", "in_place", "rolls_workers", "restarts", "replaces", "unknown")
"""Effects of a change on running workers, from the weakest to the strongest; "unknown" counts as the strongest."""


class Table(FieldSet):
    """The fields of one resource type."""

    def violations(self, desired: Values) -> list[Violation]:
        """Return the violations of desired values that do not depend on the current values."""
        violations = self.rule_violations(desired) + schema_violations(self._checker, desired)
        return violations or self._write_only.range_violations(desired, {}) + list(_naming_violations(self, desired))

    def planned_id_violations(self, desired: Values) -> list[Violation]:
        """Return the violations of desired values that contain planned ids, which are valid only in check mode."""
        return [
            Violation(path, REFUSED)
            for field, value, path in _set_fields(self, desired)
            if field.is_id and is_planned_id(value)
        ]

    @cached_property
    def _checker(self) -> Validator:
        return validator(self.schema())

    @cached_property
    def _write_only(self) -> FieldSet:
        return self.subset(lambda field: field.write_only)

    @cached_property
    def _readable(self) -> FieldSet:
        return self.subset(lambda field: not field.write_only)

    @cached_property
    def _immutable(self) -> FieldSet:
        return self.subset(lambda field: field.immutable)

    def range_violations(self, values: Values, current: Values | None, path: str = "") -> list[Violation]:
        """Return the documented limits that values break, except values that the resource already has.

        The current values of write-only fields are unknown, so ``violations`` checks these fields.
        """
        return self._readable.range_violations(values, current, path)

    # -- current, target and body ------------------------------------------------------------------------------------

    def target(self, current: Values | None, desired: Values) -> Values:
        current = current or {}
        target = super().target(current, desired)
        for field in self.fields:
            if field.name in desired and not field.equal(current.get(field.name), target[field.name]):
                target.update((name, None) for name in field.displaces if name in current and name not in desired)
        return target

    def create_body(self, target: Values) -> dict[str, Any]:
        """Return the body of a create request."""
        return self.subset(lambda field: not field.update_only).write(target)

    def update_body(self, target: Values) -> dict[str, Any]:
        """Return the body of an update request: all fields that can be updated, so that no value is lost."""
        return self.subset(lambda field: not field.immutable).write(target)

    def part(self, target: Values, options: Collection[str]) -> dict[str, Any]:
        """Return the wire form of some options of a target."""
        return self.subset(lambda field: field.name in options).write(target)

    def update_only_values(self, target: Values) -> Values:
        """Return the values in the target of a create that only an update can set."""
        return {field.name: value for field, value in self._in(target) if field.update_only}

    # -- differences -------------------------------------------------------------------------------------------------

    def differences(self, current: Values | None, target: Values | None, path: str = "") -> list[str]:
        target = target or {}
        displaced = {name for field in self.fields for name in field.displaces if target.get(name, "") is None}
        compared = self._readable.subset(lambda field: field.name not in displaced) if displaced else self._readable
        return compared.differences(current, target, path)

    def immutable_differences(self, current: Values, target: Values) -> list[str]:
        """Return the option paths that differ and that the provider cannot change in place."""
        return self._immutable.differences(current, target)

    def shows(self, paths: Iterable[str]) -> bool:
        """Return whether a read shows the values of these options."""
        names = set(map(option_name, paths))
        return not any(field.write_only and field.name in names for field in self.fields)

    def effect(self, paths: Iterable[str]) -> str:
        """Return the strongest effect of a change of these options."""
        names = set(map(option_name, paths))
        return max((field.effect for field in self.fields if field.name in names), key=EFFECTS.index, default="none")

    def diff(self, current: Values, target: Values, desired: Values) -> dict[str, Values]:
        """Return the diff, ``before`` and ``after``, limited to the options that the task sets."""
        before, after = self.before_and_after(current, target, desired)
        return {"before": before, "after": after}

    def mismatches(self, current: Values, target: Values, paths: Collection[str] | None = None) -> list[str]:
        """Return a description of each difference from a target, limited to ``paths`` if they are given."""
        return [
            self._mismatch(path, current, target)
            for path in self.differences(current, target)
            if paths is None or path in paths
        ]

    def _mismatch(self, path: str, current: Values, target: Values) -> str:
        if self._hides(path):
            return f"{path}: the current value differs from the written one"
        return f"{path}: expected {_shown(target, path)}, found {_shown(current, path)}"

    def change(self, path: str, current: Values, target: Values) -> str:
        """Return a description of the change of a value, as messages show it."""
        return path if self._hides(path) else f"{path} (from {_shown(current, path)} to {_shown(target, path)})"

    def _hides(self, path: str) -> bool:
        """Return whether messages must not quote the value of an option."""
        return any(field.hides_values for field in self.fields if field.name == option_name(path))

    # -- what results show -------------------------------------------------------------------------------------------

    def spec(self, current: Values, desired: Values | None = None, reveal: bool = False) -> Values:
        options = super().spec(current, desired, reveal)
        for field in self.fields:
            if field.name in options:
                for name in field.displaces:
                    options.pop(name, None)
        return options

    def withheld(self, current: Values, can_be_secret: CanBeSecret) -> Values:
        options = super().withheld(current, can_be_secret)
        for field in self.fields:
            if (field.secret or field.write_only) and (field.required or field.name in current):
                options[field.name] = Withheld(field.name, current.get(field.name))
        return options

    @property
    def never_returned(self) -> list[str]:
        """The options that the provider never returns and that a create does not require."""
        return [field.name for field in self._write_only.fields if field.option and not field.required]

    @property
    def reveal_option(self) -> str:
        """The option of the info module that shows values that can contain secrets, or an empty text."""
        return next((field.reveal_option for field in self.fields if field.reveal_option), "")


class Settings(Table):
    """Options that are not part of a resource. Their ranges do not depend on current values."""

    def violations(self, desired: Values) -> list[Violation]:
        return super().violations(desired) or self.range_violations(desired, {})


def _naming_violations(table: Table, desired: Values) -> Iterator[Violation]:
    """Yield the limits that names of other resources break. The values in their place are compared later, not they."""
    for field, value, path in _set_fields(table, desired):
        if field.names_other:
            yield from field.range_violations(value, None, path)


def _set_fields(fields: FieldSet, desired: Values, path: str = "") -> Iterator[tuple[Field, Any, str]]:
    """Yield the fields that desired values set, at any depth, with their values and option paths."""
    for field in fields.fields:
        value, here = desired.get(field.name), join(path, field.name)
        if value is None:
            continue
        yield field, value, here
        if isinstance(field, Group):
            yield from _set_fields(field, value, here)
        elif isinstance(field, Items):
            for number, entry in enumerate(value):
                yield from _set_fields(FieldSet(*field.fields), entry, f"{here}[{number}]")


def _shown(values: Any, path: str) -> str:
    """Return the value at an option path as messages show it."""
    value = value_at(values, path)
    return "no value" if value is None else excerpt(without_secrets(value))


def value_at(values: Any, path: str) -> Any:
    """Return the value at an option path, or ``None``. The name of a variable can contain dots."""
    if not isinstance(values, dict):
        return None
    if path in values:
        return values[path]
    name, _dot, rest = path.partition(".")
    return value_at(values.get(name), rest)
