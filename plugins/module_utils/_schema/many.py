# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a field can do, done over several fields: the stuff of groups, of items and of tables.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations


def arguments(fields, demand=()):
    """The options as an argument spec; those in ``demand`` are required."""
    spec = {}
    for field in fields:
        if field.option:
            spec.update(field.arguments())
    for name in demand:
        spec[name]["required"] = True
    return spec


def object_schema(fields):
    """JSON Schema of a mapping of wishes."""
    return {"type": "object", "properties": {field.name: field.schema() for field in fields if field.option}}


def response_schemas(fields):
    """JSON Schemas of what the provider may answer, by its keys."""
    return {field.response_key: field.response_schema() for field in fields if not field.write_only}


def take(fields, params):
    """What the task gives; null is not given."""
    desired_values = {field.name: field.take(params) for field in fields if field.option}
    return {name: desired for name, desired in desired_values.items() if desired is not None}


def read(fields, record):
    """The found values in a provider's record."""
    values = {
        field.name: field.read(record) for field in fields if not field.write_only and field.response_key in record
    }
    return _without_unknown(fields, values)


def write(fields, values):
    """The wire form of values."""
    return {
        field.key: None if values[field.name] is None else field.write(values[field.name])
        for field in fields
        if field.name in values
    }


def lay(fields, found, desired):
    """The wishes laid over the found values."""
    values = {
        field.name: field.lay(found.get(field.name), desired.get(field.name))
        for field in fields
        if field.name in found or field.name in desired
    }
    return _without_unknown(fields, values)


def _without_unknown(fields, values):
    """The values without those that are null, unless null is a value of its own."""
    return {
        field.name: values[field.name]
        for field in fields
        if field.name in values and (field.nullable or values[field.name] is not None)
    }


def differences(fields, found, target, path=""):
    """The option paths in which two sets of values differ."""
    paths = []
    for field in fields:
        if not field.write_only:
            paths += field.differences(found.get(field.name), target.get(field.name), path)
    return paths


def spec(fields, found, desired=None, reveal=False):
    """The options that want exactly the found values."""
    options = {}
    for field in fields:
        if field.option and not field.secret:
            options.update(field.spec(found.get(field.name), (desired or {}).get(field.name), reveal))
    return options


def paths_of(fields, desired, path=""):
    """The option paths that wishes name."""
    paths = []
    for field in fields:
        if desired.get(field.name) is not None:
            paths += field.paths_of(desired[field.name], path)
    return paths


def violations(fields, desired, path=""):
    """Sentences on what is wrong in wishes and no schema can say."""
    return [
        violation
        for field in fields
        if desired.get(field.name) is not None
        for violation in field.violations(desired[field.name], join(path, field.name))
    ]


def range_violations(fields, values, found, path=""):
    """Sentences on where values are outside what the provider prints; what was found already does not count."""
    return [
        sentence
        for field in fields
        if values.get(field.name) is not None
        for sentence in field.range_violations(
            values[field.name], (found or {}).get(field.name), join(path, field.name)
        )
    ]


def missing(fields, target, path=""):
    """The option paths that a create needs and the target lacks."""
    return [lack for field in fields for lack in field.missing(target.get(field.name), path)]


def conflicts(fields, target, path=""):
    """Sentences on what does not go together in a target."""
    return [
        conflict
        for field in fields
        if target.get(field.name) is not None
        for conflict in field.conflicts(target[field.name], path)
    ]


def diff(fields, found, target, desired):
    """What was found and what is wanted, over the keys that the wishes give."""
    before, after = {}, {}
    for field in fields:
        if desired.get(field.name) is not None:
            before[field.name], after[field.name] = field.diff(
                found.get(field.name), target.get(field.name), desired[field.name]
            )
    return before, after


def on_create(fields):
    """What a create sends for what the task does not give."""
    return {field.name: field.on_create for field in fields if field.on_create is not None}


def join(path, name):
    """The path of an option inside another one."""
    return f"{path}.{name}" if path else name
