# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that describe an inference endpoint with the same names for all providers.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._entry.arguments import cost_limits
from .._entry.connection import connection_arguments, settings_arguments
from .._fleet.accounts import accounts_argument
from .._fleet.resource_types import PROVIDERS
from .._schema.fields import Integer, Text
from .._schema.table import Settings
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


OLDER_REVISIONS = Settings(
    Text("older_revisions", choices=("keep", "retire"), default="keep"),
    Integer("keep_revisions", minimum=0, maximum=100, default=1),
    Integer("drain", minimum=0, maximum=86400, default=0),
)
"""What becomes of the older revisions, after the current one is ready."""


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
        "strategy": {"type": "str", "choices": ["in_place", "blue_green", "rolling"], "default": "in_place"},
        "revision": {"type": "str"},
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
        **settings_arguments(OLDER_REVISIONS),
        "prices": {"type": "bool", "default": False},
        **settings_arguments(cost_limits(provider.currency for provider in PROVIDERS.values())),
        "accounts": accounts_argument(),
        **connections,
    }


RULES: dict[str, Any] = {
    "mutually_exclusive": [(option, "candidates") for option in ("provider", "account", "product", "template_covers")],
    "required_one_of": [("provider", "candidates")],
}
