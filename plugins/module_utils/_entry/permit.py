# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The permission to write, which ends with Ctrl-C and with the job that started the task.

Ansible can take a long time to end after Ctrl-C. The process that waits for the module can be killed while the module
continues: with ``become``, on another host, or if the process group of the controller is killed.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Callable, TypeVar

from .._engine.watch import Watch
from .._errors import Cancelled
from .._threads import in_own_thread

T = TypeVar("T")

_LAUNCHERS = ("sh", "bash", "dash", "ash", "zsh", "ksh", "busybox", "sudo", "su", "doas")
"""Programs with which Ansible starts a module."""


class Permit:
    """The permission to write. Once lost, it cannot be restored."""

    def __init__(self) -> None:
        self._ancestors = ancestors()
        self._is_interrupted = False

    def demand(self) -> None:
        """Raise ``Cancelled`` if no more writes may be sent."""
        if self._is_interrupted:
            raise Cancelled("the task was interrupted, so it sends no more writes.")
        current = ancestors()
        # Without a free file descriptor, only the first of them is known.
        if current != self._ancestors[: len(current)]:
            raise Cancelled("the job that started this task has ended, so the task sends no more writes.")

    def while_uninterrupted(self, work: Callable[[], T]) -> T:
        """Call ``work()`` and return its result. In the meantime SIGINT ends only the permission to write.

        A thread calls ``work()``, so that the main thread can handle the signal immediately.
        """
        with self._ended_by_interrupt():
            return in_own_thread(work)

    @contextlib.contextmanager
    def _ended_by_interrupt(self) -> Iterator[None]:
        before = signal.getsignal(signal.SIGINT)
        # The parent process can have disabled the signal. Only the main thread can set a handler.
        if before == signal.SIG_IGN or threading.current_thread() is not threading.main_thread():
            yield
            return
        signal.signal(signal.SIGINT, self._interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self._is_interrupted = True


class PermitWatch(Watch):
    """Stops the writes and the waits of one resource when the permission is lost, and releases the resource.

    :param release: is called when the run sends no more writes.
    """

    def __init__(self, permit: Permit, release: Callable[[], None]) -> None:
        self._permit = permit
        self._release = release

    def before(self, doing: str) -> None:
        self._permit.demand()

    def written(self) -> None:
        self._release()

    def waiting(self) -> None:
        self._permit.demand()


def ancestors() -> tuple[int, ...]:
    """Return the ids of the parent processes up to the first that is not a launcher, and the parent of that one.

    If the system does not provide the names of processes, returns only the id of the parent process.
    """
    numbers: list[int] = []
    number = os.getppid()
    while number:
        numbers.append(number)
        try:
            text = pathlib.Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            break
        # The second field is a name in brackets, which can contain any character.
        name, rest = text.partition("(")[2].rpartition(")")[::2]
        number = int(rest.split()[1])
        if name not in _LAUNCHERS:
            return (*numbers, number)
    return tuple(numbers)
