# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients of a task for several providers.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._entry.connection import connect
from .._entry.task import Task
from .._http.client import Client
from .._masking import Masked
from .resource_types import PROVIDERS


def client_of(task: Task, provider: str, masked: Masked, connections: int, check_mode: bool) -> Client:
    """Return the client for the connection options of a provider.

    :param masked: the values that Ansible masks in the result.
    :param connections: the maximum number of concurrent requests.
    :param check_mode: whether the client refuses writes.
    """
    client = connect(
        PROVIDERS[provider],
        task.params[provider],
        check_mode,
        permit=task.permit,
        connections=connections,
        written=written_options(task, provider),
        inside=provider,
    )
    client.secrets.masked = masked
    return client


def written_options(task: Task, provider: str) -> dict[str, Any]:
    """Return the connection options as written. Ansible also accepts them as text, of which this is empty."""
    options = task.params_as_written.get(provider)
    return options if isinstance(options, dict) else {}
