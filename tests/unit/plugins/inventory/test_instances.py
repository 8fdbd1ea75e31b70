# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugins for instances, for each provider: which instances become hosts, their addresses, the cache."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader

from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import ProgrammingError
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.exchange import Connections

from .harness import CANARY, PROVIDERS, module_of, new_plugin

ADDRESS = {"host": "proxy.example.com", "port": 30123}


@pytest.fixture(name="fleet")
def _fleet(each_fleet):
    return each_fleet


def resource_type(fleet):
    return module_of(fleet.provider).InventoryModule.resource_type


# -- files and options -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plugin", [*PROVIDERS, "endpoints"])
@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("{}.yml", True),
        ("{}.yaml", True),
        ("team.{}.yml", True),
        ("team.{}.yaml", True),
        ("my{}.yml", False),
        ("{}.json", False),
        ("{}.yml.bak", False),
    ],
)
def test_the_name_of_a_file_decides_whether_it_is_accepted(tmp_path, plugin, name, accepted):
    path = tmp_path / name.format(plugin)
    path.touch()
    assert new_plugin([], plugin).verify_file(str(path)) is accepted


def test_key_and_address_are_read_from_the_environment(fleet, monkeypatch):
    fleet.add()
    monkeypatch.setenv(f"{fleet.provider.upper()}_API_KEY", fleet.cloud.key)
    monkeypatch.setenv(f"{fleet.provider.upper()}_API_URL", fleet.cloud.url(fleet.provider))
    path = fleet.folder / f"{fleet.provider}.yml"
    path.write_text(f"plugin: {fleet.name}\n", encoding="utf-8")
    inventory = InventoryData()
    new_plugin([], fleet.provider).parse(inventory, DataLoader(), str(path))
    assert list(inventory.hosts) == ["trainer"]


def test_a_missing_key_names_the_environment_variable(fleet):
    fleet.refused(f"{fleet.provider.upper()}_API_KEY", api_key=None)


def test_the_example_of_the_documentation_works(fleet):
    for name, running in (("training-1", True), ("training-2", False), ("other", True)):
        fleet.add(name, running=running, place="eu-1")
    example = yaml.safe_load(module_of(fleet.provider).EXAMPLES)
    assert example.pop("plugin") == fleet.name
    if "cache" in example:
        assert example["cache_plugin"] == "ansible.builtin.jsonfile"
        example.update(fleet.cache)
    inventory = fleet.inventory(**{**example, "api_key": fleet.cloud.key})
    assert list(inventory.hosts) == ["training-1"]
    assert inventory.hosts["training-1"].vars["ansible_ssh_private_key_file"] == f"~/.ssh/{fleet.provider}"
    of_place = {"novita": "cluster_eu_1", "ppio": "region_eu_1", "vast": "country_eu_1"}[fleet.provider]
    assert {"reachable", of_place, "gpus_1"} < set(inventory.groups)
    assert fleet.warnings == []


# -- hosts and variables ---------------------------------------------------------------------------------------------


def test_a_running_instance_has_connection_variables(fleet):
    fleet.add(ssh=ADDRESS)
    [variables] = fleet.hosts().values()
    assert variables["ansible_host"] == variables[fleet.var("ssh_host")] == "proxy.example.com"
    assert variables["ansible_port"] == variables[fleet.var("ssh_port")] == 30123
    assert variables["ansible_user"] == variables[fleet.var("ssh_user")] == "root"
    assert variables[fleet.var("ssh_ready")] is True


@pytest.mark.parametrize("ssh", [{"host": "-oProxyCommand=touch${IFS}x"}, {"host": "a;b"}, {"port": 65536}])
def test_an_address_that_is_unsafe_for_ssh_is_omitted(fleet, ssh):
    fleet.add(ssh=ssh)
    [variables] = fleet.hosts().values()
    assert "ansible_host" not in variables and "ansible_user" not in variables
    assert variables[fleet.var("ssh_host")] == ""


def test_a_stopped_instance_has_no_address_and_is_not_read(fleet):
    fleet.add(running=False)
    [variables] = fleet.hosts().values()
    assert not [name for name in variables if name.startswith("ansible_")]
    ssh = [variables[fleet.var(fact)] for fact in ("ssh_host", "ssh_port", "ssh_ready")]
    assert ssh == ["", 0, False]
    assert fleet.operations == ["instance.list"]


def test_a_running_instance_is_read_only_if_the_list_lacks_its_address(fleet):
    fleet.add("a")
    fleet.add("b")
    fleet.hosts()
    assert fleet.operations == fleet.reads(2)


@pytest.mark.parametrize("running", [True, False])
def test_a_host_has_the_facts_and_the_spec_as_variables(fleet, running):
    instance_id = fleet.add(running=running, place="eu-1", product="h100", env={"MODE": CANARY})
    [variables] = fleet.hosts().values()
    expected = {
        "id": instance_id,
        "name": "trainer",
        "status": fleet.status(running),
        fleet.place: "eu-1",
        fleet.product: "h100",
        "env_names": ["MODE"],
    }
    assert {name: variables.get(fleet.var(name)) for name in expected} == expected
    assert {fleet.var(name) for name in ("spec", "envs", "envs_mode")}.isdisjoint(variables)
    assert {fleet.var(name) for name in resource_type(fleet).facts_before_create} <= set(variables)


def test_an_instance_without_environment_variables_has_no_env_names(fleet):
    fleet.seed(**{"extra_env" if fleet.provider == "vast" else "envs": []})
    [variables] = fleet.hosts().values()
    assert fleet.var("envs") not in variables and variables[fleet.var("env_names")] == []


def test_an_instance_that_is_deleted_after_the_list_request_is_omitted(fleet, monkeypatch):
    deleted = fleet.add()
    fleet.add("other")
    options = fleet.reading()
    read = resource_type(fleet).read_one

    def detail(resource, current, mark=None):
        if current.id == deleted:
            fleet.store.remove(deleted)
        return read(resource, current)

    monkeypatch.setattr(resource_type(fleet), "read_one", detail)
    assert list(fleet.hosts(**options)) == ["other"]
    assert fleet.warnings == []


def test_passwords_are_set_only_on_request(fleet):
    if fleet.provider == "vast":
        fleet.refused("include_credentials: is not an option of this plugin", include_credentials=True)
        return
    fleet.add(ssh={"password": "pass-word-1"})
    assert "pass-word-1" not in str(fleet.hosts())
    variables = fleet.hosts(include_credentials=True, **fleet.cache)["trainer"]
    assert variables["ansible_password"] == "pass-word-1" and "pass-word-1" not in fleet.cached
    assert not [name for name in variables if name.startswith(fleet.provider) and "password" in name]


def test_an_empty_account_results_in_an_empty_inventory(fleet):
    assert fleet.hosts() == {}


def test_a_message_contains_no_secret_of_an_instance(fleet):
    """An expression that fails quotes the name of an instance, which can contain a secret of another one."""
    fleet.add(f"a {CANARY}", running=False)
    fleet.add("b", running=False, env={"TOKEN": CANARY})
    fleet.hosts()
    [warning] = fleet.warnings
    assert "a_" in warning and CANARY not in warning


# -- filters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "selected"),
    [
        ({}, ["a-1", "a-2", "b-1"]),
        (None, ["a-1", "a-2", "b-1"]),
        ({"status": None, "name": None}, ["a-1", "a-2", "b-1"]),
        ({"status": ["Running"]}, ["a-1", "b-1"]),
        ({"status": ["running"], "place": ["eu-1"]}, ["a-1"]),
        ({"place": "eu-1 , eu-2"}, ["a-1", "a-2"]),
        ({"place": []}, ["a-1", "a-2", "b-1"]),
        ({"product": ["h100.1"]}, ["b-1"]),
        ({"name": "^a-"}, ["a-1", "a-2"]),
        ({"name": "^1"}, []),
        ({"name": "^a-", "status": ["running"]}, ["a-1"]),
    ],
)
def test_filters_select_instances(fleet, filters, selected):
    fleet.add("a-1", place="eu-1")
    fleet.add("a-2", place="eu-1", running=False)
    fleet.add("b-1", place="us-1", product="h100.1")
    own = {"place": fleet.place, "product": fleet.product}
    filters = filters and {own.get(name, name): value for name, value in filters.items()}
    assert list(fleet.hosts(filters=filters)) == selected


def test_every_filter_compares_a_fact(fleet):
    fleet.add("a")
    [variables] = fleet.hosts().values()
    for fact in module_of(fleet.provider).InventoryModule.exact_filters:
        value = variables[fleet.var(fact)]
        assert list(fleet.hosts(filters={fact: [value]})) == ["a"]
        assert list(fleet.hosts(filters={fact: [f"{value}x"]})) == []


def test_only_selected_instances_are_read(fleet):
    fleet.add("a")
    fleet.add("b")
    options = fleet.reading()
    fleet.hosts(**options, filters={"name": "a"})
    assert fleet.operations.count("instance.get") == 1


def test_filters_use_the_current_status_of_cached_instances(fleet):
    stopped = fleet.add()
    fleet.hosts(**fleet.cache)
    fleet.change(stopped, running=False)
    assert fleet.hosts(**fleet.cache, filters={"status": ["running"]}) == {}
    assert "ansible_host" not in fleet.hosts(**fleet.cache)["trainer"]


def test_compose_groups_and_keyed_groups_work(fleet):
    fleet.add("a", place="eu-1")
    fleet.add("b", place="us-1", running=False)
    inventory = fleet.inventory(
        compose={"place": f"{fleet.var(fleet.place)} | upper", "ansible_user": "'admin'"},
        groups={"reachable": fleet.var("ssh_ready"), "in_europe": "place == 'EU-1'"},
        keyed_groups=[{"key": fleet.var("ssh_ready"), "prefix": "ready"}],
    )
    members = {name: [host.name for host in group.hosts] for name, group in inventory.groups.items()}
    assert members["reachable"] == members["in_europe"] == members["ready_True"] == ["a"]
    assert members["ready_False"] == ["b"]
    assert inventory.hosts["a"].vars["place"] == "EU-1"
    assert inventory.hosts["a"].vars["ansible_user"] == "admin"


# -- failures --------------------------------------------------------------------------------------------------------


def test_an_instance_that_cannot_be_read_keeps_its_host(fleet):
    """The fault affects the first of two parallel reads, which can be the read of either instance."""
    fleet.add("a", place="eu-1")
    fleet.add("b", place="eu-1")
    options = fleet.reading()
    fleet.account.fault("instance.get", "status", status=500, message=f"broken {fleet.cloud.key}")
    hosts = fleet.hosts(**options)
    assert list(hosts) == ["a", "b"]
    [lost] = [name for name, variables in hosts.items() if "ansible_host" not in variables]
    assert hosts[lost][fleet.var(fleet.place)] == "eu-1" and hosts[lost][fleet.var("ssh_ready")] is False
    [warning] = fleet.warnings
    assert f"Cannot read instance '{lost}' ({hosts[lost][fleet.var('id')]})" in warning and "HTTP 500" in warning
    assert fleet.cloud.key not in warning


@pytest.mark.parametrize("fault", ["garbage", "empty", "wrong_types", "redirect"])
def test_an_invalid_response_for_an_instance_causes_a_warning(fleet, fault):
    fleet.add()
    options = fleet.reading()
    fleet.account.fault("instance.get", fault, times=0)
    assert "ansible_host" not in fleet.hosts(**options)["trainer"]
    assert len(fleet.warnings) == 1


def test_a_bug_with_one_instance_does_not_affect_other_hosts(fleet, monkeypatch):
    fleet.add()
    strange = fleet.add("strange")
    options = fleet.reading()
    read = resource_type(fleet).read_one

    def detail(self, current, mark=None):
        return {}["surprise"] if current.id == strange else read(self, current, mark)

    monkeypatch.setattr(resource_type(fleet), "read_one", detail)
    hosts = fleet.hosts(**options)
    assert "ansible_host" in hosts["trainer"] and "ansible_host" not in hosts["strange"]
    assert "the response is invalid (KeyError)" in fleet.warnings[0]


def test_details_of_another_instance_are_rejected(fleet):
    fleet.add("a", ssh={"host": "one.example.com", "port": 22})
    other = fleet.add("b", ssh={"host": "two.example.com", "port": 22})
    options = fleet.reading()
    read = fleet.store.read
    fleet.store.read = lambda _instance_id: read(other)
    hosts = fleet.hosts(**options)
    assert "ansible_host" not in hosts["a"] and hosts["b"]["ansible_host"] == "two.example.com"
    [warning] = fleet.warnings
    assert f"instance {other}" in warning


@pytest.mark.parametrize("fault", ["garbage", "empty", "redirect", "reset"])
def test_an_invalid_list_response_is_an_error(fleet, fault):
    fleet.add("a")
    fleet.add("b")
    fleet.account.fault("instance.list", fault, times=0)
    title = resource_type(fleet).provider.title
    error = fleet.refused(f"Cannot list the instances at {title}: ", **fleet.cache)
    assert isinstance(error, AnsibleParserError)
    assert fleet.cloud.key not in str(error)
    fleet.account.clear_faults()
    assert set(fleet.hosts(**fleet.cache)) == {"a", "b"}


def test_a_failing_second_page_is_an_error(fleet):
    for number in range(110):
        fleet.add(f"node-{number}", running=False)
    fleet.account.fault("instance.list", "garbage", skip=1, times=0)
    fleet.refused("Cannot list the instances")


def test_the_client_can_only_read(fleet, monkeypatch):
    fleet.add()
    options = fleet.reading()
    refused = []

    def detail(resource, current):
        with pytest.raises(ProgrammingError):
            resource.delete(current)
        refused.append(current.id)

    monkeypatch.setattr(resource_type(fleet), "read_one", detail)
    fleet.hosts(**options)
    assert len(refused) == 1
    assert "instance.delete" not in fleet.operations


# -- concurrency -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 3])
def test_concurrency_limits_the_number_of_parallel_reads(fleet, monkeypatch, concurrency):
    for number in range(6):
        fleet.add(f"node-{number}", ssh={"host": "proxy.example.com", "port": 30000 + number})
    options = fleet.reading()
    exchange, lock, clients = Connections.exchange, threading.Lock(), set()
    now, most = [], []
    together = threading.Barrier(concurrency, timeout=60)

    def count(connections, *request):
        with lock:
            now.append(request)
            most.append(len(now))
            clients.add(connections)
        try:
            # After the list request, wait until the maximum number of reads runs at the same time.
            if options or len(most) > 1:
                together.wait()
            return exchange(connections, *request)
        finally:
            with lock:
                now.remove(request)

    monkeypatch.setattr(Connections, "exchange", count)
    hosts = fleet.hosts(concurrency=concurrency, **options)
    assert max(most) == concurrency
    assert len(clients) == 1 and not clients.pop()._sessions
    assert fleet.operations.count("instance.get") == 6
    assert len({variables["ansible_port"] for variables in hosts.values()}) == 6


# -- the cache -------------------------------------------------------------------------------------------------------


def test_with_the_cache_only_running_instances_are_read_again(fleet):
    fleet.add("a")
    fleet.add("b", running=False)
    first = fleet.hosts(**fleet.cache)
    assert fleet.operations == fleet.reads(1)
    assert fleet.hosts(**fleet.cache) == first == fleet.hosts()
    assert fleet.operations == ["instance.get", *fleet.reads(1)]


def test_the_address_is_never_taken_from_the_cache(fleet):
    moved = fleet.add()
    fleet.hosts(**fleet.cache)
    fleet.change(moved, ssh={"host": "new.example.com", "port": 30999})
    variables = fleet.hosts(**fleet.cache)["trainer"]
    assert (variables["ansible_host"], variables["ansible_port"]) == ("new.example.com", 30999)


def test_a_deleted_instance_in_the_cache_is_omitted(fleet):
    deleted = fleet.add("deleted")
    fleet.add("kept")
    fleet.hosts(**fleet.cache)
    fleet.store.remove(deleted)
    assert list(fleet.hosts(**fleet.cache)) == ["kept"]
    assert fleet.warnings == []


def test_a_flushed_cache_is_filled_again(fleet):
    fleet.add("a")
    fleet.hosts(**fleet.cache)
    fleet.add("b")
    assert list(fleet.hosts(**fleet.cache)) == ["a"]
    assert list(fleet.inventory(flush=True, **fleet.cache).hosts) == ["a", "b"]
    assert list(fleet.hosts(**fleet.cache)) == ["a", "b"]


def test_the_cache_contains_no_addresses_and_no_secrets(fleet):
    fleet.add(ssh={**ADDRESS, "port": 31234}, env={"TOKEN": CANARY})
    variables = fleet.hosts(**fleet.cache)["trainer"]
    assert variables["ansible_port"] == 31234
    assert "TOKEN" in fleet.cached
    uncached = module_of(fleet.provider).InventoryModule.uncached_facts
    for text in (*uncached, "31234", "proxy.example.com", CANARY, fleet.cloud.key):
        assert text not in fleet.cached


def test_each_account_has_its_own_cache(fleet, cloud):
    fleet.add("mine")
    fleet.hosts(**fleet.cache)
    other = "sk-other-" + fleet.cloud.key
    name = "label" if fleet.provider == "vast" else "name"
    cloud.simulator.account(fleet.provider, other).store("instances").seed({name: "theirs"})
    assert list(fleet.hosts(api_key=other, **fleet.cache)) == ["theirs"]
    assert list(fleet.hosts(**fleet.cache)) == ["mine"]


def test_a_change_of_filters_needs_no_new_list_request(fleet):
    fleet.add("a", running=False)
    fleet.add("b", running=False)
    assert list(fleet.hosts(**fleet.cache, filters={"name": "a"})) == ["a"]
    assert list(fleet.hosts(**fleet.cache, filters={"name": "b"})) == ["b"]
    assert fleet.operations == ["instance.list"]


# -- Ansible's own commands ------------------------------------------------------------------------------------------


def test_ansible_finds_the_plugin_by_its_name_and_prints_no_secret(fleet):
    fleet.add(env={"TOKEN": CANARY})
    root = str(Path(module_of(fleet.provider).__file__).parents[5])
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(fleet.folder),
        "ANSIBLE_COLLECTIONS_PATH": root,
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        [sys.executable, "-m", "ansible", "inventory", "-i", fleet.file(**fleet.cache), "--list", "-vvvv"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert '"trainer"' in done.stdout and fleet.var("env_names") in done.stdout
    for secret in (CANARY, fleet.cloud.key):
        assert secret not in done.stdout + done.stderr
