# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list response: all resources of a type, as a provider lists them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable

from .state import CurrentState


class ListResponse(list[CurrentState]):
    """The resources of a type, with an index of their names.

    :param inconsistency: the reason why resources may be missing, which completes a sentence that begins with "the list
        response". Resources in an inconsistent list response exist. Others may exist, too.
    :param pages: the number of pages. If a resource is deleted while the pages are read, another resource can move to a
        page that was read before.
    :param announced: the total number of resources that the provider states.
    """

    def __init__(
        self, resources: Iterable[CurrentState] = (), inconsistency: str = "", pages: int = 1, announced: int = 0
    ) -> None:
        super().__init__(resources)
        self.number = 0
        """The number of a list response that several resources share, counted from 1."""
        self.inconsistency = inconsistency
        self.pages = pages
        self.announced = max(announced, len(self))
        self.ids = {current.id for current in self}
        self._by_name: dict[str, list[CurrentState]] = {}
        for current in self:
            self._by_name.setdefault(current.name, []).append(current)

    def named(self, name: str) -> list[CurrentState]:
        """Return the resources with exactly this name."""
        return self._by_name.get(name, [])

    def is_conclusive(self, before: ListResponse | None = None) -> bool:
        """Return whether this list response proves that all other resources do not exist.

        A response of several pages can lack a resource. So can an empty response if there were resources before. In
        these cases two consecutive responses must match.

        :param before: the previous list response.
        """
        if self.inconsistency:
            return False
        ids, announced = (before.ids, before.announced) if before is not None else (set(), 0)
        agrees = self.ids == ids and self.announced == announced
        return agrees or self.pages == 1 and (bool(self) or not announced)


def changing_total(totals: set[int]) -> str:
    """Return the inconsistency of a list response whose pages state these totals, or an empty text."""
    if len(totals) < 2:
        return ""
    return f"changed while it was read: its pages state totals of {' and '.join(map(str, sorted(totals)))} resources"
