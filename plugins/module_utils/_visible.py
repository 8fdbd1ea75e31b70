# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show characters that a terminal hides or obeys, such as control characters and marks that reverse the text.

A provider stores any name, and quotes any text in an error. Printed as it is, such a text can delete lines, imitate a
report, or look like another name.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Callable

_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Characters that Python regards as printable although they are invisible."""
_AMBIGUOUS = re.compile(r"\\(?:[\\nrtuUx]|$)")
"""Backslashes that could be the start of an escape. The last one could be, together with the text after the name."""


def _python_escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def printable(text: str, escape: Callable[[str], str] = _python_escape) -> str:
    """Return a text with an escape such as ``\\x1b`` in place of each character that is not visible."""
    if text.isprintable() and not _INVISIBLE.search(text):
        return text
    return "".join(
        letter if letter.isprintable() and not _INVISIBLE.match(letter) else escape(letter) for letter in text
    )


def visible(name: str) -> str:
    """Return a name for a sentence that does not enclose it in quotes. Two different names never look the same."""
    shown = printable(name)
    if shown == name and not _AMBIGUOUS.search(name):
        return name
    return printable(name.replace("\\", r"\\"))
