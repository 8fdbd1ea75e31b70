# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's autoscaler: the workers and the logs. It often refuses requests with HTTP status 200."""

from __future__ import annotations

from flask import Response

from .store import EPOCH

LEVELS = ("info0", "info1", "trace", "debug")


def no_such_endpoint():
    return text("authenticate_endpoint_apikey: invalid api_key or endpoint NAME not found")


def text(message):
    return Response(message, mimetype="text/plain")


def list_workers(account, call):
    """Return the workers of an endpoint. For a new endpoint, this is an error."""
    endpoints = account.store("endpoints")
    record = endpoints.read(call.body["id"])
    if record is None:
        return no_such_endpoint()
    if account.clock.now() - record.created_at < account.settings.young_seconds:
        message = f"endpoint {record.id} is not ready to be queried"
        return {
            "text": text(message),
            "error_msg": {"error_msg": message},
            "error": {"error": {"message": message}},
        }[account.settings.young_shape]
    return shaped(account, endpoints.workers(endpoints.find(record.id)))


def list_workers_of_group(account, call):
    groups = account.store("workergroups")
    record = groups.read(call.body["id"])
    return no_such_endpoint() if record is None else shaped(account, groups.workers(groups.find(record.id)))


def shaped(account, workers):
    groups = account.store("workergroups")
    machines = {group_id: groups.machine(group_id) for group_id in {worker.group_id for worker, *_rest in workers}}
    bare = account.settings.rest_rows == "bare"
    rows = [
        {**show(*item, bare=bare), "url": address(account, item[0]), **machines[item[0].group_id]} for item in workers
    ]
    return rows if account.settings.workers_shape == "array" else {"workers": rows}


def address(account, worker):
    return account.container_url(worker.id) or f"https://{worker.id}.workers.vast.invalid"


def show(worker, status, loaded, bare):
    """Return a worker's row. If ``bare``, the row of a stopped worker does not show whether it has loaded its model."""
    row = {
        "id": worker.id,
        "status": status,
        "created_at": EPOCH + worker.started_at,
        "started_at": EPOCH + worker.started_at,
        "cur_load": 0.0,
        "new_load": 0.0,
        "cur_load_rolling_avg": 0.0,
        "cur_perf": 118.5 if status == "idle" else 0.0,
        "dlperf": 92.4,
        "reliability": 0.998,
        "reqs_working": 0,
        "disk_usage": 12.5,
        "available": status == "idle",
    }
    if bare and status == "stopped":
        return row
    return {
        **row,
        "loaded_at": EPOCH + worker.started_at + 2 * worker.boot_seconds if loaded else None,
        "perf": 118.5 if loaded else 0.0,
        "measured_perf": 118.5 if loaded else 0.0,
        "ready_ever": loaded,
    }


def endpoint_log(account, call):
    """Return the log of an endpoint: by ID with the account's key, or by name with the endpoint's own key."""
    endpoints, name, key = account.store("endpoints"), call.body.get("endpoint"), call.body.get("api_key")
    if name is not None:
        record = next(
            (
                record
                for record in endpoints.readable()
                if record.spec["endpoint_name"] == name and record.secret == key
            ),
            None,
        )
    else:
        record = endpoints.read(call.body["id"])
        if account.settings.log_key == "body" and key != account.key:
            record = None
    if record is None:
        return no_such_endpoint()
    lines = log_lines(f"endpoint {record.id}", endpoints.workers(endpoints.find(record.id)), call)
    return {"logs": lines} if name is not None else by_level(lines)


def workergroup_log(account, call):
    lines = lines_of_group(account, call)
    return no_such_endpoint() if lines is None else {"logs": lines}


def autogroup_log(account, call):
    """Return the same log under its old name, with one text for each level."""
    lines = lines_of_group(account, call)
    return no_such_endpoint() if lines is None else by_level(lines)


def lines_of_group(account, call):
    groups = account.store("workergroups")
    record = groups.read(call.body["id"])
    if record is None:
        return None
    return log_lines(f"workergroup {record.id}", groups.workers(groups.find(record.id)), call)


def log_lines(subject, workers, call):
    lines = [
        f"{subject}: {len(workers)} workers",
        *(f"worker {worker.id}: {status}" for worker, status, _loaded in workers),
    ]
    return "\n".join(lines[-call.body.get("tail", len(lines)) :])


def by_level(lines):
    return {level: f"[{level}] {lines}" for level in LEVELS}


def roll_workers(account, call):
    """Start a rolling update of a group's workers, or cancel it."""
    groups = account.store("workergroups")
    record = groups.live(call.body["workergroup_id"])
    if record is None:
        return {"success": False, "error_msg": "workergroup not found"}
    if call.body.get("cancel_update"):
        return {"success": True, "cancelled": True}  # codespell:ignore cancelled
    return {"success": True, "workers_to_update": groups.roll(record)}
