# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet's result says.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .. import task
from ..errors import Cancelled
from .kinds import KINDS

_COUNTED = ("create", "update", "replace", "delete", "unchanged", "failed", "not_attempted")
_AS_UPDATE = ("start", "stop", "restart")


def report(fleet):
    """The result of a fleet after its plan, or after it was carried out."""
    jobs = fleet.jobs
    return {
        "changed": any(job.reconciler.outcome.changed for job in jobs if not job.error or job.begun),
        "summary": summary(jobs),
        "resources": [_entry(job) for job in jobs],
        "diff": [_diff(job) for job in jobs if job.action != "unchanged"],
        "hourly_cost": fleet.hourly_cost,
    }


def action(job):
    """What became of a job, in one word."""
    if job.error:
        return "not_attempted" if isinstance(job.error, Cancelled) and not job.begun else "failed"
    return job.action


def summary(jobs):
    """How many resources each action was for."""
    counts = dict.fromkeys(_COUNTED, 0)
    for job in jobs:
        word = action(job)
        counts["update" if word in _AS_UPDATE else word] += 1
    return counts


def complaint(jobs):
    """One sentence for each resource that is not as it was wanted."""
    failed = [job for job in jobs if job.error]
    return " ".join([f"{len(failed)} of {len(jobs)} resources are not as wanted.",
                     *(f"{place(job)}: {job.error}" for job in failed)])


def place(job):
    """Where a resource stands in the task."""
    where = f"resources[{job.wanted.number}]" if job.wanted.number >= 0 else "prune"
    return f"{where} ({job.wanted.kind} {job.wanted.name})"


def hourly_cost(jobs, ask):
    """The sums of what is known of the hourly cost before and after the plan, and of how many of each kind nothing is.

    Without ``ask`` no price list is read.
    """
    before = after = 0.0
    unknown = {}
    for job in jobs:
        costs = job.reconciler.costs() if ask and not job.error else (None, None)
        if None in costs:
            unknown[job.wanted.kind] = unknown.get(job.wanted.kind, 0) + 1
        else:
            before, after = before + costs[0], after + costs[1]
    return {"before": round(before, 5), "after": round(after, 5), "unknown": unknown}


def warnings(jobs):
    """What the user should know besides: each sentence once, with the resources that it is about."""
    about = {}
    for job in jobs:
        for warning in job.reconciler.outcome.warnings:
            about.setdefault(warning, []).append(job)
    return [f"{place(group[0])}{f' and {len(group) - 1} more' if group[1:] else ''}: {warning}"
            for warning, group in about.items()]


def _entry(job):
    """What is said of one resource: what its own module would say, but for keys that have a meaning to Ansible."""
    shown = task.result(job.reconciler, job.wanted.params)
    del shown["changed"]
    if action(job) == "unchanged":
        # Both sides are the same, and hundreds of them would be slow to carry.
        shown["diff"] = {"before": {}, "after": {}}
    return {
        "number": job.wanted.number,
        "kind": job.wanted.kind,
        "name": job.wanted.name,
        "action": action(job),
        **shown,
        "msg": str(job.error) if job.error else "",
        "failure": job.error.failure(KINDS[job.wanted.kind].provider.name) if job.error else {},
    }


def _diff(job):
    diff = job.reconciler.outcome.diff
    header = f"{job.wanted.kind} {job.wanted.name}"
    return {"before_header": header, "after_header": f"{header} ({job.action})", **diff}
