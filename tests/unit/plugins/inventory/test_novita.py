# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin: which instances become hosts, their variables, their addresses, and the cache."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.gpufleet.cloud.plugins.inventory import novita
from ansible_collections.gpufleet.cloud.plugins.module_utils import _user_patterns as user_patterns
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import ProgrammingError
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.exchange import Connections
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita import instance
from ansible_collections.gpufleet.cloud.plugins.plugin_utils import instance_inventory

from .harness import CANARY, NAME, new_plugin

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19 trusts all text that is not marked as unsafe

    def trust_as_template(text):
        return text


# -- files and options -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("novita.yml", True),
        ("novita.yaml", True),
        ("team.novita.yml", True),
        ("team.novita.yaml", True),
        ("mynovita.yml", False),
        ("novita.json", False),
        ("novita.yml.bak", False),
    ],
)
def test_the_name_of_a_file_decides_whether_it_is_accepted(tmp_path, name, accepted):
    (tmp_path / name).touch()
    assert new_plugin([]).verify_file(str(tmp_path / name)) is accepted


def test_a_missing_file_is_not_accepted(tmp_path):
    assert not new_plugin([]).verify_file(str(tmp_path / "novita.yml"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"api_key": None}, "NOVITA_API_KEY"),
        ({"api_key": "two words"}, "api_key: must not contain spaces"),
        ({"api_timeout": 0}, "api_timeout: must be from 1 to 3600, not 0"),
        ({"api_retries": 21}, "api_retries: must be from 0 to 20, not 21"),
        ({"api_retries": True}, "api_retries: must be a number"),
        ({"concurrency": 0}, "concurrency: must be from 1 to 64, not 0"),
        ({"concurrency": 65}, "concurrency: must be from 1 to 64, not 65"),
        ({"api_url": "http://example.com"}, "api_url: must begin with https"),
        ({"filters": {"state": "running"}}, "filters.state"),
        ({"filters": {"name": "("}}, "filters.name: must be a valid regular expression"),
        ({"filters": {"name": "(" * 20_000}}, "filters.name: must be a valid regular expression"),
        ({"filters": {"name": "(?:x?){2000000000}"}}, "filters.name: must be a regular expression that needs"),
        ({"filters": {"name": False}}, "filters.name: must be a string"),
        ({"filters": {"status": [None]}}, "filters.status[0]: must not be null"),
        ({"filters": {"status": ""}}, "filters.status[0]: must not be empty"),
        ({"filters": {"status": "{{ '' }}"}}, "filters.status[0]: must not be empty"),
        ({"filters": {"cluster_id": ["eu-1", " "]}}, "filters.cluster_id[1]: must not be empty"),
        ({"filters": {"product_id": "a,,b"}}, "filters.product_id[1]: must not be empty"),
        ({"filters": {"product_id": "['a', 'b']"}}, "filters.product_id: must be a list, or text"),
        ({"filters": {"name": ""}}, "filters.name: must not be empty"),
        ({"api_url": ""}, "api_url: must not be empty"),
        ({"filters": {"product_id": ["********"]}}, "filters.product_id[0]: must not contain ********, which"),
        ({"filters": {"name": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}}, "filters.name: must not contain VALUE"),
        ({"api_key": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}, "api_key: must not contain VALUE_SPECIFIED"),
        ({"api_url": "https://********.example.com"}, "api_url: must not contain ********"),
        ({"filter": {"status": "running"}}, "filter: is not an option of this plugin"),
        ({"keyed_group": []}, "keyed_group: is not an option of this plugin"),
        ({"concurrency": "lots"}, "concurrency"),
        ({"compose": "text"}, "compose"),
        ({"groups": ["text"]}, "groups"),
    ],
)
def test_invalid_options_are_refused_before_any_request(fleet, options, words):
    fleet.refused(words, "The inventory contains no hosts from this file.", **options)
    assert fleet.operations == []


def test_a_file_that_is_not_yaml_is_refused(fleet):
    path = Path(fleet.file())
    path.write_text(f"plugin: {NAME}\nfilters: {{\n", encoding="utf-8")
    with pytest.raises(AnsibleParserError, match="The inventory contains no hosts from this file"):
        new_plugin([]).parse(InventoryData(), DataLoader(), str(path))


def test_key_and_address_are_read_from_the_environment(fleet, monkeypatch):
    fleet.seed()
    monkeypatch.setenv("NOVITA_API_KEY", fleet.cloud.key)
    monkeypatch.setenv("NOVITA_API_URL", fleet.cloud.url("novita"))
    path = fleet.folder / "novita.yml"
    path.write_text(f"plugin: {NAME}\n", encoding="utf-8")
    inventory = InventoryData()
    new_plugin([]).parse(inventory, DataLoader(), str(path))
    assert list(inventory.hosts) == ["trainer"]


def test_an_empty_environment_variable_counts_as_not_set(fleet, monkeypatch):
    monkeypatch.setenv("NOVITA_API_URL", "")
    monkeypatch.setenv("NOVITA_API_KEY", "")
    fleet.refused("api_key: must be set", api_key=None, api_url=None)


def test_options_can_be_templates(fleet):
    fleet.seed("a")
    fleet.seed("b")
    half = len(fleet.cloud.key) // 2
    key = f"{{{{ '{fleet.cloud.key[:half]}' + '{fleet.cloud.key[half:]}' }}}}"
    assert list(fleet.hosts(api_key=key, filters={"name": "{{ 'a' }}"})) == ["a"]


@pytest.mark.parametrize("library", ["requests", "jsonschema"])
def test_a_missing_library_is_reported(fleet, monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    error = fleet.refused(library, "required Python library")
    assert isinstance(error, AnsibleParserError)


# -- hosts and variables ---------------------------------------------------------------------------------------------


def test_a_running_instance_has_connection_variables(fleet):
    fleet.seed(ssh={"host": "proxy.example.com", "port": 30123, "user": "worker"})
    [variables] = fleet.hosts().values()
    assert variables["ansible_host"] == variables["novita_ssh_host"] == "proxy.example.com"
    assert variables["ansible_port"] == variables["novita_ssh_port"] == 30123
    assert variables["ansible_user"] == variables["novita_ssh_user"] == "worker"
    assert variables["novita_ssh_ready"] is True


def test_an_ipv6_address_is_understood(fleet):
    fleet.seed(ssh={"host": "[2001:db8::7]", "port": 22345})
    [variables] = fleet.hosts().values()
    assert (variables["ansible_host"], variables["ansible_port"]) == ("2001:db8::7", 22345)
    assert fleet.warnings == []


def test_an_ssh_command_that_cannot_be_read_is_reported(fleet):
    instance = fleet.seed(ssh={"host": "[2001:db8"})
    [variables] = fleet.hosts().values()
    assert "ansible_host" not in variables
    [warning] = fleet.warnings
    assert f"instance 'trainer' ({instance}): its SSH command could not be read" in warning
    assert warning.endswith("Its host has no address.")


def test_a_stopped_instance_has_no_address_and_is_not_read(fleet):
    fleet.seed(status="exited")
    [variables] = fleet.hosts().values()
    assert not [name for name in variables if name.startswith("ansible_")]
    assert (variables["novita_ssh_host"], variables["novita_ssh_port"], variables["novita_ssh_ready"]) == ("", 0, False)
    assert fleet.operations == ["instance.list"]


def test_an_instance_that_stops_after_the_list_request_has_no_address(fleet):
    fleet.seed()
    read = fleet.store.view
    fleet.store.view = lambda stored, listed=False: {**read(stored, listed), **({} if listed else {"status": "toStop"})}
    [variables] = fleet.hosts().values()
    assert variables["novita_status"] == "toStop" and variables["novita_ssh_host"]
    assert "ansible_host" not in variables


def test_a_host_has_the_facts_and_the_spec_as_variables(fleet):
    instance_id = fleet.seed(productId="h100.1", clusterId="eu-1", envs=[{"key": "MODE", "value": CANARY}])
    [variables] = fleet.hosts().values()
    expected = {
        "novita_id": instance_id,
        "novita_name": "trainer",
        "novita_status": "running",
        "novita_product_id": "h100.1",
        "novita_cluster_id": "eu-1",
        "novita_gpu_num": 1,
        "novita_ports": ["8000/http"],
        "novita_env_names": ["MODE"],
        "novita_billing_mode": "onDemand",
        "novita_kind": "gpu",
        "novita_status_message": "",
    }
    assert {name: variables.get(name) for name in expected} == expected
    assert variables["novita_port_mappings"][0]["endpoint"].startswith("https://")
    assert {"novita_spec", "novita_envs", "novita_envs_mode"}.isdisjoint(variables)


@pytest.mark.parametrize("status", ["running", "exited"])
def test_an_instance_without_environment_variables_has_no_env_names(fleet, status):
    fleet.seed(status=status)
    [variables] = fleet.hosts().values()
    assert "novita_envs" not in variables and variables["novita_env_names"] == []


def test_no_secret_is_in_any_variable(fleet):
    """Text from the provider can contain a secret of the same instance or of another one."""
    password = fleet.store.view(fleet.store.find(fleet.seed()))["sshPassword"]
    fleet.seed(
        "second",
        envs=[{"key": "TOKEN", "value": CANARY}],
        ssh={"password": "another-password"},
        statusError={"state": "WARN", "message": f"{CANARY} {fleet.cloud.key} another-password"},
    )
    shown = json.dumps(fleet.hosts())
    assert "WARN" in shown and "TOKEN" in shown
    for secret in (CANARY, fleet.cloud.key, password, "another-password"):
        assert secret not in shown


def test_credentials_are_set_only_on_request(fleet):
    fleet.seed(ssh={"password": "pass-word-1"})
    assert "ansible_password" not in fleet.hosts()["trainer"]
    variables = fleet.hosts(include_credentials=True)["trainer"]
    assert variables["ansible_password"] == "pass-word-1"
    assert not [name for name in variables if name.startswith("novita_") and "password" in name]


def test_every_page_is_read(fleet):
    names = [f"node-{number:03}" for number in range(120)]
    for name in names:
        fleet.seed(name, status="exited")
    assert list(fleet.hosts()) == names
    # The plugin reads the three pages twice, because a single read could miss an instance.
    assert fleet.operations == ["instance.list"] * 6


@pytest.mark.parametrize("status", ["toRemove", "removing", "removed"])
def test_an_instance_in_removal_is_omitted(fleet, status):
    fleet.seed(status=status, hold=True)
    fleet.seed("other")
    assert list(fleet.hosts()) == ["other"]


def test_an_instance_that_is_deleted_after_the_list_request_is_omitted(fleet, monkeypatch):
    deleted = fleet.seed()
    fleet.seed("other")
    read = instance.NovitaInstance.read_one

    def detail(resource, current):
        if current.id == deleted:
            fleet.store.remove(deleted)
        return read(resource, current)

    monkeypatch.setattr(instance.NovitaInstance, "read_one", detail)
    assert list(fleet.hosts()) == ["other"]
    assert fleet.warnings == []


def test_an_empty_account_results_in_an_empty_inventory(fleet):
    assert fleet.hosts() == {}


# -- names -----------------------------------------------------------------------------------------------------------


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


def test_names_that_become_equal_get_their_ids(fleet):
    fleet.seed("a b", id="1")
    fleet.seed("a:b", id="2")
    assert set(fleet.hosts()) == {"a_b-1", "a_b-2"}


# -- text from the provider ------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    "ssh", [{"host": "-oProxyCommand=touch${IFS}x"}, {"host": "a;b"}, {"user": "a;b"}, {"user": "%h"}]
)
def test_an_address_that_is_unsafe_for_ssh_is_omitted(fleet, ssh):
    fleet.seed(ssh=ssh)
    [variables] = fleet.hosts().values()
    assert "ansible_host" not in variables and "ansible_user" not in variables


# -- filters and constructed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "selected"),
    [
        ({}, ["a-1", "a-2", "b-1"]),
        (None, ["a-1", "a-2", "b-1"]),
        ({"status": None, "name": None}, ["a-1", "a-2", "b-1"]),
        ({"status": ["running"]}, ["a-1", "b-1"]),
        ({"status": "EXITED"}, ["a-2"]),
        ({"status": "running, exited", "cluster_id": "eu-1 , eu-2"}, ["a-1", "a-2"]),
        ({"status": ["running", "exited"], "cluster_id": ["eu-1"]}, ["a-1", "a-2"]),
        ({"cluster_id": []}, ["a-1", "a-2", "b-1"]),
        ({"product_id": ["h100.1"]}, ["b-1"]),
        ({"name": "^a-"}, ["a-1", "a-2"]),
        ({"name": "1"}, ["a-1", "b-1"]),
        ({"name": "^1"}, []),
        ({"name": "^a-", "status": ["running"]}, ["a-1"]),
    ],
)
def test_filters_select_instances(fleet, filters, selected):
    fleet.seed("a-1", clusterId="eu-1")
    fleet.seed("a-2", clusterId="eu-1", status="exited")
    fleet.seed("b-1", clusterId="us-1", productId="h100.1")
    assert list(fleet.hosts(filters=filters)) == selected


@pytest.mark.parametrize("pattern", ["(a+)+$", "(?:|){50}(?!)"])
def test_a_name_filter_that_is_too_slow_is_refused(fleet, monkeypatch, pattern):
    monkeypatch.setattr(user_patterns, "SECONDS", 1)
    fleet.seed("a" * 60 + "-")
    fleet.refused("filters.name: must be a regular expression that needs at most 1 second", filters={"name": pattern})


def test_only_selected_instances_are_read(fleet):
    fleet.seed("a")
    fleet.seed("b")
    fleet.hosts(filters={"name": "a"})
    assert fleet.operations == ["instance.list", "instance.get"]


def test_filters_use_the_current_status_of_cached_instances(fleet):
    stopped = fleet.seed()
    fleet.hosts(**fleet.cache)
    fleet.account.store("instances").change(stopped, {"status": "exited"})
    assert fleet.hosts(**fleet.cache, filters={"status": ["running"]}) == {}
    assert "ansible_host" not in fleet.hosts(**fleet.cache)["trainer"]


def test_compose_groups_and_keyed_groups_work(fleet):
    fleet.seed("a", clusterId="eu-1")
    fleet.seed("b", clusterId="us-1", status="exited")
    inventory = fleet.inventory(
        compose={"place": "novita_cluster_id | upper", "ansible_user": "'admin'"},
        groups={"reachable": "novita_ssh_ready", "in_europe": "place == 'EU-1'"},
        keyed_groups=[{"key": "novita_status", "prefix": "is"}],
    )
    members = {name: [host.name for host in group.hosts] for name, group in inventory.groups.items()}
    assert members["reachable"] == members["in_europe"] == members["is_running"] == ["a"]
    assert members["is_exited"] == ["b"]
    assert inventory.hosts["a"].vars["place"] == "EU-1"
    assert inventory.hosts["a"].vars["ansible_user"] == "admin"


def test_the_example_of_the_documentation_works(fleet):
    for name, status in (("training-1", "running"), ("training-2", "exited"), ("other", "running")):
        fleet.seed(name, status=status, clusterId="eu-1")
    example = yaml.safe_load(novita.EXAMPLES)
    assert example.pop("plugin") == NAME
    assert example["cache_plugin"] == "ansible.builtin.jsonfile"
    example.update(fleet.cache, api_key=fleet.cloud.key)
    inventory = fleet.inventory(**example)
    assert list(inventory.hosts) == ["training-1"]
    assert inventory.hosts["training-1"].vars["ansible_ssh_private_key_file"] == "~/.ssh/novita"
    assert {"reachable", "cluster_eu_1"} < set(inventory.groups)
    assert "training-1" in fleet.cached


def test_strict_turns_failed_compositions_into_errors(fleet):
    fleet.seed()
    assert "x" not in fleet.hosts(compose={"x": "nowhere.nothing"})["trainer"]
    fleet.refused("x", compose={"x": "nowhere.nothing"}, strict=True)


# -- failures --------------------------------------------------------------------------------------------------------


def test_an_instance_that_cannot_be_read_keeps_its_host(fleet):
    """The fault affects the first of two parallel reads, which can be the read of either instance."""
    fleet.seed("a", clusterId="eu-1")
    fleet.seed("b", clusterId="eu-1")
    fleet.account.fault("instance.get", "status", status=500, message=f"broken {fleet.cloud.key}")
    hosts = fleet.hosts()
    assert list(hosts) == ["a", "b"]
    [lost] = [name for name, variables in hosts.items() if "ansible_host" not in variables]
    assert hosts[lost]["novita_cluster_id"] == "eu-1" and hosts[lost]["novita_ssh_ready"] is False
    [warning] = fleet.warnings
    assert f"Cannot read instance '{lost}' ({hosts[lost]['novita_id']})" in warning and "HTTP 500" in warning
    assert fleet.cloud.key not in warning


@pytest.mark.parametrize("fault", ["garbage", "empty", "no_envelope", "wrong_types", "redirect"])
def test_an_invalid_response_for_an_instance_causes_a_warning(fleet, fault):
    fleet.seed()
    fleet.account.fault("instance.get", fault, times=0)
    assert "ansible_host" not in fleet.hosts()["trainer"]
    assert len(fleet.warnings) == 1


def test_an_instance_with_malformed_details_keeps_its_host(fleet):
    fleet.seed(portMappings=[{"port": 8000, "type": "http"}])
    strange = fleet.seed("strange")
    read = fleet.account.store("instances").view

    def view(stored, listed=False):
        shown = read(stored, listed)
        return shown if listed or stored.id != strange else {**shown, "portMappings": [{"port": "x", "type": "http"}]}

    fleet.store.view = view
    hosts = fleet.hosts()
    assert "ansible_host" in hosts["trainer"] and "ansible_host" not in hosts["strange"]
    assert "an unexpected response" in fleet.warnings[0]


def test_a_bug_with_one_instance_does_not_affect_other_hosts(fleet, monkeypatch):
    fleet.seed()
    strange = fleet.seed("strange")
    read = novita.NovitaInstance.read_one

    def detail(self, current, mark=None):
        return {}["surprise"] if current.id == strange else read(self, current, mark)

    monkeypatch.setattr(novita.NovitaInstance, "read_one", detail)
    hosts = fleet.hosts()
    assert "ansible_host" in hosts["trainer"] and "ansible_host" not in hosts["strange"]
    assert "the response is invalid (KeyError)" in fleet.warnings[0]


def test_details_of_another_instance_are_rejected(fleet):
    fleet.seed("a", ssh={"host": "one.example.com"})
    other = fleet.seed("b", ssh={"host": "two.example.com"})
    read = fleet.store.read
    fleet.store.read = lambda _instance_id: read(other)
    hosts = fleet.hosts()
    assert "ansible_host" not in hosts["a"] and hosts["b"]["ansible_host"] == "two.example.com"
    assert f"Novita AI returned instance {other}" in fleet.warnings[0]


@pytest.mark.parametrize(
    ("fault", "arguments", "words"),
    [
        ("garbage", {}, "a web page"),
        ("empty", {}, "empty response"),
        ("no_envelope", {}, "unexpected response"),
        ("wrong_types", {}, ""),
        ("wrong_types", {"of": "items"}, ""),
        ("short_list", {}, "is incomplete"),
        ("success_false", {}, "internal_error"),
        ("contradiction", {"members": {"error": "internal_error"}, "emptied": True}, "error: internal_error"),
        ("contradiction", {"members": {"code": 500, "message": "try later"}}, "message: try later"),
        ("contradiction", {"status": 206}, "HTTP 206 instead of 200"),
        ("contradiction", {"doubled": True}, "twice"),
        ("status", {"status": 401}, "HTTP 401"),
        ("redirect", {}, "redirect"),
        ("reset", {}, "connection"),
    ],
)
def test_an_invalid_list_response_is_an_error(fleet, fault, arguments, words):
    fleet.seed("a")
    fleet.seed("b")
    fleet.account.fault("instance.list", fault, times=0, **arguments)
    error = fleet.refused("Cannot list the instances at Novita AI: ", words, **fleet.cache)
    assert isinstance(error, AnsibleParserError)
    assert fleet.cloud.key not in str(error)
    fleet.account.clear_faults()
    assert set(fleet.hosts(**fleet.cache)) == {"a", "b"}


def test_a_failing_second_page_is_an_error(fleet):
    for number in range(60):
        fleet.seed(f"node-{number}")
    fleet.account.fault("instance.list", "garbage", skip=1, times=0)
    fleet.refused("Cannot list the instances")


def test_the_client_can_only_read(fleet, monkeypatch):
    fleet.seed()
    refused = []

    def detail(resource, current):
        with pytest.raises(ProgrammingError):
            resource.delete(current)
        refused.append(current.id)
        return resource.client.send(instance.GET, query={"instanceId": current.id}) and None

    monkeypatch.setattr(instance.NovitaInstance, "read_one", detail)
    fleet.hosts()
    assert len(refused) == 1
    assert fleet.operations == ["instance.list", "instance.get"]


# -- concurrency -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 3])
def test_concurrency_limits_the_number_of_parallel_reads(fleet, monkeypatch, concurrency):
    for number in range(9):
        fleet.seed(f"node-{number}")
    exchange, lock, clients = Connections.exchange, threading.Lock(), set()
    now, most = [], []
    together = threading.Barrier(concurrency, timeout=60)

    def count(connections, *request):
        with lock:
            now.append(request)
            most.append(len(now))
            clients.add(connections)
            first = len(most) == 1
        try:
            # After the list request, wait until the maximum number of reads runs at the same time.
            if not first:
                together.wait()
            return exchange(connections, *request)
        finally:
            with lock:
                now.remove(request)

    monkeypatch.setattr(Connections, "exchange", count)
    hosts = fleet.hosts(concurrency=concurrency)
    assert max(most) == concurrency
    assert len(clients) == 1 and not clients.pop()._sessions
    assert fleet.operations == ["instance.list"] + ["instance.get"] * 9
    assert len({variables["ansible_port"] for variables in hosts.values()}) == 9


# -- the cache -------------------------------------------------------------------------------------------------------


def test_with_the_cache_only_running_instances_are_read_again(fleet):
    fleet.seed("a")
    fleet.seed("b", status="exited")
    first = fleet.hosts(**fleet.cache)
    assert fleet.operations == ["instance.list", "instance.get"]
    assert fleet.hosts(**fleet.cache) == first
    assert fleet.operations == ["instance.get"]


def test_the_address_is_never_taken_from_the_cache(fleet):
    moved = fleet.seed()
    fleet.hosts(**fleet.cache)
    fleet.account.store("instances").change(moved, {"ssh": {"host": "new.example.com", "port": 30999}})
    variables = fleet.hosts(**fleet.cache)["trainer"]
    assert (variables["ansible_host"], variables["ansible_port"]) == ("new.example.com", 30999)


def test_a_deleted_instance_in_the_cache_is_omitted(fleet):
    deleted = fleet.seed("deleted")
    fleet.seed("kept")
    fleet.hosts(**fleet.cache)
    fleet.store.remove(deleted)
    assert list(fleet.hosts(**fleet.cache)) == ["kept"]
    assert fleet.warnings == []


def test_a_flushed_cache_is_filled_again(fleet):
    fleet.seed("a")
    fleet.hosts(**fleet.cache)
    fleet.seed("b")
    assert list(fleet.hosts(**fleet.cache)) == ["a"]
    assert list(fleet.inventory(flush=True, **fleet.cache).hosts) == ["a", "b"]
    assert list(fleet.hosts(**fleet.cache)) == ["a", "b"]


def test_without_the_cache_every_run_reads_the_list(fleet):
    fleet.seed("a")
    fleet.hosts()
    fleet.seed("b")
    assert list(fleet.hosts()) == ["a", "b"]


def test_the_cache_contains_no_addresses_and_no_secrets(fleet):
    """This holds even if a list response or a quoted text contains them."""
    ssh = {"host": "proxy-canary.example.com", "port": 31234, "user": "user-canary", "password": "password-canary"}
    fleet.seed(
        ssh=ssh,
        envs=[{"key": "TOKEN", "value": CANARY}],
        statusError={"state": "WARN", "message": f"{CANARY} {fleet.cloud.key} password-canary"},
    )
    # Return the whole instance in the list response.
    read = fleet.store.view
    fleet.store.view = lambda stored, listed=False: read(stored)
    variables = fleet.hosts(**fleet.cache, include_credentials=True)["trainer"]
    assert variables["ansible_port"] == 31234 and variables["ansible_password"] == "password-canary"
    assert "TOKEN" in fleet.cached and "WARN" in fleet.cached
    for text in ("31234", "proxy-canary", "user-canary", "password-canary", CANARY, fleet.cloud.key, "ssh_"):
        assert text not in fleet.cached


def test_each_account_has_its_own_cache(fleet, cloud):
    fleet.seed("mine")
    fleet.hosts(**fleet.cache)
    other = "sk-other-" + fleet.cloud.key
    cloud.simulator.account("novita", other).store("instances").seed({"name": "theirs"})
    assert list(fleet.hosts(api_key=other, **fleet.cache)) == ["theirs"]
    assert list(fleet.hosts(**fleet.cache)) == ["mine"]


def test_a_change_of_filters_needs_no_new_list_request(fleet):
    fleet.seed("a", status="exited")
    fleet.seed("b", status="exited")
    assert list(fleet.hosts(**fleet.cache, filters={"name": "a"})) == ["a"]
    assert list(fleet.hosts(**fleet.cache, filters={"name": "b"})) == ["b"]
    assert fleet.operations == ["instance.list"]


# -- Ansible's own commands ------------------------------------------------------------------------------------------


def test_ansible_finds_the_plugin_by_its_name_and_prints_no_secret(fleet):
    fleet.seed(envs=[{"key": "TOKEN", "value": CANARY}])
    root = str(Path(novita.__file__).parents[5])
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
    assert '"trainer"' in done.stdout and "novita_env_names" in done.stdout
    for secret in (CANARY, fleet.cloud.key):
        assert secret not in done.stdout + done.stderr
