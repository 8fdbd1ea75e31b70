# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the proof: the simulator and the modules as in the unit tests, new accounts at will, and figures."""

from __future__ import annotations

import collections
import json
import os
import pathlib
import secrets

import hypothesis
import pytest

from ansible_collections.gpufleet.cloud.tests.unit.conftest import _clock, _simulated
from ansible_collections.gpufleet.cloud.tests.unit.harness import Cloud
from ansible_collections.gpufleet.cloud.tests.unit.laws.conftest import World

# Fixtures, imported for pytest to find them.
__all__ = ["_clock", "_simulated"]

_COMMON = {
    "deadline": None,
    "database": None,
    # To find out which part of an example does not matter takes minutes.
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
    hypothesis.settings.load_profile(os.environ.get("PROVE_PROFILE", "fixed"))


def pytest_addoption(parser):
    parser.addoption("--figures", help="the JSON file that gets the figures of the proof")


class Figures:
    """What a test has to say in numbers: counts by names."""

    def __init__(self):
        self.counts = collections.Counter()

    def count(self, *names):
        self.counts["\t".join(map(str, names))] += 1


@pytest.fixture(name="figures")
def _figures(request):
    """Counts what a test tries; the numbers of all tests are summed at the end."""
    figures = Figures()
    yield figures
    request.node.user_properties.append(("figures", dict(figures.counts)))


@pytest.fixture(name="new_world")
def _new_world(_simulated, clock):
    """Makes worlds: a resource kind in an account of its own."""
    made = []

    def new(resource_type, cloud=Cloud, **settings):
        world = World(cloud(_simulated[0], clock, key=f"sk-{secrets.token_hex(24)}"), resource_type)
        world.account.settings.set(**settings)
        made.append(world)
        if len(made) > 1:
            _forget(made.pop(0))
        return world

    yield new
    for world in made:
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
            place = tree
            for parent in parents:
                place = place.setdefault(parent, {})
            place[last] = count
        path = pathlib.Path(config.getoption("--figures"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(tree, indent=2) + "\n", encoding="utf-8")


def _tables(total):
    """Lines of a table for each subject: its last name in the columns, what stands before it in the rows."""
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
