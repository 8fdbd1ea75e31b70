# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The minimum interval between two requests to the same route.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import threading
from collections import defaultdict
from collections.abc import Iterator

from .._clock import Clock
from .call import Call

MAX_PAUSE = 120.0
"""Seconds. The longest time that a task waits before a request."""


class Pace:
    """Keeps the minimum interval in seconds that the provider requests for each route.

    The interval starts with the response to the last request. The provider accepted that request earlier, so a slow
    network cannot make the next request too early.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._turns: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)
        self._interval: defaultdict[tuple[str, str], float] = defaultdict(float)
        self._free_at: defaultdict[tuple[str, str], float] = defaultdict(float)

    @contextlib.contextmanager
    def turn(self, call: Call) -> Iterator[None]:
        """Wait until a request may be sent in this context. Routes without an interval do not wait."""
        route = (call.method, call.path)
        if not self._interval[route]:
            yield
            return
        with self._lock:
            turns = self._turns[route]
        with turns:
            pause = self._free_at[route] - self._clock.now()
            if pause > 0:
                self._clock.sleep(pause)
            try:
                yield
            finally:
                self._hold(route)

    def learn(self, call: Call, interval: float) -> None:
        """Keep an interval for the route of a call from now on.

        :param interval: seconds.
        """
        route = (call.method, call.path)
        with self._lock:
            self._interval[route] = max(self._interval[route], min(interval, MAX_PAUSE))
        self._hold(route)

    def _hold(self, route: tuple[str, str]) -> None:
        self._free_at[route] = self._clock.now() + self._interval[route]
