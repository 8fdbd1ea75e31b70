# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server that a request is for, and the proxy in front of it, as messages name them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import os
from typing import NamedTuple
from urllib.parse import urlsplit

_PORTS = {"https": 443, "http": 80}
_PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
"""The environment variables that can contain the proxy for https, in the order of their precedence."""


class Peer(NamedTuple):
    """Scheme, host and port of a server, and of the proxy in front of it with the variable that sets it; or empty.

    ``has_invalid_proxy``: whether the URL of the proxy is invalid.
    """

    address: str
    proxy: str = ""
    has_invalid_proxy: bool = False

    def __str__(self) -> str:
        return f"{self.address} through {self.proxy}" if self.proxy else self.address


def peer_of(url: str) -> Peer:
    """Return the server and the proxy of a request to a URL. Only requests with https use a proxy."""
    proxy, is_invalid = _proxy_for(url) if urlsplit(url).scheme == "https" else ("", False)
    return Peer(_address(url) or "an invalid address", proxy, is_invalid)


def _proxy_for(url: str) -> tuple[str, bool]:
    """Return the proxy with the variable that sets it, or an empty text; and whether its URL is invalid."""
    from requests.utils import get_environ_proxies, select_proxy

    proxy = select_proxy(url, get_environ_proxies(url))
    if not proxy:
        return "", False
    variable = next((name for name in _PROXY_VARIABLES if os.environ.get(name) == proxy), "set by the system")
    address = _address(proxy if "//" in proxy else f"http://{proxy}")
    return (f"the proxy {address} ({variable})", False) if address else (f"the proxy ({variable})", True)


def _address(url: str) -> str:
    """Return scheme, host and port of a URL, without credentials; empty if the URL is invalid."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return ""
    host = parts.hostname or ""
    if not host or not url.isprintable() or "@" in host or " " in host:
        return ""
    shown_host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown_host}:{port}" if port else f"{parts.scheme}://{shown_host}"
