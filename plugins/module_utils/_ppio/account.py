# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account of an API key of PPIO: its balance, in CNY.

The page of the balance is that of the sister platform, ``basic-get-user-balance`` under
https://novita.ai/docs/api-reference/. Public clients use the same call at PPIO.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._novita_ppio.account import AccountInfo
from .api import PPIO


class PpioAccount(AccountInfo):
    """The account of an API key of PPIO."""

    provider = PPIO
