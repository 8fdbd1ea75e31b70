# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Approved plans of several resources: what makes a plan different, and what does not."""

from __future__ import annotations

import os

import pytest

from ...files import file_size_limit
from ...laws.resource_types import NOVITA_ENDPOINT
from .test_fleet import Fleet, actions, endpoints


@pytest.fixture(name="fleet")
def _fleet(cloud):
    return Fleet(cloud)


NAMED = [
    {"novita_registry_auth": {"name": "registry.example.org", "username": "bot", "password": "s3cret-pull-token"}},
    {"novita_network_storage": {"name": "models", "cluster_id": "us-demo-1", "size": 50}},
    {
        "novita_endpoint": {
            **NOVITA_ENDPOINT.task,
            "cluster_id": "us-demo-1",
            "image": {
                "image": "registry.example.org/team/llm:1.4",
                "auth": {"name": "registry.example.org", "username": "bot"},
            },
            "volume_mounts": [{"type": "network", "storage": "models", "mount_path": "/models"}],
        }
    },
    {"vast_template": {"name": "tts", "image": "docker.io/example/tts", "tag": "1.4"}},
    {"vast_endpoint": {"name": "tts", "min_load": 0, "cold_workers": 0, "max_workers": 2}},
    {"vast_workergroup": {"endpoint": "tts", "template": "tts", "search_params": "num_gpus=1"}},
]


def tagged(tag):
    """The same resources with another tag of the template, which changes the workergroup, too."""
    return [{"vast_template": {"name": "tts", "tag": tag}} if "vast_template" in entry else entry for entry in NAMED]


def plan(fleet, *entries, **options):
    return fleet.ok(*entries, check=True, **options)["plan_digest"]


def refused(fleet, *entries, **options):
    """Apply a plan, and return the message with which it is refused before any write."""
    before = {provider: account.requests.copy() for provider, account in fleet.accounts.items()}
    values = fleet.run(*entries, **options)
    assert values["failed"] and values["failure"]["reason"] == "plan_changed"
    for provider, account in fleet.accounts.items():
        new = account.requests[len(before[provider]) :]
        assert not [request for request in new if request["operation"].split(".")[1] not in ("list", "get")]
    return values["msg"]


def test_an_approved_plan_of_resources_that_name_each_other_is_applied(fleet):
    for entries in (NAMED, tagged("1.5")):
        values = fleet.ok(*entries, approved=plan(fleet, *entries))
        assert values["changed"]
    assert fleet.ok(*entries)["changed"] is False


def test_a_plan_with_pruned_resources_is_applied(fleet):
    fleet.add_vast("old-1", "old-2", "old-3")
    digest = plan(fleet, *endpoints("new"), prune={"vast_endpoint": "old"})
    values = fleet.ok(*endpoints("new"), prune={"vast_endpoint": "old"}, approved=digest)
    assert values["summary"]["deleted"] == 3


def test_another_resource_to_prune_makes_the_plan_different(fleet, tmp_path):
    fleet.add_vast("old-1")
    path = str(tmp_path / "plan")
    plan(fleet, *endpoints("new"), prune={"vast_endpoint": "old"}, plan_file=path)
    [second] = fleet.add_vast("old-2")
    message = refused(fleet, *endpoints("new"), prune={"vast_endpoint": "old"}, apply_plan=path)
    assert f"vast_endpoint old-2 (id {second}) was not in the plan and would be deleted" in message
    fleet.vast.store("endpoints").remove(second)
    fleet.ok(*endpoints("new"), prune={"vast_endpoint": "old"}, apply_plan=path)


def test_a_resource_to_prune_that_somebody_deletes_makes_the_plan_different(fleet, tmp_path):
    first, second = fleet.add_vast("old-1", "old-2")
    path = str(tmp_path / "plan")
    plan(fleet, *endpoints("new"), prune={"vast_endpoint": "old"}, plan_file=path)
    fleet.vast.store("endpoints").remove(second)
    message = refused(fleet, *endpoints("new"), prune={"vast_endpoint": "old"}, apply_plan=path)
    assert f"vast_endpoint old-2 (id {second}) is no longer a resource that prune deletes" in message
    assert f"(id {first})" not in message


def test_a_secret_that_somebody_changes_makes_the_plan_different_and_is_not_shown(fleet, tmp_path):
    endpoint = {"novita_endpoint": {**NOVITA_ENDPOINT.task, "secret_envs": {"TOKEN": "canary-secret-0001"}}}
    fleet.ok(endpoint)
    new = {"novita_endpoint": {**NOVITA_ENDPOINT.task, "secret_envs": {"TOKEN": "canary-secret-0003"}}}
    path = str(tmp_path / "plan")
    plan(fleet, new, plan_file=path)
    fleet.ok({"novita_endpoint": {**NOVITA_ENDPOINT.task, "secret_envs": {"TOKEN": "canary-secret-0002"}}})
    message = refused(fleet, new, apply_plan=path)
    assert "entry 1 (novita_endpoint llm-8b): envs.TOKEN has another value than in the plan" in message
    assert "canary" not in message


def test_a_value_that_somebody_changes_makes_the_plan_different_and_is_named(fleet, tmp_path):
    [number] = fleet.add_vast("tts")
    fleet.vast.store("endpoints").change(number, {"max_workers": 3})
    entries = [{"vast_endpoint": {"name": "tts", "max_workers": 8}}]
    path = str(tmp_path / "plan")
    digest = plan(fleet, *entries, plan_file=path)
    fleet.vast.store("endpoints").change(number, {"max_workers": 5})
    message = refused(fleet, *entries, apply_plan=path)
    assert (
        "entry 1 (vast_endpoint tts): planned was max_workers (from 3 to 8), and now it would be max_workers "
        "(from 5 to 8)" in message
    )
    assert "is no longer the plan with the digest" in refused(fleet, *entries, approved=digest)
    assert fleet.names("vast", key="max_workers") == ["5"]


def test_a_value_of_an_option_that_the_task_does_not_set_makes_no_plan_different(fleet):
    [number] = fleet.add_vast("tts")
    entries = [{"vast_endpoint": {"name": "tts", "max_workers": 8}}]
    digest = plan(fleet, *entries)
    fleet.vast.store("endpoints").change(number, {"cold_workers": 7, "target_util": 0.5})
    fleet.ok(*entries, approved=digest)
    assert fleet.names("vast", key="cold_workers") == ["7"]


def test_a_refused_plan_attempts_nothing_and_shows_the_plan_as_it_is_now(fleet):
    entries = endpoints("a", "b")
    digest = plan(fleet, *entries)
    fleet.add_vast("b")
    values = fleet.run(*entries, approved=digest)
    assert set(actions(values)) <= {"not_attempted", "unchanged"}
    assert "because the plan is not the approved one; planned: create" in values["resources"][0]["msg"]
    assert values["plan_digest"] == "" and values["changed"] is False


def test_a_plan_file_without_space_keeps_the_earlier_plan_and_leaves_no_other_file(fleet, tmp_path):
    path = tmp_path / "plan"
    plan(fleet, *endpoints("a"), plan_file=str(path))
    earlier = path.read_bytes()
    with file_size_limit(100):
        values = fleet.run(*endpoints("b"), check=True, plan_file=str(path))
    assert f"plan_file: cannot write {path} (File too large)" in values["msg"]
    assert (os.listdir(tmp_path), path.read_bytes()) == (["plan"], earlier)
