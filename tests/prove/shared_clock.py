# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock without real pauses for several processes."""

from __future__ import annotations

import multiprocessing

from ansible_collections.gpufleet.cloud.tests.unit.harness import PlayedClock


class SharedClock(PlayedClock):
    """A played clock that a process shares with the processes that it forks."""

    def __init__(self):
        self._seconds = multiprocessing.RawValue("d")
        super().__init__()

    @property
    def _now(self):
        return self._seconds.value

    @_now.setter
    def _now(self, now):
        self._seconds.value = now
