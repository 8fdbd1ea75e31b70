# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Novita AI and PPIO have in common: they are two faces of one platform.

Error words (page ``basic-error-code`` of Novita's documentation), what proves absence, and how far an endpoint is. No
page enumerates the state words, so they are read by their stems; a word without a known stem means "on the way".

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re

from .._engine.resource import Resource
from .._engine.state import FAILED, PENDING, READY, CurrentState, Removal, Stage
from .._errors import ApiError, BadResponse
from .._schema.table import Table

LEAVING = "leaving"
"""The stage of what is being removed, or was."""

_ABSENT = re.compile(r"not foun[dt]", re.IGNORECASE)
_ASLEEP = "cluster is not active"
_FAILED_STEMS = ("fail", "error")
_LEAVING_STEMS = ("delet", "terminat", "remov", "releas")
_READY_WORDS = ("serving", "running")
_MAX_NAMED = 10
"""How many workers a message names."""

TEXT = {"type": ["string", "null"]}
IDENTIFIER = {"type": "string", "minLength": 1, "not": {"enum": [".", ".."]}}
"""An id goes into addresses, where these two mean another place."""
CREATED = {"type": "object", "properties": {"id": IDENTIFIER}, "required": ["id"]}
"""The answer to a create."""

PASSING = frozenset({"INSUFFICIENT_RESOURCE"})
"""Error words of refusals that a later run may not meet."""


def stage(word, ready=_READY_WORDS):
    """How far a thing with this state word is; a removal that failed is a failure."""
    word = word.lower()
    if any(stem in word for stem in _FAILED_STEMS):
        return FAILED
    if any(stem in word for stem in _LEAVING_STEMS):
        return LEAVING
    return READY if word in ready else PENDING


def list_of(key, record):
    """JSON Schema of a list response with records under ``key``; null stands for no records only where a total says so."""
    return {
        "properties": {key: {"type": ["array", "null"], "items": record}},
        "required": [key],
        "anyOf": [
            {"properties": {key: {"type": "array"}}},
            {"properties": {"total": {"enum": [0, "0"]}}, "required": ["total"]},
        ],
    }


def said_words(word, said, nothing):
    """A provider's word and text for a state, as a message shows them."""
    return (repr(word) if word else nothing) + (f" ({said})" if said else "")


def advice(title, key_env):
    """What a user can do about an error word or an HTTP status."""
    key = (
        f"Check the option api_key, or the environment variable {key_env} of the place where the module runs, and "
        "what that key may do."
    )
    top_up = f"Top up the account's balance in {title}'s console, then run the task again."
    settle = "The record's present state does not allow this; try again when it has settled."
    return {
        401: key,
        403: key,
        "BALANCE_NOT_ENOUGH": top_up,
        "EXPIRED_OR_BALANCE_NOT_ENOUGH": top_up,
        "INSUFFICIENT_RESOURCE": "Choose another product or place, or try again later.",
        "SERVERLESS_APP_NAME_IS_EXIST": "Choose another app_name: it is part of the URL and can be used only once.",
        "SERVERLESS_PRODUCT_NOT_FOUND": "Give the id of a serverless product; those of instances differ.",
        "NETWORK_STORAGE_NOT_FOUND": "The storage must exist in the place where the workers run.",
        "CREATE_INSTANCE_LIMIT": "The account may have no more instances: delete one, or ask the provider for more.",
        "PREPAID_INSTANCE_NOT_SUPPORT_RELEASE": "A subscription cannot be deleted before it ends.",
        "IMAGE_NOT_FOUND": "Check the image's address and its registry credential.",
        "RATE_LIMIT_EXCEEDED": "Run fewer tasks at once, or raise api_retries.",
        "OPERATION_LIMIT": settle,
        "DEPENDENT_RESOURCE_STATE": settle,
    }


class PlatformResource(Resource):
    """Anything on the platform."""

    absence_codes = ("RESOURCE_NOT_FOUND",)
    """The error words that name the record itself, and not something that a request asks for."""

    def is_absence(self, error):
        if error.status not in (400, 404) or not error.structured:
            return False
        unworded = error.reason == f"http_{error.status}" and _ABSENT.search(error.why) is not None
        # A router also answers 404, and speaks of the route.
        about_it = error.status == 400 or self.noun in error.why.lower()
        return unworded and about_it or error.reason in self.absence_codes

    def remove(self, send):
        """Send a delete. That the record is not there is doubtful where a listing has just shown it."""
        try:
            send()
        except ApiError as error:
            if not self.is_absence(error):
                raise
            return Removal(inconsistency=error.why)
        return Removal()

    def reread(self, record, read):
        """What ``read`` answers of a record, or ``None``. Raises when the answer is about another one."""
        found = self.unless_absent(read)
        if found is not None:
            self.demand_identity(record, found.id)
        return found

    def demand_identity(self, record, answered_id):
        """Raise when an answer is not about the record that was asked for."""
        if answered_id != record.id:
            raise BadResponse(
                f"asked for {record.id}, the provider tells of {answered_id}.",
                operation=f"{self.noun}.get",
                reason="bad_answer",
                retryable=True,
            )


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
