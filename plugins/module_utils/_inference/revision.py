# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Revisions: endpoints of one name that run different versions.

The name of a revision is the name of the endpoint, ``--``, ``r1``, and eight hexadecimal digits, for example
``llm--r13f0c9d2a``. The digits are a digest of what the endpoint runs. ``r1`` is the version of this rule.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

_NAME = re.compile("(.+)--(r1[0-9a-f]{8})", re.DOTALL)


def revision_of(runs: Any) -> str:
    """Return the revision of an endpoint, for example ``r13f0c9d2a``.

    :param runs: what the endpoint runs: the text that the task sets, or the values that determine it.
    """
    text = json.dumps(_plain(runs), sort_keys=True)
    return f"r1{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def revision_name(name: str, revision: str) -> str:
    """Return the name of the endpoint that is a revision."""
    return f"{name}--{revision}"


def parsed(name: str) -> tuple[str, str]:
    """Return the name of the endpoint and the revision, or two empty texts if it is not the name of a revision."""
    match = _NAME.fullmatch(name)
    return (match[1], match[2]) if match else ("", "")


def _plain(value: Any) -> Any:
    """Return a value with all numbers as text, so that ``8`` and ``"8"`` are equal."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value)
