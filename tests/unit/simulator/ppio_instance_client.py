# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simple client for PPIO's instances."""

from __future__ import annotations

import requests

BODY = {
    "name": "trainer",
    "type": "gpu",
    "product_id": "4090.18c.60g.18c60g",
    "image": "registry.example.org/team/train:2",
    "registry_auth_id": "cred",
    "entrypoint": "/bin/sh",
    "command": "train",
    "envs": [{"key": "MODE", "value": "batch"}],
    "billing": {"mode": "postpaid"},
    "resource": {"gpu_num": 2, "rootfs_size_gb": 60, "min_cuda_version": "12.4"},
    "ports": [{"port": 8000, "protocol": "http"}, {"port": 22022, "protocol": "tcp"}],
    "volumes": [{"type": "network", "id": "s1", "mount_point": "/data"}],
    "network": {"id": "n1"},
    "candidate_regions": ["cn-demo-1"],
    "tools": {"jupyter": {"enabled": True, "port": 8889, "protocol": "http"}},
    "auto_migrate": {"enabled": True, "include_system_disk": True},
}

MINIMAL = {key: BODY[key] for key in ("name", "product_id", "image", "billing")} | {"resource": {}}

PREPAID = {"mode": "prepaid", "prepaid": {"months": 2, "auto_renew": {"enabled": True, "months": 3}}}

UPGRADE = {"image": "registry.example.org/team/train:3", "command": "serve", "save_data": True}


class InstanceClient:
    """Calls for the instances of one account."""

    def __init__(self, base, key):
        self.base = f"{base}/gpus/v2/instances"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {key}"

    def send(self, method, path="", **arguments):
        return self.session.request(method, self.base + path, timeout=60, allow_redirects=False, **arguments)

    def create(self, body=None, **changes):
        return self.send("POST", json={**(body or BODY), **changes})

    def created(self, body=None, **changes):
        response = self.create(body, **changes)
        assert response.status_code == 200, response.text
        assert response.json().keys() == {"id"}
        return response.json()["id"]

    def get(self, resource_id):
        return self.send("GET", f"/{resource_id}")

    def read(self, resource_id):
        response = self.get(resource_id)
        assert response.status_code == 200, response.text
        return response.json()

    def status(self, resource_id):
        return self.read(resource_id)["status"]["status"]

    def disk(self, resource_id):
        return self.read(resource_id)["resource_specs"]["rootfs_size_gb"]

    def list(self, **query):
        return self.send("GET", params=query)

    def listed(self, **query):
        response = self.list(**query)
        assert response.status_code == 200, response.text
        return response.json()["data"] or []

    def put(self, path, resource_id, **body):
        return self.send("PUT", f"/{resource_id}/{path}", **({"json": body} if body else {}))

    def done(self, path, resource_id, **body):
        response = self.put(path, resource_id, **body)
        assert (response.status_code, response.json()) == (200, {}), response.text

    def delete(self, resource_id):
        return self.send("DELETE", f"/{resource_id}")
