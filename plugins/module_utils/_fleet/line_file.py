# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file to which lines are appended while a task runs.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import os
import threading

from .._regular_file import open_regular


class LineFile:
    """A file to which lines are appended. If it is new, only its owner can read it. Without a path, nothing is written.

    Raises ``OSError`` if the file cannot be opened.
    """

    def __init__(self, path: str | None, *, of_any_user: bool = False) -> None:
        self._lock = threading.Lock()
        self._descriptor = open_regular(path, os.O_RDWR | os.O_APPEND, of_any_user=of_any_user) if path else None
        self._is_cut_off = self._descriptor is not None and _is_cut_off(self._descriptor)

    def add(self, line: str) -> None:
        """Append a line. Raises ``OSError`` if it cannot be written."""
        if self._descriptor is None:
            return
        with self._lock:
            start = "\n" if self._is_cut_off else ""
            rest = f"{start}{line}\n".encode("utf-8", "backslashreplace")
            while rest:
                written = os.write(self._descriptor, rest)
                self._is_cut_off = written < len(rest)
                rest = rest[written:]

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)


def _is_cut_off(descriptor: int) -> bool:
    """Return whether the last line of a file has no end, for example because the disk was full."""
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
