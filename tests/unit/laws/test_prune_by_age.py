# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pruning by age deletes only what is certainly old enough, for all resource types."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._times import unix_time

HOUR = 3600


class Pruned:
    """A resource, and fleets that prune it."""

    def __init__(self, world, clock, monkeypatch):
        self.world = world
        self.clock = clock
        self.patch = monkeypatch
        self.id, self.created_at = "", ""

    def create(self):
        made = self.world.create().ok(changed=True)
        self.id, self.created_at = made["id"], made[self.world.resource_type.noun].get("created_at", "")

    def grow(self, hours):
        """Set the time of the host: some hours after the creation."""
        self.patch.setattr(self.clock, "epoch", unix_time(self.created_at) + hours * HOUR - self.clock.now())

    def prune(self, check=False):
        module = self.world.resource_type.module
        rule = {"name": "(?s).*", "older_than": "24h"}
        return self.world.cloud.fleet(
            self.world.resource_type.provider, [], check, prune={module: rule}, allow_prune_all=True
        )


@pytest.fixture(name="pruned")
def _pruned(world, clock, monkeypatch):
    return Pruned(world, clock, monkeypatch)


@pytest.mark.needs("dated")
def test_prune_deletes_a_resource_as_soon_as_it_is_old_enough(pruned):
    pruned.create()
    pruned.grow(23)
    assert pruned.prune().ok(changed=False)["resources"] == []
    pruned.grow(25)
    for check in (True, False):
        [deleted] = pruned.prune(check).ok(changed=True)["resources"]
        assert (deleted["action"], deleted["deleted_id"]) == ("delete", pruned.id)
    assert pruned.world.ids() == []


@pytest.mark.needs("dated")
def test_prune_deletes_nothing_that_is_from_the_future(pruned):
    pruned.create()
    pruned.grow(-1)
    result = pruned.prune().ok(changed=False)
    [warning] = [text for text in map(str, result["warnings"]) if "prune." in text]
    assert f"(id {pruned.id}, created at {pruned.created_at})" in warning
    assert pruned.world.ids() == [pruned.id]


@pytest.mark.needs("dated")
@pytest.mark.parametrize(
    ("fault", "arguments"), [("status", {"status": 500}), ("no_envelope", {}), ("empty_list", {}), ("cut", {})]
)
def test_prune_deletes_nothing_without_a_list(pruned, fault, arguments):
    pruned.create()
    pruned.grow(25)
    pruned.world.fault("list", fault, times=0, **arguments)
    assert pruned.prune().writes == []
    assert pruned.world.ids() == [pruned.id]


@pytest.mark.needs("undated")
def test_prune_refuses_an_age_for_what_has_no_creation_time(pruned):
    resource_type = RESOURCE_TYPES[pruned.world.resource_type.module]
    refused = pruned.prune().failing(
        f"prune.{resource_type.type_name()}.older_than: must be omitted, because {resource_type.provider.title} does "
        f"not return when {resource_type.noun}s were created"
    )
    assert refused.requests == []
