# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inference endpoints of a fleet, each at one of several candidates.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Callable

from .._engine.resource import Resource
from .._errors import CloudError, internal_error
from .._fleet.accounts import Account
from .._fleet.entry import Entry
from .._fleet.entry_run import EntryRun
from .._fleet.fleet import Fleet
from .._fleet.shared_lists import SharedLists
from .._inference.attempt import Attempt
from .._inference.context import Context
from .._inference.failover import Failover, demand_valid
from .._inference.revisions import unchanged_entries
from .._threads import in_threads
from .inference_entry import InferenceEntry

_REPORTED = ("provider", "account", "id", "url", "probe", "tried", "others", "revision", "revisions")
"""The keys of the result of ``inference_endpoint`` that the result of a fleet does not have elsewhere."""


class InferenceRun:
    """The run of an entry that is an inference endpoint.

    The fleet plans and applies the attempt at the first candidate, together with its other entries. ``error`` is set if
    the run failed before that.
    """

    def __init__(self, entry: InferenceEntry, context: Context) -> None:
        self.entry = entry
        self.error: CloudError | None = None
        skips_unread = entry.params["failed_look"] == "skip"
        self.failover = Failover(entry.name, entry.candidates, skips_unread, context, number=entry.number)
        self.attempt: Attempt | None = None
        """The attempt at the first candidate."""
        self.alternatives: list[Attempt] = []
        """The attempts at the others, only to find violations before the first write."""
        self._removals = entry.removals()
        self._older: list[Entry] = []
        """Entries that change nothing, for the older revisions."""

    def look(self, lists: dict[Account, SharedLists], may_move: bool) -> None:
        """Read every account, and select the first candidate, or what is to be deleted.

        :param may_move: whether another candidate can be tried.
        """

        def resources_of(account: Account) -> Callable[[type[Resource]], Resource]:
            return lambda resource_type: resource_type(lists[account].client, lists[account])

        try:
            if self.entry.is_removal:
                self._removals = self.failover.removals(resources_of)
                return
            self.failover.look(resources_of)
            self._older = unchanged_entries(self.failover.older, self.entry.number)
            if not may_move:
                self.failover.keep_to_first()
            self.alternatives = self.failover.alternatives()
            self.attempt = self.failover.first()
        except CloudError as error:
            self.error = error
        except Exception as error:  # a bug that affects one entry must not stop the others
            self.error = internal_error(error)

    def check(self, attempt: Attempt, runs: list[EntryRun]) -> None:
        """Set the error if the plan of an alternative breaks a rule."""
        attempt.runs = runs
        try:
            demand_valid(attempt)
        except CloudError as error:
            self.error = error

    def entries(self) -> list[Entry]:
        """Return the entries of the first attempt. After a failure, return the one that shows the error."""
        if self.entry.is_removal:
            return self._removals
        if self.attempt and not self.error:
            return [*self.attempt.entries, *self._older]
        first = self.entry.candidates[0]
        parts = first.entries(first.parts(is_new=False), self.entry.number)
        return [entry for entry in parts if entry.type_name.endswith("_endpoint")]

    def begin(self, runs: list[EntryRun]) -> None:
        """Set the runs of ``entries()``, after they are planned."""
        if self.attempt and not self.error:
            self.attempt.runs = [run for run in runs if run.entry not in self._older]
            for run in self.attempt.runs:
                run.has_alternative = self.failover.has_alternatives
                run.error = self.attempt.in_vocabulary(run)
            self.attempt.refuse_parts()

    def follow(self) -> None:
        """Wait for the first attempt, and try the other candidates after a failure."""
        error = self.attempt and self.attempt.error
        if error and error.reason == "cancelled":
            return
        try:
            self.failover.follow(self.attempt)
        except CloudError as error:
            self.error = error
        except Exception as error:  # a bug that affects one entry must not stop the others
            self.error = internal_error(error)
        if self.error:
            self.failover.attempts[-1].endpoint.error = self.error

    def report(self) -> dict[str, Any]:
        """Return the endpoint for the result."""
        result = self.failover.result()
        return {
            "number": self.entry.number,
            "name": self.entry.name,
            **{key: result[key] for key in _REPORTED},
        }


class InferenceRuns:
    """The inference endpoints of a fleet.

    :param new_draft: returns a fleet without entries for all accounts, whose plan is never applied.
    :param concurrency: the maximum number of endpoints that are tried at the same time.
    :param may_move: whether another candidate than the first can be tried, which no approved plan contains.
    """

    def __init__(
        self,
        entries: Collection[InferenceEntry],
        context: Context,
        new_draft: Callable[[], Fleet],
        concurrency: int,
        may_move: bool,
    ) -> None:
        self._context = context
        self._new_draft = new_draft
        self._concurrency = concurrency
        self._may_move = may_move
        self._runs = {entry.number: InferenceRun(entry, context) for entry in entries}

    def entries(self) -> dict[int, list[Entry]]:
        """Read the accounts of all candidates, and return the entries that a fleet plans, by number."""
        lists = {account: SharedLists(client) for account, client in self._context.clients.items()}
        in_threads(lambda run: run.look(lists, self._may_move), list(self._runs.values()), self._concurrency)
        self._check_alternatives()
        return {number: run.entries() for number, run in self._runs.items()}

    def _check_alternatives(self) -> None:
        """Plan the second candidates of all endpoints together, then the third ones, and so on."""
        most = max((len(run.alternatives) for run in self._runs.values()), default=0)
        for index in range(most):
            attempts = {
                number: run.alternatives[index]
                for number, run in self._runs.items()
                if index < len(run.alternatives) and not run.error
            }
            draft = self._new_draft()
            draft.plan([entry for attempt in attempts.values() for entry in attempt.entries])
            for number, attempt in attempts.items():
                self._runs[number].check(attempt, draft.runs_of_entry(number))

    def errors(self) -> dict[int, CloudError]:
        """Return the errors of the entries that could not be read, by number."""
        return {number: run.error for number, run in self._runs.items() if run.error}

    def begin(self, fleet: Fleet) -> None:
        """Set the runs of the first attempts, after the fleet is planned."""
        for number, run in self._runs.items():
            run.begin(fleet.runs_of_entry(number))

    def follow(self, fleet: Fleet) -> None:
        """Wait for the first attempts, and try the other candidates after failures. Updates the runs of the fleet."""
        runs = [run for run in self._runs.values() if run.attempt and not run.error]
        if not self._context.check_mode:
            self._wait(runs)
        in_threads(InferenceRun.follow, runs, self._concurrency)
        for run in runs:
            *failed, last = run.failover.attempts
            fleet.replace(run.failover.attempts[0].runs, last.runs)
            for attempt in failed:
                for warning in attempt.warnings:
                    self._context.warn(f"{attempt.candidate.label}: {warning}")

    def _wait(self, runs: list[InferenceRun]) -> None:
        """Wait for the workers at Vast.ai of all endpoints together, so that they share list responses."""
        by_account: dict[Account, list[InferenceRun]] = {}
        for run in runs:
            if run.attempt and run.failover.readiness.must_wait(run.attempt):
                by_account.setdefault(run.attempt.candidate.account, []).append(run)

        def wait(account: Account) -> None:
            fleet = self._context.new_fleet(account)
            waiting = [run.attempt for run in by_account[account] if run.attempt]
            fleet.plan([run.failover.readiness.wait_entry(run.attempt) for run in by_account[account] if run.attempt])
            fleet.apply()
            for attempt, wait_run in zip(waiting, fleet.runs):
                attempt.wait_run = wait_run

        in_threads(wait, list(by_account), len(by_account))

    def report(self) -> list[dict[str, Any]]:
        """Return the endpoints for the result."""
        return [run.report() for run in self._runs.values() if not run.entry.is_removal]
