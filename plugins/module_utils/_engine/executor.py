# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan in, a verified result out.

``Reconciler.plan`` decides everything before the first write (see ``plan.py``); ``Reconciler.apply`` carries it out and
believes only what it reads afterwards. Knows neither Ansible nor HTTP.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from typing import NamedTuple

from .._errors import AmbiguousName, ApiError, CloudError, NotApplied, NotReady, OutcomeUnknown, WaitTimeout
from .list_response import ListResponse
from .planner import SWITCHED_TO, Planner
from .state import FAILED, OFF, ON, PENDING, CurrentState, Stage

READ_BACK = "read back"
"""The next thing to do is to look whether a write shows."""
SETTLE = "settle"
"""The next thing to do is to wait until the record can be changed."""
WAIT = "wait"
"""The next thing to do is to wait for what the provider does by itself."""
REFUSED = "refused"
"""The next thing to do is to send a write again that was refused for the time being."""
BETWEEN_REFUSALS = 8.0
"""Seconds from such a refusal to the next try."""


class _New(NamedTuple):
    """What a look shows of a new record: where it is not as written (``None`` where it does not show at all), and the record
    that has its id and is called something else."""

    unmet: list | None
    other: CurrentState | None = None


class Watch:
    """Hears of every write, and can stop it. A fleet keeps a journal with it."""

    def before(self, doing):
        """A write is about to be sent. What this raises stops it."""

    def after(self, doing, record_id):
        """The write was answered; ``record_id`` is the record's id as far as it is known."""

    def waiting(self):
        """The record is about to be looked at once more. What this raises ends the wait."""


class Executor(Planner):
    """Brings one resource into the desired state. ``outcome`` is kept up to date for the case of a failure.

    ``refusal`` is why a write is refused for the time being, while that is so.
    """

    def __init__(self, resource, desired_state, clock, watch=None):
        super().__init__(resource, desired_state)
        self.clock = clock
        self.refusal = ""
        self._watch = watch or Watch()
        self._bad_look = None
        self._absent_since = None
        self._former_failure = ""
        self._wait_began = 0.0

    def apply(self):
        """Carry out the plan, verify it, and wait where that is wanted."""
        for _pause in self.steps():
            pass
        return self.outcome

    def steps(self):
        """Do what ``apply`` does, and yield before each ``READ_BACK``, ``SETTLE``, ``REFUSED`` and ``WAIT``: others may go first."""
        self.outcome.changed = False
        if self._current is not None:
            self._see(self._current)
            if self._acts and self._current.condition.stage == FAILED:
                self._former_failure = self._current.condition.words
        for act in self._acts:
            yield from act()
        if self.desired_state.state == "absent":
            yield from self._await_gone(self._leaving)
        elif self.desired_state.wait:
            yield from self._await_ready(self._final_power)

    # -- the writes --------------------------------------------------------------------------------------------------

    def _create(self):
        if self.resource.waits_for_removal:
            yield from self._await_gone(self._leaving)
        yield from self._order(f"create {self._subject}", older=None)

    def _order(self, doing, older):
        """Create a record, never two, and leave it verified in ``outcome``."""
        lost = None
        self.outcome.id = ""
        with self._doing(doing):
            self.resource.before_create(self._target)
        try:
            yield from self._insist(doing, self._send_create, "created")
        except ApiError as error:
            if not error.maybe_done:
                raise
            lost = error
        self._expect(self.outcome.id, self.desired_state.name, self._target, self.resource.facts_before_create)
        with self._doing(f"see the new {self._subject}" if lost is None else doing):
            try:
                yield from self._appear(self.outcome.id, older, lost)
            except ApiError as error:
                if lost is None or self.outcome.id:
                    raise
                raise self._unknown(lost, f"it could not be looked for: {error.why}") from None
        yield from self._write_update_only()

    def _send_create(self):
        self.outcome.id = self.resource.create(self._target)

    def _write_update_only(self):
        """Set in a new record what a create does not take."""
        late = self._table.update_only_values(self._target)
        target = {**self._last.values, **late}
        paths = self._table.differences(self._last.values, target)
        if paths:
            self._target = target
            for change in self.resource.changes(self._last, target, paths, self.desired_state.options):
                yield from self._change(change)
            yield from self._see_change()

    def _change(self, change):
        """Carry out one write; when its answer was lost, the record itself tells whether it was done."""
        yield from self._settle()
        try:
            yield from self._insist(f"change {self._subject}", change.act, "changed")
        except ApiError as error:
            if not error.maybe_done or not change.shows or not (yield from self._shows(change.fields)):
                raise

    def _shows(self, paths):
        """Whether the record shows a change whose answer was lost."""
        try:
            return not (yield from self._unmet_after_settling(paths))
        except ApiError:
            return False

    def _see_change(self):
        """Read until the record is as written: every wish, and everything that was to stay."""
        with self._doing(f"see the change of {self._subject}"):
            unmet = yield from self._unmet_after_settling()
            if unmet:
                raise self._not_applied(unmet)

    def _switch(self, action):
        """Start, stop or restart, and see that it begins; nothing where it is so already."""
        with self._doing(f"{action} {self._subject}"):
            yield from self._settle()
            before = self._last
            if before.power == SWITCHED_TO.get(action):
                return
            if before.power == OFF and action == "restart":
                action = "start"
            lost = None
            try:
                with self._writing(f"{action} {self._subject}"):
                    self.resource.switch(before, action)
            except ApiError as error:
                if not error.maybe_done:
                    raise
                lost = error
            seen = None
            for seen in (yield from self._readings(self.desired_state.settle_timeout)):
                if seen and self._moved(before.facts):
                    return
            if seen is None:
                # Every look was a bad one.
                raise lost or self._bad_look
            raise lost or NotApplied(
                f"the provider accepted the request, but after {self.desired_state.settle_timeout} s its state is still "
                f"{before.condition.words}.{self._last_look()}",
                ids=[before.id],
            )

    def _moved(self, before):
        return any(self._last.facts.get(fact) != before.get(fact) for fact in self.resource.switched_facts)

    def _replace(self):
        older = self._current
        state = "untouched"
        try:
            try:
                yield from self._order(f"replace {self._noun} {older.id}", older)
            except ApiError as error:
                if error.reason not in self.resource.crowded or not self._may_delete_first():
                    raise
                state = "perhaps removed"
                yield from self._remove(older, f"make room by removing {self._noun} {older.id}")
                state = "removed"
                yield from self._order(f"replace the removed {self._noun} {older.id}", older)
                return
            if self.desired_state.wait:
                # It runs at first, whatever the state asks for.
                yield from self._await_ready(ON)
            yield from self._remove(older, f"remove the replaced {self._noun} {older.id}")
        except CloudError as error:
            newer = self.outcome.id
            if newer in ("", older.id):
                more = ", and a newer one may exist" if isinstance(error, OutcomeUnknown) else ""
                error.why = f"{error.why.rstrip('.')}. The present {self._noun} {older.id} is {state}{more}."
                self.outcome.id = "" if state == "removed" else older.id
            elif state == "untouched":
                error.why += (
                    f" The older {self._noun} {older.id} and the newer {newer} may both exist."
                    + self._removal_of(older)
                )
            raise

    def _may_delete_first(self):
        return self.desired_state.options.get("recreate_order") == "delete_first"

    def _delete(self):
        yield from self._remove(self._current, f"delete {self._subject}")
        self._expect("", "", None, {})

    def _remove(self, record, doing):
        with self._writing(doing):
            removal = self.resource.delete(record)
        self.outcome.removal = removal.facts
        self.outcome.warnings += removal.warnings
        yield from self._await_gone([record], removal.inconsistency)

    def _insist(self, doing, send, done):
        """Send a write, and again where a refusal proves that nothing happened and passes, until the time is up.

        ``done`` says what has not happened as long as it is refused.
        """
        began = self.clock.now()
        for tries in itertools.count(1):
            try:
                with self._writing(doing):
                    send()
                self.refusal = ""
                return
            except ApiError as error:
                if error.maybe_done or not self.resource.is_temporary(error):
                    self._tell_carried(error)
                    raise
                took = self.clock.now() - began
                left = self.desired_state.wait_timeout - took if self.desired_state.wait else 0
                if left <= 0:
                    raise _refused_to_the_end(error, tries, took, done, self.desired_state.wait)
                self.refusal = error.why
            yield REFUSED
            self.clock.sleep(min(BETWEEN_REFUSALS, left))
            self._watch.waiting()

    def _tell_carried(self, error):
        """Add to a refusal which values the record had already that lie outside the ranges which the provider prints."""
        carried = self._table.range_violations(self._target, {}) if error.status in (400, 422) else []
        if carried:
            told = "; ".join(map(self.resource.client.secrets.scrub, carried))
            error.advice = f"{error.advice} These values were in the record before, and are outside the printed ranges: {told}.".lstrip()

    @contextmanager
    def _writing(self, doing):
        """Announce a write, and note it as a change unless it surely did not happen."""
        with self._doing(doing):
            self._watch.before(doing)
            try:
                yield
            except ApiError as error:
                self.outcome.changed = self.outcome.changed or error.maybe_done
                raise
            self.outcome.changed = True
            self._watch.after(doing, self.outcome.id)

    # -- reading back ------------------------------------------------------------------------------------------------

    def _settle(self):
        """Wait until the record is in no transition."""
        if self._last.settled:
            return
        with self._doing(f"wait until {self._noun} {self._last.id} can be changed"):
            yield SETTLE
            for present in self._looks(
                self._marks(self.resource.mark(), self.desired_state.wait_timeout), self._read_again
            ):
                self._demand_presence(present)
                if present and self._last.settled:
                    return
            raise WaitTimeout(
                f"still in transition after {self.desired_state.wait_timeout} s; the provider says "
                f"{self._last.condition.words}.{self._last_look()}",
                ids=[self._last.id],
            )

    def _readings(self, timeout):
        """Read the record again and again; each reading says whether it is there."""
        mark = self.resource.mark()
        yield READ_BACK
        return self._looks(self._marks(mark, timeout), self._read_again)

    def _looks(self, marks, look):
        """What ``look`` returns at each mark. A look whose response proves nothing is noted, and the next one follows."""
        for mark in marks:
            try:
                seen = look(mark)
            except ApiError as error:
                if not error.inconclusive:
                    raise
                self._bad_look = error
            else:
                self._bad_look = None
                yield seen

    def _last_look(self):
        """A sentence on the last look, where its response proved nothing."""
        return f" The last look failed: {self._bad_look.why.rstrip('.')}." if self._bad_look else ""

    def _marks(self, mark, timeout):
        """For each look until the time is up, the moment since which it must have been taken; the first is given."""
        for number, _again in enumerate(self._poll(timeout)):
            yield self.resource.mark() if number else mark

    def _poll(self, timeout):
        for again in self.clock.poll(timeout):
            self._watch.waiting()
            yield again

    def _read_again(self, mark):
        """Read the record that was seen last; false when it is not there."""
        record = self.resource.read_one(self._last, mark)
        if record is not None:
            self._see(record)
        return record is not None

    def _appear(self, new_id, older, lost):
        """Find the new record by what the task calls it, and read until every wish holds."""
        matched_by = self.resource.matched_by(self.desired_state)
        seen = None
        mark = self.resource.mark()
        yield READ_BACK
        for seen in self._looks(
            self._marks(mark, self.desired_state.settle_timeout), lambda since: self._look_for_new(since, new_id, older)
        ):
            if seen.unmet == []:
                return
        if seen is None:
            # Every look was a bad one.
            raise self._bad_look
        if seen.unmet:
            raise self._not_applied(seen.unmet)
        if seen.other is not None:
            raise NotApplied(
                f"the new record {new_id} does not have {matched_by}, but {seen.other.name!r}.",
                ids=[new_id],
                advice="Name it so in the task, or the next run creates another one.",
            )
        if lost is None:
            raise NotApplied(
                f"the provider answered the id {new_id}, and after {self.desired_state.settle_timeout} s no "
                f"listing shows it.{self._last_look()}",
                ids=[new_id],
                advice="Look at it in the provider's console.",
            )
        raise self._unknown(lost, f"after {self.desired_state.settle_timeout} s no listing shows it")

    def _look_for_new(self, since, new_id, older):
        """What a listing begun at or after a mark shows of the new record, as ``_New``."""
        list_response = self.resource.list_resources(since)
        matches = [
            record
            for record in self.resource.matches(list_response, self.desired_state)
            if not record.being_removed and not (older and record.id == older.id)
        ]
        ids = {record.id for record in matches} | ({new_id} if new_id else set())
        if len(ids) > 1:
            raise AmbiguousName(
                f"now there are {len(ids)} with {self.resource.matched_by(self.desired_state)}: {', '.join(sorted(ids))}.",
                ids=sorted(ids),
                advice="Another run may have created one at the same time. Delete by id what is not wanted.",
            )
        if matches:
            return _New(self._unmet_in_new(matches[0], older))
        return _New(None, next((record for record in list_response if record.id == new_id), None))

    def _unknown(self, lost, seen):
        """The error that says of a create whose answer was lost that it may have happened."""
        error = OutcomeUnknown(
            f"{lost.why}; whether it was created is unknown, and {seen}.",
            advice=f"Look for the {self._noun} with {self.resource.matched_by(self.desired_state)} in the provider's console. As soon as "
            "it is visible there, running this task again is safe: it will be adopted. Before that a second run "
            "could create a second one.",
        )
        error.status, error.operation, error.request_id = lost.status, lost.operation, lost.request_id
        return error

    def _unmet_in_new(self, record, older):
        """Sentences on where a new record is not as written."""
        self._see(record)
        completed = self.resource.complete(record, None if older else self.desired_state.values)
        self._see(completed)
        goal = (
            {**completed.values, **self._target}
            if older
            else self._table.target(completed.values, self.desired_state.values)
        )
        late = self._table.update_only_values(goal)
        goal.update((option, completed.values.get(option)) for option in late)
        return self._table.mismatches(completed.values, goal)

    def _unmet_after_settling(self, paths=None):
        """Sentences on where the record is not as written (in ``paths``, or anywhere) when the time is up."""
        unmet = None
        for seen in (yield from self._readings(self.desired_state.settle_timeout)):
            unmet = ["the record is not there"]
            if seen:
                # What the plan did not see, because a listing lacks it, cannot have been lost.
                goal = {**self._last.values, **self._target}
                unmet = self._table.mismatches(self._last.values, goal, paths)
                if not unmet:
                    return []
        if unmet is None:
            # Every look was a bad one.
            raise self._bad_look
        return unmet

    def _not_applied(self, unmet):
        return NotApplied(
            f"the provider accepted the request, but after {self.desired_state.settle_timeout} s the record is not as "
            f"written: {'; '.join(unmet)}.{self._last_look()}",
            ids=[self.outcome.id],
            advice="The provider ignored, limited or rolled back the value.",
        )

    # -- waiting -----------------------------------------------------------------------------------------------------

    def _await_ready(self, power):
        """Wait until the record is usable and in a power state."""
        with self._doing(f"wait for {self._noun} {self.outcome.id}"):
            self._wait_began = self.clock.now()
            condition = next(self._looks([None], lambda _mark: self._condition(self._last, power)), None)
            if condition is None or condition.stage == PENDING:
                yield WAIT
                condition = self._watch_condition(power, condition or self._last.condition)
            if condition.stage == FAILED:
                raise NotReady(
                    self._so_far(condition), ids=[self._last.id], advice="wait: false accepts a record in this state."
                )

    def _condition(self, record, power):
        if record.being_removed:
            return Stage(FAILED, f"{record.condition.words}, and removes it")
        condition = self.resource.condition(record, self.desired_state, power)
        # What had failed before this run's write can show for a while after it.
        young = self.clock.now() - self._wait_began < self.desired_state.settle_timeout
        return condition._replace(stage=PENDING) if young and condition == (FAILED, self._former_failure) else condition

    def _watch_condition(self, power, condition):
        """Look at the record until it is ready or has failed, and return its condition; ``condition`` is the present one."""
        marks = self._marks(None, self.desired_state.wait_timeout)
        next(marks)
        for seen in self._looks(marks, lambda _mark: self._read_while_waiting(power)):
            self._demand_presence(seen is not None)
            condition = seen or condition
            if condition.stage != PENDING:
                return condition
        raise WaitTimeout(
            f"not ready after {self.desired_state.wait_timeout} s; {self._so_far(condition)}{self._last_look()}",
            ids=[self._last.id],
            advice="Raise wait_timeout, or set wait: false and look later.",
        )

    def _read_while_waiting(self, power):
        """The condition of the record that is waited for, or ``None`` when it is not there."""
        record = self.resource.read_while_waiting(self._last)
        if record is None:
            return None
        self._see(record)
        condition = self._condition(record, power)
        if condition.stage != PENDING:
            self._see(self.resource.complete(record, self.desired_state.values))
        return condition

    def _demand_presence(self, present):
        """Raise when looks have shown for longer than a new record takes to show that it is not there."""
        now = self.clock.now()
        if present:
            self._absent_since = None
        elif self._absent_since is None:
            self._absent_since = now
        elif now - self._absent_since > self.desired_state.settle_timeout:
            raise NotReady(
                f"it is not there any more: for {self.desired_state.settle_timeout} s nothing has shown it.",
                ids=[self._last.id],
            )

    def _so_far(self, condition):
        """What the provider says of a record that is not ready."""
        return " ".join(filter(None, [f"the provider says {condition.words}.", self.resource.account_of(self._last)]))

    def _await_gone(self, records, inconsistency=""):
        """Wait until no listing shows these records; ``inconsistency`` is what the provider said to the delete instead of yes."""
        ids = {record.id for record in records}
        if not ids:
            return
        timeout = self.desired_state.wait_timeout if self.desired_state.wait else self.desired_state.settle_timeout
        mark = self.resource.mark()
        with self._doing(f"see {self._noun} {', '.join(sorted(ids))} removed"):
            known, self.outcome.id = self.outcome.id, self.outcome.id or min(ids)
            yield READ_BACK
            others = [record for record in self._observed if record.id not in ids]
            list_response, left = (
                ListResponse(others, announced=len(self._observed)) if others else ListResponse(),
                None,
            )
            for seen in self._looks(self._marks(mark, timeout), self.resource.list_resources):
                before, list_response = list_response, seen
                left = self._living(ids, list_response)
                if not left and self.resource.is_conclusive(list_response, before):
                    break
            else:
                if left is None:
                    # Every look was a bad one.
                    raise self._bad_look
                left = left or self._living(ids, self.resource.conclusive(list_response))
            if left:
                said = f" To the delete the provider answered: {inconsistency}." if inconsistency else ""
                raise WaitTimeout(
                    f"still listed after {timeout} s: {', '.join(sorted(left))}.{said}",
                    ids=sorted(left),
                    advice="It may go on costing money: look at it in the provider's console.",
                )
            self.outcome.id = known

    def _living(self, ids, records):
        """Those of the ids that records have which are not gone."""
        return ids & {record.id for record in records if not self.resource.has_left(record)}


def _refused_to_the_end(error, tries, took, done, wait):
    """The refusal of a write that was tried for as long as the task waits."""
    error.why += f" (tried {tries} times in {took:.0f} s)" if wait else " (not tried again, because wait is false)"
    error.retryable = True
    error.advice = f"Nothing was {done}. Run the task again in a minute."
    return error
