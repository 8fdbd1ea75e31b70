# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields that hold others: mappings and lists.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from . import many
from .fields import Field


class Group(Field):
    """A mapping with known keys, merged key by key."""

    fields = ()

    ansible_type = "dict"

    def _more_arguments(self):
        return {"options": many.arguments(self.fields)}

    def schema(self):
        return many.object_schema(self.fields)

    def response_schema(self):
        return {"type": ["object", "null"], "properties": many.response_schemas(self.fields)}

    def take(self, params):
        given = params.get(self.name)
        return None if given is None else many.take(self.fields, given)

    def parse(self, raw):
        return many.read(self.fields, raw) or None

    def write(self, value):
        return many.write(self.fields, value)

    def lay(self, found, desired):
        return found if desired is None else many.lay(self.fields, found or {}, desired)

    def differences(self, found, target, path=""):
        return many.differences(self.fields, found or {}, target or {}, many.join(path, self.name))

    def violations(self, desired, path):
        return many.violations(self.fields, desired, path)

    def range_violations(self, value, found, path):
        return many.range_violations(self.fields, value, found, path)

    def missing(self, target, path=""):
        wanted = self.required or target is not None
        return many.missing(self.fields, target or {}, many.join(path, self.name)) if wanted else []

    def conflicts(self, target, path=""):
        return many.conflicts(self.fields, target, many.join(path, self.name))

    def diff(self, found, target, desired):
        return many.diff(self.fields, found or {}, target or {}, desired)

    def spec(self, found, desired=None, reveal=False):
        return {} if found is None else {self.name: many.spec(self.fields, found)}

    def paths_of(self, desired, path=""):
        return many.paths_of(self.fields, desired, many.join(path, self.name))


class Scalars(Field):
    """A list of plain values, compared as a set; on the wire each may be wrapped as ``{wrapped_in: value}``."""

    item = None
    wrapped_in = ""
    min_items = 0
    max_items = None

    ansible_type = "list"

    def _more_arguments(self):
        return {"elements": self.item.ansible_type}

    def schema(self):
        return {"type": "array", "items": self.item.schema(), "uniqueItems": True}

    def broken_limit(self, value):
        return _out_of_number(value, self.min_items, self.max_items)

    def range_violations(self, value, found, path):
        sentences = [
            sentence
            for number, entry in enumerate(value)
            if entry not in (found or [])
            for sentence in self.item.range_violations(entry, None, f"{path}[{number}]")
        ]
        return super().range_violations(value, found, path) + sentences

    def response_schema(self):
        item = {**self.item.response_schema(), "not": {"enum": [None, ""]}}
        if self.wrapped_in:
            item = {"type": "object", "properties": {self.wrapped_in: item}, "required": [self.wrapped_in]}
        return {"type": ["array", "null"], "items": item}

    def parse(self, raw):
        values = (self.item.parse(entry[self.wrapped_in] if self.wrapped_in else entry) for entry in raw)
        return sorted(value for value in values if value is not None)

    def write(self, value):
        values = [self.item.write(entry) for entry in value]
        return [{self.wrapped_in: entry} for entry in values] if self.wrapped_in else values

    def equal(self, found, target):
        return sorted(found or []) == sorted(target or [])

    def diff(self, found, target, desired):
        return sorted(found or []), sorted(target)

    def spec(self, found, desired=None, reveal=False):
        return {} if found is None else {self.name: sorted(found)}


class Items(Field):
    """A list of mappings, compared as a set by the fields named in ``identity``, inside an item on the keys given.

    A task must give the fields of the identity.
    """

    fields = ()
    identity = ()
    max_items = None

    ansible_type = "list"

    def _more_arguments(self):
        return {"elements": "dict", "options": many.arguments(self.fields, demand=self.identity)}

    def schema(self):
        return {"type": "array", "items": {**many.object_schema(self.fields), "required": list(self.identity)}}

    def broken_limit(self, value):
        return _out_of_number(value, 0, self.max_items)

    def range_violations(self, value, found, path):
        known = {self._identity(entry): entry for entry in found or []}
        sentences = [
            sentence
            for number, entry in enumerate(value)
            for sentence in many.range_violations(
                self.fields, entry, known.get(self._identity(entry)), f"{path}[{number}]"
            )
        ]
        return super().range_violations(value, found, path) + sentences

    def equal(self, found, target):
        return not self.differences(found, target)

    def response_schema(self):
        item = {"type": "object", "properties": many.response_schemas(self.fields)}
        return {"type": ["array", "null"], "items": item}

    def take(self, params):
        given = params.get(self.name)
        return None if given is None else [many.take(self.fields, entry) for entry in given]

    def parse(self, raw):
        return [self._relevant(many.read(self.fields, entry)) for entry in raw]

    def write(self, value):
        return [many.write(self.fields, self._relevant(entry)) for entry in value]

    def lay(self, found, desired):
        if desired is None:
            return found
        known = {self._identity(entry): entry for entry in found or []}
        fresh = many.on_create(self.fields)
        return [
            self._relevant(many.lay(self.fields, known.get(self._identity(entry), fresh), entry)) for entry in desired
        ]

    def differences(self, found, target, path=""):
        old = {self._identity(entry): entry for entry in found or []}
        new = {self._identity(entry): entry for entry in target or []}
        same = (
            old.keys() == new.keys()
            and len(found or []) == len(target or [])
            and not any(many.differences(self.fields, old[identity], new[identity]) for identity in new)
        )
        return [] if same else [many.join(path, self.name)]

    def violations(self, desired, path):
        found = []
        identities = [self._identity(entry) for entry in desired]
        for number, entry in enumerate(desired):
            here = f"{path}[{number}]"
            if identities.index(identities[number]) != number:
                found.append(f"{here}: must not be listed twice")
            for field in self.fields:
                if entry.get(field.name) is not None and not field.applies(entry):
                    found.append(f"{here}.{field.name}: must be left out unless {field.when[0]} is {field.when[1]}")
            found += many.violations(self.fields, entry, here)
        return found

    def conflicts(self, target, path=""):
        found = []
        for number, entry in enumerate(target):
            for field in self.fields:
                if field.required and field.when and field.applies(entry) and not entry.get(field.name):
                    found.append(
                        f"{many.join(path, self.name)}[{number}].{field.name}: must be given when "
                        f"{field.when[0]} is {field.when[1]}"
                    )
        return found

    def diff(self, found, target, desired):
        return self._sorted(found or []), self._sorted(target)

    def spec(self, found, desired=None, reveal=False):
        return {} if found is None else {self.name: [many.spec(self.fields, entry) for entry in self._sorted(found)]}

    def _sorted(self, entries):
        return sorted(entries, key=self._identity)

    def _identity(self, entry):
        return tuple(str(entry.get(name) or "") for name in self.identity)

    def _relevant(self, entry):
        """The entry without the fields that have no meaning beside its other values."""
        return {
            field.name: entry[field.name]
            for field in self.fields
            if entry.get(field.name) is not None and field.applies(entry)
        }


def _out_of_number(entries, min_items, max_items):
    """The rule that a list breaks by its length, or an empty text."""
    if len(entries) < min_items:
        return f"must have at least {min_items} items"
    return f"must have at most {max_items} items" if max_items is not None and len(entries) > max_items else ""
