# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Vast.ai's workergroups: formats, refusals, the machine filter."""

from __future__ import annotations

import pytest

REQUIRED = {"template_hash": "0f3a", "search_params": ""}
# The conditions that the vendor's client adds to a filter.
CLIENT_CONDITIONS = "verified=True rentable=True rented=False"
CLIENT_QUERY = {"verified": {"eq": True}, "rentable": {"eq": True}, "rented": {"eq": False}}


@pytest.fixture(params=["/workergroups/", "/autojobs/"])
def path(request):
    """Return each of the two paths of workergroups."""
    return request.param


def test_life_cycle(vast, path):
    endpoint = vast.endpoint()
    body = {"endpoint_id": endpoint, "template_hash": "0f3a", "launch_args": "--disk 64", "gpu_ram": 48}
    created = vast.ok("POST", path, {**body, "search_params": "num_gpus=2"})
    group = created["id"]
    assert created == {"success": True, "id": group}
    row = vast.row(group, path)
    assert row.pop("api_key") and row.pop("user_id") and row.pop("created_at")
    assert row == {
        **body,
        "id": group,
        "endpoint_name": "tts",
        "template_id": None,
        "search_query": {"num_gpus": {"eq": "2"}},
        "gpu_ram": 48.0,
        "min_load": 1.0,
        "target_util": 0.9,
        "cold_mult": 3.0,
        "test_workers": 3,
    }
    assert vast.ok("PUT", f"{path}{group}/", {**body, "gpu_ram": 24}) == {"success": True}
    assert vast.row(group, path)["gpu_ram"] == 24.0
    [worker] = vast.ask("/get_workergroup_workers/", id=group).json()["workers"]
    deleted = vast.ok("DELETE", f"{path}{group}/")
    assert (deleted["deleted_workers"], deleted["failed_workers"]) == ([worker["id"]], [])
    assert vast.groups() == []
    assert vast.workers(endpoint) == []


def test_the_journal_contains_one_name_for_both_paths(vast, vast_account):
    vast.ok("GET", "/autojobs/")
    vast.ok("GET", "/workergroups/")
    assert [entry["operation"] for entry in vast_account.requests] == ["workergroup.list"] * 2


def test_requests_of_the_vendors_client_are_accepted(vast, vast_account):
    """The client adds its own conditions to the filter, and sends null for every value that was not given."""
    endpoint = vast.endpoint()
    fields = dict.fromkeys(("template_hash", "template_id", "launch_args", "gpu_ram", "endpoint_id"))
    given = {"endpoint_name": "tts", "template_hash": "0f3a", "search_params": f"num_gpus=2 {CLIENT_CONDITIONS}"}
    body = {**fields, "client_id": "me", **given, "autoscaler_instance": "prod"}
    group = vast.ok("POST", "/autojobs/", body)["id"]
    [row] = vast.ok("GET", "/autojobs/", {"client_id": "me", "api_key": vast_account.key})["results"]
    assert row["search_query"] == {**CLIENT_QUERY, "num_gpus": {"eq": "2"}}
    body = {**fields, "client_id": "me", "autojob_id": group, "endpoint_id": endpoint, "endpoint_name": None}
    vast.ok("PUT", f"/autojobs/{group}/", {**body, "search_params": CLIENT_CONDITIONS})
    assert vast.groups() == [{**row, "search_query": CLIENT_QUERY}]
    vast.ok("DELETE", f"/autojobs/{group}/", {"client_id": "me", "autojob_id": group})


@pytest.mark.parametrize("fields", [{}, {"endpoint_id": 4711}, {"endpoint_name": "nobody"}, {"endpoint_id": None}])
def test_a_workergroup_requires_an_endpoint(vast, fields):
    vast.endpoint()
    response = vast.call("POST", "/workergroups/", {**REQUIRED, **fields})
    assert response.status_code == 400
    assert response.json()["msg"] == "Please assign your workergroup to a valid endpoint identifier"


def test_a_workergroup_can_move_to_another_endpoint(vast):
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
    group = vast.group(vast.endpoint(), launch_args="--disk 64", gpu_ram=48, search_params="num_gpus=2")
    vast.ok("PUT", f"/workergroups/{group}/", {"endpoint_name": "tts", "gpu_ram": None})
    row = vast.row(group, "/workergroups/")
    assert (row["launch_args"], row["gpu_ram"]) == (launch_args, gpu_ram)
    assert row["search_query"] == ({} if mode == "full" else {"num_gpus": {"eq": "2"}})
    assert row["endpoint_name"] == "tts"


def test_a_new_template_hash_clears_the_template_id(vast, vast_account):
    vast_account.settings.set(put_mode="partial")
    endpoint = vast.endpoint()
    group = vast.group(endpoint, template_hash="aa", template_id=5)
    vast.ok("PUT", f"/workergroups/{group}/", {"endpoint_id": endpoint, "template_hash": "aa"})
    assert vast.row(group, "/workergroups/")["template_id"] == 5
    vast.ok("PUT", f"/workergroups/{group}/", {"endpoint_id": endpoint, "template_hash": "bb", "template_id": None})
    assert vast.row(group, "/workergroups/")["template_id"] is None


def test_unknown_ids(vast):
    response = vast.call("PUT", "/workergroups/4711/", {})
    assert response.status_code == 400
    assert response.json() == {"success": False, "error": "invalid_args", "msg": "Workgroup not found for user"}
    response = vast.call("DELETE", "/workergroups/4711/")
    assert response.status_code == 404
    assert response.json() == {
        "success": False,
        "error": "no_such_workergroup",
        "msg": "No workergroup by that id is available.",
        "id": 4711,
    }


@pytest.mark.parametrize("place", [{}, {"endpoint_id": None, "endpoint_name": None}], ids=str)
def test_an_update_requires_the_endpoint_even_if_it_is_unchanged(vast, place):
    group = vast.group(vast.endpoint())
    response = vast.call("PUT", f"/workergroups/{group}/", {**place, "gpu_ram": 8})
    assert (response.status_code, response.json()["msg"]) == (400, "Missing endpoint ID")
    assert vast.row(group, "/workergroups/")["gpu_ram"] == 24.0


@pytest.mark.parametrize(
    "changes",
    [
        {"search_params": None},
        {"search_params": {"num_gpus": {"eq": 1}}},
        {"template_hash": None},
        {"template_hash": ""},
    ],
    ids=str,
)
def test_a_create_requires_a_filter_as_text_and_a_template(vast, vast_account, changes):
    body = {"endpoint_id": vast.endpoint(), **REQUIRED, **changes}
    assert vast.call("POST", "/workergroups/", body).status_code == 400
    assert vast.groups() == []
    vast_account.settings.set(lenient_create=True)
    vast.ok("POST", "/workergroups/", body)


def test_a_create_without_a_filter_is_refused(vast):
    assert vast.call("POST", "/workergroups/", {"endpoint_id": vast.endpoint(), "template_id": 5}).status_code == 400


@pytest.mark.parametrize(
    "params, query",
    [
        ("", {}),
        ("gpu_name=RTX_4090 num_gpus>=2", {"gpu_name": {"eq": "RTX 4090"}, "num_gpus": {"gte": "2"}}),
        ("reliability > 0.98 dph<=0.5", {"reliability2": {"gt": "0.98"}, "dph_total": {"lte": "0.5"}}),
        ("gpu_name in [RTX_4090, RTX_5090,]", {"gpu_name": {"in": ["RTX 4090", "RTX 5090"]}}),
        ('gpu_name nin ["RTX 4090","A_B"]', {"gpu_name": {"notin": ["RTX 4090", "A B"]}}),
        ("geolocation not in [CN,VN] rented!=true", {"geolocation": {"notin": ["CN", "VN"]}, "rented": {"neq": True}}),
        ("num_gpus>1 num_gpus<5 num_gpus>2", {"num_gpus": {"gt": "2", "lt": "5"}}),
        (
            'gpu_name="H100_SXM" verified=False external=null',
            {"gpu_name": {"eq": "H100 SXM"}, "verified": {"eq": False}, "external": {"eq": None}},
        ),
        ("gpu_name='H100'", {"gpu_name": {"eq": "'H100'"}}),
        ("verified in [true]", {"verified": {"in": ["true"]}}),
        (
            "gpu_ram>=24 cpu_ram lt 64.5 duration>0.5",
            {"gpu_ram": {"gte": 24000.0}, "cpu_ram": {"lt": 64500.0}, "duration": {"gt": 43200.0}},
        ),
        ("driver_version >= 535.129.3", {"driver_version": {"gte": 535129003}}),
        ("num_gpus=2 gpu_name=A100 num_gpus=any", {"gpu_name": {"eq": "A100"}}),
        ('gpu_name="any"', {"gpu_name": {"eq": "any"}}),
        ("static_ip noteq 1_000", {"static_ip": {"neq": "1 000"}}),
    ],
)
def test_a_filter_is_parsed_without_additions(vast, params, query):
    group = vast.group(vast.endpoint(), search_params=params)
    assert vast.row(group, "/workergroups/")["search_query"] == query


def test_an_update_accepts_a_filter_as_an_object(vast):
    endpoint = vast.endpoint()
    group = vast.group(endpoint)
    params = {"gpu_name": {"in": ["RTX_4090"]}, "reliability": {"gt": 0.9}}
    vast.ok("PUT", f"/workergroups/{group}/", {"endpoint_id": endpoint, "search_params": params})
    assert vast.row(group, "/workergroups/")["search_query"] == {
        "gpu_name": {"in": ["RTX_4090"]},
        "reliability2": {"gt": 0.9},
    }


@pytest.mark.parametrize(
    "text",
    [
        "gpus two",
        "num_gpus",
        "num_gpus=",
        "num_gpus=>1",
        "num_gpus=1 and more",
        "gpu_name in []",
        'gpu_name=""',
        "num_gpus>any",
        "gpu_ram>=much",
        "gpu_ram in [24,48]",
        "gpu_ram=nan",
        "driver_version>=535.86",
        "driver_version in [535.129.3]",
        "(num_gpus=1)",
    ],
)
def test_text_that_is_not_a_list_of_conditions_is_refused(vast, text):
    endpoint = vast.endpoint()
    response = vast.call("POST", "/workergroups/", {"endpoint_id": endpoint, **REQUIRED, "search_params": text})
    assert response.status_code == 400
    assert response.json()["msg"].startswith("search_params: ")
    assert vast.groups() == []


@pytest.mark.parametrize("alone", [True, False])
def test_an_update_rolls_the_workers_only_if_the_setting_is_on(vast, vast_account, clock, alone):
    vast_account.settings.set(put_rolls_workers=alone)
    endpoint = vast.endpoint()
    group = vast.group(endpoint)
    clock.advance(10)
    assert vast.workers(endpoint) == ["idle"]
    vast.ok("PUT", f"/workergroups/{group}/", {"endpoint_id": endpoint, "template_hash": "bb"})
    assert vast.workers(endpoint) == (["loading"] if alone else ["idle"])


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"surprise": 1}, "surprise"),
        ({"search_params": {"num_gpus": 1}}, "search_params.num_gpus: "),
        ({"search_params": {"num_gpus": {"about": 1}}}, "about"),
        ({"search_params": 5}, "search_params: "),
        ({"search_params": ["num_gpus=1"]}, "search_params: "),
        ({"gpu_ram": -1}, "gpu_ram: "),
        ({"template_id": "5"}, "template_id: "),
        ({"launch_args": ["--disk"]}, "launch_args: "),
    ],
)
def test_invalid_values_are_refused(vast, fields, message):
    endpoint = vast.endpoint()
    response = vast.call("POST", "/workergroups/", {"endpoint_id": endpoint, **REQUIRED, **fields})
    assert response.status_code == 400
    assert message in response.json()["msg"]
    assert vast.groups() == []
