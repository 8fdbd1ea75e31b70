# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option ``filters`` of an inventory plugin: which resources become hosts.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import OptionError
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.composites import Group, Scalars
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Text
from ansible_collections.gpufleet.cloud.plugins.module_utils._user_patterns import PatternError, searching
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation

T = TypeVar("T")


def filter_option(exact: tuple[str, ...]) -> Group:
    """Return the option. ``exact`` are the facts that must be equal to one of the given values."""
    lists = [Scalars(name, item=Text(name)) for name in ("status", *exact)]
    return Group("filters", fields=(*lists, Text("name")))


def pattern_violations(filters: dict[str, Any]) -> list[Violation]:
    """Return the violation of a pattern that is no regular expression."""
    pattern = filters.get("name")
    try:
        searching(pattern or "", [""] if pattern else [])
    except PatternError as error:
        return [Violation("filters.name", str(error))]
    return []


def selected(candidates: list[T], filters: dict[str, Any], facts_of: Callable[[T], dict[str, Any]]) -> list[T]:
    """Return the candidates whose facts satisfy all filters. Raises ``OptionError`` if the pattern takes too long."""
    remaining = [candidate for candidate in candidates if _is_selected(facts_of(candidate), filters)]
    pattern = filters.get("name")
    if not pattern:
        return remaining
    try:
        matches = searching(pattern, [facts_of(candidate)["name"] for candidate in remaining])
    except PatternError as error:
        raise OptionError([Violation("filters.name", str(error))]) from None
    return [candidate for candidate, is_match in zip(remaining, matches) if is_match]


def _is_selected(facts: dict[str, Any], filters: dict[str, Any]) -> bool:
    """Return whether a resource satisfies all filters but ``name``. An empty filter matches all resources."""
    given = {name: values for name, values in filters.items() if values and name != "name"}
    statuses = [status.lower() for status in given.pop("status", [facts["status"]])]
    return facts["status"].lower() in statuses and all(facts.get(name) in values for name, values in given.items())
