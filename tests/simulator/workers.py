# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workers of one endpoint: how they start, fail and end."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, field


@dataclass
class Worker:
    """One worker. It appears, and becomes healthy or fails some time later."""

    appears_at: float
    healthy_at: float
    # The error and the message with which it fails; empty if it does not fail.
    failure: tuple = ()
    # Why it never starts; empty if it starts.
    obstacle: str = ""
    leaves_at: float = math.inf
    gone_at: float = math.inf
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    def leave(self, now, linger):
        self.leaves_at, self.gone_at = now, now + linger

    def leaving(self, now):
        return now >= self.leaves_at

    def failed(self, now):
        return bool(self.failure) and now >= self.healthy_at

    def healthy(self, now):
        return not self.failure and not self.obstacle and now >= self.healthy_at


class Workers:
    """The workers of one endpoint. A failed or removed worker stays in the list for some time."""

    def __init__(self):
        self._workers = []

    def scale(self, count, now, appear_at, healthy_at, linger, failure=(), obstacle=""):
        """Scale to ``count`` workers: keep the oldest good ones, remove the others, start the missing ones."""
        bad = [worker for worker in self._workers if worker.failure or worker.obstacle]
        serving = [worker for worker in self._workers if worker not in bad and not worker.leaving(now)]
        for worker in self._workers:
            if worker.obstacle:
                worker.gone_at = now
            elif worker.failure:
                worker.gone_at = min(worker.gone_at, now + linger)
        for worker in serving[count:]:
            worker.leave(now, linger)
        self._workers += [Worker(appear_at, healthy_at, failure, obstacle) for _number in range(len(serving), count)]

    def at(self, now):
        """Return the workers that a reader sees."""
        self._workers = [worker for worker in self._workers if now < worker.gone_at]
        return [worker for worker in self._workers if now >= worker.appears_at]
