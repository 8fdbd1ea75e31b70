# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the parts that serve all providers need to know about one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Refusal(Exception):
    """A provider says no; ``reason`` is its word for that, by default the one that goes with the status."""

    def __init__(self, status, message, reason=None, headers=None):
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason
        self.headers = headers or {}


@dataclass(frozen=True)
class Call:
    """One validated request, and the fault under which it is carried out (or None)."""

    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    fault: Any


@dataclass(frozen=True)
class Provider:
    """One provider: its contract, its records, and what it does on each operation of the contract."""

    name: str
    title: str
    openapi: Path
    # The store of each kind of record, by the noun under which the control interface knows it.
    kinds: Mapping[str, type]
    # By operation: called with the account and the call, returns what is answered as JSON, or a whole response.
    operations: Mapping[str, Callable]
    # By HTTP status: the provider's own word.
    reasons: Mapping[int, str]
    # Called with status, reason and message, returns the body of an error.
    error_body: Callable
    bad_key: str = "failed to authenticate: invalid API key"
    # By operation: the shortest time between two requests that the provider documents.
    intervals: Mapping[str, float] = field(default_factory=dict)
    # Plain text with which a router that stands before everything answers an unknown path; empty for an error as usual.
    router_text: str = ""
    # Called with the account and the call of an update, returns what the record is that it would change, or None.
    former: Callable = lambda account, call: None
