# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serverless endpoints of Novita AI and PPIO: what the two generations of the platform's API have in common.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, ClassVar

from .._engine.capabilities import RefusingForNow
from .._engine.state import FAILED, PENDING, READY, CurrentState, Stage
from .._errors import ApiError
from .._schema.field import Field
from .._schema.field_set import Values
from .._schema.table import Table
from .._validation import Violation
from .api import IDENTIFIER, TEXT
from .resource import BEING_REMOVED, PlatformResource, stage_of, state_in_words

_ASLEEP = "cluster is not active"
_MAX_NAMED = 10
"""How many workers a message names."""


class EndpointTable(Table):
    """The table of an endpoint, in which workers have a least and a greatest number, named in ``bounds``."""

    def __init__(self, *fields: Field, bounds: tuple[str, str]) -> None:
        super().__init__(*fields)
        self._bounds = bounds

    def kept_workers(self, values: Values) -> int:
        """How many workers are kept without load."""
        return (values.get("worker_config") or {}).get(self._bounds[0]) or 0

    def conflicts(self, target: Values, path: str = "") -> list[Violation]:
        least, most = self._bounds
        kept, allowed = self.kept_workers(target), (target.get("worker_config") or {}).get(most) or 0
        conflicts = super().conflicts(target, path)
        if kept > allowed:
            rule = f"must be at most worker_config.{most} ({allowed}), not {kept}"
            conflicts.append(Violation(f"worker_config.{least}", rule))
        return conflicts


class PlatformEndpoint(RefusingForNow, PlatformResource):
    """A serverless endpoint of the platform. The two generations of its API name the same things differently."""

    noun = "endpoint"
    table: ClassVar[EndpointTable]
    facts_before_create = {"status": "", "status_message": "", "url": "", "workers": []}
    absence_codes = ("SERVERLESS_ENDPOINT_NOT_FOUND", "RESOURCE_NOT_FOUND")
    state_key: ClassVar[str]
    """The key of a state, and inside it the key of its word."""
    health_key: ClassVar[str]
    """The key of a worker's health."""

    @classmethod
    def response_schema(cls) -> dict[str, Any]:
        """JSON Schema of an endpoint in a response."""
        state = {"type": ["object", "null"], "properties": dict.fromkeys((cls.state_key, "error", "message"), TEXT)}
        flag = {"type": ["boolean", "null"]}
        worker = {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                cls.state_key: state,
                "log": TEXT,
                cls.health_key: flag,
                "drain": flag,
            },
            "required": ["id"],
        }
        schema = cls.table.response_schema()
        schema["properties"].update(
            {
                "id": IDENTIFIER,
                "name": {"type": "string"},
                cls.state_key: state,
                "url": TEXT,
                "workers": {"type": ["array", "null"], "items": worker},
            }
        )
        schema["required"] = ["id", "name"]
        return schema

    def replacement(self, current: CurrentState, target: dict[str, Any]) -> dict[str, Any]:
        return _without_default_app_name(current.id, target)

    def spec(
        self, resource_id: str, values: dict[str, Any], desired: dict[str, Any] | None = None, reveal: bool = False
    ) -> dict[str, Any]:
        return _without_default_app_name(resource_id, super().spec(resource_id, values, desired, reveal))

    def is_temporary(self, error: ApiError) -> bool:
        # After the last endpoint of a place is gone, its cluster sleeps for up to a minute. The error code of this
        # refusal is not known, its text is.
        return 400 <= (error.status or 0) < 500 and _ASLEEP in error.why.lower()

    def current_state(self, endpoint: dict[str, Any]) -> CurrentState:
        """The current state from an endpoint in a response."""
        word, text, stage = self._state(endpoint)
        values = self.table.read(endpoint)
        workers = [self._worker(worker) for worker in endpoint.get("workers") or []]
        facts = {
            "status": word,
            "status_message": text,
            "url": endpoint.get("url") or "",
            "workers": [worker for worker, _stage in workers],
        }
        return CurrentState(
            id=endpoint["id"],
            name=endpoint["name"],
            values=values,
            facts=facts,
            stage=self._stage(state_in_words(word, text, "nothing of its state"), stage, values, workers),
            being_removed=stage == BEING_REMOVED,
        )

    def _state(self, thing: dict[str, Any]) -> tuple[str, str, str]:
        """The word of a state, its error and message as one text, and the stage that it means for an endpoint."""
        state = thing.get(self.state_key) or {}
        word = state.get(self.state_key) or ""
        text = ": ".join(part for part in (state.get("error"), state.get("message")) if part)
        failed = state.get("error") or word.lower() == "stopped"
        return word, text, FAILED if failed else stage_of(word)

    def _worker(self, worker: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """What results show of a worker, and its stage."""
        word, text, _stage = self._state(worker)
        if worker.get("drain"):
            stage = BEING_REMOVED
        else:
            stage = FAILED if (worker.get(self.state_key) or {}).get("error") else stage_of(word)
        shown = {
            "id": worker["id"],
            "status": word,
            "status_message": text,
            "healthy": bool(worker.get(self.health_key)) and stage not in (FAILED, BEING_REMOVED),
            "log": worker.get("log") or "",
        }
        return shown, stage

    def _stage(
        self, words: str, stage: str, values: dict[str, Any], workers: list[tuple[dict[str, Any], str]]
    ) -> Stage:
        """Ready when the provider says so and, where workers are always kept, one of them is healthy.

        Workers that are gone, going or draining do not count. When all that count have failed, the endpoint has failed.
        """
        counted = [(worker, reached) for worker, reached in workers if reached != BEING_REMOVED]
        kept = self.table.kept_workers(values)
        if stage == READY and not (kept and not any(worker["healthy"] for worker, _reached in counted)):
            return Stage(READY, words)
        words += _workers_in_words([worker for worker, _reached in counted]) if stage == READY or counted else ""
        if stage == READY and counted and all(reached == FAILED for _worker, reached in counted):
            return Stage(FAILED, words)
        return Stage(FAILED if stage == FAILED else PENDING, words)


def _without_default_app_name(resource_id: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values without an app_name that nobody chose: then it is the endpoint's own id."""
    return {name: value for name, value in values.items() if name != "app_name" or value != resource_id}


def _workers_in_words(workers: list[dict[str, Any]]) -> str:
    """Words on workers of which none is healthy, each with what the provider says of it and where its log is."""
    if not workers:
        return ", and it has no worker yet"
    described = [
        f"worker {worker['id']} is {state_in_words(worker['status'], worker['status_message'], 'in no state')}"
        + (f", log {worker['log']}" if worker["log"] else "")
        for worker in workers[:_MAX_NAMED]
    ]
    more = [f"and {len(workers) - _MAX_NAMED} more"] if len(workers) > _MAX_NAMED else []
    healthy = sum(worker["healthy"] for worker in workers)
    return f", and {healthy} of its {len(workers)} workers are healthy: " + "; ".join(described + more)
