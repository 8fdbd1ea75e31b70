# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Novita AI and PPIO have in common: they are two faces of one platform.

Error words (page ``basic-error-code`` of Novita's documentation), what proves absence, and how far an endpoint is. No
page enumerates the state words; those known here were seen in documentation and clients, and any other word means
"on the way" until the time is up.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re

from .errors import BadAnswer
from .resource import FAILED, PENDING, READY, Condition, Record, Resource
from .table import Table

_ABSENT = re.compile(r"not foun[dt]", re.IGNORECASE)
_READY_WORDS = ("serving", "running")
_FAILED_WORDS = ("failed", "stopped")
_REMOVED_WORD = "deleting"

TEXT = {"type": ["string", "null"]}
IDENTIFIER = {"type": "string", "minLength": 1, "not": {"enum": [".", ".."]}}
"""An id goes into addresses, where these two mean another place."""
CREATED = {"type": "object", "properties": {"id": IDENTIFIER}, "required": ["id"]}
"""The answer to a create."""


def advice(title, key_env):
    """What a user can do about an error word or an HTTP status."""
    key = (f"Check the option api_key, or the environment variable {key_env} of the place where the module runs, and "
           "what that key may do.")
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

    absence_words = ("RESOURCE_NOT_FOUND",)
    """The error words that name the record itself, and not something that a request asks for."""

    def is_absence(self, error):
        if error.status == 400:
            unworded = error.reason == "http_400" and _ABSENT.search(error.why) is not None
            return unworded or error.reason in self.absence_words
        return error.status == 404

    def reread(self, record, read):
        """What ``read`` answers of a record, or ``None``. Raises when the answer is about another one."""
        found = self.unless_absent(read)
        if found is not None:
            self.demand_identity(record, found.id)
        return found

    def demand_identity(self, record, answered_id):
        """Raise when an answer is not about the record that was asked for."""
        if answered_id != record.id:
            raise BadAnswer(f"asked for {record.id}, the provider tells of {answered_id}.", operation=f"{self.noun}.get",
                            reason="bad_answer", retryable=True)


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
        return [*super().conflicts(target),
                f"worker_config.{least}: must be at most worker_config.{most} ({allowed}), not {kept}"]


class PlatformEndpoint(PlatformResource):
    """A serverless endpoint of the platform; the two generations of its API name the same things differently."""

    noun = "endpoint"
    blank_facts = {"status": "", "status_message": "", "url": "", "workers": []}
    state_key = ""
    """The key of a state, and inside it the key of its word."""
    health_key = ""
    """The key of a worker's health."""
    absence_words = ("SERVERLESS_ENDPOINT_NOT_FOUND", "RESOURCE_NOT_FOUND")

    @classmethod
    def answer_schema(cls):
        """What a record must look like to be read."""
        state = {"type": ["object", "null"], "properties": {word: TEXT for word in (cls.state_key, "error", "message")}}
        worker = {
            "type": "object",
            "properties": {"id": {"type": "string"}, cls.state_key: state, "log": TEXT,
                           cls.health_key: {"type": ["boolean", "null"]}},
            "required": ["id"],
        }
        schema = cls.table.answer_schema()
        schema["properties"].update({
            "id": IDENTIFIER, "name": {"type": "string"}, cls.state_key: state, "url": TEXT,
            "workers": {"type": ["array", "null"], "items": worker},
        })
        schema["required"] = ["id", "name"]
        return schema

    def replacement(self, record, target):
        # An app_name that was not chosen is the endpoint's own id.
        return {name: value for name, value in target.items() if name != "app_name" or value != record.id}

    def record(self, raw):
        """A ``Record`` from a record of the provider."""
        word, said = self._state(raw)
        values = self.table.read(raw)
        workers = [self._worker(worker) for worker in raw.get("workers") or []]
        facts = {"status": word, "status_message": said, "url": raw.get("url") or "", "workers": workers}
        failed = bool((raw.get(self.state_key) or {}).get("error"))
        return Record(
            id=raw["id"], name=raw["name"], values=values, facts=facts,
            condition=self._condition(word, said, failed, values, workers),
            vanishing=word.lower() == _REMOVED_WORD)

    def _state(self, raw):
        """The word of a state, and its error and message as one text."""
        state = raw.get(self.state_key) or {}
        said = ": ".join(text for text in (state.get("error"), state.get("message")) if text)
        return state.get(self.state_key) or "", said

    def _worker(self, raw):
        word, said = self._state(raw)
        return {"id": raw["id"], "status": word, "status_message": said, "healthy": bool(raw.get(self.health_key)),
                "log": raw.get("log") or ""}

    def _condition(self, word, said, failed, values, workers):
        """Usable when the provider says so and, where workers are always kept, one of them is healthy."""
        words = (repr(word) if word else "nothing of its state") + (f" ({said})" if said else "")
        if failed or word.lower() in _FAILED_WORDS:
            return Condition(FAILED, words)
        if word.lower() not in _READY_WORDS:
            return Condition(PENDING, words)
        if self.table.kept_workers(values) and not any(worker["healthy"] for worker in workers):
            return Condition(PENDING, f"{words}, and none of its {len(workers)} workers is healthy")
        return Condition(READY, words)
