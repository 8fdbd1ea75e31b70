# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 6 with concurrency: several threads run the same task at the same time."""

from __future__ import annotations

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


@pytest.mark.parametrize("latency", [0.0, 0.02])
@pytest.mark.parametrize("runs", [2, 4])
def test_law_06_concurrent_tasks_create_one_resource_or_report_all_ids(world, runs, latency):
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
