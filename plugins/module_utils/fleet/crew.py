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

from ..errors import Cancelled, own_fault
from ..reconcile import READ_BACK, REFUSED, WAIT

_MOST_WAITING = 200
"""How many are read back, and how many are waited for, at a time. Requests are bounded by the client's connections."""
_FIRST_HELD = 2.0
"""How many seconds a written record waits at most for others to be read back with it; twice as many each further time, or
a great account would be listed as often as it is written to."""
_LONGEST_HELD = 60.0


class Crew:
    """Carries out jobs, each after those that it names in ``after``.

    :param size: how many are written at a time.
    :param stop: an event that keeps further jobs from beginning.
    :param hear: is called with a job before it begins and when it has ended.
    """

    def __init__(self, jobs, size, stop, hear):
        self._writers = ThreadPoolExecutor(min(size, len(jobs)))
        self._readers = ThreadPoolExecutor(_MOST_WAITING)
        self._aside = ThreadPoolExecutor(_MOST_WAITING)
        self._stop = stop
        self._hear = hear
        self._open = set(jobs)
        self._writes = 0
        self._longest_held = _FIRST_HELD
        self._held = []
        self._awaited = {job: set(job.after).intersection(jobs) for job in jobs}
        self._following = {job: [] for job in jobs}
        for job, awaited in self._awaited.items():
            for other in awaited:
                self._following[other].append(job)
        self._changed = threading.Condition()

    def run(self):
        """Do all the jobs, and return when they have ended."""
        with self._writers, self._readers, self._aside:
            self._begin([job for job, awaited in self._awaited.items() if not awaited])
            while self._open:
                for job in self._take_held():
                    self._pass(self._readers, self._carry_on, job)

    def _take_held(self):
        """What is to be read back, as soon as no write is under way or some time has passed."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open or self._held and not self._writes, self._longest_held)
            if self._held and self._writes:
                self._longest_held = min(2 * self._longest_held, _LONGEST_HELD)
            held, self._held = self._held, []
            return held

    def _begin(self, jobs):
        with self._changed:
            self._writes += len(jobs)
        for job in jobs:
            self._pass(self._writers, self._write, job)

    def _pass(self, pool, act, job):
        """Have others act on a job. Whatever goes wrong, the job ends, or all would wait for it."""
        try:
            pool.submit(self._act, act, job)
        except RuntimeError as error:
            self._give_up(job, error)

    def _act(self, act, job):
        try:
            # A pool that could start no thread keeps what it refused.
            if job in self._open:
                act(job)
        except Exception as error:
            self._give_up(job, error)

    def _give_up(self, job, error):
        job.error = job.error or own_fault(error)
        self._end(job)

    def _write(self, job):
        try:
            if self._may_begin(job):
                self._carry_on(job)
            else:
                self._end(job)
        finally:
            with self._changed:
                self._writes -= 1
                self._changed.notify_all()

    def _may_begin(self, job):
        failed = next((other.wanted for other in job.after if other.error), None)
        if failed:
            job.error = Cancelled(f"not attempted, because {failed.kind} {failed.name!r} failed.")
        elif self._stop.is_set():
            job.error = Cancelled("not attempted, because another resource failed (fail_fast).")
        else:
            self._hear(job)
        return job.error is None

    def _carry_on(self, job):
        pause = job.advance()
        if pause == READ_BACK:
            with self._changed:
                self._held.append(job)
                self._changed.notify_all()
        elif pause:
            self._heed(job, pause)
            self._pass(self._aside, self._finish, job)
        else:
            self._end(job)

    def _finish(self, job):
        while pause := job.advance():
            self._heed(job, pause)
        self._end(job)

    def _heed(self, job, pause):
        if pause == WAIT:
            self._release(job)
        elif pause == REFUSED:
            self._hear(job)

    def _end(self, job):
        try:
            self._hear(job, ended=True)
        finally:
            self._release(job)
            with self._changed:
                self._open.discard(job)
                self._changed.notify_all()

    def _release(self, job):
        """Let those begin that waited for what this job writes."""
        with self._changed:
            following, self._following[job] = self._following[job], []
            for other in following:
                self._awaited[other].discard(job)
            free = [other for other in following if not self._awaited[other]]
        self._begin(free)
