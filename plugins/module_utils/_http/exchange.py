# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send one request and receive its complete response.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .._limits import limit_reached
from .._threads import start
from .._version import USER_AGENT
from .no_response import NoResponse, TimeLimit, no_response
from .peer import peer_of
from .response import Response

if TYPE_CHECKING:
    import requests

MAX_RESPONSE_SIZE = 8 * 1024 * 1024
"""Bytes. Decoded JSON can take 25 times as much memory."""
_CHUNK = 65536
_LOOK = 1.0
"""Seconds. While a response is awaited, the interval of the looks whether the task goes on."""


class _Authorization:
    """Adds a header to each request. Because of this auth object, ``requests`` does not read netrc files."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._value:
            request.headers["Authorization"] = self._value
        return request


class Connections:
    """Sends single requests over connections that stay open. It is thread-safe.

    :param authorization: the value of the header ``Authorization``. If it is empty, ``headers`` can contain one.
    :param headers: the other headers of each request.
    :param limit: the time limit of a request.
    :param size: the maximum number of connections that stay open to one host.
    :param largest: the maximum size of a response in bytes.
    """

    def __init__(
        self,
        authorization: str,
        headers: Mapping[str, str | bytes],
        *,
        limit: TimeLimit,
        validate_certs: bool,
        size: int = 1,
        largest: int | None = None,
    ) -> None:
        self._auth = _Authorization(authorization)
        self._headers = {"User-Agent": USER_AGENT, **headers}
        self._limit = limit
        self._validate_certs = validate_certs
        self._size = size
        self._largest = MAX_RESPONSE_SIZE if largest is None else largest
        self._sessions: dict[str, requests.Session] = {}
        self._lock = threading.Lock()

    def exchange(
        self,
        method: str,
        url: str,
        query: Mapping[str, str | int] | None,
        body: bytes | None,
        waiting: Callable[[], None] = lambda: None,
    ) -> Response:
        """Send one request and return its complete response. Raises ``NoResponse``, at the latest after the time limit.

        A separate thread sends the request, because name lookups and slow responses cannot be interrupted.

        :param waiting: is called about once a second. If it raises an error, the wait for the response ends.
        """
        box: queue.SimpleQueue[Response | NoResponse] = queue.SimpleQueue()
        given_up = threading.Event()

        def outcome_of_request() -> Response | NoResponse:
            try:
                return self._response(given_up, method, url, query, body)
            except NoResponse as error:
                return error
            except BaseException as error:  # a hostile response can make a library raise any exception
                return no_response(error, peer_of(url), self._limit)

        def work() -> None:
            if given_up.is_set():
                return
            try:
                with _UNLOGGED:
                    outcome = outcome_of_request()
                box.put(outcome)
            except BaseException as error:  # without memory, even the conversion of an exception can fail
                box.put(NoResponse(f"the response could not be read ({type(error).__name__})"))

        try:
            start(work)
        except (RuntimeError, MemoryError) as error:
            raise NoResponse(limit_reached(error) or str(error), sent=False, is_local=True) from None
        deadline = time.monotonic() + self._limit.seconds
        outcome = None
        try:
            while outcome is None:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise NoResponse(f"no complete response from {peer_of(url)} within {self._limit}")
                try:
                    outcome = box.get(timeout=min(left, _LOOK))
                except queue.Empty:
                    waiting()
        finally:
            given_up.set()
        if isinstance(outcome, NoResponse):
            raise outcome
        return outcome

    def close(self) -> None:
        with self._lock:
            while self._sessions:
                self._sessions.popitem()[1].close()

    def _response(
        self,
        given_up: threading.Event,
        method: str,
        url: str,
        query: Mapping[str, str | int] | None,
        body: bytes | None,
    ) -> Response:
        """Return the complete response. Ends early if ``exchange`` no longer waits for it."""
        with self._session(urlsplit(url).scheme).request(
            method,
            url,
            params=query,
            data=body,
            auth=self._auth,
            stream=True,
            allow_redirects=False,
            verify=self._validate_certs,
            timeout=(self._limit.seconds / 2, self._limit.seconds),
            headers=self._headers,
        ) as response:
            if response.status_code < 200:
                # The final response may follow. A later request must not read it as its own response.
                response.raw.close()
            received = bytearray()
            for chunk in response.iter_content(_CHUNK):
                received += chunk
                if given_up.is_set():
                    raise NoResponse("the time limit has passed")
                if len(received) > self._largest:
                    raise NoResponse(f"the response is larger than {self._largest // 1024**2} MiB", permanent=True)
            headers = {name.lower(): value for name, value in response.headers.items()}
            has_body = method != "HEAD" and response.status_code != 304
            announced = headers.get("content-length", "") if has_body else ""
            if announced.isdigit() and "content-encoding" not in headers and int(announced) != len(received):
                raise NoResponse(f"the response is incomplete ({len(received)} of {announced} bytes)")
            return Response(response.status_code, headers, bytes(received))

    def _session(self, scheme: str) -> requests.Session:
        """Return the session for https or http. The first call creates it."""
        with self._lock:
            if scheme not in self._sessions:
                self._sessions[scheme] = _new_session(scheme, self._size)
            return self._sessions[scheme]


def _new_session(scheme: str, size: int) -> requests.Session:
    from http.cookiejar import DefaultCookiePolicy

    import requests  # not at the top: _libraries.py reports its absence

    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # With http, a proxy would receive the secrets of a request unencrypted.
    session.trust_env = scheme == "https"
    session.mount(f"{scheme}://", requests.adapters.HTTPAdapter(pool_maxsize=size))
    return session


class _Unlogged:
    """Drops what urllib3 logs about the requests that are sent in this context.

    urllib3 logs headers that it cannot parse, and such a header can quote the API key.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: set[int] = set()
        self._logs = [logging.getLogger(log) for log in ("urllib3.connection", "urllib3.connectionpool")]

    def __enter__(self) -> None:
        with self._lock:
            self._threads.add(threading.get_ident())
            for log in self._logs:
                log.addFilter(self._is_of_others)

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            self._threads.discard(threading.get_ident())
            for log in self._logs if not self._threads else ():
                log.removeFilter(self._is_of_others)

    def _is_of_others(self, record: logging.LogRecord) -> bool:
        return record.thread not in self._threads


_UNLOGGED = _Unlogged()
