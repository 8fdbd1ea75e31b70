# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life cycle of an instance of Novita or PPIO: its statuses, and how to log in to it."""

from __future__ import annotations

import itertools
import math
import secrets

from .records import Record

# By operation: the transitional statuses, and the last status.
COURSES = {
    "create": (("toCreate", "creating", "pulling"), "running"),
    "start": (("toStart", "starting"), "running"),
    "stop": (("toStop", "stopping"), "exited"),
    "restart": (("toRestart", "restarting"), "running"),
    "upgrade": (("toReset", "resetting", "pulling"), "running"),
    "delete": (("toRemove", "removing"), "removed"),
    # At Novita, only the control interface lets an instance migrate.
    "migrate": (("migrating",), "running"),
    "migrate while stopped": (("migrating",), "exited"),
    "queue": (("pending", "toCreate", "creating", "pulling"), "running"),
}

REMOVAL = (*COURSES["delete"][0], "removed")

_ports = itertools.count(30022)


class Connection:
    """The connection data, which change with every start."""

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
        # Host, port, user and password of SSH that the control interface set.
        self.ssh = {}
        self._course = []
        self.settle("running", now)

    def go(self, course, now, settings, fault=None):
        """Go through the statuses of a course to its last one. A fault can change how it ends."""
        statuses, last = course
        step = settings.boot_seconds / len(statuses)
        self._course = [(now + step * number, status) for number, status in enumerate(statuses)]
        self.begin(statuses[-1], now, settings.boot_seconds, fault)
        status, error, message = self._outcome
        endings = {"failed": statuses[-1], "stopped": "exited", self.READY: last}
        self._outcome = (endings[status], error, message)
        self._gone_at = math.inf
        if self._outcome[0] == "removed":
            self._gone_at = self.settles_at + settings.removed_linger
        if last == "running":
            self.started_at = now
            self.connection = Connection()
        if last == "exited":
            self.stopped_at = now

    def settle(self, status, now, error="", message=""):
        """Set a permanent status."""
        self._course = []
        self.settles_at = now
        self._outcome = (status, error, message)
        self._gone_at = math.inf

    def set_status(self, status, now, settings):
        """Set the status. From a transitional status, the instance continues the course."""
        for statuses, last in COURSES.values():
            if status in statuses:
                self.go((statuses[statuses.index(status) :], last), now, settings)
                return
        self.settle(status, now)
        if status == "running":
            self.started_at = now
            self.connection = Connection()
        if status == "exited":
            self.stopped_at = now
        if status == "removed":
            self._gone_at = now + settings.removed_linger

    def state(self, now):
        if now >= self.settles_at:
            return self._outcome
        return next(status for since, status in reversed(self._course) if now >= since), "", ""

    def status(self, now):
        return self.state(now)[0]

    def runs(self, now, seconds=0):
        """Return whether it has been running for some seconds."""
        return self.status(now) == "running" and now >= self.settles_at + seconds
