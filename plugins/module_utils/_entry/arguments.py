# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of one resource in a task: the argument spec, the violations and the desired state.

A module has the options of one resource, ``fleet`` those of many. This module does not import Ansible.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._engine.capabilities import Priced, RelatingOptions, Revealing
from .._engine.resource import Resource
from .._engine.state import DesiredState
from .._schema.composites import Group
from .._schema.fields import Boolean, Float, Integer, Text
from .._schema.table import Settings, Table
from .._validation import Violation

IDENTITY = Settings(Text("id", is_id=True, trimmed=True))
NAMING = Settings(Boolean("allow_similar_name", default=False))
"""Settings of resource types with names."""


def cost_limits(currencies: Iterable[str]) -> Settings:
    """Return the settings that limit costs in some currencies."""
    limits = [Float(currency, minimum=0) for currency in sorted(set(currencies))]
    return Settings(Group("max_hourly_cost", fields=limits), Boolean("allow_unknown_cost", default=False))


def lifecycle(resource_type: type[Resource]) -> Settings:
    """Return the settings for writes and waits."""
    return Settings(
        Boolean("wait", default=True),
        Integer("wait_timeout", minimum=1, maximum=86400, default=600),
        Integer("settle_timeout", minimum=0, maximum=3600, default=resource_type.settle_timeout),
        Boolean("recreate", default=False),
    )


def argument_spec(resource_type: type[Resource]) -> dict[str, Any]:
    """Return the argument spec of a resource."""
    spec: dict[str, Any] = {
        "state": {"type": "str", "choices": list(resource_type.states), "default": resource_type.states[0]},
        **reveal_argument(resource_type),
    }
    for table in reversed(option_tables(resource_type)):
        spec.update(table.arguments())
    return spec


def rules(resource_type: type[Resource]) -> dict[str, Any]:
    """Return the rules between options as keyword arguments of ``AnsibleModule``."""
    own = resource_type.rules if issubclass(resource_type, RelatingOptions) else {}
    described = [(field.name, field.described_by) for field in resource_type.table.fields if field.described_by]
    return {
        "required_one_of": [("id", *resource_type.named_by)],
        **own,
        "mutually_exclusive": [*own.get("mutually_exclusive", ()), *described],
    }


def reveal_argument(resource_type: type[Resource]) -> dict[str, Any]:
    """Return the argument spec of the option that shows private facts; empty if the resource type has none."""
    if not issubclass(resource_type, Revealing):
        return {}
    return {resource_type.reveal_option: {"type": "bool", "default": False}}


def option_tables(resource_type: type[Resource]) -> list[Table]:
    """Return all tables with options of a resource."""
    naming = [NAMING] if "name" in resource_type.named_by and resource_type.names_can_change else []
    return [
        resource_type.table,
        resource_type.options,
        IDENTITY,
        *naming,
        *_cost_limits_of(resource_type),
        lifecycle(resource_type),
    ]


def _cost_limits_of(resource_type: type[Resource]) -> list[Settings]:
    """Return the settings that limit the cost of a resource; empty if its cost is unknown."""
    if not issubclass(resource_type, Priced) or not resource_type.limits_cost:
        return []
    return [cost_limits([resource_type.provider.currency])]


def violations(tables: Iterable[Table], params: dict[str, Any]) -> list[Violation]:
    """Return the violations of single options in some tables."""
    return [violation for table in tables for violation in table.violations(table.desired(params))]


def planned_id_violations(tables: Iterable[Table], params: dict[str, Any]) -> list[Violation]:
    """Return the violations of planned ids in some tables. Call it only outside check mode."""
    return [violation for table in tables for violation in table.planned_id_violations(table.desired(params))]


def resource_violations(
    resource_type: type[Resource], params: dict[str, Any], check_mode: bool = True
) -> list[Violation]:
    """Return the violations in the options of a resource that can be found before the first request."""
    tables = option_tables(resource_type)
    single = violations(tables, params) or ([] if check_mode else planned_id_violations(tables, params))
    if single or not issubclass(resource_type, RelatingOptions):
        return single
    return resource_type.option_violations(params)


def desired_state(resource_type: type[Resource], params: dict[str, Any]) -> DesiredState:
    """Return the desired state that the options define."""
    settings = {option: params[option] for option in ("recreate", "wait", "wait_timeout", "settle_timeout")}
    values = resource_type.table.desired(params)
    return DesiredState(
        state=params["state"],
        name=values.get("name") or "",
        id=params["id"] or "",
        values=values,
        options=_options(resource_type, params),
        allow_similar_name=params.get("allow_similar_name") or False,
        **settings,
    )


def _options(resource_type: type[Resource], params: dict[str, Any]) -> dict[str, Any]:
    """Return the values of the options that are neither in the table nor common to all resource types."""
    options = resource_type.options.desired(params)
    for limits in _cost_limits_of(resource_type):
        options.update(limits.desired(params))
    return options
