# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Free text that can contain secrets and that the provider returns in clear text.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any

from .environment import HIDDEN
from .fields import Text

_SEPARATORS = re.compile(r"""[\s'"=,;]+""")


class RevealedText(Text):
    """A text that results show only if the same task sets it, or if the task of an info module requests it."""

    def before_and_after(self, current: str | None, target: str, desired: str) -> tuple[Any, Any]:
        return (target if self.equal(current, target) else current and HIDDEN), target

    def spec_options(self, current: str, desired: str | None, reveal: bool) -> dict[str, Any]:
        return {self.name: current} if reveal or not current or current == desired else {}

    def hidden_values(self, current: str, desired: str | None) -> list[str]:
        # A provider can quote parts of it.
        return [current, *_SEPARATORS.split(current)] if current and current != desired else []
