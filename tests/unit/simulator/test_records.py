# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of a resource that all providers share."""

from __future__ import annotations

import pickle

from ansible_collections.gpufleet.cloud.tests.simulator.records import Record


def test_a_resource_does_not_grow_with_the_number_of_its_updates():
    record = Record("r-1", {"name": "llm"}, 0.0)
    sizes = set()
    for now in (1.0, 2.0, 3.0):
        record.keep_former(now, seconds=0.5)
        sizes.add(len(pickle.dumps(record)))
    assert len(sizes) == 1
