# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of PPIO that the collection uses: endpoints and GPU instances, second generation of the API."""

from __future__ import annotations

from .app import PPIO

__all__ = ["PPIO"]
