# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of the lookup plugin: endpoints by their names, from one list response of one account.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.capabilities import Revealing
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.context import error_context, learn_secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.resource import Resource
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import CurrentState
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.workers import WORKERS_NOT_GATHERED
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.arguments import reveal_argument
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.connection import connection_arguments
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_options
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.result import resource_result
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.task import Module, Task
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import AmbiguousName, CloudError, NotFound
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import PROVIDERS, RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._sentences import suggestion
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation, excerpt

TERMS = "_terms"
"""The name of the terms of a lookup in its documentation and in messages."""

_TEXTS = ("id", "name", "status", "status_message", "url", "api_key")


def endpoint_lookup(provider: str) -> Module:
    """Return the lookup of endpoints at a provider. It has the form of a module, and sends only reads."""
    resource_type = RESOURCE_TYPES[f"{provider}_endpoint"]

    def work(task: Task) -> dict[str, Any]:
        task.refuse(PROVIDERS[provider], _name_violations(resource_type, task.params[TERMS]))
        if not task.params[TERMS]:
            return {"endpoints": []}
        with closing(task.client(PROVIDERS[provider])) as client:
            return {"endpoints": _endpoints(task, resource_type(client))}

    argument_spec = {
        TERMS: {"type": "list", "elements": "str", "required": True},
        "provider": {"type": "str", "choices": list(PROVIDERS)},
        "on_missing": {"type": "str", "choices": ["error", "empty"], "default": "error"},
        **reveal_argument(resource_type),
        **connection_arguments(PROVIDERS[provider]),
    }
    return Module(argument_spec, work, provider=provider)


def _name_violations(resource_type: type[Resource], names: list[str]) -> list[Violation]:
    """Return the violations of names that no endpoint can have."""
    selection = info_options(resource_type)
    return [
        Violation(f"{TERMS}[{number}]", violation.text)
        for number, name in enumerate(names)
        for violation in selection.violations(selection.desired({"name": name}))
    ]


def _endpoints(task: Task, resource: Resource) -> list[dict[str, Any]]:
    """Return the endpoint of each term."""
    params = task.params
    with error_context(resource, f"look up {resource.noun}s"):
        listed = resource.conclusive(resource.list_resources())
        for current in listed:
            learn_secrets(resource, current, {})
        found = {name: [current for current in listed.named(name) if _stays(current)] for name in params[TERMS]}
        for name, matches in found.items():
            if len(matches) > 1:
                raise _ambiguous(resource, name, matches)
        missing = [name for name, matches in found.items() if not matches]
        if missing and params["on_missing"] == "error":
            raise _not_found(resource, missing, [current.name for current in listed if _stays(current)])
        return [_shown(resource, name, found[name], params) for name in params[TERMS]]


def _stays(current: CurrentState) -> bool:
    return not (current.gone or current.being_removed)


def _ambiguous(resource: Resource, name: str, matches: list[CurrentState]) -> CloudError:
    ids = sorted(current.id for current in matches)
    return AmbiguousName(
        f"{len(ids)} {resource.noun}s have the name {excerpt(name)}: {', '.join(ids)}.",
        ids=ids,
        advice=f"Rename or delete all but one, or read one by its ID with gpufleet.cloud.{resource.type_name()}_info.",
    )


def _not_found(resource: Resource, missing: list[str], names: list[str]) -> CloudError:
    hint = suggestion(missing[0], names) if len(missing) == 1 else ""
    return NotFound(
        f"no {resource.noun} has the name {' or '.join(map(excerpt, missing))}{f'; {hint}' if hint else ''}",
        advice="Check the name and the account of the API key. To get an empty result instead, set on_missing='empty'.",
    )


def _shown(resource: Resource, name: str, matches: list[CurrentState], params: dict[str, Any]) -> dict[str, Any]:
    """Return an endpoint with the same keys at all providers, or the same keys with empty values without a match."""
    shown = resource_result(resource, matches[0], {}, params) if matches else {"name": name}
    is_revealed = isinstance(resource, Revealing) and params[resource.reveal_option]
    if matches and is_revealed and not shown["api_key"]:
        raise NotFound(
            f"{resource.provider.title} did not return the API key of {resource.noun} {excerpt(name)}",
            advice="Omit return_api_key, or read the key in the console of the provider.",
        )
    return {
        "provider": resource.provider.name,
        **{fact: shown.get(fact, "") for fact in _TEXTS},
        **{fact: shown.get(fact, value) for fact, value in WORKERS_NOT_GATHERED.items()},
    }
