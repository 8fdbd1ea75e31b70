# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the event source, and what it reads without Ansible. The polls are tested in tests/events."""

from __future__ import annotations

import asyncio
import os
import threading

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import arguments
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.plain_options import plain_options
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import OptionError
from ansible_collections.gpufleet.cloud.plugins.module_utils._events import source
from ansible_collections.gpufleet.cloud.plugins.module_utils._events.account_poll import AccountPoll
from ansible_collections.gpufleet.cloud.plugins.module_utils._events.fleet_file import FleetFile
from ansible_collections.gpufleet.cloud.plugins.module_utils._events.options import SourceOptions
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.entry_options import validated
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES as CLASSES
from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import RESOURCE_TYPES

KEY = "canary-key-0123456789"
SECRET = "canary-secret-0123456789"
KEYS = {"novita": {"api_key": KEY}, "vast": {"api_key": f"{KEY}-vast"}}
TTS = {"vast_endpoint": {"name": "tts", "max_workers": 4}}
LOOP: list = []
LOOP.append(LOOP)


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch):
    for name in [name for name in os.environ if name.startswith(("NOVITA_", "PPIO_", "VAST_"))]:
        monkeypatch.delenv(name)


def refusal(options):
    with pytest.raises(OptionError) as caught:
        SourceOptions.of({**KEYS, **options} if isinstance(options, dict) else options)
    assert KEY not in str(caught.value) and SECRET not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "options, text",
    [
        (["endpoints"], "the options of the event source must be a mapping"),
        ({}, "one of endpoints, instances, spot_instances, drift, balances must be set"),
        ({"endpoints": False}, "one of endpoints, instances, spot_instances, drift, balances must be set"),
        ({"endpoints": "yes"}, "endpoints: must be a mapping, not a value of type str"),
        ({"endpoints": []}, "endpoints: must be a mapping, not a value of type list"),
        ({"endpoints": {"name": "a"}}, "unknown option endpoints.name; did you mean names?"),
        ({"endpoints": {"names": [""]}}, "endpoints.names[0]: must not be empty"),
        ({"endpoints": {"names": [["a"]]}}, "endpoints.names[0]: must be a string"),
        ({"endpoints": {"accounts": []}}, "endpoints.accounts: must not be empty; leave it out for all accounts"),
        ({"endpoints": {"accounts": ["x"]}}, "endpoints.accounts[0]: must be one of novita, ppio, vast, not 'x'"),
        ({"endpoints": {"accounts": ["ppio"]}}, "ppio.api_key: must be set, as an option or as PPIO_API_KEY"),
        ({"endpoints": {"unhealthy_after": 0}}, "endpoints.unhealthy_after: must be from 1 to 1000, not 0"),
        ({"endpoints": {"workers": "maybe"}}, "endpoints.workers: must be of type boolean, not 'maybe'"),
        ({"instances": {"accounts": []}}, "instances.accounts: must not be empty; leave it out for all accounts"),
        ({"instances": {"workers": True}}, "unknown option instances.workers"),
        ({"spot_instances": {"accounts": ["x"]}}, "spot_instances.accounts[0]: must be one of novita, ppio, vast"),
        ({"spot_instances": {"names": [""]}}, "spot_instances.names[0]: must not be empty"),
        ({"balances": {}}, "balances: must be a mapping of at least one account to its threshold"),
        ({"balances": ["novita"]}, "balances: must be a mapping"),
        ({"balances": {"\u96f2": 5}}, "balances.\u96f2: must be one of novita, ppio, vast, not '\u96f2'"),
        ({"balances": {7: 5}}, "balances.7: must be one of novita, ppio, vast, not 7"),
        *(
            ({"balances": {"novita": value}}, "balances.novita: must be a number above 0 and at most 1000000000, not ")
            for value in (0, -1, True, "5", None, float("nan"), float("inf"), 10**30, [5])
        ),
        *(
            ({"endpoints": True, "interval": value}, "interval: ")
            for value in (0, -1, 86401, 10**30, "60", "", 1.5, True, [60], {})
        ),
        *(({"endpoints": True, "jitter": value}, "jitter: ") for value in (-1, 3601, "5", False)),
        ({"endpoints": True, "novita": {"api_key": "a"}}, "novita.api_key: must have at least"),
        ({"endpoints": True, "novita": {"api_key": SECRET, "api_timeout": 0}}, "novita.api_timeout: "),
        ({"endpoints": True, "accounts": [{"name": "a"}]}, "provider: must be set"),
        (
            {"endpoints": True, "accounts": [{"name": "a", "provider": "aws", "api_key": SECRET}]},
            "must be one of novita",
        ),
        ({"endpoints": True, "accounts": [{"name": "a", "provider": "novita", "api_key": KEY}]}, "the same API key"),
        ({"endpoints": True, "accounts": LOOP}, "the options of the event source are nested too deeply"),
        ({"drift": {}}, "drift: must have exactly one of fleet_file and resources"),
        ({"drift": {"fleet_file": "a", "resources": []}}, "drift: must have exactly one of fleet_file and resources"),
        ({"drift": {"fleet_file": "a", "prune": {}}}, "drift.prune: must be omitted with fleet_file; set fleet_prune"),
        ({"drift": {"fleet_file": "a\0b"}}, "drift.fleet_file: a"),
        ({"drift": {"resources": "all"}}, "drift.resources: must be a list"),
        ({"drift": {"resources": [TTS, TTS]}}, "drift.resources: entry 2 (vast_endpoint tts): duplicates entry 1"),
        (
            {"drift": {"resources": [{"vast_endpoint": {"name": "{{ a }}"}}]}},
            "drift.resources[0].vast_endpoint.name: must",
        ),
        (
            {"drift": {"resources": [{"vast_endpoint": {"name": "a", "max_workers": "4"}}]}},
            "drift.resources: entry 1 (vast_endpoint a): max_workers: must be of type integer, not '4'",
        ),
        (
            {"drift": {"resources": [{"vast_endpoint": {"name": "a", "max_worker": 4}}]}},
            "entry 1 (vast_endpoint a): unknown option max_worker; did you mean max_workers?",
        ),
        ({"drift": {"resources": [{"vast_endpoint": {}}]}}, "entry 1 (vast_endpoint): one of id, name must be set"),
        (
            {"drift": {"resources": [{"vast_endpoint": {"name": "a", "state": "gone"}}]}},
            "state: must be one of present",
        ),
        ({"drift": {"resources": [{"account": "x", **TTS}]}}, "entry 1 (vast_endpoint tts): account: must be the name"),
        (
            {"drift": {"resources": [{"inference_endpoint": {"name": "a", "image": "b", "provider": "novita"}}]}},
            "inference_endpoint must not be an entry of an event source; schedule the playbook gpufleet.cloud.drift",
        ),
        (
            {"drift": {"resources": [{"vast_instance": {"name": "a", "offer_id": 1, "search_params": "b"}}]}},
            "entry 1 (vast_instance a): only one of offer_id, search_params can be set",
        ),
        (
            {"drift": {"resources": [{"novita_registry_auth": {"name": "a"}}]}},
            "entry 1 (novita_registry_auth a): name and username must be set together",
        ),
        (
            {"drift": {"resources": [{"vast_workergroup": {"endpoint_name": "a", "match": "template"}}]}},
            "template or template_hash or template_id must be set if match is template",
        ),
        (
            {"drift": {"resources": [{"vast_thing": {"name": "a"}}]}},
            "drift.resources: entry 1: unknown resource type 'vast_thing'; did you mean vast_instance?",
        ),
        ({"drift": {"resources": [TTS], "prune": ["a"]}}, "drift.prune: must be a mapping"),
        (
            {"drift": {"resources": [TTS], "prune": {"vast_endpoint": ""}}},
            "drift.prune.vast_endpoint: must not be empty",
        ),
        ({"drift": {"resources": [TTS], "prune": {"vast_endpoint": ".*"}}}, "drift.prune.vast_endpoint: the pattern"),
        ({"drift": {"resources": [TTS], "prune": {"vast_thing": "a"}}}, "drift.prune: unknown option vast_thing"),
        ({"drift": {"resources": [TTS], "allow_prune_all": "no"}}, "drift.allow_prune_all: must be true or false"),
        (
            {
                "drift": {
                    "resources": [{"novita_endpoint": {"name": "a", "secret_envs": {"A": SECRET}, "ports": [SECRET]}}]
                }
            },
            "entry 1 (novita_endpoint a): ports[0]: must be of type integer",
        ),
    ],
)
def test_an_invalid_option_is_refused_with_its_name(options, text):
    assert text in refusal(options)


def test_a_source_without_any_key_names_the_options_that_set_one():
    with pytest.raises(
        OptionError, match=r"endpoints: needs an account with an API key: set novita.api_key \(NOVITA_API_KEY\)"
    ):
        SourceOptions.of({"endpoints": True})


def test_all_accounts_with_a_key_are_watched(monkeypatch):
    monkeypatch.setenv("PPIO_API_KEY", f"{KEY}-ppio")
    named = {"name": "team-a", "provider": "vast", "api_key": f"{KEY}-team"}
    switches = {"endpoints": True, "instances": True, "spot_instances": True}
    options = SourceOptions.of({**KEYS, "accounts": [named], **switches})
    watched = {str(account): [watch.name for watch in watches] for account, watches in options.watches.items()}
    assert watched == dict.fromkeys(("novita", "ppio", "vast", "vast/team-a"), list(switches))


@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=lambda each: each.module)
def test_entries_are_converted_as_ansible_converts_them(resource_type):
    type_name = resource_type.module
    spec, rules = arguments.argument_spec(CLASSES[type_name]), arguments.rules(CLASSES[type_name])
    for task in (resource_type.task, {**resource_type.task, **resource_type.change}):
        given, before = dict(task), repr(task)
        plain = plain_options(spec, rules, given)
        params, violations = validated(type_name, given)
        assert (plain.unknown, plain.violations, violations) == ([], [], [])
        aliases = {alias for argument in spec.values() for alias in argument.get("aliases", ())}
        tables = arguments.option_tables(CLASSES[type_name])
        assert [table.desired(plain.params) for table in tables] == [table.desired(params) for table in tables]
        assert plain.params.keys() == params.keys() - aliases
        assert repr(given) == before


@pytest.mark.parametrize(
    "interval, failures, seconds",
    [(60, 0, 60), (60, 1, 120), (60, 2, 240), (60, 4, 900), (60, 10**6, 900), (3600, 0, 3600), (3600, 5, 3600)],
)
def test_failures_make_polls_rarer_up_to_a_limit(interval, failures, seconds):
    assert source.pause(interval, failures) == seconds


def test_a_poll_that_ends_after_a_cancellation_is_no_error(monkeypatch):
    go_on, reported = threading.Event(), []

    async def cancel():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: reported.append(context))
        begun, ended, schedule = asyncio.Event(), asyncio.Event(), loop.call_soon_threadsafe

        def poll(_account):
            schedule(begun.set)
            go_on.wait()
            return []

        def schedule_last(*call):
            schedule(*call)
            schedule(ended.set)

        monkeypatch.setattr(AccountPoll, "poll", poll)
        running = asyncio.ensure_future(source.run(asyncio.Queue(), {**KEYS, "endpoints": {"accounts": ["vast"]}}))
        await begun.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        monkeypatch.setattr(loop, "call_soon_threadsafe", schedule_last)
        go_on.set()
        await ended.wait()

    asyncio.run(cancel())
    assert reported == []


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("", "must contain the variable fleet_resources"),
        ("- a\n", "must contain the variable fleet_resources"),
        ("fleet_resources: [\n", "must be valid YAML: "),
        ("fleet_resources: !vault |\n  $ANSIBLE_VAULT;1.1\n", "must not contain the tag !vault (line 1)"),
        ("fleet_resources: !!python/name:os.system\n", "must be valid YAML: "),
        ("fleet_resources: " + 5000 * "[" + "\n", "must be YAML without endless nesting"),
        ("\x00", "must be valid YAML: "),
    ],
)
def test_an_invalid_fleet_file_is_refused_with_the_reason(tmp_path, text, complaint):
    file = tmp_path / "fleet.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(OptionError) as caught:
        FleetFile(str(file)).read()
    assert f"drift.fleet_file: {file} {complaint}" in str(caught.value)


def test_a_fleet_file_that_disappears_before_it_is_read_is_refused(tmp_path):
    file = FleetFile(str(tmp_path / "fleet.yml"))
    with pytest.raises(OptionError, match=r"fleet\.yml must be a file that can be read \(No such file or directory\)"):
        file.read()


def test_a_fleet_file_must_be_a_regular_file_of_reasonable_size(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    large = tmp_path / "large.yml"
    with large.open("wb") as stream:
        stream.truncate(10_000_001)
    for path, complaint in ((tmp_path / "fifo", "no regular file"), (tmp_path, "no regular file"), (large, "10000000")):
        with pytest.raises(OptionError, match=complaint):
            FleetFile(str(path)).version()


def test_unsafe_text_in_a_fleet_file_is_no_template(tmp_path):
    file = tmp_path / "fleet.yml"
    file.write_text("fleet_resources: [{vast_endpoint: {name: !unsafe 'a {{ b }}'}}]\n", encoding="utf-8")
    options = SourceOptions.of({**KEYS, "drift": {"fleet_file": str(file)}})
    assert sorted(map(str, options.watches)) == ["novita", "vast"]
