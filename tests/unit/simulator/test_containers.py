# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the responses of Novita's and PPIO's endpoints, which the setting ``endpoints_respond`` switches on."""

from __future__ import annotations

import secrets

import pytest
import requests

KEY = "key-of-the-container"
ENVS = [{"key": "VLLM_API_KEY", "value": KEY}]
ONE_WORKER = {"novita": {"workerConfig": {"minNum": 1}}, "ppio": {"worker_config": {"min_replicas": 1}}}
NO_WORKER = {"novita": {"workerConfig": {"minNum": 0}}, "ppio": {"worker_config": {"min_replicas": 0}}}


@pytest.fixture(name="owner", params=["novita", "ppio"])
def _owner(request, sim):
    """Return an account whose endpoints respond."""
    account = sim.account(request.param, secrets.token_hex(12))
    account.settings.set(endpoints_respond=True)
    return account


def seed(account, **fields):
    """Add an endpoint with one worker, and return its ID and its URL."""
    shown = account.seed(**ONE_WORKER[account.provider.name], **fields)
    return shown["id"], shown["url"]


def ask(url, path="/v1/models", key=None, method="GET"):
    """Send the request of a client of an endpoint."""
    with requests.Session() as session:
        session.trust_env = False
        return session.request(
            method, url + path, headers={"Authorization": f"Bearer {key}"} if key else {}, timeout=60
        )


def test_an_endpoint_has_an_address_of_its_provider_by_default(owner):
    owner.settings.set(endpoints_respond=False)
    resource_id, url = seed(owner)
    assert url == f"https://{resource_id}-{resource_id}.runsync.serverless.{owner.provider.name}.invalid"


def test_an_endpoint_responds_at_its_url(owner, sim):
    _resource_id, url = seed(owner)
    assert url.startswith(f"{sim.url}/")
    for key in (None, owner.key):
        assert ask(url, key=key).json()["data"][0]["id"] == "simulated"
    assert ask(url, "/v1/completions", method="POST").json()["choices"][0]["text"] == "4"


def test_a_container_has_its_health_path_and_those_of_a_model_server(owner):
    check = {"novita": "healthy", "ppio": "health_check"}[owner.provider.name]
    _resource_id, url = seed(owner, **{check: {"path": "/ready"}})
    assert ask(url, "/ready").status_code == 200
    for path in ("", "/", "/health", "/v1/models/7", "/v1/completions"):
        assert ask(url, path).status_code == 404, path


def test_a_container_demands_its_own_key(owner):
    _resource_id, url = seed(owner, envs=ENVS)
    assert ask(url, key=KEY).status_code == 200
    for key in (None, KEY[:-1], owner.key):
        assert ask(url, key=key).status_code == 401
    assert ask(url, "/v1/unknown").status_code == 401
    assert ask(url, "/health").status_code == 200


def test_an_endpoint_without_workers_does_not_respond(owner):
    resource_id, url = seed(owner)
    owner.change(resource_id, **NO_WORKER[owner.provider.name])
    for path in ("/v1/models", "/health"):
        assert ask(url, path).status_code == 503, path


def test_an_endpoint_responds_from_the_first_healthy_worker_until_it_is_deleted(account, client, clock):
    account.settings.set(endpoints_respond=True)
    resource_id = client.created()
    url = client.read(resource_id)["url"]
    seen = []
    for _second in range(3):
        seen.append(ask(url).status_code)
        clock.advance(1)
    client.delete(resource_id)
    seen.append(ask(url).status_code)
    clock.advance(1)
    assert [*seen, ask(url).status_code] == [503, 503, 200, 503, 404]


def test_an_endpoint_does_not_respond_if_its_workers_fail(account, client, clock):
    account.settings.set(endpoints_respond=True)
    account.fault("endpoint.create", "failed_workers", error="ImagePullError", message="no such image")
    url = client.read(client.created())["url"]
    clock.advance(5)
    assert ask(url).status_code == 503


def test_an_unknown_or_removed_endpoint_does_not_respond(owner):
    resource_id, url = seed(owner)
    assert ask(url[:-1]).status_code == 404
    assert ask(url.replace(owner.provider.name, "elsewhere")).status_code == 404
    owner.store().remove(resource_id)
    assert ask(url).status_code == 404


def test_an_asynchronous_endpoint_does_not_respond_at_its_url(sim):
    account = sim.account("ppio", secrets.token_hex(12))
    account.settings.set(endpoints_respond=True)
    _resource_id, url = seed(account, type="async")
    assert ask(url).status_code == 404


def test_each_account_decides_whether_its_endpoints_respond(owner, sim):
    _resource_id, url = seed(owner)
    other = sim.account(owner.provider.name, secrets.token_hex(12))
    other_id, _url = seed(other)
    assert ask(f"{url.rpartition('/')[0]}/{other_id}").status_code == 404


def test_the_requests_of_clients_are_no_requests_to_the_provider(owner):
    _resource_id, url = seed(owner)
    ask(url, key=owner.key)
    assert owner.requests == []
