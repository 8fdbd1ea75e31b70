# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Novita's network storages and private networks, and of what endpoints and instances do with them."""

from __future__ import annotations

import pytest

from .conftest import BODY as ENDPOINT
from .instance_client import BODY as INSTANCE

STORAGE = {"clusterId": "us-demo-1", "storageName": "models", "storageSize": 50}
NETWORK = {"clusterId": "us-demo-1", "name": "training"}


@pytest.fixture
def call(client):
    """Return a function that sends a request: a POST with a body, or a GET with parameters."""

    def send(path, body=None, **params):
        return client.get(f"/{path}", **params) if body is None else client.post(f"/{path}", body)

    return send


@pytest.fixture
def storage(call):
    """Return the ID of a storage."""
    return call("networkstorage/create", STORAGE).json()


@pytest.fixture
def network(call, clock):
    """Return the ID of a ready network."""
    assert call("network/create", NETWORK).json() == {}
    clock.advance(1)
    return call("networks").json()["networks"][0]["Id"]


def listed(call, **params):
    return call("networkstorages/list", **params).json()["data"] or []


def reason(response):
    assert response.status_code == 400, response.text
    return response.json()["reason"]


def mounting_endpoint(storage_id, **fields):
    mount = {"type": "network", "id": storage_id, "mountPath": "/models"}
    return {"endpoint": {**ENDPOINT, "volumeMounts": [mount], **fields}}


# -- network storages ------------------------------------------------------------------------------------------------


def test_a_create_returns_the_id_as_a_string_and_the_list_shows_numbers_as_strings_except_the_size(call, storage):
    assert isinstance(storage, str)
    [row] = listed(call)
    created_at = row.pop("createdAt")
    assert created_at.isdecimal()
    assert row == {
        "storageId": storage,
        "storageName": "models",
        "storageSize": 50,
        "clusterId": "us-demo-1",
        "clusterName": "US-CA-06 (Demo City)",
        "price": "300",
        "creator": "",
        "uuid": "account-1",
    }


@pytest.mark.parametrize("key", ["id", "storageId"])
def test_a_setting_makes_the_response_to_a_create_an_object(call, account, key):
    account.settings.set(storage_created=key)
    response = call("networkstorage/create", STORAGE).json()
    assert response == {key: listed(call)[0]["storageId"]}


def test_the_first_page_of_storages_is_1_and_no_parameter_is_required(call, account):
    for number in range(3):
        account.store("network_storages").seed({"storageName": f"s{number}"})
    pages = [[row["storageName"] for row in listed(call, pageNo=number, pageSize=2)] for number in (0, 1, 2, 3)]
    assert pages == [["s0", "s1"], ["s0", "s1"], ["s2"], []]
    assert len(listed(call)) == 3
    assert [row["storageName"] for row in listed(call, storageName="1")] == ["s1"]


def test_an_update_requires_all_values_and_the_size_as_text_and_only_grows(call, storage):
    body = {"storageId": storage, "storageName": "weights", "storageSize": "80"}
    for key in body:
        assert reason(call("networkstorage/update", {k: v for k, v in body.items() if k != key})) == "VALIDATOR_PARAM"
    assert reason(call("networkstorage/update", {**body, "storageSize": 80})) == "VALIDATOR_PARAM"
    assert call("networkstorage/update", body).json() == {}
    [row] = listed(call)
    assert (row["storageName"], row["storageSize"], row["price"]) == ("weights", 80, "480")
    assert reason(call("networkstorage/update", {**body, "storageSize": "79"})) == "VALIDATOR_PARAM"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"storageSize": 9}, "VALIDATOR_PARAM"),
        ({"storageSize": "50"}, "VALIDATOR_PARAM"),
        ({"storageSize": 50_001}, "NETWORK_STORAGE_TOO_LARGE"),
        ({"storageName": "my models"}, "VALIDATOR_PARAM"),
        ({"clusterId": "nowhere"}, "RESOURCE_NOT_FOUND"),
        ({"clusterId": "eu-demo-1"}, "CUR_CLUSTER_NETWORK_STORAGE_NOT_SUPPORT"),
    ],
)
def test_an_invalid_storage_is_refused(call, fields, code):
    assert reason(call("networkstorage/create", {**STORAGE, **fields})) == code
    assert listed(call) == []


def test_a_deleted_storage_is_still_listed_for_some_time(call, clock, storage):
    assert call("networkstorage/delete", {"storageId": storage}).json() == {}
    assert [row["storageId"] for row in listed(call)] == [storage]
    assert reason(call("networkstorage/delete", {"storageId": storage})) == "NETWORK_STORAGE_NOT_FOUND"
    clock.advance(1)
    assert listed(call) == []


@pytest.mark.parametrize("by", ["endpoint", "instance"])
def test_a_mounted_storage_cannot_be_deleted(call, account, clock, storage, by):
    if by == "endpoint":
        assert call("endpoint/create", mounting_endpoint(storage)).status_code == 200
    else:
        body = {**INSTANCE, "networkStorages": [{"Id": storage}], "networkId": ""}
        assert call("gpu/instance/create", body).status_code == 200
    assert reason(call("networkstorage/delete", {"storageId": storage})) == "NETWORK_STORAGE_IN_USE"
    account.store(f"{by}s").clear()
    assert call("networkstorage/delete", {"storageId": storage}).status_code == 200


def test_a_mount_requires_that_the_storage_is_in_the_cluster(call, storage):
    elsewhere = mounting_endpoint(storage, clusterID="eu-demo-1")
    assert reason(call("endpoint/create", elsewhere)) == "NETWORK_STORAGE_NOT_FOUND"
    body = {**INSTANCE, "clusterId": "eu-demo-1", "networkStorages": [{"Id": storage}], "networkId": ""}
    assert reason(call("gpu/instance/create", body)) == "NETWORK_STORAGE_NOT_FOUND"


def test_a_mount_of_a_deleted_storage_is_refused(call, storage):
    call("networkstorage/delete", {"storageId": storage})
    assert reason(call("endpoint/create", mounting_endpoint(storage))) == "NETWORK_STORAGE_NOT_FOUND"


def test_a_setting_refuses_references_to_what_never_existed(call, account):
    instance = {**INSTANCE, "networkStorages": [], "networkId": "net-1"}
    assert call("endpoint/create", mounting_endpoint("st-1")).status_code == 200
    assert call("gpu/instance/create", instance).status_code == 200
    account.settings.set(unknown_references="refused")
    assert reason(call("endpoint/create", mounting_endpoint("st-1"))) == "NETWORK_STORAGE_NOT_FOUND"
    assert reason(call("gpu/instance/create", instance)) == "NETWORK_NOT_FOUND"


# -- networks --------------------------------------------------------------------------------------------------------


def test_a_new_network_is_not_readable_at_once_and_becomes_ready(call, clock):
    call("network/create", NETWORK)
    assert not call("networks").json()["networks"]
    clock.advance(0.5)
    [row] = call("networks").json()["networks"]
    assert row["state"] == {"state": "creating", "error": ""}
    clock.advance(0.5)
    ready = call("network", networkId=row["Id"]).json()["network"]
    assert (ready["state"], ready["clusterId"], ready["Addresses"]) == (
        {"state": "ready", "error": ""},
        "us-demo-1",
        [],
    )


def test_settings_change_the_shapes_of_networks(call, account, network):
    account.settings.set(network_shape="array", networks_key="network", network_created="id")
    [row] = call("networks").json()["network"]
    assert row["state"] == [{"state": "ready", "error": ""}]
    assert call("network", networkId=network).json() == {"network": [row]}
    assert list(call("network/create", NETWORK).json()) == ["networkId"]


def test_a_network_is_renamed_and_deleted(call, clock, network):
    assert call("network/update", {"networkId": network, "name": "other"}).json() == {}
    assert call("network", networkId=network).json()["network"]["name"] == "other"
    assert reason(call("network/update", {"networkId": network, "name": "n" * 31})) == "VALIDATOR_PARAM"
    assert call("network/delete", {"networkId": network}).json() == {}
    clock.advance(1)
    gone = call("network", networkId=network)
    assert reason(gone) == "NETWORK_NOT_FOUND"
    assert gone.json()["message"] == f"network {network} not fount"  # codespell:ignore fount


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"clusterId": "1"}, "CLUSTER_STATUS"),
        ({"clusterId": "nowhere"}, "RESOURCE_NOT_FOUND"),
        ({"name": "n" * 31}, "VALIDATOR_PARAM"),
    ],
)
def test_an_invalid_network_is_refused(call, fields, code):
    assert reason(call("network/create", {**NETWORK, **fields})) == code


def test_instances_in_a_network_have_addresses_and_prevent_its_deletion(call, account, network):
    body = {**INSTANCE, "networkStorages": [], "networkId": network}
    assert reason(call("gpu/instance/create", {**body, "clusterId": "eu-demo-1"})) == "NETWORK_NOT_FOUND"
    instance_id = call("gpu/instance/create", body).json()["id"]
    shown = call("network", networkId=network).json()["network"]
    assert shown["Addresses"] == [{"Id": instance_id, "Ip": "10.0.0.5"}]
    assert reason(call("network/delete", {"networkId": network})) == "NETWORK_IN_USE"
    account.store("instances").clear()
    assert call("network/delete", {"networkId": network}).status_code == 200
