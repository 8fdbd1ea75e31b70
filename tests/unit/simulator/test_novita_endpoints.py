# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's endpoints: forms of requests and answers, refusals, states over time."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest


def test_get_answers_everything_wrapped_and_large_numbers_as_strings(client):
    record_id = client.created()
    assert re.fullmatch("[0-9a-f]{16}", record_id)
    record = client.read(record_id)
    assert record["id"] == record["appName"] == record_id
    assert record["workerConfig"] == {
        "minNum": 1,
        "maxNum": 2,
        "freeTimeout": "240",
        "maxConcurrent": "4",
        "gpuNum": 1,
        "requestTimeout": 600,
        "cudaVersion": "12.8",
    }
    assert record["policy"] == {"type": "queue", "value": "15"}
    assert record["envs"] == [{"key": "LOG_LEVEL", "value": "info"}]
    assert record["healthy"] == {
        "path": "/ready",
        "initialDelay": 10,
        "period": 10,
        "timeout": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    }
    assert record["volumeMounts"] == [{"type": "local", "size": 30, "id": "", "mountPath": "/workspace"}]
    assert record["url"].startswith("https://")


def test_list_differs_from_get_in_the_type_of_the_port_only(client):
    record_id = client.created()
    single, listed = client.read(record_id), client.listed()[0]
    assert single.pop("ports") == [{"port": 8000}]
    assert listed.pop("ports") == [{"port": "8000"}]
    assert single == listed


def test_update_replaces_in_full(client):
    record_id = client.created(appName="my-app", rootfsSize=60)
    response = client.update(record_id, "name", "envs", "volumeMounts", "healthy", "clusterID", image={"image": "new"})
    assert (response.status_code, response.json()) == (200, {})
    record = client.read(record_id)
    assert (record["name"], record["envs"], record["volumeMounts"], record["clusterID"]) == ("", [], [], "")
    assert record["healthy"]["path"] == ""
    assert record["image"] == {"image": "new", "authId": "", "command": ""}
    assert (record["appName"], record["rootfsSize"], record["products"]) == ("my-app", 60, [{"id": "7"}])


@pytest.mark.parametrize("field, value", [("appName", "x"), ("products", [{"id": "7"}]), ("rootfsSize", 100)])
def test_update_does_not_know_what_the_page_does_not_name(client, field, value):
    record = {"id": client.created(), "workerConfig": {}, field: value}
    assert field in client.post("/endpoint/update", record).json()["message"]


@pytest.mark.parametrize("field", ["workerConfig", "ports", "policy", "image"])
def test_update_requires_what_the_page_requires(client, field):
    response = client.update(client.created(), field)
    assert response.status_code == 400
    assert field in response.json()["message"]


@pytest.mark.parametrize(
    ("reads", "field", "deletes"),
    [
        ("id", "id", True),
        ("id", "name", False),
        ("name", "id", False),
        ("name", "name", True),
        ("either", "id", True),
        ("either", "name", True),
    ],
)
def test_delete_reads_the_id_in_the_field_of_the_setting_and_no_other(account, client, reads, field, deletes):
    account.settings.set(delete_key=reads)
    record_id = client.created()
    other_field = {"name": "id", "id": "name"}[field]
    answer = client.post(
        "/endpoint/delete", {field: record_id, other_field: record_id} if deletes else {field: record_id}
    )
    assert (answer.status_code == 200) is deletes
    if not deletes:
        assert answer.json()["reason"] == "SERVERLESS_ENDPOINT_NOT_FOUND"
    assert (client.listed()[0]["state"]["state"] == "Releasing") is deletes


def test_delete_takes_a_while(account, client, clock):
    record_id = client.created()
    assert client.delete(record_id).json() == {}
    account.settings.set(leaving_word="toTerminate")
    assert client.listed()[0]["state"]["state"] == "toTerminate"
    clock.advance(0.5)
    assert client.listed() == []
    assert client.get("/endpoint", id=record_id).json() == {
        "code": 400,
        "reason": "SERVERLESS_ENDPOINT_NOT_FOUND",
        "message": f"endpoint {record_id} not found",
        "metadata": {},
    }
    assert client.delete(record_id).json()["reason"] == "SERVERLESS_ENDPOINT_NOT_FOUND"
    assert client.update(record_id).json()["reason"] == "SERVERLESS_ENDPOINT_NOT_FOUND"


def test_an_endpoint_boots_and_then_its_workers_do(client, clock):
    record_id = client.created()

    def look():
        record = client.read(record_id)
        return record["state"]["state"], [(worker["state"]["state"], worker["healthy"]) for worker in record["workers"]]

    assert look() == ("creating", [])
    clock.advance(1)
    assert look() == ("serving", [("creating", False)])
    clock.advance(1)
    assert look() == ("serving", [("running", True)])
    client.update(record_id, workerConfig__minNum=2)
    assert look() == ("updating", [("running", True)])
    clock.advance(1)
    assert look() == ("serving", [("running", True), ("creating", False)])
    clock.advance(1)
    assert look() == ("serving", [("running", True)] * 2)
    client.update(record_id, workerConfig__minNum=0)
    assert look() == ("updating", [("removed", True)] * 2)
    clock.advance(30)
    assert look() == ("serving", [])


def test_a_worker_that_fails_says_why_and_stays_for_a_while(account, client, clock):
    account.fault("endpoint.create", "failed_workers", error="IMAGE_PULL_FAILED", message="manifest not found")
    record_id = client.created()
    clock.advance(2)
    record = client.read(record_id)
    [worker] = record["workers"]
    assert record["state"]["state"] == "serving"
    assert worker["state"] == {"state": "failed", "error": "IMAGE_PULL_FAILED", "message": "manifest not found"}
    assert worker["healthy"] is False
    client.update(record_id, image={"image": "better"})
    clock.advance(2)
    assert [worker["state"]["state"] for worker in client.read(record_id)["workers"]] == ["failed", "running"]
    clock.advance(30)
    assert [worker["state"]["state"] for worker in client.read(record_id)["workers"]] == ["running"]


def test_the_cluster_of_a_place_sleeps_after_its_last_endpoint_is_gone(client, clock):
    first, second = client.created(), client.created(clusterID="", clusterIDs=["cluster-1"])
    elsewhere = client.created(clusterID="cluster-2")
    client.delete(first)
    clock.advance(1)
    assert client.create().status_code == 200, "there is another one of the same cluster"
    for record in client.listed():
        if record["id"] != elsewhere:
            client.delete(record["id"])
    clock.advance(0.4)
    assert client.create().status_code == 200, "the last one is not gone yet"
    client.delete(client.listed()[-1]["id"])
    clock.advance(3)
    refused = client.create()
    assert (refused.status_code, refused.json()["reason"]) == (400, "CLUSTER_STATUS")
    assert refused.json()["message"] == "serverless cluster is not active"
    assert client.update(elsewhere).json()["reason"] == "CLUSTER_STATUS", "an update to that place is refused, too"
    assert client.update(elsewhere, clusterID="cluster-2").status_code == 200
    clock.advance(0.6)
    assert client.create().status_code == 200
    assert second not in [record["id"] for record in client.listed()]


def test_a_new_account_never_slept_and_a_sleep_can_be_switched_off(account, client, clock):
    account.settings.set(cluster_sleep_seconds=0)
    client.delete(client.created())
    clock.advance(1)
    assert client.create().status_code == 200


def test_an_update_drops_the_clusters_that_it_leaves_out(client):
    record_id = client.created(clusterID="", clusterIDs=["a", "b"])
    assert client.read(record_id)["clusterIDs"] == ["a", "b"]
    client.update(record_id, clusterID="", clusterIDs=["a", "b"])
    assert client.read(record_id)["clusterIDs"] == ["a", "b"]
    assert "clusterIDs" in client.update(record_id, clusterID="c", clusterIDs=["a", "b"]).json()["message"]
    client.update(record_id, clusterID="")
    assert "clusterIDs" not in client.read(record_id)
    assert "clusterIDs" not in client.read(client.created())


def test_update_ranges_found_lets_a_record_keep_what_it_has(account, client):
    record_id = client.created()
    account.change(
        record_id, rootfsSize=900, name="n" * 300, workerConfig={"requestTimeout": 7200, "cudaVersion": "any"}
    )
    kept = {"name": "n" * 300, "workerConfig__requestTimeout": 7200, "workerConfig__cudaVersion": "any"}
    assert client.update(record_id, **kept).status_code == 400
    account.settings.set(update_ranges="found")
    assert client.update(record_id, workerConfig__maxNum=5, **kept).status_code == 200
    assert (
        "requestTimeout" in client.update(record_id, **{**kept, "workerConfig__requestTimeout": 7300}).json()["message"]
    )
    assert client.update(record_id, **{**kept, "name": "m" * 300}).status_code == 400


def test_names_may_repeat_but_app_names_may_not(client):
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
def test_bad_values_are_refused(client, changes, message):
    answer = client.create(**changes)
    assert answer.status_code == 400
    assert answer.json()["reason"] == "VALIDATOR_PARAM"
    assert message in answer.json()["message"]
    assert client.listed() == []


def test_bad_values_are_refused_in_updates_too(client):
    record_id = client.created()
    assert "maxNum" in client.update(record_id, workerConfig__maxNum=101).json()["message"]
    assert client.read(record_id)["workerConfig"]["maxNum"] == 2


def test_missing_products_are_not_found(client):
    assert client.create(products=[{"id": "missing-1"}]).json()["reason"] == "SERVERLESS_PRODUCT_NOT_FOUND"


def test_the_limits_are_those_that_are_enforced(client):
    limits = client.get("/endpoint/limit").json()
    client.created(workerConfig__maxNum=limits["maxWorkerNum"])
    assert client.create(workerConfig__maxNum=limits["maxWorkerNum"] + 1).status_code == 400


def test_malformed_requests(client):
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


def test_the_vendors_own_client_is_understood(client):
    """It sends large numbers as it read them, and no requestTimeout."""
    record_id = client.created()
    record = client.read(record_id)
    del record["workerConfig"]["requestTimeout"]
    wanted = {key: record[key] for key in ("id", "workerConfig", "ports", "policy", "image")}
    assert client.post("/endpoint/update", wanted).json() == {}
    assert client.read(record_id)["workerConfig"]["freeTimeout"] == "240"


@pytest.mark.parametrize("header", [None, "Bearer short", "Basic sk-simulator-tests-0001"])
def test_without_a_good_key_nothing_is_answered(client, header):
    client.session.headers["Authorization"] = header
    response = client.get("/endpoints")
    assert response.status_code == 401
    assert response.json()["reason"] == "FAILED_TO_AUTH"


def test_accounts_never_see_each_other(client, other_client):
    record_id = client.created(appName="mine")
    assert other_client.listed() == []
    assert other_client.get("/endpoint", id=record_id).status_code == 400
    assert other_client.delete(record_id).status_code == 400
    other_client.created(appName="mine")


def test_many_requests_at_once(client):
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda number: client.created(name=f"n{number}"), range(40)))
    assert len(ids) == 40
    assert {record["id"] for record in client.listed(pageSize=50)} == ids


def test_one_connection_serves_many_requests(account, client):
    for _request in range(3):
        client.listed()
    assert len({entry["connection"] for entry in account.requests}) == 1
    client.session.close()
    client.listed()
    assert len({entry["connection"] for entry in account.requests}) == 2
