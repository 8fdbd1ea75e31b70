# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every resource type can do. What only some of them can do is in ``capabilities.py``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, Callable, ClassVar, Protocol, TypeVar

from .._errors import ApiError, BadResponse
from .._http.client import Client
from .._schema.table import Table
from .list_response import ListResponse
from .plan import Change
from .provider import Provider
from .state import CurrentState, DesiredState, Removal

T = TypeVar("T")


class ListSource(Protocol):
    """List responses that several resources share. A mark is the number of the oldest one that will do."""

    def read(self, resource_type: type[Resource], mark: int | None) -> ListResponse:
        """A list response that was begun at or after the mark."""

    def conclusive(self, resource_type: type[Resource], read: Callable[[], ListResponse]) -> ListResponse:
        """What ``read()`` returns, or what it returned to another resource."""

    def mark(self, resource_type: type[Resource]) -> int:
        """The number of the next list response that will be begun."""


class Resource:
    """A resource type at a provider. A subclass gives the class attributes and the calls."""

    provider: ClassVar[Provider]
    noun: ClassVar[str]
    table: ClassVar[Table]
    states: ClassVar[tuple[str, ...]] = ("present", "absent")
    named_by: ClassVar[tuple[str, ...]] = ("name",)
    """The options that say which resource a task without an id means; one of them is enough."""
    options: ClassVar[Table] = Table()
    """Options beside the table and those that all resource types share."""
    facts_before_create: ClassVar[dict[str, Any]] = {}
    """The facts of a resource that does not exist yet."""

    def __init__(self, client: Client, shared_lists: ListSource | None = None) -> None:
        self.client = client
        self.shared_lists = shared_lists

    # -- which resource a task means ---------------------------------------------------------------------------------

    def matches(self, list_response: ListResponse, desired_state: DesiredState) -> list[CurrentState]:
        """The resources that a task without an id means: all that have its name."""
        return list_response.named(desired_state.name)

    @classmethod
    def matched_by(cls, desired_state: DesiredState) -> str:
        """By what a task without an id finds its resource."""
        return f"the name {desired_state.name!r}"

    def label(self, desired_state: DesiredState) -> str:
        """What messages call the resource of a task."""
        return f"{self.noun} {(desired_state.id or desired_state.name)!r}"

    # -- reading -----------------------------------------------------------------------------------------------------

    def read_list(self) -> ListResponse:
        """All resources, from the provider. When some may be missing, raises or returns an inconsistent response."""
        raise NotImplementedError

    def read_one(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        """The resource read again, or ``None`` when the provider says that it does not exist."""
        raise NotImplementedError

    def complete(self, current: CurrentState, desired: dict[str, Any] | None = None) -> CurrentState:
        """The resource with what a list response lacks: what ``desired`` needs, or everything without it."""
        return current

    def is_absence(self, error: ApiError) -> bool:
        """Whether a refusal proves that the resource does not exist."""
        raise NotImplementedError

    def unless_absent(self, send: Callable[[], T]) -> T | None:
        """What a call returns, or ``None`` when the provider says that the resource does not exist."""
        try:
            return send()
        except ApiError as error:
            if self.is_absence(error):
                return None
            raise

    def list_resources(self, mark: int | None = None) -> ListResponse:
        """All resources; where list responses are shared, perhaps from one that was begun at or after the mark."""
        return self.read_list() if self.shared_lists is None else self.shared_lists.read(type(self), mark)

    def mark(self) -> int | None:
        """This moment, for a list response that must not be older."""
        return None if self.shared_lists is None else self.shared_lists.mark(type(self))

    def conclusive(self, list_response: ListResponse) -> ListResponse:
        """A list response that can prove absence. It is read as often as any read is tried.

        Raises ``BadResponse`` when none is conclusive.
        """
        if list_response.is_conclusive():
            return list_response
        if self.shared_lists is None:
            return self._read_conclusive(list_response)
        return self.shared_lists.conclusive(type(self), lambda: self._read_conclusive(list_response))

    def _read_conclusive(self, latest: ListResponse) -> ListResponse:
        for _attempt in self.client.attempts():
            before, latest = latest, self.list_resources(latest.number + 1)
            if latest.is_conclusive(before):
                return latest
        why = (
            f"the list response {latest.inconsistency}."
            if latest.inconsistency
            else f"the list of {self.noun}s is different each time it is read."
        )
        raise BadResponse(why, operation=f"{self.noun}.list", reason="bad_answer", retryable=True)

    def find_in_list(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        """The resource as a list response shows it, or ``None``."""
        return next((other for other in self.list_resources(mark) if other.id == current.id), None)

    def read_while_waiting(self, current: CurrentState) -> CurrentState | None:
        """The resource read again while it is waited for. Many that are waited for can share a list response."""
        return self.read_one(current) if self.shared_lists is None else self.find_in_list(current)

    def select(self, selection: dict[str, Any]) -> list[CurrentState]:
        """The resources with these values of ``id`` and ``named_by``; all of them for an empty selection."""
        resources = [current for current in self.conclusive(self.list_resources()) if not current.gone]
        for option, value in selection.items():
            resources = [current for current in resources if {**current.values, "id": current.id}.get(option) == value]
        return [self.complete(current) for current in resources] if selection else resources

    # -- writing -----------------------------------------------------------------------------------------------------

    def create(self, target: dict[str, Any]) -> str:
        """Create a resource and return its id. Raises ``ApiError``."""
        raise NotImplementedError

    def update(self, current: CurrentState, target: dict[str, Any]) -> None:
        """Write the whole target into a resource. Raises ``ApiError``."""
        raise NotImplementedError

    def delete(self, current: CurrentState) -> Removal:
        """Start the removal of a resource. One that does not exist any more is no error."""
        raise NotImplementedError

    def changes(
        self, current: CurrentState, target: dict[str, Any], paths: list[str], options: dict[str, Any]
    ) -> list[Change]:
        """The writes that bring a resource to a target from which it differs in ``paths``, in their order."""
        return [Change(paths, self.table.effect(paths))]

    def send_change(
        self, change: Change, current: CurrentState, target: dict[str, Any], options: dict[str, Any]
    ) -> None:
        """Send one of the writes that ``changes`` returned."""
        self.update(current, target)

    def replacement(self, current: CurrentState, target: dict[str, Any]) -> dict[str, Any]:
        """The target of a resource that replaces ``current``, without what the provider fills in by itself."""
        return target

    # -- judging -----------------------------------------------------------------------------------------------------

    def assess(self, current: CurrentState, desired_state: DesiredState, power: str) -> CurrentState:
        """The resource with its stage on the way to the desired state and to the power state in which it must end."""
        return current

    def warnings(
        self, desired_state: DesiredState, current: dict[str, Any] | None, target: dict[str, Any] | None
    ) -> list[str]:
        """Sentences for the user, the same in check mode and in the run that follows.

        ``current`` has the values of the resource, or is ``None`` without one; ``target`` has those that the task leads
        to, or is ``None`` when the task removes the resource.
        """
        return []

    def spec(
        self, resource_id: str, values: dict[str, Any], desired: dict[str, Any] | None = None, reveal: bool = False
    ) -> dict[str, Any]:
        """The values as options that change nothing when they are fed back; nothing secret among them."""
        return self.table.spec(values, desired, reveal)
