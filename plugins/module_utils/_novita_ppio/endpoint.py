# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serverless endpoints of Novita AI and PPIO: what the two generations of the platform's API have in common.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.state import FAILED, PENDING, READY, CurrentState, Stage
from .._schema.table import Table
from .api import IDENTIFIER, TEXT
from .resource import LEAVING, PlatformResource, said_words, stage

_ASLEEP = "cluster is not active"
_MAX_NAMED = 10
"""How many workers a message names."""


class EndpointTable(Table):
    """The table of an endpoint, in which workers have a least and a greatest number, named in ``bounds``."""

    def __init__(self, *fields, bounds):
        super().__init__(*fields)
        self._bounds = bounds

    def kept_workers(self, values):
        """How many workers are kept without load."""
        return (values.get("worker_config") or {}).get(self._bounds[0]) or 0

    def conflicts(self, target):
        least, most = self._bounds
        kept, allowed = self.kept_workers(target), (target.get("worker_config") or {}).get(most) or 0
        if kept <= allowed:
            return super().conflicts(target)
        return [
            *super().conflicts(target),
            f"worker_config.{least}: must be at most worker_config.{most} ({allowed}), not {kept}",
        ]


class PlatformEndpoint(PlatformResource):
    """A serverless endpoint of the platform; the two generations of its API name the same things differently."""

    noun = "endpoint"
    facts_before_create = {"status": "", "status_message": "", "url": "", "workers": []}
    state_key = ""
    """The key of a state, and inside it the key of its word."""
    health_key = ""
    """The key of a worker's health."""
    absence_codes = ("SERVERLESS_ENDPOINT_NOT_FOUND", "RESOURCE_NOT_FOUND")

    @classmethod
    def response_schema(cls):
        """What a record must look like to be read."""
        state = {"type": ["object", "null"], "properties": {word: TEXT for word in (cls.state_key, "error", "message")}}
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

    def replacement(self, record, target):
        # An app_name that was not chosen is the endpoint's own id.
        return {name: value for name, value in target.items() if name != "app_name" or value != record.id}

    def spec(self, record, desired=None, reveal=False):
        options = super().spec(record, desired, reveal)
        # An app_name that was not chosen is the endpoint's own id.
        return {option: value for option, value in options.items() if option != "app_name" or value != record.id}

    def is_temporary(self, error):
        # After the last endpoint of a place is gone, its cluster sleeps for up to a minute. Which error word that has is not
        # known, the text is.
        return 400 <= (error.status or 0) < 500 and _ASLEEP in error.why.lower()

    def record(self, raw):
        """A ``CurrentState`` from a record of the provider."""
        word, said, reached = self._state(raw)
        values = self.table.read(raw)
        workers = [self._worker(worker) for worker in raw.get("workers") or []]
        facts = {
            "status": word,
            "status_message": said,
            "url": raw.get("url") or "",
            "workers": [worker for worker, _stage in workers],
        }
        return CurrentState(
            id=raw["id"],
            name=raw["name"],
            values=values,
            facts=facts,
            condition=self._condition(said_words(word, said, "nothing of its state"), reached, values, workers),
            being_removed=reached == LEAVING,
        )

    def _state(self, raw):
        """The word of a state, its error and message as one text, and the stage that it means for an endpoint."""
        state = raw.get(self.state_key) or {}
        word = state.get(self.state_key) or ""
        said = ": ".join(text for text in (state.get("error"), state.get("message")) if text)
        failed = state.get("error") or word.lower() == "stopped"
        return word, said, FAILED if failed else stage(word)

    def _worker(self, raw):
        """What results show of a worker, and its stage."""
        word, said, _reached = self._state(raw)
        reached = (
            LEAVING if raw.get("drain") else FAILED if (raw.get(self.state_key) or {}).get("error") else stage(word)
        )
        healthy = bool(raw.get(self.health_key)) and reached not in (FAILED, LEAVING)
        return {
            "id": raw["id"],
            "status": word,
            "status_message": said,
            "healthy": healthy,
            "log": raw.get("log") or "",
        }, reached

    def _condition(self, words, reached, values, workers):
        """Usable when the provider says so and, where workers are always kept, one of them is healthy.

        Workers that are gone, going or draining do not count. When all that count have failed, none is awaited.
        """
        counted = [(worker, reached) for worker, reached in workers if reached != LEAVING]
        kept = self.table.kept_workers(values)
        if reached == READY and not (kept and not any(worker["healthy"] for worker, _stage in counted)):
            return Stage(READY, words)
        words += _named([worker for worker, _stage in counted]) if reached == READY or counted else ""
        if reached == READY and counted and all(reached == FAILED for _worker, reached in counted):
            return Stage(FAILED, words)
        return Stage(FAILED if reached == FAILED else PENDING, words)


def _named(workers):
    """Words on workers of which none is healthy, each with what the provider says of it and where its log is."""
    if not workers:
        return ", and it has no worker yet"
    told = [
        f"worker {worker['id']} is {said_words(worker['status'], worker['status_message'], 'in no state')}"
        + (f", log {worker['log']}" if worker["log"] else "")
        for worker in workers[:_MAX_NAMED]
    ]
    more = [f"and {len(workers) - _MAX_NAMED} more"] if len(workers) > _MAX_NAMED else []
    healthy = sum(worker["healthy"] for worker in workers)
    return f", and {healthy} of its {len(workers)} workers are healthy: " + "; ".join(told + more)
