# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP client for all providers: authentication, time limits, retries, pacing, the check-mode guard, masking.

It knows no provider. What a provider's package gives it is a list of ``Call``s and the addresses they go to.
The retry loop is our own, because what may be repeated is decided by a call's declared kind and by hints in the
answer's body, which ``urllib3.util.Retry`` does not see.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import copy
import ipaddress
import json
import logging
import queue
import random
import re
import ssl
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from .._errors import NOT_THE_PROVIDER, ApiError, BadResponse, Cancelled, OptionError, ProgrammingError
from .._signals import kept_for_main_thread
from .._validation import first_violation
from .._version import USER_AGENT
from .response import Response

READ = "read"
"""Changes nothing: allowed in check mode, repeated freely."""
REPEATABLE = "repeatable"
"""Has the same result when sent twice: full updates and deletes."""
ONCE = "once"
"""Must never be carried out twice: create, renew, expand, restart. The default."""

MAX_RESPONSE_SIZE = 8 * 1024 * 1024
"""Bytes. What JSON is read into can take twenty-five times as much memory."""
MAX_PAUSE = 120.0
MAX_QUOTE_LENGTH = 500
_MAX_READ = 65536
"""Characters of a text that are read for a quote: a piece of a secret at their end is far behind what is quoted."""
_REPEATED = frozenset((429, 502, 503, 504))
"""Statuses after which a call that may be repeated is sent again."""
_MAYBE_DONE = frozenset((301, 302, 303, 408))
"""Beside those from 500 on: what is answered so may have been carried out. The redirects can lead to its result."""
_THREAD = "gpufleet.cloud request"


class Call(NamedTuple):
    """One operation of a provider's API.

    ``path`` may hold ``{id}``. ``shape`` is the JSON Schema that an answer must satisfy; without one the body of a
    successful answer is not looked at, whatever it is.
    """

    name: str
    method: str
    path: str
    kind: str = ONCE
    shape: dict | None = None
    host: str = "api_url"


class _Broken(Exception):
    """No complete answer came back. ``sent`` is false when the request surely never reached the provider."""

    def __init__(self, why, sent=True, permanent=False):
        super().__init__(why)
        self.sent = sent
        self.permanent = permanent


class _Bearer:
    """Sets the key on every request; being an auth object, it also keeps ``requests`` away from netrc files."""

    def __init__(self, key):
        self._key = key

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class Client:
    """Sends calls to one provider for one task. Safe to be used from several threads.

    ``advice`` maps a provider's error code, or an HTTP status, to what the user can do about it. ``codes`` maps regular
    expressions to the error code of a refusal whose text matches; ``temporary`` are the error codes of refusals that a later task
    may not meet. ``connections`` is how many requests can be under way at once, where there are several threads.
    """

    def __init__(
        self,
        urls,
        key,
        *,
        secrets,
        clock,
        timeout=30,
        retries=5,
        validate_certs=True,
        check_mode=False,
        permit=lambda: None,
        advice=None,
        codes=None,
        temporary=frozenset(),
        connections=1,
    ):
        for option, url in urls.items():
            check_url(option, url)
        self.secrets = secrets
        self.clock = clock
        self._urls = {option: url.rstrip("/") for option, url in urls.items()}
        self.key = key
        self._auth = _Bearer(key)
        self._timeout = timeout
        self._retries = retries
        self._validate_certs = validate_certs
        self.check_mode = check_mode
        self._permit = permit
        self._advice = advice or {}
        self._codes = [(re.compile(text, re.IGNORECASE), code) for text, code in (codes or {}).items()]
        self._temporary = temporary
        self._sessions = {}
        self._sessions_lock = threading.Lock()
        self.connections = connections
        self._free = threading.BoundedSemaphore(connections)
        self._responses = {}
        self._responses_lock = threading.Lock()
        self._pace = _Pace(clock)

    def send(self, call, *, path=None, query=None, body=None):
        """Send a call, with all the patience that its kind allows, and return the decoded answer.

        ``path`` fills the braces of the call's path. Raises ``ApiError`` or ``BadResponse``.
        """
        if self.check_mode and call.kind != READ:
            raise ProgrammingError(f"{call.name} was about to be sent in check mode.")
        url = self._urls[call.host] + call.path.format(**{k: quote(v, safe="") for k, v in (path or {}).items()})
        data = None if body is None else json.dumps(body, allow_nan=False).encode()
        error, maybe_done = None, False
        for attempt in range(self._retries + 1):
            pause = _pause(attempt)
            try:
                with self._pace.turn(call), self._free:
                    self._demand_permit(call, error)
                    response = self._exchange(call.method, url, query, data)
            except _Broken as broken:
                error = self._lost(call, broken)
                again = not broken.permanent and (call.kind != ONCE or not broken.sent)
            else:
                error = self._refusal(call, response)
                if error is None:
                    return self._decoded(call, response)
                again = (
                    response.status == 429
                    or call.kind != ONCE
                    and (response.status < 200 or response.status in _REPEATED)
                )
                interval = response.interval()
                if response.status == 429:
                    self._pace.learn(call, interval)
                pause = max(pause, interval, response.retry_after())
            maybe_done = error.maybe_done = maybe_done or error.maybe_done
            if not again or pause > MAX_PAUSE or attempt == self._retries:
                break
            self._rest(pause)
        if again and attempt:
            error.why += f" (tried {attempt + 1} times)"
        elif again and pause > MAX_PAUSE:
            error.why += f" (the provider asks to wait {pause:.0f} s, which is longer than a task should)"
        raise error

    def _demand_permit(self, call, last_error):
        """Raise why an earlier attempt failed, or ``Cancelled``, when a write may not be sent any more."""
        if call.kind != READ:
            try:
                self._permit()
            except Cancelled as cancelled:
                raise last_error or cancelled from None

    def attempts(self):
        """Yield as often as a read is tried, after a pause each time but the first: for what several reads must show."""
        for attempt in range(self._retries + 1):
            if attempt:
                self._rest(_pause(attempt - 1))
            yield

    def _rest(self, pause):
        self.clock.sleep(pause + random.uniform(0, 0.25 * pause))

    def send_cached(self, call):
        """The answer to a read that is the same during a task, or the error that stood for it: a price list."""
        with self._responses_lock:
            if call.name not in self._responses:
                try:
                    self._responses[call.name] = self.send(call)
                except ApiError as error:
                    self._responses[call.name] = error
            response = self._responses[call.name]
        if isinstance(response, ApiError):
            # Everyone adds words of his own to it.
            raise copy.copy(response)
        return response

    def together(self, act, things):
        """What ``act`` returns for each thing, in order; as many at once as there are connections."""
        if self.connections == 1 or len(things) < 2:
            return [act(thing) for thing in things]
        with ThreadPoolExecutor(min(self.connections, len(things))) as pool:
            return list(pool.map(act, things))

    def close(self):
        with self._sessions_lock:
            while self._sessions:
                self._sessions.popitem()[1].close()

    # -- one exchange ------------------------------------------------------------------------------------------------

    def _exchange(self, method, url, query, data):
        """One request and its whole answer within ``api_timeout`` seconds, name look-up and body included.

        A thread does it, because neither a look-up nor an answer that drips can be interrupted otherwise.
        """
        box = queue.SimpleQueue()
        given_up = threading.Event()
        work = threading.Thread(
            target=self._fetch, args=(box, given_up, method, url, query, data), name=_THREAD, daemon=True
        )
        with kept_for_main_thread():
            work.start()
        try:
            outcome = box.get(timeout=self._timeout)
        except queue.Empty:
            given_up.set()
            raise _Broken(f"no complete answer within {self._timeout} s (api_timeout)") from None
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _fetch(self, box, given_up, method, url, query, data):
        try:
            with self._connection(url).request(
                method,
                url,
                params=query,
                data=data,
                auth=self._auth,
                stream=True,
                allow_redirects=False,
                verify=self._validate_certs,
                timeout=(self._timeout / 2, self._timeout),
                headers={"Content-Type": "application/json", "Accept": "application/json", "User-Agent": USER_AGENT},
            ) as response:
                if response.status_code < 200:
                    # The answer proper may follow, and must not be read as that to a later request.
                    response.raw.close()
                received = bytearray()
                for chunk in response.iter_content(65536):
                    received += chunk
                    if given_up.is_set():
                        return
                    if len(received) > MAX_RESPONSE_SIZE:
                        raise _Broken(f"the answer is larger than {MAX_RESPONSE_SIZE // 1024**2} MiB", permanent=True)
                headers = {name.lower(): value for name, value in response.headers.items()}
                announced = headers.get("content-length", "")
                if announced.isdigit() and "content-encoding" not in headers and int(announced) != len(received):
                    raise _Broken(f"the answer was cut short ({len(received)} of {announced} bytes)")
                box.put(Response(response.status_code, headers, bytes(received)))
        except _Broken as broken:
            box.put(broken)
        except Exception as exc:  # whatever a hostile answer makes a library raise, the waiting side must hear of it
            box.put(_broken(exc))

    def _connection(self, url):
        """The session for an address, made when first needed: one for https, one for plain http."""
        scheme = urlsplit(url).scheme
        with self._sessions_lock:
            if scheme not in self._sessions:
                from http.cookiejar import DefaultCookiePolicy

                import requests  # not at the top: its absence is reported by module.py

                # A header that urllib3 does not understand goes into its log, and can quote the key.
                for log in ("urllib3.connection", "urllib3.connectionpool"):
                    logging.getLogger(log).addFilter(_is_of_others)
                session = requests.Session()
                session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
                # Plain http goes only to loopback, and a proxy would see the key in clear.
                session.trust_env = scheme == "https"
                session.mount(f"{scheme}://", requests.adapters.HTTPAdapter(pool_maxsize=self.connections))
                self._sessions[scheme] = session
            return self._sessions[scheme]

    # -- what an answer means ----------------------------------------------------------------------------------------

    def _lost(self, call, broken):
        return self._error(
            ApiError, call, str(broken), retryable=not broken.permanent, reason="connection", maybe_done=broken.sent
        )

    def _refusal(self, call, response):
        """The error that the answer stands for, or nothing."""
        maybe_done = response.status < 200 or response.status >= 500 or response.status in _MAYBE_DONE
        if response.status < 200:
            return self._error(
                ApiError,
                call,
                f"HTTP {response.status}, only an interim answer",
                response,
                reason=f"http_{response.status}",
                retryable=True,
                maybe_done=maybe_done,
            )
        target = self._quoted(response.headers.get("location", ""))
        if 300 <= response.status < 400 and target:
            return self._error(
                ApiError,
                call,
                f"HTTP {response.status}, a redirect to {target}, which is not followed",
                response,
                reason="redirect",
                maybe_done=maybe_done,
                advice="Is api_url right?",
            )
        payload = response.payload()
        refused = isinstance(payload, dict) and payload.get("success") is False
        if response.status < 300 and not refused:
            return None
        stranger = response.stranger(payload)
        if stranger is not None:
            return self._error(
                ApiError,
                call,
                f"HTTP {response.status} with {self._quoted(stranger)}, which is not an answer of the API",
                response,
                reason=NOT_THE_PROVIDER,
                retryable=response.status >= 500,
                maybe_done=maybe_done,
                advice=_stranger_advice(call),
            )
        reason, message = map(self._quoted, response.words(payload))
        reason = next((code for text, code in self._codes if text.search(message)), reason)
        said = ": ".join(part for part in (reason, message) if part) or "an answer without text"
        return self._error(
            ApiError,
            call,
            f"HTTP {response.status} {said}",
            response,
            reason=reason or f"http_{response.status}",
            retryable=response.status >= 500 or response.status in (408, 429) or reason in self._temporary,
            maybe_done=maybe_done,
            structured=isinstance(payload, dict),
            advice=self._advice.get(reason) or self._advice.get(response.status, ""),
        )

    def _decoded(self, call, response):
        if call.shape is None:
            return response.payload()
        try:
            payload = response.data
        except ValueError:
            if response.page_title is not None:
                raise self._error(
                    BadResponse,
                    call,
                    f"HTTP {response.status} with {self._quoted(response.stranger(None))}, which is not an answer "
                    "of the API",
                    response,
                    reason=NOT_THE_PROVIDER,
                    retryable=True,
                    maybe_done=True,
                    advice=_stranger_advice(call),
                ) from None
            violation = (
                f"an answer that is not JSON ({self._quoted(response.text)!r})" if response.body else "an empty answer"
            )
        else:
            broken = first_violation(call.shape, payload)
            if not broken:
                return payload
            violation = (
                f"a text where data should be ({self._quoted(payload)!r})"
                if isinstance(payload, str)
                else f"an answer of an unexpected shape ({self._quoted(broken)})"
            )
        raise self._error(
            BadResponse,
            call,
            f"HTTP {response.status} with {violation}",
            response,
            reason="bad_answer",
            retryable=True,
            maybe_done=True,
        )

    def _quoted(self, text):
        """A text of the provider for a message: first without secrets, then shortened, or a piece of one might stay."""
        text = self.secrets.scrub(" ".join(text.split())[:_MAX_READ])
        text = text if len(text) <= MAX_QUOTE_LENGTH else text[:MAX_QUOTE_LENGTH] + "..."
        # What is left can still give orders to a terminal.
        return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)

    def _error(self, kind, call, why, response=None, **context):
        return kind(
            self.secrets.scrub(why),
            operation=call.name,
            status=response.status if response else None,
            request_id=self._quoted(response.request_id) if response else "",
            **context,
        )


class _Pace:
    """Remembers for each route the least interval (seconds) that the provider asked for, and keeps it.

    It is counted from the answer to the last request, which is never before the provider took that request. So what
    keeps it is never refused, however long the ways are.
    """

    def __init__(self, clock):
        self._clock = clock
        self._lock = threading.Lock()
        self._turns = defaultdict(threading.Lock)
        self._interval = defaultdict(float)
        self._free_at = defaultdict(float)

    @contextlib.contextmanager
    def turn(self, call):
        """Send a request in here: with an interval one after the other, otherwise at once."""
        route = (call.method, call.path)
        if not self._interval[route]:
            yield
            return
        with self._lock:
            turns = self._turns[route]
        with turns:
            pause = self._free_at[route] - self._clock.now()
            if pause > 0:
                self._clock.sleep(pause)
            try:
                yield
            finally:
                self._hold(route)

    def learn(self, call, interval):
        route = (call.method, call.path)
        with self._lock:
            self._interval[route] = max(self._interval[route], min(interval, MAX_PAUSE))
        self._hold(route)

    def _hold(self, route):
        self._free_at[route] = self._clock.now() + self._interval[route]


def _stranger_advice(call):
    return (
        f"Check {call.host}: it must be the base address of the API. If it is, then a proxy, a firewall or a content "
        "delivery network on the way has answered; the API key is not the cause."
    )


def _pause(attempt):
    """Seconds from an attempt, counted from 0, to the next one."""
    return 2.0 ** min(attempt, 4)


def check_url(option, url):
    """Refuse an address to which a key must not be sent."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    # What urlsplit passes over in silence, and labels that no name look-up takes.
    labels = (host or "").removesuffix(".").split(".")
    if (
        parts.scheme not in ("https", "http")
        or not all(0 < len(label) < 64 for label in labels)
        or not url.isprintable()
        or " " in url
    ):
        raise OptionError([f"{option}: must be an address such as https://api.example.com"])
    if parts.username is not None or "?" in url or "#" in url:
        raise OptionError([f"{option}: must hold neither credentials nor a query nor a fragment"])
    if parts.scheme == "http" and not _is_loopback(host):
        raise OptionError(
            [
                f"{option}: plain http is accepted only for loopback addresses, because the API key would "
                "travel in clear; use https"
            ]
        )


def _is_loopback(host):
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_of_others(record):
    """A filter for logs: whether a record is about a request that is not ours."""
    return record.threadName != _THREAD


_NEVER_SENT = {
    "InvalidProxyURL": "the address of the proxy is not valid (HTTPS_PROXY)",
    "InvalidSchema": "requests cannot use such a proxy (HTTPS_PROXY; for SOCKS it needs the package PySocks)",
    "InvalidURL": "the address, or that of the proxy, is not valid (api_url, HTTPS_PROXY)",
    "LocationParseError": "the address, or that of the proxy, is not valid (api_url, HTTPS_PROXY)",
}
"""What is wrong on this side, by the exception's name. Their texts can hold the proxy's password."""


def _broken(exc):
    """Translate an exception of ``requests``: was the request sent, and can a repetition help?"""
    import requests
    from urllib3.exceptions import NewConnectionError

    root = _root(exc)
    if type(exc).__name__ in _NEVER_SENT:
        return _Broken(_NEVER_SENT[type(exc).__name__], sent=False, permanent=True)
    if (
        "TLS CA certificate bundle" in str(exc)
        or isinstance(root, PermissionError)
        or getattr(root, "library", "") == "X509"
    ):
        return _Broken("the certificates to trust cannot be read (REQUESTS_CA_BUNDLE)", sent=False, permanent=True)
    if isinstance(root, ssl.SSLCertVerificationError):
        return _Broken(
            "the server's certificate was not accepted (validate_certs, REQUESTS_CA_BUNDLE)", sent=False, permanent=True
        )
    if isinstance(exc, requests.exceptions.SSLError):
        return _Broken(f"the TLS connection broke ({getattr(root, 'reason', None) or type(root).__name__})")
    if isinstance(exc, requests.ConnectTimeout):
        return _Broken("no connection within the time limit", sent=False)
    if isinstance(root, NewConnectionError):
        return _Broken("no connection: " + str(root).rsplit(": ", 1)[-1], sent=False)
    if isinstance(exc, requests.exceptions.ProxyError):
        return _Broken("the proxy did not connect")
    if isinstance(exc, requests.Timeout):
        return _Broken("the answer did not come in time")
    if isinstance(exc, requests.RequestException):
        return _Broken(f"the connection broke before the answer was complete ({type(exc).__name__})")
    return _Broken(f"the answer could not be read ({type(exc).__name__})")


def _root(exc):
    """The exception around which requests and urllib3 have wrapped theirs."""
    inner = getattr(exc, "reason", None) or (exc.args[0] if exc.args else None)
    return _root(inner) if isinstance(inner, BaseException) else exc
