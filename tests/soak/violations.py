# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The violations of a round, which end the soak."""

from __future__ import annotations

import sys


class Broken(Exception):
    """There are violations."""


class Violations:
    """Collects violations, and prints each with the seed and the round."""

    def __init__(self, seed):
        self._seed = seed
        self.round = 0
        self.sentences = []

    def report(self, moment, *sentences):
        """Report violations. Raises ``Broken`` if there are any."""
        for sentence in sentences:
            self.sentences.append(f"round {self.round}, {moment}: {sentence}")
            print(f"VIOLATION (seed {self._seed}) {self.sentences[-1]}", file=sys.stderr, flush=True)
        if sentences:
            raise Broken
