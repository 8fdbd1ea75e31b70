# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Execute many runs at one provider without blocking each other.

Writes have priority. Written resources are read back together, so that many of them share one list response. Runs that
wait for the provider do not delay the others.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Callable

from .._engine.watch import Pause
from .._errors import Cancelled, internal_error
from .._threads import Workers
from .entry_run import EntryRun

_MAX_WAITING = 200
"""The maximum number of runs that read back, and of runs that wait, at the same time.

The number of requests is limited by the connections of the client.
"""
_FIRST_DELAY = 2.0
"""The maximum delay of read-backs while other runs write, in seconds.

It doubles each time it is reached. Otherwise, a large account would be listed as often as it is written to.
"""
_LONGEST_DELAY = 60.0

Act = Callable[[EntryRun], None]


class Scheduler:
    """Executes runs, each of them after those in its ``depends_on``.

    :param concurrency: the maximum number of runs that write at the same time.
    :param stop: if this is set, no further run starts.
    :param demand: called before a run starts. If it raises ``Cancelled``, the run does not start.
    :param on_progress: called before a run starts, and after the provider temporarily refused its write.
    :param on_end: called when a run has ended.
    """

    def __init__(
        self,
        runs: list[EntryRun],
        concurrency: int,
        stop: threading.Event,
        demand: Callable[[], None],
        on_progress: Act,
        on_end: Act,
    ) -> None:
        self._writers = Workers(concurrency)
        self._readers = Workers(_MAX_WAITING)
        self._waiters = Workers(_MAX_WAITING)
        self._stop = stop
        self._demand = demand
        self._on_progress = on_progress
        self._on_end = on_end
        self._changed = threading.Condition()
        self._unfinished = set(runs)
        self._writing = 0
        """The number of runs that write or are about to write."""
        self._written: list[EntryRun] = []
        """Written runs whose resources have to be read back."""
        self._longest_delay = _FIRST_DELAY
        self._dependencies = {run: set(run.depends_on).intersection(runs) for run in runs}
        """For each run, the runs that it still depends on."""
        self._dependents: dict[EntryRun, list[EntryRun]] = {run: [] for run in runs}
        """For each run, the runs that depend on it."""
        for run, dependencies in self._dependencies.items():
            for dependency in dependencies:
                self._dependents[dependency].append(run)

    def run(self) -> None:
        """Execute all runs, and return when all of them have ended."""
        self._start([run for run, dependencies in self._dependencies.items() if not dependencies])
        while self._unfinished:
            try:
                written = self._take_written()
            except Exception as error:  # for example without memory
                written, self._written = self._written, []
                for run in written:
                    self._fail(run, error)
                continue
            for run in written:
                self._submit(self._readers, self._advance, run)
            if not written:
                for workers in (self._writers, self._readers, self._waiters):
                    workers.help()

    def _take_written(self) -> list[EntryRun]:
        """Wait until no run writes or the delay has passed, then return the runs to read back."""
        with self._changed:
            self._changed.wait_for(
                lambda: not self._unfinished or self._written and not self._writing, self._longest_delay
            )
            if self._written and self._writing:
                self._longest_delay = min(2 * self._longest_delay, _LONGEST_DELAY)
            written, self._written = self._written, []
            return written

    # -- threads -----------------------------------------------------------------------------------------------------

    def _submit(self, workers: Workers, act: Act, run: EntryRun) -> None:
        """Call ``act`` with a run in a thread, or in this one if the host starts no more threads."""
        try:
            workers.do(lambda: self._act(act, run))
        except MemoryError:
            self._act(act, run)

    def _act(self, act: Act, run: EntryRun) -> None:
        """Call ``act`` with a run. Any error ends the run, so that no other run waits for it forever."""
        try:
            act(run)
        except BaseException as error:
            self._fail(run, error)

    def _fail(self, run: EntryRun, error: BaseException) -> None:
        try:
            run.error = run.error or internal_error(error)
        except BaseException:  # without memory, even the conversion of an error can fail
            run.error = Cancelled(f"the run ended ({type(error).__name__}).")
        with contextlib.suppress(BaseException):  # of the display of the end; the run has ended even so
            self._end(run)

    # -- one run from its start to its end ---------------------------------------------------------------------------

    def _start(self, runs: list[EntryRun]) -> None:
        with self._changed:
            self._writing += len(runs)
        for run in runs:
            self._submit(self._writers, self._write, run)

    def _write(self, run: EntryRun) -> None:
        """Start a run if it may start, and execute it up to its first pause."""
        try:
            if self._may_start(run):
                self._advance(run)
            else:
                self._end(run)
        finally:
            with self._changed:
                self._writing -= 1
                self._changed.notify_all()

    def _may_start(self, run: EntryRun) -> bool:
        failed = next((dependency for dependency in run.depends_on if dependency.error), None)
        if failed is not None:
            run.error = Cancelled(why_not_attempted(failed))
        elif self._stop.is_set():
            run.error = Cancelled("not attempted, because another resource failed (fail_fast).")
        else:
            try:
                self._demand()
            except Cancelled as cancelled:
                run.error = cancelled
            else:
                self._on_progress(run)
        return run.error is None

    def _advance(self, run: EntryRun) -> None:
        """Execute a run up to its next pause, and decide how it continues."""
        pause = run.advance()
        if pause is None:
            self._end(run)
        elif pause == Pause.READ_BACK:
            with self._changed:
                self._written.append(run)
                self._changed.notify_all()
        else:
            self._handle(pause, run)
            self._submit(self._waiters, self._advance_to_end, run)

    def _advance_to_end(self, run: EntryRun) -> None:
        while pause := run.advance():
            self._handle(pause, run)
        self._end(run)

    def _handle(self, pause: Pause, run: EntryRun) -> None:
        if pause == Pause.WAIT:
            self._release_dependents(run)
        elif pause == Pause.REFUSED:
            self._on_progress(run)

    def _end(self, run: EntryRun) -> None:
        try:
            self._on_end(run)
        finally:
            try:
                self._release_dependents(run)
            finally:
                with self._changed:
                    self._unfinished.discard(run)
                    self._changed.notify_all()

    def _release_dependents(self, run: EntryRun) -> None:
        """Start the runs that depended on this run and have no other unfinished dependency."""
        with self._changed:
            dependents, self._dependents[run] = self._dependents[run], []
            for dependent in dependents:
                self._dependencies[dependent].discard(run)
            free = [dependent for dependent in dependents if not self._dependencies[dependent]]
        self._start(free)


def why_not_attempted(failed: EntryRun) -> str:
    """Return why a run is not attempted that depends on one with an error: the cause is a run that was attempted."""
    if isinstance(failed.error, Cancelled) and not failed.has_started:
        return failed.error.why
    return f"not attempted, because {failed.entry.type_name} {failed.entry.name!r} failed."
