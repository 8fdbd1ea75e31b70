# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masking of secret values in all texts that a module returns.

A provider can quote a value as JSON, as HTML or as part of a URL. Values and texts are therefore compared in their
plain form, without escapes.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
import threading
from urllib.parse import unquote

from ._masking import MASK, SHORTEST, Masked
from ._validation import Violation

_MAX_LAYERS = 3
"""How many times escapes are resolved: JSON can be quoted inside other JSON, or inside a URL."""
_ESCAPE = re.compile(
    r"(?:\\+u[0-9a-f]{4})+"  # \u0026, and \ud83d\ude00 for one character
    r"|\\+(?:x[0-9a-f]{2}|.)?"  # \xe4, \n, \/
    r"|&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});",  # &#38; &#x26; &amp;
    re.IGNORECASE | re.DOTALL,
)


class Secrets:
    """A set of secret values that grows during a task, and the function that masks them. It is thread-safe.

    ``masked`` contains those that Ansible masks in the whole result.
    """

    def __init__(self) -> None:
        self.masked = Masked()
        self._plain: dict[str, str] = {}
        self._longest_first: tuple[tuple[str, str], ...] = ()
        self._lock = threading.Lock()

    def add(self, *values: str) -> None:
        new = {value: _plain(value) for value in values if len(value) >= SHORTEST and value not in self._plain}
        if new:
            with self._lock:
                self._plain.update(new)
                self._longest_first = ()

    def scrub(self, text: str) -> str:
        """Return the text with a mask in place of each secret.

        If the text contains a secret with escapes, all escapes in the text are resolved.
        """
        if len(text) < SHORTEST:
            return text
        with self._lock:
            # A local name, because another thread may reset the attribute.
            secrets = self._longest_first = self._longest_first or tuple(
                sorted(self._plain.items(), key=lambda secret: len(secret[1]), reverse=True)
            )
        plain_text = _plain(text) if secrets else ""
        for value, plain_value in secrets:
            if value in text or plain_value in plain_text:
                text = text.replace(value, MASK)
                plain_text = _plain(text)
                if plain_value in plain_text:
                    text = plain_text = plain_text.replace(plain_value, MASK)
        return text


def length_violations(value: str, path: str) -> list[Violation]:
    """Return a violation if a value is too short for Ansible to mask it."""
    if len(value) >= SHORTEST:
        return []
    return [
        Violation(
            path,
            f"must have at least {SHORTEST} characters, because Ansible masks a secret in all output, and a shorter "
            "one would mask parts of ids and numbers",
        )
    ]


def _plain(text: str) -> str:
    """Return a text without escapes and with single spaces, or the text itself if the result would be too short."""
    plain = text
    for _layer in range(_MAX_LAYERS):
        if "\\" in plain or "&" in plain:
            plain = _ESCAPE.sub(_meaning, plain)
        plain = unquote(plain)
    plain = " ".join(plain.replace("+", " ").split())
    return plain if len(plain) >= SHORTEST else text


def _meaning(escape: re.Match[str]) -> str:
    """Return the character or characters that an escape represents."""
    spelling = escape[0].lstrip("\\")
    if escape[0][0] == "&":
        import html  # not at the top: rarely needed

        return html.unescape(spelling)
    if len(spelling) > 2 and spelling[0] in "uU":
        return bytes.fromhex(re.sub(r"[\\uU]", "", spelling)).decode("utf-16-be", "replace")
    if len(spelling) > 1:
        return chr(int(spelling[1:], 16))
    return " " if spelling in ("n", "r", "t") else spelling
