# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an endpoint can exist, and how messages show it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import NamedTuple

from .._fleet.accounts import Account
from .._fleet.resource_types import PROVIDERS


class Place(NamedTuple):
    """An account, and the name of an endpoint in it."""

    account: Account
    name: str


def title_of(account: Account) -> str:
    """Return an account in messages, for example ``PPIO`` or ``Vast.ai, account east``."""
    return ", account ".join(filter(None, [PROVIDERS[account.provider].title, account.name]))
