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
from . import arguments
from .ansible_module import CloudModule, connection_arguments
from .permit import PermitWatch
from .result import convergence_result


def run_resource(resource_type: type[Resource]) -> None:
    """Run a module that converges one resource."""
    provider = resource_type.provider
    module = CloudModule(
        {**arguments.argument_spec(resource_type), **connection_arguments(provider)}, **arguments.rules(resource_type)
    )

    def work() -> dict[str, Any]:
        module.refuse(provider, arguments.resource_violations(resource_type, module.params))
        with closing(module.client(provider)) as client:
            return _converge(module, resource_type(client))

    module.run(provider.name, work)


def _converge(module: CloudModule, resource: Resource) -> dict[str, Any]:
    desired_state = arguments.desired_state(type(resource), module.params)
    resource.client.secrets.add(*resource.table.secret_values(desired_state.values))
    reservations = Reservations(module.permit.demand)
    watch = PermitWatch(module.permit, reservations.close)
    convergence = Convergence(resource, desired_state, resource.client.clock, watch)
    with closing(reservations):
        try:
            locked = reservations.reserve([convergence])
            if locked:
                raise locked[convergence]
            convergence.plan()
            if not module.check_mode:
                convergence.apply()
        finally:
            module.progress = convergence_result(convergence, module.params)
    if reservations.problem:
        module.warn(reservations.problem)
    for warning in convergence.outcome.warnings:
        module.warn(warning)
    return module.progress
