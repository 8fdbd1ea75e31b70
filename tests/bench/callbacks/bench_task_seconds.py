# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write how long each task of a playbook takes, as JSON lines, to the file that BENCH_TASK_SECONDS names."""

from __future__ import annotations

import json
import os
import time

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: bench_task_seconds
type: notification
short_description: Write how long each task takes
description: Writes the name and the seconds of each task to a file.
"""


class CallbackModule(CallbackBase):
    """Each task lasts until the next one starts, so that the time of Ansible itself is included."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "bench_task_seconds"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._starts = []

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._starts.append((task.get_name(), time.monotonic()))

    def v2_playbook_on_stats(self, stats):
        ends = [start for _name, start in self._starts[1:]] + [time.monotonic()]
        with open(os.environ["BENCH_TASK_SECONDS"], "w", encoding="utf-8") as report:
            for (name, start), end in zip(self._starts, ends):
                report.write(json.dumps([name, end - start]) + "\n")
