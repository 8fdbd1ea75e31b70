# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workers of a Vast.ai endpoint, as the autoscaler reports them, and the rules for their readiness.

Pages: ``get endpoint workers`` and ``get endpoint logs`` under https://docs.vast.ai/api-reference/serverless/, and the
guides on worker states, pricing and serverless parameters under https://docs.vast.ai/guides/serverless/. Both calls are
POST requests that change nothing. Some errors of the autoscaler have status 200 and plain text. For a new endpoint, it
returns text, ``{"error_msg": ...}`` or ``{"error": ...}`` instead of a list.

Vast.ai replaces workers: it reboots a worker in state ``error``, and recruits another worker for one that does not
start. Therefore, a single failed worker never ends a wait.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from .._clock import Clock
from .._engine.state import FAILED, PENDING, READY, Stage
from .._engine.workers import Worker, worker_facts, worker_summary
from .._errors import ApiError, CloudError, while_doing
from .._http.call import READ, Call
from .._http.client import Client
from .._http.response_reader import MAX_QUOTE_LENGTH
from .._visible import printable

LOG_LINES = 10
"""The number of lines that are read by default."""

_SERVING = ("idle", "ready")
_RESTING = "stopped"
_ENDING = ("destroying", "unavail")
_LOADING = ("loading", "model_loading")

PATIENCE = 30.0
"""How long a worker must be in a state before the state counts, in seconds. The vendor's benchmark uses the same."""
MAX_FAILED = 3
"""The number of failed workers that ends a wait. The vendor's benchmark uses the same number."""
NO_WORKER_SECONDS = 120.0
"""How long an endpoint must be without any worker before a message suggests reasons, in seconds."""

_NUMBER = {"type": ["number", "string", "null"]}
_PROOFS = ("ready_ever", "measured_perf", "loaded_at")
"""Keys of a row that show whether a worker has ever loaded its model. A resting worker can lack them."""
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
_NO_LIST = ("error", "error_msg")
"""Keys of the response for an endpoint whose workers the autoscaler does not list yet."""
WORKERS = Call(
    "worker.list",
    "POST",
    "/get_endpoint_workers/",
    READ,
    {
        "description": "a list of workers, or an object with workers, error_msg or error",
        "anyOf": [
            {"type": "object", "properties": {"workers": {"type": "array", "items": _WORKER}}, "required": ["workers"]},
            {"type": "array", "items": _WORKER},
            {"type": "object", "properties": {"error_msg": {"type": "string"}}, "required": ["error_msg"]},
            {"type": "object", "properties": {"error": {"type": ["object", "string"]}}, "required": ["error"]},
        ],
    },
    host="autoscaler_url",
    expected=_NO_LIST,
)
LOGS = Call("log.endpoint", "POST", "/get_endpoint_logs/", READ, {"type": ["object", "string"]}, host="autoscaler_url")


class WorkerRow(NamedTuple):
    """One worker. ``loaded``: whether it has ever loaded its model, or ``None`` if its row does not show this."""

    id: str
    status: str
    loaded: bool | None


@dataclass
class _History:
    """The history of a worker: its state, the time of the last change, and whether it has loaded and was ready."""

    status: str = ""
    since: float = 0.0
    loaded: bool = False
    ready: bool = False


def workers_of(client: Client, endpoint_id: str) -> list[WorkerRow] | str:
    """Return the workers of an endpoint.

    While the autoscaler has no list of them, what it returned. Raises ``ApiError``.
    """
    with while_doing(f"read the workers of endpoint {endpoint_id} at Vast.ai"):
        try:
            response = client.send(WORKERS, body={"id": int(endpoint_id)})
        except ApiError as error:
            if error.plain_text:
                return error.plain_text
            if error.status == 404:
                error.advice = (
                    "Set autoscaler_url to the address of the Vast.ai autoscaler. Without it, api_url is used."
                )
            raise
    rows = response.get("workers") if isinstance(response, dict) else response
    if rows is None or isinstance(response, dict) and any(response.get(key) for key in _NO_LIST):
        return _text_instead_of_list(client, response)
    return [WorkerRow(str(row["id"]), (row.get("status") or "").lower(), _has_loaded(row)) for row in rows]


def _text_instead_of_list(client: Client, response: dict[str, Any]) -> str:
    """Return the text of a response without a list of workers."""
    found = next((response[key] for key in _NO_LIST if response.get(key)), "")
    if isinstance(found, dict):
        found = next((found[key] for key in ("message", "msg") if isinstance(found.get(key), str)), found)
    text = printable(client.secrets.scrub(" ".join(str(found).split())))
    return (f"{text[:MAX_QUOTE_LENGTH]}..." if len(text) > MAX_QUOTE_LENGTH else text) or "without a message"


def _has_loaded(row: dict[str, Any]) -> bool | None:
    proofs = [row[proof] for proof in _PROOFS if row.get(proof) is not None]
    return any(proof is True or _positive(proof) for proof in proofs) if proofs else None


def _positive(value: Any) -> bool:
    try:
        return float(value) > 0
    except (ValueError, OverflowError):
        return False


class WorkerWatch:
    """The workers of one endpoint over time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.now()
        self._histories: dict[str, _History] = {}
        self._failed: set[str] = set()
        self._workers: list[Worker] = []
        self._has_list = False
        self.serving = self.resting = 0

    def update(self, rows: list[WorkerRow], needed_now: bool, active: bool = True) -> None:
        """Process a new list of workers.

        :param needed_now: whether the endpoint always keeps active capacity.
        :param active: whether the endpoint is active. Otherwise, a stopped worker does not serve after a request.
        """
        now = self._clock.now()
        self._workers = []
        self._has_list = True
        self.serving = self.resting = 0
        for worker in rows:
            history = self._histories.setdefault(worker.id, _History())
            if worker.status != history.status:
                history.status, history.since = worker.status, now
            serving = worker.status in _SERVING
            history.loaded = history.loaded or serving or worker.loaded is True
            long = now - history.since >= PATIENCE
            resting = (
                active
                and worker.status == _RESTING
                and (history.loaded or (long and worker.loaded is None and not needed_now))
            )
            self._workers.append(Worker(worker.id, worker.status, "", healthy=serving or resting, log=""))
            self.serving += serving
            self.resting += resting
            history.ready = history.ready or serving or resting
            ending = worker.status in _ENDING or (worker.status == _RESTING and worker.loaded is False)
            if ending and long and not history.ready:
                self._failed.add(worker.id)
        listed = {worker.id for worker in rows}
        self._failed.update(
            worker_id for worker_id, history in self._histories.items() if worker_id not in listed and not history.ready
        )

    def stage(self, awaited: int, active: bool) -> Stage:
        """Return the stage of the endpoint: ready if ``awaited`` workers are ready, or serve now if ``active`` is true.

        The endpoint has failed if no worker is ready and too many workers have failed.
        """
        ready = self.serving if active else self.serving + self.resting
        words = f"{ready} workers that {'serve now' if active else 'are ready'}, and the task waits for {awaited}"
        if ready >= awaited:
            return Stage(READY, words)
        if len(self._failed) >= MAX_FAILED and not self.serving + self.resting:
            return Stage(FAILED, f"{words}. {len(self._failed)} workers failed to become ready")
        return Stage(PENDING, words)

    @property
    def summary(self) -> str:
        """The summary of the workers in the last list, or an empty text before the first one."""
        if not self._has_list:
            return ""
        return worker_summary(self._workers, f"{self.serving} serving, {self.resting} at rest")

    def facts(self) -> dict[str, Any]:
        """Return the facts about the workers in the last list."""
        return {
            **worker_facts(self._workers, self.summary),
            "serving_workers": self.serving,
            "resting_workers": self.resting,
        }

    def hints(self) -> list[str]:
        """Sentences about likely causes of the current state."""
        hints = []
        if self._failed:
            hints.append(
                f"{len(self._failed)} workers were replaced before they were ready. The download of the image or the "
                "model might take too long. Include the weights in the image, or choose machines with a faster "
                "connection."
            )
        if not self._histories and self._clock.now() - self._began >= NO_WORKER_SECONDS:
            hints.append(
                "Vast.ai recruited no worker. Possible causes: the account has too little credit, no offer matches the "
                "filter of the workergroup, or the template is not suitable."
            )
        if self._workers and all(worker.status in _LOADING for worker in self._workers):
            hints.append(
                "All workers are still loading. Vast.ai counts a worker as ready only after the PyWorker in its image "
                "reports it. Without a PyWorker in the image, a worker never becomes ready."
            )
        return hints


def log_tail(client: Client, endpoint_id: str) -> str:
    """Return the last lines of the log of an endpoint, or the reason why it cannot be read; empty without a log."""
    try:
        lines = log_lines(client, endpoint_id, LOG_LINES)
    except CloudError as error:
        return f"Its log could not be read: {error.why}"
    return f"The last lines of its log: {client.secrets.scrub(' | '.join(lines))}" if lines else ""


def log_lines(client: Client, endpoint_id: str, count: int) -> list[str]:
    """Return the last lines of the log of an endpoint, with masked secrets. Raises ``ApiError``."""
    response = _log(client, {"id": int(endpoint_id), "tail": count})
    # A secret can continue on the next line.
    lines = client.secrets.scrub("\n".join(_text_of(response).splitlines()[-count:]))
    return lines.splitlines()


def _log(client: Client, body: dict[str, Any]) -> dict[str, Any] | str:
    """Return the response of the log call. If the key in the header is refused, the key is sent in the body.

    The vendor's client also sends it in the body.
    """
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
    """Return the log in a response: at the usual level, else at the most detailed level, else the only log."""
    if isinstance(response, str):
        return response
    return next((response[level] for level in ("info1", "info0", "logs") if isinstance(response.get(level), str)), "")
