# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: the simulator in this process, a new account for each test, and a clock without real pauses."""

from __future__ import annotations

import collections
import secrets

import hypothesis
import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import connection
from ansible_collections.gpufleet.cloud.tests.simulator.server import Simulator

from . import only_loopback
from .harness import Cloud, PlayedClock

# Each run tries the same examples; the proof also tries random ones. An example can take long on a busy host.
hypothesis.settings.register_profile(
    "units",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("units")


def pytest_configure():
    only_loopback.install()


def pytest_addoption(parser):
    parser.addoption("--every", type=int, default=1, help="run only every n-th of the parameter sets of each test")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    numbers, left_out = collections.Counter(), []
    for item in items:
        test = item.nodeid.partition("[")[0]
        if numbers[test] % config.getoption("--every", default=1):
            left_out.append(item)
        numbers[test] += 1
    config.hook.pytest_deselected(items=left_out)
    left_out = set(left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def _simulated():
    """Return one simulator for all tests of the process, and its clock, which moves only when a sleep is requested."""
    clock = PlayedClock()
    with Simulator(clock=clock) as simulator:
        yield simulator, clock


@pytest.fixture(name="clock")
def _clock(_simulated, monkeypatch):
    """Return the clock that the simulator and the modules share; a sleep moves it and takes no time."""
    clock = _simulated[1]
    monkeypatch.setattr(connection, "Clock", lambda _sleep: clock)
    return clock


@pytest.fixture(name="cloud")
def _cloud(_simulated, clock):
    """Return a cloud with a new account in the simulator."""
    return Cloud(_simulated[0], clock, key=f"sk-{secrets.token_hex(24)}")
