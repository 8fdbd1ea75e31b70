# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 6 after a kill: the next task on the host does not repeat a change that adds to what the resource has."""

from __future__ import annotations

import os
import tempfile

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.executor import Executor
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import Cancelled
from ansible_collections.gpufleet.cloud.tests.simulator import wire

STALE = 25
"""Seconds for which reads show the values from before a change."""

pytestmark = pytest.mark.needs("once")


@pytest.fixture(name="notes")
def _notes(tmp_path, monkeypatch):
    """Return a function that lists the notes of the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / f"gpufleet.cloud-{os.geteuid()}"
    return lambda: sorted(folder.glob("change-*"))


@pytest.fixture(name="kill")
def _kill(world, notes, monkeypatch):
    """Return a function that runs a task and stops it before it has verified its change."""

    def stop(*_arguments):
        raise Cancelled("the process was stopped.")

    def kill(**fragment):
        with monkeypatch.context() as patched:
            patched.setattr(Executor, "_verify", stop)
            world.task(**fragment).failing("was stopped")
        assert len(notes()) == 1

    world.create().ok()
    world.account.settings.set(stale_after=STALE)
    return kill


def amount(world):
    [record] = world.store.all()
    return wire.read(record.spec, world.resource_type.changed_wire)


def test_law_06_the_next_task_does_not_repeat_a_growth(world, kill, notes):
    kill(**world.resource_type.change)
    predicted = world.check(**world.resource_type.change).ok(changed=False)
    assert predicted.writes == [] and len(notes()) == 1
    done = world.task(**world.resource_type.change).ok(changed=False)
    assert done.writes == [] and not notes()
    assert amount(world) == world.resource_type.amounts[1]


def test_law_06_the_next_task_does_not_pay_a_subscription_again(world, kill, notes):
    subscription = world.resource_type.subscription
    kill(**subscription)
    assert world.task(**subscription).ok(changed=False).writes == []
    assert not notes()


def test_law_06_a_growth_that_did_not_reach_the_provider_is_sent_again(world, kill, notes):
    world.fault(world.resource_type.update, "ignore", fields=[world.resource_type.changed_wire])
    kill(**world.resource_type.change)
    began = world.cloud.clock.now()
    world.task(**world.resource_type.change).ok(changed=True)
    assert world.cloud.clock.now() - began >= 60
    assert amount(world) == world.resource_type.amounts[1] and not notes()


def test_law_06_a_verified_or_refused_growth_leaves_no_note(world, kill, notes):
    world.fault(world.resource_type.update, "status", status=400, reason="VALIDATOR_PARAM", message="no")
    world.task(**world.resource_type.change).failing("no")
    assert not notes()
    world.task(**world.resource_type.change).ok(changed=True)
    assert not notes()
