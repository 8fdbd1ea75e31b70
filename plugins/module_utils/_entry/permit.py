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
from typing import Any, Callable, TypeVar

from .._engine.watch import Watch, Write
from .._errors import Cancelled
from .._threads import in_own_thread

T = TypeVar("T")

_LAUNCHERS = ("sh", "bash", "dash", "ash", "zsh", "ksh", "busybox", "sudo", "su", "doas")
"""Programs with which Ansible starts a module."""


INTERRUPTED = "the task was interrupted"
"""The reason for which a signal ends the permission."""


class Permit:
    """The permission to send requests and to wait. Once lost, it cannot be restored.

    A request that has begun continues: a task must still read the response to a write. It does not wait for other
    responses.

    :param read_lineage: returns the ids of processes; by default, of those that started this one. When one of them
        changes, the job has ended.
    :param lineage: the ids at the beginning, by default the current ones.
    """

    signals: tuple[int, ...] = (signal.SIGINT,)
    """The signals that end the permission while a task runs."""

    def __init__(
        self, read_lineage: Callable[[], tuple[int, ...]] | None = None, lineage: tuple[int, ...] | None = None
    ) -> None:
        self.handled: dict[int, Any] = {}
        """The former handlers of the signals that currently end the permission."""
        self._read_lineage = read_lineage or ancestors
        self._lineage = lineage or self._read_lineage()
        self._reason = ""
        self._valid = threading.Lock()
        """Locked until the permission ends. A signal handler can end it without a wait for a lock."""
        self._valid.acquire()

    def end(self, reason: str) -> None:
        """End the permission.

        :param reason: a clause for the errors of all later requests and waits.
        """
        self._reason = self._reason or reason
        with contextlib.suppress(RuntimeError):  # it has already been released
            self._valid.release()

    @property
    def job_has_ended(self) -> bool:
        """Whether a process that started this one has ended. If so, the permission ends."""
        current = self._read_lineage()
        # Without a free file descriptor, only the first of them is known.
        has_ended = current != self._lineage[: len(current)]
        if has_ended:
            self.end("the job that started this task has ended")
        return has_ended

    def demand(self) -> None:
        """Raise ``Cancelled`` if no more requests may be sent."""
        if self.job_has_ended or self._reason:
            raise Cancelled(f"{self._reason}, so the task sends no more requests.")

    def sleep(self, seconds: float) -> None:
        """Wait. Raises ``Cancelled`` as soon as the permission ends."""
        if self._valid.acquire(timeout=seconds):
            with contextlib.suppress(RuntimeError):
                self._valid.release()
            self.demand()

    def while_uninterrupted(self, work: Callable[[], T]) -> T:
        """Call ``work()`` and return its result. In the meantime a signal ends only the permission.

        A thread calls ``work()``, so that the main thread can handle the signal immediately.
        """
        with self._ended_by_signals():
            return in_own_thread(work)

    @contextlib.contextmanager
    def _ended_by_signals(self) -> Iterator[None]:
        # Only the main thread can set a handler.
        is_main = threading.current_thread() is threading.main_thread()
        try:
            for number in self.signals if is_main else ():
                before = signal.getsignal(number)
                # The parent process can have disabled a signal.
                if before not in (None, signal.SIG_IGN):
                    self.handled[number] = before
                    signal.signal(number, self._handle)
            yield
        finally:
            for number, before in reversed(self.handled.items()):
                signal.signal(number, before)
            self.handled.clear()

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self.end(INTERRUPTED)


class PermitWatch(Watch):
    """Stops the writes and the waits of one resource when the permission is lost, and releases the resource.

    :param release: is called when the run sends no more writes.
    """

    def __init__(self, permit: Permit, release: Callable[[], None]) -> None:
        self._permit = permit
        self._release = release

    def before(self, write: Write) -> None:
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
