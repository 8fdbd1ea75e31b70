# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP client for all providers: time limits, retries, intervals between requests, no writes in check mode.

It contains nothing about a particular provider. The package of a provider passes it ``Call`` objects, their base URLs
and an ``ErrorFormat``. The client does not use ``urllib3.util.Retry``, because retries depend on the kind of a call and
on the body of a response.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import copy
import hmac
import json
import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from .._clock import Clock
from .._errors import ApiError, Cancelled, ProgrammingError
from .._limits import limit_reached
from .._secrets import Secrets
from .._threads import in_threads
from .address import check_url
from .call import ONCE, READ, Call
from .error_format import ErrorFormat
from .exchange import Connections
from .no_response import NoResponse, TimeLimit
from .pace import MAX_PAUSE, Pace
from .response import Response
from .response_reader import ResponseReader
from .service import Service

_REPEATED = frozenset((429, 502, 503, 504))
"""HTTP statuses after which a call that can be repeated is sent again."""

_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")


class Client:
    """Sends calls to one provider for one task. It is thread-safe.

    :param urls: the base URLs by the options that contain them, such as ``api_url``.
    :param timeout: the time limit of a request in seconds.
    :param retries: the maximum number of retries of a call.
    :param permit: is called before each request, and raises ``Cancelled`` if no more requests may be sent. While a read
        waits for its response, it is called about once a second.
    :param connections: the maximum number of concurrent requests.
    :param service: the provider, as messages name it.
    """

    def __init__(
        self,
        urls: Mapping[str, str],
        key: str,
        *,
        errors: ErrorFormat,
        secrets: Secrets,
        clock: Clock,
        timeout: float = 30,
        retries: int = 5,
        validate_certs: bool = True,
        check_mode: bool = False,
        permit: Callable[[], None] = lambda: None,
        connections: int = 1,
        service: Service | None = None,
    ) -> None:
        for option, url in urls.items():
            check_url(option, url)
        self.secrets = secrets
        self.clock = clock
        self.key = key
        self.check_mode = check_mode
        self.connections = connections
        self._urls = {option: url.rstrip("/") for option, url in urls.items()}
        self._retries = retries
        self._permit = permit
        self._errors = errors
        self._reader = ResponseReader(errors, secrets, service or Service(), self._urls)
        self._limit = TimeLimit(timeout, "api_timeout")
        self._validate_certs = validate_certs
        self._connections = Connections(
            f"Bearer {key}",
            {"Content-Type": "application/json", "Accept": "application/json"},
            limit=self._limit,
            validate_certs=validate_certs,
            size=connections,
        )
        self._free = threading.BoundedSemaphore(connections)
        self._pace = Pace(clock)
        self._cache: dict[str, Any] = {}
        self._cache_lock = threading.Lock()

    def digest(self, *parts: str) -> bytes:
        """Return a digest of texts, which is different for each account and reveals neither the texts nor the key."""
        content = json.dumps([self._urls["api_url"], *parts])
        return hmac.digest(self.key.encode(), content.encode(), "sha256")

    def send(
        self,
        call: Call,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
        body: object = None,
    ) -> Any:
        """Send a call, retry it if its kind allows that, and return the decoded body of the response.

        Raises ``ApiError`` or ``BadResponse``.

        :param path: the values of the placeholders in the path of the call.
        """
        if self.check_mode and call.kind != READ:
            raise ProgrammingError(f"the call {call.name} must not be sent in check mode")
        url = self._urls[call.host] + call.path.format(**{k: quote(v, safe="") for k, v in (path or {}).items()})
        content = None if body is None else json.dumps(body, allow_nan=False).encode()
        error: ApiError | None = None
        maybe_done = False
        attempt = 0
        while True:
            pause = _pause(attempt)
            try:
                with self._pace.turn(call), self._free:
                    self._permit()
                    waiting = self._permit if call.kind == READ else _nothing
                    response = self._connections.exchange(call.method, url, query, content, waiting)
            except Cancelled as cancelled:
                raise error or cancelled from None
            except NoResponse as lost:
                error = self._reader.connection_error(call, lost)
                again = not lost.permanent and (call.kind != ONCE or not lost.sent)
            else:
                try:
                    error = self._reader.refusal(call, response)
                    if error is None:
                        return self._reader.data(call, response)
                except MemoryError as full:  # the provider may have executed the call
                    unread = NoResponse(limit_reached(full), is_local=True)
                    raise self._reader.connection_error(call, unread) from None
                again = _may_be_repeated(call, response.status) and not self._errors.is_quota_used_up(response)
                pause = max(pause, self._learned_interval(call, response), self._errors.retry_after(response))
            maybe_done = error.maybe_done = maybe_done or error.maybe_done
            if not again or pause > MAX_PAUSE or attempt == self._retries:
                break
            try:
                self._rest(pause)
            except Cancelled:
                raise error from None
            attempt += 1
        if again and attempt:
            error.why += f" (tried {attempt + 1} times)"
        elif again and pause > MAX_PAUSE:
            error.why += f" (the provider requests a pause of {pause:.0f} s; the limit is {MAX_PAUSE:.0f} s)"
        raise error

    def download(self, url: str, largest: int) -> Response:
        """Return the response to a GET request without the API key to a URL that a provider returned.

        Raises ``NoResponse``.

        :param largest: the maximum size of the response in bytes.
        """
        self._permit()
        connections = Connections("", {}, limit=self._limit, validate_certs=self._validate_certs, largest=largest)
        try:
            return connections.exchange("GET", url, None, None, self._permit)
        finally:
            connections.close()

    def send_cached(self, call: Call) -> Any:
        """Send a read once per task, and return or raise the same result to all callers: for example, a price list."""
        return self.cached(call.name, lambda: self.send(call))

    def cached(self, key: str, read: Callable[[], _Result]) -> _Result:
        """Call ``read`` once per task and key, and return or raise the same result to all callers."""
        with self._cache_lock:
            if key not in self._cache:
                try:
                    self._cache[key] = read()
                except ApiError as error:
                    self._cache[key] = error
            cached: _Result | ApiError = self._cache[key]
        if isinstance(cached, ApiError):
            # Each caller adds its own text to the error.
            raise copy.copy(cached)
        return cached

    def attempts(self) -> Iterator[None]:
        """Yield once for each attempt of a read, with the same pauses between them as ``send``."""
        for attempt in range(self._retries + 1):
            if attempt:
                self._rest(_pause(attempt - 1))
            yield

    def together(self, act: Callable[[_Thing], _Result], things: Sequence[_Thing]) -> list[_Result]:
        """Call ``act`` for each thing, concurrently up to the number of connections. Return the results in order."""
        return in_threads(act, things, self.connections)

    def close(self) -> None:
        self._connections.close()

    def _learned_interval(self, call: Call, response: Response) -> float:
        """Return the interval between requests that a response requests. After a 429, all later requests keep it."""
        interval = self._errors.interval(response)
        if response.status == 429:
            self._pace.learn(call, interval)
        return interval

    def _rest(self, pause: float) -> None:
        self.clock.sleep(pause + random.uniform(0, 0.25 * pause))


def _nothing() -> None:
    """Do nothing while a write waits for its response: a task that ends must still read it."""


def _may_be_repeated(call: Call, status: int) -> bool:
    """Return whether a call can be repeated after a response with this status."""
    return status == 429 or (call.kind != ONCE and (status < 200 or status in _REPEATED))


def _pause(attempt: int) -> float:
    """Return the seconds between an attempt, counted from 0, and the next one."""
    return 2.0 ** min(attempt, 4)
