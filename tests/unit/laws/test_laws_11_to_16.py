# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Laws 11 to 16: invalid input, error messages, secrets, rate limits, few requests, write-only options."""

from __future__ import annotations

import json
import sys

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES as CLASSES
from ansible_collections.gpufleet.cloud.plugins.module_utils._libraries import REQUIRED

from .resource_types import RESOURCE_TYPES

needs = pytest.mark.needs
INVALID = [
    (resource_type, fragment, path) for resource_type in RESOURCE_TYPES for fragment, path in resource_type.wrong
]
OUTSIDE = [
    (resource_type, fragment, path) for resource_type in RESOURCE_TYPES for fragment, path in resource_type.outside
]
READS = {"list", "get", "get_v2"}


# -- law 11: invalid input is refused early --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("invalid_type", "fragment", "path"),
    INVALID,
    ids=[f"{resource_type}-{path}-{number}" for number, (resource_type, _fragment, path) in enumerate(INVALID)],
)
@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_law_11_an_invalid_value_is_refused_before_the_first_request(cloud, invalid_type, fragment, path, check):
    failed = cloud.run(invalid_type.module, {**invalid_type.selection, **fragment}, check).failing(f"{path}:")
    assert failed.requests == []
    assert failed["failure"]["reason"] == "invalid_option"


@pytest.mark.parametrize(
    ("odd_type", "fragment", "path"),
    OUTSIDE,
    ids=[f"{resource_type}-{path}-{number}" for number, (resource_type, _fragment, path) in enumerate(OUTSIDE)],
)
def test_law_11_a_value_outside_the_documented_ranges_is_refused_before_any_write(cloud, odd_type, fragment, path):
    account = cloud.account(odd_type.provider)
    for store, wire_fields in odd_type.around:
        account.store(store).seed(wire_fields)
    options = {**odd_type.selection, **fragment}
    for check in (True, False):
        failed = cloud.run(odd_type.module, options, check).failing(f"{path}:")
        assert {operation.split(".")[1] for operation in failed.operations} <= READS
        assert failed["failure"]["reason"] == "invalid_option"
    assert account.store(f"{odd_type.noun}s").views() == []


@needs("carried")
def test_law_11_current_values_outside_the_ranges_are_returned_and_accepted(world):
    wire_fields, options, _other, _path = world.resource_type.carried
    world.seed(**{"name": world.name, **wire_fields})
    [resource] = world.found()
    [complete] = world.found(id=resource["id"], **{world.resource_type.reveal: True})
    for option, value in options.items():
        found = complete["spec"][option]
        assert value.items() <= found.items() if isinstance(value, dict) else value == found
    for returned in (complete["spec"], options):
        for check in (True, False):
            assert world.run({**returned, "id": resource["id"]}, check).ok(changed=False).writes == []


@needs("carried")
def test_law_11_a_new_value_outside_the_ranges_is_refused(world):
    wire_fields, _options, other, path = world.resource_type.carried
    resource_id = world.seed(**{"name": world.name, **wire_fields})
    for check in (True, False):
        assert world.run({"id": resource_id, **other}, check).failing(f"{path}:").writes == []


@needs("carried")
def test_law_11_a_resource_with_values_outside_the_ranges_can_be_changed(world):
    world.account.settings.set(update_ranges="found")
    wire_fields, options, _other, _path = world.resource_type.carried
    resource_id = world.seed(**{"name": world.name, **wire_fields})
    change = {"ports": ["9000/http"]} if world.resource_type.module == "novita_instance" else world.resource_type.change
    planned = world.run({"id": resource_id, **change}, check=True).ok(changed=True)
    changed = world.run({"id": resource_id, **change}).ok(changed=True)
    assert planned["plan"] == changed["plan"]
    world.run({"id": resource_id, **options}).ok(changed=False)


@pytest.mark.parametrize(
    "carried_type",
    [resource_type for resource_type in RESOURCE_TYPES if resource_type.carried and resource_type.noun == "endpoint"],
    ids=str,
)
def test_law_11_a_refused_update_lists_the_current_values_outside_the_ranges(cloud, carried_type):
    account = cloud.account(carried_type.provider)
    wire_fields, _options, _other, path = carried_type.carried
    account.seed(**{"id": "odd", "name": "odd", **wire_fields})
    failed = cloud.run(carried_type.module, {"id": "odd", **carried_type.change}).failing(
        "VALIDATOR_PARAM", "already had values outside the documented ranges", f"{path}: must"
    )
    assert failed["changed"] is False


def test_law_11_all_violations_are_reported_together(world):
    world.create(api_retries=99, wait_timeout=0, id="").failing("api_retries:", "wait_timeout:", "id:")


def test_law_11_a_task_without_id_and_name_is_refused(world):
    options = {
        option: value
        for option, value in world.resource_type.task.items()
        if option not in world.resource_type.selection
    }
    assert (
        world.run(options).failing("one of the following is required: id, ", world.resource_type.identity).requests
        == []
    )


@needs("demanding")
@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_law_11_options_that_a_create_lacks_are_reported_after_the_list_request(world, check):
    failed = world.run({"name": "new", **world.resource_type.change}, check=check).failing("does not exist yet")
    assert failed.operations == [world.operation("list")]


@needs("named")
def test_law_11_text_in_any_script_is_accepted_unchanged(world):
    greeting = {"envs": {"GREETING": "grüß dich 🚀\n"}} if world.resource_type.envs else {}
    name = world.resource_type.odd_name
    made = world.create(name=name, **greeting).ok(changed=True)
    assert made[world.resource_type.noun]["name"] == name
    world.create(name=name, **greeting).ok(changed=False)


# -- law 12: errors say what happened and what to do -----------------------------------------------------------------


def test_law_12_a_refusal_is_reported_with_action_name_status_error_code_and_message(world):
    world.fault(
        "create",
        "status",
        status=400,
        reason="BALANCE_NOT_ENOUGH",
        message="balance is too low",
        headers={"X-Request-Id": "req-4711"},
    )
    failed = world.create().failing("create", world.shown_name, "400", "BALANCE_NOT_ENOUGH", "balance is too low")
    assert failed["failure"] == {
        "provider": world.resource_type.provider,
        "operation": world.operation("create"),
        "status": 400,
        "reason": "BALANCE_NOT_ENOUGH",
        "message": "HTTP 400 BALANCE_NOT_ENOUGH: balance is too low",
        "request_id": "req-4711",
        "retryable": False,
    }


def test_law_12_the_error_for_a_missing_key_contains_the_option_and_the_variable(world, monkeypatch):
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
def test_law_12_every_error_body_results_in_a_message_with_the_status(world, body, content_type):
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
        ("status", {"status": 407, "message": "no"}, 407, "a request for the credentials of a proxy"),
        ("status", {"status": 511, "message": "no"}, 511, "a request to log in to the network"),
    ],
    ids=str,
)
def test_law_12_a_response_that_is_not_from_the_api_is_reported_as_such(world, fault, arguments, status, words):
    world.fault("list", fault, times=0, **arguments)
    failed = world.create(api_retries=0).failing(
        f"HTTP {status}", words, "does not come from the API", "proxy", "api_url"
    )
    assert failed["failure"]["reason"] == "not_the_provider"
    assert failed["failure"]["retryable"] is (status in (200, 502, 511))
    for markup in ("<", "script", "margin", "comes from the option api_key", "refused the API key"):
        assert markup not in failed["msg"]


def test_law_12_an_unreachable_server_is_a_retryable_failure(world):
    failed = world.create(api_url="http://127.0.0.1:9/base", api_retries=0).failing(
        "no connection to http://127.0.0.1:9: ", "The address http://127.0.0.1:9/base comes from the option", "api_url."
    )
    assert failed["failure"]["reason"] == "connection"
    assert failed["failure"]["retryable"] is True


@pytest.mark.needs("envs")
def test_law_12_the_error_for_an_insufficient_balance_advises_to_add_credit(world):
    world.fault("create", "status", status=400, reason="BALANCE_NOT_ENOUGH", message="balance is too low")
    world.create().failing("Add credit")


HOSTILE = "a\x1b[2J\x07\x9b\u202eb\u2066\u200b\u2028c\nd"
"""A text with characters that a terminal hides or obeys."""


def _sentences(values):
    """Return all sentences of a result."""
    return [
        values.get("msg", ""),
        values.get("failure", {}).get("message", ""),
        *map(_text, values.get("warnings", [])),
    ]


def _text(warning):
    """Return the text of a warning, which is an object since ansible-core 2.19."""
    return warning["event"]["msg"] if isinstance(warning, dict) else warning


@pytest.mark.parametrize("verb", ["list", "create", "delete"])
def test_law_12_an_error_of_the_provider_cannot_control_the_terminal(world, verb):
    if verb == "delete":
        world.create().ok()
    world.fault(verb, "status", status=400, reason=HOSTILE, message=HOSTILE, times=0)
    failed = world.task(state="absent") if verb == "delete" else world.create()
    assert "a\\x1b[2J" in failed.failing()["msg"]
    assert [sentence for sentence in _sentences(failed) if not sentence.isprintable()] == []


@needs("boots")
def test_law_12_a_message_of_a_failed_resource_cannot_control_the_terminal(world):
    world.fault("create", "failed_state", error="PULL", message=HOSTILE)
    failed = world.create()
    assert "a\\x1b[2J" in failed.failing()["msg"]
    assert [sentence for sentence in _sentences(failed) if not sentence.isprintable()] == []


@needs("named")
def test_law_12_a_name_is_shown_in_sentences_and_returned_unchanged(world):
    for name in (HOSTILE, repr(HOSTILE)[1:-1]):
        world.seed(name)
        world.seed(name)
    assert {resource["name"] for resource in world.found()} == {HOSTILE, repr(HOSTILE)[1:-1]}
    failures = [world.run({"name": name, "state": "absent"}) for name in (HOSTILE, repr(HOSTILE)[1:-1])]
    first, second = (failed.failing()["msg"].partition(":")[0] for failed in failures)
    assert first != second
    assert [sentence for failed in failures for sentence in _sentences(failed) if not sentence.isprintable()] == []


def test_law_12_a_bug_is_reported_without_a_traceback(world, monkeypatch):
    from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.convergence import Convergence

    def broken(self):
        raise KeyError("canary-secret-0001")

    monkeypatch.setattr(Convergence, "plan", broken)
    failed = world.create().failing("KeyError", "report")
    assert "canary-secret-0001" not in failed.printed


@pytest.mark.parametrize("library", ["requests", "jsonschema"])
def test_law_12_a_missing_library_is_reported_in_one_sentence(world, monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    failed = world.create().failing(f"Cannot use the required Python library ({library})", "it is not installed")
    assert failed["msg"].endswith(f"; {library}>={REQUIRED[library].version} is required.")
    assert failed.requests == []


# -- law 13: secrets are never shown ---------------------------------------------------------------------------------


def _texts(result):
    """Return all that a playbook can register or print, except the arguments of the module."""
    return json.dumps({key: value for key, value in result.items() if key != "invocation"})


@needs("envs", "env_updates")
def test_law_13_results_contain_no_secrets(world):
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


@needs("envs", "env_updates")
def test_law_13_environment_values_of_earlier_tasks_are_hidden(world):
    world.create().ok()
    seen = world.task().ok()
    assert seen[world.resource_type.noun]["env_names"] == ["LOG_LEVEL", "TOKEN", "WORKERS"]
    assert "envs" not in seen[world.resource_type.noun]["spec"]
    planned = world.check(envs={"LOG_LEVEL": "info", "TOKEN": "now in the open"}).ok(changed=True)
    assert "canary-secret" not in planned.printed
    assert planned["diff"]["before"]["envs"] == {"LOG_LEVEL": "info", "TOKEN": "(hidden)", "WORKERS": "(hidden)"}
    assert planned["diff"]["after"]["envs"] == {"LOG_LEVEL": "info", "TOKEN": "now in the open"}


@needs("envs")
def test_law_13_an_info_module_returns_environment_values_only_on_request(world):
    world.create().ok()
    assert "canary-secret" not in world.info().printed
    assert "canary-secret-0001" in world.info(return_env_values=True).printed


@pytest.mark.parametrize("operation", ["list", "create"])
def test_law_13_secrets_in_an_error_response_are_not_quoted(world, operation):
    world.fault(operation, "echo_secrets")
    failed = world.create().failing("400")
    assert world.cloud.key not in failed.printed
    assert "canary-secret" not in failed.printed


@needs("envs")
def test_law_13_secrets_of_an_earlier_task_in_an_error_response_are_not_quoted(world):
    world.create().ok()
    world.fault("update", "status", status=400, reason="REQUEST", message="TOKEN=canary-secret-0001 was not taken")
    world.fault("update", "status", status=400, reason="canary-secret-0001", message="was not taken")
    for _number in range(2):
        failed = world.task(**world.resource_type.change).failing("was not taken")
        assert "canary-secret" not in failed.printed


@needs("envs", "ready", "state_wire")
def test_law_13_a_hidden_value_in_a_status_message_is_masked(world):
    resource_id = world.create().ok()["id"]
    state = world.resource_type.state_wire
    world.store.change(resource_id, {state: {"message": "started with canary-secret-0001"}})
    assert "canary-secret" not in world.task().ok().printed
    assert "canary-secret" not in world.info().printed


@needs("envs", "boots", "env_updates")
def test_law_13_a_failed_wait_does_not_quote_a_secret_of_an_earlier_task(world):
    world.create().ok()
    world.account.fault(
        world.operation(world.resource_type.env_update),
        "failed_state",
        error="PULL",
        message="started with canary-secret-0001",
    )
    failed = world.task(envs={"LOG_LEVEL": "debug"}, envs_mode="merge").failing("PULL", "started with")
    assert failed["failure"]["reason"] == "not_ready"
    assert "canary-secret" not in failed.printed


def test_law_13_the_key_is_sent_in_one_header_only(world):
    made = world.create().ok()
    for request in made.requests:
        assert request["headers"]["authorization"] == f"Bearer {world.cloud.key}"
        rest = {name: value for name, value in request["headers"].items() if name != "authorization"}
        assert world.cloud.key not in json.dumps([request["path"], request["query"], request["body"], rest])


def test_law_13_requests_to_loopback_use_no_netrc_and_no_proxy(world, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    requests = world.run(world.resource_type.task, check=True).ok().requests
    assert {request["headers"]["authorization"] for request in requests} == {f"Bearer {world.cloud.key}"}


def test_law_13_a_redirect_is_not_followed_and_its_target_is_reported(world):
    world.fault("list", "redirect", location="https://elsewhere.example.com/v2")
    failed = world.create().failing("https://elsewhere.example.com/v2", "not followed")
    assert len(failed.requests) == 1


# -- law 14: rate limits are respected -------------------------------------------------------------------------------


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
def test_law_14_a_429_waits_for_the_longest_requested_time(world, arguments, least):
    world.create().ok()
    world.fault("list", "rate_limit", **arguments)
    before = world.cloud.clock.now()
    world.create().ok(changed=False)
    assert least <= world.cloud.clock.now() - before <= least * 1.25 + 0.01


def test_law_14_an_interval_learned_from_a_429_is_kept(world):
    world.account.settings.set(min_interval={world.operation("list"): 4.0}, boot_seconds=0)
    world.run({**world.resource_type.task, "state": "absent"}).ok()
    made = world.create().ok(changed=True)
    lists = [request for request in made.requests if request["operation"] == world.operation("list")]
    assert sum(request["status"] == 429 for request in lists) <= 1
    times = [request["at"] for request in lists if request["status"] == 200]
    assert all(later - earlier >= 4.0 for earlier, later in zip(times, times[1:]))


def test_law_14_the_number_of_retries_is_limited_and_reported(world):
    world.fault("list", "rate_limit", times=0, threshold=4.0)
    failed = world.create(api_retries=2).failing("429", "3 times")
    assert len(failed.requests) == 3
    assert failed["failure"]["retryable"] is True


def test_law_14_a_very_long_requested_wait_is_an_error(world):
    world.fault("list", "rate_limit", retry_after=3600)
    before = world.cloud.clock.now()
    world.create().failing("3600 s")
    assert world.cloud.clock.now() - before < 1


@pytest.mark.parametrize("operation", ["list", "update", "delete"])
@pytest.mark.parametrize(("fault", "arguments"), [("reset", {}), ("status", {"status": 503})], ids=str)
def test_law_14_requests_that_are_safe_to_repeat_are_repeated(world, operation, fault, arguments):
    if operation == "update" and not world.resource_type.updates:
        pytest.skip("the provider cannot change this type")
    world.create().ok()
    world.fault(operation, fault, when="before", **arguments)
    fragment = {"list": {}, "update": world.resource_type.change, "delete": {"state": "absent"}}[operation]
    done = world.task(**fragment)
    if operation == "update" and world.resource_type.once:
        assert done.failing().operations.count(world.operation(world.resource_type.update)) == 1
    else:
        verb = world.resource_type.update if operation == "update" else operation
        assert done.ok().operations.count(world.operation(verb)) >= 2


def test_law_14_a_request_is_not_repeated_after_status_500(world):
    world.fault("list", "status", status=500)
    assert len(world.create().failing("500").requests) == 1


@pytest.mark.any_resource_type
def test_law_14_a_slow_response_ends_at_the_time_limit(world):
    world.fault("list", "drip", seconds_per_byte=0.3, count=1000)
    world.create(api_timeout=1, api_retries=0).failing("within 1 s")


@pytest.mark.any_resource_type
def test_law_14_an_endless_response_is_an_error(world):
    world.fault("list", "flood", bytes=40 * 1024 * 1024)
    world.create(api_retries=0).failing("8 MiB")


# -- law 15: few requests --------------------------------------------------------------------------------------------


def test_law_15_each_action_sends_only_the_necessary_requests(world):
    world.account.settings.set(boot_seconds=0)
    runs = {
        "absent": world.run({**world.resource_type.task, "state": "absent"}),
        "create": world.create(),
        "unchanged": world.create(),
        **({"update": world.task(**world.resource_type.change)} if world.resource_type.updates else {}),
        "delete": world.task(state="absent"),
    }
    assert {action: run.ok().operations for action, run in runs.items()} == {
        action: [world.operation(verb) for verb in verbs] for action, verbs in world.resource_type.requests.items()
    }


def test_law_15_a_task_uses_one_connection(world):
    world.account.settings.set(boot_seconds=0)
    made = world.create().ok()
    assert len({request["connection"] for request in made.requests}) == 1


# -- law 16: write-only options are marked ---------------------------------------------------------------------------


def test_law_16_write_only_fields_are_sent_and_never_compared():
    """The test has its own table, because no read can show what a create has sent."""
    from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Text
    from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.table import Table

    table = Table(Text("image"), Text("image_auth", write_only=True, secret=True))
    found = table.read({"image": "a", "image_auth": "left over"})
    assert found == {"image": "a"}
    target = table.target(found, {"image_auth": "user:password"})
    assert table.differences(found, target) == []
    assert table.create_body(target) == {"image": "a", "image_auth": "user:password"}
    assert "image_auth" not in table.spec(target)


@needs("unread")
def test_law_16_another_value_of_a_write_only_option_changes_nothing(world):
    first, second = world.resource_type.unread
    world.create(**first).ok(changed=True)
    for check in (True, False):
        assert world.run({**world.resource_type.task, **second}, check).ok(changed=False).writes == []


def test_law_16_each_type_with_write_only_options_is_tested(resource_type):
    fields = CLASSES[resource_type.module].table.fields
    assert any(map(_has_write_only, fields)) is bool(resource_type.unread)


def _has_write_only(field):
    return field.write_only or any(map(_has_write_only, getattr(field, "fields", ())))
