# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults at random requests. The same seed gives the same request of an operation the same fault."""

from __future__ import annotations

import collections
import random

from ..simulator.faults import ARGUMENTS, Fault, FaultQueue

HTML = {"body": "<html>Bad Gateway</html>", "content_type": "text/html"}
# Each with its arguments. They leave the client unsure whether the provider has executed the request, or stop it.
MIX = [
    *(("reset", {"when": when}) for when in ("before", "after")),
    *(("cut", {"when": when}) for when in ("before", "after")),
    *(("empty", {"when": when}) for when in ("before", "after")),
    *(("garbage", {**HTML, "status": status, "when": when}) for status in (200, 502) for when in ("before", "after")),
    *(("status", {"status": status, "when": when}) for status in (500, 503) for when in ("before", "after")),
    ("contradiction", {"members": {"reason": "UNKNOWN"}, "emptied": True}),
    ("contradiction", {"doubled": True}),
    ("rate_limit", {"retry_after": 2}),
    ("rate_limit", {"threshold": 4.0}),
    ("rate_limit", {"plain": True}),
]


class RandomFaults(FaultQueue):
    """The faults of an account: those of a queue, and at random requests one of ``MIX``.

    :param is_lost: is called with the operation of each request. It returns whether the request is lost on its way.
    """

    def __init__(self, operations, seed, is_lost):
        super().__init__(operations)
        self.rate = 0.0
        self.met = collections.Counter()
        self._seed, self._is_lost = seed, is_lost
        self._numbers = collections.Counter()

    def take(self, operation):
        if self._is_lost(operation):
            return Fault(operation, "reset", 1, 0, {"when": "before"})
        with self._lock:
            self._numbers[operation] += 1
            draw = random.Random(f"{self._seed} {operation} {self._numbers[operation]}")
        if draw.random() >= self.rate:
            return super().take(operation)
        name, arguments = draw.choice(MIX)
        with self._lock:
            self.met[name] += 1
        return Fault(operation, name, 1, 0, {**ARGUMENTS[name], **arguments})
