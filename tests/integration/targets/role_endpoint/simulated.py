# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepare, read and delete the accounts of a test at the simulator, with one command instead of many tasks.

Usage: simulated.py ADDRESS KEY begin|end|see

begin shortens all delays. end deletes the accounts. see prints JSON: the resources of the accounts (there), the
requests since the last call (asked), and those of them that write (written).
"""

import json
import sys
import urllib.request

PROVIDERS = ("novita", "ppio", "vast")
RECORDS = {
    "novita": "novita/endpoints",
    "ppio": "ppio/endpoints",
    "vast": "vast/endpoints",
    "groups": "vast/workergroups",
}


def send(method, address, key, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        address, data, {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def see(address, key):
    there = {name: send("GET", f"{address}/_sim/{path}", key) for name, path in RECORDS.items()}
    asked = {}
    for provider in PROVIDERS:
        requests = send("GET", f"{address}/_sim/{provider}/requests", key)
        asked[provider] = [request["operation"] for request in requests]
        send("DELETE", f"{address}/_sim/{provider}/requests", key)
    written = {provider: [name for name in names if not is_read(name)] for provider, names in asked.items()}
    return {"there": there, "asked": asked, "written": written}


def is_read(operation):
    return operation.startswith("log.") or operation.rpartition(".")[2] in ("list", "get", "get_v2", "limit")


def main():
    address, key, action = sys.argv[1:]
    if action == "see":
        print(json.dumps(see(address, key)))
        return
    for provider in PROVIDERS:
        if action == "begin":
            send("PATCH", f"{address}/_sim/{provider}/settings", key, {"boot_seconds": 0.2})
        else:
            send("DELETE", f"{address}/_sim/{provider}", key)


if __name__ == "__main__":
    main()
