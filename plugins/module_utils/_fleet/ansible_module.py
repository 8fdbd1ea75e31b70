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
from .._entry.ansible_module import CloudModule
from .._entry.connection import connect
from .._entry.yaml_input import yaml_violations
from .._errors import NOTHING_SENT, OptionError
from .._http.client import Client
from .._masking import Masked
from .._validation import first_of_each
from .entry import Entry
from .entry_violations import option_texts, typed_violations
from .fleet import Fleet
from .journal import Journal
from .options import SETTINGS, FleetOptions, argument_spec, provider_violations, prune_violations
from .progress import Progress
from .report import failure_message, report, warnings
from .resource_types import PROVIDERS, RESOURCE_TYPES


def run_fleet() -> None:
    """Run the module."""
    module = CloudModule(argument_spec())
    module.run("", lambda: module.permit.while_uninterrupted(lambda: _converge(module)))


def _converge(module: CloudModule) -> dict[str, Any]:
    params = module.params
    options = FleetOptions.of_task(params)
    entries = [Entry.of_task(number, item) for number, item in enumerate(params["resources"])]
    resource_types = [RESOURCE_TYPES[type_name] for type_name in options.prune]
    resource_types += [entry.resource_type for entry in entries]
    providers = {resource_type.provider.name for resource_type in resource_types}
    kept = {entry.type_name for entry in entries if entry.desired_state.state != "absent"}
    masked = _check_options(module, options, kept, providers)
    with contextlib.ExitStack() as closing:
        progress = closing.enter_context(contextlib.closing(Progress(params["progress_file"])))
        journal = closing.enter_context(contextlib.closing(Journal(params["journal"])))
        if not module.check_mode:
            journal.start(len(entries))
        clients = {
            provider: closing.enter_context(contextlib.closing(_connect(module, provider, masked)))
            for provider in providers
        }
        reservations = closing.enter_context(contextlib.closing(Reservations(module.permit.demand)))
        fleet = Fleet(clients, options, module.permit, reservations, journal, progress)
        try:
            _plan_and_apply(module, fleet, entries)
        except OptionError:  # a pattern of prune that takes too long for the names, found before any write
            module.progress = {}
            raise
        finally:
            for problem in filter(None, (reservations.problem, journal.warning)):
                module.warn(problem)
        _fail_if_an_entry_failed(module, fleet)
    return module.progress


def _check_options(module: CloudModule, options: FleetOptions, kept: set[str], providers: set[str]) -> Masked:
    """Return the values that Ansible masks in the result.

    Raises ``OptionError`` with every violation that can be found before the first request.
    """
    params, raw = module.params, module.params_as_written
    others = {option: argument for option, argument in module.argument_spec.items() if option != "resources"}
    violations = first_of_each(yaml_violations(others, raw) + SETTINGS.violations(SETTINGS.desired(params)))
    violations += prune_violations(options, kept) + typed_violations(params["resources"], raw["resources"])
    for provider in sorted(providers):
        violations += provider_violations(provider, params[provider])
    texts = option_texts(others, params)
    violations += texts.violations()
    if violations:
        raise OptionError(violations, advice=NOTHING_SENT)
    return texts.masked()


def _connect(module: CloudModule, provider: str, masked: Masked) -> Client:
    client = connect(
        PROVIDERS[provider],
        module.params[provider],
        module.check_mode,
        permit=module.permit.demand,
        connections=module.params["concurrency"],
        written=_mapping(module.params_as_written.get(provider)),
        inside=provider,
    )
    client.secrets.masked = masked
    return client


def _mapping(value: Any) -> dict[str, Any]:
    """The connection options of a provider as written. Ansible also accepts them as text, of which this is empty."""
    return value if isinstance(value, dict) else {}


def _plan_and_apply(module: CloudModule, fleet: Fleet, entries: list[Entry]) -> None:
    """Plan, and apply the plan except in check mode. Sets ``module.progress`` to the result, even on error."""
    is_planned = False
    try:
        fleet.plan(entries)
        is_planned = True
        if not module.check_mode:
            fleet.apply()
    finally:
        module.progress = report(fleet.runs, fleet.hourly_cost)
        # The result already contains the entries. A second copy would only make it larger.
        module.progress["invocation"] = {"module_args": {**module.params, "resources": f"{len(entries)} entries"}}
        module.progress["changed"] = module.progress["changed"] and is_planned
    for warning in warnings(fleet.runs):
        module.warn(warning)


def _fail_if_an_entry_failed(module: CloudModule, fleet: Fleet) -> None:
    for run in fleet.runs:
        if run.error:
            failure = run.error.failure(run.entry.resource_type.provider.name)
            module.fail_json(msg=failure_message(fleet.runs), failure=failure, **module.progress)
