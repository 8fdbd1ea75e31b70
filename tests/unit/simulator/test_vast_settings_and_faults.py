# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of settings and faults with Vast.ai: each has its documented effect."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.tests.simulator.vast import VAST


def test_visible_after(vast, vast_account, clock):
    vast_account.settings.set(visible_after=5)
    resource_id = vast.endpoint()
    assert vast.call("GET", "/endptjobs/").status_code == 400
    assert "not found" in vast.ask("/get_endpoint_workers/", id=resource_id).text
    clock.advance(5)
    assert vast.row(resource_id)


def test_stale_after(vast, vast_account, clock):
    vast_account.settings.set(stale_after=5)
    resource_id = vast.endpoint(max_workers=4)
    vast.update(resource_id, max_workers=9)
    assert vast.row(resource_id)["max_workers"] == 4
    clock.advance(5)
    assert vast.row(resource_id)["max_workers"] == 9
    vast.ok("DELETE", f"/endptjobs/{resource_id}/")
    assert vast.row(resource_id)
    assert vast.call("DELETE", f"/endptjobs/{resource_id}/").status_code == 400
    clock.advance(5)
    assert vast.call("GET", "/endptjobs/").status_code == 400


def test_list_order(vast, vast_account, clock):
    ids = []
    for _number in range(9):
        ids.append(vast.endpoint())
        clock.advance(1)
    for order, expected in (("created", ids), ("reversed", ids[::-1])):
        vast_account.settings.set(list_order=order)
        assert [row["id"] for row in vast.endpoints()] == expected
    vast_account.settings.set(list_order="shuffled")
    assert sorted(row["id"] for row in vast.endpoints()) == ids


@pytest.mark.parametrize("settings", [{"rate_limits": "documented"}, {"min_interval": VAST.intervals}])
@pytest.mark.parametrize(
    "method, path, interval",
    [
        ("GET", "/endptjobs/", 3.0),
        ("POST", "/endptjobs/", 4.0),
        ("PUT", "/endptjobs/{endpoint}/", 2.0),
        ("DELETE", "/endptjobs/{endpoint}/", 3.0),
        ("GET", "/workergroups/", 2.0),
        ("POST", "/workergroups/", 4.0),
        ("PUT", "/workergroups/{group}/", 2.0),
        ("DELETE", "/autojobs/{group}/", 3.0),
    ],
)
def test_documented_rate_limits(vast, vast_account, clock, settings, method, path, interval):
    endpoint = vast_account.seed()["id"]
    group = vast_account.store("workergroups").seed({"endpoint_id": endpoint})["id"]
    vast_account.settings.set(**settings)

    def call():
        fields = {"endpoint_id": endpoint, "template_hash": "0f3a", "search_params": ""}
        body = fields if method in ("POST", "PUT") and "/workergroups/" in path else {}
        return vast.call(method, path.format(endpoint=endpoint, group=group), None if method == "GET" else body)

    assert call().status_code == 200
    clock.advance(interval - 0.1)
    response = call()
    assert response.status_code == 429
    assert response.json() == {"detail": f"API requests too frequent endpoint threshold={interval}"}
    clock.advance(0.2)
    assert call().status_code != 429


def test_rate_limit_fault(vast, vast_account):
    vast_account.fault("*", "rate_limit", threshold=4)
    assert vast.call("GET", "/endptjobs/").json() == {"detail": "API requests too frequent endpoint threshold=4.0"}
    vast_account.fault("*", "rate_limit", retry_after=7, in_body=True)
    response = vast.call("GET", "/endptjobs/")
    assert (response.status_code, "Retry-After" in response.headers) == (429, False)
    assert response.json() == {"error": "rate_limit_exceeded", "msg": "API requests too frequent", "retry_after": 7}


def test_too_little_credit_is_refused(vast, vast_account):
    vast_account.settings.set(credit=4.99)
    response = vast.call("POST", "/endptjobs/", {"endpoint_name": "tts"})
    assert (response.status_code, response.json()) == (403, {"success": False, "error": "insufficient_credit"})
    vast_account.settings.set(credit=5)
    vast.endpoint()
    assert vast.call("POST", "/endptjobs/", {"endpoint_name": "second"}).status_code == 403
    vast_account.settings.set(credit=10)
    vast.endpoint()


@pytest.mark.parametrize("when, count", [("before", 0), ("after", 1)])
def test_success_false(vast, vast_account, when, count):
    vast_account.fault("endpoint.create", "success_false", error="no_credit", message="credit too low", when=when)
    response = vast.call("POST", "/endptjobs/", {})
    assert response.status_code == 200
    assert response.json() == {"success": False, "error": "no_credit", "msg": "credit too low"}
    assert len(vast_account.records()) == count


def test_an_invalid_key_can_look_like_a_missing_resource(vast, vast_account):
    vast_account.fault("*", "status", status=404, reason="not_found", message="Invalid user key")
    assert vast.call("GET", "/endptjobs/").json() == {"success": False, "error": "not_found", "msg": "Invalid user key"}


def test_lists_can_be_corrupted(vast, vast_account):
    resource_id = vast.endpoint()
    vast.endpoint()
    vast_account.fault("endpoint.list", "short_list")
    assert vast.ok("GET", "/endptjobs/") == {"success": True, "results": [vast.row(resource_id)]}
    vast_account.fault("endpoint.list", "empty_list")
    assert vast.endpoints() == []
    vast_account.fault("endpoint.list", "wrong_types")
    assert vast.endpoints() == "text"
    vast_account.fault("*", "no_envelope", times=2)
    assert vast.ok("GET", "/endptjobs/") == vast.ok("GET", f"/endptjobs/{resource_id}/") == {}


@pytest.mark.parametrize("shape", ["object", "array"])
@pytest.mark.parametrize("path", ["/get_endpoint_workers/", "/get_workergroup_workers/"])
def test_lists_of_workers_can_be_corrupted(vast, vast_account, shape, path):
    endpoint = vast.endpoint(cold_workers=2)
    resource_id = vast.group(endpoint) if "group" in path else endpoint
    if "group" not in path:
        vast.group(endpoint)
    vast_account.settings.set(workers_shape=shape)
    whole = vast.ask(path, id=resource_id).json()

    def rows(response):
        return response["workers"] if shape == "object" else response

    vast_account.fault("*", "short_list")
    assert rows(vast.ask(path, id=resource_id).json()) == rows(whole)[:1]
    vast_account.fault("*", "wrong_types", of="items")
    assert rows(vast.ask(path, id=resource_id).json()) == ["text", "text"]
    vast_account.fault("*", "no_envelope")
    assert vast.ask(path, id=resource_id).json() == {}
    vast_account.fault("*", "empty_list")
    assert vast.ask(path, id=4711).text.startswith("authenticate_endpoint_apikey")


def test_ignore_and_clip(vast, vast_account):
    vast_account.fault("*", "ignore", fields=["max_workers"])
    resource_id = vast.endpoint(max_workers=4, min_load=3)
    assert (vast.row(resource_id)["max_workers"], vast.row(resource_id)["min_load"]) == (20, 3.0)
    vast_account.fault("*", "ignore", fields=["max_workers"])
    vast.update(resource_id, max_workers=9, min_load=4)
    assert (vast.row(resource_id)["max_workers"], vast.row(resource_id)["min_load"]) == (20, 4.0)
    vast_account.fault("*", "clip", field="max_workers", value=6)
    vast.update(resource_id, max_workers=9)
    assert vast.row(resource_id)["max_workers"] == 6


def test_duplicate(vast, vast_account):
    vast_account.fault("*", "duplicate")
    resource_id = vast.endpoint()
    first, second = vast.endpoints()
    assert first["endpoint_name"] == second["endpoint_name"]
    assert resource_id in (first["id"], second["id"])
    vast_account.fault("*", "duplicate")
    vast.group(resource_id)
    assert len(vast.groups()) == 2


def test_vast_can_stop_an_endpoint(vast, vast_account, clock):
    resource_id = vast.endpoint()
    vast.group(resource_id)
    vast_account.fault("endpoint.update", "stopped")
    vast.update(resource_id, cold_workers=2)
    assert vast.row(resource_id)["endpoint_state"] == "active"
    clock.advance(1)
    assert vast.row(resource_id)["endpoint_state"] == "stopped"
    assert vast.workers(resource_id) == ["stopped", "stopped"]
    vast.update(resource_id, cold_workers=2, endpoint_state=None)
    assert vast.row(resource_id)["endpoint_state"] == "stopped"
    vast.update(resource_id, cold_workers=2, endpoint_state="active")
    assert vast.workers(resource_id) == ["loading", "loading"]
    clock.advance(1)
    assert vast.workers(resource_id) == ["idle", "idle"]


@pytest.mark.parametrize("fault, status", [("failed_state", "model_loading"), ("stuck", "loading")])
@pytest.mark.parametrize("operation", ["endpoint.create", "workergroup.create"])
def test_workers_can_fail_or_be_stuck(vast, vast_account, clock, operation, fault, status):
    vast_account.fault(operation, fault)
    resource_id = vast.endpoint()
    vast.group(resource_id)
    assert vast.workers(resource_id) == ["creating"]
    clock.advance(3600)
    assert vast.workers(resource_id) == [status]
    assert vast.row(resource_id)["endpoint_state"] == "active"


def test_echo_secrets(vast, vast_account):
    vast_account.fault("*", "echo_secrets")
    assert vast_account.key in vast.call("GET", "/endptjobs/").json()["msg"]
