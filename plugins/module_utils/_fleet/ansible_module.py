# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``fleet``: options in, a plan, its results out.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib

from .._entry import arguments
from .._entry.ansible_module import CloudModule, connect, connection_arguments
from .._entry.yaml_input import yaml_violations
from .._errors import CloudError, OptionError
from .._schema.fields import Boolean, Integer
from .._schema.table import Settings
from .._validation import Violation, first_of_each
from .entries import entry, pattern_violations, resources_argument, typed_violations
from .fleet import Fleet
from .journal import Journal, Lines
from .report import action, complaint, place, report, warnings
from .resource_types import PROVIDERS, RESOURCE_TYPES

OPTIONS = Settings(
    Integer("concurrency", minimum=1, maximum=64, default=8),
    Boolean("allow_prune_all", default=False),
    Integer("max_changes", minimum=0),
    Integer("max_deletes", minimum=0),
    Boolean("fail_fast", default=False),
    Boolean("prices", default=False),
)


def run_fleet():
    """Run the module."""
    providers = {
        name: {"type": "dict", "apply_defaults": True, "options": connection_arguments(provider)}
        for name, provider in PROVIDERS.items()
    }
    module = CloudModule(
        {
            "resources": resources_argument(),
            "prune": {
                "type": "dict",
                "default": {},
                "options": {resource_type: {"type": "str"} for resource_type in RESOURCE_TYPES},
            },
            **OPTIONS.arguments(),
            "journal": {"type": "path"},
            "progress_file": {"type": "path"},
            **providers,
        }
    )
    module.run("", lambda: module.permit.while_uninterrupted(lambda: _converge(module)))


def _converge(module):
    params = module.params
    prune = {resource_type: pattern for resource_type, pattern in params["prune"].items() if pattern is not None}
    wanted = [entry(number, given) for number, given in enumerate(params["resources"])]
    needed = {RESOURCE_TYPES[name].provider.name for name in [*prune, *(one.resource_type for one in wanted)]}
    _validate(module, prune, needed)
    lines, clients = _progress_lines(params["progress_file"]), {}
    journal_lines = _journal(params["journal"])
    try:
        for name in needed:
            clients[name] = connect(
                PROVIDERS[name],
                params[name],
                module.check_mode,
                permit=module.permit.demand,
                connections=params["concurrency"],
            )
        fleet = Fleet(clients, {**params, "prune": prune}, Journal(journal_lines, module.permit), _Progress(lines).hear)
        _carry_out(module, fleet, wanted)
    finally:
        for closing in (lines, journal_lines, *clients.values()):
            closing.close()
    return module.progress


def _carry_out(module, fleet, wanted):
    planned = False
    try:
        fleet.plan(wanted)
        planned = True
        if not module.check_mode:
            fleet.apply()
    finally:
        module.progress = report(fleet)
        # To repeat the wanted set beside its results would be slow, and no help.
        module.progress["invocation"] = {"module_args": {**module.params, "resources": f"{len(wanted)} entries"}}
        module.progress["changed"] = module.progress["changed"] and planned
    for warning in warnings(fleet.runs):
        module.warn(warning)
    failed = [run for run in fleet.runs if run.error]
    if failed:
        provider = RESOURCE_TYPES[failed[0].wanted.resource_type].provider.name
        module.fail_json(msg=complaint(fleet.runs), failure=failed[0].error.failure(provider), **module.progress)


def _validate(module, prune, needed):
    """Refuse what can be refused before the first request."""
    params = module.params
    rest = {option: argument for option, argument in module.argument_spec.items() if option != "resources"}
    found = first_of_each(yaml_violations(rest, module.params_as_written) + OPTIONS.violations(OPTIONS.desired(params)))
    found += pattern_violations(prune) + typed_violations(params["resources"], module.params_as_written["resources"])
    if prune and not params["resources"] and not params["allow_prune_all"]:
        found.append(Violation("allow_prune_all", "must be true to prune where nothing at all is wanted"))
    for name in sorted(needed):
        table = arguments.connection(PROVIDERS[name])
        own = table.violations(table.desired(params[name])) + arguments.key_violations(
            params[name]["api_key"], PROVIDERS[name]
        )
        found += [violation.inside(name) for violation in own]
    if found:
        raise OptionError(found)


def _progress_lines(path):
    """No lines where the file cannot be written, which belongs to the user of the controller: ``become`` is no fault."""
    try:
        return Lines(path)
    except OSError:
        return Lines("")


def _journal(path):
    try:
        return Lines(path)
    except OSError as error:
        raise CloudError(f"journal: {path} cannot be written ({error.strerror}).") from None


class _Progress:
    """A line for each resource that is begun, and one for each that has ended, of those that are not as wanted."""

    def __init__(self, lines):
        self._lines = lines

    def hear(self, run, ended=False):
        if not run.error and run.action == "unchanged":
            return
        refusal = run.convergence.refusal
        said = (
            f"{run.action} is refused for the time being and will be tried again: {refusal}"
            if refusal
            else f"{run.action} ..."
        )
        if ended:
            said = f"{action(run)}: {run.error or run.convergence.outcome.id or 'gone'}"
        # A full disk is no reason to leave anything undone.
        with contextlib.suppress(OSError):
            self._lines.add(f"{place(run)}: {said}")
