# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metadata that several files contain is the same in all of them."""

from __future__ import annotations

import pathlib

import pytest
import yaml

from ansible_collections.gpufleet.cloud.plugins.module_utils._libraries import REQUIRED
from ansible_collections.gpufleet.cloud.plugins.module_utils._version import VERSION

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")


def _yaml(name):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_version_equals_the_version_in_galaxy_yml():
    assert _yaml("galaxy.yml")["version"] == VERSION


def test_every_module_is_only_in_the_action_group_of_its_provider():
    groups = _yaml("meta/runtime.yml")["action_groups"]
    listed = sorted(name for members in groups.values() for name in members)
    # These modules are for resources of all providers, and have connection options for each of them.
    assert listed == [
        f"gpufleet.cloud.{module}" for module in MODULES if module not in ("export", "fleet", "inference_endpoint")
    ]
    for provider, members in groups.items():
        assert all(name.startswith(f"gpufleet.cloud.{provider}_") for name in members)


@pytest.mark.parametrize("page", ["README.md", "docs/docsite/rst/python.rst", "docs/docsite/rst/versioning.rst"])
def test_the_documentation_states_the_oldest_libraries(page):
    text = (ROOT / page).read_text(encoding="utf-8").replace("``", "`")
    for library, needs in REQUIRED.items():
        assert f"`{library}` {needs.version}" in text


def test_the_execution_environment_installs_the_required_libraries():
    lines = (ROOT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    listed = dict(line.split(">=") for line in lines if line and not line.startswith("#"))
    assert listed == {library: needs.version for library, needs in REQUIRED.items()}
