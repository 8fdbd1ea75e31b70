# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change resources without Ansible, directly in the stores of the simulator."""

from __future__ import annotations

from .desired_fleet import DISK, LOGIN, PREFIX
from .resource_types import TYPES


def drift(providers, fleet, unmanaged, rng, count, number):
    """Change, stop, start and delete some resources, and add others. Return how many there are."""
    units = rng.sample(sorted(fleet.units.keys() - {LOGIN, DISK}), min(count, len(fleet.units) - 2))
    for name in units:
        type_name = rng.choice(sorted(fleet.units[name].amounts))
        _harm(providers, type_name, fleet.units[name], rng)
    for type_name in rng.sample(sorted(TYPES), 3):
        unmanaged.add(type_name, f"theirs-{number}-{rng.randrange(10**6)}")
    for type_name in ("novita_endpoint", "ppio_instance", "vast_endpoint"):
        # These have the names of managed resources, so they are pruned.
        wire = TYPES[type_name].facts.name_wire
        providers.store(type_name).seed({wire: f"{PREFIX}stray-{number}"})
    return len(units) + 6


def _harm(providers, type_name, unit, rng):
    """Change, stop, start or delete one resource."""
    resource_type, store = TYPES[type_name], providers.store(type_name)
    name = resource_type.spelled(unit.name)
    [record] = [record for record in store.all() if resource_type.name_of(record) == name]
    # No task creates an instance that must be stopped.
    changes = [] if unit.state == "stopped" else [None]
    changes += [resource_type.drifted(unit.amounts[type_name])] if resource_type.amounts else []
    changes += [resource_type.stopped] if resource_type.stopped else []
    changes += [
        {resource_type.status_wire: status} for state, status in resource_type.states.items() if state != unit.state
    ]
    change = rng.choice(changes)
    if change is None:
        store.remove(record.id)
    else:
        store.change(record.id, change)
