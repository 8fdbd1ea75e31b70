# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated time that several processes share. A sleep moves it and takes no time."""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
import struct
import threading
from unittest import mock

from ansible_collections.gpufleet.cloud.plugins.module_utils._clock import Clock
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import connection
from ansible_collections.gpufleet.cloud.tests.unit.harness import PlayedClock

START = 1_000_000.0
_TIME = struct.Struct("d")


class FileClock(Clock):
    """A clock in a file. The system releases its lock when a process is killed.

    :param path: the file. A new one starts at ``START``.
    """

    def __init__(self, path):
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if not os.fstat(self._file).st_size:
            os.write(self._file, _TIME.pack(START))
        self._map = mmap.mmap(self._file, _TIME.size)

    def now(self):
        return _TIME.unpack(self._map[:])[0]

    def unix_time(self):
        return PlayedClock.epoch + self.now()

    def sleep(self, seconds):
        with self._lock:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                self._map[:] = _TIME.pack(self.now() + seconds)
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def played(self):
        """Let the modules in this process use the clock."""
        return mock.patch.object(connection, "Clock", lambda _sleep: self)

    @contextlib.contextmanager
    def running(self, speed):
        """Let the time also pass by itself, this many times as fast as real time: for a process with its own clock."""
        ended = threading.Event()

        def tick(interval=0.05):
            while not ended.wait(interval):
                self.sleep(speed * interval)

        thread = threading.Thread(target=tick)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def close(self):
        self._map.close()
        os.close(self._file)
