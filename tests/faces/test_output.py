# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ad hoc commands, ansible-runner and callback plugins show the same in both faces, and no secrets."""

from __future__ import annotations

import json
import pathlib
import re
import xml.etree.ElementTree

import ansible_runner
import pytest

pytestmark = pytest.mark.other_face

MODULE = "gpufleet.cloud.novita_endpoint"
COMPLETE = {
    "name": "llm",
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
    "image": {"image": "docker.io/example/llm:1.4"},
    "healthy": {"path": "/health"},
    "secret_envs": {"TOKEN": "{{ lookup('env', 'FACE_TOKEN') }}"},
}
TASKS = [
    {"name": "Create", MODULE: COMPLETE, "diff": True},
    {"name": "Again", MODULE: COMPLETE},
    {"name": "Warn", "gpufleet.cloud.vast_endpoint": {"name": "tts", "endpoint_name": "tts"}},
    {"name": "Fleet", "gpufleet.cloud.fleet": {"resources": [{"novita_endpoint": COMPLETE}]}},
    {"name": "Read", "gpufleet.cloud.novita_endpoint_info": {"name": "llm"}, "loop": [1, 2]},
    {"name": "Refused", MODULE: {**COMPLETE, "ports": ["none"]}, "ignore_errors": True},
    {"name": "Ignored", MODULE: {**COMPLETE, "no_such_option": 1}, "ignore_errors": True},
    {"name": "No account", MODULE: {**COMPLETE, "api_key": "{{ lookup('env', 'FACE_TOKEN')[:5] }}"}},
]
NOT_IN_JOBS = ("ANSIBLE_CALLBACK_PLUGINS", "ANSIBLE_CALLBACKS_ENABLED", "ANSIBLE_DISPLAY_ARGS_TO_STDOUT")
PLAYBOOK = json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": TASKS}])
ADHOC = ("ansible", "localhost", "-m", MODULE, "-a", json.dumps(COMPLETE))


@pytest.mark.parametrize(
    "arguments", [("-o", "--check", "--diff"), ("-t", "{folder}/tree", "-vvv")], ids=["oneline", "tree"]
)
def test_ad_hoc_commands(faces, arguments):
    faces.run(*ADHOC, *arguments, environment={"ANSIBLE_INJECT_INVOCATION": str("-o" in arguments)})
    assert faces.direct.code == 0
    assert ("CHANGED" if "-o" in arguments else "llm") in faces.direct.output
    trees = [[_result(path) for path in (run.folder / "tree").glob("*")] for run in (faces.direct, faces.module)]
    assert [len(tree) for tree in trees] == ([0, 0] if "-o" in arguments else [1, 1])
    direct, module = (run.plain(tree) for run, tree in zip((faces.direct, faces.module), trees))
    assert direct == module


def _result(path):
    result = json.loads(path.read_text(encoding="utf-8"))
    result.pop("ansible_facts", None)
    return result


def test_results_as_yaml_and_the_report_of_junit(faces):
    """The other tests show results as JSON."""
    environment = {
        "ANSIBLE_CALLBACKS_ENABLED": "face_events,ansible.builtin.junit",
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "ANSIBLE_CALLBACK_FORMAT_PRETTY": "true",
        "JUNIT_OUTPUT_DIR": "{folder}/junit",
        "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": None,
    }
    faces.play(PLAYBOOK, "-v", environment=environment, expected=2)
    cases = [_cases(run) for run in (faces.direct, faces.module)]
    assert len(cases[0]) == len(TASKS)
    assert cases[0] == cases[1]


def _cases(run):
    [path] = (run.folder / "junit").glob("*.xml")
    cases = xml.etree.ElementTree.parse(path).getroot().iter("testcase")
    return [
        (
            case.get("name"),
            [
                (part.tag, re.sub(r"\w+ failed: ", "", part.get("message") or ""))
                for part in case
                if part.tag != "system-out"
            ],
        )
        for case in cases
    ]


def test_debug_output_and_kept_files_contain_no_secret(faces):
    """This is about tasks in the process of Ansible. Of a module, Ansible itself shows and keeps the options."""
    environment = {
        "ANSIBLE_DEBUG": "true",
        "ANSIBLE_KEEP_REMOTE_FILES": "true",
        "ANSIBLE_PIPELINING": "false",
        "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": None,
    }
    faces.write("site.yml", PLAYBOOK)
    direct = faces.one("direct", ("ansible-playbook", "-vvvvv", "site.yml"), environment=environment)
    assert direct.code == 2
    assert "RUNNING CLEANUP" in direct.output
    assert set(direct.faces_of_tasks) == {"in the process of Ansible"}
    assert not list((direct.folder / "remote").rglob("*"))


def test_events_of_ansible_runner(faces):
    runs = {}
    for face in ("direct", "module"):
        run = faces.one(face, ("ansible", "--version"))
        folder = run.folder / "job"
        (folder / "project").mkdir(parents=True)
        (folder / "project" / "site.yml").write_text(PLAYBOOK, encoding="utf-8")
        job = ansible_runner.run(
            private_data_dir=str(folder),
            playbook="site.yml",
            envvars=run.environment(dict.fromkeys(NOT_IN_JOBS)),
            settings={"pexpect_timeout": 0.1},
            verbosity=4,
            quiet=True,
        )
        artifacts = pathlib.Path(job.config.artifact_dir)
        # These contain the environment, with all secrets. Only the owner can read them.
        (artifacts / "command").unlink()
        (folder / "env" / "envvars").unlink()
        run.require_no_secret()
        runs[face] = (run, job.rc, list(job.events))
    outcomes = []
    for run, code, events in runs.values():
        run.events = [{"host": "", "id": event.get("event_data", {}).get("res", {}).get("id")} for event in events]
        outcomes.append(
            (
                code,
                run.plain([_event(event) for event in events if event["event"] != "verbose"]),
                run.plain(run.requests()),
            )
        )
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] == 2
    assert {"runner_item_on_ok", "runner_on_failed", "runner_on_ok", "playbook_on_stats"} <= {
        event["event"] for event in outcomes[0][1]
    }


def _event(event):
    data = event.get("event_data", {})
    result = data.get("res") or {}
    return {
        "event": event["event"],
        "task": data.get("task"),
        "changed": result.get("changed"),
        "msg": re.sub(r"^\w+ failed: ", "", result.get("msg") or ""),
        "keys": sorted(set(result) - {"exception", "ansible_facts"}),
        "stats": {name: data.get(name) for name in ("ok", "changed", "failures", "ignored", "processed")},
    }
