# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan of many entries must not have: entries that exclude each other, and more changes than the task allows.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.plan import DELETE, REPLACE
from .._errors import OptionError, TooMuch
from .._validation import Violation
from .entry_run import UNCHANGED, EntryRun
from .options import FleetOptions


def refuse_rivals(runs: list[EntryRun]) -> None:
    """Give an error to entries that mean the same resource, and to those that would make two resources alike.

    The first happens when one gives the id of a resource and the other its name.
    """
    first_with: dict[tuple[str, Violation], EntryRun] = {}
    for run in runs:
        if run.error:
            continue
        for use in _exclusive_uses(run):
            first = first_with.setdefault((run.entry.type_name, use), run)
            if first is not run:
                run.error = _rival_error(use, first)
                first.error = _rival_error(use, run)


def _exclusive_uses(run: EntryRun) -> list[Violation]:
    """What no second entry of the type may do. The label of the other entry completes the text."""
    uses = []
    if run.current_id:
        uses.append(Violation("", f"means the same resource {run.current_id} as"))
    if run.new_name:
        uses.append(Violation("name", f"must not be {run.new_name!r}, which is to be the name of"))
    if run.claim:
        uses.append(Violation("", f"is to have {run.claim}, as is"))
    return uses


def _rival_error(use: Violation, other: EntryRun) -> OptionError:
    return OptionError([Violation(use.path, f"{use.text} {other.entry.label}")])


def refuse_too_much(runs: list[EntryRun], options: FleetOptions) -> None:
    """Raise ``TooMuch`` when the plan goes beyond the limits of the task."""
    actions = [run.action for run in runs if not run.error]
    changes = sum(action != UNCHANGED for action in actions)
    deletes = sum(action in (DELETE, REPLACE) for action in actions)
    for option, count, limit in (
        ("max_changes", changes, options.max_changes),
        ("max_deletes", deletes, options.max_deletes),
    ):
        if limit is not None and count > limit:
            raise TooMuch(
                f"{option}: the plan has {count} of them, and {limit} are allowed.",
                doing="go on",
                advice="Nothing was written. Look at the plan, then raise the limit or correct the wanted set.",
            )
