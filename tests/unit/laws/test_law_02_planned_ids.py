# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 2: later tasks of the same check run can use the id of a resource that an earlier task would create."""

from __future__ import annotations

import pytest

from .resource_types import VAST_ENDPOINT, VAST_WORKERGROUP

REFUSED = "must be the id of a resource. A planned id is valid only in check mode"


def planned_by(world):
    return world.run(world.resource_type.task, check=True).ok(changed=True)["id"]


def test_law_02_a_task_with_a_planned_id_predicts_each_option_as_a_change(world, resource_type):
    planned = planned_by(world)
    checked = world.run({"id": planned, **resource_type.change}, check=True).ok(changed=bool(resource_type.change))
    assert checked.writes == []
    assert not resource_type.change or resource_type.changed_path in checked["plan"][0]["fields"]
    assert ("does not exist yet" in str(checked.get("warnings"))) is bool(resource_type.change)


def test_law_02_a_task_deletes_a_planned_id_in_check_mode(world):
    planned = planned_by(world)
    checked = world.run({"id": planned, "state": "absent"}, check=True).ok(changed=True)
    assert checked.writes == []
    assert [step["action"] for step in checked["plan"]] == ["delete"]


def test_law_02_a_task_with_a_planned_id_returns_the_resource(world, resource_type):
    planned = planned_by(world)
    checked = world.run({"id": planned}, check=True).ok(changed=False)
    made = world.create().ok()
    assert checked["id"] == checked[resource_type.noun]["id"] == planned
    assert checked[resource_type.noun].keys() == made[resource_type.noun].keys()


@pytest.mark.needs("outside")
def test_law_02_a_value_outside_its_range_is_refused_with_a_planned_id(world, resource_type):
    planned = planned_by(world)
    for fragment, path in resource_type.outside:
        world.run({"id": planned, **fragment}, check=True).failing(path)


def test_law_02_a_planned_id_is_refused_outside_check_mode(world, resource_type):
    planned = planned_by(world)
    for fragment in ({}, {"state": "absent"}):
        assert world.run({"id": planned, **fragment}).failing(f"id: {REFUSED}").requests == []
    assert world.cloud.run(resource_type.info, {"id": planned}).failing(f"id: {REFUSED}").requests == []


def test_law_02_an_info_module_returns_no_resource_for_a_planned_id(world, resource_type):
    world.create().ok()
    planned = f"planned:{resource_type.module}:another"
    found = world.cloud.run(resource_type.info, {"id": planned}, check=True).ok(changed=False)
    assert found[f"{resource_type.noun}s"] == []
    assert "does not exist yet" in str(found["warnings"])


@pytest.mark.needs("replaceable", "fixed")
def test_law_02_a_replacement_has_a_planned_id(world, resource_type):
    made = world.create().ok()
    options = {**resource_type.fixed, **resource_type.for_replacement}
    planned = world.check(**options, recreate=True).ok(changed=True)["id"]
    assert planned.startswith(f"planned:{resource_type.module}:")
    assert planned != made["id"]


def test_law_02_a_workergroup_of_a_planned_endpoint(cloud):
    endpoint = cloud.run(VAST_ENDPOINT.module, VAST_ENDPOINT.task, True).ok(changed=True)["id"]
    task = {**VAST_WORKERGROUP.task, "endpoint_id": endpoint}
    checked = cloud.run(VAST_WORKERGROUP.module, task, True).ok(changed=True)
    assert checked.writes == []
    assert checked["plan"][0]["action"] == "create"
    assert checked["id"] == f"planned:vast_workergroup:tts/{task['template_hash']}"
    assert cloud.run(VAST_WORKERGROUP.module, task).failing(f"endpoint_id: {REFUSED}").requests == []
    absent = {"endpoint_id": endpoint, "state": "absent"}
    cloud.run(VAST_WORKERGROUP.module, absent, True).ok(changed=False)
    found = cloud.run(VAST_WORKERGROUP.info, {"endpoint_id": endpoint}, True).ok(changed=False)
    assert found["workergroups"] == []
