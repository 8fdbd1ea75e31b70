# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a task cannot run in the process of Ansible, it runs as a module without a word, except at -vvv."""

from __future__ import annotations

import pathlib
import shutil

import pytest

pytestmark = pytest.mark.other_face

PYTHON = pathlib.Path(shutil.which("ansible-playbook")).with_name("python")

PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Direct
      gpufleet.cloud.vast_endpoint: &task {name: llm, max_workers: 2, min_load: 0, cold_workers: 0}
    - name: Another Python
      gpufleet.cloud.vast_endpoint: *task
      vars: {ansible_python_interpreter: "{{ lookup('env', 'OTHER_PYTHON') }}"}
    - name: Another Python of the delegated host
      gpufleet.cloud.vast_endpoint: *task
      delegate_to: other
    - name: Another path of imports
      gpufleet.cloud.vast_endpoint: *task
      environment: {PYTHONPATH: /opt/nothing}
    - name: Turned off
      gpufleet.cloud.vast_endpoint: *task
      vars: {gpufleet_direct: "no"}
    - name: Neither on nor off
      gpufleet.cloud.vast_endpoint: *task
      vars: {gpufleet_direct: maybe}
      ignore_errors: true
"""


def test_a_task_runs_as_a_module_and_has_the_same_result(faces):
    python = faces.write("python", f'#!/bin/sh\nexec {PYTHON} "$@"\n')
    python.chmod(0o755)
    faces.write("empty", f"other ansible_connection=local ansible_python_interpreter={python}\n")
    faces.write("site.yml", PLAYBOOK)
    run = faces.one("direct", ("ansible-playbook", "-vvv", "site.yml"), environment={"OTHER_PYTHON": str(python)})
    assert run.code == 0, run.output
    assert run.result("Neither on nor off")["msg"].endswith(
        "gpufleet_direct must be true or false, not 'maybe'. Nothing was sent."
    )
    first, *others = run.faces_of_tasks
    assert first == "in the process of Ansible"
    prefix = "as a module, because"
    assert [face.split(", and that of Ansible is")[0] for face in others] == [
        f"{prefix} the Python of modules is set to {python}",
        f"{prefix} the Python of modules is set to {python}",
        f"{prefix} the task sets PYTHONPATH",
        f"{prefix} gpufleet_direct is false",
    ]
    results = [event["result"] for event in run.events if event["event"] == "runner_on_ok"]
    assert [result["changed"] for result in results] == [True, False, False, False, False]
    assert len({result["id"] for result in results}) == 1


def test_libraries_that_only_the_python_of_modules_has(faces):
    """The Python of Ansible cannot import the libraries. The module can."""
    broken = faces.write("broken/requests.py", "raise ImportError('broken on purpose')\n").parent
    python = faces.write("python", f'#!/bin/sh\nunset PYTHONPATH\nexec {PYTHON} "$@"\n')
    python.chmod(0o755)
    pythons = {"with": python, "without": "'{{ ansible_playbook_python }}'"}
    hosts = [f"{name} ansible_connection=local ansible_python_interpreter={path}" for name, path in pythons.items()]
    faces.write("empty", "\n".join(hosts))
    command = ("ansible", "all", "-m", "gpufleet.cloud.vast_endpoint_info", "-a", "name=llm", "-vvv")
    run = faces.one("direct", command, environment={"PYTHONPATH": str(broken)})
    assert run.code == 2, run.output
    [found] = run.events_of("runner_on_ok")
    [refused] = run.events_of("runner_on_failed")
    assert (found["host"], found["result"]["endpoints"]) == ("with", [])
    assert "Cannot use the required Python library (requests)" in refused["result"]["msg"]
    assert len(run.faces_of_tasks) == 2
    assert any(
        "because Ansible cannot use the required Python library (requests)" in face for face in run.faces_of_tasks
    )
