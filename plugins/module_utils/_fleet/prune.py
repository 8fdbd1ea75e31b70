# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pruning: find the resources to delete because the task does not declare them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.capabilities import Interchangeable
from .._engine.resource import Resource
from .._errors import OptionError, while_doing
from .._user_patterns import PatternError, matching
from .._validation import Violation
from .accounts import Account
from .entry import Entry
from .entry_run import EntryRun
from .named import is_used


def removals(type_name: str, pattern: str, resource: Resource, runs: list[EntryRun], account: Account) -> list[Entry]:
    """Entries that delete the resources of an account that match a pattern and that no run keeps.

    Raises ``OptionError`` if the pattern takes too long, and another ``CloudError`` if the resources cannot be listed,
    or if no list response is conclusive.
    """
    doing = f"prune {resource.noun}s that match {pattern!r} at {resource.provider.title}"
    with while_doing(doing, f"No {resource.noun} was pruned."):
        resources = resource.select({})
    names, ids = _kept(type(resource), runs)
    candidates = [
        current
        for current in resources
        if current.name not in names
        and current.id not in ids
        and not current.being_removed
        and not is_used(current, type(resource), runs)
    ]
    try:
        matches = matching(pattern, [resource.pruned_by(current) for current in candidates])
    except PatternError as error:
        violation = Violation(f"prune.{type_name}", str(error))
        raise OptionError([violation], doing=doing, advice="Nothing was written.") from None
    return [Entry.removal(type_name, current, account) for current, is_match in zip(candidates, matches) if is_match]


def _kept(resource_type: type[Resource], runs: list[EntryRun]) -> tuple[set[str | None], set[str]]:
    """The names and ids of resources that are not pruned.

    These are the resources that an entry declares, that a failed entry could refer to, or that an entry requires as the
    owner of its resource.
    """
    names: set[str | None] = set()
    ids: set[str] = set()
    for run in runs:
        if run.entry.resource_type is resource_type:
            ids |= {run.entry.desired_state.id, run.current_id}
            if issubclass(resource_type, Interchangeable) and not run.is_removal:
                names.add(run.entry.name)
            if run.error:
                names.add(run.entry.name)
                ids.update(run.error.ids)
        if run.owner and run.owner.resource_type is resource_type and not run.is_removal:
            names.add(run.owner.name)
            ids.add(run.owner.id)
    return names, ids
