# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page for people: the resources, faults and last requests of every account."""

from __future__ import annotations

from flask import Blueprint, render_template

LAST_REQUESTS = 12


def blueprint(accounts):
    """Return the route of the page."""
    routes = Blueprint("page", __name__, template_folder="templates")

    @routes.get("/")
    def index():
        shown = {name: [show(account) for account in accounts.of(name)] for name in accounts.providers}
        return render_template("page.html", providers=accounts.providers.values(), accounts=shown)

    return routes


def show(account):
    """Return what the page shows of one account. Of the API key, it shows only the beginning."""
    requests = account.requests
    return {
        "key": f"{account.key[:4]}…",
        "resources": [{"noun": noun, **row} for noun, store in account.stores.items() for row in store.summaries()],
        "requests": requests[-LAST_REQUESTS:][::-1],
        "request_count": len(requests),
        "faults": account.faults.active(),
    }
