# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Good answers with one odd value in them: taken for what they are or refused by name, never a traceback."""

from __future__ import annotations

import copy
import json
import math

import pytest
import requests

from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import RESOURCE_TYPES

FEW = [None, 10**400]
MANY = FEW + [
    True,
    "odd",
    [],
    {},
    0,
    -1,
    1.5,
    math.inf,
    "",
    "7",
    " ",
    "..",
    "9" * 5000,
    "\x00",
    "ü" * 300,
    "half \ud800",
    [None],
    ["odd"],
    [{}],
    [[]],
    {"odd": []},
    {"id": None},
]
LACKING = object()


def places(value, path=()):
    """The paths of all values inside a decoded answer; of a list the first entry stands for all."""
    entries = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*path, key)
        yield from places(inner, (*path, key))


def put(value, path, odd):
    """The answer with an odd value at a path, or without what is there."""
    value = copy.deepcopy(value)
    *parents, last = path
    place = value
    for key in parents:
        place = place[key]
    if odd is LACKING:
        del place[last]
    else:
        place[last] = odd
    return value


def answers(world):
    """Operation, request and decoded answer of each kind of read that a whole run sends."""
    seen = {}
    requests_sent = world.create().ok().requests + world.task(**world.resource_type.change).ok().requests
    for entry in requests_sent:
        if entry["method"] == "GET" and entry["operation"] not in seen:
            seen[entry["operation"]] = entry
    for operation, entry in seen.items():
        answer = requests.get(
            f"{world.cloud.simulator.url}{entry['path']}",
            params=entry["query"],
            timeout=10,
            headers={"Authorization": f"Bearer {world.cloud.key}"},
        )
        yield operation, answer.json()


def besiege(new_world, figures, resource_type, values):
    world = new_world(resource_type, boot_seconds=0)
    broken = []
    for operation, good in answers(world):
        for path in places(good):
            for odd in (LACKING, *values):
                found = _play(world, operation, put(good, path, odd))
                figures.count("odd answers", str(resource_type), "broken" if found else "survived")
                where = ".".join(map(str, path))
                broken += [
                    f"{operation} {where} = {'nothing' if odd is LACKING else repr(odd)[:40]}: {said}" for said in found
                ]
    assert not broken, f"{len(broken)} broken:\n" + "\n".join(broken)


def _play(world, operation, answer):
    """Plan an update and read the record while an operation gives an odd answer; the sentences on what went wrong."""
    wrong = []
    resource_type, meant = world.resource_type, {world.resource_type.identity: world.name}
    for module, options, check in (
        (resource_type.module, {**meant, **resource_type.change}, True),
        (resource_type.info, meant, False),
    ):
        body = json.dumps(answer).replace("Infinity", "1e999")
        world.account.fault(operation, "garbage", body=body, content_type="application/json", times=0)
        result = world.cloud.run(module, options, check)
        world.account.clear_faults()
        world.account.journal.clear()
        if "Traceback" in result.printed or "bug in the collection" in result.printed:
            wrong.append(str(result.get("msg")))
        if "\\ud800" in result.printed:
            wrong.append("half a character is in the result, which Ansible drops then")
        if result.failed and not result.get("failure"):
            wrong.append(f"failed without a reason: {result.get('msg')}")
    return wrong


@pytest.mark.fast
@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_some_odd_responses(new_world, figures, resource_type):
    besiege(new_world, figures, resource_type, FEW)


@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_all_odd_responses(new_world, figures, resource_type):
    besiege(new_world, figures, resource_type, MANY)
