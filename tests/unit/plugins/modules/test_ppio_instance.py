# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only PPIO instances have: the loss of data, several requests for changes, regions, prices in CNY."""

from __future__ import annotations

import json

import pytest

from ...laws.resource_types import PPIO_INSTANCE

TASK = PPIO_INSTANCE.task
LOSS = "the data on its root disk and its volume disk"
CPU_TASK = {
    **{option: value for option, value in TASK.items() if option != "volumes"},
    "type": "cpu",
    "product_id": "cpu.4c8g",
    "resource": {"rootfs_size_gb": 20},
}
STABLE = ("running", "exited")
STARTING = (
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


@pytest.fixture(name="ppio")
def _ppio(cloud):
    return Ppio(cloud)


class Ppio:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("ppio")
        self.store = self.account.store("instances")

    def run(self, check=False, **options):
        return self.cloud.run("ppio_instance", {"name": TASK["name"], **options}, check)

    def create(self, check=False, **options):
        return self.run(check, **{**TASK, **options})

    def seed(self, **wire):
        return self.store.seed({"name": TASK["name"], **wire})["id"]

    def view(self):
        [view] = [view for view in self.store.views() if view["status"]["status"] not in IN_REMOVAL]
        return view

    def bodies(self, result, operation):
        return [request["body"] for request in result.requests if request["operation"] == operation]


# -- power states and data ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [*STABLE, *STARTING, *STOPPING])
@pytest.mark.parametrize(
    ("state", "expected"), [("started", "running"), ("stopped", "exited"), ("restarted", "running")]
)
def test_every_state_is_reached_from_every_status(ppio, status, state, expected):
    ppio.seed(status=status)
    done = ppio.run(state=state, accept_data_loss=True).ok()
    assert done["instance"]["status"] == expected
    if state != "restarted":
        assert ppio.run(state=state).ok(changed=False).writes == []


@pytest.mark.parametrize("status", IN_REMOVAL)
def test_an_instance_in_removal_counts_as_absent(ppio, status):
    ppio.seed(status=status)
    ppio.run(state="stopped").failing("it does not exist, so it cannot be stopped")


def test_a_removed_instance_that_is_still_listed_ends_the_delete(ppio):
    ppio.account.settings.set(removed_linger=10_000)
    ppio.create().ok()
    ppio.run(state="absent").ok(changed=True)
    assert [view["status"]["status"] for view in ppio.store.views()] == ["removed"]
    ppio.run(state="absent").ok(changed=False)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("options", [{"state": "stopped"}, {"recreate": True, **PPIO_INSTANCE.fixed}])
def test_a_step_that_loses_data_is_refused_unless_the_task_accepts_it(ppio, check, options):
    ppio.create().ok()
    refused = ppio.run(check, **options).failing("accept_data_loss: must be true", LOSS)
    assert (refused["failure"]["reason"], refused.writes) == ("invalid_option", [])
    accepted = ppio.run(check, accept_data_loss=True, **options).ok(changed=True)
    assert accepted["plan"][0]["data_loss"] == LOSS


def test_a_stopped_instance_loses_nothing_when_it_is_stopped_again_or_deleted(ppio):
    ppio.seed(status="exited")
    assert ppio.run(state="stopped").ok(changed=False)["plan"][0].get("data_loss") is None
    assert ppio.run(state="absent").ok(changed=True)["plan"][0].get("data_loss") is None


def test_a_stop_of_a_planned_instance_needs_the_acceptance_too(ppio):
    planned = ppio.create(check=True).ok(changed=True)["id"]
    options = {"id": planned, "state": "stopped"}
    ppio.cloud.run("ppio_instance", options, check=True).failing("accept_data_loss: must be true", LOSS)
    accepted = ppio.cloud.run("ppio_instance", {**options, "accept_data_loss": True}, check=True).ok(changed=True)
    assert accepted["plan"][0]["data_loss"] == LOSS


def test_a_start_without_stock_is_explained(ppio):
    ppio.seed(status="exited", product_id="5090.28c120g")
    ppio.run(state="started").failing("INSUFFICIENT_RESOURCE", "ppio_product_info")


def test_a_failed_instance_ends_the_wait_and_the_message_has_the_log(ppio):
    ppio.account.fault("instance.create", "failed_state", error="PULL", message="no such image")
    failed = ppio.create().failing("PULL: no such image", "The log of the instance: http")
    assert (failed["failure"]["reason"], failed["id"]) == ("not_ready", ppio.view()["id"])


# -- changes -----------------------------------------------------------------------------------------------------------


def test_ports_are_replaced_as_a_whole_without_a_restart(ppio):
    ppio.create().ok()
    done = ppio.run(ports=["9000/http"]).ok(changed=True)
    assert [step["effect"] for step in done["plan"]] == ["in_place"]
    assert ppio.bodies(done, "instance.set_ports") == [{"ports": [{"port": 9000, "protocol": "http"}]}]
    assert ppio.run(ports=[]).ok(changed=True)["instance"]["spec"]["ports"] == []


def test_an_upgrade_sends_all_its_values_and_keeps_the_data_by_default(ppio):
    ppio.create().ok()
    done = ppio.run(image="registry.example.org/team/train:2").ok(changed=True)
    [body] = ppio.bodies(done, "instance.upgrade")
    assert (body["save_data"], body["command"], len(body["envs"])) == (True, TASK["command"], 3)
    assert body["registry_auth_id"] == body["entrypoint"] == ""
    done = ppio.run(command="", save_data=False).ok(changed=True)
    assert ppio.bodies(done, "instance.upgrade")[0]["save_data"] is False


@pytest.mark.parametrize(("fault", "when"), [("reset", "before"), ("reset", "after")])
def test_a_disk_growth_whose_response_was_lost_is_never_repeated(ppio, fault, when):
    ppio.create().ok()
    ppio.account.fault("instance.expand_rootfs", fault, when=when)
    done = ppio.run(resource={"rootfs_size_gb": 80}, settle_timeout=5)
    assert done.failed is (when == "before")
    assert len(ppio.bodies(done, "instance.expand_rootfs")) == 1
    assert ppio.view()["resource_specs"]["rootfs_size_gb"] == (60 if when == "before" else 80)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("operation", "options"),
    [
        ("set_billing_mode", {"billing": {"mode": "prepaid"}}),
        ("upgrade", {"command": "sleep 1"}),
        ("restart", {"state": "restarted"}),
    ],
)
def test_an_order_and_a_restart_whose_response_was_lost_are_never_repeated(ppio, operation, options, when):
    ppio.create().ok()
    ppio.account.fault(f"instance.{operation}", "reset", when=when)
    done = ppio.run(settle_timeout=5, **options)
    assert done.failed is (when == "before")
    assert done.operations.count(f"instance.{operation}") == 1


@pytest.mark.parametrize(
    ("resource", "path"), [({"rootfs_size_gb": 50}, "resource.rootfs_size_gb"), ({"gpu_num": 2}, "resource.gpu_num")]
)
def test_a_smaller_disk_and_another_number_of_gpus_need_a_replacement(ppio, resource, path):
    old = ppio.create().ok()["id"]
    refused = ppio.run(resource=resource).failing(path, "cannot be changed in place")
    assert refused["failure"]["reason"] == "immutable"
    done = ppio.run(resource=resource, recreate=True, accept_data_loss=True).ok(changed=True)
    assert (done["deleted_id"], ppio.view()["id"]) == (old, done["id"])


def test_settings_are_separate_requests_in_a_fixed_order(ppio):
    ppio.create().ok()
    subscription = {"mode": "prepaid", "prepaid": {"months": 3, "auto_renew": {"enabled": True, "months": 2}}}
    options = {
        "ports": [],
        "auto_migrate": {"enabled": True, "include_system_disk": True},
        "web_terminal": True,
        "billing": subscription,
        "resource": {"rootfs_size_gb": 70},
        "command": "sleep 1",
    }
    done = ppio.run(**options).ok(changed=True)
    assert [operation for operation in done.operations if operation not in ("instance.list", "instance.get")] == [
        "instance.set_ports",
        "instance.set_auto_migrate",
        "instance.set_web_terminal",
        "instance.set_billing_mode",
        "instance.set_auto_renew",
        "instance.expand_rootfs",
        "instance.upgrade",
    ]
    assert ppio.bodies(done, "instance.set_billing_mode") == [{"type": "prepaid", "months": 3}]
    assert ppio.run(**options).ok(changed=False).writes == []


def test_a_subscription_without_months_is_for_one_month_and_can_end(ppio):
    ppio.create().ok()
    done = ppio.run(billing={"mode": "prepaid"}).ok(changed=True)
    assert ppio.bodies(done, "instance.set_billing_mode") == [{"type": "prepaid", "months": 1}]
    assert done["instance"]["end_time"]
    done = ppio.run(billing={"mode": "postpaid"}).ok(changed=True)
    assert ppio.bodies(done, "instance.set_billing_mode") == [{"type": "postpaid"}]


@pytest.mark.parametrize("mode", ["postpaid", "prepaid"])
def test_spot_instances_keep_their_billing_mode(ppio, mode):
    ppio.create(billing={"mode": "spot"}).ok()
    ppio.run(billing={"mode": mode}).failing("billing.mode", "cannot be changed in place")


def test_prepaid_settings_belong_to_a_subscription(ppio):
    refused = ppio.create(billing={"mode": "postpaid", "prepaid": {"months": 1}}).failing(
        "billing.prepaid.months: must be omitted unless billing.mode is prepaid"
    )
    assert refused.writes == []


def test_a_subscription_is_neither_replaced_nor_deleted_before_it_ends(ppio):
    subscription = {"mode": "prepaid", "prepaid": {"months": 1}}
    ppio.create(billing=subscription).ok()
    options = {**PPIO_INSTANCE.fixed, "recreate": True, "accept_data_loss": True}
    assert ppio.run(**options).failing("recreate: must be false", "you would pay for both").writes == []
    ppio.run(state="absent").failing("PREPAID_INSTANCE_NOT_SUPPORT_RELEASE", "cannot be deleted before it ends")


def test_a_replacement_needs_the_values_that_the_instance_lacks(ppio):
    ppio.seed(resource_specs={"gpu_num": 1, "rootfs_size_gb": 0})
    options = {**PPIO_INSTANCE.fixed, "recreate": True, "accept_data_loss": True}
    refused = ppio.run(**options).failing("resource.rootfs_size_gb: must be set for a replacement")
    assert refused.writes == []


def test_the_web_terminal_of_a_new_instance_is_turned_on_after_the_create(ppio):
    done = ppio.create(web_terminal=True).ok(changed=True)
    assert done.operations.index("instance.create") < done.operations.index("instance.set_web_terminal")
    assert done["instance"]["web_terminal_url"]
    assert ppio.create(web_terminal=True).ok(changed=False).writes == []


# -- values ------------------------------------------------------------------------------------------------------------


def test_any_of_the_candidate_regions_is_the_desired_one(ppio):
    ppio.create(candidate_regions=["cn-demo-1", "cn-south-1"]).ok()
    region = ppio.view()["region"]
    for regions in ([region], ["cn-demo-1", "cn-south-1"]):
        assert ppio.run(candidate_regions=regions).ok(changed=False)["instance"]["region"] == region
    ppio.run(candidate_regions=["cn-northwest-1"]).failing("candidate_regions", "cannot be changed in place")


def test_a_described_product_is_in_one_of_the_candidate_regions(ppio):
    options = {option: value for option, value in TASK.items() if option not in ("product_id", "candidate_regions")}
    product, regions = {"gpu": "RTX 4090", "pick": "cheapest"}, ["cn-demo-1", "cn-south-1"]
    created = ppio.cloud.run("ppio_instance", {**options, "product": product, "candidate_regions": regions}).ok()
    assert (created["product"]["id"], created["instance"]["region"]) == ("4090.18c.60g.18c60g", "cn-south-1")
    other = {**options, "name": "other", "candidate_regions": regions}
    refused = ppio.cloud.run("ppio_instance", {**other, "product": {**product, "region": "cn-demo-1"}})
    assert refused.failing("product.region: must be equal to candidate_regions or omitted").writes == []
    missing = {**other, "candidate_regions": ["cn-lab-1", "cn-lab-2"], "product": product}
    ppio.cloud.run("ppio_instance", missing).failing("region 'cn-lab-1' or 'cn-lab-2'")


def test_write_only_values_are_sent_and_not_compared(ppio):
    resource = {**TASK["resource"], "min_cuda_version": "12.4"}
    tools = {"jupyter": {"enabled": True, "port": 8889, "protocol": "http"}}
    created = ppio.create(resource=resource, tools=tools).ok(changed=True)
    [body] = ppio.bodies(created, "instance.create")
    assert (body["resource"]["min_cuda_version"], body["tools"]["jupyter"]["protocol"]) == ("12.4", "http")
    assert ppio.create(resource=resource, tools=tools).ok(changed=False).writes == []
    assert "min_cuda_version" not in created["instance"]["spec"]["resource"]


def test_a_registry_credential_is_named(ppio):
    auth = {"name": "registry.example.org", "username": "team-bot"}
    auth_id = ppio.account.store("registry_auths").seed({**auth, "password": "canary-pull-token-0001"})["id"]
    created = ppio.create(registry_auth=auth).ok(changed=True)
    assert ppio.bodies(created, "instance.create")[0]["registry_auth_id"] == auth_id
    assert ppio.create(registry_auth=auth).ok(changed=False).writes == []
    ppio.create(registry_auth={"name": "elsewhere.example.org"}).failing("registry credential", "does not exist")


def test_a_cpu_instance_has_no_gpus(ppio):
    created = ppio.cloud.run("ppio_instance", {**CPU_TASK, "max_hourly_price": 0.3}).ok(changed=True)
    assert created["instance"]["spec"]["resource"] == {"rootfs_size_gb": 20}
    assert ppio.cloud.run("ppio_instance", CPU_TASK).ok(changed=False).writes == []
    refused = {**CPU_TASK, "name": "other", "resource": {"gpu_num": 1, "rootfs_size_gb": 20}}
    ppio.cloud.run("ppio_instance", refused).failing("resource.gpu_num: must be omitted when type is cpu")


def test_a_cpu_instance_whose_response_lacks_its_specs_is_read(ppio):
    row = {"id": "x", "name": TASK["name"], "type": "cpu", "status": {"status": "running"}}
    for operation, body in (("list", {"data": [row], "has_more": False}), ("get", row)):
        arguments = {"body": json.dumps(body), "content_type": "application/json", "status": 200}
        ppio.account.fault(f"instance.{operation}", "garbage", times=0, **arguments)
    assert "resource" not in ppio.run(type="cpu").ok(changed=False)["instance"]["spec"]


def test_passwords_are_returned_only_on_request(ppio):
    created = ppio.create().ok()
    assert created["instance"]["ssh_host"] and not created["instance"]["ssh_password"]
    password = ppio.run(return_credentials=True).ok()["instance"]["ssh_password"]
    assert password and password not in created.printed


def test_info_about_all_instances_needs_one_request(ppio):
    ppio.create().ok()
    assert ppio.cloud.run("ppio_instance_info", {}).ok().operations == ["instance.list"]
    assert ppio.cloud.run("ppio_instance_info", {"name": TASK["name"]}).ok()["instances"][0]["ssh_host"]


# -- prices ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "price"), [("postpaid", 4.56), ("spot", 2.28)])
def test_the_plan_has_the_price_of_all_gpus_and_the_limit_applies(ppio, mode, price):
    options = {"billing": {"mode": mode}, "resource": {"gpu_num": 2, "rootfs_size_gb": 60}}
    refused = ppio.create(max_hourly_price=price - 0.01, **options).failing("CNY per hour, more than the limit")
    assert (refused["failure"]["reason"], refused.writes) == ("price", [])
    assert ppio.create(max_hourly_price=price, **options).ok()["plan"][0]["hourly_price"] == price


def test_an_instance_with_an_unknown_number_of_gpus_has_no_price(ppio):
    ppio.seed(status={"status": "exited"}, product_id=TASK["product_id"], resource_specs={"gpu_num": 0})
    failed = ppio.run(state="started", max_hourly_price=99).failing("does not return the number of GPUs")
    assert "Set resource.gpu_num" in failed["msg"] and failed.writes == []


def test_a_price_limit_needs_a_price(ppio):
    ppio.create(product_id="missing", max_hourly_price=9).failing("does not contain product 'missing'")
    ppio.create(product_id="19", max_hourly_price=99, candidate_regions=["cn-south-nas-1"]).failing(
        "has no price for product '19'"
    )
    subscription = {"mode": "prepaid", "prepaid": {"months": 1}}
    ppio.create(billing=subscription, max_hourly_price=9).failing("must be omitted with monthly billing")
