# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of one instance: the words that it goes through, and how to log in to it."""

from __future__ import annotations

import itertools
import math
import secrets

from ..records import Record

# By operation: the words on the way, and the goal.
COURSES = {
    "create": (("toCreate", "creating", "pulling"), "running"),
    "start": (("toStart", "starting"), "running"),
    "stop": (("toStop", "stopping"), "exited"),
    "restart": (("toRestart", "restarting"), "running"),
    "upgrade": (("toReset", "resetting", "pulling"), "running"),
    "delete": (("toRemove", "removing"), "removed"),
    # By hand only.
    "migrate": (("migrating",), "running"),
    "queue": (("pending", "toCreate", "creating", "pulling"), "running"),
}

REMOVAL = (*COURSES["delete"][0], "removed")

_ports = itertools.count(30022)


class Connection:
    """The way in, which is another one after every start."""

    def __init__(self):
        self.port = 30000 + next(_ports) % 10000
        self.password = secrets.token_hex(8)
        self.terminal_password = secrets.token_hex(8)


class Instance(Record):
    """One instance."""

    READY = "running"

    def __init__(self, record_id, spec, now):
        super().__init__(record_id, spec, now)
        self.started_at = now
        self.stopped_at = None
        self.connection = Connection()
        # Host, port, user and password of SSH that somebody fixed by hand.
        self.ssh = {}
        self._way = []
        self.settle("running", now)

    def go(self, course, now, settings, fault=None):
        """Go through the words of a course, then be at its goal; the fault may decide how it ends."""
        words, goal = course
        step = settings.boot_seconds / len(words)
        self._way = [(now + step * number, word) for number, word in enumerate(words)]
        self.begin(words[-1], now, settings.boot_seconds, fault)
        word, error, message = self._outcome
        endings = {"failed": words[-1], "stopped": "exited", self.READY: goal}
        self._outcome = (endings[word], error, message)
        self._gone_at = math.inf
        if self._outcome[0] == "removed":
            self._gone_at = self.settles_at + settings.removed_linger
        if goal == "running":
            self.started_at = now
            self.connection = Connection()
        if goal == "exited":
            self.stopped_at = now

    def settle(self, word, now, error="", message=""):
        """Be in a state for good."""
        self._way = []
        self.settles_at = now
        self._outcome = (word, error, message)
        self._gone_at = math.inf

    def set_by_hand(self, word, now, settings):
        """Have a state from now on. From a word on the way to somewhere the instance goes on."""
        for words, goal in COURSES.values():
            if word in words:
                self.go((words[words.index(word) :], goal), now, settings)
                return
        self.settle(word, now)
        if word == "running":
            self.started_at = now
            self.connection = Connection()
        if word == "exited":
            self.stopped_at = now
        if word == "removed":
            self._gone_at = now + settings.removed_linger

    def state(self, now):
        if now >= self.settles_at:
            return self._outcome
        return next(word for since, word in reversed(self._way) if now >= since), "", ""

    def word(self, now):
        return self.state(now)[0]

    def runs(self, now, seconds=0):
        """Tell whether it has been running for some seconds."""
        return self.word(now) == "running" and now >= self.settles_at + seconds
