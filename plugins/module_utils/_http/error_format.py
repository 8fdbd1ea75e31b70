# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an API reports errors: the part of it that many APIs have in common.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .response import MAX_SEARCHED, MAX_SECONDS, Response


class ErrorFormat:
    """Reads error codes, messages and times to wait from responses. A provider's package derives its own format.

    This one reads ``{"error": <code or sentence>, "message": <sentence>}``, ``{"error": {"code": <code>, "message":
    <sentence>}}`` and the header ``Retry-After``. ``advice`` maps error codes and HTTP statuses to what the user can do
    next.
    """

    code_keys: tuple[str, ...] = ("error",)
    """Members of a body that can hold the error code, the most telling first."""
    message_keys: tuple[str, ...] = ("message",)
    """Members of a body that can hold a sentence for people, the most telling first."""
    success_key: str = ""
    """The member of a body that is false in a refusal, whatever the HTTP status is."""
    retry_after_key: str = ""
    """The member of a body that holds the seconds to wait."""
    interval_pattern: re.Pattern[str] | None = None
    """Finds, as its first group, the least seconds between two requests in the text of a refusal."""
    codes_in_messages: Mapping[str, re.Pattern[str]] = {}
    """Error codes that take the place of any other where the message matches a pattern."""
    temporary_codes: frozenset[str] = frozenset()
    """Error codes of refusals that may not meet a later run."""

    def __init__(self, advice: Mapping[str | int, str] | None = None) -> None:
        self._advice = advice or {}

    def is_refusal(self, data: Any) -> bool:
        """Whether the body of a response is a refusal although its status says success."""
        return bool(self.success_key) and isinstance(data, dict) and data.get(self.success_key) is False

    def code_and_message(self, response: Response) -> tuple[str, str]:
        """The error code and the message of a refusal; both can be empty.

        A sentence where the code should be becomes part of the message.
        """
        data = response.data_or_none
        if not isinstance(data, dict):
            code, message = "", data if isinstance(data, str) else response.text
        else:
            code, message = self._code(data), self._message(data)
            if " " in code:
                code, message = "", f"{code}: {message}" if message else code
            message = message or ("" if code else response.text)
        return self._code_in(message) or code, message

    def advice(self, code: str, status: int) -> str:
        """What the user can do about a refusal; empty where nothing is known."""
        return self._advice.get(code) or self._advice.get(status, "")

    def interval(self, response: Response) -> float:
        """The least seconds between two requests to the same route, as a refusal asks for; 0 without."""
        if self.interval_pattern is None:
            return 0.0
        match = self.interval_pattern.search(response.text[:MAX_SEARCHED])
        return min(float(match.group(1)), MAX_SECONDS) if match else 0.0

    def retry_after(self, response: Response) -> float:
        """The seconds to wait before the next request, as a refusal asks for; 0 without."""
        data = response.data_or_none
        seconds = data.get(self.retry_after_key) if isinstance(data, dict) else None
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds > 0:
            return response.retry_after
        return max(response.retry_after, float(min(seconds, MAX_SECONDS)))

    def _code(self, data: dict[str, Any]) -> str:
        return first_text(data, *self.code_keys) or first_text(_inner(data), "code")

    def _message(self, data: dict[str, Any]) -> str:
        return first_text(data, *self.message_keys) or first_text(_inner(data), "message")

    def _code_in(self, message: str) -> str:
        searched = message[:MAX_SEARCHED]
        return next((code for code, pattern in self.codes_in_messages.items() if pattern.search(searched)), "")


def first_text(mapping: Mapping[str, Any], *keys: str) -> str:
    """The first member of these that is a text and not empty."""
    return next((mapping[key] for key in keys if isinstance(mapping.get(key), str) and mapping[key]), "")


def _inner(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object in which some APIs put code and message."""
    inner = data.get("error")
    return inner if isinstance(inner, dict) else {}
