# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What will be done to a resource, as data.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Callable, NamedTuple


class Change(NamedTuple):
    """One write that changes a record: the option paths, what it does to workers, and the write itself.

    ``power`` is what the record comes to by it, where that is not what it was. ``shows`` is false where the record does
    not show whether it was done; such a write is sent only after those before it have been seen to be done.
    """

    fields: list
    effect: str
    act: Callable
    power: str = ""
    shows: bool = True
