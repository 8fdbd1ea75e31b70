# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The regions of the platform, which the first generation of its API calls clusters. Their ids are the same.

Page: ``gpus-v2-list-regions`` under https://novita.ai/docs/api-reference/. Ids and names cannot be derived from each
other.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.info_type import InfoType
from .._engine.offers import is_gpu, names_gpu
from .._errors import AmbiguousName
from .._http.call import READ, Call
from .._http.client import Client
from .._schema.fields import Text
from .._schema.table import Settings
from .api import IDENTIFIER, TEXT
from .second_generation import PAGE_SIZE, V2, list_shape, read_catalog

_FLAG = {"type": ["boolean", "null"]}
_REGION = {
    "type": "object",
    "properties": {
        "id": IDENTIFIER,
        "name": TEXT,
        "gpus": {"type": ["array", "null"], "items": {"type": "string"}},
        "feature": {
            "type": ["object", "null"],
            "properties": {"network_volume": _FLAG, "instance_vpc_network": _FLAG},
        },
    },
    "required": ["id"],
}
REGIONS = Call("region.list", "GET", f"{V2}/regions", READ, list_shape(_REGION))

Region = dict[str, Any]


def read_regions(client: Client) -> list[Region]:
    """Read all regions, as results show them. What the provider does not return is ``None``."""
    return [_region(row) for row in read_catalog(client, REGIONS, {"limit": PAGE_SIZE})]


def _region(row: dict[str, Any]) -> Region:
    feature = row.get("feature") or {}
    return {
        "id": row["id"],
        "name": row.get("name") or "",
        "gpus": row.get("gpus") or [],
        "network_storage": feature.get("network_volume"),
        "private_network": feature.get("instance_vpc_network"),
    }


class RegionInfo(InfoType):
    """The regions of a provider."""

    subject = "the regions"
    noun = "regions"
    options = Settings(Text("id", trimmed=True), Text("gpu"))

    def read(self, options: dict[str, Any]) -> dict[str, Any]:
        regions = [region for region in self.read_all() if options.get("id") in (None, region["id"])]
        if "gpu" in options:
            regions = _with_gpu(regions, options["gpu"])
        regions.sort(key=lambda region: str(region["id"]))
        return {self.noun: regions, "count": len(regions)}

    def read_all(self) -> list[Region]:
        """Read all regions."""
        return read_regions(self.client)

    def id_of(self, region: str) -> str | None:
        """Return the id of a region, or ``None`` if no region has this id or name. Raises ``AmbiguousName``."""
        ids = [each["id"] for each in self._read_once() if region in (each["id"], each["name"])]
        if len(ids) > 1:
            why = f"{len(ids)} regions have the name {region!r}: {', '.join(ids)}"
            raise AmbiguousName(why, ids=ids, advice="Use the id of the region.")
        return ids[0] if ids else None

    def without(self, region: str) -> str:
        """Return a sentence about a region that does not exist, with the existing ones."""
        existing = ", ".join(f"{each['id']} ({each['name']})" for each in self._read_once())
        return f"No region has the id or the name {region!r}. The existing regions are {existing}."

    def _read_once(self) -> list[Region]:
        return self.client.cached(self.subject, self.read_all)


def _with_gpu(regions: list[Region], gpu: str) -> list[Region]:
    """Return the regions with a GPU. If one has exactly this GPU, longer names are other GPUs."""
    exact = any(is_gpu(name, gpu) for region in regions for name in region["gpus"])
    has_name = is_gpu if exact else names_gpu
    return [region for region in regions if any(has_name(name, gpu) for name in region["gpus"])]
