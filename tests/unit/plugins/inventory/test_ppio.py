# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances of PPIO as hosts: the nested values of its API, and the passwords in its responses."""

from __future__ import annotations

import json

import pytest

from .harness import CANARY, Fleet


@pytest.fixture(name="fleet")
def _fleet(cloud, tmp_path, monkeypatch):
    return Fleet(cloud, tmp_path, monkeypatch, "ppio")


def test_nested_values_can_be_keys_of_groups(fleet):
    fleet.seed("a", resource_specs={"gpu_num": 4, "rootfs_size_gb": 60}, billing={"mode": "spot"})
    fleet.seed("b")
    groups = fleet.groups(
        keyed_groups=[
            {"key": "ppio_resource.gpu_num", "prefix": "gpus"},
            {"key": "ppio_billing.mode", "prefix": "billing"},
        ]
    )
    assert groups == {"gpus_4": ["a"], "gpus_1": ["b"], "billing_spot": ["a"], "billing_postpaid": ["b"]}


@pytest.mark.parametrize("status", ["toRemove", "removing", "removed"])
def test_an_instance_in_removal_is_omitted(fleet, status):
    fleet.seed(status=status, hold=True)
    fleet.seed("other")
    assert list(fleet.hosts()) == ["other"]


def test_no_secret_is_in_any_variable(fleet):
    """Text from the provider can contain a secret of the same instance or of another one."""
    fleet.seed(web_terminal=True, ssh={"password": "own-password"})
    passwords = fleet.store.views()[0]["tools"]
    fleet.seed(
        "second",
        envs=[{"key": "TOKEN", "value": CANARY}],
        ssh={"password": "another-password"},
        status={"status": "running", "error": "WARN", "message": f"{CANARY} {fleet.cloud.key} another-password"},
    )
    shown = json.dumps(fleet.hosts())
    assert "WARN" in shown and "TOKEN" in shown and passwords["web_terminal"]["password"]
    for secret in (CANARY, fleet.cloud.key, "own-password", "another-password", passwords["web_terminal"]["password"]):
        assert secret not in shown
