# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only Vast.ai has: odd answers, a state of the endpoint, workers behind another host, a key in every row."""

from __future__ import annotations

import json

import pytest

TASK = {"name": "tts", "cold_workers": 2, "max_workers": 4}


@pytest.fixture(name="vast")
def _vast(cloud):
    return Vast(cloud)


class Vast:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("vast")

    def run(self, check=False, **options):
        addresses = {"autoscaler_url": self.cloud.url("vast-autoscaler")}
        return self.cloud.run("vast_endpoint", {**addresses, **options}, check)

    def with_workers(self, **settings):
        """Have an endpoint with a workergroup, whose workers come to what the settings say."""
        self.account.settings.set(**settings)
        endpoint = self.run(**TASK).ok()["id"]
        self.account.store("workergroups").seed({"endpoint_id": int(endpoint)})
        return endpoint


def test_an_empty_account_that_answers_400_is_an_empty_list(vast):
    for empty_list_400 in (True, False):
        vast.account.settings.set(empty_list_400=empty_list_400)
        assert vast.run(name="tts", state="absent").ok(changed=False).operations == ["endpoint.list"]
    assert vast.cloud.run("vast_endpoint_info", {}).ok()["endpoints"] == []


def test_an_id_in_the_form_of_a_float_is_a_number(vast):
    listing = json.dumps({"success": True, "results": [{"id": 10.0, "endpoint_name": "tts"}]})
    vast.account.fault("endpoint.list", "garbage", status=200, body=listing, content_type="application/json")
    [endpoint] = vast.cloud.run("vast_endpoint_info", {}).ok()["endpoints"]
    assert endpoint["id"] == "10"


def test_another_400_of_the_listing_is_an_error(vast):
    vast.account.fault("endpoint.list", "status", status=400, reason="invalid_args", message="No such filter")
    vast.run(name="tts", state="absent").failing("No such filter")


@pytest.mark.parametrize("text", ["Invalid user key", "Please log in again"])
def test_a_404_that_speaks_of_the_key_is_not_absence(vast, text):
    endpoint = vast.run(**TASK).ok()["id"]
    vast.account.fault("endpoint.delete", "status", status=404, reason="not_found", message=text)
    failed = vast.run(name="tts", state="absent").failing(text)
    assert (failed["id"], failed["failure"]["status"]) == (endpoint, 404)


@pytest.mark.parametrize("status", [400, 404])
def test_a_delete_of_what_is_gone_already_succeeds(vast, status):
    vast.account.settings.set(not_found_status=status)
    vast.run(**TASK).ok()
    vast.account.fault("endpoint.delete", "status", status=502, when="after")
    vast.run(name="tts", state="absent").ok(changed=True)


@pytest.mark.parametrize("operation", ["endpoint.create", "endpoint.update", "endpoint.delete"])
def test_success_false_in_a_200_is_an_error(vast, operation):
    if operation != "endpoint.create":
        vast.run(**TASK).ok()
    vast.account.fault(operation, "success_false", error="invalid_args", message="not today", when="before")
    task = {"endpoint.create": TASK, "endpoint.update": {"name": "tts", "max_workers": 9},
            "endpoint.delete": {"name": "tts", "state": "absent"}}[operation]
    failed = vast.run(**task).failing("not today")
    assert failed["failure"]["reason"] == "invalid_args"


def test_a_plain_text_refusal_is_passed_on(vast):
    vast.account.fault("endpoint.create", "garbage", status=400, body="credit too low", content_type="text/plain")
    vast.run(**TASK).failing("credit too low")


def test_no_defaults_of_ours_are_sent(vast):
    [write] = vast.run(**TASK).ok().writes
    assert write["body"] == {"endpoint_name": "tts", "cold_workers": 2, "max_workers": 4}


def test_null_is_sent_back_as_null(vast):
    vast.run(**TASK).ok()
    [write] = vast.run(name="tts", max_workers=5).ok(changed=True).writes
    for nullable in ("max_queue_time", "target_queue_time", "inactivity_timeout"):
        assert write["body"][nullable] is None


def test_what_a_row_lacks_is_not_sent(vast):
    vast.run(**TASK).ok()
    row = vast.account.records()[0]
    kept = {key: value for key, value in row.items() if key != "min_cold_load"}
    vast.account.fault("endpoint.list", "garbage", status=200, content_type="application/json",
                       body=__import__("json").dumps({"success": True, "results": [kept]}))
    write = vast.run(name="tts", max_workers=5).writes[0]
    assert "min_cold_load" not in write["body"]


def test_a_value_against_null_is_a_difference(vast):
    vast.run(**TASK).ok()
    assert vast.run(name="tts", inactivity_timeout=0).ok(changed=True)["plan"][0]["fields"] == ["inactivity_timeout"]
    vast.run(name="tts", inactivity_timeout=0).ok(changed=False)


def test_numbers_are_compared_as_numbers(vast):
    vast.run(**TASK, target_util=0.1, min_load="5").ok()
    vast.run(**TASK, target_util="0.1", min_load=5.0).ok(changed=False)


def test_an_alias_names_the_endpoint(vast):
    vast.run(**TASK).ok(changed=True)
    vast.run(endpoint_name="tts", cold_workers=2).ok(changed=False)
    assert len(vast.cloud.run("vast_endpoint_info", {"endpoint_name": "tts"}).ok()["endpoints"]) == 1


@pytest.mark.parametrize("state", ["suspended", "stopped"])
def test_another_state_is_set_right_after_the_create(vast, state):
    made = vast.run(**TASK, endpoint_state=state).ok(changed=True)
    assert made.operations == [f"endpoint.{verb}" for verb in ("list", "create", "list", "update", "list")]
    assert made["plan"][0]["action"] == "create"
    assert made["endpoint"]["status"] == made["endpoint"]["spec"]["endpoint_state"] == state
    assert vast.run(**TASK, endpoint_state=state).ok(changed=False).writes == []


def test_the_usual_state_needs_no_update(vast):
    made = vast.run(**TASK, endpoint_state="active").ok(changed=True)
    assert made.operations == ["endpoint.list", "endpoint.create", "endpoint.list"]


def test_a_state_that_is_not_taken_fails_with_the_id(vast):
    vast.account.fault("endpoint.update", "ignore", fields=["endpoint_state"])
    failed = vast.run(**TASK, endpoint_state="stopped", settle_timeout=5).failing("endpoint_state", "wanted 'stopped'")
    assert failed["id"] == str(vast.account.records()[0]["id"])


def test_a_state_that_changed_by_itself_is_a_drift(vast):
    endpoint = vast.run(**TASK, endpoint_state="active").ok()["id"]
    vast.account.change(endpoint, endpoint_state="stopped")
    planned = vast.run(**TASK, endpoint_state="active", check=True).ok(changed=True)
    assert planned["plan"][0]["fields"] == ["endpoint_state"]
    vast.run(**TASK).ok(changed=False)


def test_deleted_workers_are_reported(vast):
    vast.with_workers(boot_seconds=0)
    assert vast.run(**TASK, wait_for_workers=2).ok()["deleted_workers"] == []
    gone = vast.run(name="tts", state="absent").ok(changed=True)
    assert len(gone["deleted_workers"]) == 2
    assert all(isinstance(worker, str) for worker in gone["deleted_workers"])


def test_failed_workers_are_warned_about_by_id(vast):
    vast.with_workers(boot_seconds=0, failed_workers=[4711])
    gone = vast.run(name="tts", state="absent").ok(changed=True)
    assert gone["failed_workers"] == ["4711"]
    assert "4711" in str(gone["warnings"])


@pytest.mark.parametrize("shape", ["object", "array"])
def test_wait_for_workers_ends_when_they_can_serve(vast, shape):
    vast.with_workers(workers_shape=shape, young_seconds=20, boot_seconds=15)
    ready = vast.run(**TASK, wait_for_workers=2).ok(changed=False)
    assert [worker["status"] for worker in ready["endpoint"]["workers"]] == ["idle", "idle"]
    assert "worker.list" in ready.operations


def test_without_wait_for_workers_nobody_asks_the_autoscaler(vast):
    vast.with_workers()
    assert vast.run(**TASK).ok().operations == ["endpoint.list"]


def test_workers_that_can_only_fail_end_the_wait_at_once(vast):
    vast.with_workers(worker_outcome="error", boot_seconds=0)
    before = vast.cloud.clock.now()
    failed = vast.run(**TASK, wait_for_workers=2).failing("0 of 2 workers can serve", "error")
    assert vast.cloud.clock.now() - before < 10
    assert failed["failure"]["reason"] == "not_ready"


def test_the_time_limit_names_workers_states_and_the_log(vast):
    vast.with_workers(worker_outcome="loading", boot_seconds=0)
    failed = vast.run(**TASK, wait_for_workers=1, wait_timeout=60).failing("60 s", "loading", "Its log ends")
    for worker in vast.account.store("endpoints").all()[0].workers:
        failed.failing(worker.id)


def test_a_stopped_endpoint_gets_no_workers(vast):
    before = vast.cloud.clock.now()
    vast.run(**TASK, endpoint_state="stopped", wait_for_workers=1).failing("'stopped'", "no workers")
    assert vast.cloud.clock.now() - before < 10


def test_more_workers_than_may_be_are_refused_early(vast):
    failed = vast.run(**TASK, wait_for_workers=5).failing("wait_for_workers", "max_workers (4)")
    assert failed.writes == []


@pytest.mark.parametrize("text", ["authenticate_endpoint_apikey: invalid api_key", '"a bare JSON string"'])
def test_a_text_of_the_autoscaler_is_understood(vast, text):
    vast.with_workers()
    vast.account.fault("worker.list", "garbage", status=200, body=text, content_type="text/plain")
    vast.run(**TASK, wait_for_workers=1).failing(text.strip('"'))


def test_the_endpoints_own_key_is_returned_only_when_asked_for(vast):
    made = vast.run(**TASK).ok()
    key = vast.account.records()[0]["api_key"]
    assert made["endpoint"]["api_key"] == ""
    assert key not in made.printed
    assert key not in vast.cloud.run("vast_endpoint_info", {}).printed
    assert vast.run(**TASK, return_api_key=True).ok()["endpoint"]["api_key"] == key
    info = vast.cloud.run("vast_endpoint_info", {"return_api_key": True}).ok()
    assert info["endpoints"][0]["api_key"] == key


def test_the_endpoints_own_key_in_a_refusal_is_masked(vast):
    vast.run(**TASK).ok()
    key = vast.account.records()[0]["api_key"]
    vast.account.fault("endpoint.update", "status", status=400, reason="invalid_args", message=f"bad key {key}")
    assert key not in vast.run(name="tts", max_workers=9).failing("bad key").printed


def test_twenty_endpoints_under_the_documented_limits(vast):
    vast.account.settings.set(rate_limits="documented")
    for number in range(20):
        made = vast.run(name=f"tts-{number}", cold_workers=0, max_workers=1).ok(changed=True)
        refused = [request["operation"] for request in made.requests if request["status"] == 429]
        assert len(refused) == len(set(refused))
    assert len(vast.account.records()) == 20
