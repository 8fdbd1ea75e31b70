# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A crew by itself: it ends, whatever goes wrong with one of its jobs."""

from __future__ import annotations

import threading
import types
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.watch import Pause
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet import scheduler as scheduler_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.scheduler import Scheduler


class Steps:
    """A job that makes some pauses."""

    def __init__(self, *pauses, after=()):
        self.pauses = list(pauses)
        self.after = list(after)
        self.error = None

    def advance(self):
        return self.pauses.pop(0) if self.pauses else None


def work(jobs, size=2, hear=lambda job, ended=False: None):
    """Have a crew do the jobs, and fail where it does not end."""
    doing = threading.Thread(target=scheduler_module.Scheduler(jobs, size, threading.Event(), hear).run, daemon=True)
    doing.start()
    doing.join(60)
    assert not doing.is_alive()


def test_each_job_is_carried_on_to_its_end_and_after_those_that_it_names():
    jobs = [
        Steps(),
        Steps(Pause.READ_BACK),
        Steps(Pause.READ_BACK, Pause.WAIT),
        Steps(Pause.SETTLE, Pause.READ_BACK, Pause.WAIT),
        Steps(Pause.WAIT),
    ]
    jobs.append(Steps(Pause.READ_BACK, after=jobs[:2]))
    told = []

    def hear(job, ended=False):
        told.append((job, ended))

    work(jobs, hear=hear)
    assert all(told.index((job, True)) < told.index((jobs[-1], False)) for job in jobs[:2])
    assert set(told) == {(job, ended) for job in jobs for ended in (False, True)}
    assert not any(job.pauses or job.error for job in jobs)


def test_a_job_that_waits_lets_others_begin_and_one_that_must_settle_does_not():
    for pause, others_first in ((Pause.WAIT, True), (Pause.SETTLE, False)):
        over = threading.Event()

        class Waiting(Steps):
            """It is not over before the other one has begun, or, where that must not begin, some time has passed."""

            def advance(self):
                step = super().advance()
                return step or over.wait(60 if others_first else 0.2) and None

        first = Waiting(pause)
        begun = []

        def hear(job, ended=False):
            begun.append((job, ended))
            if job is not first and not ended:
                over.set()

        second = Steps(after=[first])
        work([first, second], hear=hear)
        assert (begun.index((second, False)) < begun.index((first, True))) is others_first


class PlayedTime(threading.Condition):
    """Time that passes with the writes: the next one waits for whoever has waited long enough."""

    now = until = 0.0

    def wait_for(self, predicate, timeout=None):
        self.until = self.now + timeout
        self.notify_all()
        super().wait_for(lambda: predicate() or self.now >= self.until)
        return predicate()

    def pass_by(self, seconds):
        with self:
            super().wait_for(lambda: self.now < self.until)
            self.now += seconds
            self.notify_all()
            super().wait_for(lambda: self.now < self.until)


@pytest.mark.parametrize(("longest", "parts"), [(60.0, [3, 8, 16, 32, 1]), (2.0, [3, *[4] * 14, 1])])
def test_what_is_written_for_long_is_read_back_in_parts(monkeypatch, longest, parts):
    """In ever greater ones, but not in greater ones than a person who looks on has patience for."""
    monkeypatch.setattr(scheduler_module, "_LONGEST_HELD", longest)
    clock, read_back = PlayedTime(), []

    class Written(Steps):
        def advance(self):
            if self.pauses:
                clock.pass_by(0.5)
            return super().advance()

    class Counted(Scheduler):
        def _take_held(self):
            held = super()._take_held()
            read_back.extend([len(held)] if held else [])
            return held

    monkeypatch.setattr(scheduler_module, "Scheduler", Counted)
    monkeypatch.setattr(scheduler_module, "threading", types.SimpleNamespace(Condition=lambda: clock))
    work([Written(Pause.READ_BACK) for _number in range(60)], size=1)
    assert read_back == parts


def test_a_job_ends_even_when_nobody_can_be_told():
    def hear(_job, ended=False):
        raise ValueError(f"ended: {ended}")

    jobs = [Steps(Pause.READ_BACK, Pause.WAIT), Steps()]
    jobs.append(Steps(after=[jobs[0]]))
    work(jobs, hear=hear)
    assert all("ValueError" in str(job.error) for job in jobs[:2])


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_a_job_ends_even_when_no_thread_can_be_had_for_it(monkeypatch, refused):
    pools = []

    class Exhausted(ThreadPoolExecutor):
        def __init__(self, *given):
            super().__init__(*given)
            pools.append(self)

        def submit(self, *given):
            if pools.index(self) == refused:
                raise RuntimeError("can't start new thread")
            return super().submit(*given)

    monkeypatch.setattr(scheduler_module, "ThreadPoolExecutor", Exhausted)
    jobs = [Steps(Pause.READ_BACK, Pause.WAIT) for _number in range(3)]
    work(jobs)
    assert all("RuntimeError" in str(job.error) for job in jobs)
