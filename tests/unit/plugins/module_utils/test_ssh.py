# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses in SSH commands, with the arguments in any order."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._ssh import ssh_address


@pytest.mark.parametrize(
    ("command", "address"),
    [
        ("ssh -p 30022 root@proxy.example.com", ("proxy.example.com", 30022, "root")),
        ("ssh root@proxy.example.com -p 30022", ("proxy.example.com", 30022, "root")),
        ("ssh -p30022 root@proxy.example.com", ("proxy.example.com", 30022, "root")),
        ("ssh root@proxy.example.com", ("proxy.example.com", 22, "root")),
        ("ssh -l root proxy.example.com", ("proxy.example.com", 22, "root")),
        ("ssh -o StrictHostKeyChecking=no -i key.pem -p 1 a@b", ("b", 1, "a")),
        ("ssh -lroot proxy.example.com", ("proxy.example.com", 22, "root")),
        ("ssh -p 22345 root@[2001:db8::7]", ("2001:db8::7", 22345, "root")),
        ("ssh -p 22345 root@2001:db8::7", ("2001:db8::7", 22345, "root")),
        ("ssh ssh://root@proxy.example.com:22345", ("proxy.example.com", 22345, "root")),
        ("ssh ssh://root@[2001:db8::7]:22345/", ("2001:db8::7", 22345, "root")),
        ("ssh ssh://root@[2001:db8::7]", ("2001:db8::7", 22, "root")),
        ("ssh -o Port=22345 -oUser=root proxy.example.com", ("proxy.example.com", 22345, "root")),
        ("ssh -o 'Port 22345' root@proxy.example.com", ("proxy.example.com", 22345, "root")),
        ("ssh -N -L 8080:localhost:80 root@proxy.example.com", ("proxy.example.com", 22, "root")),
        ("ssh -F config root@proxy.example.com", ("proxy.example.com", 22, "root")),
        ("ssh -J jump root@inner.example.com", ("", 0, "")),
        ("ssh root@proxy.example.com:22345", ("", 0, "")),
        ("ssh root@[2001:db8::7", ("", 0, "")),
        ("ssh root@[fe80::1%$(evil)]", ("", 0, "")),
        ("sudo ssh root@proxy.example.com", ("", 0, "")),
        ("ssh -P", ("", 0, "")),
        ("ssh -p many root@proxy.example.com", ("", 0, "")),
        ("ssh -p 99999 root@proxy.example.com", ("", 0, "")),
        ("ssh -p ² root@proxy.example.com", ("", 0, "")),
        ("ssh -p ３００ root@proxy.example.com", ("", 0, "")),
        ("ssh -p " + "9" * 5000 + " root@proxy.example.com", ("", 0, "")),
        ("ssh root@-oProxyCommand=evil", ("", 0, "")),
        ("ssh root@$(evil)", ("", 0, "")),
        ("ssh -l -oProxyCommand=evil proxy.example.com", ("", 0, "")),
        ("ssh -p", ("", 0, "")),
        ("ssh 'unbalanced", ("", 0, "")),
        ("ssh", ("", 0, "")),
        ("", ("", 0, "")),
    ],
)
def test_the_address_of_an_ssh_command_is_returned_or_an_empty_one(command, address):
    assert ssh_address(command) == address
