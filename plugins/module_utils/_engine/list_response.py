# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All resources of a type, as a provider lists them.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable

from .state import CurrentState


class ListResponse(list[CurrentState]):
    """The resources of a type, with an index of their names.

    :param inconsistency: why resources may be missing, as the end of a sentence that begins with "the list response".
        What an inconsistent list response shows exists; what it does not show may exist, too.
    :param pages: how many pages were read. While a list is read page by page, a removal can move another resource to a
        page that was read before.
    :param announced: how many resources the provider says there are.
    """

    def __init__(
        self, resources: Iterable[CurrentState] = (), inconsistency: str = "", pages: int = 1, announced: int = 0
    ) -> None:
        super().__init__(resources)
        self.number = 0
        """The number of a list response that several readers share, counted from 1."""
        self.inconsistency = inconsistency
        self.pages = pages
        self.announced = max(announced, len(self))
        self.ids = {current.id for current in self}
        self._by_name: dict[str, list[CurrentState]] = {}
        for current in self:
            self._by_name.setdefault(current.name, []).append(current)

    def named(self, name: str) -> list[CurrentState]:
        """The resources with exactly this name."""
        return self._by_name.get(name, [])

    def is_conclusive(self, before: ListResponse | None = None) -> bool:
        """Whether what this list response does not show does not exist.

        A response of several pages can miss a resource, and so can an empty one when there were resources ``before``:
        then two responses must agree.
        """
        if self.inconsistency:
            return False
        ids, announced = (before.ids, before.announced) if before is not None else (set(), 0)
        agrees = self.ids == ids and self.announced == announced
        return agrees or self.pages == 1 and (bool(self) or not announced)


def changing_total(totals: set[int]) -> str:
    """The inconsistency of a list response whose pages announce these totals, or an empty text."""
    if len(totals) < 2:
        return ""
    return f"changes while it is read: it announces {' and '.join(map(str, sorted(totals)))} resources"
