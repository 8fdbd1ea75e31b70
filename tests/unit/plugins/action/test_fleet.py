# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin alone: the arguments that it passes to the module and leaves in the task, violations, threads."""

from __future__ import annotations

import datetime
import gc
import signal
from types import SimpleNamespace

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.task import Task

from ansible_collections.gpufleet.cloud.plugins.action import fleet

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


@pytest.fixture(name="act")
def _act(monkeypatch):
    """Return a function that runs the action plugin with options in YAML.

    It returns the result, the task and a list with the arguments of the module.
    """
    passed = []

    def execute(self, module_args=None, **_more):
        passed.append(module_args)
        return {"changed": False}

    monkeypatch.setattr(fleet.ActionModule, "_execute_module", execute)
    monkeypatch.setattr(fleet.ActionModule, "_remove_tmp_path", lambda self, path: None)

    def act(options, transport="ssh"):
        task = Task()
        task.args = DataLoader().load(options)
        task.action = "gpufleet.cloud.fleet"
        connection = SimpleNamespace(transport=transport, has_native_async=False, _shell=SimpleNamespace(tmpdir=None))
        plugin = fleet.ActionModule(task, connection, SimpleNamespace(), None, None, None)
        return plugin.run(task_vars={}), task, passed

    return act


def _types(value):
    """Return the types of a value and of all values in it."""
    nested = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return {type(value)}.union(*map(_types, nested))


def test_the_module_gets_plain_types_without_ansible_tags(act):
    assert _types(DataLoader().load(OPTIONS)) - {dict, list, str, int, float, bool}, (
        "there is something to leave behind"
    )
    result, task, passed = act(OPTIONS)
    assert result["changed"] is False
    assert passed == [PLAIN] == [task.args]
    assert _types(task.args) == {dict, list, str, int, float, bool}


def test_values_that_json_cannot_represent_are_passed_unchanged(act):
    options = OPTIONS.replace('"9"', "2026-08-01")
    _result, task, passed = act(options)
    assert passed == [task.args]
    assert task.args["resources"][0]["novita_endpoint"]["envs"][8] == datetime.date(2026, 8, 1)


def test_violations_are_reported_before_the_module_runs(act):
    result, _task, passed = act("resources: [{vast_endpoint: {name: tts, max_workers: many}}, {no_such_type: {}}]")
    assert (result["failed"], result["changed"], passed) == (True, False, [])
    assert "entry 1 (vast_endpoint tts): argument 'max_workers' is of type " in result["msg"]
    assert "entry 2" in result["msg"]


def test_garbage_collection_is_enabled_after_the_task(act):
    act(OPTIONS)
    assert gc.isenabled()
    gc.unfreeze()


def test_the_progress_thread_leaves_signals_to_the_main_thread(act, monkeypatch):
    """Ansible stops modules, and tasks at their timeout, in signal handlers. These run only if a signal wakes the main
    thread.
    """
    masks = []

    def show(_lines, over):
        masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
        over.wait()

    monkeypatch.setattr(fleet, "_show", show)
    act(OPTIONS, transport="local")
    assert [{signal.SIGINT, signal.SIGTERM, signal.SIGALRM} <= mask for mask in masks] == [True]
