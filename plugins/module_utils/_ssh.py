# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parse the SSH addresses that providers return, and test whether an SSH server responds there.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
import shlex
import socket

SSH_PORT = 22
TIMEOUT = 5.0
"""Seconds."""

# Both are arguments of the ssh command, which treats a value that starts with a dash as an option.
_HOST = re.compile(r"[0-9A-Za-z:][\w.:-]*", re.ASCII)
_USER = re.compile(r"([0-9A-Za-z_][\w.@-]*)?", re.ASCII)
_PORT = re.compile("[0-9]{1,5}")


def ssh_address(command: str) -> tuple[str, int, str]:
    """Return host, port and user from a command such as ``ssh -p 30022 root@proxy.example.com``.

    The arguments can have any order. Returns ``("", 0, "")`` if host, port or user is invalid.
    """
    try:
        words = shlex.split(command)[1:]
    except ValueError:
        words = []
    host, port, user = "", SSH_PORT, ""
    while words:
        word = words.pop(0)
        if word.startswith("-p"):
            number = word[2:] or (words.pop(0) if words else "")
            port = int(number) if _PORT.fullmatch(number) else 0
        elif word in ("-o", "-i", "-l"):
            value = words.pop(0) if words else ""
            user = value if word == "-l" else user
        elif not word.startswith("-") and not host:
            user, _at, host = word.rpartition("@") if "@" in word else (user, "", word)
    if not _HOST.fullmatch(host) or not _USER.fullmatch(user) or not 0 < port < 65536:
        return "", 0, ""
    return host, port, user


def ssh_server_responds(host: str, port: int) -> bool:
    """Return whether an SSH server responds at this address."""
    try:
        with socket.create_connection((host, port), timeout=TIMEOUT) as connection:
            return connection.recv(4).startswith(b"SSH-")
    except OSError:
        return False
