# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account of an API key of Novita AI: its balance, and its limits for endpoints.

Pages: ``basic-get-user-balance`` and ``serverless-query-endpoint-limit`` under https://novita.ai/docs/api-reference/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any

from .._novita_ppio.account import AccountInfo, Reads
from .api import NOVITA
from .endpoint import LIMITS
from .limits import as_number

_LIMIT = re.compile("(min|max|free)([A-Z].*)")
_EDGES = {"min": "minimum", "max": "maximum", "free": "free"}


class NovitaAccount(AccountInfo):
    """The account of an API key of Novita AI."""

    provider = NOVITA
    unknown = {**AccountInfo.unknown, "endpoint_limits": {}, "cuda_versions": []}

    def reads(self) -> Reads:
        return {**super().reads(), "endpoint limits": self._limits}

    def _limits(self) -> dict[str, Any]:
        response = self.client.send(LIMITS)
        limits: dict[str, dict[str, int]] = {}
        for key, raw in response.items():
            match, limit = _LIMIT.fullmatch(key), as_number(raw)
            if match and limit is not None:
                limits.setdefault(_snake_case(match[2]), {})[_EDGES[match[1]]] = limit
        return {"endpoint_limits": limits, "cuda_versions": response.get("cudaVersionList") or []}


def _snake_case(name: str) -> str:
    """Return a name such as ``GPUNum`` or ``FreeTimeout`` in lower case, with underscores."""
    return re.sub("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
