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
from .._fleet.accounts import Account, Connections, accounts_argument
from .._fleet.clients import client_of
from .._fleet.resource_types import PROVIDERS, RESOURCE_TYPES
from .._masking import Masked
from .._schema.fields import Boolean
from .._schema.table import Settings
from .._sentences import sentences
from .._user_patterns import PatternError, matching
from .._validation import EMPTY, Violation, first_of_each, plural
from .fleet_file import FleetFile, fleet_file, shown
from .output_file import OutputFile
from .reading import CONNECTIONS, Exported, read_accounts

SETTINGS = Settings(Boolean("allow_incomplete", default=False), Boolean("force", default=False))


def argument_spec() -> dict[str, Any]:
    """Return all options of the module."""
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
        "accounts": accounts_argument(),
    }


def _export(task: Task) -> dict[str, Any]:
    connections = Connections(task.params, task.params_as_written)
    accounts = _accounts(task, connections)
    masked = _check_options(task, connections, accounts)
    file = OutputFile(task.params["path"]) if task.params["path"] else None
    shown_accounts = ", ".join(map(str, accounts))
    task.awaited = lambda duration: f"reading the resources of {shown_accounts}: {duration}"
    with contextlib.ExitStack() as closing:
        clients = {
            account: closing.enter_context(
                contextlib.closing(client_of(task, account, connections, masked, CONNECTIONS, check_mode=True))
            )
            for account in accounts
        }
        exported = read_accounts(
            clients,
            [name for name in RESOURCE_TYPES if name in (task.params["types"] or RESOURCE_TYPES)],
            task.params["name"] or "",
            _addresses(connections, accounts),
        )
    output = fleet_file(exported, accounts)
    task.progress = _result(task, exported, output)
    for left_out in exported.left_out:
        task.warn(f"Not exported: {shown(left_out)}")
    if exported.errors and not task.params["allow_incomplete"]:
        return {**task.progress, **_incomplete(exported)}
    _refuse_masked(task, connections, accounts, output)
    return {**task.progress, **_written(task, file, output)}


def _accounts(task: Task, connections: Connections) -> list[Account]:
    """Return the accounts to read: the named ones, and those of the providers with an API key.

    A task can limit them to the providers of some types. A provider of which it names a type is read without a key, and
    so is one with an empty key in the task, so that the missing key is a violation.
    """
    types = task.params["types"] or RESOURCE_TYPES
    providers = {RESOURCE_TYPES[name].provider.name for name in types}
    named = [account for account in connections.named if account.provider in providers]
    required = providers - {account.provider for account in named} if task.params["types"] else set()
    unnamed = [
        account
        for account in map(Account, PROVIDERS)
        if account.provider in required
        or account.provider in providers
        and (connections.params(account)["api_key"] or connections.written(account).get("api_key") is not None)
    ]
    return [*unnamed, *named]


def _check_options(task: Task, connections: Connections, accounts: list[Account]) -> Masked:
    """Return the values that Ansible masks in the result.

    Raises ``OptionError`` with every violation that can be found before the first request.
    """
    violations = yaml_violations(task.argument_spec, task.params_as_written)
    violations += _pattern_violations(task.params["name"])
    violations += connections.violations(accounts)
    if not accounts:
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


def _addresses(connections: Connections, accounts: list[Account]) -> list[str]:
    """Return all addresses that are also options of the task that will converge the export.

    Such a task has the addresses of all providers, because each of them has a default.
    """
    return [
        address
        for account in {*accounts, *map(Account, PROVIDERS)}
        for address in PROVIDERS[account.provider].addresses(connections.params(account)).values()
    ]


def _result(task: Task, exported: Exported, output: FleetFile) -> dict[str, Any]:
    """Return the result without a written file."""
    return {
        "changed": False,
        "content": output.text,
        "resources": [
            {
                "account": entry.account,
                "resource_type": entry.type_name,
                "name": entry.name,
                "id": entry.id,
                "variables": [variable.name for variable in output.variables if variable.entry is entry],
                "notes": entry.notes,
            }
            for entry in exported.entries
        ],
        "variables": [variable.name for variable in output.variables],
        "left_out": [
            {
                "account": left_out.account.name,
                "resource_type": left_out.type_name,
                "name": left_out.name,
                "id": left_out.id,
                "reason": left_out.reason,
            }
            for left_out in exported.left_out
        ],
        "diff": {**_headers(task), "before": "", "after": ""},
    }


def _incomplete(exported: Exported) -> dict[str, Any]:
    """Return the changed keys of a result that fails because some types could not be read."""
    ((account, _type_name), error), *others = exported.errors.items()
    types = ", ".join(" of account ".join(filter(None, (name, other.name))) for (other, name), _error in others)
    more = f"{len(others)} more resource type{plural(len(others))} could not be read: {types}" if others else ""
    advice = "Nothing was exported. To export the other resources, set allow_incomplete: true"
    return {
        "failed": True,
        "msg": sentences(str(error), more, advice),
        "failure": error.failure(account.provider),
        "content": "",
    }


def _refuse_masked(task: Task, connections: Connections, accounts: list[Account], output: FleetFile) -> None:
    """Raise an error if the file contains an API key, which Ansible would mask in the result."""
    for account in accounts:
        if connections.params(account)["api_key"] in output.text:
            task.progress["content"] = ""
            raise CloudError(
                f"the file would contain {connections.option(account)}.api_key, because the key is part of the name or "
                "of another visible value of a resource.",
                doing="export the resources",
                advice="Change that value, or leave the resource out with name.",
            )


def _written(task: Task, file: OutputFile | None, output: FleetFile) -> dict[str, Any]:
    """Write the file, except in check mode, and return the changed values of the result."""
    if file is None:
        return {}
    if file.text is not None and output.is_like(file.text):
        return {"content": file.text}
    if file.text is not None and not task.params["force"]:
        raise CloudError(
            f"path: {task.params['path']} exists and has another content.",
            doing="write the export",
            advice="Nothing was written. To replace the file, set force: true.",
        )
    if not task.check_mode:
        file.write(output.text)
    return {"changed": True, "diff": {**_headers(task), "before": file.text or "", "after": output.text}}


def _headers(task: Task) -> dict[str, str]:
    """Return the headers of a diff."""
    path = task.params["path"] or ""
    return {"before_header": path, "after_header": path}


MODULE = Module(argument_spec(), _export)
