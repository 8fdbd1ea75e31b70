# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests without a complete response: exceptions of ``requests``, converted to messages.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import http
import os
import re
import ssl
from typing import NamedTuple

from .._limits import limit_reached
from .peer import Peer


class TimeLimit(NamedTuple):
    """The time limit of a request, and the option that sets it."""

    seconds: float
    option: str

    def __str__(self) -> str:
        return f"{self.seconds:g} s ({self.option})"


class NoResponse(Exception):
    """There is no complete response.

    :param sent: false if the request certainly did not reach the provider.
    :param permanent: true if a retry cannot succeed.
    :param is_local: true if the settings of this host are the cause, so that the address of the server does not matter.
    :param advice: what the user can do.
    """

    def __init__(
        self, why: str, sent: bool = True, permanent: bool = False, is_local: bool = False, advice: str = ""
    ) -> None:
        super().__init__(why)
        self.sent = sent
        self.permanent = permanent
        self.is_local = is_local
        self.advice = advice


_NEVER_SENT = {
    "InvalidProxyURL": "the URL of the proxy is invalid (HTTPS_PROXY)",
    "InvalidSchema": "the Python package requests does not support this proxy (HTTPS_PROXY; SOCKS requires PySocks)",
}
"""Local configuration errors, by the name of the exception, whose text can contain the password of the proxy."""
_INVALID_URL = ("InvalidURL", "LocationParseError")
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The environment variables that can contain the path of the CA certificates, in the order of their precedence."""
_PRIVATE_CA = (
    "If a private CA signs the certificate, set REQUESTS_CA_BUNDLE to a file with the certificate of this CA, on the "
    "host that sends the requests. With validate_certs: false, nobody verifies the server that receives the secrets of "
    "a request."
)
_TUNNEL_STATUS = re.compile(r"Tunnel connection failed: (\d{3})\b")


def no_response(error: BaseException, peer: Peer, limit: TimeLimit) -> NoResponse:
    """Convert an exception of ``requests``.

    :param peer: the server, as messages name it.
    :param limit: the time limit of the request. A connection may take half of it.
    """
    import requests
    from urllib3.exceptions import NewConnectionError

    root = _root(error)
    exhausted = limit_reached(error)
    if exhausted:
        return NoResponse(exhausted, sent=not isinstance(root, NewConnectionError), is_local=True)
    if type(error).__name__ in _NEVER_SENT:
        return NoResponse(_NEVER_SENT[type(error).__name__], sent=False, permanent=True, is_local=True)
    # For a proxy with a password and without a host, requests raises a TypeError before it sends anything.
    if type(error).__name__ in _INVALID_URL or (peer.has_invalid_proxy and isinstance(error, TypeError)):
        # The client parses the URL of the proxy only if there is a proxy.
        where = f" or of {peer.proxy}" if peer.proxy else ""
        why = f"the URL {peer.address}{where} is invalid"
        return NoResponse(why, sent=False, permanent=True, is_local=bool(peer.proxy))
    if (
        "TLS CA certificate bundle" in str(error)
        or isinstance(root, PermissionError)
        or getattr(root, "library", "") == "X509"
    ):
        why = f"the CA certificates{_ca_file()}"
        return NoResponse(why, sent=False, permanent=True, is_local=True)
    if isinstance(root, ssl.SSLCertVerificationError):
        why = f"the certificate of {peer} is not accepted: {root.verify_message}"
        return NoResponse(why, sent=False, permanent=True, advice=_PRIVATE_CA)
    if isinstance(error, requests.exceptions.SSLError):
        return NoResponse(
            f"the TLS connection to {peer} failed ({getattr(root, 'reason', None) or type(root).__name__})"
        )
    if isinstance(error, requests.ConnectTimeout):
        why = f"no connection to {peer} within {limit.seconds / 2:g} s (half of {limit.option})"
        return NoResponse(why, sent=False)
    if isinstance(root, NewConnectionError):
        # With a proxy, the client connects only to the proxy.
        return NoResponse(f"no connection to {peer.proxy or peer.address}: {_last_part(root)}", sent=False)
    if isinstance(error, requests.exceptions.ProxyError):
        return _refused_by_proxy(root, peer)
    if isinstance(error, requests.Timeout):
        return NoResponse(f"no response from {peer} within {limit}")
    if isinstance(error, requests.RequestException):
        return NoResponse(f"the connection to {peer} ended before the response was complete ({type(error).__name__})")
    return NoResponse(f"the response of {peer} could not be read ({type(error).__name__})")


def _ca_file() -> str:
    """Return what is wrong with the file of the CA certificates, after the words "the CA certificates"."""
    variable = next((name for name in _CA_VARIABLES if os.environ.get(name)), "")
    if not variable:
        return " of the Python package requests cannot be read"
    path = os.environ[variable]
    return f" in {path!r} ({variable}) cannot be read: {_problem_of(path)}"


def _problem_of(path: str) -> str:
    if not os.path.exists(path):
        return "it does not exist"
    return "it contains no valid certificates in PEM format" if os.access(path, os.R_OK) else "permission denied"


def _refused_by_proxy(root: BaseException, peer: Peer) -> NoResponse:
    """Return the error for a proxy that does not connect to the server. It quotes only the status of the proxy."""
    proxy = peer.proxy or "the proxy"
    status = _TUNNEL_STATUS.search(str(root))
    if status is None:
        return NoResponse(f"{proxy} did not connect to {peer.address}")
    code = int(status.group(1))
    phrase = http.HTTPStatus(code).phrase if code in list(http.HTTPStatus) else "unknown status"
    advice = "Set user name and password in the URL of the proxy." if code == 407 else ""
    return NoResponse(f"{proxy} refused to connect to {peer.address} (HTTP {code} {phrase})", advice=advice)


def _last_part(error: BaseException) -> str:
    """Return the part of a text of urllib3 after the name of its connection object."""
    return str(error).rsplit(": ", 1)[-1]


def _root(error: BaseException) -> BaseException:
    """Return the exception that requests and urllib3 have wrapped in their own."""
    inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
    # A ProxyError of urllib3 has a text first, and the error that it wraps in a member of its own.
    inner = getattr(error, "original_error", inner)
    return _root(inner) if isinstance(inner, BaseException) else error
