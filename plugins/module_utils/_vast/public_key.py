# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of an SSH key: the public key, and its comment.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any

from .._schema.environment import HIDDEN
from .._schema.fields import Text
from .._schema.withheld import CanBeSecret, Withheld
from .._validation import EMPTY, PLACEHOLDER, Violation, is_placeholder

_TYPE = re.compile(r"[a-z][a-z0-9@.-]{2,63}")
_PRIVATE = re.compile(r"PRIVATE KEY|PuTTY-User-Key-File|Private-Lines", re.IGNORECASE)
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_LENGTH = 4
"""Bytes of the number before each part of a key, which is the length of the part."""


class Key(str):
    """The type and the base64 part of a public key, separated by a space. ``comment`` is what the task adds to them."""

    comment = ""


def split_key(text: str) -> Key | None:
    """Return the public key in a text, or ``None`` if there is none.

    Options before the type are dropped, also those that contain spaces.
    """
    words = text.split()
    for number, (key_type, encoded) in enumerate(zip(words, words[1:])):
        if _is_key(key_type, encoded):
            key = Key(f"{key_type} {encoded}")
            key.comment = " ".join(words[number + 2 :])
            return key
    return None


def fingerprint(key: str) -> str:
    """Return the fingerprint of a key, as OpenSSH shows it, or an empty text."""
    _key_type, _space, encoded = key.partition(" ")
    content = _decoded(encoded)
    return f"SHA256:{base64.b64encode(hashlib.sha256(content).digest()).decode().rstrip('=')}" if content else ""


def _decoded(encoded: str) -> bytes:
    """Return the bytes of a base64 text, or none."""
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_key(key_type: str, encoded: str) -> bool:
    parts = _parts(_decoded(encoded)) if _TYPE.fullmatch(key_type) else []
    return len(parts) > 1 and parts[0] == key_type.encode()


def _parts(content: bytes) -> list[bytes]:
    """Return the parts of a key, or an empty list if it is not complete. A certificate also has other parts."""
    parts: list[bytes] = []
    position = 0
    while position < len(content):
        start = position + _LENGTH
        position = start + int.from_bytes(content[position:start], "big")
        if position > len(content):
            return parts if parts and b"-cert-" in parts[0] else []
        parts.append(content[start:position])
    return parts


class PublicKey(Text):
    """A public key in the format of OpenSSH. A task can set it with options and a comment, which are not compared."""

    def desired(self, given: Any) -> Any:
        if not isinstance(given, str) or len(given.strip().splitlines()) > 1 or _PRIVATE.search(given):
            return given
        key = split_key(given)
        return given if key is None else key

    def rule_violations(self, desired: str, path: str) -> list[Violation]:
        rule = self._broken_rule(desired)
        return [Violation(path, rule)] if rule else []

    def _broken_rule(self, text: str) -> str:
        """Return the rule that a text breaks, or an empty text. It never quotes the text: it can be a private key."""
        if isinstance(text, Key):
            return ""
        if not text.strip():
            return EMPTY
        if is_placeholder(text):
            return PLACEHOLDER
        if _PRIVATE.search(text):
            return "must be a public key and not a private key, for example the content of the file that ends with .pub"
        return (
            "must be one complete public key in the format of OpenSSH, for example the content of id_ed25519.pub: the "
            "type, a space, and the base64 part"
        )

    def before_and_after(self, current: Any, target: Any, desired: Any) -> tuple[Any, Any]:
        before, after = super().before_and_after(current, target, desired)
        return before and str(before), str(after)

    def spec_options(self, current: Any, desired: Any, reveal: bool) -> dict[str, Any]:
        return {self.name: str(current)}

    def shown_name(self, given: Any) -> str:
        key = self.desired(given)
        if isinstance(key, Key):
            return fingerprint(key)
        return str(given) if _FINGERPRINT.fullmatch(str(given)) else ""

    def shown_facts(self, current: Any) -> dict[str, Any]:
        return {"fingerprint": fingerprint(current or "")}


class Comment(Text):
    """The comment of a key, which can contain personal data: results show it only if the same task sets it."""

    def desired(self, given: Any) -> Any:
        # A line break at the end comes from a file. One between words is a control character.
        return one_line(given) if isinstance(given, str) and given.strip().isprintable() else given

    def rule_violations(self, desired: str, path: str) -> list[Violation]:
        violations = super().rule_violations(desired, path)
        if not violations and _PRIVATE.search(desired):
            return [Violation(path, "must not contain a private key")]
        if not violations and not desired.isprintable():
            return [Violation(path, "must not contain control characters")]
        return violations

    def before_and_after(self, current: str | None, target: str, desired: str) -> tuple[Any, Any]:
        return (target if self.equal(current, target) else current and HIDDEN), target

    def spec_options(self, current: str, desired: str | None, reveal: bool) -> dict[str, Any]:
        return {self.name: current} if reveal or desired == current else {}

    def withheld_options(self, current: str, can_be_secret: CanBeSecret) -> dict[str, Any]:
        return {self.name: Withheld(self.name, current) if current else ""}


def one_line(text: str) -> str:
    """Return a text with one space in place of all whitespace between words."""
    return " ".join(text.split()) or text
