# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepare the providers, play rounds until the time is over, and return the figures."""

from __future__ import annotations

import pathlib
import tempfile
import time
from unittest import mock

from ..simulator.server import Simulator
from ..unit.harness import Cloud
from .file_clock import FileClock
from .process import Holdings
from .providers import Providers
from .runs import Runs
from .soak import Soak
from .violations import Broken, Violations


def endure(seed, count, seconds, rounds, **intervals):
    """Play rounds until the time is over, or until a round has violations. Return the figures and the violations.

    :param count: the number of desired resources.
    :param intervals: parameters of ``Soak``.
    """
    began = time.monotonic()
    violations = Violations(seed)
    with tempfile.TemporaryDirectory() as name, mock.patch.object(tempfile, "tempdir", name):
        folder = pathlib.Path(name)
        path = folder / "clock"
        clock = FileClock(path)
        with clock.played(), mock.patch.dict("os.environ", TMPDIR=name), Simulator(clock=clock) as simulator:
            providers = Providers(Cloud(simulator, clock, f"sk-soak-{seed:020}"), clock, seed, offers=count // 5 + 40)
            holdings = Holdings(folder)
            soak = Soak(
                providers, Runs(providers, path, folder), holdings, violations, seed=seed, count=count, **intervals
            )
            for number in range(1, rounds + 1):
                started = time.monotonic()
                try:
                    soak.play(number)
                except Broken:
                    break
                now = time.monotonic()
                memory = f"{holdings.memory.at_end:.0f} MB, {holdings.blocks.at_end} blocks"
                print(f"round {number}: {now - started:.0f} s, {memory}, {dict(soak.figures)}", flush=True)
                if now - began >= seconds:
                    break
        clock.close()
    met = providers.faults_met
    figures = {
        "seed": seed,
        "seconds": round(time.monotonic() - began),
        "resources": soak.most_resources,
        **{name: soak.figures[name] for name in Soak.FIGURES},
        "runs": soak.runs.count,
        "faults": sum(met.values()),
        **{f"faults: {name}": number for name, number in sorted(met.items())},
        "megabytes_at_start": round(holdings.memory.at_start),
        "megabytes_at_end": round(holdings.memory.at_end),
        "blocks_of_memory_at_start": holdings.blocks.at_start,
        "blocks_of_memory_at_end": holdings.blocks.at_end,
        "violations": len(violations.sentences),
    }
    return figures, violations.sentences
