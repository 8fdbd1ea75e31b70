# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cost of the resources of a fleet, according to the price lists of the providers.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.capabilities import Free
from .._errors import ApiError
from .entry_run import EntryRun


def hourly_cost(runs: list[EntryRun], prices: bool) -> dict[str, Any]:
    """The known costs before and after the plan in USD per hour, and the number of resources with unknown costs.

    :param prices: whether to read price lists. Without them, only the costs of free resources are known. A run whose
        price list cannot be read gets a warning.
    """
    total_before = total_after = 0.0
    unknown: dict[str, int] = {}
    for run in runs:
        can_be_known = (prices and not run.error) or isinstance(run.convergence.resource, Free)
        before, after = _costs(run) if can_be_known else (None, None)
        if before is None or after is None:
            unknown[run.entry.type_name] = unknown.get(run.entry.type_name, 0) + 1
        else:
            total_before += before
            total_after += after
    return {"before": round(total_before, 5), "after": round(total_after, 5), "unknown": unknown}


def _costs(run: EntryRun) -> tuple[float | None, float | None]:
    try:
        return run.convergence.costs()
    except ApiError as error:
        run.convergence.warn(f"hourly_cost does not contain this resource. {error}")
        return None, None
