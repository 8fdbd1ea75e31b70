# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads for which nobody waits forever.

``threading.Thread.start`` waits until the thread has begun. A thread that has no memory to begin ends before that, and
the caller waits forever. The same is true for ``ThreadPoolExecutor``. So the functions below start threads without this
wait, and wait only for work that a thread has begun.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import _thread
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from ._signals import kept_for_main_thread

T = TypeVar("T")
R = TypeVar("R")

_BEGIN_LIMIT = 20.0
"""The time limit in seconds until a thread begins. One that begins later does nothing."""


def start(work: Callable[[], object]) -> None:
    """Call ``work`` in a new thread, which receives no signals. Raises ``RuntimeError`` or ``MemoryError``."""
    with kept_for_main_thread():
        _thread.start_new_thread(_traced, (work,))


def _traced(work: Callable[[], object]) -> None:
    """Call ``work``. Debuggers and coverage follow it as in a ``threading.Thread``, if Python is 3.10 or newer."""
    if sys.version_info >= (3, 10) and (trace := threading.gettrace()):  # novermin
        sys.settrace(trace)
    work()


class OwnThread(Generic[R]):
    """Work in a new thread. Raises ``RuntimeError`` if the host starts no thread.

    A signal handler can raise an error in the thread that waits. The work goes on, and a later call can wait for it.
    """

    def __init__(self, work: Callable[[], R]) -> None:
        self._outcome: list[tuple[list[R], BaseException | None]] = []
        self._running = threading.Lock()
        self._running.acquire()
        begun, claim = threading.Event(), threading.Lock()

        def call() -> None:
            if not claim.acquire(blocking=False):
                return
            try:
                begun.set()
                self._outcome.append(([work()], None))
            except BaseException as error:
                self._outcome.append(([], error))
            finally:
                self._running.release()

        start(call)
        if not begun.wait(_BEGIN_LIMIT) and claim.acquire(blocking=False):
            raise RuntimeError("can't start new thread")

    def wait(self, seconds: float) -> bool:
        """Wait until the work has ended, up to a number of seconds; -1 means without limit. Return whether it has."""
        if not self._outcome and self._running.acquire(timeout=seconds):
            self._running.release()
        return bool(self._outcome)

    def result(self) -> R:
        """Return the result of the work, or raise its error, after it has ended."""
        [(results, error)] = self._outcome
        if error is not None:
            raise error
        return results[0]


def in_own_thread(work: Callable[[], R]) -> R:
    """Call ``work`` in a new thread and return its result. Raises ``RuntimeError`` if the host starts no thread."""
    thread = OwnThread(work)
    thread.wait(-1)
    return thread.result()


def in_threads(act: Callable[[T], R], things: Sequence[T], most: int) -> list[R]:
    """Call ``act`` for each thing, in up to ``most`` threads, and return the results in order.

    The calling thread is one of them, so that all is done even if the host starts no further thread.
    """
    results: dict[int, R] = {}
    errors: list[BaseException] = []
    numbers = iter(range(len(things)))
    begun: set[int] = set()
    changed = threading.Condition()

    def work() -> None:
        while True:
            with changed:
                number = None if errors else next(numbers, None)
                if number is None:
                    return
                begun.add(number)
            try:
                results[number] = act(things[number])
            except BaseException as error:
                errors.append(error)
            finally:
                with changed:
                    begun.discard(number)
                    changed.notify_all()

    for _number in range(min(most, len(things)) - 1):
        try:
            start(work)
        except (RuntimeError, MemoryError):
            break
    work()
    with changed:
        changed.wait_for(lambda: not begun)
    if errors:
        raise errors[0]
    return [results[number] for number in range(len(things))]


class Workers:
    """Up to ``most`` threads that do work in order, and end when there is none."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: deque[Callable[[], object]] = deque()
        self._started = 0
        self._working = 0
        self._lock = threading.Lock()

    def do(self, work: Callable[[], object]) -> None:
        """Do work in a thread, or in this one if the host starts no more threads. The work must not raise an error.

        Raises ``MemoryError`` if the work is not accepted.
        """
        with self._lock:
            self._waiting.append(work)
            if self._started >= self._most:
                return
            self._started += 1
        try:
            start(self._work)
        except (RuntimeError, MemoryError):
            self._work()

    def help(self) -> None:
        """Do the work for which threads were started that have not begun."""
        with self._lock:
            if self._working or not self._waiting:
                return
            self._started += 1
        self._work()

    def _work(self) -> None:
        with self._lock:
            self._working += 1
        while True:
            with self._lock:
                if not self._waiting:
                    self._working -= 1
                    self._started -= 1
                    return
                work = self._waiting.popleft()
            work()
