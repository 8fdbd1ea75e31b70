# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a response means: data, or an error for people and playbooks.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._errors import NOT_THE_PROVIDER, ApiError, BadResponse
from .._secrets import Secrets
from .._validation import first_violation
from .call import Call
from .error_format import ErrorFormat
from .no_response import NoResponse
from .response import Response

MAX_QUOTE_LENGTH = 500
_MAX_READ = 65536
"""Characters of a text that are read for a quote. A secret that is cut off there is far behind what is quoted."""
_MAYBE_DONE = frozenset((301, 302, 303, 408))
"""Statuses below 500 after which a request may have been carried out. Those redirects can lead to its result."""


class ResponseReader:
    """Turns responses into data and errors. What it quotes holds no secret."""

    def __init__(self, errors: ErrorFormat, secrets: Secrets) -> None:
        self._errors = errors
        self._secrets = secrets

    def connection_error(self, call: Call, lost: NoResponse) -> ApiError:
        """The error for a request without a complete response."""
        return ApiError(
            self._secrets.scrub(str(lost)),
            operation=call.name,
            reason="connection",
            retryable=not lost.permanent,
            maybe_done=lost.sent,
        )

    def refusal(self, call: Call, response: Response) -> ApiError | None:
        """The error that a response stands for; ``None`` where it is a success."""
        if response.status < 200:
            return self._error(
                call,
                response,
                f"HTTP {response.status}, only an interim response",
                reason=f"http_{response.status}",
                retryable=True,
            )
        target = self._quoted(response.headers.get("location", ""))
        if 300 <= response.status < 400 and target:
            return self._error(
                call,
                response,
                f"HTTP {response.status}, a redirect to {target}, which is not followed",
                reason="redirect",
                retryable=False,
                advice="Is api_url right?",
            )
        data = response.data_or_none
        if response.status < 300 and not self._errors.is_refusal(data):
            return None
        if response.foreign_content is not None:
            return self._foreign(call, response, response.foreign_content)
        code, message = map(self._quoted, self._errors.code_and_message(response))
        said = ": ".join(part for part in (code, message) if part) or "a response without text"
        return self._error(
            call,
            response,
            f"HTTP {response.status} {said}",
            reason=code or f"http_{response.status}",
            retryable=response.status >= 500 or response.status in (408, 429) or code in self._errors.temporary_codes,
            structured=isinstance(data, dict),
            advice=self._errors.advice(code, response.status),
        )

    def data(self, call: Call, response: Response) -> Any:
        """The data of a success. Raises ``BadResponse`` where the body does not satisfy the call's shape."""
        if call.shape is None:
            return response.data_or_none
        try:
            data = response.data
        except ValueError:
            if response.page_title is not None and response.foreign_content is not None:
                raise self._foreign(call, response, response.foreign_content, BadResponse) from None
            violation = (
                f"a response that is not JSON ({self._quoted(response.text)!r})"
                if response.body
                else "an empty response"
            )
        else:
            broken = first_violation(call.shape, data)
            if not broken:
                return data
            violation = (
                f"a text where data should be ({self._quoted(data)!r})"
                if isinstance(data, str)
                else f"a response of an unexpected shape ({self._quoted(broken)})"
            )
        raise self._error(
            call, response, f"HTTP {response.status} with {violation}", BadResponse, reason="bad_answer", retryable=True
        )

    def _foreign(self, call: Call, response: Response, content: str, error_type: type[ApiError] = ApiError) -> ApiError:
        """The error for a response that the provider's API did not give."""
        return self._error(
            call,
            response,
            f"HTTP {response.status} with {self._quoted(content)}, which is not a response of the API",
            error_type,
            reason=NOT_THE_PROVIDER,
            retryable=error_type is BadResponse or response.status >= 500,
            advice=f"Check {call.host}: it must be the base address of the API. If it is, then a proxy, a firewall or "
            "a content delivery network on the way has responded; the API key is not the cause.",
        )

    def _error(
        self,
        call: Call,
        response: Response,
        why: str,
        error_type: type[ApiError] = ApiError,
        *,
        reason: str,
        retryable: bool,
        structured: bool = False,
        advice: str = "",
    ) -> ApiError:
        return error_type(
            self._secrets.scrub(why),
            operation=call.name,
            status=response.status,
            reason=reason,
            request_id=self._quoted(response.request_id),
            retryable=retryable,
            maybe_done=error_type is BadResponse or _maybe_done(response.status),
            structured=structured,
            advice=advice,
        )

    def _quoted(self, text: str) -> str:
        """A text of the provider for a message: on one line, without secrets, shortened, printable."""
        # Secrets go before the text is shortened, or a piece of one might stay.
        text = self._secrets.scrub(" ".join(text.split())[:_MAX_READ])
        text = text if len(text) <= MAX_QUOTE_LENGTH else text[:MAX_QUOTE_LENGTH] + "..."
        # Other characters can give orders to a terminal.
        return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _maybe_done(status: int) -> bool:
    """Whether a request with this status may have been carried out, although the status is no success."""
    return status < 200 or status >= 500 or status in _MAYBE_DONE
