# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepare, read and delete the accounts of a test at the simulator. A lookup starts no program, so it is quick.

The term is one of these actions:

begin  deletes the accounts and shortens all delays
end    deletes the accounts
fault  injects the fault that the option fault describes into an account of the option provider
see    returns the resources of the accounts (there), the requests since the last call (asked), and those of them that
       write (written)

Options: address and key.
"""

from __future__ import annotations

import json
import urllib.request

from ansible.plugins.lookup import LookupBase

PROVIDERS = ("novita", "ppio", "vast")
RECORDS = {
    "novita": "novita/endpoints",
    "ppio": "ppio/endpoints",
    "vast": "vast/endpoints",
    "groups": "vast/workergroups",
}


class LookupModule(LookupBase):
    def run(self, terms, variables=None, *, address, key, **options):
        return [getattr(Accounts(address, key), action)(**options) for action in terms]


class Accounts:
    """The accounts of one key at all providers."""

    def __init__(self, address, key):
        self.address = address
        self.key = key

    def begin(self):
        self.end()
        for provider in PROVIDERS:
            self.send("PATCH", f"{provider}/settings", {"boot_seconds": 0.2})

    def end(self):
        for provider in PROVIDERS:
            self.send("DELETE", provider)

    def fault(self, provider, fault):
        self.send("POST", f"{provider}/faults", fault)

    def see(self):
        there = {name: self.send("GET", path) for name, path in RECORDS.items()}
        asked = {}
        for provider in PROVIDERS:
            asked[provider] = [request["operation"] for request in self.send("GET", f"{provider}/requests")]
            self.send("DELETE", f"{provider}/requests")
        written = {provider: [name for name in names if not is_read(name)] for provider, names in asked.items()}
        return {"there": there, "asked": asked, "written": written}

    def send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}/_sim/{path}", data, headers, method=method)
        # The proxy of the environment cannot reach the simulator.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)


def is_read(operation):
    return operation.startswith("log.") or operation.rpartition(".")[2] in ("list", "get", "get_v2", "limit")
