# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of a plan: JSON, which only its owner can read.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from typing import Any

from .._errors import CloudError
from .._validation import schema_violations, validator
from .._whole_file import write_whole
from .plan_document import PlanDigest

_MOST_BYTES = 100_000_000
_RESOURCE = {
    "type": "object",
    "properties": {
        "number": {"type": "integer"},
        **dict.fromkeys(("account", "resource_type", "name", "id", "action"), {"type": "string"}),
        "plan": {"type": "array", "items": {"type": "object", "required": ["action", "fields", "effect"]}},
        "changes": {"type": "object", "additionalProperties": {"type": "object", "required": ["shown", "seal"]}},
    },
    "required": ["number", "account", "resource_type", "name", "id", "action", "plan", "changes"],
}
_DOCUMENT = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("version", "salt", "digest"), {"type": "string"}),
        "accounts": {"type": "object", "additionalProperties": {"type": "string"}},
        "entries": {"type": "array", "items": {"type": "object"}},
        "resources": {"type": "array", "items": _RESOURCE},
    },
    "required": ["version", "salt", "accounts", "entries", "resources", "digest"],
}


class NotAPlan(Exception):
    """The file is no plan file. The text is the reason, as a rule that the option breaks."""


def write_plan(path: str, document: Mapping[str, Any]) -> None:
    """Write a plan to a file, completely or not at all. Raises ``CloudError``."""
    try:
        write_whole(path, json.dumps(document, indent=1, sort_keys=True) + "\n")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "an invalid path"
        raise CloudError(f"plan_file: cannot write {path} ({reason}).") from None


def read_plan(path: str) -> Any:
    """Read the document of a plan from a file. Raises ``NotAPlan``."""
    document = _read(path)
    if schema_violations(validator(_DOCUMENT), document) or PlanDigest.parsed(document["digest"]) is None:
        raise _no_plan(path)
    return document


def _read(path: str) -> Any:
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
            raise _no_plan(path)
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except OSError as error:
        raise NotAPlan(f"cannot read {path} ({error.strerror})") from None
    except ValueError:
        raise NotAPlan(f"{path} is incomplete or damaged: it is not JSON. Make a new plan and approve it") from None


def _no_plan(path: str) -> NotAPlan:
    return NotAPlan(f"{path} is not a plan file. Set the path of a file that plan_file has written")
