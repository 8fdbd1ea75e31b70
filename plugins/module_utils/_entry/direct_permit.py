# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The permission to write of a task that runs in a worker process of Ansible.

Ansible ends a task at its time limit with SIGALRM, and a worker with another signal. Its main process can be killed
while the worker continues.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Callable, ClassVar, TypeVar

from .._errors import while_doing
from .._threads import OwnThread, start
from .permit import INTERRUPTED, Permit

T = TypeVar("T")

_LOOK = 1.0
"""Seconds between two looks at the parent process."""
_LAST_RESULT = 5.0
"""Seconds that a worker has to return its result after a signal, before it receives the signal again."""
_ENDING = threading.Lock()
"""Locked when this process will end soon."""


class DirectPermit(Permit):
    """The permission of a task in a worker process. It ends with the worker, its parent or the time limit of the task.

    A signal handler of Ansible ends the worker immediately, or raises an error in the middle of what the main thread
    does, so that the result is lost. So while the task runs, a signal only ends the permission. The task then reads the
    responses to the writes that it has sent, and ends. A second Ctrl-C ends the worker at once.

    ``out_of_time`` is the reason for which the time limit ended the permission, or an empty text.

    :param time_limit: the time limit of the task in seconds; 0 if there is none. Ansible has already set the alarm.
    :param each_second: is called about once a second in the main thread while the task runs.
    """

    signals: tuple[int, ...] = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ended_by: ClassVar[int] = 0
    """The signal that this process has received while a task ran. Its later tasks, such as those of a loop, have no
    permission."""

    def __init__(self, time_limit: int = 0, each_second: Callable[[], None] = lambda: None) -> None:
        parent = multiprocessing.parent_process()
        super().__init__(lambda: (os.getppid(),), (parent.pid,) if parent and parent.pid else None)
        self.out_of_time = ""
        self._time_limit = time_limit
        self._each_second = each_second
        if time_limit:
            # The first of them, because the handler of Ansible raises an error.
            self.signals = (signal.SIGALRM, *self.signals)
        if self.ended_by:
            self.end(INTERRUPTED)

    def while_uninterrupted(self, work: Callable[[], T]) -> T:
        try:
            with self._ended_by_signals():
                with while_doing("start the task"):
                    self.demand()
                thread = OwnThread(work)
                try:
                    while not thread.wait(_LOOK):
                        self._look()
                except BaseException:  # for example without memory; the work may send no more writes
                    self.end(INTERRUPTED)
                    raise
                return thread.result()
        finally:
            self._end_process()

    def _end_process(self) -> None:
        """Do what a signal would have done before the task. Do the same if the job has ended."""
        if self.job_has_ended or self.ended_by == signal.SIGINT:
            # Nobody reads the result: the main process is gone, or ends because of the same Ctrl-C.
            os.kill(os.getpid(), self.ended_by or signal.SIGTERM)
        elif self.ended_by:
            _end_soon(self.ended_by)

    def _look(self) -> None:
        """End the permission if the job has ended; otherwise show the progress."""
        if not self.job_has_ended:
            with contextlib.suppress(Exception):  # of the display, for example if the terminal is gone
                self._each_second()

    @contextlib.contextmanager
    def _ended_by_signals(self) -> Iterator[None]:
        with super()._ended_by_signals():
            try:
                yield
            finally:
                if signal.SIGALRM in self.handled:
                    # The limit applies to the work. An alarm after it would only lose the result.
                    signal.alarm(0)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGALRM:
            self.out_of_time = f"the task reached its time limit (timeout: {self._time_limit} s)"
            self.end(self.out_of_time)
            return
        # Only a person repeats SIGINT. Ansible sends SIGTERM after SIGINT, and again some seconds later.
        insists = number == self.ended_by == signal.SIGINT
        # The first signal counts.
        DirectPermit.ended_by = self.ended_by or number
        self.end(INTERRUPTED)
        if insists:
            signal.signal(number, self.handled[number])
            os.kill(os.getpid(), number)


def _end_soon(number: int) -> None:
    """Send this process a signal after a while. It may have more to do, such as a pause before the next attempt."""

    def end() -> None:
        time.sleep(_LAST_RESULT)
        os.kill(os.getpid(), number)

    if _ENDING.acquire(blocking=False):
        with contextlib.suppress(RuntimeError, MemoryError):
            start(end)
