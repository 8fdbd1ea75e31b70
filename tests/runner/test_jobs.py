# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs that run through ansible-runner, as in AWX: the results of converge and drift, and canceled jobs."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time

import pytest

from ansible_collections.gpufleet.cloud.tests.simulator import faults

from .conftest import COLLECTIONS, NAMES, STORES, TIMEOUT, Outcome

ANSIBLE = str(pathlib.Path(sys.executable).with_name("ansible"))
RUNNER = str(pathlib.Path(sys.executable).with_name("ansible-runner"))
ONE_OF_EACH = {"novita endpoints": 1, "vast endpoints": 1, "vast workergroups": 1}
# The extra variables of the job template for apply, see playbooks/awx.yml.
APPLY = {"fleet_approved": "{{ converge_plan_digest }}"}
NOTHING_DONE = dict.fromkeys(("created", "updated", "replaced", "deleted", "failed", "not_attempted"), 0)
UNCHANGED = {**NOTHING_DONE, "unchanged": 3}


def test_a_second_converge_changes_nothing_and_drift_reports_differences(job):
    first = job.run("converge.yml")
    assert first.status == "successful"
    assert first.changed == 1
    assert [resource["action"] for resource in first.resources] == ["create", "create", "create"]
    assert first.resources[0]["endpoint"]["env_names"] == ["TOKEN"]
    # The next job of a workflow gets these variables.
    passed_on = first.stats["artifact_data"]
    assert passed_on["converge_summary"] == {**UNCHANGED, "created": 3, "unchanged": 0}
    assert passed_on["converge_changed"] == NAMES
    assert job.writes()

    job.pass_on(passed_on)
    second = job.run("converge.yml")
    assert second.status == "successful"
    assert second.changed == 0
    assert second.stats["artifact_data"]["converge_summary"] == UNCHANGED
    assert [resource["action"] for resource in second.resources] == ["unchanged", "unchanged", "unchanged"]
    assert [resource["id"] for resource in second.resources] == [resource["id"] for resource in first.resources]

    in_sync = job.run("drift.yml")
    assert in_sync.status == "successful"
    assert in_sync.stats["artifact_data"]["drift_status"] == "in_sync"
    assert not job.writes()

    job.account("vast").store("endpoints").change(first.resources[1]["id"], {"max_workers": 40})
    drifted = job.run("drift.yml")
    assert drifted.status == "failed"
    assert drifted.stats["artifact_data"] == {
        "drift_status": "drift",
        "drift_drifted": ["vast_endpoint tts"],
        "drift_errors": [],
        "drift_unmanaged_resources": [],
        "drift_counts": {"in_sync": 2, "drifted": 1, "failed": 0},
    }
    assert not job.writes()

    for outcome in (first, second, in_sync, drifted):
        _require_no_secret(job, outcome)


def test_the_apply_job_of_a_workflow_applies_exactly_the_plan_of_its_plan_job(job):
    plan = job.run("converge.yml", job_type="check")
    assert plan.status == "successful", plan.messages
    passed_on = plan.stats["artifact_data"]
    lines = [line for line in passed_on["converge_plan"] if ": to be created" in line]
    assert [line.partition(":")[0] for line in lines] == NAMES
    assert not job.writes()

    job.pass_on(passed_on, APPLY)
    applied = job.run("converge.yml")
    assert applied.status == "successful", applied.messages
    assert applied.stats["artifact_data"]["converge_changed"] == NAMES
    assert applied.stats["artifact_data"]["converge_plan"] == []
    assert job.counts() == ONE_OF_EACH
    assert job.writes()

    # Somebody starts the workflow again, and another person changes an endpoint before the approval.
    job.pass_on({})
    job.set_fleet([{"vast_endpoint": {"name": "tts", "max_workers": 8}}])
    plan = job.run("converge.yml", job_type="check")
    assert any("to be updated" in line for line in plan.stats["artifact_data"]["converge_plan"])
    job.account("vast").store("endpoints").change(applied.resources[1]["id"], {"max_workers": 40})
    job.pass_on(plan.stats["artifact_data"], APPLY)
    refused = job.run("converge.yml")
    assert refused.status == "failed"
    assert "apply the approved plan" in refused.messages[-1]
    assert not job.writes()

    for outcome in (plan, applied, refused):
        _require_no_secret(job, outcome)


def test_the_apply_job_without_a_digest_is_refused_before_the_first_request(job):
    moments = {
        "the plan job failed": ({}, APPLY),
        "a resource could not be planned": ({"converge_plan_digest": ""}, APPLY),
        "a variable without a value": ({}, {"fleet_approved": None}),
        "a plan file without a name": ({}, {"fleet_apply_plan": ""}),
    }
    for moment, (artifacts, template) in moments.items():
        job.pass_on(artifacts, template)
        refused = job.run("converge.yml")
        assert refused.status == "failed", moment
        assert f"{next(iter(template))}: must not be empty. No plan is approved" in refused.messages[-1], moment
    # A setting of AWX can forbid all templates in extra variables. The job then gets the text itself.
    job.pass_on({"converge_plan_digest": "a digest", **APPLY})
    refused = job.run("converge.yml")
    assert refused.status == "failed"
    assert "approved: must be the plan_digest" in refused.messages[-1]
    assert [account.requests for account in map(job.account, STORES)] == [[], []]


def _require_no_secret(job, outcome):
    """Search every file that a run has written.

    ansible-runner writes the command line and the environment of ansible-playbook to the file ``command``, with all
    secrets. Only the owner may read this file. AWX stores a copy of the environment in which the secrets of its
    credentials are masked.
    """
    files = [path for path in outcome.folder.rglob("*") if path.is_file()]
    assert {"command", "stdout", "status"} <= {path.name for path in files}
    assert any("gpufleet" in path.read_text(encoding="utf-8") for path in files), "the search must find a known text"
    for path in files:
        text = path.read_text(encoding="utf-8")
        if path == outcome.folder / "command":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            text = json.dumps({**json.loads(text), "env": None})
        assert job.key not in text, path
        assert job.token not in text, path


@pytest.mark.parametrize("moment", ["creating the endpoints", "waiting for a worker"])
def test_the_next_job_finishes_a_canceled_job(job, monkeypatch, moment):
    novita, vast, released = job.account("novita"), job.account("vast"), threading.Event()
    if moment == "creating the endpoints":
        # The provider creates them, and the job is killed while it waits for the responses.
        monkeypatch.setitem(
            faults.PLAYERS, "delay", lambda _arguments, process, _refuse: (process(), released.wait(TIMEOUT))[0]
        )
        for account in (novita, vast):
            account.fault("endpoint.create", "delay")
    else:
        novita.settings.set(boot_seconds=20)

    def moment_reached():
        if moment == "creating the endpoints":
            return bool(novita.store("endpoints").views() and vast.store("endpoints").views())
        operations = [entry["operation"] for entry in novita.requests]
        return "endpoint.create" in operations and len(operations) - operations.index("endpoint.create") > 2

    canceled = job.run("converge.yml", cancel_callback=moment_reached)
    assert canceled.status == "canceled"
    counts = job.counts()
    released.set()
    assert counts["novita endpoints"] == 1
    if moment == "creating the endpoints":
        assert counts == {**ONE_OF_EACH, "vast workergroups": 0}
    _require_no_secret(job, canceled)

    [endpoint] = novita.store("endpoints").views()
    finished = job.run("converge.yml")
    assert finished.status == "successful"
    assert finished.resources[0]["id"] == endpoint["id"]
    assert NAMES[0] not in finished.stats["artifact_data"]["converge_changed"]
    assert job.counts() == ONE_OF_EACH
    report = job.run("drift.yml")
    assert report.stats["artifact_data"]["drift_status"] == "in_sync", report.messages


def _interrupt(controller, worker):
    """Send the signal of Ctrl-C in a terminal."""
    os.killpg(controller.pid, signal.SIGINT)


def _interrupt_another_thread(controller, worker):
    """Send the signal to a thread that cannot handle it. On a busy machine, the system sometimes does this."""
    for thread in pathlib.Path(f"/proc/{worker}/task").iterdir():
        if int(thread.name) != worker:
            os.kill(int(thread.name), signal.SIGINT)


def _kill(controller, worker):
    """Kill the process group of the controller. The worker and the module are not in it, and get no signal."""
    os.killpg(controller.pid, signal.SIGKILL)


@pytest.mark.parametrize("end", [_interrupt, _interrupt_another_thread, _kill], ids=lambda end: end.__name__.strip("_"))
def test_no_write_starts_after_the_controller_is_interrupted_or_killed(job, tmp_path, monkeypatch, end):
    vast, released, journal = job.account("vast"), threading.Event(), tmp_path / "journal"
    # The response to the first create comes after everything that must end the module.
    monkeypatch.setitem(
        faults.PLAYERS, "delay", lambda _arguments, process, _refuse: released.wait(TIMEOUT) and process()
    )
    vast.fault("endpoint.create", "delay", times=0)
    arguments = {
        "resources": [{"vast_endpoint": {"name": f"e{number}", "max_workers": 1}} for number in range(6)],
        "concurrency": 1,
        "journal": str(journal),
        "vast": {
            "api_key": job.key,
            "api_url": job.simulator.vast_url,
            "api_timeout": TIMEOUT,
            "autoscaler_url": job.simulator.vast_autoscaler_url,
        },
    }
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        # tests/faces/test_stops.py ends tasks in the process of Ansible.
        "GPUFLEET_DIRECT": "false",
        # The controller waits for its workers without limit, and does not kill them.
        "ANSIBLE_WORKER_SHUTDOWN_POLL_COUNT": "1000000",
    }
    # pytest's workers ignore SIGINT, and their child processes inherit this.
    controller = subprocess.Popen(
        [
            "env",
            "--default-signal=INT",
            ANSIBLE,
            "localhost",
            "-c",
            "local",
            "-m",
            "gpufleet.cloud.fleet",
            "-a",
            json.dumps(arguments),
        ],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def creates():
        return [entry["operation"] for entry in vast.requests].count("endpoint.create")

    try:
        _wait_until(creates)
        module = json.loads(journal.read_text(encoding="utf-8").splitlines()[0])["process"]
        [worker] = _children(controller.pid)
        end(controller, worker)
        _wait_until(lambda: controller.poll() is not None if end is _kill else not _lives(worker))
        released.set()
        _wait_until(lambda: not _lives(module))
        assert creates() == 1
    finally:
        released.set()
        if controller.poll() is None:
            os.killpg(controller.pid, signal.SIGKILL)
            controller.wait()


def _wait_until(condition):
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met in time"
        time.sleep(0.05)


def _status(process):
    """Return the state of a process as a letter, and the id of its parent."""
    text = pathlib.Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    state, parent = text.rpartition(")")[2].split()[:2]
    return state, int(parent)


def _lives(process):
    try:
        return _status(process)[0] not in "ZX"
    except OSError:
        return False


def _children(process):
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if _status(folder.name)[1] == process:
                found.append(int(folder.name))
    return found


def test_a_job_runs_on_an_execution_node(job, tmp_path):
    """As in AWX's mesh: a control node sends the job, an execution node runs it, and the events come back."""
    node, back = tmp_path / "node", tmp_path / "back"
    node.mkdir()
    sent = _runner("transmit", str(job.folder), "-p", "converge.yml", "-v", "--ident", "job-7")
    shutil.move(job.folder, tmp_path / "out of reach")
    worked = _runner("worker", "--private-data-dir", str(node), given=sent)
    assert (node / "project" / "converge.yml").exists()
    _runner("process", str(back), "--ident", "job-7", given=worked)

    outcome = Outcome(back / "artifacts" / "job-7")
    assert outcome.status == "successful"
    assert outcome.changed == 1
    assert outcome.stats["artifact_data"]["converge_summary"]["created"] == 3
    assert job.counts() == ONE_OF_EACH
    _require_no_secret(job, outcome)


def _runner(*arguments, given=b""):
    done = subprocess.run([RUNNER, *arguments], input=given, capture_output=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
