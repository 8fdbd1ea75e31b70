# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The format of times in results.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

_EARLIEST = datetime(2015, 1, 1, tzinfo=timezone.utc).timestamp()


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


def unix_time(text: str) -> float | None:
    """Return a time in ISO 8601 format with a time zone as Unix time, or ``None`` if it is unreadable.

    A time long before there were such providers stands for a missing one, for example 0.
    """
    # Python before 3.11 does not read the Z.
    iso = f"{text[:-1]}+00:00" if text.endswith("Z") else text
    try:
        moment = datetime.fromisoformat(iso)
        seconds = moment.timestamp()
    except (ValueError, OverflowError, OSError):
        return None
    return seconds if moment.tzinfo is not None and seconds >= _EARLIEST else None
