# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the SSH keys of Vast.ai."""

from __future__ import annotations

import pytest

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6m1Jt6E2mXo0C2kqS4w9bB7pTz5mW1r8y3V0uQ2nXa"


def add(vast, text=f"{KEY} ops@build"):
    return vast.ok("POST", "/ssh/", {"ssh_key": text})["key"]


def refused(response, status, reason, message):
    assert (response.status_code, response.json()["error"], response.json()["msg"]) == (status, reason, message)


def test_a_key_is_added_listed_changed_and_deleted(vast):
    added = add(vast)
    assert added["public_key"] == f"{KEY} ops@build"
    assert vast.ok("GET", "/ssh/") == [added]
    assert isinstance(added["created_at"], float) and added["deleted_at"] is None
    changed = vast.ok("PUT", f"/ssh/{added['id']}/", {"id": added["id"], "ssh_key": KEY})["key"]
    assert changed == {**added, "public_key": KEY}
    assert vast.ok("DELETE", f"/ssh/{added['id']}/") == {"success": True}
    [row] = vast.ok("GET", "/ssh/")
    assert row["deleted_at"] and row["id"] == added["id"]


def test_the_list_of_an_account_without_keys_is_an_error(vast, vast_account):
    refused(vast.call("GET", "/ssh/"), 404, "not_found", "No SSH keys found for the user.")
    vast_account.settings.set(empty_ssh_keys_404=False)
    assert vast.ok("GET", "/ssh/") == []


def test_deleted_keys_can_be_missing_in_the_list(vast, vast_account):
    vast_account.settings.set(deleted_ssh_keys=False)
    vast.ok("DELETE", f"/ssh/{add(vast)['id']}/")
    assert vast.call("GET", "/ssh/").status_code == 404


def test_the_list_can_have_the_documented_form(vast, vast_account):
    vast_account.settings.set(ssh_keys_shape="object")
    add(vast)
    [row] = vast.ok("GET", "/ssh/")["ssh_keys"]
    assert row["key"] == f"{KEY} ops@build" and "public_key" not in row
    assert row["created_at"].startswith("20")


def test_equal_keys_are_stored_twice(vast):
    assert add(vast)["id"] != add(vast)["id"]
    assert len(vast.ok("GET", "/ssh/")) == 2


@pytest.mark.parametrize(
    ("text", "reason", "message"),
    [
        ("", "no_ssh_key", "No ssh key provided"),
        ("\0 ", "no_ssh_key", "No ssh key provided"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "invalid_args", "Invalid ssh key"),
        (f"no-pty {KEY}", "invalid_args", "Invalid ssh key"),
        (f"{KEY}\n{KEY}", "invalid_args", "Invalid ssh key"),
    ],
)
def test_other_text_than_one_public_key_is_refused(vast, text, reason, message):
    refused(vast.call("POST", "/ssh/", {"ssh_key": text}), 400, reason, message)


def test_nul_bytes_are_removed(vast):
    assert add(vast, f"{KEY} a\0b")["public_key"] == f"{KEY} ab"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_unknown_key_is_refused(vast, method):
    body = {"ssh_key": KEY} if method == "PUT" else None
    refused(vast.call(method, "/ssh/17/", body), 400, "no_ssh_key", "SSH key not found")


def test_a_team_cannot_have_keys(vast, vast_account):
    vast_account.settings.set(team=True)
    response = vast.call("POST", "/ssh/", {"ssh_key": KEY})
    refused(response, 400, "team_ssh_keys_not_supported", "SSH keys are not supported for teams")
