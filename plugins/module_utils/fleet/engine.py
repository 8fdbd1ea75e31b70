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

from ..errors import CloudError, OptionError, TooMuch
from ..plan import Desire
from ..reconcile import Reconciler
from .crew import Crew
from .job import Job
from .journal import JournalWatch
from .kinds import KINDS
from .listings import Listings
from .report import hourly_cost, place
from .wanted import Wanted

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
        self._listings = {provider: Listings(client) for provider, client in clients.items()}
        self.jobs = []
        self.hourly_cost = {}

    # -- before any write --------------------------------------------------------------------------------------------

    def plan(self, wanted):
        """Decide everything. What is wrong with one resource is its own error; what goes beyond the limits is raised."""
        self.jobs = [self._job(entry) for entry in wanted]
        patterns = self._options["prune"]
        self._begin_listings([*(entry.kind for entry in wanted), *patterns])
        self._expect_owners()
        self._in_parallel(Job.plan, self.jobs)
        self._refuse_twins()
        for kind, pattern in patterns.items():
            pruned = self._pruned(kind, pattern)
            self._in_parallel(Job.plan, [job for job in pruned if not job.error])
            self.jobs += pruned
        self._set_order()
        self.hourly_cost = hourly_cost(self.jobs, self._options["prices"])
        self._demand_moderation()

    def _job(self, entry):
        kind = KINDS[entry.kind]
        client = self._clients[kind.provider.name]
        resource = self._resource(kind)
        client.secrets.add(*kind.table.secret_values(entry.desire.wish))
        watch = JournalWatch(self._journal, entry.kind, entry.name)
        return Job(entry, Reconciler(resource, entry.desire, client.clock, watch))

    def _resource(self, kind):
        return kind(self._clients[kind.provider.name], self._listings[kind.provider.name])

    def _begin_listings(self, names):
        """Read all listings at once; each is remembered, failed or not."""
        kinds = {KINDS[name] for name in names}
        kinds.update(kind.owner for kind, job in self._owned() if job.owners[0])
        kinds.update(KINDS[name].owner for name in self._options["prune"] if KINDS[name].owner)
        self._in_parallel(self._try_to_list, kinds)

    def _try_to_list(self, kind):
        try:
            return self._listings[kind.provider.name].read(kind)
        except CloudError:
            return None

    def _in_parallel(self, act, things):
        if things:
            with ThreadPoolExecutor(self._options["concurrency"]) as pool:
                list(pool.map(act, things))

    def _owned(self):
        """The jobs of kinds that belong to another one, each with its kind."""
        return [(KINDS[job.wanted.kind], job) for job in self.jobs if KINDS[job.wanted.kind].owner]

    def _of(self, kind):
        return [job for job in self.jobs if KINDS[job.wanted.kind] is kind]

    def _expect_owners(self):
        """Tell those who need an owner which ones this task creates or renames."""
        for owner in {kind.owner for kind, _job in self._owned()}:
            self._expect(owner, [job.reconciler.resource for kind, job in self._owned() if kind.owner is owner])

    def _expect(self, owner, resources):
        """Tell resources that belong to an owner's kind what will be there of it."""
        desires = [job.wanted.desire for job in self._of(owner) if not job.error]
        desires = [desire for desire in desires if desire.state != "absent"]
        coming = {desire.name for desire in desires if desire.name}
        renamed = {desire.id: desire.name for desire in desires if desire.id and desire.name}
        for resource in resources:
            resource.coming, resource.renamed = coming, renamed

    def _refuse_twins(self):
        """Two entries can mean the same record, one by its id and one by its name, or give two records one name."""
        seen = {}
        for job in [job for job in self.jobs if not job.error]:
            signs = [f"means the same record {job.found_id} as"] if job.found_id else []
            signs += [f"name: must not be {job.new_name!r}, which is to be the name of"] if job.new_name else []
            signs += [f"is to have {job.claim}, as is"] if job.claim else []
            for sign in signs:
                other = seen.setdefault((job.wanted.kind, sign), job)
                if other is not job:
                    for one, two in ((job, other), (other, job)):
                        one.error = OptionError([f"{sign} {place(two)}"])

    def _pruned(self, kind, pattern):
        """Jobs that delete what matches the pattern and is not wanted."""
        provider = KINDS[kind].provider
        resource = self._resource(KINDS[kind])
        if KINDS[kind].owner:
            self._expect(KINDS[kind].owner, [resource])
        try:
            records = resource.select({})
        except CloudError as error:
            job = self._job(Wanted(-1, kind, {KINDS[kind].named_by[0]: pattern}, Desire("absent", pattern, "", {})))
            job.error = error
            error.doing = f"prune {pattern!r} at {provider.title}, because the listing is in doubt"
            return [job]
        names, ids = self._kept(kind)
        return [
            self._job(_removal(kind, record)) for record in records
            if re.match(pattern, record.name) and record.name not in names and record.id not in ids
            and not record.vanishing]

    def _kept(self, kind):
        """Names and ids that a prune of a kind passes over: what is wanted, and what it needs or may mean."""
        own = self._of(KINDS[kind])
        names = {job.wanted.name for job in own if job.error}
        ids = {found for job in own for found in (job.wanted.desire.id, job.found_id, *(job.error.ids if job.error else ()))}
        for owned, job in self._owned():
            if owned.owner is KINDS[kind] and job.wanted.desire.state != "absent":
                names.add(job.owners[0])
                ids.add(job.owners[1])
        return names, ids

    def _set_order(self):
        """An owner before what belongs to it; what belongs to it before an owner that is deleted."""
        named = {(KINDS[job.wanted.kind], job.wanted.name): job for job in self.jobs}
        numbered = {(KINDS[job.wanted.kind], job.found_id): job for job in self.jobs if job.found_id}
        for kind, job in self._owned():
            name, number = job.owners
            owner = named.get((kind.owner, name)) or numbered.get((kind.owner, number))
            if owner is None:
                continue
            if owner.action == "delete" and job.wanted.desire.state != "absent":
                job.error = job.error or OptionError([
                    f"{kind.owned_by[0]}: must not be {owner.wanted.name!r}, which {place(owner)} deletes"])
            if job.action == owner.action == "delete":
                owner.after.append(job)
            elif job.action != "delete" or owner.renames:
                job.after.append(owner)

    def _demand_moderation(self):
        """Raise ``TooMuch`` when the plan goes beyond the task's limits."""
        actions = [job.action for job in self.jobs if not job.error]
        counts = {
            "max_changes": sum(action != "unchanged" for action in actions),
            "max_deletes": sum(action in _REMOVING for action in actions),
        }
        for option, count in counts.items():
            limit = self._options[option]
            if limit is not None and count > limit:
                raise TooMuch(f"{option}: the plan has {count} of them, and {limit} are allowed.", doing="go on",
                              advice="Nothing was written. Look at the plan, then raise the limit or correct the wanted set.")

    # -- the writes --------------------------------------------------------------------------------------------------

    def apply(self):
        """Carry out the plan: what is created or changed first, then what is deleted."""
        for listings in self._listings.values():
            listings.planning = False
        for job in self.jobs:
            if job.error:
                self._hear(job, ended=True)
        able = [job for job in self.jobs if not job.error]
        self._work([job for job in able if job.action != "delete"])
        self._work([job for job in able if job.action == "delete"])

    def _work(self, jobs):
        """Have the jobs of each provider done by a crew, all crews at once."""
        crews = []
        for provider in self._clients:
            own = [job for job in jobs if KINDS[job.wanted.kind].provider.name == provider]
            if own:
                crews.append(Crew(own, self._options["concurrency"], self._stop, self._hear))
        if crews:
            with ThreadPoolExecutor(len(crews)) as pool:
                list(pool.map(Crew.run, crews))

    def _hear(self, job, ended=False):
        if job.error and self._options["fail_fast"]:
            self._stop.set()
        self._hear_outside(job, ended)


def _removal(kind, record):
    """An entry that deletes a record."""
    naming = KINDS[kind].named_by[0]
    params = {naming: record.name, "id": record.id}
    return Wanted(-1, kind, params, Desire("absent", record.name, record.id, {naming: record.name}))
