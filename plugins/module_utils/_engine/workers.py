# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workers of an endpoint, as results and messages show them.

Every message about an endpoint that is not ready, and every result, has the same summary of the workers.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .._sentences import clauses

MAX_DESCRIBED = 10
"""The maximum number of workers that a summary describes."""

WORKERS_NOT_GATHERED: dict[str, Any] = {"workers": [], "worker_summary": "", "workers_gathered": False}
"""The facts about the workers of an endpoint if they have not been read."""
LOGS_NOT_GATHERED: dict[str, Any] = {"logs": [], "logs_gathered": False}
"""The facts about the logs of an endpoint if they have not been read."""


class Worker(NamedTuple):
    """One worker.

    :param status: the word of the provider for its state.
    :param status_message: the text that the provider adds to the status.
    :param healthy: it serves requests now, or soon after the next request.
    :param log: the address of its log.
    """

    id: str
    status: str
    status_message: str
    healthy: bool
    log: str


class Log(NamedTuple):
    """One log.

    :param source: ``endpoint``, or the id of a worker.
    :param address: its address, if the provider returns one.
    :param lines: its last lines, if a call of the API returns them.
    """

    source: str
    address: str
    lines: Sequence[str] = ()


def worker_facts(workers: Sequence[Worker], summary: str) -> dict[str, Any]:
    """Return the facts about the workers of an endpoint."""
    shown = [worker._asdict() for worker in workers]
    return {"workers": shown, "worker_summary": summary, "workers_gathered": True}


def log_facts(logs: Sequence[Log]) -> dict[str, Any]:
    """Return the facts about the logs of an endpoint."""
    return {"logs": [{**log._asdict(), "lines": list(log.lines)} for log in logs], "logs_gathered": True}


def worker_summary(workers: Sequence[Worker], detail: str = "", leaving: int = 0) -> str:
    """Return sentences about the workers of an endpoint, each with its state and the address of its log.

    :param workers: the workers that count.
    :param detail: more numbers.
    :param leaving: the number of other workers, which are draining or being removed.
    """
    others = f"{leaving} that {_is(leaving)} draining or being removed"
    if not workers:
        return f"There are no workers, except {others}." if leaving else "There are no workers."
    healthy = sum(worker.healthy for worker in workers)
    described = [_in_words(worker) for worker in workers[:MAX_DESCRIBED]]
    more = [f"and {len(workers) - MAX_DESCRIBED} more"] if len(workers) > MAX_DESCRIBED else []
    counts = f"{healthy} of {len(workers)} workers {_is(healthy)} healthy{f' ({detail})' if detail else ''}"
    not_counted = f" These numbers do not include {others}." if leaving else ""
    return f"{counts}: {clauses(described + more)}{not_counted}"


def state_in_words(word: str, text: str, without_word: str) -> str:
    """Return the state word and text of a provider, as messages show them.

    :param without_word: replaces an empty word.
    """
    return (repr(word) if word else without_word) + (f" ({text})" if text else "")


def _in_words(worker: Worker) -> str:
    state = state_in_words(worker.status, worker.status_message, "in an unknown state")
    return f"worker {worker.id} is {state}" + (f", log {worker.log}" if worker.log else "")


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
