# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in the arguments of a command: passwords, tokens, and the values of environment variables.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any

from ._masking import MASK

_SECRET_WORD = r"(?<![a-z0-9])(?:pw|pass|passwd|password|passphrase|token|secret|key|apikey|credentials?)"
_VALUE = r"""(?:"(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s'"\\])+)"""
_NUMBER = r"""(?:\d{1,5}|\d*\.\d+|[\d.]*:?[\d-]+:[\d-]+)(?:/\w+)?(?=[\s'"]|$)"""
_START = r"""(?:(?<=[\s'"=])|^)"""
_SECRET_ARGUMENTS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # -e NAME=value, --env=NAME=value, -e 'NAME=a value'
        rf"""{_START}(?:-e|--env)(?:\s+|=)?(?P<quote>["'])[a-z_][\w.-]*=(?P<value>(?:(?!(?P=quote)).)*)""",
        rf"{_START}(?:-e|--env)(?:\s+|=)?[a-z_][\w.-]*=(?P<value>{_VALUE})",
        # -p value, --hf-token=value, PASSWORD=value, but not a number or -p 8080:80
        rf"""{_START}-p(?:\s+|(?=["']|\S*\d))(?!{_NUMBER})(?P<value>{_VALUE})""",
        rf"{_START}--?[\w-]*{_SECRET_WORD}(?:\s+|=)(?!{_NUMBER})(?P<value>{_VALUE})",
        rf"{_START}[\w-]*{_SECRET_WORD}=(?!{_NUMBER})(?P<value>{_VALUE})",
        # Authorization: Bearer value, https://user:value@host
        rf"\b(?:bearer|basic)\s+(?P<value>{_VALUE})",
        r"""://[^\s/'"@:]*:(?P<value>[^\s/'"@]+)(?=@)""",
    )
]


def secrets_in(text: str) -> list[str]:
    """Return the values in a text that are probably secret."""
    found = (found for pattern in _SECRET_ARGUMENTS for found in pattern.finditer(text))
    return list(dict.fromkeys(argument["value"].strip("'\"") for argument in found))


def without_secrets(value: Any) -> Any:
    """Return a value with masks in place of the probable secrets in its texts."""
    if isinstance(value, dict):
        return {name: without_secrets(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    if not isinstance(value, str):
        return value
    for pattern in _SECRET_ARGUMENTS:
        value = pattern.sub(_masked, value)
    return value


def _masked(found: re.Match[str]) -> str:
    start, end = (position - found.start() for position in found.span("value"))
    return f"{found[0][:start]}{MASK}{found[0][end:]}"
