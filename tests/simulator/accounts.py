# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts: the resources, settings and requests of one API key at one provider."""

from __future__ import annotations

import math
import threading

from .faults import FaultQueue
from .journal import Journal
from .provider import Refusal
from .settings import Settings

SHORTEST_KEY = 20


class UnknownAccount(Exception):
    """The provider does not exist, or the API key is too short."""


class Account:
    """Everything that belongs to one API key. Hold ``lock`` to read or change its resources."""

    def __init__(self, provider, key, clock, boot_seconds, simulator_url):
        self.provider = provider
        self.key = key
        self.clock = clock
        self.simulator_url = simulator_url
        self.lock = threading.RLock()
        self.settings = Settings(boot_seconds=boot_seconds, cluster_sleep_seconds=3 * boot_seconds)
        self.journal = Journal(clock)
        self.faults = FaultQueue(provider.operations)
        self.stores = {noun: store_type(self) for noun, store_type in provider.store_types.items()}
        # By operation: the time of the last request, and of the requests in the documented period.
        self._accepted = {}
        self._counted = {}
        # The operations that are refused for longer, because a request came too soon.
        self._penalized = set()

    @property
    def requests(self):
        """All requests so far, in order."""
        return self.journal.entries()

    def clear(self):
        """Delete the requests so far."""
        self.journal.clear()

    def fault(self, operation, fault, **arguments):
        """Inject a fault into the next request to an operation."""
        return self.faults.add(operation, fault, **arguments)

    def clear_faults(self, operation=None, fault=None):
        """Delete the faults that are still queued: all, or those with this operation and this name."""
        self.faults.clear(operation, fault)

    def store(self, noun=None):
        """Return the store of one resource type, by default of the provider's first."""
        return self.stores[noun or next(iter(self.stores))]

    def seed(self, **wire_fields):
        """Add a ready resource without validation, and return it as the provider shows it."""
        return self.store().seed(wire_fields)

    def change(self, record_id, **wire_fields):
        """Change a resource like a user of the provider's console does."""
        return self.store().change(record_id, wire_fields)

    def records(self):
        """Return all resources as the provider shows them."""
        return self.store().views()

    def container_url(self, container_id):
        """Return the address at which a container responds, or ``""`` if the settings let none respond."""
        if not self.settings.endpoints_respond:
            return ""
        return f"{self.simulator_url}/_container/{self.provider.name}/{container_id}"

    def pace(self, operation, route):
        """Refuse a request that follows the last one to the same route too soon. Operations can share a route."""
        intervals, allowances, penalties = self.settings.min_interval, {}, {}
        if self.settings.rate_limits == "documented":
            intervals, allowances = {**self.provider.intervals, **intervals}, self.provider.allowances
            penalties = self.provider.penalties
        interval = intervals.get(operation, intervals.get("*", 0))
        with self.lock:
            now, last = self.clock.now(), self._accepted.get(route)
            if last is not None and now - last < interval:
                if route not in self._penalized:
                    self._penalized.add(route)
                    self._accepted[route] = last + penalties.get(operation, 0)
                raise Refusal(429, f"API requests too frequent endpoint threshold={float(interval)}")
            most, period = allowances.get(operation, (math.inf, 0))
            recent = [at for at in self._counted.get(operation, ()) if now - at < period]
            if len(recent) >= most:
                raise Refusal(429, "API requests too frequent")
            self._counted[operation] = [*recent, now]
            self._accepted[route] = now
            self._penalized.discard(route)


class Accounts:
    """All accounts at all providers."""

    def __init__(self, providers, clock, boot_seconds):
        self.providers = {provider.name: provider for provider in providers}
        self.clock = clock
        # The simulator sets it as soon as it has a port.
        self.simulator_url = ""
        self._boot_seconds = boot_seconds
        self._lock = threading.Lock()
        self._accounts = {}

    def get(self, provider, key):
        """Return an account. The first use of a key opens its account."""
        if provider not in self.providers:
            raise UnknownAccount(f"unknown provider {provider!r}; the providers are {', '.join(self.providers)}")
        if len(key) < SHORTEST_KEY:
            raise UnknownAccount(f"the bearer key must have at least {SHORTEST_KEY} characters")
        with self._lock:
            if (provider, key) not in self._accounts:
                self._accounts[provider, key] = self._open(provider, key)
            return self._accounts[provider, key]

    def anonymous(self, provider):
        """Return an account without a key and without resources, which is not kept."""
        return self._open(provider, "")

    def _open(self, provider, key):
        return Account(self.providers[provider], key, self.clock, self._boot_seconds, self.simulator_url)

    def forget(self, provider, key):
        with self._lock:
            self._accounts.pop((provider, key), None)

    def of(self, provider):
        """Return the accounts at one provider, oldest first."""
        with self._lock:
            return [account for (name, _key), account in self._accounts.items() if name == provider]
