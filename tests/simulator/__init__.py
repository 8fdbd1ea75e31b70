# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web service that plays the GPU clouds on loopback, statefully.

It is a stand-in for the vendors, so it knows nothing of the collection: it judges requests by its own OpenAPI files.
Start it with ``python -m tests.simulator``, or in a test with ``with Simulator() as simulator:``.
"""

from __future__ import annotations

from .server import Simulator

__all__ = ["Simulator"]
