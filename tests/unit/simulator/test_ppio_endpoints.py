# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of PPIO's endpoints: formats of requests and responses, cursors, refusals, states, settings and faults."""

from __future__ import annotations

import copy
import re
import secrets

import pytest
import requests
import yaml
from openapi_spec_validator import validate

from ansible_collections.gpufleet.cloud.tests.simulator import sisters
from ansible_collections.gpufleet.cloud.tests.simulator.ppio import PPIO

BODY = {
    "type": "async",
    "name": "demo",
    "product_id": "7",
    "image": "registry.example.org/team/llm:1.4",
    "worker_config": {
        "max_replicas": 2,
        "min_replicas": 1,
        "idle_timeout": 240,
        "max_concurrent_per_worker": 4,
        "gpu_num": 1,
        "rootfs_size_gb": 60,
        "min_cuda_version": "12.8",
        "request_timeout": 600,
    },
    "app_name": "demo-app",
    "registry_auth_id": "cred",
    "entrypoint": "/entry",
    "command": "serve",
    "policy": {"type": "queue", "value": 15},
    "volumes": [{"id": "st-1", "type": "network", "mount_point": "/models"}],
    "envs": [{"key": "LOG_LEVEL", "value": "info"}],
    "ports": [8000],
    "health_check": {"path": "/ready", "port": 8000},
    "region_id": "cn-demo-1",
}

MINIMAL = {
    "type": "sync",
    "name": "small",
    "product_id": "7",
    "image": "img:1",
    "worker_config": {"max_replicas": 1},
}


class Client:
    """A simple client for PPIO's endpoints."""

    def __init__(self, base, key):
        self.base = f"{base}/gpus/v2/endpoints"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {key}"

    def send(self, method, path="", **arguments):
        return self.session.request(method, self.base + path, timeout=60, allow_redirects=False, **arguments)

    def create(self, body=None, **changes):
        return self.send("POST", json={**copy.deepcopy(body or BODY), **changes})

    def created(self, body=None, **changes):
        response = self.create(body, **changes)
        assert response.status_code == 200, response.text
        return response.json()["id"]

    def get(self, resource_id):
        return self.send("GET", f"/{resource_id}")

    def read(self, resource_id):
        response = self.get(resource_id)
        assert response.status_code == 200, response.text
        return response.json()

    def page(self, **query):
        response = self.send("GET", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def walk(self, **query):
        """Return the pages as lists of names."""
        pages, cursor = [], ""
        while True:
            page = self.page(cursor=cursor, **query)
            pages.append([resource["name"] for resource in page["data"]])
            assert page["has_more"] is bool(page["next_cursor"])
            if not page["has_more"]:
                return pages
            cursor = page["next_cursor"]

    def update(self, resource_id, *omitted, **changes):
        omitted = ("type", "app_name", *omitted)
        body = {key: value for key, value in {**BODY, **changes}.items() if key not in omitted}
        return self.send("PUT", f"/{resource_id}", json=body)

    def delete(self, resource_id):
        return self.send("DELETE", f"/{resource_id}")


@pytest.fixture
def account(sim):
    return sim.account("ppio", secrets.token_hex(12))


@pytest.fixture
def client(sim, account):
    return Client(sim.ppio_url, account.key)


@pytest.fixture
def other_client(sim):
    return Client(sim.ppio_url, secrets.token_hex(12))


def worker_config(**changes):
    return {"worker_config": {**BODY["worker_config"], **changes}}


# -- formats of requests and responses -------------------------------------------------------------------------------


def test_the_contract_is_valid_and_complete():
    contract = yaml.safe_load(PPIO.openapi.read_text(encoding="utf-8"))
    validate(contract)
    described = {method["operationId"] for item in contract["paths"].values() for method in item.values()}
    assert described == PPIO.operations.keys()


def test_create_returns_the_id_and_get_returns_no_envelope(client):
    response = client.create().json()
    resource_id = response.pop("id")
    assert response == {} and re.fullmatch("[0-9a-f]{16}", resource_id)
    resource = client.read(resource_id)
    assert resource.pop("url").startswith(f"https://{resource_id}-demo-app.")
    assert resource.pop("created_at").isdecimal()
    assert resource == {
        **BODY,
        "id": resource_id,
        "status": {"status": "creating", "error": "", "message": ""},
        "worker_config": {**BODY["worker_config"], "idle_timeout": "240", "max_concurrent_per_worker": "4"},
        "policy": {"type": "queue", "value": "15"},
        "workers": [],
        "member_id": "member-1",
        "owner_id": "owner-1",
    }


def test_unset_fields_are_returned_as_zero_values(client):
    resource_id = client.created(MINIMAL)
    resource = client.read(resource_id)
    for field in ("registry_auth_id", "entrypoint", "command", "region_id"):
        assert resource[field] == ""
    assert resource["envs"] == resource["ports"] == resource["volumes"] == []
    assert (resource["policy"], resource["health_check"]) == ({"type": "", "value": "0"}, {"path": "", "port": 0})
    assert resource["worker_config"] == {
        "max_replicas": 1,
        "min_replicas": 0,
        "idle_timeout": "0",
        "max_concurrent_per_worker": "0",
        "gpu_num": 0,
        "rootfs_size_gb": 0,
        "min_cuda_version": "",
        "request_timeout": 0,
    }
    assert resource["app_name"] == resource_id


def test_a_list_omits_only_the_type(client):
    resource = client.read(client.created())
    assert resource.pop("type") == "async"
    assert client.page()["data"] == [resource]


def test_only_local_volumes_have_a_size(client):
    local = {"type": "local", "size": 30, "mount_point": "/scratch"}
    network = {"type": "network", "id": "st-1", "size": 30, "mount_point": "/models"}
    assert client.read(client.created(volumes=[local, network]))["volumes"] == [
        {"id": "", **local},
        {"type": "network", "id": "st-1", "mount_point": "/models"},
    ]


def test_app_names_are_unique_but_names_are_not(client):
    client.created()
    client.created(app_name="")
    assert client.create().json()["reason"] == "SERVERLESS_APP_NAME_IS_EXIST"
    assert len(client.page()["data"]) == 2


# -- updates and deletes ---------------------------------------------------------------------------------------------


def test_an_update_replaces_all_fields(client):
    resource_id = client.created()
    response = client.send("PUT", f"/{resource_id}", json={"name": "new", "worker_config": {"max_replicas": 3}})
    assert (response.status_code, response.json()) == (200, {})
    resource = client.read(resource_id)
    assert (resource["name"], resource["worker_config"]["max_replicas"]) == ("new", 3)
    assert resource["envs"] == resource["ports"] == resource["volumes"] == []
    for field in ("product_id", "image", "registry_auth_id", "entrypoint", "command", "region_id"):
        assert resource[field] == ""
    assert (resource["policy"]["type"], resource["health_check"]["path"]) == ("", "")
    assert resource["worker_config"]["gpu_num"] == 0
    assert (resource["type"], resource["app_name"]) == ("async", "demo-app")


def test_an_update_can_be_partial(account, client):
    account.settings.set(put_mode="partial")
    resource_id = client.created()
    assert client.update(resource_id, "name", "envs", "worker_config", command="").json() == {}
    resource = client.read(resource_id)
    assert (resource["name"], resource["envs"], resource["command"]) == ("demo", BODY["envs"], "")
    assert resource["worker_config"]["max_replicas"] == 2


def test_an_update_can_ignore_zero_and_empty_values(account, client):
    account.settings.set(put_mode="zero_ignoring")
    resource_id = client.created()
    client.update(resource_id, command="", envs=[], image="", **worker_config(min_replicas=0, max_replicas=5))
    resource = client.read(resource_id)
    assert (resource["command"], resource["envs"], resource["image"]) == ("serve", BODY["envs"], BODY["image"])
    assert (resource["worker_config"]["min_replicas"], resource["worker_config"]["max_replicas"]) == (1, 5)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"type": "sync"}, "type"),
        ({"app_name": "x"}, "app_name"),
        ({"worker_config": {"min_replicas": 1}}, "max_replicas"),
        ({"worker_config": {"max_replicas": 1001}}, "worker_config.max_replicas: "),
        ({"product_id": "missing-1"}, "missing-1 not found"),
    ],
)
def test_invalid_updates_change_nothing(client, changes, message):
    resource_id = client.created()
    before = client.read(resource_id)
    response = client.send("PUT", f"/{resource_id}", json=changes)
    assert response.status_code == 400
    assert message in response.json()["message"]
    assert client.read(resource_id) == before


def test_delete(client, clock):
    resource_id = client.created()
    assert client.delete(resource_id).json() == {}
    assert client.read(resource_id)["status"]["status"] == "Releasing"
    assert client.update(resource_id).json()["reason"] == "DEPENDENT_RESOURCE_STATE"
    clock.advance(0.5)
    assert client.page()["data"] is None
    for response in (client.get(resource_id), client.update(resource_id), client.delete(resource_id)):
        assert response.status_code == 400
        assert response.json() == {
            "code": 400,
            "reason": "SERVERLESS_ENDPOINT_NOT_FOUND",
            "message": f"endpoint {resource_id} not found",
            "metadata": {},
        }


# -- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"surprise": 1}, "surprise"),
        ({"type": "other"}, "type: "),
        ({"name": ""}, "name: "),
        ({"name": "n" * 256}, "name: "),
        ({"product_id": ""}, "product_id: "),
        ({"product_id": 7}, "product_id: "),
        ({"image": ""}, "image: "),
        ({"image": "i" * 501}, "image: "),
        ({"app_name": "Not_Good"}, "app_name: "),
        ({"app_name": "a" * 256}, "app_name: "),
        ({"registry_auth_id": "r" * 256}, "registry_auth_id: "),
        ({"entrypoint": ["a"]}, "entrypoint: "),
        ({"command": None}, "command: "),
        ({"worker_config": {"min_replicas": 0}}, "max_replicas"),
        (worker_config(surprise=1), "worker_config: "),
        (worker_config(max_replicas=1001), "worker_config.max_replicas: "),
        (worker_config(max_replicas="2"), "worker_config.max_replicas: "),
        (worker_config(min_replicas=-1), "worker_config.min_replicas: "),
        (worker_config(min_replicas=True), "worker_config.min_replicas: "),
        (worker_config(idle_timeout=0), "worker_config.idle_timeout: "),
        (worker_config(idle_timeout="240"), "worker_config.idle_timeout: "),
        (worker_config(max_concurrent_per_worker=1001), "worker_config.max_concurrent_per_worker: "),
        (worker_config(gpu_num=9), "worker_config.gpu_num: "),
        (worker_config(rootfs_size_gb=9), "worker_config.rootfs_size_gb: "),
        (worker_config(rootfs_size_gb=101), "worker_config.rootfs_size_gb: "),
        (worker_config(min_cuda_version="12.5"), "worker_config.min_cuda_version: "),
        (worker_config(min_cuda_version=12.8), "worker_config.min_cuda_version: "),
        (worker_config(request_timeout=1801), "worker_config.request_timeout: "),
        ({"policy": {"type": "other"}}, "policy.type: "),
        ({"policy": {"value": 0}}, "policy.value: "),
        ({"policy": {"value": "15"}}, "policy.value: "),
        ({"volumes": [{"type": "other"}]}, "volumes[0].type: "),
        ({"volumes": [{"mount_path": "/x"}]}, "volumes[0]: "),
        ({"volumes": [{"mount_point": "m" * 4096}]}, "volumes[0].mount_point: "),
        ({"envs": [{"key": "A", "value": 1}]}, "envs[0].value: "),
        ({"envs": [{"key": "k" * 512, "value": ""}]}, "envs[0].key: "),
        ({"envs": [{"key": "A", "value": "v" * 4096}]}, "envs[0].value: "),
        ({"ports": [0]}, "ports[0]: "),
        ({"ports": [65536]}, "ports[0]: "),
        ({"ports": ["8000"]}, "ports[0]: "),
        ({"health_check": {"port": 65536}}, "health_check.port: "),
        ({"health_check": {"surprise": 1}}, "health_check: "),
        ({"region_id": 1}, "region_id: "),
    ],
)
def test_invalid_values_are_refused(client, changes, message):
    response = client.create(**changes)
    assert response.status_code == 400
    assert response.json()["reason"] == "VALIDATOR_PARAM"
    assert message in response.json()["message"]
    assert client.page()["data"] is None


@pytest.mark.parametrize("field", MINIMAL)
def test_a_create_requires_the_documented_fields(client, field):
    response = client.send("POST", json={key: value for key, value in MINIMAL.items() if key != field})
    assert response.status_code == 400
    assert field in response.json()["message"]


@pytest.mark.parametrize(
    "changes",
    [
        worker_config(max_replicas=0, min_replicas=1000),
        worker_config(idle_timeout=1, gpu_num=8, rootfs_size_gb=100, min_cuda_version="13.0", request_timeout=1800),
        {"ports": [], "envs": [{}], "volumes": [{}], "policy": {}, "health_check": {}},
        {"ports": [1, 2222, 65535], "name": "n" * 255, "image": "i" * 500, "health_check": {"port": 0}},
    ],
)
def test_values_that_are_not_forbidden_are_accepted(client, changes):
    client.created(**changes)


def test_missing_products_are_not_found(client):
    assert client.create(product_id="missing-1").json()["reason"] == "SERVERLESS_PRODUCT_NOT_FOUND"


def test_malformed_requests_are_refused(client):
    def refused(method, path="", **arguments):
        response = client.send(method, path, **arguments)
        assert response.status_code == 400
        return response.json()["reason"]

    assert refused("POST", data="{oops", headers={"Content-Type": "application/json"}) == "VALIDATOR_PARAM"
    assert refused("POST", data="{}", headers={"Content-Type": "text/plain"}) == "VALIDATOR_PARAM"
    assert refused("POST") == "VALIDATOR_PARAM"
    assert refused("POST", json=[]) == "VALIDATOR_PARAM"
    for query in ({"limit": "many"}, {"limit": -1}, {"page": 1}, {"cursor": "made-up"}, {"cursor": "c" * 1025}):
        assert refused("GET", params=query) == "VALIDATOR_PARAM"
    assert refused("GET", "/nothing", params={"endpoint_id": "x"}) == "VALIDATOR_PARAM"
    assert client.send("PATCH", "/nothing", json={}).status_code == 404


def test_requests_without_a_valid_key_are_refused(client):
    client.session.headers["Authorization"] = "Bearer short"
    response = client.send("GET")
    assert (response.status_code, response.json()["reason"]) == (401, "FAILED_TO_AUTH")


def test_accounts_are_isolated(sim, account, client, other_client):
    resource_id = client.created()
    assert other_client.page()["data"] is None
    assert other_client.get(resource_id).status_code == 400
    assert sim.account("novita", account.key).records() == []
    other_client.created()


# -- cursors ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def five(account, clock):
    for count in range(5):
        account.seed(name=f"n{count}")
        clock.advance(1)


@pytest.mark.usefixtures("five")
def test_pages(account, client):
    assert client.walk(limit=2) == [["n0", "n1"], ["n2", "n3"], ["n4"]]
    page = client.page()
    assert (len(page["data"]), page["next_cursor"], page["has_more"], page["total"]) == (5, "", False, 5)
    account.settings.set(page_cap=3)
    assert client.walk(limit=50) == [["n0", "n1", "n2"], ["n3", "n4"]]
    account.settings.set(list_order="reversed")
    assert client.walk() == [["n4", "n3", "n2"], ["n1", "n0"]]
    account.settings.set(list_order="shuffled")
    shuffled = [name for page in client.walk(limit=2) for name in page]
    assert sorted(shuffled) == ["n0", "n1", "n2", "n3", "n4"]


def test_the_default_page_has_20_endpoints(account, client):
    for _resource in range(21):
        account.seed()
    assert len(client.page()["data"]) == len(client.page(limit=0)["data"]) == 20


@pytest.mark.usefixtures("five")
def test_pages_do_not_shift(account, client):
    page = client.page(limit=2)
    account.store().remove(page["data"][0]["id"])
    account.seed(name="newest")
    names = [resource["name"] for resource in client.page(cursor=page["next_cursor"])["data"]]
    assert names == ["n2", "n3", "n4"]
    again = client.page(limit=2, cursor=page["next_cursor"])
    assert again["next_cursor"] == client.page(limit=2, cursor=page["next_cursor"])["next_cursor"]


def test_only_the_newest_cursors_are_valid(monkeypatch, account, client):
    monkeypatch.setattr(sisters, "MOST_CURSORS", 2)
    for name in ("a", "b", "c", "d"):
        account.seed(name=name)
    first, second, third = (client.page(limit=limit)["next_cursor"] for limit in (1, 2, 3))
    assert [row["name"] for row in client.page(cursor=second)["data"]] == ["c", "d"]
    assert [row["name"] for row in client.page(cursor=third)["data"]] == ["d"]
    assert client.send("GET", params={"cursor": first}).status_code == 400


@pytest.mark.usefixtures("five")
def test_search(account, client):
    account.seed(name="Other-N1", member_id="m-9")
    assert client.walk(keyword="n1") == [["n1", "Other-N1"]]
    assert client.walk(member_ids="m-8,m-9") == [["Other-N1"]]


@pytest.mark.parametrize("total, expected", [("number", 5), ("string", "5"), ("missing", None)])
@pytest.mark.usefixtures("five")
def test_total(account, client, total, expected):
    account.settings.set(total=total)
    assert client.page(limit=2).get("total") == expected


@pytest.mark.usefixtures("five")
def test_a_shortened_list_sets_has_more_without_a_cursor(account, client):
    account.fault("endpoint.list", "short_list", keep=2)
    page = client.page()
    assert (len(page["data"]), page["next_cursor"], page["has_more"]) == (2, "", True)
    account.fault("endpoint.list", "empty_list")
    page = client.page(limit=2)
    assert (page["data"], page["next_cursor"], page["has_more"]) == ([], "", True)


@pytest.mark.usefixtures("five")
def test_cursors_can_repeat_endlessly(account, client):
    account.fault("endpoint.list", "repeat_cursor", times=0)
    first = client.page()
    second = client.page(cursor=first["next_cursor"])
    assert first == second
    assert first["has_more"] and first["next_cursor"]


# -- time ------------------------------------------------------------------------------------------------------------


def test_an_endpoint_starts_before_its_workers(account, client, clock):
    account.settings.set(boot_seconds=30)
    resource_id = client.created()

    def states():
        resource = client.read(resource_id)
        workers = [(worker["status"]["status"], worker["health"]) for worker in resource["workers"]]
        return resource["status"]["status"], workers

    assert states() == ("creating", [])
    clock.advance(30)
    assert states() == ("running", [("creating", False)])
    clock.advance(30)
    assert states() == ("running", [("ready", True)])
    [worker] = client.read(resource_id)["workers"]
    assert worker.keys() == {"id", "status", "log", "health", "drain"}
    assert worker["status"] == {"status": "ready", "error": "", "message": ""}
    client.update(resource_id, **worker_config(min_replicas=2))
    assert states() == ("updating", [("ready", True)])
    clock.advance(60)
    assert states() == ("running", [("ready", True)] * 2)


def test_visible_after(account, client, clock):
    account.settings.set(visible_after=5)
    resource_id = client.created()
    assert client.page()["data"] is None
    assert client.get(resource_id).status_code == 400
    clock.advance(5)
    assert client.page()["data"][0]["id"] == client.read(resource_id)["id"] == resource_id


def test_stale_after(account, client, clock):
    account.settings.set(stale_after=5)
    resource_id = client.created()
    clock.advance(9)
    client.update(resource_id, name="new")
    assert client.read(resource_id)["name"] == client.page()["data"][0]["name"] == "demo"
    clock.advance(5)
    assert client.read(resource_id)["name"] == client.page()["data"][0]["name"] == "new"


# -- settings and faults ---------------------------------------------------------------------------------------------


def test_numbers_as_numbers(account, client):
    account.settings.set(numbers_as_strings=False)
    resource = client.read(client.created())
    assert (resource["worker_config"], resource["policy"]) == (BODY["worker_config"], BODY["policy"])
    assert isinstance(resource["created_at"], int)


def test_not_found_status(account, client):
    account.settings.set(not_found_status=404)
    response = client.get("nothing")
    assert response.status_code == response.json()["code"] == 404
    assert response.json()["reason"] == "SERVERLESS_ENDPOINT_NOT_FOUND"


def test_min_interval(account, client, clock):
    account.settings.set(min_interval={"endpoint.create": 1.5})
    client.created(MINIMAL)
    response = client.create(MINIMAL)
    assert (response.status_code, response.json()["reason"]) == (429, "RATE_LIMIT_EXCEEDED")
    clock.advance(1.5)
    client.created(MINIMAL)


def test_ignore_and_clip(account, client):
    resource_id = client.created()
    account.fault("endpoint.update", "ignore", fields=["worker_config.max_replicas", "envs"])
    assert client.update(resource_id, name="new", envs=[], **worker_config(max_replicas=9)).json() == {}
    resource = client.read(resource_id)
    assert (resource["name"], resource["worker_config"]["max_replicas"], len(resource["envs"])) == ("new", 2, 1)
    account.fault("endpoint.update", "clip", field="worker_config.idle_timeout", value=60)
    client.update(resource_id)
    assert client.read(resource_id)["worker_config"]["idle_timeout"] == "60"
    account.fault("endpoint.create", "ignore", fields=["command", "volumes"])
    resource = client.read(client.created(app_name=""))
    assert (resource["command"], resource["volumes"]) == ("", [])


@pytest.mark.parametrize("fault, status", [("failed_state", "failed"), ("stuck", "creating"), ("stopped", "stopped")])
def test_faults_lead_to_bad_states(account, client, clock, fault, status):
    account.fault("endpoint.create", fault)
    resource_id = client.created()
    clock.advance(60)
    resource = client.read(resource_id)
    assert (resource["status"]["status"], resource["workers"]) == (status, [])
    assert bool(resource["status"]["error"]) is (fault == "failed_state")


def test_duplicate(account, client):
    account.fault("endpoint.create", "duplicate")
    resource_id = client.created()
    first, second = client.page()["data"]
    assert first["name"] == second["name"] and resource_id in (first["id"], second["id"])
    assert first["app_name"] != second["app_name"]


def test_responses_can_be_corrupted(account, client):
    resource_id = client.created()
    account.fault("*", "no_envelope", times=2)
    assert client.page() == client.read(resource_id) == {}
    account.fault("endpoint.list", "wrong_types")
    assert client.page()["data"] == "text"
    account.fault("endpoint.list", "wrong_types", of="items")
    assert client.page()["data"] == ["text"]
    account.fault("endpoint.get", "wrong_types")
    assert client.read(resource_id)["worker_config"] == "text"


@pytest.mark.parametrize("when, count", [("before", 0), ("after", 1)])
def test_a_response_can_be_lost(account, client, when, count):
    account.fault("endpoint.create", "reset", when=when)
    with pytest.raises(requests.ConnectionError):
        client.create()
    assert len(client.page()["data"] or []) == count


def test_a_removed_worker_drains(client, clock):
    resource_id = client.created(worker_config={"min_replicas": 1, "max_replicas": 1})
    clock.advance(2)
    client.update(resource_id, worker_config={"min_replicas": 0, "max_replicas": 1})
    [worker] = client.read(resource_id)["workers"]
    assert (worker["status"]["status"], worker["health"], worker["drain"]) == ("removed", True, True)


def test_a_cluster_sleeps_after_its_last_endpoint_is_deleted(client, clock):
    client.delete(client.created(region_id="cn-demo-1"))
    clock.advance(1)
    assert client.create(region_id="cn-demo-1").json()["message"] == "serverless cluster is not active"
    assert client.create(region_id="cn-south-1", app_name="other").status_code == 200
    clock.advance(3)
    assert client.create(region_id="cn-demo-1").status_code == 200


def test_update_ranges_found_accepts_current_values_outside_the_ranges(account, client):
    odd = {"max_replicas": 1, "rootfs_size_gb": 130, "request_timeout": 3600, "min_cuda_version": "any"}
    account.seed(id="odd", worker_config=odd)
    assert "130" in client.update("odd", worker_config=odd).json()["message"]
    account.settings.set(update_ranges="found")
    assert client.update("odd", worker_config={**odd, "max_replicas": 2}).status_code == 200
    assert "120" in client.update("odd", worker_config={**odd, "rootfs_size_gb": 120}).json()["message"]


# -- seeding, control and page ---------------------------------------------------------------------------------------


def test_seeded_endpoints_are_not_validated(account, client):
    status = {"status": "odd", "error": "E"}
    account.seed(id="chosen", status=status, policy=None, volumes=None, created_at="1783000000")
    resource = client.read("chosen")
    assert resource["status"] == {"status": "odd", "error": "E", "message": ""}
    assert (resource["policy"], resource["volumes"], resource["created_at"]) == (None, None, "1783000000")
    account.change("chosen", status="failed", worker_config={"min_replicas": 2})
    resource = client.read("chosen")
    assert (resource["status"]["status"], resource["worker_config"]["max_replicas"]) == ("failed", 1)
    assert [worker["health"] for worker in resource["workers"]] == [True, True]


def test_a_seeded_endpoint_survives_an_update(account, client):
    """An update can send the values of a seeded endpoint, with numbers as numbers."""
    account.settings.set(numbers_as_strings=False)
    before = account.seed(name="x")
    read_only = ("id", "type", "app_name", "status", "url", "workers", "member_id", "owner_id", "created_at")
    body = {key: value for key, value in before.items() if key not in read_only}
    assert client.send("PUT", f"/{before['id']}", json=body).json() == {}
    assert {**client.read(before["id"]), "status": before["status"]} == before


def test_control_and_page(sim, account, client):
    seeded = client.session.post(f"{sim.url}/_sim/ppio/endpoints", json={"name": "<shown>"}, timeout=60).json()
    assert seeded["status"]["status"] == "running"
    client.update("nothing")
    page = client.session.get(sim.url, timeout=60).text
    assert "PPIO" in page and sim.ppio_url in page
    assert "&lt;shown&gt;" in page and seeded["id"] in page and "endpoint.update" in page
    assert account.key not in page
