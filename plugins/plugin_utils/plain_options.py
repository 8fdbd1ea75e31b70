# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a task without the types that Ansible uses only in its own process.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import datetime
import json
from typing import Any

_ENCRYPTED = ("AnsibleVaultEncryptedUnicode", "EncryptedString")
"""The types of values that are encrypted with Ansible Vault. Their text is decrypted."""


def without_tags(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options without the tags that Ansible adds to each string, such as its origin.

    Ansible sends the options to another process together with the result. With the tags, this takes longer than all
    checks. Options that JSON cannot represent are returned unchanged.
    """
    try:
        plain: dict[str, Any] = json.loads(json.dumps(options))
    except (TypeError, ValueError, RecursionError):
        return options
    return plain


def as_ansible_sends(options: dict[str, Any]) -> dict[str, Any] | None:
    """Return the options as Ansible sends them to a module, or ``None`` if it could not send them."""
    try:
        sent: dict[str, Any] = json.loads(json.dumps(options, default=_text))
    except Exception:  # for example an encrypted value without its password
        return None
    return sent


def _text(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if type(value).__name__ in _ENCRYPTED:
        return str(value)
    raise TypeError(type(value).__name__)
