# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one endpoint at the first of several candidates that works, and never at two of them without need.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, NoReturn

from .._errors import CloudError, NotReady, OptionError, ProbeFailed
from .._fleet.entry import Entry
from .._fleet.fleet import Fleet
from .._fleet.hourly_cost import calculate_costs
from .._fleet.resource_types import PROVIDERS
from .._http.client import Client
from .._sentences import sentences
from .._validation import Violation
from .attempt import Attempt, removals
from .candidate import Candidate
from .look import ABSENT, ACTIVE, FAILED_STAGE, SEVERAL, UNREAD, Found, least_workers, look
from .probe import Probe
from .routed_probe import RoutedProbe
from .translation import merged

_NEVER_ELSEWHERE = ("outcome_unknown", "ambiguous_name", "similar_name", "locked", "cancelled")
"""The reasons of failures after which a second endpoint could result from another candidate."""


class Failover:
    """The endpoint of a task. ``result`` is up to date, also after an error.

    :param name: the name of the endpoint.
    :param clients: the clients by provider.
    :param new_fleet: returns a fleet without entries.
    :param warn: called with a sentence for the user.
    :param show: called with the next step, for people who watch the task.
    :param prices: whether to calculate what the candidates cost.
    :param router_url: the address of the router of Vast.ai.
    :param demand: called during a probe. If it raises ``Cancelled``, the probe ends.
    """

    def __init__(
        self,
        name: str,
        candidates: list[Candidate],
        clients: Mapping[str, Client],
        new_fleet: Callable[[str], Fleet],
        warn: Callable[[str], None],
        show: Callable[[str], None],
        demand: Callable[[], None],
        *,
        check_mode: bool,
        skips_unread: bool,
        prices: bool,
        router_url: str,
    ) -> None:
        self._name = name
        self._candidates = candidates
        self._clients = clients
        self._new_fleet = new_fleet
        self._warn = warn
        self._show = show
        self._demand = demand
        self._check_mode = check_mode
        self._skips_unread = skips_unread
        self._prices = prices
        self._router_url = router_url
        self._found: dict[str, Found] = {}
        self._attempts: list[Attempt] = []
        self.tried: list[dict[str, Any]] = []
        self.changed = False
        self.chosen: Attempt | None = None
        self.probe: dict[str, Any] = {}

    # -- result ------------------------------------------------------------------------------------------------------

    def result(self) -> dict[str, Any]:
        """Return the result so far."""
        nothing = {"provider": "", "id": "", "url": "", "endpoint": {}, "workergroup": {}, "template": {}}
        chosen = self.chosen.result() if self.chosen else {**nothing, "plan": [], "diff": []}
        others = [found for found in self._found.values() if found.id and found.provider != chosen["provider"]]
        return {
            "changed": self.changed,
            **chosen,
            "probe": self.probe,
            "tried": self.tried,
            "others": [found.report() for found in others] if self.chosen else [],
        }

    def warnings(self) -> list[str]:
        """Return each warning about the resources once."""
        found = (attempt.warnings for attempt in self._attempts)
        return list(dict.fromkeys(warning for warnings in found for warning in warnings))

    # -- state: absent -----------------------------------------------------------------------------------------------

    def remove(self) -> None:
        """Delete the endpoint at every provider. Raises ``CloudError`` if one of them failed."""
        failures = []
        for provider in dict.fromkeys(candidate.provider for candidate in self._candidates):
            candidate = next(each for each in self._candidates if each.provider == provider)
            fleet = self._new_fleet(provider)
            identity = {"name": self._name}
            entry = Entry.removal_of(f"{provider}_endpoint", identity, candidate.account, candidate.wait_timeout)
            fleet.plan([entry])
            if not self._check_mode:
                fleet.apply()
            [run] = fleet.runs
            self.changed = self.changed or (run.convergence.outcome.changed and not (run.error and not run.has_started))
            self._add(provider, "failed" if run.error else "absent", run.error)
            if run.error:
                failures.append(f"{PROVIDERS[provider].title}: {run.error}")
        if failures:
            providers = len({candidate.provider for candidate in self._candidates})
            raise NotReady(
                sentences(f"{len(failures)} of {providers} providers failed", *failures),
                doing=f"delete the endpoint {self._name!r} at every provider",
            )

    # -- state: present ----------------------------------------------------------------------------------------------

    def converge(self) -> None:
        """Converge the endpoint that is ready, or try the candidates in order. Raises ``CloudError``."""
        self._look()
        ready = [found.candidate for found in self._in_order() if found.stage == "ready"]
        if ready:
            self._stay(self._candidates[ready[0]])
        else:
            self._try_all(self._order())
        self._warn_of_others()

    def _look(self) -> None:
        """Read every provider. Raises ``CloudError`` if one of them cannot be read, or has several endpoints."""
        for provider in dict.fromkeys(candidate.provider for candidate in self._candidates):
            self._found[provider] = look(provider, self._candidates, self._clients[provider], self._name)
        unread = [found for found in self._found.values() if found.stage == UNREAD]
        if len(unread) > (len(self._found) - 1 if self._skips_unread else 0):
            raise CloudError(
                sentences(
                    f"the task could not determine at every provider whether the endpoint {self._name!r} exists",
                    *(found.message for found in unread),
                ),
                advice="Nothing was created or changed. To skip a provider that cannot be read, set failed_look: skip.",
            )
        several = [found.message for found in self._found.values() if found.stage == SEVERAL]
        if several:
            raise CloudError(
                sentences(f"several endpoints have the name {self._name!r}", *several),
                advice="Delete those that you do not need, by id.",
            )

    def _in_order(self) -> list[Found]:
        """Return what exists, in the order of the candidates."""
        return sorted(
            (found for found in self._found.values() if found.candidate >= 0), key=lambda found: found.candidate
        )

    def _order(self) -> list[Candidate]:
        """Return the candidates to try, those with a pending endpoint first."""
        pending = [found.candidate for found in self._in_order() if found.stage == "pending"]
        rest = [
            candidate.index
            for candidate in self._candidates
            if candidate.index not in pending and self._found[candidate.provider].stage != UNREAD
        ]
        return [self._candidates[index] for index in [*pending, *rest]]

    def _stay(self, candidate: Candidate) -> None:
        """Converge the endpoint that is ready. A failure must not create another endpoint."""
        attempt = self._attempt(candidate)
        error = self._run(attempt)
        if error:
            self._add(candidate.label, "left", error, attempt)
            raise self._labeled(candidate, error)
        self._choose(attempt)

    def _try_all(self, order: list[Candidate]) -> None:
        if len(order) > 1:
            self._plan_all(order)
        for candidate in order:
            if self._try(candidate):
                return
        tried = [f"{attempt['candidate']}, {attempt['outcome']}: {attempt['message']}" for attempt in self.tried]
        raise NotReady(sentences(f"the endpoint {self._name!r} did not become ready at any candidate", *tried))

    def _plan_all(self, order: list[Candidate]) -> None:
        """Find the violations of all candidates before the first write."""
        for candidate in order:
            attempt = self._attempt(candidate)
            attempt.plan()
            error = attempt.error
            if error and error.reason in ("invalid_option", "similar_name"):
                raise self._labeled(candidate, error)

    def _try(self, candidate: Candidate) -> bool:
        """Return whether the endpoint is ready at a candidate. Otherwise, nothing remains of what this run created."""
        self._show(f"trying {candidate.label}")
        attempt = self._attempt(candidate)
        error = self._run(attempt)
        if error is None:
            self._choose(attempt)
            return True
        created = attempt.created
        is_undone = bool(created) and error.reason != "cancelled"
        if is_undone:
            self._undo(attempt, created, error)
        former_id = "" if attempt.creates_endpoint else attempt.endpoint_id
        outcome = "left" if former_id or (created and not is_undone) else "removed" if is_undone else "not created"
        self._add(candidate.label, outcome, error, attempt)
        if error.reason == "invalid_option" and not created:
            raise self._labeled(candidate, error)
        known = self._found[candidate.provider]
        is_slow = known.stage != FAILED_STAGE and error.reason != "not_ready"
        if error.reason in _NEVER_ELSEWHERE or (former_id and (known.served or is_slow)):
            self._stop(candidate, error, former_id)
        return False

    def _attempt(self, candidate: Candidate) -> Attempt:
        found = self._found[candidate.provider]
        if candidate.provider == "vast":
            self._demand_template(candidate, found)
        parts = candidate.parts(self._name, is_new=found.stage == ABSENT)
        return Attempt(candidate, self._new_fleet(candidate.provider), parts)

    def _demand_template(self, candidate: Candidate, found: Found) -> None:
        """Raise ``OptionError`` if a new endpoint would rent nothing, because it has no template."""
        if found.has_workergroup or candidate.has_template:
            return
        rule = (
            "must be set, because the endpoint has no workergroup yet; at Vast.ai it is the hash of the template; to "
            "name the template instead, set provider_options.vast.workergroup.template"
        )
        raise OptionError([Violation("product", rule, place=candidate.label)], advice="Nothing was written.")

    def _workers(self, candidate: Candidate) -> int:
        """Return for how many workers to wait: for one, if the endpoint keeps workers."""
        section = candidate.section.get("endpoint") or {}
        desired = {"cold_workers": "min_workers", "max_workers": "max_workers"}
        values = {option: candidate.desired.get(source) for option, source in desired.items()}
        return least_workers(merged(merged(dict(self._found["vast"].values), values), section))

    def _run(self, attempt: Attempt) -> CloudError | None:
        """Plan and apply an attempt, and probe the endpoint. Return the error, if there is one."""
        attempt.plan()
        if self._prices:
            calculate_costs(attempt.runs)
        self._attempts.append(attempt)
        if attempt.error or self._check_mode:
            return attempt.error
        attempt.apply()
        self.changed = self.changed or attempt.changed
        return attempt.error or self._without_workers(attempt) or self._probed(attempt)

    def _without_workers(self, attempt: Attempt) -> CloudError | None:
        """Wait for the workers at Vast.ai, which the workergroup rents. Return the error, if there is one."""
        candidate = attempt.candidate
        if candidate.provider != "vast":
            return None
        status = attempt.endpoint.convergence.outcome.facts["status"]
        if status not in ACTIVE:
            return NotReady(
                f"endpoint {attempt.endpoint_id} at Vast.ai is {status}.",
                advice="To activate it, set provider_options.vast.endpoint.endpoint_state to active.",
            )
        attempt.wait(self._new_fleet("vast"), candidate.wait_entry(attempt.endpoint_id, self._workers(candidate)))
        return attempt.error

    def _probed(self, attempt: Attempt) -> CloudError | None:
        """Send the probe of a candidate. Return its error, if there is one."""
        candidate = attempt.candidate
        if candidate.verify is None:
            return None
        client = self._clients[candidate.provider]
        common = (candidate.verify, client.clock, self._demand)
        probe = (
            RoutedProbe(
                *common,
                secrets=client.secrets,
                router_url=self._router_url,
                endpoint=self._name,
                key=attempt.endpoint_key,
            )
            if candidate.is_routed
            else Probe(*common, secrets=client.secrets)
        )
        try:
            self.probe = probe.run(attempt.result()["url"])._asdict()
        except ProbeFailed as error:
            return error
        return None

    def _undo(self, attempt: Attempt, created: list[tuple[str, str]], error: CloudError) -> None:
        """Delete the resources that this run created. Raises ``NotReady`` if one of them may still be billed."""
        candidate = attempt.candidate
        self._show(f"removing what was created for {candidate.label}")
        fleet = self._new_fleet(candidate.provider)
        fleet.plan(removals(created, candidate))
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

    def _stop(self, candidate: Candidate, error: CloudError, former_id: str) -> NoReturn:
        """Fail without another candidate.

        :param former_id: the id of the endpoint if it existed before, or an empty text.
        """
        advice = (
            f"Endpoint {former_id} existed before this run and can still become ready. The task tries no other "
            "candidate, because a second endpoint would be billed. Run the task again with a longer wait_timeout, or "
            "delete the endpoint."
            if former_id
            else "The task tries no other candidate until this is resolved."
        )
        raise self._labeled(candidate, error, advice)

    @staticmethod
    def _labeled(candidate: Candidate, error: CloudError, advice: str = "") -> CloudError:
        """Return an error that names the candidate."""
        labeled = error.__copy__()
        labeled.headline = candidate.label
        labeled.advice = sentences(error.advice, advice)
        return labeled

    def _choose(self, attempt: Attempt) -> None:
        self.chosen = attempt
        if self._check_mode:
            self.changed = attempt.changed
        self._add(attempt.candidate.label, "planned" if self._check_mode else "ready", None, attempt)

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

    def _warn_of_others(self) -> None:
        for found in self._found.values():
            if found.id and self.chosen and found.provider != self.chosen.candidate.provider:
                self._warn(
                    f"{self._name!r} also exists at {PROVIDERS[found.provider].title} with the id {found.id} "
                    f"({found.stage}). It existed before this run, so the task does not delete it."
                )
