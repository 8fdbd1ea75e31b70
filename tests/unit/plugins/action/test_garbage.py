# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Garbage collection while a task runs in the process of Ansible."""

from __future__ import annotations

import gc

import pytest

from ansible_collections.gpufleet.cloud.plugins.plugin_utils.garbage import garbage_collected_rarely


@pytest.fixture
def thresholds():
    """The thresholds of a new Python. A module that another test has run in this process can have raised them."""
    before, usual = gc.get_threshold(), (700, 10, 10)
    gc.set_threshold(*usual)
    yield usual
    gc.set_threshold(*before)


def test_garbage_is_collected_as_before_after_a_task_and_after_an_error(thresholds):
    with garbage_collected_rarely():
        assert gc.get_threshold()[0] > thresholds[0]
    assert gc.get_threshold() == thresholds
    with pytest.raises(KeyboardInterrupt), garbage_collected_rarely():
        raise KeyboardInterrupt
    assert gc.get_threshold() == thresholds


@pytest.mark.parametrize("first", [0, 1_000_000])
def test_garbage_is_never_collected_more_often_than_before(thresholds, first):
    gc.set_threshold(first, *thresholds[1:])
    with garbage_collected_rarely():
        assert gc.get_threshold()[0] == first
