# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simple client for Vast.ai, for the tests of its simulator."""

from __future__ import annotations

import requests


class VastClient:
    """Calls with one key to the control plane and to the autoscaler."""

    def __init__(self, simulator, key):
        self.base = f"{simulator.vast_url}/api/v0"
        self.autoscaler = simulator.vast_autoscaler_url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {key}"

    def call(self, method, path, body=None, base=None):
        return self.session.request(method, (base or self.base) + path, json=body, timeout=60, allow_redirects=False)

    def ok(self, method, path, body=None, base=None):
        response = self.call(method, path, body, base)
        assert response.status_code == 200, response.text
        return response.json()

    def ask(self, path, **body):
        """Send a request to the autoscaler."""
        return self.call("POST", path, body, self.autoscaler)

    def endpoint(self, **fields):
        """Create an endpoint, by default with one worker, and return its ID."""
        return self.ok("POST", "/endptjobs/", {"endpoint_name": "tts", "cold_workers": 1, **fields})["result"]

    def group(self, endpoint_id, **fields):
        """Create a workergroup, by default with the required fields only, and return its ID."""
        required = {"endpoint_id": endpoint_id, "template_hash": "0f3a", "search_params": ""}
        return self.ok("POST", "/workergroups/", {**required, **fields})["id"]

    def endpoints(self):
        return self.ok("GET", "/endptjobs/")["results"]

    def groups(self):
        return self.ok("GET", "/workergroups/")["results"]

    def row(self, resource_id, path="/endptjobs/"):
        [row] = [row for row in self.ok("GET", path)["results"] if row["id"] == resource_id]
        return row

    def update(self, resource_id, **fields):
        return self.call("PUT", f"/endptjobs/{resource_id}/", fields)

    def workers(self, resource_id):
        """Return the statuses of the workers of an endpoint."""
        return [worker["status"] for worker in self.ask("/get_endpoint_workers/", id=resource_id).json()["workers"]]
