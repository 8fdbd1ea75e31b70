# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses of a run, and callbacks that can stop it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple


class Pause(enum.Enum):
    """The reason for a pause. During a pause the caller can run other resources."""

    READ_BACK = "read back"
    """A read will verify a write."""
    SETTLE = "settle"
    """The run will wait until the resource is no longer in transition."""
    WAIT = "wait"
    """The run will wait until the resource is ready."""
    REFUSED = "refused"
    """The run will repeat a write that the provider temporarily refuses."""


class Write(NamedTuple):
    """A write that is about to be sent.

    :param doing: the write, as messages show it.
    :param fields: the option paths that it changes; empty if it changes no options, as a delete does.
    :param resource_id: the id of the resource; empty if the write creates the resource.
    """

    doing: str
    fields: Sequence[str] = ()
    resource_id: str = ""


class Watch:
    """Callbacks before and after each write, which can stop it. A fleet writes its journal with them."""

    def before(self, write: Write) -> None:
        """Is called before a write. If it raises an error, the write is not sent."""

    def after(self, write: Write, resource_id: str) -> None:
        """Is called after an accepted write.

        :param resource_id: the id of the resource; empty if it is unknown.
        """

    def written(self) -> None:
        """Is called when the run sends no more writes, before a wait. It can be called more than once."""

    def waiting(self) -> None:
        """Is called before each read of a wait. If it raises an error, the wait ends."""
