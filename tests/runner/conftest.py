# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a simulator in real time, and jobs in the form in which AWX passes them to ansible-runner."""

from __future__ import annotations

import json
import pathlib
import secrets

import ansible_runner
import pytest
import yaml

from ansible_collections.gpufleet.cloud.tests.simulator import Simulator

COLLECTIONS = pathlib.Path(__file__).resolve().parents[5]
TIMEOUT = 120

FLEET = {
    "fleet_resources": [
        {
            "novita_endpoint": {
                "name": "llm-8b",
                "image": {"image": "docker.io/example/llm:1.4"},
                "products": ["7"],
                "worker_config": {
                    "min_num": 1,
                    "max_num": 4,
                    "free_timeout": 300,
                    "max_concurrent": 4,
                    "gpu_num": 1,
                    "request_timeout": 600,
                },
                "policy": {"type": "queue", "value": 15},
                "ports": [8000],
                "healthy": {"path": "/health"},
                "secret_envs": {"TOKEN": "{{ team_token }}"},
            }
        },
        {"vast_endpoint": {"name": "tts", "max_workers": 4}},
        {"vast_workergroup": {"endpoint": "tts", "template_hash": "0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e"}},
    ],
}
NAMES = ["novita_endpoint llm-8b", "vast_endpoint tts", "vast_workergroup tts"]
STORES = {"novita": ("endpoints",), "vast": ("endpoints", "workergroups")}


class _Untrusted(yaml.SafeDumper):
    """Marks each text, as AWX does, so that Ansible does not resolve templates in it."""


_Untrusted.add_representer(str, lambda dumper, text: dumper.represent_scalar("!unsafe", text))


class Job:
    """A private data directory, and the results of its runs."""

    def __init__(self, simulator, folder):
        self.simulator = simulator
        self.folder = folder
        self.key = f"canary-key-{secrets.token_hex(16)}"
        self.token = f"canary-token-{secrets.token_hex(16)}"
        self._write_files()

    def account(self, provider):
        return self.simulator.account(provider, self.key)

    def _write_files(self):
        """Write the files as AWX does: the keys go into the environment, and the token into the extra variables."""
        environment = {
            "NOVITA_API_URL": self.simulator.novita_url,
            "VAST_API_URL": self.simulator.vast_url,
            "VAST_AUTOSCALER_URL": self.simulator.vast_autoscaler_url,
            "NOVITA_API_KEY": self.key,
            "VAST_API_KEY": self.key,
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_FORCE_COLOR": "True",
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }
        self._write("env/envvars", yaml.safe_dump(environment))
        self._write("env/extravars", yaml.safe_dump({"team_token": self.token, "awx_job_id": 1}))
        # ansible-runner calls the cancel callback each time that it waits for output.
        self._write("env/settings", yaml.safe_dump({"pexpect_timeout": 0.1, "job_timeout": TIMEOUT}))
        self._write("inventory/hosts", "localhost ansible_connection=local\n")
        self._write("project/fleet.yml", yaml.safe_dump(FLEET))
        for name in ("converge", "drift"):
            self._write(
                f"project/{name}.yml",
                yaml.safe_dump([{"import_playbook": f"gpufleet.cloud.{name}", "vars": {"fleet_file": "fleet.yml"}}]),
            )

    def _write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def set_fleet(self, resources):
        """Replace the fleet file, as a new commit in the repository does."""
        self._write("project/fleet.yml", yaml.safe_dump({"fleet_resources": resources}))

    def pass_on(self, artifacts, template=None):
        """Pass the artifacts of an earlier job of a workflow to the next job, as AWX does.

        AWX trusts only the extra variables of the job template.
        """
        own = {"team_token": self.token, **(template or {})}
        passed = {"awx_job_id": 2, **artifacts}
        self._write("env/extravars", yaml.safe_dump(own) + yaml.dump(passed, Dumper=_Untrusted))

    def run(self, playbook, job_type="run", **more):
        """Run a playbook of the project and return its outcome."""
        # ansible-runner would keep an argument cmdline for all later jobs.
        self._write("env/cmdline", "--check --diff" if job_type == "check" else "")
        runner = ansible_runner.run(
            private_data_dir=str(self.folder), playbook=playbook, verbosity=4, quiet=True, **more
        )
        return Outcome(pathlib.Path(runner.config.artifact_dir))

    def writes(self):
        """Return the operations that wrote since the last call."""
        operations = []
        for provider in STORES:
            operations += [entry["operation"] for entry in self.account(provider).requests]
            self.account(provider).clear()
        return [operation for operation in operations if operation.rpartition(".")[2] in ("create", "update", "delete")]

    def counts(self):
        """Return the number of resources of each type."""
        return {
            f"{provider} {noun}": len(self.account(provider).store(noun).views())
            for provider, nouns in STORES.items()
            for noun in nouns
        }


class Outcome:
    """The artifacts of a run."""

    def __init__(self, folder):
        self.folder = folder
        self.status = (folder / "status").read_text(encoding="utf-8")
        paths = [path for path in (folder / "job_events").glob("*.json") if "partial" not in path.name]
        self.events = sorted(
            (json.loads(path.read_text(encoding="utf-8")) for path in paths), key=lambda event: event["counter"]
        )

    def of(self, *names):
        return [event for event in self.events if event["event"] in names]

    @property
    def stats(self):
        return self.of("playbook_on_stats")[-1]["event_data"]

    @property
    def changed(self):
        return self.stats["changed"].get("localhost", 0)

    @property
    def messages(self):
        """Return the messages of the failed tasks."""
        return [event["event_data"]["res"].get("msg") for event in self.of("runner_on_failed")]

    @property
    def resources(self):
        """Return the module's result for each resource, from the event of its task."""
        [event] = [
            event
            for event in self.of("runner_on_ok")
            if event["event_data"]["resolved_action"] == "gpufleet.cloud.fleet"
        ]
        return event["event_data"]["res"]["resources"]


@pytest.fixture(name="simulator", scope="session")
def _simulator():
    with Simulator(boot_seconds=0.2) as simulator:
        yield simulator


@pytest.fixture(name="job")
def _job(simulator, tmp_path):
    return Job(simulator, tmp_path / "job")
