# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that returns resources.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

from .._engine.capabilities import Gathering, Logging
from .._engine.context import error_context, learn_secrets
from .._engine.resource import Resource
from .._engine.state import CurrentState
from .._engine.workers import LOGS_NOT_GATHERED, WORKERS_NOT_GATHERED
from .._schema.fields import Boolean
from .._schema.table import Settings, Table
from . import arguments
from .connection import connection_arguments
from .result import resource_result
from .task import Module, Task


def info_module(resource_type: type[Resource]) -> Module:
    """Return the module that returns resources of a type."""
    provider, selection, gathering = resource_type.provider, info_options(resource_type), gather_options(resource_type)

    def work(task: Task) -> dict[str, Any]:
        violations = arguments.violations([selection, gathering], task.params)
        planned = arguments.planned_id_violations([selection], task.params)
        task.refuse(provider, violations or ([] if task.check_mode else planned))
        if planned:
            return _of_planned(task, resource_type, [violation.path for violation in planned])
        with closing(task.client(provider)) as client:
            return _read(task, resource_type(client))

    argument_spec = {
        **_reveal_values_argument(resource_type),
        **arguments.reveal_argument(resource_type),
        **selection.arguments(),
        **gathering.arguments(),
        **connection_arguments(provider),
    }
    return Module(argument_spec, work, provider=provider.name)


def info_options(resource_type: type[Resource]) -> Table:
    """Return the options that select resources, which are the same as in the resource module."""
    named_by = [field for field in resource_type.table.fields if field.name in resource_type.named_by]
    return Table(*arguments.IDENTITY.fields, *named_by)


def gather_options(resource_type: type[Resource]) -> Table:
    """Return the options that decide what else an info module reads about each resource."""
    if issubclass(resource_type, Logging):
        return Settings(Boolean("return_logs", default=False), *resource_type.log_settings.fields)
    if not issubclass(resource_type, Gathering):
        return Settings()
    return Settings(
        Boolean("gather_workers", default=resource_type.gathers_workers),
        Boolean("gather_logs", default=False),
        *resource_type.log_settings.fields,
    )


def _reveal_values_argument(resource_type: type[Resource]) -> dict[str, Any]:
    """Return the argument spec of the option that shows values that can contain secrets; empty if there are none."""
    option = resource_type.table.reveal_option
    return {option: {"type": "bool", "default": False}} if option else {}


def _read(task: Task, resource: Resource) -> dict[str, Any]:
    params = task.params
    selection = info_options(type(resource)).desired(params)
    with error_context(resource, f"list the {resource.noun}s"):
        resources = resource.select(selection)
    for current in resources:
        learn_secrets(resource, current, {})
    resources.sort(key=lambda current: (current.name, current.id))
    # One after the other, because providers limit how often these requests may be sent.
    gathered = [_gathered(task, resource, current) for current in resources]
    return {
        "changed": False,
        f"{resource.key}s": [resource_result(resource, current, {}, params) for current in gathered],
    }


def _of_planned(task: Task, resource_type: type[Resource], options: list[str]) -> dict[str, Any]:
    """Return the result of a task that selects resources by planned ids."""
    noun = resource_type.noun
    task.warn(f"{', '.join(options)}: the {noun} does not exist yet, so check mode returns no {noun}s.")
    return {"changed": False, f"{resource_type.key}s": []}


def _gathered(task: Task, resource: Resource, current: CurrentState) -> CurrentState:
    """Return a resource with its workers and logs, as far as the task requests them."""
    facts, read = dict(current.facts), []
    if isinstance(resource, Gathering):
        facts.update({**WORKERS_NOT_GATHERED, **LOGS_NOT_GATHERED})
        if task.params["gather_workers"]:
            read.append(resource.gather_workers(current))
        if task.params["gather_logs"]:
            read.append(resource.gather_logs(current, resource.log_settings.desired(task.params)))
    if isinstance(resource, Logging):
        facts["log"] = []
        if task.params["return_logs"]:
            read.append(resource.gather_log(current, resource.log_settings.desired(task.params)))
    for gathered in read:
        facts.update(gathered.facts)
        if gathered.warning:
            task.warn(gathered.warning)
    return replace(current, facts=facts)
