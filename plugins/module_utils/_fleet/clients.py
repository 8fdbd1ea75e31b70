# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients of a task for several accounts.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._entry.connection import connect
from .._entry.task import Task
from .._http.client import Client
from .._masking import Masked
from .accounts import Account, Connections
from .resource_types import PROVIDERS


def client_of(
    task: Task, account: Account, connections: Connections, masked: Masked, concurrency: int, check_mode: bool
) -> Client:
    """Return the client for an account.

    :param masked: the values that Ansible masks in the result.
    :param concurrency: the maximum number of concurrent requests.
    :param check_mode: whether the client refuses writes.
    """
    client = connect(
        PROVIDERS[account.provider],
        connections.params(account),
        check_mode,
        permit=task.permit,
        connections=concurrency,
        written=connections.written(account),
        inside=connections.option(account),
    )
    client.secrets.masked = masked
    return client
