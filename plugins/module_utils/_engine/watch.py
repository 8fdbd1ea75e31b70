# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a run pauses, and who may stop it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import enum


class Pause(enum.Enum):
    """What comes next when a run pauses. Others may go first."""

    READ_BACK = "read back"
    """Read whether the resource shows a write."""
    SETTLE = "settle"
    """Wait until the resource is not in transition any more."""
    WAIT = "wait"
    """Wait for what the provider does by itself."""
    REFUSED = "refused"
    """Send a write again that was refused for the time being."""


class Watch:
    """Is called around every write, and can stop it. A fleet keeps its journal with it."""

    def before(self, doing: str) -> None:
        """A write is about to be sent. An error that is raised here stops it."""

    def after(self, doing: str, resource_id: str) -> None:
        """The write was accepted; ``resource_id`` is the id of the resource as far as it is known."""

    def waiting(self) -> None:
        """The resource is about to be read once more. An error that is raised here ends the wait."""
