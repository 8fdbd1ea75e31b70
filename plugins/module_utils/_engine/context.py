# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every error and every text of the engine needs: what was being done, and no secrets.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .._errors import CloudError, while_doing
from .resource import Resource
from .state import CurrentState


@contextmanager
def error_context(resource: Resource, doing: str) -> Iterator[None]:
    """Add to an error what was being done, and mask the secrets in it. What an inner context has added stays."""
    with while_doing(f"{doing} at {resource.provider.title}"):
        try:
            yield
        except CloudError as error:
            error.why = resource.client.secrets.scrub(error.why)
            raise


def learn_secrets(resource: Resource, current: CurrentState, desired: dict[str, Any]) -> None:
    """Mask the secrets of a resource in all texts from now on; not the values that the task itself shows."""
    resource.client.secrets.add(*resource.table.hidden_values(current.values, desired), *current.private.values())


def removal_task(resource: Resource, current: CurrentState) -> str:
    """A sentence with the task that removes the older one of two resources."""
    module = f"gpufleet.cloud.{resource.provider.name}_{resource.noun}"
    return f" This task removes the older: - {module}: {{id: '{current.id}', state: absent}}."
