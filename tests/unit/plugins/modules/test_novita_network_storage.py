# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only network storages of Novita AI have: they only grow, and their data is never lost silently."""

from __future__ import annotations

import pytest

from ...laws.resource_types import NOVITA_ENDPOINT, NOVITA_INSTANCE

TASK = {"name": "models", "cluster_id": "us-demo-1", "size": 50}
NAS = "us-dallas-nas-2"


@pytest.fixture(name="storages")
def _storages(cloud):
    return Storages(cloud)


class Storages:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("novita")
        self.store = self.account.store("network_storages")

    def run(self, check=False, **options):
        return self.cloud.run("novita_network_storage", {**TASK, **options}, check)

    def delete(self, check=False, **options):
        return self.cloud.run("novita_network_storage", {"name": "models", "state": "absent", **options}, check)

    def ids(self):
        return [storage["storageId"] for storage in self.store.views()]


def texts(result):
    return [warning["event"]["msg"] if isinstance(warning, dict) else warning for warning in result.get("warnings", [])]


def test_a_create_sends_a_number_and_an_update_sends_all_values_and_the_size_as_text(storages):
    created = storages.run().ok(changed=True)
    assert created.writes[0]["body"] == {"storageName": "models", "clusterId": "us-demo-1", "storageSize": 50}
    grown = storages.run(size=80).ok(changed=True)
    assert grown.writes[0]["body"] == {"storageId": created["id"], "storageName": "models", "storageSize": "80"}
    renamed = storages.cloud.run("novita_network_storage", {"id": created["id"], "name": "weights"}).ok(changed=True)
    assert renamed.writes[0]["body"] == {"storageId": created["id"], "storageName": "weights", "storageSize": "80"}
    assert [step["effect"] for run in (grown, renamed) for step in run["plan"]] == ["in_place", "in_place"]


@pytest.mark.parametrize("response", ["text", "id", "storageId", "nothing"])
def test_a_create_accepts_every_known_response(storages, response):
    storages.account.settings.set(storage_created=response, visible_after=3)
    created = storages.run().ok(changed=True)
    assert [created["id"]] == storages.ids()
    storages.run().ok(changed=False)


def test_a_create_without_an_id_that_never_appears_has_an_unknown_outcome(storages):
    storages.account.settings.set(storage_created="nothing", visible_after=10_000)
    failed = storages.run(settle_timeout=5).failing("Novita AI accepted the request, but returned no id", "adopts it")
    assert (failed["failure"]["reason"], failed["changed"]) == ("outcome_unknown", True)


@pytest.mark.parametrize("check", [True, False])
def test_a_smaller_size_is_refused_before_any_write(storages, check):
    storages.run().ok()
    failed = storages.run(check, size=49).failing("size: must be at least 50, because the provider only enlarges it")
    assert failed.operations == ["network_storage.list"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("recreate", [True, False])
def test_a_storage_is_never_replaced(storages, check, recreate):
    made = storages.run().ok()
    failed = storages.run(check, cluster_id=NAS, size=80, recreate=recreate).failing(
        f"cluster_id (from 'us-demo-1' to '{NAS}')", "not even with recreate: true", "its data would be lost"
    )
    assert failed.writes == []
    assert (failed["failure"]["reason"], failed["id"]) == ("immutable", made["id"])


def test_the_cluster_selects_one_of_several_storages_with_one_name(storages):
    first = storages.run().ok()["id"]
    other = storages.store.seed({"storageName": "models", "clusterId": NAS, "storageId": "other"})["storageId"]
    ambiguous = storages.cloud.run("novita_network_storage", {"name": "models", "size": 60}).failing(first, other)
    assert ambiguous["failure"]["reason"] == "ambiguous_name"
    assert storages.run(cluster_id=NAS, size=60).ok(changed=True)["id"] == other
    assert storages.delete(cluster_id=NAS).ok(changed=True)["diff"]["before"]["id"] == other
    assert storages.ids() == [first]


def test_a_storage_with_this_name_in_two_other_clusters_is_ambiguous_and_not_created_again(storages):
    for number in range(2):
        storages.store.seed({"storageName": "models", "clusterId": "us-demo-1", "storageId": f"s{number}"})
    assert storages.run(cluster_id=NAS).failing("s0", "s1").writes == []


def test_the_plan_of_a_delete_says_that_the_data_is_lost(storages):
    storages.run().ok()
    for check in (True, False):
        [warning] = texts(storages.delete(check).ok(changed=True))
        assert warning == "The deletion of the network storage 'models' (50 GB) deletes all data in it for good."
    assert texts(storages.delete().ok(changed=False)) == []


@pytest.mark.parametrize("user", [NOVITA_ENDPOINT, NOVITA_INSTANCE], ids=str)
def test_a_mounted_storage_is_not_deleted_and_the_message_advises_to_remove_the_mount(storages, user):
    storage_id = storages.run().ok()["id"]
    mounts = {
        "novita_endpoint": {"volume_mounts": [{"type": "network", "id": storage_id, "mount_path": "/models"}]},
        "novita_instance": {"network_storages": [{"id": storage_id}]},
    }
    made = storages.cloud.run(user.module, {**user.task, **mounts[user.module]}).ok()
    failed = storages.delete().failing("NETWORK_STORAGE_IN_USE", "Remove the mount first")
    assert storages.ids() == [failed["id"]] == [storage_id]
    storages.cloud.run(user.module, {"id": made["id"], "state": "absent"}).ok()
    storages.delete().ok(changed=True)


def test_a_cluster_without_network_storages_is_refused_with_advice(storages):
    storages.run(cluster_id="eu-demo-1").failing("CUR_CLUSTER_NETWORK_STORAGE_NOT_SUPPORT", "novita_cluster_info")


def test_a_size_and_a_name_that_the_provider_refuses_are_reported_with_its_text(storages):
    storages.run(size=60_000).failing("NETWORK_STORAGE_TOO_LARGE", "at most 50000 GB", "smaller size")
    storages.run(name="my models").failing("only letters, digits and hyphens")


def test_the_price_is_returned_as_it_is(storages):
    storages.run().ok()
    for as_text in (True, False):
        storages.account.settings.set(numbers_as_strings=as_text)
        [found] = storages.cloud.run("novita_network_storage_info", {"name": "models"}).ok()["network_storages"]
        assert (found["price"], found["cluster_name"]) == ("300", "US-CA-06 (Demo City)")
        assert found["created_at"].endswith("Z")


def test_the_pages_of_the_list_begin_with_1(storages):
    for number in range(120):
        storages.store.seed({"storageName": f"s{number}"})
    found = storages.cloud.run("novita_network_storage_info", {}).ok()
    assert len(found["network_storages"]) == 120
    # Two equal list responses of several pages are conclusive.
    assert [request["query"]["pageNo"] for request in found.requests] == ["1", "2", "3"] * 2
