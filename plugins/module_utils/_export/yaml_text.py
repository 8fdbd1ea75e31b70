# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as YAML in block style.

PyYAML is not a requirement of the modules. Ansible and each YAML 1.1 parser read the text as exactly these values.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .._visible import printable

INDENT = "  "
_PLAIN = re.compile(r"[A-Za-z/](?:[\w./@-]|:(?=\w))*", re.ASCII)
_NO_TEXT = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
_CONSTANTS = {None: "null", True: "true", False: "false"}
_TEMPLATE = re.compile(r"{[{%#]|#jinja2")


class Template(str):
    """A text that Ansible must evaluate as a template. In all other texts, it must not."""


def lines(value: Any) -> Iterator[str]:
    """Yield the lines of a value of the types of JSON. A scalar and an empty collection are a single line."""
    if isinstance(value, dict) and value:
        for name, item in value.items():
            if isinstance(item, (dict, list)) and item:
                yield f"{_scalar(name)}:"
                yield from (f"{INDENT}{line}" for line in lines(item))
            else:
                yield f"{_scalar(name)}: {_scalar(item)}"
    elif isinstance(value, list) and value:
        for item in value:
            first, *others = lines(item)
            yield f"- {first}"
            yield from (f"{INDENT}{line}" for line in others)
    else:
        yield _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    number = repr(value)
    return number.replace("e", ".0e") if isinstance(value, float) and "." not in number else number


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXT:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    quoted = f'"{printable(escaped)}"'
    is_unsafe = _TEMPLATE.search(text) and not isinstance(text, Template)
    return f"!unsafe {quoted}" if is_unsafe else quoted
