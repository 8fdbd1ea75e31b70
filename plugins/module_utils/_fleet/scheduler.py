# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many jobs at work on one provider, none in the way of another.

Writes go first; what has been written is read back together, so that many share one listing; what must be waited for is
waited for aside.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from .._engine.watch import Pause
from .._errors import Cancelled, internal_error

_MAX_WAITING = 200
"""How many are read back, and how many are waited for, at a time. Requests are bounded by the client's connections."""
_FIRST_HELD = 2.0
"""How many seconds a written record waits at most for others to be read back with it; twice as many each further time, or
a great account would be listed as often as it is written to."""
_LONGEST_HELD = 60.0


class Scheduler:
    """Carries out jobs, each after those that it names in ``after``.

    :param size: how many are written at a time.
    :param stop: an event that keeps further jobs from beginning.
    :param hear: is called with a job before it begins and when it has ended.
    """

    def __init__(self, runs, size, stop, hear):
        self._writers = ThreadPoolExecutor(min(size, len(runs)))
        self._readers = ThreadPoolExecutor(_MAX_WAITING)
        self._aside = ThreadPoolExecutor(_MAX_WAITING)
        self._stop = stop
        self._hear = hear
        self._open = set(runs)
        self._writes = 0
        self._longest_held = _FIRST_HELD
        self._held = []
        self._awaited = {run: set(run.after).intersection(runs) for run in runs}
        self._following = {run: [] for run in runs}
        for run, awaited in self._awaited.items():
            for other in awaited:
                self._following[other].append(run)
        self._changed = threading.Condition()

    def run(self):
        """Do all the jobs, and return when they have ended."""
        with self._writers, self._readers, self._aside:
            self._begin([run for run, awaited in self._awaited.items() if not awaited])
            while self._open:
                for run in self._take_held():
                    self._pass(self._readers, self._carry_on, run)

    def _take_held(self):
        """What is to be read back, as soon as no write is under way or some time has passed."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open or self._held and not self._writes, self._longest_held)
            if self._held and self._writes:
                self._longest_held = min(2 * self._longest_held, _LONGEST_HELD)
            held, self._held = self._held, []
            return held

    def _begin(self, runs):
        with self._changed:
            self._writes += len(runs)
        for run in runs:
            self._pass(self._writers, self._write, run)

    def _pass(self, pool, act, run):
        """Have others act on a job. Whatever goes wrong, the job ends, or all would wait for it."""
        try:
            pool.submit(self._act, act, run)
        except RuntimeError as error:
            self._give_up(run, error)

    def _act(self, act, run):
        try:
            # A pool that could start no thread keeps what it refused.
            if run in self._open:
                act(run)
        except Exception as error:
            self._give_up(run, error)

    def _give_up(self, run, error):
        run.error = run.error or internal_error(error)
        self._end(run)

    def _write(self, run):
        try:
            if self._may_begin(run):
                self._carry_on(run)
            else:
                self._end(run)
        finally:
            with self._changed:
                self._writes -= 1
                self._changed.notify_all()

    def _may_begin(self, run):
        failed = next((other.wanted for other in run.after if other.error), None)
        if failed:
            run.error = Cancelled(f"not attempted, because {failed.resource_type} {failed.name!r} failed.")
        elif self._stop.is_set():
            run.error = Cancelled("not attempted, because another resource failed (fail_fast).")
        else:
            self._hear(run)
        return run.error is None

    def _carry_on(self, run):
        pause = run.advance()
        if pause == Pause.READ_BACK:
            with self._changed:
                self._held.append(run)
                self._changed.notify_all()
        elif pause:
            self._heed(run, pause)
            self._pass(self._aside, self._finish, run)
        else:
            self._end(run)

    def _finish(self, run):
        while pause := run.advance():
            self._heed(run, pause)
        self._end(run)

    def _heed(self, run, pause):
        if pause == Pause.WAIT:
            self._release(run)
        elif pause == Pause.REFUSED:
            self._hear(run)

    def _end(self, run):
        try:
            self._hear(run, ended=True)
        finally:
            self._release(run)
            with self._changed:
                self._open.discard(run)
                self._changed.notify_all()

    def _release(self, run):
        """Let those begin that waited for what this job writes."""
        with self._changed:
            following, self._following[run] = self._following[run], []
            for other in following:
                self._awaited[other].discard(run)
            free = [other for other in following if not self._awaited[other]]
        self._begin(free)
