# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that must not appear in any text that leaves the module.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import json
import threading

MASK = "********"
SHORTEST = 8
"""A shorter value is not masked: it would tear holes into ids and numbers."""


class Secrets:
    """A growing set of secret values, and the one function that takes them out of a text. Safe in several threads."""

    def __init__(self):
        self._values = set()
        self._longest_first = ()
        self._lock = threading.Lock()

    def add(self, *values):
        new = {value for value in values if len(value) >= SHORTEST} - self._values
        if new:
            with self._lock:
                self._values.update(new, (json.dumps(value)[1:-1] for value in new))
                self._longest_first = ()

    def scrub(self, text):
        if len(text) < SHORTEST:
            return text
        with self._lock:
            # Its own name, because another thread may take the attribute away.
            values = self._longest_first = self._longest_first or tuple(sorted(self._values, key=len, reverse=True))
        for value in values:
            text = text.replace(value, MASK)
        return text
