# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task desires of a resource, and what the provider has.

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
    """How far a resource is: ``READY``, ``PENDING`` or ``FAILED``, with the provider's words for it."""

    name: str
    words: str


@dataclass(frozen=True)
class CurrentState:
    """What the provider has of one resource, as read.

    :param values: the values of the table's options, secrets included.
    :param facts: read-only values without secrets.
    :param private: facts that are secrets; results show them only on request.
    :param being_removed: the provider is removing the resource.
    :param gone: the provider has removed the resource and still lists it.
    :param gone_if_deleted: after a delete, this means that the provider has removed the resource.
    :param is_complete: nothing is missing that another request could add.
    :param power: ``ON`` or ``OFF`` for resources that can be switched: the state that the resource is in, or is
        heading for.
    :param in_transition: the resource is on its way from one state to another and takes no writes.
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
        """The same resource at another stage."""
        return replace(self, stage=Stage(name, words))


@dataclass(frozen=True)
class DesiredState:
    """What a task sets for one resource. Times are in seconds.

    :param state: the task's ``state``: ``present``, ``absent``, ``started``, ``stopped`` or ``restarted``.
    :param values: the desired values of the table's options; what the task omits, or sets to null, is not in it.
    :param options: the values of the options beside the table.
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


@dataclass(frozen=True)
class Removal:
    """How a provider responded to a delete.

    :param facts: values for the result.
    :param warnings: sentences on what the provider did not remove.
    :param denial: the provider's text when it denied that the resource exists, which may be wrong.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    denial: str = ""
