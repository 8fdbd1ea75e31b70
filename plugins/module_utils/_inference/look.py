# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find out in which account the endpoint exists, and in which stage it is.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Callable, NamedTuple

from .._engine.resource import Resource
from .._engine.state import PENDING, READY, CurrentState, DesiredState
from .._errors import CloudError, while_doing
from .._fleet.accounts import Account
from .._fleet.resource_types import RESOURCE_TYPES
from .._novita_ppio.endpoint import PlatformEndpoint
from .._vast.workergroup import VastWorkergroup
from .candidate import Candidate
from .place import Place, title_of

ABSENT, SEVERAL, UNREAD, FAILED_STAGE = "absent", "several", "unknown", "failed"
ACTIVE = ("active", "")
"""The statuses of an endpoint of Vast.ai that gets workers."""
_SERVED = ("serving", "running")
ResourceOf = Callable[[type[Resource]], Resource]
"""Returns the object of a resource type for an account."""
ResourcesOf = Callable[[Account], ResourceOf]


class Found(NamedTuple):
    """What an account has.

    :param stage: ``absent``, ``several`` if more than one endpoint has the name, ``unknown`` if the account could not
        be read, or the stage of the endpoint: ``ready``, ``pending`` or ``failed``.
    :param candidate: the index of the candidate to which the endpoint belongs, or -1.
    :param served: whether the endpoint was ready before, as far as the provider shows it. Such an endpoint can be idle
        or slow.
    :param has_workergroup: at Vast.ai, whether the endpoint has a workergroup, without which it rents nothing.
    :param values: the values of the options of the endpoint.
    """

    place: Place
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
        return {
            "provider": self.place.account.provider,
            "account": self.place.account.name,
            "id": self.id,
            "status": self.status,
            "stage": self.stage,
        }


class _Seen(NamedTuple):
    """One endpoint: its state, whether it was ready before, and its products or the hashes of its templates."""

    current: CurrentState
    served: bool
    products: Sequence[str]


def look(place: Place, candidates: list[Candidate], resource_of: ResourceOf) -> Found:
    """Return what exists in a place. An error of a read is part of the result."""
    title = title_of(place.account)
    try:
        with while_doing(f"find the endpoint {place.name!r} at {title}"):
            endpoints = [each for each in _read(place, resource_of) if not each.current.being_removed]
    except CloudError as error:
        return Found(place, UNREAD, message=str(error))
    if not endpoints:
        return Found(place)
    if len(endpoints) > 1:
        return Found(place, SEVERAL, message=f"{title}: {', '.join(each.current.id for each in endpoints)}.")
    [(current, served, products)] = endpoints
    here = [candidate for candidate in candidates if candidate.place == place]
    fitting = [candidate for candidate in here if candidate.product in products]
    stage, is_vast = current.stage.name, place.account.provider == "vast"
    if stage != READY:
        stage = PENDING if served or stage == PENDING and not is_vast else FAILED_STAGE
    return Found(
        place,
        stage,
        current.id,
        (fitting or here)[0].index,
        served,
        current.facts["status"],
        has_workergroup=is_vast and served,
        values=current.values,
    )


def endpoints_of(account: Account, resource_of: ResourceOf) -> Resource:
    """Return the object of the endpoints of an account."""
    return resource_of(RESOURCE_TYPES[f"{account.provider}_endpoint"])


def _read(place: Place, resource_of: ResourceOf) -> list[_Seen]:
    resource = endpoints_of(place.account, resource_of)
    if not isinstance(resource, PlatformEndpoint):
        return _read_vast(resource, place.name, resource_of)
    return [
        _Seen(current, current.facts["status"].lower() in _SERVED, resource.product_ids_of(current.values))
        for current in resource.select({"name": place.name})
    ]


def _read_vast(endpoint: Resource, name: str, resource_of: ResourceOf) -> list[_Seen]:
    """Return the endpoints of Vast.ai. One without a workergroup rents nothing, so it has never been ready."""
    seen = []
    for current in endpoint.select({"name": name}):
        groups = resource_of(VastWorkergroup).select({"endpoint_id": int(current.id)})
        desired_state = DesiredState(
            "present",
            name,
            current.id,
            {},
            {"wait_for_workers": least_workers(current.values), "wait_for": "ready"},
        )
        assessed = endpoint.assess(current, desired_state, "")
        if not groups or current.facts["status"] not in ACTIVE:
            assessed = assessed.with_stage(PENDING, assessed.stage.words)
        hashes = [str(group.values.get("template_hash") or "") for group in groups]
        seen.append(_Seen(assessed, bool(groups), hashes))
    return seen


def least_workers(values: dict[str, Any]) -> int:
    """Return how many workers an endpoint of Vast.ai with these values must have to be ready."""
    most = values.get("max_workers")
    return min(1, values.get("cold_workers") or 0, 1 if most is None else most)
