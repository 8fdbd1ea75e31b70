# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only registry credentials have: two options that identify them, passwords, and replacements."""

from __future__ import annotations

import json

import pytest

from ...harness import run_module

NAME, USERNAME = "registry.example.org", "team-bot"
OLD, NEW, FOREIGN = "canary-pull-token-0001", "canary-pull-token-0002", "canary-foreign-0003"
hidden = pytest.mark.parametrize("passwords", ["masked", "missing"])


class Auths:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("novita")
        self.store = self.account.store("registry_auths")

    def run(self, check=False, **options):
        task = {} if "id" in options else {"name": NAME, "username": USERNAME}
        result = self.cloud.run("novita_registry_auth", {**task, **options}, check)
        assert "canary" not in result.printed
        return result

    def always(self, password=NEW, **options):
        return self.run(password=password, update_password="always", **options)

    def passwords(self):
        return {auth["id"]: auth["password"] for auth in self.store.views()}


@pytest.fixture(name="auths")
def _auths(cloud):
    auths = Auths(cloud)
    # No output may contain the password of a credential that no task names.
    auths.foreign = auths.store.seed({"name": "docker.io", "username": "someone", "password": FOREIGN})["id"]
    return auths


def warnings_of(result):
    return [json.dumps(warning) for warning in result.get("warnings", [])]


# -- identity --------------------------------------------------------------------------------------------------------


def test_a_registry_can_have_credentials_of_several_users(auths):
    first = auths.run(password=OLD).ok(changed=True)
    second = auths.run(username="another", password=NEW).ok(changed=True)
    assert first["id"] != second["id"]
    assert first["registry_auth"] == {
        "id": first["id"],
        "name": NAME,
        "spec": {"name": NAME, "username": USERNAME},
    }
    assert auths.run(password=OLD).ok(changed=False)["id"] == first["id"]


@pytest.mark.parametrize("options", [{"name": NAME}, {"username": USERNAME}, {"name": NAME, "id": "x"}], ids=str)
def test_the_name_and_the_username_must_be_set_together(cloud, options):
    refused = cloud.run("novita_registry_auth", {**options, "password": OLD}).failing("name", "username")
    assert refused.requests == []


@pytest.mark.parametrize("empty", ["", " "])
def test_a_credential_without_a_username_is_another_one(auths, empty):
    other = auths.store.seed({"name": NAME, "username": empty, "password": FOREIGN})["id"]
    created = auths.run(password=OLD).ok(changed=True)
    assert created["id"] != other
    assert auths.run(state="absent").ok(changed=True)["deleted_id"] == created["id"]
    assert other in auths.passwords()


def test_a_username_that_the_provider_may_have_altered_is_not_created_again(auths):
    other = auths.store.seed({"name": NAME, "username": "Team-Bot", "password": OLD})["id"]
    refused = auths.run(password=OLD).failing(other, "'Team-Bot'", "'team-bot'", "allow_similar_name: true")
    assert (refused["failure"]["reason"], refused.writes) == ("similar_name", [])


def test_an_info_module_selects_by_registry_or_user_and_returns_no_password(auths):
    auths.run(password=OLD).ok()
    auths.run(username="another", password=NEW).ok()
    for options, usernames in (
        ({}, ["another", "someone", "team-bot"]),
        ({"name": NAME}, ["another", "team-bot"]),
        ({"username": "someone"}, ["someone"]),
        ({"name": NAME, "username": "another"}, ["another"]),
        ({"id": auths.foreign}, ["someone"]),
    ):
        result = auths.cloud.run("novita_registry_auth_info", options).ok()
        assert sorted(auth["spec"]["username"] for auth in result["registry_auths"]) == usernames
        assert "canary" not in result.printed


# -- create ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["empty", "id", "no_content"])
def test_a_create_needs_no_id_in_the_response(auths, answer):
    auths.account.settings.set(auth_created=answer, visible_after=3)
    made = auths.run(password=OLD).ok(changed=True)
    assert auths.passwords()[made["id"]] == OLD
    assert made.operations.count("registry_auth.create") == 1


@pytest.mark.parametrize("fault", [("status", {"status": 500}), None], ids=["failed reads", "late"])
def test_a_credential_that_no_read_shows_has_an_unknown_outcome(auths, fault):
    if fault:
        auths.account.fault("registry_auth.list", fault[0], skip=1, times=0, **fault[1])
    else:
        auths.account.settings.set(visible_after=10_000)
    failed = auths.run(password=OLD, settle_timeout=5, api_retries=0)
    failed.failing("accepted the request, but returned no id", "unknown", "adopts")
    assert (failed["failure"]["reason"], failed["changed"], failed["id"]) == ("outcome_unknown", True, "")
    assert failed.operations.count("registry_auth.create") == 1


def test_a_similar_credential_from_before_is_not_taken_for_the_new_one(auths):
    auths.store.seed({"name": NAME, "username": "Team-Bot", "password": FOREIGN})
    auths.account.settings.set(auth_created="empty", visible_after=10_000)
    failed = auths.run(password=OLD, settle_timeout=5, allow_similar_name=True).failing("returned no id")
    assert (failed["failure"]["reason"], failed["id"]) == ("outcome_unknown", "")


def test_a_stored_password_that_differs_from_the_written_one_fails(auths):
    auths.account.fault("registry_auth.create", "clip", field="password", value=OLD[:-3])
    failed = auths.run(password=OLD, settle_timeout=1).failing("password: the current value differs")
    assert failed["id"] in auths.passwords()


@hidden
def test_a_password_that_the_list_hides_is_not_verified(auths, passwords):
    auths.account.settings.set(auth_passwords=passwords)
    auths.run(password=OLD).ok(changed=True)
    assert auths.run(password=NEW).ok(changed=False).writes == []


# -- update_password -------------------------------------------------------------------------------------------------


def test_another_password_changes_nothing_by_default(auths):
    auths.run(password=OLD).ok()
    again = auths.run(password=NEW).ok(changed=False)
    assert again.writes == []
    assert "password" not in again["diff"]["before"]


def test_always_compares_a_password_in_clear_text(auths):
    auths.run(password=OLD).ok()
    same = auths.always(password=OLD).ok(changed=False)
    assert (
        same["diff"]["before"]
        == same["diff"]["after"]
        == {
            "name": NAME,
            "username": USERNAME,
            "password": "(hidden)",
        }
    )
    assert auths.run(update_password="always").ok(changed=False).writes == []


def test_always_creates_the_new_credential_and_then_deletes_the_old_one(auths):
    older = auths.run(password=OLD).ok()["id"]
    planned = auths.always(check=True).ok(changed=True)
    done = auths.always().ok(changed=True)
    assert planned.writes == []
    for key in ("plan", "diff", "changed"):
        assert planned[key] == done[key]
    assert done["plan"] == [{"action": "replace", "fields": ["password"], "effect": "replaces", "id": older}]
    assert done["diff"]["after"]["password"] == "(hidden, new value)"
    assert [write["operation"] for write in done.writes] == ["registry_auth.create", "registry_auth.delete"]
    assert auths.passwords() == {auths.foreign: FOREIGN, done["id"]: NEW}
    assert auths.always().ok(changed=False).writes == []


def test_a_credential_that_a_create_overwrites_keeps_its_id(auths):
    older = auths.run(password=OLD).ok()["id"]
    auths.account.settings.set(auth_save="overwrites", stale_after=3)
    done = auths.always().ok(changed=True)
    assert done["id"] == older
    assert [write["operation"] for write in done.writes] == ["registry_auth.create"]
    assert auths.passwords() == {auths.foreign: FOREIGN, older: NEW}
    assert auths.always().ok(changed=False).writes == []


@pytest.mark.parametrize("save", ["adds", "overwrites"])
def test_a_lost_replacement_is_adopted(auths, save):
    auths.run(password=OLD).ok()
    auths.account.settings.set(auth_save=save)
    auths.account.fault("registry_auth.create", "reset", when="after")
    done = auths.always().ok(changed=True)
    assert auths.passwords() == {auths.foreign: FOREIGN, done["id"]: NEW}
    assert done.operations.count("registry_auth.create") == 1


@hidden
def test_a_hidden_password_is_replaced_each_time(auths, passwords):
    auths.account.settings.set(auth_passwords=passwords)
    ids = [auths.run(password=OLD).ok()["id"]]
    for _number in range(2):
        planned = auths.always(password=OLD, check=True).ok(changed=True)
        done = auths.always(password=OLD).ok(changed=True)
        assert planned["plan"] == done["plan"]
        ids.append(done["id"])
    assert len(set(ids)) == 3
    assert auths.passwords() == {auths.foreign: FOREIGN, ids[-1]: OLD}
    assert auths.run(update_password="always").ok(changed=False).writes == []


def test_a_hidden_password_that_a_create_overwrites_has_an_unknown_outcome(auths):
    older = auths.run(password=OLD).ok()["id"]
    auths.account.settings.set(auth_save="overwrites", auth_passwords="masked")
    failed = auths.always(settle_timeout=5).failing("unknown", older, "possibly overwritten")
    assert (failed["failure"]["reason"], failed["id"]) == ("outcome_unknown", older)
    assert [write["operation"] for write in failed.writes] == ["registry_auth.create"]


@pytest.mark.parametrize("passwords", ["clear", "masked"])
@pytest.mark.parametrize(
    ("store", "use"), [("endpoints", {"image": {"authId": ""}}), ("instances", {"imageAuthId": ""})], ids=str
)
def test_an_old_credential_in_use_stays_with_a_warning(auths, store, use, passwords):
    auths.account.settings.set(auth_passwords=passwords)
    older = auths.run(password=OLD).ok()["id"]
    user = json.loads(json.dumps(use).replace('""', json.dumps(older)))
    user_id = auths.account.store(store).seed(user)["id"]
    done = auths.always().ok(changed=True)
    assert auths.passwords() == {auths.foreign: FOREIGN, older: OLD, done["id"]: NEW}
    [warning] = warnings_of(done)
    for word in (older, done["id"], "IMAGE_AUTH_IN_USE", "image.auth_id", "image_auth_id", "state: absent"):
        assert word in warning
    refused = auths.run(password=NEW).failing(older, done["id"])
    assert (refused["failure"]["reason"], refused.writes) == ("ambiguous_name", [])
    in_use = auths.run(id=older, state="absent").failing("IMAGE_AUTH_IN_USE", "image.auth_id")
    assert in_use["changed"] is False
    auths.account.store(store).remove(user_id)
    auths.run(id=older, state="absent").ok(changed=True)
    auths.run(password=NEW).ok(changed=False)


def test_an_interrupted_replacement_reports_both_ids(auths):
    older = auths.run(password=OLD).ok()["id"]
    auths.account.fault("registry_auth.delete", "status", status=500, times=0)
    failed = auths.always().failing(older, f"novita_registry_auth: {{id: '{older}', state: absent}}")
    assert failed["id"] in failed["msg"]
    assert failed["id"] != older
    again = auths.always().failing(f"The older registry credential {older} differs")
    assert again.writes == []


@pytest.mark.parametrize("passwords", ["clear", "masked"])
def test_a_replacement_with_an_id_is_refused(auths, passwords):
    auths.account.settings.set(auth_passwords=passwords)
    older = auths.run(password=OLD).ok()["id"]
    assert auths.always(id=older).failing("id: must be omitted for a replacement").writes == []
    auths.run(id=older, password=NEW).ok(changed=False)


def test_a_registry_cannot_be_renamed(auths):
    older = auths.run(password=OLD).ok()["id"]
    refused = auths.run(id=older, name="quay.io", username=USERNAME).failing("name (from", "cannot be changed in place")
    assert (refused["failure"]["reason"], refused.writes) == ("immutable", [])


# -- passwords in the texts of the provider ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "arguments"),
    [
        ("cut", {}),
        ("wrong_types", {"of": "items"}),
        ("wrong_types", {"of": "list"}),
        ("no_envelope", {}),
        ("contradiction", {"doubled": True}),
        ("contradiction", {"members": {"error": f"the password {FOREIGN} is odd"}}),
        ("status", {"status": 400, "message": f"the password {OLD} is odd"}),
        *(
            ("garbage", {"status": status, "content_type": content_type, "body": body})
            for status in (200, 400, 403, 500)
            for content_type in ("application/json", "text/plain")
            for body in (
                f'{{"data": [{{"password": "{FOREIGN}"',
                f'"{FOREIGN}"',
                f'{{"data": [{{"password": "{FOREIGN}"}}]}}',
            )
        ),
    ],
    ids=str,
)
def test_a_response_that_is_no_list_shows_no_password(auths, fault, arguments):
    auths.account.fault("registry_auth.list", fault, times=0, **arguments)
    auths.run(password=OLD, api_retries=0).failing()
    result = auths.cloud.run("novita_registry_auth_info", {"api_retries": 0}).failing()
    assert FOREIGN not in result.printed


def test_a_refusal_that_quotes_a_stored_password_does_not_show_it(auths):
    auths.run(password=OLD).ok()
    auths.account.fault(
        "registry_auth.create", "status", status=400, message=f"not another one than {FOREIGN} or {OLD}"
    )
    auths.always().failing("not another one than ********")


# -- fleet -----------------------------------------------------------------------------------------------------------


def test_a_fleet_manages_several_users_of_a_registry_and_writes_no_password_anywhere(auths, tmp_path):
    journal = tmp_path / "journal"
    entries = [
        {"novita_registry_auth": {"name": NAME, "username": username, "password": password}}
        for username, password in (("a", OLD), ("b", NEW))
    ]
    connection = {"api_key": auths.cloud.key, "api_url": auths.cloud.url("novita")}

    def fleet(resources, **options):
        options = {"resources": resources, "novita": connection, "journal": str(journal), **options}
        values, printed = run_module("fleet", options)
        assert not values.get("failed"), values["msg"]
        assert "canary" not in printed
        assert "canary" not in journal.read_text()
        return values

    assert fleet(entries)["summary"]["created"] == 2
    assert fleet(entries)["changed"] is False
    pruned = fleet(entries[:1], prune={"novita_registry_auth": "registry"})
    assert pruned["summary"]["deleted"] == 1
    assert [auth["username"] for auth in auths.store.views()] == ["someone", "a"]
    always = {
        "novita_registry_auth": {**entries[0]["novita_registry_auth"], "password": NEW, "update_password": "always"}
    }
    assert fleet([always])["summary"]["replaced"] == 1


def test_two_entries_for_one_credential_are_refused(auths):
    entry = {"novita_registry_auth": {"name": NAME, "username": USERNAME, "password": OLD}}
    connection = {"api_key": auths.cloud.key, "api_url": auths.cloud.url("novita")}
    values, printed = run_module("fleet", {"resources": [entry, entry], "novita": connection})
    assert "duplicates entry 1" in values["msg"]
    assert "canary" not in printed
