# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law tests run for every resource type, with its module, as an entry of a fleet, and in the process of
Ansible.

A test with the mark ``needs("attribute")`` runs only for the types for which this attribute is true. A test with the
mark ``any_resource_type`` runs for one type.

A test with the mark ``varied_responses`` has parameters that describe responses of a provider. The code that reads a
response does not know how a task runs. Therefore the module runs with every response for every resource type. The other
two ways run with each response for some resource type, and for each resource type with some response.
"""

from __future__ import annotations

import secrets

import pytest

from ..harness import Cloud, Direct, ThroughFleet
from .resource_types import RESOURCE_TYPES, VAST_WORKERGROUP


def pytest_generate_tests(metafunc):
    if "resource_type" not in metafunc.fixturenames:
        return
    needed = [aspect for mark in metafunc.definition.iter_markers("needs") for aspect in mark.args]
    resource_types = [
        resource_type for resource_type in RESOURCE_TYPES if all(getattr(resource_type, aspect) for aspect in needed)
    ]
    assert resource_types, f"no resource type has {needed}"
    one_is_enough = metafunc.definition.get_closest_marker("any_resource_type")
    metafunc.parametrize("resource_type", resource_types[:1] if one_is_enough else resource_types, ids=str)


def pytest_collection_modifyitems(config, items):
    groups = {}
    for item in items:
        if item.get_closest_marker("varied_responses") and item.get_closest_marker("other_face"):
            groups.setdefault((item.path, item.originalname, item.callspec.params["cloud"]), []).append(item)
    left_out = {item.nodeid for group in groups.values() for item in _combinations_left_out(group)}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left_out])
    items[:] = [item for item in items if item.nodeid not in left_out]


def _combinations_left_out(group):
    """Return all tests of a group but one for each response and for each resource type."""

    def response(item):
        params = item.callspec.params
        return repr([value for name, value in params.items() if name not in ("cloud", "resource_type")])

    responses = list(dict.fromkeys(map(response, group)))
    resource_types = list(dict.fromkeys(str(item.callspec.params["resource_type"]) for item in group))
    fewer, more = sorted([len(responses), len(resource_types)])
    kept = {(number % len(responses), number % len(resource_types)) for number in range(more)} if fewer > 1 else None
    for item in group:
        resource_type = str(item.callspec.params["resource_type"])
        if kept is not None and (responses.index(response(item)), resource_types.index(resource_type)) not in kept:
            yield item


@pytest.fixture(
    name="cloud",
    params=[
        pytest.param(Cloud, id="module"),
        pytest.param(ThroughFleet, id="fleet", marks=pytest.mark.other_face),
        pytest.param(Direct, id="direct", marks=pytest.mark.other_face),
    ],
)
def _cloud(request, _simulated, clock):
    """Return a cloud with a new account in the simulator; it runs modules in one of the three ways."""
    return request.param(_simulated[0], clock, key=f"sk-{secrets.token_hex(24)}")


@pytest.fixture(name="world")
def _world(cloud, resource_type):
    """Return a world with the modules of the resource type and a new account."""
    return World(cloud, resource_type)


class World:
    """The modules of one resource type and an account, with short names for what the tests need."""

    def __init__(self, cloud, resource_type):
        self.cloud = cloud
        self.resource_type = resource_type
        self.name = resource_type.task[resource_type.identity]
        self.shown_name = resource_type.shown_identity(self.name)
        self.account = cloud.account(resource_type.provider)
        self.account.settings.set(**resource_type.settings)
        self.store = self.account.store(f"{resource_type.noun}s")
        for store, wire_fields in resource_type.around:
            self.account.store(store).seed(wire_fields)

    def operation(self, verb):
        """Return the operation of the resource type with a verb, or the complete name of any operation unchanged."""
        return verb if "." in verb else f"{self.resource_type.noun}.{verb}"

    def environment(self, **variables):
        """Return the wire field of an environment."""
        return {self.resource_type.env_wire: self.resource_type.env_form(variables)}

    def run(self, options, check=False, **more):
        """Run the module. A task with the identity also gets the other options that select the resource."""
        also = self.resource_type.also_named if options.get(self.resource_type.identity) is not None else {}
        return self.cloud.run(self.resource_type.module, {**also, **options}, check, **more)

    def task(self, **fragment):
        """Run a task that contains the identity of the resource and some options."""
        return self.run({self.resource_type.identity: self.name, **fragment})

    def check(self, **fragment):
        """Run the same in check mode."""
        return self.run({self.resource_type.identity: self.name, **fragment}, check=True)

    def create(self, **fragment):
        """Run the complete task."""
        return self.run({**self.resource_type.task, **fragment})

    def create_with_worker(self):
        """Create an endpoint that keeps a worker, without waiting, and return the result."""
        config = {
            **self.resource_type.task.get("worker_config", {}),
            **self.resource_type.waits.get("worker_config", {}),
        }
        made = self.create(**({"worker_config": config} if config else {}), wait=False).ok(changed=True)
        if self.resource_type.provider == VAST_WORKERGROUP.provider:
            group = {**VAST_WORKERGROUP.task, "endpoint_id": made["id"]}
            self.cloud.run(VAST_WORKERGROUP.module, group).ok(changed=True)
        return made

    def info(self, **options):
        """Return the result of the info module."""
        return self.cloud.run(self.resource_type.info, options).ok()

    def found(self, **options):
        """Return the resources that the info module returns."""
        return self.info(**options)[f"{self.resource_type.noun}s"]

    def spec(self):
        """Return the spec of the resource, including the values of its environment."""
        reveal = {self.resource_type.reveal: True} if self.resource_type.reveal else {}
        [resource] = self.found(**{self.resource_type.identity: self.name}, **reveal)
        return resource["spec"]

    def fault(self, verb, fault, **arguments):
        """Inject a fault into an operation; ``update`` stands for the operation that ``change`` sends."""
        verb = self.resource_type.update if verb == "update" else verb
        self.account.fault(self.operation(verb), fault, **arguments)
        if verb == "list" and fault in ("status", "no_route", "blocked"):
            for operation in self.resource_type.other_lists:
                self.account.fault(operation, fault, **arguments)

    def seed(self, name, **wire_fields):
        """Create a resource in the simulator without a module, and return its id."""
        return str(
            self.store.seed({self.resource_type.name_wire: name, **self.resource_type.seeded, **wire_fields})["id"]
        )

    def ids(self):
        """Return the ids of all resources in the account."""
        return [str(resource["id"]) for resource in self.store.views()]
