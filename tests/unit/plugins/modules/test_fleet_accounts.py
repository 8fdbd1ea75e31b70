# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several accounts of a provider in one fleet."""

from __future__ import annotations

import json

import pytest

from ...harness import run_direct
from .test_fleet import Fleet, endpoints

NAMES = ("east", "west")


class Accounts(Fleet):
    """A fleet with the account of the option ``vast`` and two named ones."""

    def __init__(self, cloud):
        super().__init__(cloud)
        self.keys = {name: f"{cloud.key}-{name}" for name in NAMES}
        self.named = {name: cloud.simulator.account("vast", key) for name, key in self.keys.items()}

    def declared(self, *names, **options):
        return [
            {
                "name": name,
                "provider": "vast",
                "api_key": self.keys[name],
                "api_url": self.cloud.url("vast"),
                "autoscaler_url": self.cloud.url("vast-autoscaler"),
                **options,
            }
            for name in names
        ]

    def run(self, *resources, accounts=None, **options):
        return super().run(*resources, accounts=self.declared(*NAMES) if accounts is None else accounts, **options)

    def endpoints_of(self, name=""):
        account = self.named[name] if name else self.vast
        return sorted(row["endpoint_name"] for row in account.store("endpoints").views())

    def writes_of(self, name):
        return [
            request["operation"] for request in self.named[name].requests if not request["operation"].endswith(".list")
        ]


@pytest.fixture(name="fleet")
def _fleet(cloud):
    return Accounts(cloud)


def entries_in(account, *names, **options):
    return [{"account": account, **entry} for entry in endpoints(*names, **options)]


EVERYWHERE = [*endpoints("tts"), *entries_in("east", "tts"), *entries_in("west", "tts", "asr")]


def test_each_entry_converges_in_its_account(fleet):
    created = fleet.ok(*EVERYWHERE)
    assert (fleet.endpoints_of(), fleet.endpoints_of("east"), fleet.endpoints_of("west")) == (
        ["tts"],
        ["tts"],
        ["asr", "tts"],
    )
    assert [resource["account"] for resource in created["resources"]] == ["", "east", "west", "west"]
    assert [(each["name"], each["provider"], each["summary"]["created"]) for each in created["accounts"]] == [
        ("", "vast", 1),
        ("east", "vast", 1),
        ("west", "vast", 2),
    ]
    assert fleet.ok(*EVERYWHERE)["changed"] is False


def test_a_workergroup_finds_its_endpoint_and_its_template_in_its_account_only(fleet):
    template = {"vast_template": {"name": "tts", "image": "docker.io/example/tts", "tag": "1.4"}}
    group = {"vast_workergroup": {"endpoint": "tts", "template": "tts", "search_params": "num_gpus=1"}}
    everything = [{"account": name, **entry} for name in NAMES for entry in (*endpoints("tts"), template, group)]
    fleet.ok(*everything)
    for account in fleet.named.values():
        [stored] = account.store("workergroups").views()
        assert stored["endpoint_id"] == account.store("endpoints").views()[0]["id"]
        assert stored["template_hash"] == account.store("templates").views()[0]["hash_id"]
    assert fleet.ok(*everything)["changed"] is False
    failed = fleet.run(*[entry for entry in everything if entry["account"] == "east"], {"account": "west", **group})
    assert not failed.get("failed"), "the endpoint and the template of west exist"
    lost = fleet.run({**group})
    assert lost["failed"] and "does not exist" in lost["msg"], "the other account has neither"


def test_one_entry_can_delete_what_another_account_keeps(fleet):
    fleet.ok(*EVERYWHERE)
    fleet.ok(*endpoints("tts"), *entries_in("east", "tts", state="absent"))
    assert (fleet.endpoints_of(), fleet.endpoints_of("east")) == (["tts"], [])


def test_prune_deletes_only_in_accounts_with_an_entry_that_keeps_a_resource(fleet):
    fleet.ok(*EVERYWHERE)
    values = fleet.ok(*entries_in("west", "tts"), prune={"vast_endpoint": "tts|asr"})
    [pruned] = [resource for resource in values["resources"] if resource["number"] == -1]
    assert (pruned["account"], pruned["name"]) == ("west", "asr")
    assert (fleet.endpoints_of(), fleet.endpoints_of("east"), fleet.endpoints_of("west")) == (["tts"], ["tts"], ["tts"])
    fleet.ok(*entries_in("west", "tts"), prune={"vast_endpoint": "tts"}, allow_prune_all=True)
    assert (fleet.endpoints_of("east"), fleet.endpoints_of("west")) == ([], ["tts"])


def test_pruned_resources_of_one_name_are_told_apart_by_their_accounts(fleet):
    fleet.ok(*EVERYWHERE)
    keep = [*entries_in("east", "new"), *entries_in("west", "new")]
    values = fleet.ok(*keep, prune={"vast_endpoint": "tts"}, check=True)
    headers = [each["before_header"] for each in values["diff"]]
    assert len(headers) == len(set(headers))
    assert any(header.startswith("vast_endpoint tts (id ") and header.endswith(", account east)") for header in headers)


def test_an_account_that_fails_does_not_stop_the_others(fleet):
    fleet.named["east"].fault("endpoint.list", "status", status=500, times=30)
    values = fleet.run(*EVERYWHERE)
    assert values["failed"] and "1 of 4 resources failed" in values["msg"]
    assert (fleet.endpoints_of(), fleet.endpoints_of("west")) == (["tts"], ["asr", "tts"])
    assert [(each["name"], each["summary"]["failed"]) for each in values["accounts"]] == [
        ("", 0),
        ("east", 1),
        ("west", 0),
    ]


def test_only_the_accounts_of_the_entries_get_requests(fleet):
    fleet.ok(*entries_in("east", "tts"))
    assert fleet.named["west"].requests == [] and fleet.vast.requests == []


def test_an_approved_plan_names_the_account_whose_key_was_rotated(fleet):
    digest = fleet.ok(*EVERYWHERE, check=True)["plan_digest"]
    rotated = [*fleet.declared("east"), *fleet.declared("west", api_key="sk-rotated-0123456789")]
    refused = fleet.run(*EVERYWHERE, accounts=rotated, approved=digest)
    assert "approved: the plan was made with another API key or for another address (vast/west)" in refused["msg"]
    fleet.ok(*EVERYWHERE, approved=digest)


def test_a_moved_entry_makes_the_plan_different(fleet):
    digest = fleet.ok(*EVERYWHERE, check=True)["plan_digest"]
    moved = [*EVERYWHERE[:3], {**EVERYWHERE[3], "account": "east"}]
    assert "the plan was made from other entries" in fleet.run(*moved, approved=digest)["msg"]


def test_the_journal_contains_the_account(fleet, tmp_path):
    journal = tmp_path / "journal"
    fleet.ok(*EVERYWHERE, journal=str(journal))
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    assert sorted(line["account"] for line in lines if "done" in line) == ["", "east", "west", "west"]


def test_no_key_of_an_account_is_printed(fleet):
    for values in (fleet.ok(*EVERYWHERE), fleet.run(*EVERYWHERE, accounts=fleet.declared("east"))):
        assert not any(key in values["printed"] for key in fleet.keys.values())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "novita"}, "accounts[0].name: must consist of"),
        ({"name": "ost süd"}, "accounts[0].name: must consist of"),
        ({"name": "x" * 65}, "accounts[0].name: must consist of"),
        ({"name": ""}, "accounts[0].name"),
        ({"name": "west"}, "accounts[1].name: must be unique"),
        ({"provider": "azure"}, "value of provider must be one of"),
        ({"provider": "novita"}, "accounts[0].autoscaler_url: must be omitted"),
        ({"api_key": None}, "accounts[0].api_key: must be set"),
        ({"api_key": ""}, "accounts[0].api_key: must be set"),
        ({"api_key": "a b c d e f"}, "accounts[0].api_key: must not contain spaces"),
        ({"api_timeout": 0}, "accounts[0].api_timeout: must be from 1 to 3600"),
        ({"api_retries": 1000}, "accounts[0].api_retries: must be from 0 to 20"),
        ({"color": "red"}, "Unsupported parameters"),
    ],
)
def test_an_invalid_account_is_refused_before_the_first_request(fleet, changes, message):
    values = fleet.run(*entries_in("west", "tts"), accounts=fleet.declared("east", **changes) + fleet.declared("west"))
    assert values["failed"] and message in values["msg"], values["msg"]
    assert fleet.named["west"].requests == []


@pytest.mark.parametrize(
    ("account", "message"),
    [
        (
            "eats",
            "entry 1 (vast_endpoint tts): account: must be the name of an element of accounts, not 'eats'; did you",
        ),
        ("north-by-northwest", "accounts has east, west"),
        ("", "entry 1 (vast_endpoint tts): account: must not be empty"),
        (["east"], "entry 1 (vast_endpoint tts): account: must be"),
        (True, "entry 1 (vast_endpoint tts): account: must be"),
    ],
)
def test_an_invalid_account_of_an_entry_is_refused_before_the_first_request(fleet, account, message):
    values = fleet.run(*entries_in(account, "tts"))
    assert values["failed"] and message in values["msg"], values["msg"]
    assert all(not fleet.named[name].requests for name in NAMES) and not fleet.vast.requests


def test_an_account_of_another_provider_is_refused(fleet):
    values = fleet.run({"account": "east", "novita_endpoint": {"name": "llm", "state": "absent"}})
    assert "account: must be an account of Novita AI, and 'east' is one of Vast.ai" in values["msg"]


def test_two_accounts_with_one_key_are_refused(fleet):
    same = [*fleet.declared("east"), *fleet.declared("west", api_key=fleet.keys["east"])]
    values = fleet.run(*entries_in("east", "tts"), accounts=same)
    assert "accounts[1].api_key: must be another account than accounts[0], which has the same API key" in values["msg"]
    same = fleet.declared("east", api_key=fleet.cloud.key)
    values = fleet.run(*endpoints("tts"), accounts=same)
    assert "accounts[0].api_key: must be another account than vast, which has the same API key" in values["msg"]


def test_one_resource_of_two_accounts_is_no_duplicate_but_of_one_account_it_is(fleet):
    values = fleet.run(*entries_in("east", "tts"), *entries_in("west", "tts"), *entries_in("east", "tts"))
    assert "entry 3 (vast_endpoint tts): duplicates entry 1" in values["msg"]


def test_the_addresses_of_an_account_come_from_the_environment(fleet, monkeypatch):
    monkeypatch.setenv("VAST_API_URL", fleet.cloud.url("vast"))
    monkeypatch.setenv("VAST_API_KEY", "sk-a-key-that-must-not-be-used")
    declared = [{"name": "east", "provider": "vast", "api_key": fleet.keys["east"]}]
    fleet.ok(*entries_in("east", "tts"), accounts=declared)
    assert fleet.endpoints_of("east") == ["tts"]
    values = fleet.run(*entries_in("east", "tts"), accounts=[{"name": "east", "provider": "vast"}])
    assert "accounts[0].api_key: must be set" in values["msg"]


def test_no_key_of_an_account_is_printed_in_the_process_of_ansible(fleet):
    options = {"resources": EVERYWHERE[1:], "accounts": fleet.declared(*NAMES)}
    result, printed = run_direct("fleet", options)
    assert not result.get("failed"), result["msg"]
    assert "accounts" in result["invocation"]["module_args"]
    assert not any(key in printed for key in fleet.keys.values())
