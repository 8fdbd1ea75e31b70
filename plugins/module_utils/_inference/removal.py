# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete the endpoint in every account.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._fleet.entry import Entry
from .candidate import Candidate


def removal_entries(name: str, candidates: list[Candidate], number: int = 0) -> list[Entry]:
    """Return the entries of a fleet that delete the endpoint, one for each account of the candidates.

    :param number: the number of the entries.
    """
    first_of_each = {candidate.account: candidate for candidate in reversed(candidates)}
    return [
        Entry.removal_of(f"{account.provider}_endpoint", {"name": name}, account, candidate.wait_timeout, number)
        for account, candidate in reversed(first_of_each.items())
    ]
