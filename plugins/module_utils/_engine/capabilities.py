# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What some resource types can do beside the core. The engine asks with ``isinstance``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, ClassVar

from .._errors import ApiError
from .._validation import Violation
from .resource import Resource
from .state import CurrentState, DesiredState


class Preparing:
    """A task names other resources, which must be looked up."""

    def prepare(self, desired_state: DesiredState) -> None:
        """Look up what a task names. Called before the list request."""
        raise NotImplementedError

    def prepare_create(self, target: dict[str, Any]) -> None:
        """Look up what did not exist yet when the create was planned."""


class Claiming:
    """A new resource takes something, beside its name, that no second one can have."""

    def claim(self, desired_state: DesiredState) -> str:
        """What a new resource takes, in the words of a message."""
        raise NotImplementedError


class OwnedBy:
    """A resource belongs to one of another type, its owner."""

    owner: ClassVar[type[Resource]]
    owned_by: ClassVar[tuple[str, str]]
    """The options that name the owner: by its name, and by its id."""

    def expect_owners(self, coming: set[str], renamed: dict[str, str]) -> None:
        """Learn which owners will exist when this resource is written.

        :param coming: the names of owners that will exist.
        :param renamed: the names that owners will have, by the ids of those that get a new one.
        """
        raise NotImplementedError


class Switchable:
    """A resource can be started, stopped and restarted."""

    switched_facts: ClassVar[tuple[str, ...]] = ("status",)
    """One of these facts changes when the resource is switched."""

    def switch(self, current: CurrentState, action: str) -> None:
        """``start``, ``stop`` or ``restart`` a resource that is not in transition."""
        raise NotImplementedError


class Priced:
    """The provider has a price list."""

    def price(self, target: dict[str, Any], desired_state: DesiredState) -> float | None:
        """The hourly price of a target in USD when the task limits it, else ``None``. Raises when it is too high."""
        raise NotImplementedError

    def hourly_cost(self, values: dict[str, Any]) -> float | None:
        """The hourly cost in USD of a running resource with these values, or ``None`` when it is unknown."""
        raise NotImplementedError


class Revealing:
    """A resource has facts that are secrets."""

    private_facts: ClassVar[tuple[str, ...]]
    reveal_option: ClassVar[str]
    """The option with which a task asks for them."""


class Explaining:
    """The provider can say more about a resource that did not become ready."""

    def explain(self, current: CurrentState) -> str:
        """What else is known, as sentences, or an empty text."""
        raise NotImplementedError


class MakingRoom:
    """A create can be refused because there are too many resources, so a replacement can have to delete first."""

    codes_when_full: ClassVar[frozenset[str]]
    """The error codes of such a refusal."""

    def may_delete_first(self, desired_state: DesiredState) -> bool:
        """Whether the task allows a replacement to delete before it creates."""
        raise NotImplementedError


class ReusingNames:
    """A name is free as soon as the removal of the resource that has it begins."""


class RemovingChildren:
    """A delete also removes what belongs to the resource, and reports it."""

    removal_facts: ClassVar[dict[str, Any]]
    """What results show when nothing was deleted."""


class ReportingWrites:
    """Writes add values to the result beside the resource."""

    write_facts: dict[str, Any]
    """In the class: the values without such a write; in an instance: the values after it."""


class WritingOnRequest:
    """A task can ask for a write although nothing differs."""

    def requested_writes(self, options: dict[str, Any]) -> list[str]:
        """The options that ask for a write; ``changes`` gets them as paths."""
        raise NotImplementedError


class RefusingForNow:
    """Some refusals of a write prove that nothing happened, and that the same write can succeed soon."""

    def is_temporary(self, error: ApiError) -> bool:
        """Whether a refusal is one of them."""
        raise NotImplementedError


class RelatingOptions:
    """There are rules between options that the table does not know."""

    rules: ClassVar[dict[str, Any]] = {}
    """Rules as ``AnsibleModule`` takes them, for example ``mutually_exclusive``."""
    create_needs: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of options; a create needs one option of each group."""

    @classmethod
    def option_violations(cls, params: dict[str, Any]) -> list[Violation]:
        """What is wrong between the options of a task and can be said before the first request."""
        return []

    def conflicts(self, target: dict[str, Any], desired_state: DesiredState) -> list[Violation]:
        """What does not go together in a target and the options beside the table."""
        return []
