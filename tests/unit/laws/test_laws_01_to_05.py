# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Laws 1 to 5: second runs, check mode, omitted options, partial tasks, verified writes."""

from __future__ import annotations

import copy

import pytest

needs = pytest.mark.needs


# -- law 1: a second run changes nothing -----------------------------------------------------------------------------


def test_law_01_a_second_create_changes_nothing(world):
    world.create().ok(changed=True)
    again = world.create().ok(changed=False)
    assert again.writes == []
    assert again["plan"] == [{"action": "none", "fields": [], "effect": "none"}]


@needs("updates", "visible_change")
def test_law_01_a_second_update_changes_nothing(world):
    world.create().ok()
    world.task(**world.resource_type.change).ok(changed=True)
    assert world.task(**world.resource_type.change).ok(changed=False).writes == []


def test_law_01_a_second_delete_changes_nothing(world):
    world.create().ok()
    deleted = world.task(state="absent").ok(changed=True)
    assert (deleted["id"], deleted[world.resource_type.noun]) == ("", {})
    assert world.ids() == []
    assert world.task(state="absent").ok(changed=False).writes == []


@pytest.mark.parametrize("order", ["reversed", "shuffled"])
def test_law_01_the_order_of_lists_is_ignored(world, order):
    world.create().ok()
    world.account.settings.set(list_order=order)
    task = copy.deepcopy(world.resource_type.task)
    for option, value in task.items():
        if isinstance(value, list):
            task[option] = value[::-1]
    world.run(task).ok(changed=False)


def test_law_01_numbers_as_strings_equal_the_numbers(world):
    world.account.settings.set(numbers_as_strings=True)
    world.create().ok(changed=True)
    world.create().ok(changed=False)
    world.account.settings.set(numbers_as_strings=False)
    world.create().ok(changed=False)


def test_law_01_a_task_with_the_returned_spec_changes_nothing(world):
    created = world.create().ok()
    for resource in world.found():
        world.run(resource["spec"]).ok(changed=False)
    world.run(world.spec()).ok(changed=False)
    world.run(created[world.resource_type.noun]["spec"]).ok(changed=False)


def test_law_01_a_task_with_the_spec_of_a_manually_created_resource_changes_nothing(world):
    world.seed(world.name)
    world.run(world.spec()).ok(changed=False)
    world.run(world.spec()).ok(changed=False)


# -- law 2: check mode predicts the run ------------------------------------------------------------------------------


def _prediction(result):
    return {key: result[key] for key in ("changed", "plan", "diff")}


def test_law_02_check_mode_predicts_every_action_and_writes_nothing(world):
    resource_type = world.resource_type
    steps = [resource_type.task, resource_type.change, resource_type.zero, {"state": "absent"}, {"state": "absent"}]
    for fragment in steps:
        checked = world.check(**fragment).ok()
        assert checked.writes == []
        assert _prediction(checked) == _prediction(world.task(**fragment).ok())


def _within(part, whole):
    """Return whether a value contains all of another value, at every level."""
    if isinstance(part, dict):
        return all(key in whole and _within(value, whole[key]) for key, value in part.items())
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(_within, part, whole))
    return part == whole


def test_law_02_check_mode_returns_the_resource_that_the_run_returns(world):
    resource_type = world.resource_type
    planned = world.run(resource_type.task, check=True).ok(changed=True)
    made = world.create().ok()
    assert planned["id"].startswith(f"planned:{resource_type.module}:")
    assert planned["id"] == planned[resource_type.noun]["id"]
    assert planned[resource_type.noun].keys() == made[resource_type.noun].keys()
    assert planned[resource_type.noun].get("env_names") == made[resource_type.noun].get("env_names")
    assert _within(planned[resource_type.noun]["spec"], made[resource_type.noun]["spec"])
    planned, done = world.check(**resource_type.change).ok(), world.task(**resource_type.change).ok()
    assert _within(planned[resource_type.noun]["spec"], done[resource_type.noun]["spec"])
    assert planned["id"] == done["id"] == made["id"]


def test_law_02_the_client_refuses_a_write_in_check_mode(world, monkeypatch):
    from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.convergence import Convergence

    plan = Convergence.plan

    def plan_and_apply(self, *args):
        plan(self, *args)
        self.apply()

    monkeypatch.setattr(Convergence, "plan", plan_and_apply)
    world.run(world.resource_type.task, check=True).failing("check mode")
    assert world.ids() == []


# -- law 3: omitted options stay unmanaged ---------------------------------------------------------------------------


def test_law_03_omitted_and_null_options_change_nothing(world):
    world.create().ok()
    world.task().ok(changed=False)
    selecting = {world.resource_type.identity, *world.resource_type.also_named}
    nothing = {option: None for option in world.resource_type.task if option not in selecting}
    world.task(**nothing).ok(changed=False)


def test_law_03_null_inside_a_mapping_changes_nothing(world):
    world.create().ok()
    for option, value in world.resource_type.task.items():
        if isinstance(value, dict) and "envs" not in option:
            world.task(**{option: dict.fromkeys(value)}).ok(changed=False)


@needs("zero")
def test_law_03_zero_and_empty_are_desired_values(world):
    world.create().ok()
    world.task(**world.resource_type.zero).ok(changed=True)
    world.task(**world.resource_type.zero).ok(changed=False)
    spec = world.spec()
    for option, value in world.resource_type.zero.items():
        if isinstance(value, dict) and value:
            assert value.items() <= spec[option].items()
        else:
            assert spec[option] == value


@needs("envs", "env_updates")
def test_law_03_a_list_is_replaced_as_a_whole(world):
    world.create().ok()
    list_option = next(
        name for name, value in world.resource_type.task.items() if isinstance(value, list) and len(value) > 1
    )
    shorter = world.resource_type.task[list_option][:1]
    changed = world.task(**{list_option: shorter}).ok(changed=True)
    assert changed["plan"][0]["fields"] == [list_option]
    assert len(changed[world.resource_type.noun]["spec"][list_option]) == 1


@needs("envs", "env_updates")
def test_law_03_envs_replace_the_environment_and_the_plan_lists_removed_variables(world):
    world.create().ok()
    planned = world.task(envs={"LOG_LEVEL": "info"}).ok(changed=True)
    assert planned["plan"][0]["fields"] == ["envs.TOKEN", "envs.WORKERS"]
    assert planned[world.resource_type.noun]["env_names"] == ["LOG_LEVEL"]


@needs("envs", "env_updates")
def test_law_03_envs_mode_merge_changes_only_the_given_variables(world):
    world.create().ok()
    merged = world.task(envs={"LOG_LEVEL": "debug"}, envs_mode="merge").ok(changed=True)
    assert merged["plan"][0]["fields"] == ["envs.LOG_LEVEL"]
    assert merged[world.resource_type.noun]["env_names"] == ["LOG_LEVEL", "TOKEN", "WORKERS"]


# -- law 4: a partial task keeps all other values --------------------------------------------------------------------


def _changed(spec, fragment):
    """Return a spec with the values of a task fragment merged into it."""
    changed = dict(spec)
    for option, value in fragment.items():
        changed[option] = {**spec[option], **value} if isinstance(value, dict) else value
    return changed


@needs("updates", "visible_change")
@pytest.mark.parametrize("mode", [0, 1, 2])
@pytest.mark.parametrize("as_strings", [True, False])
def test_law_04_a_partial_task_keeps_all_other_values(world, mode, as_strings):
    world.account.settings.set(put_mode=world.resource_type.put_modes[mode], numbers_as_strings=as_strings)
    world.create().ok()
    before = world.spec()
    changed = world.task(**world.resource_type.change).ok(changed=True)
    assert changed["plan"][0]["fields"] == [world.resource_type.changed_path]
    assert world.spec() == _changed(before, world.resource_type.change)


@needs("updates", "visible_change")
@pytest.mark.parametrize("mode", [0, 1, 2])
def test_law_04_a_manually_created_resource_keeps_all_other_values(world, mode):
    world.account.settings.set(put_mode=world.resource_type.put_modes[mode])
    world.seed(world.name)
    before = world.spec()
    world.task(**world.resource_type.change).ok(changed=True)
    assert world.spec() == _changed(before, world.resource_type.change)


@needs("updates")
def test_law_04_an_update_sends_all_writable_fields(world):
    world.create().ok()
    [write] = world.task(**world.resource_type.change).ok().writes
    for wire in world.resource_type.written:
        assert write["body"].get(wire) not in (None, "", [], {}), wire


@needs("envs")
def test_law_04_an_update_that_loses_other_values_fails(world):
    """This holds even if every desired value was written: the task does not set the environment."""
    world.create().ok()
    world.fault("update", "clip", field=world.resource_type.env_wire, value=world.resource_type.env_form({}))
    world.task(**world.resource_type.change, settle_timeout=1).failing("envs.LOG_LEVEL", "envs.TOKEN")


# -- law 5: every write is verified by a read ------------------------------------------------------------------------


def _mismatch(world, expected, found):
    """Return texts of a message about a difference between the written and the current value."""
    path = world.resource_type.changed_path
    if not world.resource_type.shown_change:
        return [f"{path}: the current value differs from the written one"]
    return [path, f"expected {expected}", f"found {found}"]


@needs("updates", "visible_change")
def test_law_05_an_ignored_change_fails_with_the_option_and_both_values(world):
    world.create().ok()
    world.fault("update", "ignore", fields=[world.resource_type.changed_wire])
    before, expected, _low, _high = world.resource_type.amounts
    failed = world.task(**world.resource_type.change, settle_timeout=2).failing(*_mismatch(world, expected, before))
    assert failed["failure"]["reason"] == "not_applied"
    assert failed["id"]


@needs("updates", "visible_change")
def test_law_05_a_clipped_change_fails_with_both_values(world):
    world.create().ok()
    _before, expected, _low, found = world.resource_type.amounts
    world.fault("update", "clip", field=world.resource_type.changed_wire, value=found)
    world.task(**world.resource_type.change, settle_timeout=2).failing(*_mismatch(world, expected, found))


@needs("updates", "visible_change")
def test_law_05_a_clipped_create_fails_with_the_id(world):
    expected, _later, found, _high = world.resource_type.amounts
    world.fault("create", "clip", field=world.resource_type.changed_wire, value=found)
    failed = world.create(settle_timeout=2).failing(*_mismatch(world, expected, found))
    assert [failed["id"]] == world.ids()


@needs("envs", "env_updates")
def test_law_05_an_ignored_secret_fails_with_its_name_and_without_its_value(world):
    world.create().ok()
    world.fault(world.resource_type.env_update, "ignore", fields=[world.resource_type.env_wire])
    task = {**world.resource_type.task, "secret_envs": {"TOKEN": "canary-secret-0002"}}
    failed = world.run({**task, "settle_timeout": 1}).failing("envs.TOKEN")
    assert "canary-secret" not in failed["msg"] + str(failed["failure"]) + str(failed["diff"])


@needs("updates")
def test_law_05_a_stale_read_is_repeated(world):
    world.create().ok()
    world.account.settings.set(stale_after=5)
    changed = world.task(**world.resource_type.change).ok(changed=True)
    assert changed.operations.count(world.operation(world.resource_type.update)) == 1


@needs("renames")
def test_law_05_a_rename_by_id_is_verified(world):
    resource_id = world.create().ok()["id"]
    renamed = world.run({"id": resource_id, "name": "another-name"}).ok(changed=True)
    assert (renamed["id"], renamed[world.resource_type.noun]["name"]) == (resource_id, "another-name")
    world.run({"id": resource_id, "name": "another-name"}).ok(changed=False)
