# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of prune in the module fleet: their forms, unknown ages, and approved plans."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.prune_rule import prune_rules
from ansible_collections.gpufleet.cloud.plugins.module_utils._times import unix_time
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import EMPTY

from .test_fleet import Fleet
from .test_fleet_accounts import Accounts

UNIT = "must have a unit: s, m, h or d, for example 90m, 24h or 7d, not"
DURATION = "must be a positive whole number and a unit, for example 90m, 24h or 7d, not"
OLD = {"name": "^ci-", "older_than": "24h"}


@pytest.fixture(name="fleet")
def _fleet(cloud):
    return Fleet(cloud)


@pytest.mark.parametrize(
    ("older_than", "seconds"), [("30s", 30), ("90m", 5400), ("24h", 86400), ("3650d", 315360000), (None, None)]
)
def test_durations(older_than, seconds):
    rules, violations = prune_rules({"vast_endpoint": {"name": "^ci-", "older_than": older_than}})
    assert (rules["vast_endpoint"].seconds, violations) == (seconds, [])


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (False, "prune.vast_endpoint: must be a string or a mapping, not a value of type bool; enclose the value in"),
        (1.5, "prune.vast_endpoint: must be a string or a mapping, not a value of type float; enclose the value in"),
        (["^ci-"], "prune.vast_endpoint: must be a string or a mapping, not a value of type list; write one string"),
        ("", f"prune.vast_endpoint: {EMPTY}"),
        ({}, "prune.vast_endpoint.name: must be set"),
        ({"name": None, "older_than": "1d"}, "prune.vast_endpoint.name: must be set"),
        ({"name": " "}, f"prune.vast_endpoint.name: {EMPTY}"),
        ({"name": "["}, "prune.vast_endpoint.name: must be a valid regular expression"),
        ({"name": True}, "prune.vast_endpoint.name: must be a string, not a value of type bool"),
        ({"name": "^ci-", "older": "1d"}, "prune.vast_endpoint: unknown option older; did you mean older_than?"),
        ({"name": "^ci-", "age": "1d"}, "prune.vast_endpoint: unknown option age; the options are name, older_than"),
        ({"name": "^ci-", "older_than": 24}, f"prune.vast_endpoint.older_than: {UNIT} 24"),
        ({"name": "^ci-", "older_than": "24"}, f"prune.vast_endpoint.older_than: {UNIT} 24"),
        ({"name": "^ci-", "older_than": 0.5}, f"prune.vast_endpoint.older_than: {UNIT} 0.5"),
        ({"name": "^ci-", "older_than": ""}, f"prune.vast_endpoint.older_than: {EMPTY}"),
        ({"name": "^ci-", "older_than": "0h"}, f"prune.vast_endpoint.older_than: {DURATION} '0h'"),
        ({"name": "^ci-", "older_than": "-1d"}, f"prune.vast_endpoint.older_than: {DURATION} '-1d'"),
        ({"name": "^ci-", "older_than": "1d12h"}, f"prune.vast_endpoint.older_than: {DURATION} '1d12h'"),
        ({"name": "^ci-", "older_than": "1 day"}, f"prune.vast_endpoint.older_than: {DURATION} '1 day'"),
        ({"name": "^ci-", "older_than": "٢٤h"}, f"prune.vast_endpoint.older_than: {DURATION} '٢٤h'"),
        ({"name": "^ci-", "older_than": "3651d"}, "prune.vast_endpoint.older_than: must be at most 3650d, not 3651d"),
        ({"name": "^ci-", "older_than": True}, "prune.vast_endpoint.older_than: must be a string, for example 90m"),
        ({"name": "^ci-", "older_than": ["1d"]}, "prune.vast_endpoint.older_than: must be a string, for example 90m"),
    ],
    ids=str,
)
@pytest.mark.parametrize("check", [True, False])
def test_an_invalid_rule_is_refused_before_the_first_request(fleet, rule, message, check):
    fleet.add_vast("ci-1")
    values = fleet.run(prune={"vast_endpoint": rule}, allow_prune_all=True, check=check)
    assert values["failed"] and message in values["msg"]
    assert values["operations"]["vast"] == []


def test_a_mapping_without_an_age_is_a_pattern(fleet):
    fleet.add_vast("ci-1", "5")
    fleet.ok(prune={"vast_endpoint": {"name": "^ci-"}, "ppio_endpoint": None}, allow_prune_all=True)
    fleet.ok(prune={"vast_endpoint": 5}, allow_prune_all=True)
    assert fleet.names("vast", key="endpoint_name") == []


def test_a_rule_with_an_age_must_not_match_every_name_either(fleet):
    values = fleet.run(prune={"vast_endpoint": {"name": ".*", "older_than": "24h"}})
    assert "prune.vast_endpoint.name: the pattern '.*' matches even an empty name" in values["msg"]


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2020-01-01", "2020-01-01T00:00:00", "1970-01-01T00:00:00Z", "2020-13-01T00:00:00Z", "1" * 30],
)
def test_an_unreadable_time_is_no_time(text):
    assert unix_time(text) is None


@pytest.mark.parametrize("created_at", [None, "", 0, "0", True, "soon", 1.7e300, {}])
def test_a_resource_of_unknown_age_stays_and_is_named_with_its_id(fleet, created_at):
    [unknown] = fleet.add_vast("ci-1", created_at=created_at)
    [old] = fleet.add_vast("ci-1", created_at=1700000000)
    values = fleet.ok(prune={"vast_endpoint": OLD}, allow_prune_all=True)
    assert [resource["deleted_id"] for resource in values["resources"]] == [str(old)]
    [warning] = [text for text in map(str, values["warnings"]) if "prune.vast_endpoint: the age of" in text]
    assert f"ci-1 (id {unknown}, " in warning


def test_an_old_resource_with_an_entry_stays(fleet):
    fleet.add_vast("ci-1", "ci-2", created_at=1700000000)
    fleet.ok({"vast_endpoint": {"name": "ci-1"}}, prune={"vast_endpoint": OLD})
    assert fleet.names("vast", key="endpoint_name") == ["ci-1"]


def test_time_alone_changes_no_approved_plan(fleet, clock, monkeypatch):
    created = int(clock.unix_time()) - 25 * 3600
    fleet.add_vast("ci-old", created_at=created)
    options = {"prune": {"vast_endpoint": OLD}, "allow_prune_all": True}
    digest = fleet.ok(check=True, **options)["plan_digest"]
    monkeypatch.setattr(clock, "epoch", clock.epoch + 3600)
    assert fleet.ok(check=True, approved=digest, **options)["plan_digest"] == digest
    [young] = fleet.add_vast("ci-young", created_at=created + 3600)
    assert fleet.run(approved=digest, **options)["failure"]["reason"] == "plan_changed"
    assert str(young) in [str(row["id"]) for row in fleet.vast.store("endpoints").views()]


def test_one_account_without_a_list_does_not_stop_the_others(cloud):
    fleet = Accounts(cloud)
    for account in (fleet.vast, *fleet.named.values()):
        account.store("endpoints").seed({"endpoint_name": "ci-1", "created_at": 1700000000})
    fleet.named["east"].fault("endpoint.list", "status", status=500, times=0)
    values = fleet.run(prune={"vast_endpoint": OLD}, allow_prune_all=True)
    assert (
        "prune (vast_endpoint ^ci-, account east): Cannot prune endpoints that match '^ci-' and are older than 24h"
        in (values["msg"])
    )
    assert (fleet.endpoints_of("east"), fleet.endpoints_of("west")) == (["ci-1"], [])


def test_a_worker_of_an_endpoint_is_never_deleted_as_an_instance(fleet):
    store = fleet.vast.store("instances")
    old, worker = (store.seed({"label": label, "start_date": 1700000000.0})["id"] for label in ("ci-1", "ci-2:99:1"))
    new = store.seed({"label": "ci-3"})["id"]
    values = fleet.ok(prune={"vast_instance": OLD}, allow_prune_all=True)
    assert [resource["deleted_id"] for resource in values["resources"]] == [str(old)]
    assert sorted(row["id"] for row in store.rows()) == [worker, new]
