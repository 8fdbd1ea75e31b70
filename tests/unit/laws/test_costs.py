# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limit of the cost of a resource, for every resource type that has one."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.needs("worst_cost")

BOTH = pytest.mark.parametrize("check", [True, False], ids=["check", "run"])


@pytest.fixture(name="limited")
def _limited(world):
    return Limited(world)


class Limited:
    """Tasks with a limit."""

    def __init__(self, world):
        self.world = world
        self.resource_type = world.resource_type

    def run(self, limit, check=False, **fragment):
        """Run the complete task with a limit, or without one."""
        options = {} if limit is None else {"max_hourly_cost": {self.resource_type.currency: limit}}
        return self.world.run({**merged(self.resource_type.task, fragment), **options}, check)

    def dearer(self, limit, check=False, **fragment):
        return self.run(
            limit, check, **{**self.resource_type.dearer[0], **self.resource_type.for_replacement, **fragment}
        )

    def hide_price(self):
        """Make the price unknown, and return the fragment that the task then needs."""
        unpriced = self.resource_type.unpriced
        if isinstance(unpriced, dict):
            return unpriced
        store, number, fields = unpriced
        self.world.account.store(store).change(number, fields)
        return {}


def merged(task, fragment):
    inner = {key: {**task.get(key, {}), **value} for key, value in fragment.items() if isinstance(value, dict)}
    return {**task, **fragment, **inner}


def worst(result):
    return result["hourly_cost"]["before"]["worst"], result["hourly_cost"]["after"]["worst"]


@BOTH
def test_a_create_above_the_limit_is_refused_before_any_write(limited, check):
    cost, currency = limited.resource_type.worst_cost, limited.resource_type.currency
    refused = limited.run(cost - 0.01, check)
    message = f"max_hourly_cost.{currency}: the plan raises the worst-case cost from 0.00000 to {cost:.5f} {currency}"
    refused.failing(message, f"more than the limit of {cost - 0.01:.5f}")
    assert (refused["failure"]["reason"], refused.writes, limited.world.ids()) == ("price", [], [])


@BOTH
def test_a_create_at_the_limit_is_accepted_and_returns_the_cost(limited, check):
    cost = limited.resource_type.worst_cost
    assert worst(limited.run(cost, check).ok(changed=True)) == (0.0, cost)


def test_without_a_limit_no_price_is_read(limited):
    created = limited.run(None).ok(changed=True)
    assert created["hourly_cost"] is None
    assert limited.resource_type.price_list not in created.operations


@BOTH
def test_a_change_above_the_limit_is_refused_before_any_write(limited, check):
    before = limited.run(None).ok()
    cost, dearer = limited.resource_type.worst_cost, limited.resource_type.dearer[1]
    refused = limited.dearer(dearer - 0.01, check)
    refused.failing(f"from {cost:.5f} to {dearer:.5f}")
    assert (refused.writes, limited.world.ids()) == ([], [before["id"]])
    assert worst(limited.dearer(dearer, check).ok(changed=True)) == (cost, dearer)


def test_a_task_that_does_not_raise_the_cost_ignores_the_limit(limited):
    limited.dearer(None).ok()
    dearer = limited.resource_type.dearer[1]
    assert worst(limited.dearer(0.0).ok(changed=False)) == (dearer, dearer)
    limited.world.run({**limited.resource_type.selection, "state": "absent"}).ok(changed=True)


@pytest.mark.needs("unpriced")
@BOTH
def test_a_create_with_an_unknown_cost_is_refused_unless_the_task_allows_it(limited, check):
    fragment = limited.hide_price()
    refused = limited.run(1000, check, **fragment)
    refused.failing("the worst-case cost is unknown for", "Set allow_unknown_cost to true")
    assert (refused["failure"]["reason"], refused.writes, limited.world.ids()) == ("price", [], [])
    assert worst(limited.run(1000, check, allow_unknown_cost=True, **fragment).ok(changed=True)) == (0.0, None)


@pytest.mark.needs("price_list")
@BOTH
def test_a_price_list_that_cannot_be_read_is_quoted(limited, check):
    limited.world.account.fault(limited.resource_type.price_list, "status", times=0, status=500, message="try later")
    refused = limited.run(1000, check)
    refused.failing("the worst-case cost is unknown for", "try later")
    assert refused.writes == []
    accepted = limited.run(1000, check, allow_unknown_cost=True).ok(changed=True)
    assert any("try later" in str(warning) for warning in accepted["warnings"])


@pytest.mark.parametrize("limit", [5, "x", [1], {"EUR": 1}, {"": 1}])
def test_a_limit_without_a_known_currency_is_refused(limited, limit):
    refused = limited.world.run({**limited.resource_type.task, "max_hourly_cost": limit})
    refused.failing("max_hourly_cost")
    assert refused["requests"] == [] if "requests" in refused else not refused.operations


@pytest.mark.parametrize("limit", [-0.01, True, "much", "", float("nan")])
def test_a_limit_that_is_no_amount_is_refused(limited, limit):
    refused = limited.run(limit)
    refused.failing("max_hourly_cost", limited.resource_type.currency)
    assert not refused.operations
