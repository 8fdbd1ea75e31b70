# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cost limits of a fleet, for an endpoint that moves to another candidate.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import threading

from .._engine.cost_limits import CostLimits
from .._fleet.entry_run import EntryRun
from .._fleet.fleet import Fleet
from .._fleet.hourly_cost import calculate_costs, demand_cost


class CostCheck:
    """Compares the cost of the fleet with its limits, with the new candidates of some entries. It is thread-safe."""

    def __init__(self, fleet: Fleet, limits: CostLimits) -> None:
        self._fleet = fleet
        self._limits = limits
        self._moved: dict[int, list[EntryRun]] = {}
        self._lock = threading.Lock()

    def demand(self, runs: list[EntryRun]) -> None:
        """Raise ``PriceError`` if the fleet exceeds its limits with the runs of a candidate."""
        if not self._limits.by_currency:
            return
        calculate_costs(runs)
        [number] = {run.entry.number for run in runs}
        with self._lock:
            moved = {**self._moved, number: runs}
            unmoved = [run for run in self._fleet.runs if not (run.has_alternative and run.entry.number in moved)]
            demand_cost([*unmoved, *(run for each in moved.values() for run in each)], self._limits)
            self._moved = moved
