# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that describe an inference endpoint with the same names for all providers.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._entry.connection import connection_arguments
from .._fleet.accounts import accounts_argument
from .._fleet.resource_types import PROVIDERS
from .probe_options import argument_spec as probe_arguments

VOCABULARY: dict[str, dict[str, Any]] = {
    "image": {"type": "str"},
    "command": {"type": "str"},
    "registry_credential": {"type": "raw"},
    "envs": {"type": "dict"},
    "secret_envs": {"type": "dict", "no_log": True},
    "min_workers": {"type": "int"},
    "max_workers": {"type": "int"},
    "max_concurrent": {"type": "int"},
    "idle_timeout": {"type": "int"},
    "request_timeout": {"type": "int"},
    "gpu_count": {"type": "int"},
    "port": {"type": "int"},
    "health_path": {"type": "str"},
    "policy": {
        "type": "dict",
        "options": {"type": {"type": "str", "choices": ["queue", "concurrency"]}, "value": {"type": "int"}},
    },
}
"""The options of an endpoint. Each candidate can have its own values."""

OF_TEMPLATE = (
    "image",
    "command",
    "registry_credential",
    "envs",
    "secret_envs",
    "max_concurrent",
    "request_timeout",
    "port",
    "health_path",
    "policy",
)
"""The options that belong to the template at Vast.ai."""

VAST_SECTIONS = ("endpoint", "workergroup", "template")
"""The sections of ``provider_options.vast``."""

_PROVIDER_OPTIONS = {
    "type": "dict",
    "options": {
        **{name: {"type": "dict"} for name in PROVIDERS if name != "vast"},
        "vast": {"type": "dict", "options": {section: {"type": "dict"} for section in VAST_SECTIONS}},
    },
}
_OF_CANDIDATE: dict[str, dict[str, Any]] = {
    "account": {"type": "str"},
    "product": {"type": "str"},
    "template_covers": {"type": "list", "elements": "str", "choices": list(OF_TEMPLATE)},
    **VOCABULARY,
    "wait_timeout": {"type": "int"},
    "provider_options": _PROVIDER_OPTIONS,
    "verify": {"type": "dict", "options": probe_arguments()},
}


def endpoint_arguments() -> dict[str, Any]:
    """Return the options that describe the endpoint, without those of the connections."""
    return {
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "provider": {"type": "str", "choices": list(PROVIDERS)},
        **_OF_CANDIDATE,
        "candidates": {
            "type": "list",
            "elements": "dict",
            "options": {"provider": {"type": "str", "required": True, "choices": list(PROVIDERS)}, **_OF_CANDIDATE},
        },
        "wait_timeout": {"type": "int", "default": 600},
        "allow_similar_name": {"type": "bool", "default": False},
        "failed_look": {"type": "str", "choices": ["refuse", "skip"], "default": "refuse"},
    }


def argument_spec() -> dict[str, Any]:
    """Return all options of the module."""
    connections = {
        name: {"type": "dict", "apply_defaults": True, "options": connection_arguments(provider)}
        for name, provider in PROVIDERS.items()
    }
    return {
        **endpoint_arguments(),
        "prices": {"type": "bool", "default": False},
        "accounts": accounts_argument(),
        **connections,
    }


RULES: dict[str, Any] = {
    "mutually_exclusive": [(option, "candidates") for option in ("provider", "account", "product", "template_covers")],
    "required_one_of": [("provider", "candidates")],
}
