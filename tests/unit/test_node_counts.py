# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The queries with which Ansible Automation Platform counts nodes, on real results of the modules."""

from __future__ import annotations

import json
import pathlib

import pytest
import yaml

from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES

from .laws.conftest import World
from .laws.resource_types import RESOURCE_TYPES as TASKS
from .plugins.modules.test_inference_endpoint import FleetWorld as InferenceFleet
from .plugins.modules.test_inference_endpoint import World as InferenceWorld

jq = pytest.importorskip("jq")

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUERIES = yaml.safe_load((ROOT / "extensions" / "audit" / "event_query.yml").read_text(encoding="utf-8"))
COUNTED = {"endpoint": "serverless_endpoint", "instance": "gpu_instance"}
"""The results that are nodes, with their types in the taxonomy of the platform."""
TYPES = {name: resource_type for name, resource_type in RESOURCE_TYPES.items() if resource_type.key in COUNTED}

each_counted_type = pytest.mark.parametrize("tested", [task for task in TASKS if task.module in TYPES], ids=str)


def nodes(module, result):
    """Return the nodes in the result of a task, and check what the platform requires of a node."""
    event = json.loads(json.dumps(result))
    found = jq.compile(QUERIES[f"gpufleet.cloud.{module}"]["query"]).input_value(event).all()
    for node in found:
        assert node.keys() == {"name", "canonical_facts", "facts"}
        assert node["canonical_facts"].keys() == {"resource_type", "id"}
        assert node["facts"].keys() == {"infra_type", "infra_bucket", "device_type", "provider", "name"}
        texts = [node["name"], *node["canonical_facts"].values(), *node["facts"].values()]
        assert all(text and isinstance(text, str) for text in texts), node
    assert len({node["name"] for node in found}) == len(found)
    return found


def ids(module, result):
    """Return the types and ids of the nodes in a result."""
    return [(node["canonical_facts"]["resource_type"], node["canonical_facts"]["id"]) for node in nodes(module, result)]


def test_exactly_the_modules_of_endpoints_and_instances_have_queries():
    modules = {*TYPES, *(f"{name}_info" for name in TYPES), "fleet", "inference_endpoint"}
    assert QUERIES.keys() == {f"gpufleet.cloud.{module}" for module in modules}
    assert all(entry.keys() == {"query"} for entry in QUERIES.values())
    assert all((ROOT / "plugins" / "modules" / f"{module}.py").exists() for module in modules)


@each_counted_type
def test_a_resource_is_one_node_in_each_result(cloud, tested):
    world = World(cloud, tested)
    planned = world.run(tested.task, check=True).ok(changed=True)
    assert planned["id"].startswith("planned:") and nodes(tested.module, planned) == []
    created = world.create().ok(changed=True)
    [node] = nodes(tested.module, created)
    resource_type = TYPES[tested.module]
    assert node["canonical_facts"] == {"resource_type": tested.module, "id": created["id"]}
    assert (node["facts"]["name"], node["facts"]["provider"]) == (world.name, tested.provider)
    assert node["facts"]["device_type"] == COUNTED[resource_type.key]
    for result in (world.create().ok(changed=False), world.run(tested.task, check=True).ok()):
        assert nodes(tested.module, result) == [node]
    assert nodes(tested.info, world.info()) == nodes(tested.info, world.info(id=created["id"])) == [node]


@each_counted_type
def test_an_absent_resource_is_no_node(cloud, tested):
    world = World(cloud, tested)
    assert nodes(tested.module, world.task(state="absent").ok(changed=False)) == []
    world.create().ok(changed=True)
    assert nodes(tested.module, world.check(state="absent").ok(changed=True)) == []
    assert nodes(tested.module, world.task(state="absent").ok(changed=True)) == []
    assert nodes(tested.info, world.info()) == []


@each_counted_type
def test_each_resource_of_a_list_is_one_node(cloud, tested):
    world = World(cloud, tested)
    seeded = {(tested.module, world.seed(name)) for name in ("a", "b", "b")}
    found = ids(tested.info, world.info())
    assert len(found) == 3 and set(found) == seeded


@each_counted_type
def test_failures_are_no_nodes_without_a_resource(cloud, tested):
    world = World(cloud, tested)
    world.fault("list", "status", status=500, times=0)
    for module, options in ((tested.module, tested.task), (tested.info, {})):
        failed = world.cloud.run(module, options).failing()
        assert nodes(module, failed) == []


def test_a_resource_that_does_not_become_ready_is_a_node(cloud):
    tested = next(task for task in TASKS if task.module == "novita_endpoint")
    world = World(cloud, tested)
    world.fault("create", "failed_state")
    failed = world.create().failing()
    assert ids(tested.module, failed) == [(tested.module, failed["id"])]


def test_the_resources_of_a_fleet_are_the_nodes_of_the_single_modules(cloud):
    def converge(state, check=False):
        entries = [{tested.module: {**tested.task, "wait": False, "state": state}} for tested in in_fleet]
        connections = {name: {"api_key": cloud.key, "api_url": cloud.url(name)} for name in ("ppio", "vast")}
        return cloud.fleet("novita", entries, check, **connections).ok(changed=True)

    in_fleet = [tested for tested in TASKS if tested.module in (*TYPES, "vast_env_var", "vast_ssh_key")]
    for tested in in_fleet:
        World(cloud, tested)
    assert nodes("fleet", converge("present", check=True)) == []
    created = converge("present")
    assert len(created["resources"]) == len(in_fleet) == len(TYPES) + 2
    single = [node for name in TYPES for node in nodes(f"{name}_info", cloud.run(f"{name}_info", {}).ok())]
    assert len(single) == len(TYPES)
    assert sorted(nodes("fleet", created), key=str) == sorted(single, key=str)
    assert nodes("fleet", converge("absent")) == []


@pytest.mark.parametrize("world_of", [InferenceWorld, InferenceFleet], ids=["module", "fleet"])
@pytest.mark.parametrize("provider", ["novita", "ppio", "vast"])
def test_an_inference_endpoint_is_the_node_of_its_provider(cloud, provider, world_of):
    world = world_of(cloud)
    module = "inference_endpoint" if world_of is InferenceWorld else "fleet"
    assert nodes(module, world.ok(provider, check=True)) == []
    created = world.ok(provider)
    [node] = nodes(module, created)
    assert [node] == nodes(f"{provider}_endpoint_info", cloud.run(f"{provider}_endpoint_info", {}).ok())
    assert nodes(module, world.ok(provider)) == [node]
    assert nodes(module, world.ok(provider, state="absent")) == []


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"censored": "the output has been hidden due to the fact that 'no_log: true' was specified for this result"},
        {"msg": "All items completed", "results": [{"endpoint": {"id": "1", "name": "a"}}], "changed": False},
        {"skipped": True, "skip_reason": "Conditional result was False"},
        {"msg": "MODULE FAILURE", "module_stdout": "", "rc": 1},
        {"endpoint": {}, "instance": {}, "endpoints": [], "instances": [], "resources": [{}], "provider": ""},
        {"endpoint": None, "instance": None, "endpoints": None, "instances": [None], "resources": [None]},
        {"endpoint": "x", "instance": [], "endpoints": "x", "instances": {}, "resources": "x", "provider": None},
        {"endpoint": {"id": None}, "instance": {"id": 7}, "endpoints": [{"id": ""}], "resources": [{"endpoint": 1}]},
        {"endpoint": {"id": "planned:novita_endpoint:llm", "name": "llm"}, "provider": "novita"},
    ],
    ids=lambda result: str(result)[:60],
)
@pytest.mark.parametrize("module", [name.rpartition(".")[2] for name in QUERIES])
def test_a_result_of_another_form_has_no_nodes_and_causes_no_error(module, result):
    assert nodes(module, result) == []
