# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The laws for the module ``export``: what it writes, converged, changes nothing, and builds the same elsewhere."""

from __future__ import annotations

import json
import os
import pathlib
import secrets
import stat

import jsonschema
import pytest
import yaml

from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.env_var import VastEnvVar

from ..harness import Cloud, Result, run_direct, run_module
from .conftest import World
from .resource_types import (
    NOVITA_ENDPOINT,
    NOVITA_INSTANCE,
    NOVITA_NETWORK,
    NOVITA_NETWORK_STORAGE,
    RESOURCE_TYPES,
    VAST_ENDPOINT,
    VAST_ENV_VAR,
    VAST_SSH_KEY,
    VAST_TEMPLATE,
    VAST_WORKERGROUP,
)

PROVIDERS = ("novita", "ppio", "vast")
SCHEMA = json.loads((pathlib.Path(__file__).parents[3] / "docs" / "fleet.schema.json").read_text(encoding="utf-8"))
KEYS = {"changed", "content", "resources", "variables", "left_out", "diff"}


class _Loader(yaml.SafeLoader):
    """Reads texts that Ansible must not template."""


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def entries_of(content):
    """Return the entries of a fleet file."""
    return yaml.load(content, _Loader)["fleet_resources"]


class Place:
    """An account, and the modules that are for all providers."""

    def __init__(self, simulator, clock, run):
        self.cloud = Cloud(simulator, clock, f"sk-{secrets.token_hex(24)}")
        self._run = run

    def world(self, resource_type):
        return World(self.cloud, resource_type)

    def run(self, module, options, check=False, providers=PROVIDERS):
        connections = {name: {"api_key": self.cloud.key, "api_url": self.cloud.url(name)} for name in providers}
        accounts = [self.cloud.account(provider) for provider in PROVIDERS]
        before = [len(account.requests) for account in accounts]
        values, printed = self._run(module, {**connections, **options}, check)
        requests = [request for account, start in zip(accounts, before) for request in account.requests[start:]]
        return Result(values, requests, printed)

    def export(self, check=False, **options):
        result = self.run("export", options, check)
        assert result.writes == []
        return result

    def exported(self, *resource_types, **options):
        types = {"types": [resource_type.module for resource_type in resource_types]} if resource_types else {}
        return entries_of(self.export(**types, **options).ok()["content"])

    def converge(self, entries):
        result, connections = None, {entry_type.partition("_")[0] for entry in entries for entry_type in entry}
        result = self.run("fleet", {"resources": entries}, providers=sorted(connections))
        assert not result.failed, result["msg"]
        return result


@pytest.fixture(
    name="make_place",
    params=[pytest.param(run_module, id="module"), pytest.param(run_direct, id="direct", marks=pytest.mark.other_face)],
)
def _make_place(request, _simulated, clock):
    return lambda: Place(_simulated[0], clock, request.param)


@pytest.fixture(name="place")
def _place(make_place):
    return make_place()


def values_of(task):
    """Return the values for the variables of an entry, by the last word of their option path."""
    return {**task, **task.get("envs", {}), **task.get("secret_envs", {})}


def filled(value, values, name=""):
    """Return options with values in place of variables."""
    if isinstance(value, dict):
        return {key: filled(item, values, key) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, values) for item in value]
    if isinstance(value, str) and value.startswith("{{"):
        return values[name.removeprefix("secret_")]
    return value


# -- the laws for each resource type -----------------------------------------------------------------------------------


def test_law_01_an_export_changes_nothing(place, resource_type):
    world = place.world(resource_type)
    world.create().ok(changed=True)
    [entry] = place.exported(resource_type)
    jsonschema.validate({"fleet_resources": [entry]}, SCHEMA)
    converged = place.converge([filled(entry, values_of(resource_type.task))])
    assert converged["changed"] is False, converged["diff"]
    assert converged.writes == []


def test_law_01_an_export_of_a_manually_created_resource_changes_nothing(place, resource_type):
    world = place.world(resource_type)
    wire = world.environment(TOKEN="canary-secret-0003", SHORT="x") if resource_type.envs else {}
    world.seed(world.name, **wire)
    [entry] = place.exported(resource_type)
    seeded = {**resource_type.seeded, "TOKEN": "canary-secret-0003", "SHORT": "x", "value": "canary-secret-0002"}
    assert place.converge([filled(entry, seeded)])["changed"] is False


def test_law_18_an_export_builds_the_same_in_an_empty_account(make_place, resource_type):
    first, second = make_place(), make_place()
    first.world(resource_type).create().ok(changed=True)
    [entry] = first.exported(resource_type)
    assert "id" not in entry[resource_type.module]
    second.world(resource_type)  # creates what must exist around it
    created = second.converge([filled(entry, values_of(resource_type.task))])
    assert created["summary"]["created"] == 1
    assert second.exported(resource_type) == [entry]


def test_law_13_an_export_contains_no_secret(place, resource_type):
    world = place.world(resource_type)
    canary = f"canary-{secrets.token_hex(12)}"
    options = {"envs": {"PLAIN": canary}, "secret_envs": {"TOKEN": f"{canary}2"}} if resource_type.envs else {}
    secret = {
        "vast_env_var": {"value": canary},
        "novita_registry_auth": {"password": canary},
        "vast_ssh_key": {"comment": canary},
        "vast_workergroup": {"launch_args": canary},
        "novita_instance": {"command": f"serve --token {canary}", "image_auth": f"{canary}3"},
        "novita_endpoint": {"image": {**NOVITA_ENDPOINT.task["image"], "command": f"serve --token {canary}"}},
        "ppio_instance": {"command": f"serve --token {canary}"},
        "vast_instance": {"onstart": f"serve --token {canary}", "args": canary, "registry_login": f"{canary}3"},
        "vast_template": {"docker_login_repo": "a.example.org", "docker_login_user": canary, "onstart": f"-p {canary}"},
    }.get(resource_type.module, {})
    world.create(**options, **secret).ok(changed=True)
    result = place.export(types=[resource_type.module]).ok()
    assert canary not in result.printed
    assert place.cloud.key not in result["content"]
    assert bool(result["variables"]) is (resource_type.envs or bool(secret))
    assert all(name in result["content"] for name in result["variables"])


@pytest.mark.needs("secretive", "updates")
def test_law_13_a_value_that_can_be_secret_is_a_variable_and_no_mask(place, resource_type):
    place.world(resource_type).create().ok()
    content = place.export(types=[resource_type.module]).ok()["content"]
    assert "****" not in content
    assert "(hidden" not in content


def test_law_07_a_broken_list_fails_the_export(place, resource_type, tmp_path):
    path = tmp_path / "fleet.yml"
    world = place.world(resource_type)
    world.create().ok()
    world.fault("list", "garbage", times=0, body="[}", content_type="application/json")
    failed = place.export(types=[resource_type.module], path=str(path)).failing("allow_incomplete: true")
    assert (failed["changed"], failed["content"]) == (False, "")
    assert failed.keys() - {"failed", "msg", "failure", "invocation", "warnings"} == KEYS
    assert failed["failure"]["provider"] == resource_type.provider
    assert not path.exists()
    incomplete = place.export(types=[resource_type.module], path=str(path), allow_incomplete=True).ok(changed=True)
    assert "THIS FILE IS INCOMPLETE" in incomplete["content"]
    assert entries_of(incomplete["content"]) == []
    [left_out] = incomplete["left_out"]
    assert left_out["resource_type"] == resource_type.module
    assert left_out["reason"] in str(incomplete["warnings"])


def test_a_bug_that_affects_one_type_does_not_hide_the_others(place, monkeypatch):
    def fail(_self, _current):
        raise KeyError("a value of the account")

    place.world(VAST_ENV_VAR).create().ok()
    place.world(VAST_ENDPOINT).create().ok()
    monkeypatch.setattr(VastEnvVar, "complete", fail)
    result = place.export(types=["vast_env_var", "vast_endpoint"], allow_incomplete=True).ok()
    assert [list(entry) for entry in entries_of(result["content"])] == [["vast_endpoint"]]
    [left_out] = result["left_out"]
    assert left_out["resource_type"] == "vast_env_var"
    assert "a bug in the collection ended the task: KeyError" in left_out["reason"]


def test_law_19_both_faces_export_the_same(_simulated, clock, resource_type):
    place = Place(_simulated[0], clock, run_module)
    place.world(resource_type).create().ok()
    results = []
    for run in (run_module, run_direct):
        place._run = run
        result = place.export()
        results.append(({key: result[key] for key in KEYS - {"content"}}, entries_of(result["content"])))
        results[-1] += (result.operations,)
    assert results[0][:2] == results[1][:2]
    assert sorted(results[0][2]) == sorted(results[1][2])


# -- names -------------------------------------------------------------------------------------------------------------


def network_of_everything(place):
    """Create resources that refer to each other."""
    auth = {"name": "registry.example.org", "username": "team-bot"}
    storage = {"name": "models", "cluster_id": "us-demo-1", "size": 50}
    endpoint = {
        **NOVITA_ENDPOINT.task,
        "image": {"image": "registry.example.org/team/llm:1.4", "auth": auth},
        "volume_mounts": [{"type": "network", "storage": "models", "mount_path": "/models"}],
    }
    instance = {
        **NOVITA_INSTANCE.task,
        "registry_auth": auth,
        "network": "private",
        "network_storages": [{"storage": "models", "mount_point": "/models"}],
    }
    group = {option: value for option, value in VAST_WORKERGROUP.task.items() if option != "endpoint_id"}
    del group["template_hash"]
    entries = [
        {"novita_registry_auth": {**auth, "password": "canary-secret-0001"}},
        {"novita_network_storage": storage},
        {"novita_network": {"name": "private", "cluster_id": "us-demo-1"}},
        {"novita_endpoint": endpoint},
        {"novita_instance": instance},
        {"vast_template": VAST_TEMPLATE.task},
        {"vast_template": {**VAST_TEMPLATE.task, "name": "tts-worker-2"}},
        {"vast_endpoint": VAST_ENDPOINT.task},
        {"vast_workergroup": {**group, "endpoint": "tts", "template": "tts-worker", "match": "template"}},
        {"vast_workergroup": {**group, "endpoint": "tts", "template": "tts-worker-2", "match": "template"}},
    ]
    assert place.converge(entries)["summary"]["created"] == len(entries)
    tasks = [value for entry in entries for value in entry.values()]
    return {key: value for task in tasks for key, value in values_of(task).items()}


def test_law_18_an_export_has_names_in_place_of_ids(make_place):
    first, second = make_place(), make_place()
    values = network_of_everything(first)
    exported = first.export().ok()
    entries = entries_of(exported["content"])
    for resource in exported["resources"]:
        assert not [note for note in resource["notes"] if "stays" in note]
        assert f'"{resource["id"]}"' not in exported["content"]
    assert first.converge(filled(entries, values))["changed"] is False
    assert second.converge(filled(entries, values))["summary"]["created"] == len(entries) == 10
    assert second.exported() == entries


def test_law_18_a_filtered_export_has_names_too(place):
    values = network_of_everything(place)
    [entry] = place.exported(NOVITA_INSTANCE)
    instance = entry["novita_instance"]
    assert instance["registry_auth"] == {"name": "registry.example.org", "username": "team-bot"}
    assert (instance["network"], instance["network_storages"][0]["storage"]) == ("private", "models")
    assert place.converge([filled(entry, values)])["changed"] is False


def test_law_18_an_id_stays_with_a_comment_if_its_name_is_ambiguous(place):
    storages = place.world(NOVITA_NETWORK_STORAGE)
    ids = [storages.seed("models", clusterId="us-demo-1") for _each in range(2)]
    mounts = [{"type": "network", "id": ids[0], "mount_path": "/models"}]
    place.world(NOVITA_ENDPOINT).create(volume_mounts=mounts).ok()
    [entry] = place.exported(NOVITA_ENDPOINT)
    assert entry["novita_endpoint"]["volume_mounts"] == mounts
    [resource] = place.export(types=["novita_endpoint"])["resources"]
    assert any(note.startswith(f"volume_mounts[].id: {ids[0]} stays") for note in resource["notes"])


def test_law_18_an_id_stays_with_a_comment_if_the_names_cannot_be_read(place):
    network_of_everything(place)
    storages = place.world(NOVITA_NETWORK_STORAGE)
    storages.fault("list", "status", times=0, status=403)
    result = place.export(
        types=["novita_endpoint"],
        novita={"api_key": place.cloud.key, "api_retries": 0} | {"api_url": place.cloud.url("novita")},
    ).ok()
    [resource] = result["resources"]
    assert any("network storages could not be read" in note for note in resource["notes"])
    assert f'id: "{storages.ids()[0]}"' in result["content"] or f"id: {storages.ids()[0]}" in result["content"]


@pytest.mark.needs("ambiguous")
def test_law_06_resources_with_one_name_are_told_apart_by_id(place, resource_type):
    world = place.world(resource_type)
    ids = [world.seed(world.name) for _each in range(2)]
    entries = place.exported(resource_type)
    assert [entry[resource_type.module]["id"] for entry in entries] == sorted(ids)
    values = {**values_of(resource_type.task), **resource_type.seeded}
    assert place.converge([filled(entry, values) for entry in entries])["changed"] is False
    notes = place.export(types=[resource_type.module])["resources"][0]["notes"]
    assert any(note.startswith("id: several ") for note in notes)


def test_resources_of_one_name_in_two_clusters_are_told_apart_by_id(place):
    world = place.world(NOVITA_NETWORK)
    for cluster in ("us-demo-1", "eu-demo-1"):
        world.seed("private", clusterId=cluster)
    entries = place.exported(NOVITA_NETWORK)
    assert all("id" in entry["novita_network"] for entry in entries)
    assert place.converge(entries)["changed"] is False


def test_a_workergroup_has_the_id_of_its_endpoint_if_several_have_its_name(place):
    world = place.world(VAST_ENDPOINT)
    ids = [world.seed("tts") for _each in range(2)]
    place.world(VAST_WORKERGROUP).create(endpoint_id=ids[1]).ok()
    result = place.export(types=["vast_workergroup"]).ok()
    [entry] = entries_of(result["content"])
    assert entry["vast_workergroup"]["endpoint_id"] == ids[1]
    assert "endpoint" not in entry["vast_workergroup"]
    assert "endpoint_id: several endpoints have the name 'tts'" in result["resources"][0]["notes"]
    assert place.converge([filled(entry, values_of(VAST_WORKERGROUP.task))])["changed"] is False


def test_equal_ssh_keys_are_one_entry(place):
    world = place.world(VAST_SSH_KEY)
    for comment in ("one", "two"):
        world.seed(world.name, comment=comment)
    result = place.export(types=["vast_ssh_key"]).ok()
    [entry] = entries_of(result["content"])
    assert len(result["left_out"]) == 1
    assert place.converge([filled(entry, {"comment": "one"})])["changed"] is False


# -- filters -----------------------------------------------------------------------------------------------------------


def test_types_and_name_select_resources(place):
    for name in ("team-a-tts", "team-b-tts", "other-team-a-tts"):
        place.world(VAST_ENDPOINT).seed(name)
    place.world(VAST_ENV_VAR).create().ok()
    assert [*place.exported(VAST_ENDPOINT, name="team-[ab]")] == [
        entry for entry in place.exported(VAST_ENDPOINT) if entry["vast_endpoint"]["name"].startswith("team-")
    ]
    assert len(place.exported()) == 4
    assert place.export(types=["vast_env_var"]).operations == ["env_var.list"]


@pytest.mark.parametrize("pattern", ["", " ", "(", "(a+)+$"])
def test_law_11_an_invalid_pattern_is_refused(place, pattern):
    place.world(VAST_ENDPOINT).seed("a" * 40 + "b")
    failed = place.export(name=pattern).failing("name: ")
    assert failed.requests == [] or pattern == "(a+)+$"
    assert failed["failure"]["reason"] == "invalid_option"


def test_law_11_invalid_options_are_refused_together_before_the_first_request(place):
    key = {"api_key": place.cloud.key}
    failed = place.run("export", {"vast": {**key, "api_timeout": 0}, "name": "(", "novita": {**key, "api_retries": 99}})
    failed.failing("name: ", "vast.api_timeout: ", "novita.api_retries: ")
    assert failed.requests == []


def test_an_account_without_a_key_is_not_read_unless_the_task_names_it(place, monkeypatch):
    for provider in PROVIDERS:
        monkeypatch.delenv(f"{provider.upper()}_API_KEY", raising=False)
    place.run("export", {}, providers=()).failing("novita.api_key, ppio.api_key, vast.api_key", "VAST_API_KEY")
    assert {request["operation"] for request in place.run("export", {}, providers=("ppio",)).ok().requests} == {
        "endpoint.list",
        "instance.list",
    }
    place.run("export", {"types": ["vast_endpoint"]}, providers=("ppio",)).failing("vast.api_key: must be set")
    place.run("export", {"vast": {"api_key": ""}}, providers=("ppio",)).failing("vast.api_key: must be set")
    place.run("export", {"vast": {"api_url": place.cloud.url("vast")}}, providers=("ppio",)).ok()


def test_an_export_of_several_accounts_converges_and_builds_the_same(make_place):
    place, elsewhere = make_place(), make_place()
    accounts = [
        {"name": name, "provider": "vast", "api_key": f"{place.cloud.key}-{name}", "api_url": place.cloud.url("vast")}
        for name in ("east", "west")
    ]
    for account in (place.cloud.key, f"{place.cloud.key}-east", f"{place.cloud.key}-west"):
        store = place.cloud.simulator.account("vast", account)
        store.store("templates").seed({**VAST_TEMPLATE.seeded, "name": "tts", "env": "-e TOKEN=canary-secret-0001"})
    result = place.run("export", {"accounts": accounts}, providers=("vast",)).ok()
    entries = entries_of(result["content"])
    assert [entry.get("account", "") for entry in entries] == ["", "east", "west"]
    assert [resource["account"] for resource in result["resources"]] == ["", "east", "west"]
    assert "vast_template_east_tts_token" in result["variables"]
    assert "from vast, vast/east, vast/west." in result["content"]
    resources = filled(entries, {"TOKEN": "canary-secret-0001"})
    task = {"resources": resources, "accounts": accounts}
    assert place.run("fleet", task, providers=("vast",)).ok(changed=False).writes == []
    task["accounts"] = [{**account, "api_key": f"{elsewhere.cloud.key}-{account['name']}"} for account in accounts]
    assert elsewhere.run("fleet", task, providers=("vast",)).ok(changed=True)["summary"]["created"] == 3
    only_named = place.run("export", {"accounts": accounts, "types": ["vast_template"]}, providers=()).ok()
    assert len(entries_of(only_named["content"])) == 2


def test_a_text_that_is_part_of_an_address_is_not_in_an_option_for_secrets(place):
    place.world(VAST_WORKERGROUP).create(launch_args="https://").ok(changed=True)
    options = {"types": [VAST_WORKERGROUP.module]}
    [entry] = entries_of(place.run("export", options, providers=("vast",)).ok()["content"])
    # The task also has the default addresses of the other providers.
    assert place.converge([filled(entry, {"launch_args": "https://"})])["changed"] is False


def test_a_resource_that_is_being_deleted_is_only_a_comment(place):
    world = place.world(NOVITA_ENDPOINT)
    world.seed("llm-8b", state={"state": "deleting"})
    result = place.export(types=["novita_endpoint"]).ok()
    assert entries_of(result["content"]) == []
    assert result["left_out"][0]["reason"] == "Novita AI is deleting the endpoint"
    assert "llm-8b" in result["content"]


# -- values ------------------------------------------------------------------------------------------------------------


def test_a_value_that_results_show_is_not_in_secret_envs(place):
    # Results also contain the names of options: of the endpoint, of its workers, and of the fleet.
    shown = {"PLACE": "us-demo-1", "DISK": "rootfs_size", "WORKER": "free_timeout", "FLEET": "apply_plan"}
    endpoint = {"envs": {**shown, "MODE": "create_only"}, "secret_envs": {}}
    place.world(NOVITA_ENDPOINT).create(**endpoint).ok()
    [entry] = place.exported(NOVITA_ENDPOINT)
    assert set(entry["novita_endpoint"]["envs"]) == set(shown)
    assert set(entry["novita_endpoint"]["secret_envs"]) == {"MODE"}
    assert place.converge([filled(entry, values_of(endpoint))])["changed"] is False


def test_an_option_that_no_task_can_set_is_left_out_with_a_comment(place):
    world = place.world(VAST_TEMPLATE)
    template_id = world.seed(" a name with spaces ", desc="********")
    result = place.export(types=["vast_template"]).ok()
    [entry] = entries_of(result["content"])
    template = entry["vast_template"]
    assert template["id"] == template_id
    assert not template.keys() & {"name", "desc"}
    assert {note.partition(":")[0] for note in result["resources"][0]["notes"]} >= {"name", "desc", "id"}
    assert place.converge([entry])["changed"] is False


def test_a_resource_with_an_invalid_name_that_is_also_its_id_is_only_a_comment(place):
    world = place.world(VAST_ENV_VAR)
    for name in (" A", "B"):
        world.seed(name)
    result = place.export(types=["vast_env_var"]).ok()
    assert [entry["vast_env_var"]["name"] for entry in entries_of(result["content"])] == ["B"]
    [left_out] = result["left_out"]
    assert (left_out["id"], left_out["reason"]) == (" A", "no task can have its options")


def test_a_stopped_instance_and_a_failed_endpoint_have_comments(place):
    place.world(NOVITA_INSTANCE).create().ok()
    place.world(NOVITA_INSTANCE).task(state="stopped").ok()
    place.world(NOVITA_ENDPOINT).seed("llm-8b", state={"state": "stopped", "error": "NO_CREDIT"})
    endpoint, instance = place.export(types=["novita_instance", "novita_endpoint"]).ok()["resources"]
    assert any(note.startswith("state: the instance is stopped") for note in instance["notes"])
    assert any("NO_CREDIT" in note for note in endpoint["notes"])


ODD = "no\n010: {{ lookup('pipe', 'id') }} # {% x %} \u202e\u0085\x1b \U0001f680 'a' \"b\" \\n *&!|>%@`"


def test_a_note_names_the_endpoint_of_which_an_endpoint_is_a_revision(place):
    for name in ("llm--r13f0c9d2a", "llm--r1"):
        place.world(NOVITA_ENDPOINT).account.store("endpoints").seed({"name": name})
    resources = place.export(types=["novita_endpoint"])["resources"]
    noted = {entry["name"]: [note for note in entry["notes"] if "revision" in note] for entry in resources}
    assert noted["llm--r1"] == []
    assert noted["llm--r13f0c9d2a"][0].startswith("name: a revision of 'llm', which")


def test_odd_text_stays_as_it_is_and_is_no_template(place):
    place.world(VAST_TEMPLATE).create(desc=ODD, readme=f"  {ODD}\n\n", args_str=f"{ODD}\n").ok()
    result = place.export(types=["vast_template"]).ok()
    template = entries_of(result["content"])[0]["vast_template"]
    assert (template["desc"], template["readme"]) == (ODD, f"  {ODD}\n\n")
    assert "desc: !unsafe " in result["content"]
    assert all(line.isprintable() for line in result["content"].splitlines())
    assert len(result["content"].split("\n")) == len(result["content"].splitlines()) + 1


def test_an_odd_name_cannot_leave_its_comment(place):
    place.world(NOVITA_ENDPOINT).seed("a\nfleet_resources: []\u2028x", state={"state": "deleting"})
    place.world(NOVITA_ENDPOINT).seed("b\n  - vast_endpoint: {name: c}")
    result = place.export(types=["novita_endpoint"]).ok()
    assert len(entries_of(result["content"])) == 1


def test_variables_have_names_of_their_own(place):
    world = place.world(NOVITA_ENDPOINT)
    for name in ("llm-8b", "llm_8b", "模型", "n" * 60):
        world.seed(name, **world.environment(TOKEN="canary-secret-0001", token="canary-secret-0002", JSON='{"a": 1}'))
    result = place.export(types=["novita_endpoint"]).ok()
    assert len(set(result["variables"])) == len(result["variables"]) == 12
    assert all(name.isidentifier() and name.startswith("novita_endpoint_") for name in result["variables"])
    assert "_json | string }}" in result["content"]


# -- the file ----------------------------------------------------------------------------------------------------------


def test_the_file_is_written_once_and_only_its_owner_can_read_it(place, tmp_path):
    path = tmp_path / "fleet.yml"
    place.world(VAST_ENDPOINT).create().ok()
    checked = place.export(path=str(path), check=True).ok(changed=True)
    assert not path.exists()
    written = place.export(path=str(path)).ok(changed=True)
    assert written.keys() - {"invocation", "warnings"} == KEYS
    assert checked["diff"]["after"].splitlines()[3:] == written["diff"]["after"].splitlines()[3:]
    assert path.read_text(encoding="utf-8") == written["content"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["fleet.yml"]
    path.write_text(written["content"].replace("# Exported at 2", "# Exported at 1"), encoding="utf-8")
    again = place.export(path=str(path)).ok(changed=False)
    assert again["content"] == path.read_text(encoding="utf-8")
    assert again["diff"]["before"] == again["diff"]["after"] == ""


def test_a_file_with_another_content_is_replaced_only_on_request(place, tmp_path):
    path = tmp_path / "fleet.yml"
    path.write_text("fleet_resources: []\n", encoding="utf-8")
    place.world(VAST_ENDPOINT).create().ok()
    for check in (True, False):
        place.export(path=str(path), check=check).failing("exists and has another content", "force: true")
    assert path.read_text(encoding="utf-8") == "fleet_resources: []\n"
    place.export(path=str(path), force=True, check=True).ok(changed=True)
    assert path.read_text(encoding="utf-8") == "fleet_resources: []\n"
    written = place.export(path=str(path), force=True).ok(changed=True)
    assert written["diff"]["before"] == "fleet_resources: []\n"
    assert path.read_text(encoding="utf-8") == written["content"]


def test_law_11_an_unusable_path_is_refused_before_the_first_request(place, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "other")
    for path in (tmp_path, link, tmp_path / "no folder" / "fleet.yml"):
        failed = place.export(path=str(path), force=True).failing(f"path: cannot write to {path}")
        assert failed.requests == []


def test_a_file_that_cannot_be_written_is_an_error(place, tmp_path):
    place.world(VAST_ENDPOINT).create().ok()
    # The name is so long that the name of a temporary file next to it is too long.
    path = tmp_path / ("f" * 255)
    failed = place.export(path=str(path)).failing(f"path: cannot write to {path} (File name too long).")
    assert (failed["changed"], failed["content"] != "") == (False, True)
    assert os.listdir(tmp_path) == []


def test_a_name_with_the_api_key_is_refused(place):
    place.world(VAST_ENDPOINT).seed(f"a-{place.cloud.key}")
    failed = place.export().failing("would contain novita.api_key")
    assert failed["content"] == ""


def test_law_15_an_export_lists_each_type_once(place):
    network_of_everything(place)
    operations = place.export().ok().operations
    lists = [operation for operation in operations if operation.endswith(".list")]
    # Three providers have endpoints.
    assert len(lists) == len(RESOURCE_TYPES)
