# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life cycle of one instance of Vast.ai: its statuses, and its ports."""

from __future__ import annotations

import itertools
import math

from .store import NumberedRecord

# By operation: the statuses in transition. While Vast.ai creates an instance, it has none.
COURSES = {
    "create": (None, "created", "loading"),
    "start": ("created", "loading"),
    "reboot": ("rebooting",),
    "recycle": ("loading",),
}

TRANSITIONAL = {status for statuses in COURSES.values() for status in statuses}

# The statuses with which a start can end, apart from "running".
DEAD_ENDS = ("created", "loading", "stopped", "frozen", "exited", "unknown", "offline")

MESSAGES = {
    None: None,
    "created": "created container",
    "loading": "5f70bf18a086: Pulling fs layer",
    "running": "success, running",
    "rebooting": "rebooting",
    "stopped": "success, stopped",
}

# A port from here on stands for a random one that is the same inside and outside.
SAME_PORT = 70000

_outside_ports = itertools.count(40022)


class Instance(NumberedRecord):
    """One instance."""

    READY = "running"

    def __init__(self, record_id, spec, now):
        super().__init__(record_id, spec, now)
        # The offer that it occupies.
        self.offer_id = None
        # The time at which the list contains it, which can be later than the time at which a get returns it.
        self.listed_at = now
        # Whether a start waits until the machine is free.
        self.queued = False
        # The fields that a recycle applies.
        self.pending = {}
        self._ports = {}
        # Each step: its time, the status and the message.
        self._steps = []
        self._stops_by_itself = False
        self.settle("running", now)

    def go(self, statuses, last, now, seconds, fault=None, lag=0):
        """Go through statuses, which take some seconds together, to the last one. A fault can change how this ends.

        The current status remains for ``lag`` seconds.
        """
        begin, length = now + lag, seconds / len(statuses)
        self._steps = [
            (now, *self.status(now)),
            *((begin + length * number, status, MESSAGES.get(status)) for number, status in enumerate(statuses)),
        ]
        end, message = begin + seconds, MESSAGES.get(last)
        self._stops_by_itself = bool(fault) and fault.name == "stopped"
        if self._stops_by_itself:
            last = "stopped"
        if fault and fault.name == "failed_state":
            error, message = fault.arguments["error"], fault.arguments["message"]
            last = error if error in DEAD_ENDS else "exited"
        self.settles_at = math.inf if fault and fault.name == "stuck" else end
        self._steps.append((self.settles_at, last, message))

    def settle(self, status, now, message=None):
        """Set a permanent status."""
        self.settles_at = now
        self._stops_by_itself = False
        self._steps = [(now, status, MESSAGES.get(status) if message is None else message)]

    def status(self, now):
        """Return the status and its message."""
        return next((status, message) for since, status, message in reversed(self._steps) if now >= since)

    def intended(self, now):
        """Return the status that Vast.ai tries to reach."""
        if self._stops_by_itself and now >= self.settles_at:
            return "stopped"
        return self.spec["intended_status"]

    def occupies(self, now):
        """Return whether it uses, and pays for, its GPUs."""
        return not self.queued and (self.intended(now) == "running" or self.status(now)[0] == "running")

    def new_ports(self):
        """Forget the outside ports: a start gives others."""
        self._ports = {}

    def ports(self, inner):
        """Return the outside ports for some ports inside, such as ``8000/tcp``."""
        shown = {}
        for name in inner:
            outside = self._ports.setdefault(name, next(_outside_ports) % 20000 + 40000)
            number, _slash, protocol = name.partition("/")
            key = f"{outside}/{protocol}" if int(number) >= SAME_PORT else name
            shown[key] = [{"HostIp": address, "HostPort": str(outside)} for address in ("0.0.0.0", "::")]
        return shown
