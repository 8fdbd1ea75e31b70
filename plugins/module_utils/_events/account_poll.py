# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The polls of one account, one after another.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

from .._entry.connection import connect
from .._entry.permit import Permit
from .._errors import ApiError, CloudError, internal_error
from .._fleet.accounts import Account, Connections
from .._fleet.resource_types import PROVIDERS
from .._sentences import sentences
from .watch import Event, Poll, Watch

_CONNECTIONS = 4
"""The maximum number of concurrent requests to an account."""


class AccountPoll:
    """Polls one account. ``failures`` is the number of polls in a row in which a request failed."""

    def __init__(self, account: Account, watches: list[Watch], connections: Connections, permit: Permit) -> None:
        self._account = account
        self._watches = watches
        self._connections = connections
        self._permit = permit
        self._failing: set[str] = set()
        self._is_first = True
        self.failures = 0

    def poll(self) -> list[Event]:
        """Return the events since the last poll. Raises ``Cancelled`` if the permission to send requests has ended.

        A failed watch keeps what it knows: what cannot be read has neither changed nor disappeared.
        """
        # With a new client each time, because a client keeps price lists, and their errors, for the time of a task.
        client = connect(
            PROVIDERS[self._account.provider],
            self._connections.params(self._account),
            check_mode=True,
            permit=self._permit,
            connections=_CONNECTIONS,
            written=self._connections.written(self._account),
            inside=self._connections.option(self._account),
        )
        events: list[Event] = []
        failed: dict[str, CloudError] = {}
        with closing(client):
            poll = Poll(self._account, client, self._permit)
            for watch in self._watches:
                try:
                    events += [{**event, "watch": watch.name} for event in watch.poll(poll)]
                except Exception as error:  # one watch that fails must not stop the others
                    failed[watch.name] = error if isinstance(error, CloudError) else internal_error(error)
                self._permit.demand()
            events = [*self._turns(poll, failed), *events]
        has_failed = any(isinstance(error, ApiError) for error in failed.values())
        self.failures = self.failures + 1 if has_failed else 0
        provider, name = self._account.provider, self._account.name or self._account.provider
        return [{**event, "account": name, "provider": provider} for event in events]

    def _turns(self, poll: Poll, failed: dict[str, CloudError]) -> list[Event]:
        """Return the events about watches that begin to fail, and about those that no longer fail."""
        before, self._failing = self._failing, set(failed)
        is_initial, self._is_first = self._is_first, False
        events: list[Event] = []
        if before - self._failing:
            events.append({"type": "watch_recovered", "initial": False, "watches": sorted(before - self._failing)})
        begun = sorted(self._failing - before)
        if begun:
            errors = [failed[name] for name in begun]
            messages = dict.fromkeys(map(str, errors))
            failure: dict[str, Any] = errors[0].failure(self._account.provider)
            details = poll.shown({"msg": sentences(*messages), "failure": failure})
            events.append({"type": "watch_failed", "initial": is_initial, "watches": begun, **details})
        return events
