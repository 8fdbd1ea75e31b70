# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out many runs at one provider, so that none is in the way of another.

Writes go first. Resources that were written are read back together, so that many share one list response. Runs that
must wait for the provider do so beside the others.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Callable

from .._engine.watch import Pause
from .._errors import Cancelled, internal_error
from .entry_run import EntryRun

_MAX_WAITING = 200
"""How many runs read back, and how many wait, at a time. The connections of the client limit the requests."""
_FIRST_DELAY = 2.0
"""How many seconds read-backs are delayed at most while other runs write. It doubles each time it is used up, or a
large account would be listed as often as it is written to."""
_LONGEST_DELAY = 60.0

Act = Callable[[EntryRun], None]


class Scheduler:
    """Carries out runs, each after those in its ``depends_on``.

    :param concurrency: how many runs write at a time.
    :param stop: when this is set, no further run starts.
    :param on_progress: is called before a run starts, and when its write was refused for the time being.
    :param on_end: is called when a run has ended.
    """

    def __init__(
        self, runs: list[EntryRun], concurrency: int, stop: threading.Event, on_progress: Act, on_end: Act
    ) -> None:
        self._writers = ThreadPoolExecutor(min(concurrency, len(runs)))
        self._readers = ThreadPoolExecutor(_MAX_WAITING)
        self._waiters = ThreadPoolExecutor(_MAX_WAITING)
        self._stop = stop
        self._on_progress = on_progress
        self._on_end = on_end
        self._changed = threading.Condition()
        self._unfinished = set(runs)
        self._writing = 0
        """How many runs write, or are about to."""
        self._written: list[EntryRun] = []
        """Runs that are to be read back."""
        self._longest_delay = _FIRST_DELAY
        self._dependencies = {run: set(run.depends_on).intersection(runs) for run in runs}
        """The runs that each run still depends on."""
        self._dependents: dict[EntryRun, list[EntryRun]] = {run: [] for run in runs}
        """The runs that depend on each run."""
        for run, dependencies in self._dependencies.items():
            for dependency in dependencies:
                self._dependents[dependency].append(run)

    def run(self) -> None:
        """Carry out all runs. Returns when they have ended."""
        with self._writers, self._readers, self._waiters:
            self._start([run for run, dependencies in self._dependencies.items() if not dependencies])
            while self._unfinished:
                for run in self._take_written():
                    self._submit(self._readers, self._advance, run)

    def _take_written(self) -> list[EntryRun]:
        """The runs to read back, as soon as no run writes or some time has passed."""
        with self._changed:
            self._changed.wait_for(
                lambda: not self._unfinished or self._written and not self._writing, self._longest_delay
            )
            if self._written and self._writing:
                self._longest_delay = min(2 * self._longest_delay, _LONGEST_DELAY)
            written, self._written = self._written, []
            return written

    # -- threads -----------------------------------------------------------------------------------------------------

    def _submit(self, pool: ThreadPoolExecutor, act: Act, run: EntryRun) -> None:
        """Let a thread act on a run. The run ends whatever goes wrong, or all others would wait for it."""
        try:
            pool.submit(self._act, act, run)
        except RuntimeError as error:
            self._fail(run, error)

    def _act(self, act: Act, run: EntryRun) -> None:
        try:
            # A pool that cannot start a thread raises an error, and keeps what was submitted.
            if run in self._unfinished:
                act(run)
        except Exception as error:
            self._fail(run, error)

    def _fail(self, run: EntryRun, error: Exception) -> None:
        run.error = run.error or internal_error(error)
        self._end(run)

    # -- one run from its start to its end ---------------------------------------------------------------------------

    def _start(self, runs: list[EntryRun]) -> None:
        with self._changed:
            self._writing += len(runs)
        for run in runs:
            self._submit(self._writers, self._write, run)

    def _write(self, run: EntryRun) -> None:
        """Carry a run to its first pause."""
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
        failed = next((dependency.entry for dependency in run.depends_on if dependency.error), None)
        if failed is not None:
            run.error = Cancelled(f"not attempted, because {failed.type_name} {failed.name!r} failed.")
        elif self._stop.is_set():
            run.error = Cancelled("not attempted, because another resource failed (fail_fast).")
        else:
            self._on_progress(run)
        return run.error is None

    def _advance(self, run: EntryRun) -> None:
        """Carry a run to its next pause, and decide where it goes on."""
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
            self._release_dependents(run)
            with self._changed:
                self._unfinished.discard(run)
                self._changed.notify_all()

    def _release_dependents(self, run: EntryRun) -> None:
        """Start the runs that depended on what this run writes, and on nothing else any more."""
        with self._changed:
            dependents, self._dependents[run] = self._dependents[run], []
            for dependent in dependents:
                self._dependencies[dependent].discard(run)
            free = [dependent for dependent in dependents if not self._dependencies[dependent]]
        self._start(free)
