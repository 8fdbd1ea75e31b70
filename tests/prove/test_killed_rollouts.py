# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout whose process is killed at each of its requests, and the same rollout again, at once.

A rollout consists of two tasks, as in the role ``endpoint``: one creates the new revision, the other one retires the
older revisions.
"""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.tests.unit.plugins.modules.test_rollout import Rollout

from .conftest import PROVIDERS
from .contents import contents, differences
from .kills import FORKS, LATE, MOMENTS, Exploration, in_own_process

CREATES = ("endpoint.create", "template.create", "workergroup.create")


class Job:
    """The rollout of a version in new accounts, in which one revision serves and an older one rests."""

    def __init__(self, cloud, provider):
        self.cloud, self.rollout, self.provider = cloud, Rollout(cloud), provider
        self.account = cloud.account(provider)
        for tag in ("0", "1"):
            self.rollout.roll(provider, tag, min_workers=1)
        self.rollout.retire(provider, "1", min_workers=1)
        self.account.settings.set(**LATE)
        self.account.clear()

    def _tasks(self):
        common = self.rollout.options(self.provider, "2", min_workers=1)
        return [{**common, "older_revisions": older} for older in ("keep", "retire")]

    def start(self):
        for task in self._tasks():
            self.rollout.start({**self.rollout.connections(), **task}, check=False)

    def run(self):
        """Run both tasks, unless the first one fails."""
        results = []
        for task in self._tasks():
            if not any(values.get("failed") for values in results):
                results.append(self.rollout.run_task(task))
        return results

    def reference(self):
        """Return the number of requests of a rollout without a kill, and what exists after it."""
        results = self.run()
        assert not results[-1].get("failed"), results[-1]["msg"]
        return len(self.sent()), self._contents()

    def sent(self):
        return [request["operation"] for request in self.account.requests]

    def problems(self, expected):
        """Return sentences on the problems of the runs after a kill."""
        second = self.run()
        if second[-1].get("failed"):
            return [f"the second run fails: {second[-1]['msg']}"]
        wrong = list(differences(self._contents(), expected))
        executed = [request["operation"] for request in self.account.requests if request["status"] < 300]
        wrong += [f"{create} was executed twice" for create in CREATES if executed.count(create) > 1]
        for values in self.run():
            if values.get("failed") or values["changed"]:
                wrong.append(f"the third run is not 'unchanged': {values.get('msg', values['plan'])}")
        return wrong

    def _contents(self):
        # Until everything that the provider still does is over.
        self.cloud.clock.sleep(60)
        return contents(self.cloud)


@pytest.fixture(name="rollout")
def _rollout(new_cloud, figures, monkeypatch):
    """Return a function that explores the kills of rollouts."""
    return lambda provider: Exploration(figures, monkeypatch, lambda: Job(new_cloud(), provider), "rollout", provider)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_rollout_that_was_killed_is_finished_by_the_next_run(rollout, provider, moment):
    rollout(provider).run(moment)


@FORKS
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_rollout_whose_process_was_killed_is_finished_by_the_next_run(rollout, provider):
    rollout(provider).run("after", 4, 3, in_own_process)


@FORKS
@pytest.mark.fast
@pytest.mark.parametrize("provider", PROVIDERS)
def test_some_rollouts_whose_processes_were_killed_are_finished_by_the_next_run(rollout, provider):
    rollout(provider).run("after", 100, 9, in_own_process)
