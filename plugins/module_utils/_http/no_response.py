# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why no complete response came back: exceptions of ``requests``, translated.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import ssl


class NoResponse(Exception):
    """No complete response came back.

    ``sent`` is false when the request surely never reached the provider, ``permanent`` is true when a repetition cannot
    help.
    """

    def __init__(self, why: str, sent: bool = True, permanent: bool = False) -> None:
        super().__init__(why)
        self.sent = sent
        self.permanent = permanent


_NEVER_SENT = {
    "InvalidProxyURL": "the address of the proxy is not valid (HTTPS_PROXY)",
    "InvalidSchema": "requests cannot use such a proxy (HTTPS_PROXY; for SOCKS it needs the package PySocks)",
    "InvalidURL": "the address, or that of the proxy, is not valid (api_url, HTTPS_PROXY)",
    "LocationParseError": "the address, or that of the proxy, is not valid (api_url, HTTPS_PROXY)",
}
"""Mistakes on this side, by the exception's name. Their own texts can hold the proxy's password."""


def no_response(error: Exception) -> NoResponse:
    """Translate an exception of ``requests``: was the request sent, and can a repetition help?"""
    import requests
    from urllib3.exceptions import NewConnectionError

    root = _root(error)
    if type(error).__name__ in _NEVER_SENT:
        return NoResponse(_NEVER_SENT[type(error).__name__], sent=False, permanent=True)
    if (
        "TLS CA certificate bundle" in str(error)
        or isinstance(root, PermissionError)
        or getattr(root, "library", "") == "X509"
    ):
        return NoResponse("the certificates to trust cannot be read (REQUESTS_CA_BUNDLE)", sent=False, permanent=True)
    if isinstance(root, ssl.SSLCertVerificationError):
        return NoResponse(
            "the server's certificate was not accepted (validate_certs, REQUESTS_CA_BUNDLE)", sent=False, permanent=True
        )
    if isinstance(error, requests.exceptions.SSLError):
        return NoResponse(f"the TLS connection broke ({getattr(root, 'reason', None) or type(root).__name__})")
    if isinstance(error, requests.ConnectTimeout):
        return NoResponse("no connection within the time limit", sent=False)
    if isinstance(root, NewConnectionError):
        return NoResponse("no connection: " + str(root).rsplit(": ", 1)[-1], sent=False)
    if isinstance(error, requests.exceptions.ProxyError):
        return NoResponse("the proxy did not connect")
    if isinstance(error, requests.Timeout):
        return NoResponse("the response did not come in time")
    if isinstance(error, requests.RequestException):
        return NoResponse(f"the connection broke before the response was complete ({type(error).__name__})")
    return NoResponse(f"the response could not be read ({type(error).__name__})")


def _root(error: BaseException) -> BaseException:
    """The exception that requests and urllib3 have wrapped in their own."""
    inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
    return _root(inner) if isinstance(inner, BaseException) else error
