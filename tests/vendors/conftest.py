# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: the simulator and the modules as in the unit tests, and a function that runs the vendors' commands."""

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
    """Return the home directory of the commands."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(name="fenced", scope="session")
def _fenced(_simulated, home):
    """Return a function that runs a program of the vendors' virtual environment. It can contact only the simulator."""
    if "VENDORS_BIN" not in os.environ:
        pytest.fail("Set VENDORS_BIN to the folder of the vendors' commands, or run 'make vendors', which sets it.")
    folder = pathlib.Path(os.environ["VENDORS_BIN"])
    python = [str(folder / "python"), "-I", "-X", "utf8", str(FENCE), urlsplit(_simulated[0].url).netloc]

    def run(program, *arguments, constants=()):
        command = [*python, *constants, "--", str(folder / program), *map(str, arguments)]
        # The environment contains no key, address or proxy of the caller.
        return subprocess.run(
            command, env={"HOME": str(home)}, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )

    return run
