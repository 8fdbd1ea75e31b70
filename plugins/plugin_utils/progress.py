# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show the progress of a task that runs in the process of Ansible.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import queue
import re
import time
from collections.abc import Mapping
from typing import Any, Callable

from ansible.playbook.task import Task
from ansible.template import Templar
from ansible.utils.display import Display

EVERY = 30.0
"""Seconds between two lines about what the task waits for."""
_SCREENFUL = 24
"""A loop with more items shows no progress."""
_LOOKUP = re.compile(r"\b(?:lookup|query|q)\s*\(")
_NAME = re.compile(r"[A-Za-z_]\w*")


class Progress:
    """The progress of one task. Only the main thread displays lines.

    :param templar: evaluates the loop of the task.
    """

    def __init__(self, task: Task, templar: Templar) -> None:
        self.awaited: Callable[[str], str] = lambda _duration: ""
        """Returns a line about what the task waits for. Its parameter is how long the task has run."""
        self._task = task
        self._templar = templar
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._began = time.monotonic()
        self._shown_at = self._began
        self._is_silent: bool | None = True if task.no_log else None

    def add(self, line: str) -> None:
        """Add a line, which is shown within a second. Any thread can call this."""
        self._lines.put(line)

    def show(self) -> None:
        """Show the new lines, and after a while what the task waits for."""
        while not self._lines.empty():
            self._display(self._lines.get())
        now = time.monotonic()
        if now - self._shown_at >= EVERY:
            self._shown_at = now
            minutes, seconds = divmod(int(now - self._began), 60)
            self._display(self.awaited(f"{minutes}:{seconds:02}"))

    def show_last(self) -> None:
        """Show the last lines. Errors of the display are ignored."""
        with contextlib.suppress(Exception):
            self.show()

    def _display(self, line: str) -> None:
        if self._is_silent is None:
            self._is_silent = self._is_in_long_loop()
        if line and not self._is_silent:
            Display().display(f"  {line}")

    def _is_in_long_loop(self) -> bool:
        items: Any = self._task.loop or []
        if isinstance(items, list) and len(items) == 1:
            [items] = items  # the loop is one template
        if self._task.loop_with or _has_lookup(items, self._templar.available_variables):
            return True  # a second lookup could have effects, so the number of items is unknown
        if isinstance(items, str):
            items = self._templar.template(items)
        return isinstance(items, list) and len(items) > _SCREENFUL


def _has_lookup(loop: Any, variables: Mapping[str, Any]) -> bool:
    """Return whether the evaluation of a loop would call a lookup plugin, perhaps in a variable that it uses."""
    values: list[Any] = [loop]
    names: set[str] = set()
    while values:
        value = values.pop()
        if isinstance(value, (dict, list)):
            values += value.values() if isinstance(value, dict) else value
        elif isinstance(value, str) and "{" in value:
            if _LOOKUP.search(value):
                return True
            new = variables.keys() & set(_NAME.findall(value)) - names
            names |= new
            values += [variables[name] for name in new]
    return False
