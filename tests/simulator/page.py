# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page for people: the resources of every account, their cost, the last requests, and switches for faults."""

from __future__ import annotations

import hashlib
import math

from flask import Blueprint, Response, redirect, render_template, request

from .environment import SAMPLE_KEY, exports
from .switches import switches

LAST_REQUESTS = 12

# The colors of states, which have different names at different providers. All other states are transitional.
TONES = {
    "good": {"serving", "running", "ready", "active", "idle"},
    "off": {"stopped", "exited", "suspended", "removed"},
}


def blueprint(accounts):
    """Return the routes of the page."""
    routes = Blueprint("page", __name__, template_folder="templates")

    @routes.get("/")
    def index():
        address = request.host_url.rstrip("/")
        providers = [show_provider(provider, accounts.of(provider.name)) for provider in accounts.providers.values()]
        shown = {"address": address, "port": request.host.rpartition(":")[2], "exports": exports(address)}
        return render_template("page.html", providers=providers, **shown)

    @routes.post("/_page/<provider>/switch")
    def switch(provider):
        """Switch a fault on or off. Another site that the browser shows cannot do this."""
        if request.headers.get("Origin", request.host_url.rstrip("/")) != request.host_url.rstrip("/"):
            return Response("The request is from another site.", 403, mimetype="text/plain")
        form, found = request.form, accounts.providers.get(provider)
        chosen = [each for each in switches(found) if each.name == form.get("switch")] if found else []
        account = find(accounts, provider, form.get("account", "")) if chosen else None
        if account is None:
            return Response("There is no such account or switch.", 404, mimetype="text/plain")
        chosen[0].turn(account, form.get("on") == "true")
        return redirect("/", 303)

    return routes


def find(accounts, provider, digest):
    """Return an account. If it is that of the sample key, and does not exist, it is opened."""
    if digest == digest_of(SAMPLE_KEY):
        return accounts.get(provider, SAMPLE_KEY)
    return next((account for account in accounts.of(provider) if digest_of(account.key) == digest), None)


def digest_of(key):
    """Return what stands for a key on the page, from which nobody can derive the key."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def show_provider(provider, accounts):
    """Return what the page shows of one provider: at least the account of the sample key."""
    shown = [show(account) for account in accounts]
    if not shown:
        shown.append({"key": "", "digest": digest_of(SAMPLE_KEY), "switches": show_switches(provider, [])})
    return {"name": provider.name, "title": provider.title, "currency": provider.currency, "accounts": shown}


def show(account):
    """Return what the page shows of one account. Of the API key, it shows only the beginning."""
    requests, faults = account.requests, account.faults.active()
    resources = [
        {"noun": noun, "tone": tone(row["state"]), **row}
        for noun, store in account.stores.items()
        for row in store.summaries()
    ]
    known = [row["hourly_cost"] for row in resources if row["hourly_cost"] is not None]
    return {
        "key": f"{account.key[:4]}…",
        "digest": digest_of(account.key),
        "resources": resources,
        # None without any price, because 0 would be a promise.
        "cost": math.fsum(known) if known else None,
        "unknown": len(resources) - len(known),
        "requests": requests[-LAST_REQUESTS:][::-1],
        "request_count": len(requests),
        "faults": [fault for fault in faults if not any(each.find([fault]) for each in switches(account.provider))],
        "switches": show_switches(account.provider, faults),
    }


def show_switches(provider, faults):
    rows = [(each, each.find(faults)) for each in switches(provider)]
    return [{"name": each.name, "title": each.title, "on": fault is not None, "fault": fault} for each, fault in rows]


def tone(state):
    """Return the color of a state."""
    word = state.lower()
    if "fail" in word or "error" in word:
        return "bad"
    return next((name for name, states in TONES.items() if word in states), "busy")
