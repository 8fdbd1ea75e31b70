# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields and tables, with examples and with generated values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.composites import Group, Items, Scalars
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.environment import DesiredEnvironment, Environment
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import (
    Boolean,
    Float,
    Integer,
    NumericId,
    Text,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.free_text import RevealedText
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.table import Settings, Table
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import first_violation

TABLE = Table(
    Text("name", required=True),
    Text("model", may_be_empty=True, immutable=True, effect="replaces"),
    Integer("size", effect="in_place"),
    Group(
        "workers",
        wire="workerConfig",
        effect="rolls_workers",
        fields=(
            Integer("least", wire="minNum", required=True),
            Integer("most", wire="maxNum"),
            Text("carried", option=False),
        ),
    ),
    Scalars("ports", wrapped_in="port", item=Integer("port", as_text=True)),
    Items(
        "mounts",
        identity=("path",),
        fields=(
            Text("kind", choices=("local", "network")),
            Text("path"),
            Integer("gb", when=("kind", "local"), on_create=30),
            Text("id", when=("kind", "network"), required=True),
        ),
    ),
    Environment("envs"),
)


def sentences(violations):
    return list(map(str, violations))


small = st.integers(0, 5)
words = st.text(max_size=5).filter(lambda text: text == text.strip())
envs = st.dictionaries(st.sampled_from("ABC"), words, max_size=3)
mounts = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"kind": st.just("local"), "path": st.sampled_from(["/a", "/b"])}, optional={"gb": small}
        ),
        st.fixed_dictionaries({"kind": st.just("network"), "path": st.sampled_from(["/a", "/b"]), "id": st.just("x")}),
    ),
    unique_by=lambda mount: mount["path"],
)
tasks = st.fixed_dictionaries(
    {},
    optional={
        "name": words.filter(bool),
        "model": words,
        "size": small,
        "workers": st.fixed_dictionaries({}, optional={"least": small, "most": small}),
        "ports": st.lists(st.integers(1, 9), unique=True),
        "mounts": mounts,
        "envs": envs,
        "envs_mode": st.sampled_from(["replace", "merge"]),
    },
)


@given(tasks, tasks)
def test_a_target_contains_the_desired_values(first, second):
    current = TABLE.new(TABLE.desired(first))
    desired = TABLE.desired(second)
    target = TABLE.target(current, desired)
    assert TABLE.differences(target, TABLE.target(target, desired)) == []


@given(tasks, tasks)
def test_a_target_keeps_the_values_that_the_task_omits(first, second):
    current = TABLE.new(TABLE.desired(first))
    target = TABLE.target(current, TABLE.desired(second))
    assert {name: target.get(name) for name in current if name not in second} == {
        name: value for name, value in current.items() if name not in second
    }


@given(tasks)
def test_a_written_target_is_read_back_without_differences(task):
    target = TABLE.new(TABLE.desired(task))
    assert TABLE.differences(TABLE.read(TABLE.create_body(target)), target) == []


@given(tasks)
def test_the_spec_of_a_resource_changes_nothing(task):
    current = TABLE.new(TABLE.desired(task))
    spec = TABLE.spec(current, reveal=True)
    assert TABLE.violations(TABLE.desired(spec)) == []
    assert TABLE.differences(current, TABLE.target(current, TABLE.desired(spec))) == []


@given(tasks, tasks)
def test_the_diff_contains_the_options_of_the_task_and_differs_only_with_a_change(first, second):
    current, desired = TABLE.new(TABLE.desired(first)), TABLE.desired(second)
    target = TABLE.target(current, desired)
    diff = TABLE.diff(current, target, desired)
    assert diff["before"].keys() == diff["after"].keys() == desired.keys()
    if not TABLE.differences(current, target):
        assert diff["before"] == diff["after"]


def test_numbers_in_strings_are_read_as_numbers():
    current = TABLE.read({"size": "8", "workerConfig": {"minNum": "0"}, "ports": [{"port": "80"}, {"port": 9}]})
    assert current == {"size": 8, "workers": {"least": 0}, "ports": [9, 80]}


@pytest.mark.parametrize(
    ("current", "desired"),
    [
        ({}, {"size": 0}),
        ({}, {"name": ""}),
        ({}, {"ports": []}),
        ({}, {"envs": {}}),
        ({"ports": [1, 2]}, {"ports": [2, 1]}),
    ],
)
def test_a_missing_value_equals_zero_or_empty(current, desired):
    assert TABLE.differences(current, TABLE.target(current, TABLE.desired(desired))) == []


def test_a_missing_resource_is_treated_as_an_empty_mapping():
    desired = TABLE.desired({"name": "a", "workers": {"least": 1}})
    assert TABLE.target(None, desired) == TABLE.target({}, desired) == desired
    assert TABLE.differences(None, desired) == TABLE.differences(desired, None) == ["name", "workers.least"]
    assert TABLE.missing(None) == ["name"]


def test_null_is_read_only_for_nullable_fields():
    table = Table(Float("timeout", nullable=True), Float("load"), Text("password", write_only=True))
    assert table.read({"timeout": None, "load": None, "password": "x"}) == {"timeout": None}
    assert table.read({"password": "x"}) == {}


def test_a_field_without_an_option_is_sent_back_unchanged():
    current = TABLE.read({"workerConfig": {"minNum": 1, "carried": "12.4"}})
    target = TABLE.target(current, TABLE.desired({"workers": {"most": 3}}))
    assert TABLE.update_body(target) == {"workerConfig": {"minNum": 1, "maxNum": 3, "carried": "12.4"}}
    assert "carried" not in TABLE.spec(current)["workers"]
    assert "carried" not in TABLE.arguments()["workers"]["options"]


def test_an_update_omits_immutable_fields():
    assert TABLE.update_body({"name": "a", "model": "m"}) == {"name": "a"}
    assert TABLE.create_body({"name": "a", "model": "m"}) == {"name": "a", "model": "m"}


def test_immutable_differences_contains_only_immutable_fields():
    current = {"model": "a", "size": 1}
    assert TABLE.immutable_differences(current, {"model": "b", "size": 2}) == ["model"]
    assert TABLE.immutable_differences(current, {"model": "a", "size": 2}) == []


def test_an_option_that_the_type_of_an_item_does_not_have_is_refused():
    assert sentences(TABLE.violations({"mounts": [{"kind": "local", "path": "/a", "id": "x"}]})) == [
        "mounts[0].id: must be omitted unless kind is network"
    ]


@pytest.mark.parametrize(
    ("paths", "effect"),
    [
        ([], "none"),
        (["size"], "in_place"),
        (["size", "workers.most"], "rolls_workers"),
        (["name", "size"], "unknown"),
        (["mounts[/a].gb"], "unknown"),
    ],
)
def test_the_strongest_effect_counts(paths, effect):
    assert TABLE.effect(paths) == effect


def test_an_item_that_changes_its_type_loses_the_fields_of_its_old_type():
    current = {"mounts": [{"kind": "local", "path": "/a", "gb": 50}]}
    target = TABLE.target(current, {"mounts": [{"kind": "network", "path": "/a", "id": "x"}]})
    assert target["mounts"] == [{"kind": "network", "path": "/a", "id": "x"}]


def test_a_new_item_gets_the_default_and_a_current_item_keeps_its_value():
    current = {"mounts": [{"kind": "local", "path": "/a", "gb": 50}]}
    desired = {"mounts": [{"kind": "local", "path": "/a"}, {"kind": "local", "path": "/b"}]}
    assert [mount["gb"] for mount in TABLE.target(current, desired)["mounts"]] == [50, 30]


def test_an_item_without_a_required_field_of_its_type_is_a_conflict():
    assert sentences(TABLE.conflicts({"mounts": [{"kind": "network", "path": "/a"}]})) == [
        "mounts[0].id: must be set if kind is network"
    ]
    assert TABLE.conflicts({"name": "a", "size": 1, "mounts": [{"kind": "local", "path": "/a"}]}) == []


def test_missing_returns_the_paths_that_a_create_lacks():
    assert TABLE.missing({"workers": {}}) == ["name", "workers.least"]
    assert TABLE.missing({"name": "a"}) == []


def test_values_of_the_environment_are_shown_only_if_the_task_sets_them():
    desired = TABLE.desired({"envs": {"A": "1", "B": "new"}, "secret_envs": {"S": "new secret"}})
    current = {"envs": {"A": "1", "B": "old", "S": "old secret", "GONE": "x"}}
    diff = TABLE.diff(current, TABLE.target(current, desired), desired)
    assert diff["before"] == {"envs": {"A": "1", "B": "(hidden)", "GONE": "(hidden)", "S": "(hidden)"}}
    assert diff["after"] == {"envs": {"A": "1", "B": "new", "S": "(hidden, new value)"}}
    assert TABLE.spec(current, desired) == {"envs": {"A": "1"}, "envs_mode": "merge"}
    assert TABLE.spec(current, {}) == {}
    assert sorted(TABLE.hidden_values(current, desired)) == ["old", "old secret", "x"]


def test_an_environment_that_is_not_a_mapping_is_refused_and_not_quoted():
    assert sentences(TABLE.violations(TABLE.desired({"envs": "canary", "secret_envs": ["canary"]}))) == [
        "envs: must be a mapping, not a value of type str",
        "secret_envs: must be a mapping, not a value of type list",
    ]


@pytest.mark.parametrize(
    ("limit", "rule"),
    [
        ({"max_length": 3}, "must have at most 3 characters"),
        ({"pattern": "^[a-z]$", "form": "one letter"}, "must be one letter"),
    ],
)
def test_a_violation_does_not_quote_a_secret_value(limit, rule):
    password = Text("password", secret=True, **limit)
    given = {"password": "canary-secret"}
    assert sentences(Settings(password).violations(given)) == [f"password: {rule}"]
    login = Settings(Group("login", fields=(password,)))
    assert sentences(login.violations({"login": given})) == [f"login.password: {rule}"]
    logins = Settings(Items("logins", fields=(password,)))
    assert sentences(logins.violations({"logins": [given]})) == [f"logins[0].password: {rule}"]


def test_a_violation_does_not_quote_an_enormous_value():
    [violation] = Table(Text("name", max_length=10)).range_violations({"name": "x" * 100_000}, {})
    assert len(str(violation)) < 200


@pytest.mark.parametrize(
    ("given", "rules"),
    [
        ("7", []),
        (" 7 ", []),
        (" ", ["endpoint_id: must not be empty; leave the option out if you do not want to set it"]),
        ("llm", ["endpoint_id: must be an integer, because the provider numbers its resources, not 'llm'"]),
        ("<endpoint id>", ["endpoint_id: must be a real value instead of a placeholder, not '<endpoint id>'"]),
    ],
)
def test_a_numeric_id_is_an_integer(given, rules):
    table = Table(NumericId("endpoint_id"))
    found = sentences(table.violations(table.desired({"endpoint_id": given})))
    assert found == rules


def test_current_values_outside_the_documented_ranges_are_no_violations():
    table = Table(
        Integer("size", minimum=1, maximum=9),
        Float("load", minimum=0, maximum=1),
        Text("image", max_length=3),
        Text("cuda", printed_choices=("12.4", "12.8")),
        Scalars("ports", max_items=1, item=Integer("port", minimum=1, maximum=99)),
        Group("config", fields=(Integer("gpus", minimum=1, maximum=8),)),
        Items(
            "mounts", identity=("path",), max_items=1, fields=(Text("path", max_length=4), Integer("size", maximum=9))
        ),
        Environment("envs", max_name_length=3, max_value_length=5),
        Text("auth", write_only=True, max_length=2),
    )
    current = {
        "size": 10,
        "load": 1.5,
        "image": "long",
        "cuda": "any",
        "ports": [100, 200],
        "config": {"gpus": 16},
        "mounts": [{"path": "/long", "size": 10}, {"path": "/b"}],
        "envs": {"LONG": "too long"},
    }
    env = DesiredEnvironment(dict(current["envs"]), None, False)
    assert table.range_violations({**current, "envs": env}, current) == []
    assert table.violations({**current, "envs": env}) == []
    violations = table.range_violations({**current, "envs": env}, {})
    assert violations == table.range_violations(current, {})
    assert [violation.path for violation in violations] == [
        "size",
        "load",
        "image",
        "cuda",
        "ports",
        "ports[0]",
        "ports[1]",
        "config.gpus",
        "mounts",
        "mounts[0].path",
        "mounts[0].size",
        "envs.LONG...",
    ]
    assert sentences(violations[:4]) == [
        "size: must be from 1 to 9, not 10",
        "load: must be from 0 to 1, not 1.5",
        "image: must have at most 3 characters, not 'long'",
        "cuda: must be one of 12.4, 12.8, not 'any'",
    ]
    values = {"size": 11, "ports": [100, 201], "mounts": [{"path": "/long", "size": 11}]}
    assert sentences(table.range_violations(values, current)) == [
        "size: must be from 1 to 9, not 11",
        "ports: must have at most 1 item, not [100, 201]",
        "ports[1]: must be from 1 to 99, not 201",
        "mounts[0].size: must be at most 9, not 11",
    ]
    assert sentences(table.violations({"auth": "abc"})) == ["auth: must have at most 2 characters, not 'abc'"]


def test_a_field_without_settings_is_a_plain_option():
    plain = Text("name")
    settings = (
        "required",
        "immutable",
        "unique",
        "write_only",
        "secret",
        "nullable",
        "may_be_missing",
        "empty_is_unset",
        "update_only",
    )
    assert not any(getattr(plain, setting) for setting in settings)
    assert plain.option
    assert (plain.key, plain.response_key) == ("name", "name")
    assert (Text("a", wire="b").response_key, Text("a", wire="b", wire_in_response="c").response_key) == ("b", "c")
    assert Text("a", wire_in_response="c").key == "a"


@pytest.mark.parametrize(
    ("field", "argument"),
    [
        (Text("a"), {"type": "str"}),
        (Text("a", secret=True), {"type": "str", "no_log": True}),
        (Integer("a", default=0), {"type": "int", "default": 0}),
        (Float("a", aliases=("b",)), {"type": "float", "aliases": ["b"]}),
        (Text("a", choices=("x", "y")), {"type": "str", "choices": ["x", "y"]}),
        (Boolean("a"), {"type": "bool"}),
        (Scalars("a", item=Integer("b")), {"type": "list", "elements": "int"}),
        (
            Items("a", identity=("b",), fields=(Text("b"), Integer("c"), Text("d", option=False))),
            {
                "type": "list",
                "elements": "dict",
                "options": {"b": {"type": "str", "required": True}, "c": {"type": "int"}},
            },
        ),
        (Group("a", fields=(Text("b"),)), {"type": "dict", "options": {"b": {"type": "str"}}}),
    ],
)
def test_a_field_returns_the_argument_spec_of_its_options(field, argument):
    assert field.own_arguments() == {"a": argument}


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        (Text("a"), ["x", "", None], [1, [], {}]),
        (Integer("a"), [1, -1, "1", "-1", "", None], ["x", "1.5", 1.5, [], True]),
        (Float("a"), [1, 1.5, None], ["1", []]),
        (Boolean("a"), [True, None], ["yes", 1]),
        (Scalars("a", item=Integer("b")), [[1, "2"], [], None], ["x", [[]], {}]),
        (Scalars("a", item=Integer("b"), wrapped_in="b"), [[{"b": "2"}], None], [[1], [{}], [{"b": "x"}]]),
        (Items("a", fields=(Integer("b", wire="c"),)), [[{"c": 1}], [{}], None], [{}, [1], [{"c": "x"}]]),
        (Group("a", fields=(Integer("b", wire="c"),)), [{"c": 1}, {}, None], [[], {"c": "x"}]),
    ],
)
def test_the_response_schema_accepts_only_valid_values(field, right, wrong):
    schema = Table(field).response_schema()
    assert [value for value in right if first_violation(schema, {"a": value})] == []
    assert [value for value in wrong if not first_violation(schema, {"a": value})] == []


@pytest.mark.parametrize(
    ("field", "raw", "current"),
    [
        (Text("a", may_be_empty=True), "", ""),
        (Text("a", may_be_empty=True, empty_is_unset=True), "", None),
        (Text("a"), "", None),
        (Text("a", choices=("x",)), "", None),
        (Text("a", empty_is_unset=True, choices=("x",)), "x", "x"),
        (Integer("a"), "0", 0),
        (Integer("a"), "", None),
        (Integer("a", minimum=0), 0, 0),
        (Integer("a", minimum=1), 0, None),
        (Integer("a", minimum=1), "2", 2),
        (Integer("a", minimum=-1), 0, 0),
        (Integer("a"), 1, 1),
        (Float("a"), 5, 5.0),
        (Boolean("a"), False, False),
        (Group("a", fields=(Integer("b"),)), {}, None),
        (Group("a", fields=(Integer("b"),)), {"b": 0}, {"b": 0}),
    ],
)
def test_a_value_in_a_response_is_normalized(field, raw, current):
    assert Table(field).read({"a": raw}) == ({} if current is None else {"a": current})
    assert field.read_from({"a": raw}) == current
    assert field.read_from({"a": None}) is None


@pytest.mark.parametrize(
    ("field", "same", "different"),
    [
        (
            Text("a"),
            [("x", "x"), (None, ""), ("", None), (None, None)],
            [("x", "y"), ("x", None), (None, "x"), ("x", "")],
        ),
        (
            Integer("a"),
            [(1, 1), (None, 0), (0, None), (-1, -1)],
            [(1, 2), (1, 0), (1, None), (None, 1), (-1, None), (None, -1)],
        ),
        (
            Float("a"),
            [(1.0, 1), (None, None), (0.1 + 0.2, 0.3)],
            [(1.0, 1.5), (1.0, None), (None, 0.0), (100.0, 100.001)],
        ),
        (Boolean("a"), [(True, True), (None, None)], [(True, False), (None, False)]),
        (
            Scalars("a", item=Integer("b")),
            [([1, 2], [2, 1]), (None, []), ([], None)],
            [([1], [1, 2]), (None, [1]), ([1], None)],
        ),
        (Text("a", may_be_missing=True), [("", "x"), (None, "x"), ("x", "x")], [("y", "x"), ("x", "")]),
    ],
)
def test_equivalent_values_have_no_differences(field, same, different):
    assert [pair for pair in same if field.differences(*pair, "a")] == []
    assert [pair for pair in different if field.differences(*pair, "a") != ["a"]] == []


def test_a_diff_shows_equal_values_as_the_task_writes_them():
    assert Text("a").before_and_after(None, "", "") == ("", "")
    assert Integer("a").before_and_after(1, 2, 2) == (1, 2)
    assert Scalars("a", item=Integer("b")).before_and_after([2, 1], [3, 2], [3, 2]) == ([1, 2], [2, 3])


def test_numbers_are_sent_as_text_only_if_that_is_declared():
    assert (Integer("a").write(5), Integer("a", as_text=True).write(5)) == (5, "5")


def test_a_conditional_field_applies_only_if_its_condition_is_met():
    bound = Integer("a", when=("kind", "local"))
    assert bound.applies({"kind": "local"})
    assert not bound.applies({"kind": "network"}) and not bound.applies({})
    assert Integer("a").applies({}) is True


def test_a_required_option_is_missing_only_if_it_is_not_set():
    table = Table(Text("a", required=True), Text("b"))
    assert (table.missing({}), table.missing({"a": ""}), table.missing({"a": "x"})) == (["a"], [], [])


def test_options_and_differences_are_returned_as_paths():
    desired = {"name": "a", "workers": {"least": 1}, "ports": [1], "mounts": [{"path": "/a"}]}
    assert TABLE.paths_of(desired) == ["name", "workers.least", "ports", "mounts"]
    assert TABLE.differences({}, desired) == ["name", "workers.least", "ports", "mounts"]
    assert TABLE.differences({"workers": {"least": 1}}, {}) == ["workers.least"]


def test_an_infinite_number_is_a_violation():
    [violation] = Table(Float("a")).violations({"a": float("inf")})
    assert str(violation).startswith("a: must be a finite number,")


def test_a_boolean_accepts_only_true_and_false():
    switch = Table(Boolean("a"))
    assert [switch.violations({"a": value}) for value in (True, False)] == [[], []]
    assert [len(switch.violations({"a": value})) for value in (0, "true")] == [1, 1]


def test_a_new_value_displaces_its_alternative():
    table = Table(Text("product", displaces=("gpu",)), Text("gpu"), Integer("size"))
    current = {"product": "a", "gpu": "x"}
    target = table.target(current, {"product": "b"})
    assert target == {"product": "b", "gpu": None}
    assert table.differences(current, target) == ["product"]
    assert table.target(current, {"product": "a", "size": 1}) == {**current, "size": 1}
    assert table.target(current, {"product": "b", "gpu": "y"}) == {"product": "b", "gpu": "y"}
    assert table.target({"product": "a"}, {"product": "b"}) == {"product": "b"}
    assert (table.spec(current), table.spec({"gpu": "x"})) == ({"product": "a"}, {"gpu": "x"})


def test_the_secrets_of_a_task_are_its_secret_options_and_secret_envs():
    table = Table(Text("name"), Text("password", secret=True), Environment("envs"))
    desired = table.desired({"name": "n", "password": "p", "envs": {"A": "open"}, "secret_envs": {"S": "s"}})
    assert table.secret_values(desired) == ["p", "s"]
    assert table.secret_values({"name": "n"}) == []
    assert Table(Text("password", secret=True)).secret_values({"password": "p"}) == ["p"]
    assert table.shown_facts({"envs": {"B": "", "A": ""}}) == {"env_names": ["A", "B"]}
    assert (table.shown_facts({}), Table(Text("name")).shown_facts({})) == ({"env_names": []}, {})
    assert (table.reveal_option, Table(Text("name")).reveal_option) == ("return_env_values", "")


def test_mismatches_contain_both_values_except_those_of_the_environment():
    current = {"size": 1, "workers": {"least": 0}, "envs": {"A": "canary"}}
    target = {"size": 2, "workers": {"least": 3}, "envs": {"A": "other"}}
    mismatches = [
        "size: expected 2, found 1",
        "workers.least: expected 3, found 0",
        "envs.A: the current value differs from the written one",
    ]
    assert TABLE.mismatches(current, target) == mismatches
    assert TABLE.mismatches(current, target, ["size"]) == mismatches[:1]
    assert TABLE.mismatches({}, {"workers": {"least": 3}}) == ["workers.least: expected 3, found no value"]


def test_the_text_of_a_change_contains_both_values_except_those_of_the_environment():
    current, target = {"size": 1, "envs": {"A": "canary"}}, {"size": None, "envs": {"A": "other"}}
    assert TABLE.change("size", current, target) == "size (from 1 to no value)"
    assert TABLE.change("envs.A", current, target) == "envs.A"


def test_a_nested_mapping_handles_its_fields_as_a_table_does():
    """The settings of a field also apply in a mapping inside a mapping; paths start at the outermost mapping."""
    box = Group(
        "box",
        fields=(
            Environment("envs", max_items=1),
            Text("token", secret=True),
            RevealedText("args", reveal_option="return_args"),
            Items("items", identity=("name",), fields=(Text("name"), Text("pin", secret=True))),
        ),
    )
    table = Table(Group("outer", fields=(box,)))
    given = {
        "envs": {"A": "1", "B=": "2"},
        "secret_envs": {"A": "long secret"},
        "token": "short",
        "args": "--disk 64",
        "items": [{"name": "n", "pin": "pin-0123456"}],
    }
    desired = table.desired({"outer": {"box": given}})
    doubled, misnamed, short = table.violations(desired)
    assert str(doubled) == "outer.box.secret_envs.A: must not be set in outer.box.envs as well"
    assert str(misnamed) == "outer.box.envs.B=: must have a non-empty name without '=' and null characters"
    assert str(short).startswith("outer.box.token: must have at least 8 characters")
    assert table.secret_values(desired) == ["long secret", "short", "pin-0123456"]
    values = {"envs": {"A": "1", "B": "old value"}, "token": "t", "args": "--key old", "items": [{"name": "n"}]}
    current = {"outer": {"box": values}}
    assert table.hidden_values(current, desired) == ["old value", "--key old", "old"]
    assert table.shown_facts(current) == {"env_names": ["A", "B"]}
    assert sentences(table.conflicts(current)) == [
        "outer.box.envs: must have at most 1 variable together with outer.box.secret_envs, not 2"
    ]
    shown = {"envs": {"A": "1"}, "envs_mode": "merge", "items": [{"name": "n"}]}
    assert table.spec(current, desired) == {"outer": {"box": shown}}
    revealed = {"envs": values["envs"], "args": "--key old", "items": [{"name": "n"}]}
    assert table.spec(current, reveal=True) == {"outer": {"box": revealed}}
    changed = {"outer": {"box": {**values, "args": "--key new", "envs": {"A": "2"}}}}
    assert table.paths_of(table.desired({"outer": {"box": {"args": "", "envs": {"A": "2"}}}})) == [
        "outer.box.envs.A",
        "outer.box.args",
    ]
    assert table.mismatches(current, changed) == [
        "outer.box.envs.A: the current value differs from the written one",
        "outer.box.envs.B: the current value differs from the written one",
        "outer.box.args: the current value differs from the written one",
    ]


def test_a_part_of_the_options_can_be_sent_separately():
    assert TABLE.part({"name": "a", "size": 1, "workers": {"least": 1}}, ["workers"]) == {"workerConfig": {"minNum": 1}}
    table = Table(Text("name"), Text("late", update_only=True))
    assert table.create_body({"name": "a", "late": "l"}) == {"name": "a"}
    assert (table.update_only_values({"name": "a", "late": "l"}), table.update_only_values({"name": "a"})) == (
        {"late": "l"},
        {},
    )
