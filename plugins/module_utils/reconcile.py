# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed and desired in, a plan and its verified result out.

``Reconciler.plan`` decides everything before the first write; ``Reconciler.apply`` carries it out and believes only what
it reads afterwards. Knows neither Ansible nor HTTP.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from .errors import (
    AmbiguousName,
    ApiError,
    CloudError,
    ImmutableField,
    NotApplied,
    NotFound,
    NotReady,
    OptionError,
    OutcomeUnknown,
    WaitTimeout,
)
from .resource import FAILED, OFF, ON, READY


@dataclass(frozen=True)
class Desire:
    """What a task wants of one resource. Times are in seconds."""

    state: str
    name: str
    id: str
    wish: dict
    options: dict = field(default_factory=dict)
    recreate: bool = False
    wait: bool = True
    wait_timeout: float = 600
    settle_timeout: float = 30


@dataclass
class Outcome:
    """What is known so far; complete after a run, and as far as it went after a failure.

    ``values`` and ``facts`` describe the record as it is, or as it would be after the plan.
    """

    changed: bool = False
    id: str = ""
    name: str = ""
    values: dict | None = field(default=None, repr=False)
    facts: dict = field(default_factory=dict)
    private: dict = field(default_factory=dict, repr=False)
    removal: dict = field(default_factory=dict)
    plan: list = field(default_factory=list)
    diff: dict = field(default_factory=lambda: {"before": {}, "after": {}})
    warnings: list = field(default_factory=list)


class Reconciler:
    """Brings one resource into the desired state. ``outcome`` is kept up to date for the case of a failure."""

    def __init__(self, resource, desire, clock):
        self.resource = resource
        self.desire = desire
        self.clock = clock
        self.outcome = Outcome()
        self._table = resource.table
        self._noun = resource.noun
        self._subject = resource.label(desire)
        self._present = None
        self._leaving = []
        self._target = None
        self._acts = []

    # -- before any write --------------------------------------------------------------------------------------------

    def plan(self, records=None):
        """Observe and decide. ``records`` is a listing that the caller already has."""
        with self._doing(f"find {self._subject}"):
            self.resource.prepare(self.desire)
            self._observe(self.resource.listing() if records is None else records)
        if self.desire.state == "absent":
            self._plan_absence()
        elif self._present is None:
            with self._doing(f"create {self._subject}"):
                self._plan_creation()
        else:
            with self._doing(f"change {self._subject}"):
                self._plan_change()
        if not self._acts:
            self._step("none", [], "none")
        self.outcome.changed = bool(self._acts)
        return self.outcome

    def _observe(self, records):
        desire = self.desire
        if desire.id:
            matches = [record for record in records if record.id == desire.id]
            if desire.state != "absent" and all(record.vanishing for record in matches):
                raise NotFound("no such id.", advice="Correct the id, or give a name only to have one created.")
        else:
            matches = [record for record in records if self.resource.is_meant(record, desire)]
        self._leaving = [record for record in matches if record.vanishing and not record.gone]
        living = [record for record in matches if not record.vanishing]
        if len(living) > 1:
            raise self._ambiguous(living)
        if not living:
            return
        self._present = living[0]
        self._see(self._present)
        if desire.state != "absent" and desire.id and desire.name not in ("", self._present.name):
            taken = [record.id for record in records if record.name == desire.name and not record.vanishing]
            if taken:
                raise AmbiguousName(f"the name {desire.name!r} is taken by {', '.join(taken)}.", ids=taken,
                                    doing=f"rename {self._subject}")

    def _plan_absence(self):
        if self._present is None:
            return
        found = {"id": self._present.id, **self._present.values}
        given = {"id": self.desire.id, **self.desire.wish}
        before = {option: found.get(option, given[option]) for option in ("id", *self.resource.named_by) if given.get(option)}
        self.outcome.diff = {"before": before, "after": {}}
        self._step("delete", [], "none", self._delete)
        self._expect("", "", None, {})

    def _plan_creation(self):
        table, wish = self._table, self.desire.wish
        if self.desire.state in ("stopped", "restarted"):
            raise NotFound(f"it does not exist, so it cannot be {self.desire.state}.",
                           advice="state: present creates it.")
        self._target = table.new(wish)
        missing = table.missing(self._target)
        if missing:
            raise OptionError([f"{', '.join(missing)}: must be given, because the {self._noun} does not exist yet"])
        self._check()
        self.outcome.diff = {"before": {}, "after": table.diff({}, self._target, wish)["after"]}
        self._step("create", table.leaves(wish), "none", self._create, self._price(self._target))
        self._expect("", self.desire.name, self._target, self.resource.blank_facts)

    def _plan_change(self):
        table, wish = self._table, self.desire.wish
        self._present = self.resource.complete(self._present, wish)
        self._see(self._present)
        found, power = self._present.values, self._present.power
        self._target = table.target(found, wish)
        paths = table.differences(found, self._target)
        self.outcome.diff = table.diff(found, self._target, wish)
        if paths:
            self._check()
            power = self._plan_replacement(paths) if table.fixed(found, self._target) else self._plan_update(paths)
        self._plan_power(power)

    def _plan_update(self, paths):
        power = self._present.power
        for change in self.resource.changes(self._present, self._target, paths, self.desire.options):
            self._step("update", change.fields, change.effect, partial(self._change, change))
            power = change.power or power
        self._acts.append(self._see_change)
        self._expect(self._present.id, self._target.get("name", ""), self._target, self._present.facts)
        return power

    def _plan_replacement(self, paths):
        if not self.desire.recreate:
            fixed = self._table.fixed(self._present.values, self._target)
            raise ImmutableField(
                f"{', '.join(fixed)} cannot be changed in place by {self.resource.provider.title}.",
                ids=[self._present.id],
                advice="Set recreate: true to have it replaced by a new one, or leave the option as it is.")
        self._target = self._replacement()
        self._step("replace", paths, "replaces", self._replace, self._price(self._target))
        self._expect("", self._target.get("name", ""), self._target, self.resource.blank_facts)
        return self._present.power and ON

    def _plan_power(self, power):
        """Switch a record that is heading for ``power`` to what the state asks for."""
        wanted = {"started": ON, "restarted": ON, "stopped": OFF}.get(self.desire.state, power)
        if power != wanted:
            action = "start" if wanted == ON else "stop"
            price = self._price(self._target) if wanted == ON else {}
            self._step(action, [], "none", partial(self._switch, action), price)
        elif self.desire.state == "restarted":
            self._step("restart", [], "restarts", partial(self._switch, "restart"))

    def _price(self, target):
        """What the step's record costs in an hour, where the task asks to look at that."""
        price = self.resource.price(target, self.desire)
        return {} if price is None else {"hourly_price": price}

    def _replacement(self):
        """The target of a new record that starts from the present one."""
        wish = self.desire.wish
        self._present = self.resource.complete(self._present)
        old = self._present.values
        target = self.resource.replacement(self._present, self._table.target(old, wish))
        unknown = [f.name for f in self._table.fields if f.write_only and f.name not in wish]
        held = [f.name for f in self._table.fields if f.unique and target.get(f.name) and f.equal(
            old.get(f.name), target.get(f.name))]
        faults = [f"{name}: must be given for a replacement, because the provider never tells its value"
                  for name in unknown]
        faults += [f"{name}: must get another value for a replacement, because the present {self._noun} "
                   f"{self._present.id} holds {target[name]!r} until it is deleted" for name in held]
        if self.desire.id:
            faults.append("id: must be left out for a replacement, because the new record gets another one")
        if faults:
            raise OptionError(faults, doing=f"replace {self._subject} at {self.resource.provider.title}")
        return target

    def _check(self):
        conflicts = self._table.conflicts(self._target)
        conflicts += self.resource.conflicts(self._target, self.desire.options)
        if conflicts:
            raise OptionError(conflicts)

    def _step(self, action, fields, effect, act=None, more=None):
        self.outcome.plan.append({"action": action, "fields": fields, "effect": effect, **(more or {})})
        if act is not None:
            self._acts.append(act)

    def _expect(self, record_id, name, values, facts, private=None):
        """Describe the record as it will be."""
        outcome = self.outcome
        outcome.id, outcome.name, outcome.values, outcome.facts = record_id, name, values, facts
        outcome.private = private or {}

    # -- the writes --------------------------------------------------------------------------------------------------

    def apply(self):
        """Carry out the plan, verify it, and wait where that is wanted."""
        self.outcome.changed = False
        if self._present is not None:
            self._see(self._present)
        for act in self._acts:
            act()
        if self.desire.state == "absent":
            self._await_gone(self._leaving)
        if self.desire.state != "absent" and self.desire.wait:
            self._await_ready()
        return self.outcome

    def _create(self):
        if self.resource.waits_for_removal:
            self._await_gone(self._leaving)
        self._order(f"create {self._subject}", older=None)

    def _set_late(self):
        """Set in a new record what a create does not take."""
        late = self._table.set_late(self._target)
        target = {**self._last.values, **late}
        paths = self._table.differences(self._last.values, target)
        if paths:
            self._target = target
            for change in self.resource.changes(self._last, target, paths, self.desire.options):
                self._change(change)
            self._see_change()

    def _change(self, change):
        """Carry out one write; when its answer was lost, the record itself tells whether it was done."""
        self._settle()
        try:
            with self._doing(f"change {self._subject}"), self._writing():
                change.act()
        except ApiError as error:
            if not error.maybe_done or self._unmet_after_settling(change.fields):
                raise

    def _see_change(self):
        """Read until the record is as written: every wish, and everything that was to stay."""
        with self._doing(f"see the change of {self._subject}"):
            unmet = self._unmet_after_settling()
            if unmet:
                raise self._not_applied(unmet)

    def _switch(self, action):
        """Start, stop or restart, and see that it begins."""
        with self._doing(f"{action} {self._subject}"):
            self._settle()
            before = self._last
            lost = None
            try:
                with self._writing():
                    self.resource.switch(before, action)
            except ApiError as error:
                if not error.maybe_done:
                    raise
                lost = error
            for _again in self.clock.poll(self.desire.settle_timeout):
                if self._read_again() and self._last.facts != before.facts:
                    return
            raise lost or NotApplied(
                f"the provider accepted the request, but after {self.desire.settle_timeout} s its state is still "
                f"{before.condition.words}.", ids=[before.id])

    def _settle(self):
        """Wait until the record is in no transition."""
        with self._doing(f"wait until {self._noun} {self._last.id} can be changed"):
            for _again in self.clock.poll(self.desire.wait_timeout):
                if self._last.settled:
                    return
                self._read_again()
            raise WaitTimeout(f"still in transition after {self.desire.wait_timeout} s; the provider says "
                              f"{self._last.condition.words}.", ids=[self._last.id])

    def _read_again(self):
        """Read the record that was seen last; false when it is not there."""
        record = self.resource.detail(self._last)
        if record is not None:
            self._see(record)
        return record is not None

    def _replace(self):
        older = self._present
        state = "untouched"
        try:
            try:
                self._order(f"replace {self._noun} {older.id}", older)
            except ApiError as error:
                if error.reason not in self.resource.crowded or not self._may_delete_first():
                    raise
                state = "perhaps removed"
                self._remove(older, f"make room by removing {self._noun} {older.id}")
                state = "removed"
                self._order(f"replace the removed {self._noun} {older.id}", older)
                return
            if self.desire.wait:
                self._await_ready()
            self._remove(older, f"remove the replaced {self._noun} {older.id}")
        except CloudError as error:
            newer = self.outcome.id
            if newer in ("", older.id):
                error.why += f" The present {self._noun} {older.id} is {state}."
                self.outcome.id = "" if state == "removed" else older.id
            elif state == "untouched":
                error.why += (f" The older {self._noun} {older.id} and the newer {newer} may both exist."
                              + self._removal_of(older))
            raise

    def _may_delete_first(self):
        return self.desire.options.get("recreate_order") == "delete_first"

    def _delete(self):
        self._remove(self._present, f"delete {self._subject}")
        self._expect("", "", None, {})

    def _remove(self, record, doing):
        with self._doing(doing), self._writing():
            removal = self.resource.delete(record)
        self.outcome.removal = removal.facts
        self.outcome.warnings += removal.warnings
        self._await_gone([record])

    def _order(self, doing, older):
        """Create a record, never two, and leave it verified in ``outcome``."""
        lost = None
        new_id = ""
        try:
            with self._doing(doing), self._writing():
                new_id = self.resource.create(self._target)
        except ApiError as error:
            if not error.maybe_done:
                raise
            lost = error
        self._expect(new_id, self.desire.name, self._target, self.resource.blank_facts)
        with self._doing(f"see the new {self._subject}" if lost is None else doing):
            self._appear(new_id, older, lost)
        self._set_late()

    @contextmanager
    def _writing(self):
        """Note a write as a change, unless it surely did not happen."""
        try:
            yield
        except ApiError as error:
            self.outcome.changed = self.outcome.changed or error.maybe_done
            raise
        self.outcome.changed = True

    def _appear(self, new_id, older, lost):
        """Find the new record by its name, and read until every wish holds."""
        sign = self.resource.sign(self.desire)
        unmet = None
        for _again in self.clock.poll(self.desire.settle_timeout):
            meant = [record for record in self.resource.listing() if self.resource.is_meant(record, self.desire)
                     and not record.vanishing and not (older and record.id == older.id)]
            ids = {record.id for record in meant} | ({new_id} if new_id else set())
            if len(ids) > 1:
                raise AmbiguousName(
                    f"now there are {len(ids)} with {sign}: {', '.join(sorted(ids))}.", ids=sorted(ids),
                    advice="Another run may have created one at the same time. Delete by id what is not wanted.")
            if meant:
                self._see(meant[0])
                completed = self.resource.complete(meant[0], None if older else self.desire.wish)
                self._see(completed)
                goal = ({**completed.values, **self._target} if older
                        else self._table.target(completed.values, self.desire.wish))
                late = self._table.set_late(goal)
                goal.update((option, completed.values.get(option)) for option in late)
                unmet = self._table.mismatches(completed.values, goal)
                if not unmet:
                    return
        if unmet:
            raise self._not_applied(unmet)
        if lost is None:
            raise NotApplied(f"the provider answered the id {new_id}, and after {self.desire.settle_timeout} s no "
                             "listing shows it.", ids=[new_id], advice="Look at it in the provider's console.")
        error = OutcomeUnknown(
            f"{lost.why}; whether it was created is unknown, and after {self.desire.settle_timeout} s no listing "
            "shows it.",
            advice=f"Look for the {self._noun} with {sign} in the provider's console. As soon as it is visible there, running this task "
                   "again is safe: it will be adopted. Before that a second run could create a second one.")
        error.status, error.operation, error.request_id = lost.status, lost.operation, lost.request_id
        raise error

    def _unmet_after_settling(self, paths=None):
        """Sentences on where the record is not as written (in ``paths``, or anywhere) when the time is up."""
        unmet = ["the record is not there"]
        for _again in self.clock.poll(self.desire.settle_timeout):
            if self._read_again():
                # What the plan did not see, because a listing lacks it, cannot have been lost.
                goal = {**self._last.values, **self._target}
                unmet = self._table.mismatches(self._last.values, goal, paths)
                if not unmet:
                    return []
        return unmet

    def _not_applied(self, unmet):
        return NotApplied(
            f"the provider accepted the request, but after {self.desire.settle_timeout} s the record is not as "
            f"written: {'; '.join(unmet)}.",
            ids=[self.outcome.id], advice="The provider ignored, limited or rolled back the value.")

    # -- waiting -----------------------------------------------------------------------------------------------------

    def _await_ready(self):
        with self._doing(f"wait for {self._noun} {self.outcome.id}"):
            first = True
            for _again in self.clock.poll(self.desire.wait_timeout):
                if not first and not self._read_again():
                    continue
                first = False
                condition = self.resource.condition(self._last, self.desire)
                if condition.stage == READY:
                    return
                if condition.stage == FAILED:
                    raise NotReady(self._so_far(condition), ids=[self._last.id],
                                   advice="wait: false accepts a record in this state.")
            raise WaitTimeout(
                f"not ready after {self.desire.wait_timeout} s; {self._so_far(condition)}", ids=[self._last.id],
                advice="Raise wait_timeout, or set wait: false and look later.")

    def _so_far(self, condition):
        """What the provider says of a record that is not ready."""
        return " ".join(filter(None, [f"the provider says {condition.words}.", self.resource.account_of(self._last)]))

    def _await_gone(self, records):
        """Wait until no listing shows these records."""
        ids = {record.id for record in records}
        if not ids:
            return
        timeout = self.desire.wait_timeout if self.desire.wait else self.desire.settle_timeout
        with self._doing(f"see {self._noun} {', '.join(sorted(ids))} removed"):
            for _again in self.clock.poll(timeout):
                left = ids & {record.id for record in self.resource.listing() if not record.gone}
                if not left:
                    return
            raise WaitTimeout(f"still listed after {timeout} s: {', '.join(sorted(left))}.", ids=sorted(left),
                              advice="It may go on costing money: look at it in the provider's console.")

    # -- words -------------------------------------------------------------------------------------------------------

    def _see(self, record):
        """Take a record into the outcome, and keep its secrets out of all texts."""
        self.resource.client.secrets.add(*self._table.hidden_values(record.values, self.desire.wish))
        self.resource.client.secrets.add(*record.private.values())
        self._last = record
        self._expect(record.id, record.name, record.values, record.facts, record.private)

    def _ambiguous(self, records):
        ids = [record.id for record in records]
        why = f"{len(ids)} of them have {self.resource.sign(self.desire)}: {', '.join(ids)}."
        fitting = self._fitting(records) if len(records) == 2 else []
        if len(fitting) == 1:
            newer = fitting[0]
            older = next(record for record in records if record.id != newer.id)
            why += (f" {newer.id} is as this task wants it and {older.id} is not, as after an interrupted "
                    f"replacement: the older is {older.id}, the newer {newer.id}." + self._removal_of(older))
        return AmbiguousName(why, ids=ids, advice="Give the id of the one that is meant, or delete the others by id.")

    def _fitting(self, records):
        """Those of the records in which nothing differs that cannot be changed in place."""
        try:
            records = [self.resource.complete(record, self.desire.wish) for record in records]
        except CloudError:
            return []
        return [record for record in records if not self._table.fixed(
            record.values, self._table.target(record.values, self.desire.wish))]

    def _removal_of(self, record):
        module = f"gpufleet.cloud.{self.resource.provider.name}_{self._noun}"
        return f" This task removes the older: - {module}: {{id: '{record.id}', state: absent}}."

    @contextmanager
    def _doing(self, doing):
        """Let an error that passes say what was being done; the innermost words stay."""
        try:
            yield
        except CloudError as error:
            error.doing = error.doing or f"{doing} at {self.resource.provider.title}"
            raise
