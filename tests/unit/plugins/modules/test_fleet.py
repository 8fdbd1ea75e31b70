# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only a fleet does: it plans a set, shares listings, keeps an order, prunes, and goes on past a failure.

That an entry behaves as its own module does is shown by the laws, which run for both.
"""

from __future__ import annotations

import json
import os
import stat
import threading

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils.errors import ApiError, Cancelled
from ansible_collections.gpufleet.cloud.plugins.module_utils.fleet import journal as journal_module
from ansible_collections.gpufleet.cloud.plugins.module_utils.fleet.listings import Listings
from ansible_collections.gpufleet.cloud.plugins.module_utils.fleet.wanted import early_faults, faults

from ...harness import run_module
from ...laws.kinds import NOVITA_ENDPOINT, NOVITA_INSTANCE, PPIO_ENDPOINT

PROVIDERS = ("novita", "ppio", "vast")
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
        """Run the module; the result has the operations of each provider beside it."""
        connections = {provider: {"api_key": self.cloud.key, "api_url": self.cloud.url(provider)} for provider in PROVIDERS}
        connections["vast"]["autoscaler_url"] = self.cloud.url("vast-autoscaler")
        before = {provider: len(account.requests) for provider, account in self.accounts.items()}
        values, printed = run_module("fleet", {"resources": list(resources), **connections, **options}, check)
        assert "Traceback" not in printed
        values["printed"] = printed
        values["operations"] = {provider: [request["operation"] for request in account.requests[before[provider]:]]
                                for provider, account in self.accounts.items()}
        return values

    def ok(self, *resources, **options):
        values = self.run(*resources, **options)
        assert not values.get("failed"), values["msg"]
        return values

    def names(self, provider, store="endpoints", key="name"):
        return sorted(str(record[key]) for record in self.accounts[provider].store(store).views())

    def add_vast(self, *names):
        return [self.vast.store("endpoints").seed({"endpoint_name": name})["id"] for name in names]


def endpoints(*names, **options):
    return [{"vast_endpoint": {"name": name, "max_workers": 1, **options}} for name in names]


def actions(values):
    return [entry["action"] for entry in values["resources"]]


EVERYTHING = [
    {"novita_endpoint": NOVITA_ENDPOINT.task},
    {"ppio_endpoint": PPIO_ENDPOINT.task},
    {"vast_endpoint": {"name": "tts", "max_workers": 2}},
    {"vast_workergroup": {"endpoint": "tts", "template_hash": TEMPLATE}},
    {"novita_instance": NOVITA_INSTANCE.task},
]


# -- a set ---------------------------------------------------------------------------------------------------------------

def test_a_whole_set_is_created_planned_alike_unchanged_and_deleted(fleet):
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
    gone = fleet.ok(*({kind: {"state": "absent", **{
        option: options[option] for option in ("name", "endpoint") if option in options}}}
        for entry in EVERYTHING for kind, options in entry.items()))
    assert actions(gone) == ["delete"] * 5
    assert [fleet.names(provider) for provider in PROVIDERS[:2]] == [[], []]
    assert fleet.names("vast", key="endpoint_name") == fleet.names("vast", "workergroups", "endpoint_name") == []


def test_no_key_in_an_entry_has_a_meaning_to_ansible(fleet):
    for values in (fleet.ok(*EVERYTHING, check=True), fleet.run(*endpoints("a", target_util=0.5), max_changes=0)):
        assert not {"results", "failed", "skipped", "changed"} & {key for entry in values["resources"] for key in entry}


def test_what_is_unchanged_costs_one_listing_of_each_kind(fleet):
    names = [f"e{number}" for number in range(30)]
    fleet.add_vast(*names)
    for store, provider in (("endpoints", "novita"), ("endpoints", "ppio")):
        for name in names:
            fleet.accounts[provider].store(store).seed({"name": name})
    wanted = [{f"{provider}_endpoint": {"name": name}} for provider in PROVIDERS for name in names]
    wanted += [{"vast_workergroup": {"endpoint": name, "state": "absent"}} for name in names]
    operations = fleet.ok(*wanted, concurrency=16)["operations"]
    assert {provider: sorted(names) for provider, names in operations.items()} == {
        "novita": ["endpoint.list"], "ppio": ["endpoint.list"], "vast": ["endpoint.list", "workergroup.list"]}


@pytest.mark.parametrize("base", [0, 1])
def test_the_pages_of_a_listing_are_read_at_once(fleet, base):
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


def test_a_page_that_fails_among_others_puts_the_listing_in_doubt(fleet):
    novita = fleet.accounts["novita"]
    for number in range(5):
        novita.store("endpoints").seed({"name": f"e{number}"})
    novita.settings.set(page_cap=1)
    novita.fault("endpoint.list", "status", status=500, skip=3, times=0)
    values = fleet.run({"novita_endpoint": {"name": "new", "state": "absent"}}, novita={
        "api_key": fleet.cloud.key, "api_url": fleet.cloud.url("novita"), "api_retries": 0})
    assert values["failed"] and values["resources"][0]["action"] == "failed"


def test_many_creates_share_their_read_back(fleet):
    made = fleet.ok(*endpoints(*(f"e{number}" for number in range(20))))
    assert made["operations"]["vast"].count("endpoint.create") == 20
    assert made["operations"]["vast"].count("endpoint.list") == 2


def test_workers_keep_a_learned_interval_together(fleet):
    fleet.vast.settings.set(min_interval={"endpoint.create": 4.0})
    before = fleet.cloud.clock.now()
    made = fleet.ok(*endpoints(*(f"e{number}" for number in range(10))), concurrency=1)
    assert made["operations"]["vast"].count("endpoint.create") == 11
    assert fleet.cloud.clock.now() - before < 10 * 4 * 1.2


# -- order ---------------------------------------------------------------------------------------------------------------

def test_an_endpoint_comes_before_its_workergroup_whatever_their_order(fleet):
    made = fleet.ok({"vast_workergroup": {"endpoint": "tts", "template_hash": TEMPLATE}},
                    {"vast_endpoint": {"name": "tts", "cold_workers": 1, "max_workers": 2, "wait_for_workers": 1}})
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
    gone = fleet.ok({"vast_endpoint": {"name": "tts", "state": "absent"}},
                    {"vast_workergroup": {"endpoint": "tts", "state": "absent"}})
    writes = [operation for operation in gone["operations"]["vast"] if operation.endswith(".delete")]
    assert writes == ["workergroup.delete", "endpoint.delete"]


def test_what_is_deleted_goes_last(fleet):
    fleet.add_vast("old")
    done = fleet.ok({"vast_endpoint": {"name": "old", "state": "absent"}}, *endpoints("new"))
    writes = [operation for operation in done["operations"]["vast"] if not operation.endswith(".list")]
    assert writes == ["endpoint.create", "endpoint.delete"]


# -- failures ------------------------------------------------------------------------------------------------------------

def test_a_failure_at_one_provider_leaves_the_others_converged(fleet):
    for operation in ("endpoint.list", "instance.list"):
        fleet.accounts["novita"].fault(operation, "status", status=500, times=0)
    values = fleet.run(*EVERYTHING)
    assert actions(values) == ["failed", "create", "create", "create", "failed"]
    assert values["summary"]["failed"] == 2
    assert "resources[0] (novita_endpoint llm-8b): Cannot find endpoint 'llm-8b'" in values["msg"]
    assert "resources[4] (novita_instance trainer-1): Cannot find instance 'trainer-1'" in values["msg"]
    assert values["failure"]["provider"] == "novita"
    assert (fleet.names("ppio"), fleet.names("vast", key="endpoint_name")) == (["llm-8b"], ["tts"])


def test_every_failure_has_its_own_message_and_keeps_its_id(fleet):
    fleet.vast.fault("endpoint.create", "status", status=400, reason="invalid_args", message="no credit")
    values = fleet.run(*endpoints("a", "b", "c"), concurrency=1)
    assert sorted(actions(values)) == ["create", "create", "failed"]
    failed = next(entry for entry in values["resources"] if entry["action"] == "failed")
    assert ("no credit" in failed["msg"], failed["id"], failed["failure"]["status"]) == (True, "", 400)
    assert "1 of 3 resources are not as wanted" in values["msg"]
    assert values["changed"] is True


def test_fail_fast_begins_nothing_more(fleet):
    fleet.vast.fault("endpoint.create", "status", status=400, reason="invalid_args", message="no credit")
    values = fleet.run(*endpoints("a", "b", "c"), concurrency=1, fail_fast=True)
    assert actions(values) == ["failed", "not_attempted", "not_attempted"]
    assert fleet.names("vast", key="endpoint_name") == []
    assert values["changed"] is False


def test_a_fault_of_ours_in_one_resource_does_not_stop_the_others(fleet, monkeypatch):
    from ansible_collections.gpufleet.cloud.plugins.module_utils.ppio.endpoint import PpioEndpoint

    monkeypatch.setattr(PpioEndpoint, "create", lambda self, target: 1 / 0)
    values = fleet.run(*EVERYTHING[:3])
    assert actions(values) == ["create", "failed", "create"]
    assert "ZeroDivisionError" in values["resources"][1]["msg"]


def test_one_record_meant_by_two_entries_is_refused_and_the_rest_is_done(fleet):
    [number] = fleet.add_vast("a")
    values = fleet.run({"vast_endpoint": {"id": str(number), "max_workers": 3}}, *endpoints("a", "b"))
    assert actions(values) == ["failed", "failed", "create"]
    assert "means the same record" in values["msg"]
    assert "endpoint.update" not in values["operations"]["vast"]


# -- prune ---------------------------------------------------------------------------------------------------------------

def test_prune_deletes_what_matches_and_is_not_wanted(fleet):
    fleet.add_vast("team-a-old", "team-a-kept", "team-b", "other-team-a-")
    planned = fleet.ok(*endpoints("team-a-kept", "team-a-new"), prune={"vast_endpoint": "^team-a-"}, check=True)
    assert planned["summary"]["delete"] == 1
    done = fleet.ok(*endpoints("team-a-kept", "team-a-new"), prune={"vast_endpoint": "team-a-"})
    assert done["resources"][-1]["name"] == "team-a-old"
    assert (done["resources"][-1]["number"], done["resources"][-1]["action"]) == (-1, "delete")
    assert fleet.names("vast", key="endpoint_name") == ["other-team-a-", "team-a-kept", "team-a-new", "team-b"]


def test_a_kind_without_a_pattern_is_not_pruned(fleet):
    fleet.add_vast("a")
    fleet.accounts["ppio"].store("endpoints").seed({"name": "a"})
    fleet.ok(prune={"ppio_endpoint": "a"}, allow_prune_all=True)
    assert (fleet.names("ppio"), fleet.names("vast", key="endpoint_name")) == ([], ["a"])


def test_workergroups_are_pruned_by_their_endpoint_and_wanted_ones_stay(fleet):
    fleet.ok(*endpoints("a", "b"), *({"vast_workergroup": {"endpoint": name, "template_hash": TEMPLATE}} for name in "ab"))
    done = fleet.ok({"vast_workergroup": {"endpoint": "a", "template_hash": TEMPLATE}}, prune={"vast_workergroup": "."})
    assert actions(done) == ["unchanged", "delete"]
    assert fleet.names("vast", "workergroups", "endpoint_name") == ["a"]


def test_an_endpoint_that_a_wanted_workergroup_needs_is_not_pruned(fleet):
    [first, second] = fleet.add_vast("a", "b")
    groups = [{"vast_workergroup": {"endpoint": "a", "template_hash": TEMPLATE}},
              {"vast_workergroup": {"endpoint_id": second, "template_hash": TEMPLATE}}]
    fleet.ok(*groups, prune={"vast_endpoint": "."})
    assert fleet.names("vast", key="id") == sorted([str(first), str(second)])
    fleet.ok(groups[0], prune={"vast_endpoint": ".", "vast_workergroup": "."})
    assert fleet.names("vast", key="endpoint_name") == ["a"]


def test_a_workergroup_of_an_endpoint_that_is_deleted_is_refused(fleet):
    values = fleet.run({"vast_workergroup": {"endpoint": "a", "template_hash": TEMPLATE}},
                       {"vast_endpoint": {"name": "a", "state": "absent"}})
    assert actions(values)[0] == "failed"
    fleet.add_vast("a")
    values = fleet.run({"vast_workergroup": {"endpoint": "a", "template_hash": TEMPLATE}},
                       {"vast_endpoint": {"name": "a", "state": "absent"}})
    assert "endpoint: must not be 'a', which resources[1] (vast_endpoint a) deletes" in values["resources"][0]["msg"]
    assert "workergroup.create" not in values["operations"]["vast"]


def test_workergroups_given_by_id_are_deleted_before_their_endpoint(fleet):
    made = fleet.ok(*endpoints("tts"), {"vast_workergroup": {"endpoint": "tts", "template_hash": TEMPLATE}})
    gone = fleet.ok({"vast_endpoint": {"name": "tts", "state": "absent"}},
                    {"vast_workergroup": {"id": made["resources"][1]["id"], "state": "absent"}})
    writes = [operation for operation in gone["operations"]["vast"] if operation.endswith(".delete")]
    assert writes == ["workergroup.delete", "endpoint.delete"]


@pytest.mark.parametrize(("fault", "arguments"), [
    ("status", {"status": 500}), ("no_envelope", {}), ("garbage", {"status": 200, "body": "[]", "content_type": "application/json"}),
])
def test_a_kind_whose_listing_is_in_doubt_is_not_pruned(fleet, fault, arguments):
    fleet.add_vast("a")
    fleet.vast.fault("endpoint.list", fault, times=0, **arguments)
    values = fleet.run(prune={"vast_endpoint": "."}, allow_prune_all=True)
    assert values["failed"] and "the listing is in doubt" in values["msg"]
    assert "endpoint.delete" not in values["operations"]["vast"]


def test_what_an_ambiguous_entry_may_mean_is_not_pruned(fleet):
    fleet.add_vast("a", "a", "b")
    values = fleet.run(*endpoints("a"), prune={"vast_endpoint": "."})
    assert values["failed"]
    assert fleet.names("vast", key="endpoint_name") == ["a", "a"]


@pytest.mark.parametrize(("options", "words"), [
    ({"prune": {"vast_endpoint": "."}}, "allow_prune_all"),
    ({"prune": {"vast_endpoint": ""}, "allow_prune_all": True}, "prune.vast_endpoint: must not be empty"),
    ({"prune": {"vast_endpoint": "["}, "allow_prune_all": True}, "prune.vast_endpoint: must be a regular expression"),
    ({"prune": {"vast_endpoints": "x"}}, "vast_endpoints"),
    ({"concurrency": 0}, "concurrency: must be at least 1"),
    ({"concurrency": True}, "concurrency: must be a number"),
    ({"max_changes": -1}, "max_changes: must be at least 0"),
])
def test_wrong_options_are_refused_before_the_first_request(fleet, options, words):
    fleet.add_vast("a")
    values = fleet.run(**options)
    assert values["failed"] and words in values["msg"]
    assert values["operations"] == {provider: [] for provider in PROVIDERS}


@pytest.mark.parametrize(("limit", "count"), [("max_changes", 3), ("max_deletes", 1)])
@pytest.mark.parametrize("check", [True, False])
def test_a_plan_beyond_a_limit_is_refused_before_any_write(fleet, limit, count, check):
    fleet.add_vast("old")
    wanted = [*endpoints("a", "b"), {"vast_endpoint": {"name": "old", "state": "absent"}}]
    values = fleet.run(*wanted, check=check, **{limit: count - 1})
    assert values["failed"] and f"{limit}: the plan has {count}" in values["msg"]
    assert (values["operations"]["vast"], values["changed"]) == (["endpoint.list"], False)
    fleet.ok(*wanted, check=check, **{limit: count})


# -- the wanted set ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("resources", "words"), [
    ("no list", ["resources: must be a list"]),
    (["text"], ["resources[0]: must be a mapping"]),
    ([{}], ["resources[0]: must name exactly one kind"]),
    ([{"vast_endpoint": {"name": "a"}, "ppio_endpoint": {"name": "a"}}], ["resources[0]: must name exactly one kind, not "]),
    ([{"vast_endpoit": {"name": "a"}}], ["resources[0]: 'vast_endpoit' is no kind of resource; there are "]),
    ([{"vast_endpoint": ["a"]}], ["resources[0]: vast_endpoint must be a mapping of options"]),
    ([{"vast_endpoint": True}], ["resources[0]: vast_endpoint must be a mapping of options"]),
    ([{"novita_endpoint": {"name": "a", "worker_config": True}}],
     ["resources[0] (novita_endpoint a): worker_config: must be a mapping"]),
    ([{"vast_endpoint": {"max_workers": 1}}], ["resources[0] (vast_endpoint): one of the following is required: id, name"]),
    ([{"vast_endpoint": {"name": "a", "max": 1}}], ["resources[0] (vast_endpoint a): Unsupported parameters: max."]),
    ([{"vast_endpoint": {"name": "a", "max_workers": "many"}}], ["resources[0] (vast_endpoint a): argument 'max_workers'"]),
    ([{"vast_endpoint": {"name": "a", "max_workers": True}}], ["resources[0] (vast_endpoint a): max_workers: must be a number"]),
    ([{"vast_endpoint": {"name": "a", "max_workers": -1}}, {"ppio_endpoint": {"name": ""}}],
     ["resources[0] (vast_endpoint a): max_workers: must be at least 0", "resources[1] (ppio_endpoint): name: must have at least 1"]),
    ([{"vast_endpoint": {"name": "a"}}, {"vast_endpoint": {"endpoint_name": "a"}}],
     ["resources[1] (vast_endpoint a): means the same as resources[0]"]),
    ([{"vast_workergroup": {"endpoint": "a"}}, {"vast_workergroup": {"endpoint": "a", "template_hash": "x"}}],
     ["resources[1] (vast_workergroup a): means the same as resources[0]"]),
])
def test_all_that_is_wrong_in_a_set_is_said_together(resources, words):
    found = faults(resources)
    assert len(found) == len(words), found
    for fault, beginning in zip(found, words):
        assert fault.startswith(beginning), fault


def test_what_ansible_takes_is_left_to_the_module():
    resources = [{"vast_endpoint": {"name": "a", "max_workers": -1}}, {"vast_endpoint": {"name": "a"}}]
    assert early_faults(resources) == []
    assert early_faults([]) == []
    with_another = [*resources, {"vast_endpoit": {}}]
    assert early_faults(with_another) == faults(with_another)
    assert len(early_faults(with_another)) == 2
    assert early_faults("text") == ["resources: must be a list"]


def test_the_module_says_all_that_is_wrong_with_values_together(fleet):
    values = fleet.run({"vast_endpoint": {"name": "a", "max_workers": -1}}, {"ppio_endpoint": {"name": ""}}, *endpoints("b", "b"))
    for words in ("resources[0] (vast_endpoint a): max_workers: must be at least 0", "resources[1] (ppio_endpoint): name: ",
                  "resources[3] (vast_endpoint b): means the same as resources[2]"):
        assert words in values["msg"]
    assert not any(values["operations"].values())


def test_workergroups_of_two_templates_are_two_things():
    entry = {"endpoint": "a", "match": "template"}
    assert faults([{"vast_workergroup": {**entry, "template_hash": template}} for template in "xy"]) == []


def test_faults_leave_the_set_as_it_was():
    resources = [{"vast_endpoint": {"name": "a", "max_workers": "3", "min_load": None}}]
    assert faults(resources) == []
    assert resources == [{"vast_endpoint": {"name": "a", "max_workers": "3", "min_load": None}}]


# -- what is known of prices -----------------------------------------------------------------------------------------------

def test_known_prices_are_summed_when_asked_for(fleet):
    wanted = [{"novita_instance": {**NOVITA_INSTANCE.task, "gpu_num": 2}}, *endpoints("a")]
    silent = fleet.ok(*wanted, check=True)
    assert silent["hourly_cost"] == {"before": 0.0, "after": 0.0, "unknown": {"novita_instance": 1, "vast_endpoint": 1}}
    planned = fleet.ok(*wanted, check=True, prices=True)
    assert planned["hourly_cost"]["unknown"] == {"vast_endpoint": 1}
    assert (planned["hourly_cost"]["before"], planned["hourly_cost"]["after"] > 0) == (0.0, True)
    fleet.ok(*wanted)
    stopped = fleet.ok({"novita_instance": {"name": NOVITA_INSTANCE.task["name"], "state": "stopped"}}, prices=True)
    assert (stopped["hourly_cost"]["before"], stopped["hourly_cost"]["after"]) == (planned["hourly_cost"]["after"], 0.0)


# -- the journal -----------------------------------------------------------------------------------------------------------

def test_the_journal_has_every_write_before_and_after_it_and_no_secret(fleet, tmp_path):
    path = tmp_path / "journal"
    fleet.ok({"novita_endpoint": NOVITA_ENDPOINT.task}, *endpoints("a"), journal=str(path))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted((line["kind"], "intent" in line) for line in lines) == [
        ("novita_endpoint", False), ("novita_endpoint", True), ("vast_endpoint", False), ("vast_endpoint", True)]
    assert all(line["id"] for line in lines if "done" in line)
    assert "canary-secret" not in path.read_text(encoding="utf-8")
    assert fleet.cloud.key not in path.read_text(encoding="utf-8")


def test_check_mode_writes_no_journal(fleet, tmp_path):
    path = tmp_path / "journal"
    fleet.ok(*endpoints("a"), journal=str(path), check=True)
    assert path.read_text(encoding="utf-8") == ""


def test_a_journal_that_cannot_be_written_stops_the_task(fleet, tmp_path):
    values = fleet.run(*endpoints("a"), journal=str(tmp_path / "nowhere" / "journal"))
    assert "journal:" in values["msg"]
    assert values["operations"]["vast"] == []


def test_nothing_is_written_when_nobody_waits_any_more(fleet, monkeypatch):
    parents = iter([(1, 2), (1, 2)])
    monkeypatch.setattr(journal_module, "forebears", lambda: next(parents, (1, 1)))
    values = fleet.run(*endpoints("a", "b"), concurrency=1)
    assert actions(values) == ["create", "failed"]
    assert values["resources"][1]["failure"]["reason"] == Cancelled.reason
    assert fleet.names("vast", key="endpoint_name") == ["a"]


def test_forebears_are_the_parent_and_its_parent():
    parent, *older = journal_module.forebears()
    assert parent == os.getppid()
    assert not older or older[0] >= 0


def test_progress_names_what_changes_and_how_it_ended(fleet, tmp_path):
    path = tmp_path / "progress"
    fleet.add_vast("same")
    fleet.vast.fault("endpoint.create", "status", status=400, reason="invalid_args", message="no credit")
    fleet.run(*endpoints("a", "b"), {"vast_endpoint": {"name": "same"}}, progress_file=str(path), concurrency=1)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "resources[0] (vast_endpoint a): create ..."
    assert any("vast_endpoint a): failed" in line and "no credit" in line for line in lines)
    assert not any("same" in line for line in lines)


def test_progress_that_cannot_be_written_is_no_fault(fleet, tmp_path):
    """With become the file can belong to another user, and not even root may write it in /tmp (fs.protected_regular)."""
    values = fleet.run(*endpoints("a"), progress_file=str(tmp_path / "missing" / "progress"))
    assert actions(values) == ["create"]
    assert fleet.names("vast", key="endpoint_name") == ["a"]


# -- shared listings -------------------------------------------------------------------------------------------------------

class Slow:
    """A kind whose listing waits until it is told to end."""

    begun = 0
    end = threading.Semaphore(0)
    fails = False

    def __init__(self, client):
        self.client = client

    def read_all(self):
        type(self).begun += 1
        assert self.end.acquire(timeout=10)
        if self.fails:
            raise ApiError("broken", operation="x.list")
        return []


@pytest.fixture(name="slow")
def _slow():
    return type("Slow", (Slow,), {"begun": 0, "end": threading.Semaphore(0)})


def test_a_listing_is_not_shared_with_one_who_wrote_after_it_began(slow):
    listings = Listings(None)
    listings.planning = False
    first = threading.Thread(target=listings.read, args=(slow,))
    first.start()
    while not slow.begun:
        pass
    mark = listings.mark(slow)
    others = [threading.Thread(target=listings.read, args=(slow, mark)) for _number in range(5)]
    for other in others:
        other.start()
    slow.end.release(2)
    for thread in (first, *others):
        thread.join(timeout=10)
    assert slow.begun == 2
    listings.read(slow, mark)
    assert slow.begun == 2


def test_a_failed_listing_fails_for_everyone_with_words_of_their_own(slow):
    listings = Listings(None)
    slow.fails = True
    slow.end.release(1)
    caught = []
    for _number in range(2):
        with pytest.raises(ApiError) as error:
            listings.read(slow)
        caught.append(error.value)
    assert slow.begun == 1
    caught[0].doing = "find a"
    assert (caught[1].doing, caught[1].operation, str(caught[1])) == ("", "x.list", "broken.")
