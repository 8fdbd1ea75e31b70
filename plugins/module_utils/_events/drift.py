# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The differences between the resources of an account and their entries.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from contextlib import closing

from .._engine.reservations import Reservations
from .._entry.result_words import FAILED, UNCHANGED
from .._errors import ApiError, Cancelled
from .._fleet.accounts import Account
from .._fleet.entry_run import EntryRun
from .._fleet.fleet import Fleet
from .._fleet.journal import Journal
from .._fleet.progress import Progress
from .declared import Declared, DeclaredSource
from .watch import Event, Poll, Watch


class DriftWatch(Watch):
    """Watches what ``fleet`` would change in an account."""

    name = "drift"

    def __init__(self, source: DeclaredSource) -> None:
        self._source = source
        self._known: list[Event] | None = None
        """The resources that differ, without messages, which can contain the ids of requests."""

    def poll(self, poll: Poll) -> list[Event]:
        declared = self._source.read()
        differing = [_shown(poll, run) for run in _planned(declared, poll) if run.error or run.action != UNCHANGED]
        known, self._known = self._known, [{**shown, "msg": ""} for shown in differing]
        if self._known == (known or []):
            return []
        return [{"type": "drift" if differing else "drift_ended", "initial": known is None, "resources": differing}]


def _planned(declared: Declared, poll: Poll) -> list[EntryRun]:
    """Plan the entries of an account. Raises ``ApiError`` if a resource cannot be read."""
    entries = [entry for entry in declared.entries if entry.account == poll.account]
    if not entries and not _prunes(declared, poll.account):
        return []
    with closing(Journal(None)) as journal, closing(Reservations(poll.permit.demand)) as reservations:
        progress = Progress(lambda _line: None)
        clients = {poll.account: poll.client}
        fleet = Fleet(clients, [poll.account], declared.options, poll.permit, reservations, journal, progress)
        # The other watches of this poll use the same list responses.
        poll.lists = fleet.shared_lists[poll.account]
        fleet.plan(entries)
    for run in fleet.runs:
        if isinstance(run.error, (ApiError, Cancelled)):
            raise run.error
    return fleet.runs


def _prunes(declared: Declared, account: Account) -> bool:
    return any(type_name.startswith(f"{account.provider}_") for type_name in declared.options.prune)


def _shown(poll: Poll, run: EntryRun) -> Event:
    """Return a resource for an event: what would change, but no values."""
    shown: Event = poll.shown(
        {
            "resource_type": run.entry.type_name,
            "name": run.entry.name,
            "id": run.current_id,
            "action": FAILED if run.error else run.action,
            "fields": [] if run.error else [path for step in run.convergence.outcome.plan for path in step["fields"]],
            "msg": str(run.error or ""),
        }
    )
    return shown
