# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's instances: the workers of endpoints, those that remain after their endpoint, and others.

Nothing rents instances yet, so the others come from the control interface.
"""

from __future__ import annotations

import hashlib
import json

from ..provider import Refusal
from .store import EPOCH, NumberedStore

PAGE = 25
# The number of rows of a page for a limit of 0 or below.
SMALL_PAGE = 5

# The status of the instance of a worker, if it is not "running": while it is created, it has none.
STATUSES = {"creating": None, "loading": "loading", "rebooting": "rebooting", "stopped": "stopped"}


class Instances(NumberedStore):
    """The instances of one account."""

    name_key = "label"
    defaults = {
        "label": None,
        "actual_status": "running",
        "intended_status": "running",
        "status_msg": "success, running",
        "machine_id": 10437,
        "gpu_name": "RTX 4090",
        "num_gpus": 1,
        "dph_total": 0.4,
        "is_bid": False,
        "image_uuid": "docker.io/example/image",
        "image_runtype": "ssh_direc ssh_proxy",
        "disk_space": 16.0,
        "public_ipaddr": "203.0.113.20\n",
        "extra_env": [["TOKEN", "only-in-the-environment-of-an-instance"]],
    }
    floats = ("dph_total", "disk_space")

    # Called by the operations.

    def page(self, query):
        """Return one page of the list, ordered by ID. The rows have the columns that the request selects."""
        limit = int(query.get("limit", PAGE))
        rows = sorted(self.rows(), key=lambda row: row["id"])
        after = self.after(query.get("after_token"))
        following = [row for row in rows if row["id"] > after]
        shown = following[: limit if limit > 0 else SMALL_PAGE]
        return {
            "success": True,
            "instances_found": len(shown),
            "total_instances": len(rows),
            "next_token": f"after-{shown[-1]['id']}" if len(following) > len(shown) else None,
            "instances": selected(shown, query.get("select_cols")),
        }

    @staticmethod
    def after(token):
        """Return the ID after which a page begins."""
        if token is None:
            return 0
        prefix, _dash, number = token.partition("-")
        if prefix != "after" or not number.isdecimal():
            raise Refusal(400, "after_token is not valid", "invalid_token")
        return int(number)

    def rows(self):
        """Return the rows of all instances. That of a worker has a label with the name and the ID of its endpoint."""
        endpoints = self.account.store("endpoints")
        rows = [self.view(record) for record in self.readable()]
        for endpoint in endpoints.living():
            rows += [
                self.view(self.of_worker(endpoint, worker, status))
                for worker, status, _loaded in endpoints.workers(endpoint)
            ]
        return rows

    # Called by the other stores.

    def keep(self, endpoint, group_id=None):
        """Keep the instances of workers that a delete leaves behind, according to the settings."""
        for worker, status, _loaded in self.account.store("endpoints").workers(endpoint, group_id):
            if self.settings.workers_remain or worker.id in self.settings.failed_workers:
                self.add(self.of_worker(endpoint, worker, status))

    def of_worker(self, endpoint, worker, status):
        """Return the instance of a worker."""
        groups = self.account.store("workergroups")
        offer = groups.offer(worker.group_id)
        record = self.record_type(str(worker.id), dict(self.defaults), worker.started_at)
        record.spec.update(
            label=f"{endpoint.spec['endpoint_name']}:{endpoint.id}:{worker.group_id}",
            actual_status=STATUSES.get(status, "running"),
            intended_status="stopped" if status == "stopped" else "running",
            dph_total=offer and offer["dph_total"],
            **groups.machine(worker.group_id),
        )
        return record

    # The format of responses.

    def view(self, record, listed=False):
        secret = hashlib.sha256(f"instance {record.id} {self.account.key}".encode()).hexdigest()
        return {
            "id": int(record.id),
            **record.spec,
            "cur_state": record.spec["intended_status"],
            "start_date": EPOCH + record.created_at,
            "instance_api_key": secret,
            "jupyter_token": secret[:32],
            **record.overrides,
        }

    def summary(self, record):
        row = self.view(record)
        return {"id": record.id, "name": row["label"] or "", "state": row["actual_status"] or "creating"}

    def hourly_cost(self, record):
        return self.view(record)["dph_total"]


def selected(rows, columns):
    """Return the columns that a request selects. An unknown one is null."""
    try:
        names = ["*"] if columns is None else json.loads(columns)
    except ValueError:
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Refusal(400, "select_cols must be a list of names", "invalid_request")
    return rows if "*" in names else [{name: row.get(name) for name in names} for row in rows]
