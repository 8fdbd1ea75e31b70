# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 12: a message says what happened to which resource, who responded, and what was not done."""

from __future__ import annotations

import platform

import pytest

from ..harness import ThroughFleet

# -- which resource --------------------------------------------------------------------------------------------------


@pytest.mark.needs("returns_id")
def test_law_12_a_failure_after_the_create_names_the_id_and_counts_as_created(world):
    world.account.settings.set(boot_seconds=0)
    world.fault("list", "status", status=500, skip=1, times=0)
    failed = world.create(api_retries=0).failing("500")
    assert f"(id {failed['id']})" in failed["msg"]
    if isinstance(world.cloud, ThroughFleet):
        assert (failed["summary"]["created"], failed["summary"]["failed"]) == (1, 1)
        assert (failed["action"], failed["done_before_failure"]) == ("failed", "create")


def test_law_12_a_refused_create_does_not_count_as_created(world):
    world.fault("create", "status", status=400, reason="NO", message="no")
    failed = world.create().failing("HTTP 400")
    if isinstance(world.cloud, ThroughFleet):
        assert (failed["summary"]["created"], failed["summary"]["failed"]) == (0, 1)
        assert failed["done_before_failure"] == ""


def test_law_12_a_delete_shows_the_id_that_it_deletes(world):
    made = world.create().ok()
    planned = world.check(state="absent").ok(changed=True)
    deleted = world.task(state="absent").ok(changed=True)
    for result in (planned, deleted):
        assert [step["id"] for step in result["plan"]] == [made["id"]]
        [diff] = result["diff"] if isinstance(result["diff"], list) else [result["diff"]]
        assert diff["before"]["id"] == made["id"]


@pytest.mark.needs("updates")
def test_law_12_a_refused_change_names_the_id(world):
    made = world.create().ok()
    world.fault("update", "status", status=400, reason="NO", message="no")
    world.task(**world.resource_type.change).failing(f"(id {made['id']})", "HTTP 400")


# -- who responded, and where the key and the address come from ------------------------------------------------------


TITLES = {"novita": "Novita AI", "ppio": "PPIO", "vast": "Vast.ai"}


def option(world, name):
    """A connection option as a message shows it: in a fleet, it is a suboption of the provider."""
    return f"{world.resource_type.provider}.{name}" if isinstance(world.cloud, ThroughFleet) else name


@pytest.fixture(name="from_environment")
def _from_environment(world, monkeypatch):
    """Put the key and the address of the account into the environment; return the prefix of the variables."""
    prefix = world.resource_type.provider.upper()
    monkeypatch.setenv(f"{prefix}_API_KEY", world.cloud.key)
    monkeypatch.setenv(f"{prefix}_API_URL", world.cloud.url(world.resource_type.provider))
    return prefix


def test_law_12_a_refused_key_is_the_first_sentence_with_its_origin(world):
    world.fault("list", "status", status=401, reason="INVALID_API_KEY", message="no")
    failed = world.create().failing("HTTP 401")
    title = TITLES[world.resource_type.provider]
    assert failed["msg"].startswith(
        f"{title} refused the API key; it comes from the option {option(world, 'api_key')}. "
    )
    assert failed["failure"]["status"] == 401


def test_law_12_a_refused_key_of_the_environment_names_the_variable_and_the_host(world, from_environment):
    world.fault("list", "status", status=401, reason="INVALID_API_KEY", message="no")
    failed = world.run(world.resource_type.task, connection=False).failing("HTTP 401")
    origin = f"it comes from {from_environment}_API_KEY on {platform.node()}. "
    assert failed["msg"].startswith(f"{TITLES[world.resource_type.provider]} refused the API key; {origin}")


def test_law_12_a_missing_permission_names_the_origin_of_the_key(world):
    world.fault("list", "status", status=403, reason="FORBIDDEN", message="permission denied")
    world.create().failing("HTTP 403", f"The API key comes from the option {option(world, 'api_key')}")


def test_law_12_an_unreachable_address_of_the_environment_names_the_variable(world, from_environment, monkeypatch):
    monkeypatch.setenv(f"{from_environment}_API_URL", "http://127.0.0.1:9")
    connection = {"api_retries": 0}
    world.run({**world.resource_type.task, **connection}, connection=False).failing(
        "no connection to http://127.0.0.1:9: ", f"comes from {from_environment}_API_URL on {platform.node()}."
    )


def test_law_12_an_unreachable_default_address_is_reported_as_the_default(world, monkeypatch):
    for variable in (f"{world.resource_type.provider.upper()}_API_URL", "NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    options = {**world.resource_type.task, "api_key": world.cloud.key, "api_retries": 0}
    world.run(options, connection=False).failing("http://127.0.0.1:9", " comes from the default of api_url.")


@pytest.mark.parametrize(
    ("fault", "arguments"),
    [("no_route", {}), ("status", {"status": 404, "reason": "NO_ROUTE", "message": "no such path"})],
    ids=["text", "json"],
)
def test_law_12_a_404_for_a_list_explains_the_base_url(world, fault, arguments):
    world.fault("list", fault, times=0, **arguments)
    failed = world.create().failing("HTTP 404", "it must be the base URL of the API, such as https://")
    address = world.cloud.url(world.resource_type.provider)
    assert f"Check api_url ({address}, from the option {option(world, 'api_url')})" in failed["msg"]


def test_law_12_a_list_without_the_documented_structure_at_another_address_explains_the_base_url(world):
    world.fault("list", "garbage", status=200, body='{"status": "ok"}', content_type="application/json")
    world.create().failing("unexpected response", "it must be the base URL of the API, such as https://")


def test_law_12_a_list_without_the_documented_member_shows_which_members_there_are(world):
    body = '{"status": "ok", "7f3a": 1, "data_of": {}}'
    world.fault("list", "garbage", status=200, body=body, content_type="application/json")
    world.create().failing("; it has status, data_of and 1 more)")


def test_law_12_a_partial_response_to_a_read_names_what_can_be_the_cause(world):
    world.fault("list", "contradiction", times=0, status=206)
    world.create().failing("HTTP 206 instead of 200", "A proxy or a cache in front of the API can be the cause.")


def test_law_12_an_unknown_id_shows_which_resources_there_are(world):
    missing = {"id": "404404", "state": "present"}
    noun = world.resource_type.words
    failed = world.task(**missing).failing(f"the API key has no {noun} with this id; it has no {noun}s.")
    assert failed.writes == []
    created = world.create().ok()
    failed = world.task(**missing).failing(f"with this id; its {noun}s are {created['id']} (")
    assert failed.writes == []


# -- from what to what, and in which form ------------------------------------------------------------------------------


@pytest.mark.needs("fixed")
def test_law_12_a_refused_change_of_an_immutable_option_shows_both_values(world):
    world.create().ok()
    spec = world.spec()
    failed = world.task(**world.resource_type.fixed).failing("cannot be changed in place", "Nothing was written.")
    path = world.resource_type.fixed_path
    current, desired = spec[path], world.resource_type.fixed[path]
    advice = "Set recreate: true" if world.resource_type.replaceable else "Keep the current value. The module never"
    assert f"{path} (from {current!r} to {desired!r}) cannot be changed in place. {advice}" in failed["msg"]
    assert failed.writes == []


# -- the provider's reason ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal",
    [
        {"status": 403, "reason": "insufficient_credit", "message": ""},
        {"status": 403, "reason": "forbidden", "message": "You need an additional $4.31 to create endpoint"},
        {"status": 403, "reason": "forbidden", "message": "Your credit is too low"},
        {"status": 400, "reason": "invalid_request", "message": "account balance is 0"},
    ],
    ids=str,
)
def test_law_12_too_little_credit_gives_no_advice_about_the_key(world, refusal):
    world.fault("create", "status", **refusal)
    failed = world.create().failing("Add credit", f"HTTP {refusal['status']}")
    assert "API key" not in failed["msg"] and "scope" not in failed["msg"]


def test_law_12_a_missing_scope_gives_no_advice_about_credit(world):
    world.fault("create", "status", status=403, reason="auth_error", message="the key lacks the scope misc")
    failed = world.create().failing("The API key comes from")
    assert "credit" not in failed["msg"]
