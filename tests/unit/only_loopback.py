# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let a test process contact only its own host. All other names and addresses fail at once, as without a network."""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys

_LOOKUPS = ("socket.getaddrinfo", "socket.gethostbyname")
_CONTACTS = ("socket.connect", "socket.sendto")


def _address(host):
    """Return the address, or ``None`` if the host is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _hook(event, arguments):
    if event in _LOOKUPS:
        host = arguments[0]
        host = host.decode() if isinstance(host, bytes) else host
        if host not in (None, "", "localhost") and not _address(host):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    elif event in _CONTACTS:
        _socket, target = arguments
        # The lookup of a name is another event.
        address = _address(target[0]) if isinstance(target, tuple) else None
        if address and not address.is_loopback:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")


def install():
    """Refuse lookups and connections in this process, until it ends."""
    sys.addaudithook(_hook)
