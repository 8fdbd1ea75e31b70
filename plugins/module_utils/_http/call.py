# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One operation of an API, and whether it may be sent again.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

READ = "read"
"""Changes nothing: allowed in check mode, repeated freely."""
REPEATABLE = "repeatable"
"""Has the same result when it is sent twice: full updates and deletes."""
ONCE = "once"
"""Must never be carried out twice: create, renew, expand, restart. The default."""


class Call(NamedTuple):
    """One operation of a provider's API.

    ``path`` may hold ``{id}``. ``shape`` is the JSON Schema that the body of a successful response must satisfy;
    without one the body may be anything.
    """

    name: str
    method: str
    path: str
    kind: str = ONCE
    shape: dict[str, Any] | None = None
    host: str = "api_url"
