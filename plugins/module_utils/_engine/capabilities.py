# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Capabilities that only some resource types have. The engine tests for them with ``isinstance``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from .._errors import ApiError
from .._schema.table import Settings, Table
from .._validation import Violation
from .cost import Cost
from .resource import Resource
from .state import OFF, READY, CurrentState, DesiredState


class Preparing:
    """A task refers to other resources, which must be found first."""

    def prepare(self, desired_state: DesiredState) -> None:
        """Find the resources to which a task refers. It is called before the list request."""
        raise NotImplementedError

    def prepare_create(self, target: dict[str, Any]) -> None:
        """Find the resources that did not exist yet when the create was planned."""


class Describing:
    """A task can describe the value of an option by its properties, and the provider has a list of such values.

    The field of the option has the name of the describing option in ``described_by``.
    """

    described_facts: ClassVar[dict[str, Any]]
    """The values in the result if the task describes nothing."""
    described: dict[str, Any]
    """The same after ``resolve``."""
    description_warnings: tuple[str, ...] = ()
    """Sentences about what ``resolve`` found."""

    def resolve(self, desired_state: DesiredState, current: CurrentState | None) -> DesiredState:
        """Return the desired state with the values that the task describes. Sends reads.

        A current value that has all described properties is the desired value, even if others have them, too.
        Raises ``NotFound`` or ``AmbiguousName``.
        """
        raise NotImplementedError


class Claiming:
    """A new resource claims something, in addition to its name, that no other resource can have."""

    def claim(self, desired_state: DesiredState) -> str:
        """Return a description of the claim, as a message shows it."""
        raise NotImplementedError


class OwnedBy:
    """A resource belongs to one of another type, its owner."""

    owner: ClassVar[type[Resource]]
    owned_by: ClassVar[tuple[str, str]]
    """The two options that identify the owner: by its name, and by its id."""

    def expect_owners(self, coming: set[str], renamed: dict[str, str]) -> None:
        """Prepare for owners that other entries of a fleet create or rename before this resource is written.

        :param coming: the names of owners that will exist.
        :param renamed: the new names of owners that are renamed, by their ids.
        """
        raise NotImplementedError


class ReadOnly:
    """Tasks can name a resource and read it, but no task creates, changes or deletes one."""


class Accumulating:
    """Some changes must not be sent twice: they add to the value that the provider has, or start a subscription."""

    accumulated: tuple[str, ...]
    """The option paths that these changes change. They contain no secrets."""


class Switchable:
    """A resource can be started, stopped and restarted; some can be recycled, too."""

    switched_facts: ClassVar[tuple[str, ...]] = ("status",)
    """At least one of these facts changes when the resource is started, stopped or restarted."""
    unseen_actions: ClassVar[frozenset[str]] = frozenset()
    """The actions that can be over before a read shows one of these facts."""

    @classmethod
    def is_running(cls, facts: dict[str, Any]) -> bool:
        """Return whether a resource with these facts runs, and is not about to stop."""
        raise NotImplementedError

    def switch(self, current: CurrentState, action: str) -> None:
        """Start, stop, restart or recycle a resource that is not in transition.

        :param action: ``start``, ``stop``, ``restart`` or ``recycle``.
        """
        raise NotImplementedError

    def is_stopped(self, current: CurrentState) -> bool:
        """Return whether a resource is stopped, although it may be intended to run."""
        return current.power == OFF and current.stage.name == READY


class Interruption(NamedTuple):
    """Whether a provider takes back a resource that it rents out at a lower price.

    :param is_announced: the provider announces that it takes the resource back, is doing so, or has done so.
    :param status: the word for it, or an empty text.
    :param time: when the provider takes the resource back, in ISO 8601 format, or an empty text.
    :param facts: what else helps to replace the resource.
    """

    is_announced: bool
    status: str
    time: str
    facts: dict[str, Any]


class Interruptible:
    """The provider can take back some resources, which it rents out at a lower price."""

    def interruption(self, current: CurrentState) -> Interruption | None:
        """Return whether the provider takes a resource back, or ``None`` if it never does. Sends no reads."""
        raise NotImplementedError


class LosingData:
    """A step can lose the data on the disks of a resource. The task must allow it with ``accept_data_loss``."""

    def data_lost_by(self, action: str) -> str:
        """Return what a step loses, as the object of a sentence, or an empty text.

        :param action: the action of the step, for example ``stop`` or ``replace``.
        """
        raise NotImplementedError


class Priced:
    """The cost of a resource can be calculated."""

    limits_cost: ClassVar[bool] = True
    """Whether a task can limit the cost of a single resource."""

    def hourly_cost(self, values: dict[str, Any], power: str, current: CurrentState | None, is_planned: bool) -> Cost:
        """Return the cost of a resource with these values and this power state.

        :param current: the resource as it exists now, or ``None`` for a new resource.
        :param is_planned: whether the values are those after the plan.

        Raises ``ApiError`` if a price list cannot be read.
        """
        raise NotImplementedError


class PriceLimited:
    """A task can limit the price at which a resource is ordered."""

    def price(self, target: dict[str, Any], desired_state: DesiredState) -> float | None:
        """Return the hourly price of a target, or ``None`` if the task sets no limit.

        Raises ``PriceError`` if the price exceeds the limit or is unknown.
        """
        raise NotImplementedError


class Renting:
    """A new resource is something that others can rent, too, so it must be found first. Check mode finds it, too."""

    rented_facts: ClassVar[tuple[str, ...]]
    """The facts in the step of the plan that rents something."""

    def rent(self, target: dict[str, Any], desired_state: DesiredState) -> dict[str, Any]:
        """Find what a create with a target rents, and return facts for the step of the plan. Sends reads.

        Raises ``NotFound``, or ``PriceError`` if the price exceeds the limit of the task or is unknown.
        """
        raise NotImplementedError

    def similar(self, current: CurrentState) -> dict[str, Any]:
        """Return options with which a create rents something like what a resource has rented."""
        raise NotImplementedError


class Guarded:
    """Something else in the account manages some resources, which no task may change."""

    def require_own(self, current: CurrentState) -> None:
        """Raise ``InUse`` if no task may change a resource. Can send reads."""
        raise NotImplementedError


class ReadById:
    """List responses can lack a new resource for a while. A read by its id shows it."""

    def read_new(self, resource_id: str) -> CurrentState | None:
        """Read a new resource, or return ``None`` if the provider reports that it does not exist."""
        raise NotImplementedError


class Free:
    """A resource costs nothing by itself, although resources that use it can cost something."""


class Revealing:
    """A resource has facts that are secrets."""

    private_facts: ClassVar[tuple[str, ...]]
    reveal_option: ClassVar[str]
    """The option with which a task requests these facts."""


class Explaining:
    """The provider has more information about a resource that did not become ready."""

    def explain(self, current: CurrentState) -> str:
        """Return this information as sentences, or an empty text."""
        raise NotImplementedError


class Gathered(NamedTuple):
    """What a resource type has read for an info module.

    :param facts: the facts that it adds to the resource; none if it could not read them.
    :param warning: a sentence about what is missing.
    """

    facts: dict[str, Any]
    warning: str = ""


class Gathering:
    """On request, an info module returns the workers of a resource and their logs.

    Resources have the facts in ``WORKERS_NOT_GATHERED``, whether they have been read or not.
    """

    gathers_workers: ClassVar[bool]
    """Whether an info module returns the workers by default."""
    log_settings: ClassVar[Table] = Settings()
    """Options for the reading of logs."""

    def gather_workers(self, current: CurrentState) -> Gathered:
        """Return the facts about the workers. Raises ``ApiError``."""
        raise NotImplementedError

    def gather_logs(self, current: CurrentState, settings: dict[str, Any]) -> Gathered:
        """Return the facts about the logs.

        :param settings: the values of ``log_settings``.
        """
        raise NotImplementedError


class Logging:
    """On request, an info module returns the log of a resource in the fact ``log``, a list of lines."""

    log_settings: ClassVar[Table] = Settings()
    """Options for the reading of the log."""

    def gather_log(self, current: CurrentState, settings: dict[str, Any]) -> Gathered:
        """Return the log.

        :param settings: the values of ``log_settings``.
        """
        raise NotImplementedError


class MakingRoom:
    """The provider can refuse a create because of a quota, so that a replacement must delete first."""

    codes_when_full: ClassVar[frozenset[str]]
    """The error codes of these refusals."""

    def may_delete_first(self, desired_state: DesiredState) -> bool:
        """Return whether the task allows a replacement to delete before it creates."""
        raise NotImplementedError


class Irreplaceable:
    """A replacement would lose something of value, so the module never replaces a resource."""

    lost_by_replacement: ClassVar[str]
    """What would be lost, as the subject of a sentence."""


class RemovedLast:
    """Other resources can use a resource, so its removal is planned when it is known which of them go first."""

    leaving: frozenset[str] = frozenset()
    """The ids of resources that other entries of a fleet delete first."""


class Occupied(RemovedLast):
    """Other resources can be in a resource. The provider lists them, and deletes the resource only without them."""

    def occupants(self, current: CurrentState) -> dict[str, str]:
        """Return the resources that must be deleted first, by their ids, as messages show them."""
        raise NotImplementedError


class ReplacingOnRequest:
    """No value can be changed in place, and a task requests a replacement with an option of the resource type.

    The create of a replacement can also overwrite the replaced resource. Others can still use the replaced resource: it
    then remains, and the task shows a warning.
    """

    codes_in_use: ClassVar[frozenset[str]]
    """The error codes with which the provider refuses to delete a resource in use."""

    def compared_values(self, desired_state: DesiredState) -> dict[str, Any]:
        """Return the desired values with which an existing resource is compared."""
        raise NotImplementedError

    def requested_replacement(self, current: CurrentState, desired_state: DesiredState) -> list[str]:
        """Return the options for whose values the task requests a replacement, although the current ones are unknown.

        The desired state has only the values that are compared.
        """
        raise NotImplementedError

    def may_replace(self, paths: list[str], desired_state: DesiredState) -> bool:
        """Return whether the task requests a replacement for changes of these options."""
        raise NotImplementedError

    def is_overwritten(self, current: CurrentState, target: dict[str, Any]) -> bool:
        """Return whether the provider has written the target of a replacement into the replaced resource."""
        raise NotImplementedError

    def after_replacement(self, newer_id: str) -> str:
        """Return a sentence about what must use the newer resource before the older one can be deleted."""
        raise NotImplementedError


class ReusingNames:
    """A name can be used again as soon as the removal of its resource begins."""


class Interchangeable:
    """Several resources that match a task are the same thing: a task keeps all of them, or deletes all of them."""


class RewritingAfterLoss:
    """If the response to a create was lost, an update writes the values that no read shows once more."""


class RemovingChildren:
    """A delete also removes dependent resources, and the result lists them."""

    removal_facts: ClassVar[dict[str, Any]]
    """The values in the result if nothing was deleted."""


class ReportingWrites:
    """Writes add values to the result, in addition to the resource."""

    write_facts: dict[str, Any]
    """In the class, the values without such a write; in an instance, the values after it."""


class WritingOnRequest:
    """A task can request a write even if no value differs."""

    def requested_writes(self, options: dict[str, Any]) -> list[str]:
        """Return the options that request a write. ``changes`` receives them as paths."""
        raise NotImplementedError


class RefusingForNow:
    """Some refusals are temporary: the provider has changed nothing, and the same write can succeed soon."""

    def is_temporary(self, error: ApiError) -> bool:
        """Return whether a refusal is temporary."""
        raise NotImplementedError


class ReplacingIgnored:
    """The provider can ignore an accepted update. If the task sets ``recreate``, a replacement follows."""


class RelatingOptions:
    """There are rules between options that the table cannot express."""

    rules: ClassVar[dict[str, Any]] = {}
    """Keyword arguments of ``AnsibleModule``, for example ``mutually_exclusive``."""
    create_needs: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Groups of options. A create requires one option of each group."""

    @classmethod
    def option_violations(cls, params: dict[str, Any]) -> list[Violation]:
        """Return the violations of these rules that can be found before the first request."""
        return []

    def conflicts(self, target: dict[str, Any], desired_state: DesiredState) -> list[Violation]:
        """Return the violations between a target and the options that are not in the table."""
        return []
