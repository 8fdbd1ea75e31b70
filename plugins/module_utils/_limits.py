# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of the host on threads, open files and memory: the errors that they cause.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator

_ADVICE = "lower the option concurrency of fleet or the forks of Ansible, or raise the limit"
_THREADS = f"this host starts no more threads for the task; {_ADVICE} of the user or the container (ulimit -u)"
_FILES = f"this host opens no more files and connections for the task; {_ADVICE} (ulimit -n)"
_MEMORY = f"this host has no more memory for the task; {_ADVICE} of the user or the container (ulimit -v)"
_BY_NUMBER = {errno.EMFILE: _FILES, errno.ENFILE: _FILES, errno.ENOMEM: _MEMORY}


def limit_reached(error: BaseException) -> str:
    """Return a sentence without a full stop if a limit of this host caused an error, and an empty text otherwise."""
    for cause in _causes(error, []):
        if isinstance(cause, MemoryError):
            return _MEMORY
        if isinstance(cause, RuntimeError) and "can't start new thread" in str(cause):
            return _THREADS
        if isinstance(cause, OSError) and cause.errno in _BY_NUMBER:
            return _BY_NUMBER[cause.errno]
    return ""


def _causes(error: BaseException, seen: list[BaseException]) -> Iterator[BaseException]:
    """Yield an error, the errors that led to it, and those that a library has wrapped in it."""
    if error in seen:
        return
    seen.append(error)
    yield error
    for cause in (error.__cause__, error.__context__, getattr(error, "reason", None), *error.args):
        if isinstance(cause, BaseException):
            yield from _causes(cause, seen)
