# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export of any resource, converged with the same values in its variables, changes nothing."""

from __future__ import annotations

import copy

import hypothesis
import pytest
import yaml

from ansible_collections.gpufleet.cloud.tests.unit.harness import run_module
from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.tests.unit.laws.test_export import entries_of

from .desired_values import personalities, tasks


def filled(value, current):
    """Return options with the current values in place of variables."""
    if isinstance(value, dict):
        current = current if isinstance(current, dict) else {}
        return {name: filled(item, current.get(name.removeprefix("secret_"))) for name, item in value.items()}
    if isinstance(value, str) and value.startswith("{{ ") and value.endswith(" }}"):
        return current
    return value


def run(module, world, options):
    provider = world.resource_type.provider
    connection = {"api_key": world.cloud.key, "api_url": world.cloud.url(provider)}
    return run_module(module, {**options, provider: connection})[0]


@pytest.mark.fast
@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_an_export_of_any_resource_changes_nothing(new_world, figures, resource_type):
    @hypothesis.given(personalities(resource_type), tasks(resource_type.module))
    def example(personality, task):
        task = copy.deepcopy(task)
        if resource_type.module == "vast_workergroup" and not {"endpoint", "endpoint_id"} & set(task):
            task["endpoint"] = "tts"
        world = new_world(resource_type, **personality.settings)
        for number in range(personality.others):
            world.seed(resource_type.other_identity(f"other-{number}"))
        made = world.run(task)
        # test_properties.py is about creates. A module refuses, for example, a secret that is also an id.
        hypothesis.assume(not made.failed)
        exported = run("export", world, {"types": [resource_type.module]})
        assert not exported.get("failed"), exported["msg"]
        hypothesis.note(exported["content"])
        number = [resource["id"] for resource in exported["resources"]].index(made["id"])
        entry = entries_of(exported["content"])[number]
        reveal = {resource_type.reveal: True} if resource_type.reveal else {}
        [resource] = world.found(id=made["id"], **reveal)
        options = filled(entry[resource_type.module], {**task, **resource["spec"]})
        hypothesis.note(yaml.safe_dump(options))
        converged = run("fleet", world, {"resources": [{resource_type.module: options}]})
        assert not converged.get("failed"), converged["msg"]
        assert converged["changed"] is False, converged["diff"]
        figures.count("exports", str(resource_type), "by id" if "id" in options else "by name")

    example()
