# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quote the text of a server.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._masking import MASK
from .._secrets import Secrets

_MAX_READ = 65536
"""Characters of a text that are read for a quote."""
_UNSAFE_END = 150
"""Characters at the end of a longer text that are not quoted: they can be the beginning of a secret, with escapes."""


def one_line(text: str, secrets: Secrets, max_length: int) -> str:
    """Return a text for a quotation: one line, without secrets, shortened, but not necessarily printable."""
    # Secrets are masked before the text is shortened; otherwise part of a secret could remain.
    quote = secrets.scrub(" ".join(text[:_MAX_READ].split()))
    if len(text) > _MAX_READ:
        quote = quote[: max(len(quote) - _UNSAFE_END, quote.rfind(MASK) + len(MASK))]
    if len(quote) > max_length or len(text) > _MAX_READ:
        quote = quote[:max_length] + "..."
    return quote
