# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reserve the resources of a task, so that other tasks on the same host wait until it has written them.

Without this, three hosts of one play that are delegated to the controller and need one resource would create three of
them: each reads the list of resources before the others have created theirs. A reservation is only an addition to the
checks against the provider, which also detect a task on another host. If this host has no locks, tasks run without.

Two tasks can miss each other if one has only the id of a resource and the other only its name.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection
from typing import Callable

from .._clock import Clock
from .._errors import Locked
from .._lock_file import LOCK_FILE, NoLocks
from .convergence import Convergence

GRACE = 60.0
"""Seconds that a task waits for another one, in addition to its ``settle_timeout``."""


class Reservations:
    """The reservations of one task. It is thread-safe.

    All tasks lock in the same order, so that no two of them wait for each other. Check mode reserves nothing.

    :param waiting: is called before each further attempt to lock. If it raises an error, the wait ends.
    """

    def __init__(self, waiting: Callable[[], None]) -> None:
        self.problem = ""
        """The reason why this host has no locks, as a sentence; or an empty text."""
        self._waiting = waiting
        self._mutex = threading.Lock()
        self._held: set[int] = set()
        self._locks: dict[Convergence, frozenset[int]] = {}
        self._users: Counter[int] = Counter()
        """The number of resources that need each lock. Conflicting entries of a fleet need the same."""

    def reserve(self, convergences: Collection[Convergence], wait: bool = True) -> dict[Convergence, Locked]:
        """Reserve resources, and return an error for each one that another task still has when the time is up.

        :param wait: whether to wait for other tasks.
        """
        convergences = [one for one in convergences if not one.resource.client.check_mode]
        if not convergences:
            return {}
        clock = convergences[0].resource.client.clock
        timeout = max(one.desired_state.settle_timeout for one in convergences) + GRACE if wait else 0.0
        needed = {convergence: _locks_of(convergence) for convergence in convergences}
        busy = self._lock_all(set().union(*needed.values()), clock, timeout)
        with self._mutex:
            for convergence, locks in needed.items():
                self._locks[convergence] = locks - busy
                self._users.update(locks - busy)
        errors = {convergence: _locked(convergence, timeout) for convergence, locks in needed.items() if locks & busy}
        for convergence in errors:
            self.release(convergence)
        return errors

    def release(self, convergence: Convergence) -> None:
        """Release a resource. Does nothing if it is not reserved."""
        with self._mutex:
            for lock in self._locks.pop(convergence, ()):
                self._users[lock] -= 1
                if not self._users[lock] and lock in self._held:
                    self._held.remove(lock)
                    LOCK_FILE.unlock(lock)

    def close(self) -> None:
        """Release all resources."""
        with self._mutex:
            for lock in self._held:
                LOCK_FILE.unlock(lock)
            self._held.clear()

    def _lock_all(self, locks: set[int], clock: Clock, timeout: float) -> set[int]:
        """Lock in the order of all tasks, and return the locks that other tasks hold when the time is up."""
        deadline = clock.now() + timeout
        try:
            return {lock for lock in sorted(locks - self._held) if not self._lock(lock, clock, deadline)}
        except NoLocks as error:
            self.problem = (
                f"This host cannot lock resources: {error}. Two tasks that run at the same time can create the same "
                "resource twice. Correct or delete the folder, or set TMPDIR to another one."
            )
            return set()

    def _lock(self, lock: int, clock: Clock, deadline: float) -> bool:
        for attempt, _moment in enumerate(clock.poll(deadline - clock.now(), first=0.1, longest=1.0)):
            if attempt:
                self._waiting()
            if LOCK_FILE.try_lock(lock):
                self._held.add(lock)
                return True
        return False


class NoReservations(Reservations):
    """Reserves nothing, for plans that are never applied."""

    def __init__(self) -> None:
        super().__init__(lambda: None)

    def reserve(self, convergences: Collection[Convergence], wait: bool = True) -> dict[Convergence, Locked]:
        return {}


def _locks_of(convergence: Convergence) -> frozenset[int]:
    """Return the locks of a resource: of its id, and of what a task without an id finds it by.

    They are digests with the API key. They reveal neither names nor keys, and do not exclude tasks for other accounts.
    """
    resource, desired_state = convergence.resource, convergence.desired_state
    identities = [f"the id {desired_state.id!r}"] if desired_state.id else []
    if desired_state.name or not desired_state.id:
        identities.append(resource.matched_by(desired_state))
    digests = [resource.client.digest(resource.provider.name, resource.key, identity) for identity in identities]
    # A position in a file has 63 bits.
    return frozenset(int.from_bytes(digest[:8], "big") >> 2 for digest in digests)


def _locked(convergence: Convergence, waited: float) -> Locked:
    resource = convergence.resource
    return Locked(
        f"another task on this host has been working on it for {waited:.0f} s."
        if waited
        else "another task on this host is working on it.",
        doing=f"manage {resource.label(convergence.desired_state)} at {resource.provider.title}",
        advice="Nothing was written. Run the task again after the other task has ended.",
    )
