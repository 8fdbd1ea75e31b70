# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only Vast.ai endpoints have: unusual responses, an endpoint state, workers at another address, keys."""

from __future__ import annotations

import json

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.api import VAST

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

    def with_workers(self, settings=None, **options):
        """Create an endpoint with a workergroup and return its id; the settings decide how its workers behave."""
        self.account.settings.set(**(settings or {}))
        endpoint = self.run(**{**TASK, **options}).ok()["id"]
        self.account.store("workergroups").seed({"endpoint_id": int(endpoint)})
        return endpoint


def test_a_400_response_for_an_empty_account_is_an_empty_list(vast):
    for empty_list_400 in (True, False):
        vast.account.settings.set(empty_list_400=empty_list_400)
        assert vast.run(name="tts", state="absent").ok(changed=False).operations == ["endpoint.list"]
    assert vast.cloud.run("vast_endpoint_info", {}).ok()["endpoints"] == []


def test_an_id_that_is_returned_as_a_float_is_shown_as_an_integer(vast):
    body = json.dumps({"success": True, "results": [{"id": 10.0, "endpoint_name": "tts"}]})
    vast.account.fault("endpoint.list", "garbage", status=200, body=body, content_type="application/json")
    [endpoint] = vast.cloud.run("vast_endpoint_info", {}).ok()["endpoints"]
    assert endpoint["id"] == "10"


def test_any_other_400_response_to_a_list_request_is_an_error(vast):
    vast.account.fault("endpoint.list", "status", status=400, reason="invalid_args", message="No such filter")
    vast.run(name="tts", state="absent").failing("No such filter")


@pytest.mark.parametrize("text", ["Invalid user key", "Please log in again"])
def test_a_404_about_the_key_does_not_mean_absent(vast, text):
    endpoint = vast.run(**TASK).ok()["id"]
    vast.account.fault("endpoint.delete", "status", status=404, reason="not_found", message=text)
    failed = vast.run(name="tts", state="absent").failing(text)
    assert (failed["id"], failed["failure"]["status"]) == (endpoint, 404)


@pytest.mark.parametrize("status", [400, 404])
def test_a_delete_of_an_already_deleted_endpoint_succeeds(vast, status):
    vast.account.settings.set(not_found_status=status)
    vast.run(**TASK).ok()
    vast.account.fault("endpoint.delete", "status", status=502, when="after")
    vast.run(name="tts", state="absent").ok(changed=True)


@pytest.mark.parametrize("operation", ["endpoint.create", "endpoint.update", "endpoint.delete"])
def test_a_200_response_with_success_false_is_an_error(vast, operation):
    if operation != "endpoint.create":
        vast.run(**TASK).ok()
    vast.account.fault(operation, "success_false", error="invalid_args", message="not today", when="before")
    task = {
        "endpoint.create": TASK,
        "endpoint.update": {"name": "tts", "max_workers": 9},
        "endpoint.delete": {"name": "tts", "state": "absent"},
    }[operation]
    failed = vast.run(**task).failing("not today")
    assert failed["failure"]["reason"] == "invalid_args"


def test_a_refusal_in_plain_text_is_reported(vast):
    vast.account.fault("endpoint.create", "garbage", status=400, body="credit too low", content_type="text/plain")
    vast.run(**TASK).failing("credit too low")


def test_a_create_sends_only_desired_values(vast):
    [write] = vast.run(**TASK).ok().writes
    assert write["body"] == {"endpoint_name": "tts", "cold_workers": 2, "max_workers": 4}


def test_an_update_sends_null_values_as_null(vast):
    vast.run(**TASK).ok()
    [write] = vast.run(name="tts", max_workers=5).ok(changed=True).writes
    for nullable in ("max_queue_time", "target_queue_time", "inactivity_timeout"):
        assert write["body"][nullable] is None


def test_an_update_omits_fields_that_the_row_lacks(vast):
    vast.run(**TASK).ok()
    row = vast.account.records()[0]
    kept = {key: value for key, value in row.items() if key != "min_cold_load"}
    vast.account.fault(
        "endpoint.list",
        "garbage",
        status=200,
        content_type="application/json",
        body=json.dumps({"success": True, "results": [kept]}),
    )
    write = vast.run(name="tts", max_workers=5).writes[0]
    assert "min_cold_load" not in write["body"]


def test_a_desired_zero_differs_from_null(vast):
    vast.run(**TASK).ok()
    assert vast.run(name="tts", inactivity_timeout=0).ok(changed=True)["plan"][0]["fields"] == ["inactivity_timeout"]
    vast.run(name="tts", inactivity_timeout=0).ok(changed=False)


def test_numbers_are_compared_as_numbers(vast):
    vast.run(**TASK, target_util=0.1, min_load="5").ok()
    vast.run(**TASK, target_util="0.1", min_load=5.0).ok(changed=False)


def test_endpoint_name_is_an_alias_of_name(vast):
    vast.run(**TASK).ok(changed=True)
    vast.run(endpoint_name="tts", cold_workers=2).ok(changed=False)
    assert len(vast.cloud.run("vast_endpoint_info", {"endpoint_name": "tts"}).ok()["endpoints"]) == 1


@pytest.mark.parametrize("state", ["suspended", "stopped"])
def test_a_state_other_than_active_is_set_after_the_create(vast, state):
    made = vast.run(**TASK, endpoint_state=state).ok(changed=True)
    assert made.operations == [f"endpoint.{verb}" for verb in ("list", "create", "list", "update", "list")]
    assert made["plan"][0]["action"] == "create"
    assert made["endpoint"]["status"] == made["endpoint"]["spec"]["endpoint_state"] == state
    assert vast.run(**TASK, endpoint_state=state).ok(changed=False).writes == []


def test_the_state_active_needs_no_update(vast):
    made = vast.run(**TASK, endpoint_state="active").ok(changed=True)
    assert made.operations == ["endpoint.list", "endpoint.create", "endpoint.list"]


def test_a_state_that_does_not_take_effect_fails_with_the_id(vast):
    vast.account.fault("endpoint.update", "ignore", fields=["endpoint_state"])
    failed = vast.run(**TASK, endpoint_state="stopped", settle_timeout=5).failing(
        "endpoint_state", "expected 'stopped'"
    )
    assert failed["id"] == str(vast.account.records()[0]["id"])


def test_an_external_change_of_the_state_is_detected(vast):
    endpoint = vast.run(**TASK, endpoint_state="active").ok()["id"]
    vast.account.change(endpoint, endpoint_state="stopped")
    planned = vast.run(**TASK, endpoint_state="active", check=True).ok(changed=True)
    assert planned["plan"][0]["fields"] == ["endpoint_state"]
    vast.run(**TASK).ok(changed=False)


def test_deleted_workers_are_reported(vast):
    vast.with_workers(settings={"boot_seconds": 0})
    assert vast.run(**TASK, wait_for_workers=2).ok()["deleted_workers"] == []
    deleted = vast.run(name="tts", state="absent").ok(changed=True)
    assert len(deleted["deleted_workers"]) == 2
    assert all(isinstance(worker, str) for worker in deleted["deleted_workers"])


def test_a_warning_lists_workers_that_were_not_deleted(vast):
    vast.with_workers(settings={"boot_seconds": 0, "failed_workers": [4711]})
    deleted = vast.run(name="tts", state="absent").ok(changed=True)
    assert deleted["failed_workers"] == ["4711"]
    assert "4711" in str(deleted["warnings"])


# -- workers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["object", "array"])
@pytest.mark.parametrize("young_shape", ["text", "error_msg", "error"])
def test_wait_for_workers_ends_when_the_workers_serve(vast, shape, young_shape):
    vast.with_workers(
        settings={"workers_shape": shape, "young_seconds": 20, "young_shape": young_shape, "boot_seconds": 15}
    )
    ready = vast.run(**TASK, wait_for_workers=2).ok(changed=False)
    assert [worker["status"] for worker in ready["endpoint"]["workers"]] == ["idle", "idle"]
    assert (ready["endpoint"]["serving_workers"], ready["endpoint"]["resting_workers"]) == (2, 0)
    assert "worker.list" in ready.operations


def test_a_task_without_wait_for_workers_does_not_contact_the_autoscaler(vast):
    vast.with_workers()
    assert vast.run(**TASK).ok().operations == ["endpoint.list"]


IDLE = {"name": "tts", "min_load": 0, "cold_workers": 1, "max_workers": 4}


@pytest.mark.parametrize(("rows", "longest"), [("kept", 1), ("bare", 60)])
def test_an_unchanged_run_counts_an_idle_endpoint_as_ready(vast, rows, longest):
    vast.account.settings.set(rest_rows=rows, rest_after=600)
    vast.with_workers(**IDLE)
    vast.run(**IDLE, wait_for_workers=1).ok(changed=False)
    vast.cloud.clock.sleep(3600)
    before = vast.cloud.clock.now()
    idle = vast.run(**IDLE, wait_for_workers=1).ok(changed=False)
    assert [worker["status"] for worker in idle["endpoint"]["workers"]] == ["stopped"]
    assert (idle["endpoint"]["serving_workers"], idle["endpoint"]["resting_workers"]) == (0, 1)
    assert vast.cloud.clock.now() - before < longest


def test_a_worker_that_served_during_the_wait_is_ready_when_it_is_idle(vast):
    vast.with_workers(**IDLE, settings={"rest_after": 20, "boot_seconds": 15})
    vast.account.settings.set(worker_outcome="recovers")
    before = vast.cloud.clock.now()
    vast.run(**IDLE, wait_for_workers=1).ok()
    assert vast.cloud.clock.now() - before < 120


def test_wait_for_active_does_not_count_idle_workers(vast):
    vast.account.settings.set(rest_after=600)
    vast.with_workers(**IDLE)
    assert vast.run(**IDLE, wait_for="active").ok()["endpoint"]["serving_workers"] == 1
    vast.cloud.clock.sleep(3600)
    failed = vast.run(**IDLE, wait_for="active", wait_timeout=60).failing(
        "0 workers that serve now, and the task waits for 1", "stopped"
    )
    assert failed["failure"]["reason"] == "wait_timeout"


@pytest.mark.parametrize("min_load", [0, 1])
def test_a_stopped_worker_that_never_loaded_is_not_ready(vast, min_load):
    vast.account.settings.set(rest_rows="kept")
    vast.with_workers(**{**IDLE, "min_load": min_load}, settings={"worker_outcome": "stopped"})
    failed = vast.run(name="tts", wait_for_workers=1, wait_timeout=120).failing(
        "0 workers that are ready, and the task waits for 1", "stopped"
    )
    assert failed["failure"]["reason"] == "wait_timeout"


def test_a_stopped_worker_is_not_idle_if_the_endpoint_always_keeps_capacity(vast):
    vast.with_workers(settings={"worker_outcome": "stopped"})
    vast.run(name="tts", wait_for_workers=1, wait_timeout=120).failing(
        "0 workers that are ready, and the task waits for 1"
    )


def test_the_wait_continues_while_vast_reboots_a_worker_in_error(vast):
    vast.with_workers(settings={"worker_outcome": "recovers", "boot_seconds": 0})
    before = vast.cloud.clock.now()
    vast.run(**TASK, wait_for_workers=2).ok(changed=False)
    assert 60 <= vast.cloud.clock.now() - before < 90


def test_the_wait_for_workers_that_stay_in_error_ends_at_the_time_limit(vast):
    vast.with_workers(settings={"worker_outcome": "error", "boot_seconds": 0})
    vast.run(**TASK, wait_for_workers=2, wait_timeout=100).failing(
        "100 s", "0 workers that are ready, and the task waits for 2"
    )


def test_three_failed_workers_end_the_wait(vast):
    vast.with_workers(cold_workers=1, settings={"worker_outcome": "replaced"})
    before = vast.cloud.clock.now()
    failed = vast.run(name="tts", wait_for_workers=1, wait_timeout=3600).failing(
        "0 workers that are ready, and the task waits for 1",
        "3 workers failed to become ready",
        "were replaced",
        "The last lines of its log",
    )
    assert 3 * 190 - 60 < vast.cloud.clock.now() - before < 3 * 190 + 30
    assert failed["failure"]["reason"] == "not_ready"


def test_a_removed_worker_that_was_ready_does_not_count_as_failed(vast):
    endpoint = vast.with_workers()
    vast.run(**TASK, wait_for_workers=2).ok()
    vast.account.settings.set(worker_outcome="loading")
    [stored] = vast.account.store("endpoints").all()
    stored.workers.clear()
    vast.account.change(endpoint, cold_workers=2)
    failed = vast.run(**TASK, wait_for_workers=2, wait_timeout=120).failing("loading")
    assert failed["failure"]["reason"] == "wait_timeout"


def test_a_timeout_reports_the_workers_their_states_a_likely_cause_and_the_log(vast):
    vast.with_workers(settings={"worker_outcome": "loading", "boot_seconds": 0})
    failed = vast.run(**TASK, wait_for_workers=1, wait_timeout=60).failing(
        "60 s", "loading", "PyWorker", "The last lines of its log: [info1]"
    )
    for worker in vast.account.store("endpoints").all()[0].workers:
        failed.failing(worker.id)


def test_a_timeout_without_any_worker_reports_likely_causes(vast):
    vast.run(**TASK).ok()
    vast.run(**TASK, wait_for_workers=1, wait_timeout=150).failing(
        "0 workers that are ready", "credit", "no offer matches", "template"
    )


def test_the_wait_for_workers_of_a_stopped_endpoint_fails_immediately(vast):
    endpoint = vast.with_workers()
    vast.account.change(endpoint, endpoint_state="stopped")
    before = vast.cloud.clock.now()
    failed = vast.run(**TASK, wait_for_workers=1).failing("'stopped'", "no workers", "credit")
    assert vast.cloud.clock.now() - before < 10
    assert failed["failure"]["reason"] == "not_ready"


@pytest.mark.parametrize("state", ["stopped", "suspended"])
def test_a_task_that_stops_the_endpoint_does_not_wait_for_workers(vast, state):
    created = vast.run(**TASK, endpoint_state=state, wait_for_workers=1).ok(changed=True)
    assert "worker.list" not in created.operations


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"wait_for_workers": 5}, ["wait_for_workers", "max_workers (4)"]),
        (
            {"wait_for_workers": 1, "min_load": 0, "cold_workers": 0},
            ["wait_for_workers", "cold_workers: 0 and min_load: 0"],
        ),
        ({"wait_for": "active", "min_load": 0, "cold_workers": 0}, ["wait_for:", "cold_workers: 0 and min_load: 0"]),
        ({"wait_for": "active", "max_workers": 0}, ["wait_for:", "max_workers is 0"]),
    ],
)
@pytest.mark.parametrize("present", [True, False])
def test_a_wait_that_cannot_succeed_is_refused_before_any_write(vast, options, words, present, check):
    if present:
        vast.run(**TASK).ok()
    assert vast.run(check, **{**TASK, **options}).failing(*words).writes == []


@pytest.mark.parametrize("options", [{"wait": False}, {"endpoint_state": "stopped"}, {"endpoint_state": "suspended"}])
def test_zero_workers_are_accepted_if_the_task_does_not_wait_for_workers(vast, options):
    created = vast.run(name="tts", min_load=0, cold_workers=0, max_workers=4, wait_for_workers=1, **options).ok(
        changed=True
    )
    assert "worker.list" not in created.operations
    assert "warnings" not in created


def test_waiting_for_an_endpoint_that_keeps_zero_workers_causes_a_warning(vast):
    endpoint = vast.with_workers(name="tts", min_load=0, cold_workers=0, max_workers=4)
    waited = vast.run(name="tts", wait_for_workers=1, wait_timeout=30).failing("0 workers that are ready")
    assert waited["id"] == endpoint
    planned = vast.run(True, name="tts", wait_for_workers=1).ok(changed=False)
    assert "might not recruit a worker" in str(planned["warnings"])


@pytest.mark.parametrize("log_key", ["body", "bearer"])
def test_a_log_request_sends_the_key_in_the_body_only_if_the_header_is_refused(vast, log_key):
    vast.with_workers(settings={"worker_outcome": "loading", "log_key": log_key})
    failed = vast.run(**TASK, wait_for_workers=1, wait_timeout=10).failing("last lines of its log: [info1] endpoint")
    sent = [request["body"] for request in failed.requests if request["operation"] == "log.endpoint"]
    assert sent[0] == {"id": int(failed["id"]), "tail": 10}
    assert sent[1:] == ([] if log_key == "bearer" else [{**sent[0], "api_key": vast.cloud.key}])


def test_an_unreadable_log_does_not_hide_the_failure(vast):
    vast.with_workers(settings={"worker_outcome": "loading"})
    vast.account.fault("log.endpoint", "status", status=500, times=0)
    failed = vast.run(**TASK, wait_for_workers=1, wait_timeout=10).failing("not ready after 10 s", "loading")
    assert "The last lines of its log" not in failed["msg"]
    assert "Its log could not be read: HTTP 500" in failed["msg"]


def test_workers_that_cannot_be_read_are_named(vast):
    made = vast.with_workers()
    vast.account.fault("worker.list", "status", status=500, times=0, message="try later")
    failed = vast.run(**TASK, wait_for_workers=1, wait_timeout=10).failing("not ready after 10 s")
    assert f"The last attempt to read the workers of endpoint {made} at Vast.ai failed: HTTP 500" in failed["msg"]


@pytest.mark.parametrize("text", ["authenticate_endpoint_apikey: invalid api_key", '"a bare JSON string"'])
def test_a_text_in_place_of_the_workers_means_no_workers_yet(vast, text):
    vast.with_workers()
    vast.account.fault("worker.list", "garbage", status=200, body=text, content_type="text/plain", times=3)
    vast.run(**TASK, wait_for_workers=2).ok()
    vast.account.fault("worker.list", "garbage", status=200, body=text, content_type="text/plain", times=0)
    vast.run(**TASK, wait_for_workers=2, wait_timeout=30).failing("not ready after 30 s", text.strip('"'))


@pytest.mark.parametrize("emptied", [True, False])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"members": {"error_msg": "busy"}}, "no list of workers yet"),
        ({"members": {"error": {"code": 5}}}, "no list of workers yet"),
        ({"members": {"success": "true"}}, "success: true"),
        ({"members": {"code": 500}}, "code: 500"),
        ({"status": 206}, "HTTP 206"),
        ({"doubled": True}, "twice"),
    ],
)
def test_workers_in_a_response_that_reports_a_failure_do_not_count(vast, arguments, words, emptied):
    vast.with_workers(settings={"boot_seconds": 0})
    vast.account.fault("worker.list", "contradiction", times=0, emptied=emptied, **arguments)
    vast.run(**TASK, wait_for_workers=2, wait_timeout=30).failing("not ready after 30 s", words)
    vast.account.clear_faults()
    vast.run(**TASK, wait_for_workers=2).ok()


def test_workers_that_could_be_read_earlier_are_in_the_message(vast):
    vast.with_workers(settings={"worker_outcome": "loading", "boot_seconds": 0})
    vast.account.fault("worker.list", "status", status=500, times=0, skip=2)
    failed = vast.run(**TASK, wait_for_workers=1, wait_timeout=10).failing("not ready after 10 s", "HTTP 500")
    failed.failing("When the workers could last be read: 0 of 2 workers are healthy (0 serving, 0 at rest): worker ")


# -- workers and logs that the info module reads ---------------------------------------------------------------------


def read(vast, **options):
    """Return the result of the info module with workers."""
    return vast.cloud.run("vast_endpoint_info", {"gather_workers": True, **options})


def warnings_of(result):
    return [warning["event"]["msg"] if isinstance(warning, dict) else warning for warning in result.get("warnings", [])]


@pytest.mark.parametrize("shape", ["text", "error_msg", "error"])
def test_info_warns_if_the_workers_of_a_new_endpoint_are_not_listed_yet(vast, shape):
    vast.account.settings.set(young_shape=shape)
    young = vast.run(**TASK).ok()["id"]
    result = read(vast).ok()
    text = f"endpoint {young} is not ready to be queried"
    assert warnings_of(result) == [f"endpoint {young}: Vast.ai returned no list of its workers: {text}"]
    [endpoint] = result["endpoints"]
    assert (endpoint["workers"], endpoint["worker_summary"], endpoint["workers_gathered"]) == ([], "", False)


@pytest.mark.parametrize(
    ("fault", "arguments", "words"),
    [
        ("status", {"status": 500, "message": "try later"}, "HTTP 500 UNKNOWN: try later"),
        ("status", {"status": 403, "message": "no"}, "HTTP 403"),
        ("reset", {}, "read the workers of endpoint"),
        ("cut", {}, "read the workers of endpoint"),
        ("empty", {}, "an empty response"),
        ("garbage", {"body": '[{"id": 7, "sta', "content_type": "application/json"}, "not JSON"),
        ("garbage", {"body": "<html>Bad Gateway</html>", "content_type": "text/html"}, "does not come from the API"),
        ("contradiction", {"members": {"success": "false"}}, "reports a failure"),
        ("contradiction", {"doubled": True}, "twice"),
    ],
)
def test_info_fails_if_the_workers_cannot_be_read(vast, fault, arguments, words):
    made = vast.with_workers()
    vast.cloud.clock.sleep(10)
    status = {"status": 200} if fault == "garbage" else {}
    vast.account.fault("worker.list", fault, times=0, **status, **arguments)
    read(vast, api_retries=0).failing(f"Cannot read the workers of endpoint {made} at Vast.ai", words)


@pytest.mark.parametrize(("state", "healthy"), [("active", True), ("stopped", False), ("suspended", False)])
def test_a_stopped_worker_of_an_endpoint_that_is_not_active_is_not_healthy(vast, state, healthy):
    vast.account.settings.set(rest_rows="kept", rest_after=600)
    endpoint = vast.with_workers(**IDLE)
    vast.cloud.clock.sleep(3600)
    vast.account.change(endpoint, endpoint_state=state)
    [shown] = read(vast).ok()["endpoints"]
    assert [(worker["status"], worker["healthy"]) for worker in shown["workers"]] == [("stopped", healthy)]
    assert (shown["serving_workers"], shown["resting_workers"]) == (0, int(healthy))


@pytest.mark.parametrize(
    ("proof", "healthy"), [("12.5", True), (0.1, True), ("0", False), ("none", False), (-(10**400), False)]
)
def test_a_stopped_worker_is_healthy_if_a_number_shows_that_it_has_loaded_its_model(vast, proof, healthy):
    vast.with_workers()
    body = json.dumps({"workers": [{"id": 7, "status": "stopped", "measured_perf": proof}]})
    vast.account.fault("worker.list", "garbage", status=200, body=body, content_type="application/json")
    [endpoint] = read(vast).ok()["endpoints"]
    assert [(worker["id"], worker["healthy"]) for worker in endpoint["workers"]] == [("7", healthy)]


def test_the_workers_and_logs_of_several_endpoints_are_read_one_after_the_other(vast):
    for name in ("tts-1", "tts-2"):
        vast.run(name=name, cold_workers=2, max_workers=4).ok()
    vast.cloud.clock.sleep(10)
    vast.account.settings.set(log_key="bearer")
    result = read(vast, gather_logs=True).ok()
    assert result.operations == ["endpoint.list", *["worker.list", "log.endpoint"] * 2]
    ids = [int(endpoint["id"]) for endpoint in result["endpoints"]]
    assert [request["body"]["id"] for request in result.requests[1:]] == [ids[0], ids[0], ids[1], ids[1]]
    assert read(vast, name="tts-2").ok().operations == ["endpoint.list", "worker.list"]


@pytest.mark.parametrize("log_key", ["body", "bearer"])
def test_info_reads_the_last_lines_of_a_log(vast, log_key):
    endpoint = vast.with_workers(settings={"log_key": log_key})
    result = read(vast, gather_workers=False, gather_logs=True, log_lines=2).ok()
    sent = [request["body"] for request in result.requests if request["operation"] == "log.endpoint"]
    assert sent[0] == {"id": int(endpoint), "tail": 2}
    assert sent[1:] == ([] if log_key == "bearer" else [{**sent[0], "api_key": vast.cloud.key}])
    [log] = result["endpoints"][0]["logs"]
    assert (log["source"], log["address"], len(log["lines"])) == ("endpoint", "", 2)


def test_info_returns_a_log_without_levels(vast):
    vast.run(**TASK).ok()
    body = json.dumps("line 1\nline 2\nline 3")
    vast.account.fault("log.endpoint", "garbage", status=200, times=0, content_type="application/json", body=body)
    result = read(vast, gather_workers=False, gather_logs=True, log_lines=2).ok()
    assert result["endpoints"][0]["logs"][0]["lines"] == ["line 2", "line 3"]


def test_info_returns_no_more_lines_than_requested(vast):
    vast.run(**TASK).ok()
    lines = [f"line {number}" for number in range(20)]
    vast.account.fault(
        "log.endpoint",
        "garbage",
        status=200,
        times=0,
        content_type="application/json",
        body=json.dumps({"info1": "\n".join(lines)}),
    )
    for options, expected in (({}, lines[-10:]), ({"log_lines": 3}, lines[-3:]), ({"log_lines": 1000}, lines)):
        [endpoint] = read(vast, gather_workers=False, gather_logs=True, **options).ok()["endpoints"]
        assert endpoint["logs"][0]["lines"] == expected


@pytest.mark.parametrize("number", [0, 1001])
def test_a_number_of_lines_outside_the_range_is_refused(vast, number):
    assert read(vast, log_lines=number).failing("log_lines: must be").requests == []


@pytest.mark.parametrize(
    ("fault", "arguments", "words"),
    [
        ("status", {"status": 500, "message": "try later"}, "HTTP 500 UNKNOWN: try later"),
        ("reset", {}, ""),
        ("garbage", {"status": 200, "body": "no such log", "content_type": "text/plain"}, "no such log"),
    ],
)
def test_a_log_that_cannot_be_read_causes_a_warning(vast, fault, arguments, words):
    endpoint = vast.with_workers()
    vast.cloud.clock.sleep(10)
    vast.account.fault("log.endpoint", fault, times=0, **arguments)
    result = read(vast, gather_logs=True, api_retries=0).ok()
    [warning] = warnings_of(result)
    assert warning.startswith(f"endpoint {endpoint}: its log could not be read: ") and words in warning
    [shown] = result["endpoints"]
    assert (shown["logs"], shown["logs_gathered"]) == ([], False)
    assert len(shown["workers"]) == 2


def test_the_key_of_an_endpoint_is_masked_in_its_log_even_if_the_task_requests_it(vast):
    vast.run(**TASK).ok()
    [key] = [row["api_key"] for row in vast.account.records()]
    body = json.dumps({"info1": f"worker started with {key}"})
    vast.account.fault("log.endpoint", "garbage", status=200, body=body, content_type="application/json")
    [endpoint] = read(vast, gather_workers=False, gather_logs=True, return_api_key=True).ok()["endpoints"]
    assert endpoint["api_key"] == key
    assert endpoint["logs"][0]["lines"] == ["worker started with ********"]


# -- addresses -------------------------------------------------------------------------------------------------------


def test_every_call_goes_to_the_address_in_api_url(vast):
    vast.with_workers()
    ready = vast.cloud.run("vast_endpoint", {**TASK, "wait_for_workers": 2}).ok()
    assert {request["path"] for request in ready.requests if request["operation"] == "worker.list"} == {
        "/vast/get_endpoint_workers/"
    }


def test_a_404_from_the_autoscaler_suggests_autoscaler_url(vast):
    vast.with_workers()
    vast.account.fault("worker.list", "status", status=404, message="no such path", times=0)
    vast.cloud.run("vast_endpoint", {**TASK, "wait_for_workers": 2}).failing("404", "autoscaler_url")


@pytest.mark.parametrize(
    ("options", "autoscaler"),
    [
        ({"api_url": "https://console.vast.ai"}, "https://run.vast.ai"),
        ({"api_url": "https://console.vast.ai/"}, "https://run.vast.ai"),
        ({"api_url": "https://gateway.example.com/vast"}, "https://gateway.example.com/vast"),
        ({"api_url": "https://gateway.example.com", "autoscaler_url": "https://run.vast.ai"}, "https://run.vast.ai"),
        ({"api_url": "https://console.vast.ai", "autoscaler_url": ""}, "https://run.vast.ai"),
    ],
)
def test_the_options_determine_the_address_of_the_autoscaler(options, autoscaler):
    assert VAST.addresses({"autoscaler_url": None, **options})["autoscaler_url"] == autoscaler


# -- credit, warnings and refusals -----------------------------------------------------------------------------------

CREDIT = [
    (403, {"success": False, "error": "insufficient_credit"}),
    (403, {"success": False, "error": "insufficient_credit", "msg": "add credit"}),
    (403, {"success": False, "error": "forbidden", "msg": "You need an additional $4.31 to create endpoint"}),
    (400, {"success": False, "error": "invalid_args", "msg": "You need an additional $4.31 to create endpoint"}),
    (200, {"success": False, "error": "insufficient_credit"}),
]


@pytest.mark.parametrize(("status", "body"), CREDIT, ids=range(len(CREDIT)))
def test_insufficient_credit_is_distinguished_from_a_missing_scope(vast, status, body):
    vast.account.fault("endpoint.create", "status", status=status, body=body)
    failed = vast.run(**TASK).failing("5 USD for its first endpoint and 10 USD for each additional one")
    assert (failed["failure"]["reason"], failed["failure"]["retryable"]) == ("insufficient_credit", False)
    assert "scope" not in failed["msg"]


def test_a_refusal_for_insufficient_credit_says_how_much_is_needed(vast):
    vast.account.settings.set(credit=7.0)
    vast.run(**TASK).ok(changed=True)
    failed = vast.run(name="second", cold_workers=1, max_workers=2).failing("insufficient_credit", "10 USD")
    assert failed["failure"]["reason"] == "insufficient_credit"


def test_a_403_without_an_error_code_mentions_scope_and_credit(vast):
    vast.account.fault("endpoint.create", "status", status=403, body="")
    vast.run(**TASK).failing("scope", "credit")


@pytest.mark.parametrize("check", [True, False])
def test_a_create_that_omits_sizes_warns_about_the_defaults_of_vast(vast, check):
    made = vast.run(check, name="tts", cold_workers=0).ok(changed=True)
    assert "min_load 10, max_workers 20" in str(made["warnings"])
    complete = vast.run(check, name="other", min_load=0, cold_workers=1, max_workers=2).ok(changed=True)
    assert "warnings" not in complete


def test_an_update_does_not_warn_about_omitted_sizes(vast):
    vast.run(name="tts", min_load=0, cold_workers=1, max_workers=2).ok()
    changed = vast.run(name="tts", max_workers=3).ok(changed=True)
    assert "Vast.ai uses its defaults" not in str(changed.get("warnings"))


@pytest.mark.parametrize(("cold", "most", "warned"), [(2, 2, True), (3, 2, True), (1, 2, False), (0, 0, False)])
def test_cold_workers_not_below_max_workers_cause_a_warning(vast, cold, most, warned):
    made = vast.run(name="tts", min_load=0, cold_workers=cold, max_workers=most).ok(changed=True)
    assert ("nothing to scale" in str(made.get("warnings"))) is warned


def test_a_stopped_endpoint_causes_a_warning_unless_the_task_stops_it(vast):
    endpoint = vast.run(**TASK).ok()["id"]
    vast.account.change(endpoint, endpoint_state="stopped")
    assert "runs out of credit" in str(vast.run(**TASK).ok(changed=False)["warnings"])
    assert "runs out of credit" not in str(vast.run(**TASK, endpoint_state="stopped").ok(changed=False).get("warnings"))


@pytest.mark.parametrize("name", ["a[0]", "a;b", "a|b", "$(a)"])
def test_a_name_that_vast_refuses_fails_with_its_message(vast, name):
    failed = vast.run(**{**TASK, "name": name}).failing("disallowed shell characters")
    assert failed["failure"]["reason"] == "invalid_args"


def test_an_interval_in_the_body_of_a_429_is_respected(vast):
    vast.account.fault("endpoint.list", "rate_limit", retry_after=9, in_body=True)
    before = vast.cloud.clock.now()
    vast.run(**TASK).ok()
    assert 9 <= vast.cloud.clock.now() - before <= 9 * 1.25


# -- the key of the endpoint -----------------------------------------------------------------------------------------


def test_the_key_of_the_endpoint_is_returned_only_on_request(vast):
    made = vast.run(**TASK).ok()
    key = vast.account.records()[0]["api_key"]
    assert made["endpoint"]["api_key"] == ""
    assert key not in made.printed
    assert key not in vast.cloud.run("vast_endpoint_info", {}).printed
    assert vast.run(**TASK, return_api_key=True).ok()["endpoint"]["api_key"] == key
    info = vast.cloud.run("vast_endpoint_info", {"return_api_key": True}).ok()
    assert info["endpoints"][0]["api_key"] == key


def test_the_key_of_the_endpoint_is_masked_in_a_refusal(vast):
    vast.run(**TASK).ok()
    key = vast.account.records()[0]["api_key"]
    vast.account.fault("endpoint.update", "status", status=400, reason="invalid_args", message=f"bad key {key}")
    assert key not in vast.run(name="tts", max_workers=9).failing("bad key").printed


def test_a_task_exceeds_each_documented_rate_limit_at_most_once(vast):
    vast.account.settings.set(rate_limits="documented")
    for number in range(20):
        made = vast.run(name=f"tts-{number}", cold_workers=0, max_workers=1).ok(changed=True)
        refused = [request["operation"] for request in made.requests if request["status"] == 429]
        assert len(refused) == len(set(refused))
    assert len(vast.account.records()) == 20
