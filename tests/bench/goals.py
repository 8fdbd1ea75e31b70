# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The goals of the ratios, and how the bench prints a ratio."""

from __future__ import annotations

import statistics

GOALS = {
    "task": 0.12,  # an unchanged task in the process of Ansible, of ansible.builtin.uri
    "fleet": 1.1,  # a playbook with 200 unchanged entries, of a playbook with one ansible.builtin.uri
    "creates": 1.25,  # from the first create to the last read-back, of the time that these requests alone need
    "intervals": 1.1,  # creates at a provider that limits the rate of requests, of the intervals
}
"""The largest ratio of each kind that the project accepts."""


def spread(ratios):
    """Return the median of ratios, and the smallest and the largest."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def verdict(kind, ratios):
    """Return the goal of some ratios, and whether their median reaches it."""
    reached = statistics.median(ratios) <= GOALS[kind]
    return f"goal {GOALS[kind]}: {'reached' if reached else 'ABOVE ITS GOAL'}"


def print_playbook_ratios(title, rounds, goals):
    """Print the costs of whole playbooks as ratios to that of the playbook ``uri``.

    :param rounds: the costs of each playbook, in each round.
    :param goals: the kinds of the goals of some playbooks.
    """
    print(f"{title:44}{'median, s':>10}   {'ratio to uri':24}ratio of CPU time")
    for name in rounds[0]:
        seconds = [costs[name].seconds / costs["uri"].seconds for costs in rounds]
        cpu = [costs[name].cpu / costs["uri"].cpu for costs in rounds]
        goal = verdict(goals[name], seconds) if name in goals else ""
        median = statistics.median(costs[name].seconds for costs in rounds)
        print(f"  {name:42}{median:10.3f}   {spread(seconds):24}{spread(cpu):24}{goal}".rstrip())
