# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hourly costs of the resources of a fleet, before and after the plan.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .._engine.cost import CostChange, shared, totals
from .._engine.cost_limits import CostLimits, Row
from .._engine.pricing import unknown_cost_change
from .._entry.result_words import UNCHANGED
from .._errors import PriceError, TooMuch
from .._sentences import sentences
from .entry_run import EntryRun
from .refusals import cancel


def calculate_costs(runs: Collection[EntryRun]) -> None:
    """Set the costs of the runs. Reads price lists. A run with a price that cannot be read gets a warning."""
    changes = [_cost_change(run) for run in runs]
    before, after = (shared([getattr(change, side) for change in changes]) for side in ("before", "after"))
    for run, change, *sides in zip(runs, changes, before, after):
        run.cost = CostChange(change.currency, *sides)


def _cost_change(run: EntryRun) -> CostChange:
    if run.error:
        return unknown_cost_change(run.convergence.resource)
    is_calculated = run.convergence.cost is not None
    change = run.convergence.calculate_cost()
    if change.problem and not is_calculated:
        run.convergence.warn(f"hourly_cost: a cost is unknown. {change.problem}")
    before, after = (
        cost._replace(pool=f"{run.entry.account} {cost.pool}") if cost.pool else cost
        for cost in (change.before, change.after)
    )
    return change._replace(before=before, after=after)


def hourly_cost(runs: Collection[EntryRun]) -> dict[str, Any]:
    """Return the totals of the runs by currency, before and after the plan; empty if no cost has been calculated."""
    changes = [run.cost for run in runs if run.cost]
    return {
        currency: {
            side: {
                figure: total.report()
                for figure, total in totals(
                    [getattr(change, side) for change in changes if change.currency == currency]
                ).items()
            }
            for side in ("before", "after")
        }
        for currency in sorted({change.currency for change in changes})
    }


def demand_cost(runs: list[EntryRun], limits: CostLimits) -> None:
    """Raise ``PriceError`` if the plan exceeds the limits."""
    limits.demand(
        [Row(run.entry.label, not run.error and run.action != UNCHANGED, run.cost) for run in runs if run.cost]
    )


def refuse_cost(runs: list[EntryRun], limits: CostLimits) -> None:
    """Raise ``TooMuch`` if the plan exceeds the limits. No run of the plan is then attempted."""
    try:
        demand_cost(runs, limits)
    except PriceError as error:
        cancel(runs, "the plan exceeds max_hourly_cost")
        advice = sentences(error.advice, "Nothing was written")
        raise TooMuch(error.why, doing="apply the plan", advice=advice) from None
