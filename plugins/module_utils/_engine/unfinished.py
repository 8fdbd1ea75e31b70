# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes of creates, so that a task finds the resource of a task that was killed.

A list response can lack a new resource for some time. If the process of a task is killed in this time, the next task
would create a second resource. So a task leaves a note on this host before it sends a create, and removes it when it
has found the new resource, or when the provider has refused to create it. A task that finds a note waits for the
resource until ``settle_timeout`` has passed. If this host has no folder for notes, tasks run without.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import NamedTuple

from .._private_folder import private_folder
from .._regular_file import open_regular
from .resource import Resource
from .state import DesiredState

_DURATION = 60.0
"""The seconds that a create can take after its note, until the provider has the resource."""
_MOST_BYTES = 1000


class Note(NamedTuple):
    """A create that has begun.

    :param age: in seconds.
    :param older_id: the id of the resource that the new one replaces, or an empty text.
    """

    age: float
    older_id: str

    def left(self, settle_timeout: float) -> float:
        """Return the seconds in which a list response can still lack the new resource."""
        return max(0.0, _DURATION + settle_timeout - self.age)


class UnfinishedCreate:
    """The note of the create of one resource. Its name is a digest that reveals neither names nor keys."""

    def __init__(self, resource: Resource, desired_state: DesiredState) -> None:
        identity = resource.matched_by(desired_state)
        self._file = "create-" + resource.client.digest(resource.provider.name, resource.key, identity).hex()[:40]
        self._clock = resource.client.clock

    def begin(self, older_id: str) -> None:
        """Leave a note."""
        content = json.dumps([self._clock.unix_time(), older_id]).encode()
        with contextlib.suppress(OSError), private_folder() as folder:
            descriptor = open_regular(self._file, os.O_WRONLY | os.O_TRUNC, dir_fd=folder)
            with open(descriptor, "wb") as file:
                file.write(content)

    def end(self) -> None:
        """Remove the note."""
        with contextlib.suppress(OSError), private_folder() as folder:
            os.unlink(self._file, dir_fd=folder)

    def read(self) -> Note | None:
        """Return the note, if there is one."""
        try:
            with private_folder() as folder:
                descriptor = os.open(self._file, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
            with open(descriptor, "rb") as file:
                content = file.read(_MOST_BYTES)
        except OSError:
            return None
        try:
            began, older_id = json.loads(content)
            return Note(max(0.0, self._clock.unix_time() - float(began)), str(older_id))
        except (ValueError, TypeError):  # the process was killed before the note was complete
            return Note(0.0, "")
