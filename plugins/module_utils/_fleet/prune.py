# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pruning: find the resources to delete because the task does not declare them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection
from typing import NamedTuple

from .._engine.capabilities import Interchangeable
from .._engine.resource import Resource
from .._engine.state import CurrentState
from .._errors import NOTHING_WRITTEN, OptionError, while_doing
from .._times import unix_time
from .._user_patterns import PatternError, matching
from .._validation import Violation
from .._visible import visible
from .accounts import Account
from .entry import Entry
from .entry_run import EntryRun
from .named import is_used
from .prune_rule import PruneRule

_CLOCK_SKEW = 300
"""By how many seconds the clock of a provider can be ahead. A younger resource is new; its time is no mistake."""


class Spared(NamedTuple):
    """Resources of an account that a task declares without an entry.

    :param includes: returns whether a name is that of one of them.
    """

    account: Account
    type_name: str
    includes: Callable[[str], bool]


class Removals(NamedTuple):
    """The resources of an account that a rule of ``prune`` selects.

    :param entries: entries that delete them.
    :param warning: a sentence about the matching resources whose age is unknown, or an empty text. They stay.
    """

    entries: list[Entry]
    warning: str = ""


def removals(
    type_name: str,
    rule: PruneRule,
    resource: Resource,
    runs: list[EntryRun],
    account: Account,
    spared: Collection[Spared],
) -> Removals:
    """Find the resources of an account that match a rule and that no run keeps.

    :param spared: resources of the account that are not pruned either.

    Raises ``OptionError`` if the pattern takes too long, and another ``CloudError`` if the resources cannot be listed,
    or if no list response is conclusive.
    """
    doing = f"prune {resource.noun}s that match {rule} at {resource.provider.title}"
    with while_doing(doing, f"No {resource.noun} was pruned."):
        resources = resource.select({})
    candidates = undeclared(resource, resources, runs, spared)
    try:
        is_match = matching(rule.pattern, [resource.pruned_by(current) for current in candidates])
    except PatternError as error:
        raise OptionError([Violation(rule.path, str(error))], doing=doing, advice=NOTHING_WRITTEN) from None
    matches = list(itertools.compress(candidates, is_match))
    if rule.seconds is None:
        return Removals([Entry.removal(type_name, current, account) for current in matches])
    now = resource.client.clock.unix_time()
    ages = [(current, _age(current, now)) for current in matches]
    old = [current for current, age in ages if age is not None and age >= rule.seconds]
    entries = [Entry.removal(type_name, current, account) for current in old]
    return Removals(entries, _unknown_ages([current for current, age in ages if age is None], rule, resource, account))


def undeclared(
    resource: Resource, resources: list[CurrentState], runs: list[EntryRun], spared: Collection[Spared]
) -> list[CurrentState]:
    """Return the resources that exist and that no run declares, deletes or uses.

    :param spared: resources of the account to leave out.
    """
    names, ids = _kept(type(resource), runs)
    spared = [each for each in spared if each.type_name == resource.type_name()]
    return [
        current
        for current in resources
        if current.name not in names
        and current.id not in ids
        and not any(each.includes(resource.pruned_by(current)) for each in spared)
        and not current.being_removed
        and not is_used(current, type(resource), runs)
    ]


def _age(current: CurrentState, now: float) -> float | None:
    """Return the age of a resource in seconds, or ``None`` if its creation time is unknown or in the future."""
    created = unix_time(current.facts["created_at"])
    return None if created is None or created > now + _CLOCK_SKEW else now - created


def _unknown_ages(unknown: list[CurrentState], rule: PruneRule, resource: Resource, account: Account) -> str:
    if not unknown:
        return ""
    named = f" in account {account.name}" if account.name else ""
    shown = ", ".join(
        f"{visible(current.name)} (id {current.id}, "
        + (
            f"created at {visible(current.facts['created_at'])})"
            if current.facts["created_at"]
            else "no creation time)"
        )
        for current in unknown
    )
    return (
        f"{rule.path.rpartition('.')[0]}: the age of these {resource.noun}s at {resource.provider.title}{named} is "
        f"unknown, so none of them is deleted: {shown}. To delete one of them, use its id."
    )


def _kept(resource_type: type[Resource], runs: list[EntryRun]) -> tuple[set[str | None], set[str]]:
    """Return the names and ids of resources that are not pruned.

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
