# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entry point of a simulated provider: authenticate, log, apply faults, validate, execute."""

from __future__ import annotations

import functools
import re
import time
from urllib.parse import urlsplit

import yaml
from flask import Blueprint, Response, jsonify, request
from openapi_core import OpenAPI
from openapi_core.contrib.flask import FlaskOpenAPIRequest

from . import faults, wire
from .accounts import UnknownAccount
from .journal import parsed_body
from .provider import UNKNOWN, Call, Refusal

METHODS = {"get", "put", "post", "delete", "patch"}
RANGE_RULES = {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "enum"}
MOST_VALID_REQUESTS = 2000


@functools.cache
def load_contract(path):
    """Return an OpenAPI file as plain data and as a validator. It is cached, because loading takes a while."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document, OpenAPI.from_dict(document)


def bearer_key():
    """Return the API key of the current request, or ``""``."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


class Gateway:
    """Serves the operations in a provider's OpenAPI file."""

    def __init__(self, provider, accounts):
        self.provider = provider
        self.accounts = accounts
        self.document, self.contract = load_contract(provider.openapi)
        # The query parameters of each operation.
        self.parameters = {}
        # The operations that require no API key.
        self.public = set()
        # Requests that match the contract. Tests repeat them, and to validate one takes longer than to execute it.
        self.valid = set()

    def blueprint(self):
        """Return the routes: one for each operation and prefix, and one for unknown paths."""
        routes = Blueprint(self.provider.name, __name__)
        views, prefixes = {}, set()
        for path, item in self.document["paths"].items():
            rule = re.sub(r"{(\w+)}", r"<\1>", path)
            served_at = {urlsplit(server["url"]).path for server in item.get("servers", self.document["servers"])}
            prefixes |= served_at
            for method in METHODS & item.keys():
                # An operation can have several paths, but an operationId must be unique.
                operation = item[method].get("x-alias-of", item[method]["operationId"])
                parameters = item[method].get("parameters", ())
                self.parameters[operation] = {each["name"] for each in parameters if each.get("in") == "query"}
                if item[method].get("security") == []:
                    self.public.add(operation)
                view = views.setdefault(operation, functools.partial(self.serve, operation))
                for prefix in served_at:
                    routes.add_url_rule(prefix + rule, operation.replace(".", "_"), view, methods=[method.upper()])
        every = [method.upper() for method in METHODS]
        for prefix in prefixes:
            routes.add_url_rule(f"{prefix}/<path:unknown>", "unknown", self.serve_unknown, methods=every)
        routes.register_error_handler(Refusal, self.refuse)
        return routes

    def serve_unknown(self, unknown):
        if self.provider.router_text:
            return Response(self.provider.router_text, 404, mimetype="text/plain")
        raise Refusal(404, f"no such path: /{unknown}")

    def serve(self, route, **_path_parameters):
        """Return the response to one request."""
        name = self.provider.by_body.get(route)
        operation = name(parsed_body(request)) if name else route
        try:
            account = self.accounts.get(self.provider.name, bearer_key())
        except UnknownAccount:
            if operation not in self.public:
                status = self.provider.bad_key_statuses.get(operation, 401)
                raise Refusal(status, self.provider.bad_key) from None
            account = self.accounts.anonymous(self.provider.name)
        entry = account.journal.open(operation, request)
        try:
            response = self.respond(account, route, operation, entry)
        except Refusal as refusal:
            response = self.refuse(refusal)
        account.journal.close(entry, None if isinstance(response, faults.Reset) else response.status_code)
        return response

    def respond(self, account, route, operation, entry):
        """Execute the operation, under the next fault of the account if there is one."""
        time.sleep(account.settings.latency)
        account.pace(operation, route)
        fault = account.faults.take(operation)
        process = functools.partial(self.process, account, operation, fault)
        if fault is None:
            return process()
        entry["fault"] = fault.name
        return faults.play(fault, process, self.refuse)

    def process(self, account, operation, fault):
        """Validate and execute the request. Return the response, which can be a refusal."""
        try:
            call = self.validated(account, operation, fault)
            with account.lock:
                result = self.provider.operations[operation](account, call)
                return result if isinstance(result, Response) else jsonify(result)
        except Refusal as refusal:
            return self.refuse(refusal)

    def validated(self, account, operation, fault):
        """Return the current request as a call, or refuse it."""
        errors = self.errors()
        if errors and not self.carries(account, operation, errors):
            raise Refusal(400, describe(errors[0]))
        for name in request.args.keys() - self.parameters.get(operation, ()):
            raise Refusal(400, f"unknown query parameter: {name}")
        return Call(request.view_args, request.args, request.get_json() if request.data else None, fault)

    def errors(self):
        """Return how the current request contradicts the contract. This does not depend on the account."""
        # Without a key, it depends on the header.
        parts = bearer_key() and (request.method, request.url, request.content_type, request.data)
        if parts in self.valid:
            return []
        errors = list(self.contract.request_validator.iter_errors(FlaskOpenAPIRequest(request)))
        if parts and not errors:
            if len(self.valid) >= MOST_VALID_REQUESTS:
                self.valid.clear()
            self.valid.add(parts)
        return errors

    def carries(self, account, operation, errors):
        """Return whether every invalid value is outside a documented range and equal to the current value."""
        if account.settings.update_ranges != "found" or not operation.endswith(".update"):
            return False
        details = [detail for error in errors for detail in getattr(error.__cause__, "schema_errors", (None,))]
        if not all(detail is not None and detail.validator in RANGE_RULES for detail in details):
            return False
        former = self.provider.former(account, Call(request.view_args, request.args, request.get_json(), None))
        return former is not None and all(
            wire.read(former, ".".join(map(str, detail.path))) == detail.instance for detail in details
        )

    def refuse(self, refusal):
        """Return a refusal in the provider's format."""
        reason = refusal.reason or self.provider.reasons.get(refusal.status, UNKNOWN)
        response = jsonify(self.provider.error_body(refusal.status, reason, refusal.message))
        response.status_code = refusal.status
        response.headers.extend(refusal.headers)
        return response


def describe(error):
    """Return what is invalid in a request, with the path in the body or the name of the parameter."""
    for detail in getattr(error.__cause__, "schema_errors", ()):
        place = getattr(error, "name", None) or detail.json_path.removeprefix("$").removeprefix(".")
        return f"{place}: {detail.message}" if place else detail.message
    return str(error)
