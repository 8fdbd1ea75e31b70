# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What endpoints of Vast.ai are called when a workergroup is written: as they are now, or as the same task names them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable

from .._engine.state import CurrentState
from .._errors import AmbiguousName


class EndpointNames:
    """The names of endpoints, by their ids."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._former: set[str] = set()
        """Names that an endpoint has now, and none will have."""
        self._coming: set[str] = set()
        self._renamed: dict[str, str] = {}

    def expect(self, coming: set[str], renamed: dict[str, str]) -> None:
        """Learn the names of endpoints that will exist, and by their ids the new names of those that are renamed."""
        self._coming, self._renamed = coming, renamed

    def read(self, endpoints: Iterable[CurrentState]) -> None:
        """Learn what the endpoints are called now."""
        current = {endpoint.id: endpoint.name for endpoint in endpoints}
        self._names = {endpoint_id: self._renamed.get(endpoint_id, name) for endpoint_id, name in current.items()}
        self._former = set(current.values()).difference(self._names.values())

    def name_of(self, endpoint_id: str) -> str | None:
        """The name of an endpoint, or ``None`` when there is none with this id."""
        return self._names.get(endpoint_id)

    def id_of(self, name: str) -> int | None:
        """The id of the endpoint with a name, or ``None``. Raises when there are several."""
        ids = [endpoint_id for endpoint_id, known in self._names.items() if known == name]
        if len(ids) > 1:
            raise AmbiguousName(
                f"{len(ids)} endpoints have the name {name!r}: {', '.join(ids)}.",
                ids=ids,
                advice="Give the endpoint_id of the one that is meant.",
            )
        return int(ids[0]) if ids else None

    def exists(self, name: str) -> bool:
        """Whether an endpoint has this name."""
        return name in self._names.values()

    def is_coming(self, name: str) -> bool:
        """Whether the task creates an endpoint with this name, or gives it to one."""
        return name in self._coming

    def is_former(self, name: str) -> bool:
        """Whether the task takes this name from an endpoint."""
        return name in self._former
