# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields that contain other values: mappings and lists.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._validation import Violation, plural
from .field import Field
from .field_set import FieldSet, Values
from .withheld import CanBeSecret


class Group(FieldSet, Field):
    """A mapping with a fixed set of keys. Current and desired values are merged key by key."""

    ansible_type = "dict"

    def __init__(self, name: str, **settings: Any) -> None:
        Field.__init__(self, name, **settings)

    def argument(self) -> dict[str, Any]:
        return {**super().argument(), "options": self.arguments()}

    def response_schema(self) -> dict[str, Any]:
        return {**super().response_schema(), "type": ["object", "null"]}

    def read_from(self, response: dict[str, Any]) -> Values | None:
        return super().read_from(response) or None

    def withheld_options(self, current: Values, can_be_secret: CanBeSecret) -> Values:
        options = self.withheld(current, can_be_secret)
        return {self.name: options} if options else {}

    def missing(self, target: Values | None, path: str = "") -> list[str]:
        return super().missing(target, path) if self.required or target is not None else []


class Scalars(Field):
    """A list of plain values, compared as a set.

    :param item: the field of each value.
    :param wrapped_in: if set, the provider represents each value as ``{wrapped_in: value}``.
    """

    item: Field = Field("item")
    wrapped_in: str = ""
    min_items: int = 0
    max_items: int | None = None

    ansible_type = "list"

    def argument(self) -> dict[str, Any]:
        return {**super().argument(), "elements": self.item.ansible_type}

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema(), "uniqueItems": True}

    def rule_violations(self, desired: list[Any], path: str) -> list[Violation]:
        return [
            violation
            for number, item in enumerate(desired)
            for violation in self.item.rule_violations(item, f"{path}[{number}]")
        ]

    def response_schema(self) -> dict[str, Any]:
        item = {**self.item.response_schema(), "not": {"enum": [None, ""]}}
        if self.wrapped_in:
            item = {"type": "object", "properties": {self.wrapped_in: item}, "required": [self.wrapped_in]}
        return {"type": ["array", "null"], "items": item}

    def read(self, raw: list[Any]) -> list[Any]:
        values = (self.item.read(entry[self.wrapped_in] if self.wrapped_in else entry) for entry in raw)
        return sorted(value for value in values if value is not None)

    def write(self, target: list[Any]) -> Any:
        values = [self.item.write(value) for value in target]
        return [{self.wrapped_in: value} for value in values] if self.wrapped_in else values

    def equal(self, current: list[Any] | None, target: list[Any] | None) -> bool:
        return sorted(current or []) == sorted(target or [])

    def broken_limit(self, value: list[Any]) -> str:
        return _out_of_number(value, self.min_items, self.max_items)

    def range_violations(self, value: list[Any], current: list[Any] | None, path: str) -> list[Violation]:
        violations = super().range_violations(value, current, path)
        for number, entry in enumerate(value):
            if entry not in (current or []):
                violations += self.item.range_violations(entry, None, f"{path}[{number}]")
        return violations

    def before_and_after(self, current: list[Any] | None, target: list[Any], desired: Any) -> tuple[Any, Any]:
        return sorted(current or []), sorted(target)

    def spec(self, current: list[Any], desired: Any, reveal: bool) -> list[Any]:
        return sorted(current)


class Items(Field):
    """A list of mappings, compared as a set.

    :param identity: the fields that identify an item. A task must set them. Of the other fields of an item, only those
        that the task sets are compared.
    """

    fields: tuple[Field, ...] = ()
    identity: tuple[str, ...] = ()
    max_items: int | None = None

    ansible_type = "list"

    def __init__(self, name: str, **settings: Any) -> None:
        super().__init__(name, **settings)
        self._item = _Item(self.fields, self.identity)

    def argument(self) -> dict[str, Any]:
        return {**super().argument(), "elements": "dict", "options": self._item.arguments()}

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self._item.schema()}

    def response_schema(self) -> dict[str, Any]:
        return {"type": ["array", "null"], "items": self._item.response_schema()}

    def desired(self, given: list[Values]) -> list[Values]:
        return [self._item.desired(entry) for entry in given]

    def read(self, raw: Any) -> list[Values]:
        return [self._item.read(entry) for entry in raw]

    def write(self, target: list[Values]) -> list[Values]:
        return [self._item.write(entry) for entry in target]

    def target(self, current: list[Values] | None, desired: list[Values]) -> list[Values]:
        current_items = self._item.by_identity(current)
        return [self._item.target(current_items.get(self._item.key_of(entry)), entry) for entry in desired]

    def equal(self, current: list[Values] | None, target: list[Values] | None) -> bool:
        old, new = self._item.by_identity(current), self._item.by_identity(target)
        return (
            old.keys() == new.keys()
            and len(current or []) == len(target or [])
            and not any(self._item.differences(old[key], new[key]) for key in new)
        )

    def rule_violations(self, desired: list[Values], path: str) -> list[Violation]:
        violations, seen = [], set()
        for number, entry in enumerate(desired):
            key = self._item.key_of(entry)
            if key in seen:
                violations.append(Violation(f"{path}[{number}]", "must not be listed twice"))
            seen.add(key)
            violations += self._item.rule_violations(entry, f"{path}[{number}]")
        return violations

    def broken_limit(self, value: list[Values]) -> str:
        return _out_of_number(value, 0, self.max_items)

    def range_violations(self, value: list[Values], current: list[Values] | None, path: str) -> list[Violation]:
        current_items = self._item.by_identity(current)
        violations = super().range_violations(value, current, path)
        for number, entry in enumerate(value):
            current_item = current_items.get(self._item.key_of(entry))
            violations += self._item.range_violations(entry, current_item, f"{path}[{number}]")
        return violations

    def conflicts(self, target: list[Values], path: str) -> list[Violation]:
        return [
            conflict
            for number, entry in enumerate(target)
            for conflict in self._item.conflicts(entry, f"{path}[{number}]")
        ]

    def before_and_after(self, current: list[Values] | None, target: list[Values], desired: Any) -> tuple[Any, Any]:
        return self._item.sorted(current or []), self._item.sorted(target)

    def spec(self, current: list[Values], desired: Any, reveal: bool) -> list[Values]:
        return [self._item.spec(entry, None, reveal) for entry in self._item.sorted(current)]

    def secret_values(self, desired: list[Values]) -> list[str]:
        return [secret for entry in desired for secret in self._item.secret_values(entry)]


class _Item(FieldSet):
    """The fields of the items of a list. Some fields apply only if a sibling has a certain value."""

    def __init__(self, fields: tuple[Field, ...], identity: tuple[str, ...]) -> None:
        super().__init__(*fields)
        self._identity = identity
        described_by = {field.name: field.described_by for field in fields}
        self._names_of = {name: described_by[name] for name in identity}
        self._always_required = [name for name in identity if not described_by[name]]

    def key_of(self, entry: Values) -> tuple[str, ...]:
        """Return the values that identify an item in a list. A name can replace an id."""
        return tuple(str(entry.get(name) or entry.get(self._names_of[name]) or "") for name in self._identity)

    def by_identity(self, entries: list[Values] | None) -> dict[tuple[str, ...], Values]:
        return {self.key_of(entry): entry for entry in entries or []}

    def sorted(self, entries: list[Values]) -> list[Values]:
        return sorted(entries, key=self.key_of)

    def arguments(self) -> dict[str, dict[str, Any]]:
        spec = super().arguments()
        for name in self._always_required:
            spec[name]["required"] = True
        return spec

    def schema(self) -> dict[str, Any]:
        return {**super().schema(), "required": self._always_required}

    def read(self, raw: Values) -> Values:
        return self._relevant(super().read(raw))

    def write(self, target: Values) -> Values:
        return super().write(self._relevant(target))

    def target(self, current: Values | None, desired: Values) -> Values:
        # An item that the current list lacks is new.
        return self.new(desired) if current is None else self._relevant(super().target(current, desired))

    def rule_violations(self, desired: Values, path: str = "") -> list[Violation]:
        irrelevant = [field for field, _value in self._in(desired) if not field.applies(desired)]
        unnamed = [
            (name, other)
            for name, other in self._names_of.items()
            if other and desired.get(name) is None and desired.get(other) is None
        ]
        return [
            *(Violation(f"{path}.{field.name}", f"must be omitted unless {_condition(field)}") for field in irrelevant),
            *(Violation(f"{path}.{name}", f"must be set, or {path}.{other}") for name, other in unnamed),
            *super().rule_violations(desired, path),
        ]

    def conflicts(self, target: Values, path: str = "") -> list[Violation]:
        lacking = [
            field
            for field in self.fields
            if field.required and field.when and field.applies(target) and not target.get(field.name)
        ]
        return [
            Violation(f"{path}.{field.name}", f"must be set if {_condition(field)}") for field in lacking
        ] + super().conflicts(target, path)

    def _relevant(self, entry: Values) -> Values:
        """Return the item without the fields that do not apply to its other values."""
        return {field.name: value for field, value in self._in(entry) if field.applies(entry)}


def _condition(field: Field) -> str:
    return "{} is {}".format(*field.when or ())


def _out_of_number(entries: list[Any], min_items: int, max_items: int | None) -> str:
    """Return the rule that the length of a list breaks, or an empty text."""
    if len(entries) < min_items:
        return f"must have at least {min_items} item{plural(min_items)}"
    if max_items is not None and len(entries) > max_items:
        return f"must have at most {max_items} item{plural(max_items)}"
    return ""
