# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The language in which a resource declares its options, each once.

From a declaration come the argument spec (``arguments``), the JSON Schema of the option (``schema``) and of an answer
(``answer_schema``), the reading of an answer (``read``), the request body (``write``) and the comparison (``lay``,
``differences``).

Three kinds of value meet here, all in the option's shape and units:

* a *wish*, what the task gives; ``None`` or a missing key is "leave it alone", anything else is wanted;
* a *found* value, what the provider answered; ``None`` is "not answered";
* a *target*, the found value with the wish laid over it, which is what an update sends.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import math


class Field:
    """One option and the wire field behind it. Subclasses are the types; their class attributes are the defaults.

    :param name: the option's name.
    :param wire: the provider's key, where it differs from ``name``.
    :param answered_as: the provider's key in answers, where it differs from that in requests.
    :param required: a create needs it.
    :param immutable: the provider cannot change it in place.
    :param unique: no two records can share a value, so a replacement cannot take it over from a living record.
    :param write_only: the provider never answers it: sent where it applies, never compared.
    :param secret: its value must not be shown.
    :param nullable: the provider can answer null, which is unlike any value and is sent back as null.
    :param silent: the provider may leave it out of an answer, or empty; then it is not compared.
    :param quiet: an empty answer means "not set", and is not sent back in updates.
    :param after_create: a create does not take it; an update sets it right after.
    :param option: false for a wire field that is only carried along: read, sent back in updates, not offered.
    :param on_create: sent by a create when the task does not give it.
    :param preset: the option's default, for options that are not part of a record.
    :param effect: what a change does to running workers; only what a page of the provider says.
    :param when: ``(sibling, value)``: it has a meaning only beside that value.
    :param limits: keys of the provider's limits answer that bound it, ``(least, greatest)``, or a mapping to such a
        pair from the ``(sibling, value)`` on which it depends.
    :param aliases: other names of the option.
    :param env: environment variable that stands in for a missing option.
    """

    wire = ""
    answered_as = ""
    required = False
    immutable = False
    unique = False
    write_only = False
    secret = False
    nullable = False
    silent = False
    quiet = False
    after_create = False
    option = True
    on_create = None
    preset = None
    effect = "unknown"
    when = ()
    limits = ()
    aliases = ()
    env = ""

    ansible_type = "raw"

    def __init__(self, name, **settings):
        self.name = name
        for setting, value in settings.items():
            if not hasattr(type(self), setting):
                raise TypeError(f"{type(self).__name__} {name!r} has no setting {setting!r}")
            setattr(self, setting, value)

    @property
    def key(self):
        """The provider's key."""
        return self.wire or self.name

    @property
    def answer_key(self):
        """The provider's key in answers."""
        return self.answered_as or self.key

    def arguments(self):
        """The options of this field, as entries of an argument spec."""
        spec = {"type": self.ansible_type}
        if self.secret:
            spec["no_log"] = True
        if self.preset is not None:
            spec["default"] = self.preset
        if self.aliases:
            spec["aliases"] = list(self.aliases)
        spec.update(self._more_arguments())
        return {self.name: spec}

    def _more_arguments(self):
        return {}

    def applies(self, siblings):
        """Whether the field has a meaning beside its siblings' values."""
        return not self.when or siblings.get(self.when[0]) == self.when[1]

    def schema(self):
        """JSON Schema of a wish."""
        return {}

    def faults(self, wish, path):
        """Sentences on what is wrong in a wish and no schema can say."""
        return []

    def answer_schema(self):
        """JSON Schema of what the provider may answer under ``key``."""
        return {}

    def take(self, params):
        """The wish in a task's options, or ``None``."""
        return params.get(self.name)

    def read(self, record):
        """The found value in a provider's record, or ``None``."""
        raw = record.get(self.answer_key)
        return None if raw is None else self.parse(raw)

    def parse(self, raw):
        """A found value from its wire form."""
        return raw

    def write(self, value):
        """The wire form of a target."""
        return value

    def lay(self, found, wish):
        """The target: the wish laid over what was found."""
        return found if wish is None else wish

    def differences(self, found, target, path=""):
        """The option paths in which two values differ."""
        unsaid = self.silent and not found
        return [] if unsaid or self.equal(found, target) else [_join(path, self.name)]

    def equal(self, found, target):
        return found == target

    def missing(self, target, path=""):
        """The option paths that a create needs and the target lacks."""
        return [_join(path, self.name)] if self.required and target is None else []

    def conflicts(self, target, path=""):
        """Sentences on what does not go together in a target."""
        return []

    def diff(self, found, target, wish):
        """What was found and what is wanted, as people may see it, over the keys that the wish gives."""
        return (target if self.equal(found, target) else found), target

    def spec(self, found, wish=None, reveal=False):
        """What a task would have to give to want exactly the found value, nothing secret: options by name."""
        return {} if found is None else {self.name: found}

    def leaves(self, wish, path=""):
        """The option paths that a wish names."""
        return [_join(path, self.name)]


class Text(Field):
    """A string. Missing and empty mean the same."""

    shortest = 0
    longest = None
    pattern = ""
    choices = ()

    ansible_type = "str"

    def _more_arguments(self):
        return {"choices": list(self.choices)} if self.choices else {}

    def schema(self):
        schema = {"type": "string"}
        if self.shortest:
            schema["minLength"] = self.shortest
        if self.longest is not None:
            schema["maxLength"] = self.longest
        if self.pattern:
            schema["pattern"] = self.pattern
        return schema

    def answer_schema(self):
        return {"type": ["string", "null"]}

    def parse(self, raw):
        # An empty answer that no task could want means "not set".
        return None if not raw and (self.quiet or self.choices or self.shortest) else raw

    def equal(self, found, target):
        return (found or "") == (target or "")


class Integer(Field):
    """A whole number; providers answer 64-bit numbers as strings. Missing and 0 mean the same."""

    least = None
    greatest = None
    forbidden = ()
    as_text = False

    ansible_type = "int"

    def schema(self):
        schema = {"type": "integer"}
        if self.least is not None:
            schema["minimum"] = self.least
        if self.greatest is not None:
            schema["maximum"] = self.greatest
        if self.forbidden:
            schema["not"] = {"enum": list(self.forbidden)}
        return schema

    def answer_schema(self):
        return {"anyOf": [{"type": ["integer", "null"]}, {"type": "string", "pattern": "^(-?[0-9]+)?$"}]}

    def read(self, record):
        return None if record.get(self.answer_key) == "" else super().read(record)

    def parse(self, raw):
        value = int(raw)
        # A zero that no task could want means "not set".
        return None if value == 0 and (self.least or 0) > 0 else value

    def write(self, value):
        return str(value) if self.as_text else value

    def equal(self, found, target):
        if self.nullable:
            return found == target
        return (found or 0) == (target or 0)


class Float(Field):
    """A number; providers answer ``5`` or ``5.0``."""

    least = None
    above = None
    greatest = None

    ansible_type = "float"

    def schema(self):
        schema = {"type": "number"}
        if self.least is not None:
            schema["minimum"] = self.least
        if self.above is not None:
            schema["exclusiveMinimum"] = self.above
        if self.greatest is not None:
            schema["maximum"] = self.greatest
        return schema

    def faults(self, wish, path):
        return [] if math.isfinite(wish) else [f"{path}: must be a finite number, not {wish}"]

    def answer_schema(self):
        return {"type": ["number", "null"]}

    def parse(self, raw):
        return float(raw)

    def equal(self, found, target):
        if found is None or target is None:
            return found is target
        return math.isclose(found, target, rel_tol=0, abs_tol=1e-9)


class Boolean(Field):
    """True or false."""

    ansible_type = "bool"

    def schema(self):
        return {"type": "boolean"}

    def answer_schema(self):
        return {"type": ["boolean", "null"]}


class Group(Field):
    """A mapping with known keys, merged key by key."""

    fields = ()

    ansible_type = "dict"

    def _more_arguments(self):
        return {"options": arguments(self.fields)}

    def schema(self):
        return object_schema(self.fields)

    def answer_schema(self):
        return {"type": ["object", "null"], "properties": answer_schemas(self.fields)}

    def take(self, params):
        given = params.get(self.name)
        return None if given is None else take(self.fields, given)

    def parse(self, raw):
        return read(self.fields, raw) or None

    def write(self, value):
        return write(self.fields, value)

    def lay(self, found, wish):
        return found if wish is None else lay(self.fields, found or {}, wish)

    def differences(self, found, target, path=""):
        return differences(self.fields, found or {}, target or {}, _join(path, self.name))

    def faults(self, wish, path):
        return faults(self.fields, wish, path)

    def missing(self, target, path=""):
        wanted = self.required or target is not None
        return missing(self.fields, target or {}, _join(path, self.name)) if wanted else []

    def conflicts(self, target, path=""):
        return conflicts(self.fields, target, _join(path, self.name))

    def diff(self, found, target, wish):
        return diff(self.fields, found or {}, target or {}, wish)

    def spec(self, found, wish=None, reveal=False):
        return {} if found is None else {self.name: spec(self.fields, found)}

    def leaves(self, wish, path=""):
        return leaves(self.fields, wish, _join(path, self.name))


class Scalars(Field):
    """A list of plain values, compared as a set; on the wire each may be wrapped as ``{wrapped_in: value}``."""

    item = None
    wrapped_in = ""
    fewest = 0
    most = None

    ansible_type = "list"

    def _more_arguments(self):
        return {"elements": self.item.ansible_type}

    def schema(self):
        schema = {"type": "array", "items": self.item.schema(), "uniqueItems": True}
        if self.fewest:
            schema["minItems"] = self.fewest
        if self.most is not None:
            schema["maxItems"] = self.most
        return schema

    def answer_schema(self):
        item = self.item.answer_schema()
        if self.wrapped_in:
            item = {"type": "object", "properties": {self.wrapped_in: item}, "required": [self.wrapped_in]}
        return {"type": ["array", "null"], "items": item}

    def parse(self, raw):
        return sorted(self.item.parse(entry[self.wrapped_in] if self.wrapped_in else entry) for entry in raw)

    def write(self, value):
        values = [self.item.write(entry) for entry in value]
        return [{self.wrapped_in: entry} for entry in values] if self.wrapped_in else values

    def equal(self, found, target):
        return sorted(found or []) == sorted(target or [])

    def diff(self, found, target, wish):
        return sorted(found or []), sorted(target)

    def spec(self, found, wish=None, reveal=False):
        return {} if found is None else {self.name: sorted(found)}


class Items(Field):
    """A list of mappings, compared as a set by the fields named in ``identity``, inside an item on the keys given.

    A task must give the fields of the identity.
    """

    fields = ()
    identity = ()
    most = None

    ansible_type = "list"

    def _more_arguments(self):
        return {"elements": "dict", "options": arguments(self.fields, demand=self.identity)}

    def schema(self):
        schema = {"type": "array", "items": {**object_schema(self.fields), "required": list(self.identity)}}
        if self.most is not None:
            schema["maxItems"] = self.most
        return schema

    def answer_schema(self):
        item = {"type": "object", "properties": answer_schemas(self.fields)}
        return {"type": ["array", "null"], "items": item}

    def take(self, params):
        given = params.get(self.name)
        return None if given is None else [take(self.fields, entry) for entry in given]

    def parse(self, raw):
        return [self._relevant(read(self.fields, entry)) for entry in raw]

    def write(self, value):
        return [write(self.fields, self._relevant(entry)) for entry in value]

    def lay(self, found, wish):
        if wish is None:
            return found
        known = {self._identity(entry): entry for entry in found or []}
        fresh = on_create(self.fields)
        return [
            self._relevant(lay(self.fields, known.get(self._identity(entry), fresh), entry)) for entry in wish]

    def differences(self, found, target, path=""):
        old = {self._identity(entry): entry for entry in found or []}
        new = {self._identity(entry): entry for entry in target or []}
        same = old.keys() == new.keys() and len(found or []) == len(target or []) and not any(
            differences(self.fields, old[identity], new[identity]) for identity in new)
        return [] if same else [_join(path, self.name)]

    def faults(self, wish, path):
        found = []
        identities = [self._identity(entry) for entry in wish]
        for number, entry in enumerate(wish):
            here = f"{path}[{number}]"
            if identities.index(identities[number]) != number:
                found.append(f"{here}: must not be listed twice")
            for field in self.fields:
                if entry.get(field.name) is not None and not field.applies(entry):
                    found.append(f"{here}.{field.name}: must be left out unless {field.when[0]} is {field.when[1]}")
            found += faults(self.fields, entry, here)
        return found

    def conflicts(self, target, path=""):
        found = []
        for number, entry in enumerate(target):
            for field in self.fields:
                if field.required and field.when and field.applies(entry) and not entry.get(field.name):
                    found.append(f"{_join(path, self.name)}[{number}].{field.name}: must be given when "
                                 f"{field.when[0]} is {field.when[1]}")
        return found

    def diff(self, found, target, wish):
        return self._sorted(found or []), self._sorted(target)

    def spec(self, found, wish=None, reveal=False):
        return {} if found is None else {self.name: [spec(self.fields, entry) for entry in self._sorted(found)]}

    def _sorted(self, entries):
        return sorted(entries, key=self._identity)

    def _identity(self, entry):
        return tuple(str(entry.get(name) or "") for name in self.identity)

    def _relevant(self, entry):
        """The entry without the fields that have no meaning beside its other values."""
        return {
            field.name: entry[field.name] for field in self.fields
            if entry.get(field.name) is not None and field.applies(entry)}


# -- the same over several fields, which is what groups, items and tables are made of ---------------------------------

def arguments(fields, demand=()):
    spec = {}
    for field in fields:
        if field.option:
            spec.update(field.arguments())
    for name in demand:
        spec[name]["required"] = True
    return spec


def object_schema(fields):
    return {"type": "object", "properties": {field.name: field.schema() for field in fields if field.option}}


def answer_schemas(fields):
    return {field.answer_key: field.answer_schema() for field in fields if not field.write_only}


def take(fields, params):
    wishes = {field.name: field.take(params) for field in fields if field.option}
    return {name: wish for name, wish in wishes.items() if wish is not None}


def read(fields, record):
    values = {
        field.name: field.read(record) for field in fields if not field.write_only and field.answer_key in record}
    return _without_unknown(fields, values)


def write(fields, values):
    return {
        field.key: None if values[field.name] is None else field.write(values[field.name])
        for field in fields if field.name in values}


def lay(fields, found, wish):
    values = {
        field.name: field.lay(found.get(field.name), wish.get(field.name))
        for field in fields if field.name in found or field.name in wish}
    return _without_unknown(fields, values)


def _without_unknown(fields, values):
    """The values without those that are null, unless null is a value of its own."""
    return {
        field.name: values[field.name] for field in fields
        if field.name in values and (field.nullable or values[field.name] is not None)}


def differences(fields, found, target, path=""):
    paths = []
    for field in fields:
        if not field.write_only:
            paths += field.differences(found.get(field.name), target.get(field.name), path)
    return paths


def spec(fields, found, wish=None, reveal=False):
    options = {}
    for field in fields:
        if field.option and not field.secret:
            options.update(field.spec(found.get(field.name), (wish or {}).get(field.name), reveal))
    return options


def leaves(fields, wish, path=""):
    paths = []
    for field in fields:
        if wish.get(field.name) is not None:
            paths += field.leaves(wish[field.name], path)
    return paths


def faults(fields, wish, path=""):
    return [
        fault for field in fields if wish.get(field.name) is not None
        for fault in field.faults(wish[field.name], _join(path, field.name))]


def missing(fields, target, path=""):
    return [lack for field in fields for lack in field.missing(target.get(field.name), path)]


def conflicts(fields, target, path=""):
    return [
        conflict for field in fields if target.get(field.name) is not None
        for conflict in field.conflicts(target[field.name], path)]


def diff(fields, found, target, wish):
    before, after = {}, {}
    for field in fields:
        if wish.get(field.name) is not None:
            before[field.name], after[field.name] = field.diff(
                found.get(field.name), target.get(field.name), wish[field.name])
    return before, after


def on_create(fields):
    return {field.name: field.on_create for field in fields if field.on_create is not None}


def _join(path, name):
    return f"{path}.{name}" if path else name
