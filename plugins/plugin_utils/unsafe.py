# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mark strings from a server as unsafe, so that Ansible never treats them as templates.

ansible-core 2.19 and later does not trust strings from an inventory plugin. Earlier versions would run templates in
them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from ansible.utils.unsafe_proxy import wrap_var

# ``#jinja2:`` at the beginning of a string changes the delimiters. Harmless strings are not marked, because earlier
# versions of ansible-inventory print a marked string as a mapping.
_SUSPICIOUS = ("{", "#jinja2")


def unsafe(value: Any) -> Any:
    """Return the value with every string marked that could be a template, including keys."""
    if isinstance(value, dict):
        return {unsafe(key): unsafe(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [unsafe(entry) for entry in value]
    if isinstance(value, str) and any(mark in value for mark in _SUSPICIOUS):
        return wrap_var(value)
    return value
