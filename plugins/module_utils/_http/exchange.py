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
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .._errors import Cancelled
from .._limits import limit_reached
from .._threads import start
from .._version import USER_AGENT
from .no_response import NoResponse, no_response
from .peer import peer_of
from .response import Response

if TYPE_CHECKING:
    import requests

MAX_RESPONSE_SIZE = 8 * 1024 * 1024
"""Bytes. Decoded JSON can take 25 times as much memory."""
_CHUNK = 65536
_LOOK = 1.0
"""Seconds. While a response is awaited, the interval of the looks whether the task goes on."""


class _Bearer:
    """Adds the API key to each request. Because of this auth object, ``requests`` does not read netrc files."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class Connections:
    """Sends single requests over connections that stay open. It is thread-safe.

    :param timeout: the time limit of a request in seconds.
    :param size: the maximum number of connections that stay open to one host.
    """

    def __init__(self, key: str, *, timeout: float, validate_certs: bool, size: int) -> None:
        self._auth = _Bearer(key)
        self._timeout = timeout
        self._validate_certs = validate_certs
        self._size = size
        self._sessions: dict[str, requests.Session] = {}
        self._lock = threading.Lock()

    def exchange(
        self,
        method: str,
        url: str,
        query: Mapping[str, str | int] | None,
        body: bytes | None,
        waiting: Callable[[], None] = lambda: None,
        permit: Callable[[], None] = lambda: None,
    ) -> Response:
        """Send one request and return its complete response. Raises ``NoResponse``, at the latest after ``timeout``.

        A separate thread sends the request, because name lookups and slow responses cannot be interrupted.

        :param waiting: is called about once a second. If it raises an error, the wait for the response ends.
        :param permit: is called before the request is sent over a new connection, which can take a while to establish.
            If it raises ``Cancelled``, the request is not sent.
        """
        box: queue.SimpleQueue[Response | NoResponse | Cancelled] = queue.SimpleQueue()
        given_up = threading.Event()

        def outcome_of_request() -> Response | NoResponse | Cancelled:
            try:
                _NEW_CONNECTION.permit = permit
                return self._response(given_up, method, url, query, body)
            except (NoResponse, Cancelled) as error:
                return error
            except BaseException as error:  # a hostile response can make a library raise any exception
                return no_response(error, peer_of(url), self._timeout)

        def work() -> None:
            if given_up.is_set():
                return
            try:
                with _UNLOGGED:
                    box.put(outcome_of_request())
            except BaseException as error:  # without memory, even the conversion of an exception can fail
                box.put(NoResponse(f"the response could not be read ({type(error).__name__})"))

        try:
            start(work)
        except (RuntimeError, MemoryError) as error:
            raise NoResponse(limit_reached(error) or str(error), sent=False, is_local=True) from None
        deadline = time.monotonic() + self._timeout
        outcome = None
        try:
            while outcome is None:
                left = deadline - time.monotonic()
                if left <= 0:
                    limit = f"within {self._timeout} s (api_timeout)"
                    raise NoResponse(f"no complete response from {peer_of(url)} {limit}")
                try:
                    outcome = box.get(timeout=min(left, _LOOK))
                except queue.Empty:
                    waiting()
        finally:
            given_up.set()
        if not isinstance(outcome, Response):
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
            timeout=(self._timeout / 2, self._timeout),
            headers={"Content-Type": "application/json", "Accept": "application/json", "User-Agent": USER_AGENT},
        ) as response:
            if response.status_code < 200:
                # The final response may follow. A later request must not read it as its own response.
                response.raw.close()
            received = bytearray()
            for chunk in response.iter_content(_CHUNK):
                received += chunk
                if given_up.is_set():
                    raise NoResponse("the time limit has passed")
                if len(received) > MAX_RESPONSE_SIZE:
                    raise NoResponse(f"the response is larger than {MAX_RESPONSE_SIZE // 1024**2} MiB", permanent=True)
            headers = {name.lower(): value for name, value in response.headers.items()}
            announced = headers.get("content-length", "")
            if announced.isdigit() and "content-encoding" not in headers and int(announced) != len(received):
                raise NoResponse(f"the response is incomplete ({len(received)} of {announced} bytes)")
            return Response(response.status_code, headers, bytes(received))

    def _session(self, scheme: str) -> requests.Session:
        """Return the session for https or http. The first call creates it."""
        with self._lock:
            if scheme not in self._sessions:
                self._sessions[scheme] = _new_session(scheme, self._size)
            return self._sessions[scheme]


class _NewConnection(threading.local):
    """What the current thread does when it has connected, before it sends its request."""

    def __init__(self) -> None:
        self.permit: Callable[[], None] = lambda: None
        """Raises ``Cancelled`` if the request must not be sent."""


_NEW_CONNECTION = _NewConnection()


def _new_session(scheme: str, size: int) -> requests.Session:
    from http.cookiejar import DefaultCookiePolicy

    import requests  # not at the top: _libraries.py reports its absence

    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Only loopback addresses use http, and a proxy would receive the API key unencrypted.
    session.trust_env = scheme == "https"
    session.mount(f"{scheme}://", _new_adapter(size))
    return session


def _new_adapter(size: int) -> requests.adapters.HTTPAdapter:
    """Return an adapter that calls ``_NEW_CONNECTION.permit`` when it has connected."""
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    class Connection(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            _NEW_CONNECTION.permit()

    class EncryptedConnection(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            _NEW_CONNECTION.permit()

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = EncryptedConnection

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *given: Any, **options: Any) -> None:
            super().init_poolmanager(*given, **options)
            self.poolmanager.pool_classes_by_scheme = pools

        def proxy_manager_for(self, *given: Any, **options: Any) -> Any:
            manager = super().proxy_manager_for(*given, **options)
            manager.pool_classes_by_scheme = pools
            return manager

    pools = {"http": Pool, "https": EncryptedPool}
    return Adapter(pool_maxsize=size)


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
