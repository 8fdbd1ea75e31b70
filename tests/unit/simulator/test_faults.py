# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of each fault: it has its documented effect, and the journal shows it."""

from __future__ import annotations

import json
import threading
import time
import types

import pytest
import requests

from ansible_collections.gpufleet.cloud.tests.simulator import faults
from ansible_collections.gpufleet.cloud.tests.simulator.faults import ARGUMENTS, FITS, PLAYERS

CORRUPTING = ("status", "reset", "cut", "garbage", "empty")


def attempt(call):
    """Make a call, and ignore a broken connection."""
    try:
        return call()
    except requests.RequestException:
        return None


@pytest.mark.parametrize("when, count", [("before", 0), ("after", 1)])
@pytest.mark.parametrize("fault", CORRUPTING)
def test_when_decides_whether_the_operation_is_executed(account, client, fault, when, count):
    account.fault("endpoint.create", fault, when=when)
    attempt(client.create)
    assert len(client.listed()) == count
    assert [entry["fault"] for entry in account.requests] == [fault, None]


def test_status(account, client):
    account.fault("*", "status", status=503, reason="BUSY", message="later", headers={"X-Request-Id": "r1"})
    response = client.get("/endpoints")
    assert (response.status_code, response.headers["X-Request-Id"]) == (503, "r1")
    assert response.json() == {"code": 503, "reason": "BUSY", "message": "later", "metadata": {}}
    account.fault("*", "status", body={"error": "other"})
    assert client.get("/endpoints").json() == {"error": "other"}
    account.fault("*", "status", body="<html>")
    assert client.get("/endpoints").text == "<html>"


def test_rate_limit(account, client):
    account.fault("*", "rate_limit", retry_after=7, threshold=4)
    response = client.get("/endpoints")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "7")
    assert response.json()["message"] == "API requests too frequent endpoint threshold=4.0"
    account.fault("*", "rate_limit", plain=True)
    response = client.get("/endpoints")
    assert (response.status_code, response.text) == (429, "API requests too frequent")
    assert "Retry-After" not in response.headers


def test_reset(account, client):
    account.fault("*", "reset")
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        client.get("/endpoints")
    assert account.requests[0]["status"] is None
    assert client.listed() == []


def test_cut(account, client):
    client.created()
    account.fault("*", "cut", when="after")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.get("/endpoints")


def test_garbage(account, client):
    account.fault("*", "garbage", body="<p>", content_type="application/json", status=502)
    response = client.get("/endpoints")
    assert (response.status_code, response.text, response.headers["Content-Type"]) == (502, "<p>", "application/json")


def test_empty(account, client):
    account.fault("*", "empty")
    response = client.get("/endpoints")
    assert (response.status_code, response.text) == (200, "")


def test_redirect(account, client):
    account.fault("*", "redirect", location="https://example.org/", status=307)
    response = client.get("/endpoints")
    assert (response.status_code, response.headers["Location"]) == (307, "https://example.org/")


@pytest.mark.parametrize("when", ["before", "after"])
def test_delay(account, client, when):
    account.fault("*", "delay", seconds=0.1, when=when)
    begin = time.monotonic()
    client.created()
    assert time.monotonic() - begin >= 0.1


def test_drip(account, client, monkeypatch):
    over, pauses = threading.Semaphore(0), []

    def sleep(seconds):
        pauses.append(seconds)
        assert over.acquire(timeout=60)

    monkeypatch.setattr(faults, "time", types.SimpleNamespace(sleep=sleep))
    account.fault("*", "drip", seconds_per_byte=0.02, count=5)
    with client.session.get(f"{client.base}/endpoints", stream=True, timeout=60) as response:
        # The header arrives immediately, and then five single bytes.
        received = b""
        for letter in b'{"end':
            over.release()
            received += response.raw.read(1)
            assert received[-1] == letter
        assert json.loads(received + response.raw.read()) == {"endpoints": None, "total": 0}
    assert pauses == [0.02] * 5


def test_no_route_and_blocked_return_responses_of_a_proxy(account, client):
    for fault, arguments, expected in [
        ("no_route", {}, (404, "404 page not found")),
        ("blocked", {}, (403, "error code: 1010")),
    ]:
        account.fault("endpoint.list", fault, **arguments)
        response = client.get("/endpoints")
        assert (response.status_code, response.text) == expected
    account.fault("endpoint.list", "blocked", html=True)
    response = client.get("/endpoints")
    assert (response.status_code, "<script>" in response.text) == (403, True)


def test_the_total_of_an_empty_list_can_be_set(account, client):
    account.seed(name="one")
    account.fault("endpoint.list", "empty_list", total=0)
    assert client.get("/endpoints").json() == {"endpoints": [], "total": 0}


def test_flood(account, client):
    account.fault("*", "flood", bytes=100_000)
    response = client.get("/endpoints")
    assert len(response.content) > 100_000
    assert response.json()["total"] == 0


def test_echo_secrets(account, client):
    account.fault("*", "echo_secrets")
    message = client.create(name="mine").json()["message"]
    assert account.key in message and '"LOG_LEVEL"' in message


def test_no_envelope(account, client):
    account.fault("*", "no_envelope", times=2)
    assert client.get("/endpoints").json() == {}
    account.seed(id="one")
    assert client.get("/endpoint", id="one").json() == {}


def test_wrong_types(account, client):
    account.seed(id="one")
    account.fault("endpoint.list", "wrong_types")
    assert client.listed() == "text"
    account.fault("endpoint.list", "wrong_types", of="items")
    assert client.listed() == ["text"]
    account.fault("endpoint.get", "wrong_types")
    assert client.read("one") == "text"


def test_short_and_empty_lists_keep_the_true_total(account, client):
    for _resource in range(3):
        account.seed()
    account.fault("endpoint.list", "short_list", keep=2)
    page = client.get("/endpoints").json()
    assert (len(page["endpoints"]), page["total"]) == (2, 3)
    account.fault("endpoint.list", "empty_list")
    assert client.get("/endpoints").json() == {"endpoints": [], "total": 3}


def test_ignore(account, client):
    resource_id = client.created()
    account.fault("endpoint.update", "ignore", fields=["workerConfig.maxNum", "envs"])
    assert client.update(resource_id, name="new", workerConfig__maxNum=9, envs=[]).json() == {}
    resource = client.read(resource_id)
    assert (resource["name"], resource["workerConfig"]["maxNum"], len(resource["envs"])) == ("new", 2, 1)
    account.fault("endpoint.create", "ignore", fields=["workerConfig.maxNum", "envs"])
    resource = client.read(client.created())
    assert "maxNum" not in resource["workerConfig"]
    assert resource["envs"] == []


def test_clip(account, client):
    account.fault("endpoint.create", "clip", field="workerConfig.maxNum", value=1)
    assert client.read(client.created())["workerConfig"]["maxNum"] == 1


def test_failed_state(account, client, clock):
    account.fault("*", "failed_state", error="IMAGE", message="no such image")
    resource_id = client.created()
    assert client.read(resource_id)["state"]["state"] == "creating"
    clock.advance(1)
    resource = client.read(resource_id)
    assert resource["state"] == {"state": "failed", "error": "IMAGE", "message": "no such image"}
    assert resource["workers"] == []
    client.update(resource_id)
    clock.advance(1)
    assert client.read(resource_id)["state"]["state"] == "serving"


@pytest.mark.parametrize("fault, state", [("stuck", "creating"), ("stopped", "stopped")])
def test_stuck_and_stopped(account, client, clock, fault, state):
    account.fault("endpoint.create", fault)
    resource_id = client.created()
    clock.advance(3600)
    assert client.read(resource_id)["state"]["state"] == state
    assert client.read(resource_id)["workers"] == []


def test_duplicate(account, client):
    account.fault("endpoint.create", "duplicate")
    resource_id = client.created(appName="app")
    first, second = client.listed()
    assert first["name"] == second["name"] == "demo"
    assert resource_id in (first["id"], second["id"])
    assert first["appName"] != second["appName"]


def test_times_and_skip(account, client):
    account.fault("endpoint.list", "status", status=500, skip=1, times=2)
    assert [client.get("/endpoints").status_code for _request in range(4)] == [200, 500, 500, 200]
    account.fault("*", "status", status=502, times=0)
    assert [client.get("/endpoint/limit").status_code for _request in range(5)] == [502] * 5
    account.clear_faults()
    assert client.get("/endpoint/limit").status_code == 200


def test_faults_stay_queued_until_a_matching_operation(account, client):
    account.fault("*", "duplicate")
    account.fault("endpoint.delete", "empty")
    client.listed()
    assert [fault["fault"] for fault in account.faults.active()] == ["duplicate", "empty"]
    client.created()
    assert [fault["fault"] for fault in account.faults.active()] == ["empty"]


@pytest.mark.parametrize(
    "operation, fault, arguments, message",
    [
        ("endpoint.fly", "status", {}, "unknown operation 'endpoint.fly'"),
        ("*", "surprise", {}, "unknown fault 'surprise'"),
        ("*", "status", {"color": 1}, "no argument 'color'"),
        ("*", "status", {"when": "never"}, "'before' or 'after'"),
        ("endpoint.get", "duplicate", {}, "cannot affect endpoint.get"),
    ],
)
def test_invalid_faults_are_refused(account, operation, fault, arguments, message):
    with pytest.raises(ValueError, match=message):
        account.fault(operation, fault, **arguments)
    assert account.faults.active() == []


def test_every_fault_has_a_player_or_a_list_of_operations():
    assert PLAYERS.keys() | FITS.keys() == ARGUMENTS.keys()


def test_contradiction(account, client):
    client.create()
    whole = client.get("/endpoints").json()
    account.fault("endpoint.list", "contradiction", members={"error": "x"}, status=206)
    response = client.get("/endpoints")
    assert (response.status_code, response.json()) == (206, {**whole, "error": "x"})
    account.fault("endpoint.list", "contradiction", emptied=True, members={"code": 7})
    assert client.get("/endpoints").json() == {"endpoints": [], "total": 0, "code": 7}
    account.fault("endpoint.list", "contradiction", doubled=True)
    pairs = client.get("/endpoints").json(object_pairs_hook=list)
    assert sorted(key for key, _value in pairs) == ["endpoints", "endpoints", "total", "total"]
    assert dict(pairs) == {"endpoints": [], "total": 0}
    account.fault("endpoint.create", "contradiction", when="before", members={"error": "x"})
    assert client.post("/endpoint/create", {}).json() == {"error": "x"}
    assert client.get("/endpoints").json() == whole
