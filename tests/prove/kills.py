# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills jobs at one of their requests, before the provider has got the request, or after it has executed it.

A kill ends all threads at the same moment. Requests that other threads have already sent are executed, but no thread
gets another response or sends another request. So the same kill leaves the same state each time.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._http.exchange import Connections

LATE = {"visible_after": 8}
"""Seconds until the provider lists a new resource. They are fewer than those that a task waits for it."""
MOMENTS = {"before": False, "after": True}
"""Whether the provider has executed the last request of a killed process."""
FORKS = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
"""For tests that fork. Only the simulator has threads at that time, and the child does not use it directly."""


class Killed(BaseException):
    """Stands for the end of the process."""


class Kill:
    """The end of a process at the request with a number. The first request has the number 0."""

    def __init__(self, number, is_executed):
        self.is_over = False
        self.is_repetition = False
        """Whether an earlier kill leaves the same state, because only reads were sent since then."""
        self._number, self._is_executed = number, is_executed
        self._send = Connections.exchange
        self._has_begun = self._has_written = False
        self._sent = self._in_flight = 0
        self._changed = threading.Condition()

    def install(self, monkeypatch):
        """Let all requests of this process pass through this object."""

        def exchange(connections, *arguments, **options):
            return self._exchange(connections, *arguments, **options)

        monkeypatch.setattr(Connections, "exchange", exchange)

    def _exchange(self, connections, method, *arguments, **options):
        """Send a request, unless the process has ended."""
        with self._changed:
            is_last = self._sent == self._number
            self._has_begun = self._has_begun or is_last
            if self._has_begun and not is_last:
                self._end()
            if is_last:
                self.is_repetition = (
                    method == "GET" if self._is_executed else bool(self._sent and not self._has_written)
                )
            self._has_written = self._has_written or method != "GET"
            self._sent += 1
            if is_last:
                self._changed.wait_for(lambda: not self._in_flight)
            self._in_flight += 1
        try:
            if self._is_executed or not is_last:
                return self._send(connections, method, *arguments, **options)
        finally:
            with self._changed:
                self._in_flight -= 1
                self.is_over = self.is_over or is_last
                self._changed.notify_all()
                if self._has_begun:
                    self._end()

    def _end(self):
        """End the thread as soon as the last request is over."""
        self._changed.wait_for(lambda: self.is_over)
        self.leave()

    def leave(self):
        raise Killed


class RealKill(Kill):
    """The same for a real process."""

    def leave(self):
        os.kill(os.getpid(), signal.SIGKILL)
        signal.pause()


@contextlib.contextmanager
def killed(monkeypatch, number, is_executed):
    """End the tasks in this context at a request, and return the kill."""
    kill = Kill(number, is_executed)
    with monkeypatch.context() as patched, contextlib.suppress(Killed):
        kill.install(patched)
        yield kill


def in_this_process(monkeypatch, number, is_executed, start):
    """Start a job and end it at a request. Return whether the kill leaves a state of its own."""
    with killed(monkeypatch, number, is_executed) as kill:
        start()
    return kill.is_over and not kill.is_repetition


def in_own_process(monkeypatch, number, is_executed, start):
    """Start a job in a process of its own and kill it at a request. Return whether the job has sent this request."""
    child = os.fork()
    if child:
        _child, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    try:
        kill = RealKill(number, is_executed)
        kill.install(monkeypatch)
        start()
    finally:
        os._exit(0)


class Exploration:
    """Kills jobs at some of their requests, and checks the runs after each kill.

    :param new_job: returns a job in new accounts, with the methods ``reference``, ``start``, ``sent`` and ``problems``.
    :param names: the names of the counter.
    """

    def __init__(self, figures, monkeypatch, new_job, *names):
        self._figures, self._monkeypatch, self._new_job, self._names = figures, monkeypatch, new_job, names
        self._count, self._expected = new_job().reference()

    def run(self, moment, every=1, first=0, end=in_this_process):
        """Kill a job at every request with a certain distance, and check that no kill leaves a problem."""
        broken, checked = [], 0
        for number in range(first, self._count, every):
            job = self._new_job()
            if not end(self._monkeypatch, number, MOMENTS[moment], job.start):
                continue
            checked += 1
            sent = ", ".join(job.sent())
            wrong = job.problems(self._expected)
            self._figures.count("kills", *self._names, "broken" if wrong else "survived")
            broken += [f"killed {moment} request {number + 1} (sent: {sent}): {sentence}" for sentence in wrong]
        assert checked and not broken, "\n".join(broken)
