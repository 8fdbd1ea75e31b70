# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances of Vast.ai as hosts: addresses from the list, workers of endpoints, and rows with secrets."""

from __future__ import annotations

import json

import pytest

from .harness import CANARY, Fleet

WORKER = "chat:7:12"


@pytest.fixture(name="fleet")
def _fleet(cloud, tmp_path, monkeypatch):
    return Fleet(cloud, tmp_path, monkeypatch, "vast")


def bound(port):
    return {"22/tcp": [{"HostIp": "0.0.0.0", "HostPort": str(port)}]}


# -- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8::7"])
def test_an_open_port_of_the_machine_is_the_address(fleet, address):
    fleet.seed(public_ipaddr=f"{address}\n", ports=bound(40123))
    [variables] = fleet.hosts().values()
    assert (variables["ansible_host"], variables["ansible_port"], variables["ansible_user"]) == (address, 40123, "root")
    assert fleet.warnings == []


def test_an_instance_that_is_about_to_stop_has_no_address(fleet):
    fleet.seed(actual_status="running", intended_status="stopped")
    [variables] = fleet.hosts().values()
    assert variables["vast_status"] == "running" and "ansible_host" not in variables


def test_a_running_instance_without_an_address_causes_no_warning(fleet):
    fleet.seed(direct_port_count=0, ssh_host=None, ssh_port=None)
    assert "ansible_host" not in fleet.hosts()["trainer"]
    assert fleet.warnings == []


def test_a_response_for_one_instance_without_outside_ports_costs_one_list_request(fleet):
    """According to one page, the response for one instance has only the numbers of its ports inside."""
    for number in range(3):
        fleet.seed(f"node-{number}", ports=bound(40100 + number))
    fleet.hosts(**fleet.cache)
    fleet.account.clear()
    one = fleet.store.one
    fleet.store.one = lambda instance_id: {**one(instance_id), "ports": [22]}
    hosts = fleet.hosts(**fleet.cache)
    assert [variables["ansible_port"] for variables in hosts.values()] == [40100, 40101, 40102]
    operations = fleet.operations
    assert operations.count("instance.list") == 1 and operations.count("instance.get") == 3


def test_a_list_of_several_pages_is_complete(fleet):
    names = [f"node-{number:03}" for number in range(60)]
    for name in names:
        fleet.seed(name)
    assert list(fleet.hosts()) == names
    # The plugin reads the three pages twice, because a single read could miss an instance.
    assert fleet.operations == ["instance.list"] * 6


# -- workers of endpoints --------------------------------------------------------------------------------------------


def test_workers_of_endpoints_become_hosts_only_on_request(fleet):
    fleet.seed("trainer")
    fleet.seed(WORKER)
    assert list(fleet.hosts()) == ["trainer"]
    assert list(fleet.hosts(include_workers=True)) == ["chat_7_12", "trainer"]


def test_the_cache_contains_workers_but_the_option_decides(fleet):
    fleet.seed("trainer", actual_status="stopped")
    fleet.seed(WORKER, actual_status="stopped")
    assert list(fleet.hosts(**fleet.cache)) == ["trainer"]
    assert list(fleet.hosts(**fleet.cache, include_workers=True)) == ["chat_7_12", "trainer"]
    assert fleet.operations == ["instance.list"]


# -- secrets ---------------------------------------------------------------------------------------------------------


def test_no_secret_of_a_row_is_in_a_variable_or_in_the_cache(fleet):
    fleet.account.store("ssh_keys").seed({"ssh_key": "ssh-ed25519 AAAA user@host"})
    instance = fleet.seed(
        extra_env=[["TOKEN", CANARY], ["-p 8000:8000", "1"]],
        onstart=f"echo {CANARY} | login",
        image_args=["--token", CANARY],
        status_msg=f"WARN: {CANARY} {fleet.cloud.key}",
    )
    row = fleet.store.one(instance)
    [first] = fleet.hosts(**fleet.cache).values()
    [second] = fleet.hosts(**fleet.cache).values()
    shown = json.dumps([first, second]) + fleet.cached
    assert first["vast_ports"] == ["8000/tcp"] and first["vast_env_names"] == ["TOKEN"]
    assert "WARN" in first["vast_status_message"]
    for secret in (CANARY, fleet.cloud.key, row["jupyter_token"], row["instance_api_key"], "ssh-ed25519"):
        assert secret and secret not in shown
    assert {"vast_onstart", "vast_args", "vast_envs"}.isdisjoint(first)


def test_an_instance_without_commands_has_no_variables_for_them(fleet):
    fleet.seed(onstart=None, image_args=[])
    [host] = fleet.hosts().values()
    assert {"vast_onstart", "vast_args"}.isdisjoint(host)
