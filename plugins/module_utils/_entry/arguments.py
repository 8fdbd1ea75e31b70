# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of one resource in a task: their argument spec, what is wrong in them, and the state that they desire.

A module has the options of one resource, ``fleet`` those of many. Of Ansible, only the form of an argument spec is
known here.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._engine.capabilities import RelatingOptions, Revealing
from .._engine.resource import Resource
from .._engine.state import DesiredState
from .._schema.fields import Boolean, Integer, Text
from .._schema.table import Settings, Table
from .._validation import Violation

IDENTITY = Settings(Text("id", min_length=1))
LIFECYCLE = Settings(
    Boolean("wait", default=True),
    Integer("wait_timeout", minimum=1, maximum=86400, default=600),
    Integer("settle_timeout", minimum=0, maximum=3600, default=30),
    Boolean("recreate", default=False),
)


def argument_spec(resource_type: type[Resource]) -> dict[str, Any]:
    """The options of a resource as an argument spec."""
    spec: dict[str, Any] = {
        "state": {"type": "str", "choices": list(resource_type.states), "default": resource_type.states[0]},
        **reveal_argument(resource_type),
    }
    for table in reversed(_tables(resource_type)):
        spec.update(table.arguments())
    return spec


def rules(resource_type: type[Resource]) -> dict[str, Any]:
    """The rules between the options, as ``AnsibleModule`` takes them."""
    own = resource_type.rules if issubclass(resource_type, RelatingOptions) else {}
    return {"required_one_of": [("id", *resource_type.named_by)], **own}


def reveal_argument(resource_type: type[Resource]) -> dict[str, Any]:
    """The option that asks for private facts as an argument spec, for the resource types that have some."""
    if not issubclass(resource_type, Revealing):
        return {}
    return {resource_type.reveal_option: {"type": "bool", "default": False}}


def _tables(resource_type: type[Resource]) -> list[Table]:
    return [resource_type.table, resource_type.options, IDENTITY, LIFECYCLE]


def violations(tables: Iterable[Table], params: dict[str, Any]) -> list[Violation]:
    """What is wrong in the options of some tables, each by itself."""
    return [violation for table in tables for violation in table.violations(table.desired(params))]


def resource_violations(resource_type: type[Resource], params: dict[str, Any]) -> list[Violation]:
    """What is wrong in the options of a resource and can be said before the first request."""
    wrong = violations(_tables(resource_type), params)
    if wrong or not issubclass(resource_type, RelatingOptions):
        return wrong
    return resource_type.option_violations(params)


def desired_state(resource_type: type[Resource], params: dict[str, Any]) -> DesiredState:
    """The state that the options desire."""
    settings = {option: params[option] for option in ("recreate", "wait", "wait_timeout", "settle_timeout")}
    return DesiredState(
        state=params["state"],
        name=params.get("name") or "",
        id=params["id"] or "",
        values=resource_type.table.desired(params),
        options=resource_type.options.desired(params),
        **settings,
    )
