# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Join texts to messages. Texts of a provider can end with any mark, or with none.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

_ELLIPSIS = re.compile(r"\.{3,}$")
_MARKS = " \t\r\n.;:,"


def sentence(text: str) -> str:
    """Return a text that ends with one mark: a question mark, an exclamation mark, an ellipsis, or else a stop."""
    text = text.strip()
    if _ELLIPSIS.search(text):
        return _ELLIPSIS.sub("...", text)
    text = text.rstrip(_MARKS)
    return f"{text}." if text and not text.endswith(("?", "!")) else text


def sentences(*texts: str) -> str:
    """Return texts as sentences, one after another. Empty texts are omitted."""
    return " ".join(filter(None, map(sentence, texts)))


def clauses(texts: Iterable[str]) -> str:
    """Return texts as clauses of one sentence. A clause that is a question ends the sentence before the next one."""
    ended = list(map(sentence, texts))
    separated = [text[:-1] + ";" if text.endswith(".") and not _ELLIPSIS.search(text) else text for text in ended[:-1]]
    return " ".join([*separated, *ended[-1:]])


def suggestion(name: str, names: Iterable[str]) -> str:
    """Return the question whether the most similar of some names is meant, or an empty text if none is similar."""
    similar = difflib.get_close_matches(name, list(names), n=1)
    return f"did you mean {similar[0]}?" if similar else ""
