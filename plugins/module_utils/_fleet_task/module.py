# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``fleet``: reads its options, runs the fleet, and returns the result.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any, Union

from .._engine.reservations import NoReservations, Reservations
from .._entry.task import Module, Task
from .._entry.yaml_input import yaml_violations
from .._errors import NOTHING_SENT, OptionError
from .._fleet.accounts import Account, Connections
from .._fleet.approval import Approval
from .._fleet.balances import read_balances
from .._fleet.clients import client_of
from .._fleet.entry import ACCOUNT, Entry
from .._fleet.fleet import Fleet
from .._fleet.journal import Journal
from .._fleet.options import SETTINGS, FleetOptions, prune_violations
from .._fleet.plan_document import Sealer, plan_document
from .._fleet.plan_file import write_plan
from .._fleet.progress import Progress, ProgressFile
from .._fleet.report import failure_message, report, warnings
from .._fleet.resource_types import PROVIDERS, RESOURCE_TYPES
from .._inference.context import Context, router_urls
from .._masking import Masked
from .._validation import Violation, first_of_each
from .argument_spec import argument_spec
from .cost_check import CostCheck
from .entry_types import type_of
from .inference_entry import INFERENCE_ENDPOINT, InferenceEntry
from .inference_run import InferenceRuns
from .violations import early_violations, option_texts, typed_violations

Declared = Union[Entry, InferenceEntry]


def _converge(task: Task) -> dict[str, Any]:
    params = task.params
    options = FleetOptions.of_task(params)
    connections = Connections(params, task.params_as_written)
    declared = [_declared(number, item) for number, item in enumerate(params["resources"])]
    accounts = _accounts(declared, options, connections)
    listed = accounts | (_declared_accounts(connections) if options.list_unmanaged else set())
    kept = {type_name for entry in declared if not entry.is_removal for type_name in entry.resource_types}
    masked = _check_options(task, options, kept, connections, listed)
    approval = Approval.of_task(params)
    with contextlib.ExitStack() as closing:
        progress_file = closing.enter_context(contextlib.closing(ProgressFile(params["progress_file"])))
        journal = closing.enter_context(contextlib.closing(_journal(params)))
        if not task.check_mode:
            journal.start(len(declared))
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
        approval.refuse_another_origin(declared, sealer)
        reservations = closing.enter_context(contextlib.closing(Reservations(task.permit.demand)))
        show = task.show or progress_file.add
        progress = Progress(show)
        task.awaited = progress.awaited
        endpoints = [entry for entry in declared if isinstance(entry, InferenceEntry)]
        common = (task.permit, reservations, journal, progress)
        spared = [spared for entry in endpoints for spared in entry.spared()]
        fleet = Fleet(clients, accounts, options, *common, spared)

        def new_fleet(account: Account) -> Fleet:
            return Fleet({account: clients[account]}, {account}, options.of_one_entry(), *common)

        context = Context(
            clients,
            router_urls(accounts, connections),
            new_fleet,
            task.warn,
            show,
            task.permit.demand,
            refuse=CostCheck(fleet, options.cost_limits).demand,
            check_mode=task.check_mode,
            prices=options.prices,
        )

        def new_draft() -> Fleet:
            return Fleet(clients, accounts, options.of_one_entry(), task.permit, NoReservations(), journal, progress)

        inference_runs = InferenceRuns(endpoints, context, new_draft, options.concurrency, may_move=not approval.option)
        try:
            balances = read_balances(clients, task.warn) if params["balances"] else {}
            _plan_and_apply(task, fleet, declared, inference_runs, approval, sealer, balances)
        except OptionError:  # a pattern of prune that takes too long for the names, found before any write
            task.progress = {}
            raise
        finally:
            for problem in filter(None, (reservations.problem, journal.warning)):
                task.warn(problem)
    return {**task.progress, **_failure(fleet)}


def _declared(number: int, item: dict[str, Any]) -> Declared:
    """Return the entry for a validated item of ``resources``."""
    type_name = type_of(item)
    if type_name == INFERENCE_ENDPOINT:
        return InferenceEntry.of_task(number, item[type_name])
    account = Account(RESOURCE_TYPES[type_name].provider.name, item.get(ACCOUNT) or "")
    return Entry.of_params(number, type_name, item[type_name], account)


def _accounts(declared: Sequence[Declared], options: FleetOptions, connections: Connections) -> set[Account]:
    """Return the accounts that the task manages.

    These are the accounts of the entries. ``prune`` can also concern the other accounts of its providers.
    """
    accounts = {account for entry in declared for account in entry.accounts}
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

    :param kept: the names of the resource types with an entry that keeps a resource.

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
    declared: Sequence[Declared],
    inference_runs: InferenceRuns,
    approval: Approval,
    sealer: Sealer,
    balances: dict[Account, float | None],
) -> None:
    """Plan, and apply the plan except in check mode. Sets ``task.progress`` to the result, even on error."""
    is_planned, digest = False, ""
    try:
        parts = inference_runs.entries()
        planned = [[entry] if isinstance(entry, Entry) else parts[entry.number] for entry in declared]
        fleet.plan([entry for entries in planned for entry in entries], inference_runs.errors())
        inference_runs.begin(fleet)
        digest = _approve(task, fleet, declared, approval, sealer)
        is_planned = True
        if task.check_mode:
            inference_runs.follow(fleet)
        else:
            fleet.apply(before_deletes=lambda: inference_runs.follow(fleet))
    finally:
        task.progress = {
            **report(fleet.runs, balances),
            "inference_endpoints": inference_runs.report(),
            "unmanaged": fleet.unmanaged,
            "plan_digest": digest,
        }
        # The result already contains the entries. A second copy would only make it larger.
        task.progress["invocation"] = {"module_args": {**task.params, "resources": f"{len(declared)} entries"}}
        task.progress["changed"] = task.progress["changed"] and is_planned
    for warning in (*fleet.warnings, *warnings(fleet.runs)):
        task.warn(warning)


def _approve(task: Task, fleet: Fleet, declared: Sequence[Declared], approval: Approval, sealer: Sealer) -> str:
    """Refuse a plan that is not the approved one. In check mode, write the plan file.

    Returns the digest of the plan, or an empty text without one: outside check mode, nobody can approve it any more,
    and a plan with errors is incomplete.
    """
    approval.refuse_errors(fleet.runs)
    if not (approval.option or task.check_mode) or any(run.error for run in fleet.runs):
        return ""
    document = plan_document(declared, fleet.runs, sealer)
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
