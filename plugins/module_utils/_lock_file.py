# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Locks that exclude other processes of the same user on the same host.

All locks are single bytes of one file. A fleet with a thousand resources needs only one open file, no file has to be
removed afterward, and the file contains nothing. The system releases the locks of a process that ends for any reason.

POSIX locks belong to a process: they exclude neither other threads of the process nor survive the close of any
descriptor of the file. So this module is the only one that opens the file, it opens it once, and it keeps a set of the
bytes that this process has locked. A forked process inherits no locks.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import os
import threading

from ._private_folder import private_folder
from ._regular_file import open_regular


class NoLocks(Exception):
    """This host has no locks. The text is the reason."""


class LockFile:
    """The lock file of a process. It is open only while the process holds a lock."""

    def __init__(self) -> None:
        self._locked: set[int] = set()
        self._descriptor: int | None = None
        self._mutex = threading.Lock()

    def try_lock(self, byte: int) -> bool:
        """Lock a byte. Returns false if another process, or another task of this process, has locked it.

        Raises ``NoLocks``.
        """
        with self._mutex:
            if byte in self._locked:
                return False
            try:
                if self._descriptor is None:
                    self._descriptor = _open()
                if _try_lock(self._descriptor, byte):
                    self._locked.add(byte)
                    return True
                return False
            except ImportError as error:
                raise NoLocks(str(error)) from None
            except OSError as error:
                raise NoLocks(f"{error.strerror} ({error.filename})" if error.filename else str(error)) from None
            finally:
                self._close_if_unused()

    def unlock(self, byte: int) -> None:
        """Unlock a byte that ``try_lock`` has locked."""
        with self._mutex:
            if self._descriptor is None or byte not in self._locked:
                return
            self._locked.remove(byte)
            if self._locked:
                _unlock(self._descriptor, byte)
            self._close_if_unused()

    def forget(self) -> None:
        """Forget the locks of the parent process after a fork."""
        self._mutex = threading.Lock()
        self._locked.clear()
        self._close_if_unused()

    def _close_if_unused(self) -> None:
        if self._descriptor is not None and not self._locked:
            os.close(self._descriptor)
            self._descriptor = None


def _open() -> int:
    """Open the lock file and return its descriptor."""
    with private_folder() as folder:
        descriptor = open_regular("locks", os.O_RDWR, dir_fd=folder)
    with contextlib.suppress(OSError):
        # Programs that clean the folder for temporary files keep a file that is in use.
        os.utime(descriptor)
    return descriptor


def _try_lock(descriptor: int, byte: int) -> bool:
    import fcntl

    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except (BlockingIOError, PermissionError):  # POSIX allows both
        return False
    return True


def _unlock(descriptor: int, byte: int) -> None:
    import fcntl

    fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, byte)


LOCK_FILE = LockFile()
os.register_at_fork(after_in_child=LOCK_FILE.forget)
