# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the plan of check mode with what a run has done."""

from __future__ import annotations

from .desired_fleet import PRUNE

NOT_PLANNED = ("failed", "not_attempted")
# The number of a resource that ``prune`` deletes.
PRUNED = -1


def _key(row):
    """Return what identifies a row. One that prunes a resource can have the name of one that creates another."""
    return row["resource_type"], row["name"], row["number"] == PRUNED


def _plans(result):
    """Return the planned steps of each resource."""
    return {
        _key(row): [(step["action"], sorted(step["fields"])) for step in row["plan"] if step["action"] != "none"]
        for row in result["resources"]
    }


def differences(planned, done):
    """Yield sentences on resources for which a run planned something else than check mode.

    A resource that failed because its list could not be read has no plan. If the list for a rule of ``prune`` could not
    be read, a failed row has the expression as its name, and the resources that the rule would delete have no rows.
    """
    predicted, actual = _plans(planned), _plans(done)
    without_plan = {_key(row) for row in done["resources"] if row["action"] in NOT_PLANNED and not row["plan"]}
    for key in sorted({*predicted, *actual} - without_plan):
        type_name, name, is_pruned = key
        is_unread = is_pruned and (type_name, PRUNE[type_name], True) in without_plan
        before, after = predicted.get(key, []), actual.get(key, [])
        if before != after and not (is_unread and not after):
            yield f"{type_name} {name} was predicted as {before}, but the run planned {after}"
