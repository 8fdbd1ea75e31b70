# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup plugin, and the endpoints of one account of each provider that it reads from the simulator."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleLookupError

from ansible_collections.gpufleet.cloud.plugins.lookup import endpoint

PROVIDERS = ("novita", "ppio", "vast")


class Endpoints:
    """The endpoints of the accounts of one key, and lookups of them."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.accounts = {provider: cloud.account(provider) for provider in PROVIDERS}

    def seed(self, provider, name, **fields):
        """Create an endpoint at a provider and return its id."""
        wire = "endpoint_name" if provider == "vast" else "name"
        return str(self.accounts[provider].store("endpoints").seed({wire: name, **fields})["id"])

    @property
    def operations(self):
        """Return the operations of all requests so far, and clear the list of requests."""
        sent = [request["operation"] for account in self.accounts.values() for request in account.requests]
        for account in self.accounts.values():
            account.clear()
        return sent

    def connection(self, provider):
        return {"provider": provider, "api_key": self.cloud.key, "api_url": self.cloud.url(provider)}

    def look_up(self, *terms, provider="ppio", **options):
        """Return the result of a lookup with the connection of a provider."""
        return self.run(*terms, **{**self.connection(provider), **options})

    @staticmethod
    def run(*terms, **options):
        """Return the result of a lookup with exactly these options."""
        return endpoint.LookupModule().run(list(terms), {}, **options)

    def refused(self, *terms, **options):
        """Check that a lookup fails, and return its message."""
        return self.failure(lambda: self.look_up(*terms, **options))

    def failure(self, run):
        """Check that a lookup fails without the API key in its message, and return the message."""
        with pytest.raises(AnsibleLookupError) as caught:
            run()
        message = str(caught.value)
        assert self.cloud.key not in message and "Traceback" not in message
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
        return message


@pytest.fixture(name="endpoints")
def _endpoints(cloud, monkeypatch):
    for provider in PROVIDERS:
        for variable in ("API_KEY", "API_URL"):
            monkeypatch.delenv(f"{provider.upper()}_{variable}", raising=False)
    return Endpoints(cloud)
