# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the plan of check mode with what a run has done."""

from __future__ import annotations

from .desired_fleet import PRUNE

NOT_PLANNED = ("failed", "not_attempted")
# The number of a resource that ``prune`` deletes.
PRUNED = -1


def _plans(result):
    """Return the planned steps of each resource by its type and name."""
    return {
        (row["resource_type"], row["name"]): [
            (step["action"], sorted(step["fields"])) for step in row["plan"] if step["action"] != "none"
        ]
        for row in result["resources"]
    }


def differences(planned, done):
    """Yield sentences on resources for which a run planned something else than check mode.

    A resource that failed because its list could not be read has no plan. If the list for a rule of ``prune`` could not
    be read, a failed row has the expression as its name, and the resources that the rule would delete have no rows.
    """
    predicted, actual = _plans(planned), _plans(done)
    without_plan = {
        (row["resource_type"], row["name"])
        for row in done["resources"]
        if row["action"] in NOT_PLANNED and not row["plan"]
    }
    pruned = {(row["resource_type"], row["name"]) for row in planned["resources"] if row["number"] == PRUNED}
    for key in sorted({*predicted, *actual} - without_plan):
        type_name = key[0]
        is_unread = key in pruned and (type_name, PRUNE[type_name]) in without_plan
        before, after = predicted.get(key, []), actual.get(key, [])
        if before != after and not (is_unread and not after):
            yield f"{' '.join(key)} was predicted as {before}, but the run planned {after}"
