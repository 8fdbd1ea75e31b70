# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of the groups that an entry of ``keyed_groups`` creates.

Ansible's own function drops the whole inventory if a key is a number or a boolean.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation

_KEYS = ("key", "prefix", "separator", "parent_group", "default_value", "trailing_separator")


def entry_violations(entry: Any, path: str) -> list[Violation]:
    """Return the violations of an entry."""
    if not isinstance(entry, Mapping):
        return [Violation(path, "must be a mapping with key")]
    violations = [
        Violation(f"{path}.{name}", f"must be omitted, because an entry can only have {', '.join(_KEYS)}")
        for name in entry
        if name not in _KEYS
    ]
    if not entry.get("key"):
        violations.append(Violation(f"{path}.key", "must be set"))
    if entry.get("default_value") is not None and entry.get("trailing_separator") is not None:
        paths = [f"{path}.default_value", f"{path}.trailing_separator"]
        violations.append(Violation.of_several(paths, "only one of them can be set"))
    return violations


def group_names(entry: Mapping[str, Any], value: Any, leading_separator: bool) -> list[str]:
    """Return the names of the groups for a value, before Ansible replaces characters in them.

    Null and empty text result in no group, unless the entry has a ``default_value``.
    """
    prefix, separator = _text(entry.get("prefix")), _text(entry.get("separator", "_"))
    default = _text(entry.get("default_value"))
    if isinstance(value, Mapping):
        names = [_pair(entry, _text(name), _text(item) or default, separator) for name, item in value.items()]
    else:
        items = value if isinstance(value, (list, tuple, set)) else [value]
        names = [_text(item) or default for item in items]
    opening = f"{prefix}{separator}" if prefix or leading_separator else ""
    return [f"{opening}{name}" for name in names if name]


def _pair(entry: Mapping[str, Any], name: str, item: str, separator: str) -> str:
    if not item and entry.get("trailing_separator") is False:
        return name
    return f"{name}{separator}{item}"


def _text(value: Any) -> str:
    return "" if value is None else str(value)
