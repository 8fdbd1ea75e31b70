# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Violations: the path of an invalid value, and the rule that it breaks.

``jsonschema`` validates the values; this module writes the messages.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

Validator = Any
"""A validator of ``jsonschema``, which has no precise types and is imported only when it is needed."""
SchemaError = Any
"""A ``ValidationError`` of ``jsonschema``."""


_RULES = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "minLength": "must have at least {} character{s}",
    "minItems": "must have at least {} item{s}",
    "enum": "must be one of {}",
    "type": "must be of type {}",
    "uniqueItems": "must not contain duplicate items",
}

EMPTY = "must not be empty; leave the option out if you do not want to set it"
"""The rule for every empty value that a provider cannot store or that has no meaning."""

_MEMBER = re.compile("[a-zA-Z][a-zA-Z_]{0,29}")
"""The name of a member that a message shows. Other names can be data, such as IDs."""
_MOST_MEMBERS = 5
PLACEHOLDER = "must be a real value instead of a placeholder"
"""The rule for a value that documentation leaves for the reader to replace."""
_PLACEHOLDER = re.compile(r"\.\.\.|\u2026|<[^<>]*>")

_TYPES = {"string": str, "object": dict, "array": list, "boolean": bool, "integer": int, "number": int}
"""The usual Python type of each type of JSON Schema."""

SECRET = {"format": "password"}
"""Marks the schema of a secret, so that a violation does not quote the value."""


@dataclass(frozen=True)
class Violation:
    """A rule that an option breaks.

    :param path: the option path, for example ``worker_config.min_num``; empty if the text is a full sentence.
    :param text: the rule, for example ``must be at least 1, not 0``.
    :param paths: the option paths, if ``path`` shows several, or if the text is a sentence about an unknown option.
    :param place: the entry of a fleet, or the candidate of an endpoint, that the option belongs to.
    """

    path: str
    text: str
    paths: tuple[str, ...] = ()
    place: str = ""

    @classmethod
    def of_several(cls, paths: Iterable[str], text: str) -> Violation:
        """Return a violation that concerns several options."""
        paths = tuple(paths)
        return cls(", ".join(paths), text, paths)

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.place, self.path, self.text)))

    @property
    def option_names(self) -> set[str]:
        """The top-level options that the violation concerns."""
        return {option_name(path) for path in self.paths or (self.path,) if path}

    def inside(self, option: str) -> Violation:
        """Return the same violation with the paths as suboptions of another option."""
        paths = tuple(f"{option}.{path}" for path in self.paths)
        return replace(self, path=", ".join(paths) or f"{option}.{self.path}", paths=paths)

    def at(self, place: str) -> Violation:
        """Return the same violation for an entry of a fleet, or for a candidate of an endpoint or of such an entry."""
        return replace(self, place=", ".join(filter(None, [place, self.place])))


def first_of_each(violations: Iterable[Violation]) -> list[Violation]:
    """Return the first violation of each path in each place, and all violations without a path."""
    first: dict[tuple[str, str], Violation] = {}
    for violation in violations:
        first.setdefault((violation.place, violation.path or violation.text), violation)
    return list(first.values())


def option_name(path: str) -> str:
    """Return the top-level option of an option path."""
    return path.partition(".")[0].partition("[")[0]


def schema_violations(checker: Validator, value: Any) -> list[Violation]:
    """Return all violations of the schema of ``checker``, sorted by option."""
    if _is_valid(checker, checker.schema, value):
        return []
    errors = sorted(checker.iter_errors(value), key=lambda error: list(map(str, error.path)))
    return [Violation(_path(error), _text(error)) for error in errors]


def first_violation(schema: dict[str, Any], value: Any) -> str:
    """Return a description of the first violation, or an empty text if there is none.

    It does not quote the value, because a response can contain secrets.
    """
    checker = validator(schema)
    if _is_valid(checker, schema, value):
        return ""
    error = next(checker.iter_errors(value))
    return f"{_path(error) or 'the body'} {_rule(error)}"


def validator(schema: dict[str, Any]) -> Validator:
    """Return a validator for a schema."""
    return _validators()(schema)


@functools.cache
def _validators() -> Any:
    import jsonschema  # not at the top: _libraries.py reports its absence

    usual = jsonschema.Draft7Validator.VALIDATORS

    def pattern(_validator: Validator, expression: str, value: Any, _schema: object) -> Iterator[SchemaError]:
        # In JSON Schema "$" matches only at the end. In Python it also matches before a final line break.
        if isinstance(value, str) and not re.search(expression.replace("$", r"\Z"), value):
            yield jsonschema.ValidationError("")

    # The rules below first check whether a value is valid. To describe a violation takes several times as long.

    def of_type(checker: Validator, names: Any, value: Any, schema: object) -> Iterator[SchemaError]:
        if isinstance(names, list) or _TYPES.get(names) is not type(value):
            yield from usual["type"](checker, names, value, schema) or ()

    def properties(checker: Validator, schemas: dict[str, Any], value: Any, _schema: object) -> Iterator[SchemaError]:
        for name, schema in schemas.items() if isinstance(value, dict) else ():
            if name in value and not _is_valid(checker, schema, value[name]):
                yield from checker.descend(value[name], schema, path=name, schema_path=name)

    def items(checker: Validator, item: Any, value: Any, schema: object) -> Iterator[SchemaError]:
        if isinstance(value, list) and not all(_is_valid(checker, item, each) for each in value):
            yield from usual["items"](checker, item, value, schema) or ()

    def all_of(checker: Validator, schemas: list[Any], value: Any, schema: object) -> Iterator[SchemaError]:
        if not all(_is_valid(checker, each, value) for each in schemas):
            yield from usual["allOf"](checker, schemas, value, schema) or ()

    def any_of(checker: Validator, schemas: list[Any], value: Any, schema: object) -> Iterator[SchemaError]:
        if not any(_is_valid(checker, each, value) for each in schemas):
            yield from usual["anyOf"](checker, schemas, value, schema) or ()

    rules = {"pattern": pattern, "type": of_type, "properties": properties}
    rules.update({"items": items, "allOf": all_of, "anyOf": any_of})
    return jsonschema.validators.extend(jsonschema.Draft7Validator, rules)


def _is_valid(checker: Validator, schema: dict[str, Any], value: Any) -> bool:
    """Return whether a value is valid for a schema."""
    for rule, limit in schema.items():
        check = checker.VALIDATORS.get(rule)  # there is none for a description
        if check is not None and next(iter(check(checker, limit, value, schema) or ()), None) is not None:
            return False
    return True


def _text(error: SchemaError) -> str:
    rule = _rule(error)
    if SECRET.items() <= error.schema.items():
        return rule
    return f"{rule}, {'but is' if 'must not' in rule else 'not'} {excerpt(error.instance)}"


def _path(error: SchemaError) -> str:
    """Return the option path of an error, for example ``worker_config.min_num`` or ``ports[0]``."""
    path = ""
    for step in error.absolute_path:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.lstrip(".")


def _rule(error: SchemaError) -> str:
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return f"lacks {', '.join(missing)}; {_members(error.instance)}"
    limit = error.validator_value
    if isinstance(limit, list):
        limit = " or ".join(map(str, limit))
    if error.validator in ("pattern", "anyOf"):
        members = f"; {_members(error.instance)}" if isinstance(error.instance, dict) else ""
        return f"must be {error.schema.get('description', 'in another form')}{members}"
    if error.validator == "not":
        return "must not be one of " + ", ".join(map(str, limit["enum"]))
    rule: str = _RULES.get(error.validator, error.validator)
    return rule.format(limit, s=plural(limit))


def _members(value: dict[str, Any]) -> str:
    """Return the names of the members of an object, without names that can be data."""
    names = [name for name in value if _MEMBER.fullmatch(name)][:_MOST_MEMBERS]
    more = len(value) - len(names)
    if not names:
        return f"it has {more} other member{plural(more)}" if more else "it is empty"
    return f"it has {', '.join(names)}" + (f" and {more} more" if more else "")


def is_placeholder(text: str) -> bool:
    """Return whether a text is a placeholder, which a task should have replaced."""
    return bool(_PLACEHOLDER.fullmatch(text))


def how_to_write_text(value: Any) -> str:
    """Return how a task can set text to a value that has another type, because YAML or an expression converts it."""
    if value is None:
        return "leave it out, or write '' for an empty value"
    if isinstance(value, (list, tuple, dict)):
        return "write one string, or use `| to_json` where it comes from an expression"
    advice = "enclose the value in quotes, or use `| string` where it comes from an expression"
    return f"{advice}; `| string | lower` gives true or false" if isinstance(value, bool) else advice


def plural(number: Any) -> str:
    """Return the ending of a noun after a number."""
    return "" if number == 1 else "s"


def excerpt(value: Any) -> str:
    """Return a value as a message shows it, shortened to 60 characters."""
    text = repr(value)
    if len(text) <= 60:
        return text
    if isinstance(value, (list, dict)):
        return f"{text[:57]}... ({len(value)} items)"
    return f"{text[:57]}... ({len(text if isinstance(value, (int, float)) else value)} characters)"
