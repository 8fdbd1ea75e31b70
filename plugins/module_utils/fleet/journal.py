# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written while it happens: a journal of writes, lines of progress, and an end when nobody waits any more.

A cancelled job is killed with its whole process group, and no result can be promised then. What it had done stands in
the journal.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import threading
import time

from ..errors import Cancelled, CloudError
from ..reconcile import Watch


_GO_BETWEENS = ("sh", "bash", "dash", "ash", "zsh", "ksh", "busybox", "sudo", "su", "doas")
"""Programs that Ansible starts a module through."""


class Lines:
    """A file to which lines are added, readable by its owner only. Without a path nothing is written."""

    def __init__(self, path):
        self._lock = threading.Lock()
        self._file = None
        if path:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.fchmod(descriptor, 0o600)
            self._file = os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace", buffering=1)

    def add(self, line):
        if self._file:
            with self._lock:
                self._file.write(line + "\n")

    def close(self):
        # What a full disk has not taken is tried once more here.
        with contextlib.suppress(OSError):
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
        try:
            self._journal.note(**self._about, intent=doing)
        except OSError as error:
            raise CloudError(f"the journal cannot be written ({error.strerror}), so this is not either.") from None

    def after(self, doing, record_id):
        # It is done, and the result says it.
        with contextlib.suppress(OSError):
            self._journal.note(**self._about, done=doing, id=record_id)

    def waiting(self):
        self._journal.demand_company()


def forebears():
    """The processes that this one works for: up to the first that is no go-between, and the one that started that.

    Where the system does not tell what a process is, they end with the one that started this one.
    """
    found, number = [], os.getppid()
    while number:
        found.append(number)
        try:
            text = pathlib.Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            break
        # The second field is a name in brackets, which may hold anything.
        name, rest = text.partition("(")[2].rpartition(")")[::2]
        number = int(rest.split()[1])
        if name not in _GO_BETWEENS:
            return (*found, number)
    return tuple(found)
