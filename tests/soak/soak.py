# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rounds of the soak."""

from __future__ import annotations

import collections
import random

from . import contents
from .desired_fleet import PRUNE, DesiredFleet
from .drift import drift
from .predictions import differences
from .providers import is_write
from .resource_types import TYPES
from .rollouts import Rollouts
from .runs import fleet_options

# The share of the requests that a fault affects, in the first attempt; each further attempt has a quarter of it. In a
# playbook, pauses before a retry take real time.
RATE = 0.04
PLAYBOOK_RATE = 0.005
MOST_ATTEMPTS = 12
# A sleep of any thread moves the simulated time, so many threads need long limits.
PATIENCE = {"settle_timeout": 300, "wait_timeout": 3000}
ROLLOUT = "inference_endpoint"


class Soak:
    """A fleet at simulated providers.

    :param count: the number of desired resources.
    :param kill_every: in each round whose number is a multiple of this, a run is killed. Likewise for playbooks.
    """

    FIGURES = (
        *("rounds", "requests", "writes", "failed_runs", "playbooks", "kills", "rollouts", "changed", "removed"),
        "drifted",
    )

    def __init__(self, providers, runs, holdings, violations, *, seed, count, kill_every=3, playbook_every=5):
        self.providers, self.runs, self.holdings, self.violations = providers, runs, holdings, violations
        self._seed, self._count = seed, count
        self._kill_every, self._playbook_every = kill_every, playbook_every
        self._rng = random.Random(f"{seed} fleet")
        per_provider = max(1, count // 250)
        # A rolled out endpoint has two revisions; at Vast.ai, each of them consists of three resources.
        self.rollouts = Rollouts(providers.cloud, per_provider)
        self.fleet = DesiredFleet(self._rng, max(1, count - 10 * per_provider))
        self.unmanaged = contents.Unmanaged(providers)
        self.figures = collections.Counter()
        self.most_resources = 0
        self._is_direct = False

    def play(self, number):
        """Play a round."""
        self.violations.round = number
        self.providers.calm()
        self.providers.behave(number)
        self._is_direct = bool(number % 2)
        if number > 1:
            self.figures["changed"] += self.fleet.change(max(3, self._count // 20))
            self.figures["removed"] += self.fleet.replace(max(2, self._count // 50))
        if number % self._kill_every == 0:
            self.kill()
        if number % self._playbook_every == 0:
            self.play_playbook()
        self.converge("converge")
        self.expect_no_change("the second run")
        self.figures["drifted"] += drift(
            self.providers, self.fleet, self.unmanaged, self._rng, max(4, self._count // 20), number
        )
        self.predict()
        self.converge("converge after drift")
        self.roll_out()
        self.expect_no_change("the run after the rollouts")
        self.violations.report("the end of the round", *self.holdings.problems())
        self.figures["rounds"] += 1

    # -- the steps of a round --------------------------------------------------------------------------------------

    def kill(self):
        """Kill a run at one of its writes."""
        number, is_lost = self._rng.randrange(max(3, self._count // 20)), self._rng.random() < 0.5
        self.providers.set_rate(RATE)
        self.figures["kills"] += self.runs.killed(self._options(**PATIENCE), number, is_lost)
        self._count_requests()

    def play_playbook(self):
        """Run the fleet once with Ansible."""
        self.providers.set_rate(PLAYBOOK_RATE)
        result = self.runs.playbook(self._options())
        self._count_requests()
        self._judge("the playbook", result)
        if "resources" not in result:
            self.violations.report("the playbook", f"has no result: {result['msg']}")
        self.figures["playbooks"] += 1

    def converge(self, moment):
        """Run until a run succeeds, and compare what exists with what is desired."""
        self._until_done(moment)
        self._compare(moment)

    def expect_no_change(self, moment):
        """Run until a run succeeds. None of the runs may change anything."""
        for result, writes in self._attempts(moment):
            changes = [
                describe(row)
                for row in result.get("resources", [])
                if row["action"] not in ("unchanged", "failed", "not_attempted")
            ]
            if result["changed"] or writes or changes:
                self.violations.report(moment, f"changes something: {changes[:5]} {writes}")

    def predict(self):
        """Check that check mode predicts what a run does."""
        planned = self._until_done("check mode", check=True)
        self.providers.set_rate(RATE)
        done = self._run(self._options(**PATIENCE))
        self._count_requests()
        self._judge("check mode", done)
        self.violations.report("check mode", *differences(planned, done))

    def roll_out(self):
        """Roll a new version of some inference endpoints out, and retire the older ones."""
        names = sorted(self.rollouts.tags)
        for name in self._rng.sample(names, max(1, len(names) // 3)):
            moment = f"the rollout of {name}"
            self.rollouts.next_version(name)
            self._until_done(moment, self.rollouts.options(name), ROLLOUT)
            retirement = self.rollouts.options(name, older_revisions="retire")
            self._until_done(moment, retirement, ROLLOUT)
            if self._until_done(moment, retirement, ROLLOUT).get("changed"):
                self.violations.report(moment, "a second retirement changes something")
            self.figures["rollouts"] += 1
        self._compare("the end of the rollouts")

    # -- what the steps share --------------------------------------------------------------------------------------

    def _until_done(self, moment, options=None, module="fleet", check=False):
        """Run until a run succeeds, and return its result."""
        *_failed, (result, _writes) = self._attempts(moment, options, module, check)
        return result

    def _attempts(self, moment, options=None, module="fleet", check=False):
        """Run until a run succeeds. Yield the result of each run, and its operations that write."""
        for attempt in range(MOST_ATTEMPTS):
            self.providers.set_rate(RATE / 4**attempt)
            result = self._run(options or self._options(**PATIENCE), check, module)
            writes = self._count_requests()
            self._judge(moment, result)
            if check and writes:
                self.violations.report(moment, f"writes: {writes}")
            yield result, writes
            if not result.get("failed"):
                return
            self.figures["failed_runs"] += 1
        self.violations.report(moment, f"{MOST_ATTEMPTS} runs failed, the last one: {reasons(result)}")

    def _options(self, **patience):
        """Return the options of a fleet.

        :param patience: options of all entries but the inference endpoints.
        """
        entries = [*self.fleet.entries(**patience), *self.rollouts.entries()]
        return fleet_options(entries, self._rng, prune=PRUNE)

    def _run(self, options, check=False, module="fleet"):
        return self.runs.here(options, check, module, self._is_direct)

    def _count_requests(self):
        """Count the requests since the last call, and return the operations of those that write."""
        operations = self.providers.take_operations()
        writes = [each for each in operations if is_write(each)]
        self.figures["requests"] += len(operations)
        self.figures["writes"] += len(writes)
        return writes

    def _judge(self, moment, result):
        if "Traceback" in result["printed"] or "bug in the collection" in result["printed"]:
            self.violations.report(moment, f"prints a traceback, or a message about a bug: {result['printed'][-3000:]}")

    def _compare(self, moment):
        self.providers.calm()
        found = contents.problems(self.providers, self.fleet, self.rollouts, self.unmanaged)
        self.violations.report(moment, *list(found)[:20])
        self.most_resources = max(self.most_resources, sum(len(self.providers.records(name)) for name in TYPES))


def describe(row):
    return f"{row['action']} {row['resource_type']} {row['name']}: {row['plan']}"


def reasons(result):
    """Return the messages of a failed run: those of the first entries, or its own."""
    rows = [row for row in result.get("resources", []) if row["msg"]]
    return [f"{row['resource_type']} {row['name']}: {row['msg']}" for row in rows[:3]] or result["msg"]
