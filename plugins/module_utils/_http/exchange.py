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
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

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
_THREAD = threading.local()
"""Has the attribute ``sends_request`` in the threads that send requests."""


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

    def exchange(self, method: str, url: str, query: Mapping[str, str | int] | None, body: bytes | None) -> Response:
        """Send one request and return its complete response. Raises ``NoResponse``, at the latest after ``timeout``.

        A separate thread sends the request, because name lookups and slow responses cannot be interrupted.
        """
        box: queue.SimpleQueue[Response | NoResponse] = queue.SimpleQueue()
        given_up = threading.Event()

        def outcome_of_request() -> Response | NoResponse:
            try:
                return self._response(given_up, method, url, query, body)
            except NoResponse as error:
                return error
            except BaseException as error:  # a hostile response can make a library raise any exception
                return no_response(error, peer_of(url), self._timeout)

        def work() -> None:
            if given_up.is_set():
                return
            try:
                _THREAD.sends_request = True
                box.put(outcome_of_request())
            except BaseException as error:  # without memory, even the conversion of an exception can fail
                box.put(NoResponse(f"the response could not be read ({type(error).__name__})"))

        try:
            start(work)
        except (RuntimeError, MemoryError) as error:
            raise NoResponse(limit_reached(error) or str(error), sent=False, is_local=True) from None
        try:
            outcome = box.get(timeout=self._timeout)
        except queue.Empty:
            given_up.set()
            raise NoResponse(
                f"no complete response from {peer_of(url)} within {self._timeout} s (api_timeout)"
            ) from None
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


def _new_session(scheme: str, size: int) -> requests.Session:
    from http.cookiejar import DefaultCookiePolicy

    import requests  # not at the top: _libraries.py reports its absence

    # urllib3 logs headers that it cannot parse, and such a header can quote the API key.
    for log in ("urllib3.connection", "urllib3.connectionpool"):
        logging.getLogger(log).addFilter(_is_of_others)
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Only loopback addresses use http, and a proxy would receive the API key unencrypted.
    session.trust_env = scheme == "https"
    session.mount(f"{scheme}://", requests.adapters.HTTPAdapter(pool_maxsize=size))
    return session


def _is_of_others(_record: logging.LogRecord) -> bool:
    """Filter for logs: return whether a log record does not come from a request of this collection."""
    return not hasattr(_THREAD, "sends_request")
