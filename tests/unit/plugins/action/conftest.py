# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixtures of the tests of action plugins: a plugin with the objects of Ansible, and what it displays and runs."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader
from ansible.template import Templar

from ansible_collections.gpufleet.cloud.plugins.action import fleet, inference_endpoint, vast_endpoint
from ansible_collections.gpufleet.cloud.plugins.plugin_utils import direct

PLUGINS = {"fleet": fleet, "inference_endpoint": inference_endpoint, "vast_endpoint": vast_endpoint}


@pytest.fixture(name="make")
def _make():
    """Return a function that makes an action plugin, on a local connection unless a test passes another transport."""

    def make(options="{}", module="vast_endpoint", variables=None, transport="local", **keywords):
        loader = DataLoader()
        task = Task()
        task.args = loader.load(options)
        task.action = f"gpufleet.cloud.{module}"
        for keyword, value in keywords.items():
            setattr(task, keyword, value)
        connection = connection_loader.get(transport, PlayContext(), "/dev/null")
        templar = Templar(loader, variables=variables or {})
        return PLUGINS[module].ActionModule(task, connection, PlayContext(), loader, templar, None)

    return make


@pytest.fixture(name="passed")
def _passed(monkeypatch):
    """Return a list of the arguments with which plugins run modules, which then do nothing."""
    passed = []

    def execute(self, module_args=None, **_more):
        passed.append(module_args)
        return {"changed": False}

    monkeypatch.setattr(direct.DirectAction, "_execute_module", execute)
    monkeypatch.setattr(direct.DirectAction, "_remove_tmp_path", lambda self, path: None)
    return passed


@pytest.fixture(name="shown")
def _shown(monkeypatch):
    """Return a list of the lines that plugins display at -vvv."""
    shown = []
    monkeypatch.setattr(direct, "Display", lambda: SimpleNamespace(vvv=lambda line, host: shown.append(line)))
    return shown
