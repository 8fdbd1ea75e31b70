# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an action plugin passes to a module, leaves in the task, and refuses itself."""

from __future__ import annotations

import datetime
import warnings

import pytest
from ansible import constants
from ansible.config.manager import ConfigManager
from ansible.parsing import vault
from ansible.parsing.dataloader import DataLoader

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.task import Module
from ansible_collections.gpufleet.cloud.plugins.plugin_utils import direct

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19

    def trust_as_template(text):
        return text


OPTIONS = """
resources:
  - novita_endpoint:
      name: llm
      app_name: "12"
      worker_config: {min_num: 0, max_num: 4}
      envs: {LOG_LEVEL: debug, 8: "9"}
  - vast_endpoint: {name: tts, target_util: 0.85}
novita: {validate_certs: true}
"""
PLAIN = {
    "resources": [
        {
            "novita_endpoint": {
                "name": "llm",
                "app_name": "12",
                "worker_config": {"min_num": 0, "max_num": 4},
                "envs": {"LOG_LEVEL": "debug", "8": "9"},
            }
        },
        {"vast_endpoint": {"name": "tts", "target_util": 0.85}},
    ],
    "novita": {"validate_certs": True},
}


def _types(value):
    """Return the types of a value and of all values in it."""
    nested = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return {type(value)}.union(*map(_types, nested))


def test_the_module_gets_plain_types_without_ansible_tags(make, passed):
    assert _types(DataLoader().load(OPTIONS)) - {dict, list, str, int, float, bool}, (
        "there is something to leave behind"
    )
    plugin = make(OPTIONS, "fleet", transport="ssh")
    assert plugin.run(task_vars={})["changed"] is False
    assert passed == [PLAIN] == [plugin._task.args]
    assert _types(plugin._task.args) == {dict, list, str, int, float, bool}


def test_values_that_json_cannot_represent_are_passed_unchanged(make, passed):
    plugin = make(OPTIONS.replace('"9"', "2026-08-01"), "fleet", transport="ssh")
    plugin.run(task_vars={})
    assert passed == [plugin._task.args]
    assert plugin._task.args["resources"][0]["novita_endpoint"]["envs"][8] == datetime.date(2026, 8, 1)


@pytest.mark.parametrize("transport", ["ssh", "local"])
def test_violations_of_all_entries_are_reported_before_the_module_runs(make, passed, transport):
    endpoint = "{name: tts, endpoint_name: tts, max_workers: many}"
    options = f"resources: [{{vast_endpoint: {endpoint}}}, {{no_such_type: {{}}}}]"
    result = make(options, "fleet", transport=transport).run(task_vars={})
    assert "warnings" not in result
    assert (result["failed"], result["changed"], passed) == (True, False, [])
    assert "entry 1 (vast_endpoint tts): argument 'max_workers' is of type " in result["msg"]
    assert "entry 2" in result["msg"]


def test_violations_that_are_reported_before_the_module_runs_contain_no_secret(make, passed):
    options = "{resources: [{vast_endpoint: {name: canary-key, max_workers: x}}], vast: {api_key: canary-key}}"
    result = make(options, "fleet", transport="ssh").run(task_vars={})
    assert (result["failed"], passed) == (True, [])
    assert "entry 1 (vast_endpoint ********): argument 'max_workers'" in result["msg"]
    assert "canary" not in str(result)


def test_warnings_of_python_libraries_are_not_shown(make, monkeypatch):
    def work(_task):
        warnings.warn("Unverified HTTPS request is being made", stacklevel=1)
        return {"changed": False}

    plugin = make()
    monkeypatch.setattr(plugin, "module", Module({}, work), raising=False)
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        assert plugin.run(task_vars={})["changed"] is False
        assert [str(warning.message) for warning in shown] == []
        warnings.warn("shown after the task", stacklevel=1)
    assert len(shown) == 1


# -- values that are encrypted with Ansible Vault --------------------------------------------------------------------


@pytest.fixture(name="encrypted")
def _encrypted(monkeypatch):
    """Return a function that returns the options of a task with an encrypted name, and the password of Ansible."""

    def encrypted(name, known_password):
        written = vault.VaultLib().encrypt(name, vault.VaultSecret(b"password")).decode()
        known = [("default", vault.VaultSecret(known_password))]
        loader = DataLoader()
        loader.set_vault_secrets(known)
        if hasattr(vault, "VaultSecretsContext"):  # since ansible-core 2.19
            monkeypatch.setattr(vault.VaultSecretsContext, "_current", vault.VaultSecretsContext(known))
        lines = "".join(f"\n  {line}" for line in written.splitlines())
        return loader.load(f"name: !vault |{lines}\n")

    return encrypted


def test_an_encrypted_value_is_decrypted_for_a_task_in_the_process_of_ansible(make, encrypted, monkeypatch):
    module = Module({"name": {"type": "str"}}, lambda task: {"changed": False, "found": task.params["name"]})
    plugin = make()
    plugin._task.args = encrypted("tts", b"password")
    monkeypatch.setattr(plugin, "module", module, raising=False)
    assert plugin.run(task_vars={})["found"] == "tts"


def test_a_task_with_a_value_that_cannot_be_decrypted_runs_as_a_module(make, encrypted, passed, shown):
    plugin = make()
    plugin._task.args = options = encrypted("tts", b"another password")
    plugin.run(task_vars={})
    [line] = shown
    assert line.endswith(" runs as a module, because an option has a value that JSON cannot represent.")
    [arguments] = passed
    assert arguments.keys() == {"name"} and arguments["name"] is options["name"]


# -- the options in the result ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_result_contains_the_options_only_if_ansible_shows_them(make, monkeypatch, is_shown):
    """The setting exists since ansible-core 2.21; this test adds it to earlier releases."""
    config = ConfigManager()
    setting = {"default": False, "env": [{"name": "ANSIBLE_INJECT_INVOCATION"}], "type": "bool"}
    monkeypatch.setitem(config._base_defs, "INJECT_INVOCATION", setting)
    monkeypatch.setattr(constants, "config", config)
    monkeypatch.setattr(direct, "_HAS_SETTING", True)
    monkeypatch.setenv("ANSIBLE_INJECT_INVOCATION", str(is_shown))
    plugin = make("{name: tts}")
    monkeypatch.setattr(plugin, "module", Module({"name": {"type": "str"}}, lambda _task: {}), raising=False)
    assert ("invocation" in plugin.run(task_vars={})) is is_shown


# -- the defaults of the action groups, in a module of several providers ---------------------------------------------


def test_the_defaults_of_groups_are_connection_options_of_their_providers(make, passed):
    """The options of the task come first, then the defaults of the innermost block."""
    options = "{name: tts, image: a, candidates: [], vast: {api_retries: 1}, novita: a text}"
    outer = {
        "group/gpufleet.cloud.novita": {"api_retries": 2},
        "group/gpufleet.cloud.ppio": {"api_timeout": 3, "api_retries": 3, "wait": False},
        "group/gpufleet.cloud.vast": {"api_timeout": 4, "api_retries": 4},
    }
    inner = {"group/gpufleet.cloud.ppio": trust_as_template("{{ ppio_defaults }}")}
    variables = {"ppio_defaults": {"api_retries": 5}}
    defaults = {"variables": variables, "module_defaults": [outer, inner]}
    make(options, "inference_endpoint", transport="ssh", **defaults).run(task_vars={})
    [arguments] = passed
    assert arguments["novita"] == "a text"
    assert arguments["ppio"] == {"api_timeout": 3, "api_retries": 5}
    assert arguments["vast"] == {"api_timeout": 4, "api_retries": 1}


def test_without_defaults_of_groups_a_task_keeps_its_options(make, passed):
    defaults = [{"group/gpufleet.cloud.vast": {"wait": False}}]
    make("{name: tts, image: a, ppio: {}}", "inference_endpoint", transport="ssh", module_defaults=defaults).run()
    assert passed == [{"name": "tts", "image": "a", "ppio": {}}]
