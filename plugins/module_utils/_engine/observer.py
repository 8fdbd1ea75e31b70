# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a resource again and again, and believe only what is read.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Callable, TypeVar

from .._clock import Clock
from .._errors import ApiError, NotReady, ProgrammingError, WaitTimeout
from .capabilities import Explaining
from .context import error_context, learn_secrets
from .list_response import ListResponse
from .outcome import Outcome
from .resource import Resource
from .state import FAILED, PENDING, CurrentState, DesiredState
from .watch import Pause, Watch

T = TypeVar("T")


class Observer:
    """Reads one resource during a run, and keeps the outcome up to date."""

    def __init__(
        self, resource: Resource, desired_state: DesiredState, outcome: Outcome, clock: Clock, watch: Watch
    ) -> None:
        self.last: CurrentState
        """The resource as it was read last."""
        self._clock = clock
        self.former_failure = ""
        """The words of a failed stage from before the first write. They can stay visible for a while after it, so they
        are believed only when they stay longer than ``settle_timeout``."""
        self._resource = resource
        self._desired_state = desired_state
        self._outcome = outcome
        self._watch = watch
        self._bad_look: ApiError | None = None
        self._absent_since: float | None = None
        self._wait_began = 0.0

    def see(self, current: CurrentState) -> CurrentState:
        """Take a resource into the outcome, and mask its secrets in all texts."""
        learn_secrets(self._resource, current, self._desired_state.values)
        self.last = current
        self._outcome.show(current)
        return current

    # -- looks -------------------------------------------------------------------------------------------------------

    def looks(
        self, timeout: float, read: Callable[[int | None], T], mark: int | None, look_at_once: bool = True
    ) -> Iterator[T]:
        """What ``read`` returns, again and again until the time is up.

        The first look accepts a list response that was begun at ``mark`` or later, each further one only a new one. A
        look whose response proves nothing is noted, and the next one follows.
        """
        for number, _look in enumerate(self._clock.poll(timeout)):
            self._watch.waiting()
            if not number and not look_at_once:
                continue
            with self._noting_bad_look():
                seen = read(self._resource.mark() if number else mark)
            if self._bad_look is None:
                yield seen

    @contextmanager
    def _noting_bad_look(self) -> Iterator[None]:
        try:
            yield
        except ApiError as error:
            if not error.inconclusive:
                raise
            self._bad_look = error
        else:
            self._bad_look = None

    def demand_look(self, seen: T | None) -> T:
        """What the last good look showed. Raises the error of the last look when there was no good one."""
        if seen is None:
            raise self._bad_look or ProgrammingError("There was no look.")
        return seen

    def bad_look(self) -> str:
        """A sentence on the last look, when its response proved nothing."""
        return f" The last look failed: {self._bad_look.why.rstrip('.')}." if self._bad_look else ""

    def read_again(self, mark: int | None) -> bool:
        """Read the resource again; false when it is not there."""
        current = self._resource.read_one(self.last, mark)
        if current is not None:
            self.see(current)
        return current is not None

    def readings(self) -> Generator[Pause, None, Iterator[bool]]:
        """Looks at what was just written; each returns whether the resource is there."""
        mark = self._resource.mark()
        yield Pause.READ_BACK
        return self.looks(self._desired_state.settle_timeout, self.read_again, mark)

    # -- waits -------------------------------------------------------------------------------------------------------

    def until_settled(self) -> Iterator[Pause]:
        """Wait until the resource is not in transition any more."""
        if not self.last.in_transition:
            return
        timeout = self._desired_state.wait_timeout
        with error_context(self._resource, f"wait until {self._resource.noun} {self.last.id} can be changed"):
            yield Pause.SETTLE
            for is_there in self.looks(timeout, self.read_again, self._resource.mark()):
                self._demand_presence(is_there)
                if is_there and not self.last.in_transition:
                    return
            raise WaitTimeout(
                f"still in transition after {timeout} s; the provider says {self.last.stage.words}.{self.bad_look()}",
                ids=[self.last.id],
            )

    def until_ready(self, power: str) -> Iterator[Pause]:
        """Wait until the resource is ready and in a power state."""
        with error_context(self._resource, f"wait for {self._resource.noun} {self._outcome.id}"):
            self._wait_began = self._clock.now()
            with self._noting_bad_look():
                self.see(self._assess(self.last, power))
            if self._bad_look is not None or self.last.stage.name == PENDING:
                yield Pause.WAIT
                self._look_until_ready(power)
            if self.last.stage.name == FAILED:
                raise NotReady(
                    self._report(), ids=[self.last.id], advice="wait: false accepts a resource in this state."
                )

    def _look_until_ready(self, power: str) -> None:
        timeout = self._desired_state.wait_timeout
        for is_there in self.looks(timeout, lambda _mark: self._look_while_waiting(power), None, look_at_once=False):
            self._demand_presence(is_there)
            if is_there and self.last.stage.name != PENDING:
                return
        raise WaitTimeout(
            f"not ready after {timeout} s; {self._report()}{self.bad_look()}",
            ids=[self.last.id],
            advice="Raise wait_timeout, or set wait: false and look later.",
        )

    def _look_while_waiting(self, power: str) -> bool:
        """Read and assess the resource that is waited for; false when it is not there."""
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
            return current.with_stage(FAILED, f"{current.stage.words}, and removes it")
        assessed = self._resource.assess(current, self._desired_state, power)
        young = self._clock.now() - self._wait_began < self._desired_state.settle_timeout
        if young and assessed.stage == (FAILED, self.former_failure):
            return assessed.with_stage(PENDING, assessed.stage.words)
        return assessed

    def _demand_presence(self, is_there: bool) -> None:
        """Raise when the resource has been missing for longer than a new one takes to show."""
        now = self._clock.now()
        if is_there:
            self._absent_since = None
        elif self._absent_since is None:
            self._absent_since = now
        elif now - self._absent_since > self._desired_state.settle_timeout:
            raise NotReady(
                f"it is not there any more: for {self._desired_state.settle_timeout} s nothing has shown it.",
                ids=[self.last.id],
            )

    def _report(self) -> str:
        """What the provider says of a resource that is not ready."""
        explanation = self._resource.explain(self.last) if isinstance(self._resource, Explaining) else ""
        return " ".join(filter(None, [f"the provider says {self.last.stage.words}.", explanation]))

    def until_gone(self, resources: list[CurrentState], listed: ListResponse, denial: str = "") -> Iterator[Pause]:
        """Wait until no list response shows these resources.

        :param listed: the list response from before the removal.
        :param denial: the provider's text when it denied that the resource exists.
        """
        ids = {current.id for current in resources}
        if not ids:
            return
        desired_state = self._desired_state
        timeout = desired_state.wait_timeout if desired_state.wait else desired_state.settle_timeout
        mark = self._resource.mark()
        with error_context(self._resource, f"see {self._resource.noun} {', '.join(sorted(ids))} removed"):
            shown_id, self._outcome.id = self._outcome.id, self._outcome.id or min(ids)
            yield Pause.READ_BACK
            left = self._look_until_gone(ids, listed, timeout, mark)
            if left:
                said = f" The provider's response to the delete: {denial}." if denial else ""
                raise WaitTimeout(
                    f"still listed after {timeout} s: {', '.join(sorted(left))}.{said}",
                    ids=sorted(left),
                    advice="It may go on costing money: look at it in the provider's console.",
                )
            self._outcome.id = shown_id

    def _look_until_gone(self, ids: set[str], listed: ListResponse, timeout: float, mark: int | None) -> set[str]:
        """Those of the ids that are still there when the time is up."""
        others = [current for current in listed if current.id not in ids]
        latest = ListResponse(others, announced=len(listed)) if others else ListResponse()
        left = None
        for seen in self.looks(timeout, self._resource.list_resources, mark):
            before, latest = latest, seen
            left = _remaining(ids, latest)
            if not left and latest.is_conclusive(before):
                return set()
        return self.demand_look(left) or _remaining(ids, self._resource.conclusive(latest))


def _remaining(ids: set[str], list_response: ListResponse) -> set[str]:
    """Those of the ids that a list response shows as not gone."""
    return ids & {current.id for current in list_response if not (current.gone or current.gone_if_deleted)}
