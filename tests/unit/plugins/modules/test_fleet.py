# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only the fleet module has: many entries, shared list responses, an order, pruning, partial failures.

The laws test the rest: they run for modules and for entries.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import re
import signal
import stat
import threading

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils import _user_patterns as user_patterns
from ansible_collections.gpufleet.cloud.plugins.module_utils._clock import Clock
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine import executor as executor_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.convergence import Convergence
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.list_response import ListResponse
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.new_resource import NewResource
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.reservations import Reservations
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import DesiredState
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import permit
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import ApiError, Cancelled
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet import journal as journal_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet import scheduler as scheduler_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.entry_options import EntryOptions
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.shared_lists import SharedLists
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet_task.violations import early_violations, violations
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.client import Client
from ansible_collections.gpufleet.cloud.plugins.module_utils._lock_file import LOCK_FILE, LockFile
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.instance import NovitaInstance
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import Secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import EMPTY
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.endpoint import VastEndpoint

from ...files import UNUSABLE, file_size_limit, reason
from ...harness import run_direct, run_module
from ...laws.conftest import World
from ...laws.resource_types import (
    NOVITA_ENDPOINT,
    NOVITA_INSTANCE,
    PPIO_ENDPOINT,
    RESOURCE_TYPES,
    VAST_INSTANCE,
    VAST_WORKERGROUP,
)

PROVIDERS = ("novita", "ppio", "vast")
USER = pwd.getpwuid(os.geteuid()).pw_name
TEMPLATE = "0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e"


@pytest.fixture(name="fleet")
def _fleet(cloud):
    return Fleet(cloud)


class Fleet:
    def __init__(self, cloud):
        self.cloud = cloud
        self.accounts = {provider: cloud.account(provider) for provider in PROVIDERS}
        self.vast = self.accounts["vast"]

    def run(self, *resources, check=False, **options):
        """Run the module and return its result, with the printed text and the operations of each provider added."""
        before = {provider: len(account.requests) for provider, account in self.accounts.items()}
        values, printed = self.start(*resources, check=check, **options)
        assert "Traceback" not in printed
        values["printed"] = printed
        values["operations"] = {
            provider: [request["operation"] for request in account.requests[before[provider] :]]
            for provider, account in self.accounts.items()
        }
        return values

    def start(self, *resources, check=False, **options):
        """Run the module, and return its result with the printed text."""
        connections = {
            provider: {"api_key": self.cloud.key, "api_url": self.cloud.url(provider)} for provider in PROVIDERS
        }
        connections["vast"]["autoscaler_url"] = self.cloud.url("vast-autoscaler")
        return run_module("fleet", {"resources": list(resources), **connections, **options}, check)

    def ok(self, *resources, **options):
        values = self.run(*resources, **options)
        assert not values.get("failed"), values["msg"]
        return values

    def names(self, provider, store="endpoints", key="name"):
        return sorted(str(row[key]) for row in self.accounts[provider].store(store).views())

    def add_vast(self, *names, **wire_fields):
        store = self.vast.store("endpoints")
        return [store.seed({"endpoint_name": name, **wire_fields})["id"] for name in names]

    def add_groups(self, *endpoints, **wire_fields):
        store = self.vast.store("workergroups")
        return [
            store.seed({"endpoint_id": number, "template_hash": TEMPLATE, **wire_fields})["id"] for number in endpoints
        ]

    def rename(self, number, name):
        """Rename an endpoint without Ansible; the rows of its workergroups keep the old name."""
        self.vast.store("endpoints").change(str(number), {"endpoint_name": name})


def endpoints(*names, **options):
    return [{"vast_endpoint": {"name": name, "max_workers": 1, **options}} for name in names]


def workergroup(endpoint, **options):
    return {"vast_workergroup": {"endpoint": endpoint, "template_hash": TEMPLATE, **options}}


def writes(values, provider="vast"):
    return [name for name in values["operations"][provider] if name.partition(".")[2] in ("create", "update", "delete")]


def actions(values):
    return [entry["action"] for entry in values["resources"]]


EVERYTHING = [
    {"novita_endpoint": NOVITA_ENDPOINT.task},
    {"ppio_endpoint": PPIO_ENDPOINT.task},
    {"vast_endpoint": {"name": "tts", "max_workers": 2}},
    {"vast_workergroup": {"endpoint": "tts", "template_hash": TEMPLATE}},
    {"novita_instance": NOVITA_INSTANCE.task},
]


@contextlib.contextmanager
def other_task(fleet, *names):
    """Work on endpoints of Vast.ai, as another task on this host would."""
    urls = dict.fromkeys(VastEndpoint.provider.urls, fleet.cloud.url("vast"))
    client = Client(urls, fleet.cloud.key, errors=VastEndpoint.provider.errors, secrets=Secrets(), clock=Clock())
    resource = VastEndpoint(client)
    states = [DesiredState("present", name, "", {"name": name}) for name in names]
    with contextlib.closing(Reservations(lambda: None)) as reservations:
        assert not reservations.reserve([Convergence(resource, state, Clock()) for state in states])
        yield


# -- other tasks on the same host ------------------------------------------------------------------------------------


def test_only_the_entries_fail_that_another_task_works_on(fleet, clock):
    began = clock.now()
    with other_task(fleet, "a", "c"):
        values = fleet.run(*endpoints("a", "b", "c"), workergroup("a"))
    assert 90 <= clock.now() - began < 110
    assert actions(values) == ["failed", "create", "failed", "not_attempted"]
    assert values["failure"]["reason"] == values["resources"][2]["failure"]["reason"] == "locked"
    assert "Cannot manage endpoint 'c' at Vast.ai: another task on this host" in values["msg"]
    assert fleet.names("vast", key="endpoint_name") == ["b"]
    assert not LOCK_FILE._locked
    assert actions(fleet.ok(*endpoints("a", "b", "c"))) == ["create", "unchanged", "create"]


def test_the_longest_settle_timeout_of_the_entries_limits_the_wait_for_another_task(fleet, clock):
    began = clock.now()
    with other_task(fleet, "a"):
        values = fleet.run(*endpoints("a", settle_timeout=1), *endpoints("b", settle_timeout=45))
    assert 105 <= clock.now() - began < 120
    assert "for 105 s" in values["msg"]


def test_a_fleet_locks_each_resource_once_and_in_ascending_order(fleet, monkeypatch):
    locks = []
    try_lock = LockFile.try_lock
    monkeypatch.setattr(LockFile, "try_lock", lambda file, byte: locks.append(byte) or try_lock(file, byte))
    [number] = fleet.add_vast("old")
    entries = [*endpoints("b", "a", "c"), {"vast_endpoint": {"id": str(number), "name": "new"}}]
    fleet.ok(*entries)
    assert len(locks) == 5
    assert locks == sorted(set(locks))


def test_entries_that_refer_to_one_resource_are_refused_and_do_not_wait_for_each_other(fleet, clock):
    [number] = fleet.add_vast("a")
    began = clock.now()
    values = fleet.run(*endpoints("a", "a"), {"vast_endpoint": {"id": str(number), "name": "a"}})
    assert values["failure"]["reason"] == "invalid_option"
    assert clock.now() - began < 60
    assert not LOCK_FILE._locked


def test_prune_does_not_delete_a_resource_that_another_task_works_on(fleet, clock):
    fleet.add_vast("team-a", "team-b")
    began = clock.now()
    with other_task(fleet, "team-a"):
        values = fleet.run(prune={"vast_endpoint": "^team-"}, allow_prune_all=True)
    assert clock.now() - began < 60
    assert sorted(actions(values)) == ["delete", "failed"]
    assert "another task on this host is working on it. Nothing was written" in values["msg"]
    assert fleet.names("vast", key="endpoint_name") == ["team-a"]


# -- many entries ------------------------------------------------------------------------------------------------------


def test_the_summary_counts_each_action(fleet):
    task = {**VAST_INSTANCE.task, "accept_data_loss": True}
    fleet.vast.settings.set(**VAST_INSTANCE.settings)
    counted = []
    for state in ("present", "stopped", "started", "restarted", "recycled", "present", "absent"):
        summary = fleet.ok({"vast_instance": {**task, "state": state}})["summary"]
        counted += [action for action, count in summary.items() if count]
    assert counted == ["created", "updated", "updated", "updated", "updated", "unchanged", "deleted"]


def test_a_fleet_of_all_resource_types_is_planned_created_and_deleted(fleet):
    fleet.accounts["novita"].settings.set(removed_linger=0)
    planned = fleet.ok(*EVERYTHING, check=True)
    made = fleet.ok(*EVERYTHING)
    assert actions(planned) == actions(made) == ["create"] * 5
    assert (planned["summary"], planned["diff"]) == (made["summary"], made["diff"])
    assert [entry["plan"] for entry in planned["resources"]] == [entry["plan"] for entry in made["resources"]]
    assert all(entry["id"] for entry in made["resources"])
    again = fleet.ok(*EVERYTHING)
    assert (again["changed"], again["summary"]["unchanged"], again["diff"]) == (False, 5, [])
    assert all(entry["diff"] == {"before": {}, "after": {}} for entry in again["resources"])
    deleted = fleet.ok(
        *(
            {
                type_name: {
                    "state": "absent",
                    **{option: options[option] for option in ("name", "endpoint") if option in options},
                }
            }
            for entry in EVERYTHING
            for type_name, options in entry.items()
        )
    )
    assert actions(deleted) == ["delete"] * 5
    assert [fleet.names(provider) for provider in PROVIDERS[:2]] == [[], []]
    assert fleet.names("vast", key="endpoint_name") == fleet.names("vast", "workergroups", "endpoint_name") == []


def test_the_entries_of_a_result_have_no_keys_that_ansible_interprets(fleet):
    for values in (fleet.ok(*EVERYTHING, check=True), fleet.run(*endpoints("a", target_util=0.5), max_changes=0)):
        assert not {"results", "failed", "skipped", "changed"} & {key for entry in values["resources"] for key in entry}


def test_unchanged_resources_need_one_list_request_for_each_type(fleet):
    names = [f"e{number}" for number in range(30)]
    fleet.add_vast(*names)
    for store, provider in (("endpoints", "novita"), ("endpoints", "ppio")):
        for name in names:
            fleet.accounts[provider].store(store).seed({"name": name})
    entries = [{f"{provider}_endpoint": {"name": name}} for provider in PROVIDERS for name in names]
    entries += [{"vast_workergroup": {"endpoint": name, "state": "absent"}} for name in names]
    operations = fleet.ok(*entries, concurrency=16)["operations"]
    assert {provider: sorted(names) for provider, names in operations.items()} == {
        "novita": ["endpoint.list"],
        "ppio": ["endpoint.list"],
        "vast": ["endpoint.list", "workergroup.list"],
    }


@pytest.mark.parametrize("base", [0, 1])
def test_the_pages_of_a_list_are_read_in_parallel(fleet, base):
    novita = fleet.accounts["novita"]
    names = [f"e{number}" for number in range(9)]
    for name in names:
        novita.store("endpoints").seed({"name": name})
    # Real time, so that one request does not end before the next begins.
    novita.settings.set(page_cap=1, page_base=base, latency=0.05)
    values = fleet.ok(*({"novita_endpoint": {"name": name}} for name in names))
    assert values["summary"]["unchanged"] == 9
    pages = [request["query"]["pageNum"] for request in novita.requests]
    assert sorted(pages) == [str(number) for number in range(9 + base)]
    assert len({request["connection"] for request in novita.requests}) > 3


def test_a_list_response_with_a_missing_page_does_not_mean_absent(fleet):
    novita = fleet.accounts["novita"]
    for number in range(5):
        novita.store("endpoints").seed({"name": f"e{number}"})
    novita.settings.set(page_cap=1)
    novita.fault("endpoint.list", "status", status=500, skip=3, times=0)
    values = fleet.run(
        {"novita_endpoint": {"name": "new", "state": "absent"}},
        novita={"api_key": fleet.cloud.key, "api_url": fleet.cloud.url("novita"), "api_retries": 0},
    )
    assert values["failed"] and values["resources"][0]["action"] == "failed"


@pytest.mark.parametrize(("fault", "list_requests"), [("", 2), ("short_list", 7)])
def test_all_entries_share_the_reads_of_a_list_until_it_is_conclusive(fleet, fault, list_requests):
    """If the list response never becomes conclusive, the module gives up once for all entries."""
    novita = fleet.accounts["novita"]
    for number in range(9):
        novita.store("endpoints").seed({"name": f"e{number}"})
    novita.settings.set(page_cap=3)
    if fault:
        novita.fault("endpoint.list", fault, times=0)
    entries = [{"novita_endpoint": {**NOVITA_ENDPOINT.task, "name": f"new-{number}"}} for number in range(40)]
    values = fleet.run(*entries, check=True, concurrency=4, prune={"novita_endpoint": "e"})
    assert values["summary"]["failed" if fault else "created"] == (41 if fault else 40)
    assert [request["query"]["pageNum"] for request in novita.requests].count("0") == list_requests


def test_many_creates_share_one_read_back(fleet):
    made = fleet.ok(*endpoints(*(f"e{number}" for number in range(20))))
    assert made["operations"]["vast"].count("endpoint.create") == 20
    assert made["operations"]["vast"].count("endpoint.list") == 2


def test_all_entries_respect_a_learned_request_interval(fleet):
    fleet.vast.settings.set(min_interval={"endpoint.create": 4.0})
    before = fleet.cloud.clock.now()
    made = fleet.ok(*endpoints(*(f"e{number}" for number in range(10))), concurrency=1)
    assert made["operations"]["vast"].count("endpoint.create") == 11
    assert fleet.cloud.clock.now() - before < 10 * 4 * 1.2


# -- order -------------------------------------------------------------------------------------------------------------


def test_an_endpoint_is_created_before_its_workergroup_in_any_order(fleet):
    made = fleet.ok(
        {"vast_workergroup": {"endpoint": "tts", "template_hash": TEMPLATE}},
        {"vast_endpoint": {"name": "tts", "cold_workers": 1, "max_workers": 2, "wait_for_workers": 1}},
    )
    assert actions(made) == ["create", "create"]
    assert made["resources"][0]["workergroup"]["endpoint_id"] == made["resources"][1]["id"]


def test_a_workergroup_whose_endpoint_failed_is_not_attempted(fleet):
    fleet.vast.fault("endpoint.create", "status", status=400, reason="invalid_args", message="no credit")
    values = fleet.run({"vast_workergroup": {"endpoint": "tts", "template_hash": TEMPLATE}}, *endpoints("tts"))
    assert actions(values) == ["not_attempted", "failed"]
    assert "because vast_endpoint 'tts' failed" in values["msg"]
    assert "workergroup.create" not in values["operations"]["vast"]


def test_workergroups_are_deleted_before_their_endpoint(fleet):
    fleet.ok({"vast_workergroup": {"endpoint": "tts", "template_hash": TEMPLATE}}, *endpoints("tts"))
    deleted = fleet.ok(
        {"vast_endpoint": {"name": "tts", "state": "absent"}},
        {"vast_workergroup": {"endpoint": "tts", "state": "absent"}},
    )
    writes = [operation for operation in deleted["operations"]["vast"] if operation.endswith(".delete")]
    assert writes == ["workergroup.delete", "endpoint.delete"]


def test_deletes_run_last(fleet):
    fleet.add_vast("old")
    done = fleet.ok({"vast_endpoint": {"name": "old", "state": "absent"}}, *endpoints("new"))
    writes = [operation for operation in done["operations"]["vast"] if not operation.endswith(".list")]
    assert writes == ["endpoint.create", "endpoint.delete"]


# -- similar names -----------------------------------------------------------------------------------------------------


def test_a_name_that_another_entry_specifies_is_not_taken_for_a_changed_name(fleet):
    fleet.add_vast("LLM")
    alone = fleet.run({"vast_endpoint": {"name": "llm", "wait": False}})
    assert "'LLM', which may be the form" in alone["msg"]
    fleet.ok({"vast_endpoint": {"name": "LLM"}}, {"vast_endpoint": {"name": "llm", "wait": False}})
    assert fleet.names("vast", key="endpoint_name") == ["LLM", "llm"]


@pytest.mark.parametrize("by", ["name", "id"])
def test_an_entry_can_delete_a_resource_while_another_one_creates_a_similar_name(fleet, by):
    [number] = fleet.add_vast("LLM")
    identity = {"name": "LLM"} if by == "name" else {"id": str(number)}
    fleet.ok({"vast_endpoint": {**identity, "state": "absent"}}, {"vast_endpoint": {"name": "llm", "wait": False}})
    assert fleet.names("vast", key="endpoint_name") == ["llm"]


@pytest.mark.parametrize("check", [True, False])
def test_entries_with_similar_names_are_created_together(fleet, check):
    values = fleet.ok(*({"vast_endpoint": {"name": name, "wait": False}} for name in ("llm 8b", "LLM-8B")), check=check)
    assert [entry["action"] for entry in values["resources"]] == ["create", "create"]


def test_a_name_of_another_resource_type_is_not_a_similar_name(fleet):
    fleet.accounts["ppio"].store("endpoints").seed({"name": "LLM"})
    fleet.ok({"vast_endpoint": {"name": "llm", "wait": False}}, {"ppio_endpoint": {"name": "LLM"}})


def test_a_refused_similar_name_is_not_pruned(fleet):
    fleet.add_vast("LLM", "old")
    values = fleet.run({"vast_endpoint": {"name": "llm"}}, prune={"vast_endpoint": "(?i)llm|old"})
    assert values["failed"]
    assert "LLM" in fleet.names("vast", key="endpoint_name")


# -- renamed endpoints -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"match": "template"}])
def test_a_workergroup_is_found_by_the_new_name_of_its_endpoint(fleet, options):
    [endpoint] = fleet.add_vast("old")
    [group] = fleet.add_groups(endpoint, endpoint_name="old")
    entries = [workergroup("new", **options), {"vast_endpoint": {"id": str(endpoint), "name": "new"}}]
    for check in (True, False):
        done = fleet.ok(*entries, check=check)
        assert actions(done) == ["unchanged", "update"]
        assert (done["resources"][0]["id"], done["resources"][0]["plan"][0]["action"]) == (str(group), "none")
    assert writes(done) == ["endpoint.update"]
    assert fleet.names("vast", "workergroups", "endpoint_id") == [str(endpoint)]
    assert fleet.ok(*entries)["changed"] is False


def test_a_workergroup_is_updated_after_its_endpoint_is_renamed(fleet):
    [endpoint] = fleet.add_vast("old")
    fleet.add_groups(endpoint, endpoint_name="old")
    entries = [workergroup("new", gpu_ram=8), {"vast_endpoint": {"id": str(endpoint), "name": "new"}}]
    assert writes(fleet.ok(*entries)) == ["endpoint.update", "workergroup.update"]
    sent = next(request["body"] for request in fleet.vast.requests if request["operation"] == "workergroup.update")
    assert (sent["endpoint_id"], sent["endpoint_name"]) == (endpoint, "new")
    assert fleet.ok(*entries)["changed"] is False


@pytest.mark.parametrize("check", [True, False])
def test_the_old_name_of_a_renamed_endpoint_matches_nothing(fleet, check):
    [endpoint] = fleet.add_vast("old")
    fleet.add_groups(endpoint, endpoint_name="old")
    renaming = {"vast_endpoint": {"id": str(endpoint), "name": "new"}}
    values = fleet.run(renaming, workergroup("old", gpu_ram=8), check=check)
    assert actions(values) == ["update", "failed"]
    assert "this task renames the endpoint 'old'" in values["msg"]
    absent = {"vast_workergroup": {"endpoint": "old", "state": "absent"}}
    assert actions(fleet.ok(renaming, absent, check=check)) == ["update" if check else "unchanged", "unchanged"]
    assert len(fleet.names("vast", "workergroups", "id")) == 1


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_workergroup_is_not_attempted_if_the_rename_of_its_endpoint_fails(fleet, state):
    [endpoint] = fleet.add_vast("old")
    fleet.add_groups(endpoint, endpoint_name="old")
    fleet.vast.fault("endpoint.update", "status", status=400, reason="invalid_args", message="no")
    values = fleet.run(
        {"vast_endpoint": {"id": str(endpoint), "name": "new"}}, workergroup("new", gpu_ram=8, state=state)
    )
    assert actions(values) == ["failed", "not_attempted"]
    assert writes(values) == ["endpoint.update"]


def test_a_workergroup_that_appears_during_the_run_is_not_created_twice(fleet, monkeypatch):
    made = VastEndpoint.create

    def create(self, target):
        number = made(self, target)
        fleet.add_groups(int(number))
        return number

    monkeypatch.setattr(VastEndpoint, "create", create)
    values = fleet.run(*endpoints("tts"), workergroup("tts"))
    [group] = fleet.names("vast", "workergroups", "id")
    assert actions(values) == ["create", "failed"]
    assert f"a workergroup with the endpoint 'tts' exists now: {group}. Nothing was created." in values["msg"]
    assert writes(values) == ["endpoint.create"]
    assert fleet.ok(*endpoints("tts"), workergroup("tts"))["resources"][1]["id"] == group


@pytest.mark.parametrize(
    ("count", "words", "reason_then"),
    [(0, "does not exist", "not_found"), (2, "there are 2 network storages like", "ambiguous_name")],
)
def test_an_entry_fails_if_its_name_means_none_or_several_when_it_is_applied(
    fleet, monkeypatch, count, words, reason_then
):
    storages, find = fleet.accounts["novita"].store("network_storages"), executor_module.awaited_values

    def find_later(resource):
        if isinstance(resource, NovitaInstance):
            if count == 0:
                storages.remove(storages.views()[0]["id"])
            else:
                storages.seed({"storageName": "models", "clusterId": "us-demo-1"})
        return find(resource)

    monkeypatch.setattr(executor_module, "awaited_values", find_later)
    storage = {"name": "models", "cluster_id": "us-demo-1", "size": 50}
    instance = {**NOVITA_INSTANCE.task, "network_storages": [{"storage": "models", "mount_point": "/models"}]}
    values = fleet.run({"novita_network_storage": storage}, {"novita_instance": instance})
    assert actions(values) == ["create", "failed"]
    failed = values["resources"][1]
    assert words in failed["msg"] and failed["failure"]["reason"] == reason_then
    assert writes(values, "novita") == ["network_storage.create"]


def test_a_workergroup_moves_to_an_endpoint_that_the_same_task_creates(fleet):
    [endpoint] = fleet.add_vast("old")
    [group] = fleet.add_groups(endpoint, endpoint_name="old")
    entries = [{"vast_workergroup": {"id": str(group), "endpoint": "new"}}, *endpoints("new")]
    made = fleet.ok(*entries)
    assert actions(made) == ["update", "create"]
    assert fleet.names("vast", "workergroups", "endpoint_id") == [made["resources"][1]["id"]]
    sent = next(request["body"] for request in fleet.vast.requests if request["operation"] == "workergroup.update")
    assert str(sent["endpoint_id"]) == made["resources"][1]["id"]
    assert fleet.ok(*entries)["changed"] is False


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_paged_list_is_read_back_while_other_entries_are_written(fleet, monkeypatch, state):
    entries = [{"novita_endpoint": {**NOVITA_ENDPOINT.task, "name": f"e{number}"}} for number in range(120)]
    if state == "absent":
        fleet.ok(*entries)
        entries = [{"novita_endpoint": {"name": f"e{number}", "state": state}} for number in range(120)]
    monkeypatch.setattr(scheduler_module, "_FIRST_DELAY", 0.1)
    fleet.accounts["novita"].settings.set(latency=0.03, removed_linger=0)
    done = fleet.ok(*entries, concurrency=8)
    assert len(fleet.names("novita")) == done["summary"]["created"] == (120 if state == "present" else 0)
    operations = done["operations"]["novita"]
    last_write = max(number for number, operation in enumerate(operations) if operation != "endpoint.list")
    assert operations[2:last_write].count("endpoint.list") > 3, "something was read back meanwhile"


def test_a_workergroup_is_deleted_while_its_endpoint_is_updated(fleet):
    [endpoint] = fleet.add_vast("tts")
    fleet.add_groups(endpoint, endpoint_name="tts")
    done = fleet.ok({"vast_workergroup": {"endpoint": "tts", "state": "absent"}}, *endpoints("tts", max_workers=3))
    assert actions(done) == ["delete", "update"]
    assert fleet.names("vast", "workergroups", "endpoint_name") == []


@pytest.mark.parametrize("check", [True, False])
def test_two_entries_that_set_the_same_new_name_are_refused(fleet, check):
    [first, second] = fleet.add_vast("first", "second")
    for other in (endpoints("new")[0], {"vast_endpoint": {"id": str(second), "name": "new"}}):
        values = fleet.run({"vast_endpoint": {"id": str(first), "name": "new"}}, other, *endpoints("b"), check=check)
        assert actions(values)[:2] == ["failed", "failed"]
        assert "must not be 'new', which is also the new name in entry 2 (vast_endpoint new)" in values["msg"]
    assert "new" not in fleet.names("vast", key="endpoint_name")


def test_two_entries_that_create_the_same_workergroup_are_refused(fleet):
    [number] = fleet.add_vast("tts")
    by_id = {"vast_workergroup": {"endpoint_id": number, "template_hash": TEMPLATE}}
    values = fleet.run(workergroup("tts"), by_id)
    assert actions(values) == ["failed", "failed"]
    assert f"would create a resource with the endpoint {number}, and so would entry 2" in values["msg"]
    assert "workergroup.create" not in values["operations"]["vast"]
    for one in (workergroup("tts"), by_id):
        one["vast_workergroup"]["match"] = "template"
    assert f"the endpoint {number} and the template" in fleet.run(workergroup("tts", match="template"), by_id)["msg"]
    assert actions(fleet.ok(by_id)) == ["create"]


def test_two_resources_with_the_same_name_are_distinguished_by_their_ids(fleet):
    numbers = fleet.add_vast("a", "a")
    done = fleet.ok(*({"vast_endpoint": {"id": str(number), "name": "a", "max_workers": 3}} for number in numbers))
    assert actions(done) == ["update", "update"]


# -- unchanged resources that are waited for ---------------------------------------------------------------------------


@pytest.mark.parametrize("concurrency", [1, 8])
def test_an_unchanged_endpoint_is_awaited_while_its_workergroup_is_created(fleet, concurrency):
    fleet.add_vast("tts", cold_workers=1, max_workers=2)
    done = fleet.ok(
        {"vast_endpoint": {"name": "tts", "wait_for_workers": 1}}, workergroup("tts"), concurrency=concurrency
    )
    assert actions(done) == ["unchanged", "create"]


@pytest.mark.parametrize("fail_fast", [True, False])
def test_an_unchanged_resource_that_is_not_ready_fails(fleet, fail_fast):
    fleet.add_vast("stopped", endpoint_state="stopped")
    values = fleet.run(
        {"vast_endpoint": {"name": "stopped", "wait_for_workers": 1}},
        workergroup("stopped"),
        *endpoints("b"),
        fail_fast=fail_fast,
        concurrency=1,
    )
    assert actions(values) == ["failed", "not_attempted", "not_attempted" if fail_fast else "create"]
    assert "'stopped', and an endpoint in this state gets no workers" in values["resources"][0]["msg"]
    assert values["changed"] is not fail_fast


def test_a_bug_with_an_unchanged_resource_does_not_stop_other_entries(fleet, monkeypatch):
    fleet.add_vast("a")
    monkeypatch.setattr(VastEndpoint, "assess", lambda self, current, desired_state, power: 1 / (current.name != "a"))
    values = fleet.run({"vast_endpoint": {"name": "a"}}, {"vast_endpoint": {"name": "b", "wait": False}})
    assert actions(values) == ["failed", "create"]
    assert "ZeroDivisionError" in values["resources"][0]["msg"]


def test_fail_fast_applies_to_unchanged_resources(fleet):
    fleet.add_vast("a", "b", "b")
    values = fleet.run({"vast_endpoint": {"name": "a"}}, {"vast_endpoint": {"name": "b"}}, fail_fast=True)
    assert actions(values) == ["not_attempted", "failed"]


def test_unchanged_resources_are_checked_in_parallel(fleet):
    names = [f"e{number}" for number in range(8)]
    ready = [
        {"vast_endpoint": {"name": name, "cold_workers": 1, "max_workers": 1, "wait_for_workers": 1}} for name in names
    ]
    fleet.ok(*ready, *map(workergroup, names))
    before = len(fleet.vast.requests)
    # Real time, so that one request does not end before the next begins.
    fleet.vast.settings.set(latency=0.05)
    assert fleet.ok(*ready)["summary"]["unchanged"] == 8
    reads = [request for request in fleet.vast.requests[before:] if request["operation"] == "worker.list"]
    assert len(reads) == 8
    assert len({request["connection"] for request in reads}) > 3


# -- failures ----------------------------------------------------------------------------------------------------------


def test_a_failure_at_one_provider_does_not_stop_the_others(fleet):
    for operation in ("endpoint.list", "instance.list"):
        fleet.accounts["novita"].fault(operation, "status", status=500, times=0)
    values = fleet.run(*EVERYTHING)
    assert actions(values) == ["failed", "create", "create", "create", "failed"]
    assert values["summary"]["failed"] == 2
    assert "entry 1 (novita_endpoint llm-8b): Cannot find endpoint 'llm-8b'" in values["msg"]
    assert "entry 5 (novita_instance trainer-1): Cannot find instance 'trainer-1'" in values["msg"]
    assert values["failure"]["provider"] == "novita"
    assert (fleet.names("ppio"), fleet.names("vast", key="endpoint_name")) == (["llm-8b"], ["tts"])


def test_every_failed_entry_reports_its_own_failure(fleet):
    fleet.vast.fault("endpoint.create", "status", status=400, reason="invalid_args", message="no credit")
    values = fleet.run(*endpoints("a", "b", "c"), concurrency=1)
    assert sorted(actions(values)) == ["create", "create", "failed"]
    failed = next(entry for entry in values["resources"] if entry["action"] == "failed")
    assert ("no credit" in failed["msg"], failed["id"], failed["failure"]["status"]) == (True, "", 400)
    assert "1 of 3 resources failed" in values["msg"]
    assert values["changed"] is True


def test_fail_fast_starts_no_further_entries(fleet):
    fleet.vast.fault("endpoint.create", "status", status=400, reason="invalid_args", message="no credit")
    values = fleet.run(*endpoints("a", "b", "c"), concurrency=1, fail_fast=True)
    assert actions(values) == ["failed", "not_attempted", "not_attempted"]
    assert fleet.names("vast", key="endpoint_name") == []
    assert values["changed"] is False


def test_a_bug_with_one_resource_does_not_stop_other_entries(fleet, monkeypatch):
    from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio.endpoint import PpioEndpoint

    monkeypatch.setattr(PpioEndpoint, "create", lambda self, target: 1 / 0)
    values = fleet.run(*EVERYTHING[:3])
    assert actions(values) == ["create", "failed", "create"]
    assert "ZeroDivisionError" in values["resources"][1]["msg"]


def test_two_entries_for_the_same_resource_are_refused_and_the_others_run(fleet):
    [number] = fleet.add_vast("a")
    values = fleet.run({"vast_endpoint": {"id": str(number), "max_workers": 3}}, *endpoints("a", "b"))
    assert actions(values) == ["failed", "failed", "create"]
    assert "refers to the same resource" in values["msg"]
    assert "endpoint.update" not in values["operations"]["vast"]


# -- prune -------------------------------------------------------------------------------------------------------------


def test_prune_deletes_matching_resources_without_an_entry(fleet):
    fleet.add_vast("team-a-old", "team-a-kept", "team-b", "other-team-a-")
    planned = fleet.ok(*endpoints("team-a-kept", "team-a-new"), prune={"vast_endpoint": "^team-a-"}, check=True)
    assert planned["summary"]["deleted"] == 1
    done = fleet.ok(*endpoints("team-a-kept", "team-a-new"), prune={"vast_endpoint": "team-a-"})
    assert done["resources"][-1]["name"] == "team-a-old"
    assert (done["resources"][-1]["number"], done["resources"][-1]["action"]) == (-1, "delete")
    assert fleet.names("vast", key="endpoint_name") == ["other-team-a-", "team-a-kept", "team-a-new", "team-b"]


@pytest.mark.parametrize("check", [True, False])
def test_two_pruned_resources_of_one_name_have_different_deleted_ids(fleet, check):
    first, second = fleet.add_vast("ci-1", "ci-1")
    values = fleet.ok(prune={"vast_endpoint": "^ci-"}, allow_prune_all=True, check=check)
    assert [resource["deleted_id"] for resource in values["resources"]] == [str(first), str(second)]
    assert len({diff["before_header"] for diff in values["diff"]}) == 2


def test_a_resource_type_without_a_pattern_is_not_pruned(fleet):
    fleet.add_vast("a")
    fleet.accounts["ppio"].store("endpoints").seed({"name": "a"})
    fleet.ok(prune={"ppio_endpoint": "a"}, allow_prune_all=True)
    assert (fleet.names("ppio"), fleet.names("vast", key="endpoint_name")) == ([], ["a"])


def test_workergroups_are_pruned_by_endpoint_except_those_of_entries(fleet):
    fleet.ok(
        *endpoints("a", "b"), *({"vast_workergroup": {"endpoint": name, "template_hash": TEMPLATE}} for name in "ab")
    )
    done = fleet.ok(workergroup("a"), prune={"vast_workergroup": "."}, allow_prune_all=True)
    assert actions(done) == ["unchanged", "delete"]
    assert fleet.names("vast", "workergroups", "endpoint_name") == ["a"]


@pytest.mark.parametrize("check", [True, False])
def test_workergroups_are_pruned_by_the_current_name_of_their_endpoint(fleet, check):
    [first, second, other] = fleet.add_vast("team-a-tts", "prod-tts", "x")
    [kept, _pruned, orphan] = fleet.add_groups(first, second, 99)
    fleet.vast.store("workergroups").change(str(orphan), {"endpoint_name": "team-a-deleted"})
    fleet.rename(first, "prod-llm")
    fleet.rename(second, "team-a-llm")
    fleet.add_groups(other)
    done = fleet.ok(*endpoints("b"), prune={"vast_workergroup": "team-a-"}, allow_prune_all=True, check=check)
    assert sorted(entry["name"] for entry in done["resources"][1:]) == ["team-a-deleted", "team-a-llm"]
    assert actions(done)[1:] == ["delete", "delete"]
    if not check:
        assert fleet.names("vast", "workergroups", "endpoint_id") == sorted([str(first), str(other)])
        assert str(kept) in fleet.names("vast", "workergroups", "id")


def test_the_workergroup_of_a_failed_entry_is_not_pruned(fleet):
    [endpoint] = fleet.add_vast("old")
    fleet.add_groups(endpoint, endpoint_name="old")
    fleet.rename(endpoint, "new")
    fleet.add_vast("new")
    values = fleet.run(workergroup("new"), prune={"vast_workergroup": "."}, allow_prune_all=True)
    assert actions(values) == ["failed"]


@pytest.mark.parametrize(("pattern", "left"), [("team-a-", 0), ("prod-", 1)])
def test_workergroups_are_pruned_by_the_name_that_the_same_task_sets(fleet, pattern, left):
    [endpoint] = fleet.add_vast("prod-tts")
    fleet.add_groups(endpoint, endpoint_name="prod-tts")
    renaming = {"vast_endpoint": {"id": str(endpoint), "name": "team-a-tts"}}
    fleet.ok(renaming, prune={"vast_workergroup": pattern}, allow_prune_all=True)
    assert len(fleet.names("vast", "workergroups", "id")) == left
    assert fleet.ok(renaming, prune={"vast_workergroup": pattern}, allow_prune_all=True)["changed"] is False


@pytest.mark.parametrize(
    ("pattern", "actions_then"), [("team-a-", ["failed", "not_attempted"]), ("other-", ["failed"])]
)
def test_a_failed_rename_prunes_nothing(fleet, pattern, actions_then):
    [endpoint] = fleet.add_vast("prod-tts")
    fleet.add_groups(endpoint, endpoint_name="prod-tts")
    fleet.vast.fault("endpoint.update", "status", status=400, reason="invalid_args", message="no")
    values = fleet.run(
        {"vast_endpoint": {"id": str(endpoint), "name": "team-a-tts"}},
        prune={"vast_workergroup": pattern},
        allow_prune_all=True,
    )
    assert actions(values) == actions_then
    assert len(fleet.names("vast", "workergroups", "id")) == 1


@pytest.mark.parametrize(("pattern", "actions_then"), [("team-a-", ["failed"]), ("prod-", ["failed", "not_attempted"])])
def test_a_refused_rename_prunes_nothing(fleet, pattern, actions_then):
    [endpoint, _other] = fleet.add_vast("prod-tts", "team-a-tts")
    fleet.add_groups(endpoint, endpoint_name="prod-tts")
    values = fleet.run(
        {"vast_endpoint": {"id": str(endpoint), "name": "team-a-tts"}},
        prune={"vast_workergroup": pattern},
        allow_prune_all=True,
    )
    assert "already has the name" in values["msg"]
    assert actions(values) == actions_then
    assert writes(values) == []


def test_workergroups_of_endpoints_with_the_same_name_are_all_pruned(fleet):
    fleet.add_groups(*fleet.add_vast("a", "a"))
    assert actions(fleet.ok(*endpoints("b"), prune={"vast_workergroup": "a"}, allow_prune_all=True)) == [
        "create",
        "delete",
        "delete",
    ]


def test_an_endpoint_that_an_entry_needs_is_not_pruned(fleet):
    [first, second] = fleet.add_vast("a", "b")
    groups = [
        {"vast_workergroup": {"endpoint": "a", "template_hash": TEMPLATE}},
        {"vast_workergroup": {"endpoint_id": second, "template_hash": TEMPLATE}},
    ]
    fleet.ok(*groups, prune={"vast_endpoint": "."}, allow_prune_all=True)
    assert fleet.names("vast", key="id") == sorted([str(first), str(second)])
    fleet.ok(groups[0], prune={"vast_endpoint": ".", "vast_workergroup": "."}, allow_prune_all=True)
    assert fleet.names("vast", key="endpoint_name") == ["a"]


def test_a_workergroup_whose_endpoint_the_task_deletes_is_refused(fleet):
    values = fleet.run(
        {"vast_workergroup": {"endpoint": "a", "template_hash": TEMPLATE}},
        {"vast_endpoint": {"name": "a", "state": "absent"}},
    )
    assert actions(values)[0] == "failed"
    fleet.add_vast("a")
    values = fleet.run(
        {"vast_workergroup": {"endpoint": "a", "template_hash": TEMPLATE}},
        {"vast_endpoint": {"name": "a", "state": "absent"}},
    )
    violation = "endpoint: must not be 'a', because entry 2 (vast_endpoint a) deletes it"
    assert violation in values["resources"][0]["msg"]
    assert "workergroup.create" not in values["operations"]["vast"]


def test_workergroups_selected_by_id_are_deleted_before_their_endpoint(fleet):
    made = fleet.ok(*endpoints("tts"), {"vast_workergroup": {"endpoint": "tts", "template_hash": TEMPLATE}})
    deleted = fleet.ok(
        {"vast_endpoint": {"name": "tts", "state": "absent"}},
        {"vast_workergroup": {"id": made["resources"][1]["id"], "state": "absent"}},
    )
    writes = [operation for operation in deleted["operations"]["vast"] if operation.endswith(".delete")]
    assert writes == ["workergroup.delete", "endpoint.delete"]


@pytest.mark.parametrize(
    ("fault", "arguments"),
    [
        ("status", {"status": 500}),
        ("no_envelope", {}),
        ("garbage", {"status": 200, "body": "[]", "content_type": "application/json"}),
    ],
)
def test_a_resource_type_without_a_conclusive_list_response_is_not_pruned(fleet, fault, arguments):
    fleet.add_vast("a")
    fleet.vast.fault("endpoint.list", fault, times=0, **arguments)
    values = fleet.run(prune={"vast_endpoint": "."}, allow_prune_all=True)
    assert values["failed"] and "Cannot prune endpoints that match '.' at Vast.ai: " in values["msg"]
    assert "No endpoint was pruned." in values["msg"]
    assert "endpoint.delete" not in values["operations"]["vast"]


def test_workergroups_are_not_pruned_if_the_endpoints_cannot_be_listed(fleet):
    fleet.add_groups(*fleet.add_vast("a"), endpoint_name="a")
    fleet.vast.fault("endpoint.list", "status", times=0, status=500)
    values = fleet.run(prune={"vast_workergroup": "."}, allow_prune_all=True)
    assert (
        values["failed"]
        and "prune (vast_workergroup .): Cannot list the endpoints at Vast.ai, one of which" in values["msg"]
    )
    assert writes(values) == []


def test_resources_that_match_an_ambiguous_entry_are_not_pruned(fleet):
    fleet.add_vast("a", "a", "b")
    values = fleet.run(*endpoints("a"), prune={"vast_endpoint": "."}, allow_prune_all=True)
    assert values["failed"]
    assert fleet.names("vast", key="endpoint_name") == ["a", "a"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"prune": {"vast_endpoint": "."}}, "allow_prune_all"),
        *(
            (
                {"prune": {"vast_endpoint": pattern}, "allow_prune_all": True},
                "prune.vast_endpoint: must be a valid regular expression",
            )
            for pattern in ("[", "x{2,1}", "(" * 20_000, "x{99999999999999999999}")
        ),
        ({"prune": {"vast_endpoints": "x"}}, "vast_endpoints"),
        ({"concurrency": 0}, "concurrency: must be from 1 to 64, not 0"),
        ({"concurrency": True}, "concurrency: must be a number"),
        ({"max_changes": -1}, "max_changes: must be at least 0"),
    ],
)
def test_invalid_options_are_refused_before_the_first_request(fleet, options, words):
    fleet.add_vast("a")
    values = fleet.run(**options)
    assert values["failed"] and words in values["msg"]
    assert values["operations"] == {provider: [] for provider in PROVIDERS}


# -- prunes that could delete everything ------------------------------------------------------------------------------

MATCHING_THE_EMPTY_TEXT = [
    "^",
    "$",
    ".*",
    "(?:)",
    "()",
    "^-?",
    "x*",
    "$|^a",
    "(?i)",
    "(?=)",
    "^(|a)$",
    "(?x) # all",
]
SLOW = "(?:|){50}(?!)"
"""A pattern that needs 2**50 steps for every text."""


@pytest.fixture(name="world", params=RESOURCE_TYPES, ids=str)
def _world(request, fleet):
    """Return a world of each resource type. Its resource has no entry, except in the tests that declare one."""
    world = World(fleet.cloud, request.param)
    world.id = world.seed(world.name)
    return world


@pytest.fixture(name="short_limit")
def _short_limit(monkeypatch):
    monkeypatch.setattr(user_patterns, "SECONDS", 1)


def refused_in_both_modes(fleet, *resources, **options):
    """Check that check mode and the run refuse the task with the same message, without a request, and return it."""
    planned, values = (fleet.run(*resources, check=check, **options) for check in (True, False))
    assert values["failed"] and values["failure"]["reason"] == "invalid_option"
    assert planned["msg"] == values["msg"]
    for result in (planned, values):
        assert result["operations"] == {provider: [] for provider in PROVIDERS}
    return values["msg"]


@pytest.mark.parametrize("empty", ["", " "])
@pytest.mark.parametrize(
    "option",
    [
        "journal",
        "journal_user",
        "journal_job_id",
        "progress_file",
        "concurrency",
        "max_deletes",
        "fail_fast",
        "prune",
        "vast",
    ],
)
def test_empty_text_for_an_option_of_the_fleet_is_refused(fleet, option, empty):
    entries = [{resource_type.module: resource_type.task} for resource_type in RESOURCE_TYPES]
    assert f"{option}: {EMPTY}" in refused_in_both_modes(fleet, *entries, **{option: empty})


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_pattern_is_refused_even_if_everything_may_be_pruned(fleet, empty):
    prune = dict.fromkeys((resource_type.module for resource_type in RESOURCE_TYPES), empty)
    message = refused_in_both_modes(fleet, prune=prune, allow_prune_all=True)
    for type_name in prune:
        assert f"prune.{type_name}: {EMPTY}" in message


@pytest.mark.parametrize("pattern", MATCHING_THE_EMPTY_TEXT)
def test_a_pattern_that_matches_the_empty_text_is_refused(fleet, pattern):
    entries = [{resource_type.module: resource_type.task} for resource_type in RESOURCE_TYPES]
    modules = [resource_type.module for resource_type in RESOURCE_TYPES]
    message = refused_in_both_modes(fleet, *entries, prune=dict.fromkeys(modules, pattern))
    for module in modules:
        assert f"prune.{module}: the pattern {pattern!r} matches even an empty name" in message
    assert "empty variable" in message
    assert message.count("set allow_prune_all to true only if") == len(modules)


@pytest.mark.parametrize("pattern", ["^.", ".+", "^.*[^-]$", "[a-z0-9]", r"\w", r"^\S+$", "(?!prod)."])
def test_a_pattern_that_matches_any_letter_is_refused(fleet, pattern):
    message = refused_in_both_modes(fleet, *endpoints("a"), prune={"vast_endpoint": pattern})
    assert f"prune.vast_endpoint: the pattern {pattern!r} matches any letter as a name" in message
    fleet.ok(*endpoints("a"), prune={"vast_endpoint": pattern}, allow_prune_all=True)


def test_allow_prune_all_allows_a_pattern_that_matches_the_empty_text(fleet, world):
    if world.resource_type.noun == "instance":
        world.account.settings.set(removed_linger=0)
    values = fleet.ok(prune={world.resource_type.module: "^"}, allow_prune_all=True)
    assert actions(values) == ["delete"]
    assert world.ids() == []


def test_a_prune_of_a_resource_type_without_entries_is_refused(fleet, world):
    """Entries with ``state: absent`` and entries of other types keep nothing of this type."""
    module = world.resource_type.module
    pattern = "^[a-z0-9]-.+"
    others = [{other.module: other.task} for other in RESOURCE_TYPES if other is not world.resource_type]
    absent = {module: {**world.resource_type.selection, "state": "absent"}}
    for resources in ([], others, [absent], [*others, absent]):
        message = refused_in_both_modes(fleet, *resources, prune={module: pattern})
        assert f"prune.{module}: would delete every match of {pattern!r}" in message
        assert f"resources contains no {module} to keep" in message
        assert "set allow_prune_all to true only if" in message


def test_a_prune_with_an_entry_of_the_resource_type_keeps_only_that_entry(fleet, world):
    module = world.resource_type.module
    entry = {module: world.resource_type.selection}
    values = fleet.ok(entry, prune={module: "^[a-z0-9].+"})
    assert actions(values) == ["unchanged"]
    assert world.ids() == [world.id]


def test_violations_of_several_patterns_are_reported_together(fleet):
    message = refused_in_both_modes(
        fleet, *endpoints("a"), prune={"vast_endpoint": "^", "vast_workergroup": "a", "ppio_endpoint": "["}
    )
    for words in (
        "prune.vast_endpoint: the pattern '^' matches",
        "prune.vast_workergroup: would delete every match of 'a'",
        "prune.ppio_endpoint: must be a valid regular expression",
    ):
        assert words in message


# The pattern needs seconds, and no name of a resource takes part: one resource type of each provider is enough.
@pytest.mark.parametrize("world", [NOVITA_ENDPOINT, PPIO_ENDPOINT, VAST_WORKERGROUP], ids=str, indirect=True)
@pytest.mark.usefixtures("short_limit")
def test_a_pattern_that_cannot_be_checked_in_time_is_refused_before_the_first_request(fleet, world):
    module = world.resource_type.module
    values = fleet.run(prune={module: SLOW}, allow_prune_all=True)
    assert f"prune.{module}: must be a regular expression that needs at most 1 second" in values["msg"]
    assert f"not {SLOW!r}" in values["msg"]
    assert values["operations"] == {provider: [] for provider in PROVIDERS}


@pytest.mark.usefixtures("short_limit")
def test_a_pattern_that_is_slow_for_a_name_stops_the_task_before_any_write(fleet, world):
    """No other type is pruned either, and no entry is created."""
    module, pattern = world.resource_type.module, f"..{SLOW}"
    [other] = fleet.add_vast("a-other")
    prune = {"vast_endpoint": "a-other", module: pattern}
    values = fleet.run(*endpoints("new"), prune=prune, allow_prune_all=True)
    assert values["failed"] and values["failure"]["reason"] == "invalid_option"
    assert f"prune.{module}: must be a regular expression that needs at most 1 second" in values["msg"]
    assert repr(pattern) in values["msg"] and "Nothing was written." in values["msg"]
    assert "resources" not in values, "the play stops"
    assert world.id in world.ids() and str(other) in fleet.names("vast", key="id")
    assert [writes(values, provider) for provider in PROVIDERS] == [[], [], []]


@pytest.mark.parametrize(("pattern", "check"), [("(a+)+$", True), ("(a+)+$", False), ("(a|a)*b$", False)])
@pytest.mark.usefixtures("short_limit")
def test_a_pattern_with_nested_repetitions_ends_for_a_long_name(fleet, pattern, check):
    fleet.add_vast("a" * 60 + "-")
    values = fleet.run(*endpoints("b"), prune={"vast_endpoint": pattern}, check=check)
    assert values["failed"] and "prune.vast_endpoint: must be a regular expression that needs" in values["msg"]
    assert values["operations"]["vast"] == ["endpoint.list"]


def test_a_pattern_that_needs_too_much_memory_is_refused(fleet):
    message = refused_in_both_modes(fleet, prune={"vast_endpoint": "(?:x?){2000000000}"}, allow_prune_all=True)
    assert "prune.vast_endpoint: must be a regular expression that needs" in message


@pytest.mark.parametrize(("limit", "count"), [("max_changes", 3), ("max_deletes", 1)])
@pytest.mark.parametrize("check", [True, False])
def test_a_plan_that_exceeds_a_limit_is_refused_before_any_write(fleet, limit, count, check):
    [old] = fleet.add_vast("old")
    entries = [*endpoints("a", "b"), {"vast_endpoint": {"name": "old", "state": "absent"}}]
    values = fleet.run(*entries, check=check, **{limit: count - 1})
    assert values["failed"] and f"is {count}, more than {limit} allows ({count - 1})" in values["msg"]
    assert (values["operations"]["vast"], values["changed"]) == (["endpoint.list"], False)
    assert actions(values) == ["not_attempted"] * 3
    assert values["summary"] == {**dict.fromkeys(values["summary"], 0), "not_attempted": 3}
    assert f"because the plan exceeds {limit}; planned: delete" in values["resources"][2]["msg"]
    assert (values["resources"][2]["deleted_id"], values["resources"][2]["plan"][0]["id"]) == ("", str(old))
    assert values["failure"]["reason"] == "too_much"
    fleet.ok(*entries, check=check, **{limit: count})


def test_two_pruned_resources_of_one_name_are_shown_with_their_ids(fleet, tmp_path):
    ids = fleet.add_vast("old", "old")
    progress = tmp_path / "progress"
    progress.touch()
    values = fleet.ok(*endpoints("new"), prune={"vast_endpoint": "old"}, progress_file=str(progress))
    lines = progress.read_text(encoding="utf-8").splitlines()
    for number in ids:
        assert sum(f"(vast_endpoint old, id {number})" in line for line in lines) == 2
        assert f"vast_endpoint old (id {number}) (delete)" in [diff["after_header"] for diff in values["diff"]]


# -- violations --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resources", "words"),
    [
        ("no list", ["resources: must be a list"]),
        (["text"], ["entry 1: must be a mapping"]),
        ([{}], ["entry 1: must have exactly one resource type"]),
        (
            [{"vast_endpoint": {"name": "a"}, "ppio_endpoint": {"name": "a"}}],
            ["entry 1: must have exactly one resource type, not "],
        ),
        ([{"vast_endpoit": {}}], ["entry 1: unknown resource type 'vast_endpoit'; did you mean vast_endpoint?"]),
        ([{"uri": {}}], ["entry 1: unknown resource type 'uri'; must be one of novita_endpoint, "]),
        ([{"vast_endpoint": ["a"]}], ["entry 1: vast_endpoint must be a mapping of options"]),
        ([{"vast_endpoint": True}], ["entry 1: vast_endpoint must be a mapping of options"]),
        (
            [{"novita_endpoint": {"name": "a", "worker_config": True}}],
            ["entry 1 (novita_endpoint a): worker_config: must be a mapping"],
        ),
        (
            [{"vast_endpoint": {"max_workers": 1}}],
            ["entry 1 (vast_endpoint): one of the following is required: id, name"],
        ),
        (
            [{"vast_endpoint": {"name": "a", "max_wrokers": 1}}],
            ["entry 1 (vast_endpoint a): unknown option max_wrokers; did you mean max_workers?"],
        ),
        (
            [{"vast_endpoint": {"name": "a", "zzz": 1}}],
            ["entry 1 (vast_endpoint a): unknown option zzz; the options are allow_similar_name, cold_mult,"],
        ),
        (
            [{"novita_endpoint": {"name": "a", "worker_config": {"mx_num": 1}, "volume_mounts": [{"sizes": 1}]}}],
            [
                "entry 1 (novita_endpoint a): unknown option volume_mounts.sizes; did you mean size?",
                "entry 1 (novita_endpoint a): unknown option worker_config.mx_num; did you mean max_num?",
                "entry 1 (novita_endpoint a): missing required arguments",
            ],
        ),
        (
            [{"vast_endpoint": {"name": "a", "max_workers": "many"}}],
            ["entry 1 (vast_endpoint a): argument 'max_workers'"],
        ),
        (
            [{"vast_endpoint": {"name": "a", "max_workers": True}}],
            ["entry 1 (vast_endpoint a): max_workers: must be a number"],
        ),
        (
            [{"vast_endpoint": {"name": "a", "max_workers": True}}, {"ppio_endpoint": {"name": ""}}],
            [
                "entry 1 (vast_endpoint a): max_workers: must be a number",
                "entry 2 (ppio_endpoint): name: must not be empty",
            ],
        ),
        (
            [{"vast_endpoint": {"name": "a"}}, {"vast_endpoint": {"endpoint_name": "a"}}],
            ["entry 2 (vast_endpoint a): duplicates entry 1"],
        ),
        (
            [{"vast_workergroup": {"endpoint": "a"}}, {"vast_workergroup": {"endpoint": "a", "template_hash": "x"}}],
            ["entry 2 (vast_workergroup a): duplicates entry 1"],
        ),
    ],
)
def test_all_violations_of_all_entries_are_reported_together(resources, words):
    found = violations(resources)
    assert len(found) == len(words), found
    for violation, beginning in zip(found, words):
        assert str(violation).startswith(beginning), violation


def test_entries_that_ansible_accepts_are_left_to_the_module():
    resources = [{"vast_endpoint": {"name": "a", "wait_timeout": 0}}, {"vast_endpoint": {"name": "a"}}]
    assert early_violations(resources) == []
    assert early_violations([]) == []
    assert len(violations(resources)) == 1
    with_another = [*resources, {"vast_endpoit": {}}]
    assert early_violations(with_another) == violations(with_another)
    assert len(early_violations(with_another)) == 2
    assert list(map(str, early_violations("text"))) == ["resources: must be a list"]


def test_entries_are_not_validated_again_after_ansible_has_accepted_them(monkeypatch):
    monkeypatch.setattr(EntryOptions, "converted", None)
    assert early_violations([{"vast_endpoint": {"name": "a", "wait_timeout": 0}}], is_accepted=True) == []


@pytest.mark.parametrize(
    "entry",
    [
        "vast_endpoint: {name: a}",
        5,
        None,
        {},
        {"vast_endpoint": "name=a"},
        {"vast_endpoint": {"name": True}},
        {"novita_endpoint": {"name": "a", "worker_config": {"min_num": True}}},
    ],
)
def test_an_entry_that_ansible_would_convert_is_refused_early(entry):
    resources = [{"vast_endpoint": {"name": "b"}}, entry]
    assert early_violations(resources, is_accepted=True) == violations(resources) != []
    assert early_violations({"vast_endpoint": {"name": "b"}}, is_accepted=True) != []


def test_the_module_reports_all_violations_of_values_together(fleet):
    values = fleet.run(
        {"vast_endpoint": {"name": "a", "wait_timeout": 0}}, {"ppio_endpoint": {"name": ""}}, *endpoints("b", "b")
    )
    for words in (
        "entry 1 (vast_endpoint a): wait_timeout: must be from 1 to 86400",
        "entry 2 (ppio_endpoint): name: ",
        "entry 4 (vast_endpoint b): duplicates entry 3",
    ):
        assert words in values["msg"]
    assert not any(values["operations"].values())


def test_workergroups_with_different_templates_are_different_resources():
    entry = {"endpoint": "a", "match": "template"}
    assert violations([{"vast_workergroup": {**entry, "template_hash": template}} for template in "xy"]) == []


def test_the_checks_do_not_modify_the_entries():
    resources = [{"vast_endpoint": {"name": "a", "max_workers": "3", "min_load": None}}]
    assert violations(resources) == []
    assert resources == [{"vast_endpoint": {"name": "a", "max_workers": "3", "min_load": None}}]


# -- templates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [True, False])
def test_a_template_that_leaves_with_its_workergroup_is_not_reported_as_used(fleet, check):
    entries = [
        {"vast_template": {"name": "tts", "image": "docker.io/example/tts", "tag": "1"}},
        *endpoints("tts"),
        {"vast_workergroup": {"endpoint": "tts", "template": "tts"}},
    ]
    fleet.ok(*entries)
    group = {"vast_workergroup": {"endpoint": "tts", "state": "absent"}}
    template = {"vast_template": {"name": "tts", "state": "absent"}}
    alone = fleet.ok(template, check=True)
    assert any("use the template that the task deletes" in str(warning) for warning in alone["warnings"])
    assert fleet.ok(template, group, check=check).get("warnings", []) == []


@pytest.mark.parametrize("check", [True, False])
def test_a_template_that_a_workergroup_uses_without_naming_it_is_not_pruned(fleet, check):
    templates = [{"vast_template": {"name": name, "image": "docker.io/example/tts", "tag": name}} for name in "ab"]
    group = {"vast_workergroup": {"endpoint": "tts", "template": "a"}}
    fleet.ok(*templates, *endpoints("tts"), group)
    unnamed = {"vast_workergroup": {"endpoint": "tts", "gpu_ram": 24}}
    pruned = fleet.ok(unnamed, prune={"vast_template": "[ab]"}, allow_prune_all=True, check=check)
    assert [row["name"] for row in pruned["resources"] if row["action"] == "delete"] == ["b"]
    assert fleet.names("vast", "templates") == (["a", "b"] if check else ["a"])


# -- the journal -------------------------------------------------------------------------------------------------------


def test_the_journal_has_a_line_before_and_after_each_write_and_no_secret(fleet, tmp_path):
    path = tmp_path / "journal"
    fleet.ok({"novita_endpoint": NOVITA_ENDPOINT.task}, *endpoints("a"), journal=str(path))
    first, *lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert first["start"] == "fleet with 2 entries"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted((line["resource_type"], "intent" in line) for line in lines) == [
        ("novita_endpoint", False),
        ("novita_endpoint", True),
        ("vast_endpoint", False),
        ("vast_endpoint", True),
    ]
    assert all(line["id"] for line in lines if "done" in line)
    assert {(line["user"], line["job_id"]) for line in (first, *lines)} == {(USER, "")}
    assert "canary-secret" not in path.read_text(encoding="utf-8")
    assert fleet.cloud.key not in path.read_text(encoding="utf-8")


def test_a_line_before_a_write_has_the_names_of_the_fields_and_the_id(fleet, tmp_path):
    path = tmp_path / "journal"
    [number] = fleet.add_vast("changed", max_workers=1)
    [removed] = fleet.add_vast("removed")
    entries = [*endpoints("new"), *endpoints("changed", max_workers=7316), {"vast_endpoint": {"name": "removed"}}]
    entries[2]["vast_endpoint"]["state"] = "absent"
    fleet.ok(*entries, journal=str(path))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {line["name"]: (sorted(line["fields"]), line["id"]) for line in lines if "intent" in line} == {
        "new": (["max_workers", "name"], ""),
        "changed": (["max_workers"], str(number)),
        "removed": ([], str(removed)),
    }
    assert {line["name"]: line["id"] for line in lines if "done" in line}["removed"] == str(removed)
    assert "7316" not in path.read_text(encoding="utf-8")


def test_the_paths_of_secrets_are_in_the_journal_without_their_values(cloud, tmp_path):
    """Both faces write the same lines."""
    options = {"secret_envs": {"TOKEN": "canary-first"}, **NOVITA_ENDPOINT.task}
    found = []
    for run in (run_module, run_direct):
        path, name = tmp_path / run.__name__, run.__name__.replace("_", "-")
        for secret in ("canary-first", "canary-second"):
            task = {**options, "name": name, "secret_envs": {"TOKEN": secret}}
            connection = {"api_key": cloud.key, "api_url": cloud.url("novita")}
            resources = [{"novita_endpoint": task}]
            values, _printed = run("fleet", {"resources": resources, "novita": connection, "journal": str(path)})
            assert not values.get("failed"), values["msg"]
        text = path.read_text(encoding="utf-8")
        assert "canary" not in text and cloud.key not in text
        found.append([json.loads(line).get("fields") for line in text.splitlines()])
    assert found[0] == found[1]
    assert "envs.TOKEN" in found[0][1] and found[0][4] == ["envs.TOKEN"]


@pytest.mark.parametrize(("option", "job_id"), [("4711", "4711"), (None, "815")])
def test_the_journal_has_the_user_and_the_job_of_the_task(fleet, tmp_path, monkeypatch, option, job_id):
    monkeypatch.setenv("JOB_ID", "815")
    path = tmp_path / "journal"
    fleet.ok(*endpoints("a"), journal=str(path), journal_user="mira \u202e", journal_job_id=option)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 3
    assert {(line["user"], line["job_id"]) for line in lines} == {("mira \u202e", job_id)}
    assert path.read_text(encoding="utf-8").replace("\n", "").isprintable()


def test_a_user_without_a_name_is_a_number_in_the_journal(fleet, tmp_path, monkeypatch):
    monkeypatch.setattr(journal_module.pwd, "getpwuid", {}.__getitem__)
    path = tmp_path / "journal"
    fleet.ok(*endpoints("a"), journal=str(path))
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[0])["user"] == str(os.geteuid())


def test_a_journal_that_is_renamed_during_a_task_gets_all_its_lines(fleet, tmp_path, monkeypatch):
    path, rotated = tmp_path / "journal", tmp_path / "journal.1"
    before = journal_module.JournalWatch.before

    def rotate(self, write):
        before(self, write)
        path.rename(rotated)

    monkeypatch.setattr(journal_module.JournalWatch, "before", rotate)
    fleet.ok(*endpoints("a"), journal=str(path))
    monkeypatch.undo()
    assert not path.exists()
    fleet.ok(*endpoints("b"), journal=str(path))
    for file, name in ((rotated, "a"), (path, "b")):
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert [line.get("name") for line in lines] == [None, name, name]


def test_check_mode_writes_no_journal(fleet, tmp_path):
    path = tmp_path / "journal"
    fleet.ok(*endpoints("a"), journal=str(path), check=True)
    assert path.read_text(encoding="utf-8") == ""


def test_a_journal_that_exists_keeps_its_lines_and_its_mode(fleet, tmp_path):
    path = tmp_path / "journal"
    path.write_text("earlier\n", encoding="utf-8")
    path.chmod(0o640)
    fleet.ok(*endpoints("a"), journal=str(path))
    assert path.read_text(encoding="utf-8").startswith("earlier\n{")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("name", UNUSABLE)
def test_a_journal_that_is_not_a_regular_file_of_this_user_is_refused(fleet, tmp_path, name, check):
    path = UNUSABLE[name](tmp_path / "journal")
    mode = os.lstat(path).st_mode
    values = fleet.run(*endpoints("a"), journal=str(path), check=check)
    assert values["failed"]
    assert f"journal: cannot write to {path} ({reason(name)}" in values["msg"]
    assert values["operations"]["vast"] == []
    assert os.lstat(path).st_mode == mode


@pytest.mark.parametrize("path", ["missing/journal", "a\0b"])
def test_a_journal_that_cannot_be_opened_is_refused(fleet, tmp_path, path):
    values = fleet.run(*endpoints("a"), journal=str(tmp_path / path))
    assert "journal: cannot write to" in values["msg"]
    assert values["operations"]["vast"] == []


def test_a_journal_without_space_at_the_start_is_refused_before_the_first_request(fleet, tmp_path):
    path = tmp_path / "journal"
    path.write_text("earlier\n" * 100, encoding="utf-8")
    with file_size_limit(path.stat().st_size):
        values = fleet.run(*endpoints("a"), journal=str(path))
    assert f"journal: cannot write to {path} (File too large)" in values["msg"]
    assert values["operations"]["vast"] == []


@pytest.mark.parametrize("fails", [False, True])
def test_lines_that_are_missing_in_the_journal_are_a_warning(fleet, tmp_path, fails):
    path = tmp_path / "journal"
    if fails:
        fleet.add_vast("b", "b")
    entries = [*endpoints("a"), *([{"vast_endpoint": {"name": "b"}}] if fails else [])]
    with file_size_limit(200):
        values = fleet.run(*entries, journal=str(path), concurrency=1)
    assert actions(values) == ["create", "failed"][: 1 + fails]
    assert "File too large" not in values.get("msg", "")
    [warning] = [warning for warning in values["warnings"] if "journal" in str(warning)]
    assert f"The journal {path} lacks 2 lines" in str(warning) and "File too large" in str(warning)
    assert f"end of create endpoint 'a', id {values['resources'][0]['id']}" in str(warning)
    # A line that was cut off does not spoil the next one.
    fleet.ok(*endpoints("c"), journal=str(path))
    cut_off, *others = path.read_text(encoding="utf-8").splitlines()[1:]
    assert not cut_off.endswith("}")
    assert [json.loads(line).get("intent") for line in others] == [None, "create endpoint 'c'", None]


def test_writes_stop_when_the_parent_process_ends(fleet, monkeypatch):
    def ancestors():
        return (1, 1) if fleet.names("vast", key="endpoint_name") else (1, 2)

    monkeypatch.setattr(permit, "ancestors", ancestors)
    values = fleet.run(*endpoints("a", "b"), concurrency=1)
    # The entry of the completed write fails too, because the module does not read it back.
    assert actions(values) == ["failed", "not_attempted"]
    assert {resource["failure"]["reason"] for resource in values["resources"]} == {Cancelled.reason}
    assert fleet.names("vast", key="endpoint_name") == ["a"]
    assert values["resources"][0]["id"]


def test_an_interrupt_stops_the_writes_and_the_result_shows_completed_writes(fleet, monkeypatch):
    interrupted = threading.Event()
    handle = permit.Permit._handle

    def interrupt(self, number, frame):
        handle(self, number, frame)
        interrupted.set()

    def after(self, write, resource_id):
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupted.wait(60)

    monkeypatch.setattr(permit.Permit, "_handle", interrupt)
    monkeypatch.setattr(journal_module.JournalWatch, "after", after)
    # SIGINT can be ignored in this process, depending on how pytest was started.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        values = fleet.run(*endpoints("a", "b", "c"), concurrency=1)
    finally:
        signal.signal(signal.SIGINT, before)
    assert fleet.names("vast", key="endpoint_name") == ["a"]
    assert {resource["failure"]["reason"] for resource in values["resources"]} == {Cancelled.reason}
    assert values["resources"][0]["id"]
    assert "interrupted" in values["msg"]


def test_progress_shows_each_change_and_its_outcome(fleet, tmp_path):
    path = tmp_path / "progress"
    fleet.add_vast("same")
    fleet.vast.fault("endpoint.create", "status", status=400, reason="invalid_args", message="no credit")
    fleet.run(*endpoints("a", "b"), {"vast_endpoint": {"name": "same"}}, progress_file=str(path), concurrency=1)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == ""
    assert re.fullmatch(r"\[0/2\] \d+:\d\d entry 1 \(vast_endpoint a\): create \.\.\.", lines[1])
    assert re.match(r"\[1/2\] \d+:\d\d entry 1 ", lines[2])
    assert any("vast_endpoint a): failed" in line and "no credit" in line for line in lines)
    assert not any("same" in line for line in lines)


@pytest.mark.parametrize("name", [*UNUSABLE, "a missing folder"])
def test_a_progress_file_that_cannot_be_opened_is_ignored(fleet, tmp_path, name):
    path = UNUSABLE.get(name, lambda path: path / "missing")(tmp_path / "progress")
    values = fleet.run(*endpoints("a"), progress_file=str(path))
    assert actions(values) == ["create"]
    assert fleet.names("vast", key="endpoint_name") == ["a"]


def test_a_progress_file_without_space_is_ignored(fleet, tmp_path):
    with file_size_limit(10):
        values = fleet.ok(*endpoints("a"), progress_file=str(tmp_path / "progress"))
    assert actions(values) == ["create"]
    assert "File too large" not in values["printed"]


def test_a_name_cannot_control_the_terminal_or_imitate_lines(fleet, tmp_path):
    name = "a\x1b[2J\x9b\u202e\u200b\u2028c\nresources[9] (vast_endpoint b): create: 1"
    fleet.add_vast(name, "a b")
    fleet.vast.fault("endpoint.delete", "status", status=400, reason=name, message=name, times=0)
    progress, journal = tmp_path / "progress", tmp_path / "journal"
    values = fleet.run(
        *endpoints("a b"), prune={"vast_endpoint": "a"}, progress_file=str(progress), journal=str(journal)
    )
    pruned = values["resources"][1]
    assert (pruned["action"], pruned["name"]) == ("failed", name)
    sentences = [values["msg"], pruned["msg"], values["failure"]["message"], *map(str, values["warnings"])]
    sentences += [header for diff in values["diff"] for header in (diff["before_header"], diff["after_header"])]
    lines = [path.read_text(encoding="utf-8").split("\n") for path in (progress, journal)]
    assert [text for text in [*sentences, *lines[0], *lines[1]] if not text.isprintable()] == []
    # The first line of the progress is empty. Each text ends with a line feed.
    assert [len(some) for some in lines] == [6, 5]
    assert [json.loads(line)["name"] for line in lines[1][1:-1] if "done" not in line] == ["a b", name]


def instances(*names, **options):
    return [{"novita_instance": {**NOVITA_INSTANCE.task, "name": name, **options}} for name in names]


def test_stuck_resources_are_awaited_in_parallel(fleet):
    names = [f"i{number}" for number in range(6)]
    fleet.ok(*instances(*names))
    fleet.accounts["novita"].fault("instance.delete", "stuck", times=0)
    began = fleet.cloud.clock.now()
    values = fleet.run(*({"novita_instance": {"name": name, "state": "absent"}} for name in names), concurrency=2)
    assert actions(values) == ["failed"] * 6
    assert fleet.cloud.clock.now() - began < 1000, "each waits for 600 s, and all at once"


def test_a_resource_in_transition_does_not_delay_other_writes(fleet, monkeypatch):
    fleet.ok(*instances("i0"))
    fleet.accounts["novita"].fault("instance.stop", "stuck", times=0)
    fleet.run({"novita_instance": {"name": "i0", "state": "stopped", "wait": False}})
    began, created = fleet.cloud.clock.now(), []
    create = NovitaInstance.create

    def note(resource, target):
        created.append(fleet.cloud.clock.now() - began)
        return create(resource, target)

    monkeypatch.setattr(NovitaInstance, "create", note)
    values = fleet.run({"novita_instance": {"name": "i0", "state": "started"}}, *instances("i1"), concurrency=1)
    assert actions(values) == ["failed", "create"]
    assert created[0] < 300


# -- shared list responses ---------------------------------------------------------------------------------------------


def test_the_note_of_a_killed_create_needs_a_list_response_after_the_waits_of_others(fleet, monkeypatch):
    """The first entry waits in vain. The list response for the second one was read before that."""

    def stop(*_arguments):
        raise Cancelled("the process was stopped.")

    entries = [{"vast_template": {"name": "a", "image": "docker.io/example/tts:1"}}, *endpoints("b")]
    fleet.vast.settings.set(visible_after=25)
    with monkeypatch.context() as patched:
        patched.setattr(NewResource, "_until_found", stop)
        fleet.run(*entries)
    [template] = fleet.vast.store("templates").views()
    fleet.vast.store("templates").remove(template["id"])
    fleet.ok(*entries, concurrency=1)
    assert fleet.names("vast", key="endpoint_name") == ["b"]


class Slow:
    """A resource type whose list request lasts until the test releases ``end``."""

    started = 0
    begun = threading.Semaphore(0)
    end = threading.Semaphore(0)
    fails = False

    def __init__(self, client):
        self.client = client

    @staticmethod
    def type_name():
        return "slow"

    def read_list(self):
        type(self).started += 1
        self.begun.release()
        assert self.end.acquire(timeout=60)
        if self.fails:
            raise ApiError("broken", operation="x.list")
        return ListResponse()


@pytest.fixture(name="slow")
def _slow():
    return type("Slow", (Slow,), {"started": 0, "begun": threading.Semaphore(0), "end": threading.Semaphore(0)})


def test_a_list_request_that_began_before_a_write_is_not_used_after_it(slow):
    lists = SharedLists(None)
    lists.planning = False
    first = threading.Thread(target=lists.read, args=(slow,))
    first.start()
    assert slow.begun.acquire(timeout=60)
    mark = lists.mark(slow)
    others = [threading.Thread(target=lists.read, args=(slow, mark)) for _number in range(5)]
    for other in others:
        other.start()
    slow.end.release(2)
    for thread in (first, *others):
        thread.join(timeout=60)
    assert slow.started == 2
    lists.read(slow, mark)
    assert slow.started == 2


def test_a_conclusive_list_response_is_shared_until_the_first_write(slow):
    lists = SharedLists(None)
    first = lists.conclusive(slow, ListResponse)
    assert lists.conclusive(slow, ListResponse) is first
    lists.planning = False
    assert lists.conclusive(slow, ListResponse) is not first


def test_a_failed_list_request_gives_each_reader_its_own_error(slow):
    lists = SharedLists(None)
    slow.fails = True
    slow.end.release(1)
    caught = []
    for _number in range(2):
        with pytest.raises(ApiError) as error:
            lists.read(slow)
        caught.append(error.value)
    assert slow.started == 1
    caught[0].doing = "find a"
    assert (caught[1].doing, caught[1].operation, str(caught[1])) == ("", "x.list", "broken.")


def test_a_sleeping_cluster_does_not_delay_others_and_is_shown_in_the_progress(fleet, tmp_path):
    account = fleet.cloud.account("novita")
    account.fault(
        "endpoint.create",
        "status",
        status=400,
        reason="CLUSTER_STATUS",
        message="serverless cluster is not active",
        times=3,
    )
    progress = tmp_path / "progress"
    novita = [{"novita_endpoint": {**NOVITA_ENDPOINT.task, "name": name}} for name in "ab"]
    values = fleet.run(*novita, {"vast_endpoint": {"name": "c"}}, progress_file=str(progress))
    assert not values.get("failed"), values["msg"]
    assert len(account.records()) == 2
    shown = progress.read_text()
    refused = "HTTP 400 CLUSTER_STATUS: serverless cluster is not active"
    assert f"create temporarily refused, retrying: {refused}" in shown
    assert [entry["action"] for entry in values["resources"]] == ["create"] * 3
