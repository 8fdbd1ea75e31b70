# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probe an endpoint of Vast.ai, whose router assigns a worker to each request.

Page: ``route`` under https://docs.vast.ai/api-reference/serverless/. The router requires the API key of the endpoint,
and a worker with a PyWorker requires the assignment of the router next to the payload. The certificate of a worker is
signed by Vast.ai itself, so most hosts do not trust it.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

from .._clock import Clock
from .._errors import ProbeFailed
from .._http.address import host_of, is_loopback
from .._http.exchange import Connections
from .._http.no_response import NoResponse, TimeLimit
from .._http.response import Response
from .._secrets import Secrets
from .._visible import printable
from .probe import Probe, ProbeResult

_COST = 1.0
"""The workload of one request, by which the router distributes requests."""
_MAX_STATUS_LENGTH = 100


class RoutedProbe(Probe):
    """A probe without a URL. Its body is the payload for the worker.

    :param router_url: the address of the router.
    :param endpoint: the name of the endpoint.
    :param key: the API key of the endpoint.
    """

    def __init__(
        self,
        options: dict[str, Any],
        clock: Clock,
        permit_demand: Callable[[], None],
        *,
        secrets: Secrets,
        router_url: str,
        endpoint: str,
        key: str,
    ) -> None:
        super().__init__(options, clock, permit_demand, secrets=secrets)
        self._router = f"{router_url.rstrip('/')}/route/"
        self._endpoint = endpoint
        self._endpoint_key = key
        secrets.add(key)

    def problem(self, provider_url: str) -> str:
        if not self._endpoint_key:
            return "the probe was not sent, because Vast.ai did not return the API key of the endpoint; set verify.url"
        return ""

    def run(self, provider_url: str) -> ProbeResult:
        problem = self.problem(provider_url)
        if problem:
            raise ProbeFailed(problem)
        return self._series(self._response_of_worker, f"{self._options['path'] or '/'} through {self._router}")

    def _response_of_worker(self) -> Response:
        assignment = self._assigned()
        worker = str(assignment["url"])
        if not (worker.lower().startswith("https://") or is_loopback(host_of(worker) or "")):
            raise NoResponse(f"the URL of the assigned worker is not encrypted: {printable(worker)}")
        self._secrets.add(str(assignment.get("signature") or ""))
        body = {"auth_data": assignment, "payload": self._options["body"] or {}}
        url = f"{worker.rstrip('/')}/{self._options['path'].lstrip('/')}"
        return self._sent("", url, body)

    def _assigned(self) -> dict[str, Any]:
        """Return the assignment of a worker. Raises ``NoResponse`` without one."""
        response = self._sent(f"Bearer {self._endpoint_key}", self._router, {"endpoint": self._endpoint, "cost": _COST})
        try:
            assignment = json.loads(response.body)
        except ValueError:
            assignment = None
        if response.status != 200 or not isinstance(assignment, dict):
            raise NoResponse(
                f"the router of Vast.ai responded with HTTP status {response.status}{self._quote(response)}"
            )
        if not isinstance(assignment.get("url"), str) or not assignment["url"]:
            status = printable(self._secrets.scrub(str(assignment.get("status") or "no worker")))[:_MAX_STATUS_LENGTH]
            raise NoResponse(f"the router of Vast.ai assigned no worker ({status})")
        return assignment

    def _sent(self, authorization: str, url: str, body: dict[str, Any]) -> Response:
        options = self._options
        connections = Connections(
            authorization,
            {"Content-Type": "application/json", **({} if authorization else self._headers)},
            limit=TimeLimit(options["timeout"], "verify.timeout"),
            validate_certs=options["validate_certs"],
        )
        with contextlib.closing(connections):
            method = "POST" if authorization else options["method"]
            return connections.exchange(method, url, None, json.dumps(body).encode(), self._permit_demand)
