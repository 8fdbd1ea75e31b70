# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of PPIO's registry credentials: passwords in lists, equal names, no writes, and IDs of endpoints."""

from __future__ import annotations

import pytest
import requests

from .test_ppio_endpoints import BODY, Client

AUTH = {"id": "20", "name": "test", "username": "team-bot", "password": "password-0001"}
PATH = "/gpu-instance/openapi/v1/repository"


@pytest.fixture(name="account")
def _account(sim, account):
    return sim.account("ppio", account.key)


@pytest.fixture(name="send")
def _send(sim, account):
    def send(method, path, **arguments):
        headers = {"Authorization": f"Bearer {account.key}"}
        return requests.request(method, sim.ppio_url + PATH + path, headers=headers, timeout=60, **arguments)

    return send


def test_the_list_contains_the_seeded_credentials_with_their_passwords(send, account):
    assert send("GET", "/auths").json() == {"data": []}
    second = {**AUTH, "id": "21", "password": "password-0002"}
    for auth in (AUTH, second):
        account.store("registry_auths").seed(auth)
    assert send("GET", "/auths").json() == {"data": [AUTH, second]}


@pytest.mark.parametrize(("shown", "password"), [("masked", "xxxxxxxx"), ("missing", None)])
def test_the_list_can_hide_passwords(send, account, shown, password):
    account.settings.set(auth_passwords=shown)
    account.store("registry_auths").seed(AUTH)
    assert [auth.get("password") for auth in send("GET", "/auths").json()["data"]] == [password]


@pytest.mark.parametrize("path", ["/auth/save", "/auth/delete"])
def test_no_call_changes_a_credential(send, account, path):
    account.store("registry_auths").seed(AUTH)
    assert send("POST", path, json=AUTH).status_code == 404
    assert len(send("GET", "/auths").json()["data"]) == 1


def test_unknown_credentials_of_an_endpoint_are_accepted_unless_a_setting_refuses_them(sim, account):
    client = Client(sim.ppio_url, account.key)
    endpoint_id = client.created(registry_auth_id="unknown", app_name="one")
    account.settings.set(unknown_auth_ids="refused")
    for refused in (client.create(registry_auth_id="unknown"), client.update(endpoint_id, registry_auth_id="unknown")):
        assert (refused.status_code, refused.json()["reason"]) == (400, "RESOURCE_NOT_FOUND")
    account.store("registry_auths").seed(AUTH)
    client.created(registry_auth_id=AUTH["id"])
    client.created({key: value for key, value in BODY.items() if key not in ("registry_auth_id", "app_name")})
