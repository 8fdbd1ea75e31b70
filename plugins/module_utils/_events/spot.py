# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spot instances, which their provider can take back.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import NamedTuple

from .._engine.capabilities import Interruptible, Interruption
from .._engine.resource import Resource
from .._engine.state import OFF, CurrentState
from .watch import Departures, Event, Poll, Selection, Watch


class _Known(NamedTuple):
    """What is known of a spot instance.

    :param notice: the status and the time of an announcement; both empty without one.
    :param facts: the instance as the last event would show it.
    """

    notice: tuple[str, str]
    facts: Event


_UNDISTURBED = ("", "")


class SpotWatch(Watch):
    """Watches the spot instances of an account."""

    name = "spot_instances"

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._known: dict[str, _Known] | None = None
        self._departures = Departures()

    def poll(self, poll: Poll) -> list[Event]:
        is_initial, known = self._known is None, self._known or {}
        current: dict[str, _Known] = {}
        events: list[Event] = []
        resources = [each for each in poll.resources("instance") if isinstance(each, Interruptible)]
        for resource in resources:
            for instance in poll.select(resource, self._selection):
                interruption = resource.interruption(instance)
                if interruption is None:
                    continue
                before = known[instance.id].notice if instance.id in known else _UNDISTURBED
                notice = _notice(instance, interruption, before)
                facts = poll.shown(_facts(resource, instance, interruption))
                current[instance.id] = _Known(notice, facts)
                if notice != before:
                    event_type = "spot_recovered" if notice == _UNDISTURBED else "spot_reclaim"
                    events.append({"type": event_type, "initial": is_initial, "instance": facts})
        for instance_id in self._departures.of(known, current):
            events.append({"type": "spot_removed", "initial": False, "instance": known.pop(instance_id).facts})
        self._known = {**known, **current}
        return events


def _notice(instance: CurrentState, interruption: Interruption, before: tuple[str, str]) -> tuple[str, str]:
    """Return the announcement that counts. An instance that the provider has stopped recovers when it runs again."""
    if interruption.is_announced:
        return interruption.status, interruption.time
    return before if instance.power == OFF else _UNDISTURBED


def _facts(resource: Resource, instance: CurrentState, interruption: Interruption) -> Event:
    return {
        "id": instance.id,
        "name": instance.name,
        "resource_type": resource.type_name(),
        "status": instance.facts["status"],
        "spot_status": interruption.status,
        "spot_reclaim_time": interruption.time,
        **interruption.facts,
    }
