# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every law test runs for every resource type; one marked ``needs("aspect")`` for the types that have that aspect.

Each runs for the type's own module, and once more as an entry of a fleet. One that is marked ``any_resource_type`` runs
for one type.
"""

from __future__ import annotations

import secrets

import pytest

from ..harness import Cloud, ThroughFleet
from .resource_types import RESOURCE_TYPES


def pytest_generate_tests(metafunc):
    if "resource_type" not in metafunc.fixturenames:
        return
    needed = [aspect for mark in metafunc.definition.iter_markers("needs") for aspect in mark.args]
    resource_types = [
        resource_type for resource_type in RESOURCE_TYPES if all(getattr(resource_type, aspect) for aspect in needed)
    ]
    assert resource_types, f"no kind has {needed}"
    one_is_enough = metafunc.definition.get_closest_marker("any_resource_type")
    metafunc.parametrize("resource_type", resource_types[:1] if one_is_enough else resource_types, ids=str)


@pytest.fixture(
    name="cloud",
    params=[pytest.param(Cloud, id="module"), pytest.param(ThroughFleet, id="fleet", marks=pytest.mark.through_fleet)],
)
def _cloud(request, _simulated, clock):
    """Runs modules against a new account of the simulator: by themselves, and as entries of a fleet."""
    return request.param(_simulated[0], clock, key=f"sk-{secrets.token_hex(24)}")


@pytest.fixture(name="world")
def _world(cloud, resource_type):
    return World(cloud, resource_type)


class World:
    """One kind's modules and account, in short words."""

    def __init__(self, cloud, resource_type):
        self.cloud = cloud
        self.resource_type = resource_type
        self.name = resource_type.task[resource_type.identity]
        self.account = cloud.account(resource_type.provider)
        self.account.settings.set(**resource_type.settings)
        self.store = self.account.store(f"{resource_type.noun}s")
        for store, wire_fields in resource_type.around:
            self.account.store(store).seed(wire_fields)

    def operation(self, verb):
        return f"{self.resource_type.noun}.{verb}"

    def run(self, options, check=False, **more):
        return self.cloud.run(self.resource_type.module, options, check, **more)

    def task(self, **fragment):
        """Run a task for the record by what says which one it is."""
        return self.run({self.resource_type.identity: self.name, **fragment})

    def check(self, **fragment):
        return self.run({self.resource_type.identity: self.name, **fragment}, check=True)

    def create(self, **fragment):
        """Run the complete task."""
        return self.run({**self.resource_type.task, **fragment})

    def info(self, **options):
        return self.cloud.run(self.resource_type.info, options).ok()

    def found(self, **options):
        """The records that the info module returns."""
        return self.info(**options)[f"{self.resource_type.noun}s"]

    def spec(self):
        """All settable options of the one record, values of the environment included."""
        reveal = {self.resource_type.reveal: True} if self.resource_type.reveal else {}
        [record] = self.found(**{self.resource_type.identity: self.name}, **reveal)
        return record["spec"]

    def fault(self, verb, fault, **arguments):
        """Have a fault played on an operation; ``update`` is whatever the kind's ``change`` sends."""
        verb = self.resource_type.update if verb == "update" else verb
        self.account.fault(self.operation(verb), fault, **arguments)

    def seed(self, name, **wire_fields):
        """Put a record there behind the modules' back, and return its id."""
        return str(
            self.store.seed({self.resource_type.name_wire: name, **self.resource_type.seeded, **wire_fields})["id"]
        )

    def ids(self):
        """The ids of all records that the provider has."""
        return [str(record["id"]) for record in self.store.views()]
