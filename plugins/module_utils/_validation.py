# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON Schema, enforced by ``jsonschema`` and reported in our own words.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import functools
import re


class Violation(str):
    def __new__(cls, path, text):
        return super().__new__(cls, f"{path}: {text}")

    @property
    def option_names(self):
        return {path.partition(".")[0].partition("[")[0] for path in self.partition(":")[0].split(", ")}


_RULES = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "minLength": "must have at least {} characters",
    "minProperties": "must hold at least {} entry",
    "minItems": "must have at least {} items",
    "pattern": "must match {}",
    "enum": "must be one of {}",
    "type": "must be of type {}",
    "uniqueItems": "must not hold an item twice",
    "anyOf": "is of the wrong type",
}


def violations(checker, value, secret_paths=()):
    """Every violation as "path: value, rule", in the order of the options; values of ``secret_paths`` are left out.

    ``checker`` is what ``validator`` made of a schema.
    """
    found = checker.iter_errors(value)
    return [_sentence(error, secret_paths) for error in sorted(found, key=lambda error: list(map(str, error.path)))]


def first_violation(schema, value):
    """The first violation without the value (an answer can hold secrets), or nothing."""
    error = next(validator(schema).iter_errors(value), None)
    return f"{_path(error) or 'the body'} {_rule(error)}" if error else ""


def validator(schema):
    """What checks values against a schema."""
    return _validators()(schema)


@functools.lru_cache(maxsize=None)
def _validators():
    import jsonschema  # not at the top: its absence is reported by module.py

    def pattern(_validator, wanted, value, _schema):
        # In JSON Schema "$" is the end; in Python it is the place before a last line break, too.
        if isinstance(value, str) and not re.search(wanted.replace("$", r"\Z"), value):
            yield jsonschema.ValidationError("")

    def properties(checker, wanted, value, _schema):
        # A descent costs several times what the look at a plain value does, and is only needed to say what is wrong.
        for name, schema in wanted.items() if isinstance(value, dict) else ():
            if name in value and not _keeps(checker, schema, value[name]):
                yield from checker.descend(value[name], schema, path=name, schema_path=name)

    return jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": pattern, "properties": properties})


def _keeps(checker, schema, value):
    """Whether a value breaks no rule of a schema."""
    errors = (
        error
        for rule, limit in schema.items()
        for error in checker.VALIDATORS[rule](checker, limit, value, schema) or ()
    )
    return next(errors, None) is None


def _sentence(error, secret_paths):
    path = _path(error)
    if path in secret_paths:
        return f"{path}: {_rule(error)}"
    return f"{path}: {_rule(error)}, not {excerpt(error.instance)}"


def _path(error):
    """``worker_config.min_num`` or ``ports[0]``."""
    path = ""
    for step in error.absolute_path:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.lstrip(".")


def _rule(error):
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return "lacks " + ", ".join(missing)
    limit = error.validator_value
    if isinstance(limit, list):
        limit = " or ".join(map(str, limit))
    if error.validator == "not":
        return "must not be one of " + ", ".join(map(str, limit["enum"]))
    return _RULES.get(error.validator, error.validator).format(limit)


def excerpt(value):
    """A value as a message shows it."""
    text = repr(value)
    return (
        text if len(text) <= 60 else f"{text[:57]}... ({len(text if isinstance(value, (int, float)) else value)} long)"
    )
