# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of hosts: harmless for Ansible, unique, and different from the names of other sources."""

from __future__ import annotations

import pytest
from ansible.inventory.data import InventoryData
from ansible.inventory.manager import InventoryManager, split_host_pattern
from ansible.parsing.dataloader import DataLoader

from ansible_collections.gpufleet.cloud.plugins.plugin_utils.host_names import Identity, unique_host_names

from .harness import CANARY

HOSTILE = [
    ".",
    "..",
    "../../etc/passwd",
    "a/b",
    "a\\b",
    ".hidden",
    "-v",
    "--limit",
    "~web.*",
    "!web",
    "&web",
    "@hosts",
    "web,db",
    "web:db",
    "web[0:3]",
    "[::1]",
    "we*",
    "w?b",
    "a b",
    " a",
    "a\tb",
    "a\nb",
    "a\x00b",
    "a\x1b[31mb",
    "a\u2028b",
    "a\u00a0b",
    "a\u200bb",
    "a\u202eb",
    "a\ud800b",
    "{{ 7 }}",
    "{% raw %}",
    "#jinja2:x",
    "$(id)",
    "a;b",
    "web.yml",
    "web.yaml",
    "web.json",
    "x" * 300,
    "训" * 255,
    "x" * 176 + ".yml" + "x" * 50,
]


def named(*names):
    return unique_host_names([Identity(name, str(number)) for number, name in enumerate(names)])


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_hostile_name_becomes_a_harmless_host_name(tmp_path, name):
    [host] = named(name)
    inventory = InventoryManager(loader=DataLoader(), sources=["localhost,"])
    for known in ("web", "db", "web0", host):
        inventory._inventory.add_host(known)
    # It is one pattern, which selects this host alone.
    assert split_host_pattern(host) == [host]
    assert [selected.name for selected in inventory.get_hosts(host)] == [host]
    # It is a visible file in its folder, also with what Ansible adds, and not the file of another host.
    for file_name in (host, f"{host}.yaml", f"s1_prefix_{host}"):
        (tmp_path / file_name).touch()
        assert (tmp_path / file_name).resolve().parent == tmp_path and not file_name.startswith(".")
    assert not host.endswith((".yml", ".yaml", ".json"))
    assert host.isprintable() and not set(host) & set(" /\\:,[]{}~!&*?$;#%@'\"") and not host.startswith("-")


@pytest.mark.parametrize(
    ("first", "second"), [("a b", "a:b"), (".", ".."), ("web.yml", "web_yml"), ("x" * 300, "x" * 299), ("a\x00", "a_")]
)
def test_names_that_become_equal_get_their_ids(first, second):
    one, two = named(first, second)
    assert one != two and one.endswith("-0") and two.endswith("-1")


@pytest.mark.parametrize(
    "identities",
    [
        [Identity("a", "b-c"), Identity("a-b", "c")],
        [Identity("a", "1/2"), Identity("a", "1:2")],
        [Identity("a", "x" * 99), Identity("a", "x" * 98)],
        [Identity("", "1"), Identity("1", "1 ")],
        [Identity("a", "1"), Identity("a", "2"), Identity("a-1", "3"), Identity("a-1-3", "4")],
    ],
)
def test_two_instances_never_become_one_host(identities):
    assert len(set(unique_host_names(identities))) == len(identities)
    assert len(set(unique_host_names(identities, taken=unique_host_names(identities)))) == len(identities)


def test_one_warning_lists_the_names_that_were_changed(fleet):
    fleet.seed("a\x1b[31mb", id="1")
    fleet.seed("../x", id="2")
    fleet.seed("localhost", id="3")
    fleet.seed("plain", id="4")
    assert set(fleet.hosts()) == {"a__31mb", "__x", "localhost-3", "plain"}
    [warning] = fleet.warnings
    assert r"'a\x1b[31mb' (1) is the host a__31mb" in warning and "'localhost' (3) is the host localhost-3" in warning
    assert "plain" not in warning and warning.isprintable()


def test_warnings_about_an_instance_contain_no_control_character_and_no_secret(fleet):
    fleet.seed(f"a\x1b{CANARY}", id="77", ssh={"password": CANARY})
    fleet.hosts(hostnames=["nowhere"])
    assert len(fleet.warnings) == 2
    for warning in fleet.warnings:
        assert warning.isprintable() and CANARY not in warning
    fleet.refused("hostnames[0]: it failed for the instance 77: ", hostnames=["nowhere"], strict=True)


def test_the_warning_names_at_most_five_hosts(fleet):
    for number in range(7):
        fleet.seed(f"a {number}", status="exited")
    fleet.hosts()
    assert fleet.warnings[0].count("is the host") == 5 and "and 2 more" in fleet.warnings[0]


# -- the names of instances --------------------------------------------------------------------------------------------


def test_hosts_with_the_same_name_get_their_ids(fleet):
    first, second = fleet.seed("twin"), fleet.seed("twin", status="exited")
    fleet.seed("single")
    assert set(fleet.hosts()) == {f"twin-{first}", f"twin-{second}", "single"}


def test_only_selected_instances_make_a_name_ambiguous(fleet):
    fleet.seed("twin")
    fleet.seed("twin", status="exited")
    assert list(fleet.hosts(filters={"status": ["running"]})) == ["twin"]


def test_a_name_that_equals_another_name_with_an_id_gets_its_own_id(fleet):
    fleet.seed("twin", id="1")
    fleet.seed("twin", id="2")
    fleet.seed("twin-1", id="3")
    assert set(fleet.hosts()) == {"twin-1", "twin-2", "twin-1-3"}


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("", "77"),
        ("localhost", "localhost-77"),
        ("127.0.0.1", "127.0.0.1-77"),
        ("all", "all-77"),
        ("a b:c[0]", "a_b_c_0_"),
        ("{{ 7 }}", "___7___"),
        ("-oProxyCommand=x", "_oProxyCommand_x"),
        ("gpu_1.eu-2", "gpu_1.eu-2"),
        ("训练", "训练"),
        ("line\nend", "line_end"),
    ],
)
def test_names_with_a_meaning_in_ansible_are_changed(fleet, name, host):
    fleet.seed(name, id="77")
    hosts = fleet.hosts()
    assert list(hosts) == [host]
    assert hosts[host]["novita_name"] == name


def test_names_of_instances_that_become_equal_get_their_ids(fleet):
    fleet.seed("a b", id="1")
    fleet.seed("a:b", id="2")
    assert set(fleet.hosts()) == {"a_b-1", "a_b-2"}


# -- the option hostnames --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hostnames", "host"),
    [
        ([], "web"),
        (["novita_id"], "77"),
        (["novita_name ~ '.' ~ novita_cluster_id"], "web.eu-1"),
        (["novita_status_message", "none", "novita_gpu_num", "novita_name"], "1"),
        (["novita_ssh_ready"], "False"),
        (["''"], "web"),
        (["'../' ~ novita_name"], "__web"),
        ("novita_id", "77"),
    ],
)
def test_the_first_result_of_hostnames_is_the_host_name(fleet, hostnames, host):
    fleet.seed("web", id="77", clusterId="eu-1", status="exited")
    hosts = fleet.hosts(hostnames=hostnames)
    assert list(hosts) == [host] and hosts[host]["novita_name"] == "web"


def test_equal_results_of_hostnames_get_ids(fleet):
    fleet.seed("a", id="1")
    fleet.seed("b", id="2")
    assert set(fleet.hosts(hostnames=["'gpu'"])) == {"gpu-1", "gpu-2"}


@pytest.mark.parametrize("expression", ["nowhere", "novita_ports", "novita_name |", "{{ novita_name }}"])
def test_an_expression_in_hostnames_that_fails_causes_a_warning(fleet, expression):
    fleet.seed("web", id="77")
    assert list(fleet.hosts(hostnames=[expression, "novita_id"])) == ["77"]
    [warning] = fleet.warnings
    assert warning.startswith("hostnames[0]: it failed for the instance 77, and is ignored there: ")
    fleet.refused("hostnames[0]: it failed for the instance 77: ", hostnames=[expression], strict=True)


# -- names of other sources ------------------------------------------------------------------------------------------


def static(**hosts):
    inventory = InventoryData()
    for host, variables in hosts.items():
        inventory.add_host(host)
        for name, value in variables.items():
            inventory.set_variable(host, name, value)
    return inventory


@pytest.mark.parametrize("variables", [{}, {"ansible_host": "192.0.2.7", "ansible_user": "admin"}])
def test_a_host_of_another_source_stays_unchanged(fleet, variables):
    fleet.seed("web", id="77", ssh={"host": "192.0.2.1"})
    inventory = static(web=variables)
    before = dict(inventory.hosts["web"].vars)
    fleet.inventory(inventory, compose={"place": "novita_cluster_id"}, keyed_groups=[{"key": "novita_status"}])
    assert inventory.hosts["web"].vars == before and "_running" not in map(str, inventory.hosts["web"].groups)
    assert inventory.hosts["web-77"].vars["ansible_host"] == "192.0.2.1"
    [warning] = fleet.warnings
    assert "'web' (77) is the host web-77" in warning and "Other hosts or groups" in warning


def test_a_host_of_another_source_has_the_changed_name(fleet):
    fleet.seed("we b", id="77")
    assert set(fleet.inventory(static(we_b={})).hosts) == {"we_b", "we_b-77"}


def test_a_group_of_another_source_has_the_name_of_an_instance(fleet):
    fleet.seed("web", id="77")
    inventory = InventoryData()
    inventory.add_group("web")
    fleet.inventory(inventory)
    assert list(inventory.hosts) == ["web-77"] and inventory.groups["web"].vars == {}


def test_two_accounts_with_the_same_instance_name_are_two_hosts(fleet):
    first = fleet.seed("web", ssh={"host": "192.0.2.1"})
    other = "sk-other-" + fleet.cloud.key
    store = fleet.cloud.simulator.account("novita", other).store("instances")
    second = store.seed({"name": "web", "ssh": {"host": "192.0.2.2"}})["id"]
    inventory = fleet.inventory(fleet.inventory(), api_key=other)
    assert {name: host.vars["novita_id"] for name, host in inventory.hosts.items()} == {
        "web": first,
        f"web-{second}": second,
    }
    assert inventory.hosts["web"].vars["ansible_host"] == "192.0.2.1"
    assert len(fleet.warnings) == 1


def test_an_instance_in_two_files_is_one_host(fleet):
    first, second = fleet.seed("twin"), fleet.seed("twin", status="exited")
    inventory = fleet.inventory()
    fleet.inventory(inventory, filters={"status": ["running"]}, compose={"extra": "'yes'"})
    assert set(inventory.hosts) == {f"twin-{first}", f"twin-{second}"}
    assert inventory.hosts[f"twin-{first}"].vars["extra"] == "yes"
    assert fleet.warnings == []


# -- groups with the name of a host ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"groups": {"running": "true"}},
        {"keyed_groups": [{"key": "novita_status", "separator": ""}]},
        {"keyed_groups": [{"key": "novita_kind", "parent_group": "running"}]},
    ],
)
def test_a_host_gives_way_to_a_group_of_the_same_file(fleet, options):
    fleet.seed("running", id="77", ssh={"host": "192.0.2.1"})
    fleet.seed("web")
    inventory = fleet.inventory(**options)
    assert set(inventory.hosts) == {"running-77", "web"}
    assert inventory.hosts["running-77"].vars["ansible_host"] == "192.0.2.1"
    assert {host.name for host in inventory.groups["running"].get_hosts()} == {"running-77", "web"}
    assert inventory.groups["running"].vars == {}
    assert "'running' (77) is the host running-77" in fleet.warnings[0]


def test_no_host_name_is_a_template_or_shows_a_secret(fleet):
    fleet.seed("{{ 7 }}", id="77", envs=[{"key": "A", "value": CANARY}])
    assert list(fleet.hosts()) == ["___7___"] and CANARY not in "".join(fleet.warnings)
