# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 12: a message says what happened to which resource, who responded, and what was not done."""

from __future__ import annotations

from ..harness import ThroughFleet


# -- which resource --------------------------------------------------------------------------------------------------


def test_law_12_a_failure_after_the_create_names_the_id_and_counts_as_created(world):
    world.account.settings.set(boot_seconds=0)
    world.fault("list", "status", status=500, skip=1, times=0)
    failed = world.create(api_retries=0).failing("500")
    assert f"(id {failed['id']})" in failed["msg"]
    if isinstance(world.cloud, ThroughFleet):
        assert (failed["summary"]["create"], failed["summary"]["failed"]) == (1, 1)
        assert (failed["action"], failed["done_before_failure"]) == ("failed", "create")


def test_law_12_a_refused_create_does_not_count_as_created(world):
    world.fault("create", "status", status=400, reason="NO", message="no")
    failed = world.create().failing("HTTP 400")
    if isinstance(world.cloud, ThroughFleet):
        assert (failed["summary"]["create"], failed["summary"]["failed"]) == (0, 1)
        assert failed["done_before_failure"] == ""


def test_law_12_a_delete_shows_the_id_that_it_deletes(world):
    made = world.create().ok()
    planned = world.check(state="absent").ok(changed=True)
    deleted = world.task(state="absent").ok(changed=True)
    for result in (planned, deleted):
        assert [step["id"] for step in result["plan"]] == [made["id"]]
        [diff] = result["diff"] if isinstance(result["diff"], list) else [result["diff"]]
        assert diff["before"]["id"] == made["id"]


def test_law_12_a_refused_change_names_the_id(world):
    made = world.create().ok()
    world.fault("update", "status", status=400, reason="NO", message="no")
    world.task(**world.resource_type.change).failing(f"(id {made['id']})", "HTTP 400")
