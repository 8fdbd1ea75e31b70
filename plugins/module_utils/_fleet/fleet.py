# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many resources: plans all of them, then executes the plans.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection
from typing import Any, Callable, TypeVar

from .._engine.capabilities import Occupied, OwnedBy
from .._engine.convergence import Convergence
from .._engine.plan import DELETE
from .._engine.reservations import Reservations
from .._engine.resource import Resource
from .._engine.state import DesiredState
from .._entry.permit import Permit
from .._errors import CloudError, OptionError
from .._http.client import Client
from .._threads import in_threads
from .entry import Entry
from .entry_run import EntryRun
from .hourly_cost import hourly_cost
from .journal import Journal, JournalWatch
from .named import announce, named_types, set_order_of_named
from .options import FleetOptions
from .owners import expect_owners, set_order
from .progress import Progress
from .prune import removals
from .refusals import refuse_conflicts, refuse_too_much
from .resource_types import RESOURCE_TYPES
from .scheduler import Scheduler
from .shared_lists import SharedLists

T = TypeVar("T")


class Fleet:
    """Plans and applies many resources, of all types and providers.

    :param clients: the clients of the required providers, by the name of the provider.
    """

    def __init__(
        self,
        clients: dict[str, Client],
        options: FleetOptions,
        permit: Permit,
        reservations: Reservations,
        journal: Journal,
        progress: Progress,
    ) -> None:
        self._clients = clients
        self._options = options
        self._permit = permit
        self._reservations = reservations
        self._journal = journal
        self._progress = progress
        self._stop = threading.Event()
        self._declared: dict[type[Resource], list[DesiredState]] = {}
        """The desired states of the entries, by resource type."""
        self._shared_lists = {provider: SharedLists(client, self._declared) for provider, client in clients.items()}
        self.runs: list[EntryRun] = []
        self.hourly_cost: dict[str, Any] = {}

    # -- before any write --------------------------------------------------------------------------------------------

    def plan(self, entries: list[Entry]) -> None:
        """Plan all entries. The run of an entry that cannot be planned gets an error.

        Raises ``TooMuch`` if the plan exceeds the limits of the task, and ``OptionError`` if a pattern takes too long.
        """
        for entry in entries:
            self._declared.setdefault(entry.resource_type, []).append(entry.desired_state)
        self.runs = [self._run(entry) for entry in entries]
        expect_owners([run.convergence.resource for run in self.runs], self.runs)
        self._reserve(self.runs)
        self._begin_lists()
        self._plan_in_order()
        refuse_conflicts(self.runs)
        for type_name, pattern in sorted(self._options.prune.items(), key=lambda item: _contains_others(item[0])):
            pruned = self._pruned(type_name, pattern)
            # These locks are not in the order of the others. Waiting could block two fleets.
            self._reserve([run for run in pruned if not run.error], wait=False)
            self._plan_runs(pruned)
            self.runs += pruned
        set_order(self.runs)
        set_order_of_named(self.runs)
        self.hourly_cost = hourly_cost(self.runs, self._options.prices)
        refuse_too_much(self.runs, self._options)

    def _plan_in_order(self) -> None:
        """Plan the resources that others name, then the others, then the removals of resources that contain others."""
        named = named_types(self.runs)

        def turn(run: EntryRun) -> int:
            if run.is_removal and issubclass(run.entry.resource_type, Occupied):
                return 2
            return 0 if run.entry.resource_type in named else 1

        for now in range(3):
            announce(self.runs)
            self._plan_runs([run for run in self.runs if turn(run) == now])

    def _plan_runs(self, runs: list[EntryRun]) -> None:
        leaving = frozenset(run.current_id for run in self.runs if run.action == DELETE)
        for run in runs:
            if isinstance(run.convergence.resource, Occupied):
                run.convergence.resource.leaving = leaving
        self._in_parallel(EntryRun.plan, [run for run in runs if not run.error])

    def _run(self, entry: Entry) -> EntryRun:
        resource = self._resource(entry.resource_type)
        resource.place = entry.label
        resource.client.secrets.add(*resource.table.secret_values(entry.desired_state.values))
        watch = JournalWatch(self._journal, self._permit, entry, lambda: self._reservations.release(convergence))
        declared = self._declared.get(entry.resource_type, [])
        convergence = Convergence(resource, entry.desired_state, resource.client.clock, watch, declared)
        return EntryRun(entry, convergence)

    def _reserve(self, runs: list[EntryRun], wait: bool = True) -> None:
        """Reserve the resources of runs. A run whose resource another task keeps gets an error."""
        errors = self._reservations.reserve([run.convergence for run in runs], wait)
        for run in runs:
            run.error = errors.get(run.convergence)

    def _resource(self, resource_type: type[Resource]) -> Resource:
        provider = resource_type.provider.name
        return resource_type(self._clients[provider], self._shared_lists[provider])

    def _begin_lists(self) -> None:
        """List all resource types at the same time. The planning then uses these list responses and errors."""
        pruned = [RESOURCE_TYPES[type_name] for type_name in self._options.prune]
        resource_types = {run.entry.resource_type for run in self.runs} | set(pruned)
        resource_types |= named_types(self.runs)
        resource_types |= {run.owner.resource_type for run in self.runs if run.owner and run.owner.name}
        resource_types |= {resource_type.owner for resource_type in pruned if issubclass(resource_type, OwnedBy)}
        self._in_parallel(self._try_to_list, resource_types)

    def _try_to_list(self, resource_type: type[Resource]) -> None:
        with contextlib.suppress(CloudError):
            self._shared_lists[resource_type.provider.name].read(resource_type)

    def _pruned(self, type_name: str, pattern: str) -> list[EntryRun]:
        """Runs that delete the undeclared resources that match the pattern; or one run with an error.

        Raises ``OptionError`` if the pattern takes too long, which stops the whole task.
        """
        resource = self._resource(RESOURCE_TYPES[type_name])
        expect_owners([resource], self.runs)
        try:
            entries = removals(type_name, pattern, resource, self.runs)
        except OptionError:
            raise
        except CloudError as error:
            run = self._run(Entry.unknown_removals(type_name, pattern))
            run.error = error
            return [run]
        return [self._run(entry) for entry in entries]

    def _in_parallel(self, act: Callable[[T], None], items: Collection[T]) -> None:
        in_threads(act, list(items), self._options.concurrency)

    # -- the writes --------------------------------------------------------------------------------------------------

    def apply(self) -> None:
        """Execute the plans: first creates and changes, then deletes."""
        for shared_lists in self._shared_lists.values():
            shared_lists.planning = False
        self._progress.begin(self.runs)
        for run in self.runs:
            if run.error:
                self._end(run)
        planned = [run for run in self.runs if not run.error]
        self._execute([run for run in planned if run.action != DELETE])
        self._execute([run for run in planned if run.action == DELETE])

    def _execute(self, runs: list[EntryRun]) -> None:
        """Execute runs, with one scheduler for each provider, all providers at the same time."""
        schedulers = []
        for provider in self._clients:
            own = [run for run in runs if run.entry.resource_type.provider.name == provider]
            if own:
                watch = (self._permit.demand, self._progress.show, self._end)
                schedulers.append(Scheduler(own, self._options.concurrency, self._stop, *watch))
        in_threads(Scheduler.run, schedulers, len(schedulers))

    def _end(self, run: EntryRun) -> None:
        if run.error and self._options.fail_fast:
            self._stop.set()
        self._reservations.release(run.convergence)
        self._progress.show_end(run)


def _contains_others(type_name: str) -> bool:
    """Return whether resources of a type can contain others, which must be planned first."""
    return issubclass(RESOURCE_TYPES[type_name], Occupied)
