# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option list_unmanaged of the module fleet: what no entry names, orphans, and lists that cannot be read."""

from __future__ import annotations

import pytest

from .test_fleet import TEMPLATE, Fleet, endpoints, workergroup
from .test_fleet_accounts import Accounts, entries_in


@pytest.fixture(name="fleet")
def _fleet(cloud):
    return Fleet(cloud)


def ids(values, orphans=False):
    """Return the type and the ID of the unmanaged resources, or of the orphans among them."""
    return sorted((row["resource_type"], row["id"]) for row in values["unmanaged"] if row["orphan"] or not orphans)


def warnings(values):
    return [text for text in map(str, values.get("warnings", [])) if "unmanaged resources" in text]


def test_nothing_is_listed_without_the_option(fleet):
    fleet.add_vast("forgotten")
    values = fleet.ok(*endpoints("a"))
    assert values["unmanaged"] == []
    assert "instance.list" not in values["operations"]["vast"]


@pytest.mark.parametrize("check", [True, False])
def test_what_entries_name_or_use_or_prune_deletes_is_managed(fleet, check):
    by_id, by_name, group_owner, pruned, absent, forgotten = fleet.add_vast("a", "b", "c", "ci-1", "old", "forgotten")
    kept_group, lost_group = fleet.add_groups(group_owner, forgotten)
    template = fleet.vast.store("templates").seed({"name": "used", "image": "image", "hash_id": TEMPLATE})
    values = fleet.ok(
        {"vast_endpoint": {"id": str(by_id), "max_workers": 1}},
        *endpoints("b", "new"),
        {"vast_endpoint": {"name": "old", "state": "absent"}},
        {"vast_workergroup": {"id": str(kept_group), "endpoint": "c", "template": "used"}},
        prune={"vast_endpoint": "^ci-"},
        list_unmanaged=True,
        check=check,
    )
    assert ids(values) == [("vast_endpoint", str(forgotten)), ("vast_workergroup", str(lost_group))]
    assert values["unmanaged"][0] == {
        "resource_type": "vast_endpoint",
        "provider": "vast",
        "account": "",
        "name": "forgotten",
        "id": str(forgotten),
        "created_at": values["unmanaged"][0]["created_at"],
        "orphan": "",
    }
    assert values["unmanaged"][0]["created_at"].startswith("20")
    assert (warnings(values), template["name"]) == ([], "used")


def test_all_resource_types_are_listed(fleet):
    for provider, noun, fields in (
        ("novita", "endpoints", {"name": "n"}),
        ("novita", "network_storages", {"storageName": "s"}),
        ("ppio", "endpoints", {"name": "p"}),
        ("vast", "env_vars", {"key": "TOKEN", "value": "1"}),
        ("vast", "instances", {"label": "mine"}),
    ):
        fleet.accounts[provider].store(noun).seed(fields)
    values = fleet.ok(list_unmanaged=True)
    assert sorted(row["resource_type"] for row in values["unmanaged"]) == [
        "novita_endpoint",
        "novita_network_storage",
        "ppio_endpoint",
        "vast_env_var",
        "vast_instance",
    ]
    assert values["resources"] == [] and not values["changed"]


def test_workergroups_without_endpoint_are_orphans(fleet):
    [endpoint] = fleet.add_vast("tts")
    owned, lost = fleet.add_groups(endpoint, 99, endpoint_name="tts")
    values = fleet.ok(*endpoints("tts"), list_unmanaged=True)
    assert {row["id"]: row["orphan"] for row in values["unmanaged"]} == {
        str(owned): "",
        str(lost): "Its endpoint 99 does not exist.",
    }


def test_workers_of_existing_endpoints_are_managed_and_those_of_others_are_orphans(fleet):
    [endpoint] = fleet.add_vast("tts", cold_workers=1)
    fleet.add_groups(endpoint)
    store = fleet.vast.store("instances")
    lost, own = (store.seed({"label": label}) for label in ("tts:99:1", "batch"))
    values = fleet.ok(*endpoints("tts", cold_workers=1), workergroup("tts"), list_unmanaged=True)
    assert len(store.rows()) == 3
    assert [(row["name"], row["id"], row["orphan"]) for row in values["unmanaged"]] == [
        ("tts:99:1", str(lost["id"]), "Its label names the endpoint 99, which does not exist."),
        ("batch", str(own["id"]), ""),
    ]
    shown = f"{values['printed']}"
    assert lost["instance_api_key"] not in shown and lost["jupyter_token"] not in shown
    assert fleet.vast.store("instances").defaults["extra_env"][0][1] not in shown


def test_what_a_deleted_endpoint_leaves_behind_is_found_in_the_next_run(fleet):
    fleet.ok(*endpoints("tts", cold_workers=1), workergroup("tts"))
    fleet.vast.settings.set(workers_remain=True)
    fleet.ok({"vast_endpoint": {"name": "tts", "state": "absent"}})
    [left] = fleet.ok(list_unmanaged=True, check=True)["unmanaged"]
    assert left["orphan"] and left["name"].startswith("tts:")


def test_an_endpoint_that_is_newer_than_the_first_list_has_no_orphans(fleet, monkeypatch):
    """Another task creates an endpoint after the endpoints were listed, and before the instances are."""
    fleet.vast.store("instances").seed({"label": "tts:99:1"})
    fleet.vast.store("endpoints").seed({"id": 99, "endpoint_name": "tts"})
    fleet.vast.fault("endpoint.list", "empty_list")
    assert ids(fleet.ok(list_unmanaged=True), orphans=True) == []


def test_a_key_without_the_permission_for_instances_is_a_warning(fleet):
    [lost] = fleet.add_groups(99)
    fleet.vast.fault("instance.list", "status", status=403, reason="auth_error", message="missing scope", times=0)
    values = fleet.ok(list_unmanaged=True)
    assert ids(values) == [("vast_workergroup", str(lost))]
    [warning] = warnings(values)
    assert "incomplete: it lacks the instances at Vast.ai. Cannot list the instances at Vast.ai: HTTP 403" in warning


@pytest.mark.parametrize(
    ("fault", "arguments"),
    [("status", {"status": 500}), ("no_envelope", {}), ("wrong_types", {"of": "items"}), ("cut", {}), ("blocked", {})],
)
@pytest.mark.parametrize(
    ("operation", "missing"),
    [
        ("endpoint.list", ["endpoints", "instances", "workergroups"]),
        ("workergroup.list", ["workergroups"]),
        ("instance.list", ["instances"]),
        ("env_var.list", ["environment variables"]),
    ],
)
def test_a_list_that_cannot_be_read_is_a_warning(fleet, operation, missing, fault, arguments):
    fleet.add_vast("a")
    fleet.add_groups(99)
    for store, fields in (("instances", {"label": "tts:99:1"}), ("env_vars", {"key": "A", "value": "1"})):
        fleet.vast.store(store).seed(fields)
    fleet.vast.fault(operation, fault, times=0, **arguments)
    values = fleet.ok(list_unmanaged=True)
    lacking = [warning.split("it lacks the ")[1].split(" at Vast.ai")[0] for warning in warnings(values)]
    assert lacking == missing
    assert not [row for row in values["unmanaged"] if row["orphan"] and operation == "endpoint.list"]


def test_a_failed_list_of_one_account_does_not_stop_the_others(cloud):
    fleet = Accounts(cloud)
    fleet.named["east"].fault("endpoint.list", "status", status=500, times=0)
    fleet.named["west"].store("endpoints").seed({"endpoint_name": "forgotten"})
    values = fleet.run(*entries_in("west", "tts"), *entries_in("east", "asr"), list_unmanaged=True)
    assert (fleet.endpoints_of("west"), fleet.endpoints_of("east")) == (["forgotten", "tts"], [])
    assert [(row["account"], row["name"]) for row in values["unmanaged"]] == [("west", "forgotten")]
    assert all("at Vast.ai in account east" in warning for warning in warnings(values)) and warnings(values)


def test_an_account_that_is_only_listed_is_neither_pruned_nor_part_of_the_plan(cloud):
    fleet = Accounts(cloud)
    fleet.vast.store("endpoints").seed({"endpoint_name": "ci-1"})
    options = {"prune": {"vast_endpoint": "^ci-"}, "allow_prune_all": True}
    digest = fleet.ok(*entries_in("west", "tts"), check=True, list_unmanaged=True, **options)["plan_digest"]
    values = fleet.ok(*entries_in("west", "tts"), list_unmanaged=True, approved=digest, **options)
    assert [(row["account"], row["name"]) for row in values["unmanaged"]] == [("", "ci-1")]
    fleet.ok(*entries_in("west", "tts"), check=True, **options)
    assert fleet.endpoints_of() == ["ci-1"]
