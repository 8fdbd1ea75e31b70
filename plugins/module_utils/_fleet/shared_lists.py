# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One listing of a kind for all who want to look at it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import copy
import threading


class SharedLists:
    """The listings of one provider, shared by all resources of a fleet.

    While ``planning``, each kind is listed once, and confirmed at most once. Afterwards a listing serves everyone for whom
    it was begun late enough: a mark is taken after a write, and no listing that was begun before that is returned.
    """

    def __init__(self, client):
        self.client = client
        self.planning = True
        self._shared = {}
        self._lock = threading.Lock()

    def read(self, resource_type, mark=None):
        """A ``ListResponse`` begun at or after a mark (without one: from now on). Raises what the listing raised."""
        shared = self._of(resource_type)
        if mark is None:
            mark = 1 if self.planning else shared.mark()
        return shared.since(mark)

    def conclusive(self, resource_type, confirm):
        """What ``confirm()`` makes of a listing; while ``planning``, the same for all."""
        return self._of(resource_type).conclusive(confirm) if self.planning else confirm()

    def mark(self, resource_type):
        return self._of(resource_type).mark()

    def _of(self, resource_type):
        with self._lock:
            if resource_type not in self._shared:
                self._shared[resource_type] = _Shared(resource_type(self.client))
            return self._shared[resource_type]


class _Shared:
    """The listings of one kind, numbered from 1; one is under way at a time."""

    def __init__(self, resource):
        self._resource = resource
        self._begun = 0
        self._done = 0
        self._outcome = None
        self._changed = threading.Condition()
        self._verdict = None
        self._confirming = threading.Lock()

    def mark(self):
        """The number of the first listing that has not begun yet."""
        with self._changed:
            return self._begun + 1

    def since(self, number):
        """The latest listing, which is at least of this number."""
        with self._changed:
            while self._done < number and self._begun > self._done:
                self._changed.wait()
            if self._done >= number:
                return _told(self._outcome)
            self._begun += 1
        try:
            outcome = self._resource.read_list()
            outcome.number = self._begun
        except Exception as error:  # everyone who waits must hear of it, whatever it is
            outcome = error
        with self._changed:
            self._done, self._outcome = self._begun, outcome
            self._changed.notify_all()
            return _told(self._outcome)

    def conclusive(self, confirm):
        """What the first one who asked was told by ``confirm()``."""
        with self._confirming:
            if self._verdict is None:
                try:
                    self._verdict = confirm()
                except Exception as error:  # as above
                    self._verdict = error
        return _told(self._verdict)


def _told(outcome):
    """A listing, or raises what came instead of one."""
    if isinstance(outcome, Exception):
        # Everyone adds words of his own to it.
        raise copy.copy(outcome)
    return outcome
