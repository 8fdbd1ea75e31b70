# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's endpoints, and the workers that its engine rents for them."""

from __future__ import annotations

from dataclasses import dataclass

from ..provider import Refusal
from .store import NumberedRecord, NumberedStore, new_number


@dataclass
class Worker:
    """One rented machine."""

    id: int
    group_id: str
    started_at: float
    boot_seconds: float

    def phase(self, now):
        """Return the step on the way to work, or None at its end."""
        age = now - self.started_at
        if age >= 2 * self.boot_seconds:
            return None
        return "creating" if age < self.boot_seconds else "loading"

    def load_again(self, now):
        """Be as after the creation."""
        self.started_at = now - self.boot_seconds


class Endpoint(NumberedRecord):
    """One endpoint with its workers."""

    def __init__(self, record_id, spec, now):
        super().__init__(record_id, spec, now)
        self.workers = []


class Endpoints(NumberedStore):
    """The endpoints of one account."""

    kind = Endpoint
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
        "min_load", "min_cold_load", "target_util", "cold_mult", "max_queue_time", "target_queue_time",
        "inactivity_timeout",
    )
    integers = ("cold_workers", "max_workers")

    def create(self, wanted, fault):
        """Store a new endpoint and return it; it is active, whatever was asked for."""
        given = {key: value for key, value in wanted.items() if key in self.defaults and value is not None}
        spec = {**self.defaults, **given, "endpoint_state": "active"}
        record = self.start(spec, fault)
        if fault and fault.name == "duplicate":
            self.start(spec, None)
        return record

    def update(self, record_id, wanted, fault):
        """Change an endpoint."""
        record = self.live(record_id) or self.missing("Endpointgroup not found for user")
        former = {**record.spec, "endpoint_state": self.state(record)}
        given = {key: value for key, value in wanted.items() if key in self.defaults}
        self.rewrite(record, former, self.updated(former, given), fault)
        if former["endpoint_state"] == "stopped":
            for worker in record.workers:
                worker.load_again(self.now)
        self.restaff()

    def delete(self, record_id):
        """Delete an endpoint with its workergroups and return the ids of its workers."""
        record = self.live(record_id) or self.missing("Routegroup not found for user")
        groups = self.account.store("workergroups")
        for group in groups.of_endpoint(record.id):
            groups.withdraw(group)
        self.withdraw(record)
        released, record.workers = record.workers, []
        return [worker.id for worker in released]

    def missing(self, message):
        raise Refusal(self.settings.not_found_status, message)

    def state(self, record):
        """Return the state that an endpoint is in; Vast.ai may have stopped it."""
        return "stopped" if record.state(self.now)[0] == "stopped" else record.spec["endpoint_state"]

    def remove(self, record_id):
        with self.account.lock:
            groups = self.account.store("workergroups")
            for group in groups.of_endpoint(record_id):
                groups.withdraw(group)
            super().remove(record_id)

    # The engine.

    def staff(self, boot_seconds):
        """Have the workers that every endpoint wants; the engine starts and ends none unless it is active."""
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
            wanted = min(max(spec["cold_workers"] or 0, least), spec["max_workers"] or 0) if groups else 0
            del record.workers[wanted:]
            for number in range(len(record.workers), wanted):
                group_id = groups[number % len(groups)]
                record.workers.append(Worker(new_number(), group_id, self.now, boot_seconds))

    def workers(self, record, group_id=None):
        """Return the workers of an endpoint, or of one of its groups, with their status."""
        groups = {group.id: group for group in self.account.store("workergroups").of_endpoint(record.id)}
        return [
            (worker, self.status(record, groups[worker.group_id], worker))
            for worker in record.workers
            if worker.group_id in groups and group_id in (None, worker.group_id)
        ]

    def status(self, record, group, worker):
        if self.state(record) == "stopped":
            return "stopped"
        outcome = group.worker_outcome or record.worker_outcome or self.settings.worker_outcome
        return worker.phase(self.now) or outcome

    # What is shown.

    def view(self, record, listed=False):
        return {
            "id": int(record.id),
            **record.spec,
            "endpoint_state": self.state(record),
            **self.common_view(record),
            "auto_delete_in_seconds": None,
            "auto_delete_due_24h": False,
            **record.by_hand,
        }

    def summary(self, record):
        statuses = [status for _worker, status in self.workers(record)]
        return {
            "id": record.id,
            "name": record.spec["endpoint_name"],
            "state": self.state(record),
            "workers": len(statuses),
            "healthy": statuses.count("idle"),
        }
