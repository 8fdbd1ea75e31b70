# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Valid responses with one unusual value: the module accepts or refuses them, and never fails with a traceback."""

from __future__ import annotations

import copy
import json
import math

import pytest
import requests

from ansible_collections.gpufleet.cloud.tests.unit.laws.info_types import INFO_TYPES
from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import RESOURCE_TYPES

from .messages import flaws

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
MISSING = object()


POSTED_READS = ("worker.list", "log.endpoint")


def everything(resource_type):
    """Return the options with which the info module reads all that it can."""
    return {"gather_workers": True, "gather_logs": True} if resource_type.gathers else {}


def places(value, path=()):
    """Yield the paths of all values in a decoded response. Of a list, use only the first entry."""
    entries = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*path, key)
        yield from places(inner, (*path, key))


def put(value, path, odd):
    """Return the response with an unusual value at a path, or without the value at the path."""
    value = copy.deepcopy(value)
    *parents, last = path
    parent = value
    for key in parents:
        parent = parent[key]
    if odd is MISSING:
        del parent[last]
    else:
        parent[last] = odd
    return value


def responses(world):
    """Yield the operation and the decoded response of each type of read that complete runs send."""
    reads = {}
    world.account.settings.set(young_seconds=0)
    made = world.create_with_worker() if world.resource_type.gathers else world.create().ok()
    requests_sent = made.requests + world.task(**world.resource_type.change).ok().requests
    requests_sent += world.info(**everything(world.resource_type)).requests
    for entry in requests_sent:
        if (entry["method"] == "GET" or entry["operation"] in POSTED_READS) and entry["operation"] not in reads:
            reads[entry["operation"]] = entry
    for operation, entry in reads.items():
        yield operation, response_to(world.cloud, entry)


def response_to(cloud, entry):
    """Send a request of the journal again, and return the decoded response."""
    # A log is shown only to a request with the key in its body.
    key = {"api_key": cloud.key} if entry["operation"].startswith("log.") else {}
    response = requests.request(
        entry["method"],
        f"{cloud.simulator.url}{entry['path']}",
        params=entry["query"],
        json=None if entry["method"] == "GET" else {**entry["body"], **key},
        timeout=10,
        headers={"Authorization": f"Bearer {cloud.key}"},
    )
    return response.json()


def try_values(new_world, figures, resource_type, values):
    world = new_world(resource_type, boot_seconds=0)
    broken = []
    for operation, valid in responses(world):
        for path in places(valid):
            for odd in (MISSING, *values):
                problems = _play(world, figures, operation, put(valid, path, odd))
                figures.count("unusual responses", str(resource_type), "broken" if problems else "survived")
                where = ".".join(map(str, path))
                broken += [
                    f"{operation} {where} = {'missing' if odd is MISSING else repr(odd)[:40]}: {problem}"
                    for problem in problems
                ]
    assert not broken, f"{len(broken)} problems:\n" + "\n".join(broken)


def _play(world, figures, operation, response):
    """Plan an update and read the resource while an operation returns this response; return all problems."""
    wrong = []
    resource_type, selection = world.resource_type, world.resource_type.selection
    for module, options, check in (
        (resource_type.module, {**selection, **resource_type.change}, True),
        (resource_type.info, {**selection, **everything(resource_type)}, False),
    ):
        body = json.dumps(response).replace("Infinity", "1e999")
        world.account.fault(operation, "garbage", body=body, content_type="application/json", times=0)
        result = world.cloud.run(module, options, check)
        world.account.clear_faults()
        world.account.journal.clear()
        wrong += _problems(result, figures, str(resource_type))
    return wrong


def _problems(result, figures, tested):
    """Return what is wrong with a result."""
    wrong = []
    if "Traceback" in result.printed or "bug in the collection" in result.printed:
        wrong.append(str(result.get("msg")))
    if "\\ud800" in result.printed:
        wrong.append("the result contains half of a surrogate pair, so Ansible drops it")
    if result.failed and not result.get("failure"):
        wrong.append(f"failed without a reason: {result.get('msg')}")
    if result.failed:
        found = flaws(result["msg"])
        figures.count("messages", tested, "flawed" if found else "judged")
        wrong += [f"the message {flaw}: {result['msg']}" for flaw in found]
    return wrong


def try_info_type(cloud, figures, info_type, values):
    info_type.seed(cloud)
    account, broken = cloud.account(info_type.provider), []
    entries = {entry["operation"]: entry for entry in cloud.run(info_type.module, {}).ok().requests}
    for operation, valid in [(operation, response_to(cloud, entry)) for operation, entry in entries.items()]:
        for path in places(valid):
            for odd in (MISSING, *values):
                body = json.dumps(put(valid, path, odd)).replace("Infinity", "1e999")
                account.fault(operation, "garbage", body=body, content_type="application/json", times=0)
                problems = _problems(cloud.run(info_type.module, {}), figures, str(info_type))
                account.clear_faults()
                account.journal.clear()
                figures.count("unusual responses", str(info_type), "broken" if problems else "survived")
                where = ".".join(map(str, path))
                broken += [f"{operation} {where} = {repr(odd)[:40]}: {problem}" for problem in problems]
    assert not broken, f"{len(broken)} problems:\n" + "\n".join(broken)


@pytest.mark.fast
@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_some_odd_responses_cause_no_traceback(new_world, figures, resource_type):
    try_values(new_world, figures, resource_type, FEW)


@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_all_odd_responses_cause_no_traceback(new_world, figures, resource_type):
    try_values(new_world, figures, resource_type, MANY)


@pytest.mark.fast
@pytest.mark.parametrize("info_type", INFO_TYPES, ids=str)
def test_some_odd_responses_to_an_info_type_cause_no_traceback(cloud, figures, info_type):
    try_info_type(cloud, figures, info_type, FEW)


@pytest.mark.parametrize("info_type", INFO_TYPES, ids=str)
def test_all_odd_responses_to_an_info_type_cause_no_traceback(cloud, figures, info_type):
    try_info_type(cloud, figures, info_type, MANY)
