# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The permission to write of a task that runs in a worker process of Ansible.

Ansible ends a task at its time limit with an error that it raises in the main thread, and a worker with a signal. Its
main process can be killed while the worker continues.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from types import FrameType
from typing import Any, Callable, TypeVar

from .._errors import Cancelled
from .._threads import OwnThread
from .permit import Permit

T = TypeVar("T")

_LAST_WRITES = 10.0
"""Seconds that a worker has after a signal to finish the writes that it has begun."""


class DirectPermit(Permit):
    """The permission of a task in a worker process. It ends with the worker, its parent or the time limit of the task.

    ``is_out_of_time`` is true after the time limit.

    :param each_second: is called about once a second in the main thread while the task runs.
    """

    signals = (signal.SIGINT, signal.SIGTERM)

    def __init__(self, each_second: Callable[[], None] = lambda: None) -> None:
        parent = multiprocessing.parent_process()
        super().__init__(lambda: (os.getppid(),), (parent.pid,) if parent and parent.pid else None)
        self.is_out_of_time = False
        self._each_second = each_second
        self._thread: OwnThread[Any] | None = None
        self._handlers: dict[int, Any] = {}

    def while_uninterrupted(self, work: Callable[[], T]) -> T:
        self._handlers = {number: signal.getsignal(number) for number in self.signals}
        with self._ended_by_signals():
            try:
                return self._result(work)
            except BaseException:
                self.end("the task was interrupted")
                raise

    def _result(self, work: Callable[[], T]) -> T:
        thread = OwnThread(work)
        self._thread = thread
        while True:
            try:
                if thread.wait(1.0):
                    break
                self._look()
            except (Exception, KeyboardInterrupt, SystemExit):
                raise
            except BaseException:  # the time limit; the class of the error depends on the release of Ansible
                self.is_out_of_time = True
                self.end("the time limit of the task has passed")
        return thread.result()

    def _look(self) -> None:
        """End the permission if the parent process has ended, and show the progress."""
        with contextlib.suppress(Cancelled):
            self.demand()
        with contextlib.suppress(Exception):  # of the display, for example if the terminal is gone
            self._each_second()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        """End the permission, let the writes that have begun finish, and then do what the signal did before."""
        super()._handle(number, frame)
        if self._thread:
            self._thread.wait(_LAST_WRITES)
        before = self._handlers[number]
        signal.signal(number, before)
        if callable(before):
            before(number, frame)
        else:
            os.kill(os.getpid(), number)
