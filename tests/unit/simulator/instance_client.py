# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simple client for Novita's instances."""

from __future__ import annotations

BODY = {
    "name": "trainer",
    "productId": "4090.16c62g",
    "gpuNum": 2,
    "rootfsSize": 60,
    "imageUrl": "registry.example.org/team/train:2",
    "imageAuth": "robot:canary",
    "ports": "8000/http, 22022/tcp",
    "envs": [{"key": "MODE", "value": "batch"}],
    "tools": [{"name": "Jupyter", "port": "8888", "type": "http"}],
    "command": "train",
    "entrypoint": "/bin/sh",
    "clusterId": "us-demo-1",
    "networkStorages": [{"Id": "s1", "mountPoint": "/data"}],
    "networkId": "n1",
    "kind": "gpu",
    "minCudaVersion": "12.4",
}

UPGRADE = {
    "imageUrl": "registry.example.org/team/train:3",
    "envs": [{"key": "MODE", "value": "live"}],
    "command": "serve",
    "entrypoint": "",
    "save": True,
    "networkVolume": {"volumeMounts": [{"type": "network", "id": "s2", "mountPath": "/network"}]},
}


class InstanceClient:
    """Calls for the instances of one account. It sends them with the client of the account."""

    def __init__(self, client):
        self.client = client

    def post(self, operation, body):
        return self.client.post(f"/gpu/instance/{operation}", body)

    def create(self, *omitted, **changes):
        body = {key: value for key, value in {**BODY, **changes}.items() if key not in omitted}
        return self.post("create", body)

    def created(self, *omitted, **changes):
        response = self.create(*omitted, **changes)
        assert response.status_code == 200, response.text
        return response.json()["id"]

    def get(self, resource_id):
        return self.client.get("/gpu/instance", instanceId=resource_id)

    def read(self, resource_id):
        response = self.get(resource_id)
        assert response.status_code == 200, response.text
        return response.json()

    def read_v2(self, resource_id):
        base = self.client.base.partition("/gpu-instance")[0]
        response = self.client.session.get(f"{base}/gpus/v2/instances/{resource_id}", timeout=60)
        assert response.status_code == 200, response.text
        return response.json()

    def status(self, resource_id):
        return self.read(resource_id)["status"]

    def list(self, **query):
        return self.client.get("/gpu/instances", **query)

    def listed(self, **query):
        response = self.list(**query)
        assert response.status_code == 200, response.text
        return response.json()["instances"] or []

    def do(self, operation, resource_id, **more):
        """Send an operation for one instance."""
        return self.post(operation, {"instanceId": resource_id, **more})

    def done(self, operation, resource_id, **more):
        response = self.do(operation, resource_id, **more)
        assert (response.status_code, response.json()) == (200, {}), response.text

    def upgrade(self, resource_id, *omitted, **changes):
        body = {key: value for key, value in {**UPGRADE, **changes}.items() if key not in omitted}
        return self.do("upgrade", resource_id, **body)

    def set_auto_renew(self, *resource_ids, **more):
        return self.post("setAutoRenew", {"instanceIds": list(resource_ids), **more})

    def products(self, **query):
        return {product["id"]: product for product in self.client.get("/products", **query).json()["data"]}
