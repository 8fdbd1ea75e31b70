# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PPIO's endpoints: forms of requests and answers, cursors, refusals, states over time, settings and faults."""

from __future__ import annotations

import copy
import re
import secrets

import pytest
import requests
import yaml
from openapi_spec_validator import validate

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
    "region_id": "cn-1",
}

MINIMAL = {
    "type": "sync",
    "name": "small",
    "product_id": "7",
    "image": "img:1",
    "worker_config": {"max_replicas": 1},
}


class Client:
    """PPIO's calls, without any cleverness."""

    def __init__(self, base, key):
        self.base = f"{base}/gpus/v2/endpoints"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {key}"

    def send(self, method, path="", **arguments):
        return self.session.request(method, self.base + path, timeout=60, allow_redirects=False, **arguments)

    def create(self, wanted=None, **changes):
        return self.send("POST", json={**copy.deepcopy(wanted or BODY), **changes})

    def created(self, wanted=None, **changes):
        response = self.create(wanted, **changes)
        assert response.status_code == 200, response.text
        return response.json()["id"]

    def get(self, record_id):
        return self.send("GET", f"/{record_id}")

    def read(self, record_id):
        response = self.get(record_id)
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
            pages.append([record["name"] for record in page["data"]])
            assert page["has_more"] is bool(page["next_cursor"])
            if not page["has_more"]:
                return pages
            cursor = page["next_cursor"]

    def update(self, record_id, *left_out, **changes):
        left_out = ("type", "app_name", *left_out)
        wanted = {key: value for key, value in {**BODY, **changes}.items() if key not in left_out}
        return self.send("PUT", f"/{record_id}", json=wanted)

    def delete(self, record_id):
        return self.send("DELETE", f"/{record_id}")


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


# -- forms of requests and answers -----------------------------------------------------------------------------------


def test_the_contract_is_valid_and_complete():
    contract = yaml.safe_load(PPIO.openapi.read_text(encoding="utf-8"))
    validate(contract)
    described = {method["operationId"] for item in contract["paths"].values() for method in item.values()}
    assert described == PPIO.operations.keys()


def test_create_answers_the_id_and_get_the_bare_record(client):
    answer = client.create().json()
    record_id = answer.pop("id")
    assert answer == {} and re.fullmatch("[0-9a-f]{16}", record_id)
    record = client.read(record_id)
    assert record.pop("url").startswith(f"https://{record_id}-demo-app.")
    assert record.pop("created_at").isdecimal()
    assert record == {
        **BODY,
        "id": record_id,
        "status": {"status": "creating", "error": "", "message": ""},
        "worker_config": {**BODY["worker_config"], "idle_timeout": "240", "max_concurrent_per_worker": "4"},
        "policy": {"type": "queue", "value": "15"},
        "workers": [],
        "member_id": "member-1",
        "owner_id": "owner-1",
    }


def test_what_is_unset_is_answered_as_a_zero_value(client):
    record_id = client.created(MINIMAL)
    record = client.read(record_id)
    for field in ("registry_auth_id", "entrypoint", "command", "region_id"):
        assert record[field] == ""
    assert record["envs"] == record["ports"] == record["volumes"] == []
    assert (record["policy"], record["health_check"]) == ({"type": "", "value": "0"}, {"path": "", "port": 0})
    assert record["worker_config"] == {
        "max_replicas": 1,
        "min_replicas": 0,
        "idle_timeout": "0",
        "max_concurrent_per_worker": "0",
        "gpu_num": 0,
        "rootfs_size_gb": 0,
        "min_cuda_version": "",
        "request_timeout": 0,
    }
    assert record["app_name"] == record_id


def test_list_items_are_the_record_without_its_type(client):
    record = client.read(client.created())
    assert record.pop("type") == "async"
    assert client.page()["data"] == [record]


def test_only_local_volumes_have_a_size(client):
    local = {"type": "local", "size": 30, "mount_point": "/scratch"}
    network = {"type": "network", "id": "st-1", "size": 30, "mount_point": "/models"}
    assert client.read(client.created(volumes=[local, network]))["volumes"] == [
        {"id": "", **local},
        {"type": "network", "id": "st-1", "mount_point": "/models"},
    ]


def test_names_may_repeat_but_app_names_may_not(client):
    client.created()
    client.created(app_name="")
    assert client.create().json()["reason"] == "SERVERLESS_APP_NAME_IS_EXIST"
    assert len(client.page()["data"]) == 2


# -- updates and deletes ---------------------------------------------------------------------------------------------


def test_update_replaces_in_full(client):
    record_id = client.created()
    response = client.send("PUT", f"/{record_id}", json={"name": "new", "worker_config": {"max_replicas": 3}})
    assert (response.status_code, response.json()) == (200, {})
    record = client.read(record_id)
    assert (record["name"], record["worker_config"]["max_replicas"]) == ("new", 3)
    assert record["envs"] == record["ports"] == record["volumes"] == []
    for field in ("product_id", "image", "registry_auth_id", "entrypoint", "command", "region_id"):
        assert record[field] == ""
    assert (record["policy"]["type"], record["health_check"]["path"]) == ("", "")
    assert record["worker_config"]["gpu_num"] == 0
    assert (record["type"], record["app_name"]) == ("async", "demo-app")


def test_update_partially(account, client):
    account.settings.set(put_mode="partial")
    record_id = client.created()
    assert client.update(record_id, "name", "envs", "worker_config", command="").json() == {}
    record = client.read(record_id)
    assert (record["name"], record["envs"], record["command"]) == ("demo", BODY["envs"], "")
    assert record["worker_config"]["max_replicas"] == 2


def test_update_may_ignore_zero_and_empty_values(account, client):
    account.settings.set(put_mode="zero_ignoring")
    record_id = client.created()
    client.update(record_id, command="", envs=[], image="", **worker_config(min_replicas=0, max_replicas=5))
    record = client.read(record_id)
    assert (record["command"], record["envs"], record["image"]) == ("serve", BODY["envs"], BODY["image"])
    assert (record["worker_config"]["min_replicas"], record["worker_config"]["max_replicas"]) == (1, 5)


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
def test_bad_updates_change_nothing(client, changes, message):
    record_id = client.created()
    before = client.read(record_id)
    response = client.send("PUT", f"/{record_id}", json=changes)
    assert response.status_code == 400
    assert message in response.json()["message"]
    assert client.read(record_id) == before


def test_delete(client, clock):
    record_id = client.created()
    assert client.delete(record_id).json() == {}
    assert client.read(record_id)["status"]["status"] == "Releasing"
    assert client.update(record_id).json()["reason"] == "DEPENDENT_RESOURCE_STATE"
    clock.advance(0.5)
    assert client.page()["data"] is None
    for response in (client.get(record_id), client.update(record_id), client.delete(record_id)):
        assert response.status_code == 400
        assert response.json() == {
            "code": 400,
            "reason": "SERVERLESS_ENDPOINT_NOT_FOUND",
            "message": f"endpoint {record_id} not found",
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
def test_bad_values_are_refused(client, changes, message):
    answer = client.create(**changes)
    assert answer.status_code == 400
    assert answer.json()["reason"] == "VALIDATOR_PARAM"
    assert message in answer.json()["message"]
    assert client.page()["data"] is None


@pytest.mark.parametrize("field", MINIMAL)
def test_create_requires_what_the_page_requires(client, field):
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
def test_what_the_page_does_not_forbid_is_accepted(client, changes):
    client.created(**changes)


def test_missing_products_are_not_found(client):
    assert client.create(product_id="missing-1").json()["reason"] == "SERVERLESS_PRODUCT_NOT_FOUND"


def test_malformed_requests(client):
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


def test_without_a_good_key_nothing_is_answered(client):
    client.session.headers["Authorization"] = "Bearer short"
    response = client.send("GET")
    assert (response.status_code, response.json()["reason"]) == (401, "FAILED_TO_AUTH")


def test_accounts_never_see_each_other(sim, account, client, other_client):
    record_id = client.created()
    assert other_client.page()["data"] is None
    assert other_client.get(record_id).status_code == 400
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


def test_the_default_page_has_20_records(account, client):
    for _record in range(21):
        account.seed()
    assert len(client.page()["data"]) == len(client.page(limit=0)["data"]) == 20


@pytest.mark.usefixtures("five")
def test_pages_do_not_shift(account, client):
    page = client.page(limit=2)
    account.store().remove(page["data"][0]["id"])
    account.seed(name="newest")
    names = [record["name"] for record in client.page(cursor=page["next_cursor"])["data"]]
    assert names == ["n2", "n3", "n4"]
    again = client.page(limit=2, cursor=page["next_cursor"])
    assert again["next_cursor"] == client.page(limit=2, cursor=page["next_cursor"])["next_cursor"]


@pytest.mark.usefixtures("five")
def test_search(account, client):
    account.seed(name="Other-N1", member_id="m-9")
    assert client.walk(keyword="n1") == [["n1", "Other-N1"]]
    assert client.walk(member_ids="m-8,m-9") == [["Other-N1"]]


@pytest.mark.parametrize("total, answered", [("number", 5), ("string", "5"), ("missing", None)])
@pytest.mark.usefixtures("five")
def test_total(account, client, total, answered):
    account.settings.set(total=total)
    assert client.page(limit=2).get("total") == answered


@pytest.mark.usefixtures("five")
def test_lists_cut_short_say_that_there_is_more_but_not_where(account, client):
    account.fault("endpoint.list", "short_list", keep=2)
    page = client.page()
    assert (len(page["data"]), page["next_cursor"], page["has_more"]) == (2, "", True)
    account.fault("endpoint.list", "empty_list")
    page = client.page(limit=2)
    assert (page["data"], page["next_cursor"], page["has_more"]) == ([], "", True)


@pytest.mark.usefixtures("five")
def test_cursors_may_repeat_for_ever(account, client):
    account.fault("endpoint.list", "repeat_cursor", times=0)
    first = client.page()
    second = client.page(cursor=first["next_cursor"])
    assert first == second
    assert first["has_more"] and first["next_cursor"]


# -- time ------------------------------------------------------------------------------------------------------------


def test_an_endpoint_boots_and_then_its_workers_do(account, client, clock):
    account.settings.set(boot_seconds=30)
    record_id = client.created()

    def look():
        record = client.read(record_id)
        workers = [(worker["status"]["status"], worker["health"]) for worker in record["workers"]]
        return record["status"]["status"], workers

    assert look() == ("creating", [])
    clock.advance(30)
    assert look() == ("running", [("creating", False)])
    clock.advance(30)
    assert look() == ("running", [("ready", True)])
    [worker] = client.read(record_id)["workers"]
    assert worker.keys() == {"id", "status", "log", "health", "drain"}
    assert worker["status"] == {"status": "ready", "error": "", "message": ""}
    client.update(record_id, **worker_config(min_replicas=2))
    assert look() == ("updating", [("ready", True)])
    clock.advance(60)
    assert look() == ("running", [("ready", True)] * 2)


def test_visible_after(account, client, clock):
    account.settings.set(visible_after=5)
    record_id = client.created()
    assert client.page()["data"] is None
    assert client.get(record_id).status_code == 400
    clock.advance(5)
    assert client.page()["data"][0]["id"] == client.read(record_id)["id"] == record_id


def test_stale_after(account, client, clock):
    account.settings.set(stale_after=5)
    record_id = client.created()
    clock.advance(9)
    client.update(record_id, name="new")
    assert client.read(record_id)["name"] == client.page()["data"][0]["name"] == "demo"
    clock.advance(5)
    assert client.read(record_id)["name"] == client.page()["data"][0]["name"] == "new"


# -- settings and faults ---------------------------------------------------------------------------------------------


def test_numbers_as_numbers(account, client):
    account.settings.set(numbers_as_strings=False)
    record = client.read(client.created())
    assert (record["worker_config"], record["policy"]) == (BODY["worker_config"], BODY["policy"])
    assert isinstance(record["created_at"], int)


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
    record_id = client.created()
    account.fault("endpoint.update", "ignore", fields=["worker_config.max_replicas", "envs"])
    assert client.update(record_id, name="new", envs=[], **worker_config(max_replicas=9)).json() == {}
    record = client.read(record_id)
    assert (record["name"], record["worker_config"]["max_replicas"], len(record["envs"])) == ("new", 2, 1)
    account.fault("endpoint.update", "clip", field="worker_config.idle_timeout", value=60)
    client.update(record_id)
    assert client.read(record_id)["worker_config"]["idle_timeout"] == "60"
    account.fault("endpoint.create", "ignore", fields=["command", "volumes"])
    record = client.read(client.created(app_name=""))
    assert (record["command"], record["volumes"]) == ("", [])


@pytest.mark.parametrize("fault, status", [("failed_state", "failed"), ("stuck", "creating"), ("stopped", "stopped")])
def test_bad_states(account, client, clock, fault, status):
    account.fault("endpoint.create", fault)
    record_id = client.created()
    clock.advance(60)
    record = client.read(record_id)
    assert (record["status"]["status"], record["workers"]) == (status, [])
    assert bool(record["status"]["error"]) is (fault == "failed_state")


def test_duplicate(account, client):
    account.fault("endpoint.create", "duplicate")
    record_id = client.created()
    first, second = client.page()["data"]
    assert first["name"] == second["name"] and record_id in (first["id"], second["id"])
    assert first["app_name"] != second["app_name"]


def test_bad_answers(account, client):
    record_id = client.created()
    account.fault("*", "no_envelope", times=2)
    assert client.page() == client.read(record_id) == {}
    account.fault("endpoint.list", "wrong_types")
    assert client.page()["data"] == "text"
    account.fault("endpoint.list", "wrong_types", of="items")
    assert client.page()["data"] == ["text"]
    account.fault("endpoint.get", "wrong_types")
    assert client.read(record_id)["worker_config"] == "text"


@pytest.mark.parametrize("when, records", [("before", 0), ("after", 1)])
def test_an_answer_may_be_lost(account, client, when, records):
    account.fault("endpoint.create", "reset", when=when)
    with pytest.raises(requests.ConnectionError):
        client.create()
    assert len(client.page()["data"] or []) == records


def test_a_worker_that_is_removed_drains(client, clock):
    record_id = client.created(worker_config={"min_replicas": 1, "max_replicas": 1})
    clock.advance(2)
    client.update(record_id, worker_config={"min_replicas": 0, "max_replicas": 1})
    [worker] = client.read(record_id)["workers"]
    assert (worker["status"]["status"], worker["health"], worker["drain"]) == ("removed", True, True)


def test_the_cluster_of_a_region_sleeps_after_its_last_endpoint_is_gone(client, clock):
    client.delete(client.created(region_id="cn-1"))
    clock.advance(1)
    assert client.create(region_id="cn-1").json()["message"] == "serverless cluster is not active"
    assert client.create(region_id="cn-2", app_name="other").status_code == 200
    clock.advance(3)
    assert client.create(region_id="cn-1").status_code == 200


def test_update_ranges_found_lets_a_record_keep_what_it_has(account, client):
    odd = {"max_replicas": 1, "rootfs_size_gb": 130, "request_timeout": 3600, "min_cuda_version": "any"}
    account.seed(id="odd", worker_config=odd)
    assert "130" in client.update("odd", worker_config=odd).json()["message"]
    account.settings.set(update_ranges="found")
    assert client.update("odd", worker_config={**odd, "max_replicas": 2}).status_code == 200
    assert "120" in client.update("odd", worker_config={**odd, "rootfs_size_gb": 120}).json()["message"]


# -- seeding, control and page ---------------------------------------------------------------------------------------


def test_seeded_records_may_be_anything(account, client):
    status = {"status": "odd", "error": "E"}
    account.seed(id="chosen", status=status, policy=None, volumes=None, created_at="1783000000")
    record = client.read("chosen")
    assert record["status"] == {"status": "odd", "error": "E", "message": ""}
    assert (record["policy"], record["volumes"], record["created_at"]) == (None, None, "1783000000")
    account.change("chosen", status="failed", worker_config={"min_replicas": 2})
    record = client.read("chosen")
    assert (record["status"]["status"], record["worker_config"]["max_replicas"]) == ("failed", 1)
    assert [worker["health"] for worker in record["workers"]] == [True, True]


def test_a_seeded_record_survives_an_update(account, client):
    """What a seeded endpoint is shown to have may be sent back, numbers as numbers."""
    account.settings.set(numbers_as_strings=False)
    before = account.seed(name="x")
    fixed = ("id", "type", "app_name", "status", "url", "workers", "member_id", "owner_id", "created_at")
    wanted = {key: value for key, value in before.items() if key not in fixed}
    assert client.send("PUT", f"/{before['id']}", json=wanted).json() == {}
    assert {**client.read(before["id"]), "status": before["status"]} == before


def test_control_and_page(sim, account, client):
    seeded = client.session.post(f"{sim.url}/_sim/ppio/endpoints", json={"name": "<shown>"}, timeout=60).json()
    assert seeded["status"]["status"] == "running"
    client.update("nothing")
    page = client.session.get(sim.url, timeout=60).text
    assert "PPIO" in page and sim.ppio_url in page
    assert "&lt;shown&gt;" in page and seeded["id"] in page and "endpoint.update" in page
    assert account.key not in page
