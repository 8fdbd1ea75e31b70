# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: one simulator in real time, and two faces, each with its own account and the same files."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.tests.simulator import Simulator

from .faces import Faces


@pytest.fixture(name="simulator", scope="session")
def _simulator():
    with Simulator(boot_seconds=0.05) as simulator:
        yield simulator


@pytest.fixture(name="faces")
def _faces(simulator, tmp_path):
    return Faces(simulator, tmp_path)
