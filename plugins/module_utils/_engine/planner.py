# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the current state with the desired state, and make a plan before the first write.

This module uses neither Ansible nor HTTP.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from .._errors import (
    NOTHING_WRITTEN,
    AmbiguousName,
    ImmutableField,
    InUse,
    NotFound,
    OptionError,
    SimilarName,
    while_doing,
)
from .._planned_id import is_planned_id, planned_id
from .._sentences import sentences
from .._validation import Violation, first_of_each
from .capabilities import (
    Accumulating,
    Describing,
    Guarded,
    Irreplaceable,
    Occupied,
    Preparing,
    PriceLimited,
    RelatingOptions,
    Renting,
    ReplacingOnRequest,
    WritingOnRequest,
)
from .context import equal_resources, error_context, learn_secrets
from .cost_limits import CostLimits, Row
from .data_loss import with_data_loss
from .finder import Finder
from .list_response import ListResponse
from .plan import (
    CREATE,
    DELETE,
    NOTHING,
    RECYCLE,
    REPLACE,
    RESTART,
    START,
    STOP,
    UPDATE,
    VERIFY,
    Expectation,
    Plan,
    Step,
)
from .planned_resource import plan_of_planned
from .pricing import cost_change
from .references import Referring, with_values
from .resource import Resource
from .similar_names import similar_resources
from .state import OFF, ON, CurrentState, DesiredState
from .unfinished import UnfinishedChange, has_former_values

_POWER_OF_STATE = {"started": ON, "restarted": ON, "recycled": ON, "stopped": OFF}
"""The power states that values of the option ``state`` set."""
_OF_EXISTING = ("absent", "stopped", "restarted", "recycled")
"""The values of the option ``state`` that create nothing."""
SWITCHED_TO = {START: ON, STOP: OFF}
"""The power state that each action leads to."""


class Planner:
    """Makes the plan for one resource. ``draft`` is the plan so far, also after an error.

    :param declared: the desired states of all resources of this type in a fleet.
    """

    def __init__(
        self, resource: Resource, desired_state: DesiredState, declared: Collection[DesiredState] = ()
    ) -> None:
        self.draft = Plan()
        self.desired_state = desired_state
        """The desired state. After ``plan``, it has the values that the task describes by their properties."""
        self._declared = declared
        self._resource = resource
        self._table = resource.table
        self._subject = resource.label(desired_state)

    def plan(self) -> Plan:
        """Read the resource and make the plan. Writes nothing."""
        with while_doing("", NOTHING_WRITTEN):
            return self._plan()

    def _plan(self) -> Plan:
        resource, draft = self._resource, self.draft
        if isinstance(resource, Referring):
            with error_context(resource, f"find what {self._subject} uses"):
                self.desired_state, warnings = with_values(resource, self.desired_state)
            draft.warnings += warnings
        if is_planned_id(self.desired_state.id):
            with error_context(resource, f"change {self._subject}"):
                self.draft = plan_of_planned(resource, self.desired_state)
            return self.draft
        with error_context(resource, f"find {self._subject}"):
            if isinstance(resource, Preparing):
                resource.prepare(self.desired_state)
            current = self._find()
        is_needed = self.desired_state.state not in (_OF_EXISTING if current is None else ("absent",))
        if isinstance(resource, Describing) and is_needed:
            with error_context(resource, f"find what {self._subject} requires"):
                self.desired_state = resource.resolve(self.desired_state, current)
            draft.warnings += resource.description_warnings
        if isinstance(resource, ReplacingOnRequest) and current is not None:
            self.desired_state = replace(self.desired_state, values=resource.compared_values(self.desired_state))
        desired_state = self.desired_state
        if desired_state.state == "absent":
            self._plan_absence(current)
        elif current is None:
            with error_context(resource, f"create {self._subject}"):
                self._plan_creation()
        else:
            with error_context(resource, f"change {self._subject}"):
                self._plan_change(current)
        if not draft.steps:
            self._add(Step(NOTHING))
        draft.warnings += resource.warnings(
            desired_state, draft.current.values if draft.current else None, draft.target
        )
        self._limit_cost()
        return draft

    def _limit_cost(self) -> None:
        """Calculate the cost if the task limits it. Raises ``PriceError``."""
        resource, draft, limits = self._resource, self.draft, CostLimits.of_task(self.desired_state.options)
        if not limits.by_currency:
            return
        with error_context(resource, f"{'change' if draft.current else 'create'} {self._subject}"):
            draft.cost = cost_change(resource, draft)
            limits.demand([Row(self._subject, draft.changes_something, draft.cost)])
        if draft.cost.problem:
            draft.warnings.append(f"hourly_cost: a cost is unknown. {draft.cost.problem}")
        if draft.cost.after.missing:
            missing = draft.cost.after.missing
            draft.warnings.append(f"max_hourly_cost: check mode cannot calculate the cost without {missing}.")

    # -- the resource that matches the task --------------------------------------------------------------------------

    def _find(self) -> CurrentState | None:
        """Return the resource that matches the task, or ``None`` if it is proven that there is none."""
        draft = self.draft
        current, draft.others, draft.being_removed, draft.list_response = Finder(
            self._resource, self.desired_state
        ).find()
        if current is None:
            return None
        self._see(current)
        if isinstance(self._resource, Guarded):
            self._resource.require_own(current)
        self._require_free_name(current, draft.list_response)
        return current

    def _require_free_name(self, current: CurrentState, list_response: ListResponse) -> None:
        """Raise ``AmbiguousName`` if the task renames the resource and another one already has the new name."""
        desired_state = self.desired_state
        if desired_state.state == "absent" or not desired_state.id or desired_state.name in ("", current.name):
            return
        taken = [other.id for other in list_response.named(desired_state.name) if not other.being_removed]
        if taken:
            with error_context(self._resource, f"rename {self._subject}"):
                raise AmbiguousName(
                    f"{self._resource.noun} {', '.join(taken)} already has the name {desired_state.name!r}.", ids=taken
                )

    # -- steps -------------------------------------------------------------------------------------------------------

    def _plan_absence(self, current: CurrentState | None) -> None:
        if current is None:
            similar = [] if self.draft.being_removed else self._similar_resources()
            if similar:
                self.draft.warnings.append(
                    sentences(
                        f"The task deletes no {self._resource.noun}: {self._similar_names(similar)}",
                        "To delete it, set its name exactly as it is stored, or its id",
                    )
                )
            return
        with error_context(self._resource, f"delete {self._subject}"):
            self._require_empty(current)
        values = {"id": current.id, **current.values}
        given = {"id": self.desired_state.id, **self.desired_state.values}
        naming = [option for option in self._resource.named_by if given.get(option)]
        before = {"id": current.id, **{option: values.get(option, given[option]) for option in naming}}
        self.draft.diff = {"before": before, "after": {}}
        self._add(Step(DELETE, facts={"id": current.id}))
        for other in self.draft.others:
            self._add(Step(DELETE, resource=other, facts={"id": other.id}))
        self.draft.expected = Expectation()

    def _require_empty(self, current: CurrentState) -> None:
        """Raise ``InUse`` if the provider will not delete the resource because other resources are in it."""
        resource = self._resource
        if not isinstance(resource, Occupied):
            return
        occupants = [shown for each, shown in resource.occupants(current).items() if each not in resource.leaving]
        if occupants:
            raise InUse(
                f"it contains {' and '.join(occupants)}.",
                ids=[current.id],
                advice=f"{resource.provider.title} deletes only an empty {resource.noun}; delete its content first.",
            )

    def _plan_creation(self) -> None:
        resource, table, desired = self._resource, self._table, self.desired_state.values
        if self.desired_state.state in _OF_EXISTING:
            raise NotFound(
                f"it does not exist, so it cannot be {self.desired_state.state}.",
                advice="To create it, set state: present.",
            )
        self._refuse_similar_name()
        target = self.draft.target = table.new(desired)
        violations = table.range_violations(desired, {})
        missing = table.missing(target)
        if isinstance(resource, RelatingOptions):
            missing += [" or ".join(group) for group in resource.create_needs if not any(map(target.get, group))]
        if missing:
            rule = f"must be set, because the {resource.noun} does not exist yet"
            violations.append(Violation.of_several(missing, rule))
        if violations:
            raise OptionError(violations)
        self._check({}, target)
        self.draft.diff = {"before": {}, "after": table.diff({}, target, desired)["after"]}
        self._add(Step(CREATE, table.paths_of(desired), facts=self._order(target)))
        self._expect_new(self.desired_state.name, target)

    def _expect_new(self, name: str, target: dict[str, Any]) -> None:
        """Expect a new resource. Its id is unknown, except for the planned id in check mode."""
        resource = self._resource
        facts = {**resource.facts_before_create, **self._planned_facts(resource.id_facts)}
        self.draft.expected = Expectation(self._planned_id(), name, target, facts)

    def _planned_id(self) -> str:
        """Return the id with which later tasks of the same check run refer to the resource, or an empty text."""
        resource = self._resource
        if not resource.client.check_mode:
            return ""
        return planned_id(resource.type_name(), resource.identity(self.desired_state))

    def _planned_facts(self, facts: tuple[str, ...]) -> dict[str, str]:
        """Return the facts whose new values are unknown, as later tasks of the same check run refer to them."""
        planned = self._planned_id()
        return dict.fromkeys(facts, planned) if planned else {}

    def _refuse_similar_name(self) -> None:
        """Raise ``SimilarName`` if the resource may exist, but with another form of its name."""
        similar, noun = self._similar_resources(), self._resource.noun
        if similar:
            raise SimilarName(
                self._similar_names(similar),
                ids=[current.id for current in similar],
                advice=f"To manage the existing {noun}, set its name exactly as it is stored, or its id. To create "
                f"another {noun}, set allow_similar_name: true.",
            )

    def _similar_resources(self) -> list[CurrentState]:
        """Return the resources whose name may be another form of the name in the task."""
        desired_state = self.desired_state
        is_sought = self._resource.names_can_change and not desired_state.allow_similar_name
        if not is_sought or desired_state.id or not desired_state.name:
            return []
        return similar_resources(self.draft.list_response, desired_state, self._resource.named_by, self._declared)

    def _similar_names(self, similar: list[CurrentState]) -> str:
        resource, title = self._resource, self._resource.provider.title
        stored = {
            current.id: replace(self.desired_state, name=current.name, values=current.values) for current in similar
        }
        existing = " and ".join(
            f"{resource.noun} {resource_id} has {resource.matched_by(state)}" for resource_id, state in stored.items()
        )
        desired = resource.matched_by(self.desired_state)
        return f"{existing}, which may be the form in which {title} has stored {desired}"

    def _plan_change(self, current: CurrentState) -> None:
        table, desired = self._table, self.desired_state.values
        if self.draft.others:
            self.draft.warnings.append(equal_resources(self._resource, [current, *self.draft.others]))
        current = self._complete(current, desired)
        if isinstance(self._resource, Accumulating):
            current = self._after_unfinished_change(current)
        target = self.draft.target = table.target(current.values, desired)
        self._refuse_masked(current, target)
        differences = table.differences(current.values, target)
        paths = list(differences)
        if isinstance(self._resource, WritingOnRequest):
            paths += self._resource.requested_writes(self.desired_state.options)
        is_requested = False
        if isinstance(self._resource, ReplacingOnRequest):
            paths += self._resource.requested_replacement(current, self.desired_state)
            is_requested = self._resource.may_replace(paths, self.desired_state)
        self.draft.diff = table.diff(current.values, target, desired)
        self._check(current.values, target, changes=bool(differences))
        power = current.power
        if paths and (is_requested or table.immutable_differences(current.values, target)):
            power = self._plan_replacement(current, target, paths, is_requested)
        elif paths:
            power = self._plan_update(current, target, paths)
        self._plan_power(current, power)

    def _after_unfinished_change(self, current: CurrentState) -> CurrentState:
        """Return the resource after a change that another task began and did not finish.

        If no read shows the change in the time in which the provider can return the former values, returns the resource
        as last read.
        """
        resource, unfinished = self._resource, UnfinishedChange(self._resource, current.id)
        note = unfinished.read()
        if note is None:
            return current
        for _moment in resource.client.clock.poll(note.left(self.desired_state.settle_timeout)):
            if not has_former_values(current.values, note):
                break
            latest = resource.read_one(current, resource.mark())
            current = current if latest is None else self._complete(latest, self.desired_state.values)
        # Check mode waits for no other task, so the note can belong to one that still runs.
        if not resource.client.check_mode:
            unfinished.end()
        return current

    def _plan_update(self, current: CurrentState, target: dict[str, Any], paths: list[str]) -> str:
        """Plan the writes of an update, and return the power state that they lead to."""
        power, unverified = current.power, False
        for change in self._resource.changes(current, target, paths, self.desired_state.options):
            if unverified and not change.is_visible:
                self._add(Step(VERIFY, is_reported=False))
            unverified = change.is_visible
            starts = change.power == ON and power == OFF
            price = self._price(target) if starts else {}
            self._add(Step(UPDATE, change.fields, change.effect, change, price))
            power = change.power or power
        if unverified:
            self._add(Step(VERIFY, is_reported=False))
        facts = {**current.facts, **self._planned_facts(self._resource.content_facts)}
        self.draft.expected = Expectation(current.id, target.get("name", ""), target, facts)
        return power

    def _plan_replacement(
        self, current: CurrentState, target: dict[str, Any], paths: list[str], is_requested: bool
    ) -> str:
        """Plan a replacement, and return the power state that it leads to.

        :param is_requested: whether the task requests it in another way than with ``recreate``.
        """
        irreplaceable = isinstance(self._resource, Irreplaceable)
        if irreplaceable or not (self.desired_state.recreate or is_requested):
            immutable = self._table.immutable_differences(current.values, target)
            changes = " and ".join(self._table.change(path, current.values, target) for path in immutable)
            raise ImmutableField(
                f"{changes} cannot be changed in place",
                ids=[current.id],
                advice=self._instead_of_change(immutable),
            )
        self._require_empty(current)
        target = self.draft.target = self._replacement(current)
        self._add(Step(REPLACE, paths, "replaces", facts={"id": current.id, **self._order(target)}))
        self._expect_new(target.get("name", ""), target)
        return current.power and ON

    def _instead_of_change(self, immutable: list[str]) -> str:
        """Return advice for a task that changes values of these immutable options."""
        resource = self._resource
        if isinstance(resource, Irreplaceable):
            return (
                f"Keep the current value. The module never replaces a {resource.noun}, not even with recreate: true, "
                f"because {resource.lost_by_replacement} would be lost. To have both, create a {resource.noun} with "
                "another name."
            )
        if set(immutable) & set(resource.named_by):
            return f"Omit the id to create another {resource.noun}, or keep the current value."
        return f"Set recreate: true to replace the {resource.noun}, or keep the current value."

    def _replacement(self, current: CurrentState) -> dict[str, Any]:
        """Return the target of a replacement, which is based on the current values."""
        table, desired = self._table, self.desired_state.values
        current = self._complete(current)
        old = current.values
        target = self._resource.replacement(current, table.target(old, desired))
        violations = [
            Violation(field.name, "must be set for a replacement, because the provider does not return its value")
            for field in table.fields
            if (field.write_only and field.name not in desired) or (field.may_be_missing and field.name not in target)
        ]
        violations += [
            Violation(
                field.name,
                f"must have another value for a replacement, because the existing {self._resource.noun} {current.id} "
                f"uses {target[field.name]!r} until it is deleted",
            )
            for field in table.fields
            if field.unique and target.get(field.name) and field.equal(old.get(field.name), target.get(field.name))
        ]
        if self.desired_state.id:
            violations.append(
                Violation("id", "must be omitted for a replacement, because the new resource gets another id")
            )
        if violations:
            with error_context(self._resource, f"replace {self._subject}"):
                raise OptionError(violations)
        return target

    def _plan_power(self, current: CurrentState, power: str) -> None:
        """Plan the change from the power state ``power`` to the one that the task sets."""
        desired_power = self.draft.power = _POWER_OF_STATE.get(self.desired_state.state, power)
        if power != desired_power:
            action = next(action for action, reached in SWITCHED_TO.items() if reached == desired_power)
            self._add(Step(action, facts=self._price(self.draft.target or {}) if desired_power == ON else {}))
        elif self.desired_state.state == "restarted":
            self._add(Step(RESTART, effect="restarts"))
        elif self.desired_state.state == "started" and self.draft.steps and current.power == OFF:
            # According to the documentation, an update starts the resource. The executor checks whether it did.
            self._add(Step(START, is_reported=False))
        if self.desired_state.state == "recycled":
            self._add(Step(RECYCLE, effect="restarts"))

    # -- parts of all plans ------------------------------------------------------------------------------------------

    def _add(self, step: Step) -> None:
        self.draft.steps.append(with_data_loss(step, self._resource, self.desired_state))

    def _order(self, target: dict[str, Any]) -> dict[str, Any]:
        """Find what a new resource rents, and return facts about it, or the price if the task limits it."""
        resource = self._resource
        return resource.rent(target, self.desired_state) if isinstance(resource, Renting) else self._price(target)

    def _price(self, target: dict[str, Any]) -> dict[str, Any]:
        """Return the hourly price of a step as a fact, if the task limits the price."""
        resource = self._resource
        price = resource.price(target, self.desired_state) if isinstance(resource, PriceLimited) else None
        return {} if price is None else {"hourly_price": price}

    def _check(self, current: dict[str, Any], target: dict[str, Any], changes: bool = True) -> None:
        """Raise ``OptionError`` if values break documented limits or do not fit together.

        Values that the resource already has are accepted.

        :param changes: if false, only the options that the task sets are checked.
        """
        desired_state = self.desired_state
        already = self._table.conflicts(current)
        violations = self._table.range_violations(desired_state.values, current)
        violations += [conflict for conflict in self._table.conflicts(target) if conflict not in already]
        if isinstance(self._resource, RelatingOptions):
            violations += self._resource.conflicts(target, desired_state)
        if not changes:
            options = {**desired_state.options, **desired_state.values}
            given = {option for option, value in options.items() if value is not None}
            violations = [violation for violation in violations if violation.option_names & given]
        if violations:
            raise OptionError(violations)

    def _refuse_masked(self, current: CurrentState, target: dict[str, Any]) -> None:
        """Raise ``OptionError`` if a secret of the task occurs in what the result shows of the resource."""
        shown = {
            "id": current.id,
            **current.facts,
            "spec": self._resource.spec(current.id, target, self.desired_state.values),
            **self._table.shown_facts(target),
        }
        masked, subject = self._resource.client.secrets.masked, f"{self._resource.noun} {current.id}"
        violations = masked.result_violations(shown, subject, self._resource.place)
        if violations:
            raise OptionError(first_of_each(violations))

    def _complete(self, current: CurrentState, desired: dict[str, Any] | None = None) -> CurrentState:
        """Read the values that the list response lacks, and add the resource to the plan."""
        with error_context(self._resource, f"read {self._subject}"):
            return self._see(self._resource.complete(current, desired))

    def _see(self, current: CurrentState) -> CurrentState:
        """Add a resource to the plan, and mask its secrets in all texts."""
        learn_secrets(self._resource, current, self.desired_state.values)
        self.draft.current = current
        self._subject = self._resource.label(self.desired_state, current.id)
        self.draft.expected = Expectation(current.id, current.name, current.values, current.facts, current.private)
        return current


def final_power(plan: Plan, desired_state: DesiredState) -> str:
    """Return the power state at the end: the desired one, or the current one, or that of a new resource."""
    return _POWER_OF_STATE.get(desired_state.state) or (plan.current.power if plan.current else ON)
