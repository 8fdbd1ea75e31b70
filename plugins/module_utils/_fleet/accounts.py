# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of a fleet: one for each provider, and any number of named ones.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from .._engine.provider import Provider
from .._entry.connection import (
    complete_connection,
    connection_options,
    connection_violations,
    key_violations,
    undecided_arguments,
)
from .._sentences import suggestion
from .._validation import Violation
from .resource_types import PROVIDERS

_NAME = re.compile("[A-Za-z0-9_.-]{1,64}")
_RULE = "must consist of at most 64 letters, digits, '_', '-' and '.'"


class Account(NamedTuple):
    """An account of a provider. Without a name, it is that of the option with the name of the provider."""

    provider: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.provider}/{self.name}" if self.name else self.provider


class Connections:
    """The connection options of all accounts of a task.

    :param params: the options of the task.
    :param written: the options as written, without values of environment variables and defaults.
    """

    def __init__(self, params: Mapping[str, Any], written: Mapping[str, Any]) -> None:
        self._params = params
        self._written = written
        self._named = params["accounts"]
        self._numbers = {Account(given["provider"], given["name"]): number for number, given in enumerate(self._named)}

    @property
    def named(self) -> list[Account]:
        """The accounts in the option ``accounts``."""
        return list(self._numbers)

    def option(self, account: Account) -> str:
        """Return the path of the option that contains the connection options of an account."""
        return f"accounts[{self._numbers[account]}]" if account.name else account.provider

    def params(self, account: Account) -> dict[str, Any]:
        """Return the connection options of an account."""
        if not account.name:
            params: dict[str, Any] = self._params[account.provider]
            return params
        return _complete(PROVIDERS[account.provider], self._named[self._numbers[account]])

    def written(self, account: Account) -> dict[str, Any]:
        """Return the connection options of an account as written. Ansible also accepts text, of which this is empty."""
        if account.name:
            return {option: value for option, value in self._named[self._numbers[account]].items() if value is not None}
        written = self._written.get(account.provider)
        return written if isinstance(written, dict) else {}

    # -- violations --------------------------------------------------------------------------------------------------

    def violations(self, used: Collection[Account]) -> list[Violation]:
        """Return the violations of the named accounts, and of the other ones that the task uses."""
        violations = [violation for number in range(len(self._named)) for violation in self._named_violations(number)]
        for provider in sorted(account.provider for account in used if not account.name):
            violations += [
                violation.inside(provider)
                for violation in connection_violations(PROVIDERS[provider], self._params[provider])
            ]
        return violations or list(self._same_accounts(used))

    def unknown(self, account: Account) -> str:
        """Return the rule that an entry with an unknown account breaks, or an empty text."""
        if not account.name or account in self._numbers:
            return ""
        others = {other.name: other.provider for other in self._numbers}
        if account.name in others:
            title = PROVIDERS[others[account.name]].title
            return f"must be an account of {PROVIDERS[account.provider].title}, and {account.name!r} is one of {title}"
        names = [name for name, provider in others.items() if provider == account.provider]
        listed = f"accounts has {', '.join(sorted(names))}" if names else "accounts has none of this provider"
        hint = suggestion(account.name, names) or listed
        return f"must be the name of an element of accounts, not {account.name!r}; {hint}"

    def _named_violations(self, number: int) -> Iterator[Violation]:
        given, place = self._named[number], f"accounts[{number}]"
        provider = PROVIDERS[given["provider"]]
        if not _NAME.fullmatch(given["name"]) or given["name"] in PROVIDERS:
            yield Violation(f"{place}.name", f"{_RULE}, and not be the name of a provider")
        elif [other["name"] for other in self._named].index(given["name"]) < number:
            yield Violation(f"{place}.name", f"must be unique, and another account has the name {given['name']!r}")
        options = connection_options(provider)
        own = {field.name for field in options.fields}
        for option in sorted(option for option, value in given.items() if value is not None):
            if option not in ("name", "provider", *own):
                yield Violation(f"{place}.{option}", f"must be omitted, because {provider.title} does not have it")
        params = _complete(provider, given)
        violations = options.violations(options.desired(params))
        if params["api_key"]:
            violations += key_violations(params["api_key"], provider)
        else:
            violations.append(Violation("api_key", "must be set, because no environment variable applies to it"))
        yield from (violation.inside(place) for violation in violations)

    def _same_accounts(self, used: Collection[Account]) -> Iterator[Violation]:
        """Yield a violation for each account with the key of another one, so that no two entries mean one resource."""
        first_with: dict[tuple[str, str, str], Account] = {}
        others = sorted(account for account in used if not account.name)
        for account in (*others, *self._numbers):
            params = self.params(account)
            key = (account.provider, params["api_key"], params["api_url"])
            first = first_with.setdefault(key, account)
            if first is not account:
                rule = f"must be another account than {self.option(first)}, which has the same API key"
                yield Violation(f"{self.option(account)}.api_key", rule)


def accounts_argument() -> dict[str, Any]:
    """Return the argument spec of the option ``accounts``. Defaults depend on the provider of the account."""
    options: dict[str, Any] = {
        "name": {"type": "str", "required": True},
        "provider": {"type": "str", "required": True, "choices": list(PROVIDERS)},
    }
    for provider in PROVIDERS.values():
        options.update(undecided_arguments(provider))
    return {"type": "list", "elements": "dict", "default": [], "options": options}


def _complete(provider: Provider, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the connection options of a named account.

    The environment variables of addresses apply, so that no account of a rehearsal reaches the real provider. That of
    the API key does not: it is the key of another account.
    """
    return complete_connection(provider, given, key_from_environment=False)
