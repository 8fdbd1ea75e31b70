# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the creates of a fleet with the time that their requests alone need."""

from __future__ import annotations

import statistics

from .accounts import Accounts
from .fleet import entries, fleet
from .goals import GOALS, spread, verdict
from .plain_pool import plain_pool
from .results import Row


def duration(sent, latency):
    """Return the seconds from the first request to the last response."""
    return sent[-1]["at"] + latency - sent[0]["at"]


def create(count, latency, concurrency, others):
    """Create endpoints; return the requests from the first create on, and how long a plain pool takes for them."""
    accounts, plain = Accounts(), Accounts()
    accounts.play(fleet(entries(others, ("novita_endpoint",), first=count), concurrency=32))
    for each in (accounts, plain):
        each.set(latency=latency)
    accounts.requests()
    accounts.play(fleet(entries(count, ("novita_endpoint",)), concurrency=concurrency))
    sent = accounts.requests("novita")
    planning = [request["operation"] for request in sent].index("endpoint.create")
    return sent[planning:], plain_pool(plain, sent[planning:], concurrency)


def measure_creates(rounds, count=200, latency=0.05, concurrency=8, others=0):
    ratios, plain_ratios = [], []
    for _round in range(rounds):
        sent, plain = create(count, latency, concurrency, others)
        least = len(sent) / concurrency * latency
        ratios.append(duration(sent, latency) / least)
        plain_ratios.append(plain / least)
    among = f" among {others} other endpoints" if others else ""
    print(
        f"{count} creates{among}, {latency * 1000:.0f} ms a request, {concurrency} at once: {len(sent)} writes and "
        f"read-backs, which alone need {least:.2f} s\n"
        f"  from the first create to the last read-back: ratio {spread(ratios)}, {verdict('creates', ratios)}\n"
        f"  the same requests by a plain pool: ratio {spread(plain_ratios)}; "
        f"fleet to plain pool {statistics.median(one / other for one, other in zip(ratios, plain_ratios)):.2f}",
        flush=True,
    )
    return [
        Row("creates", f"{count} creates{among}", ratios, GOALS["creates"]),
        Row("creates", f"the requests of {count} creates{among}, by a plain pool", plain_ratios),
    ]


def measure_limited_creates(count=20, interval=4.0):
    accounts = Accounts()
    accounts.set(rate_limits="documented")
    accounts.play(fleet(entries(count, ("vast_endpoint",))))
    sent = [request for request in accounts.requests() if request["operation"] == "endpoint.create"]
    least = (len([request for request in sent if request["status"] != 429]) - 1) * interval
    ratio = duration(sent, 0) / least
    print(
        f"{count} creates at Vast.ai with its documented intervals, which alone need {least:.0f} s: ratio "
        f"{ratio:.2f}, {verdict('intervals', [ratio])}",
        flush=True,
    )
    return [Row("intervals", f"{count} creates at Vast.ai", [ratio], GOALS["intervals"])]
