# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock of the collection. Tests replace it with one that does not wait.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator


class Clock:
    """A monotonic clock. All times are in seconds.

    :param sleep: waits for a number of seconds. It can raise an error to end the wait early.
    """

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep

    def now(self) -> float:
        return time.monotonic()

    def unix_time(self) -> float:
        """Return the time of the host, with which the times of providers are compared."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        self._sleep(seconds)

    def poll(self, timeout: float, first: float = 1.0, longest: float = 15.0) -> Iterator[None]:
        """Yield at once, then at increasing intervals, and a last time when ``timeout`` has passed.

        :param first: the first interval.
        :param longest: the longest interval.
        """
        deadline = self.now() + timeout
        interval = first
        while True:
            yield
            left = deadline - self.now()
            if left <= 0:
                return
            self.sleep(min(interval, left))
            interval = min(interval * 1.5, longest)
