# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a task may still write: not after Ctrl-C, and not when the job that started it is gone.

Ansible's processes can take long to end after Ctrl-C, and the one that waits for the module can be killed without it:
with ``become``, on another host, or with the controller's process group.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

from .._engine.watch import Watch
from .._errors import Cancelled
from .._signals import kept_for_main_thread

_GO_BETWEENS = ("sh", "bash", "dash", "ash", "zsh", "ksh", "busybox", "sudo", "su", "doas")
"""Programs that Ansible starts a module through."""


class Permit:
    """The permission to write. It is there at the beginning, and does not come back once it is lost."""

    def __init__(self):
        self._forebears = forebears()
        self._interrupted = False

    def demand(self):
        """Raise ``Cancelled`` when nothing may be written any more."""
        if self._interrupted:
            raise Cancelled("the task was interrupted, so nothing more is written.")
        if self._forebears and forebears() != self._forebears:
            raise Cancelled("the job that started this task is gone, so nothing more is written.")

    def while_uninterrupted(self, work):
        """Return what ``work()`` returns. SIGINT ends the permission meanwhile, and neither the work nor the process.

        The work is done in a thread, so that the main thread is free to hear of the signal at once.
        """
        with ThreadPoolExecutor(1) as pool, self._ended_by_interrupt():
            with kept_for_main_thread():
                future = pool.submit(work)
            return future.result()

    @contextlib.contextmanager
    def _ended_by_interrupt(self):
        before = signal.getsignal(signal.SIGINT)
        # Who starts a process can decide that it ignores the signal; a thread cannot decide on signals at all.
        if before == signal.SIG_IGN or threading.current_thread() is not threading.main_thread():
            yield
            return
        signal.signal(signal.SIGINT, self._interrupt)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _interrupt(self, _number, _frame):
        self._interrupted = True


class PermitWatch(Watch):
    """Stops the writes and the waits of one resource when the permit is lost."""

    def __init__(self, permit):
        self._permit = permit

    def before(self, doing):
        self._permit.demand()

    def waiting(self):
        self._permit.demand()


def forebears():
    """The processes that this one works for: up to the first that is no go-between, and the one that started that.

    Where the system does not tell what a process is, they end with the one that started this one.
    """
    found, number = [], os.getppid()
    while number:
        found.append(number)
        try:
            text = pathlib.Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            break
        # The second field is a name in brackets, which may hold anything.
        name, rest = text.partition("(")[2].rpartition(")")[::2]
        number = int(rest.split()[1])
        if name not in _GO_BETWEENS:
            return (*found, number)
    return tuple(found)
