# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine with a provider in memory, without Ansible and HTTP."""

from __future__ import annotations

import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.capabilities import (
    Explaining,
    Irreplaceable,
    MakingRoom,
    Occupied,
    Preparing,
    Priced,
    PriceLimited,
    RefusingForNow,
    RelatingOptions,
    Switchable,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.convergence import Convergence
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.cost import Cost
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.list_response import ListResponse
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.plan import Change
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.provider import Provider
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.resource import Resource
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import (
    FAILED,
    OFF,
    ON,
    PENDING,
    READY,
    CurrentState,
    DesiredState,
    Removal,
    Stage,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.watch import Pause, Watch, Write
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import (
    AmbiguousName,
    ApiError,
    CloudError,
    ImmutableField,
    InUse,
    NotApplied,
    NotFound,
    NotReady,
    OptionError,
    OutcomeUnknown,
    WaitTimeout,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.environment import Environment
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Integer, Text
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.table import Table
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import Secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation

from ...harness import PlayedClock


class Things(Resource):
    """A provider in memory with configurable errors."""

    provider = Provider("memory", "Memory", "", {})
    noun = "thing"
    table = Table(
        Text("name", required=True),
        Text("kind", required=True, immutable=True),
        Text("slug", immutable=True, unique=True),
        Integer("size", effect="in_place"),
        Integer("other"),
    )

    def __init__(self):
        account = secrets.token_hex(16)
        client = SimpleNamespace(
            check_mode=False,
            secrets=Secrets(),
            clock=PlayedClock(),
            attempts=lambda: range(3),
            digest=lambda *parts: hashlib.sha256(repr((account, parts)).encode()).digest(),
        )
        super().__init__(client)
        self.things = {}
        self.calls = []
        self.stages = {}
        self.lose = None

    def add(self, being_removed=False, **values):
        thing_id = f"t{len(self.calls)}{len(self.things)}"
        self.things[thing_id] = {"vanishing": being_removed, **values}
        return thing_id

    def _state_of(self, thing_id):
        values = dict(self.things[thing_id])
        being_removed = values.pop("vanishing")
        stages = self.stages.get(values["name"], [READY])
        stage = stages.pop(0) if len(stages) > 1 else stages[0]
        return CurrentState(thing_id, values["name"], values, {}, Stage(stage, f"the word for {stage}"), being_removed)

    def read_list(self):
        self.calls.append("list")
        return ListResponse(self._state_of(thing_id) for thing_id in list(self.things))

    def read_one(self, current, mark=None):
        self.calls.append("get")
        return self._state_of(current.id) if current.id in self.things else None

    def create(self, target):
        self.calls.append("create")
        if self.lose == "before":
            raise ApiError("it broke", operation="thing.create", maybe_done=True)
        thing_id = self.add(**target)
        if self.lose == "after":
            raise ApiError("it broke", operation="thing.create", maybe_done=True)
        return thing_id

    def update(self, current, target):
        self.calls.append("update")
        self.things[current.id].update(target)

    def delete(self, current):
        self.calls.append("delete")
        self.things.pop(current.id, None)
        return Removal(warnings=("a child is left",))


@pytest.fixture(name="things")
def _things():
    """Return an empty provider in memory."""
    return Things()


def reconcile(things, state="present", name="a", apply=True, thing_id="", **desired):
    settings = {
        key: desired.pop(key) for key in ("recreate", "wait", "wait_timeout", "settle_timeout") if key in desired
    }
    desired_state = DesiredState(
        state=state, name=name, id=thing_id, values={**({"name": name} if name else {}), **desired}, **settings
    )
    executor = Convergence(things, desired_state, PlayedClock())
    executor.plan()
    if apply:
        executor.apply()
    return executor.outcome


def test_a_resource_is_created_updated_and_deleted(things):
    assert reconcile(things, kind="k", size=1).plan[0]["action"] == "create"
    assert reconcile(things, kind="k", size=1).plan[0]["action"] == "none"
    changed = reconcile(things, size=2)
    assert changed.plan == [{"action": "update", "fields": ["size"], "effect": "in_place"}]
    assert changed.diff == {"before": {"name": "a", "size": 1}, "after": {"name": "a", "size": 2}}
    deleted = reconcile(things, state="absent")
    assert (deleted.plan[0]["action"], deleted.id, deleted.warnings) == ("delete", "", ["a child is left"])
    assert things.things == {}


def test_a_plan_sends_only_the_list_request(things):
    things.add(name="a", kind="k", size=1)
    outcome = reconcile(things, apply=False, size=2)
    assert outcome.changed and outcome.values["size"] == 2
    assert things.calls == ["list"]


def test_the_steps_pause_between_a_write_and_its_read_back(things):
    executor = Convergence(things, DesiredState("present", "a", "", {"name": "a", "kind": "k"}), PlayedClock())
    executor.plan()
    things.calls.clear()
    steps = executor.steps()
    assert next(steps) == Pause.READ_BACK
    assert things.calls == ["create"]
    assert list(steps) == []
    assert things.calls == ["create", "list"]


def test_an_option_that_a_create_lacks_is_reported(things):
    with pytest.raises(OptionError, match="kind: must be set"):
        reconcile(things, size=1)
    assert "create" not in things.calls


def test_a_change_of_an_immutable_field_is_refused_or_causes_a_replacement(things):
    old = things.add(name="a", kind="k", size=7, slug="s")
    with pytest.raises(ImmutableField, match="kind .from 'k' to 'other'. cannot be changed"):
        reconcile(things, kind="other")
    with pytest.raises(OptionError, match="slug: must have another value"):
        reconcile(things, kind="other", recreate=True)
    replaced = reconcile(things, kind="other", slug="s2", recreate=True)
    assert replaced.plan[0]["action"] == "replace"
    assert list(things.things) == [replaced.id] != [old]
    assert things.things[replaced.id]["size"] == 7


def test_a_replacement_includes_other_changed_options(things):
    things.add(name="a", kind="k", size=7)
    assert reconcile(things, kind="o", size=8, recreate=True).values["size"] == 8


def test_a_present_task_waits_for_a_deletion_in_progress_and_then_creates(things):
    removed = things.add(name="a", kind="k", being_removed=True)
    with pytest.raises(WaitTimeout, match=removed):
        reconcile(things, kind="k", wait_timeout=5)
    del things.things[removed]
    assert reconcile(things, kind="k").plan[0]["action"] == "create"


def test_a_deletion_in_progress_needs_no_second_delete(things):
    removed = things.add(name="a", kind="k", being_removed=True)
    with pytest.raises(WaitTimeout, match=removed):
        reconcile(things, state="absent", wait_timeout=5)
    assert "delete" not in things.calls


@pytest.mark.parametrize("lose", ["before", "after"])
def test_a_lost_create_is_searched_for_and_never_repeated(things, lose):
    things.lose = lose
    if lose == "after":
        assert reconcile(things, kind="k").changed
    else:
        with pytest.raises(OutcomeUnknown):
            reconcile(things, kind="k", settle_timeout=3)
    assert things.calls.count("create") == 1


def test_two_equal_resources_with_one_name_are_listed_without_a_suggestion(things):
    ids = [things.add(name="a", kind="k") for _number in range(2)]
    with pytest.raises(AmbiguousName) as caught:
        reconcile(things, kind="k")
    assert caught.value.ids == tuple(ids)
    assert "older" not in str(caught.value)


@pytest.mark.parametrize(("number", "words"), [(5, "'a4')."), (6, "'a4') and 1 more.")])
def test_the_error_about_an_unknown_id_lists_five_resources(things, number, words):
    for name in range(number):
        things.add(name=f"a{name}", kind="k")
    with pytest.raises(NotFound) as caught:
        reconcile(things, thing_id="nowhere")
    assert words in str(caught.value) and "'a5'" not in str(caught.value)


def test_an_unknown_id_is_an_error_for_present_and_no_change_for_absent(things):
    with pytest.raises(NotFound):
        reconcile(things, thing_id="nope")
    assert reconcile(things, state="absent", thing_id="nope").changed is False


def test_an_update_without_effect_is_an_error(things, monkeypatch):
    things.add(name="a", kind="k", size=1)
    monkeypatch.setattr(things, "update", lambda current, target: None)
    with pytest.raises(NotApplied, match="size: expected 2, found 1"):
        reconcile(things, size=2, settle_timeout=3)


def test_an_update_that_changes_another_value_is_an_error(things, monkeypatch):
    thing_id = things.add(name="a", kind="k", size=1, other=5)
    monkeypatch.setattr(things, "update", lambda current, target: things.things[thing_id].update(size=2, other=0))
    with pytest.raises(NotApplied, match="other: expected 5, found 0"):
        reconcile(things, size=2, settle_timeout=3)


def test_a_wait_ends_when_ready_when_failed_or_at_the_timeout(things):
    things.stages["a"] = [PENDING, PENDING, PENDING, READY]
    assert reconcile(things, kind="k").changed
    things.stages["b"] = [PENDING, FAILED]
    with pytest.raises(NotReady, match="the word for failed"):
        reconcile(things, name="b", kind="k")
    things.stages["c"] = [PENDING]
    with pytest.raises(WaitTimeout, match="the word for pending"):
        reconcile(things, name="c", kind="k", wait_timeout=30)
    assert reconcile(things, name="c", wait=False).changed is False


def test_the_state_in_words_is_empty_until_a_read_shows_it(things):
    things.stages["a"] = [PENDING, PENDING, READY]
    values = {"name": "a", "kind": "k"}
    convergence = Convergence(things, DesiredState(state="present", name="a", id="", values=values), PlayedClock())
    convergence.plan()
    words = [(pause, convergence.stage_in_words) for pause in convergence.steps()]
    assert words == [(Pause.READ_BACK, ""), (Pause.WAIT, "the word for pending")]


def test_a_failure_from_before_a_write_counts_only_if_it_persists(things):
    things.add(name="a", kind="k", size=1)
    things.stages["a"] = [FAILED, FAILED, FAILED, FAILED, READY]
    assert reconcile(things, size=2).changed
    things.stages["a"] = [FAILED]
    before = len(things.calls)
    with pytest.raises(NotReady, match="the word for failed"):
        reconcile(things, size=3, settle_timeout=5)
    assert things.calls[before:].count("get") > 2
    before = len(things.calls)
    with pytest.raises(NotReady, match="the word for failed"):
        reconcile(things, size=3)
    assert things.calls[before:] == ["list"], "nothing was written, so the failure is current"


def test_resources_can_converge_in_several_threads():
    def converge(number):
        things = Things()
        return reconcile(things, name=f"n{number}", kind="k").changed, reconcile(things, name=f"n{number}").changed

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(converge, range(64))) == {(True, False)}


def test_a_refused_write_is_no_change_and_a_write_with_unknown_outcome_is_one(things, monkeypatch):
    def fail(maybe_done):
        def create(target):
            raise ApiError("it broke", operation="thing.create", maybe_done=maybe_done)

        return create

    for maybe_done in (False, True):
        monkeypatch.setattr(things, "create", fail(maybe_done))
        desired_state = DesiredState("present", "a", "", {"name": "a", "kind": "k"}, settle_timeout=3)
        executor = Convergence(things, desired_state, PlayedClock())
        assert executor.plan().changes_something
        with pytest.raises(CloudError):
            executor.apply()
        assert executor.outcome.changed is maybe_done


def test_an_error_states_the_failed_action(things, monkeypatch):
    monkeypatch.setattr(things, "read_list", ListResponse)
    with pytest.raises(NotApplied) as caught:
        reconcile(things, kind="k", settle_timeout=3)
    assert caught.value.doing == "verify the new thing 'a' (id t10) at Memory"
    things.lose = "before"
    with pytest.raises(OutcomeUnknown) as caught:
        reconcile(things, kind="k", settle_timeout=3)
    assert caught.value.doing == "create thing 'a' at Memory"


def test_a_replacement_deletes_the_original_only_when_the_new_resource_is_ready(things):
    older = things.add(name="a", kind="k")
    things.stages["a"] = [READY, FAILED]
    with pytest.raises(NotReady) as caught:
        reconcile(things, kind="other", recreate=True)
    assert len(things.things) == 2
    assert all(thing_id in caught.value.why for thing_id in things.things)
    assert f"{{id: '{older}', state: absent}}" in caught.value.why
    assert "delete" not in things.calls


def test_a_replacement_without_wait_deletes_the_original_at_once(things):
    things.add(name="a", kind="k")
    things.stages["a"] = [READY, PENDING]
    replaced = reconcile(things, kind="other", recreate=True, wait=False)
    assert list(things.things) == [replaced.id]


def test_a_wait_that_no_longer_sees_the_resource_reports_its_last_stage(things, monkeypatch):
    things.stages["a"] = [PENDING]
    monkeypatch.setattr(things, "read_while_waiting", lambda current: None)
    with pytest.raises(WaitTimeout, match="the word for pending"):
        reconcile(things, kind="k", wait_timeout=5)


def test_a_resource_that_stays_in_transition_is_not_changed(things, monkeypatch):
    thing_id = things.add(name="a", kind="k", size=1)
    current = things._state_of
    monkeypatch.setattr(things, "_state_of", lambda thing_id: replace(current(thing_id), in_transition=True))
    with pytest.raises(
        WaitTimeout, match="it is still in transition after 5 s. Memory reports the word for ready"
    ) as caught:
        reconcile(things, size=2, wait_timeout=5)
    assert caught.value.ids == (thing_id,)
    assert "update" not in things.calls


def test_a_resource_in_transition_is_changed_when_the_transition_ends(things, monkeypatch):
    things.add(name="a", kind="k", size=1)
    current, reads = things._state_of, []

    def end_transition(thing_id):
        reads.append(thing_id)
        return replace(current(thing_id), in_transition=len(reads) <= 3)

    monkeypatch.setattr(things, "_state_of", end_transition)
    executor = Convergence(things, DesiredState("present", "a", "", {"name": "a", "size": 2}), PlayedClock())
    executor.plan()
    assert list(executor.steps()) == [Pause.SETTLE, Pause.READ_BACK]
    assert executor.outcome.values["size"] == 2


def test_a_resource_that_disappears_during_a_change_is_an_error(things, monkeypatch):
    thing_id = things.add(name="a", kind="k", size=1)
    monkeypatch.setattr(things, "update", lambda current, target: things.things.pop(thing_id))
    with pytest.raises(NotApplied, match="the resource does not exist") as caught:
        reconcile(things, size=2, settle_timeout=3)
    assert caught.value.ids == (thing_id,)


def test_two_resources_with_one_name_are_listed_even_if_they_cannot_be_read(things, monkeypatch):
    ids = [things.add(name="a", kind=kind) for kind in ("k", "other")]

    def fail(current, desired=None):
        raise ApiError("out of order", operation="thing.get")

    monkeypatch.setattr(things, "complete", fail)
    with pytest.raises(AmbiguousName) as caught:
        reconcile(things, kind="k")
    assert caught.value.ids == tuple(ids)


class Switches(Switchable, Things):
    """Things that can be started and stopped, with a provider that refuses it."""

    def _state_of(self, thing_id):
        return replace(super()._state_of(thing_id), power=ON)

    def switch(self, current, action):
        self.calls.append(action)
        raise ApiError("not today", operation="thing.stop")


def test_a_refused_switch_is_an_error_at_once():
    switches = Switches()
    switches.add(name="a", kind="k")
    with pytest.raises(ApiError, match="not today"):
        reconcile(switches, state="stopped")
    assert switches.calls == ["list", "stop"]


class Sleeping(RefusingForNow, Things):
    """A provider that refuses the first creates."""

    def __init__(self, refusals):
        super().__init__()
        self.refusals = refusals

    def is_temporary(self, error):
        return "asleep" in error.why

    def create(self, target):
        if self.refusals:
            self.calls.append("refused")
            self.refusals -= 1
            raise ApiError("asleep", operation="thing.create", status=400)
        return super().create(target)


def converging(sleeping, watch=None, **settings):
    """Return a planned convergence of a new resource, and its clock."""
    clock = PlayedClock()
    desired_state = DesiredState("present", "a", "", {"name": "a", "kind": "k"}, **settings)
    convergence = Convergence(sleeping, desired_state, clock, watch)
    convergence.plan()
    return convergence, clock


def test_a_temporarily_refused_write_is_sent_again():
    sleeping = Sleeping(refusals=2)
    convergence, clock = converging(sleeping)
    refusals = []
    for pause in convergence.steps():
        refusals.append((pause, convergence.refusal))
    assert refusals == [(Pause.REFUSED, "asleep"), (Pause.REFUSED, "asleep"), (Pause.READ_BACK, "")]
    assert clock.slept == [8.0, 8.0]
    assert convergence.outcome.changed and sleeping.calls == ["list", "refused", "refused", "create", "list"]


@pytest.mark.parametrize(
    ("settings", "tries", "words"),
    [
        ({"wait_timeout": 20}, 4, "asleep (tried 4 times in 20 s)"),
        ({"wait_timeout": 16.5}, 4, "asleep (tried 4 times in 16 s)"),
        ({"wait": False}, 1, "asleep (not retried, because wait is false)"),
    ],
)
def test_a_write_that_stays_refused_is_an_error_at_the_timeout(settings, tries, words):
    sleeping = Sleeping(refusals=100)
    convergence, _clock = converging(sleeping, **settings)
    with pytest.raises(ApiError) as caught:
        convergence.apply()
    assert (caught.value.why, caught.value.retryable) == (words, True)
    assert caught.value.advice == "Nothing was created. Run the task again in a minute."
    assert sleeping.calls.count("refused") == tries
    assert convergence.outcome.changed is False


def test_a_permanent_refusal_is_an_error_at_once(monkeypatch):
    sleeping = Sleeping(refusals=100)
    monkeypatch.setattr(sleeping, "is_temporary", lambda error: False)
    convergence, clock = converging(sleeping)
    with pytest.raises(ApiError, match="asleep"):
        convergence.apply()
    assert (sleeping.calls, clock.slept) == (["list", "refused"], [])


def test_a_watch_can_end_the_wait_for_a_temporarily_refused_write():
    sleeping = Sleeping(refusals=1)
    convergence, _clock = converging(sleeping, watch=RecordingWatch(stop_waiting=True))
    with pytest.raises(CloudError, match="nobody waits"):
        convergence.apply()
    assert "create" not in sleeping.calls


class Ranged(Things):
    """Things with a documented range, and a provider that refuses every update."""

    table = Table(*Things.table.fields, Integer("count", maximum=5))
    status = 0

    def update(self, current, target):
        raise ApiError("refused", operation="thing.update", status=self.status)


@pytest.mark.parametrize(("status", "named"), [(400, True), (422, True), (409, False)])
def test_a_refused_update_lists_the_current_values_outside_the_ranges(status, named):
    ranged = Ranged()
    ranged.status = status
    ranged.add(name="a", kind="k", count=9, size=1)
    with pytest.raises(ApiError) as caught:
        reconcile(ranged, size=2)
    assert ("count: must be at most 5, not 9" in caught.value.advice) is named


class Machines(RelatingOptions, Preparing, Switchable, Priced, PriceLimited, Things):
    """Things with power states, prices and a secret; their list responses lack some values."""

    noun = "machine"
    table = Table(
        Text("name", required=True),
        Text("kind", immutable=True),
        Integer("size", effect="restarts"),
        Integer("other"),
        Text("start_key", write_only=True, secret=True),
        Environment("envs"),
    )
    hidden = ("other",)
    switched_facts = ("switched",)
    power_after_update = ""
    believed_after_update = ""

    def __init__(self):
        super().__init__()
        self.goals = []
        self.reads = 0
        self.switched = 0

    def add(self, being_removed=False, power=ON, **values):
        return super().add(being_removed, power=power, **values)

    def _state_of(self, thing_id):
        current = super()._state_of(thing_id)
        power = current.values.pop("power")
        self.reads += 1
        return replace(
            current,
            power=power,
            facts={"switched": self.switched, "reads": self.reads},
            private={"password": "canary-password"},
            gone=self.things[thing_id].get("gone", False),
        )

    def prepare(self, desired_state):
        self.calls.append("prepare")

    def read_list(self):
        return ListResponse(
            replace(current, values={name: current.values[name] for name in current.values if name not in self.hidden})
            for current in super().read_list()
        )

    def complete(self, current, desired=None):
        needed = [name for name in self.hidden if desired is None or name in desired]
        complete = self.things[current.id]
        return replace(
            current, values={**current.values, **{name: complete[name] for name in needed if name in complete}}
        )

    def changes(self, current, target, paths, options):
        return [Change(paths, "restarts", power=self.believed_after_update or self.power_after_update)]

    def send_change(self, change, current, target, options):
        self.update(current, target)
        self.things[current.id]["power"] = self.power_after_update or current.power

    def switch(self, current, action):
        self.calls.append(action)
        self.switched += 1
        self.things[current.id]["power"] = OFF if action == "stop" else ON

    def assess(self, current, desired_state, power):
        self.goals.append(power)
        return current

    def conflicts(self, target, desired_state):
        return [Violation("size", "must be at most 9")] if target.get("size", 0) > 9 else []

    def price(self, target, desired_state):
        return target["size"] / 2 if desired_state.options.get("priced") else None

    def hourly_cost(self, values, power, current, is_planned):
        return Cost(0.0 if power == OFF else values["size"] / 2)


@pytest.fixture(name="machines")
def _machines():
    """Return an empty provider of machines."""
    return Machines()


def planner(machines, state="present", name="m", thing_id="", priced=False, recreate=False, **desired):
    """Return a convergence that has planned and executed nothing."""
    desired = {**({"name": name} if name else {}), **desired}
    desired_state = DesiredState(state, name, thing_id, desired, {"priced": priced}, recreate=recreate)
    executor = Convergence(machines, desired_state, PlayedClock())
    executor.plan()
    return executor


def present_costs(convergence):
    """Return the present costs before and after the plan."""
    cost = convergence.calculate_cost()
    return cost.before.present, cost.after.present


@pytest.mark.parametrize(
    ("power", "state", "size", "costs"),
    [
        (None, "present", 4, (0.0, 2.0)),
        (None, "absent", 4, (0.0, 0.0)),
        (ON, "present", 4, (1.0, 2.0)),
        (ON, "stopped", 2, (1.0, 0.0)),
        (ON, "absent", 2, (1.0, 0.0)),
        (OFF, "present", 4, (0.0, 0.0)),
        (OFF, "started", 4, (0.0, 2.0)),
        (OFF, "absent", 4, (0.0, 0.0)),
    ],
)
def test_costs_returns_the_hourly_costs_before_and_after_the_plan(machines, power, state, size, costs):
    if power:
        machines.add(name="m", kind="k", size=2, power=power)
    assert present_costs(planner(machines, state, size=size)) == costs


@pytest.mark.parametrize(
    ("power", "state", "actions", "goal"),
    [
        (ON, "present", ["none"], ON),
        (OFF, "present", ["none"], OFF),
        (ON, "started", ["none"], ON),
        (OFF, "started", ["start"], ON),
        (ON, "stopped", ["stop"], OFF),
        (OFF, "stopped", ["none"], OFF),
        (ON, "restarted", ["restart"], ON),
        (OFF, "restarted", ["start"], ON),
    ],
)
def test_a_state_switches_the_power_and_waits_for_it(machines, power, state, actions, goal):
    thing_id = machines.add(name="m", kind="k", size=2, power=power)
    executor = planner(machines, state, priced=True)
    prices = [{"hourly_price": 1.0} if action == "start" else {} for action in actions]
    effects = {"restart": "restarts"}
    assert executor.outcome.plan == [
        {"action": action, "fields": [], "effect": effects.get(action, "none"), **price}
        for action, price in zip(actions, prices)
    ]
    executor.apply()
    assert machines.things[thing_id]["power"] == goal
    assert set(machines.goals) == {goal}
    assert "hourly_price" not in planner(machines, "restarted").outcome.plan[0]


def test_a_create_waits_until_the_resource_runs(machines):
    executor = planner(machines, size=2, priced=True)
    assert executor.current is None
    assert executor.outcome.plan == [
        {"action": "create", "fields": ["name", "size"], "effect": "none", "hourly_price": 1.0}
    ]
    executor.apply()
    assert set(machines.goals) == {ON}


def test_a_change_that_starts_a_resource_is_followed_by_a_stop_if_the_state_is_stopped(machines):
    machines.power_after_update = ON
    machines.add(name="m", kind="k", size=2, power=OFF)
    started = planner(machines, size=4)
    assert [step["action"] for step in started.outcome.plan] == ["update"]
    assert present_costs(started) == (0.0, 2.0)
    stopped = planner(machines, "stopped", size=4)
    assert [step["action"] for step in stopped.outcome.plan] == ["update", "stop"]
    stopped.apply()
    assert machines.calls[-4:] == ["update", "get", "stop", "get"]


@pytest.mark.parametrize(
    ("state", "after", "calls"),
    [
        ("started", ON, []),
        ("started", OFF, ["start"]),
        ("stopped", OFF, []),
        ("stopped", ON, ["stop"]),
        ("restarted", ON, ["restart"]),
        ("restarted", OFF, ["start"]),
        ("present", OFF, []),
    ],
)
def test_the_power_is_read_after_a_change_and_before_a_switch(machines, state, after, calls):
    machines.believed_after_update, machines.power_after_update = ON, after
    thing_id = machines.add(name="m", kind="k", size=2, power=OFF)
    planner(machines, state, size=4).apply()
    assert [call for call in machines.calls if call in ("start", "stop", "restart")] == calls
    assert machines.things[thing_id]["power"] == {"stopped": OFF, "present": after}.get(state, ON)
    assert planner(machines, state, size=4).outcome.plan[0]["action"] in ("none", "restart")


def test_the_plan_of_a_change_that_starts_a_resource_contains_its_price(machines):
    machines.power_after_update = ON
    machines.add(name="m", kind="k", size=2, power=OFF)
    assert planner(machines, priced=True, size=4).outcome.plan[0]["hourly_price"] == 2.0
    machines.things.clear()
    machines.add(name="m", kind="k", size=2, power=ON)
    assert "hourly_price" not in planner(machines, priced=True, size=4).outcome.plan[0]


def test_a_restart_without_effect_is_an_error(machines, monkeypatch):
    machines.add(name="m", kind="k", size=2)
    monkeypatch.setattr(machines, "switch", lambda current, action: None)
    with pytest.raises(NotApplied, match="it still reports"):
        planner(machines, "restarted").apply()


@pytest.mark.parametrize(
    ("power", "state", "actions"),
    [(ON, "started", ["replace"]), (OFF, "present", ["replace"]), (OFF, "stopped", ["replace", "stop"])],
)
def test_a_replacement_starts_and_is_then_switched_to_the_desired_state(machines, power, state, actions):
    machines.add(name="m", kind="k", size=2, power=power)
    executor = planner(machines, state, kind="other", start_key="k", recreate=True)
    assert [step["action"] for step in executor.outcome.plan] == actions
    assert (executor.outcome.id, executor.outcome.name, executor.outcome.facts) == ("", "m", {})
    executor.apply()
    [left] = machines.things.values()
    assert left["power"] == (OFF if state == "stopped" else ON)
    # The new resource runs at first.
    assert machines.goals[0] == ON


def test_a_replacement_needs_the_immutable_values_that_the_provider_does_not_return(machines, monkeypatch):
    monkeypatch.setattr(
        Machines, "table", Table(*Machines.table.fields, Text("mode", immutable=True, may_be_missing=True))
    )
    machines.add(name="m", kind="k", size=2)
    with pytest.raises(OptionError, match="mode: must be set for a replacement"):
        planner(machines, kind="other", start_key="k", recreate=True)
    planner(machines, kind="other", start_key="k", mode="fast", recreate=True).apply()


def test_a_replacement_keeps_values_of_the_complete_resource_and_needs_write_only_values(machines):
    thing_id = machines.add(name="m", kind="k", size=2, other=7)
    with pytest.raises(OptionError, match="start_key: must be set for a replacement") as caught:
        planner(machines, kind="other", recreate=True)
    assert caught.value.doing == f"replace machine 'm' (id {thing_id}) at Memory"
    with pytest.raises(OptionError, match="id: must be omitted for a replacement"):
        planner(machines, thing_id=thing_id, kind="other", start_key="k", recreate=True)
    executor = planner(machines, kind="other", start_key="k", recreate=True)
    assert executor.outcome.values["other"] == 7
    executor.apply()
    assert machines.things[executor.outcome.id]["other"] == 7


def test_values_that_a_list_response_lacks_are_read_if_the_task_sets_them(machines):
    thing_id = machines.add(name="m", kind="k", size=2, other=7)
    executor = planner(machines, other=7)
    assert executor.outcome.plan == [{"action": "none", "fields": [], "effect": "none"}]
    assert executor.outcome.values["other"] == 7
    assert executor.current.id == thing_id


def test_a_resource_that_cannot_be_read_completely_is_reported_with_its_id(machines, monkeypatch):
    thing_id = machines.add(name="m", kind="k", size=2)

    def fail(current, desired=None):
        raise ApiError("out of order", operation="thing.get")

    monkeypatch.setattr(machines, "complete", fail)
    desired_state = DesiredState("present", "m", "", {"name": "m"})
    executor = Convergence(machines, desired_state, PlayedClock())
    with pytest.raises(ApiError) as caught:
        executor.plan()
    assert caught.value.doing == f"read machine 'm' (id {thing_id}) at Memory"
    assert (executor.outcome.id, executor.outcome.changed) == (thing_id, False)


def test_the_preparation_comes_before_the_list_request_and_a_failed_plan_is_no_change(machines, monkeypatch):
    planner(machines)
    assert machines.calls == ["prepare", "list"]

    def fail():
        raise ApiError("out of order", operation="thing.list")

    monkeypatch.setattr(machines, "read_list", fail)
    executor = Convergence(machines, DesiredState("present", "m", "", {"name": "m"}), PlayedClock())
    with pytest.raises(ApiError) as caught:
        executor.plan()
    assert caught.value.doing == "find machine 'm' at Memory"
    assert executor.outcome.changed is False


def test_the_secrets_of_a_resource_are_masked_in_all_texts(machines):
    machines.add(name="m", kind="k", size=2, envs={"TOKEN": "canary-token"})
    outcome = planner(machines, size=4).outcome
    assert "canary" not in machines.client.secrets.scrub("canary-password and canary-token")
    unchanged = planner(machines).outcome
    assert unchanged.private == {"password": "canary-password"}
    assert outcome.private == {}
    assert "canary" not in repr(outcome) + repr(unchanged)


def test_the_id_selects_the_resource_and_a_rename_to_an_existing_name_is_refused(machines):
    ids = [machines.add(name=name, kind="k", size=2) for name in ("m", "n")]
    removed = machines.add(name="free", kind="k", size=2, being_removed=True)
    with pytest.raises(AmbiguousName, match=f"{ids[1]} already has the name 'n'[.]") as caught:
        planner(machines, name="n", thing_id=ids[0])
    assert caught.value.ids == (ids[1],)
    assert caught.value.doing.startswith(f"rename machine '{ids[0]}'")
    assert planner(machines, name="free", thing_id=ids[0]).outcome.plan[0]["fields"] == ["name"]
    assert planner(machines, name="m", thing_id=ids[0]).outcome.changed is False
    assert planner(machines, name="", thing_id=ids[1]).outcome.id == ids[1]
    with pytest.raises(NotFound):
        planner(machines, name="free", thing_id=removed)
    deleting = planner(machines, "absent", name="n", thing_id=ids[0])
    assert deleting.outcome.diff == {"before": {"id": ids[0], "name": "m"}, "after": {}}
    assert (deleting.outcome.id, deleting.outcome.name, deleting.outcome.values) == ("", "", None)
    deleting.apply()
    assert list(machines.things) == [ids[1], removed]


def test_the_diff_and_the_plan_of_a_delete_by_name_show_the_id(machines):
    machine_id = machines.add(name="m", kind="k", size=2)
    outcome = planner(machines, "absent").outcome
    assert outcome.diff == {"before": {"id": machine_id, "name": "m"}, "after": {}}
    assert [step["id"] for step in outcome.plan] == [machine_id]


@pytest.mark.parametrize("state", ["stopped", "restarted"])
def test_a_missing_resource_cannot_be_stopped_or_restarted(machines, state):
    with pytest.raises(NotFound, match=f"so it cannot be {state}[.] To create it, set state: present"):
        planner(machines, state)


def test_conflicting_options_are_refused_before_any_write(machines):
    with pytest.raises(OptionError, match="size: must be at most 9"):
        planner(machines, size=10)
    machines.add(name="m", kind="k", size=2)
    with pytest.raises(OptionError, match="size: must be at most 9"):
        planner(machines, size=10)
    machines.add(name="large", kind="k", size=10)
    assert planner(machines, name="large", kind="k").outcome.changed is False


def test_conflicting_options_are_refused_even_if_nothing_changes(machines, monkeypatch):
    machines.add(name="m", kind="k", size=12)
    with pytest.raises(OptionError, match="size: must be at most 9"):
        planner(machines, size=12)
    # A task that does not set the option is valid, even if the current value of the resource is not.
    assert planner(machines, kind="k").outcome.plan[0]["action"] == "none"
    monkeypatch.setattr(machines, "conflicts", lambda *_: [Violation.of_several(["a", "envs.B[0].c"], "must not be")])
    assert planner(machines, kind="k").outcome.plan[0]["action"] == "none"
    monkeypatch.setattr(machines, "conflicts", lambda *_: [Violation.of_several(["a", "kind[0].c"], "must not be")])
    with pytest.raises(OptionError, match="must not be"):
        planner(machines, kind="k")
    monkeypatch.setattr(machines, "conflicts", lambda *_: [Violation("priced", "must not be")])
    with pytest.raises(OptionError, match="priced"):
        planner(machines, kind="k")


class Shifting(Things):
    """Things whose list responses can lack some of them, and can be inconsistent."""

    def __init__(self, pages=2):
        super().__init__()
        self.pages = pages
        self.omitted = []
        self.inconsistencies = []

    def read_list(self):
        omitted = self.omitted.pop(0) if self.omitted else ()
        return ListResponse(
            (current for current in super().read_list() if current.name not in omitted),
            self.inconsistencies.pop(0) if self.inconsistencies else "",
            self.pages,
        )


def test_a_resource_that_one_list_response_lacks_is_not_absent():
    shifting = Shifting()
    for name in "abc":
        shifting.add(name=name, kind="k")
    assert reconcile(shifting, kind="k").plan[0]["action"] == "none"
    assert shifting.calls == ["list"], "a resource that exists needs no second read"
    for state in ("present", "absent"):
        shifting.omitted = ["a"]
        assert reconcile(shifting, state, apply=False).plan[0]["action"] == ("none" if state == "present" else "delete")
    shifting.omitted = ["", "a"]
    assert reconcile(shifting, "present", name="d", apply=False, kind="k").plan[0]["action"] == "create"
    shifting.omitted = ["a", "b", "a", "b", "a"]
    with pytest.raises(ApiError, match="The last two reads have 2 and 2 things, and differ in their IDs"):
        reconcile(shifting, "absent", name="d")
    shifting.omitted = ["a"]
    assert len(shifting.select({})) == 3


@pytest.mark.parametrize("pages", [1, 2])
def test_an_inconsistent_list_response_is_read_again_before_anything_is_planned(pages):
    shifting = Shifting(pages)
    for name in "aab":
        shifting.add(name=name, kind="k")
    shifting.omitted, shifting.inconsistencies = ["ab"], ["changes"]
    with pytest.raises(AmbiguousName):
        reconcile(shifting, kind="k")
    shifting.omitted, shifting.inconsistencies = ["a"] * 2, ["changes"] * 2
    with pytest.raises(AmbiguousName):
        reconcile(shifting, "absent")
    shifting.calls.clear()
    shifting.inconsistencies = ["changes"] * 4
    with pytest.raises(ApiError, match="the list response changes[.]") as caught:
        reconcile(shifting, "absent", name="b")
    assert (caught.value.retryable, shifting.calls) == (True, ["list"] * 4), "with the retries of a read, and no write"
    shifting.inconsistencies = ["changes"] * 4
    with pytest.raises(ApiError, match="the list response changes[.]"):
        shifting.select({})


def test_a_resource_in_an_inconsistent_list_response_exists():
    shifting = Shifting()
    shifting.inconsistencies = ["", "changes"]
    assert reconcile(shifting, name="b", kind="k").changed
    assert shifting.calls == ["list", "create", "list"], "the first list response after the create shows the resource"


def test_an_inconsistent_list_response_does_not_prove_deletion():
    shifting = Shifting()
    shifting.add(name="b", kind="k")
    shifting.inconsistencies = ["", "changes", "changes", ""]
    assert reconcile(shifting, "absent", name="b").changed
    assert shifting.calls == ["list", "delete", "list", "list", "list"]
    shifting.calls.clear()
    shifting.add(name="b", kind="k")
    assert reconcile(shifting, "absent", name="b", settle_timeout=0, wait=False).changed, "one read is not enough"
    shifting.add(name="b", kind="k")
    shifting.inconsistencies = ["", *["changes"] * 100]
    with pytest.raises(
        ApiError, match="Cannot confirm the deletion of thing .* at Memory: the list response changes[.]"
    ) as caught:
        reconcile(shifting, "absent", name="b")
    assert caught.value.retryable


def test_one_list_response_without_the_resource_does_not_prove_deletion(monkeypatch):
    shifting = Shifting()
    for name in "abc":
        shifting.add(name=name, kind="k")
    monkeypatch.setattr(shifting, "delete", lambda current: Removal())
    shifting.omitted = ["", "a", "", "a"]
    with pytest.raises(WaitTimeout, match="still lists"):
        reconcile(shifting, "absent", settle_timeout=1, wait=False)


def test_a_list_response_of_one_page_is_read_once():
    shifting = Shifting(pages=1)
    shifting.add(name="a", kind="k")
    reconcile(shifting, "absent", name="d")
    assert shifting.calls == ["list"]


def test_the_plan_of_a_create_returns_the_new_resource(machines):
    outcome = planner(machines, size=2).outcome
    assert outcome.diff == {"before": {}, "after": {"name": "m", "size": 2}}
    assert (outcome.id, outcome.name, outcome.values, outcome.facts) == ("", "m", {"name": "m", "size": 2}, {})


def test_a_removed_resource_that_is_still_listed_costs_no_request(machines):
    machines.add(name="m", kind="k", size=2, being_removed=True, gone=True)
    planner(machines, size=2).apply()
    assert machines.calls == ["prepare", "list", "create", "list"]
    machines.calls.clear()
    planner(machines, "absent").apply()
    assert machines.calls == ["prepare", "list", "delete", "list"]


def test_after_an_interrupted_replacement_the_error_suggests_to_delete_the_older_resource(things):
    older, newer = things.add(name="a", kind="k"), things.add(name="a", kind="other")
    with pytest.raises(AmbiguousName) as caught:
        reconcile(things, kind="other")
    older_and_newer = (
        f"The older thing {older} differs from this task in immutable options and the newer thing {newer} does not"
    )
    assert f"{older_and_newer}, as after an interrupted replacement. To delete the older one, run" in caught.value.why
    assert f"- gpufleet.cloud.memory_thing: {{id: '{older}', state: absent}}." in caught.value.why
    third = things.add(name="a", kind="k")
    with pytest.raises(AmbiguousName, match=f"3 things have the name 'a': {older}, {newer}, {third}") as caught:
        reconcile(things, kind="other")
    assert "To delete the older one" not in caught.value.why


def test_an_older_resource_that_matches_the_task_is_not_taken_for_a_replacement(things, monkeypatch):
    ids = {
        "2026-01-01T00:00:00Z": things.add(name="a", kind="k"),
        "2026-02-01T00:00:00Z": things.add(name="a", kind="other"),
    }
    created = {thing_id: moment for moment, thing_id in ids.items()}
    plain = things.read_list
    monkeypatch.setattr(
        things,
        "read_list",
        lambda: ListResponse(replace(current, facts={"created_at": created[current.id]}) for current in plain()),
    )
    with pytest.raises(AmbiguousName) as caught:
        reconcile(things, kind="k")
    assert "To delete the older one" not in caught.value.why
    with pytest.raises(AmbiguousName, match="The older thing " + ids["2026-01-01T00:00:00Z"]):
        reconcile(things, kind="other")


def test_two_resources_with_one_name_are_distinguished_by_a_complete_read(machines):
    machines.hidden = ("kind",)
    older, newer = machines.add(name="m", kind="k", size=2), machines.add(name="m", kind="other", size=2)
    with pytest.raises(
        AmbiguousName, match=f"The older machine {older} differs .* and the newer machine {newer} does not"
    ):
        planner(machines, kind="other")


def lost_response(maybe_done, reason=""):
    return ApiError(
        "it broke", operation="thing.write", status=500, reason=reason, request_id="r1", maybe_done=maybe_done
    )


def before(act, error):
    """Return a write that fails and does nothing."""

    def write(*_given):
        act.__self__.calls.append("tried")
        raise error

    return write


def after(act, error):
    """Return a write that is executed and fails."""

    def write(*given):
        act(*given)
        raise error

    return write


def once(write, act):
    """Return a call that does one thing first, and the other thing afterwards."""
    ways = [write]

    def either(*given):
        return (ways.pop() if ways else act)(*given)

    return either


class Marked(Explaining, MakingRoom, Machines):
    """Machines with an update-only option, which note the mark of each read."""

    table = Table(*Machines.table.fields, Text("late", update_only=True))
    codes_when_full = frozenset({"FULL"})

    def __init__(self):
        super().__init__()
        self.marks = []

    def mark(self):
        return len(self.calls)

    def list_resources(self, mark=None):
        self.marks.append(mark)
        return super().list_resources(mark)

    def read_one(self, current, mark=None):
        self.marks.append(mark)
        return super().read_one(current, mark)

    def prepare_create(self, target):
        self.calls.append("before")

    def create(self, target):
        return super().create({name: value for name, value in target.items() if name != "late"})

    def explain(self, current):
        return f"Its log says nothing of {current.id}."

    def may_delete_first(self, desired_state):
        return desired_state.options.get("recreate_order") == "delete_first"

    def delete(self, current):
        super().delete(current)
        return Removal({"freed": current.id}, ("a child is left",))


@pytest.fixture(name="marked")
def _marked():
    """Return an empty provider that notes the marks of reads."""
    return Marked()


class RecordingWatch(Watch):
    """A watch that notes its calls, and can stop a write or a wait."""

    def __init__(self, stop=False, stop_waiting=False):
        self.calls = []
        self.stop = stop
        self.stop_waiting = stop_waiting

    def waiting(self):
        if self.stop_waiting:
            raise CloudError("nobody waits")

    def before(self, write):
        self.calls.append(write)
        if self.stop:
            raise CloudError("stopped")

    def after(self, write, resource_id):
        self.calls.append((write.doing, resource_id))

    def written(self):
        self.calls.append("written")


def prepared(machines, state="present", watch=None, options=None, **settings):
    """Return a convergence that has planned, with all settings of a task."""
    desired = settings.pop("desired", {})
    desired_state = DesiredState(
        state, "m", "", {"name": "m", **desired}, options or {}, settle_timeout=3, wait_timeout=5, **settings
    )
    executor = Convergence(machines, desired_state, PlayedClock(), watch)
    executor.plan()
    machines.calls.clear()
    return executor


def test_a_run_without_a_wait_does_not_announce_its_last_write(marked):
    watch = RecordingWatch()
    prepared(marked, watch=watch, wait=False).apply()
    assert "written" not in watch.calls


def test_a_long_removal_counts_as_written_after_settle_timeout_only_if_nothing_is_created(marked):
    for state, calls in (("absent", ["written"]), ("present", [])):
        watch = RecordingWatch()
        marked.things.clear()
        marked.add(name="m", kind="k", size=1, being_removed=True)
        with pytest.raises(WaitTimeout):
            prepared(marked, state, watch=watch).apply()
        assert list(dict.fromkeys(watch.calls)) == calls


def test_a_watch_is_called_for_every_write_and_can_stop_it(marked):
    watch = RecordingWatch()
    executor = prepared(marked, watch=watch, desired={"kind": "k", "late": "l"})
    assert executor.apply() is executor.outcome
    made = executor.outcome.id
    assert watch.calls == [
        Write("create machine 'm'", ["name", "kind", "late"]),
        ("create machine 'm'", made),
        Write("change machine 'm'", ["late"], made),
        ("change machine 'm'", made),
        "written",
    ]
    with pytest.raises(CloudError, match="stopped"):
        prepared(marked, "absent", watch=RecordingWatch(stop=True)).apply()
    assert list(marked.things) == [made]
    marked.stages["m"] = [PENDING]
    for state, calls in (("present", []), ("absent", ["delete"])):
        marked.calls.clear()
        with pytest.raises(CloudError, match="nobody waits"):
            prepared(marked, state, watch=RecordingWatch(stop_waiting=True)).apply()
        assert marked.calls == calls


def test_an_update_only_option_is_set_after_the_create_and_read_back(marked):
    executor = prepared(marked, desired={"kind": "k", "late": "l"})
    executor.apply()
    assert marked.calls == ["before", "create", "list", "update", "get"]
    assert executor.outcome.values["late"] == marked.things[executor.outcome.id]["late"] == "l"


@pytest.mark.parametrize(
    ("loses", "words"),
    [({"late": ""}, "late: expected 'l', found ''"), ({"late": "l", "size": 0}, "size: expected 2, found 0")],
)
def test_an_update_only_option_fails_if_it_is_ignored_or_changes_another_value(marked, monkeypatch, loses, words):
    create = marked.create
    monkeypatch.setattr(marked, "create", lambda target: create({**target, "size": 2}))
    monkeypatch.setattr(marked, "update", lambda current, target: marked.things[current.id].update(loses))
    with pytest.raises(NotApplied, match=words):
        prepared(marked, desired={"kind": "k", "late": "l"}).apply()


def test_a_refused_write_is_an_error_at_once_and_the_outcome_is_unchanged(marked, monkeypatch):
    monkeypatch.setattr(marked, "create", before(marked.create, lost_response(False)))
    creating = prepared(marked, desired={"kind": "k"})
    with pytest.raises(ApiError) as caught:
        creating.apply()
    assert (caught.value.doing, marked.calls) == ("create machine 'm' at Memory", ["before", "tried"])
    thing_id = marked.add(name="m", kind="k", size=2)
    monkeypatch.setattr(marked, "update", before(marked.update, lost_response(False)))
    changing = prepared(marked, desired={"size": 4})
    with pytest.raises(ApiError) as caught:
        changing.apply()
    assert (caught.value.doing, marked.calls) == ("change machine 'm' (id t20) at Memory", ["tried"])
    assert (changing.outcome.id, changing.outcome.values["size"], changing.outcome.changed) == (thing_id, 2, False)


def test_a_failed_preparation_of_a_create_is_a_failed_create(marked, monkeypatch):
    monkeypatch.setattr(marked, "prepare_create", before(marked.prepare_create, lost_response(True)))
    executor = prepared(marked, desired={"kind": "k"})
    with pytest.raises(ApiError) as caught:
        executor.apply()
    assert (caught.value.doing, marked.calls) == ("create machine 'm' at Memory", ["tried"])
    assert executor.outcome.changed is False


@pytest.mark.parametrize("way", [before, after])
def test_a_change_with_a_lost_response_is_verified_by_a_read(marked, monkeypatch, way):
    marked.add(name="m", kind="k", size=2)
    monkeypatch.setattr(marked, "update", way(marked.update, lost_response(True)))
    executor = prepared(marked, desired={"size": 4})
    if way is after:
        assert executor.apply().values["size"] == 4
    else:
        with pytest.raises(ApiError, match="it broke"):
            executor.apply()
        assert marked.calls[:2] == ["tried", "get"]
    assert executor.outcome.changed is True


@pytest.mark.parametrize("way", [before, after])
def test_a_switch_with_a_lost_response_is_verified_by_a_read(marked, monkeypatch, way):
    marked.add(name="m", kind="k", size=2)
    monkeypatch.setattr(marked, "switch", way(marked.switch, lost_response(True)))
    executor = prepared(marked, "stopped")
    if way is after:
        assert executor.apply().changed is True
        assert marked.calls == ["stop", "get"]
    else:
        with pytest.raises(ApiError, match="it broke") as caught:
            executor.apply()
        assert caught.value.doing == "stop machine 'm' (id t00) at Memory"


def test_a_switch_that_changes_nothing_is_an_error(marked, monkeypatch):
    thing_id = marked.add(name="m", kind="k", size=2)
    monkeypatch.setattr(marked, "switch", lambda current, action: None)
    with pytest.raises(NotApplied, match="after 3 s it still reports the word for ready") as caught:
        prepared(marked, "stopped").apply()
    assert caught.value.ids == (thing_id,)


def test_a_resource_in_transition_is_not_switched(marked, monkeypatch):
    marked.add(name="m", kind="k", size=2)
    current = marked._state_of
    monkeypatch.setattr(marked, "_state_of", lambda thing_id: replace(current(thing_id), in_transition=True))
    with pytest.raises(WaitTimeout, match="still in transition after 5 s") as caught:
        prepared(marked, "stopped").apply()
    assert caught.value.doing.startswith("wait until machine ")
    assert "stop" not in marked.calls


def test_a_new_resource_that_never_appears_is_reported_with_its_id(marked, monkeypatch):
    executor = prepared(marked, desired={"kind": "k", "size": 2})
    monkeypatch.setattr(marked, "read_list", ListResponse)
    with pytest.raises(NotApplied, match="returned the id .*, but after 3 s no list response shows it") as caught:
        executor.apply()
    [made] = marked.things
    outcome = executor.outcome
    assert (caught.value.ids, outcome.id, outcome.name, outcome.values["size"]) == ((made,), made, "m", 2)


def test_the_error_for_an_unknown_outcome_keeps_the_details_of_the_failed_create(marked, monkeypatch):
    monkeypatch.setattr(marked, "create", before(marked.create, lost_response(True)))
    executor = prepared(marked, desired={"kind": "k"})
    with pytest.raises(
        OutcomeUnknown, match="unknown whether the machine was created: after 3 s no list response shows it"
    ) as caught:
        executor.apply()
    error = caught.value
    assert (error.status, error.operation, error.request_id) == (500, "thing.write", "r1")
    assert "machine with the name 'm' in the Memory console" in error.advice
    assert (executor.outcome.id, executor.outcome.name) == ("", "m")


@pytest.mark.parametrize("lost", [False, True])
def test_a_failed_search_for_a_new_resource_is_an_error(marked, monkeypatch, lost):
    executor = prepared(marked, desired={"kind": "k"})
    if lost:
        monkeypatch.setattr(marked, "create", after(marked.create, lost_response(True)))
    monkeypatch.setattr(marked, "read_list", before(marked.read_list, ApiError("no list", operation="thing.list")))
    with pytest.raises(OutcomeUnknown if lost else ApiError) as caught:
        executor.apply()
    assert ("the search for it failed: no list" in caught.value.why) is lost
    assert caught.value.doing == (
        "create machine 'm' at Memory" if lost else "verify the new machine 'm' (id t20) at Memory"
    )


def test_a_lost_create_is_not_unknown_if_one_read_found_the_resource(marked, monkeypatch):
    executor = prepared(marked, desired={"kind": "k"})
    create = marked.create
    monkeypatch.setattr(marked, "create", after(lambda target: create({**target, "kind": "x"}), lost_response(True)))
    fail = before(marked.read_list, ApiError("no list", operation="thing.list"))
    monkeypatch.setattr(marked, "read_list", once(marked.read_list, fail))
    with pytest.raises(NotApplied, match="kind: expected 'k', found 'x'.*The last read failed: no list"):
        executor.apply()
    assert [executor.outcome.id] == list(marked.things)


def test_a_lost_create_is_not_unknown_if_only_the_complete_read_fails(marked, monkeypatch):
    executor = prepared(marked, desired={"kind": "k"})
    monkeypatch.setattr(marked, "create", after(marked.create, lost_response(True)))
    monkeypatch.setattr(marked, "complete", before(marked.complete, ApiError("no response", operation="thing.get")))
    with pytest.raises(ApiError, match="no response"):
        executor.apply()
    assert [executor.outcome.id] == list(marked.things)


def test_the_outcome_of_a_create_contains_the_values_that_were_read(marked, monkeypatch):
    create = marked.create
    monkeypatch.setattr(marked, "create", lambda target: create({**target, "size": 1}))
    outcome = prepared(marked, desired={"kind": "k", "other": 7}, wait=False).apply()
    assert (outcome.values["size"], outcome.values["other"]) == (1, 7)


def test_a_create_that_created_two_resources_reports_both_ids(marked, monkeypatch):
    create = marked.create
    monkeypatch.setattr(marked, "create", lambda target: (create(target), create(target))[0])
    with pytest.raises(AmbiguousName, match="there are now 2 machines with the name 'm'") as caught:
        prepared(marked, desired={"kind": "k"}).apply()
    assert caught.value.ids == tuple(sorted(marked.things))


def test_another_resource_with_the_same_name_is_not_taken_for_the_new_one(marked, monkeypatch):
    def create(target):
        marked.add(**target)
        return "unseen"

    monkeypatch.setattr(marked, "create", create)
    with pytest.raises(AmbiguousName) as caught:
        prepared(marked, desired={"kind": "k"}).apply()
    assert caught.value.ids == tuple(sorted([*marked.things, "unseen"]))


def test_a_new_resource_with_a_value_that_was_not_written_is_an_error(marked, monkeypatch):
    create = marked.create
    monkeypatch.setattr(marked, "create", lambda target: create({**target, "other": 1}))
    with pytest.raises(NotApplied, match="other: expected 7, found 1") as caught:
        prepared(marked, desired={"kind": "k", "other": 7}).apply()
    assert caught.value.ids == tuple(marked.things)


def test_a_replacement_that_loses_a_value_of_the_original_is_an_error(marked, monkeypatch):
    older = marked.add(name="m", kind="k", size=2, other=7)
    create = marked.create
    monkeypatch.setattr(marked, "create", lambda target: create({**target, "other": 1}))
    executor = prepared(marked, desired={"kind": "x", "start_key": "k"}, recreate=True)
    with pytest.raises(NotApplied, match="other: expected 7, found 1"):
        executor.apply()
    assert older in marked.things


def test_a_replacement_that_never_appears_is_reported_with_its_target(marked, monkeypatch):
    older = marked.add(name="m", kind="k", size=2)
    executor = prepared(marked, desired={"kind": "x", "start_key": "k"}, recreate=True)
    monkeypatch.setattr(marked, "read_list", ListResponse)
    with pytest.raises(NotApplied, match="no list response shows it"):
        executor.apply()
    [made] = set(marked.things) - {older}
    outcome = executor.outcome
    assert (outcome.id, outcome.values["kind"], outcome.facts) == (made, "x", {})


def test_a_replacement_with_a_lost_response_is_adopted(marked, monkeypatch):
    older = marked.add(name="m", kind="k", size=2)
    monkeypatch.setattr(marked, "create", after(marked.create, lost_response(True)))
    outcome = prepared(marked, desired={"kind": "x", "start_key": "k"}, recreate=True).apply()
    assert [outcome.id] == list(marked.things) != [older]
    assert (outcome.removal, outcome.warnings) == ({"freed": older}, ["a child is left"])


def test_a_lost_replacement_may_exist_in_addition_to_the_original(marked, monkeypatch):
    older = marked.add(name="m", kind="k", size=2)
    monkeypatch.setattr(marked, "create", before(marked.create, lost_response(True)))
    executor = prepared(marked, desired={"kind": "x", "start_key": "k"}, recreate=True)
    with pytest.raises(OutcomeUnknown) as caught:
        executor.apply()
    assert caught.value.why.endswith(f". The original machine {older} is unchanged, and a newer one may exist.")
    assert executor.outcome.id == older


DELETE_FIRST = {"recreate_order": "delete_first"}


@pytest.mark.parametrize(("reason", "options"), [("FULL", {}), ("OTHER", DELETE_FIRST)])
def test_a_refused_replacement_keeps_the_original(marked, monkeypatch, reason, options):
    older = marked.add(name="m", kind="k", size=2)
    monkeypatch.setattr(marked, "create", before(marked.create, lost_response(False, reason)))
    executor = prepared(marked, desired={"kind": "x", "start_key": "k"}, recreate=True, options=options)
    with pytest.raises(ApiError) as caught:
        executor.apply()
    assert caught.value.why == f"it broke. The original machine {older} is unchanged."
    assert (executor.outcome.id, list(marked.things)) == (older, [older])


def test_a_replacement_can_delete_the_original_first_to_make_room(marked, monkeypatch):
    older = marked.add(name="m", kind="k", size=2)
    monkeypatch.setattr(marked, "create", once(before(marked.create, lost_response(False, "FULL")), marked.create))
    watch = RecordingWatch()
    desired = {"kind": "x", "start_key": "k"}
    outcome = prepared(marked, watch=watch, desired=desired, recreate=True, options=DELETE_FIRST).apply()
    assert marked.calls == ["before", "tried", "delete", "list", "before", "create", "list"]
    assert [outcome.id] == list(marked.things) != [older]
    removal = f"delete machine {older} to make room for its replacement"
    assert watch.calls == [
        Write(f"replace machine {older}", ["kind"]),
        Write(removal, resource_id=older),
        (removal, older),
        Write(f"replace the deleted machine {older}", ["kind"]),
        (f"replace the deleted machine {older}", outcome.id),
        "written",
    ]


@pytest.mark.parametrize(("verb", "state"), [("create", "deleted"), ("delete", "possibly deleted")])
def test_a_failed_replacement_reports_that_the_original_was_deleted_first(marked, monkeypatch, verb, state):
    older = marked.add(name="m", kind="k", size=2)
    monkeypatch.setattr(marked, "create", before(marked.create, lost_response(False, "FULL")))
    if verb == "delete":
        monkeypatch.setattr(marked, "delete", before(marked.delete, lost_response(True)))
    executor = prepared(marked, desired={"kind": "x", "start_key": "k"}, recreate=True, options=DELETE_FIRST)
    with pytest.raises(ApiError) as caught:
        executor.apply()
    assert caught.value.why == f"it broke. The original machine {older} is {state}."
    assert executor.outcome.id == ("" if state == "deleted" else older)


def test_a_read_back_starts_after_the_write(marked, monkeypatch):
    executor = prepared(marked, desired={"kind": "k", "size": 2})
    read_list = marked.read_list
    monkeypatch.setattr(marked, "read_list", once(lambda: ListResponse(read_list()[:0]), read_list))
    marked.marks.clear()
    executor.apply()
    assert (marked.calls, marked.marks) == (["before", "create", "list", "list"], [2, 3])
    executor = prepared(marked, desired={"size": 4})
    marked.marks.clear()
    executor.apply()
    assert (marked.calls, marked.marks) == (["update", "get"], [1])


def test_a_wait_ends_with_a_complete_read_and_a_timeout_quotes_the_provider(marked, monkeypatch):
    monkeypatch.setattr(marked, "read_while_waiting", marked.find_in_list)
    marked.stages["m"] = [PENDING, PENDING, READY]
    thing_id = marked.add(name="m", kind="k", size=2, other=7)
    executor = prepared(marked, desired={"other": 7})
    steps = executor.steps()
    assert next(steps) == Pause.WAIT
    assert list(steps) == []
    assert executor.outcome.values["other"] == 7
    marked.stages["m"] = [PENDING]
    with pytest.raises(WaitTimeout) as caught:
        prepared(marked).apply()
    assert caught.value.why == (
        f"it is not ready after 5 s. Memory reports the word for pending. Its log says nothing of {thing_id}."
    )
    assert (caught.value.ids, caught.value.doing) == (
        (thing_id,),
        f"confirm that machine 'm' (id {thing_id}) is ready at Memory",
    )


def test_a_wait_continues_if_one_read_does_not_find_the_resource(marked, monkeypatch):
    marked.stages["m"] = [PENDING, READY]
    marked.add(name="m", kind="k", size=2)
    monkeypatch.setattr(marked, "read_while_waiting", once(lambda current: None, marked.read_while_waiting))
    assert prepared(marked).apply().changed is False


def test_a_failed_wait_returns_the_values_of_the_last_read(marked, monkeypatch):
    marked.stages["m"] = [PENDING]
    marked.add(name="m", kind="k", size=2)

    def read_while_waiting(current):
        marked.switched += 1
        return marked.read_one(current)

    monkeypatch.setattr(marked, "read_while_waiting", read_while_waiting)
    executor = prepared(marked)
    with pytest.raises(WaitTimeout):
        executor.apply()
    assert executor.outcome.facts["switched"] == marked.switched > 0


def test_a_deletion_in_progress_that_does_not_end_is_reported_with_the_id(marked):
    removed = marked.add(name="m", kind="k", size=2, being_removed=True)
    executor = prepared(marked, "absent")
    with pytest.raises(WaitTimeout, match=removed):
        executor.apply()
    assert executor.outcome.id == removed


def test_the_outcome_has_the_id_until_the_deletion_is_confirmed():
    shifting = Shifting()
    removed = shifting.add(name="m", kind="k", being_removed=True)
    unconfirmed, confirmed = planner(shifting, "absent"), planner(shifting, "absent")
    del shifting.things[removed]
    assert confirmed.apply().id == ""
    shifting.inconsistencies = ["changes"] * 1000
    with pytest.raises(ApiError, match=f"Cannot confirm the deletion of thing 'm' .id {removed}."):
        unconfirmed.apply()
    assert unconfirmed.outcome.id == removed


def test_a_delete_that_does_not_end_is_reported_with_the_id(marked, monkeypatch):
    monkeypatch.setattr(marked, "delete", lambda current: Removal())
    thing_id = marked.add(name="m", kind="k", size=2)
    for settings, seconds in (({}, 5), ({"wait": False}, 3)):
        executor = prepared(marked, "absent", **settings)
        with pytest.raises(WaitTimeout, match=f"Memory still lists {thing_id} after {seconds} s") as caught:
            executor.apply()
        assert (caught.value.ids, executor.outcome.id) == ((thing_id,), thing_id)
        assert caught.value.doing == f"confirm the deletion of machine 'm' (id {thing_id}) at Memory"


@pytest.mark.parametrize("name, returns_id", [("loud", False), ("another", True)])
def test_a_name_that_the_provider_changes_is_an_error(things, monkeypatch, name, returns_id):
    """Without an id in the response, only a similar name shows that the resource is the new one."""
    plain = things.create

    def create(target):
        new_id = plain({**target, "name": name})
        return new_id if returns_id else ""

    monkeypatch.setattr(things, "create", create)
    executor = planner(things, name="Loud", kind="k")
    with pytest.raises(NotApplied, match=f"does not have the name 'Loud'; its name is '{name}'") as caught:
        executor.apply()
    assert caught.value.ids == tuple(things.things)
    assert executor.outcome.id == caught.value.ids[0]
    assert "the next run can create another thing" in caught.value.advice


@pytest.mark.parametrize("way", ["deleted", "being deleted"])
def test_a_wait_ends_at_once_if_the_resource_is_deleted(things, way):
    thing_id = things.add(name="a", kind="k")
    things.stages["a"] = [PENDING]
    clock = PlayedClock()
    executor = Convergence(things, DesiredState("present", "a", "", {"name": "a"}), clock)
    executor.plan()
    began = clock.now()
    steps = executor.steps()
    assert next(steps) == Pause.WAIT
    if way == "deleted":
        del things.things[thing_id]
    else:
        things.things[thing_id]["vanishing"] = True
    with pytest.raises(
        NotReady, match="no longer exists" if way == "deleted" else "and is deleting the resource"
    ) as caught:
        next(steps)
    assert clock.now() - began < 60
    assert caught.value.ids == (thing_id,)


def test_a_wait_for_a_transition_ends_at_once_if_the_resource_is_deleted(things, monkeypatch):
    things.add(name="a", kind="k")
    plain = things.read_list
    monkeypatch.setattr(
        things, "read_list", lambda: ListResponse(replace(current, in_transition=True) for current in plain())
    )
    monkeypatch.setattr(things, "read_one", lambda current, mark=None: None)
    clock = PlayedClock()
    executor = Convergence(things, DesiredState("present", "a", "", {"name": "a", "size": 2}), clock)
    executor.plan()
    began = clock.now()
    with pytest.raises(NotReady, match="no longer exists"):
        executor.apply()
    assert clock.now() - began < 60


def test_a_missing_resource_is_not_ready_even_if_the_first_read_failed(things, monkeypatch):
    def fail(current, desired_state, power):
        raise ApiError("out of order", operation="thing.get", status=500)

    thing_id = things.add(name="a", kind="k")
    monkeypatch.setattr(things, "assess", fail)
    monkeypatch.setattr(things, "read_while_waiting", lambda current: None)
    with pytest.raises(NotReady, match="no longer exists") as caught:
        reconcile(things, settle_timeout=3, wait_timeout=60)
    assert caught.value.ids == (thing_id,)


@pytest.mark.parametrize("failing_reads", [0, 2])
def test_a_create_whose_response_has_no_id_is_found_by_its_name(things, failing_reads):
    create, read_list, reads = things.create, things.read_list, []

    def without_id(target):
        create(target)
        return ""

    def sometimes():
        reads.append(1)
        if 1 < len(reads) <= 1 + failing_reads:
            raise ApiError("it broke", operation="thing.list", status=500)
        return read_list()

    things.create, things.read_list = without_id, sometimes
    outcome = reconcile(things, kind="k")
    assert [outcome.id] == list(things.things)
    assert things.calls.count("create") == 1


def test_a_create_without_an_id_that_no_list_response_shows_has_an_unknown_outcome(things):
    things.create = lambda target: ""
    with pytest.raises(OutcomeUnknown) as caught:
        reconcile(things, kind="k", settle_timeout=5)
    assert "Memory accepted the request, but returned no id. It is unknown whether the thing was created: " in str(
        caught.value
    )
    assert "adopts it" in str(caught.value)


class Vaults(Irreplaceable, Things):
    lost_by_replacement = "its content"


@pytest.mark.parametrize("recreate", [False, True])
def test_a_resource_whose_replacement_would_lose_something_is_never_replaced(recreate):
    vaults = Vaults()
    reconcile(vaults, kind="k")
    with pytest.raises(ImmutableField, match="never replaces a thing, .* because its content would be lost"):
        reconcile(vaults, kind="other", recreate=recreate)
    assert vaults.calls.count("create") == 1


class Boxes(Occupied, Things):
    def occupants(self, current):
        return {"i1": "thing i1", "i2": "thing i2"}


@pytest.mark.parametrize("options", [{"state": "absent"}, {"kind": "other", "recreate": True}])
def test_a_resource_that_contains_others_is_neither_deleted_nor_replaced(options):
    boxes = Boxes()
    reconcile(boxes, kind="k")
    calls = len(boxes.calls)
    with pytest.raises(InUse, match="it contains thing i1 and thing i2. Memory deletes only an empty thing"):
        reconcile(boxes, **options)
    assert boxes.calls[calls:] == ["list"]
