# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written while it happens: a journal of writes, and lines of progress.

A cancelled job is killed with its whole process group, and no result can be promised then. What it had done stands in
the journal.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time

from .._entry.permit import PermitWatch
from .._errors import CloudError


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

    def __init__(self, lines, permit):
        self._lines = lines
        self.permit = permit

    def note(self, **words):
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self._lines.add(json.dumps({"time": moment, "process": os.getpid(), **words}, ensure_ascii=False))


class JournalWatch(PermitWatch):
    """Writes the journal for one resource."""

    def __init__(self, journal, resource_type, name):
        super().__init__(journal.permit)
        self._journal = journal
        self._about = {"kind": resource_type, "name": name}

    def before(self, doing):
        super().before(doing)
        try:
            self._journal.note(**self._about, intent=doing)
        except OSError as error:
            raise CloudError(f"the journal cannot be written ({error.strerror}), so this is not either.") from None

    def after(self, doing, record_id):
        # It is done, and the result says it.
        with contextlib.suppress(OSError):
            self._journal.note(**self._about, done=doing, id=record_id)
