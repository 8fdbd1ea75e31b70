# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change resources without Ansible, directly in the stores of the simulator."""

from __future__ import annotations

from .desired_fleet import DISK, LOGIN, PREFIX
from .resource_types import TYPES


def drift(providers, fleet, unmanaged, rng, count, number):
    """Change, stop and delete some resources, and add others. Return how many there are."""
    units = rng.sample(sorted(fleet.units.keys() - {LOGIN, DISK}), min(count, len(fleet.units) - 2))
    for name in units:
        type_name = rng.choice(sorted(fleet.units[name].amounts))
        _harm(providers, type_name, name, fleet.units[name].amounts[type_name], rng)
    for type_name in rng.sample(sorted(TYPES), 3):
        unmanaged.add(type_name, f"theirs-{number}-{rng.randrange(10**6)}")
    for type_name in ("novita_endpoint", "ppio_instance", "vast_endpoint"):
        # These have the names of managed resources, so they are pruned.
        wire = TYPES[type_name].facts.name_wire
        providers.store(type_name).seed({wire: f"{PREFIX}stray-{number}"})
    return len(units) + 6


def _harm(providers, type_name, name, amount, rng):
    """Change, stop or delete one resource."""
    resource_type, store = TYPES[type_name], providers.store(type_name)
    [record] = [record for record in store.all() if resource_type.name_of(record) == name]
    ways = ["delete"]
    ways += ["change"] if resource_type.amounts else []
    ways += ["stop"] if resource_type.stopped else []
    way = rng.choice(ways)
    if way == "delete":
        store.remove(record.id)
    elif way == "stop":
        store.change(record.id, resource_type.stopped)
    else:
        store.change(record.id, resource_type.drifted(amount))
