# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an action plugin passes to a module, leaves in the task, and refuses itself."""

from __future__ import annotations

import datetime
import warnings

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.task import Module
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.plain_options import as_ansible_sends

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


def test_a_task_with_a_value_that_json_cannot_represent_runs_as_a_module(make, passed, shown):
    make("name: !!binary aGVsbG8=", "vast_endpoint").run(task_vars={})
    assert shown == [
        "gpufleet.cloud.vast_endpoint runs as a module, because an option has a value that JSON cannot represent."
    ]
    assert passed == [{"name": b"hello"}]


@pytest.mark.parametrize("type_name", ["AnsibleVaultEncryptedUnicode", "EncryptedString"])
def test_a_value_that_is_encrypted_with_ansible_vault_is_decrypted_for_the_module(type_name):
    encrypted = type(type_name, (), {"__str__": lambda self: "tts"})()
    assert as_ansible_sends({"name": encrypted}) == {"name": "tts"}
    assert as_ansible_sends({"name": object()}) is None


def test_violations_of_all_entries_are_reported_before_the_module_runs(make, passed):
    options = "resources: [{vast_endpoint: {name: tts, max_workers: many}}, {no_such_type: {}}]"
    result = make(options, "fleet", transport="ssh").run(task_vars={})
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
