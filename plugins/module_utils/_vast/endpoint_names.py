# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of Vast.ai endpoints at the time when a workergroup is written, including names that the task changes.

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
        """Names that an endpoint has now, but that no endpoint will have."""
        self._coming: set[str] = set()
        self._renamed: dict[str, str] = {}

    def expect(self, coming: set[str], renamed: dict[str, str]) -> None:
        """Set the names of the endpoints that will exist, and the new names of renamed endpoints, by their ids."""
        self._coming, self._renamed = coming, renamed

    def read(self, endpoints: Iterable[CurrentState]) -> None:
        """Set the current names from the endpoints, as listed."""
        current = {endpoint.id: endpoint.name for endpoint in endpoints}
        self._names = {endpoint_id: self._renamed.get(endpoint_id, name) for endpoint_id, name in current.items()}
        self._former = set(current.values()).difference(self._names.values())

    def name_of(self, endpoint_id: str) -> str | None:
        """Return the name of an endpoint, or ``None`` if there is no endpoint with this id."""
        return self._names.get(endpoint_id)

    def id_of(self, name: str) -> int | None:
        """Return the id of the endpoint with a name, or ``None``. Raises ``AmbiguousName`` if there are several."""
        ids = [endpoint_id for endpoint_id, current in self._names.items() if current == name]
        if len(ids) > 1:
            raise AmbiguousName(
                f"{len(ids)} endpoints have the name {name!r}: {', '.join(ids)}.",
                ids=ids,
                advice="Set endpoint_id instead of endpoint.",
            )
        return int(ids[0]) if ids else None

    def exists(self, name: str) -> bool:
        """Return whether an endpoint has this name."""
        return name in self._names.values()

    def is_coming(self, name: str) -> bool:
        """Return whether the task creates an endpoint with this name, or renames an endpoint to it."""
        return name in self._coming

    def is_former(self, name: str) -> bool:
        """Return whether the task renames the endpoint that has this name now."""
        return name in self._former
