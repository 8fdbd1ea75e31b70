# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell the entries of a resource type apart: by names, or else by ids.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections import Counter

from .._engine.capabilities import Interchangeable
from .._engine.references import is_only_match
from .._engine.resource import Resource
from .._engine.state import DesiredState
from .._entry import arguments
from .entry import ExportedEntry, revealed


def without_equal(resource: Resource, entries: list[ExportedEntry]) -> tuple[list[ExportedEntry], list[ExportedEntry]]:
    """Return the entries without those for the same thing as an earlier entry, and these."""
    if not isinstance(resource, Interchangeable):
        return entries, []
    first: dict[str, ExportedEntry] = {}
    for entry in entries:
        first.setdefault(_matched_by(resource, entry), entry)
    kept = list(first.values())
    return kept, [entry for entry in entries if entry not in kept]


def tell_apart(resource: Resource, entries: list[ExportedEntry]) -> None:
    """Set the id, or an option that matches fewer resources, in the entries that match several. Sends reads."""
    if isinstance(resource, Interchangeable):
        return
    ambiguous = _ambiguous(resource, entries)
    if resource.narrowed_by:
        for entry in ambiguous:
            entry.options.update(resource.narrowed_by)
        still = _ambiguous(resource, ambiguous)
        for entry in still:
            entry.options = {name: value for name, value in entry.options.items() if name not in resource.narrowed_by}
        ambiguous = still
    for entry in ambiguous:
        entry.identify_by_id(f"several {resource.noun}s have the same name")


def _ambiguous(resource: Resource, entries: list[ExportedEntry]) -> list[ExportedEntry]:
    """Return the entries without an id whose options match another resource, too."""
    named = [entry for entry in entries if "id" not in entry.options]
    counts = Counter(_matched_by(resource, entry) for entry in named)
    return [
        entry
        for entry in named
        if counts[_matched_by(resource, entry)] > 1 or not is_only_match(resource, _desired_state(resource, entry))
    ]


def _matched_by(resource: Resource, entry: ExportedEntry) -> str:
    desired_state = _desired_state(resource, entry)
    return desired_state.id or resource.matched_by(desired_state)


def _desired_state(resource: Resource, entry: ExportedEntry) -> DesiredState:
    spec = arguments.argument_spec(type(resource))
    defaults = {option: argument.get("default") for option, argument in spec.items()}
    return arguments.desired_state(type(resource), {**defaults, **revealed(entry.options)})
