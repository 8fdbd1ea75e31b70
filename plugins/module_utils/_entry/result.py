# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A resource in the result of a task.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .._engine.capabilities import Describing, Priced, RemovingChildren, ReportingWrites, Revealing
from .._engine.outcome import Outcome
from .._engine.resource import Resource
from .._engine.state import CurrentState
from .._secrets import Secrets

_HOST = re.compile(r"(?:https?://[\w.-]+(?::\d+)?|(?:[\w-]+\.)+[a-z]+:\d+)(?=[/?#]|$)", re.IGNORECASE)
"""The beginning of an address, up to the path."""
if TYPE_CHECKING:
    from .._engine.convergence import Convergence


def convergence_result(convergence: Convergence, params: dict[str, Any]) -> dict[str, Any]:
    """Return the result of a run. After an error, it covers the run up to the error."""
    resource, outcome = convergence.resource, convergence.outcome
    shown = (
        {} if outcome.values is None else resource_result(resource, outcome, convergence.desired_state.values, params)
    )
    return {
        "changed": outcome.changed,
        "id": outcome.id,
        "deleted_id": outcome.deleted_id,
        resource.key: shown,
        "plan": outcome.plan,
        "diff": outcome.diff,
        **(resource.removal_facts if isinstance(resource, RemovingChildren) else {}),
        **outcome.removal,
        **(resource.write_facts if isinstance(resource, ReportingWrites) else {}),
        **(resource.described if isinstance(resource, Describing) else {}),
        **(
            {"hourly_cost": convergence.cost and convergence.cost.report()}
            if isinstance(resource, Priced) and resource.limits_cost
            else {}
        ),
    }


def resource_result(
    resource: Resource, shown: CurrentState | Outcome, desired: dict[str, Any], params: dict[str, Any]
) -> dict[str, Any]:
    """Return a resource for the result of a task.

    :param shown: the resource as read, or the outcome of a run that has a resource.
    :param desired: the desired values of the task. Values that can contain secrets are shown if the task sets them.
    :param params: the options of the task, among them those that reveal secrets.
    """
    table, values = resource.table, shown.values or {}
    result = {
        "id": shown.id,
        **({"name": shown.name} if "name" in resource.named_by else {}),
        **masked(shown.facts, resource.client.secrets),
        "spec": resource.spec(shown.id, values, desired, bool(params.get(table.reveal_option))),
        **table.shown_facts(values),
    }
    if isinstance(resource, Revealing):
        private = shown.private if params.get(resource.reveal_option) else {}
        result.update((fact, private.get(fact, "")) for fact in resource.private_facts)
    return result


def masked(facts: Any, secrets: Secrets) -> Any:
    """Return facts with masked secrets: a provider can quote any value in any text."""
    if isinstance(facts, dict):
        return {fact: masked(facts[fact], secrets) for fact in facts}
    if isinstance(facts, list):
        return [masked(item, secrets) for item in facts]
    if not isinstance(facts, str):
        return facts
    # A host is often the same in many addresses, and useless if it is incomplete.
    host = _HOST.match(facts)
    start = host.end() if host else 0
    return facts[:start] + secrets.scrub(facts[start:])
