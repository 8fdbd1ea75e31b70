# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a task in the process of Ansible shows its progress, and when it is silent."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.task import Task
from ansible.template import Templar

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19 evaluates all templates
    trust_as_template = str

from ansible_collections.gpufleet.cloud.plugins.plugin_utils import progress as progress_module
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.progress import Progress

VARIABLES = {
    "few": ["a", "b"],
    "many": [str(number) for number in range(25)],
    "same": trust_as_template("{{ few }}"),
    "looked_up": {"list": [trust_as_template("{{ lookup('pipe', 'date') }}")]},
    "indirect": trust_as_template("{% if true %}{{ looked_up.list }}{% endif %}"),
}


@pytest.fixture(name="time")
def _time(monkeypatch):
    """Return a clock that only the test moves."""
    now = SimpleNamespace(seconds=1000.0)
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now.seconds)
    return now


@pytest.fixture(name="shown")
def _shown(monkeypatch):
    """Return a list of the lines that are displayed."""
    shown = []
    monkeypatch.setattr(progress_module, "Display", lambda: SimpleNamespace(display=shown.append))
    return shown


def of_task(text):
    """Return the progress of a task in YAML, as Ansible passes it to an action plugin."""
    loader = DataLoader()
    task = Task.load(loader.load(trust_as_template(f"{{debug: {{}}, {text}}}")), loader=loader)
    if isinstance(task.loop, str):
        task.loop = [task.loop]  # as Ansible does when it validates the task
    return Progress(task, Templar(loader=loader, variables=VARIABLES))


def test_a_wait_is_shown_every_30_seconds(time, shown):
    progress = of_task("")
    progress.awaited = lambda duration: f"endpoint: {duration}"
    for seconds in (29, 30, 59, 125):
        time.seconds = 1000.0 + seconds
        progress.show()
    assert shown == ["  endpoint: 0:30", "  endpoint: 2:05"]


def test_a_task_that_waits_for_nothing_shows_nothing(time, shown):
    progress = of_task("")
    time.seconds += 60
    progress.show()
    assert not shown


def test_added_lines_are_shown_in_order_and_the_last_ones_at_the_end(shown):
    progress = of_task("")
    progress.add("one")
    progress.add("two")
    progress.show()
    progress.add("three")
    progress.show_last()
    assert shown == ["  one", "  two", "  three"]


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [
        ("no_log: true", False),
        ("loop: [a, b]", True),
        ("loop: '{{ few }}'", True),
        ("loop: '{{ many }}'", False),
        ("loop: ['{{ few }}', '{{ many }}']", True),
        ("with_items: '{{ few }}'", False),
        ("loop: \"{{ query('items', few) }}\"", False),
        ("loop: '{{ same }}'", True),
        ("loop: '{{ indirect }}'", False),
    ],
)
def test_a_task_with_no_log_or_in_a_long_loop_is_silent(shown, text, is_shown):
    progress = of_task(text)
    progress.add("line")
    progress.show()
    assert bool(shown) is is_shown


def test_a_display_that_fails_at_the_end_is_ignored(monkeypatch):
    def display(_line):
        raise BrokenPipeError

    monkeypatch.setattr(progress_module, "Display", lambda: SimpleNamespace(display=display))
    progress = of_task("")
    progress.add("line")
    progress.show_last()
