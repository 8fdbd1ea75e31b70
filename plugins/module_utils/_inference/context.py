# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the search for a working candidate needs from its task.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Callable

from .._fleet.accounts import Account, Connections
from .._fleet.entry_run import EntryRun
from .._fleet.fleet import Fleet
from .._http.client import Client
from .._vast.api import VAST


@dataclass(frozen=True)
class Context:
    """The accounts of a task, and the callbacks to the task.

    :param clients: the clients of the accounts of all candidates.
    :param router_urls: the addresses of the router of Vast.ai, by account.
    :param new_fleet: returns a fleet without entries for an account.
    :param warn: called with a sentence for the user.
    :param show: called with the next step, for people who watch the task.
    :param demand: called during a probe. If it raises ``Cancelled``, the probe ends.
    :param refuse: called with the runs of a candidate after they are planned. Raises ``CloudError`` if the limits of
        the task do not allow the candidate.
    :param prices: whether to calculate what the candidates cost.
    """

    clients: Mapping[Account, Client]
    router_urls: Mapping[Account, str]
    new_fleet: Callable[[Account], Fleet]
    warn: Callable[[str], None]
    show: Callable[[str], None]
    demand: Callable[[], None]
    refuse: Callable[[list[EntryRun]], None]
    check_mode: bool
    prices: bool


def router_urls(accounts: Collection[Account], connections: Connections) -> dict[Account, str]:
    """Return the addresses of the router of Vast.ai, by account."""
    return {
        account: VAST.addresses(connections.params(account))["autoscaler_url"]
        for account in accounts
        if account.provider == VAST.name
    }
