# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The desired state of a resource in a task, and its current state at the provider.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

READY = "ready"
PENDING = "pending"
FAILED = "failed"

ON = "on"
OFF = "off"


class Stage(NamedTuple):
    """The stage of a resource.

    :param name: ``READY``, ``PENDING`` or ``FAILED``.
    :param words: the state as the provider describes it, for a sentence such as "the provider reports ...".
    """

    name: str
    words: str


@dataclass(frozen=True)
class CurrentState:
    """One resource at the provider, as read.

    :param values: the values of the table's options, secrets included.
    :param facts: read-only values without secrets.
    :param private: facts that are secrets. Results show them only on request.
    :param being_removed: the provider is deleting the resource.
    :param gone: the provider has deleted the resource but still lists it.
    :param gone_if_deleted: after a delete, this means that the provider has deleted the resource.
    :param is_complete: no further request can add values.
    :param power: ``ON`` or ``OFF`` for resources that can be started and stopped: the power state that the resource has
        or is changing to.
    :param in_transition: the resource is changing from one state to another and accepts no writes.
    """

    id: str
    name: str
    values: dict[str, Any] = field(repr=False)
    facts: dict[str, Any]
    stage: Stage
    being_removed: bool = False
    private: dict[str, str] = field(default_factory=dict, repr=False)
    gone: bool = False
    gone_if_deleted: bool = False
    is_complete: bool = False
    power: str = ""
    in_transition: bool = False

    def with_stage(self, name: str, words: str) -> CurrentState:
        """Return the same resource with another stage."""
        return replace(self, stage=Stage(name, words))


@dataclass(frozen=True)
class DesiredState:
    """The desired state of one resource. Times are in seconds.

    :param state: the task's ``state``: ``present``, ``absent``, ``started``, ``stopped``, ``restarted``
        or ``recycled``.
    :param values: the desired values of the table's options, without those that the task omits or sets to null.
    :param options: the values of the resource type's options that are not in the table.
    :param allow_similar_name: whether a create is allowed if the name of another resource may be a form of the name.
    """

    state: str
    name: str
    id: str
    values: dict[str, Any]
    options: dict[str, Any] = field(default_factory=dict)
    recreate: bool = False
    wait: bool = True
    wait_timeout: float = 600
    settle_timeout: float = 30
    allow_similar_name: bool = False


@dataclass(frozen=True)
class Removal:
    """The response of a provider to a delete.

    :param facts: values for the result.
    :param warnings: sentences about resources that the provider did not delete.
    :param denial: the text of the provider if it reported that the resource does not exist, which may be wrong.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    denial: str = ""
