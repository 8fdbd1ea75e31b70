# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the control interface over HTTP, the journal, and the page for people."""

from __future__ import annotations

import pytest


@pytest.fixture
def control(sim, client):
    """Return a function that calls the control interface with the client's key."""

    def call(method, path, body=None, status=200):
        response = client.session.request(method, f"{sim.url}/_sim{path}", json=body, timeout=60)
        assert response.status_code == status, response.text
        return response.json()

    return call


def test_health(control, sim):
    assert control("GET", "/health") == {"status": "ok", "providers": [provider.name for provider in sim.providers]}


def test_requests(control, client, clock):
    begin = clock.now()
    client.listed(pageSize=5)
    clock.advance(1)
    client.create(surprise=1)
    first, second = control("GET", "/novita/requests")
    assert (first["n"], first["operation"], first["method"], first["at"]) == (1, "endpoint.list", "GET", begin)
    assert first["path"] == "/novita/gpu-instance/openapi/v1/endpoints"
    assert (first["query"], first["body"], first["status"], first["fault"]) == ({"pageSize": "5"}, None, 200, None)
    assert first["headers"]["authorization"].startswith("Bearer ")
    assert (second["n"], second["status"], second["at"]) == (2, 400, begin + 1)
    assert second["body"]["endpoint"]["surprise"] == 1
    control("DELETE", "/novita/requests")
    assert control("GET", "/novita/requests") == []


def test_faults(control, client):
    queued = control("POST", "/novita/faults", {"operation": "endpoint.list", "fault": "status", "status": 502})
    assert control("GET", "/novita/faults") == [queued]
    assert client.get("/endpoints").status_code == 502
    assert control("GET", "/novita/faults") == []
    control("POST", "/novita/faults", {"operation": "*", "fault": "empty", "times": 0})
    kept = control("POST", "/novita/faults", {"operation": "*", "fault": "reset"})
    control("DELETE", "/novita/faults?operation=*&fault=empty")
    assert control("GET", "/novita/faults") == [kept]
    control("DELETE", "/novita/faults")
    assert client.get("/endpoints").status_code == 200


def test_settings(control, client):
    assert control("GET", "/novita/settings")["total"] == "number"
    assert control("PATCH", "/novita/settings", {"total": "missing"})["total"] == "missing"
    assert "total" not in client.get("/endpoints").json()


def test_resources_can_be_seeded_changed_and_deleted(control, client, other_client):
    seeded = control("POST", "/novita/endpoints", {"name": "x", "workerConfig": {"minNum": 2}, "createdAt": 5})
    assert seeded["state"]["state"] == "serving"
    assert [worker["healthy"] for worker in seeded["workers"]] == [True, True]
    assert client.listed()[0]["name"] == "x"
    changed = control("PATCH", f"/novita/endpoints/{seeded['id']}", {"workerConfig": {"maxNum": 7}, "state": "failed"})
    assert changed == {**client.read(seeded["id"]), "ports": changed["ports"]}
    assert (changed["workerConfig"]["minNum"], changed["workerConfig"]["maxNum"]) == (2, 7)
    assert changed["state"]["state"] == "failed"
    assert control("GET", "/novita/endpoints") == [changed]
    assert other_client.listed() == []
    control("DELETE", f"/novita/endpoints/{seeded['id']}")
    assert client.listed() == []


def test_seeded_resources_are_not_validated(account, client):
    account.seed(id="chosen", name="n" * 300, state={"state": "odd", "error": "E"}, workers=[], envs=None)
    resource = client.read("chosen")
    assert (resource["id"], len(resource["name"]), resource["envs"]) == ("chosen", 300, None)
    assert resource["state"] == {"state": "odd", "error": "E", "message": ""}
    assert resource["workers"] == []
    account.change("chosen", state="serving")
    assert client.read("chosen")["state"]["state"] == "serving"
    assert [item["id"] for item in account.records()] == ["chosen"]


def test_an_account_can_be_deleted(control, client):
    client.created()
    control("DELETE", "/novita")
    assert client.listed() == []
    assert len(control("GET", "/novita/requests")) == 1


@pytest.mark.parametrize(
    "method, path, body, status, message",
    [
        ("PATCH", "/novita/settings", {"color": 1}, 400, "unknown setting 'color'"),
        ("PATCH", "/novita/settings", [], 400, "must be a JSON object"),
        ("POST", "/novita/faults", {"operation": "*", "fault": "surprise"}, 400, "unknown fault 'surprise'"),
        ("POST", "/novita/faults", {"operation": "*"}, 400, "a fault requires 'fault'"),
        ("GET", "/novita/planets", None, 400, "novita has no 'planets'"),
        ("GET", "/nobody/requests", None, 400, "unknown provider 'nobody'"),
        ("PATCH", "/novita/endpoints/nothing", {}, 404, "no resource has the ID nothing"),
        ("DELETE", "/novita/endpoints/nothing", None, 404, "no resource has the ID nothing"),
    ],
)
def test_invalid_requests_return_an_error(control, method, path, body, status, message):
    assert message in control(method, path, body, status)["error"]


def test_the_control_interface_requires_a_key(control, client):
    client.session.headers["Authorization"] = "Bearer short"
    assert "at least 20 characters" in control("GET", "/novita/requests", status=400)["error"]


def test_the_page_shows_everything_except_the_key(sim, account, client):
    client.created(name="<shown>")
    account.fault("*", "empty")
    page = client.session.get(sim.url, timeout=60).text
    assert "&lt;shown&gt;" in page and "creating" in page and "endpoint.create" in page and "empty" in page
    assert account.key not in page and account.key[:4] in page
