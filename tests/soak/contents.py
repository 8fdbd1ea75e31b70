# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare what exists at the providers with what is desired."""

from __future__ import annotations

import collections
import copy
import re

from .resource_types import TYPES

REVISION = re.compile(r"(.+)--r1[0-9a-f]{8}")


class Unmanaged:
    """Resources that somebody else has created. They must stay as they are."""

    def __init__(self, providers):
        self._providers = providers
        self._specs = {}

    def add(self, type_name, name):
        """Create a resource without Ansible, and return its ID."""
        resource_type = TYPES[type_name]
        store = self._providers.store(type_name)
        name_wire = resource_type.name_wire or resource_type.facts.name_wire
        wire_fields = {name_wire: resource_type.spelled(name), **resource_type.facts.seeded}
        if type_name == "vast_workergroup":
            wire_fields["endpoint_id"] = int(self.add("vast_endpoint", name))
        shown = store.seed(wire_fields)
        record = store.find(str(shown["id"]))
        self._specs[type_name, record.id] = copy.deepcopy(record.spec)
        return record.id

    def is_known(self, type_name, record):
        return (type_name, record.id) in self._specs

    def problems(self):
        """Yield sentences on those that were changed or deleted."""
        for (type_name, record_id), spec in self._specs.items():
            record = self._providers.store(type_name).find(record_id)
            if record is None or record.spec != spec:
                yield f"{type_name} {record_id} of somebody else was {'changed' if record else 'deleted'}"


def problems(providers, fleet, rollouts, unmanaged):
    """Yield sentences on all differences from what is desired."""
    yield from unmanaged.problems()
    for type_name, resource_type in TYPES.items():
        expected = fleet.expected(type_name)
        managed = [each for each in providers.records(type_name) if not unmanaged.is_known(type_name, each)]
        names = collections.Counter(resource_type.name_of(record) for record in managed)
        revisions = collections.Counter()
        for name, count in names.items():
            revision = REVISION.fullmatch(name)
            if revision:
                revisions[revision[1]] += 1
            elif name not in expected:
                yield f"{type_name} {name} should not exist"
            if count > 1:
                yield f"{type_name} {name} exists {count} times"
        yield from (f"{type_name} {name} does not exist" for name in expected.keys() - names.keys())
        yield from rollouts.problems(type_name, revisions)
        for record in managed:
            yield from _differences(providers, type_name, record, expected)


def _differences(providers, type_name, record, expected):
    """Yield sentences on the values of a resource that are not as desired."""
    resource_type = TYPES[type_name]
    name = resource_type.name_of(record)
    if name not in expected:
        return
    expected_amount, expected_state = expected[name]
    if resource_type.amounts and resource_type.amount_of(record) != expected_amount:
        path, amount = resource_type.facts.changed_wire, resource_type.amount_of(record)
        yield f"{type_name} {name}: {path} is {amount}, not {expected_amount}"
    if resource_type.states:
        status = providers.store(type_name).summary(record)["state"]
        if status != resource_type.states[expected_state]:
            yield f"{type_name} {name} is {status}, and should be {expected_state}"
