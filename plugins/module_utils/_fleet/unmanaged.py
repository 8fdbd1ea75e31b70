# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources of an account that the task neither declares nor deletes, and the orphans among them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Callable, NamedTuple

from .._engine.capabilities import Interchangeable, OwnedBy
from .._engine.resource import Resource
from .._engine.state import CurrentState
from .._entry.result import masked
from .._errors import ApiError, while_doing
from .._vast.endpoint import VastEndpoint
from .._vast.instance import VastInstance
from .._vast.instance_table import endpoint_id_in
from .accounts import Account
from .entry_run import EntryRun
from .prune import Spared, undeclared
from .resource_types import PROVIDERS, RESOURCE_TYPES


class Unmanaged(NamedTuple):
    """The unmanaged resources of an account as the result shows them, and warnings about what could not be listed."""

    resources: list[dict[str, str]]
    warnings: list[str]


def unmanaged(
    account: Account,
    resource_of: Callable[[type[Resource]], Resource],
    runs: list[EntryRun],
    spared: Collection[Spared],
) -> Unmanaged:
    """List the resources of an account of which no run is.

    :param resource_of: makes the object of a resource type for the account.
    :param runs: the runs of the account, those of ``prune`` included.
    :param spared: declared resources of the account without a run.
    """
    return _Search(account, resource_of, runs, spared).found()


class _Search:
    def __init__(
        self,
        account: Account,
        resource_of: Callable[[type[Resource]], Resource],
        runs: list[EntryRun],
        spared: Collection[Spared],
    ) -> None:
        self._account = account
        self._title = PROVIDERS[account.provider].title
        self._resource_of = resource_of
        self._runs = runs
        self._spared = spared
        self._resources: list[dict[str, str]] = []
        self._warnings: list[str] = []

    def found(self) -> Unmanaged:
        for resource_type in RESOURCE_TYPES.values():
            if resource_type.provider.name == self._account.provider:
                with self._unless_listed(f"{resource_type.noun}s"):
                    self._add_resources(self._resource_of(resource_type))
        return Unmanaged(self._resources, self._warnings)

    @contextmanager
    def _unless_listed(self, nouns: str) -> Iterator[None]:
        """Add a warning if resources cannot be listed."""
        try:
            with while_doing(f"list the {nouns} at {self._title}"):
                yield
        except ApiError as error:
            named = f" in account {self._account.name}" if self._account.name else ""
            self._warnings.append(
                f"The list of unmanaged resources is incomplete: it lacks the {nouns} at {self._title}{named}. {error}"
            )

    def _add_resources(self, resource: Resource) -> None:
        resource_type = type(resource)
        if isinstance(resource, VastInstance):
            self._add_orphaned_workers(resource)
        found = undeclared(resource, resource.select({}), self._runs, self._spared)
        if issubclass(resource_type, Interchangeable):
            # A deletion concerns all equal resources, too.
            names = {run.entry.name for run in self._runs if run.entry.resource_type is resource_type}
            found = [current for current in found if current.name not in names]
        orphans = self._orphans(resource_type, found)
        for current in found:
            created_at = masked(current.facts.get("created_at", ""), resource.client.secrets)
            orphan = orphans.get(current.id, "")
            self._add(resource.type_name(), resource.pruned_by(current), current.id, created_at, orphan)

    def _orphans(self, resource_type: type[Resource], found: list[CurrentState]) -> dict[str, str]:
        """Return sentences about the resources whose owner does not exist, by the ids of the resources."""
        if not issubclass(resource_type, OwnedBy):
            return {}
        owner, fact = resource_type.owner, resource_type.owned_by[1]
        missing = self._missing(owner, {current.facts[fact] for current in found})
        return {
            current.id: f"Its {owner.noun} {current.facts[fact]} does not exist."
            if current.facts[fact]
            else f"It belongs to no {owner.noun}."
            for current in found
            if current.facts[fact] in missing
        }

    def _add_orphaned_workers(self, resource: Resource) -> None:
        """Add the instances whose label names an endpoint that does not exist."""
        listed = [(current, endpoint_id_in(current.name)) for current in resource.list_resources()]
        missing = self._missing(VastEndpoint, {endpoint_id for _current, endpoint_id in listed if endpoint_id})
        for current, endpoint_id in listed:
            if endpoint_id in missing:
                orphan = f"Its label names the endpoint {endpoint_id}, which does not exist."
                self._add(resource.type_name(), current.name, current.id, current.facts["created_at"], orphan)

    def _missing(self, owner: type[Resource], ids: set[str]) -> set[str]:
        """Return those of the ids that no owner has. An owner can be newer than the first list response."""
        resource = self._resource_of(owner)
        missing = ids - {current.id for current in resource.select({})}
        if missing:
            latest = resource.list_resources(resource.mark())
            missing -= latest.ids | resource.conclusive(latest).ids
        return missing

    def _add(self, type_name: str, name: str, resource_id: str, created_at: Any, orphan: str) -> None:
        self._resources.append(
            {
                "resource_type": type_name,
                "provider": self._account.provider,
                "account": self._account.name,
                "name": name,
                "id": resource_id,
                "created_at": created_at,
                "orphan": orphan,
            }
        )
