# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet's result says.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._entry import arguments
from .._errors import Cancelled
from .resource_types import RESOURCE_TYPES

_COUNTED = ("create", "update", "replace", "delete", "unchanged", "failed", "not_attempted")
_AS_UPDATE = ("start", "stop", "restart")


def report(fleet):
    """The result of a fleet after its plan, or after it was carried out."""
    runs = fleet.runs
    return {
        "changed": any(run.convergence.outcome.changed for run in runs if not run.error or run.begun),
        "summary": summary(runs),
        "resources": [_entry(run) for run in runs],
        "diff": [_diff(run) for run in runs if run.action != "unchanged"],
        "hourly_cost": fleet.hourly_cost,
    }


def action(run):
    """What became of a job, in one word."""
    if run.error:
        return "not_attempted" if isinstance(run.error, Cancelled) and not run.begun else "failed"
    return run.action


def summary(runs):
    """How many resources each action was for."""
    counts = dict.fromkeys(_COUNTED, 0)
    for run in runs:
        word = action(run)
        counts["update" if word in _AS_UPDATE else word] += 1
    return counts


def complaint(runs):
    """One sentence for each resource that is not as it was wanted."""
    failed = [run for run in runs if run.error]
    return " ".join(
        [
            f"{len(failed)} of {len(runs)} resources are not as wanted.",
            *(f"{place(run)}: {run.error}" for run in failed),
        ]
    )


def place(run):
    """Where a resource stands in the task."""
    where = f"resources[{run.wanted.number}]" if run.wanted.number >= 0 else "prune"
    return f"{where} ({run.wanted.resource_type} {run.wanted.name})"


def hourly_cost(runs, ask):
    """The sums of what is known of the hourly cost before and after the plan, and of how many of each kind nothing is.

    Without ``ask`` no price list is read.
    """
    before = after = 0.0
    unknown = {}
    for run in runs:
        costs = run.convergence.costs() if ask and not run.error else (None, None)
        if None in costs:
            unknown[run.wanted.resource_type] = unknown.get(run.wanted.resource_type, 0) + 1
        else:
            before, after = before + costs[0], after + costs[1]
    return {"before": round(before, 5), "after": round(after, 5), "unknown": unknown}


def warnings(runs):
    """What the user should know besides: each sentence once, with the resources that it is about."""
    about = {}
    for run in runs:
        for warning in run.convergence.outcome.warnings:
            about.setdefault(warning, []).append(run)
    return [
        f"{place(group[0])}{f' and {len(group) - 1} more' if group[1:] else ''}: {warning}"
        for warning, group in about.items()
    ]


def _entry(run):
    """What is said of one resource: what its own module would say, but for keys that have a meaning to Ansible."""
    shown = arguments.result(run.convergence, run.wanted.params)
    del shown["changed"]
    if action(run) == "unchanged":
        # Both sides are the same, and hundreds of them would be slow to carry.
        shown["diff"] = {"before": {}, "after": {}}
    return {
        "number": run.wanted.number,
        "kind": run.wanted.resource_type,
        "name": run.wanted.name,
        "action": action(run),
        **shown,
        "msg": str(run.error) if run.error else "",
        "failure": run.error.failure(RESOURCE_TYPES[run.wanted.resource_type].provider.name) if run.error else {},
    }


def _diff(run):
    diff = run.convergence.outcome.diff
    header = f"{run.wanted.resource_type} {run.wanted.name}"
    return {"before_header": header, "after_header": f"{header} ({run.action})", **diff}
