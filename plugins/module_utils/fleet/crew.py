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

from ..errors import Cancelled
from ..reconcile import READ_BACK

_MOST_WAITING = 200
_LONGEST_HELD = 2.0
"""How many seconds a written record waits at most for others to be read back with it."""


class Crew:
    """Carries out jobs, each after those that it names in ``after``.

    :param size: how many are written, and how many are read back, at a time.
    :param stop: an event that keeps further jobs from beginning.
    :param hear: is called with a job before it begins and when it has ended.
    """

    def __init__(self, jobs, size, stop, hear):
        self._writers = ThreadPoolExecutor(min(size, len(jobs)))
        self._readers = ThreadPoolExecutor(min(size, len(jobs)))
        self._aside = ThreadPoolExecutor(_MOST_WAITING)
        self._stop = stop
        self._hear = hear
        self._left = len(jobs)
        self._writes = 0
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
            while self._left:
                for job in self._take_held():
                    self._readers.submit(self._carry_on, job)

    def _take_held(self):
        """What is to be read back, as soon as no write is under way or some time has passed."""
        with self._changed:
            self._changed.wait_for(lambda: not self._left or self._held and not self._writes, _LONGEST_HELD)
            held, self._held = self._held, []
            return held

    def _begin(self, jobs):
        with self._changed:
            self._writes += len(jobs)
        for job in jobs:
            self._writers.submit(self._write, job)

    def _write(self, job):
        if self._may_begin(job):
            self._carry_on(job)
        else:
            self._end(job)
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
            self._release(job)
            self._aside.submit(self._finish, job)
        else:
            self._end(job)

    def _finish(self, job):
        job.finish()
        self._end(job)

    def _end(self, job):
        self._hear(job, ended=True)
        self._release(job)
        with self._changed:
            self._left -= 1
            self._changed.notify_all()

    def _release(self, job):
        """Let those begin that waited for what this job writes."""
        with self._changed:
            following, self._following[job] = self._following[job], []
            for other in following:
                self._awaited[other].discard(job)
            free = [other for other in following if not self._awaited[other]]
        self._begin(free)
