# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document of a plan, and the digest that stands for it.

The document contains no secret and no value that results do not show: a seal stands for each of them. Only somebody
with the API keys of the accounts can make the seals and the digest.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from .._http.client import Client
from .._schema.table import value_at
from .._version import VERSION
from .accounts import Account
from .entry_run import EntryRun

_LENGTH = 16
"""The length of a digest that only names what differs. The last part of a plan's digest proves that nothing does."""
_DIGEST = re.compile(rf"([\w.+-]+):([0-9a-f]{{{_LENGTH}}}):([^:]+):([0-9a-f]{{{_LENGTH}}}):([0-9a-f]{{64}})")


class PlanDigest(NamedTuple):
    """A text that stands for a plan. Each part covers what its name says, and ``plan`` covers everything.

    ``accounts`` has a digest of the API key and the address of each account.
    """

    version: str
    salt: str
    accounts: dict[str, str]
    entries: str
    plan: str

    def __str__(self) -> str:
        accounts = ",".join(f"{name}={digest}" for name, digest in sorted(self.accounts.items()))
        return f"{self.version}:{self.salt}:{accounts}:{self.entries}:{self.plan}"

    @classmethod
    def parsed(cls, text: str) -> PlanDigest | None:
        """Return the digest that a text contains, or ``None``."""
        match = _DIGEST.fullmatch(text.strip())
        if match is None:
            return None
        version, salt, accounts, entries, plan = match.groups()
        pairs = [account.rpartition("=") for account in accounts.split(",")]
        return cls(version, salt, {name: digest for name, _equals, digest in pairs}, entries, plan)


class Sealer:
    """Makes the seals and the digest of one plan.

    :param clients: the clients of the accounts that the plan is for.
    :param salt: random text, so that equal values of two plans have different seals.
    """

    def __init__(self, clients: Mapping[Account, Client], salt: str) -> None:
        self.salt = salt
        self.accounts = {
            str(account): client.digest("account", salt).hex()[:_LENGTH] for account, client in clients.items()
        }
        keys = b"".join(clients[account].digest("plan", salt) for account in sorted(clients))
        self._key = hmac.digest(salt.encode(), keys, "sha256")

    def seal(self, value: Any) -> str:
        """Return a digest of a value in JSON."""
        content = json.dumps(value, sort_keys=True, separators=(",", ":"))
        return hmac.digest(self._key, content.encode(), "sha256").hex()

    def short(self, value: Any) -> str:
        """Return a digest that names what differs."""
        return self.seal(value)[:_LENGTH]

    def digest(self, document: Mapping[str, Any]) -> PlanDigest:
        """Return the digest of a document."""
        content = {key: value for key, value in document.items() if key != "digest"}
        entries = self.short(document["entries"])
        return PlanDigest(document["version"], self.salt, document["accounts"], entries, self.seal(content))


class Declared(Protocol):
    """An entry as the task declares it."""

    @property
    def account(self) -> object:
        """Its account, or its accounts as text."""

    @property
    def type_name(self) -> str:
        """The name of its type."""

    @property
    def name(self) -> str:
        """The resource in messages."""

    @property
    def params(self) -> dict[str, Any]:
        """Its options."""


def sealed_entries(entries: Sequence[Declared], sealer: Sealer) -> list[dict[str, str]]:
    """Return the entries as a document contains them."""
    return [
        {
            "account": str(entry.account),
            "resource_type": entry.type_name,
            "name": entry.name,
            "seal": sealer.seal(entry.params),
        }
        for entry in entries
    ]


def plan_document(entries: Sequence[Declared], runs: list[EntryRun], sealer: Sealer) -> dict[str, Any]:
    """Return the document of a plan without errors."""
    document = {
        "version": VERSION,
        "salt": sealer.salt,
        "accounts": sealer.accounts,
        "entries": sealed_entries(entries, sealer),
        "resources": [_planned(run, sealer) for run in sorted(runs, key=_place)],
    }
    return {**document, "digest": str(sealer.digest(document))}


def _place(run: EntryRun) -> tuple[int, str, str, str]:
    """Return the place of a run in the document. List responses have no order, in which ``prune`` finds resources."""
    return run.entry.number, str(run.entry.account), run.entry.type_name, run.current_id


def _planned(run: EntryRun, sealer: Sealer) -> dict[str, Any]:
    """Return the plan of a run: the resource, the steps, and the changes of values, each with a seal."""
    plan, table = run.convergence.outcome.plan, run.convergence.resource.table
    current = run.convergence.current
    before, after = current.values if current else {}, run.convergence.target or {}
    paths = sorted({path for step in plan for path in step["fields"]})
    return {
        "number": run.entry.number,
        "account": str(run.entry.account),
        "resource_type": run.entry.type_name,
        "name": run.entry.name,
        "id": run.current_id,
        "action": run.action,
        "plan": plan,
        "changes": {
            path: {
                "shown": table.change(path, before, after),
                "seal": sealer.seal([value_at(before, path), value_at(after, path)]),
            }
            for path in paths
        },
    }
