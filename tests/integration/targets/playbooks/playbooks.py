# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run converge, drift and teardown with one fleet file: playbooks.py <output folder>."""

from __future__ import annotations

import json
import os
import pathlib
import re
import secrets
import stat
import subprocess
import sys
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
FLEET = HERE / "vars" / "fleet.yml"
KEY = f"canary-key-{secrets.token_hex(16)}"
SECRET = f"canary-secret-{secrets.token_hex(16)}"
LITERAL = f"canary-literal-{secrets.token_hex(16)}"
NAMES = ("novita_endpoint llm-8b", "vast_endpoint tts", "vast_workergroup tts")
READS = re.compile(r"\.(list|get|workers|template\w*)$")
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Run:
    """The result of a run of ansible-playbook: exit status, output, statistics."""

    def __init__(self, done):
        self.status = done.returncode
        self.text = done.stdout
        recap = re.search(r"changed=(\d+)", self.text)
        self.changed = int(recap.group(1)) if recap else None
        stats = re.search(r"RUN: (\{.*)", self.text)
        self.stats = json.loads(stats.group(1)) if stats else {}

    def expect(self, status, *texts, **stats):
        """Check the exit status, texts in the output, and statistics."""
        # Ignore line breaks and escaped quotes in messages.
        words = " ".join(self.text.replace("\\n", " ").replace('\\"', '"').split())
        missing = [text for text in texts if text not in words]
        wrong = {name: self.stats.get(name) for name, value in stats.items() if self.stats.get(name) != value}
        if self.status != status or missing or wrong:
            sys.exit(f"{self.text}\nexit status {self.status}, not there: {missing}, other statistics: {wrong}")
        return self


class Project:
    """The folder in which ansible-playbook runs, with the API keys in the environment."""

    def __init__(self, folder):
        self.folder = folder
        self.output = []
        folder.mkdir(parents=True)
        secret = folder / "secret.yml"
        secret.write_text(f"team_token: {SECRET}\n", encoding="utf-8")
        self.environment = {
            **os.environ,
            **{f"{provider}_API_KEY": KEY for provider in ("NOVITA", "PPIO", "VAST")},
            "ANSIBLE_SHOW_CUSTOM_STATS": "true",
            "ANSIBLE_NOCOLOR": "true",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "NO_PROXY": "127.0.0.1",
        }
        # ansible-test sets it to a path that does not exist. Users have no such setting.
        self.environment.pop("ANSIBLE_PYTHON_INTERPRETER", None)

    def play(self, playbook, *arguments, **variables):
        """Run a playbook with extra variables."""
        command = ["ansible-playbook", playbook, *arguments, "-e", "@secret.yml", "-e", json.dumps(variables)]
        print("+", playbook, *arguments, variables, flush=True)
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            check=False,
            text=True,
            timeout=300,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.output.append(done.stdout)
        return Run(done)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return str(path)


def control(method, path, body=None):
    """Call the simulator's control interface for this run's account."""
    request = urllib.request.Request(
        f"{os.environ['SIMULATOR_URL']}/_sim/{path}",
        method=method,
        headers={"Authorization": f"Bearer {KEY}"},
        data=None if body is None else json.dumps(body).encode(),
    )
    with DIRECT.open(request, timeout=30) as response:
        return json.load(response)


def operations():
    """Return the operations that the providers received since the last call."""
    asked = []
    for provider in ("novita", "ppio", "vast"):
        asked += [entry["operation"] for entry in control("GET", f"{provider}/requests")]
        control("DELETE", f"{provider}/requests")
    return asked


def mode(path):
    return path.stat().st_mode & 0o7777


def writes():
    return [operation for operation in operations() if not READS.search(operation)]


def fail_on_invalid_fleet_files(project):
    project.play("gpufleet.cloud.converge").expect(2, "No resources are defined. Set fleet_resources")
    project.play("gpufleet.cloud.converge", fleet_file="none.yml").expect(
        2, f"fleet_file: {project.folder}/none.yml does not exist or is not a file."
    )
    project.play("gpufleet.cloud.converge", fleet_file="").expect(2, "No resources are defined. Set fleet_resources")
    project.play("gpufleet.cloud.drift", fleet_resources="tts").expect(2, "fleet_resources must be a list", "not str.")
    project.play("gpufleet.cloud.teardown", fleet_file=str(HERE / "vars" / "wrong.yml"), teardown_confirm=True).expect(
        2,
        "wrong.yml, entry 2: must have exactly one resource type, not vast_endpoint, ppio_endpoint;",
        "entry 4: must be a mapping of a resource type to its options, not str;",
        "entry 5: ppio_endpoint must be a mapping of options, not str. Nothing was sent.",
    )
    for playbook in ("converge", "drift", "teardown"):
        project.play(
            f"gpufleet.cloud.{playbook}", fleet_resources=[{"uri": {"url": "http://127.0.0.1"}}], teardown_confirm=True
        ).expect(2, "fleet_resources, entry 1: unknown resource type 'uri'")
    assert not operations()


def name_the_file_the_entry_and_the_variable(project):
    """Invalid options and a missing API key: the message of the last task is the whole explanation."""
    typo = [{"novita_endpoint": {"name": "llm"}}, {"vast_endpoint": {"name": "tts", "max_wrokers": 4}}]
    project.write("typo.yml", json.dumps({"fleet_resources": typo}))
    unknown = "entry 2 (vast_endpoint tts): unknown option max_wrokers; did you mean max_workers? Nothing was sent."
    for playbook in ("converge", "drift"):
        project.play(f"gpufleet.cloud.{playbook}", fleet_file="typo.yml").expect(2, f'"msg": "typo.yml, {unknown}"')
        project.play(f"gpufleet.cloud.{playbook}", fleet_resources=typo).expect(
            2, f'"msg": "fleet_resources, {unknown}"'
        )
    one = [{"novita_endpoint": {"name": "llm"}}]
    key = project.environment.pop("NOVITA_API_KEY")
    for playbook in ("converge", "drift", "teardown"):
        run = f"gpufleet.cloud.{playbook}"
        project.play(run, fleet_resources=one).expect(2, '"msg": "novita.api_key: must be set', "NOVITA_API_KEY")
        project.play(run, fleet_resources=one, fleet_concurrency=100).expect(2, "The variable is fleet_concurrency.")
    project.environment["NOVITA_API_KEY"] = key
    assert not any("expression evaluated" in text for text in project.output)
    assert not operations()


def converge(project):
    ahead = project.play("gpufleet.cloud.converge", "--check", "--diff", "-e", f"@{FLEET}").expect(
        0, *(f"{name}: to be created" for name in NAMES)
    )
    assert not writes()
    done = project.play("gpufleet.cloud.converge", "-vvvv", "--diff", "-e", f"@{FLEET}").expect(
        0, *(f"{name}: created" for name in NAMES), converge_changed=list(NAMES), converge_failed=[]
    )
    assert (
        done.stats["converge_summary"]
        == ahead.stats["converge_summary"]
        == {"created": 3, "updated": 0, "replaced": 0, "deleted": 0, "unchanged": 0, "failed": 0, "not_attempted": 0}
    )
    assert done.changed == 1
    assert writes()

    # Import the playbooks into another playbook, with an inventory as AWX writes it and an encrypted fleet file.
    project.write("password", "a password of the test\n")
    project.write("vaulted.yml", FLEET.read_text(encoding="utf-8"))
    subprocess.run(
        ["ansible-vault", "encrypt", "--vault-password-file", "password", "vaulted.yml"],
        cwd=project.folder,
        env=project.environment,
        check=True,
    )
    # Only a module needs the interpreter.
    needed = os.environ.get("GPUFLEET_DIRECT") == "false"
    interpreter = " ansible_python_interpreter='{{ ansible_playbook_python }}'" if needed else ""
    project.write("hosts", f"localhost ansible_connection=local{interpreter}\n")
    project.write(
        "plays/site.yml",
        """
- ansible.builtin.import_playbook: gpufleet.cloud.converge
  vars:
    fleet_file: vaulted.yml
- ansible.builtin.import_playbook: gpufleet.cloud.drift
  vars:
    fleet_file: vaulted.yml
""",
    )
    # AWX passes the facts of an earlier job of a workflow on as extra variables.
    again = project.play(
        "plays/site.yml",
        "-i",
        "hosts",
        "--vault-password-file",
        "password",
        converge_summary="stale",
        drift_status="stale",
    ).expect(
        0,
        *(f"{name}: unchanged" for name in NAMES),
        converge_changed=[],
        drift_status="in_sync",
        drift_drifted=[],
        drift_counts={"in_sync": 3, "drifted": 0, "failed": 0},
    )
    assert again.changed == 0
    assert not writes()


def journal(folder):
    """Return the name and the lines of the only journal in a folder."""
    [path] = folder.iterdir()
    assert mode(path) == 0o600
    return path.name, [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_a_journal_in_a_folder(project):
    """Each run that can write has its own journal in the folder."""
    fleet = [{"vast_endpoint": {"name": "noted", "max_workers": 1}}]
    settings = {"fleet_resources": fleet, "fleet_journal_dir": "journals/converge"}
    project.play("gpufleet.cloud.converge", "--check", **settings).expect(0, "noted: to be created")
    folder = project.folder / "journals" / "converge"
    assert not folder.exists(), "check mode writes no journal"

    project.play(
        "gpufleet.cloud.converge", **settings, awx_job_id=4711, awx_user_name="mira", tower_user_name="old"
    ).expect(0, "noted: created")
    assert mode(folder) == 0o700
    name, lines = journal(folder)
    assert re.fullmatch(r"converge-\d{8}T\d{6}Z-4711\.jsonl", name), name
    assert {(line["user"], line["job_id"]) for line in lines} == {("mira", "4711")}
    assert [sorted(line.get("fields", [])) for line in lines] == [[], ["max_workers", "name"], []]

    settings["fleet_journal_dir"] = str(project.folder / "journals" / "teardown")
    project.play("gpufleet.cloud.teardown", **settings).expect(2, "Nothing was deleted.")
    folder = project.folder / "journals" / "teardown"
    assert not folder.exists(), "a teardown that is not confirmed writes no journal"
    folder.mkdir(mode=0o750)
    project.play("gpufleet.cloud.teardown", **settings, teardown_confirm=True).expect(0, "noted: deleted")
    assert mode(folder) == 0o750
    name, lines = journal(folder)
    assert re.fullmatch(r"teardown-\d{8}T\d{6}Z\.jsonl", name), name
    assert {line["job_id"] for line in lines} == {""}
    assert lines[1]["id"] and [line.get("fields") for line in lines] == [None, [], None]

    folder = project.folder / "journals" / "unused"
    settings["fleet_journal_dir"] = str(folder)
    project.play("gpufleet.cloud.converge", **settings, fleet_journal="one.jsonl").expect(0, "noted: created")
    assert not folder.exists() and (project.folder / "one.jsonl").exists(), "fleet_journal replaces the folder"
    settings["fleet_resources"] = [{"vast_endpoint": {"name": "noted", "max_workers": 2}}]
    project.play("gpufleet.cloud.converge", "--check", **settings, fleet_plan_file="plan.json").expect(0)
    assert (project.folder / "plan.json").exists(), "the path is relative to the directory of the command"
    settings["fleet_journal"] = "one.jsonl"
    project.play("gpufleet.cloud.converge", **settings, fleet_apply_plan="plan.json").expect(0)
    settings["fleet_journal"] = ""
    folder.mkdir()
    project.play("gpufleet.cloud.teardown", **settings, teardown_confirm=True, tower_job_id="a/b").expect(
        0, "noted: deleted"
    )
    name, lines = journal(folder)
    assert name.endswith("Z-a_b.jsonl") and lines[0]["job_id"] == "a/b", (name, lines)
    operations()


def refuse_a_prune_of_everything(project):
    """A pattern with an empty variable, a type without entries, and a pattern that never ends."""
    control("POST", "vast/endpoints", {"endpoint_name": "a" * 60 + "-"})
    operations()
    empty = ("prune.vast_endpoint: the pattern '^' matches even an empty name", "set allow_prune_all to true only if")
    none = ("prune.novita_instance: would delete every match of '^team-a-'", "contains no novita_instance to keep")
    variable = {"fleet_prune": {"vast_endpoint": "^{{ prefix }}"}, "prefix": ""}
    other_type = {"fleet_prune": {"novita_instance": "^team-a-"}}
    runs = [("drift",), ("converge", "--check"), ("converge",)]
    for playbook, *arguments in runs:
        command = (f"gpufleet.cloud.{playbook}", *arguments, "-e", f"@{FLEET}")
        project.play(*command, **variable).expect(2, *empty)
        project.play(*command, **other_type).expect(2, *none)
    assert not operations()
    # A teardown never prunes, so it also needs no permission to do so.
    project.play("gpufleet.cloud.teardown", "-e", f"@{FLEET}", **variable).expect(2, "Nothing was deleted.")
    # The module ends this pattern only after seconds, and it does so in the same way for each playbook.
    project.play("gpufleet.cloud.converge", "-e", f"@{FLEET}", fleet_prune={"vast_endpoint": "(a+)+$"}).expect(
        2, "prune.vast_endpoint: must be a regular expression that needs at most", "not '(a+)+$'"
    )
    assert not writes()

    project.play(
        "gpufleet.cloud.converge", "-e", f"@{FLEET}", **variable, fleet_allow_prune_all=True, fleet_max_deletes=1
    ).expect(0, f"vast_endpoint {'a' * 60}-: deleted (id ", "vast_endpoint tts: unchanged")
    assert writes() == ["endpoint.delete"]


def continue_after_a_failure(project):
    """The provider refuses the second of three resources."""
    control(
        "POST",
        "vast/faults",
        {"operation": "endpoint.create", "fault": "status", "status": 400, "message": "no credit left"},
    )
    fleet = [
        {"novita_endpoint": {"name": "llm-8b", "worker_config": {"max_num": 6}}},
        {"vast_endpoint": {"name": "one", "max_workers": 2}},
        {
            "ppio_endpoint": {
                "name": "two",
                "type": "sync",
                "product_id": "7",
                "worker_config": {"max_replicas": 1},
                "image": "docker.io/example/llm:1.4",
            }
        },
    ]
    project.play("gpufleet.cloud.converge", fleet_resources=fleet).expect(
        2,
        "novita_endpoint llm-8b: updated (id ",
        "ppio_endpoint two: created",
        "1 of 3 resources failed: vast_endpoint one. The report above shows the reasons.",
        "no credit left",
        converge_failed=["vast_endpoint one"],
        converge_changed=["novita_endpoint llm-8b", "ppio_endpoint two"],
    )
    # The playbook uses only the options that identify a resource.
    fleet[1]["vast_endpoint"]["max_workers"] = -1
    project.play("gpufleet.cloud.teardown", fleet_resources=fleet[1:], teardown_confirm=True).expect(
        0, "vast_endpoint one: already absent", "ppio_endpoint two: deleted"
    )


def count_what_was_done(project):
    """A plan over the limit creates nothing. A resource that was created and then failed is created, and is billed."""
    operations()
    two = [{"vast_endpoint": {"name": name, "max_workers": 1}} for name in ("first", "second")]
    project.play("gpufleet.cloud.converge", fleet_resources=two, fleet_max_changes=1).expect(
        2,
        "vast_endpoint first: not attempted, because the plan exceeds max_changes; planned: create.",
        "2 resources: 2 not attempted.",
        "Nothing was written. Review the plan",
        "The variable is fleet_max_changes.",
    )
    assert not writes()
    control("POST", "vast/faults", {"operation": "endpoint.list", "fault": "status", "status": 500, "skip": 1})
    failing = [{"vast_endpoint": {"name": "first", "max_workers": 1, "settle_timeout": 0}}]
    project.play("gpufleet.cloud.converge", fleet_resources=failing).expect(
        2,
        "vast_endpoint first: failed after it was created (id ",
        "1 resource: 1 created, 1 failed.",
        "These failed resources exist and can be billed: ",
    )
    assert writes() == ["endpoint.create"]
    project.play("gpufleet.cloud.teardown", fleet_resources=two, teardown_confirm=True).expect(
        0, "vast_endpoint first: deleted (id ", "vast_endpoint second: already absent"
    )


def drift(project):
    operations()
    desired = (
        FLEET.read_text(encoding="utf-8")
        .replace(
            "LOG_LEVEL: info",
            "LOG_LEVEL: '<script>{{ [1, 1] | sum }}</script>'\n        A.B: changed\n        RED: \"\\e[31m\"",
        )
        .replace('"{{ team_token }}"', LITERAL)
    )
    desired += "  - vast_endpoint:\n      name: more\n      max_workers: 1\n"
    project.write("moved.yml", desired)
    project.play(
        "gpufleet.cloud.drift", "-vvvv", "--diff", "-e", "@moved.yml", drift_report_dir="reports", drift_fail=""
    ).expect(
        2,
        "2 of 4 resources drifted",
        drift_status="drift",
        drift_counts={"in_sync": 2, "drifted": 2, "failed": 0},
        drift_drifted=["novita_endpoint llm-8b", "vast_endpoint more"],
        drift_errors=[],
    )
    # The playbook wrote only the report.
    assert not writes()

    folder = project.folder / "reports"
    text, page = ((folder / name).read_text(encoding="utf-8") for name in ("drift.txt", "drift.html"))
    report = json.loads((folder / "drift.json").read_text(encoding="utf-8"))
    assert "worker_config.max_num: 6 -> 4" in text, text
    comment = (folder / "drift.md").read_text(encoding="utf-8")
    assert "| novita&#95;endpoint llm-8b | " in comment and "max&#95;num | 6 | 4 |" in comment, comment
    assert "<script>" not in comment, comment
    assert "envs.A.B: not set -> changed" in text, text
    assert r'envs.RED: not set -> "\u001b[31m"' in text, text
    assert "envs.TOKEN: (hidden) -> (hidden, new value)" in text, text
    assert "vast_workergroup tts (" in text and "): in sync" in text, text
    assert report["status"] == "drift"
    resource_types = [entry["resource_type"] for entry in report["resources"]]
    assert resource_types == ["novita_endpoint", "vast_endpoint", "vast_workergroup", "vast_endpoint"]
    assert [entry["status"] for entry in report["resources"]] == ["drift", "in_sync", "in_sync", "drift"]
    assert report["resources"][0]["before"]["worker_config"]["max_num"] == 6
    assert "&lt;script&gt;2&lt;/script&gt;" in page
    assert "<script" not in page and "://" not in page, "the page contains no scripts and loads nothing"
    assert page.startswith("<!DOCTYPE html>") and page.rstrip().endswith("</html>")
    for place in (text, page, json.dumps(report)):
        assert "canary" not in place

    before = set(project.folder.iterdir())
    project.play("gpufleet.cloud.drift", "-e", "@moved.yml", drift_fail="false", drift_report_dir="").expect(
        0, drift_status="drift"
    )
    assert set(project.folder.iterdir()) == before
    assert (mode(folder), mode(folder / "drift.txt")) == (0o750, 0o640)
    folder.chmod(0o700)
    (folder / "drift.txt").chmod(0o604)
    (folder / "drift.html").unlink()
    (folder / "drift.html").symlink_to("elsewhere.txt")
    project.write("reports/elsewhere.txt", "unchanged")
    control("POST", "vast/faults", {"operation": "endpoint.list", "fault": "garbage", "times": 0})
    project.play("gpufleet.cloud.drift", "-e", f"@{FLEET}", drift_fail=False, drift_report_dir="reports").expect(
        2,
        "resources failed: vast_endpoint tts",
        drift_status="error",
        drift_errors=["vast_endpoint tts", "vast_workergroup tts"],
        drift_drifted=["novita_endpoint llm-8b"],
    )
    assert (mode(folder), mode(folder / "drift.txt")) == (0o700, 0o604), (
        "an existing directory and file keep their mode"
    )
    assert (folder / "elsewhere.txt").read_text(encoding="utf-8") == "unchanged"
    assert stat.S_IMODE((folder / "drift.html").lstat().st_mode) == 0o640, "a new file replaces a link"
    assert "vast_workergroup tts: not compared" in (folder / "drift.txt").read_text(encoding="utf-8")
    control("DELETE", "vast/faults")
    assert not writes()


def unmanaged(project):
    """Report what no entry names, which is no drift."""
    lost = str(control("POST", "vast/instances", {"label": "old:4711:1"})["id"])
    forgotten = str(control("POST", "vast/endpoints", {"endpoint_name": "forgotten", "max_workers": 0})["id"])
    options = {"drift_fail": False, "drift_unmanaged": "true", "drift_report_dir": "unmanaged"}
    run = project.play("gpufleet.cloud.drift", "-e", f"@{FLEET}", **options)
    run.expect(0, "2 resources without an entry, among them 1 orphan.")
    assert [row["id"] for row in run.stats["drift_unmanaged_resources"]] == [lost, forgotten], run.stats
    for name in ("drift.txt", "drift.md", "drift.html", "drift.json"):
        text = (project.folder / "unmanaged" / name).read_text(encoding="utf-8")
        assert lost in text and forgotten in text and "which does not exist" in text, text
    control("POST", "vast/faults", {"operation": "instance.list", "fault": "status", "status": 403})
    run = project.play("gpufleet.cloud.drift", "-e", f"@{FLEET}", **options)
    run.expect(0, "1 resource without an entry.", "incomplete: it lacks the instances at Vast.ai")
    report = json.loads((project.folder / "unmanaged" / "drift.json").read_text(encoding="utf-8"))
    assert len(report["unmanaged_warnings"]) == 1, report
    prune = {"vast_endpoint": {"name": "^forgotten$", "older_than": "3650d"}}
    project.play("gpufleet.cloud.drift", "-e", f"@{FLEET}", fleet_prune=prune, **options).expect(0)
    control("DELETE", f"vast/instances/{lost}")
    control("DELETE", f"vast/endpoints/{forgotten}")
    assert not writes()


def teardown(project):
    project.play("gpufleet.cloud.teardown", "-e", f"@{FLEET}").expect(
        2, *(f"{name}: to be deleted" for name in NAMES), "Nothing was deleted."
    )
    project.play("gpufleet.cloud.teardown", "-e", f"@{FLEET}", "--check", teardown_confirm=True).expect(
        0, "3 to be deleted"
    )
    assert not writes()

    [endpoint] = control("GET", "novita/endpoints")
    control("PATCH", "vast/settings", {"failed_workers": [4711]})
    control(
        "POST",
        "novita/faults",
        {"operation": "endpoint.delete", "fault": "status", "status": 400, "message": "not today"},
    )
    project.play("gpufleet.cloud.teardown", "-e", f"@{FLEET}", teardown_confirm=True).expect(
        2,
        "vast_workergroup tts: deleted",
        "vast_endpoint tts: deleted",
        "These workers are still billed: 4711",
        "not today",
        "novita_endpoint llm-8b still exists (id ",
        teardown_left=[f"novita_endpoint llm-8b (id {endpoint['id']})"],
    )
    assert writes() == ["endpoint.delete", "workergroup.delete", "endpoint.delete"]
    project.play("gpufleet.cloud.teardown", "-vvvv", "-e", f"@{FLEET}", teardown_confirm="yes").expect(
        0,
        "vast_endpoint tts: already absent",
        "novita_endpoint llm-8b: deleted",
        "0 of 3 resources still exist.",
        teardown_left=[],
    )


def check_the_output_for_secrets(project):
    """Search the output of all runs, some of them with -vvvv."""
    assert any("env_names" in text for text in project.output), "the output must contain text that the search can find"
    for text in project.output:
        for canary in (KEY, SECRET, LITERAL):
            assert canary not in text, f"the output contains a secret: {canary[:14]}"


def main():
    project = Project(pathlib.Path(sys.argv[1]).resolve() / "project")
    try:
        for part in (
            fail_on_invalid_fleet_files,
            name_the_file_the_entry_and_the_variable,
            converge,
            write_a_journal_in_a_folder,
            refuse_a_prune_of_everything,
            continue_after_a_failure,
            count_what_was_done,
            drift,
            unmanaged,
            teardown,
            check_the_output_for_secrets,
        ):
            print(f"== {part.__name__}", flush=True)
            part(project)
    finally:
        for provider in ("novita", "ppio", "vast"):
            control("DELETE", provider)


if __name__ == "__main__":
    main()
