# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List responses that all entries of a fleet share.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Collection, Mapping
from typing import Callable

from .._engine.list_response import ListResponse
from .._engine.resource import Resource
from .._engine.state import DesiredState
from .._http.client import Client


class SharedLists:
    """The list responses of one provider.

    While ``planning`` is true, each resource type is listed once, and the read of a conclusive list response is shared
    as well. Afterward, several readers can share a list response if it is new enough for each of them: a reader takes a
    mark after a write, and never gets a list response whose request was sent before that mark.

    :param declared: the desired states of the entries, by resource type.
    """

    def __init__(
        self, client: Client, declared: Mapping[type[Resource], Collection[DesiredState]] | None = None
    ) -> None:
        self.client = client
        self.planning = True
        self._declared = {} if declared is None else declared
        self._lists: dict[str, _SharedList] = {}
        self._lock = threading.Lock()

    def read(self, resource_type: type[Resource], mark: int | None = None) -> ListResponse:
        """Return a list response that was requested at or after ``mark``, by default now.

        Raises the error of the read.
        """
        shared = self._list_of(resource_type)
        if mark is None:
            mark = 1 if self.planning else shared.mark()
        return shared.read(mark)

    def conclusive(self, resource_type: type[Resource], read: Callable[[], ListResponse]) -> ListResponse:
        """Return the result of ``read()``. While ``planning`` is true, the result of the first call."""
        return self._list_of(resource_type).conclusive(read) if self.planning else read()

    def mark(self, resource_type: type[Resource]) -> int:
        """Return the number of the next list response."""
        return self._list_of(resource_type).mark()

    def declared(self, resource_type: type[Resource]) -> Collection[DesiredState]:
        """Return the desired states of all entries of a resource type."""
        return self._declared.get(resource_type, ())

    def _list_of(self, resource_type: type[Resource]) -> _SharedList:
        with self._lock:
            name = resource_type.type_name()
            if name not in self._lists:
                self._lists[name] = _SharedList(resource_type(self.client))
            return self._lists[name]


class _SharedList:
    """The list responses of one resource type, numbered from 1. Only one is read at a time."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self._begun = 0
        self._ended = 0
        self._latest: ListResponse | BaseException = ListResponse()
        self._changed = threading.Condition()
        self._conclusive: ListResponse | Exception | None = None
        self._conclusive_lock = threading.Lock()

    def mark(self) -> int:
        """Return the number of the next list response."""
        with self._changed:
            return self._begun + 1

    def read(self, mark: int) -> ListResponse:
        """Return the latest list response. Its number is at least ``mark``. Raises the error of the read."""
        with self._changed:
            while self._ended < mark and self._begun > self._ended:
                self._changed.wait()
            if self._ended >= mark:
                return _returned(self._latest)
            self._begun += 1
        latest = self._read(self._begun)
        with self._changed:
            self._ended, self._latest = self._begun, latest
            self._changed.notify_all()
            return _returned(latest)

    def _read(self, number: int) -> ListResponse | BaseException:
        try:
            list_response = self._resource.read_list()
            list_response.number = number
        except BaseException as error:  # every reader that waits for the list response must get any error
            return error
        return list_response

    def conclusive(self, read: Callable[[], ListResponse]) -> ListResponse:
        """Return the result or the error of the first call of ``read()``."""
        with self._conclusive_lock:
            if self._conclusive is None:
                try:
                    self._conclusive = read()
                except Exception as error:  # for all readers, as in _read
                    self._conclusive = error
        return _returned(self._conclusive)


def _returned(outcome: ListResponse | BaseException) -> ListResponse:
    """Return the list response, or raise the error of its read."""
    if isinstance(outcome, BaseException):
        # Each caller adds its own context to the error.
        raise copy.copy(outcome)
    return outcome
