# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop of an event source: polls accounts in threads, and puts events into a queue.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import Any, Callable, NoReturn, TypeVar

from .._entry.permit import Permit
from .._errors import CloudError
from .._libraries import library_problem
from .._threads import start
from .account_poll import AccountPoll
from .options import SourceOptions

R = TypeVar("R")

_LONGEST_PAUSE = 900
"""Seconds. After failures, the pause between two polls grows up to this, or to the interval if that is longer."""


async def run(queue: asyncio.Queue[Any], args: Any) -> NoReturn:
    """Put events into the queue until the task is cancelled. Raises ``CloudError`` if the options are invalid."""
    problem = library_problem()
    if problem:
        raise CloudError(problem)
    # Nobody but the event loop ends the source: it goes on if the shell that started it ends.
    permit = Permit(lambda: ())
    options = await _in_thread(lambda: SourceOptions.of(args))
    polls = [AccountPoll(account, watches, options.connections, permit) for account, watches in options.watches.items()]
    tasks = [asyncio.ensure_future(_poll_forever(poll, queue, options)) for poll in polls]
    try:
        await asyncio.gather(*tasks)
        raise CloudError("the event source has nothing to watch.")
    finally:
        # A thread ends within about a second, and nobody has to wait for it.
        permit.end("the event source was stopped")
        for task in tasks:
            task.cancel()


async def _poll_forever(poll: AccountPoll, queue: asyncio.Queue[Any], options: SourceOptions) -> NoReturn:
    while True:
        for event in await _in_thread(poll.poll):
            await queue.put(event)
        await asyncio.sleep(pause(options.interval, poll.failures) + random.uniform(0, options.jitter))


def pause(interval: int, failures: int) -> float:
    """Return the seconds until the next poll after a number of failed polls in a row."""
    return min(interval * 2.0 ** min(failures, 10), max(interval, _LONGEST_PAUSE))


async def _in_thread(work: Callable[[], R]) -> R:
    """Return the result of work in a thread. If this is cancelled, it does not wait for the thread."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[R] = loop.create_future()

    def settle(result: list[R], error: BaseException | None) -> None:
        if not future.done():
            if error is None:
                future.set_result(result[0])
            else:
                future.set_exception(error)

    def call() -> None:
        result, error = [], None
        try:
            result = [work()]
        except BaseException as caught:
            error = caught
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, result, error)

    start(call)
    return await future
