# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task sends no more writes after an interrupt, or after the job that started it has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import permit as permit_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.permit import Permit
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import Cancelled
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.exchange import Connections

TASK = {"name": "a", "max_workers": 1}


def _lose_the_parent(monkeypatch, after):
    """Replace the ancestors after a number of reads, as if the parent process had ended."""
    found = iter([(1, 2)] * after)
    monkeypatch.setattr(permit_module, "ancestors", lambda: next(found, (1, 1)))


def _blocked():
    return signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.fixture(name="handled", params=[signal.default_int_handler, signal.SIG_IGN])
def _handled(request):
    """Return whether this process handles SIGINT; pytest can run with either setting."""
    before = signal.signal(signal.SIGINT, request.param)
    yield request.param is not signal.SIG_IGN
    assert signal.getsignal(signal.SIGINT) is request.param
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_ends_the_permit_unless_the_process_ignores_interrupts(handled):
    permit = Permit()

    def work():
        os.kill(os.getpid(), signal.SIGINT)
        deadline = time.monotonic() + 60
        while handled and time.monotonic() < deadline:
            permit.demand()
        return "done"

    if handled:
        with pytest.raises(Cancelled, match="interrupted"):
            permit.while_uninterrupted(work)
    else:
        assert permit.while_uninterrupted(work) == "done"


def test_the_threads_of_the_work_block_signals():
    def work():
        with ThreadPoolExecutor(1) as pool:
            return _blocked() & pool.submit(_blocked).result()

    before = _blocked()
    assert {signal.SIGINT, signal.SIGTERM, signal.SIGALRM} <= Permit().while_uninterrupted(work)
    assert _blocked() == before


def test_a_permit_works_outside_the_main_thread():
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: Permit().while_uninterrupted(lambda: "done")).result() == "done"


def test_the_threads_of_requests_block_signals(cloud, monkeypatch):
    masks = []
    send = Connections._response

    def observed(*given):
        masks.append(_blocked())
        return send(*given)

    monkeypatch.setattr(Connections, "_response", observed)
    cloud.run("vast_endpoint", TASK, check=True).ok()
    assert masks
    assert all(signal.SIGINT in mask for mask in masks)


def test_a_module_sends_no_write_after_its_job_has_ended(cloud, monkeypatch):
    _lose_the_parent(monkeypatch, after=1)
    result = cloud.run("vast_endpoint", TASK).failing("has ended, so the task sends no more writes")
    assert result["failure"]["reason"] == Cancelled.reason
    assert not result.writes


def test_a_refused_create_is_not_repeated_after_the_job_has_ended(cloud, monkeypatch):
    cloud.account("vast").fault("endpoint.create", "rate_limit")
    _lose_the_parent(monkeypatch, after=3)
    result = cloud.run("vast_endpoint", TASK).failing("HTTP 429")
    assert result.operations.count("endpoint.create") == 1


def test_a_module_stops_waiting_after_its_job_has_ended(cloud, monkeypatch):
    _lose_the_parent(monkeypatch, after=3)
    result = cloud.run("vast_endpoint", TASK).failing("has ended")
    assert result["id"]
    assert result["changed"]


def test_ancestors_are_the_parent_and_its_parent():
    parent, *older = permit_module.ancestors()
    assert parent == os.getppid()
    assert not older or older[0] >= 0


def test_the_ancestors_include_the_process_that_started_the_shells():
    """Shells continue when the process that started them ends; a local connection starts two of them."""
    package = "ansible_collections.gpufleet.cloud.plugins.module_utils"
    program = f"from {package}._entry.permit import ancestors; print(*ancestors())"
    # A shell with another command to run does not replace itself with the program that it starts.
    command = f"sh -c '{sys.executable} -c \"{program}\"; true'; true"
    printed = subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.PIPE).stdout.split()
    assert list(map(int, printed))[2:] == [os.getpid(), os.getppid()]


def test_ancestors_is_only_the_parent_if_the_system_provides_no_names(monkeypatch):
    def unavailable(_path, **_encoding):
        raise FileNotFoundError

    for read_text in (unavailable, lambda _path, **_encoding: "7 (sh) S 0 7 7"):
        monkeypatch.setattr(permit_module.pathlib.Path, "read_text", read_text)
        assert permit_module.ancestors() == (os.getppid(),)
