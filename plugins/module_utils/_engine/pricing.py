# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calculate the hourly cost of a resource before and after its plan.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._errors import ApiError
from .capabilities import Free, Priced
from .cost import NOTHING, UNKNOWN, Cost, CostChange
from .plan import Plan
from .resource import Resource


def cost_change(resource: Resource, plan: Plan) -> CostChange:
    """Return the cost of a resource before and after a plan. Reads price lists, and never raises an ``ApiError``."""
    current, expected = plan.current, plan.expected.values

    def cost(values: dict[str, Any] | None, power: str, is_planned: bool) -> Cost:
        if values is None or isinstance(resource, Free):
            return NOTHING
        return resource.hourly_cost(values, power, current, is_planned) if isinstance(resource, Priced) else UNKNOWN

    currency = resource.provider.currency
    try:
        before = cost(current.values, current.power, is_planned=False) if current else NOTHING
        return CostChange(currency, before, cost(expected, plan.power, is_planned=True))
    except ApiError as error:
        unknown = Cost(problem=str(error))
        return CostChange(currency, unknown, unknown)


def unknown_cost_change(resource: Resource) -> CostChange:
    """Return the costs of a resource whose prices are not read: known only for resources that cost nothing."""
    cost = NOTHING if isinstance(resource, Free) else UNKNOWN
    return CostChange(resource.provider.currency, cost, cost)
