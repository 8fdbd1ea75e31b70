# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option ``prune``: for each resource type a pattern, or a mapping with a pattern and an age.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._schema.field import Field
from .._schema.table import Settings
from .._sentences import suggestion
from .._validation import EMPTY, Violation, how_to_write_text
from .resource_types import RESOURCE_TYPES

NAME = "name"
OLDER_THAN = "older_than"

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile("([0-9]+)([smhd])")
_MOST_DAYS = 3650
_EXAMPLE = "for example 90m, 24h or 7d"


@dataclass(frozen=True)
class PruneRule:
    """Which resources of a type to delete if they have no entry.

    :param path: the option path of the pattern.
    :param older_than: the age as written, or an empty text for any age.
    """

    path: str
    pattern: str
    older_than: str = ""

    def __str__(self) -> str:
        age = f" and are older than {self.older_than}" if self.older_than else ""
        return f"{self.pattern!r}{age}"

    @property
    def seconds(self) -> int | None:
        """The age in seconds, or ``None`` for any age."""
        return _seconds(self.older_than)


def prune_rules(prune: Mapping[str, Any]) -> tuple[dict[str, PruneRule], list[Violation]]:
    """Return the rules in the option ``prune`` by resource types, without the invalid ones, and all violations."""
    given = RULES.desired(dict(prune))
    violations = [violation.inside("prune") for violation in RULES.rule_violations(given)]
    invalid = {violation.path.split(".")[1] for violation in violations}
    return {name: _rule(name, value) for name, value in given.items() if name not in invalid}, violations


def _rule(type_name: str, given: Any) -> PruneRule:
    if isinstance(given, dict):
        return PruneRule(f"prune.{type_name}.{NAME}", str(given[NAME]), given.get(OLDER_THAN) or "")
    return PruneRule(f"prune.{type_name}", str(given))


def _seconds(duration: str) -> int | None:
    parts = _DURATION.fullmatch(duration)
    # A longer number is too large, and Python refuses to convert a very long one.
    return int(parts[1][:12]) * _SECONDS[parts[2]] if parts else None


class _RuleField(Field):
    """The rule for a resource type."""

    # Ansible takes a name that contains "ssh_key" for that of a secret unless the argument spec denies it.
    sounds_secret = True

    def schema(self) -> dict[str, Any]:
        duration = {"type": ["string", "null"], "pattern": f"^[1-9][0-9]*[{''.join(_SECONDS)}]$"}
        properties: dict[str, Any] = {NAME: {"type": ["string", "integer"]}}
        if self._has_age:
            properties[OLDER_THAN] = duration
        return {
            "type": ["object", "string", "integer"],
            "properties": properties,
            "required": [NAME],
            "additionalProperties": False,
        }

    def rule_violations(self, desired: Any, path: str) -> list[Violation]:
        if not isinstance(desired, dict):
            return list(_pattern_violations(desired, path, "a string or a mapping"))
        return [
            *(
                Violation(path, f"unknown option {name}; {suggestion(str(name), (NAME, OLDER_THAN)) or _OPTIONS}")
                for name in desired
                if name not in (NAME, OLDER_THAN)
            ),
            *_pattern_violations(desired.get(NAME), f"{path}.{NAME}", "a string"),
            *self._age_violations(desired.get(OLDER_THAN), f"{path}.{OLDER_THAN}"),
        ]

    @property
    def _has_age(self) -> bool:
        return "created_at" in RESOURCE_TYPES[self.name].facts_before_create

    def _age_violations(self, age: Any, path: str) -> Iterator[Violation]:
        resource_type = RESOURCE_TYPES[self.name]
        if age is None:
            return
        if not self._has_age:
            nouns, title = f"{resource_type.noun}s", resource_type.provider.title
            yield Violation(path, f"must be omitted, because {title} does not return when {nouns} were created")
        elif isinstance(age, str) and not age.strip():
            yield Violation(path, EMPTY)
        elif isinstance(age, (int, float)) and not isinstance(age, bool) or _is_number(age):
            yield Violation(path, f"must have a unit: s, m, h or d, {_EXAMPLE}, not {age}")
        elif not isinstance(age, str):
            yield Violation(path, f"must be a string, {_EXAMPLE}, not a value of type {type(age).__name__}")
        else:
            seconds = _seconds(age)
            if not seconds:
                yield Violation(path, f"must be a positive whole number and a unit, {_EXAMPLE}, not {age!r}")
            elif seconds > _MOST_DAYS * _SECONDS["d"]:
                yield Violation(path, f"must be at most {_MOST_DAYS}d, not {age}")


_OPTIONS = f"the options are {NAME}, {OLDER_THAN}"
RULES = Settings(*map(_RuleField, RESOURCE_TYPES))
"""The suboptions of ``prune``."""


def _is_number(age: Any) -> bool:
    return isinstance(age, str) and re.fullmatch(r"\s*[+-]?[0-9.]+\s*", age) is not None


def _pattern_violations(pattern: Any, path: str, types: str) -> Iterator[Violation]:
    if pattern is None:
        yield Violation(path, "must be set")
    elif not isinstance(pattern, (str, int)) or isinstance(pattern, bool):
        advice = how_to_write_text(pattern)
        yield Violation(path, f"must be {types}, not a value of type {type(pattern).__name__}; {advice}")
    elif not str(pattern).strip():
        yield Violation(path, EMPTY)
