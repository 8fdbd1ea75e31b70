# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task sends no more writes after an interrupt, or after the job that started it has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import direct_permit as direct_permit_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import permit as permit_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.direct_permit import DirectPermit
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.permit import Permit
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import Cancelled
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.exchange import Connections

TASK = {"name": "a", "max_workers": 1}


def _lose_the_parent(monkeypatch, cloud, after):
    """Replace the ancestors after a request to an operation, as if the parent process had ended."""

    def ancestors():
        return (1, 1) if after in [entry["operation"] for entry in cloud.account("vast").requests] else (1, 2)

    monkeypatch.setattr(permit_module, "ancestors", ancestors)


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
    _lose_the_parent(monkeypatch, cloud, after="endpoint.list")
    result = cloud.run("vast_endpoint", TASK).failing("has ended, so the task sends no more requests")
    assert result["failure"]["reason"] == Cancelled.reason
    assert not result.writes


def test_a_refused_create_is_not_repeated_after_the_job_has_ended(cloud, monkeypatch):
    cloud.account("vast").fault("endpoint.create", "rate_limit")
    _lose_the_parent(monkeypatch, cloud, after="endpoint.create")
    result = cloud.run("vast_endpoint", TASK).failing("HTTP 429")
    assert result.operations.count("endpoint.create") == 1


def test_a_module_stops_waiting_after_its_job_has_ended(cloud, monkeypatch):
    _lose_the_parent(monkeypatch, cloud, after="endpoint.create")
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


# -- tasks in the process of Ansible -----------------------------------------------------------------------------------


class AlarmOfAnsible(BaseException):
    """What the handler of Ansible raises."""


class Worker:
    """This process as a worker of Ansible. It does not end when it should."""

    def __init__(self, monkeypatch):
        self.ended_by = []
        self.ended = threading.Event()
        monkeypatch.setattr(direct_permit_module.os, "kill", self._kill)
        monkeypatch.setattr(direct_permit_module, "_LAST_RESULT", 0)
        monkeypatch.setattr(direct_permit_module, "_ENDING", threading.Lock())
        monkeypatch.setattr(DirectPermit, "ended_by", 0)

    def _kill(self, process, number):
        assert process == os.getpid()
        self.ended_by.append(number)
        self.ended.set()

    @staticmethod
    def receive(number):
        signal.pthread_kill(threading.main_thread().ident, number)

    def receive_until_it_ends(self, number, permit):
        """Send a signal, and wait until it has ended the permission, as a task does that has begun a write."""
        self.receive(number)
        with pytest.raises(Cancelled) as cancelled:
            permit.sleep(60)
        return str(cancelled.value)


@pytest.fixture(name="worker")
def _worker(monkeypatch):
    def end(_number, _frame):
        raise AlarmOfAnsible

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
    before = [signal.signal(number, end) for number in numbers]
    yield Worker(monkeypatch)
    assert [signal.getsignal(number) for number in numbers] == [end] * 4
    for number, handler in zip(numbers, before):
        signal.signal(number, handler)


def test_after_the_time_limit_a_direct_task_returns_its_result_and_the_next_item_has_its_own_time(worker):
    signal.alarm(1000)
    permit = DirectPermit(2)
    message = permit.while_uninterrupted(lambda: worker.receive_until_it_ends(signal.SIGALRM, permit))
    assert message == "the task reached its time limit (timeout: 2 s), so the task sends no more requests."
    assert permit.out_of_time in message
    assert signal.alarm(0) == 0, "an alarm after the work would lose the result"
    later = DirectPermit(2)
    assert later.while_uninterrupted(lambda: later.demand() or "done") == "done"
    assert not worker.ended_by


def test_a_task_without_a_time_limit_does_not_change_the_alarm(worker):
    signal.alarm(1000)
    permit = DirectPermit()
    assert permit.while_uninterrupted(lambda: signal.getsignal(signal.SIGALRM)) is signal.getsignal(signal.SIGALRM)
    assert 0 < signal.alarm(0) <= 1000
    assert not permit.out_of_time


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_after_a_signal_a_direct_task_returns_its_result_and_the_next_item_sends_nothing(worker, number):
    permit = DirectPermit()
    message = permit.while_uninterrupted(lambda: worker.receive_until_it_ends(number, permit))
    assert message == "the task was interrupted, so the task sends no more requests."
    with pytest.raises(Cancelled, match="Cannot start the task: the task was interrupted"):
        DirectPermit().while_uninterrupted(pytest.fail)
    # Ansible may wait, for example before the next attempt of the task.
    assert worker.ended.wait(60)
    assert worker.ended_by == [number]


def test_after_ctrl_c_a_worker_ends_when_the_task_has_ended(worker):
    permit = DirectPermit()

    def work():
        worker.receive_until_it_ends(signal.SIGINT, permit)
        # Ansible sends it twice.
        worker.receive(signal.SIGTERM)
        worker.receive(signal.SIGTERM)
        return list(worker.ended_by)

    assert permit.while_uninterrupted(work) == []
    assert worker.ended_by == [signal.SIGINT]


def test_a_second_ctrl_c_ends_a_worker_at_once(worker):
    permit = DirectPermit()

    def work():
        worker.receive_until_it_ends(signal.SIGINT, permit)
        worker.receive(signal.SIGINT)
        assert worker.ended.wait(60)

    permit.while_uninterrupted(work)
    assert worker.ended_by[0] == signal.SIGINT


def test_a_worker_whose_parent_ended_before_its_task_began_sends_nothing_and_ends(worker, monkeypatch):
    class Parent:
        pid = os.getpid()

    monkeypatch.setattr(direct_permit_module.multiprocessing, "parent_process", Parent)
    with pytest.raises(Cancelled, match="has ended"):
        DirectPermit().while_uninterrupted(pytest.fail)
    assert worker.ended_by == [signal.SIGTERM]


def test_a_worker_notices_the_end_of_its_parent_while_its_task_waits(worker, monkeypatch):
    permit = DirectPermit()

    def work():
        monkeypatch.setattr(direct_permit_module.os, "getppid", lambda: 1)
        permit.sleep(60)

    with pytest.raises(Cancelled, match="has ended"):
        permit.while_uninterrupted(work)
    assert worker.ended_by == [signal.SIGTERM]


def test_a_direct_task_outside_the_main_thread_changes_no_handler(worker):
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: DirectPermit(5).while_uninterrupted(lambda: "done")).result() == "done"
    assert not worker.ended_by
