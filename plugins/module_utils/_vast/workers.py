# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workers of a Vast.ai endpoint, as the autoscaler host sees them, and when they are ready.

Pages: ``get endpoint workers`` and ``get endpoint logs`` under https://docs.vast.ai/api-reference/serverless/, and the
guides on worker states, pricing and serverless parameters under https://docs.vast.ai/guides/serverless/. Both calls are
POSTs that change nothing. Some errors of the autoscaler have status 200 and a plain text. For a young endpoint it
returns a text, ``{"error_msg": ...}`` or ``{"error": ...}`` instead of a list.

A worker can be replaced and an endpoint cannot: Vast.ai reboots a worker in ``error`` by itself, and recruits another
one for a worker that does not come up. So one bad worker never ends a wait.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from .._clock import Clock
from .._engine.state import FAILED, PENDING, READY, Stage
from .._errors import ApiError, CloudError
from .._http.call import READ, Call
from .._http.client import Client

LOG_LINES = 10

_SERVING = ("idle", "ready")
_AT_REST = "stopped"
_ENDING = ("destroying", "unavail")
_LOADING = ("loading", "model_loading")

PATIENCE = 30.0
"""Seconds in a state before it counts: the same as in the vendor's own benchmark."""
MAX_GIVEN_UP = 3
"""So many workers that came to nothing end a wait; the vendor's benchmark gives up at as many."""
LONELY = 120.0
"""Seconds without any worker before a message looks for the reason."""

_NUMBER = {"type": ["number", "string", "null"]}
_PROOFS = ("ready_ever", "measured_perf", "loaded_at")
"""Members of a row that show whether a worker has ever loaded its model. A worker at rest may lack them."""
_WORKER = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "status": {"type": ["string", "null"]},
        "ready_ever": {"type": ["boolean", "null"]},
        "measured_perf": _NUMBER,
        "loaded_at": _NUMBER,
    },
}
WORKERS = Call(
    "worker.list",
    "POST",
    "/get_endpoint_workers/",
    READ,
    {
        "anyOf": [
            {"type": "object", "properties": {"workers": {"type": "array", "items": _WORKER}}, "required": ["workers"]},
            {"type": "array", "items": _WORKER},
            {"type": "object", "properties": {"error_msg": {"type": "string"}}, "required": ["error_msg"]},
            {"type": "object", "properties": {"error": {"type": ["object", "string"]}}, "required": ["error"]},
        ]
    },
    host="autoscaler_url",
)
LOGS = Call("log.endpoint", "POST", "/get_endpoint_logs/", READ, {"type": ["object", "string"]}, host="autoscaler_url")


class Worker(NamedTuple):
    """One worker. ``loaded`` says whether it has ever loaded its model; ``None`` where its row does not show it."""

    id: str
    status: str
    loaded: bool | None


@dataclass
class _Seen:
    """What is known of a worker: its state, since when, and whether it has loaded and was ready."""

    status: str = ""
    since: float = 0.0
    loaded: bool = False
    ready: bool = False


def workers_of(client: Client, endpoint_id: str) -> list[Worker] | None:
    """The ``Worker``s of an endpoint, or ``None`` while the autoscaler has no list of them yet. Raises ``ApiError``."""
    try:
        response = client.send(WORKERS, body={"id": int(endpoint_id)})
    except ApiError as error:
        if error.status == 404:
            error.advice = "Name the address of Vast.ai's autoscaler in autoscaler_url; api_url stands in for it."
        raise
    rows = response.get("workers") if isinstance(response, dict) else response
    if rows is None:
        return None
    return [Worker(str(row["id"]), (row.get("status") or "").lower(), _has_loaded(row)) for row in rows]


def _has_loaded(row: dict[str, Any]) -> bool | None:
    proofs = [row[proof] for proof in _PROOFS if row.get(proof) is not None]
    return any(proof is True or _positive(proof) for proof in proofs) if proofs else None


def _positive(value: Any) -> bool:
    try:
        return float(value) > 0
    except (TypeError, ValueError):
        return False


class WorkerWatch:
    """The workers of one endpoint, look after look."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.now()
        self._seen: dict[str, _Seen] = {}
        self._given_up: set[str] = set()
        self._workers: list[Worker] = []
        self.serving = self.resting = 0

    def look(self, workers: list[Worker], needed_now: bool) -> None:
        """Take note of the workers that there are; ``needed_now`` is whether the endpoint keeps capacity active."""
        now = self._clock.now()
        self._workers = workers
        self.serving = self.resting = 0
        for worker in workers:
            seen = self._seen.setdefault(worker.id, _Seen())
            if worker.status != seen.status:
                seen.status, seen.since = worker.status, now
            serving = worker.status in _SERVING
            seen.loaded = seen.loaded or serving or worker.loaded is True
            long = now - seen.since >= PATIENCE
            resting = worker.status == _AT_REST and (seen.loaded or (long and worker.loaded is None and not needed_now))
            self.serving += serving
            self.resting += resting
            seen.ready = seen.ready or serving or resting
            ending = worker.status in _ENDING or (worker.status == _AT_REST and worker.loaded is False)
            if ending and long and not seen.ready:
                self._given_up.add(worker.id)
        listed = {worker.id for worker in workers}
        self._given_up.update(gone for gone, seen in self._seen.items() if gone not in listed and not seen.ready)

    def stage(self, awaited: int, active: bool) -> Stage:
        """Ready when ``awaited`` workers are ready (with ``active``: serve now), failed when they cannot become so."""
        ready = self.serving if active else self.serving + self.resting
        words = f"{ready} of {awaited} workers {'serve now' if active else 'are ready'}"
        if self._workers:
            words += " (" + ", ".join(f"{worker.id}: {worker.status}" for worker in self._workers) + ")"
        if ready >= awaited:
            return Stage(READY, words)
        if len(self._given_up) >= MAX_GIVEN_UP and not self.serving + self.resting:
            return Stage(FAILED, f"{words}, and {len(self._given_up)} workers came to nothing")
        return Stage(PENDING, words)

    def hints(self) -> list[str]:
        """Sentences on likely causes of the present state."""
        hints = []
        if self._given_up:
            hints.append(
                f"{len(self._given_up)} workers were replaced before they were ready: the image or the model may be "
                "too slow to fetch. Put the weights into the image, or choose machines with a faster connection."
            )
        if not self._seen and self._clock.now() - self._began >= LONELY:
            hints.append(
                "No worker was recruited: the account has too little credit, no offer matches the filter of the "
                "workergroup, or the template does not fit."
            )
        if self._workers and all(worker.status in _LOADING for worker in self._workers):
            hints.append(
                "Every worker is still loading: Vast.ai counts a worker as ready only when the PyWorker in its image "
                "reports it. A worker whose image has none stays so forever."
            )
        return hints


def log_tail(client: Client, endpoint_id: str) -> str:
    """The last lines of an endpoint's log as a sentence, or an empty text where it cannot be read."""
    try:
        response = _log(client, {"id": int(endpoint_id), "tail": LOG_LINES})
    except CloudError:
        return ""
    lines = _text_of(response).splitlines()
    return f"Its log ends: {client.secrets.scrub(' | '.join(lines[-LOG_LINES:]))}." if lines else ""


def _log(client: Client, body: dict[str, Any]) -> dict[str, Any] | str:
    """The response of the log call. Where the header's key is refused, the body has it, as in the vendor's client."""
    try:
        response: dict[str, Any] | str = client.send(LOGS, body=body)
    except ApiError as error:
        if error.status != 200:
            raise
        response = ""
    if isinstance(response, dict):
        return response
    return cast("dict[str, Any] | str", client.send(LOGS, body={**body, "api_key": client.key}))


def _text_of(response: dict[str, Any] | str) -> str:
    """The text in a response of the log call: at its usual level, else the most detailed one, else the only one."""
    if isinstance(response, str):
        return response
    return next((response[level] for level in ("info1", "info0", "logs") if isinstance(response.get(level), str)), "")
