# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of Vast.ai: its connection data, its two hosts, and the meaning of its responses.

The pages are under https://docs.vast.ai/api-reference/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any

from .._engine.provider import Address, Provider
from .._engine.state import Removal
from .._errors import ApiError
from .._http.error_format import ABOUT_KEY, KEY_SOURCE, ErrorFormat

V0 = "/api/v0"

_KEY = (
    f"The API key comes from {KEY_SOURCE}. It must have the scope for this call. If the account uses two-factor "
    "authentication, create the key on the keys page."
)
CREDIT_FOR_FIRST = 5
"""The credit in USD that an account needs for its first endpoint, as users of the live service report."""
CREDIT_FOR_NEXT = 10
"""The same for each additional endpoint."""
_CREDIT = (
    "Add credit in the Vast.ai console, then run the task again. An account needs about "
    f"{CREDIT_FOR_FIRST} USD for its first endpoint and {CREDIT_FOR_NEXT} USD for each additional one."
)

_ADVICE: dict[str | int, str] = {
    401: "Check that the key is complete, valid, and a key of Vast.ai.",
    403: "The response does not show whether the key lacks the scope for this call, or the account has too little "
    f"credit. {_KEY} If the key is not the cause, the credit is. {_CREDIT}",
    "auth_error": _KEY,
    402: _CREDIT,
    "insufficient_credit": _CREDIT,
    "team_ssh_keys_not_supported": "The account belongs to a team, for which Vast.ai stores no SSH keys. Use an API "
    "key of the own account of a member.",
    "existing_key": "Another task has created the variable since this one listed the variables. Its value is that "
    "of the other task. To write the value of this task, set update_value: always.",
    "nonexistent_key": "The variable has been deleted since this task listed the variables. Run the task again.",
    "max_secrets": "The account has the maximum number of environment variables. Delete one that is not used any more.",
    "search_quota_exceeded": "The account has used up its searches for offers of this day. Run the task again when the "
    "next quota begins, which is at midnight UTC.",
    429: "Run fewer tasks at the same time, or raise api_retries.",
}


class VastErrors(ErrorFormat):
    """``{"success": false, "error": <error code>, "msg": <text>}``, or the text under ``detail`` or ``error_msg``.

    A response with status 200 can be a refusal. If the account has too little credit, sometimes only the text shows it.
    A 429 response has the minimum interval between two requests to the route, in seconds: in its text, for example
    ``threshold=4.0``, or in ``retry_after``.
    """

    message_keys = ("msg", "message", "detail", "error_msg")
    failure_keys = ("error", "errors", "error_msg", "detail", "reason")
    documents_success_key = True
    retry_after_key = "retry_after"
    quota_codes = frozenset({"search_quota_exceeded"})
    quota_reset_header = "x-ratelimit-reset"
    interval_pattern = re.compile(r"threshold\s*=\s*(\d+(?:\.\d+)?)")
    codes_in_messages = {
        "insufficient_credit": re.compile(r"need an additional \$|insufficient_credit", re.IGNORECASE),
        "no_such_ask": re.compile(r"\bno_such_ask\b"),
    }

    def _message(self, data: dict[str, Any]) -> str:
        return super()._message(data) or _detail_text(data.get("detail"))


def _detail_text(detail: object) -> str:
    """Return a list of ``{"loc": [...], "msg": ...}`` as one text: ``body.max_workers: must ...; body.name: ...``."""
    violations = [
        (entry.get("loc"), entry["msg"])
        for entry in (detail if isinstance(detail, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("msg"), str)
    ]
    return "; ".join(
        f"{'.'.join(map(str, place))}: {message}" if isinstance(place, list) and place else message
        for place, message in violations
    )


VAST = Provider(
    name="vast",
    title="Vast.ai",
    key_env="VAST_API_KEY",
    urls={
        "api_url": Address("VAST_API_URL", "https://console.vast.ai"),
        "autoscaler_url": Address("VAST_AUTOSCALER_URL", "https://run.vast.ai", follows="api_url"),
    },
    errors=VastErrors(_ADVICE, about_key=_KEY, about_credit=_CREDIT),
)

SUCCESS = {"type": "object", "properties": {"success": {"const": True}}, "required": ["success"]}
"""JSON Schema of the response to a write."""

_WORKER_IDS = {"type": ["array", "null"], "items": {"type": ["integer", "string"]}}
DELETED = {"type": "object", "properties": {"deleted_workers": _WORKER_IDS, "failed_workers": _WORKER_IDS}}
"""JSON Schema of the response to a delete."""

REMOVAL_FACTS: dict[str, list[str]] = {"deleted_workers": [], "failed_workers": []}
"""The facts about workers in a result if nothing was deleted."""


def list_shape(row: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema of a list response with rows of a schema under ``results``."""
    return {
        "type": "object",
        "properties": {"success": {"const": True}, "results": {"type": "array", "items": row}},
        "required": ["results"],
    }


def says_absent(error: ApiError, text: str) -> bool:
    """Return whether a refusal proves that a resource does not exist: HTTP 400 with a documented ``text``, or HTTP 404.

    A 404 with a text about the key or a login proves nothing.
    """
    if ABOUT_KEY.search(error.why):
        return False
    return error.status == 404 and error.structured or (error.status == 400 and text in error.why)


def removal(response: dict[str, Any] | None, subject: str) -> Removal:
    """Return the result of a delete. ``response`` is ``None`` if the resource did not exist any more.

    :param subject: the resource in the warning about workers that Vast.ai did not delete.
    """
    facts = {fact: [str(worker) for worker in (response or {}).get(fact) or []] for fact in REMOVAL_FACTS}
    left = facts["failed_workers"]
    return Removal(
        facts,
        (f"Vast.ai did not delete all workers of {subject}. These workers are still billed: {', '.join(left)}.",)
        if left
        else (),
    )
