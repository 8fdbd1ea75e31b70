# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The balances of the accounts of a fleet.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from .._errors import ApiError, while_doing
from .._http.client import Client
from .accounts import Account
from .resource_types import ACCOUNTS, PROVIDERS


def read_balances(clients: Mapping[Account, Client], warn: Callable[[str], None]) -> dict[Account, float | None]:
    """Return what each account can spend, in the currency of its provider, or ``None`` if it cannot be read.

    :param warn: called with a sentence about a balance that cannot be read, or that is used up.
    """
    balances: dict[Account, float | None] = {}
    for account, client in clients.items():
        info, balances[account] = ACCOUNTS[account.provider](client), None
        try:
            with while_doing(f"read the balance of {account}"):
                balances[account] = info.read({})["account"]["available"]
        except ApiError as error:
            warn(str(error))
        if (balance := balances[account]) is not None and balance <= 0:
            warn(f"The balance of {account} is {balance:.2f} {PROVIDERS[account.provider].currency}.")
    return balances


def hours_left(balance: float | None, cost: Mapping[str, Any]) -> float | None:
    """Return for how many hours a balance is enough in the worst case, or ``None`` if that is unknown.

    :param cost: the totals of the account before and after the plan; empty if they have not been calculated.
    """
    worst = cost.get("after", {}).get("worst", {"known": 0.0})
    if balance is None or not worst["known"] or worst["unknown"]:
        return None
    hours: float = round(max(balance, 0.0) / worst["known"], 1)
    return hours
