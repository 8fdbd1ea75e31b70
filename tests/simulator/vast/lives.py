# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a worker changes with time. Live workers were seen to go through these statuses."""

from __future__ import annotations

import math
from dataclasses import dataclass

# The engine reboots a worker in "error" automatically.
REBOOT = (("error", 30), ("rebooting", 10), ("model_loading", 20))
REBOOT_SECONDS = sum(seconds for _status, seconds in REBOOT)
# A worker that does not start in time is destroyed, and the engine recruits another one.
LIFE_SECONDS = 150
DESTROYING_SECONDS = 40


@dataclass
class Worker:
    """One rented machine."""

    id: int
    group_id: str
    started_at: float
    boot_seconds: float

    def load_again(self, now):
        """Load the model again, like a new worker."""
        self.started_at = now - self.boot_seconds

    def status(self, now, outcome, rests_after):
        """Return the status, and whether the worker has ever loaded its model.

        ``outcome`` is a value of the setting ``worker_outcome``. A worker stops ``rests_after`` seconds after it became
        idle.
        """
        age = now - self.started_at
        if age < self.boot_seconds:
            return "creating", False
        if outcome == "replaced":
            return ("loading" if age < LIFE_SECONDS else "destroying"), False
        if age < 2 * self.boot_seconds or outcome == "loading":
            return "loading", False
        if outcome == "stopped":
            return "stopped", False
        served = age - 2 * self.boot_seconds
        if outcome == "error":
            return _at(REBOOT, served % REBOOT_SECONDS), False
        if outcome == "recovers":
            if served < REBOOT_SECONDS:
                return _at(REBOOT, served), False
            served -= REBOOT_SECONDS
        return ("idle" if served < rests_after else "stopped"), True

    def ends_at(self, outcome):
        """Return the time at which another worker replaces this one."""
        return self.started_at + LIFE_SECONDS + DESTROYING_SECONDS if outcome == "replaced" else math.inf


def _at(phases, seconds):
    for status, lasts in phases:
        if seconds < lasts:
            return status
        seconds -= lasts
    return phases[-1][0]
