# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written in two places says the same in both."""

from __future__ import annotations

import ast
import pathlib

import pytest
import yaml

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import REQUIRED_LIBRARIES
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._version import VERSION

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMITS = ("min_length", "max_length", "minimum", "maximum", "exclusive_minimum", "min_items", "max_items")
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")


def _yaml(name):
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def _documentation(module):
    tree = ast.parse((ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8"))
    return yaml.safe_load(
        next(
            node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and node.targets[0].id == "DOCUMENTATION"
        )
    )


def test_the_version_is_that_of_the_collection():
    assert _yaml("galaxy.yml")["version"] == VERSION


def test_every_module_is_in_the_action_group_of_its_provider_and_in_no_other():
    groups = _yaml("meta/runtime.yml")["action_groups"]
    listed = sorted(name for members in groups.values() for name in members)
    # A fleet reaches all providers, each with settings of its own.
    assert listed == [f"gpufleet.cloud.{module}" for module in MODULES if module != "fleet"]
    for provider, members in groups.items():
        assert all(name.startswith(f"gpufleet.cloud.{provider}_") for name in members)


def test_the_required_libraries_are_those_of_the_execution_environment():
    lines = (ROOT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8").splitlines()
    named = {line.split()[0].split(">")[0] for line in lines if line and not line.startswith("#")}
    assert named == set(REQUIRED_LIBRARIES)


def _limits(fields, options):
    """Pairs of a number that a field enforces and the documentation of its option."""
    for field in fields:
        if not field.option or field.name not in options:
            continue
        option = options[field.name]
        text = " ".join(option["description"]) if isinstance(option["description"], list) else option["description"]
        for limit in LIMITS:
            value = getattr(field, limit, None)
            if value:
                yield f"{field.name}.{limit}", value, text
        nested = getattr(field, "fields", ())
        yield from _limits(nested, option.get("suboptions", {}))


@pytest.mark.parametrize("kind", RESOURCE_TYPES.values(), ids=lambda kind: f"{kind.provider.name}_{kind.noun}")
def test_every_limit_that_is_enforced_is_documented(kind):
    options = _documentation(f"{kind.provider.name}_{kind.noun}")["options"]
    unsaid = [
        f"{place} {value}"
        for place, value, text in _limits(kind.table.fields, options)
        if str(value) not in text and not (value == 1 and ("exactly one" in text or place.endswith("min_length")))
    ]
    assert unsaid == []
