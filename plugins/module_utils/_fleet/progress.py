# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of a fleet, for people who watch the task.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

from .._visible import printable
from .entry_run import UNCHANGED, EntryRun
from .line_file import LineFile
from .report import reported_action

_MAX_AWAITED = 5
"""The number of entries that the line about the progress lists."""


class ProgressFile:
    """A file for the action plugin, which displays its lines. Without a path, nothing is written.

    A file that cannot be opened or written, for example on a full disk, is no error.
    """

    def __init__(self, path: str | None) -> None:
        try:
            # With become, it is a file of another user: of the one who runs Ansible.
            self._lines = LineFile(path, of_any_user=True)
        except OSError:
            self._lines = LineFile(None)
        # The action plugin deletes the file as soon as it has content, so that it does not remain after a kill.
        self.add("")

    def add(self, line: str) -> None:
        with contextlib.suppress(OSError):
            self._lines.add(line)

    def close(self) -> None:
        self._lines.close()


class Progress:
    """Shows lines about the entries, except for entries that are unchanged.

    Each line begins with the number of ended entries, that of all entries with changes, and the time so far. Entries
    start and end in several threads. A lock keeps the lines in the order of their numbers.
    """

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._began = time.monotonic()
        self._unfinished: dict[EntryRun, None] = {}
        self._total = 0
        self._lock = threading.Lock()

    def begin(self, runs: list[EntryRun]) -> None:
        """Add runs whose plans will be executed."""
        changing = dict.fromkeys(run for run in runs if run.error or run.action != UNCHANGED)
        self._unfinished.update(changing)
        self._total += len(changing)

    def show(self, run: EntryRun) -> None:
        """Report that an entry starts, or that the provider temporarily refused its write."""
        refusal = run.convergence.refusal
        if refusal:
            self._add(run, f"{run.action} temporarily refused, retrying: {refusal}")
        else:
            self._add(run, f"{run.action} ...")

    def show_end(self, run: EntryRun) -> None:
        """Report the end of an entry, with its id or its error."""
        text = f"{reported_action(run)}: {run.error or run.convergence.outcome.id or run.current_id or 'done'}"
        self._add(run, text, has_ended=True)

    def awaited(self, duration: str) -> str:
        """Return a line with the entries that have started and not ended.

        :param duration: the time so far.
        """
        started = [run for run in list(self._unfinished) if run.has_started]
        shown = [
            ", ".join(filter(None, (run.entry.label, printable(run.convergence.stage_in_words))))
            for run in started[:_MAX_AWAITED]
        ]
        if len(started) > _MAX_AWAITED:
            shown.append(f"and {len(started) - _MAX_AWAITED} more")
        return f"{self._count()} {duration} in progress: {'; '.join(shown)}" if shown else ""

    def _add(self, run: EntryRun, text: str, *, has_ended: bool = False) -> None:
        with self._lock:
            if has_ended:
                self._unfinished.pop(run, None)
            if run.error or run.action != UNCHANGED:
                minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
                self._show(f"{self._count()} {minutes}:{seconds:02} {run.entry.label}: {printable(text)}")

    def _count(self) -> str:
        return f"[{self._total - len(self._unfinished)}/{self._total}]"
