# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only environment variables have: names in upper case, and values that no read shows."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.gpufleet.cloud.tests.unit.harness import run_module

VALUE, OTHER = "canary-secret-0001", "canary-secret-0002"


@pytest.fixture(name="variables")
def _variables(cloud):
    return Variables(cloud)


class Variables:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("vast")
        self.store = self.account.store("env_vars")

    def run(self, check=False, **options):
        return self.cloud.run("vast_env_var", options, check)

    def values(self):
        return {row["key"]: row["value"] for row in self.store.views()}

    def fault(self, verb, fault, **arguments):
        self.account.fault(f"env_var.{verb}", fault, **arguments)


# -- names -----------------------------------------------------------------------------------------------------------


def test_a_name_is_compared_sent_and_returned_in_upper_case(variables):
    made = variables.run(name="hf_Token", value=VALUE).ok(changed=True)
    assert made["id"] == made["env_var"]["name"] == made["env_var"]["spec"]["name"] == "HF_TOKEN"
    assert [write["body"] for write in made.writes] == [{"key": "HF_TOKEN", "value": VALUE}]
    variables.run(name="HF_TOKEN", value=VALUE).ok(changed=False)
    variables.run(id=made["id"], value=VALUE).ok(changed=False)
    found = variables.cloud.run("vast_env_var_info", {"name": "hf_token"}).ok()["env_vars"]
    assert found == [{"id": "HF_TOKEN", "name": "HF_TOKEN", "spec": {"name": "HF_TOKEN"}}]
    variables.run(name="hf_token", state="absent").ok(changed=True)
    assert variables.values() == {}


def test_two_names_that_differ_only_in_case_are_refused(cloud):
    entries = [{"vast_env_var": {"name": name, "value": VALUE}} for name in ("hf_token", "HF_TOKEN")]
    connection = {"api_key": cloud.key, "api_url": cloud.url("vast")}
    refused, _printed = run_module("fleet", {"resources": entries, "vast": connection})
    assert "entry 2 (vast_env_var HF_TOKEN): duplicates entry 1" in refused["msg"]


def test_another_name_for_an_id_is_refused(variables):
    variables.store.seed({"key": "HF_TOKEN"})
    refused = variables.run(id="HF_TOKEN", name="other", value=VALUE).failing("name", "Omit the id")
    assert refused["failure"]["reason"] == "immutable"
    assert refused.writes == []


def test_similar_names_are_different_variables(variables):
    variables.store.seed({"key": "HF_TOKEN_"})
    variables.run(name="HF_TOKEN", value=VALUE).ok(changed=True)


# -- values ----------------------------------------------------------------------------------------------------------


def test_the_value_of_an_existing_variable_is_not_compared_and_the_result_says_so(variables):
    assert variables.run(name="A", value=VALUE).ok(changed=True)["value_not_compared"] is False
    for check in (True, False):
        kept = variables.run(check, name="A", value=OTHER).ok(changed=False)
        assert kept["value_not_compared"] is True
        assert kept.operations == ["env_var.list"]
    assert variables.run(name="A").ok(changed=False)["value_not_compared"] is False
    assert variables.values() == {"A": VALUE}


def test_always_writes_the_value_in_every_run(variables):
    variables.run(name="A", value=VALUE, update_value="always").ok(changed=True)
    for _number in range(2):
        planned = variables.run(True, name="A", value=OTHER, update_value="always").ok(changed=True)
        written = variables.run(name="A", value=OTHER, update_value="always").ok(changed=True)
        assert written["plan"] == planned["plan"] == [{"action": "update", "fields": ["value"], "effect": "unknown"}]
        assert written["diff"] == planned["diff"]
        assert written.operations == ["env_var.list", "template.list", "env_var.update", "env_var.list"]
        assert written["value_not_compared"] is False
        assert "canary" not in written.printed + planned.printed
    assert variables.values() == {"A": OTHER}


def test_always_requires_a_value_unless_the_variable_is_deleted(variables):
    refused = variables.run(name="A", update_value="always").failing("value: must be set if update_value is always")
    assert refused.requests == []
    variables.run(name="A", update_value="always", state="absent").ok(changed=False)


def test_a_new_variable_requires_a_value(variables):
    for check in (True, False):
        refused = variables.run(check, name="A").failing(
            "value: must be set, because the environment variable does not exist yet"
        )
        assert refused.writes == []


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ("canary-0001/", "contains a slash."),
        ("canary-0001+/==", "contains a slash and a plus sign and an equals sign."),
        ("canary-0001:a", "contains a colon."),
        ("canary 0001", "contains a space or another kind of whitespace."),
        ("canary-0001\n", "contains a line break."),
        ("canary-0001-ü", "contains a character that is not ASCII."),
        ("canary-0001-$", "contains another sign."),
    ],
)
@pytest.mark.parametrize("check", [True, False], ids=["check", "run"])
def test_a_value_with_other_characters_is_refused_by_their_kind_and_not_shown(variables, value, kinds, check):
    refused = variables.run(check, name="A", value=value).failing("value: must consist of", kinds)
    assert refused.requests == []
    assert "canary" not in refused.printed


def test_a_value_that_the_name_contains_in_upper_case_is_refused(variables):
    refused = variables.run(name="production_key", value="PRODUCTION").failing("value: must not occur in the name")
    assert refused.requests == []


# -- lost responses --------------------------------------------------------------------------------------------------

LOST = [("reset", {}), ("status", {"status": 500}), ("garbage", {"status": 200}), ("empty", {})]
lost = pytest.mark.parametrize(("fault", "arguments"), LOST, ids=[name for name, _arguments in LOST])


@lost
def test_the_value_is_written_once_more_if_the_response_to_the_create_was_lost(variables, fault, arguments):
    variables.fault("create", fault, when="after", **arguments)
    made = variables.run(name="A", value=VALUE).ok(changed=True)
    reads = ["env_var.list", "template.list"]
    assert made.operations == [*reads, "env_var.create", "env_var.list", "env_var.update"]
    assert variables.values() == {"A": VALUE}


def test_a_lost_create_is_not_repeated_if_no_variable_is_found(variables):
    variables.fault("create", "reset", when="before")
    failed = variables.run(name="A", value=VALUE, settle_timeout=1).failing("It is unknown whether")
    assert failed["failure"]["reason"] == "outcome_unknown"
    assert failed.operations.count("env_var.create") == 1
    assert "env_var.update" not in failed.operations


def test_a_refusal_to_write_the_value_once_more_is_reported(variables):
    variables.fault("create", "reset", when="after")
    variables.fault("update", "status", status=400, reason="invalid_characters", message="no", times=0)
    failed = variables.run(name="A", value=VALUE).failing("invalid_characters", "may not have the value", "always")
    assert (failed["id"], failed["changed"]) == ("A", True)


@lost
def test_a_lost_update_is_an_error_because_no_read_shows_the_value(variables, fault, arguments):
    variables.store.seed({"key": "A"})
    variables.fault("update", fault, when="before", times=0, **arguments)
    failed = variables.run(name="A", value=VALUE, update_value="always", api_retries=1).failing(
        "The variable may not have the value of this task"
    )
    assert failed["changed"] is True
    assert variables.values() != {"A": VALUE}


# -- refusals --------------------------------------------------------------------------------------------------------


def test_a_variable_that_another_task_has_created_meanwhile_is_reported(variables):
    variables.store.seed({"key": "A", "value": OTHER})
    variables.fault("list", "garbage", body='{"success": true, "secrets": {}}', content_type="application/json")
    failed = variables.run(name="A", value=VALUE).failing("existing_key", "Another task has created", "update_value")
    assert (failed["failure"]["reason"], failed["changed"]) == ("existing_key", False)
    assert variables.values() == {"A": OTHER}


def test_a_variable_that_was_deleted_meanwhile_is_reported_by_an_update_and_no_error_for_a_delete(variables):
    body = '{"success": true, "secrets": {"A": "********"}}'
    variables.fault("list", "garbage", body=body, content_type="application/json", times=2)
    failed = variables.run(name="A", value=VALUE, update_value="always").failing(
        "nonexistent_key", "Run the task again"
    )
    assert failed["changed"] is False
    variables.run(name="A", state="absent").ok(changed=True)


def test_too_many_variables_are_reported(variables):
    variables.account.settings.set(max_env_vars=0)
    variables.run(name="A", value=VALUE).failing("max_secrets", "Delete one that is not used")


def test_a_value_that_the_provider_quotes_is_masked(variables):
    variables.fault("create", "status", status=400, reason="invalid_characters", message=f"'{VALUE}' is invalid")
    assert "canary" not in variables.run(name="A", value=VALUE).failing("is invalid").printed


# -- templates -------------------------------------------------------------------------------------------------------


def add_template(variables, name, env):
    fields = {"name": name, "image": "registry.example.org/team/tts", "env": env}
    return variables.account.store("templates").seed(fields)["id"]


def test_a_write_warns_about_the_templates_that_set_the_same_variable(variables):
    same = [add_template(variables, name, f"-e A=canary-{name} -p 80:80") for name in ("tts", "llm")]
    add_template(variables, "other", "-e a=1 -e B=A")
    create = {"name": "a", "value": VALUE}
    update = {"name": "A", "value": OTHER, "update_value": "always"}
    for task, check in itertools.product((create, update), (True, False)):
        made = variables.run(check, **task).ok(changed=True)
        [warning] = map(str, made["warnings"])
        assert f"These templates also set A: 'tts' (id {same[0]}), 'llm' (id {same[1]}). " in warning
        assert "Vast.ai does not document which value applies." in warning
        assert made.operations.count("template.list") == 1
        assert "canary" not in made.printed
    for options in ({"value": VALUE}, {"state": "absent"}):
        later = variables.run(name="A", **options).ok()
        assert not [name for name in later.operations if name.startswith("template")]
        assert "warnings" not in later


@pytest.mark.parametrize("status", [403, 500])
def test_without_the_templates_there_is_neither_a_warning_nor_a_failure(variables, status):
    add_template(variables, "tts", "-e A=1")
    for operation in ("template.list", "user.get"):
        variables.account.fault(operation, "status", times=0, status=status, message="no scope")
    assert "warnings" not in variables.run(name="A", value=VALUE).ok(changed=True)


def run_fleet(variables, *entries, check=False):
    connection = {"api_key": variables.cloud.key, "api_url": variables.cloud.url("vast")}
    before = len(variables.account.requests)
    result, _printed = run_module("fleet", {"resources": list(entries), "vast": connection}, check)
    assert not result.get("failed"), result["msg"]
    operations = [request["operation"] for request in variables.account.requests[before:]]
    return [str(warning) for warning in result.get("warnings", [])], operations


TEMPLATE = {"vast_template": {"name": "tts", "image": "registry.example.org/team/tts", "envs": {"A": "1", "B": "2"}}}


def test_a_fleet_that_creates_both_warns_once_and_reads_each_list_once(variables):
    entries = [{"vast_env_var": {"name": "a", "value": VALUE}}, TEMPLATE]
    warnings, operations = run_fleet(variables, *entries, check=True)
    assert sorted(operations) == ["env_var.list", "template.list"]
    [warning] = warnings
    assert "entry 2 (vast_template tts): The account also has environment variables with these names: A. " in warning
    assert run_fleet(variables, *entries)[0] == warnings
    warnings, operations = run_fleet(variables, *entries)
    assert (warnings, sorted(operations)) == ([], ["env_var.list", "template.list"])


def test_a_fleet_does_not_warn_about_a_variable_that_it_deletes(variables):
    for name in ("A", "B"):
        variables.store.seed({"key": name})
    [warning], _operations = run_fleet(variables, {"vast_env_var": {"name": "a", "state": "absent"}}, TEMPLATE)
    assert "with these names: B. " in warning
