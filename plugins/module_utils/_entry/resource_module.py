# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that converges one resource.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

from .._engine.convergence import Convergence
from .._engine.reservations import Reservations
from .._engine.resource import Resource
from .._visible import printable
from . import arguments
from .connection import connection_arguments
from .permit import PermitWatch
from .result import convergence_result
from .task import Module, Task


def resource_module(resource_type: type[Resource]) -> Module:
    """Return the module that converges one resource of a type."""
    provider = resource_type.provider

    def work(task: Task) -> dict[str, Any]:
        task.refuse(provider, arguments.resource_violations(resource_type, task.params, task.check_mode))
        with closing(task.client(provider)) as client:
            return _converge(task, resource_type(client))

    return Module(
        {**arguments.argument_spec(resource_type), **connection_arguments(provider)},
        work,
        rules=arguments.rules(resource_type),
        provider=provider.name,
    )


def _converge(task: Task, resource: Resource) -> dict[str, Any]:
    desired_state = arguments.desired_state(type(resource), task.params)
    resource.client.secrets.add(*resource.table.secret_values(desired_state.values))
    reservations = Reservations(task.permit.demand)
    watch = PermitWatch(task.permit, reservations.close)
    convergence = Convergence(resource, desired_state, resource.client.clock, watch)
    label = printable(resource.label(desired_state))
    task.awaited = lambda duration: ", ".join(filter(None, (f"{label}: {duration}", convergence.stage_in_words)))
    with closing(reservations):
        try:
            locked = reservations.reserve([convergence])
            if locked:
                raise locked[convergence]
            convergence.plan()
            if not task.check_mode:
                convergence.apply()
        finally:
            task.progress = convergence_result(convergence, task.params)
    for warning in filter(None, (reservations.problem, *convergence.outcome.warnings)):
        task.warn(warning)
    return task.progress
