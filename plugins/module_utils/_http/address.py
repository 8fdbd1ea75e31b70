# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses to which an API key may be sent.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from .._errors import OptionError
from .._validation import Violation


def check_url(option: str, url: str) -> None:
    """Raise ``OptionError`` for an address to which a key must not be sent."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    # urlsplit accepts unprintable characters and labels that no name look-up takes.
    labels = host.removesuffix(".").split(".")
    if (
        parts.scheme not in ("https", "http")
        or not all(0 < len(label) < 64 for label in labels)
        or not url.isprintable()
        or " " in url
    ):
        raise OptionError([Violation(option, "must be an address such as https://api.example.com")])
    if parts.username is not None or "?" in url or "#" in url:
        raise OptionError([Violation(option, "must hold neither credentials nor a query nor a fragment")])
    if parts.scheme == "http" and not _is_loopback(host):
        rule = (
            "plain http is accepted only for loopback addresses, because the API key would travel in clear; use https"
        )
        raise OptionError([Violation(option, rule)])


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
