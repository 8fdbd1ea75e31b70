# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user approved: a plan file, or the digest of a plan. Refuses any other plan.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._errors import NOTHING_SENT, NOTHING_WRITTEN, OptionError, PlanChanged
from .._http.client import Client
from .._sentences import clauses
from .._validation import Violation
from .._version import VERSION
from .accounts import Account
from .entry import entry_place
from .entry_run import EntryRun
from .plan_changes import changes
from .plan_document import Declared, PlanDigest, Sealer, sealed_entries
from .plan_file import NotAPlan, read_plan
from .refusals import cancel

_AGAIN = "Make a new plan and approve it"
_MOST_SHOWN = 10


@dataclass(frozen=True)
class Approval:
    """What the task may do.

    :param option: the option that contains it: ``apply_plan``, ``approved``, or an empty text if the task may apply
        each plan.
    :param digest: the digest of the approved plan.
    :param document: the approved plan, if the task has its file.
    """

    option: str = ""
    digest: PlanDigest | None = None
    document: Mapping[str, Any] | None = None

    @classmethod
    def of_task(cls, params: Mapping[str, Any]) -> Approval:
        """Return the approval of a task. Raises ``OptionError``."""
        if params["approved"] is not None:
            digest = PlanDigest.parsed(params["approved"])
            if digest is None:
                raise _refusal("approved", "must be the plan_digest that this module returned in check mode")
            return cls("approved", digest)
        if params["apply_plan"] is not None:
            try:
                document = read_plan(params["apply_plan"])
            except NotAPlan as problem:
                raise _refusal("apply_plan", str(problem)) from None
            return cls("apply_plan", PlanDigest.parsed(document["digest"]), document)
        return cls()

    def sealer(self, clients: Mapping[Account, Client]) -> Sealer:
        """Return the sealer for the plan of this task."""
        return Sealer(clients, self.digest.salt if self.digest else secrets.token_hex(8))

    def refuse_another_origin(self, entries: Sequence[Declared], sealer: Sealer) -> None:
        """Raise ``OptionError`` if the plan was made by another version, for another account, or from other entries.

        Also refuses a file that was changed. This takes no request.
        """
        digest, document = self.digest, self.document
        if digest is None:
            return
        if digest.version != VERSION:
            raise _refusal(
                self.option,
                f"the plan was made by version {digest.version} of the collection, and this is {VERSION}. {_AGAIN}",
            )
        others = [
            name
            for name in sorted({*digest.accounts, *sealer.accounts})
            if digest.accounts.get(name) != sealer.accounts.get(name)
        ]
        if others:
            raise _refusal(
                self.option,
                f"the plan was made with another API key or for another address ({' or '.join(others)}). {_AGAIN}",
            )
        if document is not None and str(sealer.digest(document)) != document["digest"]:
            raise _refusal(self.option, f"the file was changed after it was written. {_AGAIN}")
        sealed = sealed_entries(entries, sealer)
        if digest.entries != sealer.short(sealed):
            where = f": {_differing(document['entries'], sealed)}" if document is not None else ""
            raise _refusal(self.option, f"the plan was made from other entries{where}. {_AGAIN}")

    def refuse_errors(self, runs: list[EntryRun]) -> None:
        """Raise ``PlanChanged`` if an entry cannot be planned: the approved plan had no errors."""
        failed = [run for run in runs if run.error]
        if self.option and failed:
            cancel(runs, "the plan is not the approved one")
            raise PlanChanged(
                clauses(f"{run.entry.label}: {run.error}" for run in failed),
                doing="make the approved plan again",
                advice=NOTHING_WRITTEN,
            )

    def demand(self, runs: list[EntryRun], document: Mapping[str, Any]) -> None:
        """Raise ``PlanChanged`` unless the plan is the approved one. No run is then attempted."""
        if self.digest is None or document["digest"] == str(self.digest):
            return
        cancel(runs, "the plan is not the approved one")
        if self.document is None:
            why = f"it is no longer the plan with the digest {self.digest}."
        else:
            moved = list(changes(self.document["resources"], document["resources"]))
            more = f"and {len(moved) - _MOST_SHOWN} more" if len(moved) > _MOST_SHOWN else ""
            why = clauses([*moved[:_MOST_SHOWN], *filter(None, [more])])
        raise PlanChanged(
            why,
            doing="apply the approved plan",
            advice=f"{NOTHING_WRITTEN} {_AGAIN}: it is in this result.",
        )


def _refusal(option: str, rule: str) -> OptionError:
    return OptionError([Violation(option, rule)], advice=NOTHING_SENT)


def _differing(planned: list[dict[str, str]], sealed: list[dict[str, str]]) -> str:
    """Return the places of the entries that differ, as text."""
    numbers = range(max(len(planned), len(sealed)))
    return ", ".join(entry_place(number) for number in numbers if planned[number:][:1] != sealed[number:][:1])
