# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes of writes that must not be repeated, so that a task continues the work of a task that was killed.

A list response can lack a new resource for some time, and a read can show the old size of a disk. If the process of a
task is killed in this time, the next task would create a second resource, or enlarge the disk again. So a task leaves a
note on this host before it sends such a write, and removes it when it has found the new resource or the new values, or
when the provider has refused the write. A task that finds a note waits until a read shows what was written, at most
until ``settle_timeout`` has passed. If this host has no folder for notes, tasks run without.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from typing import Any, NamedTuple

from .._private_folder import private_folder
from .._regular_file import open_regular
from .._schema.table import value_at
from .resource import Resource
from .state import DesiredState

_DURATION = 60.0
"""The seconds that a write can take after its note, until the provider has executed it."""
_MOST_BYTES = 1000


class Note(NamedTuple):
    """A write that has begun.

    :param age: in seconds.
    :param former: what the write replaces, or an empty text.
    """

    age: float
    former: str

    def left(self, settle_timeout: float) -> float:
        """Return the seconds in which a read can still show the state from before the write."""
        return max(0.0, _DURATION + settle_timeout - self.age)


class _Unfinished:
    """The note of one write. Its name is a digest that reveals neither names nor keys."""

    def __init__(self, resource: Resource, write: str, identity: str) -> None:
        self._file = f"{write}-" + resource.client.digest(resource.provider.name, resource.key, identity).hex()[:40]
        self._clock = resource.client.clock

    def begin(self, former: str) -> None:
        """Leave a note."""
        content = json.dumps([self._clock.unix_time(), former]).encode()
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
            began, former = json.loads(content)
            return Note(max(0.0, self._clock.unix_time() - float(began)), str(former))
        except (ValueError, TypeError):  # the process was killed before the note was complete
            return Note(0.0, "")


class UnfinishedCreate(_Unfinished):
    """The note of the create of one resource. It contains the id of the resource that the new one replaces."""

    def __init__(self, resource: Resource, desired_state: DesiredState) -> None:
        super().__init__(resource, "create", resource.matched_by(desired_state))


class UnfinishedChange(_Unfinished):
    """The note of a change of one resource. It contains the former values of the changed options."""

    def __init__(self, resource: Resource, resource_id: str) -> None:
        super().__init__(resource, "change", resource_id)


def former_values(values: dict[str, Any], paths: Iterable[str]) -> str:
    """Return the values at some option paths, for a note."""
    return json.dumps({path: value_at(values, path) for path in paths})


def has_former_values(values: dict[str, Any], note: Note) -> bool:
    """Return whether a resource still has the values from before the change of a note."""
    former = json.loads(note.former or "{}")
    return all(value_at(values, path) == value for path, value in former.items())
