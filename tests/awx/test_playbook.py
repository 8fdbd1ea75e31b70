# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that sets up AWX, with the real modules of awx.awx."""

from __future__ import annotations

import json
import subprocess

from .conftest import AUTOSCALER, EVERYTHING, IMAGE, PROJECT, PROVIDERS, SECRETS, run_playbook

# The playbook and the type of each job.
JOBS = {
    "converge": ("converge.yml", "run"),
    "plan": ("converge.yml", "check"),
    "apply": ("converge.yml", "run"),
    "drift": ("drift.yml", "run"),
    "teardown": ("teardown.yml", "run"),
}


def test_the_syntax_of_the_playbook_is_valid():
    subprocess.run(["ansible-playbook", "--syntax-check", "gpufleet.cloud.awx"], check=True)


def test_everything_exists_after_the_first_run(configured):
    endpoints = set(configured.awx.objects) - {"project_updates"}
    assert {endpoint: set(configured.awx.named(endpoint)) for endpoint in endpoints} == {
        "organizations": {"Default"},
        "credential_types": set(PROVIDERS.values()),
        "credentials": {"gpufleet novita", "gpufleet ppio", "gpufleet vast"},
        "projects": {"gpufleet"},
        "execution_environments": {"gpufleet"},
        "inventories": {"gpufleet"},
        "hosts": {"localhost"},
        "job_templates": {f"gpufleet {job}" for job in JOBS},
        "workflow_job_templates": {"gpufleet approve"},
        "workflow_job_template_nodes": {"plan", "approval", "apply"},
        "workflow_approval_templates": {"gpufleet approval"},
        "schedules": {"gpufleet drift, nightly"},
    }


def test_the_second_run_changes_nothing_and_writes_nothing(configured):
    written = len(configured.awx.writes)
    again = run_playbook(configured.awx, *EVERYTHING, VAST_AUTOSCALER_URL=AUTOSCALER, **SECRETS)
    assert (again.status, again.changed) == (0, 0), again.output
    assert configured.awx.writes[written:] == []


def test_every_credential_has_the_key_of_its_provider(configured):
    credentials = configured.awx.named("credentials")
    types = {stored["id"]: name for name, stored in configured.awx.named("credential_types").items()}
    assert {name: (types[stored["credential_type"]], stored["inputs"]) for name, stored in credentials.items()} == {
        "gpufleet novita": ("Novita AI (gpufleet.cloud)", {"api_key": SECRETS["NOVITA_API_KEY"]}),
        "gpufleet ppio": ("PPIO (gpufleet.cloud)", {"api_key": SECRETS["PPIO_API_KEY"]}),
        "gpufleet vast": (
            "Vast.ai (gpufleet.cloud)",
            {"api_key": SECRETS["VAST_API_KEY"], "autoscaler_url": AUTOSCALER},
        ),
    }


def test_no_key_is_printed_at_the_highest_verbosity(configured):
    assert "gpufleet novita" in configured.run.output
    assert [name for name, secret in SECRETS.items() if secret in configured.run.output] == []


def test_the_job_templates_use_the_project_and_all_credentials(configured):
    awx = configured.awx
    used = {name: awx.named(f"{name}s")["gpufleet"]["id"] for name in ("project", "execution_environment")}
    used["inventory"] = awx.named("inventories")["gpufleet"]["id"]
    for job, expected in JOBS.items():
        template = awx.named("job_templates")[f"gpufleet {job}"]
        assert (template["playbook"], template["job_type"]) == expected
        assert {name: template[name] for name in used} == used
        assert awx.credentials_of(template) == {f"gpufleet {provider}" for provider in PROVIDERS}
        assert json.loads(template["extra_vars"])["fleet_file"] == "fleet.yml"
    assert awx.named("projects")["gpufleet"]["scm_url"] == PROJECT
    assert awx.named("execution_environments")["gpufleet"]["image"] == IMAGE


def test_the_jobs_run_on_localhost_over_a_local_connection(configured):
    host = configured.awx.named("hosts")["localhost"]
    assert host["inventory"] == configured.awx.named("inventories")["gpufleet"]["id"]
    assert json.loads(host["variables"]) == {"ansible_connection": "local"}


def test_only_drift_is_scheduled_and_a_drift_fails_its_job(configured):
    schedule = configured.awx.named("schedules")["gpufleet drift, nightly"]
    drift = configured.awx.named("job_templates")["gpufleet drift"]
    assert (schedule["unified_job_template"], schedule["enabled"]) == (drift["id"], True)
    assert "FREQ=DAILY;INTERVAL=1" in schedule["rrule"]
    assert json.loads(drift["extra_vars"])["drift_fail"] is True


def test_only_teardown_has_a_survey_and_its_default_is_false(configured):
    awx = configured.awx
    teardown = awx.named("job_templates")["gpufleet teardown"]
    assert list(awx.surveys) == [teardown["id"]]
    assert teardown["survey_enabled"] is True
    assert "teardown_confirm" not in json.loads(teardown["extra_vars"])
    question = awx.surveys[teardown["id"]]["spec"][0]
    assert (question["variable"], question["required"], question["default"]) == ("teardown_confirm", True, "false")


def test_the_workflow_applies_the_plan_after_an_approval(configured):
    awx = configured.awx
    templates, nodes = awx.named("job_templates"), awx.named("workflow_job_template_nodes")
    approval = awx.named("workflow_approval_templates")["gpufleet approval"]
    assert {identifier: node["unified_job_template"] for identifier, node in nodes.items()} == {
        "plan": templates["gpufleet plan"]["id"],
        "approval": approval["id"],
        "apply": templates["gpufleet apply"]["id"],
    }
    assert awx.links_of(awx.named("workflow_job_templates")["gpufleet approve"]) == {
        ("plan", "success_nodes", "approval"),
        ("approval", "success_nodes", "apply"),
    }
    assert "gpufleet plan" in approval["description"]


def test_the_apply_job_itself_resolves_the_digest_that_the_plan_job_passes_on(configured):
    templates = configured.awx.named("job_templates")
    variables = {job: json.loads(templates[f"gpufleet {job}"]["extra_vars"]) for job in JOBS}
    assert variables["apply"] == {"fleet_file": "fleet.yml", "fleet_approved": "{{ converge_plan_digest }}"}
    assert [job for job in JOBS if "fleet_approved" in variables[job]] == ["apply"]
    # The user who starts the job cannot set another digest.
    assert not templates["gpufleet apply"].get("ask_variables_on_launch")


def test_another_run_adds_a_missing_key_but_replaces_a_key_only_on_request(awx):
    arguments = ("-e", f"awx_project_url={PROJECT}", "-e", '{"awx_providers": ["ppio"], "awx_fleet_file": ""}')

    empty = run_playbook(awx, *arguments, PPIO_API_URL="https://ppio.example.com")
    assert empty.status == 0, empty.output
    assert {name: stored["inputs"] for name, stored in awx.named("credentials").items()} == {"gpufleet ppio": {}}
    assert set(awx.named("credential_types")) == {"PPIO (gpufleet.cloud)"}
    assert "execution_environments" not in awx.objects
    template = awx.named("job_templates")["gpufleet converge"]
    assert "execution_environment" not in template
    assert awx.credentials_of(template) == {"gpufleet ppio"}
    assert json.loads(template["extra_vars"]) == {}

    filled = run_playbook(awx, *arguments, PPIO_API_KEY="sk-first-0123456789")
    assert filled.changed == 1, filled.output
    assert awx.named("credentials")["gpufleet ppio"]["inputs"] == {"api_key": "sk-first-0123456789"}

    unchanged = run_playbook(awx, *arguments, PPIO_API_KEY="sk-second-0123456789")
    assert unchanged.changed == 0, unchanged.output
    assert awx.named("credentials")["gpufleet ppio"]["inputs"] == {"api_key": "sk-first-0123456789"}

    run_playbook(awx, *arguments, "-e", "awx_update_secrets=true", PPIO_API_KEY="sk-second-0123456789")
    assert awx.named("credentials")["gpufleet ppio"]["inputs"] == {"api_key": "sk-second-0123456789"}


def test_a_run_without_a_repository_fails_before_any_request(awx):
    run = run_playbook(awx)
    assert run.status != 0
    assert "awx_project_url must be the URL of the git repository" in run.output
    assert awx.requests == []


def test_an_unknown_provider_is_refused_before_any_request(awx):
    run = run_playbook(awx, "-e", f"awx_project_url={PROJECT}", "-e", '{"awx_providers": ["novita", "aws"]}')
    assert run.status != 0
    assert "awx_providers must be a list of novita, ppio, vast" in run.output
    assert awx.requests == []


def test_a_missing_playbook_fails_with_the_message_of_awx(awx):
    awx.playbooks = ("converge.yml",)
    run = run_playbook(awx, "-e", f"awx_project_url={PROJECT}")
    assert run.status != 0
    assert "Playbook not found for project." in run.output
