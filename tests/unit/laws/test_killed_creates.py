# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 6 after a kill: the next task on the host finds what a killed task has created, although no list has it yet."""

from __future__ import annotations

import os
import tempfile

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.new_resource import NewResource
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.unfinished import UnfinishedCreate
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import Cancelled

LATE = 25
"""Seconds until the provider lists a new resource."""


@pytest.fixture(name="notes", autouse=True)
def _notes(tmp_path, monkeypatch):
    """Return a function that lists the notes of the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / f"gpufleet.cloud-{os.geteuid()}"
    return lambda: sorted(folder.glob("create-*"))


@pytest.fixture(name="kill")
def _kill(world, monkeypatch):
    """Return a function that runs the complete task with some options and stops it after its create, before a list
    response has the resource.
    """

    def stop(*_arguments):
        raise Cancelled("the process was stopped.")

    def kill(**fragment):
        with monkeypatch.context() as patched:
            patched.setattr(NewResource, "_until_found", stop)
            world.create(**fragment).failing("was stopped")

    return kill


@pytest.fixture(name="killed")
def _killed(world, kill, notes):
    """Return a world in which a task has been killed after its create."""
    world.account.settings.set(visible_after=LATE)
    kill()
    assert len(world.store.all()) == 1 and len(notes()) == 1
    return world


def test_law_06_the_next_task_adopts_what_a_killed_task_has_created(killed, notes):
    predicted = killed.run(killed.resource_type.task, check=True).ok()
    assert len(notes()) == 1
    done = killed.create().ok()
    assert "create" not in [step["action"] for step in (*predicted["plan"], *done["plan"])]
    assert len(killed.store.all()) == 1 and not notes()


def test_law_06_a_task_deletes_what_a_killed_task_has_created(killed, notes):
    killed.task(state="absent").ok(changed=True)
    assert killed.ids() == [] and not notes()


def test_law_06_a_removed_resource_that_is_still_listed_is_not_the_new_one(world, kill, notes):
    world.account.settings.set(removed_linger=10_000)
    world.create().ok()
    world.task(state="absent").ok(changed=True)
    world.account.settings.set(visible_after=LATE)
    kill()
    assert "create" not in [step["action"] for step in world.create().ok()["plan"]]
    assert not notes()


@pytest.fixture(name="noted")
def _noted(world, monkeypatch):
    """Return a world with the note of a create, but without the resource."""
    with monkeypatch.context() as patched:
        patched.setattr(UnfinishedCreate, "end", lambda _self: None)
        world.fault("create", "status", status=400, reason="VALIDATOR_PARAM", message="no")
        world.create().failing("no")
    return world


def test_law_06_a_note_without_a_resource_delays_the_next_task_once(noted, notes):
    [note] = notes()
    note.write_bytes(b"[1")  # the process was killed while it wrote the note
    began = noted.cloud.clock.now()
    noted.create().ok(changed=True)
    assert noted.cloud.clock.now() - began >= 60
    assert not notes()


def test_law_06_an_old_note_delays_nothing(noted):
    noted.cloud.clock.sleep(10_000)
    began = noted.cloud.clock.now()
    predicted = noted.run(noted.resource_type.task, check=True).ok(changed=True)
    assert predicted["plan"][0]["action"] == "create"
    assert noted.cloud.clock.now() == began


def test_law_06_a_refused_create_leaves_no_note(world, notes):
    world.fault("create", "status", status=400, reason="VALIDATOR_PARAM", message="no")
    world.create().failing("no")
    assert not notes()


@pytest.mark.needs("fixed", "replaceable")
def test_law_06_a_replacement_whose_task_was_killed_is_not_repeated(world, kill, notes):
    world.create().ok()
    world.account.settings.set(visible_after=LATE)
    replacement = {**world.resource_type.fixed, **world.resource_type.for_replacement, "recreate": True}
    kill(**replacement)
    assert len(world.store.all()) == 2 and len(notes()) == 1
    failed = world.create(**replacement).failing("2 ", "as after an interrupted replacement")
    assert failed.writes == [] and len(world.store.all()) == 2
