# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send the writes of one resource, and store in the outcome whether they changed something.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable

from .._clock import Clock
from .._errors import ApiError
from .._sentences import clauses, sentences
from .capabilities import RefusingForNow
from .context import error_context
from .outcome import Outcome
from .resource import Resource
from .state import DesiredState
from .watch import Pause, Watch, Write

BETWEEN_REFUSALS = 8.0
"""Seconds between a temporary refusal and the next attempt."""


class Writer:
    """Sends writes. ``refusal`` is the reason for which the provider temporarily refuses a write, or empty."""

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

    def send(self, write: Write, request: Callable[[], object], done: str, target: dict[str, Any]) -> Iterator[Pause]:
        """Send a write, and repeat it after each temporary refusal until the time is up.

        :param request: the function that sends the write.
        :param done: the participle for the sentence "Nothing was ...".
        :param target: the values that the write sends. The error of a refusal lists values outside documented ranges.
        """
        began = self._clock.now()
        tries = 0
        while True:
            tries += 1
            try:
                with self.writing(write):
                    request()
                self.refusal = ""
                return
            except ApiError as error:
                if error.maybe_done or not self._is_temporary(error):
                    self._add_values_outside_ranges(error, target)
                    raise
                took = self._clock.now() - began
                left = self._wait_timeout - took if self._wait else 0
                if left <= 0:
                    raise _final_refusal(error, tries, took, done, self._wait) from None
                self.refusal = error.why
            yield Pause.REFUSED
            self._clock.sleep(min(BETWEEN_REFUSALS, left))
            self._watch.waiting()

    def _is_temporary(self, error: ApiError) -> bool:
        return isinstance(self._resource, RefusingForNow) and self._resource.is_temporary(error)

    def _add_values_outside_ranges(self, error: ApiError, target: dict[str, Any]) -> None:
        """Add to the error of a refusal the values outside the documented ranges that the resource already had."""
        if error.status not in (400, 422):
            return
        violations = self._resource.table.range_violations(target, {})
        if violations:
            values = clauses(map(str, violations))
            error.advice = sentences(
                error.advice, f"The resource already had values outside the documented ranges: {values}"
            )

    @contextmanager
    def writing(self, write: Write) -> Iterator[None]:
        """Send a write in this context. The outcome counts as changed unless the write certainly failed."""
        with error_context(self._resource, write.doing):
            self._watch.before(write)
            try:
                yield
            except ApiError as error:
                self._outcome.changed = self._outcome.changed or error.maybe_done
                raise
            self._outcome.changed = self._outcome.accepted = True
            self._watch.after(write, write.resource_id or self._outcome.id)


def _final_refusal(error: ApiError, tries: int, took: float, done: str, wait: bool) -> ApiError:
    """Return the error of a write that the provider refused until the time was up."""
    error.why += f" (tried {tries} times in {took:.0f} s)" if wait else " (not retried, because wait is false)"
    error.retryable = True
    error.advice = f"Nothing was {done}. Run the task again in a minute."
    return error
