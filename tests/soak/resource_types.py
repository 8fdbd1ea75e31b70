# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resource types of the soak: the tasks of the law tests, with another name and one value that changes."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Callable

from ..unit.laws import resource_types as laws
from ..unit.laws.resource_types import ResourceType


@dataclass(frozen=True)
class SoakType:
    """A resource type.

    :param facts: what the law tests know about it.
    :param store: its store in the simulator.
    :param amounts: values of the option that changes; empty if none can change.
    :param grows: whether the value can only become larger.
    :param options: more options of each task, which replace those of the law tests.
    :param stopped: wire fields of a resource that somebody has stopped; empty if nobody can stop it.
    :param states: the status of an instance by its desired state; empty if it is not an instance.
    :param status_wire: the wire field of the status of an instance.
    :param without: options of the law tests that the soak does not use.
    :param identity: the option that selects a resource.
    :param name_wire: the wire field of the name, if it is not that of the law tests.
    :param spelled: returns the value of the option that selects a resource for a name.
    """

    facts: ResourceType
    store: str
    amounts: tuple = ()
    grows: bool = False
    options: dict = field(default_factory=dict)
    stopped: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    status_wire: str = "status"
    without: tuple = ()
    identity: str = "name"
    name_wire: str = ""
    spelled: Callable[[str], str] = str

    @property
    def provider(self):
        return self.facts.provider

    def name_of(self, record):
        return record.id if self.facts.id_is_name else record.spec[self.name_wire or self.facts.name_wire]

    def task(self, name, amount, state=None):
        """Return the options of a task for a resource."""
        base = {key: value for key, value in self.facts.task.items() if key not in self.without}
        task = copy.deepcopy({**base, self.identity: self.spelled(name), **self.options})
        if self.states:
            task["state"] = state
        if self.amounts:
            *parents, last = self.facts.changed_path.split(".")
            place = task
            for parent in parents:
                place = place[parent]
            place[last] = amount
        return task

    def amount_of(self, record):
        """Return the value that a resource has in place of an amount."""
        value = record.spec
        for key in self.facts.changed_wire.split("."):
            value = value[key]
        return value

    def drifted(self, amount):
        """Return the wire fields of a resource with another amount."""
        lower, higher = (self.amounts[0], max(self.amounts))
        other = lower if self.grows or amount == higher else higher
        wire_fields = other
        for key in reversed(self.facts.changed_wire.split(".")):
            wire_fields = {key: wire_fields}
        return wire_fields


def variable(name):
    """Return the name of an environment variable for a name."""
    return name.upper().replace("-", "_")


def public_key(name):
    """Return a public key for a name."""
    return laws.public_key(name.replace("-", ""))


SEARCH = "gpu_name=RTX_4090 num_gpus=1 verified=true rentable=true rented=false"
SIZES = tuple(range(30, 60))
STATES = {"started": "running", "stopped": "exited"}

TYPES = {
    "novita_endpoint": SoakType(laws.NOVITA_ENDPOINT, "endpoints", tuple(range(1, 9))),
    "ppio_endpoint": SoakType(laws.PPIO_ENDPOINT, "endpoints", tuple(range(1, 9))),
    "vast_template": SoakType(laws.VAST_TEMPLATE, "templates", (32, 64, 96, 128)),
    "vast_endpoint": SoakType(
        laws.VAST_ENDPOINT,
        "endpoints",
        tuple(range(1, 9)),
        # Only the rolled out endpoints have workers: the simulator searches an offer for each of them at each list.
        options={"endpoint_state": "active", "min_load": 0, "cold_workers": 0},
        stopped={"endpoint_state": "stopped"},
    ),
    "vast_workergroup": SoakType(
        laws.VAST_WORKERGROUP,
        "workergroups",
        (10, 20, 30, 40),
        without=("endpoint_id", "template_hash"),
        identity="endpoint",
        name_wire="endpoint_name",
    ),
    "novita_registry_auth": SoakType(laws.NOVITA_REGISTRY_AUTH, "registry_auths"),
    "novita_network_storage": SoakType(laws.NOVITA_NETWORK_STORAGE, "network_storages", SIZES, grows=True),
    "novita_instance": SoakType(
        laws.NOVITA_INSTANCE,
        "instances",
        SIZES,
        grows=True,
        states=STATES,
    ),
    "ppio_instance": SoakType(
        laws.PPIO_INSTANCE,
        "instances",
        tuple(size + 40 for size in SIZES),
        grows=True,
        # A stop loses the data of an instance of PPIO.
        options={"accept_data_loss": True},
        states=STATES,
    ),
    "vast_instance": SoakType(
        laws.VAST_INSTANCE,
        "instances",
        (0.4, 0.45, 0.5, 0.55),
        options={"search_params": SEARCH},
        states={"started": "running", "stopped": "stopped"},
        status_wire="actual_status",
    ),
    "novita_network": SoakType(laws.NOVITA_NETWORK, "networks"),
    "vast_env_var": SoakType(laws.VAST_ENV_VAR, "env_vars", spelled=variable),
    "vast_ssh_key": SoakType(
        laws.VAST_SSH_KEY,
        "ssh_keys",
        ("soak-build", "soak-laptop", "soak-tests"),
        identity="public_key",
        name_wire="key",
        spelled=public_key,
    ),
}
