# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out a plan, and believe only what is read afterwards.

Knows neither Ansible nor HTTP.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import NamedTuple

from .._clock import Clock
from .._errors import AmbiguousName, ApiError, CloudError, NotApplied, OutcomeUnknown, ProgrammingError
from .capabilities import MakingRoom, Preparing, ReusingNames, Switchable
from .context import error_context, removal_task
from .observer import Observer
from .outcome import Outcome
from .plan import CREATE, DELETE, NOTHING, REPLACE, RESTART, START, VERIFY, Change, Plan, Step
from .planner import SWITCHED_TO, final_power
from .resource import Resource
from .state import FAILED, OFF, ON, CurrentState, DesiredState
from .watch import Pause, Watch
from .writer import Writer


class _NewResource(NamedTuple):
    """What a look shows of a new resource.

    :param mismatches: where it is not as written; ``None`` when no resource matches the task.
    :param renamed: the resource that has the new id and does not match the task.
    """

    mismatches: list[str] | None
    renamed: CurrentState | None = None


class Executor:
    """Carries out the plan for one resource. ``outcome`` is up to date at any moment."""

    def __init__(
        self, resource: Resource, desired_state: DesiredState, plan: Plan, clock: Clock, watch: Watch | None = None
    ) -> None:
        self.outcome = Outcome.expected(plan, changed=False)
        self._resource = resource
        self._desired_state = desired_state
        self._plan = plan
        self._target = plan.target or {}
        watch = watch or Watch()
        self._observer = Observer(resource, desired_state, self.outcome, clock, watch)
        self._writer = Writer(resource, desired_state, self.outcome, clock, watch)
        self._subject = resource.label(desired_state)

    @property
    def refusal(self) -> str:
        """Why a write is refused for the time being, or an empty text."""
        return self._writer.refusal

    def steps(self) -> Iterator[Pause]:
        """Carry out the plan, verify it, and wait if the task says so. Yield before each wait: others may go first."""
        current = self._plan.current
        if current is not None:
            self._observer.see(current)
            if self._plan.changes_something and current.stage.name == FAILED:
                self._observer.former_failure = current.stage.words
        for step in self._plan.steps:
            yield from self._carry_out(step)
        if self._desired_state.state == "absent":
            yield from self._until_gone(self._plan.being_removed)
        elif self._desired_state.wait:
            yield from self._observer.until_ready(final_power(self._plan, self._desired_state))

    def _carry_out(self, step: Step) -> Iterator[Pause]:
        if step.action == NOTHING:
            return iter(())
        if step.action == CREATE:
            return self._create()
        if step.change is not None:
            return self._change(step.change, self._current)
        if step.action == VERIFY:
            return self._verify()
        if step.action == REPLACE:
            return self._replace(self._current)
        if step.action == DELETE:
            return self._delete(self._current)
        return self._switch(step.action)

    @property
    def _current(self) -> CurrentState:
        """The resource that the plan is about. Only the plan of a create has none."""
        if self._plan.current is None:
            raise ProgrammingError("The plan is about a resource that does not exist.")
        return self._plan.current

    # -- create ------------------------------------------------------------------------------------------------------

    def _create(self) -> Iterator[Pause]:
        if not isinstance(self._resource, ReusingNames):
            yield from self._until_gone(self._plan.being_removed)
        yield from self._order(f"create {self._subject}", older=None)

    def _order(self, doing: str, older: CurrentState | None) -> Iterator[Pause]:
        """Create a resource, never two, and leave it verified in the outcome."""
        resource, outcome = self._resource, self.outcome
        lost = None
        outcome.id = ""
        if isinstance(resource, Preparing):
            with error_context(resource, doing):
                resource.prepare_create(self._target)
        try:
            yield from self._writer.insist(doing, self._send_create, "created", self._target)
        except ApiError as error:
            if not error.maybe_done:
                raise
            lost = error
        outcome.show_ordered(self._desired_state.name, self._target, resource.facts_before_create)
        with error_context(resource, f"see the new {self._subject}" if lost is None else doing):
            try:
                yield from self._find_new(outcome.id, older, lost)
            except ApiError as error:
                if lost is None or outcome.id:
                    raise
                raise self._outcome_unknown(lost, f"it could not be looked for: {error.why}") from None
        yield from self._write_update_only()

    def _send_create(self) -> None:
        self.outcome.id = self._resource.create(self._target)

    def _write_update_only(self) -> Iterator[Pause]:
        """Set in a new resource what a create does not take."""
        table, current = self._resource.table, self._observer.last
        target = {**current.values, **table.update_only_values(self._target)}
        paths = table.differences(current.values, target)
        if paths:
            self._target = target
            for change in self._resource.changes(current, target, paths, self._desired_state.options):
                yield from self._change(change, current)
            yield from self._verify()

    def _find_new(self, new_id: str, older: CurrentState | None, lost: ApiError | None) -> Iterator[Pause]:
        """Find the new resource by what the task calls it, and read until every desired value holds."""
        settle_timeout = self._desired_state.settle_timeout
        matched_by = self._resource.matched_by(self._desired_state)
        mark = self._resource.mark()
        yield Pause.READ_BACK
        seen = None
        for seen in self._observer.looks(settle_timeout, lambda since: self._look_for_new(since, new_id, older), mark):
            if seen.mismatches == []:
                return
        seen = self._observer.demand_look(seen)
        if seen.mismatches:
            raise self._not_applied(seen.mismatches)
        if seen.renamed is not None:
            raise NotApplied(
                f"the new resource {new_id} does not have {matched_by}, but {seen.renamed.name!r}.",
                ids=[new_id],
                advice="Name it so in the task, or the next run creates another one.",
            )
        if lost is None:
            raise NotApplied(
                f"the provider returned the id {new_id}, and after {settle_timeout} s no list response shows it."
                f"{self._observer.bad_look()}",
                ids=[new_id],
                advice="Look at it in the provider's console.",
            )
        raise self._outcome_unknown(lost, f"after {settle_timeout} s no list response shows it")

    def _look_for_new(self, mark: int | None, new_id: str, older: CurrentState | None) -> _NewResource:
        """What a list response that was begun at or after a mark shows of the new resource."""
        list_response = self._resource.list_resources(mark)
        matches = [
            current
            for current in self._resource.matches(list_response, self._desired_state)
            if not current.being_removed and not (older and current.id == older.id)
        ]
        ids = {current.id for current in matches} | ({new_id} if new_id else set())
        if len(ids) > 1:
            matched_by = self._resource.matched_by(self._desired_state)
            raise AmbiguousName(
                f"now there are {len(ids)} with {matched_by}: {', '.join(sorted(ids))}.",
                ids=sorted(ids),
                advice="Another run may have created one at the same time. Delete by id what is not wanted.",
            )
        if matches:
            return _NewResource(self._mismatches_of_new(matches[0], older))
        return _NewResource(None, next((current for current in list_response if current.id == new_id), None))

    def _mismatches_of_new(self, current: CurrentState, older: CurrentState | None) -> list[str]:
        """Sentences on where a new resource is not as written."""
        table, desired = self._resource.table, self._desired_state.values
        self._observer.see(current)
        values = self._observer.see(self._resource.complete(current, None if older else desired)).values
        target = {**values, **self._target} if older else table.target(values, desired)
        target.update((option, values.get(option)) for option in table.update_only_values(target))
        return table.mismatches(values, target)

    def _outcome_unknown(self, lost: ApiError, seen: str) -> OutcomeUnknown:
        """The error for a create that may have happened, because its response was lost."""
        error = OutcomeUnknown(
            f"{lost.why}; whether it was created is unknown, and {seen}.",
            advice=f"Look for the {self._resource.noun} with {self._resource.matched_by(self._desired_state)} in the "
            "provider's console. As soon as it is visible there, running this task again is safe: it will be adopted. "
            "Before that a second run could create a second one.",
        )
        error.status, error.operation, error.request_id = lost.status, lost.operation, lost.request_id
        return error

    # -- change ------------------------------------------------------------------------------------------------------

    def _change(self, change: Change, current: CurrentState) -> Iterator[Pause]:
        """Send one write. When its response was lost, the resource itself shows whether it was done."""
        target, options = self._target, self._desired_state.options
        yield from self._observer.until_settled()
        try:
            yield from self._writer.insist(
                f"change {self._subject}",
                lambda: self._resource.send_change(change, current, target, options),
                "changed",
                target,
            )
        except ApiError as error:
            if not error.maybe_done or not change.is_visible or not (yield from self._shows(change.fields)):
                raise

    def _shows(self, paths: list[str]) -> Generator[Pause, None, bool]:
        """Whether the resource shows a change whose response was lost."""
        try:
            return not (yield from self._mismatches_after_settling(paths))
        except ApiError:
            return False

    def _verify(self) -> Iterator[Pause]:
        """Read until the resource is as written: every desired value, and everything that was to stay."""
        with error_context(self._resource, f"see the change of {self._subject}"):
            mismatches = yield from self._mismatches_after_settling()
            if mismatches:
                raise self._not_applied(mismatches)

    def _mismatches_after_settling(self, paths: list[str] | None = None) -> Generator[Pause, None, list[str]]:
        """Sentences on where the resource is not as written (in ``paths``, or anywhere) when the time is up."""
        mismatches = None
        for is_there in (yield from self._observer.readings()):
            mismatches = ["the resource is not there"]
            if is_there:
                values = self._observer.last.values
                # What the plan did not see, because a list response lacks it, cannot have been lost.
                mismatches = self._resource.table.mismatches(values, {**values, **self._target}, paths)
                if not mismatches:
                    return []
        return self._observer.demand_look(mismatches)

    def _not_applied(self, mismatches: list[str]) -> NotApplied:
        return NotApplied(
            f"the provider accepted the request, but after {self._desired_state.settle_timeout} s the resource is not "
            f"as written: {'; '.join(mismatches)}.{self._observer.bad_look()}",
            ids=[self.outcome.id],
            advice="The provider ignored, limited or rolled back the value.",
        )

    # -- switch ------------------------------------------------------------------------------------------------------

    def _switch(self, action: str) -> Iterator[Pause]:
        """Start, stop or restart, and see that it begins; nothing when the resource is in that state already."""
        if not isinstance(self._resource, Switchable):
            raise ProgrammingError(f"No {self._resource.noun} can be switched.")
        with error_context(self._resource, f"{action} {self._subject}"):
            yield from self._observer.until_settled()
            before = self._observer.last
            if before.power == SWITCHED_TO.get(action):
                return
            if before.power == OFF and action == RESTART:
                action = START
            lost = None
            try:
                with self._writer.writing(f"{action} {self._subject}"):
                    self._resource.switch(before, action)
            except ApiError as error:
                if not error.maybe_done:
                    raise
                lost = error
            is_there = None
            for is_there in (yield from self._observer.readings()):
                if is_there and self._has_moved(before, self._resource.switched_facts):
                    return
            if lost is not None:
                raise lost
            self._observer.demand_look(is_there)
            raise NotApplied(
                f"the provider accepted the request, but after {self._desired_state.settle_timeout} s its state is "
                f"still {before.stage.words}.{self._observer.bad_look()}",
                ids=[before.id],
            )

    def _has_moved(self, before: CurrentState, facts: tuple[str, ...]) -> bool:
        return any(self._observer.last.facts.get(fact) != before.facts.get(fact) for fact in facts)

    # -- replace and delete ------------------------------------------------------------------------------------------

    def _replace(self, older: CurrentState) -> Iterator[Pause]:
        noun = self._resource.noun
        state = "untouched"
        try:
            try:
                yield from self._order(f"replace {noun} {older.id}", older)
            except ApiError as error:
                if not self._makes_room(error):
                    raise
                state = "perhaps removed"
                yield from self._remove(older, f"make room by removing {noun} {older.id}")
                state = "removed"
                yield from self._order(f"replace the removed {noun} {older.id}", older)
                return
            if self._desired_state.wait:
                # It runs at first, whatever the state asks for.
                yield from self._observer.until_ready(ON)
            yield from self._remove(older, f"remove the replaced {noun} {older.id}")
        except CloudError as error:
            self._say_what_exists(error, older, state)
            raise

    def _makes_room(self, error: ApiError) -> bool:
        """Whether a refused replacement may delete the older resource first."""
        resource = self._resource
        return (
            isinstance(resource, MakingRoom)
            and error.reason in resource.codes_when_full
            and resource.may_delete_first(self._desired_state)
        )

    def _say_what_exists(self, error: CloudError, older: CurrentState, state: str) -> None:
        """Add to the error of a replacement which resources exist, and which task completes it."""
        noun, newer = self._resource.noun, self.outcome.id
        if newer in ("", older.id):
            more = ", and a newer one may exist" if isinstance(error, OutcomeUnknown) else ""
            error.why = f"{error.why.rstrip('.')}. The present {noun} {older.id} is {state}{more}."
            self.outcome.id = "" if state == "removed" else older.id
        elif state == "untouched":
            error.why += f" The older {noun} {older.id} and the newer {newer} may both exist."
            error.why += removal_task(self._resource, older)

    def _delete(self, current: CurrentState) -> Iterator[Pause]:
        yield from self._remove(current, f"delete {self._subject}")
        self.outcome.show_removed()

    def _remove(self, current: CurrentState, doing: str) -> Iterator[Pause]:
        with self._writer.writing(doing):
            removal = self._resource.delete(current)
        self.outcome.removal = removal.facts
        self.outcome.warnings += removal.warnings
        yield from self._until_gone([current], removal.denial)

    def _until_gone(self, resources: list[CurrentState], denial: str = "") -> Iterator[Pause]:
        return self._observer.until_gone(resources, self._plan.list_response, denial)
