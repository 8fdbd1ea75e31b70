# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The costs, the limits of costs, and the balances of a fleet."""

from __future__ import annotations

import pytest

from ...laws.resource_types import (
    NOVITA_ENDPOINT,
    NOVITA_INSTANCE,
    PPIO_ENDPOINT,
    PPIO_INSTANCE,
    RESOURCE_TYPES,
    VAST_INSTANCE,
)
from .test_fleet import Fleet, endpoints, workergroup, writes
from .test_fleet_accounts import Accounts, entries_in

FREE = {"novita_network", "novita_registry_auth", "vast_env_var", "vast_ssh_key", "vast_template"}
BOTH = pytest.mark.parametrize("check", [True, False], ids=["check", "run"])


@pytest.fixture(name="fleet")
def _fleet(cloud):
    return Fleet(cloud)


def every_type(fleet):
    """Return an entry of each resource type, with what it requires."""
    for resource_type in RESOURCE_TYPES:
        for store, wire_fields in resource_type.around:
            fleet.accounts[resource_type.provider].store(store).seed(wire_fields)
    return [{resource_type.module: resource_type.task} for resource_type in RESOURCE_TYPES]


def instance(**options):
    return {"novita_instance": {**NOVITA_INSTANCE.task, **options}}


def limited_group(endpoint, dph=0.6, **options):
    """Return a workergroup whose workers have a highest price."""
    return workergroup(endpoint, search_params=f"verified=true rentable=true rented=false dph_total<={dph}", **options)


def costs(values, *path):
    """Return a cost of each resource, by resource type."""
    found = {}
    for resource in values["resources"]:
        value = resource["hourly_cost"]
        for key in path:
            value = value[key]
        found[resource["resource_type"]] = value
    return found


def worst(values, currency="USD"):
    cost = values["hourly_cost"][currency]
    return cost["before"]["worst"]["known"], cost["after"]["worst"]["known"]


# -- the costs of resources --------------------------------------------------------------------------------------------


@BOTH
def test_only_free_resources_cost_nothing_and_an_unknown_cost_is_null(fleet, check):
    entries = every_type(fleet)
    values = fleet.ok(*entries, check=check, prices=True)
    after = costs(values, "after", "worst")
    assert {name for name, cost in after.items() if cost == 0} == FREE
    assert {name for name, cost in after.items() if cost is None} == {"novita_network_storage"}
    priced = (NOVITA_ENDPOINT, NOVITA_INSTANCE, PPIO_ENDPOINT, PPIO_INSTANCE, VAST_INSTANCE)
    assert {each.module: after[each.module] for each in priced} == {each.module: each.worst_cost for each in priced}
    assert after["vast_endpoint"] == after["vast_workergroup"] == 2.4
    assert values["hourly_cost"]["CNY"]["after"]["worst"] == {"known": 8.24, "unknown": 0}
    assert values["hourly_cost"]["USD"]["after"]["worst"] == {"known": 4.11658, "unknown": 1}


def test_without_prices_no_price_list_is_read(fleet):
    values = fleet.ok(*every_type(fleet), check=True)
    assert (values["hourly_cost"], set(costs(values).values())) == ({}, {None})
    assert not any("product" in operation for each in values["operations"].values() for operation in each)


def test_an_idle_endpoint_does_not_count_as_free(fleet):
    values = fleet.ok({"novita_endpoint": {**NOVITA_ENDPOINT.task, "volume_mounts": []}}, prices=True)
    [cost] = [resource["hourly_cost"] for resource in values["resources"]]
    assert cost["after"] == {"present": None, "worst": 0.96}
    assert values["hourly_cost"]["USD"]["after"]["present"] == {"known": 0.0, "unknown": 1}


@pytest.mark.parametrize(
    ("resource_type", "unknown"),
    [
        (NOVITA_ENDPOINT, {"products": []}),
        (NOVITA_ENDPOINT, {"workerConfig": {"gpuNum": 0}}),
        (PPIO_ENDPOINT, {"product_id": ""}),
    ],
    ids=str,
)
def test_an_endpoint_whose_product_or_number_of_gpus_is_unknown_has_an_unknown_cost(fleet, resource_type, unknown):
    task = {option: value for option, value in resource_type.task.items() if option != "volume_mounts"}
    created = fleet.ok({resource_type.module: task})["resources"][0]["id"]
    fleet.accounts[resource_type.provider].store("endpoints").change(created, unknown)
    values = fleet.ok({resource_type.module: {"name": task["name"]}}, prices=True)
    assert costs(values, "after") == {resource_type.module: {"present": None, "worst": None}}


@pytest.mark.parametrize(
    ("resource_type", "minimum", "one", "two"),
    [(NOVITA_ENDPOINT, "min_num", 0.48, 0.96), (PPIO_ENDPOINT, "min_replicas", 2.98, 5.96)],
    ids=str,
)
def test_the_present_cost_is_that_of_the_workers(fleet, resource_type, minimum, one, two):
    def entry(kept):
        config = {**resource_type.task["worker_config"], minimum: kept}
        return {resource_type.module: {**resource_type.task, "worker_config": config, "volume_mounts": []}}

    first, second = entry(1), entry(2)
    if resource_type is PPIO_ENDPOINT:
        for each in (first, second):
            del each[resource_type.module]["volume_mounts"]
    fleet.ok(first)
    unchanged, dearer = fleet.ok(first, prices=True), fleet.ok(second, check=True, prices=True)
    assert costs(unchanged, "before", "present") == costs(unchanged, "after", "present") == {resource_type.module: one}
    assert costs(dearer, "before", "present") == {resource_type.module: one}
    assert costs(dearer, "after", "present") == {resource_type.module: two}


def test_a_stopped_instance_costs_nothing(fleet):
    fleet.ok(instance())
    stopped = fleet.ok({"novita_instance": {"name": NOVITA_INSTANCE.task["name"], "state": "stopped"}}, prices=True)
    assert (costs(stopped, "before", "present"), costs(stopped, "after", "present")) == (
        {"novita_instance": 0.35},
        {"novita_instance": 0.0},
    )


def test_a_vast_instance_without_a_bid_costs_its_price_and_a_stopped_one_its_disk(fleet):
    task = {option: value for option, value in VAST_INSTANCE.task.items() if option != "bid_price"}
    fleet.ok({"vast_instance": task})
    [row] = fleet.vast.store("instances").views()
    running, disk = pytest.approx(row["dph_total"], abs=1e-5), pytest.approx(row["storage_total_cost"], abs=1e-5)
    unchanged = fleet.ok({"vast_instance": task}, prices=True)
    stopped = fleet.ok({"vast_instance": {"name": task["name"], "state": "stopped"}}, prices=True)
    assert costs(unchanged)["vast_instance"]["before"] == costs(unchanged)["vast_instance"]["after"]
    assert costs(unchanged, "after", "worst") == costs(stopped, "before", "present") == {"vast_instance": running}
    assert costs(stopped, "after", "worst") == {"vast_instance": disk}
    assert row["dph_total"] > row["storage_total_cost"] > 0


def test_an_unknown_bid_does_not_make_the_cost_of_a_vast_instance_unknown(fleet):
    fleet.vast.store("instances").seed({"label": "batch-1", "is_bid": True, "dph_base": None, "dph_total": 0.5})
    values = fleet.ok({"vast_instance": {"name": "batch-1"}}, prices=True)
    assert costs(values, "after", "worst") == {"vast_instance": 0.5}


def test_the_cost_of_a_vast_instance_that_exists_only_in_a_plan_is_unknown(fleet):
    planned = fleet.ok({"vast_instance": VAST_INSTANCE.task}, check=True)["resources"][0]["id"]
    values = fleet.ok({"vast_instance": {"id": planned, "bid_price": 0.9}}, check=True, prices=True)
    assert costs(values, "after", "worst") == {"vast_instance": None}


def test_pruned_resources_count_before_and_not_after(fleet):
    fleet.ok(instance(), instance(name="old-1", cluster_id="us-demo-1"))
    values = fleet.ok(instance(), check=True, prices=True, prune={"novita_instance": "^old"})
    assert worst(values) == (0.7, 0.35)


# -- workergroups ------------------------------------------------------------------------------------------------------


@BOTH
def test_the_workergroups_of_an_endpoint_share_its_workers(fleet, check):
    entries = [*endpoints("tts", max_workers=4), limited_group("tts", 0.6), limited_group("tts", 0.9, match="template")]
    entries[2]["vast_workergroup"]["template_hash"] = "b" * 32
    entries[1]["vast_workergroup"]["match"] = "template"
    values = fleet.ok(*entries, check=check, prices=True)
    assert [resource["hourly_cost"]["after"]["worst"] for resource in values["resources"]] == [3.6, 2.4, 3.6]
    assert values["hourly_cost"]["USD"]["after"]["worst"] == {"known": 3.6, "unknown": 0}


def test_an_entry_for_the_endpoint_changes_the_cost_of_its_workergroup(fleet):
    fleet.ok(*endpoints("tts", max_workers=2), limited_group("tts"))
    entries = [*endpoints("tts", max_workers=10), limited_group("tts")]
    planned = fleet.ok(*entries, check=True, prices=True)
    assert worst(planned) == (1.2, 6.0)
    refused = fleet.run(*entries, max_hourly_cost={"USD": 5.99})
    assert "max_hourly_cost.USD: the plan raises the worst-case cost from 1.20000 to 6.00000 USD" in refused["msg"]
    assert writes(refused) == []


def test_an_endpoint_without_an_entry_for_a_workergroup_has_an_unknown_cost(fleet):
    refused = fleet.run(*endpoints("tts", max_workers=4), max_hourly_cost={"USD": 100})
    assert "the worst-case cost is unknown for entry 1 (vast_endpoint tts)" in refused["msg"]
    assert writes(refused) == []


def test_a_workergroup_without_a_price_limit_makes_the_endpoint_unknown(fleet):
    values = fleet.ok(*endpoints("tts", max_workers=4), workergroup("tts"), prices=True)
    assert costs(values, "after", "worst") == {"vast_endpoint": None, "vast_workergroup": None}
    assert values["hourly_cost"]["USD"]["after"]["worst"] == {"known": 0.0, "unknown": 1}


def test_the_present_cost_of_workers_comes_from_their_instances(fleet):
    entries = [*endpoints("tts", max_workers=4, cold_workers=2, min_load=1), limited_group("tts")]
    fleet.ok(*entries)
    entries[0]["vast_endpoint"]["wait_for_workers"] = 2
    fleet.ok(*entries)
    prices = [row["dph_total"] for row in fleet.vast.store("instances").rows()]
    values = fleet.ok(*entries, prices=True)
    assert len(prices) == 2
    assert costs(values, "before", "present") == dict.fromkeys(
        ("vast_endpoint", "vast_workergroup"), round(sum(prices), 5)
    )


def test_a_key_without_access_to_instances_keeps_the_worst_case(fleet):
    entries = [*endpoints("tts", max_workers=4, cold_workers=2, min_load=1), limited_group("tts")]
    fleet.ok(*entries)
    fleet.vast.fault("instance.list", "status", times=0, status=403, message="no instance_read")
    values = fleet.ok(*entries, prices=True)
    assert costs(values, "after") == dict.fromkeys(
        ("vast_endpoint", "vast_workergroup"), {"present": None, "worst": 2.4}
    )
    [warning] = [str(warning) for warning in values["warnings"] if "hourly_cost" in str(warning)]
    assert "no instance_read" in warning


# -- limits ------------------------------------------------------------------------------------------------------------


@BOTH
def test_the_limit_is_for_the_total_of_the_entries(fleet, check):
    entries = [instance(), instance(name="second")]
    refused = fleet.run(*entries, check=check, max_hourly_cost={"USD": 0.69})
    assert "from 0.00000 to 0.70000 USD per hour, more than the limit of 0.69000" in refused["msg"]
    assert (refused["failure"]["reason"], refused["msg"].endswith("Nothing was written.")) == ("too_much", True)
    assert {resource["action"] for resource in refused["resources"]} == {"not_attempted"}
    assert not any(operation.endswith("create") for operation in refused["operations"]["novita"])
    assert worst(fleet.ok(*entries, check=check, max_hourly_cost={"USD": 0.7})) == (0.0, 0.7)


def test_a_limit_of_another_currency_does_not_count(fleet):
    assert worst(fleet.ok(instance(), check=True, max_hourly_cost={"CNY": 0})) == (0.0, 0.35)
    entry = {"ppio_endpoint": PPIO_ENDPOINT.task}
    refused = fleet.run(instance(), entry, check=True, max_hourly_cost={"CNY": 5, "USD": 1})
    assert "max_hourly_cost.CNY" in refused["msg"]


def test_a_plan_that_lowers_the_cost_ignores_the_limit(fleet):
    fleet.ok(instance(), instance(name="second"), instance(name="third"))
    absent = {"novita_instance": {"name": "third", "state": "absent"}}
    values = fleet.ok(instance(), instance(name="second"), absent, max_hourly_cost={"USD": 0.1})
    assert worst(values) == (1.05, 0.7)


def test_an_unchanged_resource_with_an_unknown_cost_counts_only_if_another_cost_rises(fleet):
    storage = {"novita_network_storage": {"name": "models", "cluster_id": "us-demo-1", "size": 50}}
    fleet.ok(storage)
    assert fleet.ok(storage, max_hourly_cost={"USD": 1})["changed"] is False
    refused = fleet.run(storage, instance(), max_hourly_cost={"USD": 1})
    assert "unknown for entry 1 (novita_network_storage models)" in refused["msg"]
    assert fleet.ok(storage, instance(), max_hourly_cost={"USD": 1}, allow_unknown_cost=True)["changed"]


def test_an_entry_can_have_its_own_limit(fleet):
    values = fleet.run(instance(max_hourly_cost={"USD": 0.1}), instance(name="second"))
    assert [resource["action"] for resource in values["resources"]] == ["failed", "create"]
    assert values["resources"][0]["failure"]["reason"] == "price"


@BOTH
def test_a_price_list_that_cannot_be_read_is_a_warning_and_not_a_failure(fleet, check):
    fleet.accounts["novita"].fault("product.list", "status", times=0, status=500, message="try later")
    values = fleet.ok(instance(), check=check, prices=True)
    assert costs(values, "after", "worst") == {"novita_instance": None}
    [warning] = [str(warning) for warning in values["warnings"]]
    assert "entry 1 (novita_instance trainer-1): hourly_cost: a cost is unknown. " in warning
    assert "Cannot read the price list of Novita AI: HTTP 500 UNKNOWN: try later." in warning
    assert "max_hourly_price" not in warning


def test_the_cost_of_an_entry_that_cannot_be_planned_is_unknown(fleet):
    fleet.vast.fault("endpoint.list", "status", times=0, status=500, message="try later")
    values = fleet.run(*endpoints("tts"), instance(), prices=True)
    assert costs(values, "after", "worst") == {"vast_endpoint": None, "novita_instance": 0.35}


# -- balances ----------------------------------------------------------------------------------------------------------


def test_balances_are_read_on_request(fleet):
    values = fleet.ok(instance(), *endpoints("tts"), prices=True, balances=True)
    accounts = {account["provider"]: account for account in values["accounts"]}
    balance = accounts["novita"]["balance"]
    assert balance > 0 and accounts["novita"]["balance_hours"] == round(balance / 0.35, 1)
    assert (accounts["vast"]["balance"] > 0, accounts["vast"]["balance_hours"]) == (True, None)
    assert "balance.get" not in fleet.ok(instance())["operations"]["novita"]


def test_a_balance_that_cannot_be_read_is_a_warning(fleet):
    fleet.accounts["novita"].fault("balance.get", "status", times=0, status=500, message="try later")
    values = fleet.ok(instance(), balances=True)
    assert [account["balance"] for account in values["accounts"]] == [None]
    assert any("Cannot read the balance of novita: HTTP 500" in str(warning) for warning in values["warnings"])


@pytest.mark.parametrize(("balance", "shown"), [(0.01, None), (0.0, "0.00"), (-1.5, "-1.50")])
def test_a_balance_that_is_used_up_is_a_warning(fleet, balance, shown):
    fleet.accounts["novita"].settings.set(balance=balance)
    values = fleet.ok(instance(), check=True, prices=True, balances=True)
    assert [account["balance_hours"] for account in values["accounts"]] == [0.0]
    warnings = str(values.get("warnings", []))
    assert ("The balance of" in warnings) is bool(shown)
    assert shown is None or f"The balance of novita is {shown} USD." in warnings


def test_each_account_has_its_own_costs_and_balance(cloud):
    fleet = Accounts(cloud)
    entries = [
        *entries_in("east", "tts", max_workers=2),
        {"account": "east", **limited_group("tts")},
        *entries_in("west", "tts", max_workers=4),
        {"account": "west", **limited_group("tts")},
    ]
    values = fleet.ok(*entries, check=True, prices=True, balances=True)
    worsts = {account["name"]: account["hourly_cost"]["after"]["worst"]["known"] for account in values["accounts"]}
    assert (worsts, worst(values)) == ({"east": 1.2, "west": 2.4}, (0.0, 3.6))
    assert all(account["balance"] > 0 for account in values["accounts"])
