# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of PPIO's instances: formats of requests and responses, refusals, statuses over time, settings and faults."""

from __future__ import annotations

import re

import pytest

from .ppio_instance_client import BODY, MINIMAL, PREPAID, UPGRADE, InstanceClient

NOT_FOUND = "RESOURCE_NOT_FOUND"
INVALID = "VALIDATOR_PARAM"
WRONG_STATE = "OPERATION_LIMIT"
WRONG_BILLING = "UNSUPPORTED_BILLING_MODE"
MONTH = 30 * 24 * 3600
PRODUCT = BODY["product_id"]

# Each operation on one instance, with a body.
WRITES = {
    "ports": {"ports": []},
    "rootfs-expand": {"rootfs_size_expand_gb": 10},
    "upgrade": UPGRADE,
    "billing-mode": {"type": "postpaid"},
    "auto-migrate": {"auto_migrate": {"enabled": True}},
    "web-terminal": {"enable": True},
    "migrate": {},
}
POWER = {"start": ("exited", "stopped"), "stop": ("running",), "restart": ("running",)}


@pytest.fixture(name="account")
def _account(sim, account):
    return sim.account("ppio", account.key)


@pytest.fixture
def instances(sim, account):
    return InstanceClient(sim.ppio_url, account.key)


@pytest.fixture
def store(account):
    return account.store("instances")


@pytest.fixture
def running(instances, clock):
    """Return the ID of a running instance."""
    resource_id = instances.created()
    clock.advance(1)
    return resource_id


def reason(response):
    assert response.status_code == 400, response.text
    return response.json()["reason"]


def course(instances, clock, resource_id):
    """Return the statuses of an instance over two seconds, without repetitions."""
    statuses = [instances.status(resource_id)]
    for _tick in range(16):
        clock.advance(1 / 8)
        statuses.append(instances.status(resource_id))
    return [status for number, status in enumerate(statuses) if number == 0 or status != statuses[number - 1]]


def test_get_returns_an_instance_without_an_envelope(instances, running):
    assert re.fullmatch("[0-9a-f]{16}", running)
    resource = instances.read(running)
    same = ("name", "type", "product_id", "image", "registry_auth_id", "entrypoint", "command", "envs", "volumes")
    assert {key: resource[key] for key in same} == {key: BODY[key] for key in same}
    expected = {
        "id": running,
        "status": {"status": "running", "error": "", "message": ""},
        "billing": {"mode": "postpaid"},
        "resource_specs": {
            "gpu_num": 2,
            "cpu_num": 36,
            "memory_gb": "120",
            "rootfs_size_gb": 60,
            "gpu_ids": [0, 1],
        },
        "network": {"id": "n1", "ip": "10.0.0.5"},
        "region": "cn-demo-1",
        "region_version": "v1",
        "auto_migrate": BODY["auto_migrate"],
        "last_stopped_at": "0",
        "member_id": "member-1",
        "owner_id": "owner-1",
    }
    assert {key: resource[key] for key in expected} == expected
    assert resource["created_at"] == resource["last_started_at"] and resource["created_at"].isdecimal()
    assert resource.keys() == {*same, *expected, "ports", "tools", "created_at", "last_started_at"}
    assert [{**port, "endpoint": ""} for port in resource["ports"]] == [
        {**port, "endpoint": ""} for port in BODY["ports"]
    ]
    assert resource["ports"][0]["endpoint"] == f"https://{running}-8000.cn-demo-1.gpu-instance.ppio.invalid"
    assert "12.4" not in str(resource) and "protocol" not in resource["tools"]["jupyter"]


def test_tools_are_in_a_get_and_not_in_a_list(instances, running):
    resource = instances.read(running)
    tools = resource.pop("tools")
    assert re.fullmatch("ssh -p 3[0-9]{4} root@proxy.cn-demo-1.example.com", tools["ssh"]["command"])
    assert tools["ssh"]["username"] == "root" and tools["ssh"]["password"]
    assert (tools["jupyter"]["enabled"], tools["jupyter"]["port"], bool(tools["jupyter"]["endpoint"])) == (
        True,
        8889,
        True,
    )
    assert tools["web_terminal"] == {"enabled": False, "endpoint": "", "username": "", "password": ""}
    assert tools["log"].keys() == {"instance_endpoint", "system_endpoint"}
    assert instances.listed() == [resource]


def test_omitted_fields_have_the_smallest_values(instances):
    resource = instances.read(instances.created(MINIMAL))
    assert (resource["type"], resource["command"], resource["envs"], resource["ports"]) == ("gpu", "", [], [])
    assert resource["auto_migrate"] == {"enabled": False, "include_system_disk": False}
    assert (resource["resource_specs"]["gpu_num"], resource["resource_specs"]["rootfs_size_gb"]) == (1, 10)
    # An address without a network, and a port without Jupyter.
    assert resource["network"] == {"id": "", "ip": "10.0.0.5"}
    assert resource["tools"]["jupyter"] == {"enabled": False, "endpoint": "", "port": 8888}
    assert resource["tools"]["ssh"] == {"command": "", "username": "", "password": ""}


def test_an_instance_can_have_no_gpus(instances):
    resource = instances.read(instances.created(MINIMAL, type="cpu", product_id="cpu.4c8g"))
    specs = resource["resource_specs"]
    assert (specs["gpu_num"], specs["cpu_num"], specs["memory_gb"], specs["gpu_ids"]) == (0, 4, "8", [])


def test_the_region_is_any_of_the_candidates_that_has_the_product(instances):
    candidates = ["cn-demo-1", "cn-south-1", "cn-northwest-2"]
    assert instances.read(instances.created(candidate_regions=candidates))["region"] == "cn-south-1"
    assert instances.read(instances.created(MINIMAL))["region"] == "cn-demo-1"


@pytest.mark.parametrize("field", ["name", "product_id", "image", "billing", "resource"])
def test_a_create_requires_the_documented_fields(instances, field):
    response = instances.send("POST", json={key: value for key, value in BODY.items() if key != field})
    assert reason(response) == INVALID
    assert field in response.json()["message"]


@pytest.mark.parametrize(
    "changes, code, message",
    [
        ({"surprise": 1}, INVALID, "surprise"),
        ({"web_terminal": True}, INVALID, "web_terminal"),
        ({"name": ""}, INVALID, "name: "),
        ({"type": "tpu"}, INVALID, "type: "),
        ({"image": "i" * 501}, INVALID, "image: "),
        ({"resource": {"gpu_num": "1"}}, INVALID, "resource.gpu_num: "),
        ({"resource": {"gpu_num": 9}}, INVALID, "resource.gpu_num: "),
        ({"resource": {"gpus": 1}}, INVALID, "resource: "),
        ({"resource": {"rootfs_size_gb": 1001}}, INVALID, "rootfs_size_gb: must be at most 1000"),
        ({"ports": [8000]}, INVALID, "ports[0]: "),
        ({"ports": [{"port": 8000}]}, INVALID, "ports[0]: 'protocol'"),
        ({"ports": [{"port": 2222, "protocol": "tcp"}]}, INVALID, "none of 2222"),
        ({"ports": [{"port": port, "protocol": "tcp"} for port in range(1, 16)]}, INVALID, "at most 15"),
        ({"envs": [{"key": "A", "value": 1}]}, INVALID, "envs[0].value: "),
        ({"envs": [{"key": "A", "value": ""}] * 101}, INVALID, "envs: "),
        ({"volumes": [{"type": "local"}]}, INVALID, "volumes[0].type: "),
        ({"volumes": [{"type": "network", "id": "missing-1"}]}, "NETWORK_STORAGE_NOT_FOUND", "missing-1"),
        ({"network": {"id": "missing-1"}}, "NETWORK_NOT_FOUND", "missing-1"),
        ({"billing": {}}, INVALID, "billing: "),
        ({"billing": {"mode": "weekly"}}, INVALID, "billing.mode: "),
        ({"billing": {"mode": "prepaid"}}, INVALID, "months: "),
        ({"billing": {"mode": "spot"}, "product_id": "3090.16c92g", "candidate_regions": []}, WRONG_BILLING, "spot"),
        ({"candidate_regions": ["nowhere"]}, NOT_FOUND, "region nowhere not found"),
        ({"candidate_regions": ["cn-northwest-2"]}, "INSUFFICIENT_RESOURCE", "cn-northwest-2"),
        ({"product_id": "7"}, NOT_FOUND, "product 7 not found"),
        ({"product_id": "cpu.4c8g"}, NOT_FOUND, "product cpu.4c8g not found"),
        ({"product_id": "5090.28c120g"}, "INSUFFICIENT_RESOURCE", "5090.28c120g"),
        ({"product_id": "4090d.16c62g", "resource": {"gpu_num": 3}}, "INSUFFICIENT_RESOURCE", "4090d.16c62g"),
        ({"type": "cpu", "product_id": "cpu.4c8g"}, INVALID, "resource.gpu_num: "),
    ],
)
def test_an_invalid_order_is_refused(instances, changes, code, message):
    response = instances.create(**changes)
    assert reason(response) == code
    assert message in response.json()["message"]
    assert instances.listed() == []


def test_a_disk_below_the_smallest_size_has_the_smallest_size(instances):
    assert instances.disk(instances.created(resource={"rootfs_size_gb": 5})) == 10


def test_an_instance_goes_through_its_statuses(instances, account, clock):
    resource_id = instances.created()
    assert course(instances, clock, resource_id) == ["toCreate", "creating", "pulling", "running"]
    ways = {
        "stop": ["toStop", "stopping", "exited"],
        "start": ["toStart", "starting", "running"],
        "restart": ["toRestart", "restarting", "running"],
        "migrate": ["migrating", "running"],
    }
    for operation, way in ways.items():
        instances.done(operation, resource_id)
        assert course(instances, clock, resource_id) == way
    instances.done("upgrade", resource_id, **UPGRADE)
    assert course(instances, clock, resource_id) == ["toReset", "resetting", "pulling", "running"]
    assert instances.delete(resource_id).json() == {}
    assert course(instances, clock, resource_id) == ["toRemove", "removing", "removed"]
    account.settings.set(pending_first=True)
    assert course(instances, clock, instances.created())[0] == "pending"


def test_a_removed_instance_stays_listed_for_some_time(instances, account, clock, running):
    for _time in range(2):
        assert instances.delete(running).json() == {}
    clock.advance(1)
    assert reason(instances.delete(running)) == NOT_FOUND
    assert [resource["status"]["status"] for resource in instances.listed()] == ["removed"]
    account.settings.set(removed_as="empty")
    assert instances.status(running) == ""
    clock.advance(30)
    assert instances.listed() == []
    account.settings.set(not_found_status=404)
    assert (instances.get(running).status_code, instances.get(running).json()["reason"]) == (404, NOT_FOUND)


@pytest.mark.parametrize("status", ["pulling", "running", "stopping", "exited", "stopped", "migrating", "freezing"])
def test_operations_are_accepted_only_in_their_statuses(instances, store, status):
    settled = ("running", "exited", "stopped")
    for operation, statuses in {**POWER, **dict.fromkeys(WRITES, settled)}.items():
        resource_id = store.seed({"status": status, "hold": True})["id"]
        response = instances.put(operation, resource_id, **WRITES.get(operation, {}))
        if status in statuses:
            assert response.json() == {}, operation
        else:
            assert reason(response) == WRONG_STATE, operation
    assert instances.delete(resource_id).json() == {}


@pytest.mark.parametrize("operation", ["start", "stop", "restart", "migrate"])
def test_an_action_needs_no_body_and_accepts_an_empty_one(instances, store, operation):
    for body in ({}, {"json": {}}):
        resource_id = store.seed({"status": POWER.get(operation, ("running",))[0]})["id"]
        response = instances.send("PUT", f"/{resource_id}/{operation}", **body)
        assert (response.status_code, response.json()) == (200, {})
    assert reason(instances.put(operation, resource_id, surprise=1)) == INVALID


@pytest.mark.parametrize(
    "operation, body",
    [
        ("ports", {"ports": [{"port": 80}]}),
        ("ports", {"ports": [{"port": port, "protocol": "tcp"} for port in range(1, 16)]}),
        ("rootfs-expand", {"rootfs_size_expand_gb": 0}),
        ("rootfs-expand", {"rootfs_size_expand_gb": 941}),
        ("upgrade", {"command": "serve"}),
        ("upgrade", {"image": "i", "volumes": []}),
        ("renew", {"months": 0}),
        ("auto-renew", {"enabled": True}),
        ("billing-mode", {"type": "prepaid"}),
        ("auto-migrate", {"auto_migrate": True}),
        ("web-terminal", {"enabled": True}),
        ("migrate", {"save_data": "yes"}),
    ],
)
def test_an_invalid_write_changes_nothing(instances, running, operation, body):
    before = instances.read(running)
    assert reason(instances.put(operation, running, **body)) == INVALID
    assert instances.read(running) == before


def test_ssh_has_another_port_and_password_after_each_start(instances, clock, running):
    seen = [instances.read(running)["tools"]["ssh"]]
    for operation in ("stop", "start", "restart"):
        instances.done(operation, running)
        clock.advance(1)
        seen.append(instances.read(running)["tools"]["ssh"])
    assert seen[1]["command"] == ""
    assert len({(ssh["command"], ssh["password"]) for ssh in seen}) == 4
    assert int(instances.read(running)["last_stopped_at"]) > 0


def test_ssh_can_take_longer_and_can_be_set(instances, account, store, clock):
    account.settings.set(ssh_after=5)
    resource_id = instances.created()
    store.change(resource_id, {"ssh": {"host": "127.0.0.1", "port": 2022, "user": "x", "password": "p"}})
    clock.advance(1)
    assert instances.read(resource_id)["tools"]["ssh"]["command"] == ""
    clock.advance(5)
    ssh = {"command": "ssh -p 2022 x@127.0.0.1", "username": "x", "password": "p"}
    assert instances.read(resource_id)["tools"]["ssh"] == ssh


def test_ports_are_replaced_as_a_whole_while_the_instance_runs(instances, running):
    instances.done("ports", running, ports=[{"port": 9000, "protocol": "tcp"}])
    resource = instances.read(running)
    assert resource["ports"] == [{"port": 9000, "protocol": "tcp", "endpoint": "proxy.cn-demo-1.example.com:9000"}]
    assert resource["status"]["status"] == "running"


def test_a_disk_grows_each_time(instances, running):
    for size in (80, 100):
        instances.done("rootfs-expand", running, rootfs_size_expand_gb=20)
        assert instances.disk(running) == size


@pytest.mark.parametrize(("put_mode", "kept"), [("full", False), ("partial", True), ("zero_ignoring", True)])
def test_put_mode_decides_about_omitted_members(instances, account, running, put_mode, kept):
    account.settings.set(put_mode=put_mode)
    instances.done("auto-migrate", running, auto_migrate={"enabled": True})
    instances.done("upgrade", running, **UPGRADE)
    resource = instances.read(running)
    assert (resource["image"], resource["command"]) == (UPGRADE["image"], "serve")
    assert resource["auto_migrate"] == {"enabled": True, "include_system_disk": kept}
    keys = ("entrypoint", "registry_auth_id", "envs")
    assert [resource[key] for key in keys] == ([BODY[key] for key in keys] if kept else ["", "", []])


@pytest.mark.parametrize("setting, status", [("running", "running"), ("exited", "exited"), ("refused", "exited")])
def test_upgrade_of_exited_decides_the_status_after_an_upgrade(instances, account, store, clock, setting, status):
    account.settings.set(upgrade_of_exited=setting)
    resource_id = store.seed({"status": "exited"})["id"]
    assert instances.put("upgrade", resource_id, **UPGRADE).status_code == (400 if setting == "refused" else 200)
    clock.advance(1)
    assert instances.status(resource_id) == status


def test_the_web_terminal_has_an_address_while_it_is_on(instances, running):
    def terminal():
        return instances.read(running)["tools"]["web_terminal"]

    instances.done("web-terminal", running, enable=True)
    assert terminal()["enabled"] and all(terminal().values())
    instances.done("web-terminal", running, enable=False)
    assert not any(terminal().values())


def test_a_subscription_ends_can_be_renewed_and_cannot_be_deleted_before(instances, clock):
    resource_id = instances.created(billing=PREPAID)
    created_at = int(instances.read(resource_id)["created_at"])
    renewal = {"enabled": True, "months": "3", "status": "active"}
    expected = {"mode": "prepaid", "prepaid": {"end_time": str(created_at + 2 * MONTH), "auto_renew": renewal}}
    assert instances.read(resource_id)["billing"] == expected
    assert reason(instances.put("renew", resource_id, months=1)) == "CREATING_INSTANCE_NOT_SUPPORT_RENEWAL"
    clock.advance(1)
    for months in (3, 4):
        instances.done("renew", resource_id, months=1)
        end = int(instances.read(resource_id)["billing"]["prepaid"]["end_time"])
        assert end == created_at + months * MONTH
    assert reason(instances.delete(resource_id)) == "PREPAID_INSTANCE_NOT_SUPPORT_RELEASE"
    clock.advance(4 * MONTH)
    assert instances.delete(resource_id).json() == {}


def test_automatic_renewal_belongs_to_a_subscription(instances, running):
    instances.done("auto-renew", resource_id := instances.created(billing=PREPAID), auto_renew={"enabled": True})
    renewal = instances.read(resource_id)["billing"]["prepaid"]["auto_renew"]
    assert renewal == {"enabled": True, "months": "1", "status": "active"}
    instances.done("auto-renew", resource_id, auto_renew={"enabled": False, "months": 2})
    renewal = instances.read(resource_id)["billing"]["prepaid"]["auto_renew"]
    assert renewal == {"enabled": False, "months": "2", "status": ""}
    for response in (
        instances.put("auto-renew", running, auto_renew={"enabled": True}),
        instances.put("renew", running, months=1),
    ):
        assert reason(response) == WRONG_BILLING


def test_billing_changes_except_to_and_from_spot_and_each_change_buys_months(instances, running, clock):
    def end():
        return int(instances.read(running)["billing"]["prepaid"]["end_time"])

    instances.done("billing-mode", running, type="prepaid", months=1)
    first = end()
    instances.done("billing-mode", running, type="prepaid", months=1)
    assert end() == first + MONTH
    instances.done("billing-mode", running, type="postpaid")
    assert instances.read(running)["billing"] == {"mode": "postpaid"}
    assert reason(instances.put("billing-mode", running, type="spot")) == WRONG_BILLING
    spot = instances.created(billing={"mode": "spot"})
    clock.advance(1)
    assert reason(instances.put("billing-mode", spot, type="postpaid")) == WRONG_BILLING
    assert instances.read(spot)["billing"] == {"mode": "spot"}


def test_without_stock_no_instance_starts_or_migrates(instances, account, store, running):
    exited = store.seed({"status": "exited"})["id"]
    account.store("products").change(PRODUCT, {"inventory_state": "none"})
    assert reason(instances.create()) == reason(instances.put("start", exited)) == "INSUFFICIENT_RESOURCE"
    assert reason(instances.put("migrate", running)) == "MIGRATE_INSUFFICIENT_RESOURCE"
    instances.done("restart", running)


def test_a_stopped_instance_is_stopped_after_a_migration(instances, store, clock):
    resource_id = store.seed({"status": "exited"})["id"]
    instances.done("migrate", resource_id, save_data=True)
    assert course(instances, clock, resource_id) == ["migrating", "exited"]


def test_unknown_credentials_are_accepted_unless_a_setting_refuses_them(instances, account, running):
    account.settings.set(unknown_auth_ids="refused")
    assert reason(instances.create()) == NOT_FOUND
    assert reason(instances.put("upgrade", running, **UPGRADE, registry_auth_id="cred")) == NOT_FOUND
    account.store("registry_auths").seed({"id": "cred"})
    instances.created()


def test_a_list_has_filters_and_pages(instances, store, clock):
    for fields in (
        {"id": "aa", "name": "web-1"},
        {"id": "bb", "name": "WEB-2", "status": "exited"},
        {"id": "cc-web", "name": "db", "region": "cn-south-1"},
        {"id": "dd", "name": "db-2", "billing": {"mode": "spot"}},
    ):
        store.seed(fields)
        clock.advance(1)

    def names(**query):
        return [resource["name"] for resource in instances.listed(**query)]

    assert names(name="web") == ["web-1", "WEB-2", "db"]
    assert names(status="exited") == ["WEB-2"]
    assert names(regions="cn-south-1,cn-other-1") == ["db"]
    assert names(billing_mode="spot", name="") == ["db-2"]
    page = instances.list(limit=3).json()
    assert (len(page["data"]), page["has_more"], page["total"]) == (3, True, 4)
    last = instances.list(limit=3, cursor=page["next_cursor"]).json()
    assert ([row["id"] for row in last["data"]], last["next_cursor"], last["has_more"]) == (["dd"], "", False)
    assert reason(instances.list(keyword="x")) == INVALID


def test_delayed_and_stale_reads(instances, account, clock):
    account.settings.set(visible_after=5, stale_after=5)
    resource_id = instances.created()
    assert instances.listed() == [] and reason(instances.get(resource_id)) == NOT_FOUND
    clock.advance(5)
    instances.done("rootfs-expand", resource_id, rootfs_size_expand_gb=10)
    assert instances.disk(resource_id) == 60
    clock.advance(5)
    assert instances.disk(resource_id) == 70


def test_numbers_can_be_numbers(instances, account, running):
    account.settings.set(numbers_as_strings=False)
    resource = instances.read(running)
    assert (resource["resource_specs"]["memory_gb"], resource["last_stopped_at"]) == (120, 0)


@pytest.mark.parametrize(
    "operation, path, body, fields",
    [
        ("set_ports", "ports", {"ports": []}, ["ports"]),
        ("expand_rootfs", "rootfs-expand", {"rootfs_size_expand_gb": 5}, ["rootfs_size_expand_gb"]),
        ("renew", "renew", {"months": 1}, ["months"]),
        ("set_auto_renew", "auto-renew", {"auto_renew": {"enabled": False}}, ["auto_renew"]),
        ("set_billing_mode", "billing-mode", {"type": "postpaid"}, ["type", "billing.prepaid"]),
        ("set_auto_migrate", "auto-migrate", {"auto_migrate": {}}, ["auto_migrate.enabled", "auto_migrate"]),
        ("set_web_terminal", "web-terminal", {"enable": True}, ["enable"]),
        ("migrate", "migrate", {}, []),
        ("stop", "stop", {}, []),
    ],
)
def test_a_write_can_be_ignored(instances, account, store, operation, path, body, fields):
    billing = {"mode": "prepaid", "prepaid": {"auto_renew": {"enabled": True, "months": 1}}}
    resource_id = store.seed({"billing": billing, "auto_migrate": {"enabled": True}})["id"]
    before = instances.read(resource_id)
    account.fault(f"instance.{operation}", "ignore", fields=fields)
    instances.done(path, resource_id, **body)
    assert instances.read(resource_id) == before


def test_a_create_can_ignore_clip_and_duplicate(instances, account):
    account.fault("instance.create", "ignore", fields=["resource.gpu_num", "tools.jupyter.enabled", "ports"])
    resource = instances.read(instances.created())
    assert (resource["resource_specs"]["gpu_num"], resource["ports"]) == (0, [])
    assert resource["tools"]["jupyter"]["enabled"] is False
    account.fault("instance.create", "clip", field="resource.rootfs_size_gb", value=20)
    assert instances.disk(instances.created()) == 20
    account.fault("instance.create", "duplicate")
    instances.created(name="twice")
    assert len(instances.listed(name="twice")) == 2


@pytest.mark.parametrize("fault, status", [("failed_state", "pulling"), ("stuck", "pulling"), ("stopped", "exited")])
def test_a_fault_changes_how_a_creation_ends(instances, account, clock, fault, status):
    account.fault("instance.create", fault)
    resource_id = instances.created()
    clock.advance(3600)
    error = {"error": "FAILED", "message": "failed to pull the image"}
    expected = {"status": status, **(error if fault == "failed_state" else {"error": "", "message": ""})}
    assert instances.read(resource_id)["status"] == expected


def test_a_list_can_be_empty_or_short(instances, account, running):
    account.fault("instance.list", "empty_list", total=0)
    assert instances.list().json() == {"data": [], "total": 0, "next_cursor": "", "has_more": False}
    account.fault("instance.list", "short_list", keep=0)
    assert instances.list().json() == {"data": [], "total": 1, "next_cursor": "", "has_more": True}


def test_seeded_instances_are_not_validated(instances, store, clock):
    odd = {"envs": None, "ports": None, "billing": None, "resource_specs": None, "network": None, "tools": None}
    store.seed({"id": "odd", "name": "n" * 300, "product_id": "gone", "status": "odd", "created_at": "5", **odd})
    resource = instances.read("odd")
    assert {key: resource[key] for key in odd} == odd
    assert (resource["created_at"], resource["status"]["status"]) == ("5", "odd")
    assert instances.listed()[0]["id"] == "odd"
    store.change("odd", {"status": {"status": "running", "error": "E", "message": "m"}})
    assert instances.read("odd")["status"] == {"status": "running", "error": "E", "message": "m"}
    store.change("odd", {"status": "migrating", "hold": True})
    clock.advance(3600)
    assert instances.status("odd") == "migrating"
    store.change("odd", {"status": "running"})
    assert instances.read("odd")["status"] == {"status": "running", "error": "", "message": ""}


def test_a_seeded_subscription_has_an_end_and_tools_can_be_set(instances, store):
    tools = {"web_terminal": {"enabled": True}, "jupyter": {"enabled": True, "port": 9999}}
    resource = store.seed({"billing": {"mode": "prepaid"}, "tools": {**tools, "log": {"instance_endpoint": "x"}}})
    end = int(resource["created_at"]) + MONTH
    assert resource["billing"]["prepaid"]["end_time"] == str(end)
    shown = resource["tools"]
    assert (shown["jupyter"]["port"], shown["log"]["instance_endpoint"]) == (9999, "x")
    instances.done("web-terminal", resource["id"], enable=False)
    assert instances.read(resource["id"])["tools"]["web_terminal"]["enabled"] is False


@pytest.mark.parametrize(
    "fields, cost",
    [
        ({"resource_specs": {"gpu_num": 2}}, 4.56),
        ({"status": "pulling", "hold": True}, 2.28),
        ({"billing": {"mode": "spot"}}, 1.14),
        ({"type": "cpu", "product_id": "cpu.4c8g", "resource_specs": {"gpu_num": 0}}, 0.3),
        ({"status": "creating", "hold": True}, None),
        ({"status": "exited"}, None),
        ({"billing": {"mode": "prepaid"}}, None),
        ({"product_id": "gone"}, None),
    ],
)
def test_an_instance_costs_its_price_from_the_pull_of_its_image_on(account, store, fields, cost):
    store.seed(fields)
    [row] = store.summaries()
    assert row["hourly_cost"] == (cost if cost is None else pytest.approx(cost))
    assert account.provider.currency == "CNY"
