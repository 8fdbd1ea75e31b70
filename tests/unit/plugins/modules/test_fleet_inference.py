# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inference endpoints in a fleet, with the other entries and options of the fleet.

test_inference_endpoint.py tests a fleet with a single inference endpoint.
"""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._inference.failover import Failover

from ...laws.resource_types import NOVITA_ENDPOINT
from .test_fleet import Fleet, actions, endpoints, writes
from .test_inference_endpoint import COMMON, NOVITA, PPIO, VAST

IN_ORDER = (NOVITA, PPIO)


@pytest.fixture(name="fleet")
def _fleet(cloud):
    return Fleet(cloud)


def inference(name, candidates=IN_ORDER, **options):
    return {"inference_endpoint": {**COMMON, "name": name, "candidates": list(candidates), **options}}


def refuse_creates(fleet, provider="novita", **options):
    fleet.accounts[provider].fault("endpoint.create", "status", times=0, status=400, message="out of stock", **options)


def places(values):
    return [(endpoint["name"], endpoint["provider"]) for endpoint in values["inference_endpoints"]]


def test_many_endpoints_move_together_with_the_other_entries(fleet):
    refuse_creates(fleet)
    entries = [inference("a"), *endpoints("tts"), inference("b"), inference("c", [PPIO])]
    created = fleet.ok(*entries)
    assert places(created) == [("a", "ppio"), ("b", "ppio"), ("c", "ppio")]
    assert [(row["number"], row["resource_type"], row["action"]) for row in created["resources"]] == [
        (0, "ppio_endpoint", "create"),
        (1, "vast_endpoint", "create"),
        (2, "ppio_endpoint", "create"),
        (3, "ppio_endpoint", "create"),
    ]
    assert (fleet.names("ppio"), fleet.names("novita")) == (["a", "b", "c"], [])
    again = fleet.ok(*entries)
    assert (again["changed"], places(again)) == (False, places(created))


@pytest.mark.parametrize("candidate", [NOVITA, PPIO, VAST], ids=lambda candidate: candidate["provider"])
def test_the_requests_of_an_unchanged_fleet_do_not_grow_with_its_endpoints(fleet, candidate):
    def requests(count):
        entries = [inference(f"llm-{number}", [candidate, PPIO]) for number in range(count)]
        fleet.ok(*entries)
        values = fleet.ok(*entries)
        assert values["changed"] is False
        return sorted(name for name in values["operations"][candidate["provider"]] if name.endswith(".list"))

    assert requests(2) == requests(5)


def test_check_mode_and_the_run_move_alike(fleet):
    by_gpu = {"novita": {"cluster_id": "us-demo-1", "product": {"gpu": "RTX 4090"}}}
    first = {"provider": "novita", "provider_options": by_gpu}
    fleet.accounts["novita"].fault("product_v2.list", "status", times=0, status=403, message="not allowed")
    for check in (True, False):
        values = fleet.ok(inference("llm", [first, PPIO]), check=check)
        assert (places(values), actions(values)) == ([("llm", "ppio")], ["create"])


# -- other entries -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        {"ppio_endpoint": {"name": "llm", "type": "sync"}},
        {"inference_endpoint": {"name": "llm", "provider": "ppio"}},
        {"inference_endpoint": {"name": "llm", "provider": "ppio", "state": "absent"}},
    ],
    ids=["resource", "endpoint", "removal"],
)
def test_no_other_entry_can_be_the_endpoint_of_a_candidate(fleet, other):
    refused = fleet.run(inference("llm"), other)
    assert refused["failure"]["reason"] == "invalid_option"
    assert "duplicates entry 1" in refused["msg"]
    assert not any(refused["operations"].values())


def test_violations_name_the_entry_and_the_candidate(fleet):
    refused = fleet.run(
        *endpoints("tts"),
        inference("llm", [NOVITA, {**PPIO, "registry_credential": {"username": "u"}}]),
        {"account": "east", **inference("b")},
        inference("", [PPIO]),
    )
    for words in (
        "entry 2 (inference_endpoint llm), candidate 2 (ppio, product 9): registry_credential.name: must be set",
        "entry 3 (inference_endpoint b): account: must be an option of inference_endpoint, or of one of its candidates",
        "entry 4 (inference_endpoint): name: must not be empty",
    ):
        assert words in refused["msg"], refused["msg"]
    assert not any(refused["operations"].values())


def test_a_failed_endpoint_does_not_stop_the_others(fleet):
    for provider in ("novita", "ppio"):
        refuse_creates(fleet, provider)
    values = fleet.run(inference("llm"), *endpoints("tts"))
    assert actions(values) == ["failed", "create"]
    assert "did not become ready at any candidate" in values["resources"][0]["msg"]
    assert values["msg"].startswith("1 of 2 resources failed")
    assert [row["outcome"] for row in values["inference_endpoints"][0]["tried"]] == ["not created"] * 2


def test_an_account_that_cannot_be_read_fails_only_the_entries_that_need_it(fleet):
    fleet.accounts["novita"].fault("endpoint.list", "status", times=0, status=403, message="not allowed")
    values = fleet.run(inference("llm"), inference("b", [PPIO]), *endpoints("tts"))
    assert actions(values) == ["failed", "create", "create"]
    assert "could not determine at every provider whether the endpoint 'llm' exists" in values["msg"]
    assert (fleet.names("ppio"), writes(values, "novita")) == (["b"], [])


def test_a_candidate_that_fails_is_no_failed_entry_for_fail_fast(fleet):
    refuse_creates(fleet)
    values = fleet.ok(inference("llm"), *endpoints("tts"), fail_fast=True, concurrency=1)
    assert actions(values) == ["create", "create"]


@pytest.mark.parametrize("step", ["look", "follow"])
def test_a_bug_that_affects_one_endpoint_does_not_stop_the_others(fleet, monkeypatch, step):
    original = getattr(Failover, step)

    def fail_once(self, *args):
        if self._name == "llm":
            raise KeyError("a value of the task")
        return original(self, *args)

    monkeypatch.setattr(Failover, step, fail_once)
    values = fleet.run(inference("llm"), inference("b", [PPIO]), *endpoints("tts"))
    assert actions(values) == ["failed", "create", "create"]
    assert "a bug in the collection ended the task: KeyError" in values["resources"][0]["msg"]
    assert "a value of the task" not in values["printed"]
    assert fleet.names("ppio") == ["b"]


def test_an_endpoint_that_fail_fast_stops_is_tried_at_no_candidate(fleet):
    refuse_creates(fleet)
    other = {"novita_endpoint": {**NOVITA_ENDPOINT.task, "name": "other"}}
    values = fleet.run(other, inference("llm"), fail_fast=True, concurrency=1)
    assert actions(values) == ["failed", "not_attempted"]
    assert values["resources"][1]["msg"] == "not attempted, because another resource failed (fail_fast)."
    assert (values["inference_endpoints"][0]["tried"], writes(values, "ppio")) == ([], [])


def test_a_warning_about_a_candidate_that_failed_names_it(fleet):
    fleet.vast.fault("endpoint.create", "status", times=0, status=400, message="no credit")
    unlimited = {"endpoint": {"min_load": 0}, "workergroup": {"search_params": "num_gpus=1"}}
    values = fleet.ok(inference("llm", [{**VAST, "provider_options": {"vast": unlimited}}, PPIO]))
    assert places(values) == [("llm", "ppio")]
    [warning] = map(str, values["warnings"])
    assert f"candidate 1 (vast, product {VAST['product']}): search_params: the filter has" in warning


# -- deletes -----------------------------------------------------------------------------------------------------------


def test_the_endpoint_moves_before_anything_is_deleted(fleet):
    fleet.accounts["ppio"].store("endpoints").seed({"name": "old"})
    refuse_creates(fleet)
    fleet.ok(inference("llm"), {"ppio_endpoint": {"name": "old", "state": "absent"}})
    operations = [request["operation"] for request in fleet.accounts["ppio"].requests]
    assert operations.index("endpoint.create") < operations.index("endpoint.delete")


def test_an_endpoint_is_deleted_at_every_candidate(fleet):
    for provider in ("novita", "ppio"):
        fleet.accounts[provider].store("endpoints").seed({"name": "llm"})
    values = fleet.ok(inference("llm", state="absent"), *endpoints("tts"))
    assert sorted(actions(values)) == ["create", "delete", "delete"]
    assert (fleet.names("novita"), fleet.names("ppio")) == ([], [])


def test_prune_keeps_the_endpoints_of_all_candidates(fleet):
    """An endpoint of another candidate is reported. It can be the one that serves while this one is slow."""
    for name in ("llm", "llm-old"):
        fleet.accounts["ppio"].store("endpoints").seed({"name": name})
        fleet.accounts["novita"].store("endpoints").seed({"name": name})
    rules = {"novita_endpoint": "llm.*", "ppio_endpoint": "llm.*"}
    values = fleet.ok(inference("llm"), prune=rules, list_unmanaged=True)
    assert (fleet.names("novita"), fleet.names("ppio")) == (["llm"], ["llm"])
    assert [other["provider"] for other in values["inference_endpoints"][0]["others"]] == ["ppio"]
    assert values["unmanaged"] == []


def test_prune_keeps_the_workergroup_and_the_template_of_a_candidate(fleet):
    [number] = fleet.add_vast("llm")
    fleet.add_groups(number)
    fleet.vast.store("templates").seed({"name": "llm"})
    with_template = {"vast": {**VAST["provider_options"]["vast"], "template": {}}}
    entry = {
        "name": "llm",
        "image": COMMON["image"],
        "max_workers": 2,
        "candidates": [{"provider": "ppio", "product": "9"}, {"provider": "vast", "provider_options": with_template}],
    }
    fleet.accounts["ppio"].store("endpoints").seed({"name": "llm"})
    values = fleet.ok(
        {"inference_endpoint": entry},
        prune={"vast_endpoint": "llm", "vast_workergroup": "llm", "vast_template": "llm"},
    )
    assert (places(values), actions(values)) == ([("llm", "ppio")], ["update"])
    assert (len(fleet.vast.store("templates").views()), fleet.names("vast", key="endpoint_name")) == (1, ["llm"])


# -- limits ------------------------------------------------------------------------------------------------------------


def test_an_approved_plan_contains_only_the_first_candidate(fleet):
    planned = fleet.ok(inference("llm"), check=True)
    refuse_creates(fleet)
    refused = fleet.run(inference("llm"), approved=planned["plan_digest"])
    assert (actions(refused), fleet.names("ppio")) == (["failed"], [])
    assert "out of stock" in refused["msg"]
    fleet.accounts["novita"].faults.clear()
    applied = fleet.ok(inference("llm"), approved=planned["plan_digest"])
    assert places(applied) == [("llm", "novita")]


def test_another_entry_does_not_have_the_approved_plan(fleet):
    planned = fleet.ok(inference("llm"), check=True)
    refused = fleet.run(inference("llm", max_workers=3), approved=planned["plan_digest"])
    assert "the plan was made from other entries" in refused["msg"]


def test_the_cost_limit_of_the_fleet_applies_to_each_candidate(fleet):
    """The limit allows one endpoint in CNY, so the second one cannot move to PPIO."""
    one = fleet.ok(inference("llm", [PPIO]), prices=True, check=True)["hourly_cost"]["CNY"]["after"]["worst"]["known"]
    refuse_creates(fleet)
    limit = {"CNY": one * 1.5}
    values = fleet.run(inference("a"), inference("b"), max_hourly_cost=limit, concurrency=1)
    assert sorted(actions(values)) == ["create", "failed"]
    assert len(fleet.names("ppio")) == 1
    tried = [row["reason"] for endpoint in values["inference_endpoints"] for row in endpoint["tried"]]
    assert tried.count("price") == 1
    assert "max_hourly_cost.CNY" in values["msg"]


def test_a_plan_with_too_many_changes_creates_no_endpoint(fleet):
    values = fleet.run(inference("a"), inference("b"), max_changes=1)
    assert values["failure"]["reason"] == "too_much"
    assert (fleet.names("novita"), fleet.names("ppio")) == ([], [])
