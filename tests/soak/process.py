# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the soak's own process holds: memory, files, threads, locks, notes of writes, and objects of the client."""

from __future__ import annotations

import collections
import gc
import os
import pathlib
import sys
import threading
import time

import requests

from ansible_collections.gpufleet.cloud.plugins.module_utils._lock_file import LOCK_FILE

PLUGINS = "ansible_collections.gpufleet.cloud.plugins."
# The connections of a task that has ended are closed, but the simulator's threads need a moment to notice it.
PATIENCE = 30
# How many objects of a class can be kept for later tasks, such as the tables of resource types. A round has many runs,
# so a leak soon exceeds this.
KEPT = 10
OBJECTS = "objects of "
# A task that has ended leaves none of these.
NEVER = ("locks", "notes of writes", "sessions")


def megabytes():
    """Return the memory of this process."""
    [line] = [line for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def _counts(notes):
    """Return how much of each thing the process holds, by its name."""
    found = collections.Counter(
        {
            "open files": len(os.listdir("/proc/self/fd")),
            "threads": threading.active_count(),
            "locks": len(LOCK_FILE._locked),
            "notes of writes": len([*notes.glob("*/create-*"), *notes.glob("*/change-*")]),
        }
    )
    for thing in gc.get_objects():
        if isinstance(thing, requests.Session):
            found["sessions"] += 1
        elif str(type(thing).__module__).startswith(PLUGINS):
            found[f"{OBJECTS}{type(thing).__module__.removeprefix(PLUGINS)}.{type(thing).__qualname__}"] += 1
    return found


class Level:
    """A figure after each round.

    :param warm_up: the rounds after which everything that is loaded once has been loaded.
    :param most_growth: the share by which the median of the last third of the rounds can exceed that of the first.
    """

    def __init__(self, figure, warm_up, most_growth):
        self.figures = [figure]
        self._warm_up, self._most_growth = warm_up, most_growth

    @property
    def has_grown(self):
        return self.growth > self._most_growth

    @property
    def at_start(self):
        """The figure after the warm-up."""
        return self.figures[: self._warm_up + 1][-1]

    @property
    def at_end(self):
        return self.figures[-1]

    @property
    def growth(self):
        """The share by which the last third of the rounds exceeds the first one after the warm-up."""
        judged = self.figures[self._warm_up :]
        third = max(1, len(judged) // 3)
        return _median(judged[-third:]) / _median(judged[:third]) - 1 if judged else 0.0


class Holdings:
    """What the process holds after each round.

    Python keeps freed memory between the blocks in use, and gives little of it back to the system. So the memory of the
    process grows for hours although the blocks do not, and only the blocks must stay level. Their number does not
    contain large texts, of which a leak soon exceeds what the memory can grow by.

    :param notes: the folder for temporary files.
    :param warm_up: the rounds after which everything that is loaded once has been loaded.
    """

    def __init__(self, notes, warm_up=2):
        self._notes, self._warm_up = notes, warm_up
        self._first = None
        self.memory = Level(megabytes(), warm_up, most_growth=0.5)
        self.blocks = Level(sys.getallocatedblocks(), warm_up, most_growth=0.05)

    def problems(self):
        """Yield sentences on what remains or has grown. Call it after each round."""
        gc.collect()
        deadline = time.monotonic() + PATIENCE
        while (grown := self._grown()) and time.monotonic() < deadline:
            time.sleep(0.2)
            gc.collect()
        self.memory.figures.append(megabytes())
        self.blocks.figures.append(sys.getallocatedblocks())
        if self._first is None and len(self.memory.figures) > self._warm_up:
            self._first = _counts(self._notes)
        yield from (f"there are {count} more {name} than expected" for name, count in sorted(grown.items()))
        for level, unit in ((self.memory, "megabytes"), (self.blocks, "blocks of memory")):
            if level.has_grown:
                yield f"the {unit} have grown by {level.growth:.0%}: {[round(each) for each in level.figures]}"

    def _grown(self):
        """Return by how much of what the process holds there is too much."""
        counts = _counts(self._notes)
        never = {name: counts[name] for name in NEVER}
        grown = counts - self._first if self._first else {}
        most = {name: KEPT if name.startswith(OBJECTS) else 0 for name in grown}
        return {name: count for name, count in {**grown, **never}.items() if count > most.get(name, 0)}


def _median(numbers):
    return sorted(numbers)[len(numbers) // 2]
