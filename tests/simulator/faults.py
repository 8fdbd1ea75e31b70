# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Injected faults: what can go wrong between a client and a provider.

A fault stays in the queue of an account until a request matches it. Most faults replace or corrupt the response
(``PLAYERS``). With ``when: after``, the operation is executed first. A fault without a player changes what the
operation does to resources, or which resources it returns; the code of the provider handles it.
"""

from __future__ import annotations

import base64
import copy
import html
import itertools
import json
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from flask import Response, jsonify, request

from .provider import UNKNOWN, Refusal
from .wsgi import ResetConnection

BLOCK_PAGE = """<!DOCTYPE html>
<html lang="en-US"><head><title>Attention Required! | Block</title><style>body {margin: 0; padding: 0}</style>
<script>window.onload = function () { alert("blocked"); };</script></head>
<body><h1>Sorry, you have been blocked</h1></body></html>
"""

LISTS = ("list", "list_of_group")
READS = ("get", "get_v2", *LISTS)
# Operations that set values; that change the state; and those of both that take some time.
WRITES = (
    *("create", "update", "update_template", "edit", "upgrade", "renew", "set_auto_renew", "trans_to_monthly"),
    *("set_ports", "expand_rootfs", "set_billing_mode", "set_auto_migrate", "set_web_terminal"),
    *("set_bid", "set_label"),
)
ACTIONS = ("start", "stop", "restart", "reboot", "recycle", "migrate", "instance.delete")
JOURNEYS = ("create", "update", "upgrade", *ACTIONS)

# Each fault's arguments with their defaults.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "status": {
        "status": 500,
        "reason": UNKNOWN,
        "message": "something went wrong",
        "headers": {},
        "body": None,
        "when": "before",
    },
    # A refusal with HTTP status 200.
    "success_false": {"error": "internal_error", "message": "something went wrong", "when": "before"},
    # A success that contradicts itself: with members that report a failure, with another success status, or with each
    # key twice, the last time without content. ``emptied``: its lists are empty, and their total is 0.
    "contradiction": {"members": {}, "status": 200, "doubled": False, "emptied": False, "when": "after"},
    "rate_limit": {"retry_after": None, "threshold": None, "plain": False, "in_body": False},
    "reset": {"when": "before"},
    "cut": {"when": "before"},
    "garbage": {"body": "<html>Bad Gateway</html>", "content_type": "text/html", "status": 200, "when": "before"},
    "empty": {"when": "before"},
    "redirect": {"location": "https://elsewhere.invalid/", "status": 302},
    "delay": {"seconds": 1.0, "when": "before"},
    # Send ``count`` bytes one by one, then the rest; 0 means all bytes.
    "drip": {"seconds_per_byte": 0.1, "count": 0},
    "flood": {"bytes": 64 * 1024 * 1024},
    "echo_secrets": {"spelling": "plain"},
    "no_envelope": {},
    # The value that becomes a string: the "list" (or the resource), or each of its "items".
    "wrong_types": {"of": "list"},
    "short_list": {"keep": 1},
    # A list without resources; ``total`` replaces the total in its envelope, if the envelope has one.
    "empty_list": {"total": None},
    # A list with cursors starts again and again.
    "repeat_cursor": {},
    "ignore": {"fields": []},
    "clip": {"field": "", "value": None},
    "failed_state": {"error": "FAILED", "message": "failed to pull the image"},
    "stuck": {},
    "stopped": {},
    "duplicate": {},
    # The endpoint is ready, its workers are not.
    "failed_workers": {
        "error": "IMAGE_PULL_FAILED",
        "message": "manifest for registry.example.org/team/llm:1.4 not found",
    },
    # The response of a proxy in front of the provider: a router without this route; a network that blocks the client.
    "no_route": {},
    "blocked": {"html": False},
}

# The operations that a fault can affect: their names, or the last parts of their names. Other faults affect all.
FITS = {
    "no_envelope": READS,
    "wrong_types": READS,
    "short_list": LISTS,
    "empty_list": LISTS,
    "repeat_cursor": LISTS,
    # An action has no fields, so the whole action is ignored.
    "ignore": (*WRITES, *ACTIONS),
    "clip": WRITES,
    "failed_state": JOURNEYS,
    "stuck": JOURNEYS,
    "stopped": JOURNEYS,
    "duplicate": ("create",),
    "failed_workers": ("endpoint.create", "endpoint.update"),
}


# How an encoder, page or log of a provider can spell the text of a request.
SPELLINGS = {
    "plain": str,
    "go": lambda text: json.dumps(text, ensure_ascii=False).replace("&", r"\u0026").replace("<", r"\u003c"),
    "php": lambda text: json.dumps(text).replace("/", r"\/"),
    "html": html.escape,
    "address": lambda text: quote(text, safe=""),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "capitals": str.upper,
}


@dataclass
class Fault:
    """One fault in the queue of an account."""

    operation: str
    name: str
    times: int
    skip: int
    arguments: dict[str, Any]
    played: int = 0

    def fits(self, operation):
        operations = FITS.get(self.name)
        if self.operation not in ("*", operation):
            return False
        return operations is None or operation in operations or operation.rpartition(".")[2] in operations

    @property
    def spent(self):
        return 0 < self.times <= self.played

    def as_dict(self):
        facts = asdict(self)
        return {"operation": self.operation, "fault": facts.pop("name"), **facts.pop("arguments"), **facts}


class FaultQueue:
    """The faults that are queued in an account."""

    def __init__(self, operations):
        self._operations = operations
        self._lock = threading.Lock()
        self._faults = []

    def add(self, operation, fault, *, times=1, skip=0, **arguments):
        """Queue a fault: skip ``skip`` matching requests, then affect the next ``times`` ones (0: all others)."""
        if operation != "*" and operation not in self._operations:
            raise ValueError(f"unknown operation {operation!r}; use * or one of {', '.join(self._operations)}")
        if fault not in ARGUMENTS:
            raise ValueError(f"unknown fault {fault!r}; the faults are {', '.join(ARGUMENTS)}")
        for name in arguments.keys() - ARGUMENTS[fault].keys():
            known = ", ".join(ARGUMENTS[fault]) or "none"
            raise ValueError(f"fault {fault!r} has no argument {name!r}; its arguments are {known}")
        if arguments.get("when", "before") not in ("before", "after"):
            raise ValueError("'when' must be 'before' or 'after'")
        if arguments.get("spelling", "plain") not in SPELLINGS:
            raise ValueError(f"'spelling' must be one of {', '.join(SPELLINGS)}")
        queued = Fault(operation, fault, times, skip, copy.deepcopy({**ARGUMENTS[fault], **arguments}))
        if operation != "*" and not queued.fits(operation):
            raise ValueError(f"fault {fault!r} cannot affect {operation}; it can affect {', '.join(FITS[fault])}")
        with self._lock:
            self._faults.append(queued)
        return queued.as_dict()

    def take(self, operation):
        """Return the fault for a request, or None."""
        with self._lock:
            for fault in self._faults:
                if fault.spent or not fault.fits(operation):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.played += 1
                return fault
        return None

    def active(self):
        with self._lock:
            return [fault.as_dict() for fault in self._faults if not fault.spent]

    def clear(self, operation=None, fault=None):
        """Remove the faults that are queued: all, or those with this operation and this name."""
        with self._lock:
            self._faults = [
                queued
                for queued in self._faults
                if operation not in (None, queued.operation) or fault not in (None, queued.name)
            ]


def play(fault, process, refuse):
    """Return the response to a request that a fault affects.

    ``process`` executes the operation and returns its response; ``refuse`` returns the response for a refusal.
    """
    player = PLAYERS.get(fault.name)
    return player(fault.arguments, process, refuse) if player else process()


def underlying(arguments, process):
    """Execute the operation if the fault comes after it. Return its response, or an empty object."""
    return process() if arguments["when"] == "after" else jsonify({})


def play_status(arguments, process, refuse):
    underlying(arguments, process)
    refusal = Refusal(arguments["status"], arguments["message"], arguments["reason"], arguments["headers"])
    response = refuse(refusal)
    if arguments["body"] is not None:
        text = arguments["body"] if isinstance(arguments["body"], str) else json.dumps(arguments["body"])
        response.set_data(text)
    return response


def play_success_false(arguments, process, refuse):
    underlying(arguments, process)
    return jsonify({"success": False, "error": arguments["error"], "msg": arguments["message"]})


def play_rate_limit(arguments, process, refuse):
    message = "API requests too frequent"
    if arguments["threshold"] is not None:
        message += f" endpoint threshold={float(arguments['threshold'])}"
    if arguments["in_body"]:
        body = {"error": "rate_limit_exceeded", "msg": message, "retry_after": arguments["retry_after"]}
        response = jsonify(body)
        response.status_code = 429
        return response
    headers = {} if arguments["retry_after"] is None else {"Retry-After": str(arguments["retry_after"])}
    if arguments["plain"]:
        return Response(message, 429, headers, mimetype="text/plain")
    return refuse(Refusal(429, message, headers=headers))


class Reset(Response):
    """Not a response: the connection is reset instead."""

    def __call__(self, environ, start_response):
        raise ResetConnection


def play_reset(arguments, process, refuse):
    underlying(arguments, process)
    return Reset()


def play_cut(arguments, process, refuse):
    response = underlying(arguments, process)
    whole = response.get_data()
    response.set_data(whole[: len(whole) // 2])
    response.content_length = len(whole)
    return response


def play_garbage(arguments, process, refuse):
    underlying(arguments, process)
    return Response(arguments["body"], arguments["status"], content_type=arguments["content_type"])


def play_empty(arguments, process, refuse):
    underlying(arguments, process)
    return Response("", 200, mimetype="application/json")


def play_redirect(arguments, process, refuse):
    return Response("", arguments["status"], {"Location": arguments["location"]})


def play_delay(arguments, process, refuse):
    if arguments["when"] == "before":
        time.sleep(arguments["seconds"])
        return process()
    response = process()
    time.sleep(arguments["seconds"])
    return response


def play_drip(arguments, process, refuse):
    response = process()
    body = response.get_data()
    count = arguments["count"] or len(body)

    def drops():
        for position in range(min(count, len(body))):
            time.sleep(arguments["seconds_per_byte"])
            yield body[position : position + 1]
        yield body[count:]

    response.response = drops()
    response.content_length = len(body)
    return response


def play_flood(arguments, process, refuse):
    """Send a flood of whitespace before the response. Only a client that limits the size is safe."""
    response = process()
    spaces = b" " * 65536
    whole, rest = divmod(arguments["bytes"], len(spaces))
    response.response = itertools.chain(itertools.repeat(spaces, whole), [spaces[:rest], response.get_data()])
    response.headers.pop("Content-Length", None)
    return response


def play_echo_secrets(arguments, process, refuse):
    sent = f"Authorization: {request.headers['Authorization']} with {request.get_data(as_text=True)}"
    return refuse(Refusal(400, f"cannot handle {SPELLINGS[arguments['spelling']](sent)}"))


def reshaped(process, change):
    """Execute the operation, then apply ``change`` to each list or resource in a successful response."""
    response = process()
    if response.status_code != 200 or not response.is_json:
        return response
    if isinstance(response.json, list):
        return jsonify(change(response.json))
    changed = {key: change(value) for key, value in response.json.items() if isinstance(value, (dict, list))}
    return jsonify({**response.json, **changed})


def play_no_envelope(arguments, process, refuse):
    response = process()
    return jsonify({}) if response.status_code == 200 else response


def play_wrong_types(arguments, process, refuse):
    def change(value):
        return ["text" for _item in value] if arguments["of"] == "items" and isinstance(value, list) else "text"

    return reshaped(process, change)


def play_short_list(arguments, process, refuse):
    return reshaped(process, lambda items: items[: arguments["keep"]] if isinstance(items, list) else items)


def play_empty_list(arguments, process, refuse):
    response = reshaped(process, lambda items: [])
    if arguments["total"] is not None and response.is_json and "total" in response.json:
        response = jsonify({**response.json, "total": arguments["total"]})
    return response


def play_contradiction(arguments, process, refuse):
    response = underlying(arguments, process)
    if response.status_code != 200 or not response.is_json or not isinstance(response.json, dict):
        return response
    without_content = {key: 0 if key == "total" else _without_content(value) for key, value in response.json.items()}
    members = {**(without_content if arguments["emptied"] else response.json), **arguments["members"]}
    copies = [members, without_content] if arguments["doubled"] else [members]
    text = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for member in copies for key, value in member.items())
    return Response(f"{{{text}}}", arguments["status"], mimetype="application/json")


def _without_content(value):
    """Return the value that a member of a response has in an empty account."""
    if isinstance(value, (dict, list)):
        return type(value)()
    return value if isinstance(value, (bool, str)) else 0


def play_no_route(arguments, process, refuse):
    return Response("404 page not found", 404, content_type="text/plain")


def play_blocked(arguments, process, refuse):
    if arguments["html"]:
        return Response(BLOCK_PAGE, 403, content_type="text/html; charset=UTF-8")
    return Response("error code: 1010", 403, content_type="text/plain; charset=UTF-8")


PLAYERS = {
    "status": play_status,
    "success_false": play_success_false,
    "contradiction": play_contradiction,
    "rate_limit": play_rate_limit,
    "reset": play_reset,
    "cut": play_cut,
    "garbage": play_garbage,
    "empty": play_empty,
    "redirect": play_redirect,
    "delay": play_delay,
    "drip": play_drip,
    "flood": play_flood,
    "echo_secrets": play_echo_secrets,
    "no_envelope": play_no_envelope,
    "wrong_types": play_wrong_types,
    "short_list": play_short_list,
    "empty_list": play_empty_list,
    "no_route": play_no_route,
    "blocked": play_blocked,
}
