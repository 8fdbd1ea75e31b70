# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans a wanted set as a whole, and carries the plan out.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor

from .._engine.capabilities import OwnedBy
from .._engine.convergence import Convergence
from .._engine.state import DesiredState
from .._errors import CloudError, OptionError, TooMuch
from .._validation import Violation
from .entries import Entry
from .entry_run import EntryRun
from .journal import JournalWatch
from .report import hourly_cost, place
from .resource_types import RESOURCE_TYPES
from .scheduler import Scheduler
from .shared_lists import SharedLists

_REMOVING = ("delete", "replace")


class Fleet:
    """Many resources of all kinds and providers.

    :param clients: a ``Client`` for each provider that is needed, by its name.
    :param options: the options of the task beside the wanted set.
    :param hear: is called with a job before it begins and when it has ended.
    """

    def __init__(self, clients, options, journal, hear):
        self._clients = clients
        self._options = options
        self._journal = journal
        self._hear_outside = hear
        self._stop = threading.Event()
        self._shared_lists = {provider: SharedLists(client) for provider, client in clients.items()}
        self.runs = []
        self.hourly_cost = {}

    # -- before any write --------------------------------------------------------------------------------------------

    def plan(self, wanted):
        """Decide everything. What is wrong with one resource is its own error; what goes beyond the limits is raised."""
        self.runs = [self._run_of(entry) for entry in wanted]
        patterns = self._options["prune"]
        self._begin_listings([*(entry.resource_type for entry in wanted), *patterns])
        self._expect_owners()
        self._in_parallel(EntryRun.plan, self.runs)
        self._refuse_twins()
        for resource_type, pattern in patterns.items():
            pruned = self._pruned(resource_type, pattern)
            self._in_parallel(EntryRun.plan, [run for run in pruned if not run.error])
            self.runs += pruned
        self._set_order()
        self.hourly_cost = hourly_cost(self.runs, self._options["prices"])
        self._demand_moderation()

    def _run_of(self, entry):
        resource_type = RESOURCE_TYPES[entry.resource_type]
        client = self._clients[resource_type.provider.name]
        resource = self._resource(resource_type)
        client.secrets.add(*resource_type.table.secret_values(entry.desired_state.values))
        watch = JournalWatch(self._journal, entry.resource_type, entry.name)
        return EntryRun(entry, Convergence(resource, entry.desired_state, client.clock, watch))

    def _resource(self, resource_type):
        return resource_type(
            self._clients[resource_type.provider.name], self._shared_lists[resource_type.provider.name]
        )

    def _begin_listings(self, names):
        """Read all listings at once; each is remembered, failed or not."""
        resource_types = {RESOURCE_TYPES[name] for name in names}
        resource_types.update(resource_type.owner for resource_type, run in self._owned() if run.owners[0])
        resource_types.update(owner for name in self._options["prune"] if (owner := owner_of(RESOURCE_TYPES[name])))
        self._in_parallel(self._try_to_list, resource_types)

    def _try_to_list(self, resource_type):
        try:
            return self._shared_lists[resource_type.provider.name].read(resource_type)
        except CloudError:
            return None

    def _in_parallel(self, act, things):
        if things:
            with ThreadPoolExecutor(self._options["concurrency"]) as pool:
                list(pool.map(act, things))

    def _owned(self):
        """The jobs of kinds that belong to another one, each with its kind."""
        return [
            (RESOURCE_TYPES[run.wanted.resource_type], run)
            for run in self.runs
            if owner_of(RESOURCE_TYPES[run.wanted.resource_type])
        ]

    def _of(self, resource_type):
        return [run for run in self.runs if RESOURCE_TYPES[run.wanted.resource_type] is resource_type]

    def _expect_owners(self):
        """Tell those who need an owner which ones this task creates or renames."""
        for owner in {resource_type.owner for resource_type, _run_of in self._owned()}:
            self._expect(
                owner,
                [run.convergence.resource for resource_type, run in self._owned() if resource_type.owner is owner],
            )

    def _expect(self, owner, resources):
        """Tell resources that belong to an owner's kind what will be there of it."""
        desired_states = [run.wanted.desired_state for run in self._of(owner) if not run.error]
        desired_states = [desired_state for desired_state in desired_states if desired_state.state != "absent"]
        coming = {desired_state.name for desired_state in desired_states if desired_state.name}
        renamed = {
            desired_state.id: desired_state.name
            for desired_state in desired_states
            if desired_state.id and desired_state.name
        }
        for resource in resources:
            resource.expect_owners(coming, renamed)

    def _refuse_twins(self):
        """Two entries can mean the same record, one by its id and one by its name, or give two records one name."""
        seen = {}
        for run in [run for run in self.runs if not run.error]:
            claims = [("", f"means the same record {run.current_id} as")] if run.current_id else []
            claims += [("name", f"must not be {run.new_name!r}, which is to be the name of")] if run.new_name else []
            claims += [("", f"is to have {run.claim}, as is")] if run.claim else []
            for path, text in claims:
                other = seen.setdefault((run.wanted.resource_type, text), run)
                if other is not run:
                    for one, two in ((run, other), (other, run)):
                        one.error = OptionError([Violation(path, f"{text} {place(two)}")])

    def _pruned(self, resource_type, pattern):
        """Jobs that delete what matches the pattern and is not wanted."""
        provider = RESOURCE_TYPES[resource_type].provider
        resource = self._resource(RESOURCE_TYPES[resource_type])
        owner = owner_of(RESOURCE_TYPES[resource_type])
        if owner:
            self._expect(owner, [resource])
        try:
            records = resource.select({})
        except CloudError as error:
            run = self._run_of(
                Entry(
                    -1,
                    resource_type,
                    {RESOURCE_TYPES[resource_type].named_by[0]: pattern},
                    DesiredState("absent", pattern, "", {}),
                )
            )
            run.error = error
            error.doing = f"prune {pattern!r} at {provider.title}, because the listing is in doubt"
            return [run]
        names, ids = self._kept(resource_type)
        return [
            self._run_of(_removal(resource_type, record))
            for record in records
            if re.match(pattern, record.name)
            and record.name not in names
            and record.id not in ids
            and not record.being_removed
        ]

    def _kept(self, resource_type):
        """Names and ids that a prune of a kind passes over: what is wanted, and what it needs or may mean."""
        own = self._of(RESOURCE_TYPES[resource_type])
        names = {run.wanted.name for run in own if run.error}
        ids = {
            found
            for run in own
            for found in (run.wanted.desired_state.id, run.current_id, *(run.error.ids if run.error else ()))
        }
        for owned, run in self._owned():
            if owned.owner is RESOURCE_TYPES[resource_type] and run.wanted.desired_state.state != "absent":
                names.add(run.owners[0])
                ids.add(run.owners[1])
        return names, ids

    def _set_order(self):
        """An owner before what belongs to it; what belongs to it before an owner that is deleted."""
        named = {(RESOURCE_TYPES[run.wanted.resource_type], run.wanted.name): run for run in self.runs}
        numbered = {
            (RESOURCE_TYPES[run.wanted.resource_type], run.current_id): run for run in self.runs if run.current_id
        }
        for resource_type, run in self._owned():
            name, number = run.owners
            owner = named.get((resource_type.owner, name)) or numbered.get((resource_type.owner, number))
            if owner is None:
                continue
            if owner.action == "delete" and run.wanted.desired_state.state != "absent":
                rule = f"must not be {owner.wanted.name!r}, which {place(owner)} deletes"
                run.error = run.error or OptionError([Violation(resource_type.owned_by[0], rule)])
            if run.action == owner.action == "delete":
                owner.after.append(run)
            elif run.action != "delete" or owner.renames:
                run.after.append(owner)

    def _demand_moderation(self):
        """Raise ``TooMuch`` when the plan goes beyond the task's limits."""
        actions = [run.action for run in self.runs if not run.error]
        counts = {
            "max_changes": sum(action != "unchanged" for action in actions),
            "max_deletes": sum(action in _REMOVING for action in actions),
        }
        for option, count in counts.items():
            limit = self._options[option]
            if limit is not None and count > limit:
                raise TooMuch(
                    f"{option}: the plan has {count} of them, and {limit} are allowed.",
                    doing="go on",
                    advice="Nothing was written. Look at the plan, then raise the limit or correct the wanted set.",
                )

    # -- the writes --------------------------------------------------------------------------------------------------

    def apply(self):
        """Carry out the plan: what is created or changed first, then what is deleted."""
        for shared_lists in self._shared_lists.values():
            shared_lists.planning = False
        for run in self.runs:
            if run.error:
                self._hear(run, ended=True)
        able = [run for run in self.runs if not run.error]
        self._work([run for run in able if run.action != "delete"])
        self._work([run for run in able if run.action == "delete"])

    def _work(self, runs):
        """Have the jobs of each provider done by a crew, all crews at once."""
        schedulers = []
        for provider in self._clients:
            own = [run for run in runs if RESOURCE_TYPES[run.wanted.resource_type].provider.name == provider]
            if own:
                schedulers.append(Scheduler(own, self._options["concurrency"], self._stop, self._hear))
        if schedulers:
            with ThreadPoolExecutor(len(schedulers)) as pool:
                list(pool.map(Scheduler.run, schedulers))

    def _hear(self, run, ended=False):
        if run.error and self._options["fail_fast"]:
            self._stop.set()
        self._hear_outside(run, ended)


def owner_of(resource_type):
    """The type of the owner, or ``None``."""
    return resource_type.owner if issubclass(resource_type, OwnedBy) else None


def _removal(resource_type, record):
    """An entry that deletes a record."""
    naming = RESOURCE_TYPES[resource_type].named_by[0]
    params = {naming: record.name, "id": record.id}
    return Entry(-1, resource_type, params, DesiredState("absent", record.name, record.id, {naming: record.name}))
