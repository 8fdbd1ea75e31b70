# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Laws 6 to 10: no duplicates, inconsistent list responses, immutable values, readiness, billable resources."""

from __future__ import annotations

import json

import pytest

needs = pytest.mark.needs
varied_responses = pytest.mark.varied_responses

LOST = [
    ("reset", {}),
    ("cut", {}),
    ("garbage", {"body": "<html>oops</html>", "content_type": "text/html", "status": 200}),
    ("empty", {}),
    ("status", {"status": 500, "reason": "UNKNOWN"}),
    ("status", {"status": 502}),
    ("status", {"status": 503}),
    ("status", {"status": 504}),
]
LOST_IDS = [f"{name}{arguments.get('status', '')}" for name, arguments in LOST]


FAILED_READS = [
    ("status", {"status": 500}),
    ("garbage", {"body": "<html>oops</html>", "content_type": "text/html", "status": 200}),
    ("cut", {}),
]
FAILED_READ_IDS = ["500", "html", "cut"]
failed_reads = pytest.mark.parametrize(("fault", "arguments"), FAILED_READS, ids=FAILED_READ_IDS)


# -- law 6: a resource is never created twice ------------------------------------------------------------------------


@varied_responses
@pytest.mark.parametrize(("fault", "arguments"), LOST, ids=LOST_IDS)
def test_law_06_a_resource_is_adopted_if_the_response_to_its_create_was_lost(world, fault, arguments):
    world.fault("create", fault, when="after", **arguments)
    made = world.create().ok(changed=True)
    assert made.operations.count(world.operation("create")) == 1
    assert world.ids() == [made["id"]]


@varied_responses
@pytest.mark.parametrize(("fault", "arguments"), LOST, ids=LOST_IDS)
def test_law_06_a_lost_create_is_not_repeated_even_if_no_resource_is_found(world, fault, arguments):
    world.fault("create", fault, when="before", **arguments)
    failed = world.create(settle_timeout=5).failing("unknown", "adopts")
    assert failed.operations.count(world.operation("create")) == 1
    assert failed["failure"]["reason"] == "outcome_unknown"
    assert failed["failure"]["retryable"] is False
    assert world.ids() == []


def test_law_06_a_lost_create_has_an_unknown_outcome_if_the_search_fails(world):
    world.fault("create", "reset", when="after")
    world.fault("list", "status", status=500, skip=1, times=0)
    failed = world.create(api_retries=0).failing("unknown", "adopts", "500")
    assert failed["failure"]["reason"] == "outcome_unknown"
    world.account.clear_faults()
    assert [world.create().ok()["id"]] == world.ids()


@varied_responses
@failed_reads
def test_law_06_a_lost_create_is_adopted_after_failed_reads(world, fault, arguments):
    world.fault("create", "reset", when="after")
    world.fault("list", fault, skip=1, times=3, **arguments)
    made = world.create(api_retries=0).ok(changed=True)
    assert made.operations.count(world.operation("create")) == 1
    assert world.ids() == [made["id"]]


def test_law_06_a_lost_create_is_adopted_even_if_the_resource_appears_late(world):
    world.account.settings.set(visible_after=10)
    world.fault("create", "reset", when="after")
    made = world.create().ok(changed=True)
    assert made.operations.count(world.operation("create")) == 1


def test_law_06_a_create_refused_with_429_is_repeated(world):
    world.fault("create", "rate_limit", retry_after=2)
    world.create().ok(changed=True)
    assert len(world.ids()) == 1


@needs("ambiguous")
def test_law_06_two_resources_with_one_name_fail_with_both_ids(world):
    world.create().ok()
    other = world.seed(world.name)
    ids = world.ids()
    assert other in ids
    for fragment in ({}, world.resource_type.change, {"state": "absent"}):
        failed = world.task(**fragment).failing(*ids)
        assert failed.writes == []
        assert failed["failure"]["reason"] == "ambiguous_name"


@needs("ambiguous")
def test_law_06_the_id_selects_one_of_two_resources_with_one_name(world):
    first = world.create().ok()["id"]
    world.seed(world.name)
    world.run({"id": first, **world.resource_type.change}).ok(changed=world.resource_type.updates)
    world.run({"id": first, "state": "absent"}).ok(changed=True)
    assert first not in world.ids()


@needs("ambiguous")
def test_law_06_a_create_that_created_two_resources_fails_with_both_ids(world):
    world.fault("create", "duplicate")
    failed = world.create().failing()
    ids = world.ids()
    assert len(ids) == 2
    failed.failing(*ids)


def test_law_06_a_task_with_an_unknown_id_fails_and_creates_nothing(world):
    failed = world.run({**world.resource_type.task, "id": world.resource_type.unknown_id}).failing(
        world.resource_type.unknown_id
    )
    assert failed["failure"]["reason"] == "not_found"
    assert world.ids() == []


@needs("pagings")
def test_law_06_a_name_on_the_second_page_is_found(world):
    for number in range(130):
        world.seed(f"other-{number}")
    world.create().ok(changed=True)
    found = world.create().ok(changed=False)
    assert found.operations.count(world.operation("list")) > 1


@needs("pagings")
@pytest.mark.parametrize("number", range(5))
def test_law_06_all_resources_are_found_with_every_paging_style(world, number):
    for seed in range(30):
        world.seed(f"other-{seed}")
    world.seed(world.name)
    world.account.settings.set(**world.resource_type.pagings[number % len(world.resource_type.pagings)])
    world.task().ok(changed=False)
    assert len(world.found()) == 31


# The forms in which a provider stores a name, each with a name that this form changes. The first ones are accepted by
# every provider.
STORED_NAMES = [
    ("lower", "LLM-8B Prod"),
    ("trimmed", "llm  8b"),
    ("slug", "LLM 8B_Prod"),
]
STORED_NAMES_OF_FREE_NAMES = [
    ("composed", "llm-u\u0308"),
    ("slug", "LLM/8B: v1.4 (Prod)"),
    ("escaped", 'llm & "tts"'),
    ("quoted", "llm 8b/ü"),
]
# An existing name, and a name that is not another form of it.
DIFFERENT_NAMES = [
    ("gpu-1-11", "gpu-11-1"),
    ("llama-3-1-8b", "llama-31-8b"),
    ("llm", "llm-8b"),
    ("llm-8b", "llm"),
    ("llm-2", "llm-20"),
]


def assert_one_resource(world, form, name):
    """Create a resource whose name the provider changes, and verify that further runs create no other one."""
    world.account.settings.set(stored_name=form)
    task = {**world.resource_type.task, "name": name, "settle_timeout": 5}
    made = world.run(task).failing(name, "Set this name in the task")
    assert made["failure"]["reason"] == "not_applied"
    [(resource_id, stored)] = [(resource["id"], resource["name"]) for resource in world.found()]
    assert made["id"] == resource_id
    assert stored != name
    messages = set()
    for check in (True, False):
        refused = world.run(task, check=check).failing(
            resource_id, repr(name), repr(stored), "allow_similar_name: true"
        )
        assert refused.writes == []
        assert refused["failure"]["reason"] == "similar_name"
        assert refused["failure"]["retryable"] is False
        messages.add(refused["msg"])
    assert len(messages) == 1
    assert world.ids() == [resource_id]
    world.run({**task, "name": stored}).ok(changed=False)
    world.run({"id": resource_id, "state": "absent"}).ok(changed=True)


@needs("named")
@pytest.mark.parametrize(("form", "name"), STORED_NAMES)
def test_law_06_a_resource_with_a_changed_name_is_not_created_again(world, form, name):
    assert_one_resource(world, form, name)


@needs("named", "free_name")
@pytest.mark.parametrize(("form", "name"), STORED_NAMES_OF_FREE_NAMES)
def test_law_06_a_resource_with_a_changed_free_name_is_not_created_again(world, form, name):
    assert_one_resource(world, form, name)


@needs("named", "long_names")
def test_law_06_a_resource_with_a_cut_name_is_not_created_again(world):
    assert_one_resource(world, "cut", "llm-8b-production-europe-blue-team-2")


@needs("named", "long_names")
def test_law_06_a_resource_with_another_long_name_does_not_prevent_a_create(world):
    other = world.seed("llm-8b-production-europe-blue-te")
    made = world.create(name="llm-8b-production-europe-red-team").ok(changed=True)
    assert sorted(world.ids()) == sorted([other, made["id"]])


@needs("named")
@pytest.mark.parametrize(("existing", "name"), DIFFERENT_NAMES)
def test_law_06_a_resource_with_a_different_name_does_not_prevent_a_create(world, existing, name):
    other = world.seed(existing)
    made = world.run({**world.resource_type.task, "name": name}).ok(changed=True)
    assert sorted(world.ids()) == sorted([other, made["id"]])


@needs("named")
def test_law_06_a_similar_name_can_be_allowed(world):
    other = world.seed("LLM 8b")
    task = {**world.resource_type.task, "name": "llm-8b"}
    refused = world.run(task).failing(other, "similar_name")
    assert refused.writes == []
    planned = world.run({**task, "allow_similar_name": True}, check=True).ok(changed=True)
    made = world.run({**task, "allow_similar_name": True}).ok(changed=True)
    assert made["plan"] == planned["plan"]
    assert sorted(world.ids()) == sorted([other, made["id"]])
    world.run(task).ok(changed=False)


@needs("named")
def test_law_06_a_partial_task_for_a_similar_name_reports_the_similar_name(world):
    other = world.seed("LLM 8b")
    refused = world.run({"name": "llm-8b", **world.resource_type.change}).failing(other, "'LLM 8b'", "'llm-8b'")
    assert refused["failure"]["reason"] == "similar_name"
    assert refused.writes == []


@needs("named")
def test_law_10_a_delete_that_finds_only_a_similar_name_shows_a_warning(world):
    other = world.seed("LLM 8b")
    for run in (world.check, world.task):
        [warning] = run(name="llm-8b", state="absent").ok(changed=False)["warnings"]
        assert other in str(warning)
        assert "The task deletes no" in str(warning)
    quiet = world.task(name="llm-8b", state="absent", allow_similar_name=True).ok(changed=False)
    assert not quiet.get("warnings")
    assert world.ids() == [other]


@needs("sleeps")
def test_law_06_a_similar_name_of_a_resource_that_is_being_deleted_is_ignored(world):
    world.account.settings.set(boot_seconds=20)
    world.run({**world.resource_type.task, "name": "LLM 8b"}).ok()
    world.run({"name": "LLM 8b", "state": "absent", "wait": False, "settle_timeout": 1}).failing("still lists")
    made = world.run({**world.resource_type.task, "name": "llm-8b"}).ok(changed=True)
    assert made["id"] in world.ids()


@needs("named")
def test_law_06_a_search_for_similar_names_needs_no_request(world):
    world.seed("other")
    made = world.create().ok(changed=True)
    own = [operation for operation in made.operations if operation.startswith(f"{world.resource_type.noun}.")]
    assert own[: own.index(world.operation("create"))] == [world.operation("list")]


@needs("named")
def test_law_06_a_rename_to_an_existing_name_is_refused(world):
    first = world.create().ok()["id"]
    other = world.seed("taken")
    failed = world.run({"id": first, "name": "taken"}).failing(other)
    assert failed.writes == []


def test_law_06_a_delete_by_id_ignores_the_name(world):
    first = world.create().ok()["id"]
    identity = world.resource_type.identity
    other_name = world.resource_type.other_identity("other")
    other = world.seed(other_name)
    deleted = world.run({"id": first, identity: other_name, "state": "absent"}).ok(changed=True)
    assert deleted["diff"]["before"] == {"id": first, identity: world.name, **world.resource_type.also_named}
    assert world.ids() == [other]


SLEEPING = {"status": 400, "reason": "CLUSTER_STATUS", "message": "Serverless cluster is not active"}


@needs("sleeps")
def test_law_06_a_create_after_a_delete_waits_until_the_cluster_is_awake(world):
    world.account.settings.set(cluster_sleep_seconds=20)
    world.create().ok()
    world.task(state="absent").ok(changed=True)
    before = world.cloud.clock.now()
    made = world.create().ok(changed=True)
    creates = [request for request in made.requests if request["operation"] == world.operation("create")]
    assert [request["status"] for request in creates] == [400, 400, 400, 200]
    assert all(7 < later["at"] - earlier["at"] < 10 for earlier, later in zip(creates, creates[1:]))
    assert world.cloud.clock.now() - before < 60
    assert world.ids() == [made["id"]]
    world.create().ok(changed=False)


@needs("sleeps")
def test_law_06_an_update_that_a_sleeping_cluster_refuses_is_repeated(world):
    world.create().ok()
    world.fault("update", "status", times=2, **SLEEPING)
    changed = world.task(**world.resource_type.change).ok(changed=True)
    assert changed.operations.count(world.operation("update")) == 3


@needs("sleeps")
@pytest.mark.parametrize("verb", ["create", "update"])
def test_law_06_a_cluster_that_does_not_wake_up_is_a_retryable_failure(world, verb):
    if verb == "update":
        world.create().ok()
    world.fault(verb, "status", times=0, **SLEEPING)
    fragment = world.resource_type.task if verb == "create" else world.resource_type.change
    before = world.cloud.clock.now()
    failed = world.task(**fragment, wait_timeout=30).failing(
        "Serverless cluster is not active",
        "tried 5 times in 30 s",
        {"create": "Nothing was created.", "update": "Nothing was changed."}[verb],
        "again",
    )
    assert 30 <= world.cloud.clock.now() - before < 40
    assert (failed["failure"]["retryable"], failed["failure"]["reason"]) == (True, "CLUSTER_STATUS")
    assert failed["changed"] is False
    assert failed.operations.count(world.operation(verb)) == 5
    at_once = world.task(**fragment, wait=False).failing("cluster is not active", "wait is false", "again")
    assert at_once["failure"]["retryable"] is True
    assert at_once.operations.count(world.operation(verb)) == 1


@needs("sleeps")
def test_law_06_the_error_code_alone_does_not_cause_a_retry(world):
    world.fault("create", "status", status=400, reason="CLUSTER_STATUS", message="cluster is under maintenance")
    failed = world.create().failing("maintenance")
    assert failed.operations.count(world.operation("create")) == 1
    assert failed["failure"]["retryable"] is False


@needs("sleeps")
def test_law_06_a_sleeping_cluster_reported_with_500_is_a_lost_create(world):
    world.fault("create", "status", when="after", **{**SLEEPING, "status": 500})
    made = world.create().ok(changed=True)
    assert made.operations.count(world.operation("create")) == 1
    assert world.ids() == [made["id"]]


# -- law 7: an inconsistent list response never means absent ---------------------------------------------------------

BAD_LIST_RESPONSES = [
    ("no_envelope", {}),
    ("wrong_types", {"of": "list"}),
    ("wrong_types", {"of": "items"}),
    ("empty", {}),
    ("garbage", {"body": "<html></html>", "content_type": "text/html", "status": 200}),
    ("garbage", {"body": "[]", "content_type": "application/json", "status": 200}),
    ("garbage", {"body": "null", "content_type": "application/json", "status": 200}),
    ("garbage", {"body": "[" * 100000, "content_type": "application/json", "status": 200}),
    ("cut", {}),
    ("status", {"status": 500, "reason": "UNKNOWN"}),
    ("status", {"status": 404}),
    ("redirect", {"location": "https://elsewhere.example.com/"}),
]


@varied_responses
@pytest.mark.parametrize(
    ("fault", "arguments"),
    BAD_LIST_RESPONSES,
    ids=[f"{name}-{number}" for number, (name, _arguments) in enumerate(BAD_LIST_RESPONSES)],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_law_07_a_bad_list_response_is_an_error(world, fault, arguments, state):
    if arguments.get("body") == "[]" and not world.resource_type.envelope:
        pytest.skip("this is the list of an account without resources")
    world.create().ok()
    world.fault("list", fault, times=0, **arguments)
    failed = world.run({**world.resource_type.task, "state": state, "api_retries": 1}).failing()
    assert failed.writes == []
    assert failed["failure"]["operation"] == world.operation("list")
    assert len(world.ids()) == 1


@varied_responses
@needs("short")
@pytest.mark.parametrize(("fault", "arguments"), [("short_list", {"keep": 0}), ("empty_list", {})])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_law_07_a_truncated_list_response_is_an_error(world, fault, arguments, state):
    world.create().ok()
    world.fault("list", fault, times=0, **arguments)
    failed = world.run({**world.resource_type.task, "state": state}).failing("is incomplete")
    assert failed.writes == []


@needs("pagings")
def test_law_07_a_failing_second_page_is_an_error(world):
    for number in range(130):
        world.seed(f"other-{number}")
    world.fault("list", "status", status=500, skip=1, times=0)
    assert world.create(api_retries=0).failing("500").writes == []


@varied_responses
@needs("totals")
@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("empties", [1, 2])
def test_law_07_an_empty_list_that_contradicts_an_earlier_total_is_read_again(world, state, empties):
    """The first page states a larger total than it has resources; the next page is empty, with a total of 0."""
    for number in range(120):
        world.seed(f"other-{number}")
    world.create().ok()
    world.account.settings.set(list_order="created")
    world.fault("list", "empty_list", total=0, skip=1, times=empties)
    checked = world.run({**world.resource_type.task, "state": state}, check=True).ok()
    assert checked["changed"] is (state == "absent")


@needs("totals")
def test_law_07_two_equal_empty_list_responses_are_conclusive(world):
    for number in range(60):
        world.seed(f"other-{number}")
    world.fault("list", "empty_list", total=0, skip=1, times=0)
    planned = world.run(world.resource_type.task, check=True).ok(changed=True)
    assert planned["plan"][0]["action"] == "create"
    assert planned.operations == [world.operation("list")] * 4


@needs("totals")
def test_law_07_a_null_list_is_an_empty_account_only_with_a_total_of_zero(world):
    default = {"novita": f"{world.resource_type.noun}s", "ppio": "data"}[world.resource_type.provider]
    key = world.resource_type.list_key or default
    rest = {"has_more": False, "next_cursor": ""}
    for total in (0, "0"):
        world.fault(
            "list", "garbage", body=json.dumps({key: None, "total": total, **rest}), content_type="application/json"
        )
        assert world.found() == []
    for odd in ({key: None, "total": 1}, {key: None, "total": "7"}, {key: None}, {"total": 0}):
        world.fault("list", "garbage", body=json.dumps({**odd, **rest}), content_type="application/json", times=0)
        assert world.create().failing("unexpected response").writes == []
        world.account.clear_faults()


def test_law_07_an_info_module_fails_instead_of_returning_an_empty_list(world):
    world.fault("list", "empty")
    world.cloud.run(world.resource_type.info, {}).failing("empty response")


# -- law 8: immutable values are refused before any write ------------------------------------------------------------


@needs("fixed")
def test_law_08_an_immutable_change_fails_before_any_write(world):
    made = world.create().ok()
    for check in (True, False):
        failed = world.run(
            {"name": world.resource_type.task["name"], **world.resource_type.fixed, **world.resource_type.change},
            check=check,
        )
        failed.failing(world.resource_type.fixed_path, "recreate")
        assert failed.writes == []
        assert failed["failure"]["reason"] == "immutable"
        assert failed["id"] == made["id"]


@needs("fixed", "replaceable")
def test_law_08_recreate_replaces_the_resource_as_planned(world):
    old = world.create().ok()["id"]
    planned = world.check(**world.resource_type.fixed, **world.resource_type.for_replacement, recreate=True).ok(
        changed=True
    )
    new = world.task(**world.resource_type.fixed, **world.resource_type.for_replacement, recreate=True).ok(changed=True)
    assert new["plan"] == planned["plan"]
    assert (new["plan"][0]["action"], new["plan"][0]["effect"]) == ("replace", "replaces")
    assert new["id"] != old
    assert world.ids() == [new["id"]]
    order = [operation for operation in new.operations if operation.split(".")[1] in ("create", "delete")]
    assert order == [world.operation("create"), world.operation("delete")]
    assert (
        world.task(**world.resource_type.fixed, **world.resource_type.for_replacement, recreate=True)
        .ok(changed=False)
        .writes
        == []
    )


@needs("fixed", "replaceable")
def test_law_08_a_replacement_keeps_all_other_values(world):
    world.create().ok()
    before = world.spec()
    world.task(**world.resource_type.fixed, **world.resource_type.for_replacement, recreate=True).ok(changed=True)
    after = world.spec()
    before.pop("app_name", None)
    after.pop("app_name", None)
    assert after == {**before, **world.resource_type.fixed}


@needs("fixed", "replaceable")
def test_law_08_an_interrupted_replacement_reports_both_ids_and_what_to_do(world):
    old = world.create().ok()["id"]
    world.fault("delete", "status", status=500, times=0)
    failed = world.task(**world.resource_type.fixed, **world.resource_type.for_replacement, recreate=True).failing(old)
    new = failed["id"]
    assert new != old
    failed.failing(new, f"{{id: '{old}', state: absent}}")
    world.account.clear_faults()
    again = world.task(**world.resource_type.fixed, **world.resource_type.for_replacement, recreate=True)
    again.failing(f"{old} differs", f"{new} does not", f"{{id: '{old}', state: absent}}")
    assert again.writes == []
    world.run({"id": old, "state": "absent"}).ok(changed=True)
    world.task(**world.resource_type.fixed, **world.resource_type.for_replacement, recreate=True).ok(changed=False)


@needs("fixed", "replaceable")
def test_law_08_recreate_with_an_id_is_refused(world):
    old = world.create().ok()["id"]
    failed = world.run(
        {"id": old, **world.resource_type.fixed, **world.resource_type.for_replacement, "recreate": True}
    ).failing("id:")
    assert failed.writes == []


@needs("fixed", "replaceable")
def test_law_08_a_lost_replacement_reports_that_two_resources_may_exist_if_the_search_fails(world):
    old = world.create().ok()["id"]
    world.fault("create", "reset", when="after")
    world.fault("list", "status", status=500, skip=1, times=0)
    failed = world.task(
        **world.resource_type.fixed, **world.resource_type.for_replacement, recreate=True, api_retries=0
    )
    failed.failing("unknown", old, "a newer one may exist")
    assert failed["failure"]["reason"] == "outcome_unknown"


@needs("fixed", "replaceable")
def test_law_08_a_refused_replacement_keeps_the_original_resource(world):
    old = world.create().ok()["id"]
    world.fault("create", "status", status=400, reason="INSUFFICIENT_RESOURCE", message="no stock")
    failed = world.task(**world.resource_type.fixed, **world.resource_type.for_replacement, recreate=True).failing(
        "INSUFFICIENT_RESOURCE", old, "unchanged"
    )
    assert failed["id"] == old
    assert world.ids() == [old]


# -- law 9: ready means usable ---------------------------------------------------------------------------------------


@needs("ready")
def test_law_09_a_wait_ends_when_the_provider_reports_ready(world):
    made = world.create().ok()
    assert made[world.resource_type.noun]["status"] == world.resource_type.ready


@needs("boots")
def test_law_09_a_task_without_wait_ends_before_the_resource_is_ready(world):
    world.account.settings.set(boot_seconds=20)
    assert world.create(wait=False).ok(changed=True)[world.resource_type.noun]["status"] != world.resource_type.ready


@needs("boots")
def test_law_09_a_failed_state_ends_the_wait_at_once(world):
    world.fault("create", "failed_state", error="IMAGE_PULL", message="the image cannot be pulled")
    before = world.cloud.clock.now()
    code = ["IMAGE_PULL"] if world.resource_type.state_wire else []
    failed = world.create().failing("cannot be pulled", *code)
    assert world.cloud.clock.now() - before < 30
    assert [failed["id"]] == world.ids()
    assert failed["failure"]["reason"] == "not_ready"


@needs("boots", "stops")
def test_law_09_a_stopped_resource_ends_the_wait_at_once(world):
    world.fault("create", "stopped")
    before = world.cloud.clock.now()
    world.create().failing("stopped")
    assert world.cloud.clock.now() - before < 30


@needs("boots")
def test_law_09_a_wait_for_a_stuck_resource_ends_at_the_timeout(world):
    world.fault("create", "stuck")
    before = world.cloud.clock.now()
    failed = world.create(wait_timeout=120).failing("120 s")
    assert 119 <= world.cloud.clock.now() - before < 130
    assert failed["failure"]["reason"] == "wait_timeout"
    assert failed["id"]


@needs("boots")
@failed_reads
def test_law_09_a_failed_read_does_not_end_a_wait(world, fault, arguments):
    world.account.settings.set(boot_seconds=60)
    # A fleet reads the list while it waits.
    for verb, passing in ((world.resource_type.read, 1), ("list", 2)):
        world.fault(verb, fault, skip=passing, times=4, **arguments)
    made = world.create(api_retries=0).ok(changed=True)
    assert made[world.resource_type.noun]["status"] == world.resource_type.ready


@needs("boots", "returns_id")
def test_law_09_a_wait_that_times_out_reports_the_last_failed_read(world):
    world.account.settings.set(boot_seconds=60)
    for verb, passing in ((world.resource_type.read, 1), ("list", 2)):
        world.fault(verb, "status", status=500, skip=passing, times=0)
    failed = world.create(api_retries=0, wait_timeout=90).failing(
        "it is not ready after 90 s", "The last read failed: HTTP 500"
    )
    assert failed["failure"]["reason"] == "wait_timeout"
    assert failed["failure"]["retryable"] is True


@needs("boots")
def test_law_09_a_refused_key_ends_a_wait(world):
    world.account.settings.set(boot_seconds=60)
    for verb, passing in ((world.resource_type.read, 1), ("list", 2)):
        world.fault(verb, "status", status=401, skip=passing, times=0)
    before = world.cloud.clock.now()
    failed = world.create(api_retries=0).failing("401")
    assert world.cloud.clock.now() - before < 30
    assert failed["failure"]["retryable"] is False


@varied_responses
@needs("updates")
@failed_reads
def test_law_05_a_failed_read_does_not_end_a_read_back(world, fault, arguments):
    world.create().ok()
    before = world.resource_type.requests["update"]
    passing = before[: before.index(world.resource_type.update)].count(world.resource_type.read)
    world.fault(world.resource_type.read, fault, skip=passing, times=3, **arguments)
    world.task(**world.resource_type.change, api_retries=0).ok(changed=True)


@needs("boots")
def test_law_09_a_task_that_changes_nothing_waits_too(world):
    world.create(wait=False).ok(changed=True)
    assert world.create().ok(changed=False)[world.resource_type.noun]["status"] == world.resource_type.ready


@needs("boots")
def test_law_09_check_mode_does_not_wait(world):
    world.create(wait=False).ok(changed=True)
    before = world.cloud.clock.now()
    world.run(world.resource_type.task, check=True).ok(changed=False)
    assert world.cloud.clock.now() == before


DELETION_STATES = ["deleting", "Terminating", "toRemove", "RELEASED"]


@needs("sleeps")
@pytest.mark.parametrize("state", DELETION_STATES)
def test_law_09_every_state_of_a_deletion_in_progress_is_recognized(world, state):
    world.account.settings.set(leaving_word=state, boot_seconds=20)
    world.create().ok()
    world.task(state="absent", wait=False, settle_timeout=1).failing("still lists")
    deleted = world.task(state="absent").ok(changed=False)
    assert deleted.writes == []
    assert world.ids() == []
    world.create().ok()
    world.task(state="absent", wait=False, settle_timeout=1).failing("still lists")
    made = world.create().ok(changed=True)
    assert world.ids() == [made["id"]]


@needs("sleeps")
@pytest.mark.parametrize(
    ("state", "stage"),
    [
        ("createFailed", "failed"),
        ("deleteFailed", "failed"),
        ("ERROR", "failed"),
        ("Stopped", "failed"),
        ("warmingUp", "pending"),
        ("", "pending"),
        ("Serving", "ready"),
        ("RUNNING", "ready"),
    ],
)
def test_law_09_a_state_is_recognized_by_its_stem(world, state, stage):
    resource_id = world.create().ok()["id"]
    key = {"novita": "state", "ppio": "status"}[world.resource_type.provider]
    world.store.change(resource_id, {key: {key: state, "error": "", "message": ""}})
    before = world.cloud.clock.now()
    seen = world.task(wait_timeout=100)
    if stage == "ready":
        assert seen.ok(changed=False)["endpoint"]["status"] == state
    else:
        assert seen.failing(state)["failure"]["reason"] == {"failed": "not_ready", "pending": "wait_timeout"}[stage]
        assert (world.cloud.clock.now() - before < 10) is (stage == "failed")
    world.store.change(resource_id, {key: {key: "serving", "error": "OUT_OF_CREDIT", "message": "no more"}})
    world.task().failing("OUT_OF_CREDIT", "no more")


def _workers(world, count):
    least = {"novita": "min_num", "ppio": "min_replicas"}[world.resource_type.provider]
    return {"worker_config": {**world.resource_type.task["worker_config"], least: count}}


@needs("sleeps")
def test_law_09_a_wait_ends_with_the_errors_of_the_workers_if_all_have_failed(world):
    world.fault("create", "failed_workers")
    before = world.cloud.clock.now()
    failed = world.create(**_workers(world, 2)).failing(
        "IMAGE_PULL_FAILED: manifest for ", "'failed'", "log https://logs."
    )
    assert world.cloud.clock.now() - before < 30
    assert failed["failure"]["reason"] == "not_ready"
    for worker in failed["endpoint"]["workers"]:
        assert worker["id"] in failed["msg"]
    repaired = world.task(**world.resource_type.change).ok(changed=True)
    assert {worker["status"] for worker in repaired["endpoint"]["workers"]} == {
        "failed",
        *({"running"} if world.resource_type.provider == "novita" else {"ready"}),
    }


@needs("sleeps")
def test_law_09_removed_and_draining_workers_do_not_count(world):
    resource_id = world.create(**_workers(world, 1)).ok()["id"]
    key, health = {"novita": ("state", "healthy"), "ppio": ("status", "health")}[world.resource_type.provider]
    removed = {"id": "w-removed", key: {key: "Removed", "error": "", "message": ""}, health: True, "log": ""}
    draining = {
        "id": "w-draining",
        key: {key: "ready", "error": "", "message": ""},
        health: True,
        "log": "",
        "drain": True,
    }
    new = {
        "id": "w-new",
        key: {key: "creating", "error": "", "message": "pulling"},
        health: False,
        "log": "https://l/w-new",
    }
    bad = {"id": "w-bad", key: {key: "crashError", "error": "", "message": "out of memory"}, health: False, "log": ""}
    world.store.change(resource_id, {"workers": [removed, draining]})
    world.task(wait_timeout=5).failing("There are no workers, except 2 that are draining or being removed.")
    world.store.change(resource_id, {"workers": [removed, draining, new, bad]})
    failed = world.task(wait_timeout=5).failing(
        "0 of 2 workers are healthy",
        "w-new is 'creating' (pulling), log https://l/w-new",
        "w-bad is 'crashError' (out of memory)",
    )
    assert failed["failure"]["reason"] == "wait_timeout"
    failed.failing("These numbers do not include 2 that are draining or being removed")
    assert "w-removed" not in failed["msg"] and "w-draining" not in failed["msg"]
    world.store.change(resource_id, {"workers": [removed, draining, bad]})
    assert world.task().failing("out of memory")["failure"]["reason"] == "not_ready"


# -- law 10: every billable resource is reported, even on failure ----------------------------------------------------


@needs("returns_id")
def test_law_10_a_failure_after_the_create_returns_the_id(world):
    world.account.settings.set(boot_seconds=0)
    world.fault("list", "status", status=500, skip=1, times=0)
    failed = world.create(api_retries=0).failing("500")
    assert [failed["id"]] == world.ids()
    assert failed["changed"] is True


@needs("boots", "returns_id")
def test_law_10_a_failure_during_a_wait_returns_the_id(world):
    world.account.settings.set(boot_seconds=20)
    world.fault(world.resource_type.read, "status", status=500, skip=1, times=0)
    # A fleet reads the list while it waits.
    world.fault("list", "status", status=500, skip=2, times=0)
    failed = world.create(api_retries=0).failing("500")
    assert [failed["id"]] == world.ids()


@needs("returns_id")
def test_law_10_a_resource_that_never_appears_fails_with_its_id(world):
    world.account.settings.set(visible_after=10_000)
    failed = world.create(settle_timeout=5).failing()
    assert failed["id"]
    assert failed["id"] in failed["msg"]


@needs("boots", "lingers")
def test_law_10_a_delete_ends_when_the_resource_no_longer_exists(world):
    world.account.settings.set(boot_seconds=20)
    world.create().ok()
    deleted = world.task(state="absent").ok(changed=True)
    assert deleted.operations.count(world.operation("list")) > 2
    assert world.ids() == []


@needs("boots", "lingers")
def test_law_10_a_delete_that_does_not_end_fails_with_the_id(world):
    world.create().ok()
    world.account.settings.set(boot_seconds=100_000)
    failed = world.task(state="absent", wait_timeout=30).failing("still lists")
    assert [failed["id"]] == world.ids()


@needs("boots", "lingers")
def test_law_10_a_deletion_in_progress_that_does_not_end_fails_with_the_id(world):
    world.create().ok()
    world.account.settings.set(boot_seconds=100_000)
    world.task(state="absent", wait_timeout=5).failing("still lists")
    failed = world.task(state="absent", wait_timeout=5).failing("still lists")
    assert [failed["id"]] == world.ids()


@varied_responses
@failed_reads
def test_law_10_a_failed_read_does_not_end_the_wait_for_a_deletion(world, fault, arguments):
    world.create().ok()
    world.fault("list", fault, skip=1, times=3, **arguments)
    world.task(state="absent", api_retries=0).ok(changed=True)
    assert world.ids() == []


def test_law_10_a_deletion_that_no_read_confirms_fails_with_the_id(world):
    made = world.create().ok()
    world.fault("list", "status", status=500, skip=1, times=0)
    failed = world.task(state="absent", api_retries=0, wait_timeout=5).failing("500", made["id"])
    assert (failed["id"], failed["changed"]) == (made["id"], True)


@needs("totals")
@pytest.mark.parametrize(
    "fault",
    [("no_route", {}), ("status", {"status": 404, "reason": "API_NOT_FOUND", "message": "no such API"})],
    ids=["text", "json"],
)
def test_law_10_a_404_that_does_not_name_the_resource_does_not_prove_deletion(world, fault):
    world.create().ok()
    world.fault("delete", fault[0], times=0, **fault[1])
    before = world.cloud.clock.now()
    failed = world.task(state="absent").failing("HTTP 404")
    assert (failed["failure"]["operation"], failed["failure"]["retryable"]) == (world.operation("delete"), False)
    assert world.cloud.clock.now() - before < 5
    assert len(world.ids()) == 1


@needs("totals")
def test_law_10_an_error_not_found_does_not_prove_deletion_of_a_listed_resource(world):
    resource_id = world.create().ok()["id"]
    world.fault("delete", "status", status=400, reason="RESOURCE_NOT_FOUND", message="there is no such thing")
    failed = world.task(state="absent", wait_timeout=30).failing("still lists", resource_id, "there is no such thing")
    assert failed["failure"]["reason"] == "wait_timeout"
    assert world.ids() == [resource_id]


def test_law_10_a_delete_of_a_deleted_resource_is_no_error(world):
    world.create().ok()
    world.fault("delete", "reset", when="after")
    world.task(state="absent").ok(changed=True)
    assert world.ids() == []
