# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``compose``, ``groups`` and ``keyed_groups``: values of every type, expressions that fail, and ``strict``."""

from __future__ import annotations

import base64

import pytest
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.gpufleet.cloud.plugins.plugin_utils import instance_inventory
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.keyed_groups import group_names

from .harness import CANARY

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19 trusts all text that is not marked as unsafe

    def trust_as_template(text):
        return text


BAD_EXPRESSIONS = ["nowhere", "novita_name.nothing.at_all", "novita_name |", "1 / 0", "novita_name | no_such_filter"]


@pytest.mark.parametrize(
    ("key", "groups"),
    [
        ("novita_gpu_num", {"x_1"}),
        ("novita_ssh_port", {"x_0"}),
        ("novita_gpu_num / 4", {"x_0_25"}),
        ("0 - 5", {"x__5"}),
        ("novita_ssh_ready", {"x_False"}),
        ("not novita_ssh_ready", {"x_True"}),
        ("none", set()),
        ("''", set()),
        ("[]", set()),
        ("{}", set()),
        ("[0, 1, true, none, '']", {"x_0", "x_1", "x_True"}),
        ("{'a': 1, 'b': false}", {"x_a_1", "x_b_False"}),
        ("novita_ports", {"x_8000_http"}),
        ("novita_status", {"x_exited"}),
    ],
)
@pytest.mark.parametrize("strict", [False, True])
def test_a_key_can_have_every_type(fleet, key, groups, strict):
    fleet.seed("a", status="exited")
    options = {"keyed_groups": [{"key": key, "prefix": "x"}], "strict": strict}
    if strict and key in ("none", "''"):
        fleet.refused("keyed_groups[0]: it failed for host a: the key is empty", **options)
    else:
        assert fleet.groups(**options) == dict.fromkeys(groups, ["a"])
    assert fleet.warnings == []


def test_every_variable_of_a_host_can_be_a_key(fleet):
    fleet.seed("a")
    keyed_groups = [{"key": variable, "prefix": variable} for variable in fleet.hosts()["a"]]
    assert len(fleet.groups(keyed_groups=keyed_groups, strict=False)) > 15
    assert fleet.warnings == []


@pytest.mark.parametrize(
    ("entry", "value", "leading_separator", "names"),
    [
        ({}, "a", True, ["_a"]),
        ({}, "a", False, ["a"]),
        ({"separator": ""}, "a", True, ["a"]),
        ({"prefix": "p", "separator": "-"}, ["a", "b"], False, ["p-a", "p-b"]),
        ({"prefix": "p", "default_value": "none"}, "", True, ["p_none"]),
        ({"prefix": "p", "default_value": "none"}, None, True, ["p_none"]),
        ({"prefix": "p", "default_value": "none"}, ["a", None], True, ["p_a", "p_none"]),
        ({"prefix": "p", "default_value": "none"}, {"k": ""}, True, ["p_k_none"]),
        ({"prefix": "p", "default_value": 0}, "", True, ["p_0"]),
        ({"prefix": "p"}, {"k": ""}, True, ["p_k_"]),
        ({"prefix": "p", "trailing_separator": False}, {"k": None}, True, ["p_k"]),
        ({"prefix": "p", "trailing_separator": False}, {"k": 0}, True, ["p_k_0"]),
        ({"prefix": "p"}, {1: 2}, True, ["p_1_2"]),
    ],
)
def test_the_names_of_keyed_groups_follow_the_rules_of_ansible(entry, value, leading_separator, names):
    assert group_names({"key": "x", **entry}, value, leading_separator) == names


def test_keyed_groups_can_have_a_parent(fleet):
    fleet.seed("a", status="exited")
    inventory = fleet.inventory(
        keyed_groups=[{"key": "novita_gpu_num", "prefix": "gpus", "parent_group": "{{ novita_kind }}-hosts"}]
    )
    assert [group.name for group in inventory.groups["gpu_hosts"].child_groups] == ["gpus_1"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("novita_name", "keyed_groups[0]: must be a mapping with key"),
        (None, "keyed_groups[0]: must be a mapping with key"),
        ({"prefix": "x"}, "keyed_groups[0].key: must be set"),
        ({"key": "novita_name", "prefx": "x"}, "keyed_groups[0].prefx: must be omitted"),
        (
            {"key": "novita_name", "default_value": "x", "trailing_separator": False},
            "keyed_groups[0].default_value, keyed_groups[0].trailing_separator: only one of them can be set",
        ),
    ],
)
def test_an_invalid_entry_of_keyed_groups_is_refused_before_any_request(fleet, entry, words):
    error = fleet.refused(words, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", keyed_groups=[entry])
    assert isinstance(error, AnsibleParserError) and fleet.operations == []


# -- expressions that fail -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("expression", BAD_EXPRESSIONS)
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("compose.x", lambda expression: {"compose": {"x": expression, "kept": "'yes'"}}),
        ("groups.x", lambda expression: {"groups": {"x": expression, "kept": "true"}}),
        ("keyed_groups[0]", lambda expression: {"keyed_groups": [{"key": expression}, {"key": "'kept'"}]}),
        (
            "keyed_groups[0]",
            lambda expression: {"keyed_groups": [{"key": "'x'", "parent_group": "{{ " + expression + " }}"}]},
        ),
    ],
)
def test_an_expression_that_fails_is_reported_once_and_loses_nothing_else(fleet, option, value, expression):
    for host in ("a", "b", "c"):
        fleet.seed(host, status="exited")
    inventory = fleet.inventory(**value(expression))
    assert list(inventory.hosts) == ["a", "b", "c"]
    if "kept" in str(value(expression)):
        assert all(
            "kept" in host.vars or {"kept", "_kept"} & {group.name for group in host.groups}
            for host in inventory.hosts.values()
        )
    [warning] = fleet.warnings
    assert warning.startswith(f"{option}: it failed for host a and 2 more, and is ignored there: ")
    assert warning.endswith(".") and not warning.endswith("..") and warning.isprintable()


@pytest.mark.parametrize("expression", BAD_EXPRESSIONS)
@pytest.mark.parametrize("option", ["compose", "groups"])
def test_with_strict_an_expression_that_fails_adds_no_host(fleet, option, expression):
    fleet.seed("a")
    inventory = InventoryData()
    with pytest.raises(AnsibleParserError) as caught:
        fleet.inventory(inventory, **{option: {"x": expression}, "strict": True})
    assert f"{option}.x: it failed for host a: " in str(caught.value)
    assert "The inventory contains no hosts from this file." in str(caught.value)
    assert not inventory.hosts and set(inventory.groups) == {"all", "ungrouped"}


def test_an_expression_that_fails_for_one_host_affects_only_this_host(fleet):
    fleet.seed("a", status="exited")
    fleet.seed("b", status="exited", clusterId="eu-1")
    expression = "{'eu-1': 'europe'}[novita_cluster_id]"
    hosts = fleet.hosts(compose={"place": expression})
    assert "place" not in hosts["a"] and hosts["b"]["place"] == "europe"
    [warning] = fleet.warnings
    assert warning.startswith("compose.place: it failed for host a, and is ignored there: ")


def test_a_group_that_cannot_have_its_parent_is_reported(fleet):
    fleet.seed("a")
    inventory = InventoryData()
    for group in ("x_1", "outer"):
        inventory.add_group(group)
    inventory.add_child("x_1", "outer")
    entry = {"key": "novita_gpu_num", "prefix": "x", "parent_group": "outer"}
    with pytest.raises(AnsibleParserError, match="keyed_groups.parent_group: it failed for group x_1: "):
        fleet.inventory(inventory, keyed_groups=[entry], strict=True)
    assert not inventory.hosts
    fleet.inventory(inventory, keyed_groups=[entry])
    assert [host.name for host in inventory.groups["x_1"].hosts] == ["a"]
    assert fleet.warnings[0].startswith("keyed_groups.parent_group: it failed for group x_1, and is ignored there: ")
    fleet.warnings.clear()
    fleet.groups(keyed_groups=[{**entry, "parent_group": "x_1"}])
    assert fleet.warnings[0].startswith("keyed_groups[0]: it failed for host a, and is ignored there: ")


@pytest.mark.parametrize("name", ["api_key", "api_url", "filters"])
def test_a_template_in_an_option_that_fails_is_named(fleet, name):
    template = {"name": "{{ nowhere }}"} if name == "filters" else "{{ nowhere }}"
    fleet.refused(
        f"{name}: must be a template that Ansible can evaluate: ", "'nowhere' is undefined", **{name: template}
    )
    assert fleet.operations == []


# -- text of the provider and secrets --------------------------------------------------------------------------------


def test_a_warning_about_an_expression_contains_no_secret_and_no_control_character(fleet):
    fleet.seed("a", command="x\x1b[31mx\u202ey", ssh={"password": CANARY})
    fails = "dict()[{}].nothing"
    fleet.hosts(
        compose={"a": fails.format("ansible_password"), "b": fails.format("novita_command")}, include_credentials=True
    )
    assert len(fleet.warnings) == 2
    for warning in fleet.warnings:
        assert CANARY not in warning and warning.isprintable()
    assert "********" in fleet.warnings[0]


def test_an_expression_cannot_make_a_template_from_text_of_the_provider(fleet):
    text = "{{ 40 + 2 }}"
    fleet.seed("a", command=base64.b64encode(text.encode()).decode(), entrypoint="7 }}", status="exited")
    host = fleet.hosts(compose={"decoded": "novita_command | b64decode", "joined": "'{{ ' ~ novita_entrypoint"})["a"]
    assert Templar(loader=DataLoader()).template(host["decoded"]) == text
    assert Templar(loader=DataLoader()).template(host["joined"]) == "{{ 7 }}"


def test_a_result_that_is_no_template_is_plain_text(fleet):
    """Earlier versions of ansible-inventory print a text that is marked as unsafe as a mapping."""
    fleet.seed("a", clusterId="eu-1", status="exited")
    host = fleet.hosts(compose={"place": "novita_cluster_id | upper", "all": "[novita_cluster_id, {'a': novita_id}]"})[
        "a"
    ]
    assert host["place"] == "EU-1" and not hasattr(host["place"], "__UNSAFE__")
    assert not hasattr(host["all"][0], "__UNSAFE__") and not hasattr(host["all"][1]["a"], "__UNSAFE__")


@pytest.mark.parametrize(
    "text", ["{{ 40 + 2 }}", "{% raw %}", "#jinja2:variable_start_string:'[%',variable_end_string:'%]'\n[% 40 + 2 %]"]
)
def test_text_from_the_provider_is_never_a_template(fleet, monkeypatch, text):
    """This holds even if Ansible trusts the text, as versions before 2.19 do."""
    resource_result = instance_inventory.resource_result

    def trusting(*arguments):
        shown = resource_result(*arguments)
        shown["name"] = shown["spec"]["name"] = shown["spec"]["command"] = trust_as_template(text)
        return {**shown, "env_names": [trust_as_template(text)]}

    monkeypatch.setattr(instance_inventory, "resource_result", trusting)
    fleet.seed(text, command=text, envs=[{"key": text, "value": "x"}])
    [variables] = fleet.hosts().values()
    texts = [variables["novita_name"], variables["novita_command"], *variables["novita_env_names"]]
    assert [Templar(loader=DataLoader()).template(entry) for entry in texts] == [text] * 3
    # This shows that the test would detect a template.
    assert str(Templar(loader=DataLoader()).template(trust_as_template("{{ 40 + 2 }}"))) == "42"


def test_group_names_follow_the_rules_of_ansible(fleet):
    fleet.seed(clusterId="eu-1 {{ x }}")
    groups = fleet.inventory(keyed_groups=[{"key": "novita_cluster_id", "prefix": "in"}]).groups
    assert "in_eu_1____x___" in groups


def test_strict_turns_failed_compositions_into_errors(fleet):
    fleet.seed()
    assert "x" not in fleet.hosts(compose={"x": "nowhere.nothing"})["trainer"]
    fleet.refused("x", compose={"x": "nowhere.nothing"}, strict=True)
