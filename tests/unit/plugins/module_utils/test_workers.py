# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When workers of Vast.ai are ready, and when they are given up, word by word."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.state import FAILED, PENDING, READY
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.workers import MAX_FAILED, Worker, WorkerWatch

from ...harness import PlayedClock


def watched(*looks, needed_now=False, active=False):
    """The stage after looks, each a mapping from worker ids to (status, loaded), 31 seconds apart."""
    clock = PlayedClock()
    watch = WorkerWatch(clock)
    for look in looks:
        watch.update([Worker(number, *row) for number, row in look.items()], needed_now)
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
def test_one_look_at_a_worker(status, loaded, stage, active):
    assert watched({"1": (status, loaded)}) == stage
    assert watched({"1": (status, loaded)}, active=True) == active


def test_a_row_without_proof_is_believed_after_a_while_where_nothing_is_kept_active():
    rests = {"1": ("stopped", None)}
    assert watched(rests, rests) == READY
    assert watched(rests, rests, needed_now=True) == PENDING
    assert watched({"1": ("idle", None)}, rests, needed_now=True) == READY


ENDED = ["destroying", "unavail", "stopped"]


@pytest.mark.parametrize("status", ENDED)
@pytest.mark.parametrize(("count", "stage"), [(MAX_FAILED - 1, PENDING), (MAX_FAILED, FAILED)])
def test_workers_that_end_for_a_while_are_given_up(status, count, stage):
    ending = {str(number): (status, False) for number in range(count)}
    assert watched(ending) == PENDING
    assert watched(ending, ending) == stage
    assert watched(ending, ending, {**ending, "x": ("idle", None)}) == READY


@pytest.mark.parametrize("status", ["loading", "error"])
def test_a_worker_that_is_gone_before_it_was_ready_is_given_up_once(status):
    looks = [{str(number): (status, False)} for number in range(MAX_FAILED)]
    assert watched(*looks) == PENDING
    assert watched(*looks, {}) == FAILED
    assert watched(looks[0], {}, looks[0], {}, {}) == PENDING


def test_workers_that_were_ready_may_go():
    assert watched(*({str(number): ("idle", True)} for number in range(9)), {}) == PENDING


def test_errors_alone_give_no_worker_up():
    failing = {str(number): ("error", False) for number in range(9)}
    assert watched(failing, failing, failing) == PENDING
