# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert responses to data or errors.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._errors import NOT_THE_PROVIDER, ApiError, BadResponse
from .._secrets import Secrets
from .._sentences import sentences
from .._validation import first_violation
from .._visible import printable
from .call import ONCE, READ, Call
from .error_format import KEY_SOURCE, ErrorFormat
from .no_response import NoResponse
from .peer import peer_of
from .quote import one_line
from .response import DoubledKey, Response
from .service import Service

MAX_QUOTE_LENGTH = 500
"""Characters."""
_MAYBE_DONE = frozenset((301, 302, 303, 408))
"""HTTP statuses below 500 after which the provider may have executed a request. A redirect can lead to its result."""

_STATUS_OF_READS = 200
"""The only HTTP status with which the providers document the response to a read."""


class ResponseReader:
    """Converts responses to data and errors. Its texts contain no secrets."""

    def __init__(self, errors: ErrorFormat, secrets: Secrets, service: Service, urls: Mapping[str, str]) -> None:
        self._errors = errors
        self._secrets = secrets
        self._service = service
        self._urls = urls

    def connection_error(self, call: Call, lost: NoResponse) -> ApiError:
        """Return the error for a request without a complete response."""
        return ApiError(
            str(lost),
            operation=call.name,
            reason="connection",
            retryable=not lost.permanent,
            maybe_done=lost.sent,
            advice=sentences("" if lost.is_local else self._address_source(call), lost.advice),
        )

    def refusal(self, call: Call, response: Response) -> ApiError | None:
        """Return the error for a response, or ``None`` if it is a success."""
        error = self._refusal(call, response)
        if error is not None and call.created:
            error.created_id = _created_id(response.data_or_none, call.created)
        return error

    def _refusal(self, call: Call, response: Response) -> ApiError | None:
        if response.status < 200:
            return self._error(
                call,
                response,
                f"HTTP {response.status}, an interim response without a final response",
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
                advice=self._address_advice(call),
            )
        data = response.data_or_none
        if response.status < 300 and not (self._errors.is_refusal(data) and not _shows_creation(call, data)):
            return self._contradiction(call, response)
        if response.foreign_content is not None:
            return self._foreign(call, response, response.foreign_content)
        return self._refused(call, response, data)

    def _refused(self, call: Call, response: Response, data: Any) -> ApiError:
        """Return the error for a refusal by the provider."""
        code, message = self._errors.code_and_message(response)
        if isinstance(data, str) or message == response.text:
            message = _shown(call, message, response.text)
        code, message = self._quoted(code), self._quoted(message)
        text = ": ".join(part for part in (code, message) if part) or "without a message"
        is_quota_used_up = self._errors.is_quota_used_up(response)
        begins_again = self._quoted(self._errors.quota_begins_again(response)) if is_quota_used_up else ""
        if begins_again:
            text = f"{text.rstrip('.')}; the next quota begins at {begins_again}"
        error = self._error(
            call,
            response,
            f"HTTP {response.status} {text}",
            reason=code or f"http_{response.status}",
            retryable=not is_quota_used_up
            and (response.status >= 500 or response.status in (408, 429) or code in self._errors.temporary_codes),
            structured=isinstance(data, dict),
            advice=self._advice(call, response.status, code, message),
        )
        if response.status == 401:
            error.headline = f"{self._service.title} refused the API key; it comes from {self._service.key_source}"
        return error

    def _advice(self, call: Call, status: int, code: str, message: str) -> str:
        """Return the advice about a refusal."""
        advice = self._errors.advice(code, status, message).replace(KEY_SOURCE, self._service.key_source)
        # The path of a list always exists.
        is_wrong_address = status == 404 and call.name.endswith(".list")
        return advice or (self._address_advice(call) if is_wrong_address else "")

    def data(self, call: Call, response: Response) -> Any:
        """Return the data of a success. Raises ``BadResponse`` if the body does not match the shape of the call."""
        if call.shape is None:
            return response.data_or_none
        plain_text = ""
        try:
            data = response.data
        except ValueError:
            if response.page_title is not None and response.foreign_content is not None:
                raise self._foreign(call, response, response.foreign_content, BadResponse) from None
            violation = (
                f"a response that is not JSON ({self._line(_shown(call, response.text))!r})"
                if response.body
                else "an empty response"
            )
            # JSON or a web page that was truncated is not a text for people.
            is_cut = response.text.startswith(("{", "[", "<"))
            plain_text = "" if is_cut else self._quoted(_shown(call, response.text))
        else:
            broken = first_violation(call.shape, data)
            if not broken:
                return data
            violation = f"an unexpected response ({self._quoted(broken)})"
            if isinstance(data, str):
                data = _shown(call, data, response.text)
                violation = f"a JSON string instead of an object or a list ({self._line(data)!r})"
                plain_text = self._quoted(data)
        default = self._service.default_urls.get(call.host, "")
        may_be_wrong_address = call.name.endswith(".list") and default not in ("", self._urls[call.host])
        error = self._error(
            call,
            response,
            f"HTTP {response.status} with {violation}",
            BadResponse,
            reason="bad_answer",
            retryable=True,
            advice=self._address_advice(call) if may_be_wrong_address else "",
        )
        error.plain_text = plain_text
        raise error

    def _contradiction(self, call: Call, response: Response) -> ApiError | None:
        """Return the error for a response with the HTTP status of a success that cannot be believed, or ``None``.

        It proves neither that a resource is absent, nor that the provider executed or refused a write.
        """
        advice = doubled_key = ""
        failures: dict[str, str] = {}
        try:
            failures = self._errors.failures(response.data, call.expected)
        except DoubledKey as error:
            doubled_key = f"the key {self._line(str(error))!r}"
        except ValueError:
            pass
        if doubled_key:
            violation = f" with an object that has {doubled_key} twice"
        elif failures:
            texts = (f"{key}: {self._quoted(_shown(call, text, response.text))}" for key, text in failures.items())
            violation = f", but the response reports a failure ({', '.join(texts)})"
            code, message = self._errors.code_and_message(response)
            advice = self._advice(call, response.status, code, message)
        elif call.kind == READ and response.status != _STATUS_OF_READS:
            violation = f" instead of {_STATUS_OF_READS}, so the response to this read may be incomplete"
            proxy = peer_of(self._urls[call.host]).proxy or "a proxy"
            advice = (
                f"{proxy[0].upper()}{proxy[1:]} or a cache in front of the API can be the cause. Run the task again."
            )
        else:
            return None
        return self._error(
            call,
            response,
            f"HTTP {response.status}{violation}",
            BadResponse,
            reason="bad_answer",
            retryable=True,
            advice=advice,
        )

    def _foreign(self, call: Call, response: Response, content: str, error_type: type[ApiError] = ApiError) -> ApiError:
        """Return the error for a response that does not come from the API of the provider."""
        return self._error(
            call,
            response,
            f"HTTP {response.status} with {self._quoted(_shown(call, content))}, which does not come from the API of "
            f"{self._service.title}",
            error_type,
            reason=NOT_THE_PROVIDER,
            retryable=error_type is BadResponse or response.status >= 500,
            advice=sentences(self._address_advice(call), self._senders(call)),
        )

    def _address_source(self, call: Call) -> str:
        return f"The address {self._urls[call.host]} comes from {self._service.url_source(call.host)}"

    def _address_advice(self, call: Call) -> str:
        """Return advice on the base URL of a call."""
        default = self._service.default_urls.get(call.host, "")
        usual = f", such as {default}" if default else ""
        return (
            f"Check {call.host} ({self._urls[call.host]}, from {self._service.url_source(call.host)}): it must be the "
            f"base URL of the API{usual}"
        )

    def _senders(self, call: Call) -> str:
        """Return who can have sent a response that does not come from the API."""
        proxy = peer_of(self._urls[call.host]).proxy or "a proxy"
        return (
            f"If it is correct, {proxy}, a firewall or a content delivery network sent this response, and the API key "
            "is not the cause"
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
            why,
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
        """Return a text of the provider for a message: one line, without secrets, shortened, printable."""
        return printable(self._line(text))

    def _line(self, text: str) -> str:
        """Return a text of the provider for a quotation with ``!r``, which is printable: as ``_quoted`` otherwise."""
        return one_line(text, self._secrets, MAX_QUOTE_LENGTH)


def _shown(call: Call, text: str, body: str | None = None) -> str:
    """Return a text, or if it can contain secrets of a confidential response, words that stand for it.

    :param body: the body that contains the text; by default the text itself.
    """
    has_data = any(mark in (text if body is None else body) for mark in '{["')
    return "a text that is not shown" if call.confidential and has_data else text


def _shows_creation(call: Call, data: Any) -> bool:
    """Return whether a refusal has everything that a successful response to a create has, such as an id."""
    return call.kind == ONCE and call.shape is not None and not first_violation(call.shape, data)


def _created_id(data: Any, key: str) -> str:
    """Return the number of a new resource in a response, or an empty text."""
    number = data.get(key) if isinstance(data, dict) else None
    return str(int(number)) if isinstance(number, (int, float)) and number > 0 else ""


def _maybe_done(status: int) -> bool:
    """Return whether the provider may have executed a request although the response has this status."""
    return status < 200 or status >= 500 or status in _MAYBE_DONE
