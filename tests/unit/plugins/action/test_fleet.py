# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin alone: the arguments that it passes to the module and leaves in the task, violations, threads."""

from __future__ import annotations

import datetime
import errno
import gc
import os
import signal
import sys
import threading
from types import SimpleNamespace

import pytest
from ansible import constants
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

    def show(_descriptor, _path, over):
        masks.append(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
        over.wait()

    monkeypatch.setattr(fleet, "_show", show)
    act(OPTIONS, transport="local")
    assert [{signal.SIGINT, signal.SIGTERM, signal.SIGALRM} <= mask for mask in masks] == [True]


class Module:
    """Stands for the module: adds lines to its progress file."""

    def __init__(self, *lines):
        self._lines = lines
        self.path = None

    def __call__(self, plugin, module_args=None, **_more):
        self.path = module_args.get("progress_file")
        if self.path:
            with open(self.path, "a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in self._lines)
        return {"changed": True}


@pytest.fixture(name="shown")
def _shown(monkeypatch):
    """Return a list of the lines that the plugin displays."""
    shown = []
    monkeypatch.setattr(fleet, "Display", lambda: SimpleNamespace(display=shown.append))
    return shown


def _run(act, monkeypatch, module):
    def execute(self, **given):
        return module(self, **given)

    monkeypatch.setattr(fleet.ActionModule, "_execute_module", execute)
    result, _task, _passed = act(OPTIONS, transport="local")
    assert result == {"changed": True}


def test_the_progress_file_is_in_the_folder_of_ansible_and_deleted_at_the_end(act, monkeypatch, shown):
    module = Module("", "a: create ...", "a: 1")
    _run(act, monkeypatch, module)
    assert shown == ["  a: create ...", "  a: 1"]
    assert os.path.dirname(module.path) == constants.DEFAULT_LOCAL_TMP
    assert not os.path.exists(module.path)


def test_the_progress_file_is_deleted_while_the_module_runs(act, monkeypatch, shown):
    """If Ansible is killed, nothing deletes the file at the end."""
    deleted = threading.Event()
    remove = fleet._remove

    def note(path):
        remove(path)
        deleted.set()

    def module(_plugin, module_args, **_more):
        with open(module_args["progress_file"], "a", encoding="utf-8") as file:
            print(file=file, flush=True)
            assert deleted.wait(60)
            assert not os.path.exists(module_args["progress_file"])
            print("a: create ...", file=file)
        return {"changed": True}

    monkeypatch.setattr(fleet, "_remove", note)
    _run(act, monkeypatch, module)
    assert shown == ["  a: create ..."]


def test_a_display_that_fails_does_not_fail_the_task(act, monkeypatch):
    def display(_line):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(fleet, "Display", lambda: SimpleNamespace(display=display))
    module = Module("", "a: create ...")
    _run(act, monkeypatch, module)
    assert not os.path.exists(module.path)


def test_a_display_that_blocks_does_not_block_the_task(act, monkeypatch):
    resumed = threading.Event()
    monkeypatch.setattr(fleet, "LAST_LINES", 0.01)
    monkeypatch.setattr(fleet, "Display", lambda: SimpleNamespace(display=lambda _line: resumed.wait()))
    module = Module("", "a: create ...")
    _run(act, monkeypatch, module)
    resumed.set()


def test_a_host_without_a_folder_or_space_for_temporary_files_shows_no_progress(act, monkeypatch, tmp_path):
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path / "missing"))
    module = Module()
    _run(act, monkeypatch, module)
    assert module.path is None


def test_a_host_without_more_threads_shows_no_progress(act, monkeypatch):
    def start(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    module = Module()
    before = set(os.listdir(constants.DEFAULT_LOCAL_TMP))
    descriptors = len(os.listdir("/proc/self/fd"))
    _run(act, monkeypatch, module)
    assert module.path is None
    assert set(os.listdir(constants.DEFAULT_LOCAL_TMP)) == before
    assert len(os.listdir("/proc/self/fd")) == descriptors


@pytest.mark.parametrize("library", [None, SimpleNamespace(__version__="3.2.0"), SimpleNamespace()])
def test_without_a_usable_library_on_the_controller_the_module_checks_everything(act, monkeypatch, library):
    monkeypatch.setitem(sys.modules, "jsonschema", library)
    result, _task, passed = act("resources: [{no_such_type: {}}]")
    assert result["changed"] is False
    assert passed == [{"resources": [{"no_such_type": {}}]}]
