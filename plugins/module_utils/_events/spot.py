# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The notices with which a provider announces that it takes a spot instance back.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.context import error_context, learn_secrets
from .._engine.resource import Resource
from .._fleet.resource_types import RESOURCE_TYPES
from .watch import Event, Poll, Selection, Watch

_STATUS = "spot_status"
_TIME = "spot_reclaim_time"
_UNDISTURBED = "running"
_SHOWN = ("status", _STATUS, _TIME, "cluster_name", "product_name")

SPOT_TYPES: list[type[Resource]] = [each for each in RESOURCE_TYPES.values() if _STATUS in each.facts_before_create]
"""The resource types whose resources a provider can take back."""


class SpotWatch(Watch):
    """Watches the spot instances of an account."""

    name = "spot_instances"

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._known: dict[str, Event] | None = None
        """The spot instances as the last event would show them, by their ids."""

    def poll(self, poll: Poll) -> list[Event]:
        current: dict[str, Event] = {}
        for resource_type in SPOT_TYPES:
            if resource_type.provider.name == poll.account.provider:
                current.update(self._read(poll, poll.resource(resource_type)))
        known, self._known = self._known, current
        events = []
        for instance_id, instance in current.items():
            before = (known or {}).get(instance_id, {_STATUS: _UNDISTURBED, _TIME: ""})
            if (instance[_STATUS], instance[_TIME]) != (before[_STATUS], before[_TIME]):
                event_type = "spot_recovered" if instance[_STATUS] == _UNDISTURBED else "spot_reclaim"
                events.append({"type": event_type, "initial": known is None, "instance": instance})
        for instance_id in (known or {}).keys() - current.keys():
            events.append({"type": "spot_removed", "initial": False, "instance": (known or {})[instance_id]})
        return events

    def _read(self, poll: Poll, resource: Resource) -> dict[str, Event]:
        with error_context(resource, f"list the {resource.noun}s"):
            found = [each for each in resource.select({}) if each.facts[_STATUS] and self._selection.has(each.name)]
        for each in found:
            learn_secrets(resource, each, {})
        return {
            each.id: poll.shown(
                {
                    "id": each.id,
                    "name": each.name,
                    "resource_type": resource.type_name(),
                    **{fact: each.facts[fact] for fact in _SHOWN},
                }
            )
            for each in found
        }
