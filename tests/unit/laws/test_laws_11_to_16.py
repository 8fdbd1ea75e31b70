# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Laws 11 to 16: refuse early, errors for people, secrets, rate limits, few requests, write-only fields."""

from __future__ import annotations

import json
import sys

import pytest

from .resource_types import RESOURCE_TYPES

needs = pytest.mark.needs
WRONG = [(resource_type, fragment, path) for resource_type in RESOURCE_TYPES for fragment, path in resource_type.wrong]
OUTSIDE = [
    (resource_type, fragment, path) for resource_type in RESOURCE_TYPES for fragment, path in resource_type.outside
]
READS = {"list", "get", "get_v2"}


# -- law 11: refuse early --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong_type", "fragment", "path"),
    WRONG,
    ids=[f"{resource_type}-{path}-{number}" for number, (resource_type, _fragment, path) in enumerate(WRONG)],
)
@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_law_11_a_wrong_value_is_refused_before_the_first_request(cloud, wrong_type, fragment, path, check):
    failed = cloud.run(
        wrong_type.module, {wrong_type.identity: wrong_type.task[wrong_type.identity], **fragment}, check
    ).failing(f"{path}:")
    assert failed.requests == []
    assert failed["failure"]["reason"] == "invalid_option"


@pytest.mark.parametrize(
    ("odd_type", "fragment", "path"),
    OUTSIDE,
    ids=[f"{resource_type}-{path}-{number}" for number, (resource_type, _fragment, path) in enumerate(OUTSIDE)],
)
def test_law_11_a_value_outside_the_printed_ranges_is_refused_before_any_write(cloud, odd_type, fragment, path):
    account = cloud.account(odd_type.provider)
    for store, wire_fields in odd_type.around:
        account.store(store).seed(wire_fields)
    options = {odd_type.identity: odd_type.task[odd_type.identity], **fragment}
    for check in (True, False):
        failed = cloud.run(odd_type.module, options, check).failing(f"{path}:")
        assert {operation.split(".")[1] for operation in failed.operations} <= READS
        assert failed["failure"]["reason"] == "invalid_option"
    assert account.store(f"{odd_type.noun}s").views() == []


@needs("carried")
def test_law_11_what_a_resource_has_outside_the_ranges_is_told_and_may_be_given_back(world):
    wire_fields, options, _other, _path = world.resource_type.carried
    world.seed(**{"name": world.name, **wire_fields})
    [record] = world.found()
    [whole] = world.found(id=record["id"], **{world.resource_type.reveal: True})
    for option, value in options.items():
        found = whole["spec"][option]
        assert value.items() <= found.items() if isinstance(value, dict) else value == found
    for fed_back in (whole["spec"], options):
        for check in (True, False):
            assert world.run({**fed_back, "id": record["id"]}, check).ok(changed=False).writes == []


@needs("carried")
def test_law_11_a_value_outside_the_ranges_that_the_resource_does_not_have_is_refused(world):
    wire_fields, _options, other, path = world.resource_type.carried
    record = world.seed(**{"name": world.name, **wire_fields})
    for check in (True, False):
        assert world.run({"id": record, **other}, check).failing(f"{path}:").writes == []


@needs("carried")
def test_law_11_one_option_of_a_resource_outside_the_ranges_can_be_changed(world):
    world.account.settings.set(update_ranges="found")
    wire_fields, options, _other, _path = world.resource_type.carried
    record = world.seed(**{"name": world.name, **wire_fields})
    change = {"ports": ["9000/http"]} if world.resource_type.module == "novita_instance" else world.resource_type.change
    planned = world.run({"id": record, **change}, check=True).ok(changed=True)
    changed = world.run({"id": record, **change}).ok(changed=True)
    assert planned["plan"] == changed["plan"]
    world.run({"id": record, **options}).ok(changed=False)


@pytest.mark.parametrize(
    "carried_type",
    [resource_type for resource_type in RESOURCE_TYPES if resource_type.carried and resource_type.noun == "endpoint"],
    ids=str,
)
def test_law_11_a_refused_update_names_what_it_carried_outside_the_ranges(cloud, carried_type):
    account = cloud.account(carried_type.provider)
    wire_fields, _options, _other, path = carried_type.carried
    account.seed(**{"id": "odd", "name": "odd", **wire_fields})
    failed = cloud.run(carried_type.module, {"id": "odd", **carried_type.change}).failing(
        "VALIDATOR_PARAM", "already had values outside the documented ranges", f"{path}: must"
    )
    assert failed["changed"] is False


def test_law_11_all_violations_come_together(world):
    world.create(api_retries=99, wait_timeout=0, id="").failing("api_retries:", "wait_timeout:", "id:")


def test_law_11_neither_id_nor_name_is_refused(world):
    options = {
        option: value for option, value in world.resource_type.task.items() if option != world.resource_type.identity
    }
    assert (
        world.run(options).failing("one of the following is required: id, ", world.resource_type.identity).requests
        == []
    )


@needs("demanding")
@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_law_11_what_a_create_needs_is_said_after_the_list_response(world, check):
    failed = world.run({"name": "new", **world.resource_type.change}, check=check).failing("does not exist yet")
    assert failed.operations == [world.operation("list")]


@needs("named")
def test_law_11_a_text_of_any_script_is_taken_as_it_is(world):
    greeting = {"envs": {"GREETING": "grüß dich 🚀\n"}} if world.resource_type.envs else {}
    name = world.resource_type.odd_name
    made = world.create(name=name, **greeting).ok(changed=True)
    assert made[world.resource_type.noun]["name"] == name
    world.create(name=name, **greeting).ok(changed=False)


# -- law 12: errors are for people -----------------------------------------------------------------------------------


def test_law_12_a_refusal_names_task_status_word_text_and_next_step(world):
    world.fault(
        "create",
        "status",
        status=400,
        reason="BALANCE_NOT_ENOUGH",
        message="balance is too low",
        headers={"X-Request-Id": "req-4711"},
    )
    failed = world.create().failing("create", world.name, "400", "BALANCE_NOT_ENOUGH", "balance is too low")
    assert failed["failure"] == {
        "provider": world.resource_type.provider,
        "operation": world.operation("create"),
        "status": 400,
        "reason": "BALANCE_NOT_ENOUGH",
        "message": "HTTP 400 BALANCE_NOT_ENOUGH: balance is too low",
        "request_id": "req-4711",
        "retryable": False,
    }


@pytest.mark.parametrize("status", [401, 403])
def test_law_12_a_rejected_key_names_option_and_variable(world, status):
    world.fault("list", "status", status=status, reason="INVALID_API_KEY", message="no")
    world.create().failing("api_key", f"{world.resource_type.provider.upper()}_API_KEY")


def test_law_12_a_missing_key_names_option_and_variable(world, monkeypatch):
    variable = f"{world.resource_type.provider.upper()}_API_KEY"
    monkeypatch.delenv(variable, raising=False)
    world.run(world.resource_type.task, connection=False).failing("api_key", variable)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<html><body>Bad gateway</body></html>", "text/html"),
        ("", "text/plain"),
        ("plain words", "text/plain"),
        ('{"message": 5}', "application/json"),
        ('"just text"', "application/json"),
        ("[1]", "application/json"),
        ('{"error": {"message": "inner words", "code": "INNER"}}', "application/json"),
        ('{"error": "outer words"}', "application/json"),
        ("\xff\xfe", "application/json"),
    ],
)
def test_law_12_any_error_body_becomes_a_sentence(world, body, content_type):
    world.fault("list", "garbage", status=418, body=body, content_type=content_type)
    failed = world.create().failing("HTTP 418")
    assert failed["failure"]["status"] == 418


@pytest.mark.parametrize(
    ("fault", "arguments", "status", "words"),
    [
        ("no_route", {}, 404, "the text '404 page not found'"),
        ("blocked", {}, 403, "the text 'error code: 1010'"),
        ("blocked", {"html": True}, 403, "a web page (titled 'Attention Required! | Block')"),
        ("garbage", {"status": 502}, 502, "a web page without a title"),
        ("garbage", {"status": 200}, 200, "a web page without a title"),
    ],
    ids=str,
)
def test_law_12_a_response_that_is_not_the_providers_is_said_to_be_that(world, fault, arguments, status, words):
    world.fault("list", fault, times=0, **arguments)
    failed = world.create(api_retries=0).failing(
        f"HTTP {status}", words, "does not come from the API", "proxy", "api_url"
    )
    assert failed["failure"]["reason"] == "not_the_provider"
    assert failed["failure"]["retryable"] is (status in (200, 502))
    for markup in ("<", "script", "margin", "Check the option api_key"):
        assert markup not in failed["msg"]


def test_law_12_an_unreachable_server_is_a_sentence(world):
    failed = world.create(api_url="http://127.0.0.1:9", api_retries=0).failing("connection")
    assert failed["failure"]["reason"] == "connection"
    assert failed["failure"]["retryable"] is True


@pytest.mark.needs("envs")
def test_law_12_an_empty_account_is_told_to_top_up(world):
    world.fault("create", "status", status=400, reason="BALANCE_NOT_ENOUGH", message="balance is too low")
    world.create().failing("Add credit")


def test_law_12_a_bug_of_ours_is_no_traceback(world, monkeypatch):
    from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.convergence import Convergence

    def broken(self):
        raise KeyError("canary-secret-0001")

    monkeypatch.setattr(Convergence, "plan", broken)
    failed = world.create().failing("KeyError", "report")
    assert "canary-secret-0001" not in failed.printed


@pytest.mark.parametrize("library", ["requests", "jsonschema"])
def test_law_12_a_missing_library_is_said_in_ansibles_words(world, monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    world.create().failing("Failed to import the required Python library", library)


# -- law 13: no secret leaves ----------------------------------------------------------------------------------------


def _texts(result):
    """All that a playbook could register or print, the module's own arguments left out."""
    return json.dumps({key: value for key, value in result.items() if key != "invocation"})


@needs("envs")
def test_law_13_no_secret_in_any_result(world):
    cloud, resource_type = world.cloud, world.resource_type
    rotated = {**resource_type.task, "secret_envs": {"TOKEN": "canary-secret-0002"}}
    moved = {**resource_type.task, "envs": {"TOKEN": "no secret at all"}, "secret_envs": None}
    results = [
        world.run(resource_type.task, check=True),
        world.create(),
        world.create(),
        world.run(rotated, check=True),
        world.run(rotated),
        world.task(envs={"LOG_LEVEL": "debug"}, envs_mode="merge"),
        world.info(),
        world.run(moved, check=True),
        world.run(moved),
        world.task(state="absent"),
    ]
    for result in results:
        assert not result.failed, result["msg"]
        for secret in (cloud.key, "canary-secret"):
            assert secret not in result.printed


@needs("envs")
def test_law_13_values_of_earlier_tasks_are_known_by_name_only(world):
    world.create().ok()
    seen = world.task().ok()
    assert seen[world.resource_type.noun]["env_names"] == ["LOG_LEVEL", "TOKEN", "WORKERS"]
    assert "envs" not in seen[world.resource_type.noun]["spec"]
    planned = world.check(envs={"LOG_LEVEL": "info", "TOKEN": "now in the open"}).ok(changed=True)
    assert "canary-secret" not in planned.printed
    assert planned["diff"]["before"]["envs"] == {"LOG_LEVEL": "info", "TOKEN": "(hidden)", "WORKERS": "(hidden)"}
    assert planned["diff"]["after"]["envs"] == {"LOG_LEVEL": "info", "TOKEN": "now in the open"}


@needs("envs")
def test_law_13_info_shows_values_only_when_asked(world):
    world.create().ok()
    assert "canary-secret" not in world.info().printed
    assert "canary-secret-0001" in world.info(return_env_values=True).printed


@pytest.mark.parametrize("operation", ["list", "create"])
def test_law_13_a_provider_that_repeats_secrets_is_not_quoted(world, operation):
    world.fault(operation, "echo_secrets")
    failed = world.create().failing("400")
    assert world.cloud.key not in failed.printed
    assert "canary-secret" not in failed.printed


@needs("envs")
def test_law_13_a_provider_that_repeats_an_earlier_tasks_secret_is_not_quoted(world):
    world.create().ok()
    world.fault("update", "status", status=400, reason="REQUEST", message="TOKEN=canary-secret-0001 was not taken")
    world.fault("update", "status", status=400, reason="canary-secret-0001", message="was not taken")
    for _number in range(2):
        failed = world.task(**world.resource_type.change).failing("was not taken")
        assert "canary-secret" not in failed.printed


@needs("envs")
def test_law_13_a_hidden_value_in_a_status_text_is_masked(world):
    record_id = world.create().ok()["id"]
    state = {"novita_endpoint": "state", "ppio_endpoint": "status", "novita_instance": "statusError"}[
        world.resource_type.module
    ]
    world.store.change(record_id, {state: {"message": "started with canary-secret-0001"}})
    assert "canary-secret" not in world.task().ok().printed
    assert "canary-secret" not in world.info().printed


@needs("envs", "boots")
def test_law_13_a_wait_that_fails_does_not_quote_an_earlier_tasks_secret(world):
    world.create().ok()
    verb = "upgrade" if world.resource_type.module == "novita_instance" else "update"
    world.account.fault(world.operation(verb), "failed_state", error="PULL", message="started with canary-secret-0001")
    failed = world.task(envs={"LOG_LEVEL": "debug"}, envs_mode="merge").failing("PULL", "started with")
    assert failed["failure"]["reason"] == "not_ready"
    assert "canary-secret" not in failed.printed


def test_law_13_the_key_travels_in_one_header_only(world):
    made = world.create().ok()
    for request in made.requests:
        assert request["headers"]["authorization"] == f"Bearer {world.cloud.key}"
        rest = {name: value for name, value in request["headers"].items() if name != "authorization"}
        assert world.cloud.key not in json.dumps([request["path"], request["query"], request["body"], rest])


def test_law_13_no_netrc_and_no_proxy_for_loopback(world, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    [request] = world.run(world.resource_type.task, check=True).ok().requests
    assert request["headers"]["authorization"] == f"Bearer {world.cloud.key}"


def test_law_13_a_redirect_is_an_error_that_names_its_target(world):
    world.fault("list", "redirect", location="https://elsewhere.example.com/v2")
    failed = world.create().failing("https://elsewhere.example.com/v2", "not followed")
    assert len(failed.requests) == 1


# -- law 14: polite under limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "least"),
    [
        ({"retry_after": 7}, 7),
        ({"threshold": 4.0}, 4),
        ({"threshold": 4.0, "plain": True}, 4),
        ({"threshold": 4.0, "retry_after": 9}, 9),
        ({}, 1),
    ],
    ids=str,
)
def test_law_14_a_429_waits_for_the_longest_hint(world, arguments, least):
    world.create().ok()
    world.fault("list", "rate_limit", **arguments)
    before = world.cloud.clock.now()
    world.create().ok(changed=False)
    assert least <= world.cloud.clock.now() - before <= least * 1.25 + 0.01


def test_law_14_a_learned_interval_is_kept(world):
    world.account.settings.set(min_interval={world.operation("list"): 4.0}, boot_seconds=0)
    world.run({**world.resource_type.task, "state": "absent"}).ok()
    made = world.create().ok(changed=True)
    lists = [request for request in made.requests if request["operation"] == world.operation("list")]
    assert sum(request["status"] == 429 for request in lists) <= 1
    times = [request["at"] for request in lists if request["status"] == 200]
    assert all(later - earlier >= 4.0 for earlier, later in zip(times, times[1:]))


def test_law_14_patience_is_bounded_and_said(world):
    world.fault("list", "rate_limit", times=0, threshold=4.0)
    failed = world.create(api_retries=2).failing("429", "3 times")
    assert len(failed.requests) == 3
    assert failed["failure"]["retryable"] is True


def test_law_14_a_very_long_wait_is_not_waited(world):
    world.fault("list", "rate_limit", retry_after=3600)
    before = world.cloud.clock.now()
    world.create().failing("3600 s")
    assert world.cloud.clock.now() - before < 1


@pytest.mark.parametrize("operation", ["list", "update", "delete"])
@pytest.mark.parametrize(("fault", "arguments"), [("reset", {}), ("status", {"status": 503})], ids=str)
def test_law_14_what_may_be_repeated_is_repeated(world, operation, fault, arguments):
    world.create().ok()
    world.fault(operation, fault, when="before", **arguments)
    fragment = {"list": {}, "update": world.resource_type.change, "delete": {"state": "absent"}}[operation]
    done = world.task(**fragment)
    if operation == "update" and world.resource_type.once:
        assert done.failing().operations.count(world.operation(world.resource_type.update)) == 1
    else:
        verb = world.resource_type.update if operation == "update" else operation
        assert done.ok().operations.count(world.operation(verb)) >= 2


def test_law_14_a_plain_500_is_not_repeated(world):
    world.fault("list", "status", status=500)
    assert len(world.create().failing("500").requests) == 1


@pytest.mark.any_resource_type
def test_law_14_a_response_that_drips_ends_at_the_time_limit(world):
    world.fault("list", "drip", seconds_per_byte=0.3, count=1000)
    world.create(api_timeout=1, api_retries=0).failing("within 1 s")


@pytest.mark.any_resource_type
def test_law_14_a_response_without_end_is_an_error(world):
    world.fault("list", "flood", bytes=40 * 1024 * 1024)
    world.create(api_retries=0).failing("8 MiB")


# -- law 15: few requests --------------------------------------------------------------------------------------------


def test_law_15_request_counts(world):
    world.account.settings.set(boot_seconds=0)
    runs = {
        "absent": world.run({**world.resource_type.task, "state": "absent"}),
        "create": world.create(),
        "unchanged": world.create(),
        "update": world.task(**world.resource_type.change),
        "delete": world.task(state="absent"),
    }
    assert {action: run.ok().operations for action, run in runs.items()} == {
        action: [world.operation(verb) for verb in verbs] for action, verbs in world.resource_type.requests.items()
    }


def test_law_15_one_connection(world):
    world.account.settings.set(boot_seconds=0)
    made = world.create().ok()
    assert len({request["connection"] for request in made.requests}) == 1


# -- law 16: write-only is said --------------------------------------------------------------------------------------


def test_law_16_write_only_fields_are_sent_and_never_compared():
    """No endpoint has such a field; the language has."""
    from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Text
    from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.table import Table

    table = Table(Text("image"), Text("image_auth", write_only=True, secret=True))
    found = table.read({"image": "a", "image_auth": "left over"})
    assert found == {"image": "a"}
    target = table.target(found, {"image_auth": "user:password"})
    assert table.differences(found, target) == []
    assert table.create_body(target) == {"image": "a", "image_auth": "user:password"}
    assert "image_auth" not in table.spec(target)
