# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``export``: reads its options, reads the accounts, and writes the fleet file.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import platform
from typing import Any

from .._entry.connection import connection_arguments
from .._entry.task import Module, Task
from .._entry.yaml_input import yaml_violations
from .._errors import NOTHING_SENT, CloudError, OptionError
from .._fleet.clients import client_of, written_options
from .._fleet.options import provider_violations
from .._fleet.resource_types import PROVIDERS, RESOURCE_TYPES
from .._masking import Masked
from .._schema.fields import Boolean
from .._schema.table import Settings
from .._sentences import sentences
from .._user_patterns import PatternError, matching
from .._validation import EMPTY, Violation, first_of_each, plural
from .account import CONNECTIONS, Account, read_account
from .fleet_file import FleetFile, fleet_file, shown
from .output_file import OutputFile

SETTINGS = Settings(Boolean("allow_incomplete", default=False), Boolean("force", default=False))


def argument_spec() -> dict[str, Any]:
    """All options of the module."""
    connections = {
        name: {"type": "dict", "apply_defaults": True, "options": connection_arguments(provider)}
        for name, provider in PROVIDERS.items()
    }
    return {
        "types": {"type": "list", "elements": "str", "choices": list(RESOURCE_TYPES)},
        "name": {"type": "str"},
        "path": {"type": "path"},
        **SETTINGS.arguments(),
        **connections,
    }


def _export(task: Task) -> dict[str, Any]:
    providers = _providers(task)
    masked = _check_options(task, providers)
    file = OutputFile(task.params["path"]) if task.params["path"] else None
    types = [
        name
        for name, resource_type in RESOURCE_TYPES.items()
        if resource_type.provider.name in providers and name in (task.params["types"] or RESOURCE_TYPES)
    ]
    task.awaited = lambda duration: f"reading the resources at {', '.join(providers)}: {duration}"
    with contextlib.ExitStack() as closing:
        clients = {
            provider: closing.enter_context(
                contextlib.closing(client_of(task, provider, masked, CONNECTIONS, check_mode=True))
            )
            for provider in providers
        }
        account = read_account(clients, types, task.params["name"] or "", _shown_texts(task, providers))
    exported = fleet_file(account, providers)
    task.progress = _result(task, account, exported)
    for skipped in account.skipped:
        task.warn(f"Not exported: {shown(skipped)}")
    if account.errors and not task.params["allow_incomplete"]:
        return {**task.progress, **_incomplete(account)}
    _refuse_masked(task, providers, exported)
    return {**task.progress, **_written(task, file, exported)}


def _providers(task: Task) -> list[str]:
    """Return the providers to read: those of the types that the task names, or else those with an API key.

    A provider for which the task sets an empty key is among them, so that the empty key is a violation.
    """
    if task.params["types"]:
        named = {RESOURCE_TYPES[name].provider.name for name in task.params["types"]}
        return [provider for provider in PROVIDERS if provider in named]
    return [
        provider
        for provider in PROVIDERS
        if task.params[provider]["api_key"] or written_options(task, provider).get("api_key") is not None
    ]


def _check_options(task: Task, providers: list[str]) -> Masked:
    """Return the values that Ansible masks in the result.

    Raises ``OptionError`` with every violation that can be found before the first request.
    """
    violations = yaml_violations(task.argument_spec, task.params_as_written)
    violations += _pattern_violations(task.params["name"])
    for provider in providers:
        violations += provider_violations(provider, task.params[provider])
    if not providers:
        options = ", ".join(f"{provider}.api_key" for provider in PROVIDERS)
        variables = ", ".join(provider.key_env for provider in PROVIDERS.values())
        rule = f"one of them must be set, or one of {variables} in the environment of {platform.node() or 'this host'}"
        violations.append(Violation(options, rule))
    task.option_texts.add(task.argument_spec, task.params)
    violations += task.option_texts.violations()
    if violations:
        raise OptionError(first_of_each(violations), advice=NOTHING_SENT)
    return task.option_texts.masked()


def _pattern_violations(pattern: str | None) -> list[Violation]:
    if pattern is None:
        return []
    if not pattern.strip():
        return [Violation("name", EMPTY)]
    try:
        matching(pattern, [""])
    except PatternError as error:
        return [Violation("name", str(error))]
    return []


def _shown_texts(task: Task, providers: list[str]) -> list[str]:
    """Return the addresses of the providers, which are also options of the task that will converge the export."""
    return [
        address for provider in providers for address in PROVIDERS[provider].addresses(task.params[provider]).values()
    ]


def _result(task: Task, account: Account, exported: FleetFile) -> dict[str, Any]:
    """Return the result without a written file."""
    return {
        "changed": False,
        "content": exported.text,
        "resources": [
            {
                "resource_type": entry.type_name,
                "name": entry.name,
                "id": entry.id,
                "variables": [variable.name for variable in exported.variables if variable.entry is entry],
                "notes": entry.notes,
            }
            for entry in account.entries
        ],
        "variables": [variable.name for variable in exported.variables],
        "skipped": [
            {"resource_type": each.type_name, "name": each.name, "id": each.id, "reason": each.reason}
            for each in account.skipped
        ],
        "diff": {**_headers(task), "before": "", "after": ""},
    }


def _incomplete(account: Account) -> dict[str, Any]:
    """Return the changed keys of a result that fails because some types could not be read."""
    (type_name, error), *others = account.errors.items()
    others_named = ", ".join(name for name, _error in others)
    more = f"{len(others)} more resource type{plural(len(others))} could not be read: {others_named}" if others else ""
    advice = "Nothing was exported. To export the other resources, set allow_incomplete: true"
    return {
        "failed": True,
        "msg": sentences(str(error), more, advice),
        "failure": error.failure(RESOURCE_TYPES[type_name].provider.name),
        "content": "",
    }


def _refuse_masked(task: Task, providers: list[str], exported: FleetFile) -> None:
    """Raise an error if the file contains an API key, which Ansible would mask in the result."""
    for provider in providers:
        if task.params[provider]["api_key"] in exported.text:
            task.progress["content"] = ""
            raise CloudError(
                f"the file would contain the API key of {PROVIDERS[provider].title}, because it is part of the name or "
                "of another visible value of a resource.",
                doing="export the resources",
                advice="Change that value, or leave the resource out with name.",
            )


def _written(task: Task, file: OutputFile | None, exported: FleetFile) -> dict[str, Any]:
    """Write the file, except in check mode, and return the changed values of the result."""
    if file is None:
        return {}
    if file.text is not None and exported.is_like(file.text):
        return {"content": file.text}
    if file.text is not None and not task.params["force"]:
        raise CloudError(
            f"path: {task.params['path']} exists and has another content.",
            doing="write the export",
            advice="Nothing was written. To replace the file, set force: true.",
        )
    if not task.check_mode:
        file.write(exported.text)
    return {"changed": True, "diff": {**_headers(task), "before": file.text or "", "after": exported.text}}


def _headers(task: Task) -> dict[str, str]:
    """Return the headers of a diff."""
    path = task.params["path"] or ""
    return {"before_header": path, "after_header": path}


MODULE = Module(argument_spec(), _export)
