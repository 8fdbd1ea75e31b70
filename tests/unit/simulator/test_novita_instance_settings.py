# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Novita's instances with settings, faults and the control interface, and of their products."""

from __future__ import annotations

import contextlib

import pytest
import requests

from .instance_client import InstanceClient


@pytest.fixture
def instances(client):
    return InstanceClient(client)


@pytest.fixture
def store(account):
    return account.store("instances")


@pytest.fixture
def running(store):
    return store.seed({"id": "one"})["id"]


@pytest.fixture
def exited(store):
    return store.seed({"id": "two", "status": "exited"})["id"]


def test_settings_of_lists(instances, account, store, clock):
    for number in range(5):
        store.seed({"name": f"n{number}"})
        clock.advance(1)

    def names(**query):
        return [resource["name"] for resource in instances.listed(**query)]

    assert names(pageSize=2, pageNum=2) == ["n4"]
    account.settings.set(page_base=1, page_cap=3, total="string", list_order="reversed")
    assert names(pageSize=50) == names(pageSize=50, pageNum=1) == ["n4", "n3", "n2"]
    assert instances.list().json()["total"] == "5"
    account.settings.set(total="missing")
    assert instances.list().json().keys() == {"instances"}


def test_numbers_as_numbers(instances, account, running):
    account.settings.set(numbers_as_strings=False)
    resource = instances.read(running)
    assert (resource["cpuNum"], resource["memory"], resource["gpuNum"], resource["endTime"]) == (16, 62, 1, -1)
    assert isinstance(resource["createdAt"], int)
    assert isinstance(instances.read_v2(running)["created_at"], int)
    assert instances.products()["4090.16c62g"]["price"] == 35000


def test_billing_mode_blank(instances, account, running):
    account.settings.set(billing_mode_blank=True)
    assert instances.read(running)["billingMode"] == ""
    assert instances.read_v2(running)["billing"]["mode"] == "postpaid"


def test_not_found_status(instances, account):
    account.settings.set(not_found_status=404)
    assert instances.get("nothing").status_code == instances.do("start", "nothing").status_code == 404


def test_ssh_password_inside_and_idle_jupyter(account, instances, running):
    account.settings.set(ssh_password_inside=True, idle_jupyter=False)
    resource = instances.read(running)
    assert "sshPassword" not in resource
    assert resource["connectComponentSSH"]["password"]


def test_removed_as_empty(account, instances, running, clock):
    account.settings.set(removed_as="empty")
    instances.done("delete", running)
    clock.advance(1)
    assert [resource["status"] for resource in instances.listed()] == [""]


def test_late_visibility(instances, account, clock):
    account.settings.set(visible_after=5)
    resource_id = instances.created()
    assert instances.listed() == []
    assert instances.get(resource_id).status_code == 400
    clock.advance(5)
    assert instances.listed()[0]["id"] == resource_id


def test_stale_reads(instances, account, clock, running):
    account.settings.set(stale_after=5)
    instances.done("edit", running, ports=[], expandRootDisk=10)
    assert instances.read(running)["rootfsSize"] == 60
    clock.advance(5)
    assert instances.read(running)["rootfsSize"] == 70
    instances.done("stop", running)
    clock.advance(4)
    assert instances.status(running) == instances.listed()[0]["status"] == "running"
    clock.advance(1)
    assert instances.status(running) == "exited"


@pytest.mark.parametrize("when, status", [("before", "running"), ("after", "toStop")])
@pytest.mark.parametrize("fault", ["status", "reset", "empty"])
def test_responses_can_be_lost(instances, account, running, fault, when, status):
    account.fault("instance.stop", fault, when=when)
    with contextlib.suppress(requests.ConnectionError):
        instances.do("stop", running)
    assert instances.status(running) == status


@pytest.mark.parametrize(
    "operation, reason",
    [
        ("instance.create", "BALANCE_NOT_ENOUGH"),
        ("instance.create", "CREATE_INSTANCE_LIMIT"),
        ("instance.start", "INSUFFICIENT_RESOURCE"),
    ],
)
def test_refusals_can_be_injected(instances, account, exited, operation, reason):
    account.fault(operation, "status", status=400, reason=reason, message="not today")
    response = instances.create() if operation == "instance.create" else instances.do("start", exited)
    assert (response.status_code, response.json()["reason"]) == (400, reason)
    assert [resource["status"] for resource in instances.listed()] == ["exited"]


def test_ignore_and_clip(instances, account, clock, running):
    account.fault("instance.create", "ignore", fields=["ports", "networkStorages", "command"])
    resource = instances.read(instances.created())
    assert (resource["portMappings"], resource["volumeMounts"], resource["command"]) == ([], [], "")
    account.fault("instance.create", "clip", field="rootfsSize", value=20)
    assert instances.read(instances.created())["rootfsSize"] == 20
    account.fault("instance.edit", "ignore", fields=["ports"])
    instances.done("edit", running, ports=[], expandRootDisk=10)
    assert len(instances.read(running)["portMappings"]) == 1
    account.fault("instance.edit", "clip", field="expandRootDisk", value=61)
    instances.done("edit", running, expandRootDisk=10)
    assert instances.read(running)["rootfsSize"] == 61
    account.fault("instance.upgrade", "ignore", fields=["envs", "networkVolume.volumeMounts"])
    instances.upgrade(running)
    clock.advance(1)
    resource = instances.read(running)
    assert (resource["envs"], resource["volumeMounts"], resource["command"]) == ([], [], "serve")
    account.fault("instance.set_auto_renew", "ignore", fields=["autoRenew"])
    resource_id = instances.created(month=1)
    instances.set_auto_renew(resource_id, autoRenew=True)
    assert instances.read_v2(resource_id)["billing"]["prepaid"]["auto_renew"]["enabled"] is False


@pytest.mark.parametrize("operation", ["stop", "restart", "delete"])
def test_an_action_can_be_ignored(instances, account, running, operation):
    account.fault(f"instance.{operation}", "ignore")
    instances.done(operation, running)
    assert instances.status(running) == "running"


def started(instances, store, operation):
    """Start an operation and return the ID of its instance."""
    if operation == "create":
        return instances.created()
    resource_id = store.seed({"status": "exited" if operation == "start" else "running"})["id"]
    if operation == "upgrade":
        assert instances.upgrade(resource_id).status_code == 200
    else:
        instances.done(operation, resource_id)
    return resource_id


# The last transitional status of each operation.
LAST_STATUSES = {
    "create": "pulling",
    "start": "starting",
    "stop": "stopping",
    "restart": "restarting",
    "upgrade": "pulling",
    "delete": "removing",
}


@pytest.mark.parametrize("operation, status", LAST_STATUSES.items())
@pytest.mark.parametrize("fault", ["stuck", "stopped", "failed_state"])
def test_a_fault_changes_how_a_course_ends(instances, account, store, clock, operation, status, fault):
    account.fault(f"instance.{operation}", fault)
    resource_id = started(instances, store, operation)
    assert instances.status(resource_id) not in (status, "exited")
    clock.advance(3600)
    resource = instances.read(resource_id)
    assert resource["status"] == ("exited" if fault == "stopped" else status)
    error = {"state": "FAILED", "message": "failed to pull the image"}
    assert resource["statusError"] == (error if fault == "failed_state" else {"state": "", "message": ""})
    assert instances.read_v2(resource_id)["status"]["error"] == resource["statusError"]["state"]
    assert resource["connectComponentSSH"] == {"sshCommand": "", "password": "", "isRunning": False}


def test_a_failed_instance_can_be_deleted(instances, account, clock):
    account.fault("instance.create", "failed_state")
    resource_id = instances.created()
    clock.advance(1)
    instances.done("delete", resource_id)
    clock.advance(1)
    assert instances.status(resource_id) == "removed"


def test_duplicate(instances, account):
    account.fault("*", "duplicate")
    resource_id = instances.created()
    first, second = instances.listed()
    assert first["name"] == second["name"]
    assert resource_id in (first["id"], second["id"])


def test_reads_can_be_corrupted(instances, account, running):
    account.fault("instance.list", "short_list", keep=0)
    assert instances.list().json() == {"instances": [], "total": 1}
    account.fault("instance.list", "wrong_types", of="items")
    assert instances.listed() == ["text"]
    for operation, read in (("instance.get", instances.read), ("instance.get_v2", instances.read_v2)):
        account.fault(operation, "no_envelope")
        assert read(running) == {}
    account.fault("product.list", "empty_list")
    assert instances.products() == {}


def test_echo_secrets(instances, account):
    account.fault("instance.create", "echo_secrets")
    message = instances.create().json()["message"]
    assert account.key in message and "robot:canary" in message


def test_times_and_skip(instances, account, running):
    account.fault("instance.get", "status", status=503, skip=1, times=2)
    assert [instances.get(running).status_code for _request in range(4)] == [200, 503, 503, 200]


def test_seeded_instances_are_not_validated(instances, store, clock):
    store.seed(
        {
            "id": "odd",
            "name": "n" * 300,
            "status": "odd",
            "envs": None,
            "portMappings": None,
            "volumeMounts": None,
            "connectComponentSSH": None,
            "network": None,
            "productId": "gone",
            "statusError": None,
            "createdAt": "5",
        }
    )
    resource = instances.read("odd")
    assert (len(resource["name"]), resource["status"], resource["envs"], resource["portMappings"]) == (
        300,
        "odd",
        None,
        None,
    )
    assert (resource["connectComponentSSH"], resource["network"], resource["statusError"]) == (None, None, None)
    assert (resource["productName"], resource["cpuNum"], resource["createdAt"]) == ("gone", "0", "5")
    assert instances.listed()[0]["status"] == instances.read_v2("odd")["status"]["status"] == "odd"
    store.change("odd", {"statusError": {"state": "E", "message": "m"}})
    assert instances.read("odd")["statusError"] == {"state": "E", "message": "m"}
    store.change("odd", {"status": "running"})
    assert instances.read("odd")["statusError"] == {"state": "", "message": ""}
    store.remove("odd")
    assert store.views() == []


def test_a_seeded_subscription_has_an_end(instances, store):
    resource = store.seed({"billingMode": "monthly", "month": 2, "autoRenew": True, "autoRenewMonth": 1})
    assert int(resource["endTime"]) > int(resource["createdAt"])
    assert instances.read_v2(resource["id"])["billing"]["prepaid"]["auto_renew"]["enabled"] is True


def test_a_transitional_status_can_be_held(instances, store, clock):
    resource_id = store.seed({"status": "migrating", "hold": True})["id"]
    clock.advance(3600)
    assert instances.status(resource_id) == "migrating"
    store.change(resource_id, {"status": "migrating"})
    clock.advance(1)
    assert instances.status(resource_id) == "running"


def test_control(sim, client, instances):
    def call(method, path, body=None):
        return client.session.request(method, f"{sim.url}/_sim/novita/{path}", json=body, timeout=60).json()

    resource_id = call("POST", "instances", {"name": "<mine>", "status": "exited"})["id"]
    assert call("PATCH", f"instances/{resource_id}", {"status": "running"}) == instances.read(resource_id)
    page = client.session.get(sim.url, timeout=60).text
    assert "&lt;mine&gt;" in page and "<td>instances</td>" in page and "<td>products</td>" not in page
    assert call("GET", "instances")[0]["id"] == resource_id
    call("DELETE", f"instances/{resource_id}")
    assert instances.listed() == []
    call("PATCH", "products/4090.16c62g", {"price": "1"})
    assert instances.products()["4090.16c62g"]["price"] == "1"


def test_products(instances):
    products = instances.products()
    assert products["4090.16c62g"] == {
        "id": "4090.16c62g",
        "name": "RTX 4090 24GB",
        "cpuPerGpu": 16,
        "memoryPerGpu": 62,
        "diskPerGpu": 200,
        "availableDeploy": True,
        "minRootFS": 10,
        "maxRootFS": 2000,
        "minLocalStorage": 0,
        "maxLocalStorage": 0,
        "regions": ["US-CA-06 (Demo City)", "EU-02 (Demo Harbor)"],
        "price": "35000",
        "monthlyPrice": [{"price": "21000000", "month": 1}, {"price": "231000000", "month": 12}],
        "billingMethods": ["onDemand", "monthly", "spot"],
        "spotPrice": "18000",
        "inventoryState": "normal",
    }
    assert products["h100.24c200g"]["price"] == "240000"
    assert {product["inventoryState"] for product in products.values()} == {"none", "low", "normal", "high"}


@pytest.mark.parametrize(
    "query, ids",
    [
        ({"productName": "rtx 4090 d"}, {"4090d.12c48g"}),
        ({"billingMethod": "spot"}, {"4090.16c62g", "4090.16c125g.nas", "h100.24c200g", "4090d.12c48g"}),
        ({"minMemoryPerGpu": 200}, {"h100.24c200g", "a100.30c240g"}),
        ({"minCpuPerGpu": 30}, {"a100.30c240g"}),
        ({"minRootFSSize": 2001}, set()),
        ({"clusterId": "nowhere"}, set()),
        ({"clusterId": "US-CA-06 (Demo City)"}, set()),
        ({"clusterId": "us-demo-1", "gpuNum": 8, "productName": "4090"}, {"4090.16c62g"}),
    ],
)
def test_product_filters(instances, query, ids):
    assert instances.products(**query).keys() == ids


def test_cpu_products(client):
    data = client.get("/cpu/products", productName="4 cores").json()["data"]
    assert data == [
        {
            "id": "cpu.4c8g",
            "name": "CPU 4 cores 8GB",
            "cpuNum": 4,
            "memorySize": 8,
            "rootfsSize": 60,
            "localVolumeSize": 0,
            "availableDeploy": True,
            "price": "9000",
        }
    ]


def test_without_stock_no_instance_is_created_or_started(instances, account, exited):
    account.store("products").change("4090.16c62g", {"inventoryState": "none"})
    for response in (instances.create(), instances.do("start", exited)):
        assert (response.status_code, response.json()["reason"]) == (400, "INSUFFICIENT_RESOURCE")
    assert [resource["status"] for resource in instances.listed()] == ["exited"]


def test_prices_can_be_unreadable(instances, account):
    account.store("products").change("4090.16c62g", {"price": "cheap", "regions": None, "spotPrice": None})
    product = instances.products()["4090.16c62g"]
    assert (product["price"], product["regions"], product["spotPrice"]) == ("cheap", None, None)
    assert instances.products(clusterId="us-demo-1").keys() == {"h100.24c200g", "5090.28c120g", "a100.30c240g"}
    account.store("products").seed({"id": "new", "price": 5})
    assert instances.products()["new"]["price"] == "5"
