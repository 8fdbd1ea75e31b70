# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send the writes of one resource, and note what happened.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable

from .._clock import Clock
from .._errors import ApiError
from .capabilities import RefusingForNow
from .context import error_context
from .outcome import Outcome
from .resource import Resource
from .state import DesiredState
from .watch import Pause, Watch

BETWEEN_REFUSALS = 8.0
"""Seconds from a temporary refusal to the next try."""


class Writer:
    """Sends writes. ``refusal`` is why a write is refused for the time being, while that is so."""

    def __init__(
        self, resource: Resource, desired_state: DesiredState, outcome: Outcome, clock: Clock, watch: Watch
    ) -> None:
        self.refusal = ""
        self._resource = resource
        self._wait = desired_state.wait
        self._wait_timeout = desired_state.wait_timeout
        self._outcome = outcome
        self._clock = clock
        self._watch = watch

    def insist(self, doing: str, send: Callable[[], object], done: str, target: dict[str, Any]) -> Iterator[Pause]:
        """Send a write, and again after each temporary refusal, until the time is up.

        :param done: what has not happened as long as the write is refused.
        :param target: what the write sends. The error of a refusal names the values in it outside the printed ranges.
        """
        began = self._clock.now()
        for tries in itertools.count(1):
            try:
                with self.writing(doing):
                    send()
                self.refusal = ""
                return
            except ApiError as error:
                if error.maybe_done or not self._is_temporary(error):
                    self._say_what_was_carried(error, target)
                    raise
                took = self._clock.now() - began
                left = self._wait_timeout - took if self._wait else 0
                if left <= 0:
                    raise _refused_to_the_end(error, tries, took, done, self._wait) from None
                self.refusal = error.why
            yield Pause.REFUSED
            self._clock.sleep(min(BETWEEN_REFUSALS, left))
            self._watch.waiting()

    def _is_temporary(self, error: ApiError) -> bool:
        return isinstance(self._resource, RefusingForNow) and self._resource.is_temporary(error)

    def _say_what_was_carried(self, error: ApiError, target: dict[str, Any]) -> None:
        """Add to a refusal which values the resource had already outside the ranges that the provider prints."""
        if error.status not in (400, 422):
            return
        carried = self._resource.table.range_violations(target, {})
        if carried:
            carried_values = "; ".join(self._resource.client.secrets.scrub(str(violation)) for violation in carried)
            error.advice = (
                f"{error.advice} The resource had these values before, and they are outside the printed ranges: "
                f"{carried_values}."
            ).lstrip()

    @contextmanager
    def writing(self, doing: str) -> Iterator[None]:
        """Announce a write, and note it as a change unless it certainly did not happen."""
        with error_context(self._resource, doing):
            self._watch.before(doing)
            try:
                yield
            except ApiError as error:
                self._outcome.changed = self._outcome.changed or error.maybe_done
                raise
            self._outcome.changed = True
            self._watch.after(doing, self._outcome.id)


def _refused_to_the_end(error: ApiError, tries: int, took: float, done: str, wait: bool) -> ApiError:
    """The refusal of a write that was tried for as long as the task waits."""
    error.why += f" (tried {tries} times in {took:.0f} s)" if wait else " (not tried again, because wait is false)"
    error.retryable = True
    error.advice = f"Nothing was {done}. Run the task again in a minute."
    return error
