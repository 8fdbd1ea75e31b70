# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The health of endpoints and the number of their workers.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._engine.capabilities import Gathering
from .._engine.resource import Resource
from .._engine.state import FAILED, PENDING, READY, CurrentState
from .._fleet.endpoint_health import WorkerCounts, stage_of, worker_counts
from .watch import Departures, Event, Poll, Selection, Watch

_MOST_SHOWN = 10
"""The number of unhealthy workers in an event."""
_UNHEALTHY = "endpoint_unhealthy"
_FAILED = "endpoint_failed"


@dataclass
class _Known:
    """What is known of an endpoint.

    :param facts: the endpoint as the last event would show it.
    :param reported: the type of the last event about its health, or an empty text while it counts as healthy.
    :param pending: the number of polls in a row in which it was not ready.
    :param workers: the number of its workers and of the healthy ones, if they have been read.
    """

    facts: dict[str, Any]
    reported: str = ""
    pending: int = 0
    workers: WorkerCounts | None = None


class EndpointsWatch(Watch):
    """Watches the endpoints of an account.

    :param workers: whether to read the workers, or ``None`` for what each resource type does by default.
    :param unhealthy_after: the number of polls in a row in which an endpoint is not ready before it is unhealthy.
    """

    name = "endpoints"

    def __init__(self, selection: Selection, workers: bool | None, unhealthy_after: int) -> None:
        self._selection = selection
        self._workers = workers
        self._unhealthy_after = unhealthy_after
        self._known: dict[str, _Known] | None = None
        self._departures = Departures()

    def poll(self, poll: Poll) -> list[Event]:
        current = {}
        for resource in poll.resources("endpoint"):
            for found in poll.select(resource, self._selection):
                current[found.id] = self._endpoint(poll, resource, found)
        is_initial, known = self._known is None, self._known or {}
        events = []
        for endpoint_id, (state, workers, facts) in current.items():
            entry = known.setdefault(endpoint_id, _Known(facts, workers=workers))
            entry.facts = facts
            events += [
                {"type": event_type, "initial": is_initial, **details, "endpoint": facts}
                for event_type, details in self._changes(entry, state, workers)
            ]
        for endpoint_id in self._departures.of(known, current):
            events.append({"type": "endpoint_removed", "initial": False, "endpoint": known.pop(endpoint_id).facts})
        self._known = known
        return events

    def _endpoint(
        self, poll: Poll, resource: Resource, current: CurrentState
    ) -> tuple[str, WorkerCounts | None, dict[str, Any]]:
        """Return the stage, the workers and the facts of an endpoint."""
        facts: dict[str, Any] = {}
        if isinstance(resource, Gathering) and (resource.gathers_workers if self._workers is None else self._workers):
            facts = resource.gather_workers(current).facts
        counts = worker_counts(facts)
        shown = poll.shown(
            {
                "id": current.id,
                "name": current.name,
                "resource_type": resource.type_name(),
                "status": current.facts["status"],
                "status_message": current.facts.get("status_message", ""),
                "url": current.facts.get("url", ""),
                "workers": counts and counts._asdict(),
                "unhealthy_workers": [
                    {name: worker[name] for name in ("id", "status", "status_message")}
                    for worker in (facts["workers"] if counts else ())
                    if not worker["healthy"]
                ][:_MOST_SHOWN],
            }
        )
        return stage_of(current), counts, shown

    def _changes(self, known: _Known, stage: str, workers: WorkerCounts | None) -> list[tuple[str, dict[str, Any]]]:
        """Return the types of events about an endpoint and their own values, and remember them."""
        changes: list[tuple[str, dict[str, Any]]] = []
        known.pending = known.pending + 1 if stage == PENDING else 0
        reported = known.reported
        if stage == READY:
            reported = ""
        elif stage == FAILED:
            reported = _FAILED
        elif known.pending >= self._unhealthy_after:
            reported = _UNHEALTHY
        if reported != known.reported:
            changes.append((reported or "endpoint_recovered", {}))
            known.reported = reported
        if workers is not None and workers != known.workers:
            if known.workers is not None:
                changes.append(("endpoint_workers_changed", {"workers_before": known.workers._asdict()}))
            known.workers = workers
        return changes
