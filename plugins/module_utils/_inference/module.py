# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ``inference_endpoint``: reads its options, runs the endpoint, and returns the result.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
from typing import Any

from .._engine.cost_limits import CostLimits
from .._engine.reservations import Reservations
from .._entry.task import Module, Task
from .._entry.yaml_input import yaml_violations
from .._errors import NOTHING_SENT, OptionError
from .._fleet.accounts import Account, Connections
from .._fleet.clients import client_of
from .._fleet.fleet import Fleet
from .._fleet.hourly_cost import demand_cost
from .._fleet.journal import Journal
from .._fleet.options import FleetOptions
from .._fleet.progress import Progress
from .._masking import Masked
from .._validation import first_of_each
from .candidate import Candidate, candidates_of, endpoint_violations, unknown_accounts
from .context import Context, router_urls
from .failover import Failover
from .retirement import RetirementOptions
from .vocabulary import OLDER_REVISIONS, RULES, argument_spec

_CONNECTIONS = 8


def _work(task: Task) -> dict[str, Any]:
    params = task.params
    candidates = candidates_of(params)
    accounts = {candidate.account for candidate in candidates}
    connections = Connections(params, task.params_as_written)
    masked = _check_options(task, candidates, connections)
    limits = CostLimits.of_task(params)
    with contextlib.ExitStack() as closing:
        clients = {
            account: closing.enter_context(
                contextlib.closing(client_of(task, account, connections, masked, _CONNECTIONS, task.check_mode))
            )
            for account in accounts
        }
        reservations = closing.enter_context(contextlib.closing(Reservations(task.permit.demand)))
        journal = closing.enter_context(contextlib.closing(Journal(None)))
        progress = Progress(task.show or (lambda _line: None))
        task.awaited = progress.awaited

        def new_fleet(account: Account) -> Fleet:
            options = FleetOptions.defaults()
            return Fleet({account: clients[account]}, {account}, options, task.permit, reservations, journal, progress)

        context = Context(
            clients,
            router_urls(accounts, connections),
            new_fleet,
            task.warn,
            task.show or (lambda _line: None),
            task.permit.demand,
            refuse=lambda runs: demand_cost(runs, limits),
            check_mode=task.check_mode,
            prices=params["prices"] or bool(limits.by_currency),
        )
        retirement = RetirementOptions.of_task(params)
        failover = Failover(params["name"], candidates, params["failed_look"] == "skip", context, retirement)
        try:
            failover.remove() if params["state"] == "absent" else failover.converge()
        finally:
            task.progress = failover.result()
            if reservations.problem:
                task.warn(reservations.problem)
            for warning in failover.warnings():
                task.warn(warning)
    return task.progress


def _check_options(task: Task, candidates: list[Candidate], connections: Connections) -> Masked:
    """Return the values that Ansible masks in the result.

    Raises ``OptionError`` with every violation that can be found before the first request.
    """
    params = task.params
    violations = first_of_each(yaml_violations(task.argument_spec, task.params_as_written))
    violations += OLDER_REVISIONS.violations(OLDER_REVISIONS.desired(params))
    violations += endpoint_violations(params, candidates, task.check_mode)
    violations += unknown_accounts(candidates, connections)
    violations += connections.violations({candidate.account for candidate in candidates})
    task.option_texts.add(task.argument_spec, params)
    violations += task.option_texts.violations()
    if violations:
        raise OptionError(violations, advice=NOTHING_SENT)
    return task.option_texts.masked()


MODULE = Module(argument_spec(), _work, RULES)
