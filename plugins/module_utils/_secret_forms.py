# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The forms in which a provider can quote a secret: in part, with escapes, in base64, and in hexadecimal digits.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterator
from urllib.parse import unquote

from ._masking import SHORTEST

RUN = 12
"""Characters. A text and a secret that have a run of this length in common are taken to quote the same secret."""

IGNORED = "\t\n\r \"'`\\+"
"""Characters that quoting adds, doubles or removes. A plus sign can be a space in an address."""
_WITHOUT_IGNORED = dict.fromkeys(map(ord, IGNORED))

_MAX_LAYERS = 3
"""How many times escapes are resolved: JSON can be quoted inside other JSON, or inside a URL."""
_ESCAPE = re.compile(
    r"\\+(?:(?-i:U)(?P<long>[0-9a-f]{8})|u\{(?P<braced>[0-9a-f]{1,8})\})"  # \U0001F600 and \u{1f600}
    r"|(?P<utf16>(?:(?:\\+|%)u[0-9a-f]{4})+)"  # \u0026, %u0026, and \ud83d\ude00 for one character
    r"|\\+(?:x(?P<hex>[0-9a-f]{2})|(?P<octal>[0-3][0-7]{2}|[0-7]{1,2})|(?P<letter>.))?"  # \xe4, \344, \n, \/
    r"|&(?P<html>#[0-9]{1,15}|#x[0-9a-f]{1,15}|[a-z]{2,8}(?=;));?",  # &#38; &#x26; &amp;
    re.IGNORECASE | re.DOTALL,
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_\\-]{11,}(?:(?<=[A-Za-z0-9+/_\\-]{60})\s+[A-Za-z0-9+/_\\-]+)*")
"""Words that can be base64, in one or more lines; JSON can contain slashes with a backslash."""
_HEX = re.compile(r"(?:(?:0x)?[0-9a-f]{2}[\s:,;-]{0,2}){7,}(?:0x)?[0-9a-f]{2}", re.IGNORECASE)
"""Hexadecimal digits: 6b6579, 6b:65:79, or 0x6b, 0x65, 0x79."""
_DECIMAL = re.compile(r"(?:\b[0-9]{1,3}[\s,]{1,2}){7,}[0-9]{1,3}\b")
"""The numbers of bytes, as Go and JavaScript show them: [107 101 121]."""
_CLAIMS = re.compile(r"\beyJ[\w-]+\.eyJ[\w-]+")
"""The beginning of a JSON Web Token. What it contains are ordinary words, and only its signature is secret."""
_READABLE = re.compile(r"[^\x00-\x08\x0e-\x1f\N{REPLACEMENT CHARACTER}]{8,}")
_SEPARATORS = re.compile(r"""([\s"'`\\,;:=&?#/@|<>(){}\[\]]+)""")
_AFTER_NAMES = ("=", "://", '":', "':")
"""What follows a name in a list of settings, in an address, and in JSON: names are not secret."""


def folded(text: str) -> str:
    """Return a text in lower case, with the same length."""
    # The only character with more than one character in lower case.
    return text.replace("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "i").lower()


def compact(text: str) -> str:
    """Return a text for comparisons: in lower case, without the ignored characters."""
    return folded(text).translate(_WITHOUT_IGNORED)


def forms(secret: str) -> Iterator[str]:
    """Yield the compact forms of a secret and of its short parts, such as the password in an address.

    Longer parts have no form of their own, because they have runs of ``RUN`` characters in common with the whole.
    """
    resolved = without_escapes(secret)
    contents = [content for _start, _end, content in decoded_words(_CLAIMS.sub("", secret))]
    yield from dict.fromkeys(map(compact, (secret, resolved, *contents)))
    for text in (secret, resolved, *contents):
        separated = _SEPARATORS.split(text)
        for raw, after in zip(separated[::2], [*separated[1::2], ""]):
            part = without_escapes(raw)
            if SHORTEST <= len(part) < RUN and not "".join(after.split()).startswith(_AFTER_NAMES):
                yield compact(part)


def without_escapes(text: str) -> str:
    """Return a text without the escapes of JSON, HTML, URLs and programming languages, and with single spaces."""
    for _layer in range(_MAX_LAYERS):
        if "\\" in text or "&" in text or "%u" in text:
            text = _ESCAPE.sub(_meaning, text)
        text = unquote(text)
    return " ".join(text.split())


def decoded_words(text: str, layers: int = _MAX_LAYERS) -> Iterator[tuple[int, int, str]]:
    """Yield the start and the end of each word that can be encoded, with each readable text that it can contain.

    The content can begin and end anywhere in the word, because a provider can encode a secret together with other data.
    It can be encoded itself: the login in the configuration of a container registry is.
    """
    for pattern, meanings in _ENCODINGS.items():
        for word in pattern.finditer(text):
            for meaning in meanings(word[0]):
                for readable in _READABLE.findall(meaning.decode("utf-8", "replace")):
                    yield word.start(), word.end(), readable
                    inner = decoded_words(readable, layers - 1) if layers > 1 else ()
                    yield from ((word.start(), word.end(), content) for _start, _end, content in inner)


def _in_base64(word: str) -> Iterator[bytes]:
    """Yield the bytes that a word can mean in base64, from each possible start."""
    word = "".join(word.replace("\\", "").replace("-", "+").replace("_", "/").split())
    for start in range(4):
        rest = word[start:]
        # An incomplete group has an end; one letter alone means nothing.
        yield base64.b64decode(rest[: -1 if len(rest) % 4 == 1 else None] + "==")


def _in_hex(word: str) -> Iterator[bytes]:
    """Yield the bytes that hexadecimal digits can mean, from each possible start."""
    digits = re.sub("0x|[^0-9a-f]", "", word.lower())
    for start in range(2):
        yield bytes.fromhex(digits[start : start + (len(digits) - start) // 2 * 2])


def _in_decimal(word: str) -> Iterator[bytes]:
    """Yield the bytes with these numbers."""
    yield bytes(min(int(number), 255) for number in re.findall("[0-9]+", word))


_ENCODINGS = {_BASE64: _in_base64, _HEX: _in_hex, _DECIMAL: _in_decimal}


def _meaning(escape: re.Match[str]) -> str:
    """Return the character or characters that an escape represents."""
    kind, spelling = escape.lastgroup or "letter", escape[escape.lastgroup or 0]
    if kind == "html":
        import html  # not at the top: rarely needed

        return html.unescape(f"&{spelling};")
    if kind == "utf16":
        return bytes.fromhex(re.sub(r"[\\%uU]", "", spelling)).decode("utf-16-be", "replace")
    if kind == "letter":
        return " " if spelling in ("n", "r", "t") else spelling.lstrip("\\")
    code = int(spelling, 8 if kind == "octal" else 16)
    return chr(code) if code < sys.maxunicode else "\N{REPLACEMENT CHARACTER}"
