# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mark strings from a server as unsafe, so that Ansible never treats them as templates.

ansible-core 2.19 and later does not trust strings from an inventory plugin. Earlier versions would run templates in
them. They also mark the result of an expression that uses a marked string.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from ansible.utils.unsafe_proxy import AnsibleUnsafeText, wrap_var

# ``#jinja2:`` at the beginning of a string changes the delimiters. Harmless strings in variables are not marked,
# because earlier versions of ansible-inventory print a marked string as a mapping.
_SUSPICIOUS = ("{", "#jinja2")


def unsafe(value: Any) -> Any:
    """Return the value with every string marked that could be a template, including keys."""
    if isinstance(value, dict):
        return {unsafe(key): unsafe(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [unsafe(entry) for entry in value]
    return wrap_var(value) if _is_suspicious(value) else value


def all_unsafe(value: Any) -> Any:
    """Return the value with every string marked, for expressions: they can decode a harmless string to a template."""
    return wrap_var(value)


def without_needless_marks(value: Any) -> Any:
    """Return the result of an expression without the marks of strings that are no templates."""
    if isinstance(value, dict):
        return {without_needless_marks(key): without_needless_marks(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [without_needless_marks(entry) for entry in value]
    if isinstance(value, AnsibleUnsafeText) and not _is_suspicious(value):
        return str.__str__(value)
    return value


def _is_suspicious(value: Any) -> bool:
    return isinstance(value, str) and any(mark in value for mark in _SUSPICIOUS)
