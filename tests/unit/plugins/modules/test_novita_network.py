# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only private networks of Novita AI have: no id in the response to a create, and instances in them."""

from __future__ import annotations

import pytest

TASK = {"name": "training", "cluster_id": "us-demo-1"}


@pytest.fixture(name="networks")
def _networks(cloud):
    return Networks(cloud)


class Networks:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("novita")
        self.store = self.account.store("networks")

    def run(self, check=False, **options):
        return self.cloud.run("novita_network", {**TASK, **options}, check)

    def delete(self, check=False, **options):
        return self.cloud.run("novita_network", {"name": "training", "state": "absent", **options}, check)

    def ids(self):
        return [network["Id"] for network in self.store.views()]

    def member(self, network_id):
        """Create an instance in a network, and return its id."""
        return self.account.store("instances").seed({"networkId": network_id})["id"]


@pytest.mark.parametrize("response", ["nothing", "id"])
def test_a_new_network_is_found_by_its_name_although_it_is_listed_late(networks, response):
    networks.account.settings.set(network_created=response, visible_after=10)
    created = networks.run().ok(changed=True)
    assert [created["id"]] == networks.ids()
    assert created["network"]["status"] == "ready"
    assert created.operations.count("network.create") == 1
    assert created.writes[0]["body"] == {"name": "training", "clusterId": "us-demo-1"}


def test_a_new_network_that_never_appears_has_an_unknown_outcome(networks):
    networks.account.settings.set(visible_after=10_000)
    failed = networks.run(settle_timeout=5).failing("Novita AI accepted the request, but returned no id", "adopts it")
    assert (failed["failure"]["reason"], failed["changed"], failed["id"]) == ("outcome_unknown", True, "")


def test_a_rename_sends_the_id_and_the_name_and_is_read_back(networks):
    network_id = networks.run().ok()["id"]
    networks.account.settings.set(stale_after=5)
    renamed = networks.cloud.run("novita_network", {"id": network_id, "name": "other"}).ok(changed=True)
    assert renamed.writes[0]["body"] == {"networkId": network_id, "name": "other"}
    assert renamed["plan"] == [{"action": "update", "fields": ["name"], "effect": "in_place"}]
    assert (renamed["id"], renamed["network"]["name"]) == (network_id, "other")


def test_a_rename_that_the_provider_ignores_fails(networks):
    network_id = networks.run().ok()["id"]
    networks.account.fault("network.update", "ignore", fields=["name"])
    task = {"id": network_id, "name": "other", "settle_timeout": 2}
    networks.cloud.run("novita_network", task).failing("name: expected 'other', found 'training'")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_rename_whose_response_is_lost_is_verified(networks, when):
    network_id = networks.run().ok()["id"]
    networks.account.fault("network.update", "status", status=500, when=when)
    result = networks.cloud.run("novita_network", {"id": network_id, "name": "other", "settle_timeout": 2})
    assert result.failed is (when == "before")


@pytest.mark.parametrize("settings", [{"network_shape": "array"}, {"networks_key": "network"}, {"empty_list": "array"}])
def test_every_known_shape_of_a_response_is_understood(networks, settings):
    networks.account.settings.set(**settings)
    network_id = networks.run().ok(changed=True)["id"]
    networks.run().ok(changed=False)
    networks.cloud.run("novita_network", {"id": network_id, "name": "other"}).ok(changed=True)
    [found] = networks.cloud.run("novita_network_info", {}).ok()["networks"]
    assert (found["status"], found["spec"]) == ("ready", {"name": "other", "cluster_id": "us-demo-1"})


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("options", [{"state": "absent"}, {"cluster_id": "eu-demo-1", "recreate": True}], ids=str)
def test_a_network_with_instances_is_neither_deleted_nor_replaced(networks, check, options):
    network_id = networks.run().ok()["id"]
    members = [networks.member(network_id) for _number in range(2)]
    failed = networks.run(check, **options).failing(
        *(f"instance {member}" for member in members), "delete its content first"
    )
    assert failed.operations == ["network.list"]
    assert (failed["failure"]["reason"], failed["id"]) == ("in_use", network_id)
    [found] = networks.cloud.run("novita_network_info", {"id": network_id}).ok()["networks"]
    assert [address["id"] for address in found["addresses"]] == members


def test_an_instance_that_arrives_before_the_delete_is_reported_by_the_provider(networks):
    network_id = networks.run().ok()["id"]
    networks.store.change(network_id, {"Addresses": []})
    networks.member(network_id)
    networks.delete().failing("NETWORK_IN_USE", "Delete the instances in the network first")


def test_the_cluster_selects_one_of_several_networks_with_one_name(networks):
    first = networks.run().ok()["id"]
    other = networks.store.seed({"name": "training", "clusterId": "eu-demo-1"})["Id"]
    networks.delete().failing(first, other)
    assert networks.run(cluster_id="eu-demo-1").ok(changed=False)["id"] == other
    assert networks.run(cluster_id="eu-demo-1", recreate=True).failing(first, other).writes == []
    assert networks.delete(cluster_id="eu-demo-1").ok(changed=True)["diff"]["before"]["id"] == other
    assert networks.ids() == [first]


def test_a_network_with_an_error_is_not_ready(networks):
    networks.account.fault("network.create", "failed_state", error="NO_ADDRESSES", message="the range is used up")
    failed = networks.run().failing("NO_ADDRESSES: the range is used up")
    assert failed["failure"]["reason"] == "not_ready"
    assert failed["network"]["status_message"] == "NO_ADDRESSES: the range is used up"


def test_a_cluster_without_private_networks_is_refused_with_the_text_of_the_provider(networks):
    networks.run(cluster_id="1").failing("cluster 1 does not support instance networks")


def test_a_network_whose_delete_was_repeated_is_absent(networks):
    network_id = networks.run().ok()["id"]
    networks.account.fault("network.delete", "reset", when="after")
    networks.delete().ok(changed=True)
    assert network_id not in networks.ids()
