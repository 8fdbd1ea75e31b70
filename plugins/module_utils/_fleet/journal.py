# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: a file that records every write of a fleet at the time of the write.

When a job is canceled, its whole process group is killed, and there might be no result. The journal shows which writes
were sent.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from typing import Callable

from .._entry.permit import Permit, PermitWatch
from .._errors import CloudError
from .entry import Entry
from .line_file import LineFile


class Journal:
    """The journal of one task: one line of JSON before each write, and one after it."""

    def __init__(self, lines: LineFile) -> None:
        self._lines = lines

    def add(self, **values: str) -> None:
        """Add a line. Raises ``OSError`` if it cannot be written."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self._lines.add(json.dumps({"time": now, "process": os.getpid(), **values}, ensure_ascii=False))


class JournalWatch(PermitWatch):
    """Writes the journal for one entry, and stops its writes when the permit is lost."""

    def __init__(self, journal: Journal, permit: Permit, entry: Entry, release: Callable[[], None]) -> None:
        super().__init__(permit, release)
        self._journal = journal
        self._entry = {"resource_type": entry.type_name, "name": entry.name}

    def before(self, doing: str) -> None:
        super().before(doing)
        try:
            self._journal.add(**self._entry, intent=doing)
        except OSError as error:
            raise CloudError(f"cannot write to the journal ({error.strerror}). The request was not sent.") from None

    def after(self, doing: str, resource_id: str) -> None:
        # The write has succeeded, and the result reports it even if the journal does not.
        with contextlib.suppress(OSError):
            self._journal.add(**self._entry, done=doing, id=resource_id)
