# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Novita's command-line client and novita_endpoint with the same account of the simulator."""

from __future__ import annotations

import json

import pytest

from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import NOVITA_ENDPOINT

from .fence import STRAYED

FULL = NOVITA_ENDPOINT.task
TASK = {**FULL, "worker_config": {**FULL["worker_config"], "request_timeout": 900}}
NAME = TASK["name"]

CREATE = (
    "serverless",
    "create",
    "--name",
    NAME,
    "--image",
    "registry.example.org/team/llm:1.4",
    "--port",
    8000,
    "--product-id",
    "7",
    "--command",
    "serve --fast",
    "--env",
    "LOG_LEVEL=info",
)

# The endpoint that this command creates, including the values that the command adds.
CREATED = {
    "name": NAME,
    "worker_config": {"min_num": 0, "max_num": 1, "free_timeout": 300, "max_concurrent": 1, "gpu_num": 1},
    "ports": [8000],
    "policy": {"type": "queue", "value": 1},
    "image": {"image": "registry.example.org/team/llm:1.4", "command": "serve --fast"},
    "products": ["7"],
    "rootfs_size": 100,
    "volume_mounts": [{"type": "local", "size": 30, "mount_path": "/workspace"}],
    "healthy": {"path": "/health"},
    "envs": {"LOG_LEVEL": "info"},
}

# The values that its update omits. They are lost if the API replaces the whole specification.
DROPPED = {
    "name",
    "worker_config.request_timeout",
    "volume_mounts",
    "cluster_id",
    "healthy.path",
    "envs.LOG_LEVEL",
    "envs.WORKERS",
    "envs.TOKEN",
}


class Novita:
    """The vendor's command. It has no option for the address of the server."""

    def __init__(self, fenced, cloud):
        self.fenced = fenced
        self.key = cloud.key
        self.constants = [f"novita_cli.core.client.BASE_URL={cloud.url('novita')}"]

    def run(self, *arguments):
        return self.fenced("novita", "--api-key", self.key, *arguments, constants=self.constants)

    def output(self, *arguments):
        """Return its output in text format."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def response(self, *arguments):
        """Return the response of the provider."""
        return json.loads(self.output("--json-output", *arguments))


@pytest.fixture(name="novita")
def _novita(fenced, cloud):
    return Novita(fenced, cloud)


@pytest.fixture(name="module")
def _module(cloud):
    """Return a function that runs novita_endpoint."""

    def run(check=False, **options):
        return cloud.run("novita_endpoint", options, check)

    return run


def test_the_command_shows_an_endpoint_that_the_module_creates(module, novita):
    created = module(**TASK).ok(changed=True)
    shown = novita.response("serverless", "get", created["id"])
    assert (shown["name"], shown["url"]) == (NAME, created["endpoint"]["url"])
    workers = {"minNum": 0, "maxNum": 2, "freeTimeout": 300, "maxConcurrent": 4, "gpuNum": 1, "requestTimeout": 900}
    assert {key: int(shown["workerConfig"][key]) for key in workers} == workers
    assert {item["key"]: item["value"] for item in shown["envs"]} == {
        "LOG_LEVEL": "info",
        "WORKERS": "4",
        "TOKEN": TASK["secret_envs"]["TOKEN"],
    }
    assert [mount["mountPath"] for mount in shown["volumeMounts"]] == ["/scratch", "/models"]
    [row] = [line for line in novita.output("serverless", "list").splitlines() if NAME in line]
    assert [cell.strip() for cell in row.strip("|").split("|")] == [
        created["id"][:12],
        NAME,
        created["endpoint"]["status"],
        created["endpoint"]["url"],
    ]


@pytest.mark.parametrize(("put_mode", "lost"), [("full", DROPPED), ("partial", set())])
def test_the_module_reports_and_repairs_changes_by_the_command(cloud, module, novita, put_mode, lost):
    cloud.account("novita").settings.set(put_mode=put_mode)
    endpoint = module(**TASK).ok()["id"]
    novita.output("serverless", "update", endpoint, "--max-workers", 5)
    planned = module(**TASK, id=endpoint, check=True).ok(changed=True)["plan"]
    assert [(step["action"], set(step["fields"])) for step in planned] == [("update", {"worker_config.max_num"} | lost)]
    assert novita.response("serverless", "get", endpoint)["workerConfig"]["maxNum"] == 5
    assert module(**TASK, id=endpoint).ok(changed=True)["plan"] == planned
    repaired = novita.response("serverless", "get", endpoint)
    assert (repaired["name"], repaired["workerConfig"]["maxNum"], len(repaired["envs"])) == (NAME, 2, 3)
    module(**TASK).ok(changed=False)


def test_after_an_update_by_the_command_only_the_id_finds_the_endpoint(module, novita):
    endpoint = module(**TASK).ok()["id"]
    novita.output("serverless", "update", endpoint, "--max-workers", 5)
    assert module(**TASK, check=True).ok()["plan"][0]["action"] == "create"
    assert module(id=endpoint).ok(changed=False)["endpoint"]["name"] == ""


@pytest.mark.parametrize("by", ["name", "id"])
def test_the_module_adopts_and_deletes_an_endpoint_of_the_command(module, novita, by):
    endpoint = novita.response(*CREATE)["id"]
    reference = {"name": NAME, "id": endpoint}[by]
    assert module(**{**CREATED, by: reference}).ok(changed=False)["id"] == endpoint
    module(**{by: reference}, envs_mode="merge", envs={"LOG_LEVEL": "debug"}).ok(changed=True)
    assert novita.response("serverless", "get", endpoint)["envs"] == [{"key": "LOG_LEVEL", "value": "debug"}]
    module(**{by: reference}, state="absent").ok(changed=True)
    assert novita.output("serverless", "list") == "No endpoints found.\n"
    refused = novita.run("serverless", "get", endpoint)
    assert refused.returncode == 1
    assert "SERVERLESS_ENDPOINT_NOT_FOUND" in refused.stderr


def test_an_endpoint_that_the_command_deletes_is_absent(module, novita, cloud):
    # The command uses the documented key of the ID. A server that accepts the key of other clients may not read it.
    cloud.account("novita").settings.set(delete_key="name")
    endpoint = module(**TASK).ok()["id"]
    novita.output("serverless", "delete", endpoint)
    module(name=NAME, state="absent").ok()
    assert not novita.response("serverless", "list")["endpoints"]
    assert module(**TASK, check=True).ok(changed=True)["plan"][0]["action"] == "create"


def test_without_another_address_the_command_contacts_the_vendor(fenced, cloud):
    strayed = fenced("novita", "--api-key", cloud.key, "serverless", "list")
    assert (strayed.returncode, "api.novita.ai" in strayed.stderr) == (STRAYED, True)


def test_the_module_and_the_command_list_the_same_instance_products_at_the_same_prices(cloud, novita):
    # In the first generation of the API, which the command uses, the price 0 means that a product has no such price.
    prices = {product["id"]: int(product["price"]) / 100_000 for product in novita.response("gpu", "products")["data"]}
    listed = {product_id: price for product_id, price in prices.items() if price}
    products = cloud.run("novita_product_info", {"category": "instance"}).ok()["products"]
    assert listed
    assert listed == {each["id"]: each["prices"]["on_demand"] for each in products if each["prices"]["on_demand"]}


def test_the_module_lists_the_clusters_of_the_command(cloud, novita):
    listed = {cluster["id"]: cluster["name"] for cluster in novita.response("gpu", "clusters")["data"]}
    clusters = cloud.run("novita_cluster_info", {}).ok()["clusters"]
    assert listed == {each["id"]: each["name"] for each in clusters if "clusters" in each["listed_in"]}


def test_the_module_adopts_a_storage_of_the_command(cloud, novita):
    # The command lists and deletes storages with calls that are not documented. The simulator refuses them.
    storage_id = novita.response("storage", "create", "--cluster-id", "us-demo-1", "--name", "models", "--size", 20)
    task = {"name": "models", "cluster_id": "us-demo-1", "size": 20}
    assert cloud.run("novita_network_storage", task).ok(changed=False)["id"] == storage_id
    cloud.run("novita_network_storage", {**task, "size": 30}).ok(changed=True)
    assert novita.run("storage", "list").returncode != 0
    assert novita.run("storage", "delete", storage_id).returncode != 0
    cloud.run("novita_network_storage", {**task, "state": "absent"}).ok(changed=True)
