# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai, as far as the collection uses it: serverless endpoints, workergroups, and the autoscaler beside them."""

from __future__ import annotations

from .app import VAST

__all__ = ["VAST"]
