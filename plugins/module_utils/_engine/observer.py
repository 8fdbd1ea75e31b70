# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a resource repeatedly, to verify writes and to wait.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Callable, TypeVar

from .._clock import Clock
from .._errors import ApiError, NotApplied, NotReady, ProgrammingError, WaitTimeout
from .._sentences import clauses, sentences
from .capabilities import Explaining
from .context import error_context, learn_secrets
from .list_response import ListResponse
from .outcome import Outcome
from .resource import Resource
from .state import FAILED, OFF, PENDING, CurrentState, DesiredState
from .watch import Pause, Watch

T = TypeVar("T")


class Observer:
    """Reads one resource during a run, and keeps the outcome up to date."""

    def __init__(
        self, resource: Resource, desired_state: DesiredState, outcome: Outcome, clock: Clock, watch: Watch
    ) -> None:
        self.last: CurrentState
        """The resource as last read."""
        self._clock = clock
        self.former_failure = ""
        """The description of the failed stage before the first write. A provider can still return it after a write,
        so it counts as a failure only if it stays longer than ``settle_timeout``."""
        self._resource = resource
        self._desired_state = desired_state
        self._outcome = outcome
        self._watch = watch
        self._failed_read: ApiError | None = None
        self._absent_since: float | None = None
        self._wait_began = 0.0

    def see(self, current: CurrentState) -> CurrentState:
        """Update the outcome with a resource as read, and mask its secrets in all texts."""
        learn_secrets(self._resource, current, self._desired_state.values)
        self.last = current
        self._outcome.show(current)
        return current

    # -- reads -------------------------------------------------------------------------------------------------------

    def poll(
        self, timeout: float, read: Callable[[int | None], T], mark: int | None, read_at_once: bool = True
    ) -> Iterator[T]:
        """Call ``read`` repeatedly until the time is up, and yield its results.

        A read whose response proves nothing is skipped; ``failed_read`` describes it.

        :param timeout: seconds.
        :param mark: the oldest list response that the first read accepts. Each further read needs a new one.
        """
        for number, _moment in enumerate(self._clock.poll(timeout)):
            self._watch.waiting()
            if not number and not read_at_once:
                continue
            with self._noting_failed_read():
                seen = read(self._resource.mark() if number else mark)
            if self._failed_read is None:
                yield seen

    @contextmanager
    def _noting_failed_read(self) -> Iterator[None]:
        try:
            yield
        except ApiError as error:
            if not error.inconclusive:
                raise
            self._failed_read = error
        else:
            self._failed_read = None

    def require_read(self, seen: T | None) -> T:
        """Return ``seen``, the result of the last successful read. Raises the last error if all reads failed."""
        if seen is None:
            raise self._failed_read or ProgrammingError("there was no read")
        return seen

    def failed_read(self) -> str:
        """Return a text about the last read if its response proved nothing, or an empty text."""
        if self._failed_read is None:
            return ""
        attempt = f"attempt to {self._failed_read.doing}" if self._failed_read.doing else "read"
        return f"The last {attempt} failed: {self._failed_read.why}"

    def not_applied(self, mismatches: list[str]) -> NotApplied:
        """Return the error for written values that no read shows."""
        title = self._resource.provider.title
        return NotApplied(
            sentences(
                f"{title} accepted the request, but after {self._desired_state.settle_timeout} s a read does not "
                f"show the written values: {clauses(mismatches)}",
                self.failed_read(),
            ),
            ids=[self._outcome.id],
            advice=f"{title} ignored, limited or rolled back the value.",
        )

    def read_again(self, mark: int | None) -> bool:
        """Read the resource again. Return whether it exists."""
        current = self._resource.read_one(self.last, mark)
        if current is not None:
            self.see(current)
        return current is not None

    def readings(self) -> Generator[Pause, None, Iterator[bool]]:
        """Read the resource repeatedly after a write. Each read returns whether the resource exists."""
        mark = self._resource.mark()
        yield Pause.READ_BACK
        return self.poll(self._desired_state.settle_timeout, self.read_again, mark)

    # -- waits -------------------------------------------------------------------------------------------------------

    def until_settled(self) -> Iterator[Pause]:
        """Wait until the resource is no longer in transition."""
        if not self.last.in_transition:
            return
        timeout = self._desired_state.wait_timeout
        with error_context(self._resource, f"wait until {self._label(self.last.id)} can be changed"):
            yield Pause.SETTLE
            for is_there in self.poll(timeout, self.read_again, self._resource.mark()):
                self._require_presence(is_there)
                if is_there and not self.last.in_transition:
                    return
            raise WaitTimeout(
                sentences(f"it is still in transition after {timeout} s", self._reported_stage(), self.failed_read()),
                ids=[self.last.id],
            )

    def until_ready(self, power: str) -> Iterator[Pause]:
        """Wait until the resource is ready and in the power state ``power``."""
        with error_context(self._resource, f"confirm that {self._label(self._outcome.id)} is {_goal(power)}"):
            self._wait_began = self._clock.now()
            with self._noting_failed_read():
                self.see(self._assess(self.last, power))
            if self._failed_read is not None or self.last.stage.name == PENDING:
                yield Pause.WAIT
                self._poll_until_ready(power)
            if self.last.stage.name == FAILED:
                raise NotReady(
                    self._report(), ids=[self.last.id], advice="To accept a resource in this state, set wait: false."
                )

    def _poll_until_ready(self, power: str) -> None:
        timeout = self._desired_state.wait_timeout
        for is_there in self.poll(timeout, lambda _mark: self._read_while_waiting(power), None, read_at_once=False):
            self._require_presence(is_there)
            if is_there and self.last.stage.name != PENDING:
                return
        raise WaitTimeout(
            sentences(f"it is not {_goal(power)} after {timeout} s", self._report(), self.failed_read()),
            ids=[self.last.id],
            advice="Increase wait_timeout, or set wait: false and check the resource later.",
        )

    def _read_while_waiting(self, power: str) -> bool:
        """Read the resource and determine its stage. Return whether it exists."""
        current = self._resource.read_while_waiting(self.last)
        if current is None:
            return False
        assessed = self.see(self._assess(self.see(current), power))
        if assessed.stage.name != PENDING:
            completed = self._resource.complete(assessed, self._desired_state.values)
            self.see(completed.with_stage(*assessed.stage))
        return True

    def _assess(self, current: CurrentState, power: str) -> CurrentState:
        if current.being_removed:
            return current.with_stage(FAILED, f"{current.stage.words} and is deleting the resource")
        assessed = self._resource.assess(current, self._desired_state, power)
        young = self._clock.now() - self._wait_began < self._desired_state.settle_timeout
        if young and assessed.stage == (FAILED, self.former_failure):
            return assessed.with_stage(PENDING, assessed.stage.words)
        return assessed

    def _require_presence(self, is_there: bool) -> None:
        """Raise ``NotReady`` if no read has returned the resource for longer than ``settle_timeout``."""
        now = self._clock.now()
        if is_there:
            self._absent_since = None
        elif self._absent_since is None:
            self._absent_since = now
        elif now - self._absent_since > self._desired_state.settle_timeout:
            raise NotReady(
                f"it no longer exists: for {self._desired_state.settle_timeout} s no response has shown it.",
                ids=[self.last.id],
            )

    def _label(self, resource_id: str) -> str:
        return self._resource.label(self._desired_state, resource_id)

    def _report(self) -> str:
        """Return sentences about a resource that is not ready."""
        return sentences(self._reported_stage(), self._worker_summary, self.explanation())

    def explanation(self) -> str:
        """Return what else the provider knows about the resource as last read, or an empty text."""
        return self._resource.explain(self.last) if isinstance(self._resource, Explaining) else ""

    def _reported_stage(self) -> str:
        return f"{self._resource.provider.title} reports {self._state_in_words}"

    @property
    def stage_in_words(self) -> str:
        """The state of the resource as the provider last described it, or an empty text before the first read.

        It includes the workers, if there are any.
        """
        if not hasattr(self, "last"):
            return ""
        workers = self._worker_summary if self.last.facts.get("workers") else ""
        return f"{self._state_in_words}. {workers}" if workers else self._state_in_words

    @property
    def _state_in_words(self) -> str:
        return self._resource.client.secrets.scrub(self.last.stage.words)

    @property
    def _worker_summary(self) -> str:
        """The summary of the workers as last read, or an empty text if the resource has none."""
        return self._resource.client.secrets.scrub(self.last.facts.get("worker_summary", ""))

    def until_gone(self, resources: list[CurrentState], listed: ListResponse, denial: str = "") -> Iterator[Pause]:
        """Wait until no list response shows these resources.

        :param listed: the list response from before the delete.
        :param denial: the response to the delete, if the provider denied that the resource exists.
        """
        ids = {current.id for current in resources}
        if not ids:
            return
        desired_state = self._desired_state
        timeout = desired_state.wait_timeout if desired_state.wait else desired_state.settle_timeout
        mark = self._resource.mark()
        subject = self._label(*ids) if len(ids) == 1 else f"{self._resource.noun}s {', '.join(sorted(ids))}"
        with error_context(self._resource, f"confirm the deletion of {subject}"):
            shown_id, self._outcome.id = self._outcome.id, self._outcome.id or min(ids)
            yield Pause.READ_BACK
            left = self._poll_until_gone(ids, listed, timeout, mark)
            if left:
                response = f"It responded to the delete: {denial}" if denial else ""
                raise WaitTimeout(
                    sentences(
                        f"{self._resource.provider.title} still lists {', '.join(sorted(left))} after {timeout} s",
                        response,
                    ),
                    ids=sorted(left),
                    advice=f"It may still be billed. Check it in the {self._resource.provider.title} console.",
                )
            self._outcome.id = shown_id

    def _poll_until_gone(self, ids: set[str], listed: ListResponse, timeout: float, mark: int | None) -> set[str]:
        """Return the ids that the provider still lists when the time is up."""
        others = [current for current in listed if current.id not in ids]
        latest = ListResponse(others, announced=len(listed)) if others else ListResponse()
        left = None
        began = self._clock.now()
        for seen in self.poll(timeout, self._resource.list_resources, mark):
            is_late = self._clock.now() - began >= self._desired_state.settle_timeout
            if is_late and self._desired_state.state == "absent":
                self._watch.written()
            before, latest = latest, seen
            left = _remaining(ids, latest)
            if not left and latest.is_conclusive(before):
                return set()
        return self.require_read(left) or _remaining(ids, self._resource.conclusive(latest))


def _goal(power: str) -> str:
    """Return the result of a wait, as messages show it."""
    return "stopped" if power == OFF else "ready"


def _remaining(ids: set[str], list_response: ListResponse) -> set[str]:
    """Return the ids of resources that exist according to a list response."""
    return ids & {current.id for current in list_response if not (current.gone or current.gone_if_deleted)}
