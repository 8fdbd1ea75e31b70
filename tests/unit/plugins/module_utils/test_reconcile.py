# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reconciler without Ansible and without HTTP, over a provider in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils.errors import (
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
from ansible_collections.gpufleet.cloud.plugins.module_utils.fields import Integer, Text
from ansible_collections.gpufleet.cloud.plugins.module_utils.masking import Secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils.plan import Desire
from ansible_collections.gpufleet.cloud.plugins.module_utils.reconcile import READ_BACK, Reconciler
from ansible_collections.gpufleet.cloud.plugins.module_utils.resource import (
    FAILED,
    ON,
    PENDING,
    READY,
    Condition,
    Provider,
    Record,
    Removal,
    Resource,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils.table import Table

from ...harness import PlayedClock


class Things(Resource):
    """A provider in memory that can be told to misbehave."""

    provider = Provider("memory", "Memory", "", {}, {})
    noun = "thing"
    table = Table(
        Text("name", required=True),
        Text("kind", required=True, immutable=True),
        Text("slug", immutable=True, unique=True),
        Integer("size", effect="in_place"),
        Integer("other"),
    )

    def __init__(self):
        super().__init__(SimpleNamespace(secrets=Secrets()))
        self.things = {}
        self.calls = []
        self.stages = {}
        self.lose = None

    def add(self, vanishing=False, **values):
        thing_id = f"t{len(self.calls)}{len(self.things)}"
        self.things[thing_id] = {"vanishing": vanishing, **values}
        return thing_id

    def _record(self, thing_id):
        values = dict(self.things[thing_id])
        vanishing = values.pop("vanishing")
        stages = self.stages.get(values["name"], [READY])
        stage = stages.pop(0) if len(stages) > 1 else stages[0]
        return Record(thing_id, values["name"], values, {}, Condition(stage, f"the word for {stage}"), vanishing)

    def read_all(self):
        self.calls.append("list")
        return [self._record(thing_id) for thing_id in list(self.things)]

    def detail(self, record, mark=None):
        self.calls.append("get")
        return self._record(record.id) if record.id in self.things else None

    def create(self, target):
        self.calls.append("create")
        if self.lose == "before":
            raise ApiError("it broke", operation="thing.create", maybe_done=True)
        thing_id = self.add(**target)
        if self.lose == "after":
            raise ApiError("it broke", operation="thing.create", maybe_done=True)
        return thing_id

    def update(self, record, target):
        self.calls.append("update")
        self.things[record.id].update(target)

    def delete(self, record):
        self.calls.append("delete")
        self.things.pop(record.id, None)
        return Removal(warnings=("a child is left",))


@pytest.fixture(name="things")
def _things():
    return Things()


def reconcile(things, state="present", name="a", apply=True, thing_id="", **wish):
    settings = {key: wish.pop(key) for key in ("recreate", "wait", "wait_timeout", "settle_timeout") if key in wish}
    desire = Desire(state=state, name=name, id=thing_id, wish={**({"name": name} if name else {}), **wish}, **settings)
    reconciler = Reconciler(things, desire, PlayedClock())
    reconciler.plan()
    if apply:
        reconciler.apply()
    return reconciler.outcome


def test_create_then_nothing_then_update_then_delete(things):
    assert reconcile(things, kind="k", size=1).plan[0]["action"] == "create"
    assert reconcile(things, kind="k", size=1).plan[0]["action"] == "none"
    changed = reconcile(things, size=2)
    assert changed.plan == [{"action": "update", "fields": ["size"], "effect": "in_place"}]
    assert changed.diff == {"before": {"name": "a", "size": 1}, "after": {"name": "a", "size": 2}}
    gone = reconcile(things, state="absent")
    assert (gone.plan[0]["action"], gone.id, gone.warnings) == ("delete", "", ["a child is left"])
    assert things.things == {}


def test_a_plan_alone_calls_nothing_but_the_listing(things):
    things.add(name="a", kind="k", size=1)
    outcome = reconcile(things, apply=False, size=2)
    assert outcome.changed and outcome.values["size"] == 2
    assert things.calls == ["list"]


def test_the_steps_pause_between_a_write_and_its_reading(things):
    reconciler = Reconciler(things, Desire("present", "a", "", {"name": "a", "kind": "k"}), PlayedClock())
    reconciler.plan()
    things.calls.clear()
    steps = reconciler.steps()
    assert next(steps) == READ_BACK
    assert things.calls == ["create"]
    assert list(steps) == []
    assert things.calls == ["create", "list"]


def test_what_a_create_needs_is_named_together(things):
    with pytest.raises(OptionError, match="kind: must be given"):
        reconcile(things, size=1)
    assert "create" not in things.calls


def test_a_fixed_field_is_refused_or_replaced(things):
    old = things.add(name="a", kind="k", size=7, slug="s")
    with pytest.raises(ImmutableField, match="kind cannot be changed"):
        reconcile(things, kind="other")
    with pytest.raises(OptionError, match="slug: must get another value"):
        reconcile(things, kind="other", recreate=True)
    replaced = reconcile(things, kind="other", slug="s2", recreate=True)
    assert replaced.plan[0]["action"] == "replace"
    assert list(things.things) == [replaced.id] != [old]
    assert things.things[replaced.id]["size"] == 7


def test_an_option_that_differs_beside_a_fixed_one_is_replaced_too(things):
    things.add(name="a", kind="k", size=7)
    assert reconcile(things, kind="o", size=8, recreate=True).values["size"] == 8


def test_a_record_being_removed_is_absent_for_a_present_task_and_waited_for(things):
    leaving = things.add(name="a", kind="k", vanishing=True)
    with pytest.raises(WaitTimeout, match=leaving):
        reconcile(things, kind="k", wait_timeout=5)
    del things.things[leaving]
    assert reconcile(things, kind="k").plan[0]["action"] == "create"


def test_a_record_being_removed_needs_no_second_delete(things):
    leaving = things.add(name="a", kind="k", vanishing=True)
    with pytest.raises(WaitTimeout, match=leaving):
        reconcile(things, state="absent", wait_timeout=5)
    assert "delete" not in things.calls


@pytest.mark.parametrize("lose", ["before", "after"])
def test_a_lost_create_is_looked_for_and_never_repeated(things, lose):
    things.lose = lose
    if lose == "after":
        assert reconcile(things, kind="k").changed
    else:
        with pytest.raises(OutcomeUnknown):
            reconcile(things, kind="k", settle_timeout=3)
    assert things.calls.count("create") == 1


def test_two_of_a_name_that_fit_equally_well_are_listed_without_a_guess(things):
    ids = [things.add(name="a", kind="k") for _number in range(2)]
    with pytest.raises(AmbiguousName) as caught:
        reconcile(things, kind="k")
    assert caught.value.ids == tuple(ids)
    assert "older" not in str(caught.value)


def test_an_unknown_id_is_an_error_for_present_and_nothing_for_absent(things):
    with pytest.raises(NotFound):
        reconcile(things, thing_id="nope")
    assert reconcile(things, state="absent", thing_id="nope").changed is False


def test_an_update_that_does_not_show_is_an_error(things, monkeypatch):
    things.add(name="a", kind="k", size=1)
    monkeypatch.setattr(things, "update", lambda record, target: None)
    with pytest.raises(NotApplied, match="size: wanted 2, found 1"):
        reconcile(things, size=2, settle_timeout=3)


def test_an_update_that_loses_something_else_is_an_error(things, monkeypatch):
    thing_id = things.add(name="a", kind="k", size=1, other=5)
    monkeypatch.setattr(things, "update", lambda record, target: things.things[thing_id].update(size=2, other=0))
    with pytest.raises(NotApplied, match="other: wanted 5, found 0"):
        reconcile(things, size=2, settle_timeout=3)


def test_waiting_ends_with_ready_failed_or_the_time(things):
    things.stages["a"] = [PENDING, PENDING, PENDING, READY]
    assert reconcile(things, kind="k").changed
    things.stages["b"] = [PENDING, FAILED]
    with pytest.raises(NotReady, match="the word for failed"):
        reconcile(things, name="b", kind="k")
    things.stages["c"] = [PENDING]
    with pytest.raises(WaitTimeout, match="the word for pending"):
        reconcile(things, name="c", kind="k", wait_timeout=30)
    assert reconcile(things, name="c", wait=False).changed is False


def test_reconcilers_run_in_threads():
    def converge(number):
        things = Things()
        return reconcile(things, name=f"n{number}", kind="k").changed, reconcile(things, name=f"n{number}").changed

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(converge, range(64))) == {(True, False)}


def test_what_was_refused_is_no_change_and_what_may_have_happened_is_one(things, monkeypatch):
    def fail(maybe_done):
        def create(target):
            raise ApiError("it broke", operation="thing.create", maybe_done=maybe_done)
        return create

    for maybe_done in (False, True):
        monkeypatch.setattr(things, "create", fail(maybe_done))
        desire = Desire("present", "a", "", {"name": "a", "kind": "k"}, settle_timeout=3)
        reconciler = Reconciler(things, desire, PlayedClock())
        assert reconciler.plan().changed
        with pytest.raises(CloudError):
            reconciler.apply()
        assert reconciler.outcome.changed is maybe_done


def test_an_error_says_what_was_being_done(things, monkeypatch):
    monkeypatch.setattr(things, "read_all", lambda: [])
    with pytest.raises(NotApplied) as caught:
        reconcile(things, kind="k", settle_timeout=3)
    assert caught.value.doing == "see the new thing 'a' at Memory"
    things.lose = "before"
    with pytest.raises(OutcomeUnknown) as caught:
        reconcile(things, kind="k", settle_timeout=3)
    assert caught.value.doing == "create thing 'a' at Memory"


def test_a_replacement_removes_the_older_only_when_the_newer_is_ready(things):
    older = things.add(name="a", kind="k")
    things.stages["a"] = [READY, FAILED]
    with pytest.raises(NotReady) as caught:
        reconcile(things, kind="other", recreate=True)
    assert len(things.things) == 2
    assert all(thing_id in caught.value.why for thing_id in things.things)
    assert f"{{id: '{older}', state: absent}}" in caught.value.why
    assert "delete" not in things.calls


def test_a_replacement_that_waits_for_nothing_removes_the_older_at_once(things):
    things.add(name="a", kind="k")
    things.stages["a"] = [READY, PENDING]
    replaced = reconcile(things, kind="other", recreate=True, wait=False)
    assert list(things.things) == [replaced.id]


def test_a_record_that_is_not_seen_again_while_waiting_ends_with_what_was_last_said(things, monkeypatch):
    things.stages["a"] = [PENDING]
    monkeypatch.setattr(things, "glance", lambda record: None)
    with pytest.raises(WaitTimeout, match="the word for pending"):
        reconcile(things, kind="k", wait_timeout=5)


def test_a_record_that_stays_in_transition_is_not_changed(things, monkeypatch):
    thing_id = things.add(name="a", kind="k", size=1)
    record = things._record
    monkeypatch.setattr(things, "_record", lambda thing_id: replace(record(thing_id), settled=False))
    with pytest.raises(WaitTimeout, match="still in transition after 5 s; the provider says the word for ready") as caught:
        reconcile(things, size=2, wait_timeout=5)
    assert caught.value.ids == (thing_id,)
    assert "update" not in things.calls


def test_a_record_in_transition_is_changed_when_it_has_settled(things, monkeypatch):
    things.add(name="a", kind="k", size=1)
    record, readings = things._record, []

    def settle(thing_id):
        readings.append(thing_id)
        return replace(record(thing_id), settled=len(readings) > 3)

    monkeypatch.setattr(things, "_record", settle)
    assert reconcile(things, size=2).values["size"] == 2


def test_a_record_that_goes_away_during_a_change_is_an_error(things, monkeypatch):
    thing_id = things.add(name="a", kind="k", size=1)
    monkeypatch.setattr(things, "update", lambda record, target: things.things.pop(thing_id))
    with pytest.raises(NotApplied, match="the record is not there") as caught:
        reconcile(things, size=2, settle_timeout=3)
    assert caught.value.ids == (thing_id,)


def test_two_of_a_name_are_listed_even_when_they_cannot_be_read(things, monkeypatch):
    ids = [things.add(name="a", kind=kind) for kind in ("k", "other")]

    def fail(record, wish=None):
        raise ApiError("out of order", operation="thing.get")

    monkeypatch.setattr(things, "complete", fail)
    with pytest.raises(AmbiguousName) as caught:
        reconcile(things, kind="k")
    assert caught.value.ids == tuple(ids)


def test_a_refused_switch_is_an_error_at_once(things, monkeypatch):
    things.add(name="a", kind="k")
    record = things._record
    monkeypatch.setattr(things, "_record", lambda thing_id: replace(record(thing_id), power=ON))

    def refuse(record, action):
        things.calls.append(action)
        raise ApiError("not today", operation="thing.stop")

    monkeypatch.setattr(things, "switch", refuse)
    with pytest.raises(ApiError, match="not today"):
        reconcile(things, state="stopped")
    assert things.calls == ["list", "stop"]
