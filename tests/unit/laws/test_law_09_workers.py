# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Laws 2, 9 and 13: workers and logs of an endpoint are visible before, during and after a wait, without secrets."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.needs("gathers")

WORKERS = ("workers", "worker_summary", "workers_gathered")
LOGS = ("logs", "logs_gathered")
CANARY = "canary-0123456789abcdef"
"""A value that no output may contain."""


def facts(endpoint, names=WORKERS):
    return tuple(endpoint[name] for name in names)


def with_worker(world, boot_seconds=30):
    """Create an endpoint that keeps a worker, without waiting, and return its id."""
    world.account.settings.set(boot_seconds=boot_seconds)
    made = world.create_with_worker()
    if world.resource_type.provider == "vast":
        world.cloud.clock.sleep(world.account.settings.young_seconds)
    return made["id"]


def until_listed(world):
    """Wait until the endpoint lists a worker, as a user would, and return the endpoint."""
    for _second in range(100):
        [endpoint] = world.found(gather_workers=True)
        if endpoint["workers"]:
            return endpoint
        world.cloud.clock.sleep(1)
    raise AssertionError("the endpoint has no worker")


def test_law_09_the_workers_are_visible_before_during_and_after_a_wait(world):
    with_worker(world)
    before = until_listed(world)
    [worker] = before["workers"]
    assert worker.keys() == {"id", "status", "status_message", "healthy", "log"}
    assert (worker["healthy"], before["workers_gathered"]) == (False, True)
    assert before["worker_summary"].startswith("0 of 1 workers are healthy")
    failed = world.task(**world.resource_type.waits, wait_timeout=2).failing(worker["id"], worker["log"])
    assert failed["failure"]["reason"] == "wait_timeout"
    if world.resource_type.provider == "novita":
        failed.failing(f"The log of the endpoint: {before['log']}.")
    [during] = world.found(gather_workers=True)
    assert facts(failed["endpoint"]) == facts(during)
    assert f" {during['worker_summary']} " in failed["msg"]
    ready = world.task(**world.resource_type.waits).ok(changed=False)["endpoint"]
    [after] = world.found(gather_workers=True)
    assert facts(ready) == facts(after)
    assert [worker["healthy"] for worker in after["workers"]] == [True]
    assert after["worker_summary"].startswith("1 of 1 workers is healthy")
    assert after["workers"][0]["id"] in after["worker_summary"]


def test_law_09_an_endpoint_is_ready_without_workers_if_its_settings_keep_none(world):
    world.create().ok(changed=True)
    before = world.cloud.clock.now()
    world.create(wait_timeout=60).ok(changed=False)
    assert world.cloud.clock.now() - before < 5
    [endpoint] = world.found(gather_workers=True)
    assert (endpoint["workers"], endpoint["status"]) == ([], world.resource_type.ready)


def test_law_09_keys_stay_when_nothing_was_read(world):
    nothing = ([], "", False)
    assert facts(world.run(world.resource_type.task, check=True).ok()["endpoint"]) == nothing
    with_worker(world)
    assert until_listed(world)["workers"]
    plain = world.info()
    assert facts(plain["endpoints"][0], LOGS) == ([], False)
    assert plain["endpoints"][0]["workers_gathered"] is world.resource_type.gathers_by_default
    without = world.info(gather_workers=False, gather_logs=False)
    assert facts(without["endpoints"][0]) == nothing
    assert without.operations == plain.operations == [world.operation("list")]


def test_law_02_check_mode_reads_workers_and_logs_too(world):
    with_worker(world)
    options = {"gather_workers": True, "gather_logs": True}
    planned = world.cloud.run(world.resource_type.info, options, check=True).ok(changed=False)
    assert planned["endpoints"] == world.found(**options)
    assert planned["endpoints"][0]["workers_gathered"] and planned["endpoints"][0]["logs_gathered"]


def test_law_09_an_account_without_endpoints_has_nothing_to_read(world):
    nothing = world.info(gather_workers=True, gather_logs=True)
    assert (nothing["endpoints"], nothing.operations) == ([], [world.operation("list")])


def test_law_09_the_logs_of_the_workers_or_of_the_endpoint_are_returned(world):
    resource_id = with_worker(world)
    [worker] = until_listed(world)["workers"]
    [endpoint] = world.found(gather_workers=False, gather_logs=True)
    assert endpoint["logs_gathered"] is True
    assert facts(endpoint) == ([], "", False)
    by_source = {log["source"]: log for log in endpoint["logs"]}
    provider = world.resource_type.provider
    assert (
        by_source.keys()
        == {
            "novita": {"endpoint", worker["id"]},
            "ppio": {worker["id"]},
            "vast": {"endpoint"},
        }[provider]
    )
    if provider == "vast":
        assert by_source["endpoint"]["lines"] == [
            f"[info1] endpoint {resource_id}: 1 workers",
            f"worker {worker['id']}: {worker['status']}",
        ]
        assert by_source["endpoint"]["address"] == ""
    else:
        assert by_source[worker["id"]] == {"source": worker["id"], "address": worker["log"], "lines": []}
    if provider == "novita":
        assert by_source["endpoint"]["address"] == endpoint["log"] != ""


def _leaking(world, resource_id):
    """Put secrets into each text of the provider about workers and logs."""
    texts = f"started with {CANARY} and {world.cloud.key}"
    if world.resource_type.provider == "vast":
        row = {"id": 7, "status": f"idle {texts}"}
        answers = {
            "worker.list": [row],
            "log.endpoint": {"info1": f"first line\n{texts}\n{CANARY[:12]}\n{CANARY[12:]}"},
        }
        for operation, body in answers.items():
            world.account.fault(
                operation, "garbage", status=200, body=json.dumps(body), content_type="application/json", times=0
            )
        world.account.fault("endpoint.list", "garbage", **_listed(world, api_key=CANARY))
        return
    key = {"novita": "state", "ppio": "status"}[world.resource_type.provider]
    world.store.change(
        resource_id,
        {
            "envs": [{"key": "TOKEN", "value": CANARY}],
            "workers": [
                {
                    "id": f"w-{CANARY}",
                    key: {key: "creating", "error": "", "message": texts},
                    "log": f"https://logs.example.com/{CANARY}?token={CANARY}",
                }
            ],
        },
    )


def _listed(world, **members):
    """Return the arguments of a fault that returns the endpoints with other members."""
    rows = [{**row, **members} for row in world.account.records()]
    body = json.dumps({"success": True, "results": rows})
    return {"status": 200, "body": body, "content_type": "application/json", "times": 0}


def test_law_13_secrets_in_workers_and_logs_are_masked(world):
    _leaking(world, with_worker(world))
    seen = world.info(gather_workers=True, gather_logs=True)
    assert seen["endpoints"][0]["workers"] and seen["endpoints"][0]["logs"]
    assert "started with" in seen.printed
    for secret in (CANARY, CANARY[:12], CANARY[12:], world.cloud.key):
        assert secret not in seen.printed


def test_law_13_a_secret_in_the_words_about_a_worker_does_not_refuse_the_task(world):
    """The summary of the workers is a text of the provider, as the text of each worker is."""
    resource_id = with_worker(world, boot_seconds=0)
    if world.resource_type.provider == "vast":
        return
    key = {"novita": "state", "ppio": "status"}[world.resource_type.provider]
    health = {"novita": "healthy", "ppio": "health"}[world.resource_type.provider]
    state = {key: "running", "error": "", "message": "token hunter2-hunter2"}
    world.store.change(resource_id, {"workers": [{"id": "w-1", key: state, health: True}]})
    changed = world.task(secret_envs={"TOKEN": "hunter2-hunter2"}, envs_mode="merge").ok(changed=True)
    assert "hunter2" not in changed.printed
