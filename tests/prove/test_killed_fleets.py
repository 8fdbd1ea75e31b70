# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of a fleet whose process is killed at each of its requests, and the same run again, at once.

The same for the application of an approved plan. The second application completes the plan, or is refused before any
write; then a new plan converges.
"""

from __future__ import annotations

import pytest

from .fleets import Job, PlanJob
from .kills import FORKS, MOMENTS, Exploration, in_own_process

PARTS = 4
"""The number of tests that share the kills of one job."""
WAYS = ("apply_plan", "approved")


@pytest.fixture(name="run")
def _run(new_cloud, figures, monkeypatch):
    """Return a function that explores the kills of runs."""

    def explore(concurrency):
        names = ("fleet", f"concurrency {concurrency}")
        return Exploration(figures, monkeypatch, lambda: Job(new_cloud(), concurrency), *names)

    return explore


@pytest.fixture(name="plan")
def _plan(new_cloud, figures, monkeypatch, tmp_path):
    """Return a function that explores the kills of applications of a plan."""

    def explore(way):
        path = tmp_path / "plan.json"
        return Exploration(figures, monkeypatch, lambda: PlanJob(new_cloud(), 4, way, path), "approved plan", way)

    return explore


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("concurrency", [1, 8])
def test_a_fleet_that_was_killed_can_run_again(run, concurrency, moment, part):
    run(concurrency).run(moment, PARTS, part)


@FORKS
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_fleet_whose_process_was_killed_can_run_again(run, moment):
    run(8).run(moment, 6, 3, in_own_process)


@pytest.mark.fast
def test_some_fleets_that_were_killed_can_run_again(run):
    run(8).run("after", 100, 25)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("way", WAYS)
def test_a_plan_whose_application_was_killed_is_completed_or_refused(plan, way, moment, part):
    plan(way).run(moment, 2 * PARTS, part + PARTS * WAYS.index(way))


@FORKS
@pytest.mark.parametrize("way", WAYS)
def test_a_plan_whose_process_was_killed_is_completed_or_refused(plan, way):
    plan(way).run("after", 8, 4, in_own_process)


@FORKS
@pytest.mark.fast
def test_some_plans_whose_processes_were_killed_are_completed_or_refused(plan):
    plan("approved").run("after", 100, 40, in_own_process)
