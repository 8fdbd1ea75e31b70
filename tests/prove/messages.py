# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no message may contain, no matter what a provider responds."""

from __future__ import annotations

import re

_FLAWS = {
    "contains markup": re.compile(r"<(?:!doctype|html|head|body|style|script|h1)\b", re.IGNORECASE),
    "contains a regular expression": re.compile(r"\^[\[(]|\[0-9\]|\(\?:|\]\+?\$"),
    "ends a sentence twice": re.compile(r"(?<!\.)[.;:,?!]\s?[.;](?=\s|$)"),
    "blames failed_when": re.compile("failed_when"),
    "shows an object of Python": re.compile(r"<(?:class|function|object|bound method)\b|\bobject at 0x"),
}


def flaws(message):
    """Return descriptions of what is wrong with a message."""
    found = [description for description, pattern in _FLAWS.items() if pattern.search(message)]
    if not message.isprintable():
        found.append("contains a control character")
    if not message.endswith((".", "?", "!")):
        found.append("does not end as a sentence")
    return found
