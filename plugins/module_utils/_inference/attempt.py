# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The attempt to run the endpoint at one candidate, as a small fleet of the resources that it consists of.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, Callable

from .._engine.plan import CREATE
from .._entry.result import convergence_result
from .._errors import Cancelled, CloudError, OptionError
from .._fleet.entry import Entry
from .._fleet.entry_run import UNCHANGED, EntryRun
from .._fleet.fleet import Fleet
from .._fleet.hourly_cost import hourly_cost
from .._fleet.report import diff_of
from .._fleet.scheduler import why_not_attempted
from .._planned_id import is_planned_id
from .candidate import Candidate
from .translation import Part

_ENDPOINTS = ("novita_endpoint", "ppio_endpoint", "vast_endpoint")


class Attempt:
    """A candidate and the runs of its resources. A fleet plans and applies them.

    ``wait_run`` is the run that waits for the workers, if there is one.

    :param number: the number of the entries in the fleet.
    """

    def __init__(self, candidate: Candidate, parts: list[Part], number: int = 0) -> None:
        self.candidate = candidate
        self.entries = candidate.entries(parts, number)
        self.runs: list[EntryRun] = []
        self.wait_run: EntryRun | None = None
        self._parts = {part.type_name: part for part in parts}
        self._refusal: CloudError | None = None
        self._translated: dict[EntryRun, CloudError] = {}
        """Errors that already have the options of the candidate."""

    def plan(self, fleet: Fleet) -> None:
        """Plan all resources in a fleet of their own. Sends only reads."""
        fleet.plan(self.entries)
        self.runs = fleet.runs

    def refuse_unless(self, demand: Callable[[list[EntryRun]], None]) -> None:
        """Give the attempt an error if the limits of the task do not allow it.

        :param demand: raises ``CloudError`` for the runs.
        """
        try:
            demand(self.runs)
        except CloudError as error:
            self._refusal = error

    @property
    def hourly_cost(self) -> dict[str, Any]:
        """The cost per hour after the plan, with its currency; empty if it has not been calculated."""
        return next(
            ({"currency": currency, **cost["after"]} for currency, cost in hourly_cost(self.runs).items()),
            {},
        )

    @property
    def warnings(self) -> list[str]:
        return [warning for run in self.runs for warning in run.convergence.outcome.warnings]

    @property
    def error(self) -> CloudError | None:
        """The error of the first resource that failed, rather than of one that was therefore not attempted."""
        if self._refusal:
            return self._refusal
        runs = [run for run in [*self.runs, *([self.wait_run] if self.wait_run else [])] if run.error]
        causes = [run for run in runs if run.error and run.error.reason != "cancelled"]
        return next((self.in_vocabulary(run) for run in causes or runs), None)

    def in_vocabulary(self, run: EntryRun) -> CloudError | None:
        """Return the error of a run, with the options of the candidate in place of those of the module."""
        error, part = run.error, self._parts[run.entry.type_name]
        if not isinstance(error, OptionError) or error is self._translated.get(run):
            return error
        violations = [part.in_vocabulary(violation) for violation in error.violations]
        self._translated[run] = OptionError(violations, doing=error.doing, advice=error.advice)
        return self._translated[run]

    def refuse_parts(self) -> None:
        """If one of the planned resources has an error, give one to all others, so that a fleet creates none."""
        causes = [run for run in self.runs if run.error]
        for run in self.runs:
            if causes and not run.error:
                run.error = Cancelled(why_not_attempted(causes[0]))

    @property
    def endpoint(self) -> EntryRun:
        """The run of the endpoint, which can have a template and a workergroup."""
        return next(run for run in self.runs if run.entry.type_name in _ENDPOINTS)

    @property
    def endpoint_id(self) -> str:
        return self.endpoint.convergence.outcome.id

    @property
    def real_id(self) -> str:
        """The id of the endpoint, or an empty text if it does not exist or is only planned."""
        return "" if is_planned_id(self.endpoint_id) else self.endpoint_id

    @property
    def endpoint_key(self) -> str:
        """The API key of an endpoint of Vast.ai, or an empty text."""
        return (self.wait_run or self.endpoint).convergence.outcome.private.get("api_key", "")

    @property
    def creates_endpoint(self) -> bool:
        """Whether the endpoint did not exist before."""
        return self.endpoint.action == CREATE or not self.endpoint.current_id

    @property
    def created(self) -> list[tuple[str, str]]:
        """The type names and ids of the resources that this run has created."""
        return [
            (run.entry.type_name, run.convergence.outcome.id)
            for run in self.runs
            if run.done_before_failure == CREATE or (run.action == CREATE and run.has_started and not run.error)
        ]

    @property
    def changed(self) -> bool:
        return any(run.convergence.outcome.changed for run in self.runs if not run.error or run.has_started)

    def revision_report(self) -> dict[str, Any]:
        """Return the endpoint as the current revision, for the result."""
        return {
            "revision": self.candidate.revision,
            "provider": self.candidate.provider,
            "account": self.candidate.account_name,
            "name": self.candidate.name,
            "id": self.endpoint_id,
            "is_current": True,
            "action": "keep",
        }

    def result(self) -> dict[str, Any]:
        """Return the values of the result about the endpoint and its resources."""
        results = {run.entry.type_name: convergence_result(run.convergence, run.entry.params) for run in self.runs}
        shown = self.wait_run or self.endpoint
        endpoint = convergence_result(shown.convergence, self.endpoint.entry.params)["endpoint"]
        return {
            "provider": self.candidate.provider,
            "account": self.candidate.account_name,
            "id": self.endpoint_id,
            "url": endpoint.get("url") or "",
            "endpoint": endpoint,
            "workergroup": results.get("vast_workergroup", {}).get("workergroup", {}),
            "template": results.get("vast_template", {}).get("template", {}),
            "plan": steps_of(self.runs),
            "diff": diffs_of(self.runs),
        }


def steps_of(runs: list[EntryRun]) -> list[dict[str, Any]]:
    """Return the steps of runs with their resource types."""
    return [{"resource_type": run.entry.type_name, **step} for run in runs for step in run.convergence.outcome.plan]


def diffs_of(runs: list[EntryRun]) -> list[dict[str, Any]]:
    """Return the diffs of runs that change something."""
    return [diff_of(run) for run in runs if run.action != UNCHANGED]


def removals(created: list[tuple[str, str]], candidate: Candidate, number: int) -> list[Entry]:
    """Return the entries that delete resources by their ids. The workergroups of an endpoint go with it.

    :param number: the number of the entries.
    """
    types = {type_name for type_name, _id in created}
    return [
        Entry.removal_of(type_name, {"id": resource_id}, candidate.account, candidate.wait_timeout, number)
        for type_name, resource_id in created
        if type_name != "vast_workergroup" or "vast_endpoint" not in types
    ]
