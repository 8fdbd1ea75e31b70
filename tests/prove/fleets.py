# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet at all providers, before and after a run that creates, changes, replaces, switches and prunes resources.

Entries refer to each other by name.
"""

from __future__ import annotations

from ansible_collections.gpufleet.cloud.tests.unit.harness import READS
from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import (
    NOVITA_ENDPOINT,
    NOVITA_INSTANCE,
    PPIO_ENDPOINT,
    PPIO_INSTANCE,
    VAST_ENV_VAR,
    VAST_INSTANCE,
    VAST_SSH_KEY,
)
from ansible_collections.gpufleet.cloud.tests.unit.plugins.modules.test_fleet import Fleet

from .contents import contents, differences
from .kills import LATE

REGISTRY = "registry.example.org"
MORE_WORKERS = {
    "novita": {"worker_config": {**NOVITA_ENDPOINT.task["worker_config"], "max_num": 5}},
    "ppio": {"worker_config": {**PPIO_ENDPOINT.task["worker_config"], "max_replicas": 5}},
}
PRUNE = dict.fromkeys(["novita_endpoint", "ppio_endpoint", "vast_endpoint", "vast_workergroup"], "^old-")


def entry(resource_type, name, **options):
    return {resource_type.module: {**resource_type.task, "name": name, **options}}


def image(username):
    return {**NOVITA_ENDPOINT.task["image"], "auth": {"name": REGISTRY, "username": username}}


def volume(storage):
    return [{"type": "network", "storage": storage, "mount_path": "/models"}]


def registry_auth(username):
    return {"novita_registry_auth": {"name": REGISTRY, "username": username, "password": f"canary-secret-{username}"}}


def storage(name, size):
    return {"novita_network_storage": {"name": name, "cluster_id": "us-demo-1", "size": size}}


def vast(name, tag, max_workers):
    """Return a template, an endpoint, and a workergroup that names both."""
    return [
        {"vast_template": {"name": name, "image": "docker.io/example/tts", "tag": tag}},
        {"vast_endpoint": {"name": name, "min_load": 0, "cold_workers": 0, "max_workers": max_workers}},
        {"vast_workergroup": {"endpoint": name, "template": name, "search_params": "num_gpus=1"}},
    ]


BEFORE = [
    registry_auth("bot"),
    storage("models", 50),
    entry(NOVITA_ENDPOINT, "changed", image=image("bot"), volume_mounts=volume("models")),
    entry(NOVITA_ENDPOINT, "replaced"),
    entry(NOVITA_ENDPOINT, "old-1"),
    entry(NOVITA_INSTANCE, "stopped", network_storages=[{"storage": "models", "mount_point": "/models"}]),
    entry(PPIO_ENDPOINT, "changed"),
    entry(PPIO_ENDPOINT, "old-1"),
    entry(PPIO_INSTANCE, "started"),
    *vast("tts", "1.4", 2),
    *vast("old-1", "1.4", 2)[1:],
    entry(VAST_INSTANCE, "stopped"),
]
BEFORE[-2]["vast_workergroup"]["template"] = "tts"
STOPPED = [{"ppio_instance": {"name": "started", "state": "stopped", "accept_data_loss": True}}]
AFTER = [
    registry_auth("bot"),
    registry_auth("bot-2"),
    storage("models", 100),
    storage("data", 50),
    entry(NOVITA_ENDPOINT, "changed", image=image("bot-2"), volume_mounts=volume("models"), **MORE_WORKERS["novita"]),
    entry(NOVITA_ENDPOINT, "replaced", products=["8"], recreate=True),
    entry(NOVITA_ENDPOINT, "new", image=image("bot"), volume_mounts=volume("data")),
    entry(NOVITA_INSTANCE, "stopped", state="stopped", network_storages=None),
    entry(PPIO_ENDPOINT, "changed", **MORE_WORKERS["ppio"]),
    entry(PPIO_ENDPOINT, "new"),
    entry(PPIO_INSTANCE, "started", state="started"),
    *vast("tts", "1.5", 5),
    *vast("new", "1.0", 2),
    {"vast_env_var": VAST_ENV_VAR.task},
    {"vast_ssh_key": VAST_SSH_KEY.task},
    entry(VAST_INSTANCE, "stopped", state="stopped"),
]


class Job:
    """A run that changes the fleet, in new accounts in which it exists as it was before."""

    def __init__(self, cloud, concurrency):
        self.cloud, self.fleet = cloud, Fleet(cloud)
        self.options = {"prune": PRUNE, "concurrency": concurrency}
        self.fleet.ok(*BEFORE)
        self.fleet.ok(*STOPPED)
        for account in self.fleet.accounts.values():
            account.settings.set(**LATE)
            account.clear()

    def start(self):
        self.fleet.start(*AFTER, **self.options)

    def run(self, **options):
        return self.fleet.run(*AFTER, **self.options, **options)

    def reference(self):
        """Return the number of requests of a run without a kill, and what exists after it."""
        values = self.run()
        assert not values.get("failed"), values["msg"]
        return len(self.sent()), self._contents()

    def sent(self):
        return [
            f"{provider} {request['operation']}"
            for provider, account in self.fleet.accounts.items()
            for request in account.requests
        ]

    def problems(self, expected):
        """Return sentences on the problems of the runs after a kill."""
        second = self.run_again()
        if second.get("failed"):
            return [f"the second run fails: {second['msg']}"]
        wrong = list(differences(self._contents(), expected))
        third = self.run_anew()
        if third.get("failed") or third["changed"]:
            wrong.append(f"the third run is not 'unchanged': {third.get('msg', third['summary'])}")
        return wrong

    def run_again(self):
        """Run again after a kill."""
        return self.complete_replacement(self.run)

    def run_anew(self):
        return self.run()

    def complete_replacement(self, run):
        """Run. If a replacement was killed between its two writes, delete the older endpoint as the message says."""
        values = run()
        both = [row["id"] for row in self.fleet.accounts["novita"].store().views() if row["name"] == "replaced"]
        if not values.get("failed") or len(both) != 2 or not all(id_ in values["msg"] for id_ in both):
            return values
        self.fleet.ok({"novita_endpoint": {"id": both[0], "state": "absent"}})
        return run()

    def _contents(self):
        # Until everything that the provider still does is over.
        self.cloud.clock.sleep(60)
        return contents(self.cloud)


class PlanJob(Job):
    """The application of an approved plan that changes the fleet.

    :param way: the option that contains what was approved.
    """

    def __init__(self, cloud, concurrency, way, path):
        super().__init__(cloud, concurrency)
        self._way, self._path = way, str(path)
        self._approve(self.run(check=True, plan_file=self._path))
        for account in self.fleet.accounts.values():
            account.clear()

    def _approve(self, planned):
        assert not planned.get("failed"), planned["msg"]
        self.options[self._way] = self._path if self._way == "apply_plan" else planned["plan_digest"]

    def run_again(self):
        """Apply the same plan again. If it is refused before any write, apply a new one."""
        values = self.run()
        is_refused = values.get("failed") and values["failure"]["reason"] == "plan_changed"
        if is_refused and not any(map(_writes, values["operations"].values())):
            return self.run_anew()
        return values

    def run_anew(self):
        """Make a new plan and apply it."""
        del self.options[self._way]
        self._approve(self.complete_replacement(lambda: self.run(check=True, plan_file=self._path)))
        return self.run()


def _writes(operations):
    return [operation for operation in operations if operation.split(".")[1] not in READS]
