# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The format of errors that many APIs have in common.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping
from typing import Any

from .._times import iso8601
from .response import MAX_SEARCHED, MAX_SECONDS, Response

KEY_SOURCE = "{key source}"
"""Stands in advice for the place that the API key comes from."""

ABOUT_KEY = re.compile(r"\bkeys?\b|log ?in|auth|2fa|permission|\bscopes?\b", re.IGNORECASE)
_ABOUT_CREDIT = re.compile(r"\bcredits?\b|\bbalance\b|\bfunds\b|\bdeposit|need an additional \$", re.IGNORECASE)

_CODE = "code"
_CODES_OF_SUCCESS = frozenset(("0", "200", "ok", "success", "none", ""))
"""Values of ``code``, as lowercase texts, that report no failure: 0, the HTTP status, and null."""


class ErrorFormat:
    """Reads error codes, messages and waiting times from responses. A provider can have a subclass of its own.

    This class reads ``{"error": <code or sentence>, "message": <sentence>}``, ``{"error": {"code": <code>, "message":
    <sentence>}}`` and the header ``Retry-After``.

    :param advice: advice for the user, by error code or HTTP status.
    :param about_key: advice for the user about a refusal with a text about the API key or its permissions.
    :param about_credit: advice for the user about a refusal with a text about the credit of the account.
    """

    code_keys: tuple[str, ...] = ("error",)
    """Keys of a body that can contain the error code, the most specific first."""
    message_keys: tuple[str, ...] = ("message",)
    """Keys of a body that can contain the message, the most specific first."""
    failure_keys: tuple[str, ...] = ("error", "errors", "reason")
    """Keys of a body that have a value only if the request failed, even if the HTTP status is a success."""
    success_key: str = "success"
    """The key of a body that is true, or missing, in each success."""
    documents_success_key: bool = False
    """Whether the provider documents a false value of that key as a refusal, even if the HTTP status is a success."""
    retry_after_key: str = ""
    """The key of a body that contains the number of seconds to wait."""
    interval_pattern: re.Pattern[str] | None = None
    """Its first group matches the minimum number of seconds between two requests in the text of a refusal."""
    codes_in_messages: Mapping[str, re.Pattern[str]] = {}
    """Error codes that replace the code of the response if the message matches their pattern."""
    temporary_codes: frozenset[str] = frozenset()
    """Error codes of refusals after which a later run can succeed."""
    quota_codes: frozenset[str] = frozenset()
    """Error codes of refusals because of a quota that lasts for hours, after which a request is not repeated."""
    quota_reset_header: str = ""
    """The header of such a refusal with the Unix time at which the next quota begins."""

    def __init__(
        self, advice: Mapping[str | int, str] | None = None, about_key: str = "", about_credit: str = ""
    ) -> None:
        self._advice = advice or {}
        self._about_key = about_key
        self._about_credit = about_credit

    def is_refusal(self, data: Any) -> bool:
        """Return whether a body is a documented refusal although the HTTP status is a success."""
        return self.documents_success_key and isinstance(data, dict) and data.get(self.success_key) is False

    def failures(self, data: Any, expected: Container[str] = ()) -> dict[str, str]:
        """Return the members of a body that report a failure although the HTTP status is a success, as texts.

        These are ``failure_keys`` with a value, a ``success_key`` that is not true, and a ``code`` that is neither 0
        nor 200. If there are any, the result also contains the message.

        :param expected: keys that do not report a failure of this call.
        """
        if not isinstance(data, dict):
            return {}
        failing = [key for key in data if key not in expected and self._reports_failure(key, data[key])]
        texts = [key for key in self.message_keys if first_text(data, key)] if failing else []
        return {key: _as_text(data[key]) for key in dict.fromkeys([*failing, *texts])}

    def code_and_message(self, response: Response) -> tuple[str, str]:
        """Return the error code and the message of a refusal. Both can be empty.

        A sentence in place of the code becomes part of the message.
        """
        data = response.data_or_none
        if not isinstance(data, dict):
            code, message = "", data if isinstance(data, str) else response.text
        else:
            code, message = self._code(data), self._message(data)
            if " " in code:
                code, message = "", f"{code}: {message}" if message else code
            # A body with the status of a success can contain resources and their secrets.
            message = message or ("" if code or response.status < 300 else response.text)
        return self._code_in(message) or code, message

    def advice(self, code: str, status: int, message: str) -> str:
        """Return advice for the user about a refusal, or an empty text. It can contain ``KEY_SOURCE``.

        The error code decides, then the text, because a status such as 403 can have several causes.
        """
        searched = f"{code.replace('_', ' ')} {message}"[:MAX_SEARCHED]
        about_key, about_credit = ABOUT_KEY.search(searched), _ABOUT_CREDIT.search(searched)
        if code in self._advice:
            return self._advice[code]
        if about_key and not about_credit and status in (403, 404):
            return self._about_key
        if about_credit and not about_key and status in (400, 403):
            return self._about_credit
        return self._advice.get(status, "")

    def interval(self, response: Response) -> float:
        """Return the minimum number of seconds between two requests to the same route that a refusal states, or 0."""
        if self.interval_pattern is None:
            return 0.0
        match = self.interval_pattern.search(response.text[:MAX_SEARCHED])
        return min(float(match.group(1)), MAX_SECONDS) if match else 0.0

    def retry_after(self, response: Response) -> float:
        """Return the number of seconds before the next request that a refusal states, or 0."""
        data = response.data_or_none
        seconds = data.get(self.retry_after_key) if isinstance(data, dict) else None
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds > 0:
            return response.retry_after
        return max(response.retry_after, float(min(seconds, MAX_SECONDS)))

    def is_quota_used_up(self, response: Response) -> bool:
        """Return whether a refusal reports that a quota is used up."""
        return self.code_and_message(response)[0] in self.quota_codes

    def quota_begins_again(self, response: Response) -> str:
        """Return the time at which the next quota begins according to a refusal, or an empty text."""
        return iso8601(response.headers.get(self.quota_reset_header, "")) if self.quota_reset_header else ""

    def _reports_failure(self, key: str, value: Any) -> bool:
        if key == self.success_key:
            return value is not True
        if key == _CODE:
            return isinstance(value, bool) or str(value).lower() not in _CODES_OF_SUCCESS
        return key in self.failure_keys and bool(value)

    def _code(self, data: dict[str, Any]) -> str:
        return first_text(data, *self.code_keys) or first_text(_inner(data), "code")

    def _message(self, data: dict[str, Any]) -> str:
        return first_text(data, *self.message_keys) or first_text(_inner(data), "message")

    def _code_in(self, message: str) -> str:
        searched = message[:MAX_SEARCHED]
        return next((code for code, pattern in self.codes_in_messages.items() if pattern.search(searched)), "")


def first_text(mapping: Mapping[str, Any], *keys: str) -> str:
    """Return the first of these values that is a text and not empty, or an empty text."""
    return next((mapping[key] for key in keys if isinstance(mapping.get(key), str) and mapping[key]), "")


def _inner(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the nested object in which some APIs return code and message."""
    inner = data.get("error")
    return inner if isinstance(inner, dict) else {}


def _as_text(value: Any) -> str:
    """Return a member of a body as a text for a message. Of an object, show only its code and message."""
    if isinstance(value, dict):
        parts = (str(value[key]) for key in (_CODE, "message", "msg") if isinstance(value.get(key), (str, int)))
        return ": ".join(parts) or "an object"
    return "a list" if isinstance(value, list) else value if isinstance(value, str) and value else json.dumps(value)
