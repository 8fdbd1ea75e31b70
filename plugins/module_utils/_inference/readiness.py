# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait until the endpoint of an attempt can serve, and probe it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._errors import CloudError, NotReady, ProbeFailed
from .._fleet.entry import Entry
from .attempt import Attempt
from .context import Context
from .look import ACTIVE, least_workers
from .probe import Probe
from .routed_probe import RoutedProbe
from .search import Search
from .translation import merged


class Readiness:
    """The checks after the resources of an attempt exist. ``probe`` is the result of the last probe.

    :param number: the number of the entry, in a fleet.
    """

    def __init__(self, search: Search, context: Context, number: int) -> None:
        self._search = search
        self._context = context
        self._number = number
        self.probe: dict[str, Any] = {}

    def error_of(self, attempt: Attempt) -> CloudError | None:
        """Wait for the workers, and send the probe. Return the error, if there is one."""
        return self._without_workers(attempt) or self._probed(attempt)

    def _without_workers(self, attempt: Attempt) -> CloudError | None:
        """Wait for the workers at Vast.ai, which the workergroup rents. Return the error, if there is one."""
        if attempt.candidate.provider != "vast":
            return None
        status = attempt.endpoint.convergence.outcome.facts["status"]
        if status not in ACTIVE:
            return NotReady(
                f"endpoint {attempt.endpoint_id} at Vast.ai is {status}.",
                advice="To activate it, set provider_options.vast.endpoint.endpoint_state to active.",
            )
        if self.must_wait(attempt):
            fleet = self._context.new_fleet(attempt.candidate.account)
            fleet.plan([self.wait_entry(attempt)])
            fleet.apply()
            [attempt.wait_run] = fleet.runs
        return attempt.error

    def must_wait(self, attempt: Attempt) -> bool:
        """Return whether the workers at Vast.ai may still be missing."""
        candidate = attempt.candidate
        if candidate.provider != "vast" or attempt.error or attempt.wait_run:
            return False
        is_enough = self._search.is_ready and not attempt.changed and not candidate.counts_workers
        return not is_enough and attempt.endpoint.convergence.outcome.facts["status"] in ACTIVE

    def wait_entry(self, attempt: Attempt) -> Entry:
        """Return the entry of a fleet that waits for the workers at Vast.ai: for one, if the endpoint keeps workers."""
        candidate = attempt.candidate
        former, desired = self._search.found[candidate.place].values, attempt.endpoint.entry.desired_state.values
        workers = least_workers(merged(dict(former), desired))
        return candidate.wait_entry(attempt.endpoint_id, workers, self._number)

    def _probed(self, attempt: Attempt) -> CloudError | None:
        """Send the probe of a candidate. Return its error, if there is one."""
        candidate = attempt.candidate
        if candidate.verify is None:
            return None
        client = self._context.clients[candidate.account]
        common = (candidate.verify, client.clock, self._context.demand)
        probe = (
            RoutedProbe(
                *common,
                secrets=client.secrets,
                router_url=self._context.router_urls[candidate.account],
                endpoint=candidate.name,
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
