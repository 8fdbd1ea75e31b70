# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stage of the workers of Vast.ai for each status, and the summary of workers."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import FAILED, PENDING, READY
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.workers import (
    MAX_DESCRIBED,
    Worker,
    worker_summary,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.workers import MAX_FAILED, WorkerRow, WorkerWatch

from ...harness import PlayedClock


def watched(*reads, needed_now=False, active=False):
    """Return the stage after some reads, 31 seconds apart; each maps worker ids to (status, loaded)."""
    clock = PlayedClock()
    watch = WorkerWatch(clock)
    for read in reads:
        watch.update([WorkerRow(number, *row) for number, row in read.items()], needed_now)
        clock.sleep(31)
    return watch.stage(1, active).name


@pytest.mark.parametrize(
    ("status", "loaded", "stage", "active"),
    [
        ("idle", None, READY, READY),
        ("ready", None, READY, READY),
        ("stopped", True, READY, PENDING),
        ("stopped", False, PENDING, PENDING),
        ("stopped", None, PENDING, PENDING),
        ("error", True, PENDING, PENDING),
        ("loading", True, PENDING, PENDING),
        ("destroying", True, PENDING, PENDING),
        ("unheard_of", True, PENDING, PENDING),
        ("", None, PENDING, PENDING),
    ],
)
def test_one_read_of_a_worker_determines_the_stage(status, loaded, stage, active):
    assert watched({"1": (status, loaded)}) == stage
    assert watched({"1": (status, loaded)}, active=True) == active


def test_a_stopped_worker_counts_as_ready_after_a_while_unless_one_is_needed_now():
    stopped = {"1": ("stopped", None)}
    assert watched(stopped, stopped) == READY
    assert watched(stopped, stopped, needed_now=True) == PENDING
    assert watched({"1": ("idle", None)}, stopped, needed_now=True) == READY


ENDED = ["destroying", "unavail", "stopped"]


@pytest.mark.parametrize("status", ENDED)
@pytest.mark.parametrize(("count", "stage"), [(MAX_FAILED - 1, PENDING), (MAX_FAILED, FAILED)])
def test_workers_that_stay_stopped_count_as_failed(status, count, stage):
    ending = {str(number): (status, False) for number in range(count)}
    assert watched(ending) == PENDING
    assert watched(ending, ending) == stage
    assert watched(ending, ending, {**ending, "x": ("idle", None)}) == READY


@pytest.mark.parametrize("status", ["loading", "error"])
def test_a_worker_that_disappears_before_it_is_ready_counts_once_as_failed(status):
    reads = [{str(number): (status, False)} for number in range(MAX_FAILED)]
    assert watched(*reads) == PENDING
    assert watched(*reads, {}) == FAILED
    assert watched(reads[0], {}, reads[0], {}, {}) == PENDING


def test_workers_that_were_ready_may_disappear():
    assert watched(*({str(number): ("idle", True)} for number in range(9)), {}) == PENDING


def test_workers_with_an_error_do_not_count_as_failed():
    failing = {str(number): ("error", False) for number in range(9)}
    assert watched(failing, failing, failing) == PENDING


# -- the summary, which all providers share --------------------------------------------------------------------------


def _worker(number, status="running", message="", healthy=True, log=""):
    return Worker(f"w-{number}", status, message, healthy, log)


@pytest.mark.parametrize(
    ("workers", "more", "summary"),
    [
        ([], {}, "There are no workers."),
        ([], {"leaving": 1}, "There are no workers, except 1 that is draining or being removed."),
        ([_worker(1)], {}, "1 of 1 workers is healthy: worker w-1 is 'running'."),
        (
            [
                _worker(1, "failed", "PULL: no such image.", False, "https://logs.example.com/1"),
                _worker(2, "", healthy=False),
            ],
            {"detail": "0 serving, 0 at rest", "leaving": 2},
            (
                "0 of 2 workers are healthy (0 serving, 0 at rest): worker w-1 is 'failed' (PULL: no such image.), log "
                "https://logs.example.com/1; worker w-2 is in an unknown state. These numbers do not include 2 that "
                "are draining or being removed."
            ),
        ),
    ],
)
def test_a_summary_has_the_numbers_and_then_each_worker(workers, more, summary):
    assert worker_summary(workers, **more) == summary


def test_a_summary_describes_a_limited_number_of_workers():
    summary = worker_summary([_worker(number) for number in range(MAX_DESCRIBED + 3)])
    assert summary.startswith(f"{MAX_DESCRIBED + 3} of {MAX_DESCRIBED + 3} workers are healthy: ")
    assert summary.count("worker w-") == MAX_DESCRIBED
    assert summary.endswith("; and 3 more.")
