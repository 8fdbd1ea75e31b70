# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scheduler alone: it ends even if one of its runs fails."""

from __future__ import annotations

import threading
import types

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils import _threads
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.watch import Pause
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.permit import Permit
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import Cancelled, CloudError
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet import scheduler as scheduler_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.scheduler import Scheduler
from ansible_collections.gpufleet.cloud.plugins.module_utils._threads import Workers


class PausingRun:
    """A run with some pauses."""

    def __init__(self, *pauses, depends_on=()):
        self.pauses = list(pauses)
        self.depends_on = list(depends_on)
        self.error = None

    def advance(self):
        return self.pauses.pop(0) if self.pauses else None


def ignore(_run):
    pass


def run_all(runs, concurrency=2, on_progress=ignore, on_end=ignore, demand=lambda: None):
    """Execute all runs; fail if the scheduler does not end."""
    scheduler = scheduler_module.Scheduler(runs, concurrency, threading.Event(), demand, on_progress, on_end)
    thread = threading.Thread(target=scheduler.run, daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()


def test_each_run_ends_and_starts_after_the_runs_that_it_depends_on():
    runs = [
        PausingRun(),
        PausingRun(Pause.READ_BACK),
        PausingRun(Pause.READ_BACK, Pause.WAIT),
        PausingRun(Pause.SETTLE, Pause.READ_BACK, Pause.WAIT),
        PausingRun(Pause.WAIT),
    ]
    runs.append(PausingRun(Pause.READ_BACK, depends_on=runs[:2]))
    events = []
    run_all(runs, on_progress=lambda run: events.append(("start", run)), on_end=lambda run: events.append(("end", run)))
    assert all(events.index(("end", run)) < events.index(("start", runs[-1])) for run in runs[:2])
    assert set(events) == {(event, run) for run in runs for event in ("start", "end")}
    assert not any(run.pauses or run.error for run in runs)


@pytest.mark.parametrize(("pause", "dependent_first"), [(Pause.WAIT, True), (Pause.SETTLE, False)])
def test_the_dependents_of_a_run_start_while_it_waits_but_not_while_it_is_in_transition(pause, dependent_first):
    may_end = threading.Event()
    events = []

    class Waiting(PausingRun):
        """It ends after its dependent has started or, if that must not start, after some time."""

        def advance(self):
            step = super().advance()
            return step or may_end.wait(60 if dependent_first else 0.2) and None

    def on_progress(run):
        events.append(("start", run))
        if run is second:
            may_end.set()

    first = Waiting(pause)
    second = PausingRun(depends_on=[first])
    run_all([first, second], on_progress=on_progress, on_end=lambda run: events.append(("end", run)))
    assert (events.index(("start", second)) < events.index(("end", first))) is dependent_first


class TimeOfWrites(threading.Condition):
    """A clock that the writes move; the next write starts after all waits that have ended by then."""

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
def test_many_writes_are_read_back_in_batches_that_grow_up_to_a_limit(monkeypatch, longest, parts):
    monkeypatch.setattr(scheduler_module, "_LONGEST_DELAY", longest)
    clock, read_back = TimeOfWrites(), []

    class Written(PausingRun):
        def advance(self):
            if self.pauses:
                clock.pass_by(0.5)
            return super().advance()

    class Counted(Scheduler):
        def _take_written(self):
            written = super()._take_written()
            read_back.extend([len(written)] if written else [])
            return written

    monkeypatch.setattr(scheduler_module, "Scheduler", Counted)
    monkeypatch.setattr(scheduler_module, "threading", types.SimpleNamespace(Condition=lambda: clock))
    run_all([Written(Pause.READ_BACK) for _number in range(60)], concurrency=1)
    assert read_back == parts


def test_a_run_that_is_not_attempted_names_the_run_that_failed():
    class Run(PausingRun):
        has_started = False

        def __init__(self, name, depends_on=(), error=None):
            super().__init__(depends_on=depends_on)
            self.entry = types.SimpleNamespace(type_name="vast_endpoint", name=name)
            self._error = error

        def advance(self):
            self.has_started, self.error = True, self._error

    first = Run("a", error=CloudError("no credit"))
    second = Run("b", depends_on=[first])
    third = Run("c", depends_on=[second])
    run_all([first, second, third])
    for run in (second, third):
        assert str(run.error) == "not attempted, because vast_endpoint 'a' failed."


def test_a_run_ends_even_if_progress_cannot_be_shown():
    def fail(_run):
        raise ValueError

    runs = [PausingRun(Pause.READ_BACK, Pause.WAIT), PausingRun()]
    runs.append(PausingRun(depends_on=[runs[0]]))
    run_all(runs, on_progress=fail, on_end=fail)
    assert all("ValueError" in str(run.error) for run in runs[:2])


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize("pauses", [(), (Pause.READ_BACK,), (Pause.WAIT,)])
def test_a_run_ends_with_an_error_for_any_exception(error, pauses):
    class Failing(PausingRun):
        def advance(self):
            if not self.pauses:
                raise error
            return super().advance()

    ended = []
    runs = [Failing(*pauses), PausingRun()]
    run_all(runs, on_end=ended.append)
    assert runs[0].error and not runs[1].error
    assert sorted(map(id, ended)) == sorted(map(id, runs))


@pytest.mark.parametrize("refused", [(0,), (1,), (2, 3), range(100)])
@pytest.mark.parametrize("error", [RuntimeError("can't start new thread"), MemoryError(), None])
def test_each_run_is_executed_once_even_if_threads_do_not_start_or_end_at_once(monkeypatch, refused, error):
    start, attempts, advances = _threads.start, [], []

    def start_some(work):
        attempts.append(work)
        if len(attempts) - 1 not in refused:
            start(work)
        elif error:
            raise error

    class Counted(PausingRun):
        def advance(self):
            advances.append(self)
            return super().advance()

    monkeypatch.setattr(_threads, "start", start_some)
    monkeypatch.setattr(scheduler_module, "_FIRST_DELAY", 0.01)
    ended = []
    runs = [Counted(Pause.READ_BACK, Pause.WAIT) for _number in range(3)]
    runs.append(Counted(Pause.READ_BACK, Pause.WAIT, depends_on=runs[:1]))
    run_all(runs, on_end=ended.append)
    assert [(advances.count(run), ended.count(run), run.error) for run in runs] == [(3, 1, None)] * 4


@pytest.mark.parametrize("refused", [(0,), (1, 3), range(100)])
def test_each_run_is_executed_once_even_if_there_is_no_memory_to_accept_it(monkeypatch, refused):
    do, attempts, advances = Workers.do, [], []

    def do_some(self, work):
        attempts.append(work)
        if len(attempts) - 1 in refused:
            raise MemoryError
        do(self, work)

    class Counted(PausingRun):
        def advance(self):
            advances.append(self)
            return super().advance()

    monkeypatch.setattr(Workers, "do", do_some)
    ended = []
    runs = [Counted(Pause.READ_BACK, Pause.WAIT) for _number in range(3)]
    runs.append(Counted(depends_on=runs[:1]))
    run_all(runs, on_end=ended.append)
    assert [(advances.count(run), ended.count(run), run.error) for run in runs] == [*[(3, 1, None)] * 3, (1, 1, None)]


def test_a_run_ends_even_if_there_is_no_memory_to_describe_its_error(monkeypatch):
    def convert(_error):
        raise MemoryError

    class Failing(PausingRun):
        def advance(self):
            raise KeyError

    monkeypatch.setattr(scheduler_module, "internal_error", convert)
    ended = []
    runs = [Failing(), PausingRun()]
    run_all(runs, on_end=ended.append)
    assert [run.error and str(run.error) for run in runs] == ["the run ended (KeyError).", None]
    assert isinstance(runs[0].error, Cancelled)
    assert sorted(map(id, ended)) == sorted(map(id, runs))


def test_every_run_ends_if_the_scheduler_itself_fails(monkeypatch):
    def take_written(self):
        raise MemoryError

    monkeypatch.setattr(Scheduler, "_take_written", take_written)
    runs, ended = [PausingRun(Pause.READ_BACK), PausingRun(Pause.READ_BACK)], []
    run_all(runs, on_end=ended.append)
    assert sorted(map(id, ended)) == sorted(map(id, runs))
    assert all("no more memory" in str(run.error) for run in runs)


def test_no_run_starts_after_the_permission_has_ended():
    runs = [PausingRun(Pause.READ_BACK), PausingRun(), PausingRun()]
    permit = Permit(lambda: (1, 2))
    started, ended = [], []

    def start(run):
        started.append(run)
        permit.end("the task was interrupted")

    run_all(runs, 1, start, ended.append, permit.demand)
    assert started == runs[:1]
    assert set(ended) == set(runs)
    assert [isinstance(run.error, Cancelled) for run in runs] == [False, True, True]
