# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same task in several processes at the same time.

On one host, each task waits for the one before it, so there is one resource. On several hosts, there is one resource or
a clear failure that lists all of them. Time is real. The tests make no assertions about it.
"""

from __future__ import annotations

import secrets
import time

import pytest

from ansible_collections.gpufleet.cloud.tests.simulator.server import Simulator
from ansible_collections.gpufleet.cloud.tests.unit.harness import Cloud
from ansible_collections.gpufleet.cloud.tests.unit.laws.conftest import World
from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.tests.unit.processes import Processes

SLOW = 0.02
LATE = 1.0
HELD = 0.3
"""Seconds: the duration of a request, the time until a new resource is listed, the delay of first list responses."""
PACES = {
    "at once": {},
    "slow": {"latency": SLOW},
    "held": {},
    "late": {"visible_after": LATE},
    "slow and late": {"latency": SLOW, "visible_after": LATE},
    "in turn and late": {"visible_after": LATE + 0.1},
}
ROUNDS = {"at once": 5, "slow": 3, "held": 2}
FAST = ("slow", 2)
PATIENCE = {"settle_timeout": 5, "wait_timeout": 30}


class Outcome:
    """The result of one run of a module, or of a fleet with one entry."""

    def __init__(self, values, printed):
        assert "Traceback" not in printed, printed
        assert "bug in the collection" not in printed, printed
        [entry] = values.get("resources") or [values]
        self.failed = values.get("failed", False)
        self.msg = values.get("msg", "")
        self.reason = values["failure"]["reason"] if self.failed else ""
        self.id = entry["id"]

    def reports(self, ids):
        return self.failed and self.reason == "ambiguous_name" and all(id_ in self.msg for id_ in ids)


class Account:
    """A new account for one round, and the task that all processes run in it."""

    def __init__(self, simulator, processes, resource_type, through_fleet):
        self.world = World(Cloud(simulator, None, key=f"sk-{secrets.token_hex(24)}"), resource_type)
        self.world.account.settings.set(boot_seconds=0)
        self._processes = processes
        self._through_fleet = through_fleet

    @property
    def selection(self):
        """The options that select the resource."""
        return {self.world.resource_type.identity: self.world.name, **self.world.resource_type.also_named}

    def play(self, pace, runs):
        """Set the pace of the simulator. It can delay first list responses until all runs have sent their requests."""
        self.world.account.settings.set(**PACES[pace])
        if pace.startswith(("held", "in turn")):
            self.world.fault("list", "delay", seconds=HELD, when="after", times=runs)
        if pace.startswith("in turn"):
            # The second list of the first run has only its own resource. The other runs also see that of the first.
            self.world.fault("create", "delay", seconds=0.2, when="after")
            self.world.fault("create", "delay", seconds=0.15, when="before", times=runs - 1)

    def run(self, count, options):
        resource_type = self.world.resource_type
        connection = {"api_key": self.world.cloud.key, "api_url": self.world.cloud.url(resource_type.provider)}
        arguments = {**PATIENCE, **options}
        if self._through_fleet:
            arguments = {"resources": [{resource_type.module: arguments}], resource_type.provider: connection}
            task = "fleet", arguments
        else:
            task = resource_type.module, {**connection, **arguments}
        return [Outcome(*output) for output in self._processes.run(*[task] * count)]

    def close(self):
        self.world.cloud.simulator.accounts.forget(self.world.resource_type.provider, self.world.cloud.key)


@pytest.fixture(name="simulator", scope="module")
def _simulator():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(name="hosts", scope="module", params=["one host", "several hosts"])
def _hosts(request):
    return request.param


@pytest.fixture(name="processes", scope="module")
def _processes(hosts, tmp_path_factory):
    processes = Processes(tmp_path_factory.mktemp("hosts") if hosts == "several hosts" else None)
    yield processes
    processes.close()


@pytest.fixture(name="new_account")
def _new_account(simulator, processes, through_fleet):
    accounts = []

    def new(resource_type):
        accounts.append(Account(simulator, processes, resource_type, through_fleet))
        return accounts[-1]

    yield new
    for account in accounts:
        account.close()


def verdict(account, hosts, runs, visible_after):
    """Check the result of a round; return it in words."""
    ids = account.world.ids()
    failed = [run for run in runs if run.failed]
    if hosts == "one host":
        assert len(ids) == 1, [run.msg for run in failed]
    assert {run.id for run in runs if not run.failed} <= set(ids)
    resource_type = account.world.resource_type
    refusals = [run for run in failed if resource_type.exclusive and run.reason == resource_type.exclusive]
    failed = [run for run in failed if run not in refusals]
    assert all(run.reason == "ambiguous_name" for run in failed), [run.msg for run in failed]
    if len(ids) == 1:
        assert not failed, [run.msg for run in failed]
        return "one resource"
    if not resource_type.ambiguous:
        return "equal resources"
    reported = any(run.reports(ids) for run in runs)
    assert reported or visible_after, [run.msg for run in runs]
    time.sleep(visible_after)
    [later] = account.run(1, account.world.resource_type.task)
    assert later.reports(ids), later.msg
    assert account.world.ids() == ids
    return "all reported" if reported else "reported by the next run"


@pytest.mark.parametrize("through_fleet", [False, True], ids=["module", "fleet"])
@pytest.mark.parametrize(
    ("pace", "runs"),
    [
        pytest.param(pace, runs, marks=pytest.mark.fast if (pace, runs) == FAST else ())
        for pace in PACES
        for runs in (2, 4)
    ],
)
@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_simultaneous_creates_leave_no_unreported_duplicate(figures, hosts, new_account, resource_type, pace, runs):
    for _round in range(ROUNDS.get(pace, 1)):
        account = new_account(resource_type)
        account.play(pace, runs)
        outcomes = account.run(runs, resource_type.task)
        found = verdict(account, hosts, outcomes, PACES[pace].get("visible_after", 0))
        figures.count("two at once", str(resource_type), found)


@pytest.mark.parametrize("through_fleet", [False, True], ids=["module", "fleet"])
@pytest.mark.parametrize("pace", ["at once", "slow"])
@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_simultaneous_changes_are_applied_or_reported(figures, new_account, resource_type, pace):
    """The change is applied, or a run reports that it is not. Two runs that add 30 GB to a disk can add 60 GB."""
    account = new_account(resource_type)
    [created] = account.run(1, resource_type.task)
    account.play(pace, 2)
    change = {**account.selection, **resource_type.change}
    outcomes = account.run(2, change)
    assert account.world.ids() == [created.id]
    assert {run.id for run in outcomes} == {created.id}
    [later] = account.run(1, change)
    for run in (*outcomes, later):
        assert run.reason in ("", "not_applied", "immutable"), run.msg
    assert not later.failed or any(run.failed for run in outcomes), later.msg
    figures.count("two at once", str(resource_type), "one refused" if later.failed else "one resource")


@pytest.mark.parametrize("through_fleet", [False, True], ids=["module", "fleet"])
@pytest.mark.parametrize("pace", ["at once", "slow"])
@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_simultaneous_deletions_succeed(figures, new_account, resource_type, pace):
    account = new_account(resource_type)
    account.run(1, resource_type.task)
    account.play(pace, 4)
    for run in account.run(4, {**account.selection, "state": "absent"}):
        assert not run.failed, run.msg
        assert run.id == ""
    assert not account.world.ids()
    figures.count("two at once", str(resource_type), "deleted")
