# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every law test runs for every resource kind; one marked ``needs("aspect")`` for the kinds that have that aspect.

Each runs for the kind's own module, and once more as an entry of a fleet; one marked ``any_kind`` runs for one kind.
"""

from __future__ import annotations

import secrets

import pytest

from ..harness import Cloud, ThroughFleet
from .kinds import KINDS


def pytest_generate_tests(metafunc):
    if "kind" not in metafunc.fixturenames:
        return
    needed = [aspect for mark in metafunc.definition.iter_markers("needs") for aspect in mark.args]
    kinds = [kind for kind in KINDS if all(getattr(kind, aspect) for aspect in needed)]
    assert kinds, f"no kind has {needed}"
    one_is_enough = metafunc.definition.get_closest_marker("any_kind")
    metafunc.parametrize("kind", kinds[:1] if one_is_enough else kinds, ids=str)


@pytest.fixture(name="cloud", params=[
    pytest.param(Cloud, id="module"), pytest.param(ThroughFleet, id="fleet", marks=pytest.mark.through_fleet)])
def _cloud(request, _simulated, clock):
    """Runs modules against a new account of the simulator: by themselves, and as entries of a fleet."""
    return request.param(_simulated[0], clock, key=f"sk-{secrets.token_hex(24)}")


@pytest.fixture(name="world")
def _world(cloud, kind):
    return World(cloud, kind)


class World:
    """One kind's modules and account, in short words."""

    def __init__(self, cloud, kind):
        self.cloud = cloud
        self.kind = kind
        self.name = kind.task[kind.identity]
        self.account = cloud.account(kind.provider)
        self.account.settings.set(**kind.settings)
        self.store = self.account.store(f"{kind.noun}s")
        for store, wire_fields in kind.around:
            self.account.store(store).seed(wire_fields)

    def operation(self, verb):
        return f"{self.kind.noun}.{verb}"

    def run(self, options, check=False, **more):
        return self.cloud.run(self.kind.module, options, check, **more)

    def task(self, **fragment):
        """Run a task for the record by what says which one it is."""
        return self.run({self.kind.identity: self.name, **fragment})

    def check(self, **fragment):
        return self.run({self.kind.identity: self.name, **fragment}, check=True)

    def create(self, **fragment):
        """Run the complete task."""
        return self.run({**self.kind.task, **fragment})

    def info(self, **options):
        return self.cloud.run(self.kind.info, options).ok()

    def found(self, **options):
        """The records that the info module returns."""
        return self.info(**options)[f"{self.kind.noun}s"]

    def spec(self):
        """All settable options of the one record, values of the environment included."""
        reveal = {self.kind.reveal: True} if self.kind.reveal else {}
        [record] = self.found(**{self.kind.identity: self.name}, **reveal)
        return record["spec"]

    def fault(self, verb, fault, **arguments):
        """Have a fault played on an operation; ``update`` is whatever the kind's ``change`` sends."""
        verb = self.kind.update if verb == "update" else verb
        self.account.fault(self.operation(verb), fault, **arguments)

    def seed(self, name, **wire_fields):
        """Put a record there behind the modules' back, and return its id."""
        return str(self.store.seed({self.kind.name_wire: name, **self.kind.seeded, **wire_fields})["id"])

    def ids(self):
        """The ids of all records that the provider has."""
        return [str(record["id"]) for record in self.store.views()]
