# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of several plugins in one inventory: no host of one file becomes a host of another."""

from __future__ import annotations

import pytest

from .harness import PROVIDERS, AnyFleet


@pytest.fixture(name="fleets")
def _fleets(cloud, tmp_path, monkeypatch):
    return [AnyFleet(cloud, tmp_path, monkeypatch, provider) for provider in PROVIDERS]


def test_equal_names_at_several_providers_become_several_hosts(fleets):
    ids = [fleet.add("web", ssh={"host": f"{fleet.provider}.example.com", "port": 22}) for fleet in fleets]
    inventory = None
    for fleet in fleets:
        inventory = fleet.inventory(inventory)
    assert list(inventory.hosts) == ["web", f"web-{ids[1]}", f"web-{ids[2]}"]
    for fleet, host in zip(fleets, inventory.hosts.values()):
        assert host.vars["ansible_host"] == f"{fleet.provider}.example.com"
        assert {name.split("_")[0] for name in host.vars} == {"ansible", "inventory", fleet.provider}
    assert [len(fleet.warnings) for fleet in fleets] == [0, 1, 1]
    assert "is the host web-" in fleets[1].warnings[0]


def test_equal_ids_at_two_providers_are_two_hosts(fleets):
    novita, ppio, _vast = fleets
    novita.add("a", id="77")
    ppio.add("b", id="77")
    assert list(ppio.inventory(novita.inventory()).hosts) == ["a", "b"]


def test_the_hosts_of_several_files_share_groups(fleets):
    inventory = None
    for fleet in fleets:
        fleet.add(f"at-{fleet.provider}")
        inventory = fleet.inventory(inventory, keyed_groups=[{"key": fleet.var("ssh_ready"), "prefix": "ready"}])
    assert [host.name for host in inventory.groups["ready_True"].hosts] == ["at-novita", "at-ppio", "at-vast"]
