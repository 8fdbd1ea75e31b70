# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The storage of the logs of Vast.ai's instances. It has its own addresses, and refuses the API key of an account."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, request


class StoredLog:
    """One log, which is not there yet when it is requested."""

    def __init__(self, text, waits):
        self.text = text
        self.waits = waits


def put(account, record, options):
    """Store the log of an instance, and return its address. Like a real one, it can contain secrets."""
    lines = [f"instance {record.id}: {record.status(account.clock.now())[0]}"]
    if options.get("daemon_logs") != "true":
        lines += [f"{name}={value}" for name, value in record.spec["extra_env"]]
    lines = [line for line in lines if options.get("filter", "") in line]
    token = secrets.token_hex(16)
    text = "\n".join(lines[-int(options.get("tail", len(lines))) :])
    account.store("instances").logs[token] = StoredLog(text, account.settings.log_waits)
    return f"{account.simulator_url}/_vast-logs/{token}"


def blueprint(accounts):
    """Return the route of the storage."""
    routes = Blueprint("instance_logs", __name__)

    @routes.get("/_vast-logs/<token>")
    def get(token):
        if "Authorization" in request.headers or "api_key" in request.args:
            return Response("Only one auth mechanism allowed", 400, mimetype="text/plain")
        for account in accounts.of("vast"):
            with account.lock:
                log = account.store("instances").logs.get(token)
                if log and log.waits:
                    log.waits -= 1
                elif log:
                    return Response(log.text, mimetype="text/plain")
        return Response("AccessDenied", 403, mimetype="text/plain")

    return routes
