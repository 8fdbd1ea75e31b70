# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances of Novita AI as hosts: the SSH command, passwords, pages, and the odd responses of its API."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleParserError

from .harness import CANARY


def test_an_ipv6_address_is_understood(fleet):
    fleet.seed(ssh={"host": "[2001:db8::7]", "port": 22345})
    [variables] = fleet.hosts().values()
    assert (variables["ansible_host"], variables["ansible_port"]) == ("2001:db8::7", 22345)
    assert fleet.warnings == []


def test_an_ssh_command_that_cannot_be_read_is_reported(fleet):
    instance = fleet.seed(ssh={"host": "[2001:db8"})
    [variables] = fleet.hosts().values()
    assert "ansible_host" not in variables
    [warning] = fleet.warnings
    assert f"instance 'trainer' ({instance}): its SSH command could not be read" in warning
    assert warning.endswith("Its host has no address.")


def test_an_instance_that_stops_after_the_list_request_has_no_address(fleet):
    fleet.seed()
    read = fleet.store.view
    fleet.store.view = lambda stored, listed=False: {**read(stored, listed), **({} if listed else {"status": "toStop"})}
    [variables] = fleet.hosts().values()
    assert variables["novita_status"] == "toStop" and variables["novita_ssh_host"]
    assert "ansible_host" not in variables


def test_no_secret_is_in_any_variable(fleet):
    """Text from the provider can contain a secret of the same instance or of another one."""
    password = fleet.store.view(fleet.store.find(fleet.seed()))["sshPassword"]
    fleet.seed(
        "second",
        envs=[{"key": "TOKEN", "value": CANARY}],
        ssh={"password": "another-password"},
        statusError={"state": "WARN", "message": f"{CANARY} {fleet.cloud.key} another-password"},
    )
    shown = json.dumps(fleet.hosts())
    assert "WARN" in shown and "TOKEN" in shown
    for secret in (CANARY, fleet.cloud.key, password, "another-password"):
        assert secret not in shown


def test_every_page_is_read(fleet):
    names = [f"node-{number:03}" for number in range(120)]
    for name in names:
        fleet.seed(name, status="exited")
    assert list(fleet.hosts()) == names
    # The plugin reads the three pages twice, because a single read could miss an instance.
    assert fleet.operations == ["instance.list"] * 6


@pytest.mark.parametrize("status", ["toRemove", "removing", "removed"])
def test_an_instance_in_removal_is_omitted(fleet, status):
    fleet.seed(status=status, hold=True)
    fleet.seed("other")
    assert list(fleet.hosts()) == ["other"]


def test_an_instance_with_malformed_details_keeps_its_host(fleet):
    fleet.seed(portMappings=[{"port": 8000, "type": "http"}])
    strange = fleet.seed("strange")
    read = fleet.account.store("instances").view

    def view(stored, listed=False):
        shown = read(stored, listed)
        return shown if listed or stored.id != strange else {**shown, "portMappings": [{"port": "x", "type": "http"}]}

    fleet.store.view = view
    hosts = fleet.hosts()
    assert "ansible_host" in hosts["trainer"] and "ansible_host" not in hosts["strange"]
    assert "an unexpected response" in fleet.warnings[0]


@pytest.mark.parametrize(
    ("fault", "arguments", "words"),
    [
        ("garbage", {}, "a web page"),
        ("empty", {}, "empty response"),
        ("no_envelope", {}, "unexpected response"),
        ("wrong_types", {}, ""),
        ("wrong_types", {"of": "items"}, ""),
        ("short_list", {}, "is incomplete"),
        ("success_false", {}, "internal_error"),
        ("contradiction", {"members": {"error": "internal_error"}, "emptied": True}, "error: internal_error"),
        ("contradiction", {"members": {"code": 500, "message": "try later"}}, "message: try later"),
        ("contradiction", {"status": 206}, "HTTP 206 instead of 200"),
        ("contradiction", {"doubled": True}, "twice"),
        ("status", {"status": 401}, "HTTP 401"),
        ("redirect", {}, "redirect"),
        ("reset", {}, "connection"),
    ],
)
def test_an_invalid_list_response_is_an_error(fleet, fault, arguments, words):
    fleet.seed("a")
    fleet.seed("b")
    fleet.account.fault("instance.list", fault, times=0, **arguments)
    error = fleet.refused("Cannot list the instances at Novita AI: ", words, **fleet.cache)
    assert isinstance(error, AnsibleParserError)
    assert fleet.cloud.key not in str(error)
    fleet.account.clear_faults()
    assert set(fleet.hosts(**fleet.cache)) == {"a", "b"}


def test_the_cache_contains_no_addresses_and_no_secrets(fleet):
    """This holds even if a list response or a quoted text contains them."""
    ssh = {"host": "proxy-canary.example.com", "port": 31234, "user": "user-canary", "password": "password-canary"}
    fleet.seed(
        ssh=ssh,
        envs=[{"key": "TOKEN", "value": CANARY}],
        statusError={"state": "WARN", "message": f"{CANARY} {fleet.cloud.key} password-canary"},
    )
    # Return the whole instance in the list response.
    read = fleet.store.view
    fleet.store.view = lambda stored, listed=False: read(stored)
    variables = fleet.hosts(**fleet.cache, include_credentials=True)["trainer"]
    assert variables["ansible_port"] == 31234 and variables["ansible_password"] == "password-canary"
    assert "TOKEN" in fleet.cached and "WARN" in fleet.cached
    for text in ("31234", "proxy-canary", "user-canary", "password-canary", CANARY, fleet.cloud.key, "ssh_"):
        assert text not in fleet.cached


# -- Ansible's own commands ------------------------------------------------------------------------------------------
