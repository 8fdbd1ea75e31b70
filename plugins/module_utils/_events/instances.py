# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances that fail, stop, recover or no longer exist.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass

from .._engine.capabilities import Switchable
from .._engine.resource import Resource
from .._engine.state import FAILED, ON, READY, CurrentState
from .watch import Departures, Event, Poll, Selection, Watch

_FAILED = "instance_failed"
_STOPPED = "instance_stopped"
_RECOVERED = "instance_recovered"


@dataclass
class _Known:
    """What is known of an instance.

    :param facts: the instance as the last event would show it.
    :param reported: the type of the last event about it, or an empty text while nothing is wrong with it.
    :param rests: it is stopped, and has been since the first poll that listed it. Somebody may have stopped it.
    """

    facts: Event
    reported: str = ""
    rests: bool = True


class InstancesWatch(Watch):
    """Watches the instances of an account. It sends no request for a single instance."""

    name = "instances"

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._known: dict[str, _Known] | None = None
        self._departures = Departures()

    def poll(self, poll: Poll) -> list[Event]:
        is_initial, known = self._known is None, self._known or {}
        current: dict[str, _Known] = {}
        events = []
        for resource in poll.resources("instance"):
            for instance in poll.select(resource, self._selection):
                facts = poll.shown(_facts(resource, instance))
                entry = current[instance.id] = known.get(instance.id) or _Known(facts)
                entry.facts = facts
                event_type = _change(entry, resource, instance)
                if event_type:
                    events.append({"type": event_type, "initial": is_initial, "instance": facts})
        for instance_id in self._departures.of(known, current):
            events.append({"type": "instance_removed", "initial": False, "instance": known.pop(instance_id).facts})
        self._known = {**known, **current}
        return events


def _change(known: _Known, resource: Resource, instance: CurrentState) -> str:
    """Return the type of the event about an instance, or an empty text, and remember it."""
    is_stopped = isinstance(resource, Switchable) and resource.is_stopped(instance)
    known.rests = known.rests and is_stopped and instance.power != ON
    reported = known.reported
    if instance.stage.name == FAILED:
        reported = _FAILED
    elif is_stopped and not known.rests:
        reported = _STOPPED
    elif instance.stage.name == READY:
        reported = ""
    changed = reported != known.reported
    known.reported = reported
    return (reported or _RECOVERED) if changed else ""


def _facts(resource: Resource, instance: CurrentState) -> Event:
    return {
        "id": instance.id,
        "name": instance.name,
        "resource_type": resource.type_name(),
        "status": instance.facts["status"],
        "status_message": instance.facts["status_message"],
    }
