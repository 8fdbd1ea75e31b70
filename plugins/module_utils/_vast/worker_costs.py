# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the workers of an endpoint cost.

Each worker is an instance with its own price. The guide on pricing under https://docs.vast.ai/guides/serverless/ says
that Vast.ai bills the storage of stopped workers, at a price that the list of instances does not contain.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import NamedTuple

from .._errors import ApiError
from .._http.client import Client
from .instances import instances

_RUNNING = "running"


class PresentCost(NamedTuple):
    """The present cost of workers in USD per hour, or ``None`` and, if a request failed, why."""

    cost: float | None = None
    problem: str = ""


def cost_pool(endpoint_id: str | None, name: str | None) -> str:
    """Return the pool in which an endpoint and its workergroups share their workers."""
    return endpoint_id or f"name {name}"


def present_cost(client: Client, endpoint_id: str) -> PresentCost:
    """Return the cost of the workers of an endpoint. It is unknown without workers, and if some of them do not run."""
    try:
        workers = [instance for instance in instances(client) if instance.endpoint_id == endpoint_id]
    except ApiError as error:
        return PresentCost(problem=str(error))
    prices = [worker.dph_total for worker in workers if worker.actual_status == _RUNNING]
    known = [price for price in prices if price is not None]
    return PresentCost(sum(known) if known and len(known) == len(workers) else None)
