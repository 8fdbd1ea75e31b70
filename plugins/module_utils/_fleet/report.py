# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a fleet.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._entry.result import convergence_result
from .._entry.result_words import FAILED, NOT_ATTEMPTED, UNCHANGED
from .._errors import Cancelled
from .._sentences import sentences
from .._visible import visible
from .accounts import Account
from .balances import hours_left
from .entry_run import EntryRun
from .hourly_cost import hourly_cost
from .resource_types import PROVIDERS

SUMMARY_KEYS = {
    "create": "created",
    **dict.fromkeys(("update", "start", "stop", "restart", "recycle"), "updated"),
    "replace": "replaced",
    "delete": "deleted",
    **{action: action for action in (UNCHANGED, FAILED, NOT_ATTEMPTED)},
}
"""The key of the summary that counts each action."""


def report(runs: list[EntryRun], balances: Mapping[Account, float | None]) -> dict[str, Any]:
    """Return the result after the planning, or after the execution of the plan."""
    return {
        "changed": any(run.convergence.outcome.changed for run in runs if not run.error or run.has_started),
        "summary": _summary(runs),
        "accounts": _account_summaries(runs, balances),
        "resources": [_entry_result(run) for run in runs],
        "diff": [diff_of(run) for run in runs if run.action != UNCHANGED],
        "hourly_cost": hourly_cost(runs),
    }


def reported_action(run: EntryRun) -> str:
    """Return the action of an entry, ``FAILED``, or ``NOT_ATTEMPTED``."""
    if run.error is None:
        return run.action
    return NOT_ATTEMPTED if isinstance(run.error, Cancelled) and not run.has_started else FAILED


def failure_message(runs: list[EntryRun]) -> str:
    """Return the number of entries that failed or were not attempted, and the error of each."""
    counts = _summary(runs)
    opening = f"{counts[FAILED]} of {len(runs)} resources failed"
    if counts[NOT_ATTEMPTED]:
        opening += f", {counts[NOT_ATTEMPTED]} not attempted"
    errors = [f"{run.entry.label}: {run.error}" for run in runs if run.error]
    return sentences(opening, *errors)


def warnings(runs: list[EntryRun]) -> list[str]:
    """Return each warning once, with its first entry and the number of further entries."""
    runs_with: dict[str, list[EntryRun]] = {}
    for run in runs:
        for warning in run.convergence.outcome.warnings:
            runs_with.setdefault(warning, []).append(run)
    return [
        f"{first.entry.label}{f' and {len(others)} more' if others else ''}: {warning}"
        for warning, (first, *others) in runs_with.items()
    ]


def _summary(runs: list[EntryRun]) -> dict[str, int]:
    """Return the number of resources by action. A resource that was created and then failed counts as both."""
    counts = dict.fromkeys(SUMMARY_KEYS.values(), 0)
    for run in runs:
        for action in filter(None, [reported_action(run), run.done_before_failure]):
            counts[SUMMARY_KEYS[action]] += 1
    return counts


def _account_summaries(runs: list[EntryRun], balances: Mapping[Account, float | None]) -> list[dict[str, Any]]:
    """Return the number of resources by action, the hourly cost and the balance, for each account."""
    summaries = []
    for account in sorted({run.entry.account for run in runs}):
        own = [run for run in runs if run.entry.account == account]
        currency = PROVIDERS[account.provider].currency
        cost, balance = hourly_cost(own).get(currency, {}), balances.get(account)
        summaries.append(
            {
                "name": account.name,
                "provider": account.provider,
                "summary": _summary(own),
                "currency": currency,
                "hourly_cost": cost,
                "balance": balance,
                "balance_hours": hours_left(balance, cost),
            }
        )
    return summaries


def _entry_result(run: EntryRun) -> dict[str, Any]:
    """Return the result of one entry as the module of the resource type returns it, without keys special to Ansible."""
    entry, cost = run.entry, run.cost or run.convergence.cost
    result = convergence_result(run.convergence, entry.params)
    del result["changed"]
    if run.error and not run.has_started:
        result["deleted_id"] = ""
    if reported_action(run) == UNCHANGED:
        # Both sides are equal. Hundreds of such diffs would make the result slow to process.
        result["diff"] = {"before": {}, "after": {}}
    return {
        "number": entry.number,
        "resource_type": entry.type_name,
        "account": entry.account.name,
        "name": entry.name,
        "action": reported_action(run),
        "done_before_failure": run.done_before_failure,
        **result,
        "hourly_cost": cost and cost.report(),
        "msg": str(run.error) if run.error else "",
        "failure": run.error.failure(entry.resource_type.provider.name) if run.error else {},
    }


def diff_of(run: EntryRun) -> dict[str, Any]:
    account = run.entry.account.name
    details = [f"id {run.current_id}" if run.current_id else "", f"account {account}" if account else ""]
    shown = ", ".join(filter(None, details))
    header = " ".join(filter(None, [run.entry.type_name, visible(run.entry.name), shown and f"({shown})"]))
    return {
        "before_header": header,
        "after_header": f"{header} ({run.action})",
        **run.convergence.outcome.diff,
    }
