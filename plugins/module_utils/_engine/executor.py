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
from typing import NamedTuple

from .._clock import Clock
from .._errors import AmbiguousName, ApiError, Cancelled, CloudError, NotApplied, OutcomeUnknown, ProgrammingError
from .._sentences import clauses, sentences
from .capabilities import (
    Interchangeable,
    MakingRoom,
    Preparing,
    ReadById,
    ReplacingIgnored,
    ReplacingOnRequest,
    ReusingNames,
    RewritingAfterLoss,
    Switchable,
)
from .context import equal_resources, error_context, removal_task
from .observer import Observer
from .outcome import Outcome
from .plan import CREATE, DELETE, NOTHING, RECYCLE, REPLACE, RESTART, START, STOP, VERIFY, Change, Plan, Step
from .planner import SWITCHED_TO, final_power
from .references import awaited_values, substituted
from .resource import Resource
from .similar_names import similar_resources
from .state import FAILED, OFF, ON, CurrentState, DesiredState
from .unfinished import UnfinishedCreate
from .watch import Pause, Watch, Write
from .writer import Writer


class _NewResource(NamedTuple):
    """A new resource, as a read shows it.

    :param mismatches: the differences from the written values; ``None`` if no resource matches the task.
    :param renamed: the resource with the new id, if it does not match the task.
    :param unlisted: the stage in words of a new resource that no list response shows yet.
    """

    mismatches: list[str] | None
    renamed: CurrentState | None = None
    unlisted: str = ""


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
        with error_context(resource, verification if lost is None else write.doing):
            try:
                yield from self._find_new(outcome.id, older, lost)
            except (ApiError, Cancelled) as error:
                if outcome.id:
                    raise
                raise self._outcome_unknown(lost, f"the search for it failed: {error.why}") from None
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
        if paths:
            for change in self._resource.changes(current, target, paths, self._desired_state.options):
                yield from self._change(change, current)

    def _find_new(self, new_id: str, older: CurrentState | None, lost: ApiError | None) -> Iterator[Pause]:
        """Find the new resource, as the next task would, and read it until it has all desired values."""
        settle_timeout = self._desired_state.settle_timeout
        matched_by = self._resource.matched_by(self._desired_state)
        mark = self._resource.mark()
        yield Pause.READ_BACK
        seen = None

        def read(since: int | None) -> _NewResource:
            return self._read_new(since, new_id, older, lost is None)

        for seen in self._observer.poll(settle_timeout, read, mark):
            if seen.mismatches == []:
                return
        seen = self._observer.require_read(seen)
        if seen.mismatches:
            raise self._not_applied(seen.mismatches)
        if seen.renamed is not None:
            self.outcome.id = new_id = seen.renamed.id
            raise NotApplied(
                f"the new {self._resource.noun} {new_id} does not have {matched_by}; its name is "
                f"{seen.renamed.name!r}.",
                ids=[new_id],
                advice=f"Set this name in the task; otherwise the next run can create another {self._resource.noun}.",
            )
        if new_id:
            raise NotApplied(
                sentences(
                    f"{self._title} returned the id {new_id}, but after {settle_timeout} s no list response shows it",
                    f"A read by its ID shows {seen.unlisted}" if seen.unlisted else "",
                    self._observer.failed_read(),
                ),
                ids=[new_id],
                advice=f"Check it in the {self._title} console.",
            )
        raise self._outcome_unknown(lost, f"after {settle_timeout} s no list response shows it")

    def _read_new(self, mark: int | None, new_id: str, older: CurrentState | None, is_accepted: bool) -> _NewResource:
        """Return the new resource as a list response shows it.

        :param mark: the oldest list response to accept.
        :param is_accepted: whether the provider has accepted the create.
        """
        list_response = self._resource.list_resources(mark)
        matches = [
            current
            for current in self._resource.matches(list_response, self._desired_state)
            if not current.being_removed and not (older and current.id == older.id)
        ]
        ids = {current.id for current in matches} | ({new_id} if new_id else set())
        if isinstance(self._resource, Interchangeable):
            matches.sort(key=lambda current: current.id != new_id)
            warning = equal_resources(self._resource, matches) if len(matches) > 1 else ""
            if warning and warning not in self.outcome.warnings:
                self.outcome.warnings.append(warning)
        elif len(ids) > 1:
            matched_by = self._resource.matched_by(self._desired_state)
            raise AmbiguousName(
                f"there are now {len(ids)} {self._resource.noun}s with {matched_by}: {', '.join(sorted(ids))}",
                ids=sorted(ids),
                advice="Another run may have created one at the same time. Delete the surplus ones by id.",
            )
        if matches:
            return _NewResource(self._mismatches_of_new(matches[0], older))
        if older is not None and isinstance(self._resource, ReplacingOnRequest):
            overwritten = next((current for current in list_response if current.id == older.id), None)
            if overwritten is not None and self._resource.is_overwritten(overwritten, self._target):
                self._observer.see(overwritten)
                return _NewResource([])
        if new_id or not is_accepted:
            renamed = [current for current in list_response if current.id == new_id]
        else:
            # The provider returns no id. A resource that was not there before is the new one.
            added = [current for current in list_response if current.id not in self._plan.list_response.ids]
            renamed = similar_resources(added, self._desired_state, self._resource.named_by, ())
        unlisted = self._stage_if_unlisted(new_id) if not renamed else ""
        return _NewResource(None, renamed[0] if len(renamed) == 1 else None, unlisted)

    def _stage_if_unlisted(self, new_id: str) -> str:
        """Return the stage of a new resource that no list response shows yet, in words, or an empty text."""
        if not new_id or not isinstance(self._resource, ReadById):
            return ""
        current = self._resource.read_new(new_id)
        if current is None:
            return ""
        self._observer.see(current)
        return self._resource.client.secrets.scrub(current.stage.words)

    def _mismatches_of_new(self, current: CurrentState, older: CurrentState | None) -> list[str]:
        """Return descriptions of the differences between a new resource and the written values."""
        table, desired = self._resource.table, self._desired_state.values
        self._observer.see(current)
        values = self._observer.see(self._resource.complete(current, None if older else desired)).values
        target = {**values, **self._target} if older else table.target(values, desired)
        target.update((option, values.get(option)) for option in table.update_only_values(target))
        return table.mismatches(values, target)

    def _outcome_unknown(self, lost: ApiError | None, seen: str) -> OutcomeUnknown:
        """Return the error for a create whose response was lost, or whose response contains no id.

        :param seen: what the reads after the create showed.
        """
        noun = self._resource.noun
        why = lost.why if lost else f"{self._title} accepted the request, but returned no id"
        error = OutcomeUnknown(
            sentences(why, f"It is unknown whether the {noun} was created: {seen}"),
            advice=f"Search for the {noun} with {self._resource.matched_by(self._desired_state)} in the {self._title} "
            f"console. Run the task again only after the {noun} is visible there: the task then adopts it. An earlier "
            f"run could create a second {noun}.",
        )
        if lost is not None:
            error.status, error.operation, error.request_id = lost.status, lost.operation, lost.request_id
        return error

    # -- change ------------------------------------------------------------------------------------------------------

    def _change(self, change: Change, current: CurrentState) -> Iterator[Pause]:
        """Send one write. If its response is lost, read the resource to find out whether the write was executed."""
        target, options = self._target, self._desired_state.options
        yield from self._observer.until_settled()
        try:
            yield from self._writer.send(
                Write(f"change {self._subject}", change.fields, current.id),
                lambda: self._resource.send_change(change, current, target, options),
                "changed",
                target,
            )
        except ApiError as error:
            is_visible = change.is_visible and self._resource.table.shows(change.fields)
            if not error.maybe_done or not is_visible or not (yield from self._shows(change.fields)):
                raise

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
                return
            # The new resource gets another id.
            may_replace = self._desired_state.recreate and not self._desired_state.id
            if not (isinstance(self._resource, ReplacingIgnored) and may_replace):
                raise self._not_applied(mismatches)
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

    def _not_applied(self, mismatches: list[str]) -> NotApplied:
        return NotApplied(
            sentences(
                f"{self._title} accepted the request, but after {self._desired_state.settle_timeout} s a read does not "
                f"show the written values: {clauses(mismatches)}",
                self._observer.failed_read(),
            ),
            ids=[self.outcome.id],
            advice=f"{self._title} ignored, limited or rolled back the value.",
        )

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
