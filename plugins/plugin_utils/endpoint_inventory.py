# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of the inventory plugin whose hosts are the endpoints of all accounts. Nobody can log in to them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.resource import Resource
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import READY, CurrentState
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.connection import connect
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.result import resource_result
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import OptionError
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.account_choice import (
    AccountChoice,
    account_arguments,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.accounts import Account
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.endpoint_health import stage_of, worker_counts
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import PROVIDERS, RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._inference.revision import parsed
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.table import Settings
from ansible_collections.gpufleet.cloud.plugins.module_utils._threads import in_threads
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.resource_cache import Facts
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.resource_filters import filter_option, selected
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.resource_inventory import ResourceInventory

_MOST_AT_ONCE = 8
"""The maximum number of accounts to read at the same time, and of pages of the list of each account."""
_SETTINGS = Settings(filter_option(("provider", "account")))
_HIDDEN = ("envs", "envs_mode")


class EndpointInventory(ResourceInventory):
    """The endpoints of all accounts as hosts."""

    name_variable, id_variable = "endpoint_name", "endpoint_id"
    noun = "endpoint"
    uncached_facts = ()

    def unique_id(self, variables: Mapping[str, Any]) -> str | None:
        if self.id_variable not in variables:
            return None
        return f"{variables['endpoint_provider']}-{variables[self.id_variable]}"

    # -- options -----------------------------------------------------------------------------------------------------

    def argument_spec(self) -> dict[str, Any]:
        return {**account_arguments(), **_SETTINGS.arguments()}

    def option_violations(self, options: dict[str, Any]) -> list[Violation]:
        violations = _SETTINGS.violations(_SETTINGS.desired(options))
        try:
            choice = AccountChoice(options, options)
            return violations + choice.connections.violations(_accounts(choice, options["filters"]))
        except OptionError as error:
            return violations + list(error.violations)

    # -- hosts -------------------------------------------------------------------------------------------------------

    def hosts(self, options: dict[str, Any], path: str, cache: bool) -> list[dict[str, Any]]:
        choice = AccountChoice(options, options)
        accounts = sorted(_accounts(choice, options["filters"]))
        listed = self._listed(choice, accounts, path, cache)
        endpoints = [
            {**facts, "provider": account.provider, "account": account.name or account.provider}
            for account in accounts
            for facts in listed[account]
        ]
        chosen = selected(endpoints, options["filters"], lambda facts: facts)
        return [{f"endpoint_{fact}": value for fact, value in facts.items()} for facts in chosen]

    def _listed(
        self, choice: AccountChoice, accounts: list[Account], path: str, cache: bool
    ) -> dict[Account, list[Facts]]:
        """Return the facts of every endpoint of each account, from the cache if possible."""
        caching = self.get_option("cache")
        keys = {account: self.entry_key(path, choice.connections.params(account)) for account in accounts}
        cached = {account: self.cached(keys[account]) if caching and cache else None for account in accounts}
        listed = {account: facts for account, facts in cached.items() if facts is not None}
        unread = [account for account in accounts if account not in listed]
        for account, facts in zip(unread, in_threads(lambda each: self._read(choice, each), unread, _MOST_AT_ONCE)):
            listed[account] = facts
            if caching:
                self.keep(keys[account], facts)
        return listed

    def _read(self, choice: AccountChoice, account: Account) -> list[Facts]:
        connections = choice.connections
        client = connect(
            PROVIDERS[account.provider],
            connections.params(account),
            check_mode=True,
            connections=_MOST_AT_ONCE,
            written=connections.written(account),
            inside=connections.option(account),
        )
        with closing(client):
            self.learn(client)
            resource = RESOURCE_TYPES[f"{account.provider}_endpoint"](client)
            return [_facts(resource, current) for current in self.read_all(resource, account.name)]


def _accounts(choice: AccountChoice, filters: dict[str, Any]) -> set[Account]:
    """Return the accounts to read: only those that the filters select. Raises ``OptionError``."""
    providers = filters.get("provider") or list(PROVIDERS)
    unknown = [name for name in providers if name not in PROVIDERS]
    if unknown:
        rule = f"must contain only {', '.join(PROVIDERS)}, not {unknown[0]}"
        raise OptionError([Violation("filters.provider", rule)])
    names = filters.get("account") or None
    if names is None:
        for provider in providers if filters.get("provider") else ():
            choice.selected(None, "", [provider], "filters.provider")
    return choice.selected(names, "filters.account", providers, "accounts")


def _facts(resource: Resource, current: CurrentState) -> Facts:
    """Return the facts of an endpoint, with the same names at all providers, and without secrets."""
    facts = resource_result(resource, current, {}, {})
    counts, (base_name, revision) = worker_counts(current.facts), parsed(current.name)
    stage = stage_of(current)
    return {
        "id": current.id,
        "name": current.name,
        "base_name": base_name or current.name,
        "revision": revision,
        "status": facts["status"],
        "status_message": facts.get("status_message", ""),
        "stage": stage,
        "ready": stage == READY,
        "url": facts.get("url", ""),
        "workers_total": counts and counts.total,
        "workers_healthy": counts and counts.healthy,
        "created_at": facts.get("created_at", ""),
        "env_names": facts.get("env_names", []),
        "spec": {option: value for option, value in facts["spec"].items() if option not in _HIDDEN},
    }
