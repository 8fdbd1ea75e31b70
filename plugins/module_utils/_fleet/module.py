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
from .._validation import Violation, first_of_each
from .accounts import Account, Connections
from .approval import Approval
from .balances import read_balances
from .clients import client_of
from .entry import Entry
from .entry_violations import early_violations, option_texts, typed_violations
from .fleet import Fleet
from .journal import Journal
from .options import SETTINGS, FleetOptions, argument_spec, prune_violations
from .plan_document import Sealer, plan_document
from .plan_file import write_plan
from .progress import Progress, ProgressFile
from .report import failure_message, report, warnings
from .resource_types import PROVIDERS, RESOURCE_TYPES


def _converge(task: Task) -> dict[str, Any]:
    params = task.params
    options = FleetOptions.of_task(params)
    entries = [Entry.of_task(number, item) for number, item in enumerate(params["resources"])]
    connections = Connections(params, task.params_as_written)
    accounts = _accounts(entries, options, connections)
    listed = accounts | (_declared_accounts(connections) if options.list_unmanaged else set())
    kept = {entry.type_name for entry in entries if entry.desired_state.state != "absent"}
    masked = _check_options(task, options, kept, connections, listed)
    approval = Approval.of_task(params)
    with contextlib.ExitStack() as closing:
        progress_file = closing.enter_context(contextlib.closing(ProgressFile(params["progress_file"])))
        journal = closing.enter_context(contextlib.closing(_journal(params)))
        if not task.check_mode:
            journal.start(len(entries))
        clients = {
            account: closing.enter_context(
                contextlib.closing(
                    client_of(task, account, connections, masked, params["concurrency"], task.check_mode)
                )
            )
            for account in sorted(listed)
        }
        # The other accounts are only listed, which is no part of the plan.
        sealer = approval.sealer({account: clients[account] for account in accounts})
        approval.refuse_another_origin(entries, sealer)
        reservations = closing.enter_context(contextlib.closing(Reservations(task.permit.demand)))
        progress = Progress(task.show or progress_file.add)
        task.awaited = progress.awaited
        fleet = Fleet(clients, accounts, options, task.permit, reservations, journal, progress)
        try:
            balances = read_balances(clients, task.warn) if params["balances"] else {}
            _plan_and_apply(task, fleet, entries, approval, sealer, balances)
        except OptionError:  # a pattern of prune that takes too long for the names, found before any write
            task.progress = {}
            raise
        finally:
            for problem in filter(None, (reservations.problem, journal.warning)):
                task.warn(problem)
    return {**task.progress, **_failure(fleet)}


def _accounts(entries: list[Entry], options: FleetOptions, connections: Connections) -> set[Account]:
    """Return the accounts that the task manages.

    These are the accounts of the entries. ``prune`` can also concern the other accounts of its providers.
    """
    accounts = {entry.account for entry in entries}
    for provider in {RESOURCE_TYPES[type_name].provider.name for type_name in options.prune}:
        accounts |= {account for account in connections.named if account.provider == provider}
        if not any(account.provider == provider for account in accounts):
            accounts.add(Account(provider))
    return accounts


def _declared_accounts(connections: Connections) -> set[Account]:
    """Return the accounts whose connection options the task sets, if they have an API key."""
    others = map(Account, PROVIDERS)
    return {
        *connections.named,
        *(each for each in others if connections.written(each) and connections.params(each)["api_key"]),
    }


def _journal(params: dict[str, Any]) -> Journal:
    return Journal(params["journal"], user=params["journal_user"] or "", job_id=params["journal_job_id"] or "")


def _check_options(
    task: Task, options: FleetOptions, kept: set[str], connections: Connections, accounts: set[Account]
) -> Masked:
    """Return the values that Ansible masks in the result.

    Raises ``OptionError`` with every violation that can be found before the first request.
    """
    params, raw = task.params, task.params_as_written
    others = {option: argument for option, argument in task.argument_spec.items() if option != "resources"}
    violations = first_of_each(yaml_violations(others, raw) + SETTINGS.violations(SETTINGS.desired(params)))
    violations += prune_violations(options, kept)
    violations += typed_violations(params["resources"], raw["resources"], task.check_mode, connections)
    violations += connections.violations(accounts)
    if params["plan_file"] is not None and not task.check_mode:
        violations.append(Violation("plan_file", "must be omitted outside check mode, which alone makes a plan"))
    texts = option_texts(others, params)
    violations += texts.violations()
    if violations:
        raise OptionError(violations, advice=NOTHING_SENT)
    return texts.masked()


def _plan_and_apply(
    task: Task,
    fleet: Fleet,
    entries: list[Entry],
    approval: Approval,
    sealer: Sealer,
    balances: dict[Account, float | None],
) -> None:
    """Plan, and apply the plan except in check mode. Sets ``task.progress`` to the result, even on error."""
    is_planned, digest = False, ""
    try:
        fleet.plan(entries)
        digest = _approve(task, fleet, entries, approval, sealer)
        is_planned = True
        if not task.check_mode:
            fleet.apply()
    finally:
        task.progress = {**report(fleet.runs, balances), "unmanaged": fleet.unmanaged, "plan_digest": digest}
        # The result already contains the entries. A second copy would only make it larger.
        task.progress["invocation"] = {"module_args": {**task.params, "resources": f"{len(entries)} entries"}}
        task.progress["changed"] = task.progress["changed"] and is_planned
    for warning in (*fleet.warnings, *warnings(fleet.runs)):
        task.warn(warning)


def _approve(task: Task, fleet: Fleet, entries: list[Entry], approval: Approval, sealer: Sealer) -> str:
    """Refuse a plan that is not the approved one. In check mode, write the plan file.

    Returns the digest of the plan, or an empty text without one: outside check mode, nobody can approve it any more,
    and a plan with errors is incomplete.
    """
    approval.refuse_errors(fleet.runs)
    if not (approval.option or task.check_mode) or any(run.error for run in fleet.runs):
        return ""
    document = plan_document(entries, fleet.runs, sealer)
    approval.demand(fleet.runs, document)
    if task.params["plan_file"] is not None:
        write_plan(task.params["plan_file"], document)
    return str(document["digest"])


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
    {"mutually_exclusive": [["plan_file", "apply_plan", "approved"]]},
    early_violations=lambda options, is_accepted: early_violations(options.get("resources"), is_accepted),
)
