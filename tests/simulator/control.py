# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control interface, with which tests in other processes prepare accounts. It only calls accounts and stores."""

from __future__ import annotations

from flask import Blueprint, jsonify, request

from .accounts import UnknownAccount
from .gateway import bearer_key
from .records import UnknownRecord


def blueprint(accounts):
    """Return the routes below ``/_sim``. The path contains the provider, and the bearer key selects the account."""
    routes = Blueprint("control", __name__, url_prefix="/_sim")

    def account(provider):
        return accounts.get(provider, bearer_key())

    def store(provider, noun):
        stores = account(provider).stores
        if noun not in stores:
            raise ValueError(f"{provider} has no {noun!r}; its resource types are {', '.join(stores)}")
        return stores[noun]

    def given():
        """Return the JSON object in the body of the request."""
        body = request.get_json(force=True)
        if not isinstance(body, dict):
            raise ValueError("the body must be a JSON object")
        return body

    @routes.errorhandler(ValueError)
    @routes.errorhandler(UnknownAccount)
    def bad_request(error):
        return jsonify({"error": str(error)}), 400

    @routes.errorhandler(UnknownRecord)
    def no_record(error):
        return jsonify({"error": f"no resource has the ID {error}"}), 404

    @routes.get("/health")
    def health():
        return jsonify({"status": "ok", "providers": list(accounts.providers)})

    @routes.delete("/<provider>")
    def forget(provider):
        account(provider)
        accounts.forget(provider, bearer_key())
        return jsonify({})

    @routes.get("/<provider>/requests")
    def requests(provider):
        return jsonify(account(provider).requests)

    @routes.delete("/<provider>/requests")
    def clear_requests(provider):
        account(provider).clear()
        return jsonify({})

    @routes.get("/<provider>/faults")
    def faults(provider):
        return jsonify(account(provider).faults.active())

    @routes.post("/<provider>/faults")
    def add_fault(provider):
        arguments = given()
        for name in {"operation", "fault"} - arguments.keys():
            raise ValueError(f"a fault requires {name!r}")
        return jsonify(account(provider).fault(**arguments))

    @routes.delete("/<provider>/faults")
    def clear_faults(provider):
        account(provider).clear_faults(request.args.get("operation"), request.args.get("fault"))
        return jsonify({})

    @routes.get("/<provider>/settings")
    def settings(provider):
        return jsonify(account(provider).settings.as_dict())

    @routes.patch("/<provider>/settings")
    def change_settings(provider):
        account(provider).settings.set(**given())
        return jsonify(account(provider).settings.as_dict())

    @routes.get("/<provider>/<noun>")
    def records(provider, noun):
        return jsonify(store(provider, noun).views())

    @routes.post("/<provider>/<noun>")
    def seed(provider, noun):
        return jsonify(store(provider, noun).seed(given()))

    @routes.delete("/<provider>/<noun>")
    def clear(provider, noun):
        store(provider, noun).clear()
        return jsonify({})

    @routes.patch("/<provider>/<noun>/<record_id>")
    def change(provider, noun, record_id):
        return jsonify(store(provider, noun).change(record_id, given()))

    @routes.delete("/<provider>/<noun>/<record_id>")
    def remove(provider, noun, record_id):
        store(provider, noun).remove(record_id)
        return jsonify({})

    return routes
