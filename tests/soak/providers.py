# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated providers of the soak: how they behave in a round, and what exists in their accounts."""

from __future__ import annotations

import collections
import random

from .random_faults import RandomFaults
from .resource_types import TYPES

READS = ("list", "get", "get_v2", "limit")
PROVIDERS = ("novita", "ppio", "vast")
BOOT = 2.0
# The seconds after which nothing changes any more.
CALM = 120.0
FIXED = {
    "boot_seconds": BOOT,
    "removed_linger": 0.0,
    "search_quota": 1_000_000_000,
    "balance": 1e9,
    "credit": 1e9,
}
# What changes from round to round.
BEHAVIORS = {
    "list_order": ("created", "reversed", "shuffled"),
    "page_cap": (20, 50),
    "total": ("number", "string"),
    "numbers_as_strings": (True, False),
    "visible_after": (0.0, 3.0, 8.0),
    "stale_after": (0.0, 2.0),
    "empty_list": ("null", "array"),
    "put_mode": ("full", "partial"),
    "auth_created": ("empty", "id", "no_content"),
    "storage_created": ("text", "id", "storageId", "nothing"),
    "removed_as": ("removed", "empty"),
    "workers_shape": ("object", "array"),
    "not_found_status": (400, 404),
    "ssh_keys_shape": ("array", "object"),
    "rate_limits": ("off", "documented"),
}


def is_write(operation):
    return operation.rpartition(".")[2] not in READS


class Providers:
    """The accounts of one key at all providers.

    :param offers: the number of offers of Vast.ai, in addition to its catalog.
    ``on_request`` is called with the operation of each request. It returns whether the request is lost on its way.
    """

    def __init__(self, cloud, clock, seed, offers):
        self.cloud, self.clock, self._seed = cloud, clock, seed
        self.accounts = {provider: cloud.account(provider) for provider in PROVIDERS}
        self.on_request = lambda _operation: False
        for provider, account in self.accounts.items():
            account.settings.set(**FIXED)
            account.faults = RandomFaults(account.provider.operations, f"{seed} {provider}", self._is_lost)
        for _offer in range(offers):
            self.accounts["vast"].store("offers").seed({"gpu_name": "RTX 4090", "num_gpus": 1, "min_bid": 0.2})

    def _is_lost(self, operation):
        return self.on_request(operation)

    def behave(self, number):
        """Set how the providers behave in a round."""
        for provider, account in self.accounts.items():
            draw = random.Random(f"{self._seed} behavior {provider} {number}")
            account.settings.set(**{name: draw.choice(values) for name, values in BEHAVIORS.items()})

    def set_rate(self, rate):
        """Set the share of the requests that a fault affects."""
        for account in self.accounts.values():
            account.faults.rate = rate

    @property
    def faults_met(self):
        """The number of faults by their names."""
        return sum((account.faults.met for account in self.accounts.values()), collections.Counter())

    def take_operations(self):
        """Return the operations of the requests since the last call."""
        operations = []
        for account in self.accounts.values():
            operations += [request["operation"] for request in account.requests]
            account.clear()
        return operations

    def store(self, type_name):
        return self.accounts[TYPES[type_name].provider].store(TYPES[type_name].store)

    def records(self, type_name):
        """Return the resources of a type that exist, also those that lists do not contain yet."""
        return self.store(type_name).all()

    def calm(self):
        """Wait until the providers have finished everything."""
        self.clock.sleep(CALM)
