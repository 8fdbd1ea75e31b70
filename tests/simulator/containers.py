# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses of containers, which respond in the accounts with the setting ``endpoints_respond``.

The requests come from clients of an endpoint, not from the user of its provider. So no account records them.
"""

from __future__ import annotations

from flask import Blueprint, Response

from .gateway import METHODS


def blueprint(accounts):
    """Return the routes below ``/_container``. The path contains the provider and the ID of the container."""
    routes = Blueprint("containers", __name__, url_prefix="/_container/<provider>/<container_id>")
    every = [method.upper() for method in METHODS]

    @routes.route("/", defaults={"path": ""}, methods=every, strict_slashes=False)
    @routes.route("/<path:path>", methods=every)
    def respond(provider, container_id, path):
        for account in accounts.of(provider):
            if account.settings.endpoints_respond:
                with account.lock:
                    response = account.provider.container(account, container_id, f"/{path}")
                if response is not None:
                    return response
        return Response("There is no such container.", 404, mimetype="text/plain")

    return routes
