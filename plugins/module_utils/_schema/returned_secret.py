# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that a provider returns, in clear text or masked.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .environment import HIDDEN, HIDDEN_NEW
from .fields import Text


class ReturnedSecret(Text):
    """A secret that a response can contain in clear text or masked, or lack. No result shows it.

    Without the clear text, its current value is unknown, and it is not compared.
    """

    secret = True
    may_be_missing = True

    def read(self, raw: str) -> str | None:
        return super().read(raw) if raw.strip("*") else None

    def before_and_after(self, current: str | None, target: str, desired: Any) -> tuple[Any, Any]:
        return HIDDEN, HIDDEN if self.equal(current, target) else HIDDEN_NEW

    def hidden_values(self, current: str, desired: Any) -> list[str]:
        return [current]
