# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only Novita AI endpoints have: defaults that a create sends, one port, account limits, clusters."""

from __future__ import annotations

import pytest

from ...laws.resource_types import NOVITA_ENDPOINT

FULL = NOVITA_ENDPOINT.task
TASK = {option: FULL[option] for option in FULL if option not in ("volume_mounts", "cluster_id", "envs", "secret_envs")}


@pytest.fixture(name="novita")
def _novita(cloud):
    return Novita(cloud)


class Novita:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("novita")

    def run(self, check=False, **options):
        return self.cloud.run("novita_endpoint", options, check)

    def change(self, **options):
        return self.run(name=TASK["name"], **options)


def test_a_create_sends_the_desired_values_and_the_defaults(novita):
    [write] = novita.run(**TASK, volume_mounts=[{"type": "local", "mount_path": "/a"}]).ok().writes
    sent = write["body"]["endpoint"]
    assert sent == {
        "name": "llm-8b",
        "workerConfig": {
            "minNum": 0,
            "maxNum": 2,
            "freeTimeout": 300,
            "maxConcurrent": 4,
            "gpuNum": 1,
            "requestTimeout": 600,
        },
        "ports": [{"port": "8000"}],
        "policy": {"type": "queue", "value": 15},
        "image": {"image": "registry.example.org/team/llm:1.4", "command": "serve --fast"},
        "products": [{"id": "7"}],
        "rootfsSize": 100,
        "volumeMounts": [{"type": "local", "size": 30, "mountPath": "/a"}],
        "healthy": {"path": "/ready"},
    }


def test_a_create_without_mounts_sends_an_empty_list(novita):
    [write] = novita.run(**TASK).ok().writes
    assert write["body"]["endpoint"]["volumeMounts"] == []


def test_a_create_sends_the_desired_rootfs_size(novita):
    [write] = novita.run(**TASK, rootfs_size=120).ok().writes
    assert write["body"]["endpoint"]["rootfsSize"] == 120


@pytest.mark.parametrize("option", [option for option in TASK if option != "name"])
def test_a_create_needs_each_option_that_the_provider_requires(novita, option):
    task = {name: value for name, value in TASK.items() if name != option}
    assert novita.run(**task).failing(option, "does not exist yet").writes == []


@pytest.mark.parametrize("key", list(TASK["worker_config"]))
def test_a_create_needs_each_key_of_worker_config(novita, key):
    worker_config = {name: value for name, value in TASK["worker_config"].items() if name != key}
    assert novita.run(**{**TASK, "worker_config": worker_config}).failing(f"worker_config.{key}").writes == []


@pytest.mark.parametrize(("option", "value"), [("app_name", "another"), ("products", ["9"]), ("rootfs_size", 120)])
def test_a_change_of_an_immutable_option_is_refused(novita, option, value):
    novita.run(**TASK).ok()
    assert novita.change(**{option: value}).failing(f"{option} (from ", "cannot be changed").writes == []


def test_an_update_keeps_a_cuda_version_that_was_set_elsewhere(novita):
    endpoint = novita.run(**TASK).ok()["id"]
    novita.account.change(endpoint, workerConfig={"cudaVersion": "12.4"})
    [write] = novita.change(worker_config={"max_num": 3}).ok(changed=True).writes
    assert write["body"]["workerConfig"]["cudaVersion"] == "12.4"


@pytest.mark.parametrize(
    ("worker_config", "message"),
    [({"min_num": 3}, "at most worker_config.max_num (2), not 3"), ({"max_num": 0, "min_num": 1}, "(0), not 1")],
)
def test_a_target_with_min_num_above_max_num_is_refused(novita, worker_config, message):
    novita.run(**TASK).ok()
    for check in (True, False):
        assert novita.run(name=TASK["name"], worker_config=worker_config, check=check).failing(message).writes == []


def test_a_network_mount_needs_a_cluster_id(novita):
    mount = {"type": "network", "id": "st-1", "mount_path": "/models"}
    assert novita.run(**TASK, volume_mounts=[mount]).failing("cluster_id:").writes == []
    novita.run(**TASK, volume_mounts=[mount], cluster_id="us-demo-1").ok(changed=True)
    novita.change(volume_mounts=[{**mount, "mount_path": "/other"}]).ok(changed=True)
    novita.change(cluster_id="").failing("cluster_id:")


def test_a_network_mount_needs_a_storage_id(novita):
    mount = {"type": "network", "mount_path": "/models"}
    novita.run(**TASK, volume_mounts=[mount], cluster_id="us-demo-1").failing("volume_mounts[0].id: must be set")


def test_a_refusal_shows_the_limits_of_the_account(novita):
    failed = novita.run(**{**TASK, "worker_config": {**TASK["worker_config"], "max_num": 5000}})
    failed.failing("VALIDATOR_PARAM", "worker_config.max_num must be from 0 to 100, not 5000")
    assert failed.operations == ["endpoint.list", "endpoint.create", "endpoint.limit"]


def test_a_refusal_shows_the_limits_of_the_policy_type(novita):
    failed = novita.run(**{**TASK, "policy": {"type": "concurrency", "value": 5000}})
    failed.failing("policy.value must be from 1 to 1000, not 5000")


def test_limits_are_requested_after_a_refusal_and_that_request_may_fail(novita):
    assert "endpoint.limit" not in novita.run(**TASK).ok().operations
    novita.account.fault("endpoint.limit", "status", status=500)
    novita.change(worker_config={"max_num": 5000}, api_retries=0).failing(
        "VALIDATOR_PARAM", "The limits of the account could not be read: HTTP 500"
    )


@pytest.mark.parametrize("arguments", [{"members": {"error": "internal_error"}}, {"status": 206}, {"doubled": True}])
def test_limits_in_a_response_that_reports_a_failure_are_not_shown(novita, arguments):
    novita.account.fault("endpoint.limit", "contradiction", **arguments)
    failed = novita.run(**{**TASK, "worker_config": {**TASK["worker_config"], "max_num": 5000}})
    assert "must be from" not in failed.failing("VALIDATOR_PARAM")["msg"]


def test_a_taken_app_name_is_explained(novita):
    novita.run(**TASK, app_name="mine").ok()
    novita.run(**{**TASK, "name": "second"}, app_name="mine").failing(
        "SERVERLESS_APP_NAME_IS_EXIST", "another app_name"
    )


def test_a_replacement_needs_a_new_app_name_if_one_was_chosen(novita):
    novita.run(**TASK, app_name="mine").ok()
    assert novita.change(products=["8"], recreate=True).failing("app_name:", "uses 'mine'").writes == []
    replaced = novita.change(products=["8"], app_name="mine-2", recreate=True).ok(changed=True)
    assert replaced["endpoint"]["spec"]["app_name"] == "mine-2"


def test_a_product_that_is_not_serverless_is_explained(novita):
    novita.run(**{**TASK, "products": ["missing-1"]}).failing("SERVERLESS_PRODUCT_NOT_FOUND", "serverless product")


@pytest.mark.parametrize("status", [400, 404])
def test_not_found_is_recognized_as_a_400_and_as_a_404(novita, status):
    novita.account.settings.set(not_found_status=status)
    novita.run(**TASK).ok()
    novita.account.fault("endpoint.delete", "status", status=503, when="after")
    novita.change(state="absent").ok(changed=True)


def test_an_endpoint_that_keeps_workers_is_ready_when_one_is_healthy(novita):
    made = novita.run(**{**TASK, "worker_config": {**TASK["worker_config"], "min_num": 1}}).ok()
    assert [worker["healthy"] for worker in made["endpoint"]["workers"]] == [True]


def test_strings_of_keys_and_values_are_accepted_as_in_ansible(novita):
    novita.run(**TASK).ok()
    novita.change(worker_config="max_num=3 min_num=1", ports="8000", products="7").ok(changed=True)


def test_null_in_a_list_is_refused(novita):
    """ansible-core before 2.19 refuses null by itself. Later versions would convert it to the string "None"."""
    assert novita.run(**{**TASK, "products": [None]}).failing("products").requests == []


def test_a_delete_sends_the_id_under_both_keys(novita):
    for key in ("id", "name", "either"):
        novita.account.settings.set(delete_key=key, cluster_sleep_seconds=0)
        endpoint = novita.run(**TASK).ok()["id"]
        [write] = novita.change(state="absent").ok(changed=True).writes
        assert write["body"] == {"name": endpoint, "id": endpoint}


@pytest.mark.parametrize(
    "placement",
    [
        {"clusterID": "", "clusterIDs": ["us-demo-1", "eu-demo-1"]},
        {"clusterID": "", "clusterIDs": ["us-demo-1"]},
        {"clusterID": "us-demo-1", "clusterIDs": ["us-demo-1"]},
        {"clusterID": "us-demo-1", "clusterIDs": ["us-demo-1", "eu-demo-1"]},
        {"clusterID": "us-demo-1", "clusterIDs": []},
        {"clusterID": "us-demo-1"},
        {"clusterID": ""},
    ],
    ids=str,
)
def test_an_update_and_a_replacement_send_the_current_placement(novita, placement):
    novita.account.seed(name=TASK["name"], **placement)
    [write] = novita.change(worker_config={"max_num": 3}).ok(changed=True).writes
    sent = {key: value for key, value in write["body"].items() if key.startswith("cluster")}
    assert sent == placement
    created, _deleted = novita.change(products=["8"], recreate=True).ok(changed=True).writes
    sent = {key: value for key, value in created["body"]["endpoint"].items() if key.startswith("cluster")}
    assert sent == placement


def test_a_single_cluster_in_the_list_is_compared_with_cluster_id(novita):
    novita.account.seed(name=TASK["name"], clusterID="", clusterIDs=["us-demo-1"])
    assert novita.change(cluster_id="us-demo-1").ok(changed=False)["endpoint"]["spec"]["cluster_id"] == "us-demo-1"
    [write] = novita.change(cluster_id="eu-demo-1").ok(changed=True).writes
    assert (write["body"]["clusterID"], write["body"]["clusterIDs"]) == ("eu-demo-1", ["eu-demo-1"])


def test_a_task_for_one_of_several_clusters_keeps_only_that_one(novita):
    novita.account.seed(name=TASK["name"], clusterID="", clusterIDs=["us-demo-1", "eu-demo-1"])
    planned = novita.change(cluster_id="eu-demo-1", check=True).ok(changed=True)
    assert planned["plan"] == [{"action": "update", "fields": ["cluster_id"], "effect": "unknown"}]
    [write] = novita.change(cluster_id="eu-demo-1").ok(changed=True).writes
    assert (write["body"]["clusterID"], write["body"]["clusterIDs"]) == ("eu-demo-1", ["eu-demo-1"])
    novita.change(cluster_id="eu-demo-1").ok(changed=False)


def test_an_update_that_loses_one_of_several_clusters_fails(novita):
    novita.account.seed(name=TASK["name"], clusterID="", clusterIDs=["us-demo-1", "eu-demo-1"])
    novita.account.fault("endpoint.update", "clip", field="clusterIDs", value=[])
    novita.change(worker_config={"max_num": 3}, settle_timeout=1).failing("cluster_ids: expected", "'eu-demo-1'")


def test_a_generated_app_name_is_not_in_the_spec_but_is_accepted(novita):
    made = novita.run(**TASK).ok()
    assert "app_name" not in made["endpoint"]["spec"]
    [listed] = novita.cloud.run("novita_endpoint_info", {"name": TASK["name"]}).ok()["endpoints"]
    assert "app_name" not in listed["spec"]
    novita.change(app_name=made["id"]).ok(changed=False)
    assert novita.run(**{**TASK, "name": "second"}, app_name="mine").ok()["endpoint"]["spec"]["app_name"] == "mine"


@pytest.mark.parametrize(("provider", "product"), [("novita", {"products": ["12"]}), ("ppio", {"product_id": "12"})])
def test_a_worker_without_a_machine_is_explained_with_the_module_that_shows_the_stock(cloud, provider, product):
    task = {
        "novita": {**TASK, "worker_config": {**TASK["worker_config"], "min_num": 1}},
        "ppio": {
            "name": "llm",
            "type": "sync",
            "image": "team/llm:1",
            "worker_config": {"max_replicas": 2, "min_replicas": 1},
        },
    }[provider]
    failed = cloud.run(f"{provider}_endpoint", {**task, **product, "wait_timeout": 20})
    failed.failing("failed to schedule worker", "may be out of stock", f"{provider}_product_info")


def test_a_described_product_can_be_in_any_region_if_the_task_sets_none(novita):
    task = {option: value for option, value in TASK.items() if option != "products"}
    product = {"gpu": "RTX 4090", "pick": "cheapest"}
    created = novita.run(**task, product=product, cluster_id="").ok(changed=True)
    assert created["endpoint"]["spec"]["products"] == ["1"]
    novita.run(**task, product=product, cluster_id="").ok(changed=False)
