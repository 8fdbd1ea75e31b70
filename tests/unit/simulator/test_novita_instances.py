# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's instances: forms of requests and answers, refusals, states over time."""

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
    """Return the id of an instance that runs."""
    record_id = instances.created()
    clock.advance(1)
    return record_id


def reason(response):
    assert response.status_code == 400
    return response.json()["reason"]


def way(instances, clock, record_id, seconds):
    """Return the different states that an instance is in over some seconds."""
    words = [instances.status(record_id)]
    for _tick in range(round(seconds * 8)):
        clock.advance(1 / 8)
        words.append(instances.status(record_id))
    return [word for number, word in enumerate(words) if number == 0 or word != words[number - 1]]


def test_get_answers_a_bare_record_with_large_numbers_as_strings(instances, running):
    assert re.fullmatch("[0-9a-f]{16}", running)
    record = instances.read(running)
    expected = {
        "id": running,
        "name": "trainer",
        "clusterId": "us-demo-1",
        "clusterName": "US-DEMO-1",
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
    assert {key: record[key] for key in expected} == expected
    assert [(item["port"], item["type"]) for item in record["portMappings"]] == [(8000, "http"), (22022, "tcp")]
    assert record["portMappings"][0]["endpoint"].startswith(f"https://{running}-8000.us-demo-1.")
    assert record["createdAt"] == record["lastStartedAt"]
    assert not {"imageAuth", "month", "minCudaVersion", "tools", "autoRenew"} & record.keys()
    assert "canary" not in str(record)


def test_get_tells_the_ways_in_and_a_list_does_not(instances, running):
    record = instances.read(running)
    ssh, terminal = record["connectComponentSSH"], record["connectComponentWebTerminal"]
    assert re.fullmatch("ssh -p 3[0-9]{4} root@proxy.us-demo-1.example.com", ssh["sshCommand"])
    assert record["sshPassword"] and not ssh["password"]
    assert terminal["password"] and ssh["isRunning"] and terminal["isRunning"]
    assert record["connectComponentJupyter"]["port"] == 8888
    assert record["connectComponentLog"]["instanceLogAddress"]
    [listed] = instances.listed()
    assert listed["portMappings"] == [{"port": 8000, "type": "http"}, {"port": 22022, "type": "tcp"}]
    left_out = {key for key in record if key.startswith("connectComponent")} | {"sshPassword"}
    assert len(left_out) == 5
    assert {**listed, "portMappings": []} == {
        **{key: value for key, value in record.items() if key not in left_out},
        "portMappings": [],
    }


def test_what_is_not_given_is_empty(instances, clock):
    given = ("productId", "gpuNum", "rootfsSize", "imageUrl", "kind")
    record_id = instances.created(*(BODY.keys() - set(given)))
    record = instances.read(record_id)
    assert (record["name"], record["portMappings"], record["envs"], record["volumeMounts"]) == ("", [], [], [])
    assert (record["network"], record["clusterId"]) == ({"id": "", "ip": ""}, "us-demo-1")
    clock.advance(1)
    assert instances.read(record_id)["connectComponentJupyter"] == {"port": 8888, "address": "", "isRunning": False}


def test_network_storages_are_mounted_at_network_and_local_ones_by_the_product(instances):
    record = instances.read(instances.created(productId="h100.24c200g", networkStorages=[{"Id": "s1"}]))
    assert record["volumeMounts"] == [
        {"type": "network", "size": 0, "id": "s1", "mountPath": "/network"},
        {"type": "local", "size": 50, "id": "", "mountPath": "/workspace"},
    ]


def test_an_instance_without_gpus(instances):
    record = instances.read(instances.created("gpuNum", "rootfsSize", kind="cpu", productId="cpu.4c8g"))
    assert (record["kind"], record["gpuNum"], record["cpuNum"], record["memory"]) == ("cpu", "0", "4", "8")
    assert record["rootfsSize"] == 60


def test_names_may_repeat(instances):
    assert instances.created() != instances.created()
    assert len(instances.listed()) == 2


@pytest.mark.parametrize("field", ["productId", "gpuNum", "rootfsSize", "imageUrl", "kind"])
def test_create_requires_what_the_page_requires(instances, field):
    response = instances.create(field)
    assert reason(response) == "VALIDATOR_PARAM"
    assert field in response.json()["message"]


@pytest.mark.parametrize(
    "changes, word, message",
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
        ({"clusterId": "far-away"}, "INSUFFICIENT_RESOURCE", "far-away"),
    ],
)
def test_bad_values_are_refused(instances, changes, word, message):
    response = instances.create(**changes)
    assert reason(response) == word
    assert message in response.json()["message"]
    assert instances.listed() == []


def test_create_goes_through_its_words(instances, account, clock):
    assert way(instances, clock, instances.created(), 2) == ["toCreate", "creating", "pulling", "running"]
    account.settings.set(pending_first=True)
    words = way(instances, clock, instances.created(), 2)
    assert words == ["pending", "toCreate", "creating", "pulling", "running"]


def test_stop_start_and_restart_go_through_their_words(instances, clock, running):
    instances.done("stop", running)
    assert way(instances, clock, running, 2) == ["toStop", "stopping", "exited"]
    instances.done("start", running)
    assert way(instances, clock, running, 2) == ["toStart", "starting", "running"]
    instances.done("restart", running)
    assert way(instances, clock, running, 2) == ["toRestart", "restarting", "running"]
    assert int(instances.read(running)["lastStoppedAt"]) > 0


def test_a_removed_instance_lingers(instances, account, clock, running):
    instances.done("delete", running)
    instances.done("delete", running)
    assert way(instances, clock, running, 2) == ["toRemove", "removing", "removed"]
    assert reason(instances.do("delete", running)) == NOT_FOUND
    assert [record["status"] for record in instances.listed()] == ["removed"]
    clock.advance(29)
    assert instances.listed() == []
    assert instances.get(running).json() == {
        "code": 400,
        "reason": NOT_FOUND,
        "message": f"instance {running} not found",
        "metadata": {},
    }
    account.settings.set(removed_linger=0)
    record_id = instances.created()
    instances.done("delete", record_id)
    clock.advance(1)
    assert instances.listed() == []


WORDS = (
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


@pytest.mark.parametrize("word", WORDS)
def test_operations_are_accepted_from_their_states_only(instances, store, word):
    record_id = store.seed({"status": word, "hold": True})["id"]
    accepted = {
        "start": STOPPED,
        "stop": ("running",),
        "restart": ("running",),
        "edit": ("running", *STOPPED),
    }
    for operation, words in accepted.items():
        answer = instances.do(operation, record_id)
        store.change(record_id, {"status": word, "hold": True})
        wanted = 200 if word in words else 400
        assert answer.status_code == wanted, operation
        if wanted == 400:
            assert answer.json()["reason"] == (NOT_FOUND if word == "removed" else WRONG_STATE)
    answer = instances.upgrade(record_id)
    assert answer.status_code == (200 if word in ("running", *STOPPED) else 400)
    store.change(record_id, {"status": word, "hold": True})
    assert instances.do("delete", record_id).status_code == (400 if word == "removed" else 200)


@pytest.mark.parametrize(
    "word, rest",
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
def test_a_state_set_by_hand_goes_on_from_there(instances, store, clock, word, rest):
    record_id = store.seed({"status": word})["id"]
    assert way(instances, clock, record_id, 3) == [word, *rest]


def test_every_start_has_another_way_in(instances, clock, running):
    def way_in():
        record = instances.read(running)
        return record["connectComponentSSH"]["sshCommand"], record["sshPassword"]

    seen = {way_in()}
    for operations in (["stop", "start"], ["restart"]):
        for operation in operations:
            instances.done(operation, running)
            assert way_in() == ("", "")
            clock.advance(1)
        seen.add(way_in())
    assert len({command for command, _password in seen}) == len({password for _command, password in seen}) == 3


def test_ssh_may_take_longer(instances, account, clock):
    account.settings.set(ssh_after=5)
    record_id = instances.created()
    clock.advance(1)
    record = instances.read(record_id)
    assert record["connectComponentWebTerminal"]["isRunning"] is True
    assert record["connectComponentSSH"]["sshCommand"]
    assert record["connectComponentSSH"]["isRunning"] is False
    clock.advance(5)
    assert instances.read(record_id)["connectComponentSSH"]["isRunning"] is True


def test_ssh_may_be_fixed_by_hand(sim, client, instances, clock, running):
    url = f"{sim.url}/_sim/novita/instances/{running}"
    changed = client.session.patch(url, json={"ssh": {"host": "127.0.0.1", "port": 2022, "user": "x"}}, timeout=60)
    assert changed.json()["connectComponentSSH"]["sshCommand"] == "ssh -p 2022 x@127.0.0.1"
    instances.done("restart", running)
    clock.advance(1)
    assert instances.read(running)["connectComponentSSH"]["sshCommand"] == "ssh -p 2022 x@127.0.0.1"
    assert instances.read_v2(running)["tools"]["ssh"]["username"] == "x"


def test_edit_replaces_the_ports_without_a_reset(instances, running):
    instances.done("edit", running, ports=[{"port": 9000, "type": "tcp"}])
    record = instances.read(running)
    assert [(item["port"], item["type"]) for item in record["portMappings"]] == [(9000, "tcp")]
    assert (record["status"], record["rootfsSize"]) == ("running", 60)
    instances.done("edit", running, ports=[])
    assert instances.read(running)["portMappings"] == []


def test_edit_adds_to_the_disk(instances, running):
    instances.done("edit", running, expandRootDisk=40)
    instances.done("edit", running, expandRootDisk=0)
    record = instances.read(running)
    assert (record["rootfsSize"], len(record["portMappings"])) == (100, 2)


@pytest.mark.parametrize(
    "wanted, message",
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
def test_bad_edits_change_nothing(instances, running, wanted, message):
    before = instances.read(running)
    response = instances.do("edit", running, **wanted)
    assert reason(response) == "VALIDATOR_PARAM"
    assert message in response.json()["message"]
    assert instances.read(running) == before


def test_upgrade_resets_the_instance(instances, clock, running):
    password = instances.read(running)["sshPassword"]
    assert instances.upgrade(running).json() == {}
    assert way(instances, clock, running, 2) == ["toReset", "resetting", "pulling", "running"]
    record = instances.read(running)
    assert record["imageUrl"].endswith(":3")
    assert (record["command"], record["entrypoint"], record["envs"][0]["value"]) == ("serve", "", "live")
    # The storage that was not named is detached.
    assert record["volumeMounts"] == [{"type": "network", "size": 0, "id": "s2", "mountPath": "/network"}]
    assert record["sshPassword"] != password


@pytest.mark.parametrize("field", ["imageUrl", "envs", "command", "save", "networkVolume"])
def test_upgrade_requires_what_the_page_requires(instances, running, field):
    response = instances.upgrade(running, field)
    assert reason(response) == "VALIDATOR_PARAM"
    assert field in response.json()["message"]
    assert instances.status(running) == "running"


def test_what_an_upgrade_leaves_out_depends_on_put_mode(instances, account, clock, running):
    account.settings.set(put_mode="partial")
    instances.upgrade(running, "entrypoint")
    clock.advance(1)
    assert instances.read(running)["entrypoint"] == "/bin/sh"
    account.settings.set(put_mode="zero_ignoring")
    instances.upgrade(running, envs=[], networkVolume={"volumeMounts": []})
    clock.advance(1)
    record = instances.read(running)
    assert (record["entrypoint"], len(record["envs"]), len(record["volumeMounts"])) == ("/bin/sh", 1, 1)
    account.settings.set(put_mode="full")
    instances.upgrade(running, "entrypoint", envs=[], networkVolume={"volumeMounts": []})
    record = instances.read(running)
    assert (record["entrypoint"], record["envs"], record["volumeMounts"]) == ("", [], [])


@pytest.mark.parametrize(
    "habit, status, word",
    [
        ("running", 200, "running"),
        ("exited", 200, "exited"),
        ("refused", 400, "exited"),
    ],
)
@pytest.mark.parametrize("before", STOPPED)
def test_where_the_upgrade_of_a_stopped_instance_leads(instances, account, store, clock, habit, status, word, before):
    account.settings.set(upgrade_of_exited=habit)
    record_id = store.seed({"status": before})["id"]
    assert instances.upgrade(record_id).status_code == status
    clock.advance(1)
    assert instances.status(record_id) == (before if status == 400 else word)


def test_an_upgrade_with_a_missing_storage_is_refused(instances, running):
    mounts = [{"type": "network", "id": "missing-1", "mountPath": "/x"}]
    response = instances.upgrade(running, networkVolume={"volumeMounts": mounts})
    assert reason(response) == "NETWORK_STORAGE_NOT_FOUND"


def test_month_enforces_monthly_billing(instances, clock):
    record_id = instances.created(billingMode="spot", month=2, autoRenew=True, autoRenewMonth=3)
    record = instances.read(record_id)
    assert record["billingMode"] == "monthly"
    assert int(record["endTime"]) == int(record["createdAt"]) + 2 * 30 * 24 * 3600
    prepaid = instances.read_v2(record_id)["billing"]["prepaid"]
    assert (prepaid["months"], prepaid["end_time"]) == (2, record["endTime"])
    assert prepaid["auto_renew"] == {"enabled": True, "months": 3, "status": ""}
    assert reason(instances.do("delete", record_id)) == "PREPAID_INSTANCE_NOT_SUPPORT_RELEASE"
    clock.advance(2 * 30 * 24 * 3600 + 1)
    instances.done("delete", record_id)


def test_renewal_means_nothing_without_monthly_billing(instances, running):
    record_id = instances.created(autoRenew=True, autoRenewMonth=3)
    assert instances.read_v2(record_id)["billing"] == {"mode": "postpaid", "prepaid": None}
    for response in (
        instances.do("renewInstance", running, month=1),
        instances.renew_by_itself(running, autoRenew=True),
    ):
        assert reason(response) == "UNSUPPORTED_BILLING_MODE"


def test_spot(instances):
    record_id = instances.created(billingMode="spot")
    record = instances.read(record_id)
    assert (record["billingMode"], record["spotStatus"], record["endTime"]) == ("spot", "running", "-1")
    assert instances.read_v2(record_id)["billing"]["mode"] == "spot"


def test_billing_becomes_monthly_and_stays_so(instances, clock, running):
    instances.done("transToMonthlyInstance", running, month=1)
    record = instances.read(running)
    assert (record["billingMode"], record["status"]) == ("monthly", "running")
    end = int(record["endTime"])
    assert reason(instances.do("transToMonthlyInstance", running, month=1)) == "UNSUPPORTED_BILLING_MODE"
    instances.done("renewInstance", running, month=2)
    assert int(instances.read(running)["endTime"]) == end + 2 * 30 * 24 * 3600
    assert instances.read_v2(running)["billing"]["prepaid"]["months"] == 3


def test_what_is_being_created_is_not_renewed(instances):
    record_id = instances.created(month=1)
    assert reason(instances.do("renewInstance", record_id, month=1)) == "CREATING_INSTANCE_NOT_SUPPORT_RENEWAL"


def test_automatic_renewal_is_set_for_all_or_none(instances, running):
    def renewal(record_id):
        return instances.read_v2(record_id)["billing"]["prepaid"]["auto_renew"]

    record_id = instances.created(month=1)
    assert instances.renew_by_itself(record_id, running, autoRenew=True).status_code == 400
    assert renewal(record_id)["enabled"] is False
    assert instances.renew_by_itself(record_id, autoRenew=True, autoRenewMonth=6).json() == {}
    assert renewal(record_id) == {"enabled": True, "months": 6, "status": ""}
    instances.renew_by_itself(record_id, autoRenew=False)
    assert renewal(record_id)["enabled"] is False


def test_the_second_generation_says_the_same_in_other_words(instances, running):
    record, old = instances.read_v2(running), instances.read(running)
    assert (record["id"], record["product_id"], record["image"]) == (running, "4090.16c62g", BODY["imageUrl"])
    assert record["resource_specs"] == {
        "rootfs_size_gb": 60,
        "gpu_num": 2,
        "cpu_num": 32,
        "memory_gb": "124",
        "gpu_ids": [],
    }
    assert record["status"] == {"status": "running", "error": "", "message": ""}
    assert record["ports"][0] == {"port": 8000, "protocol": "http", "endpoint": old["portMappings"][0]["endpoint"]}
    assert record["volumes"] == [{"type": "network", "id": "s1", "mount_point": "/data"}]
    assert record["tools"]["ssh"]["command"] == old["connectComponentSSH"]["sshCommand"]
    assert record["tools"]["jupyter"]["enabled"] is True
    assert (record["region"], record["created_at"]) == ("us-demo-1", old["createdAt"])


def test_list_filters(instances, store):
    for name, product, status in (
        ("web-1", "4090.16c62g", "running"),
        ("WEB-2", "h100.24c200g", "exited"),
        ("db", "4090.16c62g", "running"),
    ):
        store.seed({"name": name, "productId": product, "status": status})

    def names(**query):
        return [record["name"] for record in instances.listed(**query)]

    assert names(name="web") == ["web-1", "WEB-2"]
    assert names(productName="4090") == ["web-1", "db"]
    assert names(status="exited") == ["WEB-2"]
    assert names(name="web", status="running") == ["web-1"]
    assert instances.list(name="web", pageSize=1).json()["total"] == 2
    assert reason(instances.list(keyword="x")) == "VALIDATOR_PARAM"


def test_accounts_never_see_each_other(instances, other_client, running):
    other = InstanceClient(other_client)
    assert other.listed() == []
    assert reason(other.get(running)) == reason(other.do("delete", running)) == NOT_FOUND
