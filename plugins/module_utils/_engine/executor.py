# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Execute a plan, and verify each write by a read.

This module uses neither Ansible nor HTTP.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from .._clock import Clock
from .._errors import ApiError, CloudError, NotApplied, OutcomeUnknown, ProgrammingError
from .._sentences import sentences
from .capabilities import (
    Accumulating,
    MakingRoom,
    Preparing,
    ReplacingIgnored,
    ReplacingOnRequest,
    ReusingNames,
    RewritingAfterLoss,
    Switchable,
)
from .context import error_context, removal_task
from .new_resource import NewResource
from .observer import Observer
from .outcome import Outcome
from .plan import CREATE, DELETE, NOTHING, RECYCLE, REPLACE, RESTART, START, STOP, VERIFY, Change, Plan, Step
from .planner import SWITCHED_TO, final_power
from .references import awaited_values, substituted
from .resource import Resource
from .state import FAILED, OFF, ON, CurrentState, DesiredState
from .unfinished import UnfinishedChange, UnfinishedCreate, former_values
from .watch import Pause, Watch, Write
from .writer import Writer


class Executor:
    """Executes the plan of one resource. ``outcome`` is always up to date."""

    def __init__(
        self, resource: Resource, desired_state: DesiredState, plan: Plan, clock: Clock, watch: Watch | None = None
    ) -> None:
        self.outcome = Outcome.expected(plan, changed=False)
        self._resource = resource
        self._desired_state = desired_state
        self._plan = plan
        self._target = plan.target or {}
        self._watch = watch or Watch()
        self._observer = Observer(resource, desired_state, self.outcome, clock, self._watch)
        self._writer = Writer(resource, desired_state, self.outcome, clock, self._watch)
        self._unfinished: UnfinishedChange | None = None
        """The note of a change that has not been verified yet."""
        self._title = resource.provider.title
        self._subject = resource.label(desired_state, plan.current.id if plan.current else "")

    @property
    def refusal(self) -> str:
        """The reason for which the provider temporarily refuses a write, or an empty text."""
        return self._writer.refusal

    @property
    def stage_in_words(self) -> str:
        """The state of the resource as the provider last described it, or an empty text."""
        return self._observer.stage_in_words

    def steps(self) -> Iterator[Pause]:
        """Execute the plan, verify each write, and wait if the task sets ``wait``. Yields before each pause."""
        current = self._plan.current
        if current is not None:
            self._observer.see(current)
            if self._plan.changes_something and current.stage.name == FAILED:
                self._observer.former_failure = current.stage.words
        self._replace_placeholders()
        for step in self._plan.steps:
            yield from self._execute(step)
        if self._desired_state.state == "absent":
            yield from self._until_gone(self._plan.being_removed)
        elif self._desired_state.wait:
            self._watch.written()
            yield from self._observer.until_ready(final_power(self._plan, self._desired_state))

    def _replace_placeholders(self) -> None:
        """Set the ids of resources that did not exist when the plan was made. Raises ``NotFound``."""
        if self._desired_state.state == "absent":
            return
        with error_context(self._resource, f"find what {self._subject} uses"):
            known = awaited_values(self._resource)
        if known:
            self._target = substituted(self._target, known)
            self._desired_state = replace(self._desired_state, values=substituted(self._desired_state.values, known))

    def _execute(self, step: Step) -> Iterator[Pause]:
        if step.action == NOTHING:
            return iter(())
        if step.action == CREATE:
            return self._create(step.fields)
        if step.change is not None:
            return self._change(step.change, self._current)
        if step.action == VERIFY:
            return self._verify()
        if step.action == REPLACE:
            return self._replace(self._current, step.fields)
        if step.action == DELETE:
            return self._delete(step.resource or self._current)
        return self._switch(step.action)

    @property
    def _current(self) -> CurrentState:
        """The resource that the plan changes. Only the plan of a create has none."""
        if self._plan.current is None:
            raise ProgrammingError("the plan changes a resource that does not exist")
        return self._plan.current

    # -- create ------------------------------------------------------------------------------------------------------

    def _create(self, fields: Sequence[str]) -> Iterator[Pause]:
        if not isinstance(self._resource, ReusingNames):
            yield from self._until_gone(self._plan.being_removed)
        yield from self._order(Write(f"create {self._subject}", fields), older=None)

    def _order(self, write: Write, older: CurrentState | None) -> Iterator[Pause]:
        """Create a resource, never twice, and verify it.

        :param older: the resource that the new one replaces.
        """
        resource, outcome = self._resource, self.outcome
        lost = None
        outcome.id = ""
        unfinished = UnfinishedCreate(resource, self._desired_state)
        if isinstance(resource, Preparing):
            with error_context(resource, write.doing):
                resource.prepare_create(self._target)

        def send() -> None:
            unfinished.begin(older.id if older else "")
            outcome.id = resource.create(self._target)

        try:
            yield from self._writer.send(write, send, "created", self._target)
        except ApiError as error:
            if not error.maybe_done:
                unfinished.end()
                raise
            lost = error
        outcome.show_ordered(self._desired_state.name, self._target, resource.facts_before_create)
        verification = f"verify the new {resource.label(self._desired_state, outcome.id)}"
        new = NewResource(
            resource,
            self._desired_state,
            self._target,
            self._plan.list_response,
            older,
            self._observer,
            outcome,
        )
        with error_context(resource, verification if lost is None else write.doing):
            yield from new.until_found(lost)
        unfinished.end()
        yield from self._write_update_only()
        if lost is not None and isinstance(resource, RewritingAfterLoss):
            yield from self._write_unreadable()

    def _write_update_only(self) -> Iterator[Pause]:
        """Set the values of a new resource that a create does not accept."""
        table, current = self._resource.table, self._observer.last
        target = {**current.values, **table.update_only_values(self._target)}
        paths = table.differences(current.values, target)
        if paths:
            self._target = target
            for change in self._resource.changes(current, target, paths, self._desired_state.options):
                yield from self._change(change, current)
            yield from self._verify()

    def _write_unreadable(self) -> Iterator[Pause]:
        """Write the values that no read shows into a new resource, because the create may not have stored them."""
        current, target = self._observer.last, self._target
        paths = [option for option in target if not self._resource.table.shows([option])]
        for change in self._resource.changes(current, target, paths, self._desired_state.options):
            yield from self._change(change, current)

    # -- change ------------------------------------------------------------------------------------------------------

    def _change(self, change: Change, current: CurrentState) -> Iterator[Pause]:
        """Send one write. If its response is lost, read the resource to find out whether the write was executed."""
        target, options = self._target, self._desired_state.options
        yield from self._observer.until_settled()
        earlier = self._unfinished

        def send() -> None:
            self._leave_note(change, current)
            self._resource.send_change(change, current, target, options)

        write = Write(f"change {self._subject}", change.fields, current.id)
        try:
            yield from self._writer.send(write, send, "changed", target)
        except ApiError as error:
            if not error.maybe_done and earlier is None:
                self._remove_note()
            is_visible = change.is_visible and self._resource.table.shows(change.fields)
            if not error.maybe_done or not is_visible or not (yield from self._shows(change.fields)):
                raise

    def _leave_note(self, change: Change, current: CurrentState) -> None:
        """Leave a note of a change that must not be sent twice."""
        if isinstance(self._resource, Accumulating):
            paths = [path for path in change.fields if path in self._resource.accumulated]
            if paths:
                self._unfinished = UnfinishedChange(self._resource, current.id)
                self._unfinished.begin(former_values(current.values, paths))

    def _remove_note(self) -> None:
        if self._unfinished is not None:
            self._unfinished.end()
            self._unfinished = None

    def _shows(self, paths: list[str]) -> Generator[Pause, None, bool]:
        """Return whether the resource shows a change whose response was lost."""
        try:
            return not (yield from self._mismatches_after_settling(paths))
        except ApiError:
            return False

    def _verify(self) -> Iterator[Pause]:
        """Read until the resource has all written values, including those that the task does not set."""
        with error_context(self._resource, f"verify the change of {self._subject}"):
            mismatches = yield from self._mismatches_after_settling()
            if not mismatches:
                self._remove_note()
                return
            # The new resource gets another id.
            may_replace = self._desired_state.recreate and not self._desired_state.id
            if not (isinstance(self._resource, ReplacingIgnored) and may_replace):
                raise self._observer.not_applied(mismatches)
        yield from self._replace_ignored(self._observer.last)

    def _replace_ignored(self, older: CurrentState) -> Iterator[Pause]:
        """Replace a resource whose update the provider has accepted and not applied."""
        fields = self._resource.table.differences(older.values, {**older.values, **self._target})
        self.outcome.plan.append(Step(REPLACE, fields, "replaces", facts={"id": older.id}).report())
        yield from self._replace(older, fields)

    def _mismatches_after_settling(self, paths: list[str] | None = None) -> Generator[Pause, None, list[str]]:
        """Read until the resource has the written values. Return the differences that remain after ``settle_timeout``.

        :param paths: the option paths to compare; ``None`` for all of them.
        """
        mismatches = None
        for is_there in (yield from self._observer.readings()):
            mismatches = ["the resource does not exist"]
            if is_there:
                values = self._observer.last.values
                # The plan lacks the values that a list response does not contain. They are not compared.
                mismatches = self._resource.table.mismatches(values, {**values, **self._target}, paths)
                if not mismatches:
                    return []
        return self._observer.require_read(mismatches)

    # -- switch ------------------------------------------------------------------------------------------------------

    def _switch(self, action: str) -> Iterator[Pause]:
        """Start, stop or restart the resource, and verify that it begins.

        Does nothing if the resource is already in that state.
        """
        if not isinstance(self._resource, Switchable):
            raise ProgrammingError("this resource type cannot be started or stopped")
        with error_context(self._resource, f"{action} {self._subject}"):
            yield from self._observer.until_settled()
            if action == RECYCLE and self._current.power == OFF and self._desired_state.wait:
                # Only what runs can be recycled.
                yield from self._observer.until_ready(ON)
            before = self._observer.last
            if before.power == SWITCHED_TO.get(action):
                return
            if before.power == OFF and action == RESTART:
                action = START
            lost = None
            try:
                with self._writer.writing(Write(f"{action} {self._subject}", resource_id=before.id)):
                    self._resource.switch(before, action)
                if action != STOP and before.power == OFF:
                    # The provider can still return the state from before the start.
                    self._observer.former_failure = before.stage.words
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
            self._observer.require_read(is_there)
            if action in self._resource.unseen_actions:
                return
            words = self._resource.client.secrets.scrub(before.stage.words)
            raise NotApplied(
                sentences(
                    f"{self._title} accepted the request, but after {self._desired_state.settle_timeout} s it still "
                    f"reports {words}",
                    self._observer.explanation(),
                    self._observer.failed_read(),
                ),
                ids=[before.id],
            )

    def _has_moved(self, before: CurrentState, facts: tuple[str, ...]) -> bool:
        return any(self._observer.last.facts.get(fact) != before.facts.get(fact) for fact in facts)

    # -- replace and delete ------------------------------------------------------------------------------------------

    def _replace(self, older: CurrentState, fields: Sequence[str]) -> Iterator[Pause]:
        noun = self._resource.noun
        state = "unchanged"
        try:
            try:
                yield from self._order(Write(f"replace {noun} {older.id}", fields), older)
            except ApiError as error:
                if not self._makes_room(error):
                    raise
                state = "possibly deleted"
                yield from self._remove(older, f"delete {noun} {older.id} to make room for its replacement")
                state = "deleted"
                yield from self._order(Write(f"replace the deleted {noun} {older.id}", fields), older)
                return
            if self._desired_state.wait:
                # A new resource runs first, even if the task stops it afterward.
                yield from self._observer.until_ready(ON)
            if self.outcome.id != older.id:
                yield from self._remove_replaced(older, f"delete the replaced {noun} {older.id}")
        except CloudError as error:
            if isinstance(error, OutcomeUnknown) and isinstance(self._resource, ReplacingOnRequest):
                state = "possibly overwritten"
            self._add_existing_resources(error, older, state)
            raise

    def _remove_replaced(self, older: CurrentState, doing: str) -> Iterator[Pause]:
        """Delete the replaced resource. If others still use it, add a warning instead."""
        resource = self._resource
        try:
            yield from self._remove(older, doing)
        except ApiError as error:
            if not isinstance(resource, ReplacingOnRequest) or error.reason not in resource.codes_in_use:
                raise
            newer_id = self.outcome.id
            self.outcome.warnings.append(
                sentences(
                    f"The older {resource.noun} {older.id} and the newer {newer_id} both exist, because {self._title} "
                    f"refused to delete the older one: {error.why}",
                    resource.after_replacement(newer_id),
                    removal_task(resource, older),
                    f"Until then, a task without an id fails, because two {resource.noun}s have "
                    f"{resource.matched_by(self._desired_state)}",
                )
            )

    def _makes_room(self, error: ApiError) -> bool:
        """Return whether a refused replacement may delete the older resource first."""
        resource = self._resource
        return (
            isinstance(resource, MakingRoom)
            and error.reason in resource.codes_when_full
            and resource.may_delete_first(self._desired_state)
        )

    def _add_existing_resources(self, error: CloudError, older: CurrentState, state: str) -> None:
        """Add to the error of a replacement which resources exist, and the task that completes the replacement."""
        noun, newer = self._resource.noun, self.outcome.id
        if newer in ("", older.id):
            more = ", and a newer one may exist" if isinstance(error, OutcomeUnknown) else ""
            error.why = sentences(error.why, f"The original {noun} {older.id} is {state}{more}")
            self.outcome.id = "" if state == "deleted" else older.id
        elif state == "unchanged":
            both = f"The older {noun} {older.id} and the newer {newer} may both exist"
            error.why = sentences(error.why, both, removal_task(self._resource, older))

    def _delete(self, current: CurrentState) -> Iterator[Pause]:
        yield from self._remove(current, f"delete {self._subject}")
        self.outcome.show_removed()

    def _remove(self, current: CurrentState, doing: str) -> Iterator[Pause]:
        with self._writer.writing(Write(doing, resource_id=current.id)):
            removal = self._resource.delete(current)
        self.outcome.removal = removal.facts
        self.outcome.warnings += removal.warnings
        yield from self._until_gone([current], removal.denial)
        self.outcome.deleted_id = self.outcome.deleted_id or current.id

    def _until_gone(self, resources: list[CurrentState], denial: str = "") -> Iterator[Pause]:
        return self._observer.until_gone(resources, self._plan.list_response, denial)
