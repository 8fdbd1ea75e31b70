# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of URLs, and the URLs to which the API key may be sent.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from .._errors import OptionError
from .._validation import Violation


def check_url(option: str, url: str) -> None:
    """Raise ``OptionError`` if the API key must not be sent to a URL.

    :param option: the option that contains the URL.
    """
    host = host_of(url)
    if not host:
        raise OptionError([Violation(option, "must be a URL such as https://api.example.com")])
    parts = urlsplit(url)
    if parts.username is not None or "?" in url or "#" in url:
        raise OptionError([Violation(option, "must not contain credentials, a query or a fragment")])
    if parts.scheme == "http" and not is_loopback(host):
        rule = "must begin with https, because http sends the API key unencrypted; only loopback addresses can use http"
        raise OptionError([Violation(option, rule)])


def host_of(url: str) -> str:
    """Return the host in an https or http URL, or an empty text if the URL is invalid."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    # urlsplit accepts unprintable characters, and labels that a name lookup rejects.
    labels = host.removesuffix(".").split(".")
    is_valid = (
        parts.scheme in ("https", "http")
        and all(0 < len(label) < 64 for label in labels)
        and url.isprintable()
        and " " not in url
    )
    return host if is_valid else ""


def is_loopback(host: str) -> bool:
    """Return whether a host is this one, so that requests do not leave it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
