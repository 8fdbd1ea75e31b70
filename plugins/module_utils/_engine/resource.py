# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base class of all resource types. See ``capabilities.py`` for what only some of them have.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection
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
    """List responses that several resources share. A mark is the number of the oldest one to accept."""

    def read(self, resource_type: type[Resource], mark: int | None) -> ListResponse:
        """Return a list response that was requested at or after the mark."""

    def conclusive(self, resource_type: type[Resource], read: Callable[[], ListResponse]) -> ListResponse:
        """Return the result of ``read()``, or its result for another resource."""

    def mark(self, resource_type: type[Resource]) -> int:
        """Return the number of the next list response."""

    def declared(self, resource_type: type[Resource]) -> Collection[DesiredState]:
        """Return the desired states of all entries of a type."""


class Resource:
    """A resource type of a provider. Subclasses define the class attributes and the calls."""

    provider: ClassVar[Provider]
    noun: ClassVar[str]
    """The resource type in messages, for example ``endpoint`` or ``network storage``."""
    key: ClassVar[str]
    """The resource type in the names of modules and calls, and in results. The default is the noun with underscores."""
    table: ClassVar[Table]
    states: ClassVar[tuple[str, ...]] = ("present", "absent")
    named_by: ClassVar[tuple[str, ...]] = ("name",)
    """The options that identify the resource of a task without an id. One is sufficient, unless rules require more."""
    narrowed_by: ClassVar[dict[str, Any]] = {}
    """Options with which a task matches fewer resources, if several match it without them."""
    names_can_change: ClassVar[bool] = True
    """Whether a provider can store a name in another form, so that a create first searches for similar names."""
    settle_timeout: ClassVar[int] = 30
    """The default of the option ``settle_timeout``, in seconds."""
    options: ClassVar[Table] = Table()
    """Options that are neither in the table nor common to all resource types."""
    facts_before_create: ClassVar[dict[str, Any]] = {}
    """The facts of a resource that does not exist yet."""
    id_facts: ClassVar[tuple[str, ...]] = ()
    """The facts by which other resources refer to it. In check mode, a new resource has its planned id there."""
    content_facts: ClassVar[tuple[str, ...]] = ()
    """Those of the ``id_facts`` that each update changes."""
    place: str = ""
    """The entry of a fleet that uses this object, for messages."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "noun" in vars(cls) and "key" not in vars(cls):
            cls.key = cls.noun.replace(" ", "_")

    def __init__(self, client: Client, shared_lists: ListSource | None = None) -> None:
        self.client = client
        self.shared_lists = shared_lists

    @classmethod
    def type_name(cls) -> str:
        """Return the name of the resource type, which is also that of its module."""
        return f"{cls.provider.name}_{cls.key}"

    # -- the resource of a task --------------------------------------------------------------------------------------

    def matches(self, list_response: ListResponse, desired_state: DesiredState) -> list[CurrentState]:
        """Return the resources that match a task without an id: those with its name."""
        return list_response.named(desired_state.name)

    @classmethod
    def matched_by(cls, desired_state: DesiredState) -> str:
        """Return the property by which a task without an id finds its resource, for messages."""
        return f"the name {desired_state.name!r}"

    @classmethod
    def identity(cls, desired_state: DesiredState) -> list[str]:
        """Return the values by which a task without an id finds its resource, for a planned id."""
        values = desired_state.values
        return [str(values[option]) for option in cls.named_by if values.get(option)]

    def label(self, desired_state: DesiredState, resource_id: str = "") -> str:
        """Return the resource of a task as messages show it.

        :param resource_id: the id of the resource, if it is known.
        """
        if desired_state.id:
            return f"{self.noun} {desired_state.id!r}"
        shown_id = f" (id {resource_id})" if resource_id else ""
        return f"{self.noun} {self.matched_by_in_label(desired_state)}{shown_id}"

    def matched_by_in_label(self, desired_state: DesiredState) -> str:
        """Return the property by which a task without an id finds its resource, as its label shows it."""
        return repr(desired_state.name)

    def pruned_by(self, current: CurrentState) -> str:
        """Return the text of a resource that a pattern of ``prune`` must match."""
        return current.name

    # -- reading -----------------------------------------------------------------------------------------------------

    def read_list(self) -> ListResponse:
        """Read all resources. If some may be missing, raises ``ApiError`` or returns an inconsistent list response."""
        raise NotImplementedError

    def read_one(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        """Read the resource again. Return ``None`` if the provider reports that it does not exist.

        An API without a call that reads one resource has only the list.
        """
        return self.find_in_list(current, mark)

    def complete(self, current: CurrentState, desired: dict[str, Any] | None = None) -> CurrentState:
        """Return the resource with the values that a list response lacks.

        :param desired: if given, only the values that are compared with it are needed.
        """
        return current

    def is_absence(self, error: ApiError) -> bool:
        """Return whether a refusal proves that the resource does not exist."""
        raise NotImplementedError

    def unless_absent(self, send: Callable[[], T]) -> T | None:
        """Return the result of a call, or ``None`` if the provider reports that the resource does not exist."""
        try:
            return send()
        except ApiError as error:
            if self.is_absence(error):
                return None
            raise

    def list_resources(self, mark: int | None = None) -> ListResponse:
        """Read all resources, or use a shared list response that was requested at or after the mark."""
        return self.read_list() if self.shared_lists is None else self.shared_lists.read(type(self), mark)

    def mark(self) -> int | None:
        """Return the mark of the next list response, for a read that must not be older."""
        return None if self.shared_lists is None else self.shared_lists.mark(type(self))

    def conclusive(self, list_response: ListResponse) -> ListResponse:
        """Return a conclusive list response, reading as many times as the client retries.

        Raises ``BadResponse`` if none is conclusive.
        """
        if list_response.is_conclusive():
            return list_response
        if self.shared_lists is None:
            return self._read_conclusive(list_response)
        return self.shared_lists.conclusive(type(self), lambda: self._read_conclusive(list_response))

    def _read_conclusive(self, latest: ListResponse) -> ListResponse:
        before = latest
        for _attempt in self.client.attempts():
            before, latest = latest, self.list_resources(latest.number + 1)
            if latest.is_conclusive(before):
                return latest
        why = (
            f"the list response {latest.inconsistency}."
            if latest.inconsistency
            else f"the list of {self.noun}s kept changing, so it can be incomplete. The last two reads have "
            f"{len(before)} and {len(latest)} {self.noun}s, and differ in their IDs or totals."
        )
        raise BadResponse(why, operation=f"{self.key}.list", reason="bad_answer", retryable=True)

    def find_in_list(self, current: CurrentState, mark: int | None = None) -> CurrentState | None:
        """Return the resource as a list response shows it, or ``None``."""
        return next((other for other in self.list_resources(mark) if other.id == current.id), None)

    def read_while_waiting(self, current: CurrentState) -> CurrentState | None:
        """Read the resource again during a wait. Several resources can share a list response."""
        return self.read_one(current) if self.shared_lists is None else self.find_in_list(current)

    def select(self, selection: dict[str, Any]) -> list[CurrentState]:
        """Return the resources with these values of ``id`` and ``named_by``. An empty selection returns all."""
        resources = [current for current in self.conclusive(self.list_resources()) if not current.gone]
        for option, value in selection.items():
            resources = [current for current in resources if {**current.values, "id": current.id}.get(option) == value]
        return [self.complete(current) for current in resources] if selection else resources

    # -- writing -----------------------------------------------------------------------------------------------------

    def create(self, target: dict[str, Any]) -> str:
        """Create a resource and return its id, or an empty text if the response has none. Raises ``ApiError``."""
        raise NotImplementedError

    def update(self, current: CurrentState, target: dict[str, Any]) -> None:
        """Write the whole target into a resource. Raises ``ApiError``."""
        raise NotImplementedError

    def delete(self, current: CurrentState) -> Removal:
        """Delete a resource. It is not an error if the resource no longer exists."""
        raise NotImplementedError

    def changes(
        self, current: CurrentState, target: dict[str, Any], paths: list[str], options: dict[str, Any]
    ) -> list[Change]:
        """Return the writes that change ``paths`` to the values of a target, in order."""
        return [Change(paths, self.table.effect(paths))]

    def send_change(
        self, change: Change, current: CurrentState, target: dict[str, Any], options: dict[str, Any]
    ) -> None:
        """Send one of the writes that ``changes`` returned."""
        self.update(current, target)

    def replacement(self, current: CurrentState, target: dict[str, Any]) -> dict[str, Any]:
        """Return the target of a resource that replaces ``current``, without values that the provider sets itself."""
        return target

    # -- stage and report --------------------------------------------------------------------------------------------

    def assess(self, current: CurrentState, desired_state: DesiredState, power: str) -> CurrentState:
        """Return the resource with its stage: ready, pending or failed, measured against the desired state.

        :param power: the power state that the resource must have at the end.
        """
        return current

    def warnings(
        self, desired_state: DesiredState, current: dict[str, Any] | None, target: dict[str, Any] | None
    ) -> list[str]:
        """Return warnings for the user, which are the same in check mode and in the following run.

        :param current: the current values, or ``None`` if there is no resource.
        :param target: the values that the task leads to, or ``None`` if the task deletes the resource.
        """
        return []

    def spec(
        self, resource_id: str, values: dict[str, Any], desired: dict[str, Any] | None = None, reveal: bool = False
    ) -> dict[str, Any]:
        """Return options that change nothing in a task for this resource, without secrets."""
        return self.table.spec(values, desired, reveal)
