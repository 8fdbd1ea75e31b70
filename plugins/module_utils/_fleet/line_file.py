# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file to which lines are appended while a task runs.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TextIO


class LineFile:
    """A file that only its owner can read, to which lines are appended. Without a path, nothing is written."""

    def __init__(self, path: str | None) -> None:
        self._lock = threading.Lock()
        self._file: TextIO | None = None
        if path:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.fchmod(descriptor, 0o600)
            self._file = os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace", buffering=1)

    def add(self, line: str) -> None:
        """Append a line. Raises ``OSError`` if it cannot be written."""
        if self._file:
            with self._lock:
                self._file.write(line + "\n")

    def close(self) -> None:
        # This writes buffered lines that a full disk did not accept, and the disk can still be full.
        with contextlib.suppress(OSError):
            if self._file:
                self._file.close()
