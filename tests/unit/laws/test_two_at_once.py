# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 6 with concurrency: several processes, or threads without locks, run the same task at the same time."""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._clock import Clock
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.convergence import Convergence
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import DesiredState
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import AmbiguousName
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.client import Client
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import Secrets
from ansible_collections.gpufleet.cloud.tests.simulator.server import Simulator

from ..harness import Cloud
from ..processes import Processes
from .conftest import World

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
        pytest.param((True, False, True), id="fleets and a module", marks=pytest.mark.through_fleet),
    ],
)
def test_law_06_three_hosts_that_need_one_resource_create_one(simulator, processes, resource_type, fleets):
    world = World(Cloud(simulator, None, key=f"sk-{secrets.token_hex(24)}"), resource_type)
    world.account.settings.set(boot_seconds=0, visible_after=LATE)
    results = [values for values, _printed in processes.run(*tasks_of(world, resource_type.task, fleets))]
    assert not [values["msg"] for values in results if values.get("failed")]
    assert sorted(values["changed"] for values in results) == [False, False, True]
    assert len(world.ids()) == 1


@pytest.mark.parametrize("latency", [0.0, 0.02])
@pytest.mark.parametrize("runs", [2, 4])
def test_law_06_concurrent_tasks_on_different_hosts_create_one_resource_or_report_all_ids(world, runs, latency):
    """The locks of a host do not exclude tasks on other hosts, which these threads stand for."""
    resource_type = world.resource_type
    world.account.settings.set(latency=latency)
    resource = RESOURCE_TYPES[resource_type.module]
    together = threading.Barrier(runs)

    def run(_number):
        urls = dict.fromkeys(resource.provider.urls, world.cloud.url(resource_type.provider))
        client = Client(urls, world.cloud.key, secrets=Secrets(), clock=Clock(), errors=resource.provider.errors)
        desired = resource.table.desired(resource_type.task)
        executor = Convergence(resource(client), DesiredState("present", world.name, "", desired, wait=False), Clock())
        together.wait()
        try:
            executor.plan()
            executor.apply()
        except AmbiguousName as error:
            return error
        return None

    with ThreadPoolExecutor(runs) as pool:
        errors = [error for error in pool.map(run, range(runs)) if error]
    ids = world.ids()
    if len(ids) > 1:
        assert errors
        assert any(set(error.ids) == set(ids) for error in errors)
        world.create().failing(*ids)
    else:
        assert not errors
