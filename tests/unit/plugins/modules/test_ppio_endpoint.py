# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only PPIO endpoints have: a type that list responses omit, cursors, zero values for unset fields."""

from __future__ import annotations

import pytest

TASK = {"name": "llm", "type": "sync", "product_id": "7", "image": "team/llm:1", "worker_config": {"max_replicas": 2}}


@pytest.fixture(name="ppio")
def _ppio(cloud):
    return Ppio(cloud)


class Ppio:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("ppio")

    def run(self, check=False, **options):
        return self.cloud.run("ppio_endpoint", options, check)


def test_only_a_task_that_sets_the_type_needs_another_read(ppio):
    ppio.run(**TASK).ok()
    assert ppio.run(**TASK).ok(changed=False).operations == ["endpoint.list", "endpoint.get"]
    without = {option: value for option, value in TASK.items() if option != "type"}
    assert ppio.run(**without).ok(changed=False).operations == ["endpoint.list"]


def test_a_change_of_the_type_is_refused(ppio):
    ppio.run(**TASK).ok()
    failed = ppio.run(name="llm", type="async").failing("type (from 'sync' to 'async') cannot be changed in place")
    assert failed.writes == []


def test_a_replacement_for_another_reason_keeps_the_type(ppio):
    ppio.run(**{**TASK, "type": "async"}).ok()
    ppio.run(name="llm", app_name="other-app", recreate=True).ok(changed=True)
    ppio.run(name="llm", type="async").ok(changed=False)


def test_info_returns_the_type_by_name_but_not_for_all_endpoints(ppio):
    ppio.run(**TASK).ok()
    assert ppio.cloud.run("ppio_endpoint_info", {"name": "llm"}).ok()["endpoints"][0]["spec"]["type"] == "sync"
    listed = ppio.cloud.run("ppio_endpoint_info", {}).ok()
    assert "type" not in listed["endpoints"][0]["spec"]
    assert listed.operations == ["endpoint.list"]


def test_an_update_omits_unset_values(ppio):
    ppio.run(**TASK).ok()
    [write] = ppio.run(name="llm", worker_config={"max_replicas": 3}).ok(changed=True).writes
    assert "region_id" not in write["body"]
    assert "registry_auth_id" not in write["body"]
    assert write["body"]["worker_config"]["max_replicas"] == 3
    assert "min_cuda_version" not in write["body"]["worker_config"]


def test_a_value_can_be_changed_to_an_empty_string(ppio):
    ppio.run(**TASK, registry_auth_id="cred-1", command="serve").ok()
    ppio.run(name="llm", registry_auth_id="", command="").ok(changed=True)
    ppio.run(name="llm", registry_auth_id="", command="").ok(changed=False)


def test_a_cuda_version_must_be_a_string(ppio):
    made = ppio.run(**{**TASK, "worker_config": {"max_replicas": 1, "min_cuda_version": "13.0"}}).ok()
    assert made["endpoint"]["spec"]["worker_config"]["min_cuda_version"] == "13.0"
    for unquoted in (13.0, 12.8):
        ppio.run(name="llm", worker_config={"min_cuda_version": unquoted}).failing("min_cuda_version", "quotes")


def test_a_target_with_min_replicas_above_max_replicas_is_refused(ppio):
    ppio.run(**TASK).ok()
    failed = ppio.run(name="llm", worker_config={"min_replicas": 3}).failing("worker_config.min_replicas", "(2)")
    assert failed.writes == []


def test_local_volumes_work_and_cause_a_warning(ppio):
    volumes = [{"type": "local", "mount_point": "/scratch", "size": 20}]
    made = ppio.run(**TASK, volumes=volumes).ok(changed=True)
    assert "local" in str(made["warnings"])
    ppio.run(name="llm", volumes=volumes).ok(changed=False)


def test_a_size_that_is_not_returned_is_not_compared(ppio):
    endpoint = ppio.run(**TASK).ok()["id"]
    ppio.account.change(endpoint, volumes=[{"type": "local", "id": "", "mount_point": "/scratch"}])
    ppio.run(name="llm", volumes=[{"type": "local", "mount_point": "/scratch", "size": 20}]).ok(changed=False)


def test_a_repeated_cursor_is_an_error(ppio):
    for number in range(30):
        ppio.account.seed(name=f"other-{number}")
    ppio.account.settings.set(page_cap=10)
    ppio.account.fault("endpoint.list", "repeat_cursor", times=0)
    ppio.run(**TASK).failing("is incomplete")


def test_a_generated_app_name_is_not_in_the_spec_but_is_accepted(ppio):
    made = ppio.run(**TASK).ok()
    assert "app_name" not in made["endpoint"]["spec"]
    ppio.run(name="llm", app_name=made["id"]).ok(changed=False)


def test_an_unknown_cuda_version_is_accepted_only_if_it_is_current(ppio):
    ppio.account.seed(id="odd", name="odd", worker_config={"min_cuda_version": "any"})
    ppio.account.settings.set(update_ranges="found")
    assert ppio.run(id="odd", worker_config={"min_cuda_version": "any", "max_replicas": 3}).ok(changed=True)
    ppio.run(id="odd", worker_config={"min_cuda_version": "12.5"}).failing(
        "min_cuda_version: must be one of 12.4, 12.6"
    )
    ppio.run(**{**TASK, "worker_config": {"max_replicas": 1, "min_cuda_version": "any"}}).failing(
        "min_cuda_version: must be one of"
    )


def test_contradictory_totals_make_a_list_response_inconsistent(ppio):
    for number in range(60):
        ppio.account.seed(name=f"other-{number}")
    ppio.run(**TASK).ok()
    ppio.account.fault("endpoint.list", "empty_list", total=0, skip=1)
    assert ppio.run(**TASK).ok(changed=False).operations.count("endpoint.list") > 2
