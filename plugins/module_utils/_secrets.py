# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masking of secrets in the texts of a provider.

A provider can quote a secret completely or in part, cut, with escapes or encoded, and it can return addresses that
contain secrets of its own. The texts of the collection itself are never masked: a secret that is also a word must not
change them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

from ._masking import MASK, SHORTEST, Masked
from ._secret_forms import IGNORED, RUN, compact, decoded_words, folded, forms, without_escapes
from ._validation import Violation

_IN_ADDRESS = re.compile(r"""(?<=://)[^\s/?#@"'<>]*(?=@)|(?<=[?&#])([\w.%-]+=)[^\s&#"'<>]+""")
"""The login in an address, and the value of a parameter."""


class Secrets:
    """A set of secret values that grows during a task, and the function that masks them. It is thread-safe.

    ``masked`` contains those that Ansible masks in the whole result.
    """

    def __init__(self) -> None:
        self.masked = Masked()
        self._known: set[str] = set()
        self._new: list[str] = []
        self._runs: dict[int, set[str]] = {}
        """The runs of the secrets without ignored characters, by their length."""
        self._literal_runs: set[str] = set()
        """The runs of those secrets that contain ignored characters, as they are."""
        self._odd: list[str] = []
        """Secrets that consist mostly of ignored characters."""
        self._lock = threading.Lock()

    def add(self, *values: str) -> None:
        with self._lock:
            new = {value for value in values if len(value) >= SHORTEST} - self._known
            self._known |= new
            self._new += new

    def scrub(self, text: str) -> str:
        """Return a text of the provider with a mask in place of each secret and of each part of one.

        If escapes conceal a secret, all escapes in the text are resolved.
        """
        if len(text) < SHORTEST:
            return text
        with self._lock:
            while self._new:
                self._index(self._new.pop())
        masked, plain = self._masked(text), without_escapes(text)
        if plain != text:
            resolved = self._masked(plain)
            if resolved not in (plain, without_escapes(masked)):
                masked = resolved
        return _IN_ADDRESS.sub(_masked_in_address, masked)

    def _index(self, secret: str) -> None:
        """Add the forms of a secret to the index."""
        if len(compact(secret)) < SHORTEST:
            self._odd.append(secret)
        for form in forms(secret):
            length = min(len(form), RUN)
            if length >= SHORTEST:
                runs = self._runs.setdefault(length, set())
                runs.update(_parts(form, length))
        for text in map(folded, (secret, without_escapes(secret))):
            if text != compact(text):
                self._literal_runs.update(run for run in _parts(text, RUN) if run == run.strip())

    def _masked(self, text: str) -> str:
        for secret in self._odd:
            text = text.replace(secret, MASK)
        ranges = [(start, end) for start, end, meaning in decoded_words(text) if any(self._runs_in(compact(meaning)))]
        if self._literal_runs:
            parts = enumerate(_parts(folded(text), RUN))
            ranges += [(start, start + RUN) for start, part in parts if part in self._literal_runs]
        runs = list(self._runs_in(compact(text)))
        if runs:
            positions = [position for position, letter in enumerate(text) if letter not in IGNORED]
            ranges += [(positions[start], positions[end - 1] + 1) for start, end in runs]
        return _with_masks(text, ranges)

    def _runs_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the start and the end of each run that a compact text has in common with a secret."""
        for length, runs in list(self._runs.items()):  # other threads add secrets
            for start, part in enumerate(_parts(text, length)):
                if part in runs:
                    yield start, start + length


def _parts(text: str, length: int) -> Iterator[str]:
    """Yield all parts of a text with this length."""
    return (text[start : start + length] for start in range(len(text) - length + 1))


def _with_masks(text: str, ranges: list[tuple[int, int]]) -> str:
    """Return a text with one mask in place of each range. The ranges can overlap."""
    parts, end = [], 0
    for start, stop in sorted(ranges):
        if start >= end:
            parts += [text[end:start], MASK]
        end = max(end, stop)
    return "".join([*parts, text[end:]])


def _masked_in_address(found: re.Match[str]) -> str:
    return f"{found[1] or ''}{MASK}"


def length_violations(value: str, path: str) -> list[Violation]:
    """Return a violation if a value is too short for Ansible to mask it."""
    if len(value) >= SHORTEST:
        return []
    # No explanation: Ansible masks each word of the message that is equal to the secret.
    return [Violation(path, f"must have at least {SHORTEST} characters")]
