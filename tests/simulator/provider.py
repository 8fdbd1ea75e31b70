# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The description of one provider, for the code that serves all providers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The error code of a refusal for which a provider has none.
UNKNOWN = "UNKNOWN"


class Refusal(Exception):
    """The provider refuses a request. ``reason`` is the error code; the default depends on the status."""

    def __init__(self, status, message, reason=None, headers=None):
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason
        self.headers = headers or {}


@dataclass(frozen=True)
class Call:
    """One validated request, and the fault that affects it (or None)."""

    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    fault: Any


@dataclass(frozen=True)
class Provider:
    """One provider: its contract, its resource types, and the code of each operation in the contract."""

    name: str
    title: str
    openapi: Path
    # The store of each resource type, by its name in the control interface.
    store_types: Mapping[str, type]
    # By operation: a function of the account and the call that returns JSON data or a complete response.
    operations: Mapping[str, Callable]
    # By HTTP status: the provider's error code.
    reasons: Mapping[int, str]
    # A function of status, reason and message that returns the body of an error.
    error_body: Callable
    # A function of the account, the ID of a container and the path of the current request that returns the response of
    # the container, or None if there is no such container.
    container: Callable
    # The currency of its prices.
    currency: str = "USD"
    # The fault that makes the workers of an endpoint fail.
    worker_fault: str = "failed_workers"
    bad_key: str = "failed to authenticate: invalid API key"
    # By operation: the HTTP status for an invalid API key, if it is not 401.
    bad_key_statuses: Mapping[str, int] = field(default_factory=dict)
    # By operation: the documented minimum of seconds between two requests.
    intervals: Mapping[str, float] = field(default_factory=dict)
    # By operation: the documented number of requests in a period of seconds.
    allowances: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    # By operation: for how many seconds it is refused after a request that came too soon.
    penalties: Mapping[str, float] = field(default_factory=dict)
    # By operation in the contract that stands for several: the function of a body that returns the name of one of them.
    by_body: Mapping[str, Callable] = field(default_factory=dict)
    # The plain text that a router returns for an unknown path; if empty, the provider returns its usual error.
    router_text: str = ""
    # A function of the account and the call of an update that returns the current values of the resource, or None.
    former: Callable = lambda account, call: None
