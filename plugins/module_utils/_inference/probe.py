# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probe an endpoint: send requests until enough consecutive ones succeed.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import base64
import contextlib
import json
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from .._clock import Clock
from .._errors import ProbeFailed
from .._http.address import host_of, is_loopback
from .._http.exchange import Connections
from .._http.no_response import NoResponse, TimeLimit
from .._http.quote import one_line
from .._http.response import MAX_SEARCHED, Response
from .._masking import SHORTEST, texts
from .._secrets import Secrets
from .._validation import plural

_MAX_QUOTE_LENGTH = 100
"""Characters."""
_CONTENT_TYPES = {"json": "application/json", "form-urlencoded": "application/x-www-form-urlencoded"}


class ProbeResult(NamedTuple):
    """The number of all requests, and the latencies in seconds and the last HTTP status of the successful series."""

    attempts: int
    latency_median: float
    latency_worst: float
    status: int


class _Destination(NamedTuple):
    """The URL of the requests.

    :param url: the URL without the login.
    :param login: user and password in the URL, or an empty text.
    :param shown: the URL without login and query, for messages.
    :param is_safe: the requests are encrypted, or do not leave the host.
    """

    url: str
    login: str
    shown: str
    is_safe: bool


class Probe:
    """A probe with merged and valid options.

    :param permit_demand: raises an error if the task has ended. It is called before each request and, while one waits
        for its response, about once a second.
    :param secrets: the secrets of the task. Those of the probe are added.
    :param key: the API key of the endpoint. It is sent only to a safe destination, and not in place of other
        credentials.
    """

    def __init__(
        self,
        options: dict[str, Any],
        clock: Clock,
        permit_demand: Callable[[], None],
        *,
        secrets: Secrets | None = None,
        key: str = "",
    ) -> None:
        self._options = options
        self._clock = clock
        self._permit_demand = permit_demand
        self._secrets = secrets or Secrets()
        self._key = key
        self._short_secrets: set[str] = set()
        """Secrets that are too short to be masked. A text that contains one is not quoted."""
        self._body = _encoded_body(options["body"], options["body_format"])
        self._headers = {
            str(name): str(value).strip().encode("utf-8", "replace") for name, value in options["headers"].items()
        }
        self._sets_authorization = "authorization" in map(str.lower, self._headers)
        self._add_secrets(key, *_secrets_in(options))

    def problem(self, provider_url: str) -> str:
        """Return why no request must be sent, or an empty text.

        :param provider_url: the URL of the endpoint that the provider returned. The option ``url`` overrides it.
        """
        options = self._options
        if options["url"]:
            return ""
        if not provider_url:
            return "the probe was not sent, because the provider returned no URL of the endpoint; set verify.url"
        if not provider_url.isascii() or not host_of(provider_url):
            return "the probe was not sent, because the provider returned an invalid URL; set verify.url"
        destination = self._destination(provider_url)
        is_secret = options["headers"] or self._body or "?" in options["path"]
        if destination.is_safe or not is_secret:
            return ""
        return (
            f"the probe {options['method']} {destination.shown} was not sent: the provider returned this URL, it is "
            "not an https URL, and verify.headers, verify.body and the query in verify.path can contain secrets; to "
            "send them without encryption, set verify.url"
        )

    def run(self, provider_url: str) -> ProbeResult:
        """Send requests until enough consecutive ones succeed. Raises ``ProbeFailed`` after too many failures."""
        problem = self.problem(provider_url)
        if problem:
            raise ProbeFailed(problem)
        destination = self._destination(provider_url)
        self._add_secrets(self._authorization(destination).partition(" ")[2], *_secrets_in_destination(destination))
        return self._series(lambda: self._exchange(destination), destination.shown)

    def _series(self, exchange: Callable[[], Response], shown: str) -> ProbeResult:
        """Send requests until enough consecutive ones succeed.

        :param exchange: sends one request.
        :param shown: where the requests go, for messages.
        """
        options = self._options
        latencies: list[float] = []
        attempts = failures = 0
        while True:
            if attempts:
                self._clock.sleep(options["pause"])
            self._permit_demand()
            attempts += 1
            begin = time.monotonic()
            try:
                response = exchange()
            except NoResponse as lost:
                failure, advice = str(lost), lost.advice
            else:
                latencies.append(time.monotonic() - begin)
                failure, advice = self._failure(response), ""
            if failure:
                latencies.clear()
                failures += 1
            elif len(latencies) == options["successes"]:
                return ProbeResult(attempts, statistics.median(latencies), max(latencies), response.status)
            if failures > options["retries"]:
                raise ProbeFailed(self._summary(shown, attempts, failure), advice=advice)

    def _summary(self, shown: str, attempts: int, failure: str) -> str:
        successes = self._options["successes"]
        series = f" without {successes} consecutive successes" if successes > 1 else ""
        probe = f"the probe {self._options['method']} {shown}"
        return f"{probe} failed after {attempts} attempt{plural(attempts)}{series}; the last failure: {failure}"

    def _exchange(self, destination: _Destination) -> Response:
        """Send one request and return its response. Raises ``NoResponse``."""
        options = self._options
        connections = Connections(
            self._authorization(destination),
            {**self._content_type(), **self._headers},
            limit=TimeLimit(options["timeout"], "verify.timeout"),
            validate_certs=options["validate_certs"],
        )
        # Each request has its own connection, because a server can close one that is idle.
        with contextlib.closing(connections):
            return connections.exchange(
                options["method"], destination.url, None, self._body or None, self._permit_demand
            )

    def _authorization(self, destination: _Destination) -> str:
        """Return the value of the header ``Authorization`` that the options do not set, or an empty text."""
        if self._sets_authorization:
            return ""
        if destination.login:
            user, _colon, password = map(unquote, destination.login.partition(":"))
            return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode('ascii')}"
        return f"Bearer {self._key}" if self._key and destination.is_safe else ""

    def _content_type(self) -> dict[str, str | bytes]:
        """Return the header that describes the body. The headers of the options override it."""
        content_type = _CONTENT_TYPES.get(self._options["body_format"])
        return {"Content-Type": content_type} if content_type and self._body else {}

    def _destination(self, provider_url: str) -> _Destination:
        url, path = self._options["url"] or provider_url, self._options["path"]
        parts = urlsplit(f"{url.rstrip('/')}/{path.lstrip('/')}" if path else url)
        login, _at, address = parts.netloc.rpartition("@")
        return _Destination(
            url=urlunsplit((parts.scheme, address, parts.path, parts.query, "")),
            login=login,
            shown=urlunsplit((parts.scheme, address, parts.path, "", "")),
            is_safe=parts.scheme == "https" or is_loopback(parts.hostname or ""),
        )

    def _failure(self, response: Response) -> str:
        """Return what is wrong with a response, or an empty text for a success."""
        options = self._options
        if response.status not in options["status"]:
            expected = " or ".join(map(str, options["status"]))
            note = " (redirects are not followed)" if 300 <= response.status < 400 else ""
            return f"HTTP status {response.status} instead of {expected}{note}{self._quote(response)}"
        if options["text"] not in response.body.decode("utf-8", "replace"):
            return f"HTTP status {response.status} without the expected text{self._quote(response)}"
        return ""

    def _quote(self, response: Response) -> str:
        """Return the end of a clause with the beginning of a response or the title of a page; empty if it is secret."""
        text = response.text if response.page_title is None else response.page_title
        searched = text[:MAX_SEARCHED].lower()
        is_binary = "\N{REPLACEMENT CHARACTER}" in searched
        if not text or is_binary or any(secret in searched for secret in self._short_secrets):
            return ""
        return f"; response: {one_line(text, self._secrets, _MAX_QUOTE_LENGTH)!r}"

    def _add_secrets(self, *values: str) -> None:
        self._secrets.add(*values)
        self._short_secrets |= {value.lower() for value in values if 0 < len(value) < SHORTEST}


def _encoded_body(body: Any, body_format: str) -> bytes:
    if isinstance(body, str):
        text = body
    elif body_format == "json":
        text = json.dumps(body)
    else:
        text = urlencode(body, doseq=True)
    return text.encode("utf-8", "replace")


def _secrets_in(options: dict[str, Any]) -> Iterator[str]:
    """Yield the contents of headers and body that no message may show."""
    for name, value in options["headers"].items():
        yield str(value).strip()
        if str(name).lower() == "authorization":
            yield str(value).strip().partition(" ")[2]
    for content in texts(options["body"], ""):
        # Most short numbers are settings, and status codes and ports of a response would look like them.
        is_setting = content.text.isdigit() and len(content.text) < SHORTEST
        if not content.is_name and not is_setting:
            yield content.text


def _secrets_in_destination(destination: _Destination) -> Iterator[str]:
    yield from map(unquote, destination.login.split(":", 1))
    query = urlsplit(destination.url).query
    yield query
    for _name, value in parse_qsl(query):
        yield value
