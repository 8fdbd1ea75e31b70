# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's endpoints, and the workers that its engine rents for them."""

from __future__ import annotations

import math
import re

from ..provider import Refusal
from .lives import Worker
from .store import NumberedRecord, NumberedStore, new_number

# Spaces are not documented, but the vendor's client creates such names. The real set of refused characters is unknown.
ALLOWED_NAME = re.compile("[A-Za-z0-9_ -]+")

# The credit in USD that the first endpoint of an account requires, and each further one.
CREDIT_NEEDED = (5.0, 10.0)


class Endpoint(NumberedRecord):
    """One endpoint with its workers."""

    def __init__(self, record_id, spec, now):
        super().__init__(record_id, spec, now)
        self.workers = []


class Endpoints(NumberedStore):
    """The endpoints of one account."""

    record_type = Endpoint
    name_key = "endpoint_name"
    defaults = {
        "endpoint_name": "default-endpoint",
        "endpoint_state": "active",
        "min_load": 10.0,
        "min_cold_load": 0.0,
        "target_util": 0.9,
        "cold_mult": 2.5,
        "cold_workers": 5,
        "max_workers": 20,
        "max_queue_time": None,
        "target_queue_time": None,
        "inactivity_timeout": None,
    }
    floats = (
        "min_load",
        "min_cold_load",
        "target_util",
        "cold_mult",
        "max_queue_time",
        "target_queue_time",
        "inactivity_timeout",
    )
    integers = ("cold_workers", "max_workers")

    def create(self, desired, fault):
        """Store a new endpoint and return it. It is active, regardless of the request."""
        check_name(desired)
        if self.settings.credit < CREDIT_NEEDED[bool(self.living())]:
            raise Refusal(403, "", "insufficient_credit")
        given = {key: value for key, value in desired.items() if key in self.defaults and value is not None}
        spec = {**self.defaults, **given, "endpoint_state": "active"}
        record = self.start(spec, fault)
        if fault and fault.name == "duplicate":
            self.start(spec, None)
        return record

    def update(self, record_id, desired, fault):
        """Change an endpoint."""
        record = self.live(record_id) or self.missing("Endpointgroup not found for user")
        check_name(desired)
        former = {**record.spec, "endpoint_state": self.state(record)}
        given = {key: value for key, value in desired.items() if key in self.defaults}
        self.rewrite(record, former, self.updated(former, given), fault)
        if former["endpoint_state"] == "stopped":
            for worker in record.workers:
                worker.load_again(self.now)
        self.restaff()

    def delete(self, record_id):
        """Delete an endpoint with its workergroups and return the ids of its workers."""
        record = self.live(record_id) or self.missing("Routegroup not found for user")
        groups = self.account.store("workergroups")
        self.account.store("instances").keep(record)
        for group in groups.of_endpoint(record.id):
            groups.withdraw(group)
        self.withdraw(record)
        released, record.workers = record.workers, []
        return [worker.id for worker in released]

    def missing(self, message):
        raise Refusal(self.settings.not_found_status, message)

    def state(self, record):
        """Return the state of an endpoint; Vast.ai can have stopped it."""
        return "stopped" if record.state(self.now)[0] == "stopped" else record.spec["endpoint_state"]

    def remove(self, record_id):
        with self.account.lock:
            groups = self.account.store("workergroups")
            for group in groups.of_endpoint(record_id):
                groups.remove(group.id)
            super().remove(record_id)

    # The engine that rents the workers.

    def staff(self, boot_seconds):
        """Start and end workers as each endpoint requires. Endpoints that are not active keep their workers."""
        groups_of = {}
        for group in self.account.store("workergroups").living():
            groups_of.setdefault(str(group.spec["endpoint_id"]), []).append(group.id)
        for record in self.living():
            groups = groups_of.get(record.id, [])
            record.workers = [worker for worker in record.workers if worker.group_id in groups]
            if self.state(record) != "active":
                continue
            spec = record.spec
            least = 1 if spec["min_load"] or spec["min_cold_load"] else 0
            count = min(max(spec["cold_workers"] or 0, least), spec["max_workers"] or 0) if groups else 0
            del record.workers[count:]
            for number in range(len(record.workers), count):
                group_id = groups[number % len(groups)]
                record.workers.append(Worker(new_number(), group_id, self.now, boot_seconds))

    def workers(self, record, group_id=None):
        """Return the workers of an endpoint or of one of its groups, with their status and whether they ever loaded."""
        groups = {group.id: group for group in self.account.store("workergroups").of_endpoint(record.id)}
        record.workers = [
            self.successor(worker, self.outcome(record, groups[worker.group_id]))
            for worker in record.workers
            if worker.group_id in groups
        ]
        return [
            (worker, *self.status(record, groups[worker.group_id], worker))
            for worker in record.workers
            if group_id in (None, worker.group_id)
        ]

    def successor(self, worker, outcome):
        """Return the worker, or its replacement if the engine has replaced it."""
        while self.now >= worker.ends_at(outcome):
            worker = Worker(new_number(), worker.group_id, worker.ends_at(outcome), worker.boot_seconds)
        return worker

    def outcome(self, record, group):
        return group.worker_outcome or record.worker_outcome or self.settings.worker_outcome

    def status(self, record, group, worker):
        rests_after = math.inf if record.spec["min_load"] else self.settings.rest_after
        status, loaded = worker.status(self.now, self.outcome(record, group), rests_after)
        return ("stopped" if self.state(record) == "stopped" else status), loaded

    # The format of responses.

    def view(self, record, listed=False):
        return {
            "id": int(record.id),
            **record.spec,
            "endpoint_state": self.state(record),
            **self.common_view(record),
            "auto_delete_in_seconds": None,
            "auto_delete_due_24h": False,
            **record.overrides,
        }

    def summary(self, record):
        statuses = [status for _worker, status, _loaded in self.workers(record)]
        return {
            "id": record.id,
            "name": record.spec["endpoint_name"],
            "state": self.state(record),
            "workers": len(statuses),
            "healthy": statuses.count("idle"),
        }

    def hourly_cost(self, record):
        """Return nothing, because the cost of the workers belongs to the workergroups."""
        return 0.0


def check_name(desired):
    name = desired.get("endpoint_name")
    if name is not None and not ALLOWED_NAME.fullmatch(name):
        raise Refusal(400, "endpoint_name: Value error, contains disallowed shell characters")
