# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the resource that a create request has created, and verify its values.

This module uses neither Ansible nor HTTP.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .._errors import AmbiguousName, ApiError, Cancelled, NotApplied, OutcomeUnknown
from .._sentences import sentences
from .capabilities import Interchangeable, ReadById, ReplacingOnRequest
from .context import equal_resources
from .list_response import ListResponse
from .observer import Observer
from .outcome import Outcome
from .resource import Resource
from .similar_names import similar_resources
from .state import CurrentState, DesiredState
from .watch import Pause


class _Reading(NamedTuple):
    """The new resource as a read shows it.

    :param mismatches: the differences from the written values; ``None`` if no resource matches the task.
    :param renamed: the resource with the new id, if it does not match the task.
    :param unlisted: the stage in words of a new resource that no list response shows yet.
    """

    mismatches: list[str] | None
    renamed: CurrentState | None = None
    unlisted: str = ""


class NewResource:
    """A resource after its create request. It is found as the next task would find it.

    :param target: the written values.
    :param before: the list response from before the create.
    :param older: the resource that the new one replaces.
    """

    def __init__(
        self,
        resource: Resource,
        desired_state: DesiredState,
        target: dict[str, Any],
        before: ListResponse,
        older: CurrentState | None,
        observer: Observer,
        outcome: Outcome,
    ) -> None:
        self._resource = resource
        self._desired_state = desired_state
        self._target = target
        self._before = before
        self._older = older
        self._observer = observer
        self._outcome = outcome
        self._id = outcome.id
        """The id that the provider returned, or an empty text."""
        self._title = resource.provider.title
        self._matched_by = resource.matched_by(desired_state)

    def until_found(self, lost: ApiError | None) -> Iterator[Pause]:
        """Read the new resource until it has all desired values.

        :param lost: the error of a create whose response was lost.
        """
        try:
            yield from self._until_found(lost)
        except (ApiError, Cancelled) as error:
            if self._outcome.id:
                raise
            raise self._outcome_unknown(lost, f"the search for it failed: {error.why}") from None

    def _until_found(self, lost: ApiError | None) -> Iterator[Pause]:
        settle_timeout = self._desired_state.settle_timeout
        mark = self._resource.mark()
        yield Pause.READ_BACK
        seen = None
        for seen in self._observer.poll(settle_timeout, lambda since: self._read(since, lost is None), mark):
            if seen.mismatches == []:
                return
        seen = self._observer.require_read(seen)
        if seen.mismatches:
            raise self._observer.not_applied(seen.mismatches)
        if seen.renamed is not None:
            self._outcome.id = seen.renamed.id
            raise NotApplied(
                f"the new {self._resource.noun} {seen.renamed.id} does not have {self._matched_by}; its name is "
                f"{seen.renamed.name!r}.",
                ids=[seen.renamed.id],
                advice=f"Set this name in the task; otherwise the next run can create another {self._resource.noun}.",
            )
        if self._id:
            raise NotApplied(
                sentences(
                    f"{self._title} returned the id {self._id}, but after {settle_timeout} s no list response shows it",
                    f"A read by its ID shows {seen.unlisted}" if seen.unlisted else "",
                    self._observer.failed_read(),
                ),
                ids=[self._id],
                advice=f"Check it in the {self._title} console.",
            )
        raise self._outcome_unknown(lost, f"after {settle_timeout} s no list response shows it")

    def _read(self, mark: int | None, is_accepted: bool) -> _Reading:
        """Return the new resource as a list response shows it.

        :param mark: the oldest list response to accept.
        :param is_accepted: whether the provider has accepted the create.
        """
        list_response = self._resource.list_resources(mark)
        match = self._match(list_response)
        if match is not None:
            return _Reading(self._mismatches(match))
        if self._has_overwritten_older(list_response):
            return _Reading([])
        renamed = self._renamed(list_response, is_accepted)
        return _Reading(None, renamed, "" if renamed else self._stage_if_unlisted())

    def _match(self, list_response: ListResponse) -> CurrentState | None:
        """Return the new resource if it matches the task. Raises ``AmbiguousName`` if there are several."""
        resource, new_id = self._resource, self._id
        older_id = self._older.id if self._older else ""
        matches = [
            current
            for current in resource.matches(list_response, self._desired_state)
            if not current.being_removed and current.id != older_id
        ]
        ids = {current.id for current in matches} | ({new_id} if new_id else set())
        if isinstance(resource, Interchangeable):
            matches.sort(key=lambda current: current.id != new_id)
            warning = equal_resources(resource, matches) if len(matches) > 1 else ""
            if warning and warning not in self._outcome.warnings:
                self._outcome.warnings.append(warning)
        elif len(ids) > 1:
            raise AmbiguousName(
                f"there are now {len(ids)} {resource.noun}s with {self._matched_by}: {', '.join(sorted(ids))}",
                ids=sorted(ids),
                advice="Another run may have created one at the same time. Delete the surplus ones by id.",
            )
        return matches[0] if matches else None

    def _has_overwritten_older(self, list_response: ListResponse) -> bool:
        """Return whether the create has changed the older resource instead."""
        if self._older is None or not isinstance(self._resource, ReplacingOnRequest):
            return False
        older_id = self._older.id
        overwritten = next((current for current in list_response if current.id == older_id), None)
        if overwritten is None or not self._resource.is_overwritten(overwritten, self._target):
            return False
        self._observer.see(overwritten)
        return True

    def _renamed(self, list_response: ListResponse, is_accepted: bool) -> CurrentState | None:
        """Return the new resource if it has another name than that of the task."""
        if self._id or not is_accepted:
            renamed = [current for current in list_response if current.id == self._id]
        else:
            # The provider returns no id. A resource that was not there before is the new one.
            added = [current for current in list_response if current.id not in self._before.ids]
            renamed = similar_resources(added, self._desired_state, self._resource.named_by, ())
        return renamed[0] if len(renamed) == 1 else None

    def _stage_if_unlisted(self) -> str:
        """Return the stage of a new resource that no list response shows yet, in words, or an empty text."""
        if not self._id or not isinstance(self._resource, ReadById):
            return ""
        current = self._resource.read_new(self._id)
        if current is None:
            return ""
        self._observer.see(current)
        return self._resource.client.secrets.scrub(current.stage.words)

    def _mismatches(self, current: CurrentState) -> list[str]:
        """Return descriptions of the differences between the new resource and the written values."""
        table, desired = self._resource.table, self._desired_state.values
        self._observer.see(current)
        values = self._observer.see(self._resource.complete(current, None if self._older else desired)).values
        target = {**values, **self._target} if self._older else table.target(values, desired)
        target.update((option, values.get(option)) for option in table.update_only_values(target))
        return table.mismatches(values, target)

    def _outcome_unknown(self, lost: ApiError | None, seen: str) -> OutcomeUnknown:
        """Return the error for a create whose response was lost, or whose response contains no id.

        :param seen: what the reads after the create showed.
        """
        noun = self._resource.noun
        why = lost.why if lost else f"{self._title} accepted the request, but returned no id"
        error = OutcomeUnknown(
            sentences(why, f"It is unknown whether the {noun} was created: {seen}"),
            advice=f"Search for the {noun} with {self._matched_by} in the {self._title} console. Run the task again "
            f"only after the {noun} is visible there: the task then adopts it. An earlier run could create a second "
            f"{noun}.",
        )
        if lost is not None:
            error.status, error.operation, error.request_id = lost.status, lost.operation, lost.request_id
        return error
