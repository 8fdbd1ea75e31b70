# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the requests of clients to Vast.ai's endpoints: the autoscaler assigns a worker, which responds."""

from __future__ import annotations

import pytest
import requests

UNKNOWN = "authenticate_endpoint_apikey: invalid api_key or endpoint NAME not found"


@pytest.fixture(name="serving")
def _serving(vast, vast_account, clock):
    """Return the row of an endpoint with one worker, which responds."""
    vast_account.settings.set(endpoints_respond=True)
    resource_id = vast.endpoint()
    vast.group(resource_id)
    clock.advance(2)
    return vast.row(resource_id)


def post(url, body, key):
    with requests.Session() as session:
        session.trust_env = False
        return session.post(url, json=body, headers={"Authorization": f"Bearer {key}"}, timeout=60)


def route(vast, key, **body):
    return post(f"{vast.autoscaler}/route/", {"endpoint": "tts", "cost": 100, **body}, key)


def speak(assignment, key, **body):
    """Send the request of a client to the assigned worker."""
    return post(
        f"{assignment['url']}/v1/audio/speech", {"auth_data": assignment, "payload": {"input": "Hi"}, **body}, key
    )


def test_the_assigned_worker_responds(vast, sim, serving):
    assignment = route(vast, serving["api_key"]).json()
    assert assignment["url"].startswith(f"{sim.url}/")
    [worker] = vast.ask("/get_endpoint_workers/", id=serving["id"]).json()["workers"]
    assert worker["url"] == assignment["url"]
    assert (assignment["endpoint"], assignment["cost"]) == ("tts", 100)
    assert speak(assignment, serving["api_key"]).json() == {"input": "Hi"}
    again = route(vast, serving["api_key"], request_idx=assignment["request_idx"]).json()
    assert again["request_idx"] == assignment["request_idx"]
    assert again["reqnum"] > assignment["reqnum"]


def test_a_worker_has_an_address_of_its_provider_by_default(vast, vast_account, serving):
    url = route(vast, serving["api_key"]).json()["url"]
    vast_account.settings.set(endpoints_respond=False)
    assert route(vast, serving["api_key"]).json()["url"].endswith(".workers.vast.invalid")
    assert speak({"url": url}, serving["api_key"]).status_code == 404


def test_only_the_key_of_the_endpoint_gets_an_assignment(vast, vast_account, other_vast, serving):
    other_vast.endpoint()
    for key, name in (
        (vast_account.key, "tts"),
        (serving["api_key"], "other"),
        (other_vast.endpoints()[0]["api_key"][:-1], "tts"),
        ("", "tts"),
    ):
        response = route(vast, key, endpoint=name, api_key=serving["api_key"])
        assert (response.status_code, response.text) == (200, UNKNOWN)


@pytest.mark.parametrize("body", [{"cost": None}, {"cost": "100"}, {"endpoint": None}])
def test_an_incomplete_request_for_an_assignment_is_refused(vast, serving, body):
    assert route(vast, serving["api_key"], **body).status_code == 400


def test_without_an_idle_worker_the_response_has_the_statuses(vast, vast_account, clock):
    vast_account.settings.set(endpoints_respond=True)
    resource_id = vast.endpoint(cold_workers=2)
    key = vast.row(resource_id)["api_key"]
    assert route(vast, key).json()["status"] == ""
    vast.group(resource_id)
    clock.advance(1)
    waiting = route(vast, key).json()
    assert ("url" in waiting, waiting["status"]) == (False, "2 loading")
    clock.advance(1)
    assert "url" in route(vast, key, request_idx=waiting["request_idx"]).json()


def test_a_worker_that_is_not_idle_or_gone_does_not_respond(vast, serving):
    assignment = route(vast, serving["api_key"]).json()
    vast.update(serving["id"], endpoint_name="tts", cold_workers=1, endpoint_state="stopped")
    assert "url" not in route(vast, serving["api_key"]).json()
    assert speak(assignment, serving["api_key"]).status_code == 503
    vast.ok("DELETE", f"/endptjobs/{serving['id']}/")
    assert speak(assignment, serving["api_key"]).status_code == 404
    assert route(vast, serving["api_key"]).text == UNKNOWN


def test_a_worker_demands_the_whole_assignment_with_its_signature(vast, serving):
    assignment, key = route(vast, serving["api_key"]).json(), serving["api_key"]
    for body, status in (
        ({"auth_data": None}, 422),
        ({"auth_data": {name: value for name, value in assignment.items() if name != "reqnum"}}, 422),
        ({"auth_data": {**assignment, "signature": "0" * 64}}, 401),
        ({"auth_data": {**assignment, "url": assignment["url"] + "0"}}, 401),
    ):
        assert speak(assignment, key, **body).status_code == status
    assert post(assignment["url"], {"auth_data": assignment}, key).status_code == 422


def test_the_requests_of_clients_are_no_requests_to_the_account(vast, vast_account, sim, serving):
    vast_account.clear()
    speak(route(vast, serving["api_key"]).json(), serving["api_key"])
    assert vast_account.requests == []
    assert serving["api_key"] not in [account.key for account in sim.accounts.of("vast")]
