# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes every event as one JSON line to the file FACE_EVENTS."""

from __future__ import annotations

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: face_events
type: aggregate
short_description: Writes every event as one JSON line to a file.
description: Writes every event as one JSON line to a file.
"""

OF_HOSTS = (
    "runner_on_ok",
    "runner_on_failed",
    "runner_on_skipped",
    "runner_on_unreachable",
    "runner_on_async_poll",
    "runner_on_async_ok",
    "runner_on_async_failed",
    "runner_retry",
    "runner_item_on_ok",
    "runner_item_on_failed",
    "runner_item_on_skipped",
    "on_file_diff",
)


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "face_events"

    def write(self, event, host="", task="", **more):
        with open(os.environ["FACE_EVENTS"], "a", encoding="utf-8") as file:
            print(json.dumps({"event": event, "host": host, "task": task, **more}, default=repr), file=file)

    def v2_playbook_on_play_start(self, play):
        self.write("play_start", play=play.get_name())

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.write("task_start", task=task.get_name())

    def v2_playbook_on_no_hosts_remaining(self):
        self.write("no_hosts_remaining")

    def v2_playbook_on_stats(self, stats):
        self.write("stats", stats={host: stats.summarize(host) for host in sorted(stats.processed)})

    def v2_runner_on_start(self, host, task):
        self.write("runner_on_start", host.get_name(), task.get_name())


def _writer(event):
    def write(self, result, **more):
        self.write(event, result._host.get_name(), result._task.get_name(), result=result._result, **more)

    return write


for _event in OF_HOSTS:
    setattr(CallbackModule, f"v2_{_event}", _writer(_event))
