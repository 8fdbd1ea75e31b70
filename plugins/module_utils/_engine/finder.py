# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the resource that matches a task, or prove that there is none.

This module uses neither Ansible nor HTTP.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .._errors import AmbiguousName, CloudError, NotFound
from .._sentences import sentences
from .capabilities import Describing, Interchangeable
from .context import removal_task
from .list_response import ListResponse
from .resource import Resource
from .state import CurrentState, DesiredState
from .unfinished import UnfinishedCreate

_MOST_SHOWN = 5


class Found(NamedTuple):
    """The resources that match a task.

    :param current: the resource to manage, or ``None``.
    :param others: the other ones, for resource types of which several can match.
    :param being_removed: matching resources whose deletion is in progress.
    :param list_response: the list response that shows this.
    """

    current: CurrentState | None
    others: list[CurrentState]
    being_removed: list[CurrentState]
    list_response: ListResponse


class Finder:
    """Finds the resource of a task. Sends only reads."""

    def __init__(self, resource: Resource, desired_state: DesiredState) -> None:
        self._resource = resource
        self._desired_state = desired_state

    def find(self) -> Found:
        """Return what matches the task. Raises ``NotFound``, ``AmbiguousName`` and the errors of reads."""
        desired_state = self._desired_state
        list_response = self._resource.list_resources()
        if not desired_state.id:
            list_response = self._after_unfinished_create(list_response)
        matches = self._matches(list_response)
        if list_response.inconsistency or not matches:
            list_response = self._resource.conclusive(list_response)
            matches = self._matches(list_response)
        stays = [current for current in matches if not current.being_removed]
        if desired_state.id and desired_state.state != "absent" and not stays:
            raise self._unknown_id(list_response)
        if len(stays) > 1:
            if not isinstance(self._resource, Interchangeable):
                raise self._ambiguous(stays)
            stays.sort(key=lambda current: (current.facts.get("created_at", ""), current.id))
        being_removed = [current for current in matches if current.being_removed and not current.gone]
        return Found(stays[0] if stays else None, stays[1:], being_removed, list_response)

    def _after_unfinished_create(self, latest: ListResponse) -> ListResponse:
        """Return a list response that has the resource whose creation another task began and did not finish.

        If no list response has it in the time in which the provider can lack a new resource, returns the last one.
        """
        resource, unfinished = self._resource, UnfinishedCreate(self._resource, self._desired_state)
        note = unfinished.read()
        if note is None:
            return latest
        for _moment in resource.client.clock.poll(note.left(self._desired_state.settle_timeout)):
            matches = self._matches(latest)
            if any(current.id != note.former and not current.being_removed for current in matches):
                break
            # The entries of a fleet share list responses. The latest one can be older than the waits of other entries.
            latest = resource.list_resources(resource.mark())
        # Check mode waits for no other task, so the note can belong to one that still runs.
        if not resource.client.check_mode:
            unfinished.end()
        return latest

    def _unknown_id(self, list_response: ListResponse) -> NotFound:
        noun = self._resource.noun
        existing = [f"{current.id} ({current.name!r})" for current in list_response if not current.being_removed]
        more = len(existing) - _MOST_SHOWN
        shown = ", ".join(existing[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")
        found = f"its {noun}s are {shown}" if existing else f"it has no {noun}s"
        return NotFound(
            f"the account of the API key has no {noun} with this id; {found}.",
            advice=f"Correct the id or the API key, or omit the id to create a new {noun}.",
        )

    def _matches(self, list_response: ListResponse) -> list[CurrentState]:
        if self._desired_state.id:
            return [current for current in list_response if current.id == self._desired_state.id]
        return self._resource.matches(list_response, self._desired_state)

    def _ambiguous(self, matches: list[CurrentState]) -> AmbiguousName:
        ids = [current.id for current in matches]
        noun, matched_by = self._resource.noun, self._resource.matched_by(self._desired_state)
        why = f"{len(ids)} {noun}s have {matched_by}: {', '.join(ids)}"
        fitting = self._fitting(matches) if len(matches) == 2 else []
        if len(fitting) == 1:
            newer = fitting[0]
            older = next(current for current in matches if current.id != newer.id)
            # Not all providers return the time of creation.
            if older.facts.get("created_at", "") <= newer.facts.get("created_at", ""):
                why = sentences(
                    why,
                    f"The older {noun} {older.id} differs from this task in immutable options and the newer {noun} "
                    f"{newer.id} does not, as after an interrupted replacement",
                    removal_task(self._resource, older),
                )
        return AmbiguousName(why, ids=ids, advice=f"Set the id of the {noun} to manage, or delete the others by id.")

    def _fitting(self, matches: list[CurrentState]) -> list[CurrentState]:
        """Return the resources that do not differ in an immutable field."""
        try:
            read = [self._desired_and_complete(current) for current in matches]
        except CloudError:
            return []
        table = self._resource.table
        return [
            current
            for desired, current in read
            if not table.immutable_differences(current.values, table.target(current.values, desired))
        ]

    def _desired_and_complete(self, current: CurrentState) -> tuple[dict[str, Any], CurrentState]:
        """Return the desired values for one of several resources, and this resource with all values."""
        resource, desired = self._resource, self._desired_state.values
        if isinstance(resource, Describing):
            desired = resource.resolve(self._desired_state, current).values
        return desired, resource.complete(current, desired)
