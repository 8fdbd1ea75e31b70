# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task in the process of Ansible stops when its job ends: no write starts afterward, and no id is lost.

The tests start ansible-playbook, wait until the simulator has received writes, and end the job in each way. In the
meantime the simulator holds its responses. It sends them when the task must have stopped, and makes all new resources
ready, so that a task that has not stopped would write.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import secrets
import signal
import subprocess
import sys
import threading
import time

import pytest
import yaml

from ansible_collections.gpufleet.cloud.tests.simulator import Simulator, faults
from ansible_collections.gpufleet.cloud.tests.simulator.server import SystemClock

pytestmark = pytest.mark.other_face

COLLECTIONS = pathlib.Path(__file__).resolve().parents[5]
PLAYBOOK = os.environ.get("ANSIBLE_PLAYBOOK", str(pathlib.Path(sys.executable).with_name("ansible-playbook")))
SAFETY_NET = 120
"""Seconds after which a condition counts as never met."""
BOOT = 1_000_000.0
"""Seconds on the simulator's clock until a new resource is ready."""
LIMIT = 1000
"""The time limit of the tasks. The tests send the signal of its alarm."""

CALLBACK = '''
import json, os
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    """Adds each result to a file."""
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "results"

    def _add(self, result, failed):
        content = result.result if hasattr(result, "result") else result._result
        with open(os.environ["STOPS_RESULTS"], "a") as results:
            results.write(json.dumps({**content, "failed": failed}) + "\\n")

    def v2_runner_on_ok(self, result):
        self._add(result, False)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._add(result, True)
'''

SERVING = {
    "image": {"image": "registry.example.org/team/llm:1.4"},
    "worker_config": {
        "min_num": 1,
        "max_num": 2,
        "free_timeout": 300,
        "max_concurrent": 4,
        "gpu_num": 1,
        "request_timeout": 600,
    },
    "ports": [8000],
    "healthy": {"path": "/health"},
    "policy": {"type": "queue", "value": 15},
    "products": ["7"],
}
REPLACED = {**SERVING, "products": ["8"], "recreate": True}


class MovedClock(SystemClock):
    """Real time, which tests can move forward."""

    def __init__(self):
        self.moved = 0.0

    def now(self):
        return super().now() + self.moved


class Job:
    """A run of ansible-playbook with one task, whose processes have a mark in their environment."""

    def __init__(self, folder, monkeypatch, simulator):
        self.simulator = simulator
        self.folder = folder
        self.key = secrets.token_hex(20)
        self.vast = simulator.account("vast", self.key)
        self.novita = simulator.account("novita", self.key)
        self.controller = None
        self._released = threading.Event()
        monkeypatch.setitem(faults.PLAYERS, "delay", self._hold)

    def _hold(self, _arguments, process, _refuse):
        """Execute a request, and respond to it later."""
        response = process()
        self._released.wait(SAFETY_NET)
        return response

    def start(self, task):
        (self.folder / "callback_plugins").mkdir()
        (self.folder / "callback_plugins" / "results.py").write_text(CALLBACK, encoding="utf-8")
        plays = [{"hosts": "localhost", "gather_facts": False, "tasks": [{"timeout": LIMIT, **task}]}]
        (self.folder / "play.yml").write_text(yaml.safe_dump(plays), encoding="utf-8")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "GPUFLEET_"))},
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "STOPS_RESULTS": str(self.folder / "results"),
            "STOPS_MARK": self.key,
            "NOVITA_API_KEY": self.key,
            "NOVITA_API_URL": self.simulator.novita_url,
            "VAST_API_KEY": self.key,
            "VAST_API_URL": self.simulator.vast_url,
            "VAST_AUTOSCALER_URL": self.simulator.vast_autoscaler_url,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }
        with (self.folder / "output").open("wb") as output:
            # The workers of pytest ignore SIGINT, and their child processes inherit this.
            self.controller = subprocess.Popen(
                ["env", "--default-signal=INT", PLAYBOOK, "-i", "localhost,", "-c", "local", "-v", "play.yml"],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self):
        return (self.folder / "output").read_text(encoding="utf-8", errors="replace")

    @property
    def results(self):
        """The results that the job has reported."""
        path = self.folder / "results"
        return list(map(json.loads, path.read_text(encoding="utf-8").splitlines())) if path.exists() else []

    def writes(self):
        operations = [entry["operation"] for account in (self.novita, self.vast) for entry in account.requests]
        return [name for name in operations if name.rpartition(".")[2] not in ("list", "get")]

    @property
    def worker(self):
        """The process that runs the task."""
        [worker] = [number for number in self.processes() if _stat(number)[1] == self.controller.pid]
        return worker

    def processes(self):
        """Return the processes of the job."""
        mark, found = f"STOPS_MARK={self.key}".encode(), []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0") and _stat(folder.name)[0] not in "ZX":
                    found.append(int(folder.name))
        return found

    def wait_for(self, condition, what):
        deadline = time.monotonic() + SAFETY_NET
        while not condition():
            assert time.monotonic() < deadline, f"{what}; writes: {self.writes()}; output:\n{self.output}"
            time.sleep(0.02)

    def wait_for_writes(self, count):
        self.wait_for(lambda: len(self.writes()) >= count or self.controller.poll() is not None, f"no {count} writes")
        assert len(self.writes()) == count, self.output

    def wait_for_reads_of_wait(self):
        """Wait until the task has read several times after its writes."""

        def waits():
            operations = [entry["operation"].rpartition(".")[2] for entry in self.novita.requests]
            return operations[-3:].count("list") + operations[-3:].count("get") == 3 and "create" in operations

        self.wait_for(waits, "no reads")

    def end(self, end):
        """End the job, and wait until the task must have stopped."""
        worker = self.worker
        end(self.controller.pid, worker)
        if end in (sigkill_of_the_controller, sigkill_of_the_group, sigterm_of_the_controller):
            # From then on, the worker has another parent.
            self.wait_for(lambda: self.controller.poll() is not None, "the controller lives")
        # The worker stops waiting when it receives the signal, and then once a second.
        before = _turns(worker)
        self.wait_for(lambda: not 0 <= _turns(worker) < before + 2, "the worker does not look")

    def finish(self):
        """Send the responses, make all resources ready, and wait until all processes of the job have ended."""
        self._released.set()
        self.simulator.accounts.clock.moved += 2 * BOOT
        self.controller.poll()
        self.wait_for(lambda: self.controller.poll() is not None and not self.processes(), "processes remain")

    def close(self):
        self._released.set()
        for number in self.processes() if self.controller else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        if self.controller:
            self.controller.wait()


def _stat(process):
    """Return the state of a process as a letter, and the id of its parent."""
    text = pathlib.Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    state, parent = text.rpartition(")")[2].split()[:2]
    return state, int(parent)


def _turns(process):
    """Return how often the main thread of a process has begun to wait; -1 if it has ended."""
    try:
        lines = pathlib.Path(f"/proc/{process}/task/{process}/status").read_text(encoding="utf-8").splitlines()
        if _stat(process)[0] in "ZX":
            return -1
    except OSError:
        return -1
    [count] = [line.split()[1] for line in lines if line.startswith("voluntary_ctxt_switches:")]
    return int(count)


def ctrl_c(controller, _worker):
    os.killpg(controller, signal.SIGINT)


def sigterm_of_the_worker(_controller, worker):
    os.kill(worker, signal.SIGTERM)


def sigterm_of_the_controller(controller, _worker):
    os.kill(controller, signal.SIGTERM)


def sigkill_of_the_controller(controller, _worker):
    os.kill(controller, signal.SIGKILL)


def sigkill_of_the_group(controller, _worker):
    os.killpg(controller, signal.SIGKILL)


def time_limit(_controller, worker):
    os.kill(worker, signal.SIGALRM)


ENDS = (
    ctrl_c,
    sigterm_of_the_worker,
    sigterm_of_the_controller,
    sigkill_of_the_controller,
    sigkill_of_the_group,
    time_limit,
)
REPORTED = (sigterm_of_the_worker, time_limit)
"""The ends after which the job reports the result of the task."""
each_end = pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)


@pytest.fixture(name="job")
def _job(tmp_path, monkeypatch):
    with Simulator(clock=MovedClock(), boot_seconds=BOOT) as simulator:
        job = Job(tmp_path, monkeypatch, simulator)
        try:
            yield job
        finally:
            job.close()


def require_end(end, result):
    """Check what a failed result says about the end."""
    assert result["failure"]["reason"] == "cancelled"
    if end is time_limit:
        assert result["timedout"] == {"period": LIMIT}
        assert f"the task reached its time limit (timeout: {LIMIT} s)" in result["msg"]
        assert "Increase timeout, or run the task again" in result["msg"]
    else:
        assert "the task was interrupted" in result["msg"]


@each_end
def test_a_task_that_creates_sends_no_further_write_and_returns_the_id(job, end):
    job.vast.fault("endpoint.create", "delay")
    # A create does not accept the state, so that an update follows.
    job.start({"gpufleet.cloud.vast_endpoint": {"name": "e", "max_workers": 1, "endpoint_state": "suspended"}})
    job.wait_for_writes(1)
    job.end(end)
    job.finish()
    assert job.writes() == ["endpoint.create"]
    if end in REPORTED:
        [result] = job.results
        require_end(end, result)
        [endpoint] = job.vast.records()
        assert result["id"] == str(endpoint["id"])
        assert result["changed"]
        assert result["plan"] == [{"action": "create", "fields": result["plan"][0]["fields"], "effect": "none"}]
        assert len(result["msg"].split(". ")) <= 2


@each_end
def test_a_task_that_waits_until_its_resource_is_ready_sends_no_further_write(job, end):
    older = job.novita.seed(name="llm")
    job.start({"gpufleet.cloud.novita_endpoint": {"name": "llm", **REPLACED}})
    job.wait_for_writes(1)
    job.wait_for_reads_of_wait()
    job.end(end)
    job.finish()
    assert job.writes() == ["endpoint.create"]
    if end in REPORTED:
        [result] = job.results
        require_end(end, result)
        [newer] = [record["id"] for record in job.novita.records() if record["id"] != older["id"]]
        assert result["id"] == newer
        assert result["changed"]
        assert newer in result["msg"]
        assert older["id"] in result["msg"]


@each_end
def test_a_fleet_that_writes_sends_no_further_write_and_keeps_its_journal(job, end):
    job.vast.fault("endpoint.create", "delay", times=0)
    entries = [{"vast_endpoint": {"name": f"e{number:02}", "max_workers": 1}} for number in range(30)]
    options = {"resources": entries, "concurrency": 8, "journal": str(job.folder / "journal")}
    job.start({"gpufleet.cloud.fleet": options})
    job.wait_for_writes(8)
    job.end(end)
    job.finish()
    assert job.writes() == ["endpoint.create"] * 8
    created = {record["endpoint_name"]: str(record["id"]) for record in job.vast.records()}
    assert len(created) == 8
    lines = [json.loads(line) for line in (job.folder / "journal").read_text(encoding="utf-8").splitlines()]
    assert {line["name"] for line in lines if "intent" in line} == set(created)
    # Before ansible-core 2.19, the worker is in the process group that was killed.
    if end is not sigkill_of_the_group:
        assert {line["name"]: line["id"] for line in lines if "done" in line} == created
    if end in REPORTED:
        [result] = job.results
        require_end(end, result)
        assert result["changed"]
        assert {each["name"]: each["id"] for each in result["resources"] if each["id"]} == created
        assert result["summary"]["created"] == 8
        assert result["summary"]["not_attempted"] == 22


@each_end
def test_a_fleet_that_waits_until_its_resources_are_ready_sends_no_further_write(job, end):
    older = {job.novita.seed(name=f"e{number:02}")["id"] for number in range(30)}
    entries = [{"novita_endpoint": {"name": f"e{number:02}", **REPLACED}} for number in range(30)]
    options = {"resources": entries, "concurrency": 8, "journal": str(job.folder / "journal")}
    job.start({"gpufleet.cloud.fleet": options})
    job.wait_for_writes(30)
    job.wait_for_reads_of_wait()
    job.end(end)
    job.finish()
    assert job.writes() == ["endpoint.create"] * 30
    newer = {record["id"] for record in job.novita.records()} - older
    lines = [json.loads(line) for line in (job.folder / "journal").read_text(encoding="utf-8").splitlines()]
    assert {line["id"] for line in lines if "done" in line} == newer
    if end in REPORTED:
        [result] = job.results
        require_end(end, result)
        assert {each["id"] for each in result["resources"]} == newer


@each_end
def test_a_loop_sends_no_further_write(job, end):
    job.vast.fault("endpoint.create", "delay", skip=2)
    task = {"name": "{{ item }}", "max_workers": 1}
    job.start({"gpufleet.cloud.vast_endpoint": task, "loop": [f"e{number:02}" for number in range(20)]})
    job.wait_for_writes(3)
    job.end(end)
    job.finish()
    # Each item has its own time limit.
    assert job.writes() == ["endpoint.create"] * (20 if end is time_limit else 3)
    if end in REPORTED:
        [result] = job.results
        created = [str(record["id"]) for record in job.vast.records()]
        assert [item["id"] for item in result["results"] if item.get("id")] == created
        require_end(end, result["results"][2])
        assert result["results"][2]["changed"]
        assert ["failure" in item for item in result["results"][3:]] == [end is not time_limit] * 17


def test_the_alarm_of_ansible_ends_a_task(job):
    """The moment at which it ends the task depends on the speed of the machine."""
    job.start({"gpufleet.cloud.novita_endpoint": {"name": "llm", **SERVING}, "timeout": 3})
    job.wait_for(lambda: job.controller.poll() is not None, "the task does not end")
    [result] = job.results
    assert result["failed"]
    assert result["timedout"]["period"] == 3
    created = [record["id"] for record in job.novita.records()]
    assert ([result["id"]] if result.get("id") else []) == created
