# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source against the simulator: one event for a change, none without one, and no secret in any of them."""

from __future__ import annotations

import shutil

import pytest
import yaml

from .conftest import COLLECTION, PLUGIN

ENDPOINT = {"name": "llm-8b", "workerConfig": {"minNum": 1, "maxNum": 4}}
RECLAIM = 1_800_000_000
RECLAIM_TIME = "2027-01-15T08:00:00Z"
ALL = {"endpoints": True, "spot_instances": True, "balances": {"novita": 50}}
TTS = {"vast_endpoint": {"name": "tts", "max_workers": 4}}


def health(event):
    return event["type"], event["endpoint"]["name"]


# -- endpoints ---------------------------------------------------------------------------------------------------------


def test_an_endpoint_fails_and_recovers_with_one_event_each(cloud):
    endpoints = cloud.account("novita").store("endpoints")
    endpoint_id = endpoints.seed(ENDPOINT)["id"]
    source = cloud.watch({"endpoints": True}, ["novita"])
    cloud.wait_for_polls("novita", "endpoint.list")
    assert source.waiting == []

    failure = {"state": "failed", "error": "IMAGE_PULL_FAILED", "message": f"no access with {cloud.key}"}
    endpoints.change(endpoint_id, {"state": failure})
    failed = source.next()
    assert health(failed) == ("endpoint_failed", "llm-8b")
    assert failed["watch"] == "endpoints"
    assert failed["account"] == failed["provider"] == "novita"
    assert failed["initial"] is False
    assert failed["endpoint"]["id"] == endpoint_id
    assert failed["endpoint"]["resource_type"] == "novita_endpoint"
    assert failed["endpoint"]["status"] == "failed"
    assert failed["endpoint"]["status_message"].startswith("IMAGE_PULL_FAILED: no access with ")
    cloud.wait_for_polls("novita", "endpoint.list")
    assert source.waiting == []

    endpoints.change(endpoint_id, {"state": {"state": "running", "error": "", "message": ""}})
    assert health(source.next()) == ("endpoint_recovered", "llm-8b")
    endpoints.remove(endpoint_id)
    assert health(source.next()) == ("endpoint_removed", "llm-8b")
    cloud.wait_for_polls("novita", "endpoint.list")
    assert source.waiting == []


def test_the_first_poll_reports_what_is_wrong_and_a_pattern_selects_endpoints(cloud):
    endpoints = cloud.account("novita").store("endpoints")
    for name in ("llm-8b", "tts", "llm-70b"):
        endpoints.seed({**ENDPOINT, "name": name})
    endpoints.seed({**ENDPOINT, "name": "llm-bad", "state": "failed"})
    endpoints.seed({**ENDPOINT, "name": "tts-bad", "state": "failed"})
    source = cloud.watch({"endpoints": {"accounts": ["novita"], "names": ["llm-*"]}})
    event = source.next()
    assert health(event) == ("endpoint_failed", "llm-bad")
    assert event["initial"] is True
    cloud.wait_for_polls("novita", "endpoint.list")
    assert source.waiting == []
    assert cloud.account("vast").requests == []


def test_an_endpoint_is_unhealthy_after_some_polls_in_a_row(cloud):
    cloud.account("ppio").store("endpoints").seed({"name": "llm", "status": "creating"})
    source = cloud.watch({"endpoints": {"unhealthy_after": 3}}, ["ppio"])
    assert health(source.next()) == ("endpoint_unhealthy", "llm")
    reads = [entry for entry in cloud.account("ppio").requests if entry["operation"] == "endpoint.list"]
    assert len(reads) >= 3


def test_an_endpoint_that_is_being_deleted_is_not_unhealthy(cloud):
    endpoints = cloud.account("novita").store("endpoints")
    endpoint_id = endpoints.seed({**ENDPOINT, "state": "deleting"})["id"]
    source = cloud.watch({"endpoints": {"unhealthy_after": 1}}, ["novita"])
    cloud.wait_for_polls("novita", "endpoint.list")
    assert source.waiting == []
    endpoints.change(endpoint_id, {"state": "creating"})
    assert health(source.next()) == ("endpoint_unhealthy", "llm-8b")


def test_the_number_of_workers_changes(cloud):
    endpoints = cloud.account("novita").store("endpoints")
    endpoint_id = endpoints.seed(ENDPOINT)["id"]
    source = cloud.watch({"endpoints": True}, ["novita"])
    cloud.wait_for_polls("novita", "endpoint.list")
    running = {"state": {"state": "running", "error": "", "message": ""}, "healthy": True, "log": "", "id": "w1"}
    failing = {
        "state": {"state": "failed", "error": "OOM", "message": "no memory"},
        "healthy": False,
        "log": "https://logs.invalid/?token=0123456789abcdef",
        "id": "w2",
    }
    endpoints.change(endpoint_id, {"workers": [running, failing]})
    event = source.next()
    assert health(event) == ("endpoint_workers_changed", "llm-8b")
    assert event["workers_before"] == {"total": 1, "healthy": 1}
    assert event["endpoint"]["workers"] == {"total": 2, "healthy": 1}
    [worker] = event["endpoint"]["unhealthy_workers"]
    assert worker == {"id": "w2", "status": "failed", "status_message": "OOM: no memory"}
    cloud.wait_for_polls("novita", "endpoint.list")
    assert source.waiting == []


def test_an_endpoint_of_vast_is_stopped_and_its_workers_are_read_only_on_request(cloud):
    account = cloud.account("vast")
    endpoint = {"endpoint_name": "tts", "api_key": cloud.secret(), "cold_workers": 1, "max_workers": 8}
    endpoint_id = account.store("endpoints").seed(endpoint)["id"]
    account.store("workergroups").seed({"endpoint_id": endpoint_id, "endpoint_name": "tts", "template_hash": "0f3a"})
    source = cloud.watch({"endpoints": True}, ["vast"])
    cloud.wait_for_polls("vast", "endpoint.list")
    assert {entry["operation"] for entry in account.requests} == {"endpoint.list"}
    account.store("endpoints").change(str(endpoint_id), {"endpoint_state": "stopped"})
    assert health(source.next()) == ("endpoint_failed", "tts")
    source.stop()
    account.store("endpoints").change(str(endpoint_id), {"endpoint_state": "active"})
    source = cloud.watch({"endpoints": {"workers": True}}, ["vast"])
    cloud.wait_for_polls("vast", "worker.list")
    account.store("endpoints").change(str(endpoint_id), {"cold_workers": 3})
    changed = source.next()
    while changed["endpoint"]["workers"] != {"total": 3, "healthy": 3}:
        changed = source.next()
    assert health(changed) == ("endpoint_workers_changed", "tts")


def test_the_first_list_of_workers_is_no_change(cloud):
    account = cloud.account("vast")
    account.settings.set(young_seconds=100_000)
    endpoint = {"endpoint_name": "tts", "cold_workers": 1, "max_workers": 8}
    endpoint_id = account.store("endpoints").seed(endpoint)["id"]
    account.store("workergroups").seed({"endpoint_id": endpoint_id, "endpoint_name": "tts", "template_hash": "0f3a"})
    source = cloud.watch({"endpoints": {"workers": True}}, ["vast"])
    cloud.wait_for_polls("vast", "worker.list")
    account.settings.set(young_seconds=0)
    cloud.wait_for_polls("vast", "worker.list")
    assert source.waiting == []


# -- spot instances and balances ---------------------------------------------------------------------------------------


def test_a_spot_instance_is_taken_back(cloud):
    instances = cloud.account("novita").store("instances")
    spot_id = instances.seed({"name": "trainer", "billingMode": "spot"})["id"]
    instances.seed({"name": "server", "billingMode": "onDemand"})
    source = cloud.watch({"spot_instances": True}, ["novita"])
    cloud.wait_for_polls("novita", "instance.list")
    assert source.waiting == []

    def change(status, time):
        instances.change(spot_id, {"spotStatus": status, "spotReclaimTime": time})
        event = source.next()
        return event["type"], event["instance"]["name"], event["instance"]["spot_reclaim_time"]

    assert change("notified", RECLAIM) == ("spot_reclaim", "trainer", RECLAIM_TIME)
    cloud.wait_for_polls("novita", "instance.list")
    assert source.waiting == []
    assert change("running", 0) == ("spot_recovered", "trainer", "")
    assert change("notified", RECLAIM) == ("spot_reclaim", "trainer", RECLAIM_TIME)
    assert change("reclaiming", RECLAIM) == ("spot_reclaim", "trainer", RECLAIM_TIME)
    instances.remove(spot_id)
    removed = source.next()
    assert (removed["type"], removed["instance"]["spot_status"]) == ("spot_removed", "reclaiming")


def test_instances_of_all_providers_fail(cloud):
    cloud.account("novita").store("instances").seed({"name": "a", "status": "freezing", "hold": True})
    status = {"status": "running", "error": "GPU_LOST", "message": "no GPU"}
    cloud.account("ppio").store("instances").seed({"name": "b", "status": status})
    cloud.account("vast").store("instances").seed({"label": "c", "actual_status": "exited"})
    source = cloud.watch({"instances": True, "spot_instances": True}, ["novita", "ppio", "vast"])
    events = [source.next() for _provider in range(3)]
    assert {(event["type"], event["instance"]["name"], event["account"]) for event in events} == {
        ("instance_failed", "a", "novita"),
        ("instance_failed", "b", "ppio"),
        ("instance_failed", "c", "vast"),
    }
    cloud.wait_for_polls("vast", "instance.list")
    assert source.waiting == []


def test_a_balance_is_low_and_recovers(cloud):
    cloud.account("novita").settings.set(balance=30.0)
    source = cloud.watch({"balances": {"novita": 50, "vast": 0.5}})
    low = source.next()
    assert low["type"] == "balance_low" and low["initial"] is True
    assert (low["account"], low["balance"], low["threshold"], low["currency"]) == ("novita", 30.0, 50, "USD")
    cloud.wait_for_polls("novita", "balance.get")
    assert source.waiting == []
    cloud.account("novita").settings.set(balance=50.0)
    assert source.next()["type"] == "balance_recovered"


def test_a_balance_that_the_provider_does_not_return_is_not_low(cloud):
    account = cloud.account("vast")
    account.fault("user.get", "garbage", body='{"id": 7}', content_type="application/json", times=0)
    source = cloud.watch({"balances": {"vast": 0.5}}, ["vast"])
    failed = source.next()
    assert (failed["type"], failed["watches"]) == ("watch_failed", ["balances"])
    assert failed["msg"].endswith(": Vast.ai returned no balance.")
    account.clear_faults()
    assert source.next()["type"] == "watch_recovered"
    cloud.wait_for_polls("vast", "user.get")
    assert source.waiting == []


def test_a_key_without_the_permission_to_read_the_balance_is_reported_as_such(cloud):
    cloud.account("novita").fault("balance.get", "status", status=403, reason="FORBIDDEN", message="no", times=0)
    failed = cloud.watch({"balances": {"novita": 50}}, ["novita"]).next()
    assert (failed["type"], failed["watches"]) == ("watch_failed", ["balances"])
    assert "The API key has no permission to read the balance: " in failed["msg"]


def test_named_accounts_and_keys_in_options(cloud):
    other = cloud.secret()
    cloud.simulator.account("ppio", other).settings.set(balance=1.0)
    account = {"name": "team-a", "provider": "ppio", "api_key": other}
    source = cloud.watch({"balances": {"team-a": 50}, "accounts": [account]}, [])
    low = source.next()
    assert (low["account"], low["provider"], low["currency"]) == ("team-a", "ppio", "CNY")


# -- drift -------------------------------------------------------------------------------------------------------------


def test_drift_appears_changes_and_ends(cloud):
    store = cloud.account("vast").store("endpoints")
    endpoint_id = store.seed({"endpoint_name": "tts", "max_workers": 4})["id"]
    source = cloud.watch({"drift": {"resources": [TTS]}})
    cloud.wait_for_polls("vast", "endpoint.list")
    assert source.waiting == []

    store.change(str(endpoint_id), {"max_workers": 40})
    drift = source.next()
    assert drift["type"] == "drift" and drift["account"] == "vast"
    expected = {"resource_type": "vast_endpoint", "name": "tts", "id": str(endpoint_id), "action": "update", "msg": ""}
    assert drift["resources"] == [{**expected, "fields": ["max_workers"]}]
    store.remove(str(endpoint_id))
    assert [each["action"] for each in source.next()["resources"]] == ["create"]
    cloud.wait_for_polls("vast", "endpoint.list")
    assert source.waiting == []
    store.seed({"endpoint_name": "tts", "max_workers": 4})
    ended = source.next()
    assert (ended["type"], ended["resources"]) == ("drift_ended", [])
    operations = {entry["operation"] for entry in cloud.account("vast").requests}
    assert operations == {"endpoint.list"}


def test_a_fleet_file_is_read_again_when_it_changes(cloud, tmp_path):
    file = tmp_path / "fleet.yml"

    def declare(text):
        replaced = tmp_path / "new.yml"
        replaced.write_text(text, encoding="utf-8")
        replaced.replace(file)

    declare(yaml.safe_dump({"fleet_resources": [TTS], "fleet_team": "{{ not_used }}"}))
    cloud.account("vast").store("endpoints").seed({"endpoint_name": "tts", "max_workers": 4})
    # The balance is read in each poll, also while the file is invalid.
    source = cloud.watch({"drift": {"fleet_file": str(file)}, "balances": {"vast": 0.1}}, ["vast"])
    cloud.wait_for_polls("vast", "endpoint.list")
    assert source.waiting == []

    declare("fleet_resources: [{vast_endpoint: {name: tts, max_workers: 5}}]\nfleet_prune: {vast_endpoint: ^old}\n")
    cloud.account("vast").store("endpoints").seed({"endpoint_name": "old-tts"})
    fields = {}
    while set(fields) != {"tts", "old-tts"}:
        fields = {each["name"]: (each["action"], each["fields"]) for each in source.next()["resources"]}
    assert fields["tts"] == ("update", ["max_workers"])
    assert fields["old-tts"][0] == "delete"

    declare("fleet_resources: [{vast_endpoint: {name: '{{ name }}'}}]\n")
    failed = source.next()
    assert (failed["type"], failed["watches"]) == ("watch_failed", ["drift"])
    assert "fleet_resources[0].vast_endpoint.name: must not be a template" in failed["msg"]
    cloud.wait_for_polls("vast", "user.get")
    declare("fleet_resources: [{ppio_endpoint: {name: tts}}]\n")
    cloud.wait_for_polls("vast", "user.get")
    assert source.waiting == []
    declare("fleet_resources: [{vast_endpoint: {name: tts, max_workers: 4}}]\n")
    assert {source.next()["type"], source.next()["type"]} == {"watch_recovered", "drift_ended"}


def test_values_of_an_environment_are_compared_and_not_shown(cloud):
    account, secret = cloud.account("novita"), cloud.secret()
    plain = cloud.secret()
    envs = [{"key": "TOKEN", "value": cloud.secret()}, {"key": "LEVEL", "value": cloud.secret()}]
    account.store("endpoints").seed({"name": "llm-8b", "envs": envs})
    entry = {"novita_endpoint": {"name": "llm-8b", "secret_envs": {"TOKEN": secret}, "envs": {"LEVEL": plain}}}
    source = cloud.watch({"drift": {"resources": [entry]}, "endpoints": True})
    [resource] = source.next()["resources"]
    assert resource["action"] == "update"
    assert sorted(resource["fields"]) == ["envs.LEVEL", "envs.TOKEN"]


def test_an_entry_that_cannot_be_planned_is_part_of_the_drift(cloud):
    for _number in range(2):
        cloud.account("vast").store("endpoints").seed({"endpoint_name": "tts"})
    source = cloud.watch({"drift": {"resources": [TTS]}})
    [resource] = source.next()["resources"]
    assert resource["action"] == "failed"
    assert "tts" in resource["msg"]


def test_all_watches_of_a_poll_share_their_list_responses(cloud):
    account = cloud.account("vast")
    account.store("endpoints").seed({"endpoint_name": "tts", "max_workers": 4})
    account.settings.set(rate_limits="documented")
    source = cloud.watch({"endpoints": True, "drift": {"resources": [TTS]}, "balances": {"vast": 1}, "interval": 4})
    cloud.wait_for_polls("vast", "user.get")
    source.stop()
    operations = [entry["operation"] for entry in account.requests]
    assert operations.count("endpoint.list") <= operations.count("user.get") + 1
    assert not [entry for entry in account.requests if entry["status"] == 429]


# -- failing polls -----------------------------------------------------------------------------------------------------


def assert_recovery(source):
    """Wait until all watches have recovered. A fault that begins or ends during a poll concerns only some of them."""
    recovered = set()
    while recovered < {"balances", "endpoints", "spot_instances"}:
        event = source.next()
        assert event["type"] in ("watch_failed", "watch_recovered"), event
        if event["type"] == "watch_recovered":
            recovered |= set(event["watches"])


def test_a_failing_poll_is_reported_once_and_nothing_disappears(cloud):
    account = cloud.account("novita")
    account.store("endpoints").seed(ENDPOINT)
    account.store("instances").seed({"name": "trainer", "billingMode": "spot"})
    source = cloud.watch({**ALL, "novita": {"api_retries": 0}}, ["novita"])
    cloud.wait_for_polls("novita", "balance.get")
    account.fault("*", "garbage", times=0)
    failed = source.next()
    assert failed["type"] == "watch_failed"
    cloud.wait_for_polls("novita", "endpoint.list")
    account.clear_faults()
    assert_recovery(source)
    cloud.wait_for_polls("novita", "balance.get")
    assert source.waiting == []


def test_an_unreachable_provider_is_one_event_for_all_watches(cloud):
    cloud.account("novita").fault("*", "reset", times=0)
    source = cloud.watch({**ALL, "novita": {"api_retries": 0}}, ["novita"])
    failed = source.next()
    assert (failed["type"], failed["initial"]) == ("watch_failed", True)
    assert failed["watches"] == ["balances", "endpoints", "spot_instances"]
    assert failed["failure"]["reason"] == "connection" and failed["failure"]["provider"] == "novita"
    assert "Novita" in failed["msg"]
    cloud.wait_for_polls("novita", "endpoint.list")
    cloud.account("novita").clear_faults()
    assert_recovery(source)


@pytest.mark.parametrize("fault", ["empty", "cut", "no_envelope", "wrong_types", "status"])
def test_an_account_is_never_empty_because_of_a_bad_list_response(cloud, fault):
    account = cloud.account("novita")
    endpoint_id = account.store("endpoints").seed(ENDPOINT)["id"]
    source = cloud.watch({"endpoints": True, "novita": {"api_retries": 0}}, ["novita"])
    cloud.wait_for_polls("novita", "endpoint.list")
    account.fault("endpoint.list", fault)
    assert source.next()["type"] == "watch_failed"
    assert source.next()["type"] == "watch_recovered"
    account.store("endpoints").remove(endpoint_id)
    assert source.next()["type"] == "endpoint_removed"


def test_one_account_fails_and_the_others_go_on(cloud):
    cloud.account("novita").fault("*", "status", times=0)
    cloud.account("vast").store("endpoints").seed({"endpoint_name": "tts", "endpoint_state": "stopped"})
    source = cloud.watch({"endpoints": True, "novita": {"api_retries": 0}})
    events = [source.next(), source.next()]
    assert {(event["type"], event["account"]) for event in events} == {
        ("watch_failed", "novita"),
        ("endpoint_failed", "vast"),
    }


# -- the process -------------------------------------------------------------------------------------------------------


def test_the_event_loop_stays_free_and_a_cancellation_does_not_wait_for_a_response(cloud):
    # Much longer than all limits of the test.
    cloud.account("novita").fault("endpoint.list", "delay", seconds=100_000, times=0)
    source = cloud.watch({"endpoints": True, "novita": {"api_timeout": 3600}}, ["novita"])
    cloud.wait_for_request("novita", "endpoint.list")
    source.tell("ping")
    assert source.next() == {"pong": True}
    assert source.stop()["ended"] == "CancelledError"
    cloud.account("novita").clear_faults()


def test_a_cancellation_between_two_polls(cloud):
    source = cloud.watch({"balances": {"novita": 1}, "interval": 3600}, ["novita"])
    cloud.wait_for_polls("novita", "balance.get", 1)
    assert source.stop()["ended"] == "CancelledError"


def test_a_missing_library_is_one_sentence(cloud, python_without_packages):
    ended = cloud.watch(ALL, python=python_without_packages).next()
    assert ended["ended"] == "CloudError"
    assert ended["text"].startswith("Cannot use the required Python library (requests) on ")
    assert ended["text"].endswith(": it is not installed; requests>=2.28.0 is required.")


def test_a_damaged_library_is_one_sentence(cloud, tmp_path):
    (tmp_path / "requests.py").write_text("def", encoding="utf-8")
    ended = cloud.watch(ALL, PYTHONPATH=str(tmp_path)).next()
    assert ended["ended"] == "CloudError"
    assert ended["text"].startswith("Cannot use the required Python library (requests) on ")
    assert "SyntaxError" in ended["text"]


def test_a_fleet_file_needs_pyyaml(cloud, tmp_path):
    (tmp_path / "yaml.py").write_text("raise ImportError('no yaml')\n", encoding="utf-8")
    file = tmp_path / "fleet.yml"
    file.write_text("fleet_resources: []\n", encoding="utf-8")
    ended = cloud.watch({"drift": {"fleet_file": str(file)}}, PYTHONPATH=str(tmp_path)).next()
    assert ended["text"] == "drift.fleet_file requires the Python library PyYAML, which is not installed."


def test_the_collection_can_be_anywhere_and_another_package_can_have_the_name_of_its_folder(cloud, tmp_path):
    """The Python package "ansible" has a package ansible_collections, with other collections."""
    package = tmp_path / "site" / "ansible_collections"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    copied = tmp_path / "other place" / "ansible_collections" / "gpufleet" / "cloud"
    for folder in ("extensions", "plugins"):
        shutil.copytree(COLLECTION / folder, copied / folder)
    cloud.account("novita").settings.set(balance=1.0)
    plugin = copied / PLUGIN.relative_to(COLLECTION)
    source = cloud.watch({"balances": {"novita": 50}}, plugin=plugin, PYTHONPATH=str(package.parent))
    assert source.next()["type"] == "balance_low"


@pytest.mark.parametrize(
    "options, text",
    [
        ({}, "one of endpoints, instances, spot_instances, drift, balances must be set."),
        ({"endpoint": True}, "unknown option endpoint; did you mean endpoints?"),
        ({**ALL, "interval": 0}, "interval: must be from 1 to 86400, not 0."),
        ({"balances": {"novita": -1}}, "balances.novita: must be a number above 0 and at most 1000000000, not -1."),
        (
            {"drift": {"fleet_file": "/no/such"}},
            "/no/such must be a file that can be read (No such file or directory).",
        ),
    ],
)
def test_invalid_options_end_the_source_with_their_names(cloud, options, text):
    ended = cloud.watch(options).next()
    assert ended["ended"] == "OptionError"
    assert ended["text"].endswith(text)
    assert cloud.account("novita").requests == []


def test_a_source_without_entries_and_keys_has_nothing_to_watch(cloud):
    ended = cloud.watch({"drift": {"resources": []}}, []).next()
    assert ended == {"ended": "CloudError", "text": "the event source has nothing to watch."}


def test_an_empty_key_in_the_options_does_not_mean_that_the_account_is_left_out(cloud):
    ended = cloud.watch({**ALL, "ppio": {"api_key": ""}}).next()
    assert ended["ended"] == "OptionError" and "ppio.api_key: must be set" in ended["text"]
