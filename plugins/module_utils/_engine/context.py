# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The context of errors, and the secrets that texts must not show.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from .._errors import while_doing
from .resource import Resource
from .state import CurrentState


@contextmanager
def error_context(resource: Resource, doing: str) -> Iterator[None]:
    """Add the action that failed to the errors that are raised in this context.

    :param doing: the action, without the provider. An inner context has precedence.
    """
    with while_doing(f"{doing} at {resource.provider.title}"):
        yield


def learn_secrets(resource: Resource, current: CurrentState, desired: dict[str, Any]) -> None:
    """Mask the secrets of a resource in all texts of the provider, except the values that the task itself shows."""
    resource.client.secrets.add(*resource.table.hidden_values(current.values, desired), *current.private.values())


def equal_resources(resource: Resource, equals: Collection[CurrentState]) -> str:
    """Return a warning about several resources that are the same thing."""
    ids = ", ".join(current.id for current in equals)
    return (
        f"{len(equals)} {resource.noun}s at {resource.provider.title} are equal: {ids}. The task manages the first. To "
        "delete the others, delete them by their ids."
    )


def removal_task(resource: Resource, current: CurrentState) -> str:
    """Return a sentence with a task that deletes the older one of two resources."""
    return f"To delete the older one, run this task: {task(resource, current.id, 'absent')}"


def task(resource: Resource, resource_id: str, state: str) -> str:
    """Return a task that changes the state of a resource, as messages show it."""
    return f"- gpufleet.cloud.{resource.type_name()}: {{id: '{resource_id}', state: {state}}}"
