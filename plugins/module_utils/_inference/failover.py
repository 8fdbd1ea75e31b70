# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one endpoint at the first of several candidates that works, and never at two of them without need.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .._entry.result_words import UNCHANGED
from .._errors import CloudError, NotReady, OptionError
from .._fleet.accounts import Account
from .._fleet.entry import Entry
from .._fleet.entry_run import EntryRun
from .._fleet.hourly_cost import calculate_costs, hourly_cost
from .._sentences import sentences
from .._validation import Violation
from .attempt import Attempt, diffs_of, removals, steps_of
from .candidate import Candidate, have_templates
from .context import Context
from .look import ABSENT, FAILED_STAGE, Found, ResourceOf, ResourcesOf
from .place import title_of
from .readiness import Readiness
from .removal import removal_entries
from .retirement import Retirement, RetirementOptions
from .revisions import Revision, deleting_entries, leftover_entries, revisions_of, unchanged_entries
from .search import Search, has_revisions

_NEVER_ELSEWHERE = ("outcome_unknown", "ambiguous_name", "similar_name", "locked", "cancelled")
"""The reasons of failures after which a second endpoint could result from another candidate."""


class Failover:
    """The endpoint of a task. ``result`` is up to date, also after an error.

    A module calls ``converge`` or ``remove``. A fleet, which plans and applies the first attempt together with its
    other entries, calls ``look`` and ``first`` before, and ``follow`` afterward.

    :param name: the name of the endpoint.
    :param skips_unread: whether to continue without the accounts that cannot be read.
    :param retirement: what to do with the older revisions.
    :param number: the number of the entry, in a fleet.
    """

    def __init__(
        self,
        name: str,
        candidates: list[Candidate],
        skips_unread: bool,
        context: Context,
        retirement: RetirementOptions | None = None,
        number: int = 0,
    ) -> None:
        self._name = name
        self._retirement_options = retirement or RetirementOptions()
        self._number = number
        self._candidates = candidates
        self._search = Search(name, candidates, skips_unread, self._retirement_options.keep)
        self._context = context
        self.readiness = Readiness(self._search, context, number)
        self.attempts: list[Attempt] = []
        self.tried: list[dict[str, Any]] = []
        self.changed = False
        self.chosen: Attempt | None = None
        self._standing: list[EntryRun] = []
        """Runs of the older revisions that change nothing, for the costs."""
        self._leftovers: list[Entry] = []
        """Entries that delete the templates of revisions that no longer exist."""
        self._retirement: Retirement | None = None

    # -- result ------------------------------------------------------------------------------------------------------

    def result(self) -> dict[str, Any]:
        """Return the result so far."""
        nothing: dict[str, Any] = {
            "provider": "",
            "account": "",
            "id": "",
            "url": "",
            "endpoint": {},
            "workergroup": {},
            "template": {},
        }
        chosen = self.chosen.result() if self.chosen else {**nothing, "plan": [], "diff": []}
        return {
            "changed": self.changed,
            **chosen,
            "probe": self.readiness.probe,
            "tried": self.tried,
            "others": [found.report() for found in self._others()],
            **self._rollout_result(chosen["plan"], chosen["diff"]),
        }

    def _rollout_result(self, plan: list[dict[str, Any]], diff: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the values of the result about the revisions.

        :param plan: the steps for the chosen candidate.
        :param diff: their diffs.
        """
        current = [self.chosen.revision_report()] if self.chosen and self.chosen.candidate.revision else []
        chosen_runs = self.chosen.runs if self.chosen else []
        retired = self._retirement.runs if self._retirement else self._standing
        return {
            "plan": [*plan, *steps_of([run for run in retired if run.action != UNCHANGED])],
            "diff": [*diff, *diffs_of(retired)],
            "revision": current[0]["revision"] if current else "",
            "revisions": [*current, *(revision.report() for revision in self.older)],
            "hourly_cost": hourly_cost([*chosen_runs, *retired]),
        }

    def warnings(self) -> list[str]:
        """Return each warning about the resources once."""
        found = (attempt.warnings for attempt in self.attempts)
        return list(dict.fromkeys(warning for warnings in found for warning in warnings))

    def _others(self) -> list[Found]:
        """Return the endpoints of the name in the accounts that were not chosen."""
        if not self.chosen:
            return []
        return [
            found for found in self._search.found.values() if found.id and found.place != self.chosen.candidate.place
        ]

    # -- state: absent -----------------------------------------------------------------------------------------------

    def remove(self) -> None:
        """Delete the endpoint in every account. Raises ``CloudError`` if one of them failed."""
        failures = []
        entries = self.removals(self._resources_of)
        for entry in entries:
            fleet = self._context.new_fleet(entry.account)
            fleet.plan([entry])
            if not self._context.check_mode:
                fleet.apply()
            [run] = fleet.runs
            self.changed = self.changed or (run.convergence.outcome.changed and not (run.error and not run.has_started))
            is_revision = entry.name != self._name
            place = f"{entry.account}, {entry.resource_type.noun} {entry.name}" if is_revision else str(entry.account)
            self._add(place, "failed" if run.error else "absent", run.error)
            if run.error:
                failures.append(f"{title_of(entry.account)}: {run.error}")
        if failures:
            raise NotReady(
                sentences(f"{len(failures)} of {len(entries)} deletions failed", *failures),
                doing=f"delete the endpoint {self._name!r} at every provider",
            )

    def removals(self, resources_of: ResourcesOf) -> list[Entry]:
        """Return the entries that delete the endpoint and its revisions. Raises ``CloudError`` if a read fails."""
        entries = removal_entries(self._name, self._candidates, self._number)
        if not has_revisions(self._candidates):
            return entries
        accounts = list(dict.fromkeys(candidate.account for candidate in self._candidates))
        with_templates = have_templates(self._candidates)
        wait_timeout = entries[0].desired_state.wait_timeout
        revisions = revisions_of(self._name, accounts, resources_of)
        for revision in revisions:
            entries += deleting_entries(revision, with_templates, wait_timeout, self._number)
        return entries + self._leftovers_of(accounts, [revision.current.name for revision in revisions], resources_of)

    def _leftovers_of(
        self, accounts: Collection[Account], existing: Collection[str], resources_of: ResourcesOf
    ) -> list[Entry]:
        """Return the entries that delete the templates of revisions that no longer exist."""
        if not have_templates(self._candidates):
            return []
        wait_timeout = self._candidates[0].wait_timeout
        return leftover_entries(self._name, existing, accounts, resources_of, wait_timeout, self._number)

    def _resources_of(self, account: Account) -> ResourceOf:
        return lambda resource_type: resource_type(self._context.clients[account])

    # -- state: present ----------------------------------------------------------------------------------------------

    def converge(self) -> None:
        """Converge the endpoint that is ready, or try the candidates in order. Raises ``CloudError``."""
        self.look(self._resources_of)
        if self.has_alternatives:
            self._check_all()
        if self._context.prices:
            self._standing = self._planned(unchanged_entries(self.older, self._number))
        self.follow()
        if self._retirement_options.retires and (self.older or self._leftovers):
            self._retirement = Retirement(self.older, self._leftovers, self._candidates, self._context)
            try:
                self._retirement.run(self._retirement_options.drain)
            finally:
                self.changed = self.changed or self._retirement.changed

    def _planned(self, entries: list[Entry]) -> list[EntryRun]:
        """Return the runs of entries with their costs, which are never applied."""
        runs: list[EntryRun] = []
        for account in sorted({entry.account for entry in entries}):
            fleet = self._context.new_fleet(account)
            fleet.plan([entry for entry in entries if entry.account == account])
            runs += fleet.runs
        calculate_costs(runs)
        return runs

    def look(self, resources_of: ResourcesOf) -> None:
        """Read every account, and set the order of the candidates. Raises ``CloudError``."""
        self._search.run(resources_of)
        if self._retirement_options.retires:
            existing = {candidate.name for candidate in self._candidates} | {each.current.name for each in self.older}
            self._leftovers = self._leftovers_of(self._search.read_accounts, existing, resources_of)

    @property
    def older(self) -> list[Revision]:
        """The older revisions."""
        return self._search.older

    def _check_all(self) -> None:
        """Find the violations of all candidates before the first write."""
        for candidate in self._search.order:
            attempt = self._attempt(candidate)
            attempt.plan(self._context.new_fleet(candidate.account))
            demand_valid(attempt)

    def first(self) -> Attempt:
        """Return the attempt that a fleet plans and applies. Raises ``OptionError``."""
        attempt = self._attempt(self._search.order[0])
        self.attempts.append(attempt)
        return attempt

    def keep_to_first(self) -> None:
        """Try no other candidate."""
        self._search.order = self._search.order[:1]

    def alternatives(self) -> list[Attempt]:
        """Return the attempts at the candidates after the first one, without a plan. Raises ``OptionError``."""
        return [self._attempt(candidate) for candidate in self._search.order[1:]]

    @property
    def has_alternatives(self) -> bool:
        """Whether another candidate can be tried after the first one."""
        return len(self._search.order) > 1

    def follow(self, begun: Attempt | None = None) -> None:
        """Try the candidates in order until the endpoint is ready at one of them. Raises ``CloudError``.

        :param begun: the attempt at the first candidate, if it has been planned, and applied except in check mode.
        """
        for candidate in self._search.order:
            attempt, begun = begun or self._carried_out(candidate), None
            error = self._error_of(attempt)
            if error is None:
                self._choose(attempt)
                return
            self._give_up(attempt, error)
        tried = [f"{attempt['candidate']}, {attempt['outcome']}: {attempt['message']}" for attempt in self.tried]
        raise NotReady(sentences(f"the endpoint {self._name!r} did not become ready at any candidate", *tried))

    def _attempt(self, candidate: Candidate) -> Attempt:
        found = self._search.found[candidate.place]
        if candidate.provider == "vast":
            self._demand_template(candidate, found)
        return Attempt(candidate, candidate.parts(is_new=found.stage == ABSENT), self._number)

    def _demand_template(self, candidate: Candidate, found: Found) -> None:
        """Raise ``OptionError`` if a new endpoint would rent nothing, because it has no template."""
        if found.has_workergroup or candidate.has_template:
            return
        rule = (
            "must be set, because the endpoint has no workergroup yet; at Vast.ai it is the hash of the template; to "
            "name the template instead, set provider_options.vast.workergroup.template"
        )
        raise OptionError([Violation("product", rule, place=candidate.label)], advice="Nothing was written.")

    def _carried_out(self, candidate: Candidate) -> Attempt:
        """Plan an attempt, and apply it except in check mode."""
        self._context.show(f"trying {candidate.label}")
        attempt = self._attempt(candidate)
        fleet = self._context.new_fleet(candidate.account)
        attempt.plan(fleet)
        self.attempts.append(attempt)
        if self._context.prices:
            calculate_costs(attempt.runs)
        if not attempt.error:
            attempt.refuse_unless(lambda runs: self._context.refuse([*self._standing, *runs]))
        if not attempt.error and not self._context.check_mode:
            fleet.apply()
        return attempt

    def _error_of(self, attempt: Attempt) -> CloudError | None:
        """Wait until the endpoint of an attempt is ready, and probe it. Return the error, if there is one."""
        if self._context.check_mode:
            return attempt.error
        self.changed = self.changed or attempt.changed
        return attempt.error or self.readiness.error_of(attempt)

    def _choose(self, attempt: Attempt) -> None:
        self.chosen = attempt
        if self._context.check_mode:
            self.changed = attempt.changed
        self._add(attempt.candidate.label, "planned" if self._context.check_mode else "ready", None, attempt)
        for found in self._others():
            self._context.warn(
                f"{found.place.name!r} also exists at {title_of(found.place.account)} with the id {found.id} "
                f"({found.stage}). It existed before this run, so the task does not delete it."
            )

    # -- after a failure ---------------------------------------------------------------------------------------------

    def _give_up(self, attempt: Attempt, error: CloudError) -> None:
        """Delete what this run created for a candidate. Raises ``CloudError`` if no other candidate may be tried."""
        candidate, created = attempt.candidate, attempt.created
        if self._search.is_ready:
            self._add(candidate.label, "left", error, attempt)
            raise labeled(candidate, error)
        is_undone = bool(created) and error.reason != "cancelled"
        if is_undone:
            self._undo(attempt, created, error)
        former_id = "" if attempt.creates_endpoint else attempt.endpoint_id
        outcome = "left" if former_id or (created and not is_undone) else "removed" if is_undone else "not created"
        self._add(candidate.label, outcome, error, attempt)
        if error.reason == "invalid_option" and not created:
            raise labeled(candidate, error)
        known = self._search.found[candidate.place]
        is_slow = known.stage != FAILED_STAGE and error.reason != "not_ready"
        if error.reason in _NEVER_ELSEWHERE or (former_id and (known.served or is_slow)):
            raise labeled(candidate, error, _why_nowhere_else(former_id))

    def _undo(self, attempt: Attempt, created: list[tuple[str, str]], error: CloudError) -> None:
        """Delete the resources that this run created. Raises ``NotReady`` if one of them may still be billed."""
        candidate = attempt.candidate
        self._context.show(f"removing what was created for {candidate.label}")
        fleet = self._context.new_fleet(candidate.account)
        fleet.plan(removals(created, candidate, self._number))
        fleet.apply()
        failures = [run.error for run in fleet.runs if run.error]
        if failures:
            ids = ", ".join(resource_id for _type, resource_id in created)
            self._add(candidate.label, "left", error, attempt)
            raise NotReady(
                sentences(
                    f"{candidate.label} is not ready: {error}",
                    f"The resources that this task created for it ({ids}) could not be deleted and may still be "
                    f"billed: {failures[0]}",
                ),
                advice="The task tries no other candidate until they are deleted.",
            )

    def _add(self, candidate: str, outcome: str, error: CloudError | None, attempt: Attempt | None = None) -> None:
        self.tried.append(
            {
                "candidate": candidate,
                "outcome": outcome,
                "id": attempt.real_id if attempt else "",
                "reason": error.reason if error else "",
                "message": str(error or ""),
                "hourly_cost": attempt.hourly_cost if attempt else {},
            }
        )


def demand_valid(attempt: Attempt) -> None:
    """Raise the error of a planned attempt if the task must be corrected before anything is written."""
    error = attempt.error
    if error and error.reason in ("invalid_option", "similar_name"):
        raise labeled(attempt.candidate, error)


def labeled(candidate: Candidate, error: CloudError, advice: str = "") -> CloudError:
    """Return an error that names the candidate."""
    copy = error.__copy__()
    copy.headline = candidate.label
    copy.advice = sentences(error.advice, advice)
    return copy


def _why_nowhere_else(former_id: str) -> str:
    """Return the advice after a failure that forbids another candidate.

    :param former_id: the id of the endpoint if it existed before, or an empty text.
    """
    if not former_id:
        return "The task tries no other candidate until this is resolved."
    return (
        f"Endpoint {former_id} existed before this run and can still become ready. The task tries no other candidate, "
        "because a second endpoint would be billed. Run the task again with a longer wait_timeout, or delete the "
        "endpoint."
    )
