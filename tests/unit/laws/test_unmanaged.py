# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet lists what no entry names, for all resource types."""

from __future__ import annotations

import pytest


def unmanaged(world, *entries, **options):
    """Run a fleet without changes, and return whether each unmanaged resource of the type has a creation time."""
    result = world.cloud.fleet(world.resource_type.provider, list(entries), list_unmanaged=True, **options)
    result.ok(changed=False)
    rows = [row for row in result["unmanaged"] if row["resource_type"] == world.resource_type.module]
    return {row["id"]: bool(row["created_at"]) for row in rows}, result


def test_a_resource_is_listed_until_an_entry_names_it(world):
    made = world.create().ok()["id"]
    dated = world.resource_type.dated
    assert unmanaged(world)[0] == {made: dated}
    module = world.resource_type.module
    for options in (
        world.resource_type.task,
        {"id": made},
        {"id": made, "state": world.resource_type.task.get("state")},
    ):
        assert unmanaged(world, {module: {**options, "wait": False}})[0] == {}


@pytest.mark.parametrize(("fault", "arguments"), [("status", {"status": 500}), ("cut", {})])
def test_a_list_that_cannot_be_read_is_a_warning_and_lists_nothing(world, fault, arguments):
    world.create().ok()
    world.fault("list", fault, times=0, **arguments)
    found, result = unmanaged(world)
    lacking = f"incomplete: it lacks the {world.resource_type.words}s"
    assert found == {}
    assert any(lacking in text for text in map(str, result["warnings"]))
