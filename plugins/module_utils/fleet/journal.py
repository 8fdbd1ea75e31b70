# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written while it happens: a journal of writes, lines of progress, and an end when nobody waits any more.

A cancelled job is killed with its whole process group, and no result can be promised then. What it had done stands in
the journal.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import json
import os
import pathlib
import threading
import time

from ..errors import Cancelled
from ..reconcile import Watch


class Lines:
    """A file to which lines are added, readable by its owner only. Without a path nothing is written."""

    def __init__(self, path):
        self._lock = threading.Lock()
        self._file = None
        if path:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.fchmod(descriptor, 0o600)
            self._file = os.fdopen(descriptor, "a", encoding="utf-8", buffering=1)

    def add(self, line):
        if self._file:
            with self._lock:
                self._file.write(line + "\n")

    def close(self):
        if self._file:
            self._file.close()


class Journal:
    """The journal of one run: for each write a line before it and one after it, as JSON."""

    def __init__(self, lines, alone=False):
        self._lines = lines
        self._forebears = () if alone else forebears()

    def note(self, **words):
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self._lines.add(json.dumps({"time": moment, "process": os.getpid(), **words}, ensure_ascii=False))

    def demand_company(self):
        """Raise ``Cancelled`` when the process that started this one is gone."""
        if self._forebears and forebears() != self._forebears:
            raise Cancelled("the job that started this task is gone, so nothing more is written.")


class JournalWatch(Watch):
    """Writes the journal for one resource."""

    def __init__(self, journal, kind, name):
        self._journal = journal
        self._about = {"kind": kind, "name": name}

    def before(self, doing):
        self._journal.demand_company()
        self._journal.note(**self._about, intent=doing)

    def after(self, doing, record_id):
        self._journal.note(**self._about, done=doing, id=record_id)


def forebears():
    """The process that started this one and, where the system tells, the one that started that."""
    parent = os.getppid()
    try:
        # The second field is a name in brackets, which may hold anything.
        fields = pathlib.Path(f"/proc/{parent}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return (parent,)
    return parent, int(fields[1])
