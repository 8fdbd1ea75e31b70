# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The health of an endpoint as its list response shows it, for events and for the inventory.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .._engine.state import FAILED, CurrentState


class WorkerCounts(NamedTuple):
    """The number of workers of an endpoint, and of the healthy ones."""

    total: int
    healthy: int


def stage_of(current: CurrentState) -> str:
    """Return the stage of an endpoint, or an empty text while it is removed, which is neither good nor bad.

    An endpoint that its provider or a user has switched off has failed.
    """
    if current.being_removed:
        return ""
    is_active = current.values.get("endpoint_state") in (None, "active")
    return current.stage.name if is_active else FAILED


def worker_counts(facts: Mapping[str, Any]) -> WorkerCounts | None:
    """Return the numbers of workers in the facts of an endpoint, or ``None`` if its workers have not been read."""
    if not facts.get("workers_gathered"):
        return None
    workers = facts["workers"]
    return WorkerCounts(len(workers), sum(worker["healthy"] for worker in workers))
