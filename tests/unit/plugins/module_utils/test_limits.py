# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of the host on threads, open files and memory: nothing is lost, and the message says what to change."""

from __future__ import annotations

import _thread
import json
import os
import subprocess
import sys
import threading

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils import _threads
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import Cancelled, internal_error
from ansible_collections.gpufleet.cloud.plugins.module_utils._limits import limit_reached
from ansible_collections.gpufleet.cloud.plugins.module_utils._threads import Workers, in_own_thread, in_threads

PROGRAM = """
import contextlib, ctypes, json, os, resource, sys
import jsonschema, requests
from ansible_collections.gpufleet.cloud.plugins.modules import fleet
from ansible_collections.gpufleet.cloud.tests.unit.harness import run_module
limit, more, options = json.loads(sys.argv[1])
run_module("fleet", options, check=True)  # imports everything
with contextlib.suppress(OSError):
    ctypes.CDLL("libgcc_s.so.1")  # the end of a thread loads it, or ends the process
if limit == "RLIMIT_NPROC":
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(64321, 64321, 64321)
    now = 1
else:
    now = len(os.listdir("/proc/self/fd")) - 1
resource.setrlimit(getattr(resource, limit), (now + more,) * 2)
values, printed = run_module("fleet", options)
print(json.dumps([values, "Traceback" in printed]))
"""
LIMITS = [
    ("RLIMIT_NOFILE", 0),
    ("RLIMIT_NOFILE", 2),
    ("RLIMIT_NPROC", 0),
    ("RLIMIT_NPROC", 3),
]


@pytest.fixture(name="account")
def _account(cloud):
    return cloud.account("vast")


@pytest.mark.parametrize(("limit", "more"), LIMITS)
def test_a_fleet_under_a_limit_reports_everything_that_it_created(cloud, account, limit, more):
    if limit == "RLIMIT_NPROC" and os.geteuid():
        pytest.skip("only root can become a user without other processes")
    entries = [{"vast_endpoint": {"name": f"e{number}", "max_workers": 1, "settle_timeout": 2}} for number in range(6)]
    vast = {"api_key": cloud.key, "api_url": cloud.url("vast"), "api_retries": 1}
    given = json.dumps([limit, more, {"resources": entries, "vast": vast, "concurrency": 4}])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, given], stdout=subprocess.PIPE, check=True, encoding="utf-8", timeout=600
    )
    values, has_traceback = json.loads(done.stdout)
    assert not has_traceback
    created = {row["endpoint_name"]: str(row["id"]) for row in account.store("endpoints").views()}
    operations = [request["operation"] for request in account.requests]
    assert operations.count("endpoint.create") == len(created)
    reported = {entry["name"]: entry["id"] for entry in values.get("resources", []) if entry["id"]}
    assert reported == created
    if values.get("failed"):
        assert "this host" in values["msg"] and "lower the option concurrency" in values["msg"]
        assert "bug" not in values["msg"]
    else:
        assert len(created) == 6


def test_without_further_threads_this_one_does_everything(monkeypatch):
    def start(_work, _given):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(_thread, "start_new_thread", start)
    assert in_threads(str, [1, 2, 3], 8) == ["1", "2", "3"]
    assert in_threads(str, [], 8) == []


def test_things_are_done_concurrently_and_the_results_are_in_order():
    barrier = threading.Barrier(4)

    def act(number):
        barrier.wait(60)
        return number

    assert in_threads(act, range(4), 4) == [0, 1, 2, 3]


def test_an_error_ends_the_work_and_is_raised():
    done = []

    def act(number):
        done.append(number)
        raise KeyError(number)

    with pytest.raises(KeyError):
        in_threads(act, range(100), 1)
    assert done == [0]


def test_a_limit_is_found_behind_other_errors_and_other_errors_are_none():
    wrapped = ValueError("wrapped")
    wrapped.__context__ = KeyError(OSError(24, "Too many open files"))
    wrapped.__context__.__context__ = wrapped
    assert "ulimit -n" in limit_reached(wrapped)
    assert "ulimit -u" in limit_reached(RuntimeError("can't start new thread"))
    assert "ulimit -v" in limit_reached(MemoryError())
    assert limit_reached(RuntimeError("generator raised StopIteration")) == limit_reached(OSError(2, "none")) == ""
    assert isinstance(internal_error(MemoryError()), Cancelled)


def test_nobody_waits_for_a_thread_that_ends_before_it_has_begun(monkeypatch):
    monkeypatch.setattr(_thread, "start_new_thread", lambda _work, _given: None)
    monkeypatch.setattr(_threads, "_BEGIN_LIMIT", 0)
    assert in_threads(str, [1, 2, 3], 8) == ["1", "2", "3"]
    with pytest.raises(RuntimeError, match="new thread"):
        in_own_thread(lambda: None)
    done, workers = [], Workers(2)
    for number in range(3):
        workers.do(lambda number=number: done.append(number))
    assert not done
    workers.help()
    assert done == [0, 1, 2]


def test_work_whose_thread_begins_too_late_is_not_done(monkeypatch):
    threads, done = [], []
    monkeypatch.setattr(_thread, "start_new_thread", lambda work, given: threads.append((work, given)))
    monkeypatch.setattr(_threads, "_BEGIN_LIMIT", 0)
    with pytest.raises(RuntimeError, match="new thread"):
        in_own_thread(lambda: done.append(1))
    [(work, given)] = threads
    work(*given)
    assert done == []


@pytest.mark.skipif(sys.version_info < (3, 10), reason="Python returns the trace function since 3.10")
def test_debuggers_and_coverage_follow_the_work_in_a_thread():
    former, called = threading.gettrace(), []
    threading.settrace(lambda frame, _event, _argument: called.append(frame.f_code.co_name))
    try:
        in_own_thread(lambda: None)
    finally:
        threading.settrace(former)
    assert "<lambda>" in called


def test_the_work_in_a_thread_returns_its_result_or_raises_its_error():
    assert in_own_thread(threading.get_ident) != threading.get_ident()
    with pytest.raises(SystemExit):
        in_own_thread(sys.exit)
