# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resources that other entries of a fleet name: what comes of them, in which order, and which ones must stay.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.plan import CREATE, DELETE, REPLACE
from .._engine.references import Identity, Reference, Referring, Use
from .._engine.resource import Resource
from .._engine.state import CurrentState
from .._entry.result_words import UNCHANGED
from .._errors import OptionError
from .._validation import Violation
from .entry_run import EntryRun
from .owners import order

_NEW = (CREATE, REPLACE)


def named_types(runs: list[EntryRun]) -> set[type[Resource]]:
    """Return the resource types that the entries name resources of. These types are planned first."""
    return {use.reference.named for run in runs for use in run.uses}


def announce(runs: list[EntryRun]) -> None:
    """Inform the resources about the named resources that other runs create or change."""
    by_type = _by_type(runs)
    for run in runs:
        resource = run.convergence.resource
        if isinstance(resource, Referring):
            coming: dict[type[Resource], dict[Identity, bool]] = {}
            for use in run.uses:
                named_run = _run_of(use, by_type)
                if named_run and not named_run.error and named_run.action not in (UNCHANGED, DELETE):
                    is_new = named_run.action in _NEW or named_run.renames
                    coming.setdefault(use.reference.named, {})[use.identity] = is_new
            resource.coming = coming


def set_order_of_named(runs: list[EntryRun]) -> None:
    """Order the runs: write a named resource before its users, and delete its users, or change them, before it.

    If the task deletes a resource that another entry names, the runs of both entries get an error.
    """
    by_type = _by_type(runs)
    for run in runs:
        for use in run.uses:
            _require(run, _run_of(use, by_type), use.reference)
        used = run.values_in_use(run.convergence.outcome.values)
        for reference, value in used:
            _require(run, _run_with(reference, value, by_type), reference)
        current = run.convergence.current
        for reference, value in run.values_in_use(current.values if current else None):
            named_run = _run_with(reference, value, by_type)
            if (reference, value) not in used and named_run is not None and named_run.action == DELETE:
                named_run.depends_on.append(run)


def _require(run: EntryRun, named_run: EntryRun | None, reference: Reference) -> None:
    """Order a run after that of a resource that it uses."""
    if named_run is None:
        return
    order(run, named_run, reference.path)
    if named_run.action == DELETE and not run.is_removal:
        rule = f"must not be absent, because {run.entry.label} names the resource"
        named_run.error = named_run.error or OptionError([Violation("state", rule)])


def is_used(current: CurrentState, resource_type: type[Resource], runs: list[EntryRun]) -> bool:
    """Return whether a run that keeps its resource uses a resource."""
    identity = {"name": current.name, **current.values}
    for run in (run for run in runs if not run.is_removal):
        if any(
            use.reference.named is resource_type
            and all(str(identity.get(option) or "") == value for option, value in use.identity)
            for use in run.uses
        ):
            return True
        if any(
            reference.named is resource_type and reference.value_of(current) == value
            for reference, value in run.values_in_use(run.convergence.outcome.values)
        ):
            return True
    return False


def _by_type(runs: list[EntryRun]) -> dict[type[Resource], list[EntryRun]]:
    """Return the runs by resource type, so that a search looks only at the few that can match."""
    by_type: dict[type[Resource], list[EntryRun]] = {}
    for run in runs:
        by_type.setdefault(run.entry.resource_type, []).append(run)
    return by_type


def _run_of(use: Use, by_type: dict[type[Resource], list[EntryRun]]) -> EntryRun | None:
    """Return the run of the entry that a use means, or ``None``."""
    return next((run for run in by_type.get(use.reference.named, ()) if _means(use, run)), None)


def _run_with(reference: Reference, value: str, by_type: dict[type[Resource], list[EntryRun]]) -> EntryRun | None:
    """Return the run of the resource that a value stands for, or ``None``."""
    for run in by_type.get(reference.named, ()):
        current = run.convergence.current
        if current is not None and reference.value_of(current) == value:
            return run
    return None


def _means(use: Use, run: EntryRun) -> bool:
    desired_state = run.entry.desired_state
    values = {"name": desired_state.name, **desired_state.values}
    return all(str(values.get(option) or "") == value for option, value in use.identity)
