# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""There is one action plugin for each module, and it runs this module."""

from __future__ import annotations

import importlib
import pathlib

import pytest

from ansible_collections.gpufleet.cloud.plugins import action, modules

COLLECTION = "ansible_collections.gpufleet.cloud.plugins"


def _names(package):
    return {path.stem for folder in package.__path__ for path in pathlib.Path(folder).glob("*.py")} - {"__init__"}


def test_modules_and_action_plugins_have_the_same_names():
    assert _names(action) == _names(modules)


@pytest.mark.parametrize("name", sorted(_names(modules)))
def test_an_action_plugin_runs_the_module_of_its_name(name):
    plugin = importlib.import_module(f"{COLLECTION}.action.{name}").ActionModule
    assert plugin.module is importlib.import_module(f"{COLLECTION}.modules.{name}").MODULE
