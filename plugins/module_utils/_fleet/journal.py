# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: a file that records every write of a fleet at the time of the write.

When a job is canceled, its whole process group is killed, and there might be no result. The journal shows which writes
were sent.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import json
import os
import pwd
import time
from typing import Any, Callable

from .._engine.watch import Write
from .._entry.permit import Permit, PermitWatch
from .._errors import CloudError
from .._validation import plural
from .._visible import printable
from .entry import Entry
from .line_file import LineFile

_MAX_SHOWN = 5
"""The number of missing lines that the warning lists."""


class Journal:
    """The journal of one task: a line of JSON at the start, one before each write, and one after it.

    Without a path, nothing is written. Raises ``CloudError`` if the file cannot be written at the start. A line that
    cannot be written later is missing, and does not stop the task: the result shows the write.

    :param user: the user in each line; by default, the user that runs the process.
    :param job_id: the id of the job in each line, or an empty string.
    """

    def __init__(self, path: str | None, user: str = "", job_id: str = "") -> None:
        self._path = path
        self._missing: list[str] = []
        self._reason = ""
        try:
            self._lines = LineFile(path)
        except OSError as error:
            raise self._unusable(error) from None
        named_user = user or (_user_of_process() if path else "")
        self._origin = {"process": os.getpid(), "user": named_user, "job_id": job_id}

    def start(self, entries: int) -> None:
        """Add the first line, which shows before the first request whether there is space."""
        try:
            self._write(start=f"fleet with {entries} entr{'y' if entries == 1 else 'ies'}")
        except OSError as error:
            raise self._unusable(error) from None

    def add(self, description: str, **values: Any) -> None:
        """Add a line.

        :param description: the line in the warning that it is missing.
        """
        try:
            self._write(**values)
        except OSError as error:
            self._missing.append(description)
            self._reason = error.strerror or str(error)

    @property
    def warning(self) -> str:
        """A sentence about the lines that could not be written, or an empty string."""
        if not self._missing:
            return ""
        count = len(self._missing)
        more = f"; and {count - _MAX_SHOWN} more" if count > _MAX_SHOWN else ""
        return (
            f"The journal {self._path} lacks {count} line{plural(count)}, because writing failed ({self._reason}): "
            f"{'; '.join(self._missing[:_MAX_SHOWN])}{more}. The result of this task shows every write."
        )

    def close(self) -> None:
        self._lines.close()

    def _write(self, **values: Any) -> None:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        line = json.dumps({"time": now, **self._origin, **values}, ensure_ascii=False)
        self._lines.add(printable(line, escape=lambda letter: json.dumps(letter)[1:-1]))

    def _unusable(self, error: OSError) -> CloudError:
        return CloudError(f"journal: cannot write to {self._path} ({error.strerror}).")


class JournalWatch(PermitWatch):
    """Writes the journal for one entry, and stops its writes when the permit is lost."""

    def __init__(self, journal: Journal, permit: Permit, entry: Entry, release: Callable[[], None]) -> None:
        super().__init__(permit, release)
        self._journal = journal
        self._entry = {"resource_type": entry.type_name, "account": entry.account.name, "name": entry.name}

    def before(self, write: Write) -> None:
        super().before(write)
        values = {"intent": write.doing, "fields": list(write.fields), "id": write.resource_id}
        self._journal.add(f"intent to {write.doing}", **self._entry, **values)

    def after(self, write: Write, resource_id: str) -> None:
        self._journal.add(f"end of {write.doing}, id {resource_id}", **self._entry, done=write.doing, id=resource_id)


def _user_of_process() -> str:
    """Return the name of the user that runs this process, or the number of a user without a name."""
    number = os.geteuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
