# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The containers of Novita's and PPIO's endpoints: a model server like vLLM.

No page mentions a key for the URL of an endpoint. Therefore the platform forwards every request, and only the model
server demands a key.
"""

from __future__ import annotations

from flask import Response, jsonify, request

from . import wire
from .gateway import bearer_key

# The environment variable with the key that vLLM demands below /v1.
KEY_VARIABLE = "VLLM_API_KEY"

MODEL = "simulated"

RESPONSES = {
    ("GET", "/v1/models"): {"object": "list", "data": [{"id": MODEL, "object": "model"}]},
    ("POST", "/v1/completions"): {"object": "text_completion", "model": MODEL, "choices": [{"index": 0, "text": "4"}]},
}


def respond(account, endpoint_id, path):
    """Return the response of an endpoint to the current request, or None if there is no such endpoint."""
    endpoints = account.store("endpoints")
    record = endpoints.find(endpoint_id)
    # Requests to an asynchronous endpoint go to another address, which all endpoints share.
    if record is None or record.spec.get("type") == "async":
        return None
    if not endpoints.serving_workers(record):
        return Response("no healthy worker", 503, mimetype="text/plain")
    key = next((item["value"] for item in record.spec["envs"] or [] if item["key"] == KEY_VARIABLE), "")
    if key and path.startswith("/v1") and bearer_key() != key:
        return jsonify({"error": "Unauthorized"}), 401
    if (request.method, path) in RESPONSES:
        return jsonify(RESPONSES[request.method, path])
    if path == wire.read(record.spec, record.health_path):
        return Response()
    return jsonify({"detail": "Not Found"}), 404
