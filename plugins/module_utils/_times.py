# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The format of times in results.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any


def iso8601(value: Any) -> str:
    """Return a provider's time in ISO 8601 format, in UTC.

    :param value: Unix time in seconds, as a number or as text. Other text is returned unchanged. Returns an empty text
        for an empty value.
    """
    try:
        return datetime.fromtimestamp(float(value), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""
    except (ValueError, OverflowError, OSError):
        return str(value)
    except TypeError:
        return ""
