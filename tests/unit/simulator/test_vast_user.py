# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the account of Vast.ai."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("path", ["/users/current/", "/users/current"])
def test_the_user_is_shown_with_the_credit_and_a_secret(vast, vast_account, path):
    vast_account.settings.set(credit=4.5)
    user = vast.ok("GET", path)
    assert {"id", "email", "username", "balance", "balance_threshold", "can_pay", "ssh_key", "api_key"} <= user.keys()
    assert user["credit"] == 4.5 != user["balance"]
    assert len(user["api_key"]) == 64 and user["api_key"] != vast_account.key
    vast_account.settings.set(credit=5)
    vast.endpoint()
    assert vast.endpoints()[0]["user_id"] == user["id"]


def test_the_user_can_be_changed(sim, vast, other_vast):
    [user] = vast.ok("GET", "", base=f"{sim.url}/_sim/vast/users")
    vast.ok("PATCH", f"/{user['id']}", {"balance_threshold": None, "api_key": "canary"}, f"{sim.url}/_sim/vast/users")
    assert vast.ok("GET", "/users/current/") == {**user, "balance_threshold": None, "api_key": "canary"}
    assert other_vast.ok("GET", "/users/current/")["api_key"] != "canary"
    assert vast.call("POST", "", {}, f"{sim.url}/_sim/vast/users").status_code == 400


def test_a_key_without_a_scope_is_refused(vast, vast_account):
    vast_account.fault("user.get", "status", status=403, reason="forbidden", message="no user_read", times=0)
    response = vast.call("GET", "/users/current")
    assert (response.status_code, response.json()["msg"]) == (403, "no user_read")
    vast.ok("POST", "/bundles/", {})
