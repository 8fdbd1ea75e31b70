# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open a file to write to, only if it is a regular file.

The path comes from a user, or is in a folder in which others can create files. There, a FIFO would block the task, a
link would lead it to a file of somebody else, and to open a device can have an effect.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import os
import stat

_FLAGS = os.O_CLOEXEC | os.O_NOCTTY | os.O_NOFOLLOW | os.O_NONBLOCK
_TYPES = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class UnusableFile(OSError):
    """The file is of another type, or belongs to another user. ``strerror`` is the reason."""


def open_regular(path: str, flags: int, *, dir_fd: int | None = None, of_any_user: bool = False) -> int:
    """Open a regular file and return its descriptor. A file that does not exist is created for the user alone.

    The mode of a file that exists stays. Raises ``OSError``.

    :param of_any_user: accept a file of another user, which that user can read and replace.
    """
    try:
        descriptor = os.open(path, flags | _FLAGS | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=dir_fd)
    except FileExistsError:
        # Before it is opened, because opening can have an effect; and after that, because it can be exchanged.
        _check(os.stat(path, dir_fd=dir_fd, follow_symlinks=False), path, of_any_user)
        descriptor = os.open(path, flags | _FLAGS, dir_fd=dir_fd)
    except ValueError:  # for example a null character
        raise UnusableFile(0, "an invalid path", path) from None
    try:
        _check(os.fstat(descriptor), path, of_any_user)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def check_regular(path: str) -> None:
    """Raise ``OSError`` if a path that exists is not a regular file of the user or of root."""
    _check(os.stat(path, follow_symlinks=False), path, of_any_user=False)


def _check(status: os.stat_result, path: str, of_any_user: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        name = next((name for is_type, name in _TYPES if is_type(status.st_mode)), "a special file")
        raise UnusableFile(0, f"{name} instead of a regular file", path)
    if not of_any_user and status.st_uid not in (0, os.geteuid()):
        raise UnusableFile(0, "a file of another user", path)
