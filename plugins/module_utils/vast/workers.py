# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workers of a Vast.ai endpoint, as the autoscaler host sees them.

Pages: ``get endpoint workers`` and ``get endpoint logs`` under https://docs.vast.ai/api-reference/serverless/. Both calls
are POSTs that change nothing. The autoscaler answers some errors with status 200 and a plain text, and a young endpoint
with ``{"error_msg": ...}``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from ..errors import CloudError
from ..resource import FAILED, PENDING, READY, Condition
from ..transport import READ, Call

LOG_LINES = 10

_SERVING = ("idle",)
_FAILED = ("error", "unavail", "destroying")

_WORKER = {"type": "object", "properties": {"status": {"type": ["string", "null"]}}, "required": ["id"]}
WORKERS = Call("worker.list", "POST", "/get_endpoint_workers/", READ, {"anyOf": [
    {"type": "object", "properties": {"workers": {"type": "array", "items": _WORKER}}, "required": ["workers"]},
    {"type": "array", "items": _WORKER},
    {"type": "object", "properties": {"error_msg": {"type": "string"}}, "required": ["error_msg"]},
]}, host="autoscaler_url")
LOGS = Call("log.endpoint", "POST", "/get_endpoint_logs/", READ, {
    "type": "object", "properties": {"logs": {"type": "string"}}}, host="autoscaler_url")


def workers_of(client, endpoint_id):
    """The workers of an endpoint, each with ``id`` and ``status``; none while the autoscaler does not know it yet."""
    answer = client.send(WORKERS, body={"id": int(endpoint_id)})
    workers = answer.get("workers", []) if isinstance(answer, dict) else answer
    return [{"id": str(worker["id"]), "status": worker.get("status") or ""} for worker in workers]


def condition_of(workers, wanted):
    """Whether ``wanted`` workers can serve, may come to it, or can only fail."""
    words = [worker["status"].lower() for worker in workers]
    serving = sum(word in _SERVING for word in words)
    said = f"{serving} of {wanted} workers can serve"
    if workers:
        said += " (" + ", ".join(f"{worker['id']}: {worker['status']}" for worker in workers) + ")"
    if serving >= wanted:
        return Condition(READY, said)
    if words and all(word in _FAILED for word in words):
        return Condition(FAILED, said)
    return Condition(PENDING, said)


def log_tail(client, record):
    """The last lines of an endpoint's log as a sentence, or an empty text where it cannot be read."""
    try:
        lines = client.send(LOGS, body={"endpoint": record.name, "tail": LOG_LINES}).get("logs", "").splitlines()
    except CloudError:
        return ""
    return f"Its log ends: {client.secrets.scrub(' | '.join(lines[-LOG_LINES:]))}." if lines else ""
