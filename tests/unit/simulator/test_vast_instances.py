# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the list of Vast.ai's instances: its pages, the workers in it, and what a delete leaves behind."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest


def call(vast, **query):
    return vast.call("GET", f"/instances/?{urlencode(query)}", base=vast.base.replace("/v0", "/v1"))


def page(vast, **query):
    response = call(vast, **query)
    assert response.status_code == 200, response.text
    return response.json()


def listed(vast):
    """Return the label and the status of each instance."""
    return [(row["label"], row["actual_status"]) for row in page(vast)["instances"]]


def test_the_list_has_pages(vast, vast_account):
    for number in range(27):
        vast_account.store("instances").seed({"id": 100 + number, "label": f"ci-{number}"})
    first = page(vast)
    assert (len(first["instances"]), first["instances_found"], first["total_instances"]) == (25, 25, 27)
    last = page(vast, after_token=first["next_token"])
    assert [row["id"] for row in last["instances"]] == [125, 126]
    assert last["next_token"] is None
    assert len(page(vast, limit=0)["instances"]) == 5
    for query in ({"after_token": "other"}, {"limit": 26}, {"select_cols": "id"}, {"owner": "me"}):
        assert call(vast, **query).status_code == 400, query


def test_full_rows_have_secrets_and_unknown_columns_are_null(vast, vast_account):
    vast_account.store("instances").seed({"label": "ci-1", "dph_total": 1, "actual_status": "exited"})
    [row] = page(vast)["instances"]
    assert row["instance_api_key"] and row["jupyter_token"] and row["extra_env"]
    assert (row["actual_status"], row["dph_total"], row["start_date"] > 1_700_000_000) == ("exited", 1.0, True)
    [row] = page(vast, select_cols=json.dumps(["label", "owner"]))["instances"]
    assert row == {"label": "ci-1", "owner": None}


def test_a_worker_is_an_instance_with_the_endpoint_in_its_label(vast, clock):
    endpoint = vast.endpoint()
    group = vast.group(endpoint, search_params="gpu_name=RTX_4090 num_gpus=1")
    label = f"tts:{endpoint}:{group}"
    for status in (None, "loading", "running"):
        assert listed(vast) == [(label, status)]
        clock.advance(1)
    [row] = page(vast)["instances"]
    [worker] = vast.ask("/get_endpoint_workers/", id=endpoint).json()["workers"]
    assert (row["id"], row["gpu_name"], row["dph_total"] > 0) == (worker["id"], "RTX 4090", True)
    vast.update(endpoint, endpoint_name="tts", cold_workers=1, endpoint_state="stopped")
    assert listed(vast) == [(label, "stopped")]


@pytest.mark.parametrize("path", ["endptjobs", "workergroups"])
def test_instances_can_remain_after_a_delete(vast, vast_account, clock, path):
    endpoint = vast.endpoint(cold_workers=2)
    group = vast.group(endpoint)
    clock.advance(2)
    first, second = [row["id"] for row in page(vast)["instances"]]
    vast_account.settings.set(failed_workers=[second])
    vast.ok("DELETE", f"/{path}/{endpoint if path == 'endptjobs' else group}/")
    [row] = page(vast)["instances"]
    assert (row["id"], row["label"], row["actual_status"]) == (second, f"tts:{endpoint}:{group}", "running")


def test_instances_can_remain_although_the_response_reports_them_as_deleted(vast, vast_account):
    vast_account.settings.set(workers_remain=True)
    endpoint = vast.endpoint()
    vast.group(endpoint)
    [row] = page(vast)["instances"]
    assert vast.ok("DELETE", f"/endptjobs/{endpoint}/")["deleted_workers"] == [row["id"]]
    assert page(vast)["instances"] == [row]
    vast_account.store("instances").remove(row["id"])
    assert page(vast)["instances"] == []
