# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed and desired in, a plan out: everything is decided before the first write.

Knows neither Ansible nor HTTP.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from .._errors import AmbiguousName, CloudError, ImmutableField, NotFound, OptionError
from .state import OFF, ON

_ASKED = {"started": ON, "restarted": ON, "stopped": OFF}
"""The power state that a task's state asks for."""
SWITCHED_TO = {"start": ON, "stop": OFF}
"""The power state that a switch brings about."""


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


class Planner:
    """Compares what there is with what a task desires, and decides what is to be done."""

    def __init__(self, resource, desired_state):
        self.resource = resource
        self.desired_state = desired_state
        self.outcome = Outcome()
        self._table = resource.table
        self._noun = resource.noun
        self._subject = resource.label(desired_state)
        self._observed = ()
        self._current = None
        self._leaving = []
        self._target = None
        self._acts = []
        self._power = ON

    @property
    def found(self):
        """The record that is there already, or ``None``."""
        return self._current

    @property
    def _final_power(self):
        """The power state in which the record must end: the one asked for, the one it was in, or that of a new one."""
        return _ASKED.get(self.desired_state.state) or (self._current.power if self._current else ON)

    def costs(self):
        """What the record costs in an hour, in USD, before the plan and after it; ``None`` where that is not known."""
        before = self._cost(self._current.values, self._current.power) if self._current else 0.0
        values = self.outcome.values
        return before, self._cost(values, self._power) if values is not None else 0.0

    def _cost(self, values, power):
        return 0.0 if power == OFF else self.resource.hourly_cost(values)

    def plan(self):
        """Observe and decide. Writes nothing."""
        with self._doing(f"find {self._subject}"):
            self.resource.prepare(self.desired_state)
            self._observe()
        if self.desired_state.state == "absent":
            self._plan_absence()
        elif self._current is None:
            with self._doing(f"create {self._subject}"):
                self._plan_creation()
        else:
            with self._doing(f"change {self._subject}"):
                self._plan_change()
        if not self._acts:
            self._step("none", [], "none")
        self.outcome.changed = bool(self._acts)
        self.outcome.warnings += self.resource.warnings(
            self.desired_state, self._current.values if self._current else None, self._target
        )
        return self.outcome

    def _observe(self):
        desired_state = self.desired_state
        records = self.resource.list_resources()
        matches = self._matches(records)
        if records.inconsistency or not matches:
            records = self.resource.conclusive(records)
            matches = self._matches(records)
        self._observed = records
        if desired_state.id and desired_state.state != "absent" and all(record.being_removed for record in matches):
            raise NotFound("no such id.", advice="Correct the id, or give a name only to have one created.")
        self._leaving = [record for record in matches if record.being_removed and not record.gone]
        living = [record for record in matches if not record.being_removed]
        if len(living) > 1:
            raise self._ambiguous(living)
        if not living:
            return
        self._current = living[0]
        self._see(self._current)
        if desired_state.state != "absent" and desired_state.id and desired_state.name not in ("", self._current.name):
            taken = [record.id for record in records if record.name == desired_state.name and not record.being_removed]
            if taken:
                raise AmbiguousName(
                    f"the name {desired_state.name!r} is taken by {', '.join(taken)}.",
                    ids=taken,
                    doing=f"rename {self._subject} at {self.resource.provider.title}",
                )

    def _matches(self, records):
        if self.desired_state.id:
            return [record for record in records if record.id == self.desired_state.id]
        return self.resource.matches(records, self.desired_state)

    def _plan_absence(self):
        if self._current is None:
            return
        found = {"id": self._current.id, **self._current.values}
        given = {"id": self.desired_state.id, **self.desired_state.values}
        naming = [option for option in ("id", *self.resource.named_by) if given.get(option)]
        self.outcome.diff = {"before": {option: found.get(option, given[option]) for option in naming}, "after": {}}
        self._step("delete", [], "none", self._delete)
        self._expect("", "", None, {})

    def _plan_creation(self):
        table, desired = self._table, self.desired_state.values
        if self.desired_state.state in ("stopped", "restarted"):
            raise NotFound(
                f"it does not exist, so it cannot be {self.desired_state.state}.", advice="state: present creates it."
            )
        self._target = table.new(desired)
        missing = table.missing(self._target) + [
            " or ".join(options) for options in self.resource.create_needs if not any(map(self._target.get, options))
        ]
        violations = table.range_violations(desired, {})
        if missing:
            violations.append(f"{', '.join(missing)}: must be given, because the {self._noun} does not exist yet")
        if violations:
            raise OptionError(violations)
        self._check({})
        self.outcome.diff = {"before": {}, "after": table.diff({}, self._target, desired)["after"]}
        self._step("create", table.paths_of(desired), "none", self._create, self._price(self._target))
        self._expect("", self.desired_state.name, self._target, self.resource.facts_before_create)

    def _plan_change(self):
        table, desired = self._table, self.desired_state.values
        self._current = self.resource.complete(self._current, desired)
        self._see(self._current)
        found, power = self._current.values, self._current.power
        self._target = table.target(found, desired)
        differences = table.differences(found, self._target)
        paths = differences + self.resource.asked(self.desired_state.options)
        self.outcome.diff = table.diff(found, self._target, desired)
        self._check(found, changes=bool(differences))
        if paths:
            power = (
                self._plan_replacement(paths)
                if table.immutable_differences(found, self._target)
                else self._plan_update(paths)
            )
        self._plan_power(power)

    def _plan_update(self, paths):
        power, unseen = self._current.power, False
        for change in self.resource.changes(self._current, self._target, paths, self.desired_state.options):
            if unseen and not change.shows:
                self._acts.append(self._see_change)
            unseen = change.shows
            starts = change.power == ON and power == OFF
            price = self._price(self._target) if starts else {}
            self._step("update", change.fields, change.effect, partial(self._change, change), price)
            power = change.power or power
        if unseen:
            self._acts.append(self._see_change)
        self._expect(self._current.id, self._target.get("name", ""), self._target, self._current.facts)
        return power

    def _plan_replacement(self, paths):
        if not self.desired_state.recreate:
            fixed = self._table.immutable_differences(self._current.values, self._target)
            raise ImmutableField(
                f"{', '.join(fixed)} cannot be changed in place by {self.resource.provider.title}.",
                ids=[self._current.id],
                advice="Set recreate: true to have it replaced by a new one, or leave the option as it is.",
            )
        self._target = self._replacement()
        self._step("replace", paths, "replaces", self._replace, self._price(self._target))
        self._expect("", self._target.get("name", ""), self._target, self.resource.facts_before_create)
        return self._current.power and ON

    def _plan_power(self, power):
        """Switch a record that is heading for ``power`` to what the state asks for."""
        wanted = self._power = _ASKED.get(self.desired_state.state, power)
        if power != wanted:
            action = next(action for action, brought in SWITCHED_TO.items() if brought == wanted)
            price = self._price(self._target) if wanted == ON else {}
            self._step(action, [], "none", partial(self._switch, action), price)
        elif self.desired_state.state == "restarted":
            self._step("restart", [], "restarts", partial(self._switch, "restart"))
        elif self.desired_state.state == "started" and self._acts and self._current.power == OFF:
            # What has been written is said to start it. Only the record will tell.
            self._acts.append(partial(self._switch, "start"))

    def _price(self, target):
        """What the step's record costs in an hour, where the task asks to look at that."""
        price = self.resource.price(target, self.desired_state)
        return {} if price is None else {"hourly_price": price}

    def _replacement(self):
        """The target of a new record that starts from the present one."""
        desired = self.desired_state.values
        self._current = self.resource.complete(self._current)
        old = self._current.values
        target = self.resource.replacement(self._current, self._table.target(old, desired))
        unknown = [
            f.name
            for f in self._table.fields
            if f.write_only and f.name not in desired or f.may_be_missing and f.name not in target
        ]
        held = [
            f.name
            for f in self._table.fields
            if f.unique and target.get(f.name) and f.equal(old.get(f.name), target.get(f.name))
        ]
        violations = [
            f"{name}: must be given for a replacement, because the provider does not tell its value" for name in unknown
        ]
        violations += [
            f"{name}: must get another value for a replacement, because the present {self._noun} "
            f"{self._current.id} holds {target[name]!r} until it is deleted"
            for name in held
        ]
        if self.desired_state.id:
            violations.append("id: must be left out for a replacement, because the new record gets another one")
        if violations:
            raise OptionError(violations, doing=f"replace {self._subject} at {self.resource.provider.title}")
        return target

    def _check(self, found, changes=True):
        """Refuse what is outside the printed ranges or does not go together, but for what was found so.

        Where nothing ``changes``, only what the task itself names is looked at.
        """
        known = self._table.conflicts(found)
        conflicts = self._table.range_violations(self.desired_state.values, found)
        conflicts += [conflict for conflict in self._table.conflicts(self._target) if conflict not in known]
        conflicts += self.resource.conflicts(self._target, self.desired_state)
        if not changes:
            given = {
                option
                for option, value in {**self.desired_state.options, **self.desired_state.values}.items()
                if value is not None
            }
            conflicts = [conflict for conflict in conflicts if _options(conflict) & given]
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

    # -- words -------------------------------------------------------------------------------------------------------

    def _see(self, record):
        """Take a record into the outcome, and keep its secrets out of all texts."""
        self.resource.client.secrets.add(*self._table.hidden_values(record.values, self.desired_state.values))
        self.resource.client.secrets.add(*record.private.values())
        self._last = record
        self._expect(record.id, record.name, record.values, record.facts, record.private)

    def _ambiguous(self, records):
        ids = [record.id for record in records]
        why = f"{len(ids)} of them have {self.resource.matched_by(self.desired_state)}: {', '.join(ids)}."
        fitting = self._fitting(records) if len(records) == 2 else []
        if len(fitting) == 1:
            newer = fitting[0]
            older = next(record for record in records if record.id != newer.id)
            # Not every provider tells when a record was made.
            if older.facts.get("created_at", "") <= newer.facts.get("created_at", ""):
                why += (
                    f" {newer.id} is as this task wants it and {older.id} is not, as after an interrupted "
                    f"replacement: the older is {older.id}, the newer {newer.id}." + self._removal_of(older)
                )
        return AmbiguousName(why, ids=ids, advice="Give the id of the one that is meant, or delete the others by id.")

    def _fitting(self, records):
        """Those of the records in which nothing differs that cannot be changed in place."""
        try:
            records = [self.resource.complete(record, self.desired_state.values) for record in records]
        except CloudError:
            return []
        return [
            record
            for record in records
            if not self._table.immutable_differences(
                record.values, self._table.target(record.values, self.desired_state.values)
            )
        ]

    def _removal_of(self, record):
        module = f"gpufleet.cloud.{self.resource.provider.name}_{self._noun}"
        return f" This task removes the older: - {module}: {{id: '{record.id}', state: absent}}."

    @contextmanager
    def _doing(self, doing):
        """Let an error that passes say what was being done, and nothing secret; the innermost words stay."""
        try:
            yield
        except CloudError as error:
            error.why = self.resource.client.secrets.scrub(error.why)
            error.doing = error.doing or f"{doing} at {self.resource.provider.title}"
            raise


def _options(sentence):
    """The options that a sentence on what does not go together begins with."""
    paths = sentence.partition(":")[0].split(", ")
    return {path.partition(".")[0].partition("[")[0] for path in paths}
