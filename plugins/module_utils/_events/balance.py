# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The balance of an account.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._errors import CloudError, while_doing
from .._fleet.resource_types import ACCOUNTS, PROVIDERS
from .._sentences import sentences
from .watch import Event, Poll, Watch


class BalanceWatch(Watch):
    """Watches what an account can spend.

    :param threshold: a lower balance is low, in the currency of the provider.
    """

    name = "balances"

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._is_low: bool | None = None

    def poll(self, poll: Poll) -> list[Event]:
        provider = PROVIDERS[poll.account.provider]
        with while_doing(f"read the balance of {poll.account}"):
            info = ACCOUNTS[provider.name](poll.client)
            balance = info.read({})["account"]["available"]
            if balance is None:
                raise CloudError(sentences(*info.warnings) or f"{provider.title} returned no balance.")
        was_low, self._is_low = self._is_low, balance < self._threshold
        if self._is_low == bool(was_low):
            return []
        return [
            {
                "type": "balance_low" if self._is_low else "balance_recovered",
                "initial": was_low is None,
                "balance": balance,
                "threshold": self._threshold,
                "currency": provider.currency,
            }
        ]
