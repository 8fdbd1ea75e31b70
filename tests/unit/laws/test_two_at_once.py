# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 6 with concurrency: several processes, or threads without locks, run the same task at the same time."""

from __future__ import annotations

import contextlib
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._clock import Clock
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.convergence import Convergence
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.reservations import Reservations
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import DesiredState
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import AmbiguousName, ApiError
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.client import Client
from ansible_collections.gpufleet.cloud.plugins.module_utils._lock_file import LOCK_FILE, LockFile, NoLocks
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import Secrets
from ansible_collections.gpufleet.cloud.tests.simulator.server import Simulator

from ..harness import Cloud
from ..processes import Processes
from .conftest import World

needs = pytest.mark.needs

LATE = 0.5
"""Seconds until the provider lists a new resource."""


@pytest.fixture(name="processes", scope="module")
def _processes():
    processes = Processes()
    yield processes
    processes.close()


@pytest.fixture(name="simulator", scope="module")
def _simulator():
    """Return a simulator in real time."""
    with Simulator() as simulator:
        yield simulator


def tasks_of(world, options, fleets):
    """Return the same task as a module, or for each true value of ``fleets`` as an entry of a fleet."""
    provider, module = world.resource_type.provider, world.resource_type.module
    connection = {"api_key": world.cloud.key, "api_url": world.cloud.url(provider)}
    return [
        ("fleet", {"resources": [{module: options}], provider: connection})
        if through_fleet
        else (module, {**connection, **options})
        for through_fleet in fleets
    ]


@pytest.mark.parametrize(
    "fleets",
    [
        pytest.param((False, False, False), id="modules"),
        pytest.param((True, False, True), id="fleets and a module", marks=pytest.mark.other_face),
    ],
)
def test_law_06_three_hosts_that_need_one_resource_create_one(simulator, processes, resource_type, fleets):
    world = World(Cloud(simulator, None, key=f"sk-{secrets.token_hex(24)}"), resource_type)
    world.account.settings.set(boot_seconds=0, visible_after=LATE)
    results = [values for values, _printed in processes.run(*tasks_of(world, resource_type.task, fleets))]
    assert not [values["msg"] for values in results if values.get("failed")]
    assert sorted(values["changed"] for values in results) == [False, False, True]
    assert len(world.ids()) == 1


@pytest.fixture(name="other_task")
def _other_task(world):
    """Return a function that reserves the resource as another task would, and the reservations of that task."""
    reservations = Reservations(lambda: None)

    def reserve(**desired_state):
        resource_type = RESOURCE_TYPES[world.resource_type.module]
        urls = dict.fromkeys(resource_type.provider.urls, world.cloud.url(world.resource_type.provider))
        client = Client(urls, world.cloud.key, secrets=Secrets(), clock=Clock(), errors=resource_type.provider.errors)
        values = resource_type.table.desired(world.resource_type.selection)
        name = world.name if world.resource_type.identity == "name" else ""
        desired_state = {"state": "present", "name": name, "id": "", "values": values, **desired_state}
        convergence = Convergence(resource_type(client), DesiredState(**desired_state), Clock())
        assert not reservations.reserve([convergence])
        return reservations

    with contextlib.closing(reservations):
        yield reserve


def written(result):
    return [write["operation"] for write in result.writes]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_law_06_a_task_waits_for_another_one_and_then_fails_clearly(world, other_task, state):
    reservations = other_task()
    began = world.cloud.clock.now()
    task = world.resource_type.task if state == "present" else {world.resource_type.identity: world.name}
    failed = world.run({**task, "state": state, "settle_timeout": 7})
    failed.failing(
        str(world.shown_name), "another task on this host", "67 s", "Nothing was written", "Run the task again"
    )
    assert 67 <= world.cloud.clock.now() - began < 70
    assert failed["failure"]["reason"] == "locked"
    assert failed["failure"]["retryable"] is True
    assert failed["changed"] is False
    assert not written(failed)
    reservations.close()
    assert world.run({**task, "state": state}).ok()["changed"] is (state == "present")


def test_law_06_a_task_with_the_id_waits_for_another_one_with_the_id(world, other_task):
    made = world.create().ok()
    other_task(id=made["id"], name="")
    failed = world.run({"id": made["id"], "state": "absent"}).failing("another task on this host", made["id"])
    assert world.ids() == [made["id"]]
    assert not written(failed)


def test_law_06_check_mode_waits_for_no_other_task_and_delays_none(world, other_task, monkeypatch):
    locked = []
    monkeypatch.setattr(LockFile, "try_lock", lambda _file, byte: locked.append(byte))
    world.run(world.resource_type.task, check=True).ok(changed=True)
    assert not locked
    monkeypatch.undo()
    other_task()
    world.run(world.resource_type.task, check=True).ok(changed=True)


def test_law_06_a_task_waits_only_for_tasks_with_the_same_account_and_resource(world, other_task):
    reservations = other_task(
        values={world.resource_type.identity: world.resource_type.other_identity("12345")},
        name="another name",
        state="absent",
    )
    world.create().ok()
    reservations.close()
    other_task(id="another id", name="")
    world.task(state="absent").ok(changed=True)
    world.cloud.key = f"sk-{secrets.token_hex(24)}"
    other_task()


@needs("boots")
def test_law_06_a_resource_is_released_before_the_wait_until_it_is_ready(world, monkeypatch):
    world.account.settings.set(visible_after=3, boot_seconds=60)
    held = []
    sleep = world.cloud.clock.sleep

    def note(seconds):
        held.append(bool(LOCK_FILE._locked))
        sleep(seconds)

    monkeypatch.setattr(world.cloud.clock, "sleep", note)
    world.create().ok(changed=True)
    assert held[0]
    assert not held[-1]
    assert held == sorted(held, reverse=True)
    assert not LOCK_FILE._locked


def test_law_06_a_failed_task_releases_its_resource(world):
    world.fault("list", "status", status=500, times=0)
    world.create(api_retries=0).failing("500")
    assert not LOCK_FILE._locked


def test_law_06_a_host_without_locks_only_leads_to_a_warning(world, monkeypatch):
    def try_lock(_file, _byte):
        raise NoLocks("/tmp/x belongs to another user")

    monkeypatch.setattr(LockFile, "try_lock", try_lock)
    made = world.create().ok(changed=True)
    [warning] = [warning for warning in made["warnings"] if "lock" in str(warning)]
    assert "/tmp/x belongs to another user" in str(warning)
    assert world.ids() == [made["id"]]


class ImpatientClock(Clock):
    """Real time, but with short pauses between requests."""

    def sleep(self, seconds):
        super().sleep(min(seconds, 0.1))


@pytest.mark.parametrize("latency", [0.0, 0.02])
@pytest.mark.parametrize("runs", [2, 4])
def test_law_06_concurrent_tasks_on_different_hosts_create_one_resource_or_report_all_ids(world, runs, latency):
    """The locks of a host do not exclude tasks on other hosts, which these threads stand for."""
    resource_type = world.resource_type
    # These tasks wait on a clock of their own, so the clock of the simulator stands still.
    world.account.settings.set(latency=latency, boot_seconds=0)
    resource = RESOURCE_TYPES[resource_type.module]
    together = threading.Barrier(runs)

    def run(_number):
        urls = dict.fromkeys(resource.provider.urls, world.cloud.url(resource_type.provider))
        clock = ImpatientClock()
        client = Client(urls, world.cloud.key, secrets=Secrets(), clock=clock, errors=resource.provider.errors)
        desired = resource.table.desired(resource_type.task)
        options = {field.name: field.default for field in resource.options.fields if field.default is not None}
        options.update(resource.options.desired(resource_type.task))
        desired_state = DesiredState("present", world.name, "", desired, options, wait=False)
        executor = Convergence(resource(client), desired_state, clock)
        together.wait()
        try:
            executor.plan()
            executor.apply()
        except AmbiguousName as error:
            return error
        except ApiError as error:
            if not resource_type.exclusive or error.reason != resource_type.exclusive:
                raise
        return None

    with ThreadPoolExecutor(runs) as pool:
        errors = [error for error in pool.map(run, range(runs)) if error]
    ids = world.ids()
    if len(ids) > 1 and resource_type.ambiguous:
        assert errors
        assert any(set(error.ids) == set(ids) for error in errors)
        world.create().failing(*ids)
    else:
        assert not errors
