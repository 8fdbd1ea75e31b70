# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines that a task in the process of Ansible shows while it works and waits."""

from __future__ import annotations

import re
import threading
from types import SimpleNamespace

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.direct import DirectTask
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.permit import Permit
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.progress import Progress
from ansible_collections.gpufleet.cloud.plugins.modules import fleet, novita_endpoint

from ...laws.resource_types import NOVITA_ENDPOINT


@pytest.fixture(name="watch")
def _watch(clock, monkeypatch):
    """Return a function that runs a task, and returns its lines and those about what it waits for."""

    def watch(module, options):
        shown, awaited = [], []
        task = DirectTask(module, "module", options, check_mode=False, permit=Permit(), show=shown.append)
        sleep = clock.sleep

        def look(seconds):
            awaited.append(task.awaited("2:30"))
            sleep(seconds)

        monkeypatch.setattr(clock, "sleep", look)
        assert not task.result().get("failed")
        return shown, awaited

    return watch


def test_a_task_says_what_it_waits_for(cloud, watch):
    cloud.account("novita").settings.set(boot_seconds=600)
    options = {"api_key": cloud.key, "api_url": cloud.url("novita"), **NOVITA_ENDPOINT.task, "wait_timeout": 900}
    shown, awaited = watch(novita_endpoint.MODULE, options)
    assert not shown
    assert "endpoint 'llm-8b': 2:30, 'creating'" in awaited


def test_a_task_shows_the_workers_that_it_waits_for(cloud, watch):
    cloud.account("novita").settings.set(boot_seconds=100)
    config = {**NOVITA_ENDPOINT.task["worker_config"], "min_num": 1}
    options = {"api_key": cloud.key, "api_url": cloud.url("novita"), **NOVITA_ENDPOINT.task, "worker_config": config}
    _shown, awaited = watch(novita_endpoint.MODULE, options)
    [worker] = cloud.account("novita").store("endpoints").views()[0]["workers"]
    summary = f"0 of 1 workers are healthy: worker {worker['id']} is 'creating', log {worker['log']}."
    assert f"endpoint 'llm-8b': 2:30, 'serving'. {summary}" in awaited


@pytest.mark.parametrize(("count", "more"), [(5, ""), (7, "; and 2 more")])
def test_a_fleet_counts_its_entries_and_lists_those_in_progress(cloud, watch, count, more):
    cloud.account("novita").settings.set(boot_seconds=600)
    vast = {"vast_endpoint": {"name": "tts", "max_workers": 4, "min_load": 0, "cold_workers": 0}}
    endpoints = [
        {"novita_endpoint": {**NOVITA_ENDPOINT.task, "name": f"llm-{number}", "wait_timeout": 900}}
        for number in range(count)
    ]
    connections = {provider: {"api_key": cloud.key, "api_url": cloud.url(provider)} for provider in ("novita", "vast")}
    shown, awaited = watch(fleet.MODULE, {"resources": [vast, *endpoints], **connections})
    total = count + 1
    assert all(re.match(rf"\[\d/{total}\] \d+:\d\d entry \d \(", line) for line in shown)
    assert [line[:5] for line in (shown[0], shown[-1])] == [f"[0/{total}]", f"[{total}/{total}]"]
    assert sum(line.endswith("create ...") for line in shown) == len(shown) / 2 == total
    state = r"entry \d \(novita_endpoint llm-\d\), 'creating'"
    listed = "; ".join([state] * 5)
    assert any(re.fullmatch(rf"\[[01]/{total}\] 2:30 in progress: {listed}{more}", line) for line in awaited)


class EndingRun:
    """A run that has created a resource. ``before_its_line`` runs while the line about its end is composed."""

    error = None
    action = "create"
    current_id = ""

    def __init__(self, name, before_its_line=lambda: None):
        self._name = name
        self._before_its_line = before_its_line
        self.convergence = SimpleNamespace(outcome=SimpleNamespace(id=name))

    @property
    def entry(self):
        self._before_its_line()
        return SimpleNamespace(label=self._name)


def test_entries_that_end_at_the_same_time_are_counted_in_the_order_of_their_lines():
    shown = []
    progress = Progress(shown.append)
    other = EndingRun("b")
    thread = threading.Thread(target=progress.show_end, args=(other,))

    def end_the_other():
        thread.start()
        # The other run must wait for the line about the first one. Without a lock, it ends within this time.
        thread.join(0.5)

    first = EndingRun("a", end_the_other)
    progress.begin([first, other])
    progress.show_end(first)
    thread.join()
    assert [re.sub(r"\d+:\d\d ", "", line) for line in shown] == ["[1/2] a: create: a", "[2/2] b: create: b"]
