# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Vast.ai's autoscaler: workers over time, logs, and errors with HTTP status 200."""

from __future__ import annotations

import pytest

UNKNOWN = "authenticate_endpoint_apikey: invalid api_key or endpoint NAME not found"


def test_a_workergroup_starts_workers(vast, clock):
    resource_id = vast.endpoint(cold_workers=2)
    assert vast.workers(resource_id) == []
    vast.group(resource_id)
    for status in ("creating", "loading", "idle"):
        assert vast.workers(resource_id) == [status, status]
        clock.advance(1)
    vast.update(resource_id, cold_workers=3)
    assert vast.workers(resource_id) == ["idle", "idle", "creating"]
    vast.update(resource_id, cold_workers=3, max_workers=1)
    assert vast.workers(resource_id) == ["idle"]


@pytest.mark.parametrize(
    "fields, count",
    [
        ({"cold_workers": 0, "min_load": 0}, 0),
        ({"cold_workers": 0, "min_load": 5}, 1),
        ({"cold_workers": 9, "max_workers": 3}, 3),
        ({"cold_workers": 1, "max_workers": 0}, 0),
    ],
)
def test_an_endpoint_has_the_right_number_of_workers(vast, fields, count):
    resource_id = vast.endpoint(**fields)
    vast.group(resource_id)
    assert len(vast.workers(resource_id)) == count


def test_suspended_keeps_workers_and_stopped_stops_them(vast, clock):
    resource_id = vast.endpoint()
    vast.group(resource_id)
    vast.update(resource_id, cold_workers=4, endpoint_state="suspended")
    assert vast.workers(resource_id) == ["creating"]
    clock.advance(2)
    assert vast.workers(resource_id) == ["idle"]
    vast.update(resource_id, cold_workers=1, endpoint_state="stopped")
    assert vast.workers(resource_id) == ["stopped"]
    vast.update(resource_id, cold_workers=1, endpoint_state="active")
    assert vast.workers(resource_id) == ["loading"]


def test_a_worker_belongs_to_one_group(vast):
    resource_id = vast.endpoint(cold_workers=3)
    first, second = vast.group(resource_id), vast.group(resource_id)
    assert vast.ask("/get_workergroup_workers/", id=second).json() == {"workers": []}
    vast.update(resource_id, cold_workers=4)
    counts = [len(vast.ask("/get_workergroup_workers/", id=group).json()["workers"]) for group in (first, second)]
    assert counts == [3, 1]
    vast.ok("DELETE", f"/workergroups/{first}/")
    assert len(vast.ask("/get_workergroup_workers/", id=second).json()["workers"]) == 4


@pytest.mark.parametrize(
    ("outcome", "statuses"),
    [
        ("idle", ["idle"] * 5),
        ("loading", ["loading"] * 5),
        ("stopped", ["stopped"] * 5),
        ("error", ["error", "rebooting", "model_loading", "error", "rebooting"]),
        ("recovers", ["error", "rebooting", "model_loading", "idle", "idle"]),
    ],
)
def test_worker_outcome(vast, vast_account, clock, outcome, statuses):
    vast_account.settings.set(worker_outcome=outcome)
    resource_id = vast.endpoint()
    vast.group(resource_id)
    clock.advance(2)
    seen = []
    for seconds in (30, 10, 20, 30, 0):
        seen += vast.workers(resource_id)
        clock.advance(seconds)
    assert seen == statuses


def test_a_slow_worker_is_replaced(vast, vast_account, clock):
    vast_account.settings.set(worker_outcome="replaced")
    resource_id = vast.endpoint()
    vast.group(resource_id)
    [first] = vast.ask("/get_endpoint_workers/", id=resource_id).json()["workers"]
    clock.advance(150)
    assert vast.workers(resource_id) == ["destroying"]
    clock.advance(40)
    [second] = vast.ask("/get_endpoint_workers/", id=resource_id).json()["workers"]
    assert (second["id"] != first["id"], second["status"]) == (True, "creating")


@pytest.mark.parametrize("rows", ["bare", "kept"])
def test_an_unused_worker_stops(vast, vast_account, clock, rows):
    vast_account.settings.set(rest_after=600, rest_rows=rows)
    resource_id = vast.endpoint(min_load=0)
    vast.group(resource_id)
    clock.advance(601)
    assert vast.workers(resource_id) == ["idle"]
    clock.advance(2)
    [worker] = vast.ask("/get_endpoint_workers/", id=resource_id).json()["workers"]
    assert worker["status"] == "stopped"
    assert worker.get("measured_perf") == (118.5 if rows == "kept" else None)
    vast.update(resource_id, cold_workers=1, min_load=1)
    assert vast.workers(resource_id) == ["idle"]


def test_workers_shape(vast, vast_account):
    resource_id = vast.endpoint()
    vast.group(resource_id)
    wrapped = vast.ask("/get_endpoint_workers/", id=resource_id).json()
    assert {"id", "status", "url", "created_at", "gpu_name", "measured_perf"} <= wrapped["workers"][0].keys()
    vast_account.settings.set(workers_shape="array")
    assert vast.ask("/get_endpoint_workers/", id=resource_id).json() == wrapped["workers"]


@pytest.mark.parametrize("shape", ["text", "error_msg", "error"])
def test_a_new_endpoint_has_no_list_of_workers_yet(vast, vast_account, clock, shape):
    vast_account.settings.set(young_seconds=10, young_shape=shape)
    resource_id = vast.endpoint()
    response = vast.ask("/get_endpoint_workers/", id=resource_id)
    assert response.status_code == 200
    assert "not ready to be queried" in response.text
    assert shape == "text" or list(response.json()) == [shape]
    clock.advance(10)
    assert vast.workers(resource_id) == []


@pytest.mark.parametrize(
    "path",
    [
        "/get_endpoint_workers/",
        "/get_workergroup_workers/",
        "/get_endpoint_logs/",
        "/get_workergroup_logs/",
        "/get_autogroup_logs/",
    ],
)
def test_an_unknown_id_returns_plain_text(vast, path):
    response = vast.ask(path, id=4711)
    assert (response.status_code, response.text) == (200, UNKNOWN)
    assert response.headers["Content-Type"].startswith("text/plain")


def test_logs_have_two_formats(vast, vast_account):
    resource_id = vast.endpoint(cold_workers=2)
    group = vast.group(resource_id)
    named = {"endpoint": "tts", "api_key": vast.row(resource_id)["api_key"]}
    for path, body in (("/get_endpoint_logs/", named), ("/get_workergroup_logs/", {"id": group})):
        log = vast.ask(path, tail=2, **body).json()
        assert list(log) == ["logs"]
        assert len(log["logs"].splitlines()) == 2
    for path, body in (("/get_endpoint_logs/", {"id": resource_id}), ("/get_autogroup_logs/", {"id": group})):
        log = vast.ask(path, api_key=vast_account.key, **body).json()
        assert list(log) == ["info0", "info1", "trace", "debug"]
    for body in (
        {"endpoint": "nobody"},
        {"endpoint": "tts"},
        {"endpoint": "tts", "api_key": vast_account.key},
        {"id": resource_id},
    ):
        assert vast.ask("/get_endpoint_logs/", **body).text == UNKNOWN
    vast_account.settings.set(log_key="bearer")
    assert vast.ask("/get_endpoint_logs/", id=resource_id).json()["info1"]


def test_a_rolling_update_loads_all_workers_again(vast, clock):
    resource_id = vast.endpoint()
    group = vast.group(resource_id)
    clock.advance(2)
    canceled = vast.ask("/update_workers/", workergroup_id=group, cancel_update=True).json()
    assert canceled == {"success": True, "cancelled": True}  # codespell:ignore cancelled
    assert vast.workers(resource_id) == ["idle"]
    assert vast.ask("/update_workers/", workergroup_id=group).json() == {"success": True, "workers_to_update": 1}
    assert vast.workers(resource_id) == ["loading"]
    assert vast.ask("/update_workers/", workergroup_id=4711).json()["success"] is False


@pytest.mark.parametrize(
    "path, body",
    [
        ("/get_endpoint_workers/", {}),
        ("/get_endpoint_workers/", {"id": "5"}),
        ("/get_endpoint_workers/", {"id": 5, "client_id": "me"}),
        ("/get_workergroup_workers/", {"id": 0}),
        ("/get_endpoint_logs/", {"tail": 5}),
        ("/get_endpoint_logs/", {"id": 5, "tail": 0}),
        ("/get_workergroup_logs/", {"endpoint": "tts"}),
        ("/update_workers/", {"id": 5}),
    ],
)
def test_invalid_requests_are_refused(vast, path, body):
    response = vast.ask(path, **body)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_args")


def test_the_autoscaler_is_also_served_below_the_control_plane(sim, vast):
    """With another address for the control plane, the vendor's client expects the autoscaler there, too."""
    resource_id = vast.endpoint()
    assert vast.ok("POST", "/get_endpoint_workers/", {"id": resource_id}, sim.vast_url) == {"workers": []}
