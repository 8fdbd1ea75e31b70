# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clusters of Novita AI, which the second generation of its API calls regions. The two lists are joined by id.

Pages: ``gpu-instance-list-clusters`` and ``gpus-v2-list-regions`` under https://novita.ai/docs/api-reference/.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.state import CurrentState, DesiredState
from .._http.call import READ, Call
from .._novita_ppio.api import IDENTIFIER, TEXT, V1, list_of
from .._novita_ppio.regions import Region, RegionInfo, read_regions
from .api import NOVITA

_FLAG = {"type": ["boolean", "null"]}
_CLUSTER = {
    "type": "object",
    "properties": {
        "id": IDENTIFIER,
        "name": TEXT,
        "availableGpuType": {"type": ["array", "null"], "items": {"type": "string"}},
        "supportNetworkStorage": _FLAG,
        "supportInstanceNetwork": _FLAG,
    },
    "required": ["id"],
}
CLUSTERS = Call("cluster.list", "GET", f"{V1}/clusters", READ, {"type": "object", "allOf": [list_of("data", _CLUSTER)]})


class NovitaClusters(RegionInfo):
    """The clusters of Novita AI."""

    provider = NOVITA
    subject = "the clusters"
    noun = "clusters"

    def read_all(self) -> list[Region]:
        clusters = [_cluster(row) for row in self.client.send(CLUSTERS)["data"] or []]
        joined = {region["id"]: region for region in read_regions(self.client)}
        lists = {region_id: ["regions"] for region_id in joined}
        for cluster in clusters:
            region = joined.get(cluster["id"], {})
            lists.setdefault(cluster["id"], []).insert(0, "clusters")
            joined[cluster["id"]] = {key: _first(value, region.get(key)) for key, value in cluster.items()}
        return [{**region, "listed_in": lists[region_id]} for region_id, region in joined.items()]


def _cluster(row: dict[str, Any]) -> Region:
    return {
        "id": row["id"],
        "name": row.get("name") or "",
        "gpus": row.get("availableGpuType") or [],
        "network_storage": row.get("supportNetworkStorage"),
        "private_network": row.get("supportInstanceNetwork"),
    }


def in_cluster(matches: list[CurrentState], desired_state: DesiredState) -> list[CurrentState]:
    """Return the resources that are in the cluster of a task, or all if none is there."""
    cluster_id = desired_state.values.get("cluster_id")
    return [current for current in matches if current.values.get("cluster_id") == cluster_id] or matches


def _first(value: Any, other: Any) -> Any:
    """Return the value of the list of clusters, or that of the list of regions if the former lacks it.

    Storages and private networks are created with the first generation of the API, so its list has precedence.
    """
    return other if value in (None, "", []) and other is not None else value
