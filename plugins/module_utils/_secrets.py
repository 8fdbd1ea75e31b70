# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that must not appear in any text that leaves the module.

A provider quotes a value in the spelling of its own JSON, page or address. So values and texts are compared in their
plain forms, which are what all spellings have in common.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
import threading
from urllib.parse import unquote

MASK = "********"
SHORTEST = 8
"""A shorter value is not masked: it would tear holes into ids and numbers."""

_MAX_LAYERS = 3
"""An escape within an escape: JSON in the text of another JSON, or in an address."""
_ESCAPE = re.compile(
    r"(?:\\+u[0-9a-f]{4})+"  # \u0026, and \ud83d\ude00 for one character
    r"|\\+(?:x[0-9a-f]{2}|.)?"  # \xe4, \n, \/
    r"|&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});",  # &#38; &#x26; &amp;
    re.IGNORECASE | re.DOTALL,
)


class Secrets:
    """A growing set of secret values, and the one function that takes them out of a text. Safe in several threads."""

    def __init__(self):
        self._plain = {}
        self._longest_first = ()
        self._lock = threading.Lock()

    def add(self, *values):
        new = {value: _plain(value) for value in values if len(value) >= SHORTEST and value not in self._plain}
        if new:
            with self._lock:
                self._plain.update(new)
                self._longest_first = ()

    def scrub(self, text):
        """The text with a mask for each secret. If one is in it in another spelling, it comes in its plain form."""
        if len(text) < SHORTEST:
            return text
        with self._lock:
            # Its own name, because another thread may take the attribute away.
            secrets = self._longest_first = self._longest_first or tuple(
                sorted(self._plain.items(), key=lambda secret: len(secret[1]), reverse=True)
            )
        said = _plain(text) if secrets else ""
        for value, plain in secrets:
            if value in text or plain in said:
                text = text.replace(value, MASK)
                said = _plain(text)
                if plain in said:
                    text = said = said.replace(plain, MASK)
        return text


def length_violations(value, path):
    """What is wrong with the length of a value that is to be hidden."""
    if len(value) >= SHORTEST:
        return []
    return [
        f"{path}: must be at least {SHORTEST} characters long, because Ansible hides a secret wherever it occurs, and "
        "a short one occurs in ids and numbers"
    ]


def _plain(text):
    """A text without escapes and with single blanks; where too little would be left, the text as it is."""
    plain = text
    for _layer in range(_MAX_LAYERS):
        if "\\" in plain or "&" in plain:
            plain = _ESCAPE.sub(_meaning, plain)
        plain = unquote(plain)
    plain = " ".join(plain.replace("+", " ").split())
    return plain if len(plain) >= SHORTEST else text


def _meaning(escape):
    """What an escape stands for."""
    spelling = escape[0].lstrip("\\")
    if escape[0][0] == "&":
        import html  # not at the top: seldom needed

        return html.unescape(spelling)
    if len(spelling) > 2 and spelling[0] in "uU":
        return bytes.fromhex(re.sub(r"[\\uU]", "", spelling)).decode("utf-16-be", "replace")
    if len(spelling) > 1:
        return chr(int(spelling[1:], 16))
    return " " if spelling in ("n", "r", "t") else spelling
