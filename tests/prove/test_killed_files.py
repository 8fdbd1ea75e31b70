# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet whose process is killed while it writes the file of a plan or a line of its journal."""

from __future__ import annotations

import json
import os
import signal

import pytest

from ansible_collections.gpufleet.cloud.tests.unit.plugins.modules.test_fleet import Fleet

from .kills import FORKS

pytestmark = [FORKS, pytest.mark.fast]


@pytest.fixture(name="fleet")
def _fleet(new_cloud):
    return Fleet(new_cloud())


def endpoint(max_workers):
    return {"vast_endpoint": {"name": "tts", "max_workers": max_workers}}


def kill(*_arguments):
    os.kill(os.getpid(), signal.SIGKILL)


def is_killed(start):
    """Run a function in a process of its own. Return whether the process was killed."""
    child = os.fork()
    if not child:
        try:
            start()
        finally:
            os._exit(0)
    _child, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == -signal.SIGKILL


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_the_plan_file_stays_as_it_was_if_the_process_is_killed_while_it_writes_another(
    fleet, tmp_path, monkeypatch, function
):
    path = tmp_path / "plan.json"
    fleet.ok(endpoint(2), check=True, plan_file=str(path))
    approved = path.read_text(encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(os, function, kill)
        assert is_killed(lambda: fleet.run(endpoint(4), check=True, plan_file=str(path)))
    assert path.read_text(encoding="utf-8") == approved
    fleet.ok(endpoint(2), apply_plan=str(path))
    fleet.ok(endpoint(4), check=True, plan_file=str(path))
    fleet.ok(endpoint(4), apply_plan=str(path))
    [row] = fleet.accounts["vast"].store().views()
    assert row["max_workers"] == 4


@pytest.mark.parametrize("line, created", [("start", 0), ("intent", 0), ("done", 1)])
def test_the_journal_stays_readable_if_the_process_is_killed_in_a_line(fleet, tmp_path, monkeypatch, line, created):
    """The intent is in the journal before the request is sent, and the end of the write after the response."""
    path = tmp_path / "journal"
    write = os.write

    def write_half(descriptor, content):
        if f'"{line}": '.encode() not in content:
            return write(descriptor, content)
        write(descriptor, content[: len(content) // 2])
        return kill()

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", write_half)
        assert is_killed(lambda: fleet.run(endpoint(2), journal=str(path)))
    store = fleet.accounts["vast"].store()
    assert len(store.views()) == created
    fleet.ok(endpoint(2), journal=str(path))
    assert len(store.views()) == 1
    unreadable = 0
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            json.loads(text)
        except ValueError:
            unreadable += 1
    assert unreadable == 1
