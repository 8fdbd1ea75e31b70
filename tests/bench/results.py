# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of a run as data, which `make bench-page` writes into the documentation."""

from __future__ import annotations

import json
import os
import pathlib
import platform
import statistics
import time
from typing import NamedTuple

from ansible.release import __version__ as ansible_core


class Row(NamedTuple):
    """One row of a table.

    :param table: the table to which it belongs.
    :param what: what was measured.
    :param figures: a figure for each round: a ratio, unless the table says otherwise.
    :param goal: the largest figure that the project accepts, or ``None``.
    :param seconds: the median duration, or ``None``.
    :param left_out: why there is no figure.
    """

    table: str
    what: str
    figures: list[float]
    goal: float | None = None
    seconds: float | None = None
    left_out: str = ""

    def as_json(self):
        row = self._asdict()
        if self.figures:
            median = statistics.median(self.figures)
            row.update(median=median, least=min(self.figures), most=max(self.figures))
            row["reached"] = None if self.goal is None else median <= self.goal
        return row


def left_out(table, what, why):
    """Print why something is not measured, and return the row."""
    print(f"{what}: left out, because {why}", flush=True)
    return Row(table, what, [], left_out=why)


def keep(path, part, rows):
    """Write the rows of a part to the file of results. The rows of other parts stay."""
    file = pathlib.Path(path)
    results = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"parts": {}}
    results["machine"] = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "ansible_core": ansible_core,
        "system": f"{platform.system()} on {platform.machine()}",
    }
    results["parts"][part] = {"date": time.strftime("%Y-%m-%d"), "rows": [row.as_json() for row in rows]}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
