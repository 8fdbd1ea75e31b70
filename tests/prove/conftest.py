# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the proof: the simulator and the modules as in the unit tests, new accounts, and counters."""

from __future__ import annotations

import collections
import json
import os
import pathlib
import secrets

import hypothesis
import pytest

from ansible_collections.gpufleet.cloud.tests.simulator.server import Simulator
from ansible_collections.gpufleet.cloud.tests.unit import only_loopback
from ansible_collections.gpufleet.cloud.tests.unit.conftest import _clock, _cloud
from ansible_collections.gpufleet.cloud.tests.unit.harness import Cloud
from ansible_collections.gpufleet.cloud.tests.unit.laws.conftest import World

from .shared_clock import SharedClock

# Fixtures, imported for pytest to find them.
__all__ = ["_clock", "_cloud"]

PROVIDERS = ("novita", "ppio", "vast")
_COMMON = {
    "deadline": None,
    "database": None,
    # The phase "explain" is left out, because it takes minutes.
    "phases": [hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink],
    "report_multiple_bugs": False,
    "suppress_health_check": [
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.function_scoped_fixture,
        hypothesis.HealthCheck.filter_too_much,
    ],
}
hypothesis.settings.register_profile("fixed", derandomize=True, max_examples=12, **_COMMON)
hypothesis.settings.register_profile("random", derandomize=False, max_examples=400, print_blob=True, **_COMMON)


def pytest_configure():
    only_loopback.install()
    hypothesis.settings.load_profile(os.environ.get("PROVE_PROFILE", "fixed"))


def pytest_addoption(parser):
    parser.addoption("--figures", help="the JSON file to which the figures of the proof are written")


class Figures:
    """The counters of a test, by their names."""

    def __init__(self):
        self.counts = collections.Counter()

    def count(self, *names):
        self.counts["\t".join(map(str, names))] += 1


@pytest.fixture(name="figures")
def _figures(request):
    """Return the counters of the test. The summary adds up the counters of all tests."""
    figures = Figures()
    yield figures
    request.node.user_properties.append(("figures", dict(figures.counts)))


@pytest.fixture(scope="session")
def _simulated():
    """Return one simulator for all tests of the process, and its clock, which forked processes share."""
    clock = SharedClock()
    with Simulator(clock=clock) as simulator:
        yield simulator, clock


@pytest.fixture(name="new_cloud")
def _new_cloud(_simulated, clock):
    """Return a function that creates a cloud with a new account at each provider, and forgets the one before."""
    clouds = []

    def forget():
        for cloud in clouds:
            for provider in PROVIDERS:
                cloud.simulator.accounts.forget(provider, cloud.key)
        clouds.clear()

    def new():
        forget()
        clouds.append(Cloud(_simulated[0], clock, key=f"sk-{secrets.token_hex(24)}"))
        return clouds[0]

    yield new
    forget()


@pytest.fixture(name="new_world")
def _new_world(_simulated, clock):
    """Return a function that creates a world: a resource type in a new account."""
    worlds = []

    def new(resource_type, cloud=Cloud, **settings):
        world = World(cloud(_simulated[0], clock, key=f"sk-{secrets.token_hex(24)}"), resource_type)
        world.account.settings.set(**settings)
        worlds.append(world)
        if len(worlds) > 1:
            _forget(worlds.pop(0))
        return world

    yield new
    for world in worlds:
        _forget(world)


def _forget(world):
    world.cloud.simulator.accounts.forget(world.resource_type.provider, world.cloud.key)


def pytest_terminal_summary(terminalreporter, config):
    total = collections.Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "teardown":
                for name, counts in report.user_properties:
                    if name == "figures":
                        total.update(counts)
    if not total:
        return
    terminalreporter.section("figures")
    for line in _tables(total):
        terminalreporter.write_line(line)
    if config.getoption("--figures"):
        tree = {}
        for names, count in sorted(total.items()):
            *parents, last = names.split("\t")
            branch = tree
            for parent in parents:
                branch = branch.setdefault(parent, {})
            branch[last] = count
        path = pathlib.Path(config.getoption("--figures"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(tree, indent=2) + "\n", encoding="utf-8")


def _tables(total):
    """Yield the lines of a table for each subject. The last names are the columns, the names before them the rows."""
    subjects = collections.defaultdict(dict)
    for names, count in sorted(total.items()):
        subject, *rows, column = names.split("\t")
        row = subjects[subject].setdefault(" ".join(rows[:2]), collections.Counter())
        row[column] += count
    for subject, rows in subjects.items():
        columns = sorted({column for row in rows.values() for column in row})
        width = max(map(len, [subject, *rows]))
        yield ""
        yield "  ".join([subject.ljust(width), *(column.rjust(8) for column in columns), "     all"])
        for name, row in {**rows, "all": sum(rows.values(), collections.Counter())}.items():
            cells = [str(row[column]).rjust(max(8, len(column))) for column in columns]
            yield "  ".join([name.ljust(width), *cells, str(sum(row.values())).rjust(8)])
