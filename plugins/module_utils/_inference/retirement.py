# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Retire the older revisions of an endpoint, after the current one is ready.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .._entry.result_words import UNCHANGED
from .._errors import NotReady
from .._fleet.accounts import Account
from .._fleet.entry import Entry
from .._fleet.entry_run import EntryRun
from .._fleet.fleet import Fleet
from .._fleet.hourly_cost import calculate_costs
from .._sentences import clauses
from .candidate import Candidate, have_templates
from .context import Context
from .revisions import KEEP, REST, TEMPLATE, Revision, group_entries, retiring_entries, unchanged_entries


class RetirementOptions(NamedTuple):
    """What the task does with the older revisions.

    :param retires: whether it retires them.
    :param keep: the number of revisions that remain, without workers.
    :param drain: for how many seconds they still serve after the current one is ready.
    """

    retires: bool = False
    keep: int = 1
    drain: int = 0

    @classmethod
    def of_task(cls, params: dict[str, Any]) -> RetirementOptions:
        return cls(params["older_revisions"] == "retire", params["keep_revisions"], params["drain"])


class Retirement:
    """The runs that retire the older revisions.

    :param leftovers: entries that delete the templates of revisions that no longer exist.
    """

    def __init__(
        self,
        older: Sequence[Revision],
        leftovers: Sequence[Entry],
        candidates: Sequence[Candidate],
        context: Context,
    ) -> None:
        self._context = context
        wait_timeout = max(candidate.wait_timeout for candidate in candidates)
        self._entries = [*leftovers, *retiring_entries(older, have_templates(candidates), wait_timeout, number=0)]
        if context.prices:
            self._entries += unchanged_entries([each for each in older if each.action == KEEP], number=0)
            self._entries += group_entries([each for each in older if each.action == REST], number=0)
        self._stages: list[list[Fleet]] = []
        self.changed = False

    @property
    def runs(self) -> list[EntryRun]:
        return _runs_of([fleet for stage in self._stages for fleet in stage])

    def run(self, drain: int) -> None:
        """Retire the revisions. Raises ``NotReady`` if one of them may still be billed.

        The deletions come first. If the task ends between the two, the revision to keep is still the one with workers.
        Templates are deleted before endpoints. If the task ends between the two, the next one still finds the revision.

        :param drain: for how many seconds to wait before.
        """
        for account in sorted({entry.account for entry in self._entries}):
            for is_removal in (True, False):
                own = [each for each in self._entries if each.account == account and each.is_removal is is_removal]
                templates = [each for each in own if each.type_name == TEMPLATE]
                others = [each for each in own if each.type_name != TEMPLATE]
                self._stages.append([self._planned(account, templates), self._planned(account, others)])
        if self._context.prices:
            calculate_costs(self.runs)
        serving = [run for run in self.runs if run.entry.type_name != TEMPLATE]
        if not self._context.check_mode and any(run.action != UNCHANGED for run in serving):
            self._wait(drain)
        for stage in self._stages:
            self._apply(stage)

    def _planned(self, account: Account, entries: list[Entry]) -> Fleet:
        fleet = self._context.new_fleet(account)
        fleet.plan(entries)
        return fleet

    def _apply(self, stage: list[Fleet]) -> None:
        if not self._context.check_mode:
            for fleet in stage:
                fleet.apply()
        runs = _runs_of(stage)
        done = [run for run in runs if not run.error or run.has_started]
        self.changed = self.changed or any(run.convergence.outcome.changed for run in done)
        failed = [run for run in runs if run.error]
        if failed:
            raise NotReady(
                clauses(f"{run.entry.resource_type.noun} {run.entry.name}: {run.error}" for run in failed),
                doing="retire the older revisions",
                advice="They can still be billed. The current revision is ready. Run the task again.",
            )

    def _wait(self, drain: int) -> None:
        if not drain:
            return
        self._context.show(f"waiting {drain} s before the older revisions are retired")
        clock = next(iter(self._context.clients.values())).clock
        deadline = clock.now() + drain
        while clock.now() < deadline:
            self._context.demand()
            clock.sleep(min(1.0, deadline - clock.now()))


def _runs_of(fleets: list[Fleet]) -> list[EntryRun]:
    return [run for fleet in fleets for run in fleet.runs]
