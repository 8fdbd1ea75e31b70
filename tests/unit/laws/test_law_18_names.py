# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 18: a task can name a resource of another type instead of its id."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from ..harness import run_module
from .conftest import World
from .resource_types import (
    NOVITA_ENDPOINT,
    NOVITA_INSTANCE,
    NOVITA_NETWORK,
    NOVITA_NETWORK_STORAGE,
    NOVITA_REGISTRY_AUTH,
    VAST_TEMPLATE,
    VAST_WORKERGROUP,
    ResourceType,
)


@dataclass(frozen=True)
class Named:
    """An option that names a resource of another type.

    :param user: the resource type with the option.
    :param named: the resource type that it names.
    :param fragment: a fragment of a task of the user that names the resource of the task of the named type.
    :param path: the path of the option in messages.
    :param with_id: returns a fragment of a task of the user that contains the id or the other value.
    :param target: returns the value in the spec of the user.
    :param value: returns the value of the named resource, as its result shows it.
    :param task: a task that creates the named resource, if it is not that of its type.
    :param without: options of the task of the user that the name replaces.
    :param seeded: wire fields that make a manually created resource match the name.
    """

    user: ResourceType
    named: ResourceType
    fragment: dict
    path: str
    with_id: object
    target: object
    value: object = lambda result, noun: result["id"]
    task: dict = field(default_factory=dict)
    seeded: dict = field(default_factory=dict)
    without: tuple = ()

    def __str__(self):
        return f"{self.user.module}-{self.path}"


def image(**options):
    return {"image": {"image": "registry.example.org/team/llm:1.4", **options}}


NAMES = [
    Named(
        NOVITA_ENDPOINT,
        NOVITA_REGISTRY_AUTH,
        image(auth={"name": "registry.example.org", "username": "team-bot"}),
        "image.auth",
        lambda value: image(auth_id=value),
        lambda spec: spec["image"].get("auth_id", ""),
        seeded={"username": "team-bot"},
    ),
    Named(
        NOVITA_INSTANCE,
        NOVITA_REGISTRY_AUTH,
        {"registry_auth": {"name": "registry.example.org", "username": "team-bot"}},
        "registry_auth",
        lambda value: {"image_auth_id": value},
        lambda spec: spec.get("image_auth_id", ""),
        seeded={"username": "team-bot"},
    ),
    Named(
        NOVITA_ENDPOINT,
        NOVITA_NETWORK_STORAGE,
        {"volume_mounts": [{"type": "network", "storage": "models", "mount_path": "/models"}]},
        "volume_mounts[].storage",
        lambda value: {"volume_mounts": [{"type": "network", "id": value, "mount_path": "/models"}]},
        lambda spec: spec["volume_mounts"][0]["id"],
        task={"name": "models", "cluster_id": "us-demo-1", "size": 50},
        seeded={"clusterId": "us-demo-1"},
    ),
    Named(
        NOVITA_INSTANCE,
        NOVITA_NETWORK_STORAGE,
        {"network_storages": [{"storage": "models", "mount_point": "/models"}]},
        "network_storages[].storage",
        lambda value: {"network_storages": [{"id": value, "mount_point": "/models"}]},
        lambda spec: spec["network_storages"][0]["id"],
        task={"name": "models", "cluster_id": "us-demo-1", "size": 50},
        seeded={"clusterId": "us-demo-1"},
    ),
    Named(
        VAST_WORKERGROUP,
        VAST_TEMPLATE,
        {"template": "tts"},
        "template",
        lambda value: {"template_hash": value},
        lambda spec: spec.get("template_hash", ""),
        value=lambda result, noun: result[noun]["template_hash"],
        task={"name": "tts", "image": "registry.example.org/tts", "tag": "1.4"},
        without=("template_hash",),
    ),
    Named(
        NOVITA_INSTANCE,
        NOVITA_NETWORK,
        {"network": "models"},
        "network",
        lambda value: {"network_id": value},
        lambda spec: spec.get("network_id", ""),
        task={"name": "models", "cluster_id": "us-demo-1"},
        seeded={"clusterId": "us-demo-1"},
    ),
]


IMMUTABLE = ("network",)


@pytest.fixture(name="place", params=NAMES, ids=str)
def _place(request, cloud):
    return Place(cloud, request.param)


class Place:
    """An account with the resources of two types."""

    def __init__(self, cloud, named):
        self.cloud = cloud
        self.named = named
        self.user = World(cloud, named.user)
        self.other = World(cloud, named.named)
        self.list_operation = self.other.operation("list")
        self.named_task = named.task or named.named.task
        self.user_task = {key: value for key, value in named.user.task.items() if key not in named.without}

    def run(self, check=False, **fragment):
        return self.user.run({**self.user_task, **self.named.fragment, **fragment}, check)

    def create_named(self):
        result = self.other.run(self.named_task).ok(changed=True)
        return self.named.value(result, self.named.named.noun)

    def in_spec(self, result):
        return self.named.target(result[self.named.user.noun]["spec"])

    def fleet(self, entries, check=False, **options):
        provider = self.named.user.provider
        connection = {"api_key": self.cloud.key, "api_url": self.cloud.url(provider)}
        result, printed = run_module("fleet", {"resources": entries, provider: connection, **options}, check)
        assert "Traceback" not in printed
        return result

    def entries(self, state="present"):
        user = {self.named.user.module: {**self.user_task, **self.named.fragment, "state": state}}
        return [user, {self.named.named.module: {**self.named_task, "state": state}}]


def test_law_18_a_name_stands_for_the_value_of_the_named_resource(place):
    value = place.create_named()
    planned = place.run(check=True).ok(changed=True)
    created = place.run().ok(changed=True)
    assert place.in_spec(created) == value
    assert created["plan"] == planned["plan"]
    assert created["diff"] == planned["diff"]
    again = place.run().ok(changed=False)
    assert again.operations.count(place.list_operation) == 1
    assert again.writes == []
    place.user.run({**place.user_task, **place.named.with_id(value)}).ok(changed=False)


def test_law_18_a_name_and_a_value_are_refused_before_the_first_request(place):
    both = {**place.named.with_id("x"), **place.named.fragment}
    for option, value in place.named.with_id("x").items():
        named = place.named.fragment.get(option)
        if isinstance(value, dict):
            both[option] = {**value, **named}
        elif isinstance(value, list):
            both[option] = [{**value[0], **named[0]}]
    failed = place.run(**both).failing()
    assert "must be omitted if" in failed["msg"] or "mutually exclusive" in failed["msg"]
    assert failed.requests == []


def test_law_18_an_unknown_name_is_refused_with_the_existing_ones(place):
    place.other.seed("another")
    failed = place.run().failing("does not exist", "'another'", place.named.named.module)
    assert failed["failure"]["reason"] == "not_found"
    assert failed.writes == []
    checked = place.run(check=True).ok(changed=True)
    assert "Ignore this warning if an earlier task creates it" in str(checked["warnings"])


def test_law_18_an_ambiguous_name_is_refused_with_the_ids(place):
    ids = [place.other.seed(place.named_task["name"], **place.named.seeded) for _each in range(2)]
    failed = place.run().failing(*ids, place.named.path)
    assert failed["failure"]["reason"] == "ambiguous_name"
    assert failed.writes == []


def test_law_18_a_change_of_the_named_resource_is_a_change_of_its_user(place):
    place.create_named()
    place.user.create().ok(changed=True)
    if place.named.path in IMMUTABLE:
        refused = place.user.run({**place.named.user.selection, **place.named.fragment})
        assert refused.failing("cannot be changed in place").writes == []
        return
    selection = {**place.named.user.selection, **place.named.fragment}
    planned = place.user.run(selection, check=True).ok(changed=True)
    assert [step["action"] for step in planned["plan"]] == ["update"]
    place.user.run(selection).ok(changed=True)
    place.user.run(selection).ok(changed=False)


@pytest.mark.other_face
def test_law_18_a_fleet_creates_the_named_resource_first_and_deletes_it_last(place):
    planned = place.fleet(place.entries(), check=True)
    assert not planned.get("failed"), planned["msg"]
    created = place.fleet(place.entries())
    assert not created.get("failed"), created["msg"]
    assert created["summary"] == planned["summary"]
    user, other = created["resources"]
    assert place.in_spec(user) == place.named.value(other, place.named.named.noun)
    assert place.fleet(place.entries())["changed"] is False
    kept = place.fleet(place.entries()[:1], prune={place.named.named.module: "."}, allow_prune_all=True)
    assert not kept.get("failed"), kept["msg"]
    assert kept["changed"] is False
    left = place.fleet(place.entries("absent"))
    assert not left.get("failed"), left["msg"]
    assert place.user.ids() == place.other.ids() == []


@pytest.mark.other_face
def test_law_18_a_fleet_does_not_delete_what_another_entry_names(place):
    place.create_named()
    keeping, removing = place.entries()[0], place.entries("absent")[1]
    failed = place.fleet([keeping, removing])
    assert failed["failed"]
    assert "deletes it" in failed["msg"]
    assert len(place.other.ids()) == 1


@pytest.mark.other_face
def test_law_18_a_template_that_a_fleet_changes_is_a_change_of_its_workergroup(cloud):
    place = Place(cloud, next(named for named in NAMES if named.user is VAST_WORKERGROUP))
    for match in ("endpoint", "template"):
        user, template = place.entries()
        user[place.named.user.module]["match"] = match
        assert not place.fleet([user, template]).get("failed")
        template[place.named.named.module]["tag"] = f"2.{match}"
        planned = place.fleet([user, template], check=True)
        assert not planned.get("failed"), planned["msg"]
        assert [resource["action"] for resource in planned["resources"]] == ["update", "update"]
        changed = place.fleet([user, template])
        assert not changed.get("failed"), changed["msg"]
        assert changed["summary"] == planned["summary"]
        assert place.in_spec(changed["resources"][0]) == changed["resources"][1]["template"]["template_hash"]
        assert place.fleet([user, template])["changed"] is False
        assert len(place.user.ids()) == 1


def test_law_18_a_workergroup_that_may_use_an_earlier_content_is_not_duplicated(cloud):
    place = Place(cloud, next(named for named in NAMES if named.user is VAST_WORKERGROUP))
    place.create_named()
    place.run(match="template").ok(changed=True)
    place.other.run({**place.named_task, "tag": "2"}).ok(changed=True)
    refused = place.run(match="template").failing("template: must be omitted", "earlier content")
    assert refused.writes == []
    place.run().ok(changed=True)
    assert len(place.user.ids()) == 1


@pytest.mark.other_face
def test_law_18_a_fleet_deletes_a_resource_after_its_user_has_given_it_up(cloud):
    place = Place(cloud, next(named for named in NAMES if named.path == "volume_mounts[].storage"))
    storages = [{place.named.named.module: {**place.named_task, "name": name}} for name in ("models", "data")]
    mounts = [{"type": "network", "storage": name, "mount_path": f"/{name}"} for name in ("models", "data")]
    user = {place.named.user.module: {**place.user_task, "volume_mounts": mounts}}
    assert not place.fleet([user, *storages]).get("failed")
    assert len(place.other.ids()) == 2
    user[place.named.user.module]["volume_mounts"] = mounts[:1]
    storages[1][place.named.named.module]["state"] = "absent"
    changed = place.fleet([user, *storages])
    assert not changed.get("failed"), changed["msg"]
    assert [resource["action"] for resource in changed["resources"]] == ["update", "unchanged", "delete"]
    assert place.fleet([user, *storages])["changed"] is False


def test_law_02_a_planned_value_stands_for_that_of_a_resource_that_an_earlier_task_would_create(place):
    planned = place.named.value(place.other.run(place.named_task, check=True).ok(changed=True), place.named.named.noun)
    assert planned.startswith(f"planned:{place.named.named.module}:")
    task = {**place.user_task, **place.named.with_id(planned)}
    checked = place.user.run(task, check=True).ok(changed=True)
    assert checked.writes == []
    assert place.in_spec(checked) == planned
    assert place.user.run(task).failing("A planned id is valid only in check mode").requests == []


def test_law_02_a_template_that_an_earlier_task_would_change_has_a_planned_hash(cloud):
    place = Place(cloud, next(named for named in NAMES if named.user is VAST_WORKERGROUP))
    place.create_named()
    place.run().ok(changed=True)
    planned = place.other.run({**place.named_task, "tag": "2"}, check=True).ok(changed=True)
    new_hash = planned["template"]["template_hash"]
    checked = place.user.run({**place.user_task, "template_hash": new_hash}, check=True).ok(changed=True)
    assert [step["effect"] for step in checked["plan"]] == ["rolls_workers"]
    assert planned["id"] == planned["template"]["template_id"]
