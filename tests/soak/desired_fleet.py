# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The desired resources. They change from round to round."""

from __future__ import annotations

from dataclasses import dataclass

from .resource_types import TYPES

PREFIX = "soak-"
# By the name of a part of the fleet: the resource types, which one name connects, and its share of all resources.
SHARES = {
    "chat": (("novita_endpoint",), 18),
    "talk": (("ppio_endpoint",), 14),
    "tts": (("vast_template", "vast_endpoint", "vast_workergroup"), 27),
    "login": (("novita_registry_auth",), 4),
    "disk": (("novita_network_storage",), 7),
    "train": (("novita_instance",), 10),
    "tune": (("ppio_instance",), 8),
    "batch": (("vast_instance",), 6),
    "net": (("novita_network",), 2),
    "key": (("vast_ssh_key",), 2),
    "token": (("vast_env_var",), 2),
}
PRUNE = {**dict.fromkeys(TYPES, f"^{PREFIX}"), "vast_env_var": f"^{TYPES['vast_env_var'].spelled(PREFIX)}"}
# The share of the changes of instances that start or stop them.
STATE_CHANGES = 0.5
# Endpoints refer to these by their names, so they stay.
LOGIN, DISK = f"{PREFIX}login-shared", f"{PREFIX}disk-shared"


@dataclass
class Unit:
    """Resources with one name that exist together.

    :param amounts: the values that can change, by resource type.
    :param state: the state if they are an instance.
    """

    name: str
    amounts: dict
    state: str = "started"


class DesiredFleet:
    """The desired resources, without the inference endpoints.

    :param rng: the source of all decisions.
    :param count: the number of resources.
    """

    def __init__(self, rng, count):
        self._rng = rng
        self._next_number = 0
        self.units = {}
        self._add(LOGIN, "login")
        self._add(DISK, "disk")
        for part in SHARES:
            self._fill(part, count)
        self._count = count

    def __len__(self):
        return sum(len(unit.amounts) for unit in self.units.values())

    def _fill(self, part, count):
        """Add units until a part has its share."""
        type_names, share = SHARES[part]
        needed = max(1, round(count * share / 100 / len(type_names)))
        for _missing in range(needed - sum(1 for name in self.units if name.startswith(f"{PREFIX}{part}-"))):
            self._add(f"{PREFIX}{part}-{self._next_number}", part)
            self._next_number += 1

    def _add(self, name, part):
        amounts = {type_name: (TYPES[type_name].amounts or (None,))[0] for type_name in SHARES[part][0]}
        self.units[name] = Unit(name, amounts)

    def change(self, number):
        """Change the values of some resources, and return how many."""
        changed = 0
        for unit in self._rng.sample(sorted(self.units.values(), key=lambda unit: unit.name), number):
            type_name = self._rng.choice(sorted(unit.amounts))
            resource_type = TYPES[type_name]
            if resource_type.states and self._rng.random() < STATE_CHANGES:
                unit.state = self._rng.choice(sorted(resource_type.states.keys() - {unit.state}))
                changed += 1
                continue
            larger = [each for each in resource_type.amounts if each > unit.amounts[type_name]]
            choices = larger if resource_type.grows else resource_type.amounts
            if choices:
                unit.amounts[type_name] = larger[0] if resource_type.grows else self._rng.choice(choices)
                changed += 1
        return changed

    def replace(self, number):
        """Remove some units, and add others. Return the number of removed resources."""
        names = sorted(self.units.keys() - {LOGIN, DISK})
        removed = [self.units.pop(name) for name in self._rng.sample(names, number)]
        for part in SHARES:
            self._fill(part, self._count)
        return sum(len(unit.amounts) for unit in removed)

    def entries(self, **options):
        """Return the entries of the module ``fleet`` with some more options, in a random order."""
        found = [
            {type_name: {**self._task(unit, type_name), **options}}
            for unit in self.units.values()
            for type_name in unit.amounts
        ]
        self._rng.shuffle(found)
        return found

    def _task(self, unit, type_name):
        task = TYPES[type_name].task(unit.name, unit.amounts[type_name], unit.state)
        if type_name == "novita_endpoint":
            task["volume_mounts"][1] = {"type": "network", "storage": DISK, "mount_path": "/models"}
            task["image"]["auth"] = {"name": LOGIN, "username": "team-bot"}
        if type_name == "vast_workergroup":
            task["template"] = unit.name
        return task

    def expected(self, type_name):
        """Return the value and the state of each resource of a type by its name."""
        return {
            TYPES[type_name].spelled(unit.name): (unit.amounts[type_name], unit.state)
            for unit in self.units.values()
            if type_name in unit.amounts
        }
