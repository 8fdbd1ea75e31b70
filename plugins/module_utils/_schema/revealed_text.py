# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Free text that can hold secrets and that the provider answers in clear.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re

from .environment import HIDDEN
from .fields import Text

_SEPARATORS = re.compile(r"""[\s'"=,;]+""")


class RevealedText(Text):
    """A text that is shown only where this very task gives it, or where an info module is asked for it."""

    def diff(self, found, target, desired):
        return (target if self.equal(found, target) else found and HIDDEN), target

    def spec(self, found, desired=None, reveal=False):
        return super().spec(found) if reveal or not found or found == desired else {}

    def hidden_values(self, found, desired):
        # A provider may quote a part of it.
        return [found, *_SEPARATORS.split(found)] if found and found != desired else []
