# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Vast.ai's endpoints: formats of requests and responses, refusals, fields that an update omits."""

from __future__ import annotations

import re

import pytest
import yaml
from openapi_spec_validator import validate

from ansible_collections.gpufleet.cloud.tests.simulator.vast import VAST

WRITABLE = {
    "endpoint_name": "tts",
    "endpoint_state": "active",
    "min_load": 5,
    "min_cold_load": 2,
    "target_util": 0.85,
    "cold_mult": 2,
    "cold_workers": 1,
    "max_workers": 4,
    "max_queue_time": 30,
    "target_queue_time": 10,
    "inactivity_timeout": 900,
}

# The vendor's client sends exactly these fields.
CLI_UPDATE = {
    **dict.fromkeys(WRITABLE),
    "max_workers": 7,
    "client_id": "me",
    "endptjob_id": 1,
    "autoscaler_instance": "prod",
}

NOT_FOUND = "Endpointgroup not found for user"


def test_the_contract_is_valid_and_complete():
    contract = yaml.safe_load(VAST.openapi.read_text(encoding="utf-8"))
    validate(contract)
    methods = [
        method for item in contract["paths"].values() for name, method in item.items() if name in ("get", "post", "put")
    ] + [item["delete"] for item in contract["paths"].values() if "delete" in item]
    described = [method.get("x-operations", [method.get("x-alias-of", method["operationId"])]) for method in methods]
    assert {name for names in described for name in names} == VAST.operations.keys()
    assert VAST.intervals.keys() <= VAST.operations.keys()


def test_rows_contain_floats_and_null_for_unset_fields(vast):
    resource_id = vast.endpoint(min_load=5, inactivity_timeout=900, max_workers=4)
    row = vast.row(resource_id)
    assert isinstance(row.pop("user_id"), int)
    assert isinstance(row.pop("created_at"), float)
    assert re.fullmatch("[0-9a-f]{64}", row.pop("api_key"))
    text = vast.call("GET", "/endptjobs/").text
    assert '"min_load":5.0' in text and '"inactivity_timeout":900.0' in text and '"max_workers":4,' in text
    assert row == {
        "id": resource_id,
        "endpoint_name": "tts",
        "endpoint_state": "active",
        "min_load": 5.0,
        "min_cold_load": 0.0,
        "target_util": 0.9,
        "cold_mult": 2.5,
        "cold_workers": 1,
        "max_workers": 4,
        "max_queue_time": None,
        "target_queue_time": None,
        "inactivity_timeout": 900.0,
        "auto_delete_in_seconds": None,
        "auto_delete_due_24h": False,
    }


def test_a_create_without_a_body_uses_the_documented_defaults(vast):
    created = vast.ok("POST", "/endptjobs/")
    assert created == {"success": True, "result": created["result"]}
    row = vast.row(created["result"])
    assert row["endpoint_name"] == "default-endpoint"
    assert (row["min_load"], row["cold_workers"], row["max_workers"]) == (10.0, 5, 20)


def test_a_create_replaces_null_with_defaults_and_ignores_the_state(vast):
    row = vast.row(vast.endpoint(cold_workers=None, max_queue_time=None, endpoint_state="stopped"))
    assert (row["cold_workers"], row["max_queue_time"], row["endpoint_state"]) == (5, None, "active")


def test_names_are_not_unique(vast):
    assert vast.endpoint() != vast.endpoint()
    assert [row["endpoint_name"] for row in vast.endpoints()] == ["tts", "tts"]


def test_get_returns_the_row_in_an_envelope(vast):
    resource_id = vast.endpoint()
    assert vast.ok("GET", f"/endptjobs/{resource_id}/") == {"result": vast.row(resource_id)}


def test_the_state_can_be_changed(vast):
    resource_id = vast.endpoint()
    for state in ("suspended", "stopped", "active"):
        assert vast.update(resource_id, endpoint_state=state).json() == {"success": True}
        assert vast.row(resource_id)["endpoint_state"] == state


@pytest.mark.parametrize(
    "mode, given, omitted, null",
    [
        ("full", 3.0, 10.0, 30.0),
        ("partial", 3.0, 5.0, 30.0),
        ("null_clears", 3.0, 5.0, None),
    ],
)
def test_put_mode(vast, vast_account, mode, given, omitted, null):
    vast_account.settings.set(put_mode=mode)
    resource_id = vast.endpoint(min_load=5, cold_mult=2, max_queue_time=30, max_workers=9)
    vast.update(resource_id, endpoint_name="tts", cold_mult=3, max_queue_time=None, max_workers=0)
    row = vast.row(resource_id)
    assert (row["cold_mult"], row["min_load"], row["max_queue_time"], row["max_workers"]) == (given, omitted, null, 0)


def test_put_mode_zero_ignoring(vast, vast_account):
    vast_account.settings.set(put_mode="zero_ignoring")
    resource_id = vast.endpoint(max_workers=9, cold_mult=2)
    vast.update(resource_id, max_workers=0, cold_mult=3)
    assert (vast.row(resource_id)["max_workers"], vast.row(resource_id)["cold_mult"]) == (9, 3.0)


@pytest.mark.parametrize("mode", ["full", "partial"])
def test_an_update_of_the_vendors_client_changes_only_its_values(vast, vast_account, mode):
    vast_account.settings.set(put_mode=mode)
    resource_id = vast.endpoint(**WRITABLE)
    before = vast.row(resource_id)
    assert vast.update(resource_id, **CLI_UPDATE).json() == {"success": True}
    assert vast.row(resource_id) == {**before, "max_workers": 7}


def test_requests_of_the_vendors_client_are_accepted(vast, vast_account):
    """The client sends bodies with GET and DELETE, and null for every value that was not given."""
    create = {**dict.fromkeys(WRITABLE), "client_id": "me", "autoscaler_instance": "prod"}
    del create["endpoint_state"]
    resource_id = vast.ok("POST", "/endptjobs/", create)["result"]
    body = {"client_id": "me", "api_key": vast_account.key}
    assert vast.ok("GET", "/endptjobs/", body)["results"][0]["id"] == resource_id
    vast.ok("DELETE", f"/endptjobs/{resource_id}/", {"client_id": "me", "endptjob_id": resource_id})


def test_a_delete_returns_its_workers_and_deletes_the_workergroups(vast, vast_account):
    resource_id = vast.endpoint(cold_workers=2)
    vast.group(resource_id)
    other = vast.group(vast.endpoint())
    first, second = [worker["id"] for worker in vast.ask("/get_endpoint_workers/", id=resource_id).json()["workers"]]
    vast_account.settings.set(failed_workers=[second])
    deleted = vast.ok("DELETE", f"/endptjobs/{resource_id}/")
    assert deleted.pop("msg")
    assert deleted == {"success": True, "deleted_workers": [first], "failed_workers": [second]}
    assert [row["id"] for row in vast.groups()] == [other]
    assert resource_id not in [row["id"] for row in vast.endpoints()]


@pytest.mark.parametrize("status, reason", [(400, "invalid_args"), (404, "not_found")])
def test_unknown_ids(vast, vast_account, status, reason):
    vast_account.settings.set(not_found_status=status)
    for method, message in (("GET", NOT_FOUND), ("PUT", NOT_FOUND), ("DELETE", "Routegroup not found for user")):
        response = vast.call(method, "/endptjobs/4711/", {} if method == "PUT" else None)
        assert response.status_code == status
        assert response.json() == {"success": False, "error": reason, "msg": message}


def test_the_list_of_an_empty_account_can_be_an_error(vast, vast_account):
    response = vast.call("GET", "/endptjobs/")
    assert response.status_code == 400
    assert response.json() == {"success": False, "error": "invalid_args", "msg": "No endpoints for user found"}
    vast_account.settings.set(empty_list_400=False)
    assert vast.ok("GET", "/endptjobs/") == {"success": True, "results": []}


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"surprise": 1}, "surprise"),
        ({"min_workers": 1}, "min_workers"),
        ({"min_load": -1}, "min_load: "),
        ({"min_load": "1"}, "min_load: "),
        ({"min_load": True}, "min_load: "),
        ({"target_util": 0}, "target_util: "),
        ({"target_util": 1.1}, "target_util: "),
        ({"cold_workers": 1.5}, "cold_workers: "),
        ({"max_workers": -1}, "max_workers: "),
        ({"inactivity_timeout": "never"}, "inactivity_timeout: "),
        ({"endpoint_name": ""}, "endpoint_name: "),
        ({"endpoint_name": "n" * 256}, "endpoint_name: "),
        ({"endpoint_name": "a[0]"}, "endpoint_name: Value error, contains disallowed shell characters"),
        ({"endpoint_state": "destroyed"}, "endpoint_state: "),
    ],
)
def test_invalid_values_are_refused(vast, fields, message):
    resource_id = vast.endpoint()
    before = vast.row(resource_id)
    for response in (vast.call("POST", "/endptjobs/", fields), vast.update(resource_id, **fields)):
        assert response.status_code == 400
        assert response.json()["error"] == "invalid_args"
        assert message in response.json()["msg"]
    assert vast.endpoints() == [before]


def test_malformed_requests_are_refused(vast):
    assert vast.call("GET", "/endptjobs/?page=2").json()["msg"] == "unknown query parameter: page"
    assert vast.call("GET", "/endptjobs/first/").status_code == 400
    assert vast.call("GET", "/nothing/").status_code == 404
    assert vast.call("PATCH", "/endptjobs/").status_code == 404


@pytest.mark.parametrize("path", ["/endptjobs", "/endptjobs/5", "/workergroups", "/autojobs/5"])
def test_a_path_without_its_last_slash_is_redirected(vast, path):
    response = vast.call("DELETE" if path[-1] == "5" else "GET", path)
    assert response.status_code in (301, 308)
    assert response.headers["Location"].endswith(path + "/")


def test_requests_without_a_valid_key_are_refused(vast):
    vast.session.headers["Authorization"] = "Bearer short"
    for response in (vast.call("GET", "/endptjobs/"), vast.ask("/get_endpoint_workers/", id=1)):
        assert response.status_code == 401
        assert response.json() == {"success": False, "error": "auth_error", "msg": "Invalid user key"}


def test_accounts_are_isolated(vast, other_vast):
    resource_id = vast.endpoint()
    assert other_vast.call("GET", "/endptjobs/").status_code == 400
    assert other_vast.update(resource_id).status_code == 400
    assert other_vast.call("POST", "/workergroups/", {"endpoint_id": resource_id}).status_code == 400
    assert "not found" in other_vast.ask("/get_endpoint_workers/", id=resource_id).text


def test_seeded_and_changed_endpoints_are_not_validated(vast, vast_account):
    seeded = vast_account.seed(id=7, endpoint_name="n" * 300, api_key="shown", auto_delete_due_24h=True, min_load=3)
    assert seeded == vast.row(7)
    assert (seeded["min_load"], seeded["api_key"], seeded["auto_delete_due_24h"]) == (3.0, "shown", True)
    vast_account.change(7, endpoint_state="stopped", max_workers=None)
    assert (vast.row(7)["endpoint_state"], vast.row(7)["max_workers"]) == ("stopped", None)
    vast_account.store().remove(7)
    assert vast_account.records() == []


def test_the_control_interface_accepts_both_resource_types(sim, vast, vast_account):
    # A deletion by the control interface is immediate, regardless of this setting.
    vast_account.settings.set(stale_after=60.0)

    def control(method, path, body=None):
        return vast.ok(method, path, body, f"{sim.url}/_sim/vast")

    endpoint = control("POST", "/endpoints", {"endpoint_name": "seeded", "cold_workers": 1})
    group = control("POST", "/workergroups", {"endpoint_id": endpoint["id"], "template_hash": "abc"})
    assert control("GET", "/workergroups") == [group] == vast.groups()
    assert control("PATCH", f"/endpoints/{endpoint['id']}", {"max_workers": 9})["max_workers"] == 9
    page = vast.session.get(sim.url, timeout=60).text
    assert "seeded" in page and "1 of 1" in page
    control("DELETE", f"/endpoints/{endpoint['id']}")
    assert vast.groups() == []
