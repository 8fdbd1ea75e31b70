# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Novita's registry credentials: passwords in lists, saves with the same name, credentials in use."""

from __future__ import annotations

import pytest

AUTH = {"name": "registry.example.org", "username": "team-bot", "password": "password-0001"}


def save(client, **changes):
    return client.post("/repository/auth/save", {**AUTH, **changes})


def listed(client):
    return client.get("/repository/auths").json()["data"]


def delete(client, auth_id):
    return client.post("/repository/auth/delete", {"id": auth_id})


def test_a_save_returns_no_id_and_the_list_contains_the_password(client):
    assert listed(client) == []
    response = save(client)
    assert (response.status_code, response.json()) == (200, {})
    [auth] = listed(client)
    assert auth == {"id": auth["id"], **AUTH}


@pytest.mark.parametrize(("answer", "status", "body"), [("id", 200, True), ("no_content", 204, False)])
def test_a_save_can_return_the_id_or_no_content(client, account, answer, status, body):
    account.settings.set(auth_created=answer)
    response = save(client)
    assert response.status_code == status
    [auth] = listed(client)
    assert response.content == b"" if not body else response.json() == {"id": auth["id"]}


@pytest.mark.parametrize(("shown", "password"), [("masked", "******"), ("missing", None)])
def test_the_list_can_hide_passwords(client, account, shown, password):
    account.settings.set(auth_passwords=shown)
    save(client)
    assert [auth.get("password") for auth in listed(client)] == [password]
    assert account.store("registry_auths").views()[0]["password"] == AUTH["password"]


def test_a_save_with_the_same_name_and_username_adds_or_overwrites(client, account):
    save(client)
    save(client, password="password-0002")
    first, second = listed(client)
    assert first["id"] != second["id"]
    account.settings.set(auth_save="overwrites")
    save(client, password="password-0003")
    assert [auth["password"] for auth in listed(client)] == ["password-0001", "password-0003"]
    save(client, username="another")
    assert len(listed(client)) == 3


def test_a_new_or_overwritten_credential_can_appear_late(client, account, clock):
    account.settings.set(visible_after=10, stale_after=10, auth_save="overwrites")
    save(client)
    assert listed(client) == []
    clock.advance(10)
    save(client, password="password-0002")
    assert [auth["password"] for auth in listed(client)] == ["password-0001"]
    clock.advance(10)
    assert [auth["password"] for auth in listed(client)] == ["password-0002"]


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"username": ""}, {"password": ""}, {"name": "x" * 256}, {"username": "x" * 512}, {"id": "1"}],
    ids=str,
)
def test_invalid_credentials_are_refused(client, changes):
    assert save(client, **changes).status_code == 400
    assert listed(client) == []


def test_a_credential_that_an_endpoint_or_an_instance_uses_cannot_be_deleted(client, account):
    for store, use in (("endpoints", {"image": {"authId": "auth-1"}}), ("instances", {"imageAuthId": "auth-1"})):
        account.store("registry_auths").seed({"id": "auth-1"})
        account.store(store).seed({"id": "user", **use})
        refused = delete(client, "auth-1")
        assert (refused.status_code, refused.json()["reason"]) == (400, "IMAGE_AUTH_IN_USE")
        account.store(store).clear()
        assert delete(client, "auth-1").json() == {}
        assert listed(client) == []


def test_an_unknown_credential_is_not_found(client, account):
    assert delete(client, "nothing").json()["reason"] == "RESOURCE_NOT_FOUND"
    account.settings.set(not_found_status=404)
    assert delete(client, "nothing").status_code == 404


def test_unknown_credentials_of_an_endpoint_are_accepted_unless_a_setting_refuses_them(client, account):
    client.created(image__authId="unknown")
    account.settings.set(unknown_auth_ids="refused")
    refused = client.create(image__authId="unknown")
    assert (refused.status_code, refused.json()["reason"]) == (400, "RESOURCE_NOT_FOUND")
    account.store("registry_auths").seed({"id": "auth-1"})
    client.created(image__authId="auth-1")
