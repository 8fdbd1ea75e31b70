# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is different between two plans for the same entries, as sentences.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._visible import visible
from .entry import PRUNED, entry_place

_Planned = Mapping[str, Any]


def changes(approved: list[_Planned], now: list[_Planned]) -> Iterator[str]:
    """Yield what is different between the resources of two plans."""
    before, after = _by_place(approved), _by_place(now)
    for place in sorted({*before, *after}):
        if place not in after:
            yield f"{_label(before[place])} is no longer a resource that prune deletes"
        elif place not in before:
            yield f"{_label(after[place])} was not in the plan and would be deleted"
        else:
            yield from _changes_of(before[place], after[place])


def _by_place(planned: list[_Planned]) -> dict[tuple[int, str, str, str], _Planned]:
    """Return the resources by their entry, or by their ids, if ``prune`` deletes them."""
    return {
        (each["number"], each["account"], each["resource_type"], each["id"] if each["number"] == PRUNED else ""): each
        for each in planned
    }


def _changes_of(before: _Planned, after: _Planned) -> Iterator[str]:
    label = _label(after)
    if before["id"] != after["id"]:
        yield f"{label}: {_identity(before)} in the plan, {_identity(after)} now"
    elif before["plan"] != after["plan"]:
        yield f"{label}: planned was {_steps(before)}, and now it would be {_steps(after)}"
    else:
        for path, change in after["changes"].items():
            planned = before["changes"].get(path, change)
            if planned["seal"] != change["seal"]:
                yield f"{label}: {_difference(path, planned['shown'], change['shown'])}"


def _label(planned: _Planned) -> str:
    subject = f"{planned['resource_type']} {visible(planned['name'])}"
    if planned["number"] == PRUNED:
        return f"{subject} (id {planned['id']})"
    return f"{entry_place(planned['number'])} ({subject})"


def _identity(planned: _Planned) -> str:
    return f"the id was {planned['id']}" if planned["id"] else "it did not exist"


def _steps(planned: _Planned) -> str:
    return " and ".join(_step(step) for step in planned["plan"])


def _step(step: Mapping[str, Any]) -> str:
    facts = [f"{name} {value}" for name, value in step.items() if name not in ("action", "fields", "effect", "id")]
    details = ", ".join([*step["fields"], *facts])
    return f"{step['action']} ({details})" if details else step["action"]


def _difference(path: str, planned: str, now: str) -> str:
    if planned == now:
        return f"{path} has another value than in the plan"
    return f"planned was {planned}, and now it would be {now}"
