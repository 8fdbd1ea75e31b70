# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 19: a task in the process of Ansible returns the same result and sends the same requests as the module."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import logging
import os
import pathlib
import secrets
import signal
import tempfile

import pytest
from ansible.module_utils.common import warnings

from ..harness import MODULES, Cloud, Direct
from .conftest import World
from .resource_types import RESOURCE_TYPES

KNOWN_TO_DIRECT = {"aliases", "apply_defaults", "choices", "default", "elements", "fallback", "no_log", "options"}
KNOWN_TO_DIRECT |= {"required", "type", "mutually_exclusive", "required_one_of", "required_together", "required_if"}

pytestmark = pytest.mark.other_face


@pytest.fixture(name="faces")
def _faces(_simulated, clock, resource_type):
    """Return the worlds of a module and of its direct face, with the same account."""
    key = f"sk-{secrets.token_hex(24)}"
    return [World(face(_simulated[0], clock, key), resource_type) for face in (Cloud, Direct)]


def plain(result):
    """Return the result of a module as Ansible passes it on, with warnings as texts."""
    warned = [
        warning["event"]["msg"] if isinstance(warning, dict) else warning for warning in result.get("warnings", [])
    ]
    return {**result, **({"warnings": warned} if warned else {})}


def same(faces, run):
    """Run the same with both faces, check that the results and the requests are equal, and return the result."""
    module, direct = map(run, faces)
    assert dict(direct) == plain(module)
    assert direct.operations == module.operations
    assert [request.get("body") for request in direct.requests] == [request.get("body") for request in module.requests]
    return direct


def test_law_19_check_mode_and_unchanged_tasks_are_the_same(faces):
    module = faces[0]
    task = module.resource_type.task
    same(faces, lambda world: world.run(task, check=True)).ok(changed=True)
    module.create().ok(changed=True)
    same(faces, lambda world: world.run(task)).ok(changed=False)
    same(faces, lambda world: world.check(**world.resource_type.change)).ok(changed=module.resource_type.updates)
    same(faces, lambda world: world.check(state="absent")).ok(changed=True)
    reveal = {module.resource_type.reveal: True} if module.resource_type.reveal else {}
    same(faces, lambda world: world.info(**reveal))
    if module.resource_type.gathers:
        module.cloud.clock.sleep(60)
        same(faces, lambda world: world.info(gather_workers=True, gather_logs=True))


@pytest.mark.parametrize("verb", ["create", "change", "delete"])
def test_law_19_writes_are_the_same(_simulated, clock, resource_type, verb):
    if verb == "change" and not resource_type.updates:
        pytest.skip("the provider cannot change this type")
    seen = []
    for face in (Cloud, Direct):
        world = World(face(_simulated[0], clock, f"sk-{secrets.token_hex(24)}"), resource_type)
        if verb != "create":
            Cloud(_simulated[0], clock, world.cloud.key).run(resource_type.module, resource_type.task).ok()
        ids = world.ids()
        change = {"create": resource_type.task, "change": resource_type.change, "delete": {"state": "absent"}}[verb]
        result = world.task(**change).ok(changed=True)
        compared = {
            "keys": sorted(result),
            "operations": result.operations,
            "bodies": [write["body"] for write in result.writes],
            **{key: result[key] for key in ("changed", "plan", "diff")},
        }
        text = json.dumps(compared)
        for resource_id in ids:
            # Some IDs are numbers in requests.
            text = text.replace(resource_id, "4711")
        seen.append(json.loads(text))
    module, direct = seen
    assert direct["bodies"]
    assert direct == module


def test_law_19_wrong_options_are_refused_in_the_same_words(faces):
    task, options = faces[0].resource_type.task, faces[0].resource_type
    wrong = [
        {},
        {**task, "no_such_option": 1},
        {**task, "state": "sometimes"},
        {**task, "wait_timeout": "soon"},
        {**task, "wait_timeout": 0},
        {**task, options.identity: ["a"]},
        {**task, options.identity: None, "id": None},
        {**task, "api_key": "word-0123 \n", "api_retries": -1},
        {**task, "api_key": 12345678, "no_such_option": "12345678"},
    ]
    for values in wrong:
        result = same(faces, lambda world, values=values: world.run(values))
        assert result.failed and not result.requests, values


@pytest.mark.needs("alias")
def test_law_19_an_option_that_is_set_twice_is_the_same(faces):
    alias = faces[0].resource_type.alias
    for value in (faces[0].name, "another"):
        same(faces, lambda world, value=value: world.check(**{alias: value}, state="absent"))


def test_law_19_failures_of_the_provider_are_the_same(faces):
    for world in faces:
        world.fault("list", "status", status=401, message="invalid key")
    result = same(faces, lambda world: world.run(world.resource_type.task))
    result.failing("invalid key")


def test_law_19_a_direct_task_leaves_nothing_behind(_simulated, clock, resource_type):
    world = World(Direct(_simulated[0], clock, f"sk-{secrets.token_hex(24)}"), resource_type)
    world.create().ok()
    before = _state_of_the_process()
    world.task(**resource_type.change).ok(changed=resource_type.updates)
    world.run({"state": "sometimes"}).failing("state")
    assert _state_of_the_process() == before


def _state_of_the_process():
    logs = [logging.getLogger(name) for name in ("urllib3.connection", "urllib3.connectionpool", "urllib3")]
    return {
        "environment": dict(os.environ),
        "signals": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)],
        "logs": [(log.filters[:], log.handlers[:], log.level, log.disabled) for log in logs],
        "garbage collection": (gc.get_threshold(), gc.isenabled(), gc.get_freeze_count()),
        "files": _open_files(),
        "folder": tempfile.tempdir,
        "warnings": [str(warning) for warning in warnings.get_warning_messages()],
    }


def _open_files():
    """Return the open files, without the connections of the simulator in this process."""
    targets = []
    for entry in pathlib.Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the simulator has closed it
            targets.append(str(entry.readlink()))
    return sorted(target for target in targets if not target.startswith(("socket:", "/proc/")))


def _arguments(spec):
    for argument in spec.values():
        yield argument
        yield from _arguments(argument.get("options", {}))


@pytest.mark.any_resource_type
def test_law_19_the_direct_face_knows_everything_in_the_argument_specs(resource_type):
    """Ansible also warns of deprecated options. The first such option needs the same warning in the direct face."""
    modules = [name for kind in RESOURCE_TYPES for name in (kind.module, kind.info)]
    for name in (*modules, "export", "fleet"):
        spec = importlib.import_module(f"{MODULES}.{name}").MODULE.argument_spec
        assert {key for argument in _arguments(spec) for key in argument} <= KNOWN_TO_DIRECT
