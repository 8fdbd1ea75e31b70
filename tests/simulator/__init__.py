# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stateful simulation of the GPU clouds, served on loopback.

It stands for the real providers. Therefore it imports nothing from the collection and validates requests with its own
OpenAPI files. Start it with ``python -m tests.simulator``, or in a test with ``with Simulator() as simulator:``.
"""

from __future__ import annotations

from .server import Simulator

__all__ = ["Simulator"]
