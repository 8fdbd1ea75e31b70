# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a running simulator with a clock that only the test moves, and simple clients."""

from __future__ import annotations

import copy
import secrets

import pytest
import requests

from ansible_collections.gpufleet.cloud.tests.simulator import Simulator

from .vast_client import VastClient

BODY = {
    "name": "demo",
    "workerConfig": {
        "minNum": 1,
        "maxNum": 2,
        "freeTimeout": 240,
        "maxConcurrent": 4,
        "gpuNum": 1,
        "requestTimeout": 600,
        "cudaVersion": "12.8",
    },
    "ports": [{"port": "8000"}],
    "policy": {"type": "queue", "value": 15},
    "image": {"image": "registry.example.org/team/llm:1.4", "authId": "cred", "command": "serve"},
    "products": [{"id": "7"}],
    "rootfsSize": 100,
    "volumeMounts": [{"type": "local", "size": 30, "mountPath": "/workspace"}],
    "clusterID": "us-demo-1",
    "envs": [{"key": "LOG_LEVEL", "value": "info"}],
    "healthy": {"path": "/ready"},
}

UPDATABLE = (
    "name",
    "workerConfig",
    "ports",
    "policy",
    "image",
    "volumeMounts",
    "clusterID",
    "clusterIDs",
    "envs",
    "healthy",
)


class FakeClock:
    """A clock that stands still until a test moves it."""

    def __init__(self):
        self.seconds = 1000.0

    def now(self):
        return self.seconds

    def advance(self, seconds):
        self.seconds += seconds


class Client:
    """A simple client for Novita's endpoints."""

    def __init__(self, base, key):
        self.base = f"{base}/gpu-instance/openapi/v1"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {key}"

    def get(self, path, **query):
        return self.session.get(self.base + path, params=query, timeout=60, allow_redirects=False)

    def post(self, path, body):
        return self.session.post(self.base + path, json=body, timeout=60, allow_redirects=False)

    def create(self, **changes):
        return self.post("/endpoint/create", {"endpoint": body(**changes)})

    def created(self, **changes):
        response = self.create(**changes)
        assert response.status_code == 200, response.text
        return response.json()["id"]

    def read(self, resource_id):
        response = self.get("/endpoint", id=resource_id)
        assert response.status_code == 200, response.text
        return response.json()["endpoint"]

    def listed(self, **query):
        response = self.get("/endpoints", **query)
        assert response.status_code == 200, response.text
        return response.json()["endpoints"] or []

    def update(self, resource_id, *omitted, **changes):
        fields = {key: value for key, value in body(**changes).items() if key in UPDATABLE and key not in omitted}
        return self.post("/endpoint/update", {"id": resource_id, **fields})

    def delete(self, resource_id, field="id"):
        return self.post("/endpoint/delete", {field: resource_id})


def body(**changes):
    """Return the body of a create with some fields changed. ``workerConfig__maxNum`` changes a field in an object."""
    result = copy.deepcopy(BODY)
    for path, value in changes.items():
        *parents, last = path.split("__")
        target = result
        for parent in parents:
            target = target[parent]
        target[last] = value
    return result


@pytest.fixture(scope="session")
def clock():
    return FakeClock()


@pytest.fixture(scope="session")
def sim(clock):
    """Return one simulator for all tests. Each test uses its own key, so each has its own account."""
    with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def account(sim):
    return sim.account("novita", secrets.token_hex(12))


@pytest.fixture
def client(sim, account):
    return Client(sim.novita_url, account.key)


@pytest.fixture
def other_client(sim):
    return Client(sim.novita_url, secrets.token_hex(12))


@pytest.fixture
def vast_account(sim):
    account = sim.account("vast", secrets.token_hex(12))
    account.settings.set(young_seconds=0)
    return account


@pytest.fixture
def vast(sim, vast_account):
    return VastClient(sim, vast_account.key)


@pytest.fixture
def other_vast(sim):
    return VastClient(sim, secrets.token_hex(12))
