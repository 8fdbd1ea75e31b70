# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of a whole plan: entries that conflict with each other, and more changes than the task allows.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.plan import DELETE, REPLACE
from .._errors import Cancelled, OptionError, TooMuch
from .._validation import Violation
from .entry_run import UNCHANGED, EntryRun
from .options import FleetOptions


def refuse_conflicts(runs: list[EntryRun]) -> None:
    """Give an error to entries that refer to the same resource, and to those that would create duplicates.

    Two entries can refer to the same resource if one has its id and the other has its name.
    """
    first_with: dict[tuple[str, Violation], EntryRun] = {}
    for run in runs:
        if run.error:
            continue
        for use in _exclusive_uses(run):
            first = first_with.setdefault((run.entry.type_name, use), run)
            if first is not run:
                run.error = _conflict(use, first)
                first.error = _conflict(use, run)


def _exclusive_uses(run: EntryRun) -> list[Violation]:
    """Violations that apply if another entry of the same type has them, too. Its label completes each text."""
    uses = []
    if run.current_id:
        uses.append(Violation("", f"refers to the same resource ({run.current_id}) as"))
    if run.new_name:
        uses.append(Violation("name", f"must not be {run.new_name!r}, which is also the new name in"))
    if run.claim:
        uses.append(Violation("", f"would create a resource with {run.claim}, and so would"))
    return uses


def _conflict(use: Violation, other: EntryRun) -> OptionError:
    return OptionError([Violation(use.path, f"{use.text} {other.entry.label}")])


def refuse_too_much(runs: list[EntryRun], options: FleetOptions) -> None:
    """Raise ``TooMuch`` if the plan exceeds the limits of the task. No run of the plan is then attempted."""
    actions = [run.action for run in runs if not run.error]
    changes = sum(action != UNCHANGED for action in actions)
    deletes = sum(action in (DELETE, REPLACE) for action in actions)
    for option, counted, count, limit in (
        ("max_changes", "changes", changes, options.max_changes),
        ("max_deletes", "deletions and replacements", deletes, options.max_deletes),
    ):
        if limit is not None and count > limit:
            cancel(runs, f"the plan exceeds {option}")
            raise TooMuch(
                f"the number of {counted} is {count}, more than {option} allows ({limit}).",
                doing="apply the plan",
                advice="Nothing was written. Review the plan, then raise the limit or correct the entries.",
            )


def cancel(runs: list[EntryRun], reason: str) -> None:
    """Give an error to each run that would change something, so that none is attempted."""
    for run in runs:
        if not run.error and run.action != UNCHANGED:
            run.error = Cancelled(f"not attempted, because {reason}; planned: {run.action}")
