# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version of the collection, for the user agent. A unit test compares it with ``galaxy.yml``."""

from __future__ import annotations

VERSION = "1.0.0"
USER_AGENT = f"gpufleet.cloud/{VERSION} (Ansible collection)"
