# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan for a resource that an earlier task of the same check run would create.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._errors import OptionError
from .._planned_id import identity_of
from .data_loss import with_data_loss
from .plan import DELETE, NOTHING, RECYCLE, RESTART, STOP, UPDATE, Expectation, Plan, Step
from .resource import Resource
from .state import OFF, ON, DesiredState

_STEPS_OF_STATE = {
    "stopped": [Step(STOP)],
    "restarted": [Step(RESTART, effect="restarts")],
    "recycled": [Step(RECYCLE, effect="restarts")],
}


def plan_of_planned(resource: Resource, desired_state: DesiredState) -> Plan:
    """Return the plan of a task with a planned id. Sends nothing. Raises ``OptionError``.

    The values of the resource are unknown, so each option that the task sets counts as a change.
    """
    if desired_state.state == "absent":
        identity = {"id": desired_state.id}
        return Plan(steps=[Step(DELETE, facts=identity)], diff={"before": identity, "after": {}})
    table, desired = resource.table, desired_state.values
    violations = table.range_violations(desired, {})
    if violations:
        raise OptionError(violations)
    paths, target = table.paths_of(desired), table.target({}, desired)
    steps = [Step(UPDATE, paths, table.effect(paths))] if paths else []
    steps += [with_data_loss(step, resource, desired_state) for step in _STEPS_OF_STATE.get(desired_state.state, [])]
    warning = (
        f"{resource.label(desired_state)} does not exist yet, so check mode cannot compare its values: it reports each "
        "option that this task sets as a change."
    )
    return Plan(
        steps=steps or [Step(NOTHING)],
        target=target,
        power=OFF if desired_state.state == "stopped" else ON,
        diff={"before": {}, "after": table.diff({}, target, desired)["after"]},
        expected=Expectation(
            desired_state.id,
            desired_state.name or identity_of(desired_state.id),
            target,
            {**resource.facts_before_create, **dict.fromkeys(resource.id_facts, desired_state.id)},
        ),
        warnings=[warning] if paths else [],
    )
