# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only Novita AI instances have: power states, several requests for changes, prices, SSH."""

from __future__ import annotations

import json
import socket
import threading

import pytest

from ...harness import run_module
from ...laws.resource_types import NOVITA_INSTANCE

TASK = NOVITA_INSTANCE.task
WRITE_ONLY = NOVITA_INSTANCE.for_replacement
GPU_OPTIONS = ("gpu_num", "rootfs_size")
CPU_TASK = {
    **{option: value for option, value in TASK.items() if option not in GPU_OPTIONS},
    "kind": "cpu",
    "product_id": "cpu.4c8g",
}
REPLACED = {**NOVITA_INSTANCE.fixed, **WRITE_ONLY, "recreate": True}
STABLE = ("running", "exited", "stopped")
STARTING = (
    "pending",
    "toCreate",
    "creating",
    "pulling",
    "toStart",
    "starting",
    "toRestart",
    "restarting",
    "toReset",
    "resetting",
    "migrating",
)
STOPPING = ("toStop", "stopping")
IN_REMOVAL = ("toRemove", "removing", "removed")


@pytest.fixture(name="novita")
def _novita(cloud):
    return Novita(cloud)


class Novita:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("novita")
        self.store = self.account.store("instances")

    def run(self, check=False, **options):
        return self.cloud.run("novita_instance", {"name": TASK["name"], **options}, check)

    def create(self, check=False, **options):
        return self.run(check, **{**TASK, **options})

    def seed(self, **wire):
        return self.store.seed({"name": TASK["name"], **wire})["id"]

    def running(self):
        return [view["id"] for view in self.store.views() if view["status"] not in IN_REMOVAL]


# -- power states ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [*STABLE, *STARTING, *STOPPING])
@pytest.mark.parametrize(
    ("state", "expected"), [("started", ("running",)), ("stopped", ("exited", "stopped")), ("restarted", ("running",))]
)
def test_every_state_is_reached_from_every_status(novita, status, state, expected):
    novita.seed(status=status)
    done = novita.run(state=state).ok()
    assert done["instance"]["status"] in expected
    if state != "restarted":
        assert novita.run(state=state).ok(changed=False).writes == []


@pytest.mark.parametrize("status", [*STABLE, *STARTING, *STOPPING])
def test_state_present_keeps_the_power_state(novita, status):
    novita.seed(status=status)
    done = novita.run().ok(changed=False)["instance"]["status"]
    assert done == status if status in STABLE else done in ("running", "exited")


@pytest.mark.parametrize("state", ["present", "started", "stopped", "restarted"])
def test_an_instance_that_is_frozen_for_arrears_fails_immediately(novita, state):
    novita.seed(status="freezing")
    before = novita.cloud.clock.now()
    novita.run(state=state).failing()
    assert novita.cloud.clock.now() - before < 60


@pytest.mark.parametrize(
    ("status", "state", "actions"),
    [
        ("starting", "started", ["none"]),
        ("stopping", "stopped", ["none"]),
        ("starting", "stopped", ["stop"]),
        ("stopping", "started", ["start"]),
        ("exited", "restarted", ["start"]),
        ("running", "restarted", ["restart"]),
        ("stopped", "stopped", ["none"]),
        ("stopped", "started", ["start"]),
        ("stopped", "restarted", ["start"]),
    ],
)
def test_a_transition_counts_as_the_state_that_it_leads_to(novita, status, state, actions):
    novita.seed(status=status)
    planned = novita.run(state=state, check=True).ok()
    assert [step["action"] for step in planned["plan"]] == actions
    assert novita.run(state=state).ok()["plan"] == planned["plan"]


@pytest.mark.parametrize("status", IN_REMOVAL)
def test_an_instance_in_removal_counts_as_absent(novita, status):
    old = novita.seed(status=status)
    assert novita.run(state="absent").ok(changed=False).writes == []
    made = novita.create().ok(changed=True)
    assert made["id"] != old


def test_info_does_not_list_removed_instances(novita):
    for status in ("running", *IN_REMOVAL):
        novita.store.seed({"name": status, "status": status, "hold": True})
    listed = novita.cloud.run("novita_instance_info", {}).ok()["instances"]
    assert sorted(instance["name"] for instance in listed) == ["removing", "running", "toRemove"]


def test_state_started_creates_a_missing_instance(novita):
    assert novita.create(state="started").ok(changed=True)["instance"]["status"] == "running"


@pytest.mark.parametrize("state", ["stopped", "restarted"])
def test_a_missing_instance_cannot_be_stopped_or_restarted(novita, state):
    assert novita.create(state=state).failing("does not exist", "set state: present").writes == []


def test_state_restarted_restarts_and_reports_a_change_on_every_run(novita):
    novita.create().ok()
    for _number in range(2):
        done = novita.run(state="restarted").ok(changed=True)
        assert done["plan"] == [{"action": "restart", "fields": [], "effect": "restarts"}]


@pytest.mark.parametrize("fault", [("reset", {}), ("status", {"status": 502})])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_restart_whose_response_was_lost_is_not_repeated(novita, fault, when):
    novita.create().ok()
    novita.account.fault("instance.restart", fault[0], when=when, **fault[1])
    done = novita.run(state="restarted", settle_timeout=5)
    assert done.operations.count("instance.restart") == 1
    assert done.failed == (when == "before")


def test_a_restart_that_does_not_happen_is_detected_even_if_ssh_becomes_ready(novita):
    novita.account.settings.set(ssh_after=20.0)
    novita.create().ok()
    novita.account.fault("instance.restart", "ignore")
    novita.run(state="restarted").failing("it still reports 'running'")


def test_a_start_that_fails_for_lack_of_stock_is_explained(novita):
    novita.seed(status="exited")
    novita.account.fault("instance.start", "status", status=400, reason="INSUFFICIENT_RESOURCE", message="no stock")
    novita.run(state="started").failing("INSUFFICIENT_RESOURCE", "another product")


def test_a_failed_status_ends_the_wait_with_the_message_of_the_provider(novita):
    novita.account.fault("instance.create", "failed_state", error="PULL", message="no such image")
    failed = novita.create().failing("PULL", "no such image")
    assert [failed["id"]] == novita.running()


@pytest.mark.parametrize("state", ["present", "started"])
def test_a_new_instance_that_stops_by_itself_is_a_failure(novita, state):
    novita.account.fault("instance.create", "stopped")
    before = novita.cloud.clock.now()
    failed = novita.create(state=state).failing("exited")
    assert novita.cloud.clock.now() - before < 60
    assert (failed["failure"]["reason"], failed["id"]) == ("not_ready", novita.running()[0])
    assert novita.run().ok(changed=False)["instance"]["status"] == "exited"


def test_an_upgrade_that_leaves_a_running_instance_stopped_is_a_failure(novita):
    novita.create().ok()
    novita.account.fault("instance.upgrade", "stopped")
    failed = novita.run(command="sleep 1").failing("exited")
    assert failed["failure"]["reason"] == "not_ready"


@pytest.mark.parametrize("status", ["exited", "stopped"])
@pytest.mark.parametrize("leads_to", ["running", "exited"])
def test_a_stopped_instance_may_be_stopped_or_running_after_an_upgrade(novita, status, leads_to):
    novita.account.settings.set(upgrade_of_exited=leads_to)
    novita.seed(status=status)
    assert novita.run(command="sleep 1").ok(changed=True)["instance"]["status"] == leads_to


@pytest.mark.parametrize("status", ["exited", "stopped"])
@pytest.mark.parametrize("leads_to", ["running", "exited"])
def test_state_stopped_stops_the_instance_after_an_upgrade(novita, status, leads_to):
    novita.account.settings.set(upgrade_of_exited=leads_to)
    novita.seed(status=status)
    assert novita.run(state="stopped", command="sleep 1").ok(changed=True)["instance"]["status"] == "exited"


def test_wait_for_ssh_reports_a_failed_instance_immediately(novita):
    novita.seed(status="running", statusError={"state": "PULL", "message": "no such image"})
    before = novita.cloud.clock.now()
    novita.run(wait_for_ssh=True).failing("PULL", "no such image")
    assert novita.cloud.clock.now() == before


# -- changes in place ------------------------------------------------------------------------------------------------


def test_ports_are_replaced_in_place_as_a_whole(novita):
    novita.create().ok()
    done = novita.run(ports=["9000/tcp", "8888/http"]).ok(changed=True)
    assert done["plan"] == [{"action": "update", "fields": ["ports"], "effect": "in_place"}]
    [write] = done.writes
    assert {(entry["port"], entry["type"]) for entry in write["body"]["ports"]} == {(9000, "tcp"), (8888, "http")}
    assert "expandRootDisk" not in write["body"]


def test_the_disk_grows_by_the_difference(novita):
    novita.create().ok()
    done = novita.run(rootfs_size=55).ok(changed=True)
    [write] = done.writes
    assert write["body"]["expandRootDisk"] == 35
    assert done["instance"]["spec"]["rootfs_size"] == 55
    assert len(write["body"]["ports"]) == 2


@pytest.mark.parametrize(
    "fault", [("reset", {}), ("status", {"status": 500}), ("garbage", {"status": 502, "body": "x"})]
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_disk_growth_whose_response_was_lost_is_never_repeated(novita, fault, when):
    novita.create().ok()
    novita.account.fault("instance.edit", fault[0], when=when, **fault[1])
    done = novita.run(rootfs_size=55, settle_timeout=5)
    assert done.operations.count("instance.edit") == 1
    assert done.failed == (when == "before")
    assert novita.store.views()[0]["rootfsSize"] == (20 if when == "before" else 55)


def test_a_smaller_disk_is_refused(novita):
    novita.create().ok()
    assert novita.run(rootfs_size=10).failing("rootfs_size (from 20 to 10) cannot be changed").writes == []


def test_an_upgrade_sends_all_values_and_restarts(novita):
    novita.create(image_auth_id="cred-1").ok()
    done = novita.run(image_url="team/new:2", save_data=False).ok(changed=True)
    assert done["plan"] == [{"action": "update", "fields": ["image_url"], "effect": "restarts"}]
    [write] = done.writes
    body = write["body"]
    assert (body["imageUrl"], body["command"], body["imageAuthId"], body["save"]) == (
        "team/new:2",
        "sleep infinity",
        "cred-1",
        False,
    )
    assert {entry["key"] for entry in body["envs"]} == {"LOG_LEVEL", "TOKEN", "WORKERS"}
    assert {mount["id"] for mount in body["networkVolume"]["volumeMounts"]} == {"st-1", "st-2"}


def test_an_unchanged_storage_is_never_detached(novita):
    novita.create().ok()
    done = novita.run(network_storages=[*TASK["network_storages"], {"id": "st-3"}]).ok(changed=True)
    assert [entry["id"] for entry in done["instance"]["spec"]["network_storages"]] == ["st-1", "st-2", "st-3"]
    [write] = done.writes
    assert write["body"]["networkVolume"]["volumeMounts"][-1]["mountPath"] == "/network"
    novita.run(network_storages=[]).ok(changed=True)
    assert novita.run().ok()["instance"]["spec"]["network_storages"] == []


def test_changes_through_different_requests_are_separate_steps(novita):
    novita.create().ok()
    desired = {"ports": ["8888/http"], "rootfs_size": 55, "command": "other", "envs": {"A": "b"}}
    planned = novita.run(check=True, state="stopped", **desired).ok(changed=True)
    done = novita.run(state="stopped", **desired).ok(changed=True)
    assert planned["plan"] == done["plan"]
    assert [step["action"] for step in done["plan"]] == ["update", "update", "stop"]
    assert [write["operation"] for write in done.writes] == ["instance.edit", "instance.upgrade", "instance.stop"]
    assert done["instance"]["status"] == "exited"
    assert novita.run(state="stopped", **desired).ok(changed=False).writes == []


def test_monthly_billing_cannot_be_changed_back(novita):
    novita.create(billing_mode="onDemand").ok()
    done = novita.run(billing_mode="monthly", month=2).ok(changed=True)
    assert done.writes[0]["body"]["month"] == 2
    novita.run(billing_mode="monthly", month=2).ok(changed=False)
    novita.run(billing_mode="monthly", month=5).ok(changed=False)
    novita.run(billing_mode="onDemand").failing("billing_mode (from '", "cannot be changed")
    novita.run(state="absent").failing("PREPAID_INSTANCE_NOT_SUPPORT_RELEASE", "before it ends")


def test_renewal_is_set_and_verified_only_on_request(novita):
    novita.create(billing_mode="monthly", month=1).ok()
    desired = {"billing_mode": "monthly", "auto_renew": True, "auto_renew_month": 3}
    done = novita.run(**desired).ok(changed=True)
    assert done["plan"][0]["fields"] == ["auto_renew", "auto_renew_month"]
    novita.run(**desired).ok(changed=False)
    novita.run(auto_renew=False).ok(changed=True)
    novita.run(auto_renew=False).ok(changed=False)
    assert "instance.get_v2" not in novita.run().ok().operations


@pytest.mark.parametrize("mode", ["onDemand", "monthly", "spot"])
def test_a_billing_mode_that_a_response_omits_is_read_from_the_v2_api(novita, mode):
    novita.account.settings.set(billing_mode_blank=True)
    desired = {"billing_mode": mode, **({"month": 1} if mode == "monthly" else {})}
    assert novita.create(**desired).ok(changed=True)["instance"]["spec"]["billing_mode"] == mode
    again = novita.create(**desired).ok(changed=False)
    assert again.operations == ["instance.list", "instance.get", "instance.get_v2"]
    assert again["instance"]["spec"]["billing_mode"] == mode
    other = {"billing_mode": "spot" if mode == "onDemand" else "onDemand"}
    assert novita.run(**other).failing("billing_mode (from '", "cannot be changed").writes == []
    [shown] = novita.cloud.run("novita_instance_info", {"name": TASK["name"]}).ok()["instances"]
    assert shown["spec"]["billing_mode"] == mode


def test_a_change_of_a_billing_mode_that_a_response_omits_is_verified(novita):
    novita.account.settings.set(billing_mode_blank=True)
    novita.create().ok()
    assert [write["operation"] for write in novita.run(billing_mode="monthly").ok(changed=True).writes] == [
        "instance.trans_to_monthly"
    ]
    novita.run(billing_mode="monthly").ok(changed=False)
    novita.store.change(novita.running()[0], {"billingMode": "onDemand"})
    novita.account.fault("instance.trans_to_monthly", "ignore", fields=["billingMode"])
    failed = novita.run(billing_mode="monthly", settle_timeout=5)
    failed.failing("billing_mode: expected 'monthly', found 'onDemand'")


def test_a_billing_mode_that_a_response_contains_is_not_read_again(novita):
    made = novita.create(billing_mode="spot").ok(changed=True)
    again = novita.create(billing_mode="spot").ok(changed=False)
    assert "instance.get_v2" not in made.operations + again.operations


def test_an_unknown_billing_mode_is_not_compared(novita):
    novita.account.settings.set(billing_mode_blank=True)
    instance = novita.create().ok()["id"]
    _return_billing(novita, instance, mode="by the second")
    done = novita.run(billing_mode="spot").ok(changed=False)
    assert "billing_mode" not in done["instance"]["spec"]
    novita.run(**REPLACED).failing("billing_mode: must be set for a replacement")


def test_the_billing_data_of_another_instance_is_rejected(novita):
    novita.account.settings.set(billing_mode_blank=True)
    instance = novita.create().ok()["id"]
    _return_billing(novita, "another", mode="spot")
    failed = novita.run(billing_mode="spot").failing(f"Novita AI returned instance another instead of {instance}")
    assert failed.writes == []


def _return_billing(novita, instance, **billing):
    """Make the v2 API return this billing data from now on."""
    novita.account.fault(
        "instance.get_v2",
        "garbage",
        times=0,
        content_type="application/json",
        body=json.dumps({"id": instance, "billing": billing}),
    )


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"month": 2, "billing_mode": "onDemand"}, "month:"),
        ({"month": 0, "billing_mode": "monthly"}, "month:"),
        ({"auto_renew": True}, "auto_renew:"),
        ({"month": 1, "auto_renew_month": 2}, "auto_renew_month:"),
        (
            {"ports": [f"{port}/tcp" for port in range(9000, 9015)], "tools": [{"name": "Jupyter", "port": 80}]},
            "ports:",
        ),
        ({"envs": {f"A{number}": "x" for number in range(101)}, "secret_envs": None}, "envs:"),
    ],
)
def test_rules_between_options_are_checked_before_any_write(novita, options, path):
    for check in (True, False):
        assert novita.create(check=check, **options).failing(path).writes == []


def test_write_only_options_are_sent_once_and_not_compared(novita):
    secret = {"image_auth": "user:canary-password", "min_cuda_version": "12.4", "month": 0}
    made = novita.create(**secret).ok(changed=True)
    assert made.writes[0]["body"]["imageAuth"] == "user:canary-password"
    assert "canary-password" not in made.printed
    novita.run(image_auth="user:another-password", min_cuda_version="12.6", month=0).ok(changed=False)


def test_tools_are_compared_with_the_returned_values(novita):
    tools = [{"name": "Jupyter", "port": 8000, "type": "http"}]
    novita.create(tools=tools).ok(changed=True)
    novita.create(tools=tools).ok(changed=False)
    novita.run(tools=[{"name": "Jupyter", "port": 8001}]).failing("tools (from [{", "cannot be changed")


# -- replacement -----------------------------------------------------------------------------------------------------


def test_a_replacement_needs_the_write_only_options(novita):
    novita.create().ok()
    novita.run(kind="cpu", recreate=True).failing("image_auth:", "month:", "min_cuda_version:")


def test_the_old_instance_is_deleted_only_after_the_new_one_runs(novita):
    old = novita.create().ok()["id"]
    novita.account.fault("instance.create", "failed_state", error="PULL", message="no such image")
    failed = novita.run(gpu_num=2, recreate=True, **WRITE_ONLY).failing("PULL", old)
    assert sorted(novita.running()) == sorted([old, failed["id"]])


def test_state_stopped_deletes_the_old_instance_only_after_the_new_one_runs(novita):
    old = novita.create().ok()["id"]
    novita.account.settings.set(boot_seconds=20)
    done = novita.run(state="stopped", **REPLACED).ok(changed=True)
    assert [write["operation"] for write in done.writes] == ["instance.create", "instance.delete", "instance.stop"]
    assert novita.running() == [done["id"]] != [old]
    assert done["instance"]["status"] == "exited"


def test_a_new_instance_that_stops_by_itself_does_not_replace_the_old_one(novita):
    old = novita.create().ok()["id"]
    novita.account.fault("instance.create", "stopped")
    before = novita.cloud.clock.now()
    failed = novita.run(state="stopped", **REPLACED).failing("exited", old)
    assert novita.cloud.clock.now() - before < 60
    assert sorted(novita.running()) == sorted([old, failed["id"]])


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("order", ["create_first", "delete_first"])
@pytest.mark.parametrize("mode_is_empty", [True, False])
def test_a_subscription_is_not_replaced_because_both_would_be_billed(novita, check, order, mode_is_empty):
    old = novita.create(billing_mode="monthly", month=3).ok()["id"]
    novita.account.settings.set(billing_mode_blank=mode_is_empty)
    novita.account.fault("instance.create", "status", status=400, reason="INSUFFICIENT_RESOURCE", message="no stock")
    failed = novita.run(check, recreate_order=order, **{**REPLACED, "month": 3})
    assert failed.failing("recreate: must be false", "subscription that ends 20", old, "state: absent").writes == []
    assert failed["changed"] is False
    assert failed["failure"]["reason"] == "invalid_option"
    assert novita.running() == [old]


@pytest.mark.parametrize(("end", "refused"), [(1893456000, True), (-1, False), (0, False)])
def test_an_end_time_identifies_a_subscription_without_a_billing_mode(novita, end, refused):
    novita.account.settings.set(billing_mode_blank=True)
    instance = novita.create().ok()["id"]
    novita.store.change(instance, {"endTime": end})
    _return_billing(novita, instance, mode="")
    done = novita.run(True, billing_mode="onDemand", **REPLACED)
    if refused:
        done.failing("recreate: must be false", "2030-01-01T00:00:00Z")
    else:
        done.ok(changed=True)


def test_a_subscription_with_an_unknown_end_is_not_replaced(novita):
    old = novita.create(billing_mode="monthly", month=3).ok()["id"]
    novita.store.change(old, {"endTime": 0})
    assert novita.run(**{**REPLACED, "month": 3}).failing("ends at an unknown time").writes == []


@pytest.mark.parametrize("mode_is_empty", [True, False])
def test_the_replacement_of_a_spot_instance_is_a_spot_instance(novita, mode_is_empty):
    novita.create(billing_mode="spot").ok()
    novita.account.settings.set(billing_mode_blank=mode_is_empty)
    done = novita.run(**REPLACED).ok(changed=True)
    assert done.writes[0]["body"]["billingMode"] == "spot"
    assert [novita.store.find(instance).spec["billingMode"] for instance in novita.running()] == ["spot"]


@pytest.mark.parametrize("order", ["create_first", "delete_first"])
def test_only_delete_first_deletes_the_old_instance_if_stock_is_lacking(novita, order):
    old = novita.create().ok()["id"]
    novita.account.fault("instance.create", "status", status=400, reason="INSUFFICIENT_RESOURCE", message="no stock")
    done = novita.run(gpu_num=2, recreate=True, recreate_order=order, **WRITE_ONLY)
    if order == "create_first":
        done.failing("INSUFFICIENT_RESOURCE", "unchanged")
        assert novita.running() == [old]
    else:
        done.ok(changed=True)
        assert novita.running() == [done["id"]] != [old]


def test_a_failed_create_after_delete_first_reports_the_deleted_instance(novita):
    old = novita.create().ok()["id"]
    novita.account.fault("instance.create", "status", status=400, reason="INSUFFICIENT_RESOURCE", message="no", times=2)
    failed = novita.run(gpu_num=2, recreate=True, recreate_order="delete_first", **WRITE_ONLY)
    failed.failing("INSUFFICIENT_RESOURCE", f"{old} is deleted")
    assert novita.running() == []
    assert failed["changed"] is True


# -- instances without GPUs ------------------------------------------------------------------------------------------


def test_a_cpu_instance_is_created_without_gpu_num_and_rootfs_size(novita):
    planned = novita.run(True, **CPU_TASK).ok(changed=True)
    made = novita.run(**CPU_TASK).ok(changed=True)
    assert planned["plan"] == made["plan"]
    assert not {"gpuNum", "rootfsSize"} & made.writes[0]["body"].keys()
    assert not set(GPU_OPTIONS) & made["instance"]["spec"].keys()
    assert novita.run(**CPU_TASK).ok(changed=False).writes == []
    assert novita.run(**made["instance"]["spec"]).ok(changed=False).writes == []


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize(
    "given", [{"gpu_num": 1}, {"rootfs_size": 60}, {"rootfs_size": 100}, {"gpu_num": 1, "rootfs_size": 60}]
)
def test_gpu_num_and_rootfs_size_are_refused_for_a_cpu_instance(novita, check, exists, given):
    if exists:
        novita.run(**CPU_TASK).ok()
    failed = novita.run(check, **CPU_TASK, **given).failing(*(f"{option}: must be omitted" for option in given))
    assert failed.writes == []
    assert failed["changed"] is False


def test_a_create_of_a_gpu_instance_needs_gpu_num_and_rootfs_size(novita):
    for kind in ({}, {"kind": "gpu"}):
        novita.run(product_id="x", image_url="y", **kind).failing("gpu_num, rootfs_size", "does not exist yet")
    novita.run(kind="cpu").failing("product_id, image_url: must be set")


def test_a_cpu_instance_can_be_updated(novita):
    novita.run(**CPU_TASK).ok()
    desired = {"ports": ["9000/tcp"], "command": "sleep 9", "billing_mode": "monthly", "state": "stopped"}
    edit, monthly, upgrade, stop = novita.run(**desired).ok(changed=True).writes
    assert edit["body"] == {"instanceId": novita.running()[0], "ports": [{"port": 9000, "type": "tcp"}]}
    assert not {"gpuNum", "rootfsSize"} & upgrade["body"].keys()
    assert [write["operation"] for write in (monthly, stop)] == ["instance.trans_to_monthly", "instance.stop"]
    assert novita.run(**desired).ok(changed=False).writes == []


def test_a_cpu_instance_is_replaced_with_the_disk_of_its_new_product(novita):
    novita.run(**CPU_TASK).ok()
    done = novita.run(product_id="cpu.16c32g", recreate=True, **WRITE_ONLY).ok(changed=True)
    assert (done["plan"][0]["action"], done["plan"][0]["fields"]) == ("replace", ["product_id"])
    assert not {"gpuNum", "rootfsSize"} & done.writes[0]["body"].keys()
    [view] = [view for view in novita.store.views() if view["status"] not in IN_REMOVAL]
    assert view["rootfsSize"] == 100


def test_a_replacement_can_change_the_kind(novita):
    novita.create().ok()
    to_cpu = {"kind": "cpu", "product_id": "cpu.4c8g"}
    novita.run(**to_cpu).failing("kind", "cannot be changed in place", "recreate: true")
    to_cpu.update(recreate=True, **WRITE_ONLY)
    assert novita.run(**to_cpu, rootfs_size=20).failing("rootfs_size: must be omitted").writes == []
    done = novita.run(**to_cpu).ok(changed=True)
    assert not {"gpuNum", "rootfsSize"} & done.writes[0]["body"].keys()
    assert novita.run(**to_cpu).ok(changed=False).writes == []
    to_gpu = {"kind": "gpu", "product_id": TASK["product_id"], "recreate": True, **WRITE_ONLY}
    for check in (True, False):
        failed = novita.run(check, **to_gpu).failing("gpu_num, rootfs_size: must be set for a replacement")
        assert failed.writes == []
    novita.run(**to_gpu, gpu_num=1, rootfs_size=20).ok(changed=True)


def test_the_price_of_a_cpu_instance_is_the_price_of_its_product(novita):
    planned = novita.run(True, **CPU_TASK, max_hourly_price=0.09).ok(changed=True)
    assert planned["plan"][0]["hourly_price"] == pytest.approx(0.09)
    assert planned.operations == ["instance.list", "cpu_product.list"]
    assert novita.run(**CPU_TASK, max_hourly_price=0.08).failing("0.09000 USD").writes == []
    novita.run(**CPU_TASK).ok()
    assert _fleet_cost(novita, CPU_TASK) == (0.09, 0.09)


def _fleet_cost(novita, *tasks):
    """Return the hourly cost of a fleet before and after the run."""
    connection = {"api_key": novita.cloud.key, "api_url": novita.cloud.url("novita")}
    resources = [{"novita_instance": task} for task in tasks]
    values, _printed = run_module("fleet", {"resources": resources, "novita": connection, "prices": True}, check=True)
    cost = values["hourly_cost"]["USD"]
    return cost["before"]["present"]["known"], cost["after"]["present"]["known"]


# -- prices ----------------------------------------------------------------------------------------------------------


def test_the_plan_has_the_price_of_all_gpus(novita):
    planned = novita.create(check=True, gpu_num=2, max_hourly_price=0.70).ok(changed=True)
    assert planned["plan"][0]["hourly_price"] == pytest.approx(0.70)
    assert novita.create(gpu_num=2, max_hourly_price=0.70).ok(changed=True)["plan"] == planned["plan"]


@pytest.mark.parametrize("check", [True, False])
def test_a_price_above_the_limit_is_refused_before_any_write(novita, check):
    failed = novita.create(check=check, gpu_num=2, max_hourly_price=0.69).failing("0.70000 USD", "Nothing was written")
    assert failed.writes == []
    assert failed["failure"]["reason"] == "price"


def test_the_price_limit_applies_to_a_start_too(novita):
    novita.create().ok()
    novita.run(state="stopped").ok()
    assert novita.run(state="started", max_hourly_price=0.1).failing("0.35000 USD").writes == []


def test_a_refused_product_is_answered_with_the_existing_products_after_one_more_read(novita):
    failed = novita.create(product_id="RTX4090").failing("RESOURCE_NOT_FOUND: product RTX4090 not found")
    for product in ("4090.16c62g (RTX 4090 24GB)", "h100.24c200g (H100 SXM 80GB)"):
        assert product in failed["msg"].partition("The existing products are ")[2]
    assert failed.operations == ["instance.list", "instance.create", "product.list"]
    novita.run(**{**CPU_TASK, "product_id": "4c8g"}).failing(
        "The existing products are cpu.4c8g (CPU 4 cores 8GB), cpu."
    )


def test_a_refusal_of_a_product_that_exists_does_not_list_the_others(novita):
    refusal = {"status": 400, "reason": "RESOURCE_NOT_FOUND", "message": "no machine for this product"}
    novita.account.fault("instance.create", "status", **refusal)
    failed = novita.create().failing("no machine for this product")
    assert "product.list" in failed.operations and "The existing products" not in failed["msg"]


def test_a_list_of_products_that_cannot_be_read_does_not_hide_the_refusal(novita):
    novita.account.fault("product.list", "status", status=500, message="try later")
    failed = novita.create(product_id="RTX4090").failing("Cannot create instance", "product RTX4090 not found")
    assert "The list of products could not be read: HTTP 500 UNKNOWN: try later." in failed["msg"]
    assert failed["failure"]["reason"] == "RESOURCE_NOT_FOUND"


def test_another_missing_object_does_not_read_the_products(novita):
    novita.account.fault("instance.create", "status", status=400, reason="RESOURCE_NOT_FOUND", message="no such image")
    assert "product.list" not in novita.create().failing("no such image").operations


@pytest.mark.parametrize("price", [None, "", "free", "-1", 0, "3.5e4", True, "\u00b2", "9" * 5000])
def test_an_invalid_price_is_refused(novita, price):
    body = json.dumps({"data": [{"id": TASK["product_id"], "price": price}]})
    novita.account.fault("product.list", "garbage", status=200, body=body, content_type="application/json")
    assert novita.create(max_hourly_price=10).failing("has an invalid price").writes == []


@pytest.mark.parametrize("check", [True, False])
def test_a_failed_read_of_the_price_list_is_not_reported_as_a_failed_create(novita, check):
    novita.account.fault("product.list", "status", status=500, reason="UNKNOWN", message="try later")
    failed = novita.create(check=check, max_hourly_price=10).failing(
        "Cannot read the price list of Novita AI", "HTTP 500", "try later", "Nothing was written"
    )
    assert failed.writes == []
    assert (failed["failure"]["operation"], failed["failure"]["retryable"]) == ("product.list", True)


@pytest.mark.parametrize(
    "arguments", [{"members": {"code": 500, "reason": "UNKNOWN"}}, {"status": 206}, {"doubled": True}]
)
def test_a_price_list_that_reports_a_failure_is_not_believed(novita, arguments):
    novita.account.fault("product.list", "contradiction", times=0, **arguments)
    failed = novita.create(max_hourly_price=10).failing(
        "Cannot read the price list of Novita AI", "Nothing was written"
    )
    assert (failed.writes, failed["failure"]["reason"]) == ([], "bad_answer")


def test_an_unknown_product_and_monthly_billing_have_no_hourly_price(novita):
    novita.create(product_id="unknown", max_hourly_price=10).failing(
        "does not contain product 'unknown'", "Nothing was written", "4090.16c62g (RTX 4090 24GB)"
    )
    novita.create(month=1, max_hourly_price=10).failing("no hourly price")


def test_the_price_list_is_not_requested_without_need(novita):
    assert "product.list" not in novita.create().ok().operations
    assert "product.list" not in novita.create(max_hourly_price=10).ok(changed=False).operations


@pytest.mark.parametrize("methods", [["spot"], ["onDemand", "monthly", "spot"]])
def test_the_price_of_a_spot_instance_is_in_a_separate_list(novita, methods):
    novita.account.store("products").change(TASK["product_id"], {"billingMethods": methods})
    desired = {"billing_mode": "spot", "gpu_num": 2, "max_hourly_price": 0.36}
    planned = novita.create(True, **desired).ok(changed=True)
    assert planned["plan"][0]["hourly_price"] == pytest.approx(0.36)
    assert planned.operations == ["instance.list", "product.list"]
    assert novita.create(**{**desired, "max_hourly_price": 0.35}).failing("0.36000 USD").writes == []
    assert novita.create(**desired).ok(changed=True)["plan"] == planned["plan"]
    assert _fleet_cost(novita, {**TASK, "billing_mode": "spot", "gpu_num": 2}) == (0.36, 0.36)


def test_a_product_without_the_billing_mode_is_not_in_the_price_list(novita):
    products = novita.account.store("products")
    products.change(TASK["product_id"], {"billingMethods": ["spot"]})
    novita.create(max_hourly_price=10).failing("for onDemand does not contain product '4090.16c62g'")
    products.change(TASK["product_id"], {"billingMethods": ["onDemand"]})
    novita.create(billing_mode="spot", max_hourly_price=10).failing("for spot does not contain product '4090.16c62g'")


def test_a_fleet_distinguishes_spot_and_on_demand_prices(novita):
    tasks = [{**TASK, "name": mode, "billing_mode": mode} for mode in ("spot", "onDemand")]
    assert _fleet_cost(novita, *tasks) == (0.0, pytest.approx(0.18 + 0.35))


def test_an_instance_with_an_unknown_number_of_gpus_has_no_price(novita):
    novita.seed(status="exited", gpuNum=0)
    novita.run(state="started", max_hourly_price=10).failing("does not return the number of GPUs")
    assert _fleet_cost(novita, {"name": TASK["name"], "state": "started"}) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("BALANCE_NOT_ENOUGH", "Add credit"),
        ("INSUFFICIENT_RESOURCE", "another product"),
        ("CREATE_INSTANCE_LIMIT", "Delete an instance"),
    ],
)
def test_a_refused_create_is_explained(novita, reason, advice):
    novita.account.fault("instance.create", "status", status=400, reason=reason, message="no")
    novita.create().failing(reason, advice)


# -- access ----------------------------------------------------------------------------------------------------------


def test_the_ssh_address_is_parsed_and_passwords_are_secret(novita):
    made = novita.create().ok()["instance"]
    assert (made["ssh_host"], made["ssh_user"]) == ("proxy.us-demo-1.example.com", "root")
    assert made["ssh_port"] > 0
    assert made["ssh_password"] == made["web_terminal_password"] == ""
    shown = novita.run(return_credentials=True).ok()["instance"]
    for fact in ("ssh_password", "web_terminal_password"):
        assert shown[fact]
        assert shown[fact] not in novita.run().ok().printed
    info = novita.cloud.run("novita_instance_info", {"name": TASK["name"], "return_credentials": True}).ok()
    assert info["instances"][0]["ssh_password"] == shown["ssh_password"]


def test_info_about_all_instances_needs_one_request(novita):
    novita.create().ok()
    assert novita.cloud.run("novita_instance_info", {}).ok().operations == ["instance.list"]


def test_wait_for_ssh_ends_when_an_ssh_server_responds(novita):
    instance = novita.create().ok()["id"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        novita.store.change(instance, {"ssh": {"host": "127.0.0.1", "port": port, "user": "me"}})
        threading.Thread(target=_greet, args=(server,), daemon=True).start()
        ready = novita.run(state="started", wait_for_ssh=True, wait_timeout=60).ok(changed=False)
    assert (ready["instance"]["ssh_host"], ready["instance"]["ssh_port"]) == ("127.0.0.1", port)


def _greet(server):
    with server.accept()[0] as connection:
        connection.sendall(b"SSH-2.0-test\r\n")


def test_wait_for_ssh_ends_at_the_time_limit(novita):
    instance = novita.create().ok()["id"]
    novita.store.change(instance, {"ssh": {"host": "127.0.0.1", "port": 9, "user": "me"}})
    novita.run(state="started", wait_for_ssh=True, wait_timeout=60).failing("no SSH server responds", "60 s")


def test_wait_for_ssh_reports_a_command_that_cannot_be_read(novita):
    instance = novita.create().ok()["id"]
    novita.store.change(instance, {"ssh": {"host": "[2001:db8"}})
    novita.run(state="started", wait_for_ssh=True, wait_timeout=60).failing("its SSH command could not be read", "60 s")


def test_a_disk_of_unknown_size_cannot_grow_but_ports_can_change(cloud):
    account = cloud.account("novita")
    account.settings.set(boot_seconds=0)
    account.store("instances").seed({"name": "odd", "rootfsSize": 0, "status": "running"})
    failed = cloud.run("novita_instance", {"name": "odd", "rootfs_size": 50}).failing("rootfs_size:", "does not return")
    assert failed.writes == []
    [write] = cloud.run("novita_instance", {"name": "odd", "ports": ["80/http"]}).ok(changed=True).writes
    assert "expandRootDisk" not in write["body"]


def test_a_replacement_needs_tools_that_are_not_returned_completely(novita):
    novita.create(tools=[{"name": "Jupyter", "port": 8001, "type": "http"}]).ok()
    assert novita.run(**REPLACED).failing("tools: must be set for a replacement").writes == []


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"ports": ["08000/http"]}, "ports[0]: must be a port and a protocol, such as 8000/http or 22/tcp, not "),
        ({"ports": ["\u00b2/http"]}, "ports[0]: must be a port and a protocol, such as 8000/http or 22/tcp, not "),
        (
            {"ports": ["9" * 5000 + "/http"]},
            "ports[0]: must be a port and a protocol, such as 8000/http or 22/tcp, not ",
        ),
        ({"ports": ["0/http"]}, "ports[0]: must be a port and a protocol, such as 8000/http or 22/tcp, not "),
        ({"ports": ["65536/http"]}, "ports: must be from 1 to 65535"),
        ({"ports": ["2222/tcp"]}, "ports: must be from 1 to"),
        ({"ports": ["8888/http\n"]}, "ports[0]: must be a port and a protocol, such as 8000/http or 22/tcp, not "),
        ({"ports": ["8888/http\nx"]}, "ports[0]: must be a port and a protocol, such as 8000/http or 22/tcp, not "),
        ({"min_cuda_version": "12.4\n"}, "min_cuda_version: must be a version with two numbers, such as 12.4, not "),
        ({"min_cuda_version": "\n"}, "min_cuda_version: must not be empty"),
        ({"name": "trainer-1\n"}, "name: must not start"),
    ],
)
def test_a_value_in_an_invalid_format_is_refused_before_any_request(novita, options, path):
    assert novita.create(**options).failing(path).operations == []


def test_a_tool_and_a_port_with_the_same_number_are_refused_before_any_write(novita):
    desired = {"ports": ["8888/http"], "tools": [{"name": "Jupyter", "port": 8888, "type": "http"}]}
    assert novita.create(**desired).failing("ports: must not contain 8888/http").writes == []


JUPYTER = {"port": 8888, "address": "", "isRunning": False}


def test_a_port_remains_a_port_if_jupyter_is_not_reported_as_running(novita):
    made = novita.create(ports=["8888/http", "22022/tcp"]).ok(changed=True)
    assert made["instance"]["spec"]["ports"] == ["22022/tcp", "8888/http"]
    assert made["instance"]["spec"]["tools"] == []
    novita.create(ports=["8888/http", "22022/tcp"]).ok(changed=False)
    novita.run(ports=["22022/tcp"]).ok(changed=True)


@pytest.mark.parametrize(
    "component", [{**JUPYTER, "isRunning": True}, {**JUPYTER, "address": "https://j.example.com"}], ids=str
)
def test_a_desired_port_in_the_mappings_is_never_attributed_to_jupyter(novita, component):
    instance = novita.create(ports=["8888/http", "22022/tcp"]).ok()["id"]
    novita.store.change(instance, {"connectComponentJupyter": component})
    novita.create(ports=["8888/http", "22022/tcp"]).ok(changed=False)
    assert novita.run(tools=[{"name": "Jupyter", "port": 8888}]).ok(changed=False)["instance"]["spec"]["ports"] == [
        "22022/tcp"
    ]


def test_the_tools_of_a_stopped_instance_are_unknown(novita):
    tools = [{"name": "Jupyter", "port": 8889, "type": "http"}]
    novita.create(tools=tools).ok()
    novita.create(tools=tools, state="stopped").ok(changed=True)
    novita.create(tools=tools, state="stopped").ok(changed=False)
    assert "tools" not in novita.run(state="stopped").ok(changed=False)["instance"]["spec"]
    novita.run(
        state="stopped", product_id="h100.24c200g", recreate=True, image_auth="", month=0, min_cuda_version=""
    ).failing("tools: must be set")


def test_the_ssh_password_is_read_from_both_places_in_a_response(novita):
    for inside in (True, False):
        novita.account.settings.set(ssh_password_inside=inside)
        shown = novita.create(return_credentials=True).ok()["instance"]
        assert len(shown["ssh_password"]) == 16
        assert novita.create().ok()["instance"]["ssh_password"] == ""


@pytest.mark.parametrize("status", ["hibernating", "deepFreeze"])
def test_an_unknown_status_is_waited_for_as_a_transition(novita, status):
    instance = novita.create().ok()["id"]
    novita.store.change(instance, {"status": status, "hold": True})
    failed = novita.run(state="stopped", wait_timeout=30).failing("still in transition after 30 s")
    assert failed.writes == []


@pytest.mark.parametrize("status", ["createFailed", "removeError"])
def test_a_status_that_means_failure_ends_the_wait(novita, status):
    instance = novita.create().ok()["id"]
    novita.store.change(instance, {"status": status, "hold": True})
    before = novita.cloud.clock.now()
    assert novita.create().failing(status)["failure"]["reason"] == "not_ready"
    assert novita.cloud.clock.now() - before < 5


def test_an_empty_status_after_a_delete_means_deleted(novita):
    novita.account.settings.set(removed_as="empty", removed_linger=10_000)
    novita.create().ok()
    novita.run(state="absent", wait_timeout=30).ok(changed=True)


def test_a_lack_of_stock_is_reported_as_retryable(novita):
    novita.account.fault("instance.create", "status", status=400, reason="INSUFFICIENT_RESOURCE", message="no stock")
    failed = novita.create().failing("no stock")
    assert failed["failure"]["retryable"] is True
    assert failed.operations.count("instance.create") == 1
    novita.create(state="stopped").failing("does not exist")
    novita.create().ok()
    novita.run(state="stopped").ok()
    novita.account.fault(
        "instance.start", "status", status=400, reason="INSUFFICIENT_RESOURCE", message="no stock", times=0
    )
    failed = novita.run(state="started").failing("no stock")
    assert (failed["failure"]["retryable"], failed.operations.count("instance.start")) == (True, 1)


def test_a_described_product_has_the_price_of_the_billing_mode(novita):
    task = {option: value for option, value in TASK.items() if option != "product_id"}
    product = {"gpu": "RTX 4090", "pick": "cheapest"}
    monthly = novita.run(check=True, **task, product=product, month=1).ok()["product"]
    assert monthly["hourly_price"] is None
    assert monthly["monthly_price"] > 0
    spot = novita.run(check=True, **task, product={**product, "billing": "spot"}).ok()
    assert spot["product"]["hourly_price"] == spot["product"]["prices"]["spot"]
    assert spot["instance"]["spec"]["billing_mode"] == "spot"
    failed = novita.run(**task, product={**product, "billing": "spot"}, billing_mode="onDemand")
    assert failed.failing("product.billing: must be equal to billing_mode or omitted").requests == []


def test_the_cheapest_product_of_a_subscription_is_that_for_its_months(novita):
    bound = ("product_id", "cluster_id", "network_storages")
    task = {option: value for option, value in TASK.items() if option not in bound}
    products = novita.account.store("products")
    terms = {"4090.16c62g": {1: 40_000_000, 12: 12_000_000}, "4090.16c125g.nas": {1: 25_000_000}}
    for product_id, prices in terms.items():
        prepaid = [{"duration_months": months, "final_price": price} for months, price in prices.items()]
        products.change(product_id, {"pricing": {"prepaid": prepaid}})
    product = {"gpu": "RTX 4090", "pick": "cheapest"}
    for months, cheapest in ((1, "4090.16c125g.nas"), (12, "4090.16c62g")):
        planned = novita.run(check=True, **task, product=product, month=months).ok()
        assert planned["product"]["id"] == cheapest
        [term] = [term for term in planned["product"]["prices"]["monthly"] if term["months"] == months]
        assert planned["product"]["monthly_price"] == pytest.approx(term["price"] / months)


def test_a_current_product_is_kept_if_the_billing_mode_of_the_instance_is_unknown(novita):
    task = {option: value for option, value in TASK.items() if option != "product_id"}
    product = {"gpu": "RTX 4090", "pick": "cheapest"}
    created = novita.run(**task, product={**product, "billing": "spot"}).ok(changed=True)
    novita.account.store("products").change(created["product"]["id"], {"billing_methods": ["spot"]})
    novita.account.settings.set(billing_mode_blank=True)
    again = novita.run(name=task["name"], product=product, recreate=True).ok(changed=False)
    assert again["product"]["id"] == created["product"]["id"]


def test_an_instance_that_does_not_exist_is_not_stopped_whatever_its_product_is(novita):
    failed = novita.run(name="nothing", state="stopped", product={"gpu": "GTX 1080"})
    assert failed.failing("does not exist, so it cannot be stopped").operations.count("product_v2.list") == 0


def test_a_cpu_instance_cannot_describe_its_product(novita):
    task = {option: value for option, value in CPU_TASK.items() if option != "product_id"}
    novita.run(**task, product={"gpu": "RTX 4090"}).failing("product: must be omitted when kind is cpu")
