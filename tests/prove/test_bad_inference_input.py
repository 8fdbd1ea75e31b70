# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invalid and unusual values for every option of inference_endpoint are refused before any write, or accepted."""

from __future__ import annotations

import copy

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import arguments
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._inference.vocabulary import endpoint_arguments
from ansible_collections.gpufleet.cloud.tests.unit.plugins.modules.test_inference_endpoint import (
    COMMON,
    NOVITA,
    PPIO,
    VAST,
    FleetWorld,
    World,
    with_template,
)

from .test_bad_input import MANY, excerpt, places

CANDIDATES = {
    "novita": NOVITA,
    "ppio": PPIO,
    "vast": VAST,
    "vast with a template": {**with_template(desc="LLM"), "gpu_count": 1},
}
SECTIONS = {
    "novita": {("novita",): "novita_endpoint"},
    "ppio": {("ppio",): "ppio_endpoint"},
    "vast": {
        ("vast", "endpoint"): "vast_endpoint",
        ("vast", "workergroup"): "vast_workergroup",
        ("vast", "template"): "vast_template",
    },
}
AROUND = ("provider_options", "novita", "ppio", "vast")
SECRET = ("headers", "body")
"""Ansible masks secrets in all output, short ones also inside of words."""


def option_paths(candidate):
    """Yield the paths of all options of a task with one candidate."""
    spec = {name: argument for name, argument in endpoint_arguments().items() if name != "candidates"}
    yield from places(spec)
    for section, type_name in SECTIONS[candidate["provider"]].items():
        for path in places(arguments.argument_spec(RESOURCE_TYPES[type_name])):
            yield ("provider_options", *section, *path)


def put(options, path, value):
    """Return the options with a value at a path. A list in the path gets one entry."""
    options = copy.deepcopy(options)
    parent = options
    for step, following in zip(path, path[1:]):
        empty = [{}] if following == 0 else {}
        if step == 0:
            parent = parent[0]
        else:
            parent[step] = parent.get(step) or empty
            parent = parent[step]
    parent[path[-1]] = value
    return options


def judge(world, task, path):
    """Run a task, and return what is wrong with its result, or an empty text, and the outcome."""
    try:
        values = world.run_task(task)
    except Exception as caught:  # Ansible would show a traceback
        return f"a traceback: {type(caught).__name__}: {caught}", "a traceback"
    message, reason = values.get("msg", ""), values.get("failure", {}).get("reason", "")
    if "bug in the collection" in message:
        return message, "a traceback"
    if not values.get("failed"):
        return "", "accepted"
    if any(values["writes"].values()):
        # A fleet reports a value that the provider ignored. The module then tries the next candidate.
        was_not_ready = reason in ("wait_timeout", "not_ready", "not_applied") or path[-1] in SECRET
        is_refused = values["failure"].get("status") in (400, 404)
        outcome = (
            "not ready" if was_not_ready else "refused by the provider" if is_refused else "written before a failure"
        )
        return "" if was_not_ready or is_refused else f"written before the failure: {message}", outcome
    # Ansible describes some violations with the option around it.
    names = [step for step in path[:-1] if step not in (0, *AROUND)] + [path[-1]]
    is_named = any(name in message for name in names) or path[-1] in SECRET
    return "" if is_named else f"the message does not contain the option: {message}", "refused"


def try_values(new_cloud, figures, name, world, values):
    candidate = CANDIDATES[name]
    found = []
    for path in option_paths(candidate):
        for value in values:
            own = world(new_cloud())
            # A probe gets a response.
            own.accounts[candidate["provider"]].settings.set(endpoints_respond=True)
            what, outcome = judge(own, put({**COMMON, **candidate}, path, value), path)
            figures.count("inputs", "inference_endpoint", outcome)
            if what:
                found.append(f"{'.'.join(map(str, path))} = {excerpt(value)}: {what[:400]}")
    assert not found, f"{len(found)} problems:\n" + "\n".join(found)


@pytest.mark.fast
@pytest.mark.parametrize("name", CANDIDATES)
def test_some_values_of_an_inference_endpoint_are_refused_or_accepted(new_cloud, figures, name):
    try_values(new_cloud, figures, name, World, ["no", ["a"], {"a": 1}])


@pytest.mark.parametrize("world", [World, FleetWorld], ids=["module", "fleet"])
@pytest.mark.parametrize("name", CANDIDATES)
def test_all_values_of_an_inference_endpoint_are_refused_or_accepted(new_cloud, figures, name, world):
    try_values(new_cloud, figures, name, world, MANY)
