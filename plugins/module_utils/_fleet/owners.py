# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Owners: resources to which other resources belong, such as the endpoint of a workergroup.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable

from .._engine.capabilities import OwnedBy
from .._engine.plan import DELETE
from .._engine.resource import Resource
from .._errors import OptionError
from .._validation import Violation
from .entry_run import EntryRun


def expect_owners(resources: Iterable[Resource], runs: list[EntryRun]) -> None:
    """Inform the resources about the owners that the runs create or rename."""
    owned = [resource for resource in resources if isinstance(resource, OwnedBy)]
    expected = {owner: _expected_names(owner, runs) for owner in {resource.owner for resource in owned}}
    for resource in owned:
        resource.expect_owners(*expected[resource.owner])


def _expected_names(owner: type[Resource], runs: list[EntryRun]) -> tuple[set[str], dict[str, str]]:
    """Return the names of the owners that will exist, and the new names of renamed owners, by their ids."""
    desired_states = [
        run.entry.desired_state
        for run in runs
        if run.entry.resource_type is owner and not run.error and not run.is_removal and run.entry.desired_state.name
    ]
    coming = {desired_state.name for desired_state in desired_states}
    renamed = {desired_state.id: desired_state.name for desired_state in desired_states if desired_state.id}
    return coming, renamed


def set_order(runs: list[EntryRun]) -> None:
    """Order the runs: write an owner before its resources, and delete its resources before the owner.

    The run of an entry gets an error if the task deletes the owner that the entry requires.
    """
    by_name = {(run.entry.resource_type, run.entry.name): run for run in runs}
    by_id = {(run.entry.resource_type, run.current_id): run for run in runs if run.current_id}
    for run in runs:
        owner = run.owner
        if owner is None:
            continue
        owner_run = by_id.get((owner.resource_type, owner.id))
        if owner.name is not None:
            owner_run = by_name.get((owner.resource_type, owner.name)) or owner_run
        if owner_run is not None:
            order(run, owner_run, owner.option)


def order(run: EntryRun, owner_run: EntryRun, option: str) -> None:
    """Order the runs of a resource and of another one that it requires, which ``option`` specifies.

    The run gets an error if the task deletes the other resource.
    """
    if owner_run.action == DELETE and not run.is_removal:
        rule = f"must not be {owner_run.entry.name!r}, because {owner_run.entry.label} deletes it"
        run.error = run.error or OptionError([Violation(option, rule)])
    if run.action == owner_run.action == DELETE:
        owner_run.depends_on.append(run)
    elif run.action != DELETE or owner_run.renames:
        run.depends_on.append(owner_run)
