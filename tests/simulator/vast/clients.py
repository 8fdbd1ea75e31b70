# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests of clients to Vast.ai's endpoints. The autoscaler assigns a worker, to which the client then turns.

These requests have the key of an endpoint, not that of an account. So no account records them.
"""

from __future__ import annotations

import hmac
import itertools
from collections import Counter

from flask import Blueprint, Response, jsonify, request

from ..gateway import bearer_key
from .autoscaler import address, no_such_endpoint

# A worker refuses a request without one of these fields of the assignment.
ASSIGNMENT = {"endpoint", "url", "cost", "reqnum", "request_idx", "signature"}

_numbers = itertools.count(1)


def blueprint(accounts):
    """Return the route of the autoscaler that assigns a worker."""
    routes = Blueprint("clients", __name__)

    @routes.post("/vast-autoscaler/route/")
    def route():
        asked = given()
        if not isinstance(asked.get("endpoint"), str) or not isinstance(asked.get("cost"), (int, float)):
            return jsonify({"success": False, "error": "invalid_args", "msg": "endpoint and cost are required"}), 400
        for account in accounts.of("vast"):
            with account.lock:
                for record in account.store("endpoints").living():
                    if (record.spec["endpoint_name"], record.secret) == (asked["endpoint"], bearer_key()):
                        return jsonify(assign(account, record, asked))
        return no_such_endpoint()

    return routes


def given():
    """Return the JSON object in the body of the request, or an empty one."""
    body = request.get_json(force=True, silent=True)
    return body if isinstance(body, dict) else {}


def assign(account, record, asked):
    """Return the assignment of an idle worker, or how many workers have which status. A stopped one stays stopped."""
    workers = account.store("endpoints").workers(record)
    number = next(_numbers)
    common = {"endpoint": asked["endpoint"], "request_idx": asked.get("request_idx") or number}
    url = next((address(account, worker) for worker, status, _loaded in workers if status == "idle"), None)
    if url is None:
        counts = Counter(status for _worker, status, _loaded in workers)
        return {**common, "status": ", ".join(f"{count} {status}" for status, count in counts.items())}
    return {**common, "url": url, "cost": asked["cost"], "reqnum": number, "signature": sign(record, url)}


def sign(record, url):
    return hmac.new(record.secret.encode(), url.encode(), "sha256").hexdigest()


def respond(account, worker_id, _path):
    """Return the response of a worker to the current request, or None if there is no such worker.

    The image of a worker defines its paths. Here it responds at every path, with the payload.
    """
    endpoints = account.store("endpoints")
    for record in endpoints.living():
        for worker, status, _loaded in endpoints.workers(record):
            if str(worker.id) == worker_id:
                return serve(record, address(account, worker)) if status == "idle" else unavailable(status)
    return None


def unavailable(status):
    return Response(f"the worker is {status}", 503, mimetype="text/plain")


def serve(record, url):
    """Return the payload of the current request if it contains the assignment of the worker at this URL."""
    body = given()
    assignment = body.get("auth_data")
    if not isinstance(assignment, dict) or ASSIGNMENT - assignment.keys() or "payload" not in body:
        return jsonify({"error": "auth_data and payload are required"}), 422
    if (assignment["url"], assignment["signature"]) != (url, sign(record, url)):
        return Response(status=401)
    return jsonify(body["payload"])
