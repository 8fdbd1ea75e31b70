# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``fleet``: reads its options, runs the fleet, and returns the result.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
from typing import Any

from .._engine.reservations import Reservations
from .._entry.task import Module, Task
from .._entry.yaml_input import yaml_violations
from .._errors import NOTHING_SENT, OptionError
from .._masking import Masked
from .._validation import first_of_each
from .clients import client_of
from .entry import Entry
from .entry_violations import early_violations, option_texts, typed_violations
from .fleet import Fleet
from .journal import Journal
from .options import SETTINGS, FleetOptions, argument_spec, provider_violations, prune_violations
from .progress import Progress, ProgressFile
from .report import failure_message, report, warnings
from .resource_types import RESOURCE_TYPES


def _converge(task: Task) -> dict[str, Any]:
    params = task.params
    options = FleetOptions.of_task(params)
    entries = [Entry.of_task(number, item) for number, item in enumerate(params["resources"])]
    resource_types = [RESOURCE_TYPES[type_name] for type_name in options.prune]
    resource_types += [entry.resource_type for entry in entries]
    providers = {resource_type.provider.name for resource_type in resource_types}
    kept = {entry.type_name for entry in entries if entry.desired_state.state != "absent"}
    masked = _check_options(task, options, kept, providers)
    with contextlib.ExitStack() as closing:
        progress_file = closing.enter_context(contextlib.closing(ProgressFile(params["progress_file"])))
        journal = closing.enter_context(contextlib.closing(Journal(params["journal"])))
        if not task.check_mode:
            journal.start(len(entries))
        clients = {
            provider: closing.enter_context(
                contextlib.closing(client_of(task, provider, masked, params["concurrency"], task.check_mode))
            )
            for provider in providers
        }
        reservations = closing.enter_context(contextlib.closing(Reservations(task.permit.demand)))
        progress = Progress(task.show or progress_file.add)
        task.awaited = progress.awaited
        fleet = Fleet(clients, options, task.permit, reservations, journal, progress)
        try:
            _plan_and_apply(task, fleet, entries)
        except OptionError:  # a pattern of prune that takes too long for the names, found before any write
            task.progress = {}
            raise
        finally:
            for problem in filter(None, (reservations.problem, journal.warning)):
                task.warn(problem)
    return {**task.progress, **_failure(fleet)}


def _check_options(task: Task, options: FleetOptions, kept: set[str], providers: set[str]) -> Masked:
    """Return the values that Ansible masks in the result.

    Raises ``OptionError`` with every violation that can be found before the first request.
    """
    params, raw = task.params, task.params_as_written
    others = {option: argument for option, argument in task.argument_spec.items() if option != "resources"}
    violations = first_of_each(yaml_violations(others, raw) + SETTINGS.violations(SETTINGS.desired(params)))
    violations += prune_violations(options, kept) + typed_violations(
        params["resources"], raw["resources"], task.check_mode
    )
    for provider in sorted(providers):
        violations += provider_violations(provider, params[provider])
    texts = option_texts(others, params)
    violations += texts.violations()
    if violations:
        raise OptionError(violations, advice=NOTHING_SENT)
    return texts.masked()


def _plan_and_apply(task: Task, fleet: Fleet, entries: list[Entry]) -> None:
    """Plan, and apply the plan except in check mode. Sets ``task.progress`` to the result, even on error."""
    is_planned = False
    try:
        fleet.plan(entries)
        is_planned = True
        if not task.check_mode:
            fleet.apply()
    finally:
        task.progress = report(fleet.runs, fleet.hourly_cost)
        # The result already contains the entries. A second copy would only make it larger.
        task.progress["invocation"] = {"module_args": {**task.params, "resources": f"{len(entries)} entries"}}
        task.progress["changed"] = task.progress["changed"] and is_planned
    for warning in warnings(fleet.runs):
        task.warn(warning)


def _failure(fleet: Fleet) -> dict[str, Any]:
    """Return the keys of a failed result; empty if no entry failed."""
    for run in fleet.runs:
        if run.error:
            failure = run.error.failure(run.entry.resource_type.provider.name)
            return {"failed": True, "msg": failure_message(fleet.runs), "failure": failure}
    return {}


MODULE = Module(
    argument_spec(),
    _converge,
    early_violations=lambda options, is_accepted: early_violations(options.get("resources"), is_accepted),
)
