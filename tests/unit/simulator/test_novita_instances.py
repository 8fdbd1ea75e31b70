# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Novita's instances: formats of requests and responses, refusals, statuses over time."""

from __future__ import annotations

import re

import pytest

from .instance_client import BODY, InstanceClient

NOT_FOUND = "RESOURCE_NOT_FOUND"
WRONG_STATE = "OPERATION_LIMIT"


@pytest.fixture
def instances(client):
    return InstanceClient(client)


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
    assert response.status_code == 400
    return response.json()["reason"]


def course(instances, clock, resource_id, seconds):
    """Return the statuses of an instance over some seconds, without repetitions."""
    statuses = [instances.status(resource_id)]
    for _tick in range(round(seconds * 8)):
        clock.advance(1 / 8)
        statuses.append(instances.status(resource_id))
    return [status for number, status in enumerate(statuses) if number == 0 or status != statuses[number - 1]]


def test_get_returns_no_envelope_and_large_numbers_as_strings(instances, running):
    assert re.fullmatch("[0-9a-f]{16}", running)
    resource = instances.read(running)
    expected = {
        "id": running,
        "name": "trainer",
        "clusterId": "us-demo-1",
        "clusterName": "US-CA-06 (Demo City)",
        "status": "running",
        "imageUrl": BODY["imageUrl"],
        "imageAuthId": "",
        "command": "train",
        "entrypoint": "/bin/sh",
        "cpuNum": "32",
        "memory": "124",
        "gpuNum": "2",
        "productId": "4090.16c62g",
        "productName": "RTX 4090 24GB",
        "rootfsSize": 60,
        "volumeMounts": [{"type": "network", "size": 0, "id": "s1", "mountPath": "/data"}],
        "statusError": {"state": "", "message": ""},
        "envs": BODY["envs"],
        "kind": "gpu",
        "billingMode": "onDemand",
        "endTime": "-1",
        "spotStatus": "",
        "spotReclaimTime": "0",
        "network": {"id": "n1", "ip": "10.0.0.5"},
        "jobs": [],
        "keepDataDay": 7,
        "lastStoppedAt": "0",
    }
    assert {key: resource[key] for key in expected} == expected
    assert [(item["port"], item["type"]) for item in resource["portMappings"]] == [(8000, "http"), (22022, "tcp")]
    assert resource["portMappings"][0]["endpoint"].startswith(f"https://{running}-8000.us-demo-1.")
    assert resource["createdAt"] == resource["lastStartedAt"]
    assert not {"imageAuth", "month", "minCudaVersion", "tools", "autoRenew"} & resource.keys()
    assert "canary" not in str(resource)


def test_get_returns_connection_data_and_a_list_does_not(instances, running):
    resource = instances.read(running)
    ssh, terminal = resource["connectComponentSSH"], resource["connectComponentWebTerminal"]
    assert re.fullmatch("ssh -p 3[0-9]{4} root@proxy.us-demo-1.example.com", ssh["sshCommand"])
    assert resource["sshPassword"] and not ssh["password"]
    assert terminal["password"] and ssh["isRunning"] and terminal["isRunning"]
    assert resource["connectComponentJupyter"]["port"] == 8888
    assert resource["connectComponentLog"]["instanceLogAddress"]
    [listed] = instances.listed()
    assert listed["portMappings"] == [{"port": 8000, "type": "http"}, {"port": 22022, "type": "tcp"}]
    omitted = {key for key in resource if key.startswith("connectComponent")} | {"sshPassword"}
    assert len(omitted) == 5
    assert {**listed, "portMappings": []} == {
        **{key: value for key, value in resource.items() if key not in omitted},
        "portMappings": [],
    }


def test_a_list_announces_that_a_spot_instance_will_be_taken_back(instances, store):
    resource_id = store.seed({"billingMode": "spot"})["id"]
    assert [(each["spotStatus"], each["spotReclaimTime"]) for each in instances.listed()] == [("running", "0")]
    store.change(resource_id, {"spotStatus": "notified", "spotReclaimTime": 1_800_000_000})
    for shown in (*instances.listed(), instances.read(resource_id)):
        assert (shown["spotStatus"], shown["spotReclaimTime"]) == ("notified", "1800000000")


def test_omitted_fields_are_empty(instances, clock):
    given = ("productId", "gpuNum", "rootfsSize", "imageUrl", "kind")
    resource_id = instances.created(*(BODY.keys() - set(given)))
    resource = instances.read(resource_id)
    assert (resource["name"], resource["portMappings"], resource["envs"], resource["volumeMounts"]) == ("", [], [], [])
    assert (resource["network"], resource["clusterId"]) == ({"id": "", "ip": ""}, "us-demo-1")
    clock.advance(1)
    assert instances.read(resource_id)["connectComponentJupyter"] == {"port": 8888, "address": "", "isRunning": False}


def test_the_request_mounts_network_storage_and_the_product_local_storage(instances):
    resource = instances.read(instances.created(productId="h100.24c200g", networkStorages=[{"Id": "s1"}]))
    assert resource["volumeMounts"] == [
        {"type": "network", "size": 0, "id": "s1", "mountPath": "/network"},
        {"type": "local", "size": 50, "id": "", "mountPath": "/workspace"},
    ]


def test_an_instance_can_have_no_gpus(instances):
    resource = instances.read(instances.created("gpuNum", "rootfsSize", kind="cpu", productId="cpu.4c8g"))
    assert (resource["kind"], resource["gpuNum"], resource["cpuNum"], resource["memory"]) == ("cpu", "0", "4", "8")
    assert resource["rootfsSize"] == 60


def test_names_are_not_unique(instances):
    assert instances.created() != instances.created()
    assert len(instances.listed()) == 2


@pytest.mark.parametrize("field", ["productId", "gpuNum", "rootfsSize", "imageUrl", "kind"])
def test_a_create_requires_the_documented_fields(instances, field):
    response = instances.create(field)
    assert reason(response) == "VALIDATOR_PARAM"
    assert field in response.json()["message"]


@pytest.mark.parametrize(
    "changes, code, message",
    [
        ({"surprise": 1}, "VALIDATOR_PARAM", "surprise"),
        ({"name": "n" * 256}, "VALIDATOR_PARAM", "name: "),
        ({"gpuNum": 9}, "VALIDATOR_PARAM", "gpuNum: "),
        ({"gpuNum": "1"}, "VALIDATOR_PARAM", "gpuNum: "),
        ({"rootfsSize": 9}, "VALIDATOR_PARAM", "rootfsSize: "),
        ({"rootfsSize": 2001}, "VALIDATOR_PARAM", "rootfsSize: must be between 10 and 2000"),
        ({"imageUrl": ""}, "VALIDATOR_PARAM", "imageUrl: "),
        ({"imageUrl": "i" * 501}, "VALIDATOR_PARAM", "imageUrl: "),
        ({"imageAuth": "a" * 10240}, "VALIDATOR_PARAM", "imageAuth: "),
        ({"ports": ["8000/http"]}, "VALIDATOR_PARAM", "ports: "),
        ({"ports": "8000"}, "VALIDATOR_PARAM", "ports: '8000'"),
        ({"ports": "8000/udp"}, "VALIDATOR_PARAM", "ports: '8000/udp'"),
        ({"ports": "2222/tcp"}, "VALIDATOR_PARAM", "none of 2222"),
        ({"ports": "65536/tcp"}, "VALIDATOR_PARAM", "1-65535"),
        ({"ports": ",".join(f"{port}/tcp" for port in range(1, 16))}, "VALIDATOR_PARAM", "at most 15"),
        ({"tools": [{"name": "Jupyter", "port": "2224", "type": "http"}]}, "VALIDATOR_PARAM", "none of 2222"),
        ({"tools": [{"name": "Emacs"}]}, "VALIDATOR_PARAM", "tools[0].name: "),
        ({"envs": [{"key": "A"}] * 101}, "VALIDATOR_PARAM", "envs: "),
        ({"envs": [{"key": "A" * 512, "value": ""}]}, "VALIDATOR_PARAM", "envs[0].key: "),
        ({"envs": [{"key": "A", "value": "v" * 4096}]}, "VALIDATOR_PARAM", "envs[0].value: "),
        ({"command": "c" * 2048}, "VALIDATOR_PARAM", "command: "),
        ({"networkStorages": [{"id": "s"}]}, "VALIDATOR_PARAM", "networkStorages[0]: "),
        ({"networkStorages": [{"Id": "s"}] * 31}, "VALIDATOR_PARAM", "networkStorages: "),
        ({"networkStorages": [{"Id": "missing-1"}]}, "NETWORK_STORAGE_NOT_FOUND", "missing-1"),
        ({"networkId": "missing-1"}, "NETWORK_NOT_FOUND", "missing-1"),
        ({"kind": "tpu"}, "VALIDATOR_PARAM", "kind: "),
        ({"minCudaVersion": "12"}, "VALIDATOR_PARAM", "minCudaVersion: "),
        ({"month": -1}, "VALIDATOR_PARAM", "month: "),
        ({"autoRenewMonth": 13}, "VALIDATOR_PARAM", "autoRenewMonth: "),
        ({"billingMode": "weekly"}, "VALIDATOR_PARAM", "billingMode: "),
        ({"billingMode": "monthly"}, "VALIDATOR_PARAM", "month: "),
        ({"billingMode": "spot", "productId": "5090.28c120g"}, "UNSUPPORTED_BILLING_MODE", "spot"),
        ({"productId": "7"}, NOT_FOUND, "product 7 not found"),
        ({"productId": "cpu.4c8g"}, NOT_FOUND, "product cpu.4c8g not found"),
        ({"productId": "a100.30c240g"}, "INSUFFICIENT_RESOURCE", "a100.30c240g"),
        ({"productId": "SL-serverless-3"}, NOT_FOUND, "product SL-serverless-3 not found"),
        ({"clusterId": "far-away"}, NOT_FOUND, "region far-away not found"),
        ({"clusterId": "cn-hongkong-1"}, "INSUFFICIENT_RESOURCE", "cn-hongkong-1"),
    ],
)
def test_invalid_values_are_refused(instances, changes, code, message):
    response = instances.create(**changes)
    assert reason(response) == code
    assert message in response.json()["message"]
    assert instances.listed() == []


def test_a_create_goes_through_its_statuses(instances, account, clock):
    assert course(instances, clock, instances.created(), 2) == ["toCreate", "creating", "pulling", "running"]
    account.settings.set(pending_first=True)
    statuses = course(instances, clock, instances.created(), 2)
    assert statuses == ["pending", "toCreate", "creating", "pulling", "running"]


def test_stop_start_and_restart_go_through_their_statuses(instances, clock, running):
    instances.done("stop", running)
    assert course(instances, clock, running, 2) == ["toStop", "stopping", "exited"]
    instances.done("start", running)
    assert course(instances, clock, running, 2) == ["toStart", "starting", "running"]
    instances.done("restart", running)
    assert course(instances, clock, running, 2) == ["toRestart", "restarting", "running"]
    assert int(instances.read(running)["lastStoppedAt"]) > 0


def test_a_removed_instance_stays_listed_for_some_time(instances, account, clock, running):
    instances.done("delete", running)
    instances.done("delete", running)
    assert course(instances, clock, running, 2) == ["toRemove", "removing", "removed"]
    assert reason(instances.do("delete", running)) == NOT_FOUND
    assert [resource["status"] for resource in instances.listed()] == ["removed"]
    clock.advance(29)
    assert instances.listed() == []
    assert instances.get(running).json() == {
        "code": 400,
        "reason": NOT_FOUND,
        "message": f"instance {running} not found",
        "metadata": {},
    }
    account.settings.set(removed_linger=0)
    resource_id = instances.created()
    instances.done("delete", resource_id)
    clock.advance(1)
    assert instances.listed() == []


STATUSES = (
    "pending",
    "toCreate",
    "creating",
    "pulling",
    "running",
    "toStart",
    "starting",
    "toStop",
    "stopping",
    "exited",
    "toRestart",
    "restarting",
    "toReset",
    "resetting",
    "migrating",
    "freezing",
    "toRemove",
    "removing",
    "removed",
    "stopped",
)
STOPPED = ("exited", "stopped")


@pytest.mark.parametrize("status", STATUSES)
def test_operations_are_accepted_only_in_their_statuses(instances, store, status):
    resource_id = store.seed({"status": status, "hold": True})["id"]
    accepted = {
        "start": STOPPED,
        "stop": ("running",),
        "restart": ("running",),
        "edit": ("running", *STOPPED),
    }
    for operation, statuses in accepted.items():
        response = instances.do(operation, resource_id)
        store.change(resource_id, {"status": status, "hold": True})
        expected = 200 if status in statuses else 400
        assert response.status_code == expected, operation
        if expected == 400:
            assert response.json()["reason"] == (NOT_FOUND if status == "removed" else WRONG_STATE)
    response = instances.upgrade(resource_id)
    assert response.status_code == (200 if status in ("running", *STOPPED) else 400)
    store.change(resource_id, {"status": status, "hold": True})
    assert instances.do("delete", resource_id).status_code == (400 if status == "removed" else 200)


@pytest.mark.parametrize(
    "status, rest",
    [
        ("pending", ["toCreate", "creating", "pulling", "running"]),
        ("creating", ["pulling", "running"]),
        ("starting", ["running"]),
        ("toStop", ["stopping", "exited"]),
        ("restarting", ["running"]),
        ("toReset", ["resetting", "pulling", "running"]),
        ("migrating", ["running"]),
        ("toRemove", ["removing", "removed"]),
        ("exited", []),
        ("stopped", []),
        ("freezing", []),
    ],
)
def test_an_instance_continues_from_a_status_that_was_set(instances, store, clock, status, rest):
    resource_id = store.seed({"status": status})["id"]
    assert course(instances, clock, resource_id, 3) == [status, *rest]


def test_every_start_changes_the_connection_data(instances, clock, running):
    def connection():
        resource = instances.read(running)
        return resource["connectComponentSSH"]["sshCommand"], resource["sshPassword"]

    seen = {connection()}
    for operations in (["stop", "start"], ["restart"]):
        for operation in operations:
            instances.done(operation, running)
            assert connection() == ("", "")
            clock.advance(1)
        seen.add(connection())
    assert len({command for command, _password in seen}) == len({password for _command, password in seen}) == 3


def test_ssh_can_take_longer(instances, account, clock):
    account.settings.set(ssh_after=5)
    resource_id = instances.created()
    clock.advance(1)
    resource = instances.read(resource_id)
    assert resource["connectComponentWebTerminal"]["isRunning"] is True
    assert resource["connectComponentSSH"]["sshCommand"]
    assert resource["connectComponentSSH"]["isRunning"] is False
    clock.advance(5)
    assert instances.read(resource_id)["connectComponentSSH"]["isRunning"] is True


def test_ssh_connection_data_can_be_set(sim, client, instances, clock, running):
    url = f"{sim.url}/_sim/novita/instances/{running}"
    changed = client.session.patch(url, json={"ssh": {"host": "127.0.0.1", "port": 2022, "user": "x"}}, timeout=60)
    assert changed.json()["connectComponentSSH"]["sshCommand"] == "ssh -p 2022 x@127.0.0.1"
    instances.done("restart", running)
    clock.advance(1)
    assert instances.read(running)["connectComponentSSH"]["sshCommand"] == "ssh -p 2022 x@127.0.0.1"
    assert instances.read_v2(running)["tools"]["ssh"]["username"] == "x"


def test_an_edit_replaces_the_ports_without_a_reset(instances, running):
    instances.done("edit", running, ports=[{"port": 9000, "type": "tcp"}])
    resource = instances.read(running)
    assert [(item["port"], item["type"]) for item in resource["portMappings"]] == [(9000, "tcp")]
    assert (resource["status"], resource["rootfsSize"]) == ("running", 60)
    instances.done("edit", running, ports=[])
    assert instances.read(running)["portMappings"] == []


def test_an_edit_enlarges_the_disk(instances, running):
    instances.done("edit", running, expandRootDisk=40)
    instances.done("edit", running, expandRootDisk=0)
    resource = instances.read(running)
    assert (resource["rootfsSize"], len(resource["portMappings"])) == (100, 2)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"ports": "80/http"}, "ports: "),
        ({"ports": [{"port": "80", "type": "http"}]}, "ports[0].port: "),
        ({"ports": [{"port": 2223, "type": "http"}]}, "none of 2222"),
        ({"ports": [{"port": port, "type": "tcp"} for port in range(1, 16)]}, "at most 15"),
        ({"expandRootDisk": -1}, "expandRootDisk: "),
        ({"expandRootDisk": 1941}, "rootfsSize: must be between 10 and 2000"),
        ({"name": "new"}, "name"),
    ],
)
def test_invalid_edits_change_nothing(instances, running, changes, message):
    before = instances.read(running)
    response = instances.do("edit", running, **changes)
    assert reason(response) == "VALIDATOR_PARAM"
    assert message in response.json()["message"]
    assert instances.read(running) == before


def test_an_upgrade_resets_the_instance(instances, clock, running):
    password = instances.read(running)["sshPassword"]
    assert instances.upgrade(running).json() == {}
    assert course(instances, clock, running, 2) == ["toReset", "resetting", "pulling", "running"]
    resource = instances.read(running)
    assert resource["imageUrl"].endswith(":3")
    assert (resource["command"], resource["entrypoint"], resource["envs"][0]["value"]) == ("serve", "", "live")
    # Storage that the request does not list is detached.
    assert resource["volumeMounts"] == [{"type": "network", "size": 0, "id": "s2", "mountPath": "/network"}]
    assert resource["sshPassword"] != password


@pytest.mark.parametrize("field", ["imageUrl", "envs", "command", "save", "networkVolume"])
def test_an_upgrade_requires_the_documented_fields(instances, running, field):
    response = instances.upgrade(running, field)
    assert reason(response) == "VALIDATOR_PARAM"
    assert field in response.json()["message"]
    assert instances.status(running) == "running"


def test_put_mode_decides_about_omitted_fields_of_an_upgrade(instances, account, clock, running):
    account.settings.set(put_mode="partial")
    instances.upgrade(running, "entrypoint")
    clock.advance(1)
    assert instances.read(running)["entrypoint"] == "/bin/sh"
    account.settings.set(put_mode="zero_ignoring")
    instances.upgrade(running, envs=[], networkVolume={"volumeMounts": []})
    clock.advance(1)
    resource = instances.read(running)
    assert (resource["entrypoint"], len(resource["envs"]), len(resource["volumeMounts"])) == ("/bin/sh", 1, 1)
    account.settings.set(put_mode="full")
    instances.upgrade(running, "entrypoint", envs=[], networkVolume={"volumeMounts": []})
    resource = instances.read(running)
    assert (resource["entrypoint"], resource["envs"], resource["volumeMounts"]) == ("", [], [])


@pytest.mark.parametrize(
    "setting, code, status",
    [
        ("running", 200, "running"),
        ("exited", 200, "exited"),
        ("refused", 400, "exited"),
    ],
)
@pytest.mark.parametrize("before", STOPPED)
def test_upgrade_of_exited_decides_the_status_after_an_upgrade(
    instances, account, store, clock, setting, code, status, before
):
    account.settings.set(upgrade_of_exited=setting)
    resource_id = store.seed({"status": before})["id"]
    assert instances.upgrade(resource_id).status_code == code
    clock.advance(1)
    assert instances.status(resource_id) == (before if code == 400 else status)


def test_an_upgrade_with_a_missing_storage_is_refused(instances, running):
    mounts = [{"type": "network", "id": "missing-1", "mountPath": "/x"}]
    response = instances.upgrade(running, networkVolume={"volumeMounts": mounts})
    assert reason(response) == "NETWORK_STORAGE_NOT_FOUND"


def test_month_enforces_monthly_billing(instances, clock):
    resource_id = instances.created(billingMode="spot", month=2, autoRenew=True, autoRenewMonth=3)
    resource = instances.read(resource_id)
    assert resource["billingMode"] == "monthly"
    assert int(resource["endTime"]) == int(resource["createdAt"]) + 2 * 30 * 24 * 3600
    prepaid = instances.read_v2(resource_id)["billing"]["prepaid"]
    assert (prepaid["months"], prepaid["end_time"]) == (2, resource["endTime"])
    assert prepaid["auto_renew"] == {"enabled": True, "months": 3, "status": ""}
    assert reason(instances.do("delete", resource_id)) == "PREPAID_INSTANCE_NOT_SUPPORT_RELEASE"
    clock.advance(2 * 30 * 24 * 3600 + 1)
    instances.done("delete", resource_id)


def test_renewal_has_no_effect_without_monthly_billing(instances, running):
    resource_id = instances.created(autoRenew=True, autoRenewMonth=3)
    assert instances.read_v2(resource_id)["billing"] == {"mode": "postpaid", "prepaid": None}
    for response in (
        instances.do("renewInstance", running, month=1),
        instances.set_auto_renew(running, autoRenew=True),
    ):
        assert reason(response) == "UNSUPPORTED_BILLING_MODE"


def test_spot(instances):
    resource_id = instances.created(billingMode="spot")
    resource = instances.read(resource_id)
    assert (resource["billingMode"], resource["spotStatus"], resource["endTime"]) == ("spot", "running", "-1")
    assert instances.read_v2(resource_id)["billing"]["mode"] == "spot"


def test_billing_becomes_monthly_and_stays_so(instances, clock, running):
    instances.done("transToMonthlyInstance", running, month=1)
    resource = instances.read(running)
    assert (resource["billingMode"], resource["status"]) == ("monthly", "running")
    end = int(resource["endTime"])
    assert reason(instances.do("transToMonthlyInstance", running, month=1)) == "UNSUPPORTED_BILLING_MODE"
    instances.done("renewInstance", running, month=2)
    assert int(instances.read(running)["endTime"]) == end + 2 * 30 * 24 * 3600
    assert instances.read_v2(running)["billing"]["prepaid"]["months"] == 3


def test_a_new_instance_cannot_be_renewed_yet(instances):
    resource_id = instances.created(month=1)
    assert reason(instances.do("renewInstance", resource_id, month=1)) == "CREATING_INSTANCE_NOT_SUPPORT_RENEWAL"


def test_automatic_renewal_is_set_for_all_or_none(instances, running):
    def renewal(resource_id):
        return instances.read_v2(resource_id)["billing"]["prepaid"]["auto_renew"]

    resource_id = instances.created(month=1)
    assert instances.set_auto_renew(resource_id, running, autoRenew=True).status_code == 400
    assert renewal(resource_id)["enabled"] is False
    assert instances.set_auto_renew(resource_id, autoRenew=True, autoRenewMonth=6).json() == {}
    assert renewal(resource_id) == {"enabled": True, "months": 6, "status": ""}
    instances.set_auto_renew(resource_id, autoRenew=False)
    assert renewal(resource_id)["enabled"] is False


def test_the_second_generation_returns_the_same_values_in_another_format(instances, running):
    resource, old = instances.read_v2(running), instances.read(running)
    assert (resource["id"], resource["product_id"], resource["image"]) == (running, "4090.16c62g", BODY["imageUrl"])
    assert resource["resource_specs"] == {
        "rootfs_size_gb": 60,
        "gpu_num": 2,
        "cpu_num": 32,
        "memory_gb": "124",
        "gpu_ids": [],
    }
    assert resource["status"] == {"status": "running", "error": "", "message": ""}
    assert resource["ports"][0] == {"port": 8000, "protocol": "http", "endpoint": old["portMappings"][0]["endpoint"]}
    assert resource["volumes"] == [{"type": "network", "id": "s1", "mount_point": "/data"}]
    assert resource["tools"]["ssh"]["command"] == old["connectComponentSSH"]["sshCommand"]
    assert resource["tools"]["jupyter"]["enabled"] is True
    assert (resource["region"], resource["created_at"]) == ("us-demo-1", old["createdAt"])


def test_list_filters(instances, store):
    for name, product, status in (
        ("web-1", "4090.16c62g", "running"),
        ("WEB-2", "h100.24c200g", "exited"),
        ("db", "4090.16c62g", "running"),
    ):
        store.seed({"name": name, "productId": product, "status": status})

    def names(**query):
        return [resource["name"] for resource in instances.listed(**query)]

    assert names(name="web") == ["web-1", "WEB-2"]
    assert names(productName="4090") == ["web-1", "db"]
    assert names(status="exited") == ["WEB-2"]
    assert names(name="web", status="running") == ["web-1"]
    assert instances.list(name="web", pageSize=1).json()["total"] == 2
    assert reason(instances.list(keyword="x")) == "VALIDATOR_PARAM"


def test_accounts_are_isolated(instances, other_client, running):
    other = InstanceClient(other_client)
    assert other.listed() == []
    assert reason(other.get(running)) == reason(other.do("delete", running)) == NOT_FOUND
