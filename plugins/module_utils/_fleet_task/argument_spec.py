# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument spec of the module ``fleet``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._entry.connection import connection_arguments, settings_arguments
from .._fleet.accounts import accounts_argument
from .._fleet.entry import ACCOUNT
from .._fleet.options import SETTINGS
from .._fleet.prune_rule import RULES
from .._fleet.resource_types import PROVIDERS
from .entry_types import ENTRY_TYPES


def argument_spec() -> dict[str, Any]:
    """Return all options of the module."""
    connections = {
        name: {"type": "dict", "apply_defaults": True, "options": connection_arguments(provider)}
        for name, provider in PROVIDERS.items()
    }
    return {
        "resources": _resources_argument(),
        "prune": {"type": "dict", "default": {}, "options": RULES.arguments()},
        **settings_arguments(SETTINGS),
        "plan_file": {"type": "path"},
        "apply_plan": {"type": "path"},
        "approved": {"type": "str"},
        "journal": {"type": "path"},
        "progress_file": {"type": "path"},
        "accounts": accounts_argument(),
        **connections,
    }


def option_names(spec: dict[str, Any]) -> Iterator[str]:
    """Yield the names of all options in an argument spec, also of those inside others."""
    for name, argument in spec.items():
        yield name
        yield from option_names(argument.get("options", {}))


def _resources_argument() -> dict[str, Any]:
    entries = {
        name: {
            "type": "dict",
            # Ansible takes a name that contains "ssh_key" for that of a secret unless the argument spec denies it.
            "no_log": False,
            "options": entry_type.options.spec,
            **entry_type.options.rules,
        }
        for name, entry_type in ENTRY_TYPES.items()
    }
    return {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {**entries, ACCOUNT: {"type": "str"}},
        "mutually_exclusive": [list(ENTRY_TYPES)],
        "required_one_of": [list(ENTRY_TYPES)],
    }
