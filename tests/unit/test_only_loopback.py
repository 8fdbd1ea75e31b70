# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process of a test contacts only its own host."""

from __future__ import annotations

import errno
import socket

import pytest


@pytest.mark.parametrize("host", ["example.org", b"example.org", "worker.novita.invalid"])
def test_names_of_other_hosts_do_not_exist(host):
    with pytest.raises(socket.gaierror, match="not known"):
        socket.getaddrinfo(host, 443)


@pytest.mark.parametrize("socket_type", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_addresses_of_other_hosts_are_not_reachable(socket_type):
    with socket.socket(type=socket_type) as opened, pytest.raises(OSError) as caught:
        opened.connect(("192.0.2.1", 443))
    assert caught.value.errno == errno.ENETUNREACH


def test_this_host_is_reachable():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("localhost", port)).close()
