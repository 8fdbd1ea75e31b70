# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts from which a user selects some, where no entry names an account: all with an API key, by default.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from .._entry.connection import complete_connection, undecided_arguments
from .._errors import OptionError
from .._validation import Violation, excerpt
from .accounts import Account, Connections, accounts_argument
from .resource_types import PROVIDERS


def account_arguments() -> dict[str, Any]:
    """Return the argument spec of the options for accounts, without the defaults of their connections."""
    return {
        "accounts": accounts_argument(),
        **{name: {"type": "dict", "options": undecided_arguments(provider)} for name, provider in PROVIDERS.items()},
    }


class AccountChoice:
    """The accounts in the options of a user. ``with_key`` has those that have an API key.

    An account whose API key is empty in the options is one of them, so that the missing key is a violation.

    :param params: the options ``accounts``, ``novita``, ``ppio`` and ``vast``.
    :param written: the options as written.
    """

    def __init__(self, params: Mapping[str, Any], written: Mapping[str, Any]) -> None:
        complete = {
            name: complete_connection(provider, params[name] or {}, key_from_environment=True)
            for name, provider in PROVIDERS.items()
        }
        self.connections = Connections({"accounts": params["accounts"] or [], **complete}, written)
        self.with_key = {
            *self.connections.named,
            *(
                account
                for account in map(Account, PROVIDERS)
                if complete[account.provider]["api_key"] or self.connections.written(account).get("api_key") is not None
            ),
        }

    def account(self, name: Any, path: str) -> Account:
        """Return the account with a name, which can be that of a provider. Raises ``OptionError``."""
        if name in PROVIDERS:
            return Account(name)
        for account in self.connections.named:
            if account.name == name:
                return account
        names = [*PROVIDERS, *(account.name for account in self.connections.named)]
        raise OptionError([Violation(path, f"must be one of {', '.join(names)}, not {excerpt(name)}")])

    def selected(
        self, names: Iterable[Any] | None, path: str, providers: Collection[str], needed_by: str
    ) -> set[Account]:
        """Return the accounts with these names, or else all of some providers that have a key. Raises ``OptionError``.

        :param path: the path of the names.
        :param needed_by: the option that needs an account.
        """
        if names is not None:
            accounts = {self.account(name, f"{path}[{number}]") for number, name in enumerate(names)}
            others = [account for account in accounts if account.provider not in providers]
            if others:
                titles = " and ".join(sorted(PROVIDERS[provider].title for provider in providers))
                raise OptionError([Violation(path, f"must contain only accounts of {titles}, not {min(others)}")])
            return accounts
        accounts = {account for account in self.with_key if account.provider in providers}
        if not accounts:
            keys = " or ".join(f"{name}.api_key ({PROVIDERS[name].key_env})" for name in sorted(providers))
            raise OptionError([Violation(needed_by, f"needs an account with an API key: set {keys}, or accounts")])
        return accounts
