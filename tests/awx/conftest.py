# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a fake AWX, and the playbook that sets it up."""

from __future__ import annotations

import os
import re
import subprocess
import types

import pytest

from .fake import TOKEN, Awx

TIMEOUT = 300
PROJECT = "https://git.example.com/team/gpus.git"
IMAGE = "registry.example.com/gpufleet:1"
EVERYTHING = ("-e", f"awx_project_url={PROJECT}", "-e", f"awx_execution_environment_image={IMAGE}")
AUTOSCALER = "https://run.example.com"
PROVIDERS = {
    "novita": "Novita AI (gpufleet.cloud)",
    "ppio": "PPIO (gpufleet.cloud)",
    "vast": "Vast.ai (gpufleet.cloud)",
}
SECRETS = {name: f"sk-{name.lower()}-5e1f0c2d" for name in ("NOVITA_API_KEY", "PPIO_API_KEY", "VAST_API_KEY")}
# The caller's proxy cannot reach a loopback address of this machine.
NO_PROXY = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
PRIVATE = re.compile(r"(NOVITA|PPIO|VAST|CONTROLLER|TOWER)_")


def pytest_collection_modifyitems(items):
    """Run the tests with a slow setup in the same process, so that the setup runs once."""
    for item in items:
        if {"configured", "image"} & set(item.fixturenames):
            item.add_marker(pytest.mark.xdist_group("set up"))


def run_playbook(awx, *arguments, **environment):
    """Run the playbook with only these keys and addresses; return its exit status, output and number of changes."""
    inherited = {name: value for name, value in os.environ.items() if not PRIVATE.match(name)}
    command = ["ansible-playbook", "gpufleet.cloud.awx", *arguments]
    ours = {"CONTROLLER_HOST": awx.url, "CONTROLLER_OAUTH_TOKEN": TOKEN, **NO_PROXY}
    done = subprocess.run(
        command,
        env={**inherited, **ours, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    recap = re.search(r"^localhost +: (.*)$", done.stdout, re.MULTILINE)
    counts = dict(re.findall(r"(\w+)=(\d+)", recap[1])) if recap else {}
    return types.SimpleNamespace(status=done.returncode, output=done.stdout, changed=int(counts.get("changed", -1)))


@pytest.fixture(name="awx")
def _awx():
    with Awx() as awx:
        yield awx


@pytest.fixture(name="configured", scope="session")
def _configured():
    """Return a fake AWX that the playbook has set up completely, and that run of the playbook."""
    with Awx() as awx:
        run = run_playbook(awx, "-vvvv", *EVERYTHING, VAST_AUTOSCALER_URL=AUTOSCALER, **SECRETS)
        assert run.status == 0, run.output
        yield types.SimpleNamespace(awx=awx, run=run)
