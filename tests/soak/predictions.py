# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the plan of check mode with what a run has done."""

from __future__ import annotations

NOT_PLANNED = ("failed", "not_attempted")


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

    A resource that failed because its list could not be read has no plan.
    """
    predicted, actual = _plans(planned), _plans(done)
    without_plan = {
        (row["resource_type"], row["name"])
        for row in done["resources"]
        if row["action"] in NOT_PLANNED and not row["plan"]
    }
    for key in sorted({*predicted, *actual} - without_plan):
        before, after = predicted.get(key, []), actual.get(key, [])
        if before != after:
            yield f"{' '.join(key)} was predicted as {before}, but the run planned {after}"
