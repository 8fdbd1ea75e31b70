# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a task may still write: not after Ctrl-C, and not when the job that started it is gone.

Ansible's processes can take long to end after Ctrl-C. The one that waits for the module can be killed without the
module: with ``become``, on another host, or with the controller's process group.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Callable, TypeVar

from .._engine.watch import Watch
from .._errors import Cancelled
from .._signals import kept_for_main_thread

T = TypeVar("T")

_LAUNCHERS = ("sh", "bash", "dash", "ash", "zsh", "ksh", "busybox", "sudo", "su", "doas")
"""Programs that Ansible starts a module through."""


class Permit:
    """The permission to write. Once it is lost it does not come back."""

    def __init__(self) -> None:
        self._ancestors = ancestors()
        self._is_interrupted = False

    def demand(self) -> None:
        """Raise ``Cancelled`` when nothing may be written any more."""
        if self._is_interrupted:
            raise Cancelled("the task was interrupted, so nothing more is written.")
        if self._ancestors and ancestors() != self._ancestors:
            raise Cancelled("the job that started this task is gone, so nothing more is written.")

    def while_uninterrupted(self, work: Callable[[], T]) -> T:
        """Return what ``work()`` returns. Meanwhile SIGINT ends the permission, and neither the work nor the process.

        The work is done in a thread, so that the main thread can handle the signal at once.
        """
        with ThreadPoolExecutor(1) as pool, self._ended_by_interrupt():
            with kept_for_main_thread():
                future = pool.submit(work)
            return future.result()

    @contextlib.contextmanager
    def _ended_by_interrupt(self) -> Iterator[None]:
        before = signal.getsignal(signal.SIGINT)
        # The process that starts this one can make it ignore the signal. Only the main thread can set a handler.
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
    """Stops the writes and the waits of one resource when the permit is lost."""

    def __init__(self, permit: Permit) -> None:
        self._permit = permit

    def before(self, doing: str) -> None:
        self._permit.demand()

    def waiting(self) -> None:
        self._permit.demand()


def ancestors() -> tuple[int, ...]:
    """The processes that this one works for: up to the first that is not a launcher, and the one that started that.

    Where the system does not say what a process is, they end with the one that started this one.
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
