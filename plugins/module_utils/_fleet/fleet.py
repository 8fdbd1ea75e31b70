# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many resources: plans all of them, then executes the plans.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Mapping
from typing import Callable, TypeVar

from .._engine.capabilities import OwnedBy, RemovedLast
from .._engine.convergence import Convergence
from .._engine.plan import DELETE
from .._engine.reservations import Reservations
from .._engine.resource import Resource
from .._engine.state import DesiredState
from .._entry.permit import Permit
from .._errors import CloudError, OptionError
from .._http.client import Client
from .._threads import in_threads
from .accounts import Account
from .entry import Entry
from .entry_run import EntryRun
from .hourly_cost import calculate_costs, refuse_cost
from .journal import Journal, JournalWatch
from .named import announce, named_types, set_order_of_named
from .options import FleetOptions
from .owners import expect_owners, set_order
from .progress import Progress
from .prune import Spared, removals
from .prune_rule import PruneRule
from .refusals import refuse_conflicts, refuse_too_much
from .resource_types import RESOURCE_TYPES
from .scheduler import Scheduler
from .shared_lists import SharedLists
from .unmanaged import Unmanaged, unmanaged

T = TypeVar("T")


class Fleet:
    """Plans and applies many resources, of all types and accounts.

    Resources of different accounts have nothing to do with each other.

    :param clients: the clients of the accounts of the task.
    :param managed: the accounts in which the task may change something. It only lists resources in the others.
    :param spared: resources that the task declares without an entry, so that it must not delete them.
    """

    def __init__(
        self,
        clients: dict[Account, Client],
        managed: Collection[Account],
        options: FleetOptions,
        permit: Permit,
        reservations: Reservations,
        journal: Journal,
        progress: Progress,
        spared: Collection[Spared] = (),
    ) -> None:
        self._clients = clients
        self._managed = managed
        self._options = options
        self._permit = permit
        self._reservations = reservations
        self._journal = journal
        self._progress = progress
        self._spared = spared
        self._stop = threading.Event()
        self._declared: dict[Account, dict[type[Resource], list[DesiredState]]] = {account: {} for account in clients}
        """The desired states of the entries, by account and resource type."""
        self.shared_lists = {
            account: SharedLists(client, self._declared[account]) for account, client in clients.items()
        }
        self.runs: list[EntryRun] = []
        self.unmanaged: list[dict[str, str]] = []
        """The resources that the task neither declares nor deletes, if it lists them."""
        self.warnings: list[str] = []
        """Sentences about the plan that belong to no entry."""

    # -- before any write --------------------------------------------------------------------------------------------

    def plan(self, entries: list[Entry], refused: Mapping[int, CloudError] | None = None) -> None:
        """Plan all entries. The run of an entry that cannot be planned gets an error.

        :param refused: the errors of entries that must not be planned, by number.

        Raises ``TooMuch`` if the plan exceeds the limits of the task, and ``OptionError`` if a pattern takes too long.
        """
        for entry in entries:
            self._declared[entry.account].setdefault(entry.resource_type, []).append(entry.desired_state)
        self.runs = [self._run(entry) for entry in entries]
        for account in self._clients:
            runs = self._runs_of(account)
            expect_owners([run.convergence.resource for run in runs], runs)
        for run in self.runs:
            run.error = (refused or {}).get(run.entry.number)
        self._reserve([run for run in self.runs if not run.error])
        self._begin_lists()
        self._plan_in_order()
        for account in self._clients:
            refuse_conflicts(self._runs_of(account))
        for type_name, rule in sorted(self._options.prune.items(), key=lambda item: _is_removed_last(item[0])):
            pruned = [run for account in self._pruning(type_name) for run in self._pruned(type_name, rule, account)]
            # These locks are not in the order of the others. Waiting could block two fleets.
            self._reserve([run for run in pruned if not run.error], wait=False)
            self._plan_runs(pruned)
            self.runs += pruned
        for account in self._clients:
            set_order(self._runs_of(account))
            set_order_of_named(self._runs_of(account))
        self._list_unmanaged()
        if self._options.prices or self._options.cost_limits.by_currency:
            calculate_costs(self.runs)
            refuse_cost(self.runs, self._options.cost_limits)
        refuse_too_much(self.runs, self._options)

    def runs_of_entry(self, number: int) -> list[EntryRun]:
        """Return the runs of the entry with a number."""
        return [run for run in self.runs if run.entry.number == number]

    def _runs_of(self, account: Account) -> list[EntryRun]:
        return [run for run in self.runs if run.entry.account == account]

    def _plan_in_order(self) -> None:
        """Plan the resources that others name, then the others, then the removals of resources that others can use."""
        named = named_types(self.runs)

        def turn(run: EntryRun) -> int:
            if run.is_removal and issubclass(run.entry.resource_type, RemovedLast):
                return 2
            return 0 if run.entry.resource_type in named else 1

        for now in range(3):
            for account in self._clients:
                announce(self._runs_of(account))
            self._plan_runs([run for run in self.runs if turn(run) == now])

    def _plan_runs(self, runs: list[EntryRun]) -> None:
        leaving: dict[Account, set[str]] = {account: set() for account in self._clients}
        for run in self.runs:
            if run.action == DELETE:
                leaving[run.entry.account].add(run.current_id)
        for run in runs:
            if isinstance(run.convergence.resource, RemovedLast):
                run.convergence.resource.leaving = frozenset(leaving[run.entry.account])
        self._in_parallel(EntryRun.plan, [run for run in runs if not run.error])

    def _run(self, entry: Entry) -> EntryRun:
        resource = self._resource(entry.resource_type, entry.account)
        resource.place = entry.label
        resource.client.secrets.add(*resource.table.secret_values(entry.desired_state.values))
        watch = JournalWatch(self._journal, self._permit, entry, lambda: self._reservations.release(convergence))
        declared = self._declared[entry.account].get(entry.resource_type, [])
        convergence = Convergence(resource, entry.desired_state, resource.client.clock, watch, declared)
        return EntryRun(entry, convergence)

    def _reserve(self, runs: list[EntryRun], wait: bool = True) -> None:
        """Reserve the resources of runs. A run whose resource another task keeps gets an error."""
        errors = self._reservations.reserve([run.convergence for run in runs], wait)
        for run in runs:
            run.error = errors.get(run.convergence)

    def _resource(self, resource_type: type[Resource], account: Account) -> Resource:
        return resource_type(self._clients[account], self.shared_lists[account])

    def _begin_lists(self) -> None:
        """List all resource types at the same time. The planning then uses these list responses and errors."""
        lists = [(account, resource_type) for account in self._clients for resource_type in self._listed(account)]
        self._in_parallel(self._try_to_list, lists)

    def _listed(self, account: Account) -> set[type[Resource]]:
        """Return the resource types of an account that the planning lists."""
        if self._options.list_unmanaged:
            return {each for each in RESOURCE_TYPES.values() if each.provider.name == account.provider}
        runs = self._runs_of(account)
        pruned = [RESOURCE_TYPES[type_name] for type_name in self._options.prune if account in self._pruning(type_name)]
        resource_types = {run.entry.resource_type for run in runs} | set(pruned) | named_types(runs)
        resource_types |= {run.owner.resource_type for run in runs if run.owner and run.owner.name}
        return resource_types | {resource_type.owner for resource_type in pruned if issubclass(resource_type, OwnedBy)}

    def _try_to_list(self, read: tuple[Account, type[Resource]]) -> None:
        account, resource_type = read
        with contextlib.suppress(CloudError):
            self.shared_lists[account].read(resource_type)

    def _pruning(self, type_name: str) -> list[Account]:
        """Return the accounts in which to prune a type: those with an entry that keeps one, or all if allowed."""
        provider = RESOURCE_TYPES[type_name].provider.name
        of_provider = [account for account in sorted(self._managed) if account.provider == provider]
        if self._options.allow_prune_all:
            return of_provider
        keeping = {run.entry.account for run in self.runs if run.entry.type_name == type_name and not run.is_removal}
        keeping |= {spared.account for spared in self._spared if spared.type_name == type_name}
        return [account for account in of_provider if account in keeping]

    def _pruned(self, type_name: str, rule: PruneRule, account: Account) -> list[EntryRun]:
        """Runs that delete the undeclared resources of an account that match a rule; or one run with an error.

        Raises ``OptionError`` if the pattern takes too long, which stops the whole task.
        """
        resource, runs = self._resource(RESOURCE_TYPES[type_name], account), self._runs_of(account)
        expect_owners([resource], runs)
        try:
            entries, warning = removals(type_name, rule, resource, runs, account, self._spared_in(account))
        except OptionError:
            raise
        except CloudError as error:
            run = self._run(Entry.unknown_removals(type_name, rule.pattern, account))
            run.error = error
            return [run]
        self.warnings += filter(None, [warning])
        return [self._run(entry) for entry in entries]

    def _spared_in(self, account: Account) -> list[Spared]:
        return [spared for spared in self._spared if spared.account == account]

    def _list_unmanaged(self) -> None:
        """List what the task neither declares nor deletes. A list that cannot be read becomes a warning."""
        found: dict[Account, Unmanaged] = {}

        def search(account: Account) -> None:
            found[account] = unmanaged(
                account,
                lambda resource_type: self._resource(resource_type, account),
                self._runs_of(account),
                self._spared_in(account),
            )

        accounts = list(self._clients) if self._options.list_unmanaged else []
        self._in_parallel(search, accounts)
        for account in accounts:
            self.unmanaged += found[account].resources
            self.warnings += found[account].warnings

    def _in_parallel(self, act: Callable[[T], None], items: Collection[T]) -> None:
        in_threads(act, list(items), self._options.concurrency)

    # -- the writes --------------------------------------------------------------------------------------------------

    def apply(self, before_deletes: Callable[[], None] = lambda: None) -> None:
        """Execute the plans: first creates and changes, then deletes.

        :param before_deletes: called between the two.
        """
        for shared_lists in self.shared_lists.values():
            shared_lists.planning = False
        self._progress.begin(self.runs)
        for run in self.runs:
            if run.error:
                self._end(run)
        planned = [run for run in self.runs if not run.error]
        self._execute([run for run in planned if run.action != DELETE])
        before_deletes()
        self._execute([run for run in planned if run.action == DELETE])

    def _execute(self, runs: list[EntryRun]) -> None:
        """Execute runs, with one scheduler for each account, all accounts at the same time."""
        schedulers = []
        for account in self._clients:
            own = [run for run in runs if run.entry.account == account]
            if own:
                watch = (self._permit.demand, self._progress.show, self._end)
                schedulers.append(Scheduler(own, self._options.concurrency, self._stop, *watch))
        in_threads(Scheduler.run, schedulers, len(schedulers))

    def replace(self, former: list[EntryRun], runs: list[EntryRun]) -> None:
        """Put other runs in the place of some runs."""
        place = self.runs.index(former[0])
        self.runs = [run for run in self.runs if run not in former]
        self.runs[place:place] = runs

    def _end(self, run: EntryRun) -> None:
        if run.error and self._options.fail_fast and not run.has_alternative:
            self._stop.set()
        self._reservations.release(run.convergence)
        self._progress.show_end(run)


def _is_removed_last(type_name: str) -> bool:
    """Return whether the removals of a type are planned after those of others."""
    return issubclass(RESOURCE_TYPES[type_name], RemovedLast)
