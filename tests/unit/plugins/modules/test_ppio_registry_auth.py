# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registry credentials of PPIO, which tasks can only read and name."""

from __future__ import annotations

import pytest
import yaml

from ...harness import run_module

NAME, USERNAME = "registry.example.org", "team-bot"
PASSWORD, FOREIGN = "canary-pull-token-0001", "canary-foreign-0002"
AUTH = {"name": NAME, "username": USERNAME}
TASK = {
    "name": "llm",
    "type": "sync",
    "product_id": "7",
    "image": "registry.example.org/team/llm:1.4",
    "worker_config": {"max_replicas": 1, "min_replicas": 0},
    "ports": [8000],
    "health_check": {"path": "/ready"},
}
INFERENCE = {
    "name": "llm",
    "image": "registry.example.org/team/llm:1.4",
    "registry_credential": AUTH,
    "min_workers": 0,
    "max_workers": 2,
    "max_concurrent": 4,
    "idle_timeout": 300,
    "request_timeout": 600,
    "gpu_count": 1,
    "port": 8000,
    "health_path": "/health",
    "policy": {"type": "queue", "value": 15},
    "candidates": [
        {"provider": "novita", "product": "7", "provider_options": {"novita": {"cluster_id": "us-demo-1"}}},
        {"provider": "ppio", "product": "9"},
    ],
}
BOTH = pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
BROKEN = pytest.mark.parametrize(
    ("fault", "arguments"),
    [
        ("cut", {}),
        ("wrong_types", {"of": "items"}),
        ("wrong_types", {"of": "list"}),
        ("no_envelope", {}),
        ("contradiction", {"doubled": True}),
        ("status", {"status": 404}),
        ("contradiction", {"members": {"error": f"the password {FOREIGN} is odd"}}),
        *(
            ("garbage", {"status": status, "content_type": "application/json", "body": body})
            for status in (200, 500)
            for body in ("{}", '{"data": null}', f'{{"data": [{{"password": "{FOREIGN}"', f'"{FOREIGN}"')
        ),
    ],
    ids=str,
)


class Auths:
    """An account with a credential that no task names."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("ppio")
        self.store = self.account.store("registry_auths")
        self.foreign = self.seed("docker.io", "someone", FOREIGN)

    def seed(self, name=NAME, username=USERNAME, password=PASSWORD, **fields):
        return self.store.seed({"name": name, "username": username, "password": password, **fields})["id"]

    def run(self, check=False, **options):
        result = self.cloud.run("ppio_endpoint", {**TASK, **options}, check)
        assert "canary" not in result.printed
        return result

    def info(self, **options):
        result = self.cloud.run("ppio_registry_auth_info", options)
        assert "canary" not in result.printed
        return result

    def start(self, module, options):
        """Run a module for several providers, and return its result with the operations that it sent."""
        providers = ("novita", "ppio", "vast")
        connections = {name: {"api_key": self.cloud.key, "api_url": self.cloud.url(name)} for name in providers}
        before = len(self.account.requests)
        result, printed = run_module(module, {**{name: connections[name] for name in providers[:2]}, **options})
        assert "canary" not in printed
        result["operations"] = [request["operation"] for request in self.account.requests[before:]]
        return result


@pytest.fixture(name="auths")
def _auths(cloud):
    return Auths(cloud)


# -- info --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("passwords", ["clear", "masked", "missing"])
def test_an_info_module_selects_by_name_or_user_and_returns_no_password(auths, passwords):
    auths.account.settings.set(auth_passwords=passwords)
    first, second = auths.seed(id="20"), auths.seed(username="another")
    for options, ids in (
        ({}, [auths.foreign, *sorted((first, second))]),
        ({"name": NAME}, sorted((first, second))),
        ({"username": "someone"}, [auths.foreign]),
        ({**AUTH}, [first]),
        ({"id": second}, [second]),
        ({"name": "quay.io"}, []),
    ):
        result = auths.info(**options).ok(changed=False)
        assert [auth["id"] for auth in result["registry_auths"]] == ids
        assert result.operations == ["registry_auth.list"]
    [auth] = auths.info(id="20").ok()["registry_auths"]
    assert auth == {"id": "20", "name": NAME, "spec": AUTH}


@BROKEN
def test_a_response_that_is_no_list_shows_no_password_and_no_empty_list(auths, fault, arguments):
    auths.account.fault("registry_auth.list", fault, times=0, **arguments)
    assert "registry_auths" not in auths.info(api_retries=0).failing("Cannot list the registry credentials at PPIO")


# -- the credential of an endpoint -------------------------------------------------------------------------------------


def test_law_18_a_name_stands_for_the_id_of_the_credential(auths):
    auth_id = auths.seed()
    planned = auths.run(check=True, registry_auth=AUTH).ok(changed=True)
    created = auths.run(registry_auth=AUTH).ok(changed=True)
    assert created["endpoint"]["spec"]["registry_auth_id"] == auth_id
    for key in ("plan", "diff", "changed"):
        assert planned[key] == created[key]
    again = auths.run(registry_auth=AUTH).ok(changed=False)
    assert sorted(again.operations) == ["endpoint.get", "endpoint.list", "registry_auth.list"]
    assert auths.run(registry_auth_id=auth_id).ok(changed=False).operations.count("registry_auth.list") == 0


def test_law_18_another_credential_is_a_change(auths):
    auths.seed()
    other = auths.seed(username="another")
    auths.run(registry_auth=AUTH).ok(changed=True)
    changed = auths.run(registry_auth={"name": NAME, "username": "another"}).ok(changed=True)
    assert changed["plan"][0]["fields"] == ["registry_auth_id"]
    assert changed["endpoint"]["spec"]["registry_auth_id"] == other


def test_a_name_alone_is_enough_if_only_one_credential_has_it(auths):
    auth_id = auths.seed()
    created = auths.run(registry_auth={"name": NAME}).ok(changed=True)
    assert created["endpoint"]["spec"]["registry_auth_id"] == auth_id


@BOTH
@pytest.mark.parametrize("usernames", [("a", "b"), (USERNAME, USERNAME)], ids=str)
def test_law_18_an_ambiguous_name_is_refused_with_the_ids(auths, usernames, check):
    ids = [auths.seed(username=username) for username in usernames]
    named = {"name": NAME} if usernames == ("a", "b") else AUTH
    refused = auths.run(check, registry_auth=named).failing(*ids, "Set registry_auth_id instead of registry_auth")
    assert (refused["failure"]["reason"], refused.writes) == ("ambiguous_name", [])


@BOTH
@pytest.mark.parametrize("named", [{**AUTH, "username": "nobody"}, {"name": "quay.io"}], ids=str)
def test_law_18_an_unknown_name_is_refused_in_check_mode_too(auths, named, check):
    auths.seed()
    refused = auths.run(check, registry_auth=named).failing(
        "registry credential", "does not exist", f"'docker.io', '{NAME}'", "Correct registry_auth", "PPIO console"
    )
    assert (refused["failure"]["reason"], refused.writes) == ("not_found", [])


@BOTH
@BROKEN
def test_law_07_a_broken_list_never_means_that_the_credential_is_absent(auths, fault, arguments, check):
    auths.seed()
    auths.account.fault("registry_auth.list", fault, times=0, **arguments)
    failed = auths.run(check, registry_auth=AUTH, api_retries=0).failing()
    assert "does not exist" not in failed["msg"]
    assert (failed["failure"]["operation"], failed.writes) == ("registry_auth.list", [])


def test_law_13_a_refusal_that_quotes_a_stored_password_does_not_show_it(auths):
    auths.seed()
    auths.account.fault("endpoint.create", "status", status=400, message=f"{FOREIGN} or {PASSWORD} is wrong")
    auths.run(registry_auth=AUTH).failing("******** or ******** is wrong")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"registry_auth": AUTH, "registry_auth_id": "20"}, "mutually exclusive"),
        ({"registry_auth": {"username": USERNAME}}, "registry_auth.name: must be set"),
        ({"registry_auth": {}}, "registry_auth.name: must be set"),
        ({"registry_auth": {"name": ""}}, "registry_auth.name: must not be empty"),
        ({"registry_auth": {"name": NAME, "username": " bot"}}, "registry_auth.username"),
        ({"registry_auth": {**AUTH, "password": "x"}}, "registry_auth.password"),
        ({"registry_auth": NAME}, "registry_auth"),
    ],
    ids=str,
)
def test_law_11_invalid_names_are_refused_before_the_first_request(auths, options, words):
    assert auths.run(**options).failing(words).requests == []


def test_a_removal_needs_no_credential(auths):
    auths.run().ok(changed=True)
    auths.run(registry_auth={"name": "quay.io"}, state="absent").ok(changed=True)


# -- fleet, export and inference endpoints -----------------------------------------------------------------------------


def test_law_15_a_fleet_lists_the_credentials_once(auths):
    auth_id = auths.seed()
    entries = [{"ppio_endpoint": {**TASK, "name": f"llm-{number}", "registry_auth": AUTH}} for number in range(3)]
    created = auths.start("fleet", {"resources": entries})
    assert not created.get("failed"), created["msg"]
    assert created["operations"].count("registry_auth.list") == 1
    assert [row["registry_auth_id"] for row in auths.account.store("endpoints").views()] == [auth_id] * 3
    assert auths.start("fleet", {"resources": entries})["changed"] is False


def test_a_fleet_refuses_an_entry_with_an_unknown_name(auths):
    entries = [{"ppio_endpoint": {**TASK, "registry_auth": AUTH}}]
    refused = auths.start("fleet", {"resources": entries})
    assert "does not exist" in refused["msg"]
    assert "PPIO console" in refused["msg"]
    assert "endpoint.create" not in refused["operations"]


@pytest.mark.parametrize("count", [1, 2])
def test_law_18_an_export_has_the_name_unless_it_is_ambiguous(auths, count):
    auth_id = [auths.seed() for _each in range(count)][0]
    auths.run(registry_auth_id=auth_id).ok(changed=True)
    auths.run(registry_auth_id=auth_id, name="second").ok(changed=True)
    exported = auths.start("export", {"types": ["ppio_endpoint"]})
    assert not exported.get("failed"), exported["msg"]
    assert exported["operations"].count("registry_auth.list") == 1
    for entry in yaml.safe_load(exported["content"])["fleet_resources"]:
        endpoint = entry["ppio_endpoint"]
        if count == 1:
            assert (endpoint["registry_auth"], endpoint.get("registry_auth_id")) == (AUTH, None)
        else:
            assert (endpoint.get("registry_auth"), endpoint["registry_auth_id"]) == (None, auth_id)
    notes = [note for resource in exported["resources"] for note in resource["notes"] if "stays" in note]
    assert len(notes) == (0 if count == 1 else 2)


def test_an_export_omits_a_username_that_is_empty(auths):
    auth_id = auths.seed(username="")
    auths.run(registry_auth_id=auth_id).ok(changed=True)
    exported = auths.start("export", {"types": ["ppio_endpoint"]})
    [entry] = yaml.safe_load(exported["content"])["fleet_resources"]
    assert entry["ppio_endpoint"]["registry_auth"] == {"name": NAME}


@pytest.mark.parametrize("module", ["inference_endpoint", "fleet"])
def test_an_inference_endpoint_names_the_credential_at_every_candidate(auths, module):
    ppio_id = auths.seed()
    novita = auths.cloud.account("novita")
    novita_id = novita.store("registry_auths").seed({**AUTH, "password": PASSWORD})["id"]
    options = {"resources": [{"inference_endpoint": INFERENCE}]} if module == "fleet" else INFERENCE

    def converge(expected):
        result = auths.start(module, options)
        assert not result.get("failed"), result["msg"]
        assert result["changed"] is expected

    converge(True)
    [row] = novita.store("endpoints").views()
    assert row["image"]["authId"] == novita_id
    converge(False)
    novita.store("endpoints").clear()
    novita.fault("endpoint.create", "status", times=0, status=400, message="out of stock")
    converge(True)
    [row] = auths.account.store("endpoints").views()
    assert row["registry_auth_id"] == ppio_id
    converge(False)


def test_an_inference_endpoint_is_not_at_a_candidate_that_lacks_the_credential(auths):
    ppio_id = auths.seed()
    result = auths.start("inference_endpoint", INFERENCE)
    assert not result.get("failed"), result["msg"]
    assert result["provider"] == "ppio"
    [row] = auths.account.store("endpoints").views()
    assert row["registry_auth_id"] == ppio_id


def test_an_ambiguous_name_stops_the_search_for_a_candidate(auths):
    ids = [auths.seed(), auths.seed()]
    result = auths.start("inference_endpoint", {**INFERENCE, "candidates": INFERENCE["candidates"][::-1]})
    assert result["failure"]["reason"] == "ambiguous_name"
    for words in (*ids, "Set registry_auth_id instead of registry_auth", "tries no other candidate"):
        assert words in result["msg"]
    assert not auths.cloud.account("novita").store("endpoints").views()
