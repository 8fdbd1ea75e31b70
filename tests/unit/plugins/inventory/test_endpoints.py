# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints of all accounts as hosts: their variables, which accounts are read, requests, failures, and the cache."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader

from .harness import CANARY, PROVIDERS, AnyFleet, Files, module_of, new_plugin

REVISION = "chat--r13f0c9d2a"


class Endpoints(Files):
    """The endpoints of the accounts of one key at all providers, and inventories of them."""

    def __init__(self, cloud, folder, monkeypatch):
        super().__init__(cloud, folder, monkeypatch, "endpoints")
        self.accounts = {provider: cloud.account(provider) for provider in PROVIDERS}
        for provider in PROVIDERS:
            monkeypatch.setenv(f"{provider.upper()}_API_URL", cloud.url(provider))

    def connection(self):
        return {provider: {"api_key": self.cloud.key} for provider in PROVIDERS}

    def seed(self, provider, name="chat", key=None, **fields):
        """Create an endpoint at a provider and return its id."""
        account = self.cloud.simulator.account(provider, key) if key else self.accounts[provider]
        wire = "endpoint_name" if provider == "vast" else "name"
        return str(account.store("endpoints").seed({wire: name, **fields})["id"])

    @property
    def operations(self):
        """Return the operations of all requests so far, by provider, and clear the lists of requests."""
        sent = {
            provider: [request["operation"] for request in account.requests]
            for provider, account in self.accounts.items()
        }
        for account in self.accounts.values():
            account.clear()
        return {provider: operations for provider, operations in sent.items() if operations}


@pytest.fixture(name="endpoints")
def _endpoints(cloud, tmp_path, monkeypatch):
    return Endpoints(cloud, tmp_path, monkeypatch)


each_provider = pytest.mark.parametrize("provider", PROVIDERS)


# -- variables -------------------------------------------------------------------------------------------------------


@each_provider
def test_an_endpoint_has_the_same_variables_at_each_provider(endpoints, provider):
    endpoint = endpoints.seed(provider)
    [variables] = endpoints.hosts().values()
    known = {name.removeprefix("endpoint_"): value for name, value in variables.items() if name.startswith("endpoint_")}
    assert (known["provider"], known["account"], known["id"], known["name"]) == (provider, provider, endpoint, "chat")
    assert (known["base_name"], known["revision"]) == ("chat", "")
    assert known["status"] and known["stage"] == "ready" and known["ready"] is True
    assert bool(known["url"]) is (provider != "vast")
    is_counted = isinstance(known["workers_total"], int) and isinstance(known["workers_healthy"], int)
    assert is_counted is (provider != "vast")
    assert known["spec"]["name"] == "chat"
    assert set(known) == {
        "provider", "account", "id", "name", "base_name", "revision", "status", "status_message", "stage", "ready",
        "url", "workers_total", "workers_healthy", "created_at", "env_names", "spec",
    }  # fmt: skip


def test_an_endpoint_is_no_machine_to_log_in_to(endpoints):
    for provider in PROVIDERS:
        endpoints.seed(provider, f"at-{provider}")
    for variables in endpoints.hosts().values():
        assert not [name for name in variables if name.startswith("ansible_")]


@each_provider
def test_the_name_of_a_revision_is_split(endpoints, provider):
    endpoints.seed(provider, REVISION)
    endpoints.seed(provider, "chat--r2")
    hosts = endpoints.hosts()
    names = ("endpoint_base_name", "endpoint_revision")
    assert [hosts[REVISION][name] for name in names] == ["chat", "r13f0c9d2a"]
    assert [hosts["chat--r2"][name] for name in names] == ["chat--r2", ""]
    groups = endpoints.groups(keyed_groups=[{"key": "endpoint_base_name", "separator": "", "prefix": ""}])
    assert groups["chat"] == [REVISION]


def test_a_failed_or_stopped_endpoint_is_not_ready(endpoints):
    endpoints.seed("novita", "a", state={"state": "failed", "error": "E", "message": "no image"})
    endpoints.seed("vast", "b", endpoint_state="suspended")
    hosts = endpoints.hosts()
    for host in ("a", "b"):
        assert hosts[host]["endpoint_stage"] == "failed" and hosts[host]["endpoint_ready"] is False
    assert "no image" in hosts["a"]["endpoint_status_message"] and hosts["b"]["endpoint_status"] == "suspended"


def test_no_secret_is_in_a_variable_or_in_the_cache(endpoints):
    secret = "key-of-an-endpoint-0123456789"
    for provider in ("novita", "ppio"):
        endpoints.seed(provider, f"at-{provider}", envs=[{"key": "TOKEN", "value": CANARY}])
    endpoints.seed("vast", "at-vast", api_key=secret)
    hosts = endpoints.hosts(**endpoints.cache)
    shown = json.dumps(hosts) + endpoints.cached
    assert hosts["at-novita"]["endpoint_env_names"] == hosts["at-ppio"]["endpoint_env_names"] == ["TOKEN"]
    for text in (CANARY, secret, endpoints.cloud.key):
        assert text not in shown
    assert not {"envs", "envs_mode"} & {name for host in hosts.values() for name in host["endpoint_spec"]}


def test_an_endpoint_in_removal_is_omitted(endpoints):
    endpoints.seed("novita", "a", state={"state": "deleting"})
    endpoints.seed("novita", "b")
    assert list(endpoints.hosts()) == ["b"]


# -- names -----------------------------------------------------------------------------------------------------------


def test_equal_names_and_ids_at_several_providers_are_several_hosts(endpoints):
    endpoints.seed("novita", id="77")
    endpoints.seed("ppio", id="77")
    hosts = endpoints.hosts()
    assert {name: variables["endpoint_provider"] for name, variables in hosts.items()} == {
        "chat-novita-77": "novita",
        "chat-ppio-77": "ppio",
    }


def test_an_endpoint_in_two_files_is_one_host(endpoints):
    endpoints.seed("novita")
    inventory = endpoints.inventory(endpoints.inventory(), compose={"extra": "'yes'"})
    assert [host.vars["extra"] for host in inventory.hosts.values()] == ["yes"]
    assert endpoints.warnings == []


def test_an_instance_with_the_name_of_an_endpoint_is_another_host(endpoints, cloud, tmp_path, monkeypatch):
    fleet = AnyFleet(cloud, tmp_path, monkeypatch, "novita")
    fleet.add("chat")
    endpoint = endpoints.seed("novita")
    inventory = endpoints.inventory(fleet.inventory())
    assert list(inventory.hosts) == ["chat", f"chat-novita-{endpoint}"]
    assert "have the names of these endpoints" in endpoints.warnings[0]
    assert "endpoint_id" not in inventory.hosts["chat"].vars


def test_host_names_come_from_expressions(endpoints):
    endpoints.seed("vast")
    assert list(endpoints.hosts(hostnames=["endpoint_name ~ '.' ~ endpoint_account"])) == ["chat.vast"]
    endpoints.refused("hostnames[0]: it failed for the endpoint vast-", hostnames=["nowhere"], strict=True)


# -- accounts --------------------------------------------------------------------------------------------------------


def test_all_accounts_with_a_key_in_the_environment_are_read(endpoints, monkeypatch):
    for provider in ("novita", "vast"):
        monkeypatch.setenv(f"{provider.upper()}_API_KEY", endpoints.cloud.key)
        endpoints.seed(provider, f"at-{provider}")
    path = endpoints.folder / "endpoints.yml"
    path.write_text("plugin: gpufleet.cloud.endpoints\n", encoding="utf-8")
    inventory = InventoryData()
    new_plugin([], "endpoints").parse(inventory, DataLoader(), str(path))
    assert list(inventory.hosts) == ["at-novita", "at-vast"]
    assert set(endpoints.operations) == {"novita", "vast"}


def test_a_named_account_is_read_as_well(endpoints):
    other = "sk-other-" + endpoints.cloud.key
    endpoints.seed("ppio")
    endpoints.seed("ppio", "research-chat", key=other)
    accounts = [{"name": "research", "provider": "ppio", "api_key": "{{ '" + other + "' }}"}]
    hosts = endpoints.hosts(accounts=accounts)
    assert {name: host["endpoint_account"] for name, host in hosts.items()} == {
        "chat": "ppio",
        "research-chat": "research",
    }
    accounts.append({"name": "sales", "provider": "ppio", "api_key": f"{other}-sales"})
    endpoints.seed("ppio", "sales-chat", key=f"{other}-sales")
    for name in ("research", "sales"):
        assert list(endpoints.hosts(accounts=accounts, filters={"account": [name]})) == [f"{name}-chat"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            dict.fromkeys(PROVIDERS),
            "accounts: needs an account with an API key: set novita.api_key (NOVITA_API_KEY) or",
        ),
        ({"ppio": None, "filters": {"provider": ["ppio"]}}, "filters.provider: needs an account with an API key"),
        ({"ppio": None, "filters": {"account": ["ppio"]}}, "ppio.api_key: must be set"),
        ({"ppio": {"api_key": ""}}, "ppio.api_key: must be set"),
        ({"filters": {"provider": ["aws"]}}, "filters.provider: must contain only novita, ppio, vast, not aws"),
        ({"filters": {"account": ["research"]}}, "filters.account[0]: must be one of novita, ppio, vast, not"),
        ({"filters": {"provider": ["novita"], "account": ["vast"]}}, "filters.account: must contain only accounts of"),
        ({"filters": {"state": "active"}}, "filters.state"),
        ({"filters": {"name": "("}}, "filters.name: must be a valid regular expression"),
        ({"accounts": [{"name": "vast", "provider": "vast", "api_key": "x" * 20}]}, "accounts[0].name: must consist"),
        ({"accounts": [{"name": "a", "provider": "aws"}]}, "accounts"),
        ({"novita": {"api_key": "x" * 20, "api_timeout": 0}}, "novita.api_timeout: must be from 1 to 3600"),
        ({"novita": {"api_key": "x" * 20, "api_uri": "x"}}, "novita.api_uri"),
        ({"api_key": "x" * 20}, "api_key: is not an option of this plugin"),
    ],
)
def test_invalid_options_are_refused_before_any_request(endpoints, options, words):
    endpoints.refused(words, "The inventory contains no hosts from this file.", **options)
    assert endpoints.operations == {}


# -- filters, requests and failures ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "selected", "read"),
    [
        ({"provider": ["novita", "vast"]}, ["at-novita", "at-vast"], {"novita", "vast"}),
        ({"account": "ppio"}, ["at-ppio"], {"ppio"}),
        ({"status": ["ACTIVE"]}, ["at-vast"], {*PROVIDERS}),
        ({"name": "^at-.*o$"}, ["at-ppio"], {*PROVIDERS}),
        (None, ["at-novita", "at-ppio", "at-vast"], {*PROVIDERS}),
    ],
)
def test_filters_select_endpoints_and_spare_requests(endpoints, filters, selected, read):
    for provider in PROVIDERS:
        endpoints.seed(provider, f"at-{provider}")
    assert list(endpoints.hosts(filters=filters)) == selected
    assert set(endpoints.operations) == read


def test_each_list_is_one_request_however_many_endpoints_there_are(endpoints):
    for provider in PROVIDERS:
        for number in range(5):
            endpoints.seed(provider, f"{provider}-{number}")
    assert len(endpoints.hosts()) == 15
    assert endpoints.operations == {provider: ["endpoint.list"] for provider in PROVIDERS}


def test_the_pages_of_a_list_are_read_in_parallel(endpoints):
    for number in range(9):
        endpoints.seed("novita", f"chat-{number}")
    # Real time, so that one request does not end before the next begins.
    endpoints.accounts["novita"].settings.set(page_cap=1, latency=0.05)
    assert len(endpoints.hosts(filters={"provider": "novita"})) == 9
    assert len({request["connection"] for request in endpoints.accounts["novita"].requests}) > 3


@each_provider
@pytest.mark.parametrize("fault", ["garbage", "reset", "redirect"])
def test_a_list_that_fails_for_one_account_fails_as_a_whole(endpoints, provider, fault):
    for each in PROVIDERS:
        endpoints.seed(each, f"at-{each}")
    endpoints.accounts[provider].fault("endpoint.list", fault, times=0)
    inventory = InventoryData()
    title = {"novita": "Novita AI", "ppio": "PPIO", "vast": "Vast.ai"}[provider]
    endpoints.refused(f"Cannot list the endpoints at {title}: ", inventory=inventory, **endpoints.cache)
    assert not inventory.hosts


def test_a_list_that_fails_names_the_account(endpoints):
    other = "sk-other-" + endpoints.cloud.key
    endpoints.cloud.simulator.account("ppio", other).fault("endpoint.list", "status", status=401, times=0)
    accounts = [{"name": "research", "provider": "ppio", "api_key": other}]
    endpoints.refused("Cannot list the endpoints of the account research at PPIO", accounts=accounts)


# -- the cache -------------------------------------------------------------------------------------------------------


def test_with_the_cache_no_request_is_sent(endpoints):
    for provider in PROVIDERS:
        endpoints.seed(provider, f"at-{provider}")
    first = endpoints.hosts(**endpoints.cache)
    assert set(endpoints.operations) == {*PROVIDERS}
    assert endpoints.hosts(**endpoints.cache) == first
    assert list(endpoints.hosts(**endpoints.cache, filters={"provider": "vast"})) == ["at-vast"]
    assert endpoints.operations == {}
    assert endpoints.hosts() == first


def test_an_account_that_is_not_in_the_cache_is_read(endpoints):
    endpoints.seed("novita", "at-novita")
    endpoints.seed("vast", "at-vast")
    endpoints.hosts(**endpoints.cache, filters={"provider": "novita"})
    assert set(endpoints.operations) == {"novita"}
    assert list(endpoints.hosts(**endpoints.cache, filters={"provider": ["novita", "vast"]})) == [
        "at-novita",
        "at-vast",
    ]
    assert set(endpoints.operations) == {"vast"}
    endpoints.inventory(flush=True, **endpoints.cache)
    assert set(endpoints.operations) == {*PROVIDERS}


# -- documentation and commands --------------------------------------------------------------------------------------


def test_the_example_of_the_documentation_works(endpoints):
    endpoints.seed("novita", f"team-a-{REVISION}")
    endpoints.seed("vast", "team-a-tts")
    endpoints.seed("vast", "other")
    example = yaml.safe_load(module_of("endpoints").EXAMPLES)
    assert example.pop("plugin") == endpoints.name
    example["accounts"][0]["api_key"] = "sk-other-" + endpoints.cloud.key
    groups = endpoints.groups(**{**example, **endpoints.cache})
    assert groups["at_novita"] == groups["revisions_of_team_a_chat"] == [f"team-a-{REVISION}"]
    assert groups["at_vast"] == ["team-a-tts"] and groups["is_ready"] == [f"team-a-{REVISION}", "team-a-tts"]
    assert endpoints.warnings == []


def test_ansible_finds_the_plugin_by_its_name_and_prints_no_secret(endpoints):
    endpoints.seed("novita", envs=[{"key": "TOKEN", "value": CANARY}])
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(endpoints.folder),
        "ANSIBLE_COLLECTIONS_PATH": str(Path(module_of("endpoints").__file__).parents[5]),
        "LC_ALL": "C.UTF-8",
        **{f"{provider.upper()}_API_URL": endpoints.cloud.url(provider) for provider in PROVIDERS},
    }
    done = subprocess.run(
        [sys.executable, "-m", "ansible", "inventory", "-i", endpoints.file(**endpoints.cache), "--list", "-vvvv"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert '"chat"' in done.stdout and "endpoint_env_names" in done.stdout
    for secret in (CANARY, endpoints.cloud.key):
        assert secret not in done.stdout + done.stderr
