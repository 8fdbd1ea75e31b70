# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: the simulator and the modules as in the unit tests, and a way to run the vendors' commands beside them."""

from __future__ import annotations

import os
import pathlib
import subprocess
from urllib.parse import urlsplit

import pytest

from ansible_collections.gpufleet.cloud.tests.unit.conftest import _clock, _cloud, _simulated

# Fixtures, imported for pytest to find them.
__all__ = ["_clock", "_cloud", "_simulated"]

FENCE = pathlib.Path(__file__).with_name("fence.py")
TIMEOUT = 60


@pytest.fixture(name="home", scope="session")
def _home(tmp_path_factory):
    """The home of the commands: what they keep, they keep here."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(name="fenced", scope="session")
def _fenced(_simulated, home):
    """Runs a program of the vendors' virtual environment so that it reaches the simulator and nothing else."""
    if "VENDORS_BIN" not in os.environ:
        pytest.fail("VENDORS_BIN must name the folder of the vendors' commands; 'make vendors' does all that.")
    folder = pathlib.Path(os.environ["VENDORS_BIN"])
    python = [str(folder / "python"), "-I", "-X", "utf8", str(FENCE), urlsplit(_simulated[0].url).netloc]

    def run(program, *arguments, constants=()):
        command = [*python, *constants, "--", str(folder / program), *map(str, arguments)]
        # No key, address or proxy of the caller's in the environment.
        return subprocess.run(
            command, env={"HOME": str(home)}, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )

    return run
