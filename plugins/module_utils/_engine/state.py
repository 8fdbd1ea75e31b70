# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task desires of a resource, and what the provider has.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

READY = "ready"
PENDING = "pending"
FAILED = "failed"

ON = "on"
OFF = "off"


class Stage(NamedTuple):
    """How far a record is: ``READY``, ``PENDING`` or ``FAILED``, with the provider's words for it."""

    stage: str
    words: str


@dataclass(frozen=True)
class CurrentState:
    """One record of a provider, read.

    ``values`` are the table's values, secrets included; ``facts`` are read-only and free of secrets; ``private`` are
    facts that are secrets, shown only on request. ``being_removed`` is true while the provider is removing it, and ``gone``
    when it has and still lists it. ``is_complete`` is true where it is known that nothing is lacking. ``power`` is ``ON`` or
    ``OFF``, where the record is heading if it is not ``settled``, for kinds that can be switched.
    """

    id: str
    name: str
    values: dict = field(repr=False)
    facts: dict
    condition: Stage
    being_removed: bool = False
    private: dict = field(default_factory=dict, repr=False)
    gone: bool = False
    is_complete: bool = False
    power: str = ""
    settled: bool = True


@dataclass(frozen=True)
class DesiredState:
    """What a task wants of one resource. Times are in seconds."""

    state: str
    name: str
    id: str
    values: dict
    options: dict = field(default_factory=dict)
    recreate: bool = False
    wait: bool = True
    wait_timeout: float = 600
    settle_timeout: float = 30


@dataclass(frozen=True)
class Removal:
    """What a provider says of a delete: facts for the result, and what it did not remove.

    ``inconsistency`` is what it said instead of yes where that need not be true: that there is no such record.
    """

    facts: dict = field(default_factory=dict)
    warnings: tuple = ()
    inconsistency: str = ""
