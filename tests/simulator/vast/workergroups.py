# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's workergroups: which machines work for an endpoint, and how they are started."""

from __future__ import annotations

from ..provider import Refusal
from .search import search_query
from .store import NumberedStore

# The machine of a worker if no offer fits the filter. The simulator starts workers for every filter.
FALLBACK = {"gpu_name": "RTX 4090", "num_gpus": 1}


class Workergroups(NumberedStore):
    """The workergroups of one account."""

    # The last four are accepted, stored and returned, but have no effect.
    defaults = {
        "endpoint_id": None,
        "endpoint_name": None,
        "template_hash": None,
        "template_id": None,
        "search_query": {},
        "launch_args": None,
        "gpu_ram": 24.0,
        "min_load": 1.0,
        "target_util": 0.9,
        "cold_mult": 3.0,
        "test_workers": 3,
    }
    floats = ("gpu_ram", "min_load", "target_util", "cold_mult")
    integers = ("endpoint_id", "template_id", "test_workers")

    def of_endpoint(self, endpoint_id):
        return [record for record in self.living() if str(record.spec["endpoint_id"]) == str(endpoint_id)]

    def create(self, desired, fault):
        """Store a new workergroup and return it."""
        if not self.settings.lenient_create:
            self.demand_whole(desired)
        self.demand_template(desired)
        given = {key: value for key, value in self.wire_to_spec(desired).items() if value is not None}
        spec = {**self.defaults, **given, **self.place(desired)}
        record = self.start(spec, fault)
        if fault and fault.name == "duplicate":
            self.start(spec, None)
        self.restaff()
        return record

    @staticmethod
    def demand_whole(desired):
        """Refuse a create without a required field. The real texts of these refusals are not public."""
        if not isinstance(desired.get("search_params"), str):
            raise Refusal(400, "search_params: expected a string")
        if not desired.get("template_hash") and not desired.get("template_id"):
            raise Refusal(400, "template_hash or template_id: one of them is required")

    def demand_template(self, desired):
        """Refuse a template that does not exist, if the settings say so. Vast.ai does not document what it does."""
        template_hash, template_id = desired.get("template_hash"), desired.get("template_id")
        if not self.settings.demand_templates or not (template_hash or template_id):
            return
        if self.account.store("templates").named(template_hash, template_id) is None:
            raise Refusal(400, "Template not found")

    def update(self, record_id, desired, fault):
        """Change a workergroup. The request must specify the endpoint, even if it stays the same."""
        record = self.live(record_id)
        if record is None:
            raise Refusal(self.settings.not_found_status, "Workgroup not found for user")
        if desired.get("endpoint_id") is None and desired.get("endpoint_name") is None:
            raise Refusal(400, "Missing endpoint ID")
        former = record.spec
        spec = {**self.updated(former, self.wire_to_spec(desired)), **self.place(desired)}
        # A request specifies a new template by hash or by number. The other one belongs to the old template.
        for name, other in (("template_hash", "template_id"), ("template_id", "template_hash")):
            if spec[name] != former[name] and desired.get(other) is None:
                spec[other] = None
        self.rewrite(record, former, spec, fault)
        self.restaff()
        if self.settings.put_rolls_workers:
            self.roll(record)

    def delete(self, record_id):
        """Delete a workergroup and return the IDs of its workers, or None if it does not exist."""
        record = self.live(record_id)
        if record is None:
            return None
        released = [worker.id for worker, _status, _loaded in self.workers(record)]
        endpoint = self.endpoint(record)
        if endpoint is not None:
            self.account.store("instances").keep(endpoint, record.id)
        self.withdraw(record)
        self.restaff()
        return released

    def place(self, desired):
        """Return the endpoint that a request specifies, by ID or by name, as fields of a row."""
        number, name = desired.get("endpoint_id"), desired.get("endpoint_name")
        for endpoint in self.account.store("endpoints").living():
            if endpoint.id == str(number) or number is None and name and endpoint.spec["endpoint_name"] == name:
                return {"endpoint_id": int(endpoint.id), "endpoint_name": endpoint.spec["endpoint_name"]}
        raise Refusal(400, "Please assign your workergroup to a valid endpoint identifier")

    def wire_to_spec(self, desired):
        """Return the stored fields of a request, with the machine filter parsed."""
        spec = {key: value for key, value in desired.items() if key in self.defaults}
        if "search_params" in desired:
            spec["search_query"] = search_query(desired["search_params"])
        return spec

    def endpoint(self, record):
        return self.account.store("endpoints").live(record.spec["endpoint_id"])

    def workers(self, record):
        """Return the workers of a group with their status."""
        endpoint = self.endpoint(record)
        return self.account.store("endpoints").workers(endpoint, record.id) if endpoint else []

    def offer(self, group_id):
        """Return the offer that the engine rents for each worker of a group, or None if nothing fits its filter."""
        record = self.find(group_id)
        return self.account.store("offers").cheapest(record.spec["search_query"]) if record else None

    def machine(self, group_id):
        """Return the GPUs of a worker."""
        offer = self.offer(group_id) or FALLBACK
        return {name: offer[name] for name in FALLBACK}

    def roll(self, record):
        """Make all workers of a group load again, and return their number."""
        workers = self.workers(record)
        for worker, _status, _loaded in workers:
            worker.load_again(self.now)
        return len(workers)

    def view(self, record, listed=False):
        return {"id": int(record.id), **record.spec, **self.common_view(record), **record.overrides}

    def summary(self, record):
        statuses = [status for _worker, status, _loaded in self.workers(record)]
        endpoint = self.endpoint(record)
        return {
            "id": record.id,
            "name": record.spec["endpoint_name"] or "",
            "state": self.account.store("endpoints").state(endpoint) if endpoint else "stopped",
            "workers": len(statuses),
            "healthy": statuses.count("idle"),
        }

    def hourly_cost(self, record):
        """Return the price of the workers. A stopped one costs its disk only."""
        statuses = [status for _worker, status, _loaded in self.workers(record)]
        offer = self.offer(record.id)
        if offer is None:
            return None if statuses else 0.0
        return sum(offer["storage_total_cost" if status == "stopped" else "dph_total"] for status in statuses)
