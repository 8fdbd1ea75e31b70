# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a probe. URLs, headers and bodies can contain secrets, so no violation quotes their values.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .._http.address import host_of
from .._schema.composites import Scalars
from .._schema.field import Field
from .._schema.fields import Boolean, Integer, Text
from .._schema.table import Settings
from .._validation import Violation, how_to_write_text

_VISIBLE_ASCII = re.compile("[!-~]*")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""The characters that no header can contain. A tab is allowed."""


class _Url(Text):
    def rule_violations(self, desired: str, path: str) -> list[Violation]:
        if not desired or _VISIBLE_ASCII.fullmatch(desired) and host_of(desired):
            return []
        rule = "must be a valid URL with http:// or https://, and contain only ASCII characters and no spaces"
        return [Violation(path, rule)]


class _Path(Text):
    def rule_violations(self, desired: str, path: str) -> list[Violation]:
        if _VISIBLE_ASCII.fullmatch(desired):
            return []
        return [Violation(path, "must contain only ASCII characters and no spaces")]


class _Headers(Field):
    ansible_type = "dict"

    def rule_violations(self, desired: Any, path: str) -> list[Violation]:
        # Ansible also accepts some text as a mapping, and can convert it to a value of another type.
        if not isinstance(desired, dict):
            return [Violation(path, f"must be a mapping, not a value of type {type(desired).__name__}")]
        seen: set[str] = set()
        violations = []
        for name, value in desired.items():
            rule = _header_rule(str(name), value, seen)
            violations += [Violation(f"{path}.{name}", rule)] if rule else []
            seen.add(str(name).lower())
        return violations


_OPTIONS = Settings(
    Text("method", pattern="^[A-Z]+$", form="an HTTP method in uppercase letters"),
    _Url("url"),
    _Path("path"),
    _Headers("headers", secret=True),
    Field("body", secret=True),
    Text("body_format", choices=("raw", "json", "form-urlencoded")),
    Scalars("status", item=Integer("status", minimum=100, maximum=599), min_items=1),
    Text("text", may_be_empty=True),
    Integer("successes", minimum=1, maximum=1000),
    Integer("retries", minimum=0, maximum=10_000),
    Integer("pause", minimum=0, maximum=86400),
    Integer("timeout", minimum=1, maximum=3600),
    Boolean("validate_certs"),
)

_DEFAULTS: dict[str, Any] = {
    "method": "GET",
    "url": "",
    "path": "",
    "headers": {},
    "body": "",
    "body_format": "raw",
    "status": [200],
    "text": "",
    "successes": 1,
    "retries": 30,
    "pause": 10,
    "timeout": 30,
    "validate_certs": True,
}


def argument_spec() -> dict[str, Any]:
    """Return the suboptions of an option such as ``verify``. ``merged`` applies their defaults later."""
    return _OPTIONS.arguments()


def merged(*mappings: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return all options of a probe. Later mappings override earlier ones, and null in a mapping has no effect."""
    options = dict(_DEFAULTS)
    for mapping in mappings:
        options.update({name: value for name, value in (mapping or {}).items() if value is not None})
    return options


def violations(options: dict[str, Any]) -> list[Violation]:
    """Return the violations of merged options."""
    return _OPTIONS.violations(_OPTIONS.desired(options)) or list(_conflicts(options))


def _conflicts(options: dict[str, Any]) -> Iterator[Violation]:
    """Yield the violations of rules between options."""
    if options["path"] and re.search("[?#]", options["url"]):
        yield Violation("path", "must be omitted if url contains a query or a fragment; add the path to url")
    body, body_format = options["body"], options["body_format"]
    if isinstance(body, str):
        return
    if body_format == "raw":
        yield Violation("body", "must be text unless body_format is json or form-urlencoded")
    elif body_format == "json":
        try:
            json.dumps(body, allow_nan=False)
        except (TypeError, ValueError, RecursionError):
            rule = "must contain only texts, finite numbers, booleans, nulls, lists and mappings; put a date in quotes"
            yield Violation("body", rule)
    elif not isinstance(body, dict):
        yield Violation("body", "must be a mapping or text if body_format is form-urlencoded")
    else:
        for name, value in body.items():
            for item in value if isinstance(value, list) else [value]:
                rule = _text_rule(item)
                if rule:
                    yield Violation(f"body.{name}", rule)


def _header_rule(name: str, value: Any, others: set[str]) -> str:
    """Return the rule that a header breaks, or an empty text.

    :param others: the names of other headers in lowercase letters.
    """
    if not _HEADER_NAME.fullmatch(name):
        return "must have a name that consists of ASCII letters, digits and hyphens"
    if name.lower() in others:
        return "must not be set twice; header names are not case-sensitive"
    return _text_rule(value) or ("must be one line without control characters" if _CONTROL.search(str(value)) else "")


def _text_rule(value: Any) -> str:
    """Return the rule that a value breaks which must be text, or an empty text."""
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return ""
    given = "null" if value is None else type(value).__name__
    return f"must be a string or an integer, not a value of type {given}; {how_to_write_text(value)}"
