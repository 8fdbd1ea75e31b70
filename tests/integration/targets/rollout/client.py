# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that sends one request after another to the endpoint of each upstream, and writes a line about each.

Usage: client.py <folder>

The file <name>.json in the folder describes an upstream: its version, and the URL of the endpoint; or, for an endpoint
of Vast.ai, the URL of the router, and the name and the key of the endpoint. Another file replaces it to switch the
client.
The lines are in <name>.log: "ok" or "FAILED", and the version.
"""

import json
import pathlib
import sys
import time
import urllib.request


def send(url, body=None, key=""):
    """Send a request, and return the response. Raises ``OSError`` or ``ValueError`` for any other status than 200."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as response:
        return response.read()


def use(upstream):
    """Send one request to an endpoint."""
    if not upstream["router"]:
        send(f"{upstream['url']}/health")
        return
    route = {"endpoint": upstream["name"], "cost": 1}
    assignment = json.loads(send(f"{upstream['router']}/route/", route, upstream["key"]))
    send(f"{assignment['url']}/health", {"auth_data": assignment, "payload": {}})


def main():
    folder = pathlib.Path(sys.argv[1])
    while True:
        for path in folder.glob("*.json"):
            upstream = json.loads(path.read_text(encoding="utf-8"))
            try:
                use(upstream)
                outcome = "ok"
            except (OSError, ValueError, KeyError) as error:
                outcome = f"FAILED ({error!r})"
            with path.with_suffix(".log").open("a", encoding="utf-8") as log:
                log.write(f"{outcome} {upstream['version']}.\n")
        time.sleep(0.02)


if __name__ == "__main__":
    main()
