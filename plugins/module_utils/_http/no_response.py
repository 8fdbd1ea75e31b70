# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests without a complete response: exceptions of ``requests``, converted to messages.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import ssl

from .._limits import limit_reached


class NoResponse(Exception):
    """There is no complete response.

    :param sent: false if the request certainly did not reach the provider.
    :param permanent: true if a retry cannot succeed.
    """

    def __init__(self, why: str, sent: bool = True, permanent: bool = False) -> None:
        super().__init__(why)
        self.sent = sent
        self.permanent = permanent


_NEVER_SENT = {
    "InvalidProxyURL": "the URL of the proxy is invalid (HTTPS_PROXY)",
    "InvalidSchema": "the Python package requests does not support this proxy (HTTPS_PROXY; SOCKS requires PySocks)",
    "InvalidURL": "the URL of the API or of the proxy is invalid (api_url, HTTPS_PROXY)",
    "LocationParseError": "the URL of the API or of the proxy is invalid (api_url, HTTPS_PROXY)",
}
"""Local configuration errors, by the name of the exception, whose text can contain the password of the proxy."""


def no_response(error: BaseException) -> NoResponse:
    """Convert an exception of ``requests``."""
    import requests
    from urllib3.exceptions import NewConnectionError

    root = _root(error)
    limit = limit_reached(error)
    if limit:
        return NoResponse(limit, sent=not isinstance(root, NewConnectionError))
    if type(error).__name__ in _NEVER_SENT:
        return NoResponse(_NEVER_SENT[type(error).__name__], sent=False, permanent=True)
    if (
        "TLS CA certificate bundle" in str(error)
        or isinstance(root, PermissionError)
        or getattr(root, "library", "") == "X509"
    ):
        return NoResponse("the CA certificates cannot be read (REQUESTS_CA_BUNDLE)", sent=False, permanent=True)
    if isinstance(root, ssl.SSLCertVerificationError):
        return NoResponse(
            "the certificate of the server is invalid or not trusted (validate_certs, REQUESTS_CA_BUNDLE)",
            sent=False,
            permanent=True,
        )
    if isinstance(error, requests.exceptions.SSLError):
        return NoResponse(f"the TLS connection failed ({getattr(root, 'reason', None) or type(root).__name__})")
    if isinstance(error, requests.ConnectTimeout):
        return NoResponse("no connection within the time limit (api_timeout)", sent=False)
    if isinstance(root, NewConnectionError):
        return NoResponse("the connection failed: " + str(root).rsplit(": ", 1)[-1], sent=False)
    if isinstance(error, requests.exceptions.ProxyError):
        return NoResponse("the proxy did not establish the connection")
    if isinstance(error, requests.Timeout):
        return NoResponse("no response within the time limit (api_timeout)")
    if isinstance(error, requests.RequestException):
        return NoResponse(f"the connection ended before the response was complete ({type(error).__name__})")
    return NoResponse(f"the response could not be read ({type(error).__name__})")


def _root(error: BaseException) -> BaseException:
    """Return the exception that requests and urllib3 have wrapped in their own."""
    inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
    return _root(inner) if isinstance(inner, BaseException) else error
