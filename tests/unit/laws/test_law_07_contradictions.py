# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 7 for responses that contradict themselves: a success that also reports a failure, or with each key twice.

Such a list response is never believed, and such a response to a write proves neither that the provider executed the
write nor that it refused it.
"""

from __future__ import annotations

import pytest

from ..harness import run_module

needs = pytest.mark.needs
varied_responses = pytest.mark.varied_responses

FAILURES = [
    {"error": "internal_error"},
    {"error": {"code": "INTERNAL", "message": "something went wrong"}},
    {"errors": [{"message": "something went wrong"}]},
    {"code": 500, "reason": "UNKNOWN", "message": "something went wrong", "metadata": {}},
    {"reason": "UNKNOWN"},
    {"code": 500},
    {"code": "500"},
    {"code": False},
    *({"success": odd} for odd in ("false", "true", "", 0, 1, None, {})),
]
CONTRADICTIONS = [
    *({"members": members} for members in FAILURES),
    *({"status": status} for status in (201, 202, 203, 204, 206)),
    {"doubled": True},
]
WRITES = [
    {"members": {"error": "internal_error"}},
    {"members": {"code": 500, "reason": "CREATE_INSTANCE_LIMIT", "message": "something went wrong"}},
    {"members": {"success": False, "error": "internal_error"}},
    {"members": {"success": "true"}},
    {"doubled": True},
]
SUCCESSES = [
    {"error": None, "reason": None, "code": None},
    {"error": "", "errors": [], "reason": "", "code": 0, "message": "ok", "msg": "ok"},
    {"error": False, "code": "0", "message": "2 resources are being deleted"},
    {"error": {}, "code": 200, "success": True},
    {"code": "OK", "success": True},
    {"code": "Success", "metadata": {"error": "none"}},
]


def words(arguments):
    return ", ".join(
        f"{key}={value}" for key, value in (arguments.get("members") or arguments).items() if key != "metadata"
    )


contradictions = pytest.mark.parametrize("arguments", CONTRADICTIONS, ids=words)
some_contradictions = pytest.mark.parametrize(
    "arguments", [CONTRADICTIONS[0], {"status": 206}, {"doubled": True}], ids=words
)
writes = pytest.mark.parametrize("arguments", WRITES, ids=words)


@varied_responses
@contradictions
@pytest.mark.parametrize("state", ["present", "absent"])
def test_law_07_a_list_response_that_reports_a_failure_is_an_error(world, arguments, state):
    world.create().ok()
    world.fault("list", "contradiction", times=0, emptied=True, **arguments)
    failed = world.run({**world.resource_type.task, "state": state, "api_retries": 1}).failing()
    assert failed.writes == []
    assert failed["failure"]["operation"] == world.operation("list")
    assert failed["failure"]["reason"] == "bad_answer"
    assert failed["failure"]["retryable"] is True
    assert failed["changed"] is False
    assert len(world.ids()) == 1


@varied_responses
@some_contradictions
@pytest.mark.parametrize("emptied", [True, False])
def test_law_07_an_info_module_fails_if_the_list_response_reports_a_failure(world, arguments, emptied):
    world.create().ok()
    world.fault("list", "contradiction", emptied=emptied, **arguments)
    world.cloud.run(world.resource_type.info, {}).failing()


@varied_responses
@needs("updates")
@contradictions
def test_law_07_a_response_about_one_resource_that_reports_a_failure_is_an_error(world, arguments):
    made = world.create().ok()
    world.fault(world.resource_type.read, "contradiction", times=0, **arguments)
    task = {"id": made["id"], **world.resource_type.change}
    failed = world.run({**task, "settle_timeout": 5, "wait_timeout": 5}).failing(f"HTTP {arguments.get('status', 200)}")
    assert len(failed.writes) <= 1
    world.account.clear_faults()
    world.run(task).ok(changed=failed.writes == [])


@varied_responses
@pytest.mark.parametrize("emptied", [True, False])
@some_contradictions
def test_law_07_nothing_is_pruned_if_the_list_response_reports_a_failure(world, arguments, emptied):
    world.create().ok()
    world.fault("list", "contradiction", times=0, emptied=emptied, **arguments)
    before = len(world.account.requests)
    resource_type = world.resource_type
    connection = {"api_key": world.cloud.key, "api_url": world.cloud.url(resource_type.provider)}
    values, printed = run_module(
        "fleet",
        {
            "resources": [],
            "prune": {resource_type.module: "."},
            "allow_prune_all": True,
            resource_type.provider: connection,
        },
    )
    assert values["failed"] and "Traceback" not in printed
    assert "pruned" in printed
    operations = {request["operation"] for request in world.account.requests[before:]}
    assert world.operation("list") in operations and all(name.endswith(".list") for name in operations)
    assert len(world.ids()) == 1


@needs("pagings")
@some_contradictions
def test_law_07_a_second_page_that_reports_a_failure_is_an_error(world, arguments):
    for number in range(130):
        world.seed(f"other-{number}")
    world.fault("list", "contradiction", skip=1, times=0, emptied=True, **arguments)
    assert world.create().failing().writes == []


@varied_responses
@needs("visible_change")
@pytest.mark.parametrize("members", SUCCESSES, ids=words)
def test_law_07_members_without_a_failure_change_nothing(world, members):
    world.account.fault("*", "contradiction", times=0, members=members)
    made = world.create().ok(changed=True)
    assert [resource["id"] for resource in world.found()] == [made["id"]] == world.ids()
    world.task(**world.resource_type.change).ok(changed=world.resource_type.updates)
    world.create(**world.resource_type.change).ok(changed=False)
    world.task(state="absent").ok(changed=True)
    assert world.ids() == []


@varied_responses
@writes
def test_law_06_a_created_resource_is_adopted_if_the_response_also_reports_a_failure(world, arguments):
    if arguments.get("members", {}).get("success") is False and world.resource_type.id_is_name:
        pytest.skip("without an id, this is the documented form of a refusal")
    world.fault("create", "contradiction", when="after", **arguments)
    made = world.create().ok(changed=True)
    assert made.operations.count(world.operation("create")) == 1
    assert world.ids() == [made["id"]]


@varied_responses
@pytest.mark.parametrize("arguments", [WRITES[0], WRITES[1], WRITES[3]], ids=words)
def test_law_06_a_success_that_reports_a_failure_does_not_prove_that_a_create_was_refused(world, arguments):
    world.fault("create", "contradiction", when="before", **arguments)
    failed = world.create(settle_timeout=5).failing("unknown", "adopts")
    assert failed.operations.count(world.operation("create")) == 1
    assert failed["failure"]["reason"] == "outcome_unknown"
    assert world.ids() == []


@varied_responses
@needs("updates", "visible_change")
@writes
@pytest.mark.parametrize("when", ["before", "after"])
def test_law_05_an_update_whose_response_reports_a_failure_is_verified(world, arguments, when):
    made = world.create().ok()
    world.fault("update", "contradiction", when=when, **arguments)
    result = world.task(**world.resource_type.change, settle_timeout=5)
    assert len(result.writes) == 1
    assert world.ids() == [made["id"]]
    refused = world.resource_type.provider == "vast" and arguments.get("members", {}).get("success") is False
    assert result.failed is (when == "before" or refused)
    assert result["changed"] is not refused
    world.task(**world.resource_type.change).ok(changed=when == "before")


@varied_responses
@writes
@pytest.mark.parametrize("when", ["before", "after"])
def test_law_10_a_delete_whose_response_reports_a_failure_is_not_reported_as_done_without_proof(world, arguments, when):
    made = world.create().ok()
    world.fault("delete", "contradiction", when=when, **arguments)
    result = world.task(state="absent", settle_timeout=5)
    if not result.failed:
        assert world.ids() == []
    elif world.ids():
        assert result["id"] == made["id"]
    world.task(state="absent").ok()
    assert world.ids() == []
