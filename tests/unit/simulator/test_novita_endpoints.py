# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Novita's endpoints: formats of requests and responses, refusals, states over time."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest


def test_get_returns_an_envelope_and_large_numbers_as_strings(client):
    resource_id = client.created()
    assert re.fullmatch("[0-9a-f]{16}", resource_id)
    resource = client.read(resource_id)
    assert resource["id"] == resource["appName"] == resource_id
    assert resource["workerConfig"] == {
        "minNum": 1,
        "maxNum": 2,
        "freeTimeout": "240",
        "maxConcurrent": "4",
        "gpuNum": 1,
        "requestTimeout": 600,
        "cudaVersion": "12.8",
    }
    assert resource["policy"] == {"type": "queue", "value": "15"}
    assert resource["envs"] == [{"key": "LOG_LEVEL", "value": "info"}]
    assert resource["healthy"] == {
        "path": "/ready",
        "initialDelay": 10,
        "period": 10,
        "timeout": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    }
    assert resource["volumeMounts"] == [{"type": "local", "size": 30, "id": "", "mountPath": "/workspace"}]
    assert resource["url"].startswith("https://")


def test_a_list_differs_from_get_only_in_the_type_of_the_port(client):
    resource_id = client.created()
    single, listed = client.read(resource_id), client.listed()[0]
    assert single.pop("ports") == [{"port": 8000}]
    assert listed.pop("ports") == [{"port": "8000"}]
    assert single == listed


def test_an_update_replaces_all_fields(client):
    resource_id = client.created(appName="my-app", rootfsSize=60)
    response = client.update(
        resource_id, "name", "envs", "volumeMounts", "healthy", "clusterID", image={"image": "new"}
    )
    assert (response.status_code, response.json()) == (200, {})
    resource = client.read(resource_id)
    assert (resource["name"], resource["envs"], resource["volumeMounts"], resource["clusterID"]) == ("", [], [], "")
    assert resource["healthy"]["path"] == ""
    assert resource["image"] == {"image": "new", "authId": "", "command": ""}
    assert (resource["appName"], resource["rootfsSize"], resource["products"]) == ("my-app", 60, [{"id": "7"}])


@pytest.mark.parametrize("field, value", [("appName", "x"), ("products", [{"id": "7"}]), ("rootfsSize", 100)])
def test_an_update_refuses_undocumented_fields(client, field, value):
    resource = {"id": client.created(), "workerConfig": {}, field: value}
    assert field in client.post("/endpoint/update", resource).json()["message"]


@pytest.mark.parametrize("field", ["workerConfig", "ports", "policy", "image"])
def test_an_update_requires_the_documented_fields(client, field):
    response = client.update(client.created(), field)
    assert response.status_code == 400
    assert field in response.json()["message"]


@pytest.mark.parametrize(
    ("setting", "field", "deletes"),
    [
        ("id", "id", True),
        ("id", "name", False),
        ("name", "id", False),
        ("name", "name", True),
        ("either", "id", True),
        ("either", "name", True),
    ],
)
def test_a_delete_reads_the_id_only_from_the_key_in_the_settings(account, client, setting, field, deletes):
    account.settings.set(delete_key=setting)
    resource_id = client.created()
    other_field = {"name": "id", "id": "name"}[field]
    response = client.post(
        "/endpoint/delete", {field: resource_id, other_field: resource_id} if deletes else {field: resource_id}
    )
    assert (response.status_code == 200) is deletes
    if not deletes:
        assert response.json()["reason"] == "SERVERLESS_ENDPOINT_NOT_FOUND"
    assert (client.listed()[0]["state"]["state"] == "Releasing") is deletes


def test_a_delete_takes_some_time(account, client, clock):
    resource_id = client.created()
    assert client.delete(resource_id).json() == {}
    account.settings.set(leaving_word="toTerminate")
    assert client.listed()[0]["state"]["state"] == "toTerminate"
    clock.advance(0.5)
    assert client.listed() == []
    assert client.get("/endpoint", id=resource_id).json() == {
        "code": 400,
        "reason": "SERVERLESS_ENDPOINT_NOT_FOUND",
        "message": f"endpoint {resource_id} not found",
        "metadata": {},
    }
    assert client.delete(resource_id).json()["reason"] == "SERVERLESS_ENDPOINT_NOT_FOUND"
    assert client.update(resource_id).json()["reason"] == "SERVERLESS_ENDPOINT_NOT_FOUND"


def test_an_endpoint_starts_before_its_workers(client, clock):
    resource_id = client.created()

    def states():
        resource = client.read(resource_id)
        return resource["state"]["state"], [
            (worker["state"]["state"], worker["healthy"]) for worker in resource["workers"]
        ]

    assert states() == ("creating", [])
    clock.advance(1)
    assert states() == ("serving", [("creating", False)])
    clock.advance(1)
    assert states() == ("serving", [("running", True)])
    client.update(resource_id, workerConfig__minNum=2)
    assert states() == ("updating", [("running", True)])
    clock.advance(1)
    assert states() == ("serving", [("running", True), ("creating", False)])
    clock.advance(1)
    assert states() == ("serving", [("running", True)] * 2)
    client.update(resource_id, workerConfig__minNum=0)
    assert states() == ("updating", [("removed", True)] * 2)
    clock.advance(30)
    assert states() == ("serving", [])


def test_a_failed_worker_shows_the_reason_and_stays_listed_for_some_time(account, client, clock):
    account.fault("endpoint.create", "failed_workers", error="IMAGE_PULL_FAILED", message="manifest not found")
    resource_id = client.created()
    clock.advance(2)
    resource = client.read(resource_id)
    [worker] = resource["workers"]
    assert resource["state"]["state"] == "serving"
    assert worker["state"] == {"state": "failed", "error": "IMAGE_PULL_FAILED", "message": "manifest not found"}
    assert worker["healthy"] is False
    client.update(resource_id, image={"image": "better"})
    clock.advance(2)
    assert [worker["state"]["state"] for worker in client.read(resource_id)["workers"]] == ["failed", "running"]
    clock.advance(30)
    assert [worker["state"]["state"] for worker in client.read(resource_id)["workers"]] == ["running"]


def test_a_cluster_sleeps_after_its_last_endpoint_is_deleted(client, clock):
    first, second = client.created(), client.created(clusterID="", clusterIDs=["us-demo-1"])
    elsewhere = client.created(clusterID="eu-demo-1")
    client.delete(first)
    clock.advance(1)
    assert client.create().status_code == 200, "the cluster has another endpoint"
    for resource in client.listed():
        if resource["id"] != elsewhere:
            client.delete(resource["id"])
    clock.advance(0.4)
    assert client.create().status_code == 200, "the last endpoint is not deleted yet"
    client.delete(client.listed()[-1]["id"])
    clock.advance(3)
    refused = client.create()
    assert (refused.status_code, refused.json()["reason"]) == (400, "CLUSTER_STATUS")
    assert refused.json()["message"] == "serverless cluster is not active"
    assert client.update(elsewhere).json()["reason"] == "CLUSTER_STATUS", (
        "an update to a sleeping cluster is refused, too"
    )
    assert client.update(elsewhere, clusterID="eu-demo-1").status_code == 200
    clock.advance(0.6)
    assert client.create().status_code == 200
    assert second not in [resource["id"] for resource in client.listed()]


def test_the_sleep_of_clusters_can_be_turned_off(account, client, clock):
    account.settings.set(cluster_sleep_seconds=0)
    client.delete(client.created())
    clock.advance(1)
    assert client.create().status_code == 200


def test_an_update_removes_the_clusters_that_it_omits(client):
    resource_id = client.created(clusterID="", clusterIDs=["us-demo-1", "eu-demo-1"])
    assert client.read(resource_id)["clusterIDs"] == ["us-demo-1", "eu-demo-1"]
    client.update(resource_id, clusterID="", clusterIDs=["us-demo-1", "eu-demo-1"])
    assert client.read(resource_id)["clusterIDs"] == ["us-demo-1", "eu-demo-1"]
    assert (
        "clusterIDs"
        in client.update(resource_id, clusterID="1", clusterIDs=["us-demo-1", "eu-demo-1"]).json()["message"]
    )
    client.update(resource_id, clusterID="")
    assert "clusterIDs" not in client.read(resource_id)
    assert "clusterIDs" not in client.read(client.created())


def test_update_ranges_found_accepts_current_values_outside_the_ranges(account, client):
    resource_id = client.created()
    account.change(
        resource_id, rootfsSize=900, name="n" * 300, workerConfig={"requestTimeout": 7200, "cudaVersion": "any"}
    )
    kept = {"name": "n" * 300, "workerConfig__requestTimeout": 7200, "workerConfig__cudaVersion": "any"}
    assert client.update(resource_id, **kept).status_code == 400
    account.settings.set(update_ranges="found")
    assert client.update(resource_id, workerConfig__maxNum=5, **kept).status_code == 200
    assert (
        "requestTimeout"
        in client.update(resource_id, **{**kept, "workerConfig__requestTimeout": 7300}).json()["message"]
    )
    assert client.update(resource_id, **{**kept, "name": "m" * 300}).status_code == 400


def test_app_names_are_unique_but_names_are_not(client):
    client.created(appName="taken")
    client.created()
    assert client.create(appName="taken").json()["reason"] == "SERVERLESS_APP_NAME_IS_EXIST"
    assert len(client.listed()) == 2


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"surprise": 1}, "surprise"),
        ({"image__surprise": 1}, "endpoint.image: "),
        ({"workerConfig__minNum": "1"}, "endpoint.workerConfig.minNum: "),
        ({"workerConfig__minNum": True}, "endpoint.workerConfig.minNum: "),
        ({"workerConfig__minNum": 3}, "workerConfig.minNum must not be greater"),
        ({"workerConfig__maxNum": 101}, "workerConfig.maxNum must be between 0 and 100"),
        ({"workerConfig__freeTimeout": 0}, "workerConfig.freeTimeout must be between 1 and 3600"),
        ({"workerConfig__maxConcurrent": 1001}, "workerConfig.maxConcurrent must be between 1 and 1000"),
        ({"workerConfig__gpuNum": 9}, "workerConfig.gpuNum must be between 1 and 8"),
        ({"workerConfig__requestTimeout": 3601}, "workerConfig.requestTimeout must be between 1 and 3600"),
        ({"workerConfig__cudaVersion": "8.0"}, "workerConfig.cudaVersion must be one of 12.4"),
        ({"policy": {"type": "queue", "value": 1001}}, "policy.value must be between 1 and 1000"),
        ({"policy": {"type": "other", "value": 1}}, "endpoint.policy.type: "),
        ({"rootfsSize": 9}, "rootfsSize must be between 10 and 200"),
        ({"ports": []}, "endpoint.ports: "),
        ({"ports": [{"port": "1"}, {"port": "2"}]}, "endpoint.ports: "),
        ({"ports": [{"port": "2223"}]}, "2223"),
        ({"ports": [{"port": 65536}]}, "1-65535"),
        ({"name": "n" * 221}, "endpoint.name: "),
        ({"image__command": "c" * 2048}, "endpoint.image.command: "),
        ({"envs": [{"key": "A", "value": 1}]}, "endpoint.envs[0].value: "),
        ({"appName": "Not_Good"}, "endpoint.appName: "),
        ({"volumeMounts": [{"type": "local", "mountPath": "/x"}]}, "volumeMounts.size"),
        ({"volumeMounts": [{"type": "local", "size": 101, "mountPath": "/x"}]}, "volumeMounts.size"),
        ({"volumeMounts": [{"type": "network", "mountPath": "/x"}]}, "volumeMounts.id"),
        ({"volumeMounts": [{"type": "network", "id": "s", "mountPath": "/x"}], "clusterID": ""}, "clusterID"),
    ],
)
def test_invalid_values_are_refused(client, changes, message):
    response = client.create(**changes)
    assert response.status_code == 400
    assert response.json()["reason"] == "VALIDATOR_PARAM"
    assert message in response.json()["message"]
    assert client.listed() == []


def test_invalid_values_are_refused_in_updates_too(client):
    resource_id = client.created()
    assert "maxNum" in client.update(resource_id, workerConfig__maxNum=101).json()["message"]
    assert client.read(resource_id)["workerConfig"]["maxNum"] == 2


def test_missing_products_are_not_found(client):
    for product in ("missing-1", "..."):
        assert client.create(products=[{"id": product}]).json()["reason"] == "SERVERLESS_PRODUCT_NOT_FOUND"


def test_the_returned_limits_are_enforced(account, client):
    limits = client.get("/endpoint/limit").json()
    most = int(limits["maxWorkerNum"])
    client.created(workerConfig__maxNum=most)
    assert client.create(workerConfig__maxNum=most + 1).status_code == 400
    assert (limits["maxWorkerNum"], limits["cudaVersionList"][0]) == ("100", "12.4")
    account.settings.set(numbers_as_strings=False)
    assert client.get("/endpoint/limit").json()["maxWorkerNum"] == 100


def test_malformed_requests_are_refused(client):
    def send(**arguments):
        return client.session.post(f"{client.base}/endpoint/create", timeout=60, **arguments).json()

    assert send(data="{oops", headers={"Content-Type": "application/json"})["reason"] == "VALIDATOR_PARAM"
    assert send(data="{}", headers={"Content-Type": "text/plain"})["reason"] == "VALIDATOR_PARAM"
    assert send()["reason"] == "VALIDATOR_PARAM"
    assert send(json={"endpoint": []})["reason"] == "VALIDATOR_PARAM"
    assert client.get("/endpoints", pageSize="many").json()["reason"] == "VALIDATOR_PARAM"
    assert client.get("/endpoints", pageNo=1).json()["message"] == "unknown query parameter: pageNo"
    assert client.get("/endpoint").json()["reason"] == "VALIDATOR_PARAM"
    unknown = client.get("/nothing")
    assert (unknown.status_code, unknown.text) == (404, "404 page not found")
    assert unknown.headers["Content-Type"].startswith("text/plain")


def test_requests_of_the_vendors_client_are_accepted(client):
    """The client sends large numbers as strings, as in responses, and no requestTimeout."""
    resource_id = client.created()
    resource = client.read(resource_id)
    del resource["workerConfig"]["requestTimeout"]
    body = {key: resource[key] for key in ("id", "workerConfig", "ports", "policy", "image")}
    assert client.post("/endpoint/update", body).json() == {}
    assert client.read(resource_id)["workerConfig"]["freeTimeout"] == "240"


@pytest.mark.parametrize("header", [None, "Bearer short", "Basic sk-simulator-tests-0001"])
def test_requests_without_a_valid_key_are_refused(client, header):
    client.session.headers["Authorization"] = header
    response = client.get("/endpoints")
    assert response.status_code == 401
    assert response.json()["reason"] == "FAILED_TO_AUTH"


def test_accounts_are_isolated(client, other_client):
    resource_id = client.created(appName="mine")
    assert other_client.listed() == []
    assert other_client.get("/endpoint", id=resource_id).status_code == 400
    assert other_client.delete(resource_id).status_code == 400
    other_client.created(appName="mine")


def test_concurrent_requests_are_all_executed(client):
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda number: client.created(name=f"n{number}"), range(40)))
    assert len(ids) == 40
    assert {resource["id"] for resource in client.listed(pageSize=50)} == ids


def test_one_connection_serves_many_requests(account, client):
    for _request in range(3):
        client.listed()
    assert len({entry["connection"] for entry in account.requests}) == 1
    client.session.close()
    client.listed()
    assert len({entry["connection"] for entry in account.requests}) == 2
