# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's workergroups: forms, refusals, the machine filter."""

from __future__ import annotations

import pytest

DEFAULT_FILTERS = {"verified": {"eq": True}, "rentable": {"eq": True}, "rented": {"eq": False}}


@pytest.fixture(params=["/workergroups/", "/autojobs/"])
def path(request):
    """The two names of the same thing."""
    return request.param


def test_life_cycle(vast, path):
    endpoint = vast.endpoint()
    wanted = {"endpoint_id": endpoint, "template_hash": "0f3a", "launch_args": "--disk 64", "gpu_ram": 48}
    answer = vast.ok("POST", path, wanted)
    group = answer["id"]
    assert answer == {"success": True, "id": group}
    row = vast.row(group, path)
    assert row.pop("api_key") and row.pop("user_id") and row.pop("created_at")
    assert row == {
        **wanted, "id": group, "endpoint_name": "tts", "template_id": None, "search_query": DEFAULT_FILTERS,
        "gpu_ram": 48.0, "min_load": 1.0, "target_util": 0.9, "cold_mult": 3.0, "test_workers": 3,
    }
    assert vast.ok("PUT", f"{path}{group}/", {**wanted, "gpu_ram": 24}) == {"success": True}
    assert vast.row(group, path)["gpu_ram"] == 24.0
    [worker] = vast.ask("/get_workergroup_workers/", id=group).json()["workers"]
    deleted = vast.ok("DELETE", f"{path}{group}/")
    assert (deleted["deleted_workers"], deleted["failed_workers"]) == ([worker["id"]], [])
    assert vast.groups() == []
    assert vast.workers(endpoint) == []


def test_the_journal_knows_one_name_only(vast, vast_account):
    vast.ok("GET", "/autojobs/")
    vast.ok("GET", "/workergroups/")
    assert [entry["operation"] for entry in vast_account.requests] == ["workergroup.list"] * 2


def test_the_vendors_own_client_is_understood(vast, vast_account):
    """It sends the text of the filter with the defaults behind it, and null for everything else."""
    endpoint = vast.endpoint()
    fields = dict.fromkeys(("template_hash", "template_id", "launch_args", "gpu_ram", "endpoint_id"))
    text = "num_gpus=2 verified=True rentable=True rented=False"
    body = {**fields, "client_id": "me", "endpoint_name": "tts", "search_params": text, "autoscaler_instance": "prod"}
    group = vast.ok("POST", "/autojobs/", body)["id"]
    [row] = vast.ok("GET", "/autojobs/", {"client_id": "me", "api_key": vast_account.key})["results"]
    assert row["search_query"] == {**DEFAULT_FILTERS, "num_gpus": {"eq": 2}}
    body = {**fields, "client_id": "me", "autojob_id": group, "endpoint_id": endpoint, "endpoint_name": None}
    vast.ok("PUT", f"/autojobs/{group}/", {**body, "search_params": "verified=True rentable=True rented=False"})
    assert vast.groups() == [{**row, "search_query": DEFAULT_FILTERS}]
    vast.ok("DELETE", f"/autojobs/{group}/", {"client_id": "me", "autojob_id": group})


@pytest.mark.parametrize("fields", [{}, {"endpoint_id": 4711}, {"endpoint_name": "nobody"}, {"endpoint_id": None}])
def test_a_group_needs_an_endpoint(vast, fields):
    vast.endpoint()
    response = vast.call("POST", "/workergroups/", fields)
    assert response.status_code == 400
    assert response.json()["msg"] == "Please assign your workergroup to a valid endpoint identifier"


def test_a_group_can_move(vast):
    first, second = vast.endpoint(), vast.endpoint(endpoint_name="other")
    group = vast.group(first)
    vast.ok("PUT", f"/workergroups/{group}/", {"endpoint_name": "other"})
    assert vast.row(group, "/workergroups/")["endpoint_id"] == second
    assert (vast.workers(first), vast.workers(second)) == ([], ["creating"])
    assert vast.call("PUT", f"/workergroups/{group}/", {"endpoint_id": 4711}).status_code == 400


@pytest.mark.parametrize(
    "mode, launch_args, gpu_ram",
    [("full", None, 48.0), ("partial", "--disk 64", 48.0), ("null_clears", "--disk 64", 24.0)],
)
def test_put_mode(vast, vast_account, mode, launch_args, gpu_ram):
    vast_account.settings.set(put_mode=mode)
    group = vast.group(vast.endpoint(), launch_args="--disk 64", gpu_ram=48, search_params={})
    vast.ok("PUT", f"/workergroups/{group}/", {"gpu_ram": None})
    row = vast.row(group, "/workergroups/")
    assert (row["launch_args"], row["gpu_ram"]) == (launch_args, gpu_ram)
    assert row["search_query"] == (DEFAULT_FILTERS if mode == "full" else {})
    assert row["endpoint_name"] == "tts"


def test_another_template_takes_the_other_name_away(vast, vast_account):
    vast_account.settings.set(put_mode="partial")
    group = vast.group(vast.endpoint(), template_hash="aa", template_id=5)
    vast.ok("PUT", f"/workergroups/{group}/", {"template_hash": "aa"})
    assert vast.row(group, "/workergroups/")["template_id"] == 5
    vast.ok("PUT", f"/workergroups/{group}/", {"template_hash": "bb", "template_id": None})
    assert vast.row(group, "/workergroups/")["template_id"] is None


def test_unknown_ids(vast):
    response = vast.call("PUT", "/workergroups/4711/", {})
    assert response.status_code == 400
    assert response.json() == {"success": False, "error": "invalid_args", "msg": "Workgroup not found for user"}
    response = vast.call("DELETE", "/workergroups/4711/")
    assert response.status_code == 404
    assert response.json() == {
        "success": False, "error": "no_such_workergroup", "msg": "No workergroup by that id is available.", "id": 4711,
    }


@pytest.mark.parametrize(
    "params, query",
    [
        ("gpu_name=RTX_4090 num_gpus>=2", {"gpu_name": {"eq": "RTX 4090"}, "num_gpus": {"gte": 2}}),
        ("reliability > 0.98 dph_total<=0.5", {"reliability2": {"gt": 0.98}, "dph_total": {"lte": 0.5}}),
        ("gpu_name in [RTX_4090, RTX_5090]", {"gpu_name": {"in": ["RTX 4090", "RTX 5090"]}}),
        ("geolocation notin [CN,VN] rented!=true", {"geolocation": {"notin": ["CN", "VN"]}, "rented": {"neq": True}}),
        ("num_gpus>1 num_gpus<5", {"num_gpus": {"gt": 1, "lt": 5}}),
        ("gpu_name='H100_SXM' verified=False", {"gpu_name": {"eq": "H100 SXM"}, "verified": {"eq": False}}),
        (["num_gpus=1", "static_ip==true"], {"num_gpus": {"eq": 1}, "static_ip": {"eq": True}}),
        ("", {}),
    ],
)
def test_text_is_parsed_over_the_default_filters(vast, params, query):
    group = vast.group(vast.endpoint(), search_params=params)
    assert vast.row(group, "/workergroups/")["search_query"] == {**DEFAULT_FILTERS, **query}


def test_an_object_is_taken_as_it_is(vast):
    params = {"gpu_name": {"in": ["RTX_4090"]}, "reliability": {"gt": 0.9}}
    group = vast.group(vast.endpoint(), search_params=params)
    assert vast.row(group, "/workergroups/")["search_query"] == params


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"surprise": 1}, "surprise"),
        ({"search_params": "gpus two"}, "cannot understand 'gpus two'"),
        ({"search_params": {"num_gpus": 1}}, "search_params.num_gpus: "),
        ({"search_params": {"num_gpus": {"about": 1}}}, "about"),
        ({"search_params": 5}, "search_params: "),
        ({"gpu_ram": -1}, "gpu_ram: "),
        ({"template_id": "5"}, "template_id: "),
        ({"launch_args": ["--disk"]}, "launch_args: "),
    ],
)
def test_bad_values_are_refused(vast, fields, message):
    endpoint = vast.endpoint()
    response = vast.call("POST", "/workergroups/", {"endpoint_id": endpoint, **fields})
    assert response.status_code == 400
    assert message in response.json()["msg"]
    assert vast.groups() == []
