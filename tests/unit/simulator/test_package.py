# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the simulator as a program and of its independence from the collection."""

from __future__ import annotations

import ast
import pathlib
import re
import signal
import subprocess
import sys
import time

import pytest
import requests
import yaml
from openapi_spec_validator import validate

from ansible_collections.gpufleet.cloud.tests import simulator
from ansible_collections.gpufleet.cloud.tests.simulator import environment
from ansible_collections.gpufleet.cloud.tests.simulator.novita import NOVITA

PACKAGE = pathlib.Path(simulator.__file__).parent
ROOT = PACKAGE.parents[1]
COMMAND = [sys.executable, "-m", "tests.simulator"]


def test_the_contract_is_valid_and_complete():
    contract = yaml.safe_load(NOVITA.openapi.read_text(encoding="utf-8"))
    validate(contract)
    described = {method["operationId"] for item in contract["paths"].values() for method in item.values()}
    assert described == NOVITA.operations.keys()


def test_nothing_is_imported_from_the_collection():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
                assert node.level <= len(path.relative_to(PACKAGE).parts), f"{path} reaches out of the package"
            assert not any("plugins" in name or "ansible" in name for name in names), path


def _text(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_the_simulator_runs_as_a_program(tmp_path):
    ready = tmp_path / "ready"
    with subprocess.Popen([*COMMAND, "--ready-file", ready], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + 120
            while not (url := _text(ready)) and time.monotonic() < deadline:
                time.sleep(0.02)
            assert requests.get(f"{url}/_sim/health", timeout=60).json()["status"] == "ok"
        finally:
            process.send_signal(signal.SIGTERM)
        printed, _nothing = process.communicate(timeout=60)
    assert process.returncode == 0
    exports = dict(re.findall(r"^export (\w+)=(\S+)$", printed, re.MULTILINE))
    assert {name: value for name, value in exports.items() if name.endswith("URL")} == {
        "NOVITA_API_URL": f"{url}/novita",
        "PPIO_API_URL": f"{url}/ppio",
        "SIMULATOR_URL": url,
        "VAST_API_URL": f"{url}/vast",
        "VAST_AUTOSCALER_URL": f"{url}/vast-autoscaler",
    }
    assert {name for name in exports if not name.endswith("URL")} == {"NOVITA_API_KEY", "PPIO_API_KEY", "VAST_API_KEY"}


def test_a_shell_evaluates_the_environment_of_a_simulator_that_does_not_run():
    command = f'eval "$(make -s simulator-env PYTHON={sys.executable} PORT=4711)" && env'
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    set_here = {line for line in done.stdout.splitlines() if re.match("(NOVITA|PPIO|SIMULATOR|VAST)_", line)}
    lines = environment.exports("http://127.0.0.1:4711")
    assert set_here == {line.removeprefix("export ") for line in lines} and len(lines) == 8
    assert tuple(provider.name for provider in simulator.Simulator.providers) == environment.PROVIDERS


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])
def test_the_simulator_serves_only_this_machine(host):
    result = subprocess.run(
        [*COMMAND, "--host", host], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 2
    assert "not a loopback address" in result.stderr
