# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parse the SSH addresses that providers return, and test whether an SSH server responds there.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import getopt
import ipaddress
import re
import shlex
import socket

SSH_PORT = 22
TIMEOUT = 5.0
"""Seconds."""

# Both are arguments of the ssh command, which treats a value that starts with a dash as an option.
_NAME = re.compile(r"[0-9A-Za-z][\w.-]*", re.ASCII)
_USER = re.compile(r"([0-9A-Za-z_][\w.@-]*)?", re.ASCII)
_PORT = re.compile("[0-9]{1,5}")

_OPTIONS = "46AaCfGgKkMNnqsTtVvXxYyB:b:c:D:E:e:F:I:i:L:l:m:O:o:P:p:Q:R:S:w:"
"""The options of the ssh command; those with a colon have a value. Behind a jump host, the host has no address here."""


def ssh_address(command: str) -> tuple[str, int, str]:
    """Return host, port and user from a command such as ``ssh -p 30022 root@proxy.example.com``.

    The arguments can have any order. The host can be an IPv6 address, in brackets or not, or a URL such as
    ``ssh://root@proxy.example.com:30022``. Returns ``("", 0, "")`` if host, port or user is missing or invalid.
    """
    try:
        words = shlex.split(command)
        options, others = getopt.gnu_getopt(words[1:], _OPTIONS)
    except (ValueError, getopt.GetoptError):
        return "", 0, ""
    if len(others) != 1 or words[0].rpartition("/")[2] != "ssh":
        return "", 0, ""
    user, host, port = _destination(others[0])
    for option, value in options:
        if option == "-o":
            name, _sign, value = value.replace(" ", "=", 1).partition("=")
            option = {"port": "-p", "user": "-l"}.get(name.lower(), option)
        port = value if option == "-p" else port
        user = value if option == "-l" else user
    number = int(port) if _PORT.fullmatch(port) else 0
    host, number = safe_address(host, number)
    return (host, number, user) if host and _USER.fullmatch(user) else ("", 0, "")


def safe_address(host: str, port: int) -> tuple[str, int]:
    """Return a host and a port, or ``("", 0)`` if one of them is missing or invalid."""
    return (host, port) if _is_host(host) and 0 < port < 65536 else ("", 0)


def _destination(text: str) -> tuple[str, str, str]:
    """Return user, host and port of a destination of the ssh command."""
    is_url = text.startswith("ssh://")
    user, _at, host = text[len("ssh://") if is_url else 0 :].rstrip("/").rpartition("@")
    port = str(SSH_PORT)
    if is_url and re.search(r"[^:]:[0-9]+$", host):
        host, _colon, port = host.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1] if ":" in host else ""
    return user, host, port


def _is_host(host: str) -> bool:
    """Return whether a text is a host name or an address."""
    if ":" not in host:
        return bool(_NAME.fullmatch(host))
    try:
        return not ipaddress.IPv6Address(host).scope_id
    except ValueError:
        return False


def ssh_server_responds(host: str, port: int) -> bool:
    """Return whether an SSH server responds at this address."""
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT) as connection:
            return connection.recv(4).startswith(b"SSH-")
    except OSError:
        return False
