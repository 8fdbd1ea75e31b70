# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 17: a fleet applies exactly the plan that was approved, by its file or by its digest, or refuses."""

from __future__ import annotations

import json
import re
import stat

import pytest

WAYS = ("apply_plan", "approved")


class Plans:
    """Makes and applies plans for one resource type."""

    def __init__(self, world, folder):
        self.world = world
        self.provider = world.resource_type.provider
        self.path = folder / "plan.json"

    def entry(self, **fragment):
        resource_type = self.world.resource_type
        return {resource_type.module: {resource_type.identity: self.world.name, **resource_type.also_named, **fragment}}

    @property
    def complete(self):
        return {self.world.resource_type.module: self.world.resource_type.task}

    def run(self, entry, check=False, **options):
        return self.world.cloud.fleet(self.provider, [entry], check, **options)

    def make(self, entry):
        """Plan an entry, and return the options with which a task applies the plan, for each way."""
        made = self.run(entry, check=True, plan_file=str(self.path)).ok()
        assert made.writes == []
        return {"apply_plan": str(self.path), "approved": made["plan_digest"]}

    def refuse(self, entry, *words, way, plan, reason="plan_changed", **options):
        """Try to apply a plan in both modes, and check that it is refused and that nothing is written."""
        for check in (True, False):
            refused = self.run(entry, check, **{way: plan[way]}, **options).failing(*words)
            assert refused["failure"]["reason"] == reason
            assert refused.writes == []
            assert not refused.get("changed")
        return refused


@pytest.fixture(name="plans")
def _plans(world, tmp_path):
    return Plans(world, tmp_path)


@pytest.mark.parametrize("way", WAYS)
def test_law_17_an_approved_plan_is_applied_once(plans, world, way):
    for entry in (plans.complete, plans.entry(state="absent")):
        plan = plans.make(entry)
        approved = {way: plan[way]}
        checked = plans.run(entry, check=True, **approved).ok(changed=True)
        assert checked.writes == []
        applied = plans.run(entry, **approved).ok(changed=True)
        assert applied["plan_digest"] == checked["plan_digest"] == plan["approved"]
        plans.refuse(entry, "apply the approved plan", way=way, plan=plan)
    assert world.ids() == []


@pytest.mark.needs("updates")
def test_law_17_an_approved_change_is_applied(plans, world, resource_type):
    world.create().ok()
    entry = plans.entry(**resource_type.change)
    plan = plans.make(entry)
    plans.run(entry, apply_plan=plan["apply_plan"]).ok(changed=True)


@pytest.mark.needs("updates")
@pytest.mark.parametrize("way", WAYS)
def test_law_17_a_plan_is_refused_if_somebody_has_made_its_change(plans, world, resource_type, way):
    world.create().ok()
    entry = plans.entry(**resource_type.change)
    plan = plans.make(entry)
    world.task(**resource_type.change).ok(changed=True)
    if not resource_type.visible_change:
        return
    words = [resource_type.changed_path] if way == "apply_plan" else []
    refused = plans.refuse(entry, "apply the approved plan", *words, way=way, plan=plan)
    assert "Nothing was written." in refused["msg"]


@pytest.mark.parametrize("way", WAYS)
def test_law_17_a_plan_is_refused_if_the_resource_is_another_one(plans, world, way):
    world.create().ok()
    entry = plans.entry(state="absent")
    plan = plans.make(entry)
    world.run({world.resource_type.identity: world.name, "state": "absent"}).ok(changed=True)
    world.create().ok()
    if world.resource_type.id_is_name:
        return
    words = ["the id was"] if way == "apply_plan" else []
    plans.refuse(entry, *words, way=way, plan=plan)
    assert len(world.ids()) == 1


def test_law_17_a_plan_file_contains_no_secret(plans, world, resource_type):
    secrets = list(_secrets(resource_type.task))
    plan = plans.make(plans.complete)
    text = plans.path.read_text(encoding="utf-8")
    assert stat.S_IMODE(plans.path.stat().st_mode) == 0o600
    for secret in filter(lambda value: isinstance(value, str), [*secrets, world.cloud.key]):
        assert secret not in text and secret not in plan["approved"]


def _secrets(values):
    for name, value in values.items():
        if isinstance(value, dict):
            yield from value.values() if name == "secret_envs" else _secrets(value)
        elif re.search("password|_pass$|secret|^value$", name):
            yield value


@pytest.mark.any_resource_type
@pytest.mark.parametrize("way", WAYS)
def test_law_17_a_plan_of_another_origin_is_refused_before_the_first_request(plans, world, way):
    plan = plans.make(plans.complete)
    refuse = {"way": way, "plan": plan, "reason": "invalid_option"}
    provider = plans.provider
    rotated = {provider: {"api_key": "sk-another-key-of-the-account"}}
    for entry, options, words in (
        (plans.complete, rotated, f"{way}: the plan was made with another API key or for another address ({provider})"),
        (plans.entry(state="absent"), {}, f"{way}: the plan was made from other entries"),
    ):
        refused = plans.refuse(entry, words, **refuse, **options)
        assert refused.requests == []
    assert world.ids() == []


@pytest.mark.any_resource_type
def test_law_17_a_plan_of_another_version_is_refused(plans):
    plan = plans.make(plans.complete)
    document = json.loads(plans.path.read_text(encoding="utf-8"))
    digest = "0.9.0:" + plan["approved"].split(":", 1)[1]
    plans.path.write_text(json.dumps({**document, "version": "0.9.0", "digest": digest}), encoding="utf-8")
    for way, value in (("apply_plan", plan["apply_plan"]), ("approved", digest)):
        words = f"{way}: the plan was made by version 0.9.0 of the collection"
        plans.refuse(plans.complete, words, way=way, plan={way: value}, reason="invalid_option")


@pytest.mark.any_resource_type
@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: text[: len(text) // 2], "is incomplete or damaged"),
        (lambda _text: "", "is incomplete or damaged"),
        (lambda _text: "[]", "is not a plan file"),
        (lambda text: text.replace('"action": "create"', '"action": "delete"'), "the file was changed"),
        (lambda text: text.replace('"resource_type"', '"type"'), "is not a plan file"),
        (lambda text: re.sub('"digest": "[^"]*"', '"digest": "1"', text), "is not a plan file"),
    ],
)
def test_law_17_a_damaged_plan_file_is_refused_before_the_first_request(plans, damage, words):
    plan = plans.make(plans.complete)
    whole = plans.path.read_text(encoding="utf-8")
    damaged = damage(whole)
    assert damaged != whole
    plans.path.write_text(damaged, encoding="utf-8")
    refused = plans.refuse(plans.complete, "apply_plan: ", words, way="apply_plan", plan=plan, reason="invalid_option")
    assert refused.requests == []


@pytest.mark.any_resource_type
def test_law_17_a_missing_plan_and_an_invalid_digest_are_refused(plans, tmp_path):
    for way, value, words in (
        ("apply_plan", str(tmp_path / "missing.json"), "No such file or directory"),
        ("apply_plan", str(tmp_path), "is not a plan file"),
        ("apply_plan", "", "must not be empty"),
        ("approved", "", "must be the plan_digest"),
        ("approved", "1.0.0:ünicode", "must be the plan_digest"),
    ):
        plans.refuse(plans.complete, f"{way}: ", words, way=way, plan={way: value}, reason="invalid_option")


@pytest.mark.any_resource_type
def test_law_17_only_check_mode_writes_a_plan_file(plans, tmp_path):
    refused = plans.run(plans.complete, plan_file=str(plans.path)).failing("plan_file: must be omitted")
    assert refused.requests == [] and not plans.path.exists()
    plans.run(plans.complete, True, plan_file=str(plans.path), approved="1").failing("mutually exclusive")
    missing = str(tmp_path / "missing" / "plan.json")
    plans.run(plans.complete, True, plan_file=missing).failing(f"plan_file: cannot write {missing}")


@pytest.mark.any_resource_type
def test_law_17_a_plan_with_an_error_has_neither_a_file_nor_a_digest(plans, world):
    entry = {world.resource_type.module: {"id": world.resource_type.unknown_id}}
    failed = plans.run(entry, True, plan_file=str(plans.path)).failing("1 of 1 resources failed")
    assert failed["plan_digest"] == "" and not plans.path.exists()


def test_law_17_an_approved_plan_is_refused_if_an_entry_cannot_be_planned(plans, world):
    plan = plans.make(plans.complete)
    world.fault("list", "status", status=500, times=20)
    refused = plans.run(plans.complete, approved=plan["approved"]).failing("make the approved plan again")
    assert refused.writes == []


@pytest.mark.any_resource_type
def test_law_17_outside_check_mode_there_is_no_digest(plans):
    assert plans.run(plans.complete).ok(changed=True)["plan_digest"] == ""
