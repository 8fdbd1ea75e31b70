# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the environment variables of an account of Vast.ai."""

from __future__ import annotations

import pytest


def send(vast, method, key="hf_token", value="hf-0123456789"):
    fields = {"key": key, "value": value}
    return vast.call(method, "/secrets/", {name: text for name, text in fields.items() if text is not None})


def names(vast):
    return vast.ok("GET", "/secrets/")["secrets"]


def assert_refused(response, reason):
    assert (response.status_code, response.json()["error"]) == (400, reason)


def test_a_variable_is_stored_in_upper_case_and_never_shown(vast, vast_account):
    assert names(vast) == {}
    assert send(vast, "POST").json()["success"]
    assert names(vast) == {"HF_TOKEN": "********"}
    assert send(vast, "PUT", "Hf_Token", "changed-value").json()["success"]
    [view] = vast_account.store("env_vars").views()
    assert view == {"id": "HF_TOKEN", "key": "HF_TOKEN", "value": "changed-value"}
    assert send(vast, "DELETE", "HF_token", None).json()["success"]
    assert names(vast) == {}


def test_names_that_do_not_fit_are_refused(vast):
    assert_refused(send(vast, "PUT"), "nonexistent_key")
    assert_refused(send(vast, "DELETE", value=None), "nonexistent_key")
    send(vast, "POST")
    assert_refused(send(vast, "POST", "HF_TOKEN"), "existing_key")


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (None, "a", "missing_input"),
        ("A", None, "missing_input"),
        ("A", "", "empty_input"),
        ("1A", "a", "invalid_characters"),
        ("A-B", "a", "invalid_characters"),
        ("A" * 256, "a", "invalid_characters"),
        *(("A", f"a{letter}", "invalid_characters") for letter in "/+=: \nü"),
        ("A", "a" * 4097, "input_too_long"),
    ],
)
def test_invalid_names_and_values_are_refused(vast, method, key, value, reason):
    assert_refused(send(vast, method, key, value), reason)


def test_the_number_of_variables_is_limited(vast, vast_account):
    vast_account.settings.set(max_env_vars=1)
    send(vast, "POST")
    assert_refused(send(vast, "POST", "B"), "max_secrets")
