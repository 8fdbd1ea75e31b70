# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find out at which provider the endpoint exists, and in which stage it is.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .._engine.state import PENDING, READY, CurrentState, DesiredState
from .._errors import CloudError, while_doing
from .._fleet.resource_types import PROVIDERS
from .._http.client import Client
from .._novita.endpoint import NovitaEndpoint
from .._novita_ppio.endpoint import PlatformEndpoint
from .._ppio.endpoint import PpioEndpoint
from .._vast.endpoint import VastEndpoint
from .._vast.workergroup import VastWorkergroup
from .candidate import Candidate

ABSENT, SEVERAL, UNREAD, FAILED_STAGE = "absent", "several", "unknown", "failed"
ACTIVE = ("active", "")
"""The statuses of an endpoint of Vast.ai that gets workers."""
_SERVED = ("serving", "running")
_PLATFORM: dict[str, type[PlatformEndpoint]] = {"novita": NovitaEndpoint, "ppio": PpioEndpoint}


class Found(NamedTuple):
    """What a provider has.

    :param stage: ``absent``, ``several`` if more than one endpoint has the name, ``unknown`` if the provider could not
        be read, or the stage of the endpoint: ``ready``, ``pending`` or ``failed``.
    :param candidate: the index of the candidate to which the endpoint belongs, or -1.
    :param served: whether the endpoint was ready before, as far as the provider shows it. Such an endpoint can be idle
        or slow.
    :param has_workergroup: at Vast.ai, whether the endpoint has a workergroup, without which it rents nothing.
    :param values: the values of the options of the endpoint.
    """

    provider: str
    stage: str = ABSENT
    id: str = ""
    candidate: int = -1
    served: bool = False
    status: str = ""
    message: str = ""
    has_workergroup: bool = False
    values: Mapping[str, Any] = {}

    def report(self) -> dict[str, Any]:
        """Return the endpoint for the result."""
        return {"provider": self.provider, "id": self.id, "status": self.status, "stage": self.stage}


class _Seen(NamedTuple):
    """One endpoint: its state, whether it was ready before, and its products or the hashes of its templates."""

    current: CurrentState
    served: bool
    products: Sequence[str]


def look(provider: str, candidates: list[Candidate], client: Client, name: str) -> Found:
    """Return what a provider has. An error of a read is part of the result."""
    title = PROVIDERS[provider].title
    try:
        with while_doing(f"find the endpoint {name!r} at {title}"):
            endpoints = [each for each in _read(provider, client, name) if not each.current.being_removed]
    except CloudError as error:
        return Found(provider, UNREAD, message=str(error))
    if not endpoints:
        return Found(provider)
    if len(endpoints) > 1:
        return Found(provider, SEVERAL, message=f"{title}: {', '.join(each.current.id for each in endpoints)}.")
    [(current, served, products)] = endpoints
    here = [candidate.index for candidate in candidates if candidate.provider == provider]
    fitting = [candidate.index for candidate in candidates if candidate.index in here and candidate.product in products]
    stage = current.stage.name
    if stage != READY:
        stage = PENDING if served or stage == PENDING and provider != "vast" else FAILED_STAGE
    return Found(
        provider,
        stage,
        current.id,
        (fitting or here)[0],
        served,
        current.facts["status"],
        has_workergroup=provider == "vast" and served,
        values=current.values,
    )


def _read(provider: str, client: Client, name: str) -> list[_Seen]:
    if provider == "vast":
        return _read_vast(client, name)
    resource = _PLATFORM[provider](client)
    return [
        _Seen(current, current.facts["status"].lower() in _SERVED, resource.product_ids_of(current.values))
        for current in resource.select({"name": name})
    ]


def _read_vast(client: Client, name: str) -> list[_Seen]:
    """Return the endpoints of Vast.ai. One without a workergroup rents nothing, so it has never been ready."""
    seen = []
    for current in VastEndpoint(client).select({"name": name}):
        groups = VastWorkergroup(client).select({"endpoint_id": int(current.id)})
        desired_state = DesiredState(
            "present",
            name,
            current.id,
            {},
            {"wait_for_workers": least_workers(current.values), "wait_for": "ready"},
        )
        assessed = VastEndpoint(client).assess(current, desired_state, "")
        if not groups or current.facts["status"] not in ACTIVE:
            assessed = assessed.with_stage(PENDING, assessed.stage.words)
        hashes = [str(group.values.get("template_hash") or "") for group in groups]
        seen.append(_Seen(assessed, bool(groups), hashes))
    return seen


def least_workers(values: dict[str, Any]) -> int:
    """Return how many workers an endpoint of Vast.ai with these values must have to be ready."""
    most = values.get("max_workers")
    return min(1, values.get("cold_workers") or 0, 1 if most is None else most)
