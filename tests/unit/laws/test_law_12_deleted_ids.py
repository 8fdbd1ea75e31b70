# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 12: a deletion names the ID that it deletes, in check mode and in the run, for all resource types."""

from __future__ import annotations

import pytest

needs = pytest.mark.needs


def test_law_12_a_deletion_returns_the_id_of_the_deleted_resource(world):
    made = world.create().ok(changed=True)
    kept = world.create().ok()
    planned = world.check(state="absent").ok(changed=True)
    done = world.task(state="absent").ok(changed=True)
    again = world.task(state="absent").ok(changed=False)
    results = (made, kept, planned, done, again)
    assert [result["deleted_id"] for result in results] == ["", "", made["id"], made["id"], ""]


@needs("fixed", "replaceable")
def test_law_12_a_replacement_returns_the_id_of_the_replaced_resource(world):
    old = world.create().ok()["id"]
    replacement = {**world.resource_type.fixed, **world.resource_type.for_replacement, "recreate": True}
    for result in (world.check(**replacement), world.task(**replacement)):
        assert result.ok(changed=True)["deleted_id"] == old


@pytest.mark.parametrize(("verb", "arguments"), [("list", {}), ("delete", {"times": 0})])
def test_law_12_a_failed_deletion_returns_no_id(world, verb, arguments):
    world.create().ok()
    world.fault(verb, "status", status=500, **arguments)
    assert world.task(state="absent").failing()["deleted_id"] == ""
