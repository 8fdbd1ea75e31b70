# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The language of fields, held against its own rules with generated values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.gpufleet.cloud.plugins.module_utils.environment import Environment
from ansible_collections.gpufleet.cloud.plugins.module_utils.composites import Group, Items, Scalars
from ansible_collections.gpufleet.cloud.plugins.module_utils.fields import Integer, Text
from ansible_collections.gpufleet.cloud.plugins.module_utils.table import Table

TABLE = Table(
    Text("name", required=True, shortest=1),
    Text("model", immutable=True, effect="replaces"),
    Integer("size", effect="in_place"),
    Group("workers", wire="workerConfig", effect="rolls_workers", fields=(
        Integer("least", wire="minNum", required=True),
        Integer("most", wire="maxNum"),
        Text("carried", option=False),
    )),
    Scalars("ports", wrapped_in="port", item=Integer("port", as_text=True)),
    Items("mounts", identity=("path",), fields=(
        Text("kind", choices=("local", "network")),
        Text("path"),
        Integer("gb", when=("kind", "local"), on_create=30),
        Text("id", when=("kind", "network"), required=True),
    )),
    Environment("envs"),
)

small = st.integers(0, 5)
words = st.text(max_size=5)
envs = st.dictionaries(st.sampled_from("ABC"), words, max_size=3)
mounts = st.lists(
    st.one_of(
        st.fixed_dictionaries({"kind": st.just("local"), "path": st.sampled_from(["/a", "/b"])}, optional={"gb": small}),
        st.fixed_dictionaries({"kind": st.just("network"), "path": st.sampled_from(["/a", "/b"]), "id": st.just("x")}),
    ), unique_by=lambda mount: mount["path"])
tasks = st.fixed_dictionaries({}, optional={
    "name": st.text(min_size=1, max_size=5),
    "model": words,
    "size": small,
    "workers": st.fixed_dictionaries({}, optional={"least": small, "most": small}),
    "ports": st.lists(st.integers(1, 9), unique=True),
    "mounts": mounts,
    "envs": envs,
    "envs_mode": st.sampled_from(["replace", "merge"]),
})


@given(tasks, tasks)
def test_what_is_laid_over_a_record_is_found_in_it(first, second):
    found = TABLE.new(TABLE.wish(first))
    wish = TABLE.wish(second)
    target = TABLE.target(found, wish)
    assert TABLE.differences(target, TABLE.target(target, wish)) == []


@given(tasks, tasks)
def test_what_a_task_omits_stays(first, second):
    found = TABLE.new(TABLE.wish(first))
    target = TABLE.target(found, TABLE.wish(second))
    assert {name: target.get(name) for name in found if name not in second} == {
        name: value for name, value in found.items() if name not in second}


@given(tasks)
def test_what_is_written_is_read_again(task):
    target = TABLE.new(TABLE.wish(task))
    assert TABLE.differences(TABLE.read(TABLE.create_body(target)), target) == []


@given(tasks)
def test_the_spec_of_a_record_changes_nothing(task):
    found = TABLE.new(TABLE.wish(task))
    spec = TABLE.spec(found, reveal=True)
    assert TABLE.faults(TABLE.wish(spec)) == []
    assert TABLE.differences(found, TABLE.target(found, TABLE.wish(spec))) == []


@given(tasks, tasks)
def test_the_diff_covers_what_the_task_gives_and_differs_only_with_a_change(first, second):
    found, wish = TABLE.new(TABLE.wish(first)), TABLE.wish(second)
    target = TABLE.target(found, wish)
    diff = TABLE.diff(found, target, wish)
    assert diff["before"].keys() == diff["after"].keys() == wish.keys()
    if not TABLE.differences(found, target):
        assert diff["before"] == diff["after"]


def test_numbers_come_as_strings_and_are_compared_as_numbers():
    found = TABLE.read({"size": "8", "workerConfig": {"minNum": "0"}, "ports": [{"port": "80"}, {"port": 9}]})
    assert found == {"size": 8, "workers": {"least": 0}, "ports": [9, 80]}


@pytest.mark.parametrize(("found", "wish"), [({}, {"size": 0}), ({}, {"name": ""}), ({}, {"ports": []}), ({}, {"envs": {}}),
                                             ({"ports": [1, 2]}, {"ports": [2, 1]})])
def test_missing_and_zero_or_empty_are_equal(found, wish):
    assert TABLE.differences(found, TABLE.target(found, TABLE.wish(wish))) == []


def test_a_carried_field_is_sent_back_and_not_offered():
    found = TABLE.read({"workerConfig": {"minNum": 1, "carried": "12.4"}})
    target = TABLE.target(found, TABLE.wish({"workers": {"most": 3}}))
    assert TABLE.update_body(target) == {"workerConfig": {"minNum": 1, "maxNum": 3, "carried": "12.4"}}
    assert "carried" not in TABLE.spec(found)["workers"]
    assert "carried" not in TABLE.arguments()["workers"]["options"]


def test_an_update_leaves_out_what_cannot_be_changed():
    assert TABLE.update_body({"name": "a", "model": "m"}) == {"name": "a"}
    assert TABLE.create_body({"name": "a", "model": "m"}) == {"name": "a", "model": "m"}


def test_only_a_fixed_difference_is_fixed():
    found = {"model": "a", "size": 1}
    assert TABLE.fixed(found, {"model": "b", "size": 2}) == ["model"]
    assert TABLE.fixed(found, {"model": "a", "size": 2}) == []


@pytest.mark.parametrize(("paths", "effect"), [
    ([], "none"), (["size"], "in_place"), (["size", "workers.most"], "rolls_workers"), (["name", "size"], "unknown")])
def test_the_strongest_effect_counts(paths, effect):
    assert TABLE.effect(paths) == effect


def test_items_of_the_other_kind_lose_what_has_no_meaning_there():
    found = {"mounts": [{"kind": "local", "path": "/a", "gb": 50}]}
    target = TABLE.target(found, {"mounts": [{"kind": "network", "path": "/a", "id": "x"}]})
    assert target["mounts"] == [{"kind": "network", "path": "/a", "id": "x"}]


def test_a_new_item_gets_its_default_and_a_known_one_keeps_its_value():
    found = {"mounts": [{"kind": "local", "path": "/a", "gb": 50}]}
    wish = {"mounts": [{"kind": "local", "path": "/a"}, {"kind": "local", "path": "/b"}]}
    assert [mount["gb"] for mount in TABLE.target(found, wish)["mounts"]] == [50, 30]


def test_an_item_without_what_its_kind_needs_is_a_conflict():
    assert TABLE.conflicts({"mounts": [{"kind": "network", "path": "/a"}]}) == [
        "mounts[0].id: must be given when kind is network"]


def test_what_a_create_lacks_is_named_with_its_path():
    assert TABLE.missing({"workers": {}}) == ["name", "workers.least"]
    assert TABLE.missing({"name": "a"}) == []


def test_values_of_the_environment_are_shown_only_where_this_task_gives_them():
    wish = TABLE.wish({"envs": {"A": "1", "B": "new"}, "secret_envs": {"S": "new secret"}})
    found = {"envs": {"A": "1", "B": "old", "S": "old secret", "GONE": "x"}}
    diff = TABLE.diff(found, TABLE.target(found, wish), wish)
    assert diff["before"] == {"envs": {"A": "1", "B": "(hidden)", "GONE": "(hidden)", "S": "(hidden)"}}
    assert diff["after"] == {"envs": {"A": "1", "B": "new", "S": "(hidden, new value)"}}
    assert TABLE.spec(found, wish) == {"envs": {"A": "1"}, "envs_mode": "merge"}
    assert TABLE.spec(found, {}) == {}
    assert sorted(TABLE.hidden_values(found, wish)) == ["old", "old secret", "x"]


def test_a_value_of_a_secret_option_is_not_in_its_fault():
    table = Table(Text("password", secret=True, longest=3))
    assert table.faults({"password": "canary-secret"}) == ["password: must have at most 3 characters"]


def test_an_enormous_value_is_not_repeated_in_its_fault():
    [fault] = Table(Text("name", longest=10)).faults({"name": "x" * 100_000})
    assert len(fault) < 200
