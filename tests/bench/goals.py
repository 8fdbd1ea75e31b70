# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goals of the figures, and how the bench prints a ratio."""

from __future__ import annotations

import statistics

from .results import Row

GOALS = {
    "task": 0.12,  # an unchanged task in the process of Ansible, of ansible.builtin.uri
    "fleet": 1.1,  # a playbook with 200 unchanged entries, of a playbook with one ansible.builtin.uri
    "creates": 1.25,  # from the first create to the last read-back, of the time that these requests alone need
    "intervals": 1.1,  # creates at a provider that limits the rate of requests, of the intervals
    "inventory": 1.3,  # an inventory without the start of Ansible and its output, of the latency of its requests
    "megabytes": 300,  # the maximum memory of a process with 2000 unchanged entries
}
"""The largest figure of each type that the project accepts."""


def spread(ratios):
    """Return the median of ratios, and the smallest and the largest."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def verdict(kind, ratios):
    """Return the goal of some ratios, and whether their median reaches it."""
    reached = statistics.median(ratios) <= GOALS[kind]
    return f"goal {GOALS[kind]}: {'reached' if reached else 'ABOVE ITS GOAL'}"


def playbook_ratios(table, title, rounds, goals, to="uri"):
    """Print the costs of whole runs as ratios to those of one of them, and return the rows.

    :param table: the table of the rows.
    :param rounds: the costs of each run, in each round.
    :param goals: the goals of some runs.
    :param to: the run to which the others are compared.
    """
    print(f"{title:44}{'median, s':>10}   {f'ratio to {to}':32}ratio of CPU time")
    rows = []
    for name in rounds[0]:
        seconds = [costs[name].seconds / costs[to].seconds for costs in rounds]
        cpu = [costs[name].cpu / costs[to].cpu for costs in rounds]
        goal = verdict(goals[name], seconds) if name in goals else ""
        median = statistics.median(costs[name].seconds for costs in rounds)
        print(f"  {name:42}{median:10.3f}   {spread(seconds):32}{spread(cpu):24}{goal}".rstrip(), flush=True)
        rows.append(Row(table, name, seconds, GOALS.get(goals.get(name)), seconds=median))
    return rows
