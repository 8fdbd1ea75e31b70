# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that must not appear in any text that leaves the module.

A provider can quote a value as JSON, HTML or part of an address. So values and texts are compared in their plain forms,
without escapes.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
import threading
from urllib.parse import unquote

from ._validation import Violation

MASK = "********"
SHORTEST = 8
"""A shorter value is not masked, because it also occurs in ids and numbers."""

_MAX_LAYERS = 3
"""How often escapes are resolved: JSON can be inside the text of other JSON, or inside an address."""
_ESCAPE = re.compile(
    r"(?:\\+u[0-9a-f]{4})+"  # \u0026, and \ud83d\ude00 for one character
    r"|\\+(?:x[0-9a-f]{2}|.)?"  # \xe4, \n, \/
    r"|&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});",  # &#38; &#x26; &amp;
    re.IGNORECASE | re.DOTALL,
)


class Secrets:
    """A growing set of secret values, and the function that masks them. Safe to be used from several threads."""

    def __init__(self) -> None:
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
        """The text with a mask for each secret. If a secret is in it with escapes, the whole text becomes plain."""
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
    """What is wrong with the length of a value that Ansible must hide."""
    if len(value) >= SHORTEST:
        return []
    return [
        Violation(
            path,
            f"must be at least {SHORTEST} characters long, because Ansible hides a secret wherever it occurs, and a "
            "short one occurs in ids and numbers",
        )
    ]


def _plain(text: str) -> str:
    """A text without escapes and with single spaces. A text that would become too short stays as it is."""
    plain = text
    for _layer in range(_MAX_LAYERS):
        if "\\" in plain or "&" in plain:
            plain = _ESCAPE.sub(_meaning, plain)
        plain = unquote(plain)
    plain = " ".join(plain.replace("+", " ").split())
    return plain if len(plain) >= SHORTEST else text


def _meaning(escape: re.Match[str]) -> str:
    """What an escape stands for."""
    spelling = escape[0].lstrip("\\")
    if escape[0][0] == "&":
        import html  # not at the top: rarely needed

        return html.unescape(spelling)
    if len(spelling) > 2 and spelling[0] in "uU":
        return bytes.fromhex(re.sub(r"[\\uU]", "", spelling)).decode("utf-16-be", "replace")
    if len(spelling) > 1:
        return chr(int(spelling[1:], 16))
    return " " if spelling in ("n", "r", "t") else spelling
